//! What the library does not know of a PDF. A Chinese font that is not embedded names its encoding (`GBK-EUC-H`,
//! `UniGB-UCS2-H`) and says nothing of Unicode: it is told here, from the tables of the encodings themselves.

use encoding_rs::{BIG5, Encoding, GB18030};
use pdf_extract::{Dictionary, Document, Object, ObjectId, Stream};
use std::fmt::Write as _;

/// How the bytes of a shown string stand for characters.
#[derive(Clone, Copy)]
enum Codes {
    /// UTF-16, by two bytes.
    Unicode,
    /// ASCII by one byte, all else by two.
    Bytes(&'static Encoding),
}

fn codes(name: &[u8]) -> Option<Codes> {
    let is = |prefixes: &[&[u8]]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if is(&[b"UniGB-UCS2", b"UniGB-UTF16", b"UniCNS-UCS2", b"UniCNS-UTF16"]) {
        Some(Codes::Unicode)
    } else if is(&[b"GBK-EUC", b"GBKp-EUC", b"GBK2K", b"GB-EUC"]) {
        Some(Codes::Bytes(GB18030))
    } else if is(&[b"ETen-B5", b"ETenms-B5", b"B5pc", b"HKscs-B5"]) {
        Some(Codes::Bytes(BIG5))
    } else {
        None
    }
}

/// Puts maps to Unicode beside the fonts that have a well-known encoding and none.
pub(super) fn tell_unicode(document: &mut Document) {
    let known = |object: &Object| -> Option<Codes> {
        let font = object.as_dict().ok()?;
        let is_composite = font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Type0");
        codes(font.get(b"Encoding").and_then(Object::as_name).ok().filter(|_| is_composite)?)
    };
    let fonts: Vec<(ObjectId, Codes)> =
        document.objects.iter().filter_map(|(id, object)| Some((*id, known(object)?))).collect();
    for (id, codes) in fonts {
        let encoding = match codes {
            Codes::Unicode => Object::Name(b"Identity-H".to_vec()),
            Codes::Bytes(_) => Object::Reference(document.add_object(Stream::new(Dictionary::new(), SPACE.into()))),
        };
        let map = document.add_object(Stream::new(Dictionary::new(), to_unicode(codes).into_bytes()));
        if let Ok(font) = document.get_dictionary_mut(id) {
            font.set("Encoding", encoding);
            if !font.has(b"ToUnicode") {
                font.set("ToUnicode", Object::Reference(map));
            }
        }
    }
}

/// One byte or two, each code standing for itself. The library takes a range for half as long as it is written (a test
/// tells when it no longer does), so each is written twice as long as it is.
const SPACE: &str = "2 begincodespacerange\n<0000> <0080>\n<00008140> <0000FEFE>\nendcodespacerange\n\
                     1 begincidrange\n<0000> <FFFF> 0\nendcidrange\n";

fn to_unicode(codes: Codes) -> String {
    let encoding = match codes {
        Codes::Unicode => return "1 beginbfrange\n<0000> <FFFF> <0000>\nendbfrange\n".to_owned(),
        Codes::Bytes(encoding) => encoding,
    };
    let pairs = (0x81..=0xFE_u8).flat_map(|lead| (0x40..=0xFE_u8).map(move |trail| [lead, trail]));
    let ascii = (0x20..0x7F_u8).map(|b| (u32::from(b), char::from(b)));
    let others = pairs.filter_map(|pair| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(&pair)?;
        let mut chars = text.chars();
        let c = chars.next().filter(|c| u32::from(*c) <= 0xFFFF && chars.next().is_none())?;
        Some((u32::from(u16::from_be_bytes(pair)), c))
    });
    let (mut map, mut count) = (String::new(), 0);
    for (code, c) in ascii.chain(others) {
        count += 1;
        let width = if code < 0x80 { 2 } else { 4 };
        let _ = writeln!(map, "<{code:0width$X}> <{:04X}>", u32::from(c));
    }
    format!("{count} beginbfchar\n{map}endbfchar\n")
}
