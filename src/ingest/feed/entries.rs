//! The entries of a feed: where the page is, and what the feed tells of it. feed-rs reads RSS, Atom and JSON Feed.
//!
//! Titles lose their markup and entities: `<title>3&amp;nbsp;&lt;b&gt;亩&lt;/b&gt;</title>`. A date is the day in China:
//! 16:30 GMT on the 4th is the 5th.

use super::{Entry, Listing, MAX_DEPTH, plain};
use crate::ingest::ndjson;
use crate::model::{Declared, PartialDate};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use feed_rs::model::{Entry as Item, Link};
use quick_xml::events::Event;
use url::Url;

/// A teaser has one or two hundred characters; an article of so many need not be fetched.
const WHOLE: usize = 600;

/// What a feed says. Relative links are resolved against `base`.
pub(super) fn read(text: &str, base: Option<&Url>) -> Result<Listing, String> {
    if text.starts_with('<') {
        check_depth(text)?;
    }
    let parser = feed_rs::parser::Builder::new()
        .base_uri(base.map(Url::as_str))
        .timestamp_parser(|text| midnight(day(text)?))
        .build();
    let feed = parser.parse(text.as_bytes()).map_err(|error| error.to_string())?;
    let publisher = feed.title.map(|title| plain(&title.content)).unwrap_or_default();
    let entries = feed.entries.into_iter().filter_map(|item| entry(item, &publisher, base)).collect();
    Ok(Listing { entries, ..Listing::default() })
}

fn entry(item: Item, publisher: &str, base: Option<&Url>) -> Option<Entry> {
    let whole = whole(&item);
    let link = link(&item.links, base);
    if link.is_none() && whole.is_none() {
        return None;
    }
    let title = item.title.map(|title| plain(&title.content)).filter(|title| !title.is_empty());
    // Atom asks for the date of the last change only: where the page itself is at hand it knows better.
    let published = item.published.or(item.updated.filter(|_| whole.is_some()));
    let authors = item.authors.into_iter().filter_map(|person| person.name).map(|name| plain(&name));
    let declared = Declared {
        // A title that the feed cut is worse than the page's own.
        title: title.filter(|title| whole.is_some() || !(title.ends_with('\u{2026}') || title.ends_with("..."))),
        published: published.and_then(|date| of_midnight(&date)),
        // Feeds fill the author with a mail address or with their own name.
        authors: authors.filter(|name| !name.is_empty() && !name.contains('@') && name != publisher).collect(),
        secondhand: true,
        ..Declared::default()
    };
    Some(Entry { link, id: item.id, declared, whole })
}

/// The entry's page: its first link that is none to a picture, a comment feed or the feed itself.
fn link(links: &[Link], base: Option<&Url>) -> Option<Url> {
    let leads_on = |link: &&Link| matches!(link.rel.as_deref(), None | Some("alternate"));
    let html = |link: &&Link| link.media_type.as_deref().is_none_or(|kind| kind.contains("html"));
    let parsed = |link: &Link| match base {
        Some(base) => base.join(link.href.trim()).ok(),
        None => Url::parse(link.href.trim()).ok(),
    };
    let mut links = links.iter().filter(leads_on).filter(html).filter_map(parsed);
    links.find(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
}

/// The article itself, if the feed carries it. Some put it where the summary belongs.
fn whole(item: &Item) -> Option<String> {
    let content = item.content.as_ref().and_then(|content| content.body.as_deref());
    let summary = item.summary.as_ref().map(|summary| summary.content.as_str());
    let longest = [content, summary].into_iter().flatten().max_by_key(|html| html.len())?;
    (longest.len() > WHOLE && plain(longest).chars().count() >= WHOLE).then(|| as_html(longest))
}

/// Text without markup keeps its lines as paragraphs.
fn as_html(text: &str) -> String {
    if text.contains('<') {
        return text.to_owned();
    }
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| format!("<p>{line}</p>\n")).collect()
}

/// The text of a piece of HTML, white space made single.
fn plain(html: &str) -> String {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !html.contains(['<', '&']) {
        return words(html);
    }
    words(&plain::text(html))
}

/// The day in China of a time with its distance from Greenwich; a time without one is taken as it stands.
pub(super) fn day(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    let timestamp = text.parse::<jiff::Timestamp>().ok();
    let timestamp = timestamp
        .or_else(|| jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok());
    match timestamp {
        Some(timestamp) => Some(PartialDate::in_china(timestamp)),
        None => ndjson::date(text),
    }
}

/// feed-rs has dates as points in time only: a day goes through it as its midnight at Greenwich.
fn midnight(day: PartialDate) -> Option<DateTime<Utc>> {
    let PartialDate::Day(day) = day else { return None };
    let date =
        NaiveDate::from_ymd_opt(day.year().into(), u32::try_from(day.month()).ok()?, u32::try_from(day.day()).ok()?);
    Some(date?.and_hms_opt(0, 0, 0)?.and_utc())
}

fn of_midnight(date: &DateTime<Utc>) -> Option<PartialDate> {
    let day = date.date_naive();
    PartialDate::day(day.year().try_into().ok()?, day.month().try_into().ok()?, day.day().try_into().ok()?)
}

/// feed-rs goes down a stack frame for each level of markup, so how deep it goes is found out beforehand.
fn check_depth(text: &str) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut depth = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(format!("no XML: {error} at byte {}", reader.error_position())),
        }
        if depth > MAX_DEPTH {
            return Err(format!("markup deeper than {MAX_DEPTH} levels"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_becomes_the_day_in_china() {
        let cases = [
            ("Mon, 04 Mar 2024 16:30:00 GMT", Some("2024-03-05")),
            ("Tue, 05 Mar 2024 00:30:00 +0800", Some("2024-03-05")),
            ("Fri, 05 Mar 2024 00:30:00 +0800", Some("2024-03-05")), // it was a Tuesday
            ("2024-03-04T23:00:00+08:00", Some("2024-03-04")),
            ("2024-03-04T16:30:00Z", Some("2024-03-05")),
            ("2024-03-04 23:59:59", Some("2024-03-04")),
            ("2024/3/4", Some("2024-03-04")),
            ("yesterday", None),
        ];

        for (given, expected) in cases {
            assert_eq!(day(given).map(|day| day.to_string()).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn a_title_loses_markup_and_entities() {
        assert_eq!(plain(" <b>三</b>&nbsp;项\n &amp; 更多 "), "三 项 & 更多");
        assert_eq!(plain("一  二"), "一 二");
    }
}
