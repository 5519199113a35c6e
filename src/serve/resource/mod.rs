//! `/id/…` and `/doc/…`: what is said of a thing, as a page or as RDF.
//!
//! An article is a document: its IRI answers 200. A place or a project is none: its IRI answers 303 and leads to the
//! document about it. A suffix (`.ttl`) names one form of that document, without negotiation. A thing for which another
//! stands answers 301 and leads there; an article that was withdrawn answers 410.

mod concepts;
pub mod description;
pub mod catalog;
pub mod discovery;
pub mod key;
mod ontology;
mod said;
pub mod vocabulary;

use super::accept;
use super::answer::{self, Tag};
use super::error::Fault;
use super::evaluate::Lane;
use super::graph::{self, FORMS, Form};
use super::reader::Reader;
use super::request::Ask;
use super::site;
use super::state::{AppState, View};
use super::terms;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response, StatusCode, header};
use key::Asked;
use oxigraph::model::NamedNode;
use std::sync::Arc;

/// What is served of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Page,
    Data(Form),
}

impl Shape {
    fn suffix(self) -> &'static str {
        match self {
            Self::Page => "html",
            Self::Data(form) => form.suffix,
        }
    }

    fn media(self) -> &'static str {
        match self {
            Self::Page => "text/html",
            Self::Data(form) => form.media,
        }
    }

    fn of_suffix(suffix: &str) -> Option<Self> {
        if suffix == "html" {
            return Some(Self::Page);
        }
        let form = FORMS.into_iter().find(|form| form.suffix == suffix)?;
        Some(Self::Data(form))
    }

    /// By `Accept`; a page where the caller does not say.
    fn negotiate(accept: Option<&str>) -> Result<Self, Fault> {
        let mut offers = vec!["text/html"];
        offers.extend(graph::OFFERS);
        match accept::choose(accept, &offers) {
            Some(0) => Ok(Self::Page),
            Some(place) => Ok(Self::Data(graph::offered(place - 1))),
            None => Err(Fault::not_acceptable(&offers[..5])),
        }
    }
}

/// Every request to `/id/{type}/{key}` and `/doc/{type}/{key}`.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let local = ask.path.strip_prefix(state.prefix()).unwrap_or(&ask.path).to_owned();
    let asked = Asked::read(&local).ok_or_else(|| Fault::nothing_at(&ask.path))?;

    let shared = view.clone();
    let candidates = asked.candidates(view.base());
    let wanted = candidates.clone();
    let found = state
        .engine()
        .run(Lane::Page, move |budget| {
            let reader = Reader::new(&shared.snapshot.data, budget);
            for (node, suffix) in candidates {
                if reader.is_described(node.as_ref())? {
                    let canonical = reader.node(node.as_ref(), terms::IDENTIFIED_AS)?;
                    return Ok(Some((node, suffix, canonical)));
                }
            }
            Ok(None)
        })
        .await?;
    let Some((node, suffix, canonical)) = found else {
        return Err(absent(&view, &wanted, &ask.path));
    };
    if let Some(canonical) =
        canonical.and_then(|canonical| canonical.as_str().strip_prefix(view.base()).map(str::to_owned))
    {
        let path = if local.starts_with("/doc/") { canonical.replacen("/id/", "/doc/", 1) } else { canonical };
        let suffix = suffix.map(|suffix| format!(".{suffix}")).unwrap_or_default();
        return Ok(answer::redirect(StatusCode::MOVED_PERMANENTLY, &format!("{}{path}{suffix}", state.prefix())));
    }

    let is_document = asked.kind == "article";
    let place = format!("{}/{}", if is_document { "/id" } else { "/doc" }, asked.tail(&node, view.base()));
    let address = format!("{}{place}", state.prefix());
    if let Some(shape) = suffix.and_then(Shape::of_suffix) {
        return serve(&state, &ask, view, node, &asked.kind, &address, shape).await;
    }
    if is_document && local.starts_with("/doc/") {
        return Ok(answer::redirect(StatusCode::MOVED_PERMANENTLY, &address));
    }
    if !is_document && local.starts_with("/id/") {
        return Ok(answer::redirect(StatusCode::SEE_OTHER, &address));
    }
    let shape = Shape::negotiate(ask.accept().as_deref())?;
    let mut response = serve(&state, &ask, view, node, &asked.kind, &address, shape).await?;
    let location = answer::ascii(&format!("{address}.{}", shape.suffix()));
    answer::put(response.headers_mut(), header::CONTENT_LOCATION, &location);
    Ok(response)
}

/// Why there is nothing: an article that was withdrawn is gone, all else was never there.
fn absent(view: &View, wanted: &[(NamedNode, Option<&'static str>)], path: &str) -> Fault {
    let gone = wanted.iter().find_map(|(node, _)| view.withdrawn().get(node.as_str()));
    gone.map_or_else(|| Fault::nothing_at(path), |version| Fault::withdrawn(path, *version))
}

/// The document in that shape.
async fn serve(
    state: &AppState,
    ask: &Ask,
    view: Arc<View>,
    node: NamedNode,
    kind: &str,
    address: &str,
    shape: Shape,
) -> Result<Response<Body>, Fault> {
    let tag = Tag::new(&view, &["thing", node.as_str(), shape.suffix()]);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let (shared, work) = (view.clone(), state.clone());
    let (thing, kind, place) = (node.clone(), kind.to_owned(), address.to_owned());
    let bytes = state
        .engine()
        .run(Lane::Page, move |budget| {
            let reader = Reader::new(&shared.snapshot.data, budget);
            let triples = description::describe(&reader, thing.as_ref(), kind == "article")?;
            match shape {
                Shape::Data(form) => form.write_graph(triples, budget),
                Shape::Page => {
                    let page = site::thing::render(&work, &shared, budget, thing.as_ref(), &kind, &place, triples)?;
                    Ok(page.into_bytes())
                }
            }
        })
        .await?;
    let mut response = answer::ok(ask, &view, shape.media(), Some(&tag), bytes);
    if shape == Shape::Page {
        site::protect(&mut response);
    }
    let headers = response.headers_mut();
    answer::link(headers, node.as_str(), "canonical", None);
    for form in FORMS {
        answer::link(headers, &format!("{address}.{}", form.suffix), "alternate", Some(form.media));
    }
    answer::link(headers, &format!("{address}.html"), "alternate", Some("text/html"));
    answer::link(headers, &format!("{address}.ttl"), "describedby", Some("text/turtle"));
    answer::link(headers, &state.catalog().licence, "license", None);
    answer::link(headers, &format!("{}/catalog", state.prefix()), "collection", None);
    Ok(response)
}
