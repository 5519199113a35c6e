//! Two tellings of one happening are one event: the headline and the body, `揭牌` and `揭牌活动举行`.

use super::FAMILY;
use crate::model::{Annotated, Event, EventType, Found, PartialDate, Ref, touching};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// How much of the shorter label's pairs of characters the other must have, for one happening; tried on the headlines
/// and bodies of district papers, where two happenings stay under one half.
const ALIKE: f64 = 0.6;

/// With so many happenings, the last that were told, and with those of the title, each is compared. A year's report tells a
/// hundred.
const COMPARED: usize = 400;

/// Each happening once, in the order of the text.
pub(super) fn merge(annotated: &Annotated, found: Vec<Found<Event>>) -> Vec<Found<Event>> {
    let mut kept: Vec<Telling> = Vec::new();
    let mut titled = 0;
    for event in found {
        let event = Telling::new(event);
        let near = kept.len().saturating_sub(COMPARED);
        let compared = (0..titled.min(near)).chain(near..kept.len());
        match compared.into_iter().find(|at| same(annotated, &kept[*at], &event)) {
            Some(index) => kept[index].join(annotated, event),
            None => {
                titled += usize::from(titled == kept.len() && is_title(annotated, &event.told));
                kept.push(event);
            }
        }
    }
    let mut kept: Vec<Found<Event>> = kept.into_iter().map(|event| event.told).collect();
    kept.sort_by(|a, b| a.span.cmp(&b.span).then(a.value.label.cmp(&b.value.label)));
    kept
}

/// A telling with its label's pairs of characters.
struct Telling {
    told: Found<Event>,
    label: Pairs,
}

impl Telling {
    fn new(told: Found<Event>) -> Self {
        Self { label: Pairs::of(&told.value.label), told }
    }

    /// Takes in another telling of the same.
    fn join(&mut self, annotated: &Annotated, other: Self) {
        let first = std::mem::replace(&mut self.told, other.told.clone());
        self.told = join(annotated, first, other.told);
        self.label = Pairs::of(&self.told.value.label);
    }
}

fn same(annotated: &Annotated, one: &Telling, other: &Telling) -> bool {
    let (a, b) = (&one.told, &other.told);
    let ceremonial = gathers(annotated, a, b) || gathers(annotated, b, a);
    if a.span != b.span && ceremonial && compatible(a.value.date, b.value.date) {
        return true;
    }
    if a.span == b.span || !kin(a.value.kind, b.value.kind) || !compatible(a.value.date, b.value.date) {
        return false;
    }
    let (near, titled) = (a.value.evidence == b.value.evidence, is_title(annotated, a));
    if near {
        // Two triggers in one clause tell two happenings, but 落户…并揭牌 is one.
        return a.value.kind != b.value.kind || a.value.label == b.value.label;
    }
    if !titled && a.value.kind == b.value.kind && sentence(annotated, a) == sentence(annotated, b) {
        return a.value.label == b.value.label;
    }
    if parties_meet(annotated, a, b) {
        return true;
    }
    one.label.cover(&other.label) >= ALIKE
        || titled && one.label.cover(&Pairs::of(b.value.evidence.of(&annotated.article.text))) >= ALIKE
}

/// The sentence that has all of the telling.
fn sentence(annotated: &Annotated, event: &Found<Event>) -> Option<usize> {
    let sentences = &annotated.sentences;
    touching(sentences, event.span).find(|at| sentences[*at].span.contains(event.span))
}

/// How many paragraphs after a ceremony its figures may still be told.
const NEAR: usize = 4;

fn paragraph(annotated: &Annotated, event: &Found<Event>) -> usize {
    let index = annotated.sentences.partition_point(|sentence| sentence.span.end <= event.span.start);
    annotated.sentences.get(index).map_or(usize::MAX, |sentence| sentence.paragraph)
}

fn close(annotated: &Annotated, a: &Found<Event>, b: &Found<Event>) -> bool {
    paragraph(annotated, a).abs_diff(paragraph(annotated, b)) <= NEAR
}

/// `此次签约项目共12个` and the headline `集中签约12个项目` tell how much the ceremony near them brought, not a second one.
fn gathers(annotated: &Annotated, ceremony: &Found<Event>, figure: &Found<Event>) -> bool {
    let held = ["event/gathering-held", "event/holding"].contains(&ceremony.rule.as_str());
    if !held || !close(annotated, ceremony, figure) {
        return false;
    }
    let sentence = |event: &Found<Event>| annotated.sentences.partition_point(|s| s.span.end <= event.span.start);
    if !figure.value.projects.is_empty() && sentence(ceremony) != sentence(figure) {
        return false;
    }
    let told = figure.value.evidence.of(&annotated.article.text);
    let counts = !FAMILY.lexicon.find("bundle", told).is_empty()
        && (told.contains(|c: char| c.is_ascii_digit()) || !FAMILY.lexicon.find("plural", told).is_empty());
    let kind = figure.value.kind;
    let many = matches!(kind, EventType::Signing | EventType::Groundbreaking | EventType::Completion);
    let this_one = !FAMILY.lexicon.find("this_one", told).is_empty();
    many && (ceremony.value.kind == kind || this_one)
        && (figure.value.date.is_none() || figure.value.date == ceremony.value.date)
        && counts
}

/// Near each other the same two parties sign once: the ceremony, and `甲代表乙与丙正式签约`.
fn parties_meet(annotated: &Annotated, a: &Found<Event>, b: &Found<Event>) -> bool {
    let sealing = |kind: EventType| matches!(kind, EventType::Signing | EventType::Agreement);
    if !sealing(a.value.kind) || !sealing(b.value.kind) || !close(annotated, a, b) {
        return false;
    }
    let names = |event: &Found<Event>| {
        let refs = event.value.participants.iter();
        let named = refs.filter_map(|party| match party {
            Ref::Organization(index) => Some(annotated.organizations.get(*index)?.value.name.as_str()),
            _ => None,
        });
        named.collect::<BTreeSet<_>>()
    };
    let (left, right) = (names(a), names(b));
    let (short, long) = if left.len() <= right.len() { (&left, &right) } else { (&right, &left) };
    short.len() >= 2 && short.is_subset(long)
}

/// Types under which two tellings of one happening may run.
fn kin(a: EventType, b: EventType) -> bool {
    use EventType::{
        Agreement, Campaign, Completion, Founding, Groundbreaking, Launch, Meeting, PressConference, Signing, Unveiling,
    };
    let pair = |x, y| (a, b) == (x, y) || (a, b) == (y, x);
    a == b
        || pair(Founding, Unveiling)
        || pair(Launch, Unveiling)
        || pair(Launch, Groundbreaking)
        || pair(Meeting, PressConference)
        || pair(Agreement, Signing)
        || pair(Launch, Completion)
        // 活动 says only that something was held.
        || pair(Campaign, Groundbreaking)
        || pair(Campaign, Signing)
        || pair(Campaign, Completion)
        || pair(Campaign, Launch)
}

fn compatible(a: Option<PartialDate>, b: Option<PartialDate>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return true };
    a.year() == b.year()
        && match (a, b) {
            (PartialDate::Year(_), _) | (_, PartialDate::Year(_)) => true,
            (PartialDate::Day(a), PartialDate::Day(b)) => a == b,
            (PartialDate::Month(_, month), PartialDate::Day(day))
            | (PartialDate::Day(day), PartialDate::Month(_, month)) => month == day.month(),
            (PartialDate::Month(_, a), PartialDate::Month(_, b)) => a == b,
        }
}

fn is_title(annotated: &Annotated, event: &Found<Event>) -> bool {
    event.span.start < annotated.article.title_len
}

/// The body tells more than the headline, a dated telling more than an undated one, else the first.
fn join(annotated: &Annotated, a: Found<Event>, b: Found<Event>) -> Found<Event> {
    let weight = |event: &Found<Event>| (!is_title(annotated, event), event.value.date.map(fineness));
    let (mut best, rest) = if weight(&b) > weight(&a) { (b, a) } else { (a, b) };
    let finer = best.value.date.map(fineness) < rest.value.date.map(fineness);
    if finer {
        best.value.date = rest.value.date;
    }
    for place in rest.value.places {
        if !best.value.places.contains(&place) && best.value.places.is_empty() {
            best.value.places.push(place);
        }
    }
    for index in rest.value.projects {
        if !best.value.projects.contains(&index) {
            best.value.projects.push(index);
        }
    }
    best.value.projects.sort_unstable();
    best
}

fn fineness(date: PartialDate) -> u8 {
    match date {
        PartialDate::Year(_) => 1,
        PartialDate::Month(..) => 2,
        PartialDate::Day(_) => 3,
    }
}

/// The pairs of characters of a text, each as often as it stands there, in order.
struct Pairs(Vec<(char, char)>);

impl Pairs {
    fn of(text: &str) -> Self {
        let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let mut pairs: Vec<(char, char)> = letters.windows(2).map(|pair| (pair[0], pair[1])).collect();
        pairs.sort_unstable();
        Self(pairs)
    }

    /// The share of the shorter text's pairs that the other has.
    fn cover(&self, other: &Self) -> f64 {
        let shorter = self.0.len().min(other.0.len());
        if shorter < 4 {
            return 0.0;
        }
        let (mut a, mut b) = (self.0.as_slice(), other.0.as_slice());
        let mut common = 0;
        while let ([first, more @ ..], [second, rest @ ..]) = (a, b) {
            match first.cmp(second) {
                Ordering::Less => a = more,
                Ordering::Greater => b = rest,
                Ordering::Equal => {
                    common += 1;
                    (a, b) = (more, rest);
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "labels have tens of characters")]
        let share = f64::from(common) / shorter as f64;
        share
    }
}
