//! Long and short names of one undertaking are one: `市民中心项目`, `南湖市民中心`, `南湖市民中心建设`.

use super::{Candidate, FAMILY};
use crate::model::{Span, Status};
use crate::rules::everywhere;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// A short name that ends a long one is the same from this many characters on.
const SHORTEST: usize = 4;

/// All that the article says of one undertaking.
pub(super) struct Group {
    pub name: String,
    pub mentions: Vec<Span>,
    pub status: Option<Status>,
    pub best: Candidate,
}

/// One group for each undertaking.
pub(super) fn merge(text: &str, candidates: Vec<Candidate>) -> Vec<Group> {
    let mut groups: Vec<Vec<Candidate>> = Vec::new();
    let mut known = Known::default();
    for candidate in candidates {
        let own = core(&candidate.name);
        let group = known.group_of(&own).unwrap_or(groups.len());
        known.add(own, group);
        match groups.get_mut(group) {
            Some(group) => group.push(candidate),
            None => groups.push(vec![candidate]),
        }
    }
    let forms: Vec<Vec<String>> = groups.iter().map(|group| forms(text, group)).collect();
    let all: BTreeSet<&str> = forms.iter().flatten().map(String::as_str).collect();
    let all: Vec<&str> = all.into_iter().collect();
    let places: FxHashMap<&str, Vec<Span>> = all.iter().copied().zip(everywhere(text, &all)).collect();
    groups.into_iter().zip(&forms).filter_map(|(group, forms)| fold(group, forms, &places)).collect()
}

/// So many undertakings that begin or end alike are compared with a name, the last ones told: far more than an article names.
const ALIKE: usize = 256;

/// The names told so far, with the last group that each is in.
#[derive(Default)]
struct Known {
    cores: Vec<(String, usize)>,
    at: FxHashMap<String, usize>,
    /// By their first two characters, and by their last four: what is the same name begins or ends alike.
    by_head: FxHashMap<String, Vec<usize>>,
    by_tail: FxHashMap<String, Vec<usize>>,
}

impl Known {
    /// The last group in which a name is the same.
    fn group_of(&self, own: &str) -> Option<usize> {
        let equal = self.at.get(own).into_iter();
        let alike = self.by_head.get(head(own)).into_iter().chain(self.by_tail.get(tail(own)));
        let near = equal.chain(alike.flat_map(|all| all.iter().rev().take(ALIKE)));
        // A later group goes first, so only a name of one is worth a look.
        near.fold(None, |best, at| {
            let (core, group) = &self.cores[*at];
            let later = best.is_none_or(|best| best < *group);
            if later && same(core, own) { Some(*group) } else { best }
        })
    }

    fn add(&mut self, core: String, group: usize) {
        if let Some(at) = self.at.get(&core) {
            let last = &mut self.cores[*at].1;
            *last = group.max(*last);
            return;
        }
        let at = self.cores.len();
        self.by_head.entry(head(&core).to_owned()).or_default().push(at);
        self.by_tail.entry(tail(&core).to_owned()).or_default().push(at);
        self.at.insert(core.clone(), at);
        self.cores.push((core, group));
    }
}

/// The first two characters.
fn head(core: &str) -> &str {
    core.char_indices().nth(2).map_or(core, |(end, _)| &core[..end])
}

/// The last characters, as many as a short name has.
fn tail(core: &str) -> &str {
    core.char_indices().rev().nth(SHORTEST - 1).map_or(core, |(start, _)| &core[start..])
}

/// The longest name of a group: all that is said of it in one name.
fn fullest(group: &[Candidate]) -> Option<&str> {
    group.iter().max_by_key(|candidate| candidate.name.chars().count()).map(|candidate| candidate.name.as_str())
}

/// How the text names the undertaking of a group, the longest form first.
fn forms(text: &str, group: &[Candidate]) -> Vec<String> {
    let mut forms: Vec<String> = group.iter().map(|candidate| candidate.span.of(text).to_owned()).collect();
    forms.extend(fullest(group).map(core).filter(|bare| bare.chars().count() >= SHORTEST));
    forms.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    forms.dedup();
    forms
}

fn fold(mut group: Vec<Candidate>, forms: &[String], places: &FxHashMap<&str, Vec<Span>>) -> Option<Group> {
    let name = fullest(&group)?.to_owned();
    let status = group.iter().filter_map(|candidate| candidate.status).max();
    let mut mentions: BTreeSet<Span> = BTreeSet::new();
    for span in forms.iter().filter_map(|form| places.get(form.as_str())).flatten() {
        let before = mentions.range(..Span::new(span.end, span.end)).next_back();
        if before.is_none_or(|other| !other.overlaps(*span)) {
            mentions.insert(*span);
        }
    }
    let mentions = mentions.into_iter().collect();
    // The surest clause is the evidence; of equally sure ones the first.
    let surest = group.iter().map(|candidate| candidate.confidence).max()?;
    let at = group.iter().position(|candidate| candidate.confidence == surest)?;
    Some(Group { name, mentions, status, best: group.swap_remove(at) })
}

/// A name without quotes, without the words that only say it is an undertaking, and without 我市.
fn core(name: &str) -> String {
    let mut plain = String::new();
    let mut held = String::new();
    let mut depth = false;
    for c in name.chars() {
        match c {
            '\u{201C}' | '\u{201D}' | '"' | ' ' => {}
            '\u{FF08}' | '(' => depth = true,
            // 桂（平）来（宾）公路 is 桂来公路; brackets that end the name (（二期）) stay.
            '\u{FF09}' | ')' => depth = false,
            _ if depth => held.push(c),
            _ => {
                held.clear();
                plain.push(c);
            }
        }
    }
    plain.push_str(&held);
    let mut rest = plain.as_str();
    while let Some((_, form)) = FAMILY.lexicon.suffix_of("empty", rest) {
        if rest[..rest.len() - form.len()].chars().count() < SHORTEST {
            break;
        }
        rest = &rest[..rest.len() - form.len()];
    }
    if let Some((_, form)) = FAMILY.lexicon.prefix_of("ours", rest) {
        rest = &rest[form.len()..];
    }
    rest.to_owned()
}

fn same(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short == long {
        return true;
    }
    if short.chars().count() >= SHORTEST && long.ends_with(short) {
        return true;
    }
    // 乌山市集中供热改造 and 乌山集中供热改造: a word of one or two letters more, and no digit.
    let (long, short): (Vec<char>, Vec<char>) = (long.chars().collect(), short.chars().collect());
    // Bytes and letters count differently where a name has digits: the one longer in bytes may have fewer letters.
    let Some(more) = long.len().checked_sub(short.len()) else {
        return false;
    };
    let first = long.iter().zip(&short).take_while(|(a, b)| a == b).count();
    (1..=2).contains(&more)
        && short.len() >= 4 + 2 * more
        && first >= 2
        && long[first + more..] == short[first..]
        && !long[first..first + more].iter().any(char::is_ascii_digit)
}
