//! The one day of which a report tells: `10月17日上午，…举行。…活动后，某某参观了…`.

use crate::model::{Annotated, PartialDate, Period};

/// The lead is so many sentences.
const LEAD: usize = 4;

/// A text that names more times than these looks back over years; it is no report of a day.
const OTHERS: usize = 6;

/// The only day that the text names, if its lead names it, and where.
pub(super) fn only_day(annotated: &Annotated) -> Option<(usize, PartialDate)> {
    let title = annotated.article.title_len;
    let days = || {
        annotated.periods.iter().filter_map(|period| match period.value {
            Period::At(day @ PartialDate::Day(_)) => Some((period.span.start, day)),
            _ => None,
        })
    };
    let (first, day) = days().find(|(at, _)| *at >= title)?;
    let body = annotated.sentences.iter().filter(|sentence| sentence.span.start >= title);
    let lead = body.take(LEAD).any(|sentence| sentence.span.start <= first && first < sentence.span.end);
    let alone = days().all(|(_, other)| other == day);
    let others = annotated.periods.len() - days().count();
    (lead && alone && others <= OTHERS).then_some((first, day))
}
