//! `/things/{type}`: all things of a type, page by page.

use super::index::Entry;
use super::{Chrome, Link, href, respond};
use crate::serve::answer::{self, Tag};
use crate::serve::error::{Fault, Kind};
use crate::serve::request::Ask;
use crate::serve::state::AppState;
use crate::serve::terms;
use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};

/// Names on a page.
pub const PAGE: usize = 100;

/// A line of a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// The type's path segment.
    pub kind: &'static str,
    /// The thing.
    pub link: Link,
    /// Its other names.
    pub others: String,
    /// Its date.
    pub date: Option<String>,
    /// How many figures there are.
    pub figures: usize,
}

impl Row {
    /// A line for an entry.
    pub fn new(prefix: &str, base: &str, kind: &'static str, entry: &Entry) -> Self {
        Self {
            kind,
            link: Link { href: href(prefix, base, &entry.iri), text: entry.label.clone() },
            others: entry.others.join(" / "),
            date: entry.date.clone(),
            figures: entry.figures,
        }
    }
}

/// Where the pages before and after are.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// This page's number, from 1.
    pub page: usize,
    /// The last page's number, if it is known.
    pub last: Option<usize>,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// The first page.
    pub first: Option<String>,
    /// The last page, if it is known.
    pub end: Option<String>,
}

impl Pager {
    /// A pager where `address` is the page's address up to the number.
    pub fn new(address: &str, page: usize, last: Option<usize>, more: bool) -> Self {
        Self {
            page,
            last,
            previous: (page > 1).then(|| format!("{address}{}", page - 1)),
            next: more.then(|| format!("{address}{}", page + 1)),
            first: Some(format!("{address}1")),
            end: last.map(|last| format!("{address}{last}")),
        }
    }

    /// The same as `Link` headers.
    pub fn headers(&self, response: &mut Response<Body>) {
        for (target, relation) in
            [(&self.first, "first"), (&self.previous, "prev"), (&self.next, "next"), (&self.end, "last")]
        {
            if let Some(target) = target {
                answer::link(response.headers_mut(), target, relation, None);
            }
        }
    }
}

/// The number in `?page=`.
pub fn page_number(text: Option<&String>) -> Result<usize, Fault> {
    let Some(text) = text else { return Ok(1) };
    text.parse().ok().filter(|page| (1..=1_000_000).contains(page)).ok_or_else(|| {
        Fault::new(Kind::BadValue, format!("expected a page from 1, found `{text}`")).with("parameter", "page")
    })
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage<'a> {
    chrome: Chrome,
    kind: &'a str,
    count: usize,
    rows: Vec<Row>,
    pager: Pager,
}

/// One page of a list.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let segment = ask.path.rsplit('/').next().unwrap_or_default();
    // Observations have no names to list: they stand on the pages of what they describe.
    let (kind, _) = terms::TYPES
        .into_iter()
        .find(|(kind, _)| *kind == segment && *kind != "observation")
        .ok_or_else(|| Fault::nothing_at(&ask.path))?;
    let given = ask.parameters_once(&["page"])?;
    let page = page_number(given.get("page"))?;
    let list = view.index().list(kind);
    let last = list.len().div_ceil(PAGE).max(1);
    if page > last {
        return Err(Fault::new(Kind::NotFound, format!("the last page is {last}")));
    }
    let tag = Tag::new(&view, &["/things", kind, &page.to_string()]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let rows = list
        .iter()
        .skip((page - 1) * PAGE)
        .take(PAGE)
        .map(|entry| Row::new(state.prefix(), view.base(), kind, entry))
        .collect();
    let address = format!("{}/things/{kind}?page=", state.prefix());
    let pager = Pager::new(&address, page, Some(last), page < last);
    let content =
        ListPage { chrome: Chrome::new(&state, &view, kind), kind, count: list.len(), rows, pager: pager.clone() };
    let mut response = respond(&ask, &view, Some(&tag), content.render()?);
    pager.headers(&mut response);
    Ok(response)
}
