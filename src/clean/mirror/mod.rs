//! Mirror noise: readings in brackets behind traditional characters, and what was damaged where they were put.
//!
//! 當(dāng)前，讓優(yōu)勢轉變?yōu)樾沦|(zhì)生產力 → 當前，讓優勢轉變為新質生產力
//!
//! Such a mirror holds its page as GBK bytes. For each of a table of characters it puts the reading behind every
//! occurrence of the character's *bytes*, with no regard for where characters begin. Where a match lies across two
//! characters, the first byte of the second is left before a bracket; the two are no character, and `?` is printed for
//! both. What follows is out of step until a byte of the ASCII range, or another bracket. It is cut at the bytes of
//! `？；、` in the same way; and in the end full-width forms become ASCII ones.
//!
//! Nothing but one byte for each `?` is lost by that. So the bytes are put together again, with each byte that the
//! reading allows, and the original that reads well stands ([`search`]); it would be printed just so. Where two read
//! about as well, what they do not share becomes U+FFFD, and is damage.

mod gbk;
mod judge;
mod readings;
mod search;
mod units;

#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;

use super::mapped::{Edit, MappedText};
use super::marks::is_han;
use super::script;
use crate::model::Span;
use judge::Judge;
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A bracket without a tone, `(de)`, is a reading only in a text that is full of them; else it may be an abbreviation,
/// `国内生产总值(gdp)`.
const NOISY: usize = 5;

/// Takes the readings out and undoes the damage.
pub(super) fn undo(text: &mut MappedText) {
    let printed = text.text();
    let readings = readings_of(printed);
    let questions = questions(printed);
    if readings.is_empty() && questions.is_empty() {
        return;
    }
    let noisy = readings.iter().filter(|reading| reading.toned).count() >= NOISY;
    let mut edits = repairs(printed, &questions, &readings, noisy);
    let repaired: Vec<Span> = edits.iter().map(|edit| edit.at).collect();
    let mut next = 0;
    let any = readings.iter().any(|reading| reading.toned);
    for reading in readings.iter().filter(|reading| noisy || reading.toned || (any && reading.fits)) {
        while repaired.get(next).is_some_and(|repair| repair.end <= reading.at.start) {
            next += 1;
        }
        if repaired.get(next).is_none_or(|repair| reading.at.end <= repair.start) {
            edits.push(Edit::delete(reading.at, "pinyin"));
        }
    }
    if noisy {
        edits.extend(swallowed_digits(printed, &repaired));
    }
    text.edit(edits);
}

/// The ends of runs out of step that took a digit with them: `社会荡?86个` was 社会保障886个, and the digit is lost for good.
fn swallowed_digits(text: &str, repaired: &[Span]) -> Vec<Edit> {
    let mut edits = Vec::new();
    // In the order of the text, as the repairs are.
    let mut repaired = repaired.iter().peekable();
    for at in memchr::memchr_iter(b'?', text.as_bytes()) {
        while repaired.next_if(|repair| repair.end < at).is_some() {}
        let is_read = repaired.peek().is_some_and(|repair| repair.start <= at && at < repair.end);
        let ends_one = repaired.peek().is_some_and(|repair| repair.end == at);
        let before = text[..at].chars().next_back().filter(|c| is_han(*c) || ends_one);
        let digit = text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
        if let (Some(before), true, false) = (before, digit, is_read) {
            // The end of a repair is no part of this edit.
            let start = if ends_one { at } else { at - before.len_utf8() };
            edits.push(Edit::new(Span::new(start, at + 1), search::LOST.to_string(), "shift"));
        }
    }
    edits
}

/// The same within a run.
fn without_swallowed(read: &str) -> String {
    let mut out = String::with_capacity(read.len());
    let mut rest = read.chars().peekable();
    while let Some(c) = rest.next() {
        let last = out.chars().next_back();
        let swallowed = c == '?' && rest.peek().is_some_and(char::is_ascii_digit);
        match last.filter(|last| swallowed && (is_han(*last) || *last == search::LOST)) {
            Some(_) => {
                out.pop();
                out.push(search::LOST);
            }
            None => out.push(c),
        }
    }
    out
}

/// A reading in brackets.
#[derive(Debug)]
struct Reading {
    at: Span,
    toned: bool,
    /// Whether it is in the table for the character that it stands behind: `們(men)` is no abbreviation.
    fits: bool,
}

/// The readings behind characters, and behind other readings.
fn readings_of(text: &str) -> Vec<Reading> {
    let mut found: Vec<Reading> = Vec::new();
    let half = memchr::memchr_iter(b'(', text.as_bytes()).map(|at| (at, 1));
    // `（` is EF BC 88.
    let wide = memchr::memmem::find_iter(text.as_bytes(), "\u{FF08}").map(|at| (at, 3));
    let mut brackets: Vec<(usize, usize)> = half.collect();
    let sorted = brackets.len();
    brackets.extend(wide);
    if brackets.len() > sorted {
        brackets.sort_unstable();
    }
    for (at, width) in brackets {
        let Some((reading, length)) = readings::closed(&text[at + width..]) else { continue };
        let behind = found.last().is_some_and(|before| before.at.end == at);
        if behind || readings::follows(&text[..at], reading) {
            let bytes = text[..at].chars().next_back().and_then(gbk::bytes_of);
            let fits = bytes.is_some_and(|bytes| readings::reads(bytes, reading));
            let at = Span::new(at, at + width + length);
            found.push(Reading { at, toned: readings::is_toned(reading), fits });
        }
    }
    found
}

/// Where a `?` may be damage: a reading, a closing tag, or the mark behind it shows that.
fn questions(text: &str) -> Vec<usize> {
    let all = memchr::memchr_iter(b'?', text.as_bytes());
    all.filter(|at| {
        let rest = &text[at + 1..];
        units::is_cut(rest) || rest.starts_with('/') || readings::closed(rest).is_some()
    })
    .collect()
}

/// The repairs of all runs.
fn repairs(text: &str, questions: &[usize], readings: &[Reading], noisy: bool) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    if questions.is_empty() {
        return edits;
    }
    let table = Table::of(text, readings);
    let judge = Judge::of(text);
    let page = search::Page {
        judge: &judge,
        noisy,
        unread: &|bytes| table.unread(bytes),
        own: &|lead, reading| table.own.get(&(lead, reading.to_owned())).cloned().unwrap_or_default(),
    };
    let mut end = 0;
    for at in questions.iter().copied() {
        if at < end {
            continue;
        }
        if let Some(run) = search::run(text, at, &page) {
            end = at + run.length;
            edits.push(Edit::new(Span::new(at, end), without_swallowed(&run.read), "shift"));
        }
    }
    edits
}

fn code(bytes: [u8; 2]) -> usize {
    usize::from(u16::from_be_bytes(bytes))
}

/// What a page shows of its mirror's table.
struct Table {
    /// The codes of the characters that it prints without a reading; empty if that tells nothing.
    unread: Vec<bool>,
    /// Its readings, by a character's first byte, where the program's own table has them not.
    own: BTreeMap<(u8, String), Vec<u8>>,
}

impl Table {
    fn of(text: &str, readings: &[Reading]) -> Self {
        let mut own: BTreeMap<(u8, String), Vec<u8>> = BTreeMap::new();
        let mut read = vec![false; 0x1_0000];
        for reading in readings {
            let Some(bytes) = text[..reading.at.start].chars().next_back().and_then(gbk::bytes_of) else { continue };
            read[code(bytes)] = true;
            let inner = text[reading.at.start..reading.at.end].trim_matches(['(', ')', '\u{FF08}', '\u{FF09}']);
            if !reading.fits {
                let trails = own.entry((bytes[0], inner.to_owned())).or_default();
                if !trails.contains(&bytes[1]) {
                    trails.push(bytes[1]);
                }
            }
        }
        let mut unread = vec![false; 0x1_0000];
        let mut consistent = true;
        let mut next = 0;
        for (at, c) in text.char_indices().filter(|(_, c)| is_han(*c) && script::is_traditional(*c)) {
            let end = at + c.len_utf8();
            while readings.get(next).is_some_and(|reading| reading.at.start < end) {
                next += 1;
            }
            if readings.get(next).is_some_and(|reading| reading.at.start == end) {
                continue;
            }
            let Some(bytes) = gbk::bytes_of(c) else { continue };
            unread[code(bytes)] = true;
            consistent &= !read[code(bytes)];
        }
        // A mirror reads a character everywhere or nowhere; a page that does both was not made so.
        let unread = if consistent { unread } else { Vec::new() };
        Self { unread, own }
    }

    fn unread(&self, bytes: [u8; 2]) -> bool {
        self.unread.get(code(bytes)).copied().unwrap_or(false)
    }
}

/// What is left of damage after repair.
static DAMAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\p{Han}?\d*(?:\x{FFFD}+[\d.]*|\?[a-z\x{B7}-\x{24F}]{1,6}\)|\?{2,}|\?[\x{3002}\x{FF0C}\x{3001}\x{FF1B}])|(?m:\?/[a-z]{1,4}>)")
        .expect("the pattern is fixed")
});

/// The stretches of a clean text that are damaged, each with the number beside it and the character before.
pub(super) fn damage(text: &str) -> Vec<Span> {
    DAMAGE.find_iter(text).map(|found| found.range().into()).collect()
}
