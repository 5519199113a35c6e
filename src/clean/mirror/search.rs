//! The search for what a damaged run was: every original whose bytes the mirror would have printed so.
//!
//! `變?yōu)樾沦|(zhì)` is `變為新質(zhì)`: the reading was put behind 839E, which is the end of `變` (D783) and the
//! beginning of `為` (9EE9). So the lost byte is the second of a character read `yōu` whose first is 83, and what
//! follows, E9D0 C2D9 7C, is out of step by one byte until `|` ends the character that it began.

use super::judge::{self, Judge};
use super::units::{Unit, behind_readings, is_cut, last_byte, unit, without_reading};
use super::{gbk, readings};
use crate::clean::marks::is_han;
use crate::clean::script;

/// Stands for what cannot be told.
pub(super) const LOST: char = '\u{FFFD}';

/// No run out of step was longer on generated pages than some twenty characters.
const LONGEST: usize = 60;

/// How many originals are followed at a time: a byte of which nothing is known has 126 values.
const WIDTH: usize = 160;

/// By how much the best original must be likelier than the next, as a logarithm (e^4 = 55). Of 40,000 lost bytes of
/// generated texts, 4 leaves 0.5 % open and gets none wrong; 5 leaves 0.7 % open.
const MARGIN: f32 = 4.0;

/// An original so much less likely than the best so far is no longer followed.
const HOPELESS: f32 = 30.0;

/// What a character costs that makes no known pair with either neighbour.
const ALONE: f32 = 3.0;

/// How much likelier a full stop is cut than the pairs of a dictionary tell: it stands behind any word.
const STOP: f32 = 4.0;

/// What a question costs that ends in two marks, or in a mark that the mirror looks for: pages seldom print such.
const QUESTION: f32 = 5.0;

/// What giving up two bytes costs.
const GIVEN_UP: f32 = -24.0;

/// A possible original.
#[derive(Debug, Clone)]
struct Original {
    chars: Vec<char>,
    /// The first byte of a character whose second is still to come.
    pending: Option<u8>,
    /// The last byte so far.
    last: Option<u8>,
    /// The last character, simplified.
    before: char,
    /// Whether that makes a known pair with the one before it.
    paired: bool,
    /// How many characters make no known pair with either neighbour.
    alone: usize,
    score: f32,
}

impl Original {
    /// Adds a character to what is judged.
    fn judge(&mut self, judge: &Judge, c: char) {
        let simple = script::simple(c);
        let (score, paired) = judge.score(self.before, simple);
        let alone = is_han(self.before) && !self.paired && !paired;
        self.score += score - if alone { ALONE } else { 0.0 };
        self.alone += usize::from(alone);
        self.paired = paired;
        self.before = simple;
    }
}

/// What is known of the page.
pub(super) struct Page<'p> {
    pub(super) judge: &'p Judge,
    /// Whether brackets without a tone are readings too.
    pub(super) noisy: bool,
    /// Whether the page prints the character of these bytes without a reading: then it reads none.
    pub(super) unread: &'p dyn Fn([u8; 2]) -> bool,
    /// The page's own readings, of characters that tables may not have.
    pub(super) own: &'p dyn Fn(u8, &str) -> Vec<u8>,
}

/// A run read: its length in the printed text, and what it was, with `LOST` for what cannot be told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) length: usize,
    pub(super) read: String,
}

/// The run that begins with the `?` at `at`; nothing if that `?` is a question.
pub(super) fn run(text: &str, at: usize, page: &Page<'_>) -> Option<Run> {
    let (before, damaged) = text.split_at(at);
    let open = open_quote(before);
    let before = without_reading(before);
    let c = before.chars().next_back().unwrap_or('\n');
    let last = last_byte(c);
    let further = without_reading(&before[..before.len() - before.chars().next_back().map_or(0, char::len_utf8)]);
    let further = further.chars().next_back().map_or('\n', script::simple);
    let first = Original {
        chars: Vec::new(),
        pending: None,
        last,
        before: script::simple(c),
        // The page has this pair here, if nowhere else: only the dictionary tells.
        paired: judge::is_pair(further, script::simple(c)),
        alone: 0,
        score: 0.0,
    };
    let unread = !matches!(unit(damaged, false), Some((Unit::Lost(_), _)));
    let search = Search { page, open, unread };
    let mut originals = vec![first];
    let mut length = 0;
    let mut units = 0;
    while let Some((unit, width)) = unit(&damaged[length..], page.noisy).filter(|_| units < LONGEST) {
        let rest = &damaged[length + width..];
        let mut next = Vec::new();
        for original in &originals {
            search.step(original, unit, rest, &mut next);
        }
        if next.is_empty() {
            break;
        }
        next.sort_by(|a, b| b.score.total_cmp(&a.score));
        let best = next[0].score;
        next.retain(|original| original.score > best - HOPELESS);
        next.truncate(WIDTH);
        originals = next;
        length += width;
        units += 1;
        // A `?` right behind is judged with what it stands behind.
        let ends = !behind_readings(&damaged[length..]).starts_with('?');
        if ends && originals.iter().all(|original| original.pending.is_none()) {
            return search.end(originals, damaged, length);
        }
    }
    originals.retain(|original| original.pending.is_none() && units > 0);
    if !originals.is_empty() {
        return search.end(originals, damaged, length);
    }
    // No original would have been printed so, or the line ends out of step: nothing of it can be told.
    let is_question = matches!(unit(damaged, false), Some((Unit::Question, _)));
    (!is_question).then(|| Run { length: unreadable(damaged), read: LOST.to_string() })
}

/// Up to where a run that cannot be read is given up: what follows a space or the end of the line is in step.
fn unreadable(damaged: &str) -> usize {
    let line = damaged.find(['\n', '\r']).unwrap_or(damaged.len());
    let start = unit(damaged, false).map_or(0, |(_, width)| width);
    damaged[start..line].find(' ').map_or(line, |end| start + end)
}

/// Whether a quotation is open where a text ends, in its line.
fn open_quote(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.rfind('\u{201C}') > line.rfind('\u{201D}')
}

struct Search<'p> {
    page: &'p Page<'p>,
    open: bool,
    /// Whether no reading tells the first byte that was lost.
    unread: bool,
}

impl Search<'_> {
    /// All that an original may be with one more unit. `rest` is the text behind it.
    fn step(&self, original: &Original, unit: Unit<'_>, rest: &str, next: &mut Vec<Original>) {
        match unit {
            Unit::Lost(reading) => self.lost(original, reading, next),
            Unit::Reading(reading) => {
                let read = original.chars.last().and_then(|c| gbk::bytes_of(*c));
                let fits = original.pending.is_some() || read.is_none_or(|bytes| readings::reads(bytes, reading));
                let mut same = original.clone();
                same.score -= if fits { 0.0 } else { 8.0 };
                next.push(same);
            }
            Unit::Char(c) => self.char(original, c, next),
            Unit::Several(chars) => self.several(original, chars, next),
            Unit::Question => self.question(original, rest, next),
            Unit::Tag => self.tag(original, next),
        }
    }

    fn lost(&self, original: &Original, reading: &str, next: &mut Vec<Original>) {
        let Some(last) = original.last else { return };
        let mut trails: Vec<u8> = readings::trails(last, reading).collect();
        trails.retain(|trail| !(self.page.unread)([last, *trail]));
        trails.extend((self.page.own)(last, reading));
        trails.sort_unstable();
        trails.dedup();
        for trail in trails.into_iter().filter(|trail| gbk::is_lead(*trail)) {
            match original.pending {
                Some(lead) => self.push(original, lead, trail, None, next),
                None => next.push(Original { pending: Some(trail), last: Some(trail), ..original.clone() }),
            }
        }
    }

    fn char(&self, original: &Original, c: char, next: &mut Vec<Original>) {
        let Some(lead) = original.pending else {
            let mut same = original.clone();
            same.judge(self.page.judge, c);
            same.last = last_byte(c);
            same.chars.push(c);
            next.push(same);
            return;
        };
        // CP936 has the euro at 80.
        let single = if c == '\u{20AC}' { Some(0x80) } else { u8::try_from(c).ok().filter(u8::is_ascii) };
        if let Some(trail) = single.filter(|trail| gbk::is_trail(*trail)) {
            self.push(original, lead, trail, None, next);
        }
        if let Some([trail, following]) = gbk::bytes_of(c) {
            self.push(original, lead, trail, Some(following), next);
        }
        // Out of step, A3xx is a full-width mark, and NFKC has made it ASCII.
        self.folded(original, lead, c.encode_utf8(&mut [0; 4]), next);
    }

    fn folded(&self, original: &Original, lead: u8, printed: &str, next: &mut Vec<Original>) {
        for (_, [trail, following]) in gbk::folded(printed).filter(|(length, _)| *length == printed.len()) {
            self.push(original, lead, trail, Some(following), next);
        }
    }

    /// Characters that may have been one, or several.
    fn several(&self, original: &Original, chars: &str, next: &mut Vec<Original>) {
        if let Some(lead) = original.pending {
            self.folded(original, lead, chars, next);
        }
        let mut some = vec![original.clone()];
        for c in chars.chars() {
            let mut more = Vec::new();
            some.iter().for_each(|original| self.char(original, c, &mut more));
            some = more;
        }
        next.append(&mut some);
    }

    /// A `?` that no reading follows: a question, the mark of A3BF, or a byte that was cut off from the next. The mirror
    /// looks for `？；、` byte by byte too, and what stands before one that it finds ends there.
    fn question(&self, original: &Original, rest: &str, next: &mut Vec<Original>) {
        let cut = is_cut(rest);
        match original.pending {
            Some(lead) => {
                self.push(original, lead, 0xA3, Some(0xBF), next);
                if cut {
                    for trail in 0x81..=0xFE {
                        self.push(original, lead, trail, None, next);
                    }
                } else {
                    // What it swallowed was a digit, a space or a mark.
                    let mut given_up = original.clone();
                    given_up.chars.push(LOST);
                    next.push(Original {
                        pending: None,
                        last: None,
                        before: LOST,
                        score: original.score + GIVEN_UP,
                        ..given_up
                    });
                }
            }
            None => {
                let printed = next.len();
                self.char(original, '?', next);
                next[printed..].iter_mut().for_each(|question| question.score -= QUESTION);
                if cut {
                    next.extend((0x81..=0xFE).map(|lead| {
                        let score = original.score + if lead == 0xA1 { STOP } else { 0.0 };
                        Original { pending: Some(lead), last: Some(lead), score, ..original.clone() }
                    }));
                }
            }
        }
    }

    /// The last mark of a paragraph lost its second half to the tag: A1 begins `。`, if no quotation is open.
    fn tag(&self, original: &Original, next: &mut Vec<Original>) {
        let Some(lead) = original.pending else {
            // In step, nothing but a full stop is lost so: its first byte went with the cut.
            let mut stop = original.clone();
            stop.chars.push('\u{3002}');
            next.push(stop);
            return;
        };
        let inner = original.chars.iter().fold(self.open, |open, c| match c {
            '\u{201C}' => true,
            '\u{201D}' => false,
            _ => open,
        });
        let c = if lead == 0xA1 && !inner { '\u{3002}' } else { LOST };
        let mut ended = Original { pending: None, last: None, ..original.clone() };
        ended.judge(self.page.judge, c);
        ended.chars.push(c);
        next.push(ended);
    }

    /// An original with one character more, if those two bytes are one that pages have.
    fn push(&self, original: &Original, lead: u8, trail: u8, pending: Option<u8>, next: &mut Vec<Original>) {
        let Some(c) = gbk::char_of(lead, trail) else { return };
        let is_private = ('\u{E000}'..='\u{F8FF}').contains(&c);
        if is_private || pending.is_some_and(|pending| !gbk::is_lead(pending)) {
            return;
        }
        let mut longer = original.clone();
        longer.judge(self.page.judge, c);
        longer.pending = pending;
        longer.last = pending.or(Some(trail));
        longer.chars.push(if is_han(c) { c } else { gbk::fold(c) });
        next.push(longer);
    }

    /// The run read, with the readings behind it; nothing if it is as printed.
    fn end(&self, originals: Vec<Original>, damaged: &str, length: usize) -> Option<Run> {
        let rest = &damaged[length..];
        let read = self.choose(originals, rest);
        let length = length + rest.len() - behind_readings(rest).len();
        (read != damaged[..length]).then_some(Run { length, read })
    }

    /// The original that is likelier than all others by far; where there is none, what the likely ones have in common.
    fn choose(&self, mut originals: Vec<Original>, rest: &str) -> String {
        let following = behind_readings(rest).chars().next().unwrap_or('\n');
        for original in &mut originals {
            original.judge(self.page.judge, following);
        }
        originals.sort_by(|a, b| b.score.total_cmp(&a.score));
        let best = originals[0].score;
        let simple = |original: &Original| original.chars.iter().copied().map(script::simple).collect::<Vec<_>>();
        let chosen = simple(&originals[0]);
        let mut common = (chosen.len(), chosen.len());
        let mut sure = true;
        for other in originals[1..].iter().take_while(|other| other.score > best - MARGIN).map(simple) {
            if other == chosen {
                continue;
            }
            let same_head = chosen.iter().zip(&other).take_while(|(a, b)| a == b).count();
            let same_tail = chosen.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
            let shortest = chosen.len().min(other.len());
            common = (common.0.min(same_head), common.1.min(same_tail).min(shortest - same_head.min(shortest)));
            sure = false;
        }
        let chars = &originals[0].chars;
        if sure && self.unread && originals[0].alone > 0 && chars[0] != '?' {
            // Nothing but the words tells the byte; without words nothing does.
            return std::iter::once(&LOST).chain(&chars[1..]).collect();
        }
        if sure {
            let known = |c: &char| !is_han(*c) || judge::is_known(script::simple(*c));
            return chars.iter().map(|c| if known(c) { *c } else { LOST }).collect();
        }
        let (head, tail) = common;
        let tail = tail.min(chars.len() - head);
        let (head, tail) = (&chars[..head], &chars[chars.len() - tail..]);
        head.iter().chain(std::iter::once(&LOST)).chain(tail).collect()
    }
}
