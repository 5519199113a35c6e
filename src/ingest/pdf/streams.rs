//! What a PDF is refused for before the library draws it: streams that unpack without end, forms that draw themselves.

use crate::ingest::limits;
use pdf_extract::{Dictionary, Document, Object, ObjectId};
use std::collections::BTreeSet;
use std::io::Read as _;

/// Forms are drawn within forms: a diagram in a frame on a page.
const MAX_FORMS: usize = 32;

/// Whether the streams other than pictures unpack to more than any archive of that size may.
pub(super) fn are_too_large(document: &Document, length: usize) -> bool {
    let mut left = limits::most(length as u64);
    for stream in document.objects.values().filter_map(|object| object.as_stream().ok()) {
        let is_picture = stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Image");
        let is_packed = stream.filters().is_ok_and(|filters| filters.contains(&b"FlateDecode".as_slice()));
        if is_picture || !is_packed {
            continue;
        }
        let mut unpacked = flate2::read::ZlibDecoder::new(stream.content.as_slice()).take(left);
        // A stream that is damaged is no bomb: the library says what it makes of it.
        let mut buffer = [0; 16 << 10];
        while let Ok(length @ 1..) = unpacked.read(&mut buffer) {
            left -= length as u64;
        }
        if left == 0 {
            return true;
        }
    }
    false
}

/// Whether a form draws itself, at whatever depth: the library would follow it for ever.
pub(super) fn draw_themselves(document: &Document) -> bool {
    let mut sound = BTreeSet::new();
    let forms = document.objects.iter().filter(|(_, object)| is_form(object));
    forms.into_iter().any(|(id, _)| goes_round(document, *id, &mut Vec::new(), &mut sound))
}

fn is_form(object: &Object) -> bool {
    let Ok(stream) = object.as_stream() else { return false };
    stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Form")
}

fn goes_round(document: &Document, id: ObjectId, above: &mut Vec<ObjectId>, sound: &mut BTreeSet<ObjectId>) -> bool {
    if above.contains(&id) || above.len() > MAX_FORMS {
        return true;
    }
    if sound.contains(&id) {
        return false;
    }
    above.push(id);
    let found = drawn_in(document, id).into_iter().any(|inner| goes_round(document, inner, above, sound));
    above.pop();
    sound.insert(id);
    found
}

/// The forms that the resources of a form name. One without resources uses the page's, and so names none.
fn drawn_in(document: &Document, id: ObjectId) -> Vec<ObjectId> {
    let dictionary = |object: &Object| -> Option<Dictionary> {
        let (_, object) = document.dereference(object).ok()?;
        object.as_dict().ok().cloned()
    };
    let forms = || -> Option<Dictionary> {
        let form = document.get_object(id).ok()?.as_stream().ok()?;
        let resources = dictionary(form.dict.get(b"Resources").ok()?)?;
        dictionary(resources.get(b"XObject").ok()?)
    };
    let forms = forms().unwrap_or_default();
    let ids = forms.iter().filter_map(|(_, object)| object.as_reference().ok());
    ids.filter(|id| document.get_object(*id).is_ok_and(is_form)).collect()
}
