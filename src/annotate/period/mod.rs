//! Dates and periods. Takes the text and the publication date, gives each period as calendar time.
//!
//! `今年3月以来` in an article of 2021 is from 2021-03 on; `“十三五”期间` is 2016 to 2020; `一季度` is January to March of the
//! year of which the text speaks. Which period a figure holds for is left to `extract`.

use super::sentence::stretches;
use crate::model::{Found, PartialDate, Period, Span};
use crate::rules::{Family, Hit, Policy};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::sync::LazyLock;

static FAMILY: LazyLock<Family> =
    LazyLock::new(|| Family::embedded("period", include_str!("lexicon.toml"), include_str!("rules.toml")));

/// The first year of the first five-year plan of the reform era that texts still name (六五 began in 1981).
const FIRST_PLAN: (i16, i16) = (10, 2001);

/// Until this month a text looks back: 五年来 then means the five years that have ended.
const LOOKING_BACK: i8 = 3;

/// A month without a year lies at most this many months after publication, else it is last year's.
const MONTHS_AHEAD: i8 = 3;

/// The periods that are known, in the order of the text.
pub(super) fn known(times: Vec<Found<Option<Period>>>) -> Vec<Found<Period>> {
    let known = times.into_iter();
    known.filter_map(|time| Some(Found { span: time.span, value: time.value?, rule: time.rule })).collect()
}

/// Every stretch that tells a time, in the order of the text; `None` where the text does not say which (5月18日 in an
/// article without a date): it is no figure all the same. `title` is where the title stands.
pub(super) fn times(text: &str, title: Span, published: Option<PartialDate>) -> Vec<Found<Option<Period>>> {
    let read = |line| (line, FAMILY.find(&FAMILY.tape(text, line, &[]), Policy::Longest));
    let lines: Vec<(Span, Vec<Hit<'_>>)> = stretches(text).into_iter().map(read).collect();
    let mut reader = Reader { text, published, base: None, spoken: None };
    if published.is_none() {
        reader.published = this_year(&reader, &lines).map(PartialDate::Year);
        reader.base = base_year(&reader, &lines);
    }
    let mut found = Vec::new();
    for (line, hits) in lines {
        for hit in hits {
            let Some(period) = reader.read(&hit) else {
                found.push(Found { span: hit.span, value: None, rule: hit.rule.id.clone() });
                continue;
            };
            // The title says of which year a communiqué speaks; a date in passing does not.
            if line.start < title.end && reader.spoken.is_none() && hit.group("d").is_none() {
                reader.spoken = match period {
                    Period::At(date) | Period::Range(date, _) => Some(date.year()),
                };
            }
            let (span, period) = since(text, hit.span, period);
            found.push(Found { span, value: Some(period), rule: hit.rule.id.clone() });
        }
    }
    found
}

/// The year that a text without a date calls this year, where it says so by what is counted in years: 今年是“十四五”开局之年.
/// Two different answers are none.
fn this_year(reader: &Reader<'_>, lines: &[(Span, Vec<Hit<'_>>)]) -> Option<i16> {
    let pairs = lines.iter().flat_map(|(_, hits)| hits.windows(2));
    only(pairs.filter_map(|pair| {
        let (this, counted) = (&pair[0], &pair[1]);
        let word = FAMILY.lexicon.get("relative_year", this.span.of(reader.text))?;
        let between = reader.text[this.span.end..counted.span.start].trim();
        let (_, is) = FAMILY.lexicon.prefix_of("is", between)?;
        let rest = &between[is.len()..];
        let is_said = rest.is_empty() || FAMILY.lexicon.get("whose_plan", rest).is_some();
        let is_said = is_said && word.integer("offset") == Some(0);
        match reader.read(counted)? {
            Period::At(PartialDate::Year(year)) if is_said && counted.sets("counts") == Some("years") => Some(year),
            _ => None,
        }
    }))
}

/// The year with which a text without a date compares, where there is one only: after 较2020年 five years up to now (五年来)
/// are 2021 to 2025.
fn base_year(reader: &Reader<'_>, lines: &[(Span, Vec<Hit<'_>>)]) -> Option<i16> {
    let years = lines.iter().flat_map(|(_, hits)| hits).filter(|hit| hit.rule.name == "year");
    let compared = years.filter(|hit| FAMILY.lexicon.suffix_of("compared", &reader.text[..hit.span.start]).is_some());
    only(compared.filter_map(|hit| reader.year(hit)))
}

/// The one year that all say.
fn only(mut years: impl Iterator<Item = i16>) -> Option<i16> {
    let first = years.next()?;
    years.all(|year| year == first).then_some(first)
}

/// `2018年以来`: what begins then and has not ended.
fn since(text: &str, span: Span, period: Period) -> (Span, Period) {
    let Period::At(start) = period else {
        return (span, period);
    };
    match FAMILY.lexicon.prefix_of("since", &text[span.end..]) {
        Some((_, word)) => (Span::new(span.start, span.end + word.len()), Period::Range(start, None)),
        None => (span, period),
    }
}

/// How many lines at the head of a text may hold its date, and how long such a line is.
const BYLINES: usize = 4;
const BYLINE: usize = 40;

/// The day that a short line at the head of a text gives: 某市统计局 2024年7月28日.
pub(super) fn byline(text: &str, title: Span) -> Option<PartialDate> {
    let mut start = 0;
    for line in text.split('\n').take(BYLINES) {
        let span = Span::new(start, start + line.len());
        start = span.end + 1;
        if span.end <= title.end || line.chars().count() > BYLINE {
            continue;
        }
        let day = known(times(line, Span::new(0, 0), None)).into_iter().find_map(|period| match period.value {
            Period::At(date @ PartialDate::Day(_)) => Some(date),
            _ => None,
        });
        if day.is_some() {
            return day;
        }
    }
    None
}

struct Reader<'t> {
    text: &'t str,
    published: Option<PartialDate>,
    /// The year before the years of which a text without a date gives an account.
    base: Option<i16>,
    /// The year of which the title says that the text speaks.
    spoken: Option<i16>,
}

impl Reader<'_> {
    fn read(&self, hit: &Hit<'_>) -> Option<Period> {
        let months = |year: i16, first: i8, last: i8| {
            let (first, last) = (PartialDate::month(year, first)?, PartialDate::month(year, last)?);
            (first <= last).then_some(Period::Range(first, Some(last)))
        };
        match hit.rule.name.as_str() {
            "day" => PartialDate::day(self.year(hit)?, self.part(hit, "m")?, self.part(hit, "d")?).map(Period::At),
            "month" => PartialDate::month(self.year(hit)?, self.part(hit, "m")?).map(Period::At),
            "month-day" => {
                let month = self.part(hit, "m")?;
                let year = self.year(hit).or_else(|| self.year_of_month(month))?;
                PartialDate::day(year, month, self.part(hit, "d")?).map(Period::At)
            }
            "days" => {
                let month = self.part(hit, "m")?;
                let year = self.year(hit).or_else(|| self.year_of_month(month))?;
                let first = PartialDate::day(year, month, self.part(hit, "d")?)?;
                let last = PartialDate::day(year, month, self.part(hit, "dd")?)?;
                (first < last).then_some(Period::Range(first, Some(last)))
            }
            "bare-month" => {
                let month = self.part(hit, "m")?;
                let year = self.year(hit).or_else(|| self.year_of_month(month))?;
                PartialDate::month(year, month).map(Period::At)
            }
            "year" | "chinese-year" | "relative-year" => Some(Period::At(PartialDate::Year(self.year(hit)?))),
            "year-word" => Some(Period::At(PartialDate::Year(self.spoken_year()?))),
            "quarter" => {
                let quarter = self.part(hit, "q")?;
                let year = self.year(hit).or_else(|| self.year_of_month(quarter * 3 - 2))?;
                months(year, quarter * 3 - 2, quarter * 3)
            }
            "first-quarters" => {
                let last = self.part(hit, "q")? * 3;
                months(self.year(hit).or_else(|| self.year_of_month(last))?, 1, last)
            }
            "half-year" => {
                let half = FAMILY.lexicon.get("half", hit.text("half", self.text)?)?;
                let bound = |key: &str| half.integer(key).and_then(|month| i8::try_from(month).ok());
                let (first, last) = (bound("first")?, bound("last")?);
                months(self.year(hit).or_else(|| self.year_of_month(first))?, first, last)
            }
            "months" => {
                let (first, last) = (self.part(hit, "m")?, self.part(hit, "mm")?);
                months(self.year(hit).or_else(|| self.year_of_month(last))?, first, last)
            }
            "first-months" => {
                let last = self.part(hit, "n")?;
                months(self.year(hit).or_else(|| self.year_of_month(last))?, 1, last)
            }
            "years" => {
                let last: i16 = hit.text("yy", self.text)?.parse().ok()?;
                let first = self.year(hit)?;
                (first < last).then_some(Period::Range(PartialDate::Year(first), Some(PartialDate::Year(last))))
            }
            "plan" | "plan-end" => {
                let first = self.plan(hit)?;
                if hit.rule.name == "plan-end" {
                    return Some(Period::At(PartialDate::Year(first + 4)));
                }
                Some(Period::Range(PartialDate::Year(first), Some(PartialDate::Year(first + 4))))
            }
            "plan-year" => {
                let first = self.plan(hit)?;
                let nth = FAMILY.lexicon.get("plan_year", hit.text("plan_year", self.text)?)?.integer("nth")?;
                Some(Period::At(PartialDate::Year(first + i16::try_from(nth).ok()? - 1)))
            }
            "anniversary" => {
                let founded = FAMILY.lexicon.get("founding", hit.text("founding", self.text)?)?.integer("year")?;
                let count: i16 = hit.text("n", self.text)?.parse().ok()?;
                Some(Period::At(PartialDate::Year(i16::try_from(founded).ok()?.checked_add(count)?)))
            }
            "past-years" | "years-since" => self.past_years(i16::from(self.part(hit, "n")?)),
            // The number says which day; the word, that it lies just before the publication.
            "day-word-number" | "bare-day" => {
                let (year, month, last) = match self.published? {
                    PartialDate::Day(day) => (day.year(), day.month(), day.day()),
                    PartialDate::Month(year, month) => (year, month, 31),
                    PartialDate::Year(_) => return None,
                };
                let day = self.part(hit, "d")?;
                let (year, month) = match (day > last, month) {
                    (false, _) => (year, month),
                    (true, 1) => (year - 1, 12),
                    (true, month) => (year, month - 1),
                };
                PartialDate::day(year, month, day).map(Period::At)
            }
            "day-word" => {
                let word = FAMILY.lexicon.get("day_word", hit.text("day_word", self.text)?)?;
                let Some(PartialDate::Day(published)) = self.published else {
                    return None;
                };
                let day: Date = published.checked_add(word.integer("offset")?.days()).ok()?;
                Some(Period::At(PartialDate::Day(day)))
            }
            _ => None,
        }
    }

    /// The year that the find itself names.
    fn year(&self, hit: &Hit<'_>) -> Option<i16> {
        if let Some(year) = hit.text("y", self.text) {
            return year.parse().ok();
        }
        if let Some(numeral) = hit.text("yc", self.text) {
            return numeral.chars().try_fold(0, |year, c| Some(year * 10 + digit_of(c.encode_utf8(&mut [0; 4]))?));
        }
        let word = FAMILY.lexicon.get("relative_year", hit.text("relative_year", self.text)?)?;
        Some(self.published?.year() + i16::try_from(word.integer("offset")?).ok()?)
    }

    /// The year of a month named without one: the title's, else the one about the publication.
    fn year_of_month(&self, month: i8) -> Option<i16> {
        if let Some(spoken) = self.spoken {
            return Some(spoken);
        }
        let published = self.published?;
        let ahead = match published {
            PartialDate::Year(_) => 0,
            PartialDate::Month(_, now) => month - now,
            PartialDate::Day(date) => month - date.month(),
        };
        Some(published.year() - i16::from(ahead > MONTHS_AHEAD))
    }

    /// The year that 全年 speaks of: the title's, else the year that ended before an early publication.
    fn spoken_year(&self) -> Option<i16> {
        self.spoken.or_else(|| self.last_year())
    }

    fn last_year(&self) -> Option<i16> {
        let published = self.published?;
        Some(published.year() - i16::from(self.looks_back()))
    }

    fn looks_back(&self) -> bool {
        match self.published {
            Some(PartialDate::Month(_, month)) => month <= LOOKING_BACK,
            Some(PartialDate::Day(date)) => date.month() <= LOOKING_BACK,
            _ => false,
        }
    }

    /// The first year of the five-year plan that the find names.
    fn plan(&self, hit: &Hit<'_>) -> Option<i16> {
        let number = match hit.text("plan", self.text) {
            Some(digit) => 10 + digit_of(digit)?,
            None => 10,
        };
        Some(FIRST_PLAN.1 + (number - FIRST_PLAN.0) * 5)
    }

    fn past_years(&self, count: i16) -> Option<Period> {
        if let (Some(base), 2..) = (self.base, count) {
            let (first, last) = (PartialDate::Year(base + 1), PartialDate::Year(base + count));
            return Some(Period::Range(first, Some(last)));
        }
        let last = self.last_year()?;
        if count < 2 {
            return Some(Period::At(PartialDate::Year(last)));
        }
        let first = if self.looks_back() { last - count + 1 } else { last - count };
        Some(Period::Range(PartialDate::Year(first), Some(PartialDate::Year(last))))
    }

    fn part(&self, hit: &Hit<'_>, name: &str) -> Option<i8> {
        let words = hit.text(name, self.text)?;
        words.parse().ok().or_else(|| i8::try_from(digit_of(words)?).ok())
    }
}

fn digit_of(numeral: &str) -> Option<i16> {
    let entry = FAMILY.lexicon.get("chinese_digit", numeral)?;
    entry.integer("value").and_then(|value| i16::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::corpus::{Reading, verify};

    fn periods(text: &str, title: Span, published: Option<PartialDate>) -> Vec<Found<Period>> {
        known(times(text, title, published))
    }

    #[test]
    fn the_examples_hold() {
        let outcome = verify(&FAMILY, include_str!("examples.toml"), |text, case| {
            let title = text.find('\n').map_or(Span::default(), |end| Span::new(0, end));
            let found = periods(text, title, case.published).into_iter();
            found
                .map(|period| Reading::new(period.span, period.rule.as_str(), [("period", period.value.to_string())]))
                .collect()
        });

        assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }

    #[test]
    fn a_text_without_a_date_tells_its_year_by_what_is_counted_and_by_what_it_compares_with() {
        let years = |text| {
            let found = periods(text, Span::default(), None).into_iter();
            found.map(|period| (period.span.of(text), period.value.to_string())).collect::<Vec<_>>()
        };

        let counted = years("今年是我国“十四五”规划开局之年。今年3月以来，新开工项目8个。");
        let compared = years("五年来，道路延长。\n人均收入较2020年提高三成。");
        let torn = years("五年来，道路延长。\n收入较2020年提高，人口比2015年增加。");

        assert_eq!(counted[2], ("今年3月以来", "2021-03/..".to_owned()));
        assert_eq!(compared[0], ("五年来", "2021/2025".to_owned()));
        assert!(torn.iter().all(|(words, _)| *words != "五年来"), "{torn:?}");
    }

    #[test]
    fn a_date_that_no_calendar_has_is_no_period() {
        assert!(periods("2023年2月30日", Span::default(), None).iter().all(|p| p.span.len() < 16));
        assert!(periods("今年", Span::default(), None).is_empty());
        assert_eq!(times("5月18日召开会议", Span::default(), None)[0].span, Span::new(0, "5月18日".len()));
    }
}
