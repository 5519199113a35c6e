//! What a figure is about: the area, organization or project named nearest before it.

use super::FAMILY;
use super::name::Words;
use crate::model::{Annotated, Found, OrganizationKind, PlaceKind, Project, Ref, Span};
use std::collections::{BTreeMap, BTreeSet};

/// How far back, in bytes, a common word looks for the thing of that kind that it means: some twelve sentences.
const REACH: usize = 2400;

/// The names that a figure can be about, by where they begin.
pub(super) struct Subjects<'a> {
    annotated: &'a Annotated,
    by_start: BTreeMap<usize, (Span, Ref)>,
    /// Bodies that report or act, of which the figures seldom are: no part of an indicator's name either.
    silent: BTreeMap<usize, Span>,
}

impl<'a> Subjects<'a> {
    pub(super) fn new(annotated: &'a Annotated, projects: &[Found<Project>]) -> Self {
        let mut by_start: BTreeMap<usize, (Span, Ref)> = BTreeMap::new();
        let mut add = |span: Span, about: Ref| {
            let longest = by_start.get(&span.start).is_none_or(|(other, _)| other.end < span.end);
            if longest {
                by_start.insert(span.start, (span, about));
            }
        };
        let home = annotated.home.as_ref().map(|home| home.name.as_str());
        for (index, place) in annotated.places.iter().enumerate() {
            let is_home = Some(place.value.name.as_str()) == home;
            add(place.span, if is_home { Ref::Home } else { Ref::Place(index) });
        }
        for (index, organization) in annotated.organizations.iter().enumerate() {
            if can_own(organization.value.kind) {
                add(organization.span, Ref::Organization(index));
            }
        }
        for (index, project) in projects.iter().enumerate() {
            for mention in &project.value.mentions {
                add(*mention, Ref::Project(index));
            }
        }
        let offices = annotated.organizations.iter().filter(|body| !can_own(body.value.kind));
        let silent = offices.map(|body| (body.span.start, body.span)).collect();
        Self { annotated, by_start, silent }
    }

    /// The name that begins at `start`.
    pub(super) fn at(&self, start: usize) -> Option<(Span, Ref)> {
        self.by_start.get(&start).copied()
    }

    /// Of names that stand one in the other the last: 镇江句容市后白镇西冯村 is the village.
    pub(super) fn innermost(&self, start: usize) -> Option<(Span, Ref)> {
        let mut named = self.at(start)?;
        while let Some(next) = self.at(named.0.end).filter(|_| matches!(named.1, Ref::Place(_) | Ref::Home)) {
            named = next;
        }
        Some(named)
    }

    /// Whether a name ends at `end`.
    pub(super) fn ends_at(&self, end: usize) -> bool {
        self.by_start.range(..end).next_back().is_some_and(|(_, (span, _))| span.end == end)
    }

    /// The last name in a stretch that `的` leads to: 配套的站前广场项目占地126亩.
    pub(super) fn led_to(&self, within: Span) -> Option<(Span, Ref)> {
        let of = super::name::suffix("of")?;
        let text = self.annotated.article.text.as_str();
        let inside = self.by_start.range(within.start..within.end).rev().map(|(_, named)| *named);
        let mut led = inside.filter(|(span, about)| {
            span.end < within.end
                && text[..span.start].ends_with(of)
                && matches!(about, Ref::Project(_) | Ref::Organization(_))
        });
        led.next()
    }

    /// The office whose name begins at `start`.
    pub(super) fn office(&self, start: usize) -> Option<Span> {
        self.silent.get(&start).copied()
    }

    /// Whether a number is part of a name: 某公司350MW压缩空气储能项目. A name that begins with it does not hold it.
    pub(super) fn holds(&self, number: Span) -> bool {
        let near = self.by_start.range(..number.start).rev().take(6);
        near.map(|(_, (span, _))| span).any(|span| span.contains(number) && span.start < number.start)
    }

    /// The thing that a common word for its kind means: 研究院, after 寒地装备研究院 was named, is that institute.
    pub(super) fn meant(&self, start: usize, words: &Words) -> Option<(Span, Ref)> {
        let text = self.annotated.article.text.as_str();
        let (entry, word) = FAMILY.lexicon.prefix_of("anaphor", &text[start..])?;
        let span = Span::new(start, start + word.len());
        // 我们村 is two words of the tokenizer.
        if !(words.are(span) || word.chars().count() > 2)
            || FAMILY.lexicon.prefix_of("anaphor_not", &text[span.end..]).is_some()
        {
            return None;
        }
        let kind = word.strip_prefix(entry.get("article").unwrap_or_default()).unwrap_or(word);
        let near = self.by_start.range(..start).rev().take_while(|(at, _)| start - **at <= REACH);
        if entry.get("to") == Some("project") && entry.get("article").is_none() && self.lists_before(start) {
            return None;
        }
        let fits = |(name, about): &(Span, Ref)| match about {
            Ref::Project(_) => entry.get("to") == Some("project") || name.of(text).ends_with(kind),
            Ref::Organization(index) => {
                let body = &self.annotated.organizations[*index].value;
                let named = body.name.ends_with(kind);
                match entry.get("to") {
                    Some("enterprise") => body.kind == OrganizationKind::Enterprise,
                    Some("university") => {
                        matches!(body.kind, OrganizationKind::University | OrganizationKind::School)
                    }
                    _ => named,
                }
            }
            Ref::Place(_) => {
                let name = name.of(text);
                let also = entry.get("also").is_some_and(|ending| name.ends_with(ending));
                entry.get("to").is_none() && (name.ends_with(kind) || also)
            }
            _ => false,
        };
        near.map(|(_, named)| named).find(|named| fits(named)).map(|(_, about)| (span, *about))
    }

    /// Whether the sentence before names three projects and more: then 项目总投资 is of all of them.
    fn lists_before(&self, start: usize) -> bool {
        let sentences = &self.annotated.sentences;
        let index = sentences.partition_point(|sentence| sentence.span.end <= start);
        let Some(before) = index.checked_sub(1).and_then(|at| sentences.get(at)) else { return false };
        let named = self.by_start.range(before.span.start..start).filter_map(|(_, (_, about))| match about {
            Ref::Project(project) => Some(*project),
            _ => None,
        });
        named.collect::<BTreeSet<_>>().len() >= 3
    }

    /// What `的` after a figure gives it to: 总投资27亿元的某某项目, 占地330亩的某某产业园. An area owns its figures otherwise
    /// (占地330亩的某市项目).
    pub(super) fn owner_after(&self, end: usize) -> Option<Ref> {
        let text = self.annotated.article.text.as_str();
        let of = super::name::suffix("of").filter(|of| text[end..].starts_with(*of))?;
        let (area, about) = self.at(end + of.len())?;
        let owns = |about: &Ref| match about {
            Ref::Project(_) | Ref::Organization(_) => true,
            Ref::Place(index) => {
                let place = &self.annotated.places[*index].value;
                place.code.is_none() && matches!(place.kind, PlaceKind::Site | PlaceKind::Zone)
            }
            _ => false,
        };
        // The area before the name: 总投资1亿元的某县某某中心.
        let inner = self.at(area.end).map(|(_, about)| about);
        Some(about).filter(owns).or_else(|| inner.filter(owns))
    }

    /// The undertaking with which the words before a clause end: `推进某某工程，总投资27亿元`.
    pub(super) fn object_before(&self, clause: Span) -> Option<Ref> {
        let text = self.annotated.article.text.as_str();
        let (_, (span, about)) = self.by_start.range(..clause.start).next_back()?;
        let gap = text.get(span.end..clause.start)?;
        let ends = gap.chars().all(super::name::is_separator) && !gap.is_empty();
        (ends && matches!(about, Ref::Project(_)) && !self.lists_before(clause.start)).then_some(*about)
    }

    /// The name at the head of a clause, behind a period and words like 其中.
    pub(super) fn head(&self, clause: Span, words: &Words) -> Option<Ref> {
        let text = self.annotated.article.text.as_str();
        let mut at = self.behind_report(clause).start;
        loop {
            let stretch = &text[at..clause.end];
            if let Some((span, about)) = self.innermost(at) {
                // `西南大学、某某学院等高校4所`: the first of a list of examples is not what the clause is about.
                let after = &text[span.end..clause.end];
                let listed = ["and", "cut_etc"].iter().any(|class| FAMILY.lexicon.prefix_of(class, after).is_some());
                return (!listed).then_some(about);
            }
            if let Some((span, about)) = self.meant(at, words) {
                return (span.end < clause.end).then_some(about);
            }
            if FAMILY.lexicon.prefix_of("home_word", stretch).is_some() {
                return Some(Ref::Home);
            }
            if let Some(period) = super::name::period_at(self.annotated, Span::new(at, clause.end)) {
                at = period.end;
                continue;
            }
            let lead =
                FAMILY.lexicon.prefix_of("season", stretch).or_else(|| FAMILY.lexicon.prefix_of("lead", stretch));
            at += lead?.1.len();
        }
    }
}

impl Subjects<'_> {
    /// The clause behind a report's head: `本报讯（记者 张三）3月1日` begins with the day.
    fn behind_report(&self, clause: Span) -> Span {
        let stretch = clause.of(&self.annotated.article.text);
        let Some((_, word)) = FAMILY.lexicon.prefix_of("report", stretch) else { return clause };
        let rest = &stretch[word.len()..];
        let bracket = if rest.starts_with(['(', '\u{FF08}']) { rest.find([')', '\u{FF09}']) } else { None };
        let head = bracket.map_or(0, |at| at + rest[at..].chars().next().map_or(0, char::len_utf8));
        let begin = stretch.len() - rest[head..].trim_start().len();
        Span::new(clause.start + begin, clause.end)
    }

    /// Whether a clause holds only a period or words like 截至目前.
    pub(super) fn says_nothing(&self, clause: Span) -> bool {
        let text = self.annotated.article.text.as_str();
        let clause = self.behind_report(clause);
        let first = self.annotated.periods.partition_point(|period| period.span.start < clause.start);
        let periods = self.annotated.periods[first..].iter().take_while(|period| period.span.start < clause.end);
        let inside: usize = periods.filter(|p| clause.contains(p.span)).map(|p| p.span.len()).sum();
        clause.is_empty()
            || FAMILY.lexicon.suffix_of("speech", clause.of(text)).is_some()
            || inside + 6 >= clause.len() && inside > 0
            || FAMILY.lexicon.get("lead", clause.of(text)).is_some()
            || FAMILY.lexicon.prefix_of("adjunct", clause.of(text)).is_some()
    }
}

/// Offices and media report figures; they are seldom what a figure is about.
fn can_own(kind: OrganizationKind) -> bool {
    !matches!(
        kind,
        OrganizationKind::Government
            | OrganizationKind::Party
            | OrganizationKind::Legislature
            | OrganizationKind::Advisory
            | OrganizationKind::Media
    )
}
