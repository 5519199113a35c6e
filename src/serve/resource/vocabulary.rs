//! `/ontology` and `/vocab/…`: the terms that the data use, from the files that are built into the program; periods, of
//! which there is no end, from the store.

use super::Shape;
use crate::serve::answer::{self, Tag};
use crate::serve::error::Fault;
use crate::serve::evaluate::Lane;
use crate::serve::graph::FORMS;
use crate::serve::reader::local_name;
use crate::serve::request::Ask;
use crate::serve::site::{self, Chrome};
use crate::serve::state::{AppState, View};
use crate::serve::terms;
use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const ROOT: &str = "https://w3id.org/jialing/";
const ONTOLOGY_TEXT: &str = include_str!("../../../ontology/jialing.ttl");
const VOCABULARY_TEXT: &str = include_str!("../../../ontology/vocab.ttl");

static ONTOLOGY: LazyLock<Vec<Triple>> = LazyLock::new(|| triples(ONTOLOGY_TEXT));
static VOCABULARY: LazyLock<Vec<Triple>> = LazyLock::new(|| triples(VOCABULARY_TEXT));

fn triples(text: &str) -> Vec<Triple> {
    RdfParser::from_format(RdfFormat::Turtle)
        .for_slice(text.as_bytes())
        .map(|quad| Triple::from(quad.expect("the embedded file is Turtle: a test reads it")))
        .collect()
}

/// A term on a page.
struct Row {
    anchor: String,
    href: String,
    name: String,
    label: String,
    english: String,
    definition: String,
    definition_en: String,
}

#[derive(Template)]
#[template(path = "vocabulary.html")]
struct VocabularyPage {
    chrome: Chrome,
    iri: String,
    label: String,
    english: String,
    definition: String,
    definition_en: String,
    sections: Vec<(&'static str, Vec<Row>)>,
    downloads: Vec<(&'static str, String)>,
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
        (Shape::Page, _) => site::respond(&ask, &view, Some(&tag), page(&state, &view, &path, &found)?),
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
    let members: Vec<&NamedOrBlankNode> = VOCABULARY
        .iter()
        .filter(|triple| triple.predicate == terms::IN_SCHEME && triple.object == Term::from(iri.clone()))
        .map(|triple| &triple.subject)
        .collect();
    let found: Vec<Triple> = VOCABULARY
        .iter()
        .filter(|triple| triple.subject == NamedOrBlankNode::from(iri.clone()) || members.contains(&&triple.subject))
        .cloned()
        .collect();
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

fn page(state: &AppState, view: &View, path: &str, found: &[Triple]) -> Result<String, Fault> {
    let iri = format!("{ROOT}{path}");
    let mut subjects: BTreeMap<&str, Vec<&Triple>> = BTreeMap::new();
    for triple in found {
        if let NamedOrBlankNode::NamedNode(subject) = &triple.subject {
            subjects.entry(subject.as_str()).or_default().push(triple);
        }
    }
    let said = |subject: &str, predicates: &[NamedNodeRef<'_>], language: &str| -> String {
        let statements = subjects.get(subject).map(Vec::as_slice).unwrap_or_default();
        let mut literals = predicates.iter().flat_map(|predicate| {
            statements.iter().filter(move |triple| triple.predicate == *predicate).filter_map(|triple| {
                match &triple.object {
                    Term::Literal(literal) => Some(literal),
                    _ => None,
                }
            })
        });
        literals
            .find(|literal| literal.language().is_some_and(|tag| tag.starts_with(language)))
            .map(|literal| literal.value().to_owned())
            .unwrap_or_default()
    };
    let labels = [terms::PREF_LABEL, terms::LABEL, terms::TITLE];
    let definitions = [terms::DEFINITION, terms::COMMENT];
    let mut sections: Vec<(&'static str, Vec<Row>)> =
        ["class", "property", "scheme", "concept", "other"].into_iter().map(|section| (section, Vec::new())).collect();
    for (subject, statements) in &subjects {
        // Terms of others are only declared here.
        if *subject == iri || said(subject, &labels, "zh").is_empty() {
            continue;
        }
        let types: Vec<&str> = statements
            .iter()
            .filter(|triple| triple.predicate == terms::TYPE)
            .filter_map(|triple| match &triple.object {
                Term::NamedNode(node) => Some(node.as_str()),
                _ => None,
            })
            .collect();
        let has = |ending: &str| types.iter().any(|class| class.ends_with(ending));
        let section = if has("owl#Class") {
            0
        } else if has("Property") {
            1
        } else if has("core#ConceptScheme") {
            2
        } else if has("core#Concept") {
            3
        } else {
            4
        };
        sections[section].1.push(Row {
            anchor: local_name(subject),
            href: site::href(state.prefix(), view.base(), subject),
            name: local_name(subject),
            label: said(subject, &labels, "zh"),
            english: said(subject, &labels, "en"),
            definition: said(subject, &definitions, "zh"),
            definition_en: said(subject, &definitions, "en"),
        });
    }
    sections.retain(|(_, rows)| !rows.is_empty());
    let content = VocabularyPage {
        chrome: Chrome::new(state, view, "vocab"),
        label: said(&iri, &labels, "zh"),
        english: said(&iri, &labels, "en"),
        definition: said(&iri, &definitions, "zh"),
        definition_en: said(&iri, &definitions, "en"),
        sections,
        downloads: FORMS
            .iter()
            .map(|form| (form.suffix, format!("{}/{path}.{}", state.prefix(), form.suffix)))
            .collect(),
        iri,
    };
    Ok(content.render()?)
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
