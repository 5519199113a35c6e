//! `/ontology` and `/vocab/…`: the terms that the data use, from the files that are built into the program; periods, of
//! which there is no end, from the store.

use super::Shape;
use crate::serve::answer::{self, Tag};
use crate::serve::error::Fault;
use crate::serve::evaluate::Lane;
use crate::serve::graph::FORMS;
use crate::serve::request::Ask;
use crate::serve::site;
use crate::serve::state::{AppState, View};
use crate::serve::terms;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphNameRef, NamedNode, NamedOrBlankNode, Term, Triple};
use std::collections::HashSet;
use std::sync::LazyLock;

/// What the IRIs of the ontology and its concepts begin with.
pub(super) const ROOT: &str = "https://w3id.org/jialing/";

const ONTOLOGY_TEXT: &str = include_str!("../../../ontology/jialing.ttl");
const VOCABULARY_TEXT: &str =
    concat!(include_str!("../../../ontology/vocab.ttl"), "\n", include_str!("../../../ontology/indicators.ttl"));

/// What stands beside the ontology: under which name, of which type.
const FILES: [(&str, &str, &str); 3] = [
    ("ontology/shapes", "text/turtle", include_str!("../../../ontology/shapes.ttl")),
    ("ontology/context", "application/ld+json", include_str!("../../../ontology/context.jsonld")),
    ("ontology/changes", "text/markdown", include_str!("../../../ontology/CHANGES.md")),
];

static ONTOLOGY: LazyLock<Vec<Triple>> = LazyLock::new(|| triples(ONTOLOGY_TEXT));
static VOCABULARY: LazyLock<Vec<Triple>> = LazyLock::new(|| triples(VOCABULARY_TEXT));

fn triples(text: &str) -> Vec<Triple> {
    RdfParser::from_format(RdfFormat::Turtle)
        .for_slice(text.as_bytes())
        .map(|quad| Triple::from(quad.expect("the embedded file is Turtle: a test reads it")))
        .collect()
}

/// The ontology's triples, in the order of the file.
#[cfg(test)]
pub(super) fn ontology() -> &'static [Triple] {
    &ONTOLOGY
}

/// One of the files beside the ontology, by its name with or without a suffix.
pub async fn file(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let local = ask.path.strip_prefix(state.prefix()).unwrap_or(&ask.path).trim_matches('/');
    let name = [".ttl", ".jsonld", ".md"].iter().find_map(|suffix| local.strip_suffix(suffix)).unwrap_or(local);
    let (_, kind, text) = FILES.iter().find(|(file, ..)| *file == name).ok_or_else(|| Fault::nothing_at(&ask.path))?;
    let tag = Tag::new(&view, &["vocabulary", name, text]);
    Ok(tag.unchanged(&ask).unwrap_or_else(|| answer::ok(&ask, &view, kind, Some(&tag), *text)))
}

/// Every request to `/ontology` and under `/vocab`.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let local = ask.path.strip_prefix(state.prefix()).unwrap_or(&ask.path);
    let path = local.trim_matches('/').to_owned();
    let mut names = vec![(path.clone(), None)];
    for suffix in FORMS.iter().map(|form| form.suffix).chain(["html"]) {
        if let Some(stem) = path.strip_suffix(suffix).and_then(|stem| stem.strip_suffix('.')) {
            names.push((stem.to_owned(), Some(suffix)));
        }
    }
    let (shared, missing) = (view.clone(), ask.path.clone());
    let (path, suffix, found) = state
        .engine()
        .run(Lane::Page, move |_| {
            for (name, suffix) in names {
                let found = statements(&shared, &name)?;
                if !found.is_empty() {
                    return Ok((name, suffix, found));
                }
            }
            Err(Fault::nothing_at(&missing))
        })
        .await?;
    let shape = match suffix.and_then(Shape::of_suffix) {
        Some(shape) => shape,
        None => Shape::negotiate(ask.accept().as_deref())?,
    };
    let tag = Tag::new(&view, &["vocabulary", &path, shape.suffix()]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let mut response = match (shape, path.as_str()) {
        (Shape::Page, "ontology") => {
            let downloads = downloads(&state, &path);
            site::respond(&ask, &view, Some(&tag), super::ontology::page(&state, &view, &found, downloads)?)
        }
        (Shape::Page, _) => {
            let downloads = downloads(&state, &path);
            site::respond(&ask, &view, Some(&tag), super::concepts::page(&state, &view, &path, &found, downloads)?)
        }
        // The files as they were written, with their comments.
        (Shape::Data(form), "ontology") if form.suffix == "ttl" => {
            answer::ok(&ask, &view, form.media, Some(&tag), ONTOLOGY_TEXT)
        }
        (Shape::Data(form), "vocab") if form.suffix == "ttl" => {
            answer::ok(&ask, &view, form.media, Some(&tag), VOCABULARY_TEXT)
        }
        (Shape::Data(form), _) => {
            let bytes = state.engine().run(Lane::Page, move |budget| form.write_graph(found, budget)).await?;
            answer::ok(&ask, &view, form.media, Some(&tag), bytes)
        }
    };
    let address = format!("{}/{path}", state.prefix());
    answer::link(response.headers_mut(), &format!("{ROOT}{path}"), "canonical", None);
    for form in FORMS {
        answer::link(response.headers_mut(), &format!("{address}.{}", form.suffix), "alternate", Some(form.media));
    }
    Ok(response)
}

/// What is said at a path: the ontology, all vocabularies, a scheme with its concepts, or one concept.
fn statements(view: &View, path: &str) -> Result<Vec<Triple>, Fault> {
    if path == "ontology" {
        return Ok(ONTOLOGY.clone());
    }
    if path == "vocab" {
        return Ok(VOCABULARY.clone());
    }
    let Ok(iri) = NamedNode::new(format!("{ROOT}{path}")) else {
        return Ok(Vec::new());
    };
    let members: HashSet<&NamedOrBlankNode> = VOCABULARY
        .iter()
        .filter(|triple| triple.predicate == terms::IN_SCHEME && triple.object == Term::from(iri.clone()))
        .map(|triple| &triple.subject)
        .collect();
    let own = NamedOrBlankNode::from(iri.clone());
    let is_asked = |triple: &&Triple| triple.subject == own || members.contains(&triple.subject);
    let found: Vec<Triple> = VOCABULARY.iter().filter(is_asked).cloned().collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let mut stored = Vec::new();
    for quad in
        view.snapshot.data.quads_for_pattern(Some(iri.as_ref().into()), None, None, Some(GraphNameRef::DefaultGraph))
    {
        stored.push(quad?.into());
    }
    Ok(stored)
}

/// The forms in which that path is had.
fn downloads(state: &AppState, path: &str) -> Vec<(&'static str, String)> {
    FORMS.iter().map(|form| (form.suffix, format!("{}/{path}.{}", state.prefix(), form.suffix))).collect()
}

/// What all vocabularies say.
pub(super) fn vocabulary() -> &'static [Triple] {
    &VOCABULARY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_files_are_turtle() {
        assert!(ONTOLOGY.len() > 100);
        assert!(VOCABULARY.len() > 100);
    }
}
