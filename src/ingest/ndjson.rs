//! NDJSON: an article a line, `{"url": "https://…", "title": "…", "text": "…"}`. A bad line is a problem of its own.

use super::{Item, Items, document};
use crate::error::Problem;
use crate::model::{Declared, Media, PartialDate};
use serde::Deserialize;
use std::io::{BufRead, BufReader};

#[derive(Deserialize)]
struct Line {
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

/// The documents on standard input.
pub(super) fn standard_input() -> Items {
    lines(BufReader::new(std::io::stdin()), "-".to_owned(), "-".to_owned())
}

/// The documents of NDJSON lines; `path` and `name` are those of the file that they stand in.
pub(super) fn lines(mut reader: impl BufRead + Send + 'static, path: String, name: String) -> Items {
    let (mut number, mut ended) = (0_usize, false);
    Box::new(std::iter::from_fn(move || {
        loop {
            if ended {
                return None;
            }
            let mut line = Vec::new();
            number += 1;
            let at = format!("{path}#L{number}");
            match reader.read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) if line.trim_ascii().is_empty() => {}
                Ok(_) => return Some(one(line.trim_ascii(), &at, &name)),
                Err(error) => {
                    ended = true;
                    return Some(Err(Problem::fatal(at, "ingest.unreadable", format!("cannot be read: {error}"))));
                }
            }
        }
    }))
}

fn one(bytes: &[u8], at: &str, name: &str) -> Item {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let bad = |what: String| Problem::fatal(at, "ingest.bad-line", what);
    let line: Line = serde_json::from_slice(bytes)
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
    let mut document = document(at, name, media, None, text.as_bytes(), declared)?;
    // The text alone would miss a corrected title or date.
    document.content_hash = super::hash(bytes);
    Ok(document)
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
