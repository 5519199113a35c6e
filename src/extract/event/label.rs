//! The happening in a sentence, and the stretch of text that states it.

use super::FAMILY;
use super::telling::Telling;
use crate::model::{Annotated, Span};

/// A label is short: what is longer is cut at the end of an item or word.
const LABEL: usize = 40;
/// Evidence is a clause or sentence, never a page.
const EVIDENCE: usize = 150;
/// A clause shorter than this says too little alone.
const TERSE: usize = 9;
/// How far the clauses before may lengthen the evidence, in characters.
const REACH: usize = 120;

/// The label, and whether its subject is the article's home.
pub(super) fn label(annotated: &Annotated, telling: &Telling) -> (String, bool) {
    let text = &annotated.article.text;
    let before = strip_opening(annotated, telling.before());
    let tail = match telling.item {
        Some(item) => format!("{}{}", telling.trigger.of(text), item.of(text)),
        None => Span::new(telling.trigger.start, telling.end).of(text).to_owned(),
    };
    let tail = tail.trim_end_matches(['\u{3001}', ' ']).to_owned();
    let mut by_home = false;
    let mut subject = before.of(text);
    // 甲公司走访乙企业并召开座谈会: who stands before the first trigger is who the second is about.
    let lead = strip_opening(annotated, telling.lead).of(text);
    let carries = telling.start > telling.clause.start && !lead.contains('\u{3001}') && lead.chars().count() <= 16;
    if subject.is_empty() && carries {
        subject = lead;
    }
    let subject = if FAMILY.lexicon.prefix_of("adverbial", subject).is_some() || subject.is_empty() {
        by_home = true;
        let topic = topic(annotated, telling).or_else(|| annotated.home.as_ref().map(|home| home.name.clone()));
        format!("{}{subject}", topic.unwrap_or_default())
    } else {
        at_home(annotated, subject)
    };
    (shorten(&format!("{subject}{tail}"), subject.chars().count()), by_home)
}

/// 我区 at the head is the article's home.
fn at_home(annotated: &Annotated, subject: &str) -> String {
    match (&annotated.home, FAMILY.lexicon.prefix_of("ours", subject)) {
        (Some(home), Some((_, form))) => format!("{}{}", home.name, &subject[form.len()..]),
        _ => subject.to_owned(),
    }
}

/// Who the sentence is about: the organization or place at its head, if its first clause begins with one.
fn topic(annotated: &Annotated, telling: &Telling) -> Option<String> {
    let sentence = &annotated.sentences[telling.sentence];
    let first = *sentence.clauses.first()?;
    if first.start >= telling.clause.start && telling.start == telling.clause.start {
        return None;
    }
    let start = strip_opening(annotated, first).start;
    let body = annotated.organizations.binary_search_by_key(&start, |body| body.span.start).ok();
    let body = body.map(|at| &annotated.organizations[at]).map(|body| (body.span, &body.value.name));
    let place = annotated.places.binary_search_by_key(&start, |place| place.span.start).ok();
    let place = place.map(|at| &annotated.places[at]).map(|place| (place.span, &place.value.name));
    body.into_iter().chain(place).max_by_key(|(span, _)| span.len()).map(|(_, name)| name.clone())
}

/// Cuts a label to its length. The subject goes first where it is what makes the label long.
fn shorten(label: &str, subject: usize) -> String {
    let count = label.chars().count();
    if count <= LABEL {
        return label.to_owned();
    }
    let skip = if subject > LABEL / 2 { (count - LABEL).min(subject) } else { 0 };
    let kept: String = label.chars().skip(skip).collect();
    // A cut subject begins after the mark that ends its last cut part.
    let kept = if skip > 0 {
        let head: String = kept.chars().take(subject - skip).collect();
        head.rfind(['\u{3001}', '\u{201D}', ' '])
            .map_or(kept.as_str(), |at| {
                let mark = kept[at..].chars().next().map_or(0, char::len_utf8);
                &kept[at + mark..]
            })
            .to_owned()
    } else {
        kept
    };
    // 2021年第一批: a number that the cut has torn goes whole.
    let torn = skip > 0 && label.chars().nth(skip - 1).is_some_and(|c| c.is_ascii_digit());
    let kept =
        if torn { kept.trim_start_matches(|c: char| c.is_ascii_digit() || c == '\u{5E74}').to_owned() } else { kept };
    if kept.chars().count() <= LABEL {
        return kept;
    }
    let cut: String = kept.chars().take(LABEL).collect();
    let end = cut.rfind('\u{3001}').filter(|at| *at > cut.len() / 2).unwrap_or(cut.len());
    cut[..end].to_owned()
}

/// What is left of a stretch without the words that only lead in: dates, 其中, 据了解, a dateline.
pub(super) fn strip_opening(annotated: &Annotated, stretch: Span) -> Span {
    let text = &annotated.article.text;
    let mut start = stretch.start;
    let body = stretch.of(text);
    if let Some(at) = FAMILY.lexicon.find("dateline", body).last() {
        let rest = &body[at.span.end..];
        let close = rest.starts_with(['(', '\u{FF08}']).then(|| rest.find([')', '\u{FF09}'])).flatten();
        let mark = close.map_or(0, |at| at + rest[at..].chars().next().map_or(0, char::len_utf8));
        start = stretch.start + at.span.end + mark;
    }
    loop {
        let before = start;
        let rest = &text[start..stretch.end];
        start += rest.len()
            - rest.trim_start_matches([' ', '\u{3000}', '\u{2014}', '\u{3001}', '\u{25CF}', '\u{25A0}']).len();
        // A quotation that opens here and closes elsewhere.
        let rest = &text[start..stretch.end];
        if rest.starts_with('\u{201C}') && !rest.contains('\u{201D}') {
            start += '\u{201C}'.len_utf8();
        }
        let first = annotated.periods.partition_point(|period| period.span.start < start);
        let period = annotated.periods.get(first).filter(|period| period.span.start == start);
        if let Some(period) = period.filter(|period| period.span.end <= stretch.end) {
            start = period.span.end;
        }
        let rest = &text[start..stretch.end];
        let joint = FAMILY.lexicon.prefix_of("joint", rest).filter(|_| start > stretch.start || stretch.start > 0);
        if let Some((_, form)) = FAMILY.lexicon.prefix_of("opening", rest).or(joint) {
            start += form.len();
        }
        if start == before {
            return Span::new(start, stretch.end);
        }
    }
}

/// The clause that states it; with the clauses before it where it is terse, or where they give its date and nothing
/// else is told there.
pub(super) fn evidence(annotated: &Annotated, telling: &Telling, others: &[Telling]) -> Span {
    let text = &annotated.article.text;
    let sentence = &annotated.sentences[telling.sentence];
    let mut span = telling.clause;
    let before = sentence.clauses.iter().rev().filter(|clause| clause.end <= telling.clause.start);
    for clause in before {
        let longer = Span::new(clause.start, span.end);
        // Tellings are in the order of the text, so are periods; one that begins in the clause may end behind it.
        let first = others.partition_point(|other| other.trigger.start < clause.start);
        let near = others[first..].iter().take_while(|other| other.trigger.start < clause.end);
        let told = near.map(|other| other.trigger).any(|trigger| clause.contains(trigger));
        let first = annotated.periods.partition_point(|period| period.span.start < clause.start);
        let near = annotated.periods[first..].iter().take_while(|period| period.span.start < clause.end);
        let dated = !told && near.map(|period| period.span).any(|period| clause.contains(period));
        let terse = span.of(text).chars().count() < TERSE;
        let fits = !annotated.article.is_damaged(longer) && longer.of(text).chars().count() <= REACH;
        if !(fits && (dated || terse)) {
            break;
        }
        span = longer;
    }
    if span.of(text).chars().count() <= EVIDENCE {
        return span;
    }
    // A clause longer than that is a list: keep what stands around the trigger.
    let at = telling.item.unwrap_or(telling.trigger);
    let whole = span.of(text);
    let from = whole[..telling.trigger.start - span.start].char_indices().rev().nth(EVIDENCE / 2).map_or(0, |(i, _)| i);
    let start = span.start + from;
    let to = text[start..span.end].char_indices().nth(EVIDENCE).map_or(span.end, |(i, _)| start + i);
    Span::new(start, to.max(at.end.min(to)))
}
