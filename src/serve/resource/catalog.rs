//! The catalog, its data sets and their files: DCAT for portals, pages for people, Croissant, and the dumps.

use super::Shape;
use crate::export::quality::{self, EXCELLENT, MOST, Score};
use crate::export::{self, DumpFile, Field};
use crate::serve::accept;
use crate::serve::answer::{self, Tag};
use crate::serve::error::{Fault, Kind};
use crate::serve::evaluate::Lane;
use crate::serve::graph::{self, FORMS, Form};
use crate::serve::request::Ask;
use crate::serve::site::list::page_number;
use crate::serve::site::{self, Chrome};
use crate::serve::state::{AppState, View};
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Request, Response, StatusCode, header};
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use serde_json::json;
use std::sync::Arc;
use tower::ServiceExt;
use tower_http::services::ServeFile;

const HYDRA: &str = "http://www.w3.org/ns/hydra/core#";
const DCAT: &str = "http://www.w3.org/ns/dcat#";

/// `/catalog`, `/catalog.ttl`, …: DCAT, or a page. Portals ask for `.xml` too.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let segment = ask.path.rsplit('/').next().unwrap_or_default();
    let shape = match segment.split_once('.') {
        Some((_, suffix)) => shape_of(suffix).ok_or_else(|| Fault::nothing_at(&ask.path))?,
        None => negotiate(&ask)?,
    };
    let given = ask.parameters_once(&["page", "modified_since"])?;
    let since = given.get("modified_since").filter(|text| !text.is_empty()).map(|text| day(text)).transpose()?;
    // A page holds a hundred data sets, and there are two.
    if page_number(given.get("page"))? > 1 {
        return Err(Fault::new(Kind::BadValue, "`page`: the catalog has one page").with("parameter", "page"));
    }
    let tag = Tag::new(&view, &["catalog", shape.suffix(), since.as_deref().unwrap_or_default()]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let scores = scores(&state, &view).await?;
    let (shared, work, found) = (view.clone(), state.clone(), scores.clone());
    let bytes = state
        .engine()
        .run(Lane::Page, move |budget| match shape {
            Shape::Page => Ok(page(&work, &shared, &found, None)?.into_bytes()),
            Shape::Data(form) => {
                let triples = shared.catalog(work.catalog()).map_err(storage)?;
                // Harvesters delete what an empty catalog no longer lists.
                if triples.is_empty() {
                    return Err(Fault::overloaded("the catalog is not ready", 30));
                }
                form.write_graph(listed(triples, shared.base(), &found, since.as_deref()), budget)
            }
        })
        .await?;
    let mut response = answer::ok(&ask, &view, shape.media(), Some(&tag), bytes);
    if shape == Shape::Page {
        site::protect(&mut response);
    }
    alternates(&mut response, &state);
    Ok(response)
}

fn storage(error: crate::error::Error) -> Fault {
    Fault::new(Kind::Storage, error.to_string())
}

fn shape_of(suffix: &str) -> Option<Shape> {
    Shape::of_suffix(if suffix == "xml" { "rdf" } else { suffix })
}

/// By `Accept`; RDF where the caller does not say, since harvesters often do not.
fn negotiate(ask: &Ask) -> Result<Shape, Fault> {
    let mut offers = graph::OFFERS.to_vec();
    offers.push("text/html");
    let place = accept::choose(ask.accept().as_deref(), &offers).ok_or_else(|| Fault::not_acceptable(&offers))?;
    Ok(if offers[place] == "text/html" { Shape::Page } else { Shape::Data(graph::offered(place)) })
}

fn alternates(response: &mut Response<Body>, state: &AppState) {
    for form in FORMS {
        let target = format!("{}/catalog.{}", state.prefix(), form.suffix);
        answer::link(response.headers_mut(), &target, "alternate", Some(form.media));
    }
    answer::link(response.headers_mut(), &format!("{}/catalog.html", state.prefix()), "alternate", Some("text/html"));
    answer::link(response.headers_mut(), &state.catalog().licence, "license", None);
}

/// The day in `?modified_since=`, which may be a moment.
fn day(text: &str) -> Result<String, Fault> {
    let moment = text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok();
    let date = text.get(..10).filter(|day| day.parse::<jiff::civil::Date>().is_ok());
    date.filter(|_| moment || text.len() == 10).map(str::to_owned).ok_or_else(|| {
        let text = format!("`modified_since`: expected a day like `2024-03-05` or a moment, found `{text}`");
        Fault::new(Kind::BadValue, text).with("parameter", "modified_since")
    })
}

/// The catalog with its points and its place among pages; of data sets only those that changed on that day or later.
fn listed(triples: &[Triple], base: &str, scores: &[Score], since: Option<&str>) -> Vec<Triple> {
    let catalog = format!("{base}/catalog");
    let term = |space: &str, name: &str| NamedNode::new_unchecked(format!("{space}{name}"));
    let mut listed = triples.to_vec();
    listed.extend(quality::measurements(scores, &catalog));
    let sets: Vec<String> = export::datasets().map(|id| format!("{catalog}#{id}")).collect();
    let modified = |set: &String| {
        let mut said = triples.iter().filter(|triple| is(&triple.subject, set));
        said.find_map(|triple| match &triple.object {
            Term::Literal(date) if triple.predicate.as_str() == "http://purl.org/dc/terms/modified" => {
                Some(date.value().to_owned())
            }
            _ => None,
        })
    };
    let unchanged =
        |set: &&String| since.is_some_and(|since| modified(set).is_none_or(|modified| modified.as_str() < since));
    let gone: Vec<&String> = sets.iter().filter(unchanged).collect();
    if !gone.is_empty() {
        withdraw(&mut listed, &gone);
    }
    let view = NamedNode::new_unchecked(format!("{catalog}?page=1"));
    for class in ["PagedCollection", "PartialCollectionView"] {
        listed.push(Triple::new(view.clone(), rdf::TYPE, term(HYDRA, class)));
    }
    let count = sets.len() - gone.len();
    listed.push(Triple::new(
        view.clone(),
        term(HYDRA, "totalItems"),
        Literal::new_typed_literal(count.to_string(), xsd::INTEGER),
    ));
    for property in ["first", "last", "firstPage", "lastPage"] {
        listed.push(Triple::new(view.clone(), term(HYDRA, property), view.clone()));
    }
    listed
}

fn is(subject: &NamedOrBlankNode, iri: &str) -> bool {
    matches!(subject, NamedOrBlankNode::NamedNode(node) if node.as_str() == iri)
}

/// Takes data sets out, with their files and records, and all that points to them.
fn withdraw(listed: &mut Vec<Triple>, sets: &[&String]) {
    let names = |term: &Term, list: &[String]| matches!(term, Term::NamedNode(node) if list.iter().any(|iri| iri == node.as_str()));
    let mut gone: Vec<String> = sets.iter().map(|set| (*set).clone()).collect();
    for triple in listed.iter() {
        let NamedOrBlankNode::NamedNode(subject) = &triple.subject else { continue };
        let is_file = triple.predicate.as_str() == format!("{DCAT}distribution")
            && sets.iter().any(|set| *set == subject.as_str());
        let is_record = triple.predicate.as_str() == "http://xmlns.com/foaf/0.1/primaryTopic";
        match &triple.object {
            Term::NamedNode(file) if is_file => gone.push(file.as_str().to_owned()),
            topic if is_record && names(topic, &gone) => gone.push(subject.as_str().to_owned()),
            _ => {}
        }
    }
    listed.retain(|triple| !gone.iter().any(|iri| is(&triple.subject, iri)) && !names(&triple.object, &gone));
}

/// The points of the data sets. Each address is asked of the server's own routes once for a version.
async fn scores(state: &AppState, view: &Arc<View>) -> Result<Arc<Vec<Score>>, Fault> {
    if let Some(scores) = view.scores() {
        return Ok(scores);
    }
    let (shared, work) = (view.clone(), state.clone());
    let triples = state
        .engine()
        .run(Lane::Page, move |_| shared.catalog(work.catalog()).map(<[Triple]>::to_vec).map_err(storage))
        .await?;
    let routes = crate::serve::bare(state.clone());
    let mut answers = std::collections::BTreeSet::new();
    for address in quality::addresses(&triples) {
        let Some(path) = address.strip_prefix(view.base()) else { continue };
        let Ok(request) = Request::head(path).body(Body::empty()) else { continue };
        let Ok(response) = routes.clone().oneshot(request).await;
        if response.status() == StatusCode::OK {
            answers.insert(address);
        }
    }
    Ok(view.keep_scores(quality::score(&triples, &answers)))
}

/// A data set as a page shows it.
struct Shown {
    id: &'static str,
    titles: [String; 4],
    fields: Vec<Field>,
    files: Vec<DumpFile>,
    score: Option<Score>,
    points: u32,
    level: &'static str,
}

#[derive(Template)]
#[template(path = "catalog.html")]
struct CatalogPage {
    chrome: Chrome,
    sets: Vec<Shown>,
    whole: bool,
    frequency: (String, String),
    openness: (String, String),
    canonical: String,
    json_ld: String,
    most: u32,
    excellent: u32,
}

/// The page of the catalog, or of one data set.
fn page(state: &AppState, view: &View, scores: &[Score], only: Option<&str>) -> Result<String, Fault> {
    let settings = state.catalog();
    let dumps = view.dumps(settings).map_err(storage)?;
    let wanted = || export::datasets().filter(|id| only.is_none_or(|only| only == *id));
    let sets = wanted().filter_map(|id| {
        let score = scores.iter().find(|score| score.dataset.ends_with(&format!("#{id}"))).cloned();
        Some(Shown {
            id,
            titles: export::titles(id, settings)?,
            fields: if id == "observations" { export::fields(&dumps.extent) } else { Vec::new() },
            files: export::files(id, &dumps.files).into_iter().cloned().collect(),
            points: score.as_ref().map_or(0, Score::points),
            level: score.as_ref().map_or("", Score::level),
            score,
        })
    });
    let described: Vec<_> =
        wanted().filter_map(|id| export::schema_org(id, &view.snapshot, settings, &dumps.files)).collect();
    // `<` is written as its escape: a text cannot end the script that holds it.
    let json_ld = serde_json::Value::from(described).to_string().replace('<', "\\u003c");
    let words = export::words(settings).map_err(storage)?;
    let page = CatalogPage {
        chrome: Chrome::new(state, view, "catalog"),
        sets: sets.collect(),
        whole: only.is_none(),
        frequency: words.frequency,
        openness: words.openness,
        canonical: dumps.canonical.clone(),
        json_ld,
        most: MOST,
        excellent: EXCELLENT,
    };
    Ok(page.render()?)
}

/// `/dataset/{id}`: a data set's page; for programs the catalog.
pub async fn dataset(
    State(state): State<AppState>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    if !export::datasets().any(|known| known == id) {
        return Err(Fault::nothing_at(&ask.path));
    }
    let mut offers = vec!["text/html"];
    offers.extend(graph::OFFERS);
    let place = accept::choose(ask.accept().as_deref(), &offers).ok_or_else(|| Fault::not_acceptable(&offers))?;
    if place > 0 {
        let form: Form = graph::offered(place - 1);
        return Ok(answer::redirect(StatusCode::SEE_OTHER, &format!("{}/catalog.{}", state.prefix(), form.suffix)));
    }
    let tag = Tag::new(&view, &["dataset", &id]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let scores = scores(&state, &view).await?;
    let (shared, work, wanted) = (view.clone(), state.clone(), id.clone());
    let text = state.engine().run(Lane::Page, move |_| page(&work, &shared, &scores, Some(&wanted))).await?;
    let mut response = site::respond(&ask, &view, Some(&tag), text);
    let target = format!("{}/dataset/{id}/croissant.jsonld", state.prefix());
    answer::link(response.headers_mut(), &target, "describedby", Some("application/ld+json"));
    alternates(&mut response, &state);
    Ok(response)
}

/// `/dataset/{id}/croissant.jsonld`.
pub async fn croissant(
    State(state): State<AppState>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let tag = Tag::new(&view, &["croissant", &id]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let (shared, work) = (view.clone(), state.clone());
    let document = state
        .engine()
        .run(Lane::Page, move |_| {
            let dumps = shared.dumps(work.catalog()).map_err(storage)?;
            Ok(export::croissant(&id, &shared.snapshot, work.catalog(), &dumps.files))
        })
        .await?
        .ok_or_else(|| Fault::nothing_at(&ask.path))?;
    Ok(answer::ok(&ask, &view, "application/ld+json", Some(&tag), format!("{document:#}\n")))
}

/// `/dumps/`: what there is, with sizes and checksums.
pub async fn dumps(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let tag = Tag::new(&view, &["dumps"]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let (shared, work) = (view.clone(), state.clone());
    let dumps = state.engine().run(Lane::Page, move |_| shared.dumps(work.catalog()).map_err(storage)).await?;
    let version = view.snapshot.header.version;
    let files: Vec<_> = dumps
        .files
        .iter()
        .map(|file| {
            json!({
                "name": file.name,
                "href": format!("{}/dumps/{version}/{}", view.base(), file.name),
                "bytes": file.bytes,
                "sha256": file.sha256,
            })
        })
        .collect();
    let body = json!({ "version": version, "content": view.snapshot.header.content, "rdfc10": dumps.canonical, "files": files });
    Ok(answer::ok(&ask, &view, "application/json", Some(&tag), body.to_string()))
}

/// `/dumps/{file}`, `/dumps/latest/{file}`: of the version that is served; parts of a file by `Range`.
pub async fn dump(
    State(state): State<AppState>,
    Path(name): Path<String>,
    request: Request<Body>,
) -> Result<Response<Body>, Fault> {
    file(&state, &name, request).await
}

/// `/dumps/{version}/{file}`: of that version, if it is the one that is served.
pub async fn versioned(
    State(state): State<AppState>,
    Path((version, name)): Path<(String, String)>,
    request: Request<Body>,
) -> Result<Response<Body>, Fault> {
    let current = state.view().snapshot.header.version;
    if version != "latest" && version.parse() != Ok(current) {
        let text = format!("there are no dumps of version `{version}`: the one that is served is {current}");
        return Err(Fault::new(Kind::NotFound, text).with("current", current));
    }
    let mut response = file(&state, &name, request).await?;
    let place = format!("{}/dumps/{current}/{name}", state.prefix());
    answer::put(response.headers_mut(), header::CONTENT_LOCATION, &answer::ascii(&place));
    Ok(response)
}

async fn file(state: &AppState, name: &str, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let (parts, body) = request.into_parts();
    let ask = Ask::of(Request::from_parts(parts.clone(), Body::empty()));
    let view = state.view();
    let tag = Tag::new(&view, &["dump", name]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let (shared, work) = (view.clone(), state.clone());
    let dumps = state.engine().run(Lane::Page, move |_| shared.dumps(work.catalog()).map_err(storage)).await?;
    let path = dumps.path(name).ok_or_else(|| Fault::nothing_at(&ask.path))?;
    // The large files lie compressed beside, and go out so to whoever accepts that.
    let packed = dumps.path(&format!("{name}.gz")).is_some();
    let mut service = ServeFile::new(path);
    if packed {
        service = service.precompressed_gzip();
    }
    // The file is opened before the folder can go with its version.
    let served = service.try_call(Request::from_parts(parts, body)).await;
    let served = served.map_err(|error| Fault::new(Kind::Storage, error.to_string()))?;
    let (head, file) = served.map(Body::new).into_parts();
    let kind = MEDIA.iter().find(|(ending, _)| name.ends_with(ending)).map_or("text/plain", |(_, kind)| kind);
    let mut response = answer::ok(&ask, &view, kind, Some(&tag), file);
    *response.status_mut() = head.status;
    for (name, value) in &head.headers {
        if name != header::CONTENT_TYPE && name != header::LAST_MODIFIED && name != header::VARY {
            response.headers_mut().insert(name, value.clone());
        }
    }
    Ok(response)
}

/// The media types of the dumps, by the endings of their names.
const MEDIA: &[(&str, &str)] = &[
    (".gz", "application/gzip"),
    (".nq", "application/n-quads"),
    (".ttl", "text/turtle"),
    (".jsonld", "application/ld+json"),
    (".csv", "text/csv"),
    (".parquet", "application/vnd.apache.parquet"),
    (".json", "application/csvm+json"),
];
