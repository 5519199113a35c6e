//! What machines look for first: the catalog, the data set's description, robots, the map of the site.

use super::Shape;
use crate::serve::answer::{self, Tag};
use crate::serve::error::{Fault, Kind};
use crate::serve::evaluate::Lane;
use crate::serve::graph::{self, FORMS, Form};
use crate::serve::request::Ask;
use crate::serve::state::AppState;
use crate::serve::terms;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Request, Response, StatusCode, header};
use std::fmt::Write as _;
use tower_http::services::ServeFile;

/// `/catalog`, `/catalog.ttl`, …: DCAT. Portals ask for `.xml` too.
pub async fn catalog(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    described(state, request, "catalog").await
}

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
                "catalog" => shared.catalog(work.catalog()),
                _ => shared.void(work.catalog()),
            }
            .map_err(|error| Fault::new(Kind::Storage, error.to_string()))?;
            // Harvesters delete what an empty catalog no longer lists.
            if triples.is_empty() {
                return Err(Fault::overloaded("the catalog is not ready", 30));
            }
            form.write_graph(triples.to_vec(), budget)
        })
        .await?;
    let mut response = answer::ok(&ask, &view, form.media, Some(&tag), bytes);
    for form in FORMS {
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

/// `/dumps/{file}`: the whole data, of the version that is served; parts of a file by `Range`.
pub async fn dump(
    State(state): State<AppState>,
    Path(name): Path<String>,
    request: Request<Body>,
) -> Result<Response<Body>, Fault> {
    let (parts, body) = request.into_parts();
    let ask = Ask::of(Request::from_parts(parts.clone(), Body::empty()));
    let view = state.view();
    let tag = Tag::new(&view, &["dump", &name]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let (shared, work) = (view.clone(), state.clone());
    let dumps = state
        .engine()
        .run(Lane::Page, move |_| {
            shared.dumps(work.catalog()).map_err(|error| Fault::new(Kind::Storage, error.to_string()))
        })
        .await?;
    let path = dumps.path(&name).ok_or_else(|| Fault::nothing_at(&ask.path))?;
    // The file is opened before the folder can go with its version.
    let served = ServeFile::new(path).try_call(Request::from_parts(parts, body)).await;
    let served = served.map_err(|error| Fault::new(Kind::Storage, error.to_string()))?;
    let (head, file) = served.map(Body::new).into_parts();
    let kind = MEDIA.iter().find(|(ending, _)| name.ends_with(ending)).map_or("text/plain", |(_, kind)| kind);
    let mut response = answer::ok(&ask, &view, kind, Some(&tag), file);
    *response.status_mut() = head.status;
    for (name, value) in &head.headers {
        if name != header::CONTENT_TYPE && name != header::LAST_MODIFIED {
            response.headers_mut().insert(name, value.clone());
        }
    }
    Ok(response)
}

/// The media types of the dumps, by the endings of their names.
const MEDIA: &[(&str, &str)] = &[
    (".nq", "application/n-quads"),
    (".ttl", "text/turtle"),
    (".jsonld", "application/ld+json"),
    (".csv", "text/csv"),
    (".json", "application/csvm+json"),
];

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
    let mut pages: Vec<String> =
        ["/", "/api/", "/sparql", "/ontology", "/vocab/"].map(|path| format!("{base}{path}")).to_vec();
    for (kind, _) in terms::TYPES {
        for entry in view.index().list(kind) {
            let path = entry.iri.strip_prefix(base).unwrap_or(&entry.iri);
            let path = if kind == "article" { path.to_owned() } else { path.replacen("/id/", "/doc/", 1) };
            pages.push(answer::ascii(&format!("{base}{path}")));
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
            let _ = writeln!(out, "<sitemap><loc>{}/sitemap.xml?page={map}</loc></sitemap>", escape(base));
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
        for address in pages.iter().skip((page - 1) * ADDRESSES).take(ADDRESSES) {
            let _ = writeln!(out, "<url><loc>{}</loc></url>", escape(address));
        }
        out.push_str("</urlset>\n");
    }
    Ok(answer::ok(&ask, &view, "application/xml", Some(&tag), out))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
