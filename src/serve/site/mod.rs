//! The site: pages that people browse, made from the same statements as everything else. It needs no script and
//! fetches nothing from elsewhere.
//!
//! Words on the pages stand in the templates, Chinese first; the code gives codes and data.

pub mod assets;
pub mod chart;
pub mod editor;
pub mod figure;
pub mod home;
pub mod index;
pub mod list;
pub mod problem;
pub mod search;
pub mod thing;

use super::answer::{self, Tag};
use super::request::Ask;
use super::state::{AppState, View};
use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may stand bare in a parameter's value.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where an IRI leads on this site, and what to call it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Link {
    /// An address that is safe in `href`; empty where there is none.
    pub href: String,
    /// The name.
    pub text: String,
}

impl Link {
    /// Text that leads nowhere.
    pub fn text(text: impl Into<String>) -> Self {
        Self { href: String::new(), text: text.into() }
    }
}

/// What is around every page.
#[derive(Debug, Clone)]
pub struct Chrome {
    /// The path that links begin with.
    pub prefix: String,
    /// The catalog's title in Chinese.
    pub title: String,
    /// The catalog's title in English.
    pub title_en: String,
    /// Who publishes it.
    pub publisher: String,
    /// The publisher's page.
    pub publisher_url: Option<String>,
    /// The licence's IRI.
    pub licence: String,
    /// The version of the data.
    pub version: u64,
    /// The newest article's date.
    pub newest: Option<String>,
    /// What stands in the search box.
    pub search: String,
    /// What the menu marks as here.
    pub here: &'static str,
}

impl Chrome {
    /// The frame for that view.
    pub fn new(state: &AppState, view: &View, here: &'static str) -> Self {
        let catalog = state.catalog();
        Self {
            prefix: state.prefix().to_owned(),
            title: catalog.title.clone(),
            title_en: catalog.title_en.clone(),
            publisher: catalog.publisher.clone(),
            publisher_url: catalog.publisher_url.clone().filter(|url| is_web(url)),
            licence: catalog.licence.clone(),
            version: view.snapshot.header.version,
            newest: view.snapshot.header.newest.clone(),
            search: String::new(),
            here,
        }
    }
}

/// Whether a link to it is safe: never `javascript:`.
pub fn is_web(iri: &str) -> bool {
    iri.starts_with("https://") || iri.starts_with("http://")
}

/// Where an IRI leads: things to their pages here, concepts and terms to the vocabularies here, the rest of the web as it is.
pub fn href(prefix: &str, base: &str, iri: &str) -> String {
    if let Some(path) = iri.strip_prefix(base) {
        if path.starts_with("/id/article/") {
            return format!("{prefix}{}", answer::ascii(path));
        }
        if let Some(thing) = path.strip_prefix("/id/") {
            return format!("{prefix}/doc/{}", answer::ascii(thing));
        }
        return format!("{prefix}{}", answer::ascii(path));
    }
    if let Some(path) = iri.strip_prefix("https://w3id.org/jialing/") {
        return format!("{prefix}/{}", answer::ascii(path));
    }
    if is_web(iri) {
        return answer::ascii(iri);
    }
    String::new()
}

/// A parameter's value, encoded.
pub fn encode(value: &str) -> String {
    utf8_percent_encode(value, VALUE).to_string()
}

/// A page as an answer.
pub fn respond(ask: &Ask, view: &View, tag: Option<&Tag>, page: String) -> Response<Body> {
    let mut response = answer::ok(ask, view, "text/html", tag, page);
    protect(&mut response);
    response
}

/// Nothing but this server's own style and script is loaded or run, whatever a text holds.
pub fn protect(response: &mut Response<Body>) {
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    );
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static("zh-Hans"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_pages_here_and_never_to_script() {
        let to = |iri: &str| href("/p", "http://localhost:7878", iri);

        assert_eq!(to("http://localhost:7878/id/place/北"), "/p/doc/place/%E5%8C%97");
        assert_eq!(to("http://localhost:7878/id/article/a1#char=0,5"), "/p/id/article/a1#char=0,5");
        assert_eq!(to("https://w3id.org/jialing/vocab/status/started"), "/p/vocab/status/started");
        assert_eq!(to("https://example.org/\"onx"), "https://example.org/%22onx");
        assert_eq!(to("javascript:alert(1)"), "");
    }
}
