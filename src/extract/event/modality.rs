//! Whether what is told has happened or is fixed to happen: `要推动…开工` is a wish, `…开工后` a circumstance.

use super::FAMILY;
use super::label::strip_opening;
use super::telling::Telling;
use crate::extract::project::Mentions;
use crate::model::{Annotated, Span, touching};
use crate::rules::Entry;

/// Whether the telling is of something that happened or is fixed to happen.
pub(super) fn happened(annotated: &Annotated, telling: &Telling, dated: bool, projects: &Mentions) -> bool {
    let text = &annotated.article.text;
    let attribute = FAMILY.lexicon.prefix_of("of", telling.after().of(text)).is_some();
    !attribute
        && !is_aside(annotated, telling)
        && !is_circumstance(annotated, telling)
        && !is_tally(annotated, telling)
        && subject_holds(annotated, telling)
        && !wished_before(annotated, telling)
        && !is_planned(annotated, telling)
        && !promised_before(annotated, telling, dated)
        && modals(annotated, telling, projects).iter().all(|modal| allowed(telling, modal, dated))
}

/// `走访企业150家`, `开展交流活动500余场`: how often something was done in a time is a figure, no happening.
fn is_tally(annotated: &Annotated, telling: &Telling) -> bool {
    use crate::model::EventType::{Campaign, Meeting, Visit};
    let text = &annotated.article.text;
    let after = Span::new(telling.trigger.end, telling.clause.end.max(telling.trigger.end));
    let first = annotated.quantities.partition_point(|quantity| quantity.span.start < after.start);
    let inside = annotated.quantities[first..].iter().take_while(|quantity| quantity.span.start < after.end);
    let counted = inside.into_iter().any(|quantity| {
        let unit = quantity.value.unit.as_ref().map_or("", |unit| unit.text.as_str());
        let rest = text.get(quantity.span.end..after.end).unwrap_or_default();
        quantity.span.end <= after.end && rest.is_empty() && FAMILY.lexicon.get("tally", unit).is_some()
    });
    matches!(telling.kind, Campaign | Meeting | Visit) && counted
}

/// `项目全部建成达产后，…`: the clause says when something else happens.
fn is_circumstance(annotated: &Annotated, telling: &Telling) -> bool {
    let rest = Span::new(telling.trigger.end, telling.clause.end.max(telling.trigger.end)).of(&annotated.article.text);
    // 完成各项目标任务 is said of every year.
    if !FAMILY.lexicon.find("duty", telling.clause.of(&annotated.article.text)).is_empty()
        && telling.sets("type") == "completion"
    {
        return true;
    }
    // 规划出炉后: the document is out, whatever comes after.
    telling.sets("after") != "told"
        && rest.chars().count() <= 12
        && FAMILY.lexicon.suffix_of("circumstance", rest).is_some()
}

/// A heading, the line under a picture, or a part of what the sentence has told.
fn is_aside(annotated: &Annotated, telling: &Telling) -> bool {
    let text = &annotated.article.text;
    let sentence = annotated.sentences[telling.sentence].span.of(text).trim();
    let clause = telling.clause.of(text);
    let heading = FAMILY.lexicon.prefix_of("enumerator", sentence).is_some() && sentence.chars().count() <= 24;
    let heading = heading && sentence.ends_with(|c: char| c.is_alphanumeric());
    let part = telling.sets("part") == "no" && FAMILY.lexicon.prefix_of("part", clause).is_some();
    heading || part || !FAMILY.lexicon.find("caption", clause).is_empty()
}

/// Someone must stand before the trigger, or something follow it, as the rule says.
fn subject_holds(annotated: &Annotated, telling: &Telling) -> bool {
    let text = &annotated.article.text;
    let own = strip_opening(annotated, telling.before()).of(text).chars().count() >= 2;
    let lead = strip_opening(annotated, telling.lead).of(text).chars().count() >= 2;
    let before = own || (telling.start > telling.clause.start && lead);
    let after = telling.after().of(text).chars().count() >= 3;
    match telling.sets("subject") {
        "before" => before,
        "after" => after,
        "either" => before || after,
        _ => true,
    }
}

/// 要 at the head of this clause or of one before it in the sentence makes all that follows a wish, until 已 or 了.
fn wished_before(annotated: &Annotated, telling: &Telling) -> bool {
    let text = &annotated.article.text;
    let sentence = &annotated.sentences[telling.sentence];
    let real = !FAMILY.lexicon.find("real", Span::new(telling.start, telling.trigger.end).of(text)).is_empty();
    let clauses = sentence.clauses.iter().filter(|clause| clause.start <= telling.clause.start);
    let wishes = |clause: &Span| {
        let head = strip_opening(annotated, *clause).of(text);
        FAMILY.lexicon.prefix_of("speech", head).is_some()
            && FAMILY.lexicon.prefix_of("unreal", head).is_none_or(|(e, _)| !e.is("harmless"))
    };
    !real && clauses.into_iter().any(wishes)
}

/// A paragraph under `2023年工作安排：` tells what is to be done.
fn is_planned(annotated: &Annotated, telling: &Telling) -> bool {
    let text = &annotated.article.text;
    let paragraph = annotated.sentences[telling.sentence].paragraph;
    let first = annotated.sentences.partition_point(|sentence| sentence.paragraph < paragraph);
    let Some(clause) = annotated.sentences.get(first).and_then(|sentence| sentence.clauses.first()) else {
        return false;
    };
    text[clause.end..].starts_with(['\u{FF1A}', ':'])
        && FAMILY.lexicon.suffix_of("plan_heading", clause.of(text)).is_some()
}

/// `公司表示，将在当地设厂，同步设立研究院`: what a later clause adds to a promise is promised too.
fn promised_before(annotated: &Annotated, telling: &Telling, dated: bool) -> bool {
    let text = &annotated.article.text;
    let sentence = &annotated.sentences[telling.sentence];
    let adds = FAMILY.lexicon.prefix_of("adds", telling.clause.of(text)).is_some();
    let speaks = |clause: &&Span| FAMILY.lexicon.suffix_of("says", clause.of(text)).is_some();
    let from = sentence.clauses.iter().position(|clause| speaks(&clause));
    let earlier = sentence.clauses.iter().skip(from.map_or(usize::MAX, |at| at + 1));
    let promise = |clause: &Span| {
        let words = FAMILY.lexicon.find("unreal", clause.of(text));
        clause.end <= telling.clause.start && words.iter().any(|word| word.entry.is("future"))
    };
    adds && !dated && earlier.into_iter().any(promise)
}

/// The modal words before the trigger in its own clause, outside quotes and names.
fn modals<'l>(annotated: &Annotated, telling: &Telling, projects: &Mentions) -> Vec<&'l Entry> {
    let text = &annotated.article.text;
    let before = telling.before();
    let words = FAMILY.lexicon.find("unreal", before.of(text));
    let bodies = &annotated.organizations;
    let named = |word: Span| projects.hold(word) || touching(bodies, word).any(|at| bodies[at].span.contains(word));
    let quoted = quotes(before.of(text));
    words
        .into_iter()
        .filter(|word| !word.entry.is("harmless"))
        .filter(|word| !quoted.iter().any(|quote| quote.contains(word.span)))
        .filter(|word| !named(word.span.shift(before.start)))
        .map(|word| word.entry)
        .collect()
}

fn allowed(telling: &Telling, modal: &Entry, dated: bool) -> bool {
    if modal.is("push") {
        // 推动…完成 in a report on the past tells that it is done.
        return telling.sets("pushed") == "yes";
    }
    if !modal.is("future") {
        return false;
    }
    match telling.sets("unreal") {
        "kept" => true,
        "headline" => dated || telling.title,
        _ => dated,
    }
}

fn quotes(text: &str) -> Vec<Span> {
    let (mut out, mut open) = (Vec::new(), None);
    for (at, c) in text.char_indices() {
        match c {
            '\u{201C}' | '\u{300A}' => open = open.or(Some(at)),
            '\u{201D}' | '\u{300B}' => out.extend(open.take().map(|start| Span::new(start, at))),
            _ => {}
        }
    }
    out
}
