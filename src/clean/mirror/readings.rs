//! Readings in brackets: `(dāng)`, and which characters have which.

use super::gbk;
use crate::clean::marks::is_han;
use crate::clean::script;
use pinyin::ToPinyinMulti;
use std::sync::LazyLock;

/// The longest reading, `zhuāng`, has six letters.
const LETTERS: usize = 6;

/// The reading at the head of a text that stands behind an opening bracket, and its length with the closing bracket.
pub(super) fn closed(text: &str) -> Option<(&str, usize)> {
    let letters =
        |c: &char| matches!(c, 'a'..='z' | '\u{B7}'..='\u{24F}' | '\u{251}' | '\u{261}' | '\u{1E00}'..='\u{1EFF}');
    let mut end = 0;
    for (at, c) in text.char_indices().take(LETTERS + 1) {
        if letters(&c) {
            end = at + c.len_utf8();
        } else {
            return (end > 0 && matches!(c, ')' | '\u{FF09}')).then(|| (&text[..end], end + c.len_utf8()));
        }
    }
    None
}

/// A letter that is no ASCII bears the tone.
pub(super) fn is_toned(reading: &str) -> bool {
    !reading.is_ascii()
}

/// The characters that become others when simplified: those that a mirror may print readings of.
static TABLE: LazyLock<Vec<Vec<(&'static str, u8)>>> = LazyLock::new(|| {
    let mut table = vec![Vec::new(); 0x100];
    for (code, c) in gbk::all().filter(|(_, c)| script::is_traditional(*c)) {
        let [lead, trail] = code.to_be_bytes();
        for reading in c.to_pinyin_multi().into_iter().flatten() {
            table[usize::from(lead)].push((reading.with_tone(), trail));
        }
    }
    for row in &mut table {
        row.sort_unstable();
        row.dedup();
    }
    table
});

/// The second bytes of the characters with a first byte and a reading.
pub(super) fn trails(lead: u8, reading: &str) -> impl Iterator<Item = u8> {
    let row = &TABLE[usize::from(lead)];
    let from = row.partition_point(|(known, _)| *known < reading);
    row[from..].iter().take_while(move |(known, _)| *known == reading).map(|(_, trail)| *trail)
}

/// Whether two bytes are those of a character that a mirror may read so.
pub(super) fn reads(bytes: [u8; 2], reading: &str) -> bool {
    trails(bytes[0], reading).any(|trail| trail == bytes[1])
}

/// Whether a reading behind `before` is that of its last bytes: of the character, or, a match across two characters
/// that ends with a letter (`態A`), of a byte of each.
pub(super) fn follows(before: &str, reading: &str) -> bool {
    let mut back = before.chars().rev();
    match back.next() {
        Some(c) if is_han(c) => true,
        Some(c @ ('@'..='~' | '\u{20AC}')) => {
            let lead = back.next().and_then(gbk::bytes_of).map(|bytes| bytes[1]);
            // CP936 has the euro at 80.
            let trail = u8::try_from(c).unwrap_or(0x80);
            lead.is_some_and(|lead| reads([lead, trail], reading))
        }
        _ => false,
    }
}
