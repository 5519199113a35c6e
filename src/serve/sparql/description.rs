//! The SPARQL 1.1 Service Description: what the endpoint takes, gives and holds. It has no blank nodes.

use super::results::TABLE_FORMATS;
use crate::serve::error::{Fault, Kind};
use crate::serve::evaluate::Budget;
use crate::serve::graph::FORMS;
use crate::serve::state::{AppState, View};
use oxigraph::io::RdfFormat;
use oxigraph::model::vocab::{rdf, rdfs, xsd};
use oxigraph::model::{Literal, NamedNode, NamedOrBlankNode, Term, Triple};

const SD: &str = "http://www.w3.org/ns/sparql-service-description#";
const VOID: &str = "http://rdfs.org/ns/void#";
/// A portal with more articles than this is asked by query for its graphs.
const GRAPHS: usize = 100;

/// The description as triples.
pub fn describe(state: &AppState, view: &View, budget: &Budget) -> Result<Vec<Triple>, Fault> {
    let limits = state.limits();
    let endpoint = format!("{}/sparql", view.base());
    let service = node(&endpoint)?;
    let dataset = node(&format!("{endpoint}#dataset"))?;
    let default = node(&format!("{endpoint}#default-graph"))?;
    let mut triples = Vec::new();
    let mut say = |subject: &NamedNode, predicate: &str, object: Term| -> Result<(), Fault> {
        triples.push(Triple::new(subject.clone(), node(predicate)?, object));
        Ok(())
    };
    let sd = |name: &str| format!("{SD}{name}");

    say(&service, rdf::TYPE.as_str(), node(&sd("Service"))?.into())?;
    say(&service, &sd("endpoint"), service.clone().into())?;
    say(&service, &sd("supportedLanguage"), node(&sd("SPARQL11Query"))?.into())?;
    if state.token().is_some() {
        say(&service, &sd("supportedLanguage"), node(&sd("SPARQL11Update"))?.into())?;
    }
    let tables = TABLE_FORMATS.iter().map(|form| form.iri());
    let graphs = FORMS.iter().map(|form| RdfFormat::from_extension(form.suffix).map_or("", RdfFormat::iri));
    for format in tables.chain(graphs).filter(|iri| !iri.is_empty()) {
        say(&service, &sd("resultFormat"), node(format)?.into())?;
    }
    let note = format!(
        "Limits: {} s a query, {} bytes a result, {} bytes a query; {}; {}.",
        limits.deadline.as_secs(),
        limits.result,
        limits.query,
        if state.federation().settings().allow.is_empty() { "no SERVICE" } else { "SERVICE by a list" },
        if state.token().is_some() { "updates need a token" } else { "read-only" }
    );
    say(&service, rdfs::COMMENT.as_str(), Literal::new_language_tagged_literal_unchecked(note, "en").into())?;
    say(&service, &sd("defaultDataset"), dataset.clone().into())?;

    say(&dataset, rdf::TYPE.as_str(), node(&sd("Dataset"))?.into())?;
    say(&dataset, &sd("defaultGraph"), default.clone().into())?;
    say(&default, rdf::TYPE.as_str(), node(&sd("Graph"))?.into())?;
    say(&default, &format!("{VOID}triples"), count(view.triples(budget)?))?;
    for (place, graph) in view.snapshot.data.named_graphs().take(GRAPHS).enumerate() {
        let NamedOrBlankNode::NamedNode(name) = graph? else {
            continue;
        };
        let named = node(&format!("{endpoint}#graph-{}", place + 1))?;
        say(&dataset, &sd("namedGraph"), named.clone().into())?;
        say(&named, rdf::TYPE.as_str(), node(&sd("NamedGraph"))?.into())?;
        say(&named, &sd("name"), name.into())?;
    }
    Ok(triples)
}

fn count(number: usize) -> Term {
    Literal::new_typed_literal(number.to_string(), xsd::INTEGER).into()
}

fn node(iri: &str) -> Result<NamedNode, Fault> {
    NamedNode::new(iri).map_err(|error| Fault::new(Kind::Internal, format!("`{iri}`: {error}")))
}
