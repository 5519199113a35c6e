//! How likely one character is behind another: from the words of a dictionary, and from the page's own.

use crate::clean::marks::is_han;
use crate::clean::script;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static PAIRS: LazyLock<Pairs> = LazyLock::new(|| Pairs::read(include_str!("pairs.txt")));

/// The frequencies of the dictionary.
struct Pairs {
    /// Where the row of a character is; the blocks of Chinese characters begin at U+4E00.
    rows: Vec<Option<Row>>,
    followers: Vec<(char, u8)>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    frequency: u8,
    from: usize,
    to: usize,
}

/// The sum of all frequencies, about 2 to the 27th.
const ALL: f32 = 1e8;

/// How much a pair of the dictionary, one of the page, and a character by itself count. Tried on generated pages: more
/// for the page lets one of its own damaged places vouch for another.
const WEIGHTS: (f32, f32, f32) = (0.6, 0.1, 0.3);

/// A character that no dictionary has.
const UNKNOWN: f32 = 1e-9;

const FIRST: u32 = 0x4E00;

impl Pairs {
    fn read(data: &str) -> Self {
        let mut pairs = Self { rows: vec![None; 0x5200], followers: Vec::new() };
        for line in data.lines().filter(|line| !line.starts_with('#')) {
            let mut chars = line.chars();
            let mut next = || Some((chars.next()?, u8::try_from(u32::from(chars.next()?).checked_sub(97)?).ok()?));
            let Some((c, frequency)) = next() else { continue };
            let from = pairs.followers.len();
            while let Some(follower) = next() {
                pairs.followers.push(follower);
            }
            if let Some(row) = place(c).and_then(|place| pairs.rows.get_mut(place)) {
                *row = Some(Row { frequency, from, to: pairs.followers.len() });
            }
        }
        pairs
    }

    fn row(&self, c: char) -> Option<Row> {
        place(c).and_then(|place| self.rows.get(place)).copied().flatten()
    }
}

fn place(c: char) -> Option<usize> {
    u32::from(c).checked_sub(FIRST).and_then(|place| usize::try_from(place).ok())
}

/// Whether the dictionary has the (simplified) character.
pub(super) fn is_known(c: char) -> bool {
    PAIRS.row(c).is_some()
}

fn power(frequency: u8) -> f32 {
    f32::from(frequency).exp2()
}

/// Whether the dictionary has two (simplified) characters side by side in a word.
pub(super) fn is_pair(before: char, c: char) -> bool {
    let followers = PAIRS.row(before).map_or(&[][..], |row| &PAIRS.followers[row.from..row.to]);
    followers.binary_search_by_key(&c, |(follower, _)| *follower).is_ok()
}

/// What judges the readings of one page.
pub(super) struct Judge {
    /// How often each pair stands on the page, and how often its first character stands before another.
    seen: FxHashMap<(char, char), f32>,
    leads: FxHashMap<char, f32>,
}

impl Judge {
    /// Learns the pairs of a page, without its readings.
    pub(super) fn of(page: &str) -> Self {
        let mut seen: FxHashMap<(char, char), f32> = FxHashMap::default();
        let mut leads: FxHashMap<char, f32> = FxHashMap::default();
        let mut before = ' ';
        let mut inside = false;
        for c in page.chars() {
            match c {
                '(' | '\u{FF08}' => inside = true,
                ')' | '\u{FF09}' => inside = false,
                c if inside && !is_han(c) => {}
                c => {
                    inside = false;
                    let c = script::simple(c);
                    if is_han(c) && is_han(before) {
                        *seen.entry((before, c)).or_default() += 1.0;
                        *leads.entry(before).or_default() += 1.0;
                    }
                    before = c;
                }
            }
        }
        Self { seen, leads }
    }

    /// The logarithm of how likely a character is behind another, and whether the two are known to stand so; both are
    /// simplified.
    pub(super) fn score(&self, before: char, c: char) -> (f32, bool) {
        if !is_han(c) {
            return (mark(c), false);
        }
        let mut known = false;
        let row = PAIRS.row(c);
        let alone = row.map_or(0.0, |row| power(row.frequency) / ALL);
        let (pair, page, single) = WEIGHTS;
        let mut likely = single.mul_add(alone, UNKNOWN);
        if let Some(row) = PAIRS.row(before) {
            let followers = &PAIRS.followers[row.from..row.to];
            if let Ok(at) = followers.binary_search_by_key(&c, |(follower, _)| *follower) {
                likely += pair * power(followers[at].1) / power(row.frequency);
                known = true;
            }
        }
        if let Some(times) = self.seen.get(&(before, c)) {
            likely += page * times / self.leads.get(&before).copied().unwrap_or(1.0);
            known = true;
        }
        (likely.ln(), known)
    }
}

/// Marks and letters: the common ones are as likely as common characters.
fn mark(c: char) -> f32 {
    match c {
        ',' | '\u{FF0C}' | '\u{3002}' => -3.0,
        '\u{3001}' | '\u{201C}' | '\u{201D}' => -5.0,
        ':' | ';' | '!' | '?' | '(' | ')' | '\u{FF1A}' | '\u{FF1B}' | '\u{FF01}' | '\u{FF1F}' | '\u{FF08}'
        | '\u{FF09}' => -6.0,
        '\u{300A}' | '\u{300B}' | '\u{2026}' | '\u{2014}' | '\u{B7}' | '\u{3010}' | '\u{3011}' | '%' => -7.0,
        c if c.is_ascii_alphanumeric() || c == ' ' || c == '.' => -5.0,
        c if c.is_ascii() => -9.0,
        _ => -16.0,
    }
}
