//! When it happened: a day, month or year in the clause, else at the head of the sentence, else the date of the
//! happening told just before where the text goes on about it (`会上`, `当日`).

use super::FAMILY;
use super::telling::Telling;
use crate::extract::project::Mentions;
use crate::model::{Annotated, PartialDate, Period, Span};

/// Dates of tellings, with a memory of the last one.
pub(super) struct Dates<'a> {
    annotated: &'a Annotated,
    projects: &'a Mentions,
    /// The paragraph and date of the happening told last.
    last: Option<(usize, PartialDate)>,
    /// The only day that the text names, if its lead names it, and where.
    day: Option<(usize, PartialDate)>,
}

/// The day of a report; a yearly report or a communiqué tells of no day.
fn day_of_report(annotated: &Annotated) -> Option<(usize, PartialDate)> {
    let title = &annotated.article.text[..annotated.article.title_len];
    let review = !FAMILY.lexicon.find("review_title", title).is_empty();
    crate::extract::day::only_day(annotated).filter(|_| !review)
}

/// A report of one day has at most so many paragraphs after its lead.
const REPORT: usize = 12;

impl<'a> Dates<'a> {
    pub fn new(annotated: &'a Annotated, projects: &'a Mentions) -> Self {
        Self { annotated, projects, last: None, day: day_of_report(annotated) }
    }

    /// The telling's date, if the text gives one.
    pub fn of(&self, telling: &Telling) -> Option<PartialDate> {
        let sentence = &self.annotated.sentences[telling.sentence];
        let own = self.within(Span::new(telling.start, telling.trigger.start));
        let head = || self.within(Span::new(sentence.span.start, telling.clause.start));
        let finer = |a: Option<PartialDate>, b: Option<PartialDate>| match (a, b) {
            // 我区2024年… names its year, 3月4日 at the head of the sentence its day.
            (Some(PartialDate::Year(year)), Some(date)) if date.year() == year => Some(date),
            (Some(date), _) => Some(date),
            (None, other) => other,
        };
        let inside = || self.within(Span::new(telling.trigger.start, telling.trigger.end));
        let date = finer(own.or_else(inside), head());
        date.or_else(|| self.carried(telling, false))
            .or_else(|| self.carried(telling, true))
            .or_else(|| self.beside(telling))
            .or_else(|| self.only_day(telling))
    }

    /// Remembers the date of a happening, for sentences that go on about it.
    pub fn remember(&mut self, telling: &Telling, date: Option<PartialDate>) {
        let paragraph = self.annotated.sentences[telling.sentence].paragraph;
        if let Some(date) = date {
            self.last = Some((paragraph, date));
        }
    }

    /// The date of the happening told last, for what the sentence's head ties to it, or a word of the same day
    /// in the clause (`某某医院同日破土动工`).
    fn carried(&self, telling: &Telling, same_day: bool) -> Option<PartialDate> {
        let text = &self.annotated.article.text;
        let sentence = &self.annotated.sentences[telling.sentence];
        if same_day {
            FAMILY.lexicon.find("same_day", telling.clause.of(text)).first()?;
        } else {
            FAMILY.lexicon.prefix_of("continuing", sentence.span.of(text).trim_start())?;
        }
        self.last.filter(|(paragraph, _)| sentence.paragraph.saturating_sub(*paragraph) <= 6).map(|(_, date)| date)
    }

    /// In the lead of a report a meeting is of the day that the paragraph has just told: `11月13日，…举行签约仪式。某某出席并会见…`.
    fn beside(&self, telling: &Telling) -> Option<PartialDate> {
        use crate::model::EventType::{Groundbreaking, Meeting, Signing, Unveiling, Visit};
        let paragraph = self.annotated.sentences[telling.sentence].paragraph;
        let of_a_day = matches!(telling.kind, Groundbreaking | Meeting | Signing | Unveiling | Visit);
        let near = self.last.filter(|(last, date)| *last == paragraph && matches!(date, PartialDate::Day(_)));
        near.filter(|_| of_a_day).map(|(_, date)| date)
    }

    /// A report that names one day alone is of that day: what its people saw, said and signed there is told without it.
    fn only_day(&self, telling: &Telling) -> Option<PartialDate> {
        use crate::model::EventType::{Agreement, Meeting, Signing, Unveiling, Visit};
        let (first, day) = self.day?;
        let sentence = &self.annotated.sentences[telling.sentence];
        let of_a_day = matches!(telling.kind, Agreement | Meeting | Signing | Unveiling | Visit);
        let told_after = first < sentence.span.start;
        let silent = !self.annotated.periods.iter().any(|period| sentence.span.contains(period.span));
        let far = sentence.paragraph.saturating_sub(self.paragraph_of(first)) > REPORT;
        (of_a_day && told_after && silent && !far).then_some(day)
    }

    fn paragraph_of(&self, at: usize) -> usize {
        let index = self.annotated.sentences.partition_point(|sentence| sentence.span.end <= at);
        self.annotated.sentences.get(index).map_or(0, |sentence| sentence.paragraph)
    }

    /// The finest date of a stretch, of equally fine ones the last. 2017年起 dates the beginning of what it tells.
    fn within(&self, stretch: Span) -> Option<PartialDate> {
        let text = &self.annotated.article.text;
        // 9月23日讯 says when it was written, 2010年农网改造工程 what it is called: neither when it happened.
        let line = FAMILY.lexicon.find("dateline", stretch.of(text)).last().map(|word| stretch.start + word.span.end);
        let periods = &self.annotated.periods;
        let first = periods.partition_point(|period| period.span.start < stretch.start);
        let near = periods[first..].iter().take_while(|period| period.span.start < stretch.end);
        let inside = near.filter(|period| {
            let written = line.is_some_and(|end| period.span.end <= end);
            stretch.contains(period.span) && !written && !self.projects.hold(period.span)
        });
        let dates = inside.filter_map(|period| match period.value {
            Period::At(date) => Some(date),
            Period::Range(date, None) => {
                let words = period.span.of(text);
                let since = FAMILY.lexicon.suffix_of("since", words);
                let next = FAMILY.lexicon.prefix_of("since", &text[period.span.end..]);
                since.or(next).map(|_| date)
            }
            Period::Range(first @ PartialDate::Day(_), Some(PartialDate::Day(_))) => Some(first),
            Period::Range(_, Some(_)) => None,
        });
        let fine = |date: &PartialDate| match date {
            PartialDate::Year(_) => 0,
            PartialDate::Month(..) => 1,
            PartialDate::Day(_) => 2,
        };
        dates.max_by_key(fine)
    }
}
