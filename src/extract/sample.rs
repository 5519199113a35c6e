//! A stand-in for `annotate` in the tests of rule families: sentences, days and a home, nothing else.

use crate::model::{Annotated, Article, Found, Home, PartialDate, Period, PlaceKind, RuleId, Sentence, Span};

/// `text` as an article without a title. Days (`3月4日`) and years are read; a day takes its year from `published`.
pub(super) fn annotated(text: &str, published: Option<PartialDate>, home: Option<&str>) -> Annotated {
    let article = Article { published, ..Article::of_text(text) };
    Annotated {
        sentences: sentences(text),
        periods: periods(text, published),
        article,
        tokens: Vec::new(),
        numbers: Vec::new(),
        quantities: Vec::new(),
        places: Vec::new(),
        organizations: Vec::new(),
        credit_codes: Vec::new(),
        home: home.map(|name| Home { name: name.to_owned(), code: None, kind: PlaceKind::District }),
    }
}

fn sentences(text: &str) -> Vec<Sentence> {
    let (mut out, mut start, mut clause, mut clauses, mut paragraph) = (Vec::new(), 0, 0, Vec::new(), 0);
    let ends = text.char_indices().chain(std::iter::once((text.len(), '\n')));
    for (at, c) in ends {
        let next = (at + c.len_utf8()).min(text.len());
        let closes = matches!(c, '。' | '！' | '？' | '；' | '\n');
        if closes || matches!(c, '，' | ',' | '：' | ':') {
            if at > clause {
                clauses.push(Span::new(clause, at));
            }
            clause = next;
        }
        if closes {
            if !clauses.is_empty() {
                out.push(Sentence { span: Span::new(start, next), clauses: std::mem::take(&mut clauses), paragraph });
            }
            start = next;
            paragraph += usize::from(c == '\n');
        }
    }
    out
}

fn periods(text: &str, published: Option<PartialDate>) -> Vec<Found<Period>> {
    let pattern = regex::Regex::new(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日|(\d{4})年").unwrap();
    let number = |part: regex::Match<'_>| part.as_str().parse::<i16>().ok();
    pattern
        .captures_iter(text)
        .filter_map(|found| {
            let year = found.get(1).or(found.get(4)).and_then(number);
            let date = match (found.get(2), found.get(3)) {
                (Some(month), Some(day)) => {
                    let year = year.or(published.map(PartialDate::year))?;
                    let (month, day) = (month.as_str().parse().ok()?, day.as_str().parse().ok()?);
                    PartialDate::day(year, month, day)?
                }
                _ => PartialDate::Year(year?),
            };
            Some(Found { span: found.get(0)?.range().into(), value: Period::At(date), rule: RuleId::new("sample/day") })
        })
        .collect()
}
