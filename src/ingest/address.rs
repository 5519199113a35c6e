//! Addresses: from what was fetched to documents, or to the feed or sitemap that it is.

use super::Items;
use super::feed;
use super::fetch::{Fault, Led, Page, Web, public};
use super::input::{self, Input, one};
use crate::model::Declared;
use std::io::Cursor;
use std::sync::Arc;
use url::Url;

/// Parameters that tell who sent a reader, not what is read: two addresses that differ in them are one page.
const TRACKING: [&str; 11] =
    ["_ga", "fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "msclkid", "spm", "twclid", "yclid", "wt.mc_id"];

/// The documents at an address that the user gave: an article, or what a feed or sitemap leads to.
pub(super) fn documents(url: Url, path: String, web: Arc<Web>) -> Items {
    lazily(move || match web.get(&url, Led::User) {
        Err(fault) => one(Err(fault.problem(&path))),
        Ok(page) if feed::is_feed(&page.body) => {
            let base = page.address.clone();
            feed::documents(input(page, &url, path, Declared::default()), Some(base), web)
        }
        Ok(page) => article(page, &url, path, Declared::default()),
    })
}

/// The documents of a page that a feed or sitemap at `from` leads to.
pub(super) fn linked(url: Url, from: Option<&Url>, declared: Declared, web: &Web) -> Items {
    let path = public(&url).to_string();
    match web.get(&url, from.map_or(Led::File, Led::Page)) {
        Err(fault) => one(Err(fault.problem(&path))),
        Ok(page) => article(page, &url, path, declared),
    }
}

/// The body of a sitemap that another one lists.
pub(super) fn sitemap(url: &Url, from: Option<&Url>, web: &Web) -> Result<Page, Fault> {
    web.get(url, from.map_or(Led::File, Led::Page))
}

fn article(page: Page, url: &Url, path: String, declared: Declared) -> Items {
    let declared = Declared { url: Some(tidy(&page.address)), ..declared };
    input::documents(input(page, url, path, declared))
}

fn input(page: Page, url: &Url, path: String, declared: Declared) -> Input {
    let content_type = page.content_type.unwrap_or_default();
    let (media_type, parameters) = content_type.split_once(';').unwrap_or((&content_type, ""));
    let charset = parameters.split(';').find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case("charset").then(|| value.trim_matches(['"', '\'', ' ']).to_owned())
    });
    let mut media_type = Some(media_type.trim().to_ascii_lowercase()).filter(|kind| !kind.is_empty());
    // Servers that do not know a page's ending say one of these.
    let says_nothing = matches!(media_type.as_deref(), None | Some("text/plain" | "application/octet-stream"));
    if says_nothing && is_html(&page.body) {
        media_type = Some("text/html".to_owned());
    }
    Input { path, name: name(url), media_type, charset, declared, reader: Box::new(Cursor::new(page.body)) }
}

fn is_html(body: &[u8]) -> bool {
    let head = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
    let head = head[..head.len().min(14)].to_ascii_lowercase();
    head.starts_with(b"<!doctype html") || head.starts_with(b"<html")
}

/// The last segment of an address, or its host.
pub(super) fn name(url: &Url) -> String {
    let segment = url.path_segments().and_then(|mut segments| segments.next_back());
    segment.filter(|name| !name.is_empty()).or(url.host_str()).unwrap_or(url.as_str()).to_owned()
}

/// The address that names an article: without fragment, password and parameters that only track readers. The others
/// stay byte for byte: some portals encode them in GBK.
pub(super) fn tidy(url: &Url) -> String {
    let mut url = public(url);
    url.set_fragment(None);
    if let Some(query) = url.query().map(str::to_owned) {
        let kept: Vec<&str> = query.split('&').filter(|parameter| !tracks(parameter)).collect();
        if kept.len() < query.split('&').count() {
            url.set_query(Some(kept.join("&").as_str()).filter(|query| !query.is_empty()));
        }
    }
    url.to_string()
}

fn tracks(parameter: &str) -> bool {
    let key = parameter.split('=').next().unwrap_or(parameter).to_ascii_lowercase();
    key.starts_with("utm_") || TRACKING.contains(&key.as_str())
}

/// Items of which nothing is fetched before the first is asked for.
fn lazily(items: impl FnOnce() -> Items + Send + 'static) -> Items {
    Box::new(std::iter::once_with(items).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_freed_of_what_tracks_readers() {
        let cases = [
            ("https://a.org/n?utm_source=x&id=%B1%B1&spm=1.2#top", "https://a.org/n?id=%B1%B1"),
            ("https://a.org/n?utm_source=x", "https://a.org/n"),
            ("https://user:secret@a.org/n?a=1&&b", "https://a.org/n?a=1&&b"),
        ];

        for (given, expected) in cases {
            assert_eq!(tidy(&Url::parse(given).unwrap()), expected);
        }
    }
}
