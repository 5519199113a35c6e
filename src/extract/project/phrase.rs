//! Cuts a clause at its verbs into regions, and a region at `、`, `和` and adjacent quotes into items.
//!
//! `加快建设甲产业园、乙大桥等项目`: one region after 加快建设, the items 甲产业园 and 乙大桥, and 项目 for both.

use super::{FAMILY, inside};
use crate::model::{Annotated, Span, Status};
use crate::rules::Entry;

/// The classes of words that end a name.
const HEADS: [&str; 4] = ["undertaking", "work", "building", "site"];

/// A stretch that may be a name, with what stands around it.
pub(super) struct Item {
    /// Where.
    pub span: Span,
    /// What `等` says of every item of the list: 城市更新项目.
    pub tail: Option<Span>,
    /// The verb before the list.
    pub verb: Option<Around>,
    /// The predicate after the list.
    pub fate: Option<Around>,
    /// Whether 拟, 将 or the like stands before the verb.
    pub wished: bool,
    /// Whether 在 or another preposition stands before it.
    pub placed: bool,
    /// Its clause.
    pub clause: Span,
}

/// A verb beside a name.
#[derive(Clone, Copy, Default)]
pub(super) struct Around {
    /// The status that it gives.
    pub status: Option<Status>,
    /// Whether a site can stand beside it.
    pub builds: bool,
    /// Whether it is to work for a title.
    pub creates: bool,
}

struct Cut {
    span: Span,
    placing: bool,
    opens: Option<Around>,
    closes: Option<Around>,
}

/// Every item of the clause.
pub(super) fn items(annotated: &Annotated, clause: Span) -> Vec<Item> {
    let text = &annotated.article.text;
    let cuts = cuts(annotated, clause);
    let mut out = Vec::new();
    let mut start = clause.start;
    let mut verb = None;
    let (mut wished, mut placed) = (false, false);
    for (n, end) in cuts.iter().map(|cut| cut.span.start).chain([clause.end]).enumerate() {
        let fate = cuts.get(n).and_then(|cut| cut.closes);
        let region = trim(text, behind_report(text, Span::new(start, end)));
        for (span, tail) in list(text, region) {
            out.push(Item { span, tail, verb, fate, wished, placed, clause });
        }
        if let Some(cut) = cuts.get(n) {
            let lead = Span::new(clause.start, cut.span.start).of(text);
            wished = FAMILY.lexicon.find("wish", lead).iter().any(|w| !hidden(text, w.span.shift(clause.start)))
                || (wished && region.is_empty());
            verb = cut.opens;
            placed = cut.placing;
            start = cut.span.end;
        }
    }
    out
}

/// Verbs and predicates of the clause, leftmost and longest, outside quotes and names.
fn cuts(annotated: &Annotated, clause: Span) -> Vec<Cut> {
    let text = &annotated.article.text;
    let body = clause.of(text);
    let quoted = quotes(body);
    let harmless: Vec<Span> = FAMILY.lexicon.find("harmless", body).iter().map(|word| word.span).collect();
    let bodies = inside(&annotated.organizations, clause).iter().map(|body| body.span);
    let places = inside(&annotated.places, clause).iter().map(|place| place.span);
    let names: Vec<Span> = bodies.chain(places).collect();
    let mut words: Vec<(Span, Option<&Entry>, Option<&Entry>)> = Vec::new();
    for word in FAMILY.lexicon.find("drive", body) {
        words.push((word.span, Some(word.entry), None));
    }
    for word in FAMILY.lexicon.find("fate", body) {
        match words.iter_mut().find(|(span, ..)| *span == word.span) {
            Some((_, _, fate)) => *fate = Some(word.entry),
            None => words.push((word.span, None, Some(word.entry))),
        }
    }
    words.sort_by(|a, b| a.0.start.cmp(&b.0.start).then(b.0.len().cmp(&a.0.len())));
    let mut out: Vec<Cut> = Vec::new();
    let mut at = 0;
    for (span, drive, fate) in words {
        let in_name = names.iter().any(|name| name.contains(span.shift(clause.start)) && name.len() > span.len());
        let hid = harmless.iter().any(|word| word.contains(span) && word.len() > span.len());
        if span.start < at || hid || in_name || quoted.iter().any(|quote| quote.contains(span)) {
            continue;
        }
        let gap = &body[at..span.start];
        let noun = drive.is_some_and(|entry| entry.is("noun"));
        // 建设 after a name is that name's head (…产业园建设), at the beginning of a phrase it is a verb.
        if noun && !at_head(gap) && fate.is_none() {
            continue;
        }
        out.push(Cut {
            span: span.shift(clause.start),
            placing: drive.is_some_and(|entry| entry.is("prep")),
            opens: drive.and_then(around),
            closes: fate.and_then(around),
        });
        at = span.end;
    }
    out
}

fn around(entry: &Entry) -> Option<Around> {
    let status = entry.get("status").and_then(Status::parse)?;
    Some(Around { status: Some(status), builds: entry.is("builds"), creates: entry.is("creates") })
}

/// Whether a verb after `gap` begins a phrase: nothing but adverbs stands before it.
fn at_head(gap: &str) -> bool {
    let mut rest = gap.trim_start_matches(['\u{3001}', ' ', '\u{201D}']);
    loop {
        if rest.is_empty() {
            return true;
        }
        let Some((_, form)) = FAMILY.lexicon.prefix_of("adverb", rest) else {
            // After a 、 a phrase may begin anew.
            return rest.rfind('\u{3001}').is_some_and(|mark| at_head(&rest[mark + '\u{3001}'.len_utf8()..]));
        };
        rest = &rest[form.len()..];
    }
}

/// Whether a short word is part of a longer harmless one.
fn hidden(text: &str, word: Span) -> bool {
    let from = text[..word.start].char_indices().rev().nth(2).map_or(0, |(at, _)| at);
    let to = text[word.end..].char_indices().nth(3).map_or(text.len(), |(at, _)| word.end + at);
    let near = FAMILY.lexicon.find("harmless", &text[from..to]);
    near.iter().any(|longer| longer.span.shift(from).contains(word) && longer.span.len() > word.len())
}

/// What stands behind a report's head: `本报讯（记者 张三）我市…`.
fn behind_report(text: &str, region: Span) -> Span {
    // 开竣工活动暨某某项目开工仪式: behind 暨 stands what it is the ceremony of.
    let joint =
        FAMILY.lexicon.find("along", region.of(text)).last().map_or(region.start, |word| region.start + word.span.end);
    let region = Span::new(joint, region.end);
    let words = region.of(text);
    let close = words.find([')', '\u{FF09}']);
    let open = words.find(['(', '\u{FF08}']);
    let (Some(open), Some(close)) = (open, close) else { return region };
    let report = open < close && FAMILY.lexicon.suffix_of("report", words[..open].trim_end()).is_some();
    let mark = words[close..].chars().next().map_or(0, char::len_utf8);
    if report { Span::new(region.start + close + mark, region.end) } else { region }
}

fn trim(text: &str, region: Span) -> Span {
    let mut start = region.start;
    loop {
        let rest = &text[start..region.end];
        let bare = rest.trim_start_matches([' ', '\u{3000}', '\u{3001}', '\u{2014}', '-', '\u{00B7}']);
        start = region.end - bare.len();
        match FAMILY.lexicon.prefix_of("lead", bare) {
            Some((_, form)) => start += form.len(),
            None => break,
        }
    }
    let mut rest = Span::new(start, region.end).of(text).trim_end_matches([' ', '\u{3000}', '\u{3001}']);
    // 某某医院同日破土动工: when it happened is no part of the name.
    while let Some((_, form)) = FAMILY.lexicon.suffix_of("trail", rest) {
        rest = rest[..rest.len() - form.len()].trim_end_matches([' ', '\u{3000}', '\u{3001}']);
    }
    Span::new(start, start + rest.len())
}

/// The items of a list, each with what 等 says of all.
fn list(text: &str, region: Span) -> Vec<(Span, Option<Span>)> {
    let body = region.of(text);
    let quoted = quotes(body);
    let inside = |at: usize| quoted.iter().any(|quote| quote.start < at && at < quote.end);
    let rest = FAMILY.lexicon.find("rest", body);
    let rest = rest.iter().rfind(|word| !word.entry.is("harmless") && !inside(word.span.start));
    let tally = FAMILY.lexicon.find("tally", body);
    let tally =
        tally.iter().rfind(|word| !inside(word.span.start) && word.span.start > 0 && word.span.end < body.len());
    let (named, tail) = match (rest, tally) {
        (Some(word), _) => (&body[..word.span.start], Some(Span::new(region.start + word.span.end, region.end))),
        // 甲、乙、丙三个项目 says the same without 等.
        (None, Some(word)) => (&body[..word.span.start], Some(Span::new(region.start + word.span.start, region.end))),
        (None, None) => (body, None),
    };
    let joints = FAMILY.lexicon.find("joint", named);
    let (mut out, mut start) = (Vec::new(), 0);
    let mut push = |from: usize, to: usize| {
        let span = trim(text, Span::new(from, to).shift(region.start));
        if !span.is_empty() {
            out.push((span, tail.filter(|tail| !tail.is_empty())));
        }
    };
    for joint in &joints {
        let left = &named[start..joint.span.start];
        let comma = joint.span.of(named) == "\u{3001}";
        // 和 joins two names only after a whole one: 甲工程和乙计划, but 农田和水利建设.
        let whole = || {
            HEADS.iter().any(|class| FAMILY.lexicon.suffix_of(class, left).is_some())
                || left.ends_with(['\u{201D}', '"'])
        };
        // 甲生产线及乙中心建设项目 is one undertaking: only its end says what it is.
        let right = named[joint.span.end..].split('\u{3001}').next().unwrap_or_default();
        let one = !comma
            && FAMILY.lexicon.suffix_of("undertaking", right).is_some()
            && FAMILY.lexicon.suffix_of("undertaking", left).is_none()
            && !left.ends_with(['\u{201D}', '"']);
        if !inside(joint.span.start) && !one && (comma || whole()) {
            push(start, joint.span.start);
            start = joint.span.end;
        }
    }
    push(start, named.len());
    let split = |(span, tail): (Span, Option<Span>)| {
        let parts = split_quotes(text, span);
        let last = parts.last().copied().unwrap_or(span);
        // “甲”“乙”任务: the word after the last quote is for all.
        let after = last.of(text).rfind(['\u{201D}', '"']).map(|at| last.start + at);
        let shared = after.map(|at| Span::new(at + text[at..].chars().next().map_or(0, char::len_utf8), last.end));
        let tail = move |part: Span| {
            if part == last { tail } else { tail.or(shared.filter(|s| !s.is_empty())) }
        };
        parts.into_iter().map(|part| (part, tail(part))).collect::<Vec<_>>()
    };
    out.into_iter().flat_map(split).collect()
}

/// `“甲”“乙”工程` is two.
fn split_quotes(text: &str, span: Span) -> Vec<Span> {
    let body = span.of(text);
    let (mut out, mut start) = (Vec::new(), 0);
    let straight: Vec<usize> = body.match_indices("\"\"").map(|(at, _)| at + 1).collect();
    let curly = body.match_indices("\u{201D}\u{201C}").map(|(at, _)| at + '\u{201D}'.len_utf8());
    // “甲”计划“乙”工程: a quote opens after a whole name.
    let opened = body.match_indices(['\u{201C}', '"']).map(|(at, _)| at).filter(|at| {
        let left = &body[..*at];
        left.contains(['\u{201D}', '"']) && FAMILY.lexicon.suffix_of("undertaking", left).is_some()
    });
    let mut borders: Vec<usize> = curly.chain(straight).chain(opened).collect();
    borders.sort_unstable();
    borders.dedup();
    for at in borders {
        out.push(Span::new(start, at).shift(span.start));
        start = at;
    }
    out.push(Span::new(start, body.len()).shift(span.start));
    out
}

/// Quoted and bracketed stretches.
pub(super) fn quotes(text: &str) -> Vec<Span> {
    let (mut out, mut open, mut straight) = (Vec::new(), None, None);
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match c {
            '\u{201C}' | '\u{300A}' | '\u{FF08}' | '(' => open = open.or(Some(at)),
            '\u{201D}' | '\u{300B}' | '\u{FF09}' | ')' => out.extend(open.take().map(|start| Span::new(start, end))),
            '"' => match straight.take() {
                Some(start) => out.push(Span::new(start, end)),
                None => straight = Some(at),
            },
            _ => {}
        }
    }
    out
}
