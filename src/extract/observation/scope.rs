//! The time that a figure holds for and whether it lies ahead, by clause, sentence, paragraph, section and title.

use super::FAMILY;
use crate::model::{Annotated, Found, Outlook, PartialDate, Period, Sentence, Span};

/// How far into a sentence a period still stands at its head and holds for what follows.
const HEAD: usize = 12;

/// How far back, in bytes, a word of outlook still holds.
const OUTLOOK_REACH: usize = 6000;

/// How far into a sentence or a clause it says, in characters, that it speaks of the event reported.
const SAID: usize = 24;

/// A heading has at most so many characters.
const HEADING: usize = 40;

/// What a stretch of the text says for all its sentences.
#[derive(Debug, Clone, Copy, Default)]
struct Section {
    start: usize,
    period: Option<Period>,
    forecast: bool,
}

/// The scopes of an article.
pub(super) struct Scope<'a> {
    annotated: &'a Annotated,
    /// The period that the title gives to the whole text.
    pub(super) title: Option<Period>,
    sections: Vec<Section>,
    /// Whether a heading names a period.
    dated_sections: bool,
    /// The only day that the text names.
    day: Option<(usize, PartialDate)>,
    /// For each sentence the period that its paragraph's earlier sentences set.
    carried: Vec<Option<Period>>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(annotated: &'a Annotated) -> Self {
        let mut scope = Self {
            annotated,
            title: None,
            sections: Vec::new(),
            dated_sections: false,
            day: crate::extract::day::only_day(annotated),
            carried: Vec::new(),
        };
        scope.title = scope.title_period();
        scope.sections = scope.headings();
        scope.dated_sections = scope.sections.iter().any(|section| section.period.is_some());
        scope.carried = scope.carry();
        scope
    }

    fn text(&self) -> &'a str {
        &self.annotated.article.text
    }

    /// `2012年…统计公报` holds for all its figures; the year in the name of a fair does not.
    fn title_period(&self) -> Option<Period> {
        let title = Span::new(0, self.annotated.article.title_len);
        let report = !FAMILY.lexicon.find("report_title", title.of(self.text())).is_empty();
        let mut periods = self.annotated.periods.iter().take_while(|p| p.span.end <= title.end);
        // 一季度全市经济…: a part of the year in a title is the time of the text.
        let economy = !FAMILY.lexicon.find("economy", title.of(self.text())).is_empty();
        let of_time = |period: Period| {
            economy && matches!(period, Period::Range(PartialDate::Month(..), Some(PartialDate::Month(..))))
        };
        periods.next().map(|period| period.value).filter(|period| report || of_time(*period))
    }

    /// The numbered headings (`三、二季度形势预测`): each sets the period and outlook of what follows.
    fn headings(&self) -> Vec<Section> {
        let text = self.text();
        let mut sections = Vec::new();
        for sentence in &self.annotated.sentences {
            let words = sentence.span.of(text);
            let first = self.annotated.numbers.partition_point(|number| number.span.start < sentence.span.start);
            let numbered = self.annotated.numbers.get(first).is_some_and(|number| {
                number.span.start == sentence.span.start && text[number.span.end..].starts_with('\u{3001}')
            });
            let closed = words.ends_with(['\u{3002}', '\u{FF1B}', ';']);
            if !numbered || closed || words.chars().count() > HEADING {
                continue;
            }
            let within = |found: &&Found<Period>| sentence.span.contains(found.span);
            let periods = &self.annotated.periods;
            let from = |at: usize| periods[periods.partition_point(|period| period.span.start < at)..].iter();
            let mut near = from(sentence.span.start).take_while(|period| period.span.start < sentence.span.end);
            let period = near.find(within).map(|period| period.value);
            // 一、过去一年工作回顾: the year with which the review begins is that of all of it.
            let review = !FAMILY.lexicon.find("review_heading", words).is_empty();
            let first = || {
                let index = self.annotated.sentences.partition_point(|next| next.span.start < sentence.span.end);
                let next = self.annotated.sentences.get(index)?;
                let head = from(next.span.start).next().filter(|period| next.span.contains(period.span))?;
                let year = matches!(head.value, Period::At(PartialDate::Year(_)) | Period::Range(..));
                (head.span.start <= next.span.start + HEAD && year).then_some(head.value)
            };
            sections.push(Section {
                start: sentence.span.start,
                period: if review { first().or(period) } else { period },
                forecast: !FAMILY.lexicon.find("outlook_heading", words).is_empty(),
            });
        }
        sections
    }

    /// The period at the head of a sentence holds for the rest of its paragraph, and for a list of paragraphs with dashes
    /// that follows.
    fn carry(&self) -> Vec<Option<Period>> {
        let mut carried = Vec::new();
        let (mut paragraph, mut now) = (usize::MAX, None);
        for sentence in &self.annotated.sentences {
            if sentence.paragraph != paragraph {
                paragraph = sentence.paragraph;
                let listed = sentence
                    .clauses
                    .first()
                    .is_some_and(|clause| self.text()[clause.end..].starts_with("\u{2014}\u{2014}"));
                if !listed {
                    now = None;
                }
            }
            carried.push(now);
            let first = self.annotated.periods.partition_point(|period| period.span.start < sentence.span.start);
            let near = self.annotated.periods[first..].iter();
            let mut near = near.take_while(|period| period.span.start < sentence.span.end);
            // Behind `根据某规划，` the head of the next clause is the sentence's too.
            let quiet = |at: usize| {
                let first =
                    self.annotated.quantities.partition_point(|quantity| quantity.span.start < sentence.span.start);
                self.annotated.quantities.get(first).is_none_or(|quantity| quantity.span.start >= at)
            };
            let opens = |clause: &&Span| {
                let opening = Span::new(sentence.span.start, clause.start).of(self.text());
                clause.start == sentence.clauses[0].start
                    || FAMILY.lexicon.prefix_of("adjunct", opening).is_some() && quiet(clause.start)
            };
            let heads: Vec<Span> = sentence.clauses.iter().take(2).filter(opens).copied().collect();
            let head = near.find(|period| {
                // 与2020年相比 says with what, not when.
                let opening = &self.text()[sentence.span.start..period.span.start];
                FAMILY.lexicon.suffix_of("not_period_before", opening).is_none()
                    && heads
                        .iter()
                        .any(|clause| period.span.start <= clause.start + HEAD && clause.contains(period.span))
            });
            // 某校2002年搬迁时，有24个班: a circumstance is of its sentence alone.
            let passing = |period: &&Found<Period>| {
                let clause = sentence.clauses.iter().find(|clause| clause.contains(period.span));
                clause.is_some_and(|clause| FAMILY.lexicon.suffix_of("circumstance", clause.of(self.text())).is_some())
            };
            match head.filter(|period| !passing(period)).map(|period| period.value) {
                Some(Period::At(PartialDate::Day(_) | PartialDate::Month(..))) => now = None,
                Some(period) => now = Some(period),
                None => {}
            }
        }
        carried
    }

    fn section(&self, at: usize) -> Option<&Section> {
        let behind = self.sections.partition_point(|section| section.start <= at);
        self.sections.get(behind.checked_sub(1)?)
    }

    /// The period of a figure at `at` in `clause` of the sentence of that index.
    pub(super) fn period(&self, index: usize, clause: Span, at: usize) -> Option<Period> {
        let sentence = &self.annotated.sentences[index];
        if let Some(period) = self.own(sentence, clause, at) {
            return Some(period);
        }
        let before = Span::new(sentence.span.start, at);
        if self.has(sentence, "now", before) {
            return None;
        }
        self.carried[index].or_else(|| self.this_event(sentence, clause, at)).or_else(|| self.default(at))
    }

    /// 本次开工项目30个: what a report of one day tells of its event is of that day.
    fn this_event(&self, sentence: &Sentence, clause: Span, at: usize) -> Option<Period> {
        let (first, day) = self.day.filter(|_| self.title.is_none())?;
        let text = self.text();
        let opens = |from: usize| {
            let head = text[from..at.max(from)].char_indices().nth(SAID).map_or(at.max(from), |(end, _)| from + end);
            !FAMILY.lexicon.find("this_event", &text[from..head]).is_empty()
        };
        let said = opens(sentence.span.start) || opens(clause.start);
        (said && first < at).then_some(Period::At(day))
    }

    /// What the section or the title says. Where headings name periods, one that names none is of no known period.
    pub(super) fn default(&self, at: usize) -> Option<Period> {
        match self.section(at) {
            Some(section) if section.period.is_some() => section.period,
            Some(_) if self.dated_sections => None,
            _ => self.title,
        }
    }

    /// The nearest period before the figure in its sentence that is not what it is compared with.
    fn own(&self, sentence: &Sentence, clause: Span, at: usize) -> Option<Period> {
        let text = self.text();
        let last = self.annotated.periods.partition_point(|period| period.span.end <= at);
        let near = self.annotated.periods[..last].iter().rev();
        near.take_while(|period| sentence.span.start <= period.span.start)
            .find(|period| {
                let before = &text[sentence.span.start..period.span.start];
                let compared = FAMILY.lexicon.suffix_of("not_period_before", before).is_some();
                // In an earlier clause a date in the middle belongs to that clause.
                let in_clause = clause.start <= period.span.start;
                let at_head = sentence.clauses.iter().any(|other| {
                    other.start <= period.span.start
                        && period.span.start <= other.start + HEAD
                        && other.contains(period.span)
                });
                !compared && (in_clause || at_head)
            })
            .map(|period| period.value)
    }

    /// Whether the clause itself has a period before `at`.
    pub(super) fn in_clause(&self, clause: Span, at: usize) -> bool {
        let first = self.annotated.periods.partition_point(|period| period.span.start < clause.start);
        self.annotated.periods.get(first).is_some_and(|period| period.span.end <= at)
    }

    /// Whether the period is a year after that of the publication: 到2025年 in an article of 2021.
    fn is_later(&self, period: Option<Period>) -> bool {
        let published = self.annotated.article.published.map(|date| date.year());
        match (period, published) {
            (Some(Period::At(PartialDate::Year(year))), Some(published)) => year > published,
            _ => false,
        }
    }

    /// Whether the paragraph opens with a heading of what lies ahead: `2023年主要目标：地区生产总值增长6%…`.
    fn is_plan(&self, index: usize) -> bool {
        let paragraph = self.annotated.sentences[index].paragraph;
        let first = self.annotated.sentences.partition_point(|sentence| sentence.paragraph < paragraph);
        let Some(clause) = self.annotated.sentences[first].clauses.first() else {
            return false;
        };
        let words = clause.of(self.text());
        words.chars().count() <= HEADING / 2
            && self.text()[clause.end..].starts_with(['\u{FF1A}', ':'])
            && FAMILY.lexicon.suffix_of("outlook_heading", words).is_some()
    }

    fn has(&self, sentence: &Sentence, class: &str, before: Span) -> bool {
        let words = Span::new(before.start, before.end.min(sentence.span.end));
        !FAMILY.lexicon.find(class, words.of(self.text())).is_empty()
    }

    /// Whether a clause only says what is worked for, and holds no figure: 围绕“五个一”目标.
    fn aims(&self, clause: Span) -> bool {
        let opens = FAMILY.lexicon.prefix_of("aims", clause.of(self.text())).is_some();
        let first = self.annotated.quantities.partition_point(|quantity| quantity.span.start < clause.start);
        opens && self.annotated.quantities.get(first).is_none_or(|quantity| quantity.span.start >= clause.end)
    }

    /// Where the sentence begins of which semicolons make several: `预计实现地区生产总值391亿元；财政收入38亿元`.
    fn chain_start(&self, index: usize) -> usize {
        let sentences = &self.annotated.sentences;
        let mut first = index;
        while let Some(before) = first.checked_sub(1).map(|at| &sentences[at]) {
            let open = before.span.of(self.text()).ends_with(['\u{FF1B}', ';']);
            if !open || before.paragraph != sentences[index].paragraph || index - first >= 8 {
                break;
            }
            first -= 1;
        }
        let own = sentences[index].span.start;
        let start = sentences[first].span.start;
        // Only a word of outlook at the very head of the first holds for all.
        let head = start..(start + HEAD * 3).min(self.text().len());
        let leads = self
            .text()
            .get(head.clone())
            .or_else(|| self.text().get(start..own))
            .is_some_and(|words| ["forecast"].iter().any(|class| FAMILY.lexicon.prefix_of(class, words).is_some()));
        if leads { start } else { own }
    }

    /// Whether what the sentence says up to `at` lies ahead.
    pub(super) fn outlook(&self, index: usize, at: usize, period: Option<Period>) -> Outlook {
        let sentence = &self.annotated.sentences[index];
        // A word of outlook far behind, in a sentence of thousands of figures, holds for none of them.
        let reach = at.saturating_sub(OUTLOOK_REACH);
        let reach = (reach..=at).find(|at| self.text().is_char_boundary(*at)).unwrap_or(at);
        let opening = self.chain_start(index).max(reach);
        let before = Span::new(opening, at.max(opening)).of(self.text());
        let held: Vec<Span> = FAMILY.lexicon.find("not_target", before).iter().map(|word| word.span).collect();
        let last = |class: &str| {
            let words = FAMILY.lexicon.find(class, before);
            // 围绕“五个一”目标，新区累计签约…: what is worked for is told before what was done.
            let aim = |at: usize| {
                let clause =
                    sentence.clauses.iter().find(|clause| clause.start <= opening + at && opening + at < clause.end);
                clause.is_some_and(|clause| self.aims(*clause))
            };
            let free = words.iter().filter(|word| {
                !held.iter().any(|span| span.overlaps(word.span)) && (class != "target" || !aim(word.span.start))
            });
            free.map(|word| word.span.start).max()
        };
        let (forecast, target) = (last("forecast"), last("target"));
        let section = self.section(at).filter(|section| section.forecast);
        let ahead = section.is_some_and(|section| section.period.is_some() && section.period == period);
        if forecast.is_none() && target.is_none() && (self.is_later(period) || self.is_plan(index)) {
            return Outlook::Target;
        }
        match (forecast, target) {
            (Some(_), None) => Outlook::Forecast,
            (Some(a), Some(b)) if a > b => Outlook::Forecast,
            (_, Some(_)) => Outlook::Target,
            (None, None) if ahead => Outlook::Forecast,
            (None, None) => Outlook::Observed,
        }
    }
}
