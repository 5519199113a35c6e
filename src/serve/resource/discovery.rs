//! What machines look for first: the catalog, the data set's description, robots, the map of the site.

use super::Shape;
use crate::export;
use crate::query;
use crate::serve::answer::{self, Tag};
use crate::serve::error::{Fault, Kind};
use crate::serve::evaluate::Lane;
use crate::serve::graph::{self, FORMS, Form};
use crate::serve::request::Ask;
use crate::serve::state::AppState;
use crate::serve::terms;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response, StatusCode};
use oxigraph::model::Triple;
use std::fmt::Write as _;

/// `/void`, `/void.ttl`, …: VoID.
pub async fn void(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    described(state, request, "void").await
}

/// `/.well-known/void`: to the form that the caller accepts.
pub async fn well_known_void(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let form = graph::negotiate(ask.accept().as_deref())?;
    let target = format!("{}/void.{}", state.prefix(), form.suffix);
    Ok(answer::redirect(StatusCode::FOUND, &target))
}

async fn described(state: AppState, request: Request<Body>, name: &'static str) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let segment = ask.path.rsplit('/').next().unwrap_or_default();
    let form = match segment.split_once('.') {
        Some((_, suffix)) => form_of(suffix).ok_or_else(|| Fault::nothing_at(&ask.path))?,
        None => graph::negotiate(ask.accept().as_deref())?,
    };
    let tag = Tag::new(&view, &[name, form.suffix]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let (shared, work) = (view.clone(), state.clone());
    let bytes = state
        .engine()
        .run(Lane::Page, move |budget| {
            let triples = match name {
                "examples" => Ok(export::examples(&shared.snapshot.base())),
                _ => shared.void(work.catalog()).map(<[Triple]>::to_vec),
            }
            .map_err(|error| Fault::new(Kind::Storage, error.to_string()))?;
            form.write_graph(triples, budget)
        })
        .await?;
    let mut response = answer::ok(&ask, &view, form.media, Some(&tag), bytes);
    for form in FORMS.into_iter().filter(|_| name == "void") {
        let target = format!("{}/{name}.{}", state.prefix(), form.suffix);
        answer::link(response.headers_mut(), &target, "alternate", Some(form.media));
    }
    Ok(response)
}

fn form_of(suffix: &str) -> Option<Form> {
    match Shape::of_suffix(if suffix == "xml" { "rdf" } else { suffix })? {
        Shape::Data(form) => Some(form),
        Shape::Page => None,
    }
}

/// `/.well-known/sparql-examples`: the canned queries as examples of SPARQL.
pub async fn examples(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    described(state, request, "examples").await
}

/// `/robots.txt`: all is open but what is costly.
pub async fn robots(State(state): State<AppState>, request: Request<Body>) -> Response<Body> {
    let ask = Ask::of(request);
    let view = state.view();
    let (base, prefix) = (view.base(), state.prefix());
    let text = format!(
        "User-agent: *\nDisallow: {prefix}/sparql?\nDisallow: {prefix}/store\nDisallow: {prefix}/search\n\nSitemap: {base}/sitemap.xml\n"
    );
    answer::ok(&ask, &view, "text/plain", Some(&Tag::new(&view, &["robots"])), text)
}

/// The most addresses that one map may hold, by the protocol.
const ADDRESSES: usize = 50_000;

/// `/sitemap.xml`: pages of things; with more than one map can hold, an index of maps (`?page=`).
pub async fn sitemap(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let given = ask.parameters_once(&["page"])?;
    let page = given.get("page").map(|page| page.parse::<usize>().unwrap_or(0));
    let base = view.base();
    let newest = view.snapshot.header.newest.clone();
    // Pages change with the data; an article is dated itself.
    let mut pages: Vec<(String, Option<String>)> =
        ["/", "/api/", "/catalog", "/sparql"].map(|path| (format!("{base}{path}"), newest.clone())).to_vec();
    pages.extend(["/ontology", "/vocab/"].map(|path| (format!("{base}{path}"), None)));
    pages.extend(query::canned().iter().map(|canned| (format!("{base}/api/{}", canned.name), newest.clone())));
    pages.extend(export::datasets().map(|id| (format!("{base}/dataset/{id}"), newest.clone())));
    for (kind, _) in terms::TYPES {
        for entry in view.index().list(kind) {
            let path = entry.iri.strip_prefix(base).unwrap_or(&entry.iri);
            let path = if kind == "article" { path.to_owned() } else { path.replacen("/id/", "/doc/", 1) };
            let dated = entry.date.as_ref().filter(|_| kind == "article").or(newest.as_ref());
            pages.push((answer::ascii(&format!("{base}{path}")), dated.cloned()));
        }
    }
    let maps = pages.len().div_ceil(ADDRESSES);
    let tag = Tag::new(&view, &["sitemap", &format!("{page:?}")]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    const SPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    if page.is_none() && maps > 1 {
        let _ = writeln!(out, "<sitemapindex xmlns=\"{SPACE}\">");
        for map in 1..=maps {
            let address = format!("{base}/sitemap.xml?page={map}");
            let _ = writeln!(out, "<sitemap>{}</sitemap>", entry(&address, newest.as_deref()));
        }
        out.push_str("</sitemapindex>\n");
    } else {
        let page = page.unwrap_or(1);
        if page == 0 || page > maps {
            return Err(
                Fault::new(Kind::BadValue, format!("expected a page from 1 to {maps}")).with("parameter", "page")
            );
        }
        let _ = writeln!(out, "<urlset xmlns=\"{SPACE}\">");
        for (address, dated) in pages.iter().skip((page - 1) * ADDRESSES).take(ADDRESSES) {
            let _ = writeln!(out, "<url>{}</url>", entry(address, dated.as_deref()));
        }
        out.push_str("</urlset>\n");
    }
    Ok(answer::ok(&ask, &view, "application/xml", Some(&tag), out))
}

fn entry(address: &str, dated: Option<&str>) -> String {
    let dated = dated.filter(|date| date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'));
    let dated = dated.map(|date| format!("<lastmod>{date}</lastmod>")).unwrap_or_default();
    format!("<loc>{}</loc>{dated}", escape(address))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
