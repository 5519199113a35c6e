//! NDJSON: an article a line, `{"url": "https://…", "title": "…", "text": "…"}`. A bad line is a problem of its own.

use super::input::{Input, one};
use super::limits::{self, MAX_LINE};
use super::{Items, document};
use crate::error::Problem;
use crate::model::{Declared, Media, PartialDate};
use serde::Deserialize;
use std::io::{self, BufRead, BufReader, Read as _};

#[derive(Deserialize)]
struct Fields {
    text: Option<String>,
    html: Option<String>,
    url: Option<String>,
    id: Option<Id>,
    title: Option<String>,
    publisher: Option<String>,
    #[serde(alias = "date")]
    published: Option<String>,
    #[serde(default, alias = "author")]
    authors: Option<Names>,
    editor: Option<String>,
    source: Option<String>,
}

/// Crawlers number their pages or name them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(i64),
}

/// One name, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Many(Vec<String>),
}

/// The documents of NDJSON lines.
pub(super) fn lines(input: Input) -> Items {
    let Input { path, name, reader, .. } = input;
    let mut reader = BufReader::with_capacity(64 << 10, reader);
    let (mut number, mut ended) = (0_usize, false);
    let items = std::iter::from_fn(move || -> Option<Items> {
        while !ended {
            number += 1;
            let at = format!("{path}#L{number}");
            match line(&mut reader) {
                Ok(Line::End) => ended = true,
                Ok(Line::Whole(line)) if line.trim_ascii().is_empty() => {}
                Ok(Line::Whole(line)) => return Some(article(line.trim_ascii(), &at, &name)),
                Ok(Line::TooLong) => {
                    let message =
                        format!("expected a line of at most {} MB, found more: it is left out", MAX_LINE >> 20);
                    return Some(one(Err(Problem::fatal(at, "ingest.too-large", message))));
                }
                Err(error) => {
                    ended = true;
                    return Some(one(Err(limits::fault(&at, &error))));
                }
            }
        }
        None
    });
    Box::new(items.flatten())
}

/// A line as it was read.
enum Line {
    Whole(Vec<u8>),
    TooLong,
    End,
}

/// The next line. One that is too long is passed over without being held.
fn line(reader: &mut impl BufRead) -> io::Result<Line> {
    let mut line = Vec::new();
    reader.by_ref().take(MAX_LINE as u64 + 1).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(Line::End);
    }
    if line.len() <= MAX_LINE || line.ends_with(b"\n") {
        return Ok(Line::Whole(line));
    }
    drop(line);
    reader.skip_until(b'\n')?;
    Ok(Line::TooLong)
}

fn article(bytes: &[u8], at: &str, name: &str) -> Items {
    match parsed(bytes, at) {
        // The text alone would miss a corrected title or date.
        Ok((text, media, declared)) => {
            super::hashed(document(at, name, media, None, text.into_bytes(), declared), super::hash(bytes))
        }
        Err(problem) => one(Err(problem)),
    }
}

fn parsed(bytes: &[u8], at: &str) -> Result<(String, Media, Declared), Problem> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let bad = |what: String| Problem::fatal(at, "ingest.bad-line", what);
    let line: Fields = serde_json::from_slice(bytes)
        .map_err(|error| bad(format!("expected a JSON object with `text` or `html`, found {error}")))?;
    let full = |field: Option<String>| field.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let (text, media) = match (line.html, line.text) {
        (Some(html), _) if !html.trim().is_empty() => (html, Media::Html),
        (_, Some(text)) => (text, Media::Text),
        (Some(html), None) => (html, Media::Html),
        (None, None) => return Err(bad("expected `text` or `html`, found neither".to_owned())),
    };
    let published = match full(line.published) {
        None => None,
        Some(given) => Some(
            date(&given)
                .ok_or_else(|| bad(format!("`published`: expected a date like `2020-05-14`, found `{given}`")))?,
        ),
    };
    let authors = match line.authors {
        None => Vec::new(),
        Some(Names::One(name)) => vec![name],
        Some(Names::Many(names)) => names,
    };
    let id = line.id.map(|id| match id {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
    });
    let declared = Declared {
        url: full(line.url).or_else(|| full(id)),
        title: full(line.title),
        publisher: full(line.publisher),
        published,
        authors: authors.into_iter().filter_map(|name| full(Some(name))).collect(),
        editor: full(line.editor),
        source: full(line.source),
        secondhand: false,
    };
    Ok((text, media, declared))
}

/// Reads `2020-05-14`, `2020/5/14 09:57`, or any three numbers that make a date in this order, whatever stands between.
pub(super) fn date(given: &str) -> Option<PartialDate> {
    let mut numbers = given.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let first = numbers.next()?;
    if first.len() == 8 {
        return PartialDate::day(first[..4].parse().ok()?, first[4..6].parse().ok()?, first[6..].parse().ok()?);
    }
    let year = first.parse().ok().filter(|_| first.len() == 4)?;
    let (month, day) = (numbers.next(), numbers.next());
    match (month, day) {
        (Some(month), Some(day)) => PartialDate::day(year, month.parse().ok()?, day.parse().ok()?),
        (Some(month), None) => PartialDate::month(year, month.parse().ok()?),
        _ => Some(PartialDate::Year(year)),
    }
}
