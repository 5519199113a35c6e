//! Frames: how each figure of a clause is joined to the words around it.

use super::FAMILY;
use super::name::Words;
use crate::model::{Annotated, Measure, Span};
use crate::rules::{Hit, Policy};

/// What kind of statement a frame makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Level,
    /// The level has lasted so long.
    Lasting,
    Growth,
    Decline,
    Flat,
    Share,
    Gap,
    Rank,
}

/// A figure with the words that join it to its name.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// The figure, an index into `Annotated::quantities`.
    pub quantity: usize,
    /// In a lasting level, the time that it has lasted.
    pub lasting: Option<usize>,
    pub kind: Kind,
    /// From the first joining word to the end of the figure.
    pub span: Span,
    /// The joining words, without the figure.
    pub joint: Span,
    /// The whole of a share, what a gap is to, the area of a rank.
    pub other: Option<Span>,
    /// By which rule.
    pub rule: crate::model::RuleId,
}

/// The figures of a clause, each in its best frame, in the order of the text.
pub(super) fn slots(annotated: &Annotated, words: &Words, clause: Span) -> Vec<Slot> {
    let text = &annotated.article.text;
    let first = annotated.quantities.partition_point(|q| q.span.start < clause.start);
    let last = annotated.quantities.partition_point(|q| q.span.end <= clause.end);
    if first >= last {
        return Vec::new();
    }
    let spans = annotated.quantities[first..last].iter().map(|q| q.span).collect();
    let tape = FAMILY.tape(text, clause, &[("quantity", spans)]);
    let hits = FAMILY.find(&tape, Policy::All);
    let mut slots: Vec<Slot> = Vec::new();
    for index in 0..last - first {
        let best = hits
            .iter()
            .filter(|hit| figure(hit) == Some(index) && fits(annotated, hit, first + index))
            .max_by_key(|hit| (hit.rule.sets.get("frame").map_or(0, |f| weight(f)), hit.span.len()));
        if let Some(hit) = best {
            slots.push(slot(hit, first, index, annotated, words));
        }
    }
    // The time of a lasting level is no figure of its own: it is told with the level.
    let lasting: Vec<usize> = slots.iter().filter_map(|slot| slot.lasting).collect();
    slots.retain(|slot| !lasting.contains(&slot.quantity));
    let sized: Vec<usize> =
        slots.windows(2).filter(|pair| sizes(annotated, &pair[0], &pair[1])).map(|pair| pair[0].quantity).collect();
    slots.retain(|slot| !sized.contains(&slot.quantity));
    slots
}

/// 100亿元项目3个: the sum says which projects are counted.
fn sizes(annotated: &Annotated, sum: &Slot, count: &Slot) -> bool {
    const REACH: usize = 10;
    let key =
        |slot: &Slot| annotated.quantities[slot.quantity].value.unit.as_ref().map_or("", |unit| unit.key.as_str());
    let text = annotated.article.text.as_str();
    let Some(between) = text.get(sum.span.end..count.span.start) else { return false };
    let thing = between.chars().count() <= REACH && between.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
    let bare = sum.kind == Kind::Level && annotated.quantities[sum.quantity].value.measure == Measure::Amount;
    bare && thing
        && matches!(key(sum), "CNY" | "USD")
        && matches!(key(count), "NUM")
        && FAMILY.lexicon.suffix_of("sized", between).is_some()
}

/// A frame that says more goes before one that says less.
fn weight(frame: &str) -> u8 {
    match frame {
        "gap" => 6,
        "share" => 5,
        "growth" => 4,
        "lasting" => 3,
        "rank" | "flat" => 2,
        _ => 1,
    }
}

fn figure(hit: &Hit<'_>) -> Option<usize> {
    hit.item("quantity_2").or_else(|| hit.item("quantity"))
}

/// Whether the figure is of the kind that the frame needs.
fn fits(annotated: &Annotated, hit: &Hit<'_>, index: usize) -> bool {
    let found = &annotated.quantities[index];
    let quantity = &found.value;
    let key = quantity.unit.as_ref().map_or("", |unit| unit.key.as_str());
    let proportion = matches!(key, "PERCENT" | "PERMILLE");
    let flat = found.rule.as_str() == "quantity/flat";
    match hit.sets("frame") {
        Some("flat") => flat,
        Some("rank") => quantity.measure == Measure::Rank,
        Some("share") => proportion && !flat,
        Some("gap") => key == "percentage-point" || proportion || key == "NUM" || key == "CNY",
        Some("lasting") => {
            let rank = hit.sets("of") != Some("rank") || quantity.measure == Measure::Rank;
            hit.item("quantity_2").is_some() && !flat && rank
        }
        // 自然增长率为1.3‰ is a level: what has grown is told in per cent.
        Some("growth") => quantity.measure != Measure::Rank && !flat && key != "PERMILLE",
        _ => !flat,
    }
}

fn slot(hit: &Hit<'_>, first: usize, index: usize, annotated: &Annotated, words: &Words) -> Slot {
    let figure = annotated.quantities[first + index].span;
    // A joining word that begins within a word is none: the 约 of 签约, the 能 of 产能.
    // But the 达 of 占比达 joins, whatever the tokenizer made of it: a head ends before it.
    let headed = FAMILY.lexicon.suffix_of("head", &annotated.article.text[..hit.span.start]).is_some();
    let start = if headed { hit.span.start } else { words.border_from(hit.span.start).min(figure.start) };
    // The 比 of 占比上升 belongs to the noun.
    let text = annotated.article.text.as_str();
    let start =
        match FAMILY.lexicon.suffix_of("share_end", text.get(..start + '\u{6BD4}'.len_utf8()).unwrap_or_default()) {
            Some((_, word)) if word.chars().count() == 2 && text[start..figure.start].starts_with('\u{6BD4}') => {
                start + '\u{6BD4}'.len_utf8()
            }
            _ => start,
        };
    let kind = match (hit.sets("frame"), hit.sets("sign")) {
        (Some("growth"), Some("minus")) => Kind::Decline,
        (Some("growth"), _) => Kind::Growth,
        (Some("lasting"), _) => Kind::Lasting,
        (Some("flat"), _) => Kind::Flat,
        (Some("share"), _) => Kind::Share,
        (Some("gap"), _) => Kind::Gap,
        (Some("rank"), _) => Kind::Rank,
        _ => Kind::Level,
    };
    let other = ["whole", "other", "than", "scope"].iter().find_map(|name| hit.group(name));
    Slot {
        quantity: first + index,
        lasting: (kind == Kind::Lasting).then(|| hit.item("quantity").map(|item| first + item)).flatten(),
        kind,
        span: Span::new(start, hit.span.end),
        joint: Span::new(start, figure.start),
        other: other.map(|group| group.span).filter(|span| !span.is_empty()),
        rule: hit.rule.id.clone(),
    }
}
