//! Where something is told: the hits of the rules, clause by clause, with types and items of lists.

use super::FAMILY;
use super::list;
use crate::model::{Annotated, EventType, Span};
use crate::rules::{Hit, Policy, Rule};

/// One place where something is told.
pub(super) struct Telling {
    /// By which rule.
    pub rule: &'static Rule,
    /// What type of event.
    pub kind: EventType,
    /// The words that tell it.
    pub trigger: Span,
    /// Their clause.
    pub clause: Span,
    /// The number of their sentence.
    pub sentence: usize,
    /// The item of a list after the trigger that this telling is of.
    pub item: Option<Span>,
    /// The start of the next telling in the clause, or the clause's end.
    pub end: usize,
    /// Where what the clause tells from here begins: its start, or the end of the telling before.
    pub start: usize,
    /// What stands before the first trigger of the clause: who, for those that follow.
    pub lead: Span,
    /// Whether it stands in the title.
    pub title: bool,
}

impl Telling {
    /// What stands between the beginning of what is told and the trigger.
    pub fn before(&self) -> Span {
        Span::new(self.start, self.trigger.start)
    }

    /// What stands between the trigger and the end of what is told.
    pub fn after(&self) -> Span {
        Span::new(self.trigger.end, self.end)
    }

    /// What the rule sets.
    pub fn sets(&self, key: &str) -> &str {
        self.rule.sets.get(key).map_or("", String::as_str)
    }
}

/// Every place where a rule finds something told, in the order of the text.
pub(super) fn tellings(annotated: &Annotated) -> Vec<Telling> {
    let article = &annotated.article;
    let mut out = Vec::new();
    for (index, sentence) in annotated.sentences.iter().enumerate() {
        let title = sentence.span.start < article.title_len;
        for clause in sentence.clauses.iter().flat_map(|c| pieces(&article.text, *c)) {
            if article.is_damaged(clause) {
                continue;
            }
            let tape = FAMILY.tape(&article.text, clause, &[]);
            let hits = FAMILY.find(&tape, Policy::Longest);
            let triggers: Vec<Span> = hits.iter().map(|hit| trigger(hit)).collect();
            let mut start = clause.start;
            for (n, hit) in hits.iter().enumerate() {
                let next = triggers.get(n + 1).filter(|next| next.start >= triggers[n].end);
                let end = next.map_or(clause.end, |next| border(&article.text, triggers[n], *next));
                let frame = Frame {
                    trigger: triggers[n],
                    clause,
                    sentence: index,
                    title,
                    start,
                    end,
                    lead: Span::new(clause.start, triggers[0].start.max(clause.start)),
                };
                out.extend(frame.tellings(&article.text, hit));
                start = end;
            }
        }
    }
    out
}

struct Frame {
    trigger: Span,
    clause: Span,
    sentence: usize,
    title: bool,
    start: usize,
    end: usize,
    lead: Span,
}

/// Where what the first trigger tells ends and what the second tells begins: at the last 、 or 并 between them.
fn border(text: &str, first: Span, second: Span) -> usize {
    let between = Span::new(first.end, second.start);
    let joints = FAMILY.lexicon.find("joint", between.of(text));
    joints.last().map_or(between.end, |joint| between.start + joint.span.start)
}

impl Frame {
    fn tellings(&self, text: &str, hit: &Hit<'static>) -> Vec<Telling> {
        let each = hit.sets("each") == Some("yes");
        let before = Span::new(self.start, self.trigger.start).of(text);
        let after = Span::new(self.trigger.end, self.end);
        let items = if each { list::happenings(text, before, after) } else { Vec::new() };
        let whole = if items.is_empty() { vec![None] } else { items.into_iter().map(Some).collect() };
        let tell = |item: Option<Span>| {
            // A gathering that is held is named after its verb, one that takes place before it.
            let named_after = hit.sets("each").is_some();
            let from = if named_after { self.trigger.end } else { hit.span.start };
            let region = item.unwrap_or(Span::new(from, self.end.max(hit.span.end)));
            Some(Telling {
                rule: hit.rule,
                kind: kind(hit, region.of(text))?,
                trigger: self.trigger,
                clause: self.clause,
                sentence: self.sentence,
                item,
                end: self.end.max(hit.span.end),
                start: self.start,
                lead: self.lead,
                title: self.title,
            })
        };
        whole.into_iter().filter_map(tell).collect()
    }
}

fn trigger(hit: &Hit<'_>) -> Span {
    hit.group("trigger").map_or(hit.span, |group| group.span)
}

/// The type that the rule sets; of a gathering, the one that its most telling word has: 动员大会暨集中开工仪式 is a
/// groundbreaking.
fn kind(hit: &Hit<'_>, region: &str) -> Option<EventType> {
    match hit.sets("type")? {
        "by-gathering" => {
            let words = FAMILY.lexicon.find("gathering", region);
            let kinds = words.iter().filter_map(|word| EventType::parse(word.entry.get("type")?));
            let vague = |kind: EventType| match kind {
                EventType::Other => 3,
                // 启动仪式暨文艺汇演: what begins says more than that something is held.
                EventType::Campaign => 2,
                EventType::Meeting | EventType::Launch | EventType::Exhibition | EventType::PressConference => 1,
                _ => 0,
            };
            kinds.rev().min_by_key(|kind| vague(*kind))
        }
        word => EventType::parse(word),
    }
}

/// The parts of a clause: headlines have spaces where sentences have commas. A space in quotes parts nothing.
fn pieces(text: &str, clause: Span) -> Vec<Span> {
    let (mut out, mut start, mut depth) = (Vec::new(), clause.start, 0_i32);
    for (at, c) in clause.of(text).char_indices() {
        match c {
            '\u{201C}' | '\u{300A}' | '\u{2018}' | '\u{FF08}' | '(' => depth += 1,
            '\u{201D}' | '\u{300B}' | '\u{2019}' | '\u{FF09}' | ')' => depth -= 1,
            ' ' | '\u{3000}' | '\t' if depth <= 0 => {
                out.push(Span::new(start, clause.start + at));
                start = clause.start + at + c.len_utf8();
            }
            _ => {}
        }
    }
    out.push(Span::new(start, clause.end));
    out.retain(|piece| !piece.is_empty());
    out
}
