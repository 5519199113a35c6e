//! `feed` follows feeds (RSS, Atom, JSON Feed) and sitemaps to the pages that they list: `<loc>https://…/t1.html</loc>`
//! gives the document of that page, with the title and date that the feed tells of it.
//!
//! It leaves to `fetch` how a page comes. Pages are fetched one by one as they are asked for, each address once.

mod entries;
mod plain;
mod sitemap;
mod walk;

#[cfg(test)]
mod tests;

use super::Items;
use super::encoding;
use super::fetch::Web;
use super::input::{Input, one};
use crate::error::Problem;
use crate::model::Declared;
use flate2::read::MultiGzDecoder;
use std::io::Read as _;
use std::sync::Arc;
use url::Url;

/// The root element stands within so many bytes, after a style sheet, a comment and a licence.
pub(super) const HEAD: usize = 4 << 10;

/// The sitemap protocol's own limit, which feeds do not come near.
const MAX_BYTES: u64 = 50 << 20;

/// Deeper markup is no feed, and costs feed-rs a stack frame for each level.
const MAX_DEPTH: usize = 200;

const GZIP: [u8; 2] = [0x1F, 0x8B];

/// What lists pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Feed,
    Sitemap,
}

/// What a feed or sitemap says.
#[derive(Debug, Default)]
struct Listing {
    entries: Vec<Entry>,
    /// The sitemaps that a sitemap index lists.
    sitemaps: Vec<Url>,
    /// How many links to other hosts a sitemap has, which only its own host may list.
    foreign: usize,
    /// Where it ends before its end.
    fault: Option<String>,
}

/// A page that is listed.
#[derive(Debug)]
struct Entry {
    /// Where it is; none where a feed carries its entries whole and without links.
    link: Option<Url>,
    /// What tells entries without links apart.
    id: String,
    declared: Declared,
    /// The page's whole text, as HTML, where the feed carries it.
    whole: Option<String>,
}

/// Whether the head of a body is that of a feed or sitemap, whatever its name and type say.
pub(super) fn is_feed(head: &[u8]) -> bool {
    kind(head).is_some()
}

/// What a feed or sitemap leads to. `base` is its address, if it has one.
pub(super) fn documents(input: Input, base: Option<Url>, web: Arc<Web>) -> Items {
    let Input { path, name, charset, reader, .. } = input;
    let mut body = Vec::new();
    if let Err(error) = reader.take(MAX_BYTES + 1).read_to_end(&mut body) {
        return one(Err(Problem::fatal(path, "ingest.unreadable", format!("cannot be read: {error}"))));
    }
    match listing(&body, charset.as_deref(), base.as_ref(), web.options.max_pages) {
        Ok(listing) => Box::new(walk::Walk::new(path, name, base, listing, web)),
        Err((code, message)) => one(Err(Problem::fatal(path, code, message))),
    }
}

/// Reads a feed or sitemap, of which no more than `max` entries and one are needed.
fn listing(
    body: &[u8],
    charset: Option<&str>,
    base: Option<&Url>,
    max: usize,
) -> Result<Listing, (&'static str, String)> {
    let mut unpacked = Vec::new();
    let body = if body.starts_with(&GZIP) {
        let gunzipped = MultiGzDecoder::new(body).take(MAX_BYTES + 1).read_to_end(&mut unpacked);
        gunzipped.map_err(|error| ("ingest.broken-off", format!("expected a whole gzip file, found {error}")))?;
        &unpacked
    } else {
        body
    };
    if body.len() as u64 > MAX_BYTES {
        let message = format!("expected a feed or sitemap of at most {} MB, found more", MAX_BYTES >> 20);
        return Err(("ingest.too-large", message));
    }
    let bad = |what: String| ("ingest.bad-feed", format!("expected a feed or sitemap, found {what}"));
    let kind = kind(body).ok_or_else(|| bad("something else".to_owned()))?;
    let text = encoding::decode(body.to_vec(), true, charset)
        .map_err(|fault| (fault.code(), fault.sentence().to_owned()))?
        .text;
    let text = without_declaration(&text);
    match kind {
        Kind::Sitemap => Ok(sitemap::read(text, base, max)),
        Kind::Feed => entries::read(text, base).map_err(bad),
    }
}

/// The text without `<?xml … encoding="gb2312"?>`, which is no longer true of it.
fn without_declaration(text: &str) -> &str {
    let text = text.trim_start();
    match text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        Some((_, rest)) => rest.trim_start(),
        None => text,
    }
}

fn kind(body: &[u8]) -> Option<Kind> {
    let mut head = Vec::new();
    if body.starts_with(&GZIP) {
        // What is cut or damaged ends the head early.
        let _ = MultiGzDecoder::new(body).take(HEAD as u64).read_to_end(&mut head);
    } else {
        head.extend_from_slice(&body[..body.len().min(HEAD)]);
    }
    // UTF-16 by its mark; in all other encodings of feeds the names of elements are ASCII.
    let (text, _, _) = encoding_rs::UTF_8.decode(&head);
    let text = text.trim_start();
    if text.starts_with('{') {
        return text.contains("jsonfeed.org/version/").then_some(Kind::Feed);
    }
    match root(text)? {
        "rss" | "feed" | "RDF" => Some(Kind::Feed),
        "urlset" | "sitemapindex" => Some(Kind::Sitemap),
        _ => None,
    }
}

/// The local name of the root element.
fn root(mut text: &str) -> Option<&str> {
    loop {
        text = text.trim_start();
        let (open, close) = match text {
            comment if comment.starts_with("<!--") => ("<!--", "-->"),
            instruction if instruction.starts_with("<?") => ("<?", "?>"),
            doctype if doctype.starts_with("<!") => ("<!", if doctype_has_subset(doctype) { "]>" } else { ">" }),
            _ => break,
        };
        text = text[open.len()..].split_once(close)?.1;
    }
    let name = text.strip_prefix('<')?.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next()?;
    Some(name.rsplit(':').next().unwrap_or(name))
}

fn doctype_has_subset(doctype: &str) -> bool {
    doctype.split('>').next().is_some_and(|start| start.contains('['))
}
