//! Long and short names of one undertaking are one: `市民中心项目`, `南湖市民中心`, `南湖市民中心建设`.

use super::{Candidate, FAMILY};
use crate::model::{Span, Status};

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
    for candidate in candidates {
        let own = core(&candidate.name);
        let fits = |group: &&mut Vec<Candidate>| group.iter().any(|other| same(&core(&other.name), &own));
        match groups.iter_mut().rev().find(fits) {
            Some(group) => group.push(candidate),
            None => groups.push(vec![candidate]),
        }
    }
    groups.into_iter().filter_map(|group| fold(text, group)).collect()
}

fn fold(text: &str, mut group: Vec<Candidate>) -> Option<Group> {
    let fullest = group.iter().max_by_key(|candidate| candidate.name.chars().count())?;
    let name = fullest.name.clone();
    let status = group.iter().filter_map(|candidate| candidate.status).max();
    let mut forms: Vec<&str> = group.iter().map(|candidate| candidate.span.of(text)).collect();
    let bare = core(&name);
    if bare.chars().count() >= SHORTEST {
        forms.push(&bare);
    }
    forms.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    forms.dedup();
    let mut mentions: Vec<Span> = Vec::new();
    for form in forms {
        for (at, _) in text.match_indices(form) {
            let span = Span::new(at, at + form.len());
            if !mentions.iter().any(|other| other.overlaps(span)) {
                mentions.push(span);
            }
        }
    }
    mentions.sort_unstable();
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
