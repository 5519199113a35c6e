//! What the rules leave undecided: the one place that says about which sentences a second reader is asked.
//!
//! Undecided is a stretch that no find covers and of which one of these is true:
//! - A head has words before it that weigh one step less than it asks for ([`Doubt::Light`]): 园城公司, where 园城 is no name
//!   that anybody knows.
//! - A head follows directly upon a word that no rule takes into a name ([`Doubt::Bare`]): the 集团 of 颐高集团.
//! - It looks like a firm's short name, or stands in a list of firms, but nothing around it or in it speaks for that
//!   ([`Doubt::Brand`]): 诚铭电子 in a list.
//! - It is a whole member of a list ([`Doubt::Member`]) beside a find, or one that holds a proper word: 山城巷 between two
//!   villages.

use super::super::name::{Joins, Scan};
use crate::model::{Judgement, RuleId, Span, Verdict, Weight};
use std::collections::{BTreeMap, BTreeSet};

/// What words before a head can be, in the order of their weight.
const STEPS: [&str; 4] = ["bare", "common", "proper", "known"];

/// How long a member of a list can be that is a name, in characters.
const MEMBER: std::ops::RangeInclusive<usize> = 2..=10;

/// Why a stretch is undecided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The words before a head are a step too light. Where the head begins.
    Light(usize),
    /// A head behind a word that no rule takes into a name.
    Bare,
    /// A firm's name by its looks alone.
    Brand,
    /// A whole member of a list.
    Member,
}

/// A stretch of which the rules cannot tell whether it is a name.
#[derive(Debug, Clone)]
pub(super) struct Undecided {
    pub span: Span,
    pub doubt: Doubt,
    /// The rule that proposed it, if one did.
    pub rule: Option<RuleId>,
    /// What its words weigh, where that was asked.
    pub weight: Option<Weight>,
}

/// What the rules of a family (`organization`, `place`) leave undecided, given what was found, in the order of the text.
///
/// `bare` says whether a stretch without a head can be a name of that family.
pub(super) fn undecided(scan: &Scan<'_>, family: &str, found: &[Span], bare: impl Fn(Span) -> bool) -> Vec<Undecided> {
    let taken = Taken::new(found);
    let refused = scan.refused(family);
    let mut left: Vec<Undecided> = Vec::new();
    for judgement in &refused {
        let part = refused.iter().any(|other| {
            other.span != judgement.span && other.span.contains(judgement.span) && other.span.end > judgement.span.end
        });
        let Some(doubt) = doubt_of(scan, judgement).filter(|_| !part) else { continue };
        // 甲工业园区乙组团: a name before it may be one by itself; the head must be free.
        let free = match doubt {
            Doubt::Light(head) => Span::new(head, judgement.span.end),
            _ => judgement.span,
        };
        if !taken.overlap(free) && (doubt != Doubt::Brand || bare(judgement.span)) {
            left.push(Undecided {
                span: judgement.span,
                doubt,
                rule: Some(judgement.rule.clone()),
                weight: judgement.weight,
            });
        }
    }
    members(scan, &taken, bare, &mut left);
    left.sort_by_key(|undecided| undecided.span);
    left.dedup_by_key(|undecided| undecided.span);
    left
}

fn doubt_of(scan: &Scan<'_>, judgement: &Judgement) -> Option<Doubt> {
    let Verdict::Refused(why) = judgement.verdict else { return None };
    match (why, judgement.weight) {
        ("light", Some(weight)) if is_a_step_short(weight) => {
            let own = judgement.span.of(scan.text).char_indices().nth(weight.chars)?;
            Some(Doubt::Light(judgement.span.start + own.0))
        }
        ("no-frame" | "no-brand", _) => Some(Doubt::Brand),
        ("generic", _) if follows_a_word(scan, judgement.span) => Some(Doubt::Bare),
        _ => None,
    }
}

fn is_a_step_short(weight: Weight) -> bool {
    let step = |name: &str| STEPS.iter().position(|step| *step == name);
    step(weight.content).zip(step(weight.needs)).is_some_and(|(content, needs)| content > 0 && content + 1 == needs)
}

/// Whether a word that is no small one stands directly before it, and not only common words: what a name could be made of.
fn follows_a_word(scan: &Scan<'_>, span: Span) -> bool {
    let before = &scan.text[..span.start];
    let Some((at, _)) = before.char_indices().rev().nth(1) else { return false };
    let two = Span::new(at, span.start);
    let plain = two.of(scan.text).chars().all(|c| c.is_alphanumeric() && !c.is_numeric());
    plain && scan.content_word_before(span.start) && !scan.all_common(two)
}

/// Members of lists that no find covers.
fn members(scan: &Scan<'_>, taken: &Taken, bare: impl Fn(Span) -> bool, left: &mut Vec<Undecided>) {
    for sentence in scan.sentences {
        let text = sentence.span.of(scan.text);
        if !text.contains('\u{3001}') {
            continue;
        }
        let mut at = sentence.span.start;
        let mut items: Vec<(Span, Option<char>)> = Vec::new();
        for item in text.split_inclusive(is_border) {
            let mark = item.chars().next_back().filter(|c| is_border(*c));
            let len = item.len() - mark.map_or(0, char::len_utf8);
            items.push((Span::new(at, at + len), mark));
            at += item.len();
        }
        for (index, (item, mark)) in items.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| items[before]).filter(|(_, mark)| *mark == Some('\u{3001}'));
            let after = items.get(index + 1).filter(|_| *mark == Some('\u{3001}'));
            if before.is_none() && after.is_none() {
                continue;
            }
            let mut span = *item;
            // The last member ends before what speaks of all: 甲、乙等.
            if after.is_none() {
                let etc = span.of(scan.text).find('\u{7B49}');
                span.end = etc.map_or(span.end, |etc| span.start + etc);
            }
            // The first has the verb before it: 走访了甲、乙.
            if before.is_none() {
                span = scan.after_stops(span);
            }
            if !MEMBER.contains(&span.of(scan.text).chars().count()) || taken.overlap(span) {
                continue;
            }
            let beside = before.is_some_and(|(other, _)| taken.ends.contains(&other.end))
                || after.is_some_and(|(other, _)| taken.starts.contains_key(&other.start));
            let edge = scan.left_edge(span.end, span.start, Joins::Dash);
            let proper = edge.content >= super::super::name::Content::Proper;
            if edge.start == span.start && (beside || proper) && bare(span) {
                left.push(Undecided { span, doubt: Doubt::Member, rule: None, weight: None });
            }
        }
    }
}

/// A mark between members of a list, or between clauses.
fn is_border(c: char) -> bool {
    matches!(c, '\u{3001}' | '\u{FF0C}' | ',' | '\u{3002}' | '\u{FF1B}' | ';' | '\u{FF1A}' | ':' | '\n')
}

/// What finds cover.
pub(super) struct Taken {
    /// Where each begins, with the end of the longest that begins there.
    starts: BTreeMap<usize, usize>,
    ends: BTreeSet<usize>,
}

impl Taken {
    pub fn new(found: &[Span]) -> Self {
        let mut starts: BTreeMap<usize, usize> = BTreeMap::new();
        for span in found {
            let end = starts.entry(span.start).or_insert(span.end);
            *end = (*end).max(span.end);
        }
        Self { starts, ends: found.iter().map(|span| span.end).collect() }
    }

    /// Whether a find has a part of the stretch. Finds of two families may lie in each other, but not deeper.
    pub fn overlap(&self, span: Span) -> bool {
        self.starts.range(..span.end).rev().take(2).any(|(_, end)| *end > span.start)
    }

    /// Whether an edge of the stretch lies within a find.
    pub fn cross(&self, span: Span) -> bool {
        [span.start, span.end]
            .into_iter()
            .any(|edge| self.starts.range(..edge).next_back().is_some_and(|(_, end)| *end > edge))
    }
}
