//! The SPARQL page: an editor with examples, and the result of the query below it. A plain form: it works without script.

use super::{Chrome, Link, encode, href, respond};
use crate::query;
use crate::serve::error::Fault;
use crate::serve::evaluate::job::Asked;
use crate::serve::request::Ask;
use crate::serve::sparql::operation::Operation;
use crate::serve::state::{AppState, View};
use crate::serve::terms;
use askama::Template;
use axum::body::Body;
use axum::http::Response;
use oxigraph::model::Term;
use oxigraph::sparql::QueryResults;

/// Rows that the page shows; the files have all.
const ROWS: usize = 500;

/// A value in a table.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// The text, leading to its page if it is an IRI.
    pub link: Link,
    /// The datatype or language, for a literal that has one.
    pub note: String,
    /// Whether it is a number, and stands to the right.
    pub number: bool,
}

/// A table on a page.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there are more than are shown.
    pub cut: bool,
}

impl Table {
    /// The rows of a result, or the triples of a graph.
    ///
    /// # Errors
    /// If a row does not come.
    pub fn of(state: &AppState, view: &View, results: QueryResults<'_>) -> Result<Self, Fault> {
        let mut table = Self::default();
        match results {
            QueryResults::Boolean(_) => {}
            QueryResults::Solutions(solutions) => {
                table.columns = solutions.variables().iter().map(|name| name.as_str().to_owned()).collect();
                for solution in solutions {
                    let solution = solution?;
                    let row = solution.values().iter();
                    let cells = row.map(|term| term.as_ref().map(|term| cell(state, view, term)).unwrap_or_default());
                    table.rows.push(cells.collect());
                }
            }
            QueryResults::Graph(triples) => {
                table.columns = ["subject", "predicate", "object"].map(str::to_owned).to_vec();
                for triple in triples {
                    let triple = triple?;
                    let terms = [triple.subject.into(), triple.predicate.into(), triple.object];
                    table.rows.push(terms.iter().map(|term| cell(state, view, term)).collect());
                }
            }
        }
        Ok(table)
    }
}

/// A term as a page shows it.
pub fn cell(state: &AppState, view: &View, term: &Term) -> Cell {
    match term {
        Term::NamedNode(node) => Cell {
            link: Link {
                href: href(state.prefix(), view.base(), node.as_str()),
                text: short(view.base(), node.as_str()),
            },
            ..Cell::default()
        },
        Term::Literal(literal) => {
            let datatype = literal.datatype().as_str();
            let local = datatype.rsplit('#').next().unwrap_or_default();
            let number = matches!(local, "integer" | "decimal" | "double" | "float");
            let note = literal.language().map(str::to_owned).unwrap_or_else(|| match local {
                "string" | "langString" => String::new(),
                _ if number => String::new(),
                other => other.to_owned(),
            });
            let text =
                if local == "decimal" { super::figure::plain(literal.value()) } else { literal.value().to_owned() };
            Cell { link: Link::text(text), note, number }
        }
        other => Cell { link: Link::text(other.to_string()), ..Cell::default() },
    }
}

/// An IRI as short as it is still clear: decoded, with a prefix.
fn short(base: &str, iri: &str) -> String {
    let shortened = iri
        .strip_prefix(base)
        .and_then(|path| path.strip_prefix("/id/"))
        .map(str::to_owned)
        .or_else(|| {
            terms::PREFIXES.iter().find_map(|(prefix, space)| Some(format!("{prefix}:{}", iri.strip_prefix(space)?)))
        })
        .unwrap_or_else(|| iri.to_owned());
    percent_encoding::percent_decode_str(&shortened).decode_utf8().map(|text| text.into_owned()).unwrap_or(shortened)
}

/// What the page shows below the editor.
enum Shown {
    Nothing,
    Table(Table),
    Boolean(bool),
    Problem(Fault),
}

#[derive(Template)]
#[template(path = "editor.html")]
struct EditorPage {
    chrome: Chrome,
    query: String,
    shown: Shown,
    downloads: Vec<(&'static str, String)>,
    queries: &'static [query::Canned],
    prefixes: &'static [(&'static str, &'static str)],
    seconds: u64,
}

/// The page; with the result of an operation if there is one.
pub async fn page(state: &AppState, ask: &Ask, operation: Option<Operation>) -> Result<Response<Body>, Fault> {
    let view = state.view();
    let mut downloads = Vec::new();
    let mut shown = Shown::Nothing;
    let mut query = String::new();
    let mut fault = None;
    if let Some(operation) = operation {
        query.clone_from(&operation.query);
        let result = state.engine().rows(&view, Asked::Operation(operation), ROWS).await;
        let result = result.and_then(|rows| {
            let results = rows.results()?;
            let is_graph = matches!(results, QueryResults::Graph(_));
            Ok((is_graph, table(state, &view, results, rows.more())?))
        });
        match result {
            Ok((is_graph, result)) => {
                let forms: &[&'static str] = match (&result, is_graph) {
                    (_, true) => &["ttl", "jsonld", "nt", "rdf"],
                    (Shown::Boolean(_), _) => &["json", "xml"],
                    _ => &["csv", "json", "tsv", "xml"],
                };
                let address = format!("{}/sparql?query={}&format=", state.prefix(), encode(&query));
                downloads = forms.iter().map(|form| (*form, format!("{address}{form}"))).collect();
                shown = result;
            }
            Err(problem) => {
                fault = Some(problem.clone());
                shown = Shown::Problem(problem);
            }
        }
    }
    let page = EditorPage {
        chrome: Chrome::new(state, &view, "sparql"),
        query,
        shown,
        downloads,
        queries: query::canned(),
        prefixes: &terms::PREFIXES,
        seconds: state.limits().deadline.as_secs(),
    };
    let mut response = respond(ask, &view, None, page.render()?);
    if let Some(fault) = fault {
        *response.status_mut() = fault.kind.status();
        response.headers_mut().extend(fault.headers);
    }
    Ok(response)
}

/// A result as a table.
fn table(state: &AppState, view: &View, results: QueryResults<'_>, cut: bool) -> Result<Shown, Fault> {
    if let QueryResults::Boolean(value) = results {
        return Ok(Shown::Boolean(value));
    }
    Ok(Shown::Table(Table { cut, ..Table::of(state, view, results)? }))
}
