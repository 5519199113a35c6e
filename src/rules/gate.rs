//! The gate: one scan of a tape that tells which rules can match on it, and where their finds can begin.
//!
//! Of `{winning}[^，]{0,40}?{prize}` every match begins with a word of the first class and holds one of the second. The
//! words of all of a family's rules are looked for in one pass; a rule whose words are not all there is not
//! run, and the others are tried only where a word stands with which they can begin. `{head}` alone is its words: there the
//! pass itself gives the finds.
//!
//! Nothing is lost. The words are read off the expression that the rule's automaton is built of, and each set is a
//! condition that every match meets: [`firsts`] begins every match (a part that may be empty adds what may follow it), and
//! each of [`needs`] lies in a part that no match leaves out. Where the expression says neither (`[^，]{3,}`), the rule is
//! run as it is. A leftmost match is the match at the first place where there is one, so trying the places in order finds
//! the same; of equal beginnings the expression itself decides, as before.

use super::words::Words;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::BTreeMap;

/// A class of more characters than this (`\p{Han}`, `[^，]`) stands nearly everywhere: it tells nothing.
const LARGEST_CLASS: usize = 64;

/// More words than this with which one rule can begin would make the set large for little.
const MOST_FIRSTS: usize = 4096;

/// The conditions of one rule that are looked at: a bit each.
const MOST_NEEDS: usize = 8;

/// Where a find of a rule can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Start {
    rule: usize,
    /// Where on the tape.
    pub at: usize,
    /// The place of the word among the rule's words: of two that begin at one place the expression prefers the first.
    order: usize,
    /// Where the find ends, if the word is all of it.
    pub end: Option<usize>,
}

/// How a rule is to be run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Run<'s> {
    /// Everywhere.
    Everywhere,
    /// At these places, in their order; two may be the same place, and then the first is preferred.
    At(&'s [Start]),
}

/// What a word says of a rule.
#[derive(Debug, Clone, Copy)]
struct Mark {
    rule: usize,
    says: Says,
}

#[derive(Debug, Clone, Copy)]
enum Says {
    /// One of its conditions is met.
    Meets(u8),
    /// It can begin here.
    Begins { order: usize, whole: bool },
}

/// The conditions of one rule.
#[derive(Debug, Default)]
struct Conditions {
    /// The bits of what it needs.
    needs: u8,
    /// Whether the words with which it can begin are known.
    begins: bool,
}

pub(super) struct Gate {
    rules: Vec<Conditions>,
    /// For each word what it says.
    marks: Vec<Vec<Mark>>,
    words: Words,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").field("rules", &self.rules).field("words", &self.marks.len()).finish_non_exhaustive()
    }
}

impl Gate {
    /// The gate of rules that are these expressions.
    pub(super) fn new(patterns: &[Hir]) -> Self {
        let mut words: BTreeMap<String, Vec<Mark>> = BTreeMap::new();
        let mut rules = Vec::new();
        for (rule, pattern) in patterns.iter().enumerate() {
            let whole = alternatives(pattern);
            let begins = whole.clone().filter(|words| is_closed(words)).or_else(|| closed(firsts(pattern)));
            for (order, word) in begins.iter().flatten().enumerate() {
                words.entry(word.clone()).or_default().push(Mark {
                    rule,
                    says: Says::Begins { order: if whole.is_some() { order } else { 0 }, whole: whole.is_some() },
                });
            }
            let mut needed: Vec<Vec<String>> = needs(pattern);
            needed.sort_by_cached_key(|words| rarity(words));
            needed.dedup();
            needed.retain(|words| begins.as_ref() != Some(words));
            needed.truncate(MOST_NEEDS);
            let mut conditions = Conditions { needs: 0, begins: begins.is_some() };
            for (bit, word) in needed.iter().enumerate().flat_map(|(bit, words)| words.iter().map(move |w| (bit, w))) {
                conditions.needs |= 1 << bit;
                words.entry(word.clone()).or_default().push(Mark { rule, says: Says::Meets(1 << bit) });
            }
            rules.push(conditions);
        }
        let marks = words.values().cloned().collect();
        let words = Words::new(words.keys().map(String::as_str));
        Self { rules, marks, words }
    }

    /// Whether the rule names words with which its finds begin or that they hold.
    #[cfg(test)]
    pub(super) fn names_words(&self, rule: usize) -> bool {
        self.rules[rule].begins || self.rules[rule].needs != 0
    }

    /// Whether a rule that names words can match on `tape`, as far as its words tell.
    pub(super) fn may_match(&self, tape: &str) -> bool {
        let tells = |mark: &Mark| matches!(mark.says, Says::Begins { .. }) || !self.rules[mark.rule].begins;
        let mut any = false;
        self.words.each(tape, |_, _, word| {
            any = self.marks[word as usize].iter().any(tells);
            any.then_some(usize::MAX)
        });
        any
    }

    /// Gives `run` each rule that can match on `tape`, in their order.
    pub(super) fn pass(&self, tape: &str, mut run: impl FnMut(usize, Run<'_>)) {
        let mut met = vec![0_u8; self.rules.len()];
        let mut starts = Vec::new();
        self.words.each(tape, |at, len, word| {
            for mark in &self.marks[word as usize] {
                match mark.says {
                    Says::Meets(bit) => met[mark.rule] |= bit,
                    Says::Begins { order, whole } => {
                        starts.push(Start { rule: mark.rule, at, order, end: whole.then_some(at + len) });
                    }
                }
            }
            None
        });
        starts.sort_unstable();
        let mut rest = starts.as_slice();
        for (rule, conditions) in self.rules.iter().enumerate() {
            let own;
            (own, rest) = rest.split_at(rest.iter().take_while(|start| start.rule == rule).count());
            if met[rule] != conditions.needs {
                continue;
            }
            match conditions.begins {
                true if own.is_empty() => {}
                true => run(rule, Run::At(own)),
                false => run(rule, Run::Everywhere),
            }
        }
    }
}

/// Whether no word is empty: an empty one stands for a match that begins with none of the others.
fn is_closed(words: &[String]) -> bool {
    !words.is_empty() && words.iter().all(|word| !word.is_empty())
}

/// Long and few words are met least.
fn rarity(words: &[String]) -> (std::cmp::Reverse<usize>, usize, Vec<String>) {
    let shortest = words.iter().map(String::len).min().unwrap_or(0);
    (std::cmp::Reverse(shortest), words.len(), words.to_vec())
}

fn characters(class: &Class) -> Option<Vec<String>> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(_) => return None,
    };
    let mut found = Vec::new();
    for (first, last) in ranges {
        let room = LARGEST_CLASS + 1 - found.len();
        found.extend((first..=last).take(room).map(String::from));
        if found.len() > LARGEST_CLASS {
            return None;
        }
    }
    Some(found)
}

fn literal(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

/// The words that the expression is, in the order of its preference, if it is nothing else.
fn alternatives(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(text) => literal(&text.0).map(|word| vec![word]),
        HirKind::Class(class) => characters(class),
        HirKind::Capture(capture) => alternatives(&capture.sub),
        HirKind::Alternation(branches) => {
            Some(branches.iter().map(alternatives).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// The beginning of a match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct First {
    word: String,
    /// Whether a match of the part can be this word and nothing more: what follows the part then goes on from here.
    ends: bool,
}

/// Words with one of which every match begins. An empty word stands for a part that can be left out; one among the words
/// of a whole expression says that a match can begin with others too.
fn firsts(hir: &Hir) -> Option<Vec<First>> {
    let exactly = |word: String| First { word, ends: true };
    let mut firsts = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![exactly(String::new())],
        HirKind::Literal(text) => vec![exactly(literal(&text.0)?)],
        HirKind::Class(class) => characters(class)?.into_iter().map(exactly).collect(),
        HirKind::Capture(capture) => firsts(&capture.sub)?,
        HirKind::Repetition(repetition) => {
            let mut words = firsts(&repetition.sub)?;
            let once = repetition.max == Some(1);
            words.iter_mut().for_each(|first| first.ends &= once || first.word.is_empty());
            words.extend((repetition.min == 0).then(|| exactly(String::new())));
            words
        }
        HirKind::Alternation(branches) => {
            branches.iter().map(firsts).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect()
        }
        HirKind::Concat(parts) => sequence(parts)?,
    };
    firsts.sort_unstable();
    firsts.dedup();
    (firsts.len() <= MOST_FIRSTS).then_some(firsts)
}

/// The words with which parts begin that follow one another. A word of one character, as a placeholder is, stands in many
/// places: it goes on into the next part.
fn sequence(parts: &[Hir]) -> Option<Vec<First>> {
    let mut words = vec![First { word: String::new(), ends: true }];
    for part in parts {
        let goes_on = |first: &First| first.ends && first.word.chars().nth(1).is_none();
        if !words.iter().any(goes_on) {
            break;
        }
        let (open, mut longer): (Vec<First>, Vec<First>) = words.iter().cloned().partition(goes_on);
        longer.iter_mut().for_each(|first| first.ends = false);
        let next = firsts(part).filter(|next| open.len() * next.len() + longer.len() <= MOST_FIRSTS);
        let Some(next) = next else {
            // What is known so far is true, if it is anything.
            words.iter_mut().for_each(|first| first.ends = false);
            return words.iter().all(|first| !first.word.is_empty()).then_some(words);
        };
        let join =
            |before: &First, next: &First| First { word: format!("{}{}", before.word, next.word), ends: next.ends };
        words = longer;
        words.extend(open.iter().flat_map(|before| next.iter().map(move |next| join(before, next))));
    }
    Some(words)
}

/// The words of firsts, if none is empty.
fn closed(firsts: Option<Vec<First>>) -> Option<Vec<String>> {
    let words: Vec<String> = firsts?.into_iter().map(|first| first.word).collect();
    let mut words = Some(words).filter(|words| is_closed(words))?;
    words.dedup();
    Some(words)
}

/// Sets of words of each of which every match holds one.
fn needs(hir: &Hir) -> Vec<Vec<String>> {
    match hir.kind() {
        HirKind::Concat(parts) => parts.iter().flat_map(needs).collect(),
        HirKind::Capture(capture) => needs(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => needs(&repetition.sub),
        HirKind::Alternation(branches) => {
            let rarest = |branch| needs(branch).into_iter().min_by_key(|words| rarity(words));
            let each: Option<Vec<_>> = branches.iter().map(rarest).collect();
            let mut words: Vec<String> = each.into_iter().flatten().flatten().collect();
            words.sort_unstable();
            words.dedup();
            if words.is_empty() { Vec::new() } else { vec![words] }
        }
        HirKind::Literal(_) | HirKind::Class(_) => closed(firsts(hir)).into_iter().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
