//! The two-byte codes of GBK, both ways, and what NFKC makes of them.
//!
//! The table is that of GB18030, which has a character for every pair of bytes: those that GBK leaves free are private
//! ones (AFC0 is U+E1F5), and only text out of step has them.

use encoding_rs::GB18030;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// No character, and no code.
const NONE: char = '\0';

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::new);

struct Tables {
    /// By code.
    chars: Vec<char>,
    /// By character of the basic plane.
    codes: Vec<u16>,
    /// What NFKC prints, by its first character, with the code that it was.
    folded: BTreeMap<char, Vec<(String, u16)>>,
}

impl Tables {
    fn new() -> Self {
        let mut tables = Self { chars: vec![NONE; 0x1_0000], codes: vec![0; 0x1_0000], folded: BTreeMap::new() };
        for code in 0x8140..=0xFEFE_u16 {
            let bytes = code.to_be_bytes();
            if !is_trail(bytes[1]) || !is_lead(bytes[0]) {
                continue;
            }
            let Some(decoded) = GB18030.decode_without_bom_handling_and_without_replacement(&bytes) else { continue };
            let mut chars = decoded.chars();
            let (Some(c), None) = (chars.next(), chars.next()) else { continue };
            tables.chars[usize::from(code)] = c;
            if let Some(slot) = tables.codes.get_mut(index(c)) {
                *slot = code;
            }
            let folded: String = std::iter::once(c).nfkc().collect();
            if let Some(first) = folded.chars().next().filter(|first| *first != c || folded.len() > c.len_utf8()) {
                tables.folded.entry(first).or_default().push((folded, code));
            }
        }
        tables
    }
}

fn index(c: char) -> usize {
    usize::try_from(u32::from(c)).unwrap_or(usize::MAX)
}

/// Whether a byte can be the first of two.
pub(super) fn is_lead(byte: u8) -> bool {
    (0x81..=0xFE).contains(&byte)
}

/// Whether a byte can be the second of two.
pub(super) fn is_trail(byte: u8) -> bool {
    (0x40..=0xFE).contains(&byte) && byte != 0x7F
}

/// The character of two bytes.
pub(super) fn char_of(lead: u8, trail: u8) -> Option<char> {
    let code = usize::from(u16::from_be_bytes([lead, trail]));
    TABLES.chars.get(code).copied().filter(|c| *c != NONE)
}

/// The two bytes of a character.
pub(super) fn bytes_of(c: char) -> Option<[u8; 2]> {
    TABLES.codes.get(index(c)).filter(|code| **code != 0).map(|code| code.to_be_bytes())
}

/// The codes that NFKC may have printed at the head of a text, each with the length of what it printed.
pub(super) fn folded(text: &str) -> impl Iterator<Item = (usize, [u8; 2])> {
    let first = text.chars().next();
    let known = first.and_then(|first| TABLES.folded.get(&first)).map_or(&[][..], Vec::as_slice);
    known.iter().filter(|(folded, _)| text.starts_with(folded)).map(|(folded, code)| (folded.len(), code.to_be_bytes()))
}

/// A character as NFKC prints it, if it is one there too.
pub(super) fn fold(c: char) -> char {
    let mut folded = std::iter::once(c).nfkc();
    match (folded.next(), folded.next()) {
        (Some(folded), None) => folded,
        _ => c,
    }
}

/// Every Chinese character of two bytes.
pub(super) fn all() -> impl Iterator<Item = (u16, char)> {
    let chars = TABLES.chars.iter().enumerate();
    chars.filter_map(|(code, c)| Some((u16::try_from(code).ok()?, *c))).filter(|(_, c)| super::super::marks::is_han(*c))
}
