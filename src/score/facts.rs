//! What an export states of one document, read back by SPARQL as any user would read it.

use super::gold::{Figure, Happening, Named};
use crate::error::{Error, Result};
use oxigraph::model::{Literal, Term};
use oxigraph::sparql::{QueryResults, QuerySolution, SparqlEvaluator, Variable};
use oxigraph::store::Store;
use std::collections::BTreeMap;

const PREFIXES: &str = "PREFIX jl: <https://w3id.org/jialing/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
";

const NAMED: &str = "SELECT ?x ?name ?alias ?kind WHERE {
  GRAPH ?g { ?article jl:sourceFile ?document ; jl:mentions ?x . ?x a ?class ; skos:prefLabel ?name .
    OPTIONAL { ?x jl:kind ?kind }
    OPTIONAL { { ?x skos:altLabel ?alias } UNION { ?mention jl:refersTo ?x ; oa:exact ?alias } } }
  FILTER(langMatches(lang(?name), 'zh') || lang(?name) = '')
} ORDER BY ?x ?alias";

const FIGURES: &str = "SELECT ?x ?indicator ?alias ?about ?aboutName ?value ?valueMax ?unit ?statistic ?outlook ?bound ?period ?evidence ?confidence WHERE {
  ?article jl:sourceFile ?document . ?x a jl:Observation ; prov:wasDerivedFrom ?article ; jl:indicator ?i ; jl:value ?value .
  ?i skos:prefLabel ?indicator . FILTER(langMatches(lang(?indicator), 'zh') || lang(?indicator) = '')
  OPTIONAL { ?i skos:altLabel ?alias . FILTER(langMatches(lang(?alias), 'zh') || lang(?alias) = '') }
  OPTIONAL { ?x jl:about/skos:prefLabel ?about . FILTER(langMatches(lang(?about), 'zh') || lang(?about) = '') }
  OPTIONAL { ?x jl:about/(skos:altLabel|^jl:refersTo/oa:exact) ?aboutName }
  OPTIONAL { ?x jl:unitText ?unit } OPTIONAL { ?x jl:statistic ?statistic } OPTIONAL { ?x jl:valueMax ?valueMax }
  OPTIONAL { ?x jl:outlook ?outlook } OPTIONAL { ?x jl:bound ?bound } OPTIONAL { ?x jl:period ?period }
  OPTIONAL { ?x jl:evidence/oa:exact ?evidence } OPTIONAL { ?x jl:confidence ?confidence }
} ORDER BY ?x";

const HAPPENINGS: &str = "SELECT ?x ?label ?type ?date ?evidence WHERE {
  ?article jl:sourceFile ?document . ?x a jl:Event ; prov:wasDerivedFrom ?article ; skos:prefLabel ?label .
  OPTIONAL { ?x jl:eventType ?type } OPTIONAL { ?x jl:date ?date } OPTIONAL { ?x jl:evidence/oa:exact ?evidence }
} ORDER BY ?x";

/// The facts of one document.
pub(super) struct Facts {
    pub organizations: Vec<Named>,
    pub places: Vec<Named>,
    pub observations: Vec<Figure>,
    pub projects: Vec<Named>,
    pub events: Vec<Happening>,
}

pub(super) fn facts(data: &Store, document: &str) -> Result<Facts> {
    let named = |class: &str| named(data, document, class);
    Ok(Facts {
        organizations: named("Organization")?,
        places: named("Place")?,
        projects: named("Project")?,
        observations: figures(data, document)?,
        events: happenings(data, document)?,
    })
}

fn rows(data: &Store, query: &str, document: &str) -> Result<Vec<QuerySolution>> {
    // The document's name goes in as a value, not as text: a file may be called anything.
    let name = Literal::new_simple_literal(document);
    let query = format!("{PREFIXES}{query}").replace("?document", &name.to_string());
    let prepared = SparqlEvaluator::new().parse_query(&query).expect("the queries are constants");
    match prepared.on_store(data).execute().map_err(Error::database)? {
        QueryResults::Solutions(solutions) => solutions.collect::<Result<_, _>>().map_err(Error::database),
        _ => Ok(Vec::new()),
    }
}

fn text(row: &QuerySolution, name: &str) -> Option<String> {
    row.get(Variable::new_unchecked(name).as_str()).map(|term| match term {
        Term::Literal(literal) => literal.value().to_owned(),
        Term::NamedNode(node) => node.as_str().to_owned(),
        other => other.to_string(),
    })
}

/// The last segment of an IRI.
fn local(row: &QuerySolution, name: &str) -> Option<String> {
    text(row, name).and_then(|iri| iri.rsplit(['/', '#']).next().map(str::to_owned))
}

fn number(row: &QuerySolution, name: &str) -> Option<f64> {
    text(row, name)?.parse().ok()
}

fn push_new(list: &mut Vec<String>, item: Option<String>) {
    list.extend(item.filter(|item| !list.contains(item)));
}

fn named(data: &Store, document: &str, class: &str) -> Result<Vec<Named>> {
    let mut found: BTreeMap<String, Named> = BTreeMap::new();
    for row in rows(data, &NAMED.replace("?class", &format!("jl:{class}")), document)? {
        let name = text(&row, "name").unwrap_or_default();
        let kind = local(&row, "kind");
        let item =
            found.entry(text(&row, "x").unwrap_or_default()).or_insert(Named { name, aliases: Vec::new(), kind });
        push_new(&mut item.aliases, text(&row, "alias"));
    }
    Ok(found.into_values().collect())
}

fn figures(data: &Store, document: &str) -> Result<Vec<Figure>> {
    let mut found: BTreeMap<String, Figure> = BTreeMap::new();
    for row in rows(data, FIGURES, document)? {
        let item = found.entry(text(&row, "x").unwrap_or_default()).or_insert_with(|| {
            // The gold calls forecasts and goals alike a target.
            let ahead = local(&row, "outlook").is_some_and(|outlook| outlook != "observed");
            Figure {
                indicator: text(&row, "indicator").unwrap_or_default(),
                aliases: Vec::new(),
                about: text(&row, "about"),
                about_names: Vec::new(),
                value: number(&row, "value"),
                value_max: number(&row, "valueMax"),
                unit: text(&row, "unit"),
                statistic: if ahead { Some("target".into()) } else { local(&row, "statistic") },
                bound: local(&row, "bound"),
                period: text(&row, "period"),
                evidence: text(&row, "evidence").unwrap_or_default(),
                confidence: text(&row, "confidence").unwrap_or_default(),
            }
        });
        push_new(&mut item.aliases, text(&row, "alias"));
        push_new(&mut item.about_names, text(&row, "aboutName"));
    }
    Ok(found.into_values().collect())
}

fn happenings(data: &Store, document: &str) -> Result<Vec<Happening>> {
    let mut found: BTreeMap<String, Happening> = BTreeMap::new();
    for row in rows(data, HAPPENINGS, document)? {
        found.entry(text(&row, "x").unwrap_or_default()).or_insert_with(|| Happening {
            kind: local(&row, "type"),
            label: text(&row, "label").unwrap_or_default(),
            date: text(&row, "date"),
            evidence: text(&row, "evidence").unwrap_or_default(),
        });
    }
    Ok(found.into_values().collect())
}
