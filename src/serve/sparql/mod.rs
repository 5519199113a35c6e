//! `/sparql`: the SPARQL 1.1 Protocol, queries only. Takes a request, gives results, a description of the service where
//! there is no query string, or the editor for a browser.
//!
//! A result is complete before its status goes out: what hits a limit is an error, never a shorter answer.

mod cross;
pub mod description;
pub mod guard;
pub mod operation;
pub mod results;

use super::accept;
use super::answer::{self, Tag};
use super::error::{Fault, Kind};
use super::evaluate::{Budget, Lane};
use super::graph;
use super::request::{self, Ask};
use super::site;
use super::state::{AppState, View};
use super::trail;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response, header};
use operation::Operation;
use oxigraph::sparql::{PreparedSparqlQuery, QueryResults, SparqlEvaluator};
use results::Output;
use spargebra::term::TermPattern;

/// The methods of the route.
pub const ALLOW: &str = "GET, HEAD, POST, QUERY, OPTIONS";

/// Every request to `/sparql`.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let (ask, body) = Ask::split(request);
    match ask.method.as_str() {
        "GET" | "HEAD" if ask.query.as_deref().is_none_or(str::is_empty) => welcome(&state, &ask).await,
        "GET" | "HEAD" => {
            let operation = Operation::from_url(&ask, state.limits().query)?;
            answer(&state, &ask, operation).await
        }
        "POST" | "QUERY" => {
            let kind = essence(&ask);
            let bytes = request::body(&ask, body, state.limits().body).await?;
            let operation = Operation::from_body(&ask, kind.as_deref(), &bytes, state.limits().query)?;
            answer(&state, &ask, operation).await
        }
        _ => Err(Fault::method(ALLOW)),
    }
}

/// The body's media type without parameters.
fn essence(ask: &Ask) -> Option<String> {
    let kind = ask.header(header::CONTENT_TYPE)?;
    Some(kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

/// No query string at all: the editor for a browser, else the service's description.
async fn welcome(state: &AppState, ask: &Ask) -> Result<Response<Body>, Fault> {
    let mut offers = graph::OFFERS.to_vec();
    offers.push("text/html");
    let place = accept::choose(ask.accept().as_deref(), &offers).ok_or_else(|| Fault::not_acceptable(&offers))?;
    if offers[place] == "text/html" {
        return site::editor::page(state, ask, None).await;
    }
    let form = graph::offered(place);
    let view = state.view();
    let tag = Tag::new(&view, &["/sparql", form.media]);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    let (shared, limits) = (view.clone(), state.limits().clone());
    let bytes = state
        .engine()
        .run(Lane::Page, move |budget| form.write_graph(description::describe(&shared, &limits, budget)?, budget))
        .await?;
    Ok(answer::ok(ask, &view, form.media, Some(&tag), bytes))
}

/// How a query came out.
enum Outcome {
    Unchanged(Response<Body>),
    Page,
    Whole(Vec<u8>, &'static str, Option<Tag>),
}

async fn answer(state: &AppState, ask: &Ask, operation: Operation) -> Result<Response<Body>, Fault> {
    trail::query(&operation.query);
    let view = state.view();
    let (shared, asked, work) = (view.clone(), ask.clone(), operation.clone());
    // Parsing, printing and even dropping a query recurse, so a query never leaves the thread with the large stack.
    let outcome = state
        .engine()
        .run(Lane::Query, move |budget| {
            let query = parse(&work.query, shared.base())?;
            let output = Output::negotiate(&query, work.format.as_deref(), asked.accept().as_deref())?;
            if output == Output::Page {
                return Ok(Outcome::Page);
            }
            let tag = is_stable(&query).then(|| work.tag(&shared, output.media()));
            if let Some(unchanged) = tag.as_ref().and_then(|tag| tag.unchanged(&asked)) {
                return Ok(Outcome::Unchanged(unchanged));
            }
            let prepared = work.dataset.apply(prepare(query, budget))?;
            let results = prepared.on_store(&shared.snapshot.data).execute()?;
            Ok(Outcome::Whole(output.write(results, budget)?, output.media(), tag))
        })
        .await;
    let outcome = match outcome {
        // A person's query must not be lost with its mistake: the editor shows both.
        Err(_) if operation.format.is_none() && prefers_page(ask) => Outcome::Page,
        other => other?,
    };
    match outcome {
        Outcome::Unchanged(response) => Ok(response),
        Outcome::Page => site::editor::page(state, ask, Some(operation)).await,
        Outcome::Whole(bytes, media, tag) => Ok(answer::ok(ask, &view, media, tag.as_ref(), bytes)),
    }
}

fn prefers_page(ask: &Ask) -> bool {
    let accept = ask.accept();
    let offers = ["application/problem+json", "application/json", "text/html"];
    accept.is_some() && accept::choose(accept.as_deref(), &offers) == Some(2)
}

/// The query with the deadline tied to it. SERVICE is off, since Oxigraph is built without an HTTP client: it would let
/// anyone make this server call any address from within its network.
pub fn prepare(query: spargebra::Query, budget: &Budget) -> PreparedSparqlQuery {
    SparqlEvaluator::new().with_cancellation_token(budget.token.clone()).for_query(cross::spread(query))
}

/// Evaluates a query of the server's own, or a canned one, on the whole data.
pub fn run(view: &View, query: spargebra::Query, budget: &Budget) -> Result<QueryResults<'static>, Fault> {
    Ok(prepare(query, budget).on_store(&view.snapshot.data).execute()?)
}

/// Parses a query against the base IRI.
pub fn parse(text: &str, base: &str) -> Result<spargebra::Query, Fault> {
    guard::check(text)?;
    let parser = spargebra::SparqlParser::new();
    let parser = parser
        .with_base_iri(format!("{}/", base.trim_end_matches('/')))
        .map_err(|error| Fault::new(Kind::Internal, error.to_string()))?;
    parser.parse_query(text).map_err(|error| Fault::new(Kind::Syntax, error.to_string()))
}

/// Whether the same query on the same data gives the same bytes. The query is read as the parser prints it, so that
/// `now ( )` is found; a literal that says `NOW()` only costs the tag.
pub fn is_stable(query: &spargebra::Query) -> bool {
    if let spargebra::Query::Construct { template, .. } = query {
        let blank = template
            .iter()
            .flat_map(|triple| [&triple.subject, &triple.object])
            .any(|term| matches!(term, TermPattern::BlankNode(_)));
        if blank {
            return false;
        }
    }
    let printed = query.to_string();
    !["NOW(", "RAND(", "UUID(", "BNODE(", "SERVICE "].iter().any(|call| printed.contains(call))
}
