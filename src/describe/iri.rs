//! The IRIs of instances: `{base}/id/{type}/{key}`.

use crate::model::Base;
use oxigraph::model::NamedNode;
use percent_encoding::utf8_percent_encode;
use percent_encoding::{AsciiSet, CONTROLS};
use sha2::{Digest, Sha256};

/// What a path segment of an IRI may not hold. 汉字 may stand there, and `~` stays.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The IRI of an instance.
pub(super) fn instance(base: &Base, kind: &str, key: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{base}/id/{kind}/{}", segment(key)))
}

/// A key as a path segment. `.` and `..` alone would be taken out when the IRI is resolved.
pub(super) fn segment(key: &str) -> String {
    if key.chars().all(|letter| letter == '.') {
        return "%2E".repeat(key.len());
    }
    let mut segment = String::with_capacity(key.len());
    for letter in key.chars() {
        let mut bytes = [0; 4];
        let letter_str = letter.encode_utf8(&mut bytes);
        if letter.is_ascii() {
            segment.extend(utf8_percent_encode(letter_str, SEGMENT));
        } else if may_stand_in_iri(letter) {
            segment.push(letter);
        } else {
            segment.extend(utf8_percent_encode(letter_str, percent_encoding::NON_ALPHANUMERIC));
        }
    }
    segment
}

/// `ucschar` of RFC 3987, less white space and what turns the direction of writing.
fn may_stand_in_iri(letter: char) -> bool {
    let code = u32::from(letter);
    let in_range = matches!(code, 0xA0..=0xD7FF | 0xF900..=0xFDCF | 0xFDF0..=0xFFEF)
        || (matches!(code, 0x1_0000..=0xE_FFFD) && code & 0xFFFF <= 0xFFFD && !matches!(code, 0xE_0000..=0xE_0FFF));
    let turns = matches!(code, 0x200E | 0x200F | 0x202A..=0x202E);
    in_range && !turns && !letter.is_whitespace()
}

/// A short hash of some strings: 16 hexadecimal digits, so that a billion keys collide with a chance of 3 in 100.
pub(super) fn hash<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut sha = Sha256::new();
    for part in parts {
        sha.update(part.as_bytes());
        // The parts are kept apart, so that 北|碚区 and 北碚|区 differ.
        sha.update([0]);
    }
    let digest = format!("{:x}", sha.finalize());
    digest[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_hold_any_text_and_gives_a_valid_iri() {
        let base = Base::default();
        for key in [
            "北碚区",
            "人民医院~500109",
            "a b/c?d#e%f[g]",
            "“引号”、（括号）",
            "\u{3000}\u{E000}\u{202E}",
            "..",
            "\n\"<>\\^`{|}",
        ] {
            let iri = instance(&base, "place", key);

            assert!(NamedNode::new(iri.as_str()).is_ok(), "{key}: {iri}");
        }
        assert_eq!(segment("人民医院~500109"), "人民医院~500109");
        assert_eq!(segment("A/B 100%"), "A%2FB%20100%25");
    }

    #[test]
    fn different_keys_give_different_segments() {
        let keys = ["a/b", "a%2Fb", "a b", "a%20b", ".", "..", "%2E"];

        let segments: std::collections::BTreeSet<_> = keys.into_iter().map(segment).collect();

        assert_eq!(segments.len(), keys.len());
    }
}
