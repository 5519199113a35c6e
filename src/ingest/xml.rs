//! What the readers of XML share.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::BytesRef;

/// The character that `&amp;` or `&#24067;` stands for; nothing for one that only a document type would define.
pub(super) fn referred(reference: &BytesRef) -> String {
    let one = reference.resolve_char_ref().ok().flatten().map(String::from);
    one.or_else(|| resolve_predefined_entity(reference).map(str::to_owned)).unwrap_or_default()
}
