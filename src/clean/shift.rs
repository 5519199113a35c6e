//! Text broken by one lost byte.
//!
//! A mirror that takes GBK text byte by byte loses step behind a character that it mistakes: `。活化利用“` (A1A3 BBEE
//! BBAF …) loses A1 and reads on as `；罨…` (A3BB EEBB …) until an ASCII byte brings it back into step. The lost byte
//! stands as `?`. Each possible lead byte is tried, and the reading that the dictionary knows is taken; what the
//! dictionary does not know stays as it is, marked damaged.

use super::mapped::{Edit, MappedText};
use super::marks::{closes, ends_sentence, is_han};
use super::pinyin::{self, Readings};
use super::{script, words};
use crate::model::Span;
use encoding_rs::GB18030;
use regex::Regex;
use std::sync::LazyLock;

/// `?` and the run behind it up to the ASCII byte that was the second byte of a character. A reading may have come
/// between: `變?yōu)樾沦|` is `變為新質` with the reading of `8xxx` across the border of `變` and `為`.
static RUN: LazyLock<Regex> = LazyLock::new(|| {
    let reading = r"[a-z\x{B7}-\x{24F}\x{1E00}-\x{1EFF}]{1,6}";
    Regex::new(&format!(r"\?(?:({reading})\))?([;?,:!]?[^\x00-\x7F]{{0,40}})([@-~])")).expect("the pattern is fixed")
});

/// A closing tag whose `<` went down with the second half of the full stop before it: `增量”?/p>`.
static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)\?/(?:p|div|span|td|li)>[ \t]*$").expect("the pattern is fixed"));

/// A reading that was put between two bytes, so that one character is lost and its reading left: `量?jī)?yōu)良`.
static LOST: LazyLock<Regex> = LazyLock::new(|| {
    let reading = r"[a-z\x{B7}-\x{24F}\x{1E00}-\x{1EFF}]{1,6}";
    Regex::new(&format!(r"\?{reading}\)\?({reading})\)")).expect("the pattern is fixed")
});

/// A reading put between two bytes, with the next characters out of step up to another lost byte: `變?cè)隽?、`.
static LOST_RUN: LazyLock<Regex> = LazyLock::new(|| {
    let reading = r"[a-z\x{B7}-\x{24F}\x{1E00}-\x{1EFF}]{1,6}";
    Regex::new(&format!(r"\?{reading}\)(\p{{Han}}{{1,6}})\?")).expect("the pattern is fixed")
});

/// What is left of damage after repair.
static DAMAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\p{Han}?\d*(?:\x{FFFD}+|\?[a-z\x{B7}-\x{24F}]{1,6}\)|\?{2,}|\?[\x{3002}\x{FF0C}\x{3001}\x{FF1B}])|(?m:\?/[a-z]{1,4}>)")
        .expect("the pattern is fixed")
});

/// GBK's rows of marks: `。` is A1A3.
const MARKS: u8 = 0xA1;

/// How many characters behind a run help to tell whether it is read well.
const CONTEXT: usize = 4;

/// How much of a run words must cover. The true readings of the runs seen have 0.86 and more, the others below 0.5.
const COVERED: f64 = 0.7;

/// Repairs what can be repaired with certainty.
pub(super) fn repair(text: &mut MappedText) {
    let printed = text.text();
    if !printed.contains('?') {
        return;
    }
    let readings = pinyin::readings(printed);
    let mut edits: Vec<Edit> = TAG
        .find_iter(printed)
        .filter(|found| !printed[..found.start()].chars().rev().find(|c| !closes(*c)).is_none_or(ends_sentence))
        .map(|found| Edit::new(found.range().into(), "\u{3002}", "shift"))
        .collect();
    for found in LOST.captures_iter(printed) {
        edits.extend(lost(printed, &readings, &found));
    }
    for found in LOST_RUN.captures_iter(printed) {
        edits.extend(lost_run(printed, &found));
    }
    for found in RUN.captures_iter(printed) {
        let all = found.get_match();
        let leads = found.get(1).map(|reading| leads(printed, &readings, all.start(), reading.as_str()));
        if let Some(read) = run(leads.as_deref(), &found[2], &found[3], &printed[all.end()..]) {
            edits.push(Edit::new(all.range().into(), read, "shift"));
        }
    }
    text.edit(edits);
}

/// The character that the text itself gives the left reading for, if only one makes a word with what follows.
fn lost(text: &str, readings: &Readings, found: &regex::Captures<'_>) -> Option<Edit> {
    let all = found.get_match();
    let next = pinyin::without(text[all.end()..].lines().next()?).chars().next().filter(|c| is_han(*c))?;
    let candidates = readings.get(&found[1])?.iter();
    let mut words = candidates.filter(|c| words::is_word(&script::simplified(&format!("{c}{next}"))));
    let only = words.next().filter(|_| words.next().is_none())?;
    Some(Edit::new(all.range().into(), only.to_string(), "shift"))
}

/// The characters whose bytes without the first and the last are those of the run, if the text has them elsewhere and
/// has only one such stretch: `增量` (D4F6 C1BF) for `隽` (F6C1).
fn lost_run(text: &str, found: &regex::Captures<'_>) -> Option<Edit> {
    let bytes = bytes_of(&found[1])?;
    let elsewhere: Vec<char> = pinyin::without(text).chars().collect();
    let length = found[1].chars().count() + 1;
    let (first, last) = (bytes.first()?, bytes.last()?);
    // The run's first byte is the second of the first character: few windows have it there.
    let encoded = |c: char| bytes_of(c.encode_utf8(&mut [0; 4])).filter(|bytes| bytes.len() == 2);
    let known: Vec<Option<Vec<u8>>> = elsewhere.iter().map(|c| if is_han(*c) { encoded(*c) } else { None }).collect();
    let fits = |window: &[Option<Vec<u8>>]| {
        let all: Option<Vec<u8>> = window.iter().cloned().collect::<Option<Vec<_>>>().map(|parts| parts.concat());
        all.is_some_and(|all| all[1..all.len() - 1] == *bytes)
    };
    let near = |window: &[Option<Vec<u8>>]| {
        let second = |at: usize, byte: usize| window[at].as_ref().map(|bytes| bytes[byte]);
        second(0, 1) == Some(*first) && second(window.len() - 1, 0) == Some(*last)
    };
    let mut readings: Vec<String> = known
        .windows(length)
        .zip(elsewhere.windows(length))
        .filter(|(window, _)| near(window) && fits(window))
        .map(|(_, word)| word.iter().collect())
        .collect();
    readings.sort();
    readings.dedup();
    let only = readings.pop().filter(|_| readings.is_empty())?;
    words::is_word(&script::simplified(&only)).then(|| Edit::new(found.get_match().range().into(), only, "shift"))
}

/// The bytes that a reading leaves for the lost lead byte: it was put behind the second byte of the character before
/// and that lead byte, and the text itself tells which characters have it.
fn leads(text: &str, readings: &Readings, at: usize, reading: &str) -> Vec<u8> {
    let before = text[..at].chars().next_back().and_then(|c| bytes_of(&c.to_string()));
    let Some(second) = before.and_then(|bytes| bytes.last().copied()) else {
        return Vec::new();
    };
    let same = readings.get(reading).into_iter().flatten().filter_map(|c| bytes_of(&c.to_string()));
    let mut leads: Vec<u8> =
        same.filter(|bytes| bytes.len() == 2 && bytes[0] == second).map(|bytes| bytes[1]).collect();
    leads.sort_unstable();
    leads.dedup();
    leads
}

/// The run read in step: with the one lead byte that a reading tells, else as the dictionary knows it best.
fn run(told: Option<&[u8]>, shifted: &str, last: &str, rest: &str) -> Option<String> {
    let tail = bytes_of(&full_width(shifted))?;
    if let Some([lead]) = told {
        return read_with(*lead, &tail, last);
    }
    let rest = pinyin::without(rest.lines().next().unwrap_or(""));
    let context: String = rest.chars().take_while(|c| is_han(*c)).take(CONTEXT).collect();
    if tail.is_empty() || (context.is_empty() && shifted.chars().count() < 3) {
        return None;
    }
    let mut best: Option<(f64, String)> = None;
    for lead in std::iter::once(MARKS).chain((0x81..=0xFE).filter(|lead| *lead != MARKS)) {
        let Some(read) = read_with(lead, &tail, last) else {
            continue;
        };
        let score = score(&read, &context);
        if best.as_ref().is_none_or(|(so_far, _)| score > *so_far) {
            best = Some((score, read));
        }
    }
    let (known, read) = best?;
    (known >= COVERED && known > score(&format!("{shifted}{last}"), &context)).then_some(read)
}

/// How much of a run words cover, read together with what follows.
fn score(run: &str, context: &str) -> f64 {
    words::covered(&script::simplified(run), &script::simplified(context))
}

fn read_with(lead: u8, tail: &[u8], last: &str) -> Option<String> {
    let mut bytes = vec![lead];
    bytes.extend_from_slice(tail);
    bytes.extend_from_slice(last.as_bytes());
    let read = GB18030.decode_without_bom_handling_and_without_replacement(&bytes)?;
    let private = |c: char| ('\u{E000}'..='\u{F8FF}').contains(&c);
    (!read.chars().any(|c| private(c) || c.is_ascii())).then(|| read.into_owned())
}

/// Out of step, `A3xx` was read as a full-width mark, and printed as its ASCII form.
fn full_width(shifted: &str) -> String {
    let widen = |c: char| {
        if c.is_ascii_punctuation() { char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c) } else { c }
    };
    shifted.chars().map(widen).collect()
}

/// The bytes of GBK; characters of its user-defined areas are private ones (AAA1 is U+E000, F8A1 is U+E234), which
/// only text out of step has.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for c in text.chars() {
        let code = u32::from(c);
        let (from, row, first, width) = match code {
            0xE000..=0xE233 => (0xE000, 0xAA, 0xA1, 94),
            0xE234..=0xE4C5 => (0xE234, 0xF8, 0xA1, 94),
            0xE4C6..=0xE765 => (0xE4C6, 0xA1, 0x40, 96),
            _ => {
                let mut buffer = [0; 4];
                let (encoded, _, faults) = GB18030.encode(c.encode_utf8(&mut buffer));
                if faults || encoded.len() > 2 {
                    return None;
                }
                bytes.extend_from_slice(&encoded);
                continue;
            }
        };
        let (lead, trail) = (row + (code - from) / width, first + (code - from) % width);
        // 7F is no second byte.
        let trail = if width == 96 && trail >= 0x7F { trail + 1 } else { trail };
        bytes.extend([u8::try_from(lead).ok()?, u8::try_from(trail).ok()?]);
    }
    Some(bytes)
}

/// The stretches of a clean text that are damaged, each with the number and the character before it.
pub(super) fn damage(text: &str) -> Vec<Span> {
    DAMAGE.find_iter(text).map(|found| found.range().into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(printed: &str) -> String {
        let mut text = MappedText::new(printed);
        repair(&mut text);
        text.text().to_owned()
    }

    /// What a mirror makes of `text` when it loses the first byte of the character at `at`.
    fn shifted(text: &str, at: usize, length: usize) -> String {
        let (bytes, _, _) = GB18030.encode(&text[at..at + length]);
        let read = GB18030.decode_without_bom_handling(&bytes[1..]).0.into_owned();
        format!("{}?{read}{}", &text[..at], &text[at + length..])
    }

    #[test]
    fn a_run_that_the_dictionary_knows_is_put_in_step() {
        // 慶 ends with the byte of `c`: there the mirror is in step again.
        let whole = "建設美好的生活。重慶改造長江三峽鄉村道路";
        let at = whole.find('。').unwrap();
        let broken = shifted(whole, at, whole.find('鄉').unwrap() - at);
        assert_eq!(broken, "建設美好的生活?Ｖ貞c改造長江三峽鄉村道路");

        assert_eq!(repaired(&broken), whole);
    }

    #[test]
    fn a_short_run_is_put_in_step_by_what_follows() {
        assert_eq!(repaired("中心城區排名第一??N云山是屏障"), "中心城區排名第一。縉云山是屏障");
    }

    #[test]
    fn a_reading_across_two_characters_tells_the_lost_byte() {
        assert_eq!(repaired("優(yōu)勢轉變?yōu)樾沦|(zhì)生產力"), "優(yōu)勢轉變為新質(zhì)生產力");
        assert_eq!(repaired("優(yōu)勢讓藝術家們?yōu)猷l(xiāng)村"), "優(yōu)勢讓藝術家們為鄉(xiāng)村");
    }

    #[test]
    fn a_swallowed_closing_tag_was_a_full_stop() {
        assert_eq!(repaired("推动“存量变增量”?/p>\n下一段"), "推动“存量变增量”。\n下一段");
    }

    #[test]
    fn a_lost_character_is_found_by_its_reading_in_the_same_text() {
        assert_eq!(repaired("空氣質(zhì)量?jī)?yōu)良，優(yōu)勢"), "空氣質(zhì)量優良，優(yōu)勢");
        assert_eq!(repaired("推動存量變?cè)隽?、增量變存量"), "推動存量變增量、增量變存量");
    }

    #[test]
    fn a_question_is_no_damage() {
        for text in ["为什么?因为有A级景区", "What? Nothing.", "你来吗?来。", "怎么办?A方案"] {
            assert_eq!(repaired(text), text);
            assert_eq!(damage(text), [], "{text}");
        }
    }

    #[test]
    fn what_no_dictionary_knows_is_marked() {
        let text = "进入前1?。另有\u{FFFD}\u{FFFD}家，质量?jī)良";

        let marked: Vec<&str> = damage(text).into_iter().map(|span| span.of(text)).collect();

        assert_eq!(repaired(text), text);
        assert_eq!(marked, ["前1?。", "有\u{FFFD}\u{FFFD}", "量?jī)"]);
    }
}
