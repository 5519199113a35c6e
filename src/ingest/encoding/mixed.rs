//! A text put together from pieces in several encodings, as when an old page is pasted into a new one. The encoding of
//! the most is taken; what is in another is not guessed at, but marked as lost.

use super::{BIG5, Decoded, GB18030, UTF_8, is_chinese, strictly};
use encoding_rs::Encoding;

/// Shorter lines than this can be valid in several encodings by chance.
const LEAST_CHARS: usize = 4;

/// Whose a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Ascii,
    In(&'static Encoding),
    Unclear,
}

/// The text of `bytes` in the encoding of most of its lines; `None` if they are all in one, or if it is unclear which.
pub(super) fn decode(bytes: &[u8]) -> Option<Decoded> {
    // Most texts that come here are all in one other encoding: that is soon seen.
    if !bytes.split(|b| *b == b'\n').any(|line| std::str::from_utf8(line).is_ok_and(is_enough)) {
        return None;
    }
    let lines: Vec<(&[u8], Line)> = bytes.split_inclusive(|b| *b == b'\n').map(|line| (line, whose(line))).collect();
    let size = |encoding: &'static Encoding| -> usize {
        lines.iter().filter(|(_, whose)| *whose == Line::In(encoding)).map(|(line, _)| line.len()).sum()
    };
    let sizes = [UTF_8, GB18030, BIG5].map(|encoding| (size(encoding), encoding));
    let has_utf_8 = sizes[0].0 > 0;
    // GBK and Big5 look alike: lines that seem to be of both are of one, unless there is UTF-8 too.
    if !has_utf_8 || sizes.iter().filter(|(size, _)| *size > 0).count() < 2 {
        return None;
    }
    let (_, main) = sizes.into_iter().rev().max_by_key(|(size, _)| *size)?;
    let mut text = String::with_capacity(bytes.len());
    for (line, whose) in lines {
        match whose {
            Line::Ascii => text.push_str(&String::from_utf8_lossy(line)),
            Line::In(encoding) if encoding != main => lost(line, encoding, &mut text),
            Line::In(_) | Line::Unclear => text.push_str(&main.decode_without_bom_handling(line).0),
        }
    }
    Some(Decoded { text, encoding: main.name(), is_mixed: true })
}

fn whose(line: &[u8]) -> Line {
    if line.is_ascii() {
        return Line::Ascii;
    }
    match std::str::from_utf8(line) {
        Ok(text) if is_enough(text) => return Line::In(UTF_8),
        Ok(_) => return Line::Unclear,
        Err(_) => {}
    }
    // A line of UTF-8 with a stray byte is often valid GBK, as nonsense: most of it is still UTF-8.
    let lossy = String::from_utf8_lossy(line);
    let faults = lossy.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let sound = lossy.chars().filter(|c| !c.is_ascii()).count() - faults;
    if sound > faults {
        return Line::Unclear;
    }
    let found =
        [GB18030, BIG5].into_iter().find(|encoding| strictly(encoding, line).is_some_and(|d| is_enough(&d.text)));
    found.map_or(Line::Unclear, Line::In)
}

/// Whether so much of it is Chinese that it is so by no chance.
fn is_enough(text: &str) -> bool {
    text.chars().filter(|c| !c.is_ascii()).count() >= LEAST_CHARS && is_chinese(text)
}

/// A line in another encoding: its ASCII, and a mark for each character beyond.
fn lost(line: &[u8], encoding: &'static Encoding, text: &mut String) {
    let (read, _) = encoding.decode_without_bom_handling(line);
    text.extend(read.chars().map(|c| if c.is_ascii() { c } else { char::REPLACEMENT_CHARACTER }));
}
