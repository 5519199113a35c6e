//! Times: as typed literals, as first and last days, and as things with a label.

use super::graph::{Graph, chinese};
use super::terms;
use crate::model::{PartialDate, Period};
use jiff::civil::Date;
use oxigraph::model::{Literal, NamedNode};
use std::sync::LazyLock;

#[derive(serde::Deserialize)]
struct Words {
    period: Forms,
}

/// Forms of labels, with `{year}` and the like in them.
#[derive(serde::Deserialize)]
struct Forms {
    year: String,
    month: String,
    day: String,
    range: String,
    open: String,
}

static WORDS: LazyLock<Forms> = LazyLock::new(|| {
    let words: Words = toml::from_str(include_str!("words.toml")).expect("words.toml is complete: a test reads it");
    words.period
});

/// A date as a literal of its own precision; `None` for a year that XML Schema does not write with four digits.
pub(super) fn literal(date: PartialDate) -> Option<Literal> {
    let datatype = match date {
        PartialDate::Year(_) => terms::G_YEAR,
        PartialDate::Month(..) => terms::G_YEAR_MONTH,
        PartialDate::Day(_) => terms::DATE_TYPE,
    };
    writable(date).then(|| Literal::new_typed_literal(date.to_string(), datatype))
}

fn writable(date: PartialDate) -> bool {
    (1..=9999).contains(&date.year())
}

/// A date as a label has it: 2024年3月4日.
pub(super) fn label(date: PartialDate) -> String {
    let (form, month, day) = match date {
        PartialDate::Year(_) => (&WORDS.year, 0, 0),
        PartialDate::Month(_, month) => (&WORDS.month, month, 0),
        PartialDate::Day(date) => (&WORDS.day, date.month(), date.day()),
    };
    form.replace("{year}", &date.year().to_string())
        .replace("{month}", &month.to_string())
        .replace("{day}", &day.to_string())
}

fn period_label(period: Period) -> String {
    match period {
        Period::At(date) => label(date),
        Period::Range(start, Some(end)) => WORDS.range.replace("{start}", &label(start)).replace("{end}", &label(end)),
        Period::Range(start, None) => WORDS.open.replace("{start}", &label(start)),
    }
}

/// A period that can be written and does not end before it begins, with its first and last day.
fn sound(period: Period) -> Option<(Date, Option<Date>)> {
    let (start, end) = match period {
        Period::At(date) => (date, Some(date)),
        Period::Range(start, end) => (start, end),
    };
    let (first, last) = (start.first_day()?, period.last_day());
    let ordered = last.is_none_or(|last| first <= last);
    let closed = end.is_none() || last.is_some();
    (writable(start) && end.is_none_or(writable) && ordered && closed).then_some((first, last))
}

impl Graph<'_> {
    /// States the period of an observation, which is the unknown one where the text is silent.
    pub(super) fn period(&mut self, subject: &NamedNode, period: Option<Period>) {
        let Some((period, (first, last))) = period.and_then(|period| Some((period, sound(period)?))) else {
            self.concept(subject, terms::REF_PERIOD, "period", "unknown");
            return;
        };
        let written = period.to_string();
        // 2021-03/.. is 2021-03--open: a solidus would end the path segment, and rdflib cannot read a name that ends in a dot.
        let segment = written.replace('/', "--").replace("..", "open");
        let thing = NamedNode::new_unchecked(format!("{}period/{segment}", terms::VOCAB));
        if self.periods.insert(period) {
            self.class(&thing, terms::PERIOD_CLASS);
            self.class(&thing, terms::CONCEPT);
            self.say(&thing, terms::IN_SCHEME, NamedNode::new_unchecked(format!("{}period", terms::VOCAB)));
            self.say(&thing, terms::PREF_LABEL, chinese(&period_label(period)));
            self.say(&thing, terms::PREF_LABEL, Literal::new_language_tagged_literal_unchecked(&written, "en"));
        }
        self.say(subject, terms::REF_PERIOD, thing);

        let literal = match period {
            Period::At(date) => literal(date),
            Period::Range(..) => Some(Literal::from(written)),
        };
        if let Some(literal) = literal {
            self.say(subject, terms::PERIOD, literal);
        }
        self.say(subject, terms::PERIOD_START, day(first));
        if let Some(last) = last {
            self.say(subject, terms::PERIOD_END, day(last));
        }
    }
}

fn day(date: Date) -> Literal {
    Literal::new_typed_literal(PartialDate::Day(date).to_string(), terms::DATE_TYPE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::vocab;

    #[test]
    fn the_unknown_period_is_in_the_vocabulary() {
        assert!(vocab::concept_of("period", "unknown").is_some());
    }

    #[test]
    fn a_period_is_called_as_a_reader_would_call_it() {
        let year = |year| PartialDate::Year(year);
        let labels = [
            (Period::At(year(2023)), "2023年"),
            (Period::At(PartialDate::Month(2020, 9)), "2020年9月"),
            (Period::At(PartialDate::day(2024, 3, 4).unwrap()), "2024年3月4日"),
            (Period::Range(year(2016), Some(year(2020))), "2016年至2020年"),
            (Period::Range(PartialDate::Month(2021, 3), None), "2021年3月以来"),
        ];
        for (period, label) in labels {
            assert_eq!(period_label(period), label);
        }
    }

    #[test]
    fn a_period_that_ends_before_it_begins_is_unknown() {
        let backwards = Period::Range(PartialDate::Year(2020), Some(PartialDate::Year(2016)));

        assert_eq!(sound(backwards), None);
        assert_eq!(sound(Period::At(PartialDate::Year(0))), None);
    }
}
