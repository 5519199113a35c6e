//! What stands in a printed text where a run is out of step: characters, readings, and each kind of `?`.

use super::{gbk, readings};

/// Whether the mirror may have cut the text where a `?` stands before this: at `？；、`, or at a full-width form.
pub(super) fn is_cut(rest: &str) -> bool {
    rest.starts_with(['?', ';', '\u{3001}']) || rest.starts_with(|c| ('\u{FF01}'..='\u{FF5E}').contains(&c))
}

/// What stands in a printed text where a run is out of step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unit<'t> {
    Char(char),
    /// What may be one character that NFKC printed as several: `(6)`, `II`.
    Several(&'t str),
    /// `(dāng)`
    Reading(&'t str),
    /// `?dāng)`: a byte was lost with the bracket.
    Lost(&'t str),
    /// `?/p>` at the end of a line: a byte was lost with the `<`.
    Tag,
    /// Another `?`.
    Question,
}

/// The unit at the head of a text, and its length.
pub(super) fn unit(text: &str, noisy: bool) -> Option<(Unit<'_>, usize)> {
    let c = text.chars().next()?;
    let rest = &text[c.len_utf8()..];
    Some(match c {
        '\n' | '\r' => return None,
        '(' | '\u{FF08}' => match readings::closed(rest).filter(|(reading, _)| noisy || readings::is_toned(reading)) {
            Some((reading, length)) => (Unit::Reading(reading), c.len_utf8() + length),
            None => several(text, c),
        },
        '?' => match readings::closed(rest) {
            Some((reading, length)) => (Unit::Lost(reading), 1 + length),
            None => tag(rest).map_or((Unit::Question, 1), |length| (Unit::Tag, 1 + length)),
        },
        c => several(text, c),
    })
}

/// The character at the head of a text, with those that may have been one with it.
fn several(text: &str, c: char) -> (Unit<'_>, usize) {
    let longest = gbk::folded(text).map(|(length, _)| length).max().filter(|length| *length > c.len_utf8());
    longest.map_or((Unit::Char(c), c.len_utf8()), |length| (Unit::Several(&text[..length]), length))
}

/// The byte that a printed character ended with. NFKC has made full-width forms ASCII: A3AC is `,`.
pub(super) fn last_byte(c: char) -> Option<u8> {
    match c {
        ' ' => Some(0xA1),
        '!'..='~' => u8::try_from(c).ok().map(|byte| byte | 0x80),
        c => gbk::bytes_of(c).map(|bytes| bytes[1]),
    }
}

/// The length of what a closing tag that lost its `<` leaves at the end of a line.
fn tag(rest: &str) -> Option<usize> {
    let name = rest.strip_prefix('/')?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).filter(|end| *end > 0)?;
    let after = name[end..].strip_prefix('>')?;
    let ends = after.trim_start_matches([' ', '\t', '\r']);
    (ends.is_empty() || ends.starts_with('\n')).then_some(end + 2)
}

/// A text without the readings at its end.
pub(super) fn without_reading(mut text: &str) -> &str {
    while text.ends_with([')', '\u{FF09}']) {
        let Some(open) = text.rfind(['(', '\u{FF08}']) else { break };
        let inner = text[open..].trim_start_matches(['(', '\u{FF08}']);
        match readings::closed(inner) {
            Some((_, length)) if length == inner.len() => text = &text[..open],
            _ => break,
        }
    }
    text
}

/// A text without the readings at its head.
pub(super) fn behind_readings(mut text: &str) -> &str {
    while let Some((_, length)) = text.strip_prefix('(').and_then(readings::closed) {
        text = &text[1 + length..];
    }
    text
}
