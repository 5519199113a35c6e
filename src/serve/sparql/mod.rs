//! `/sparql`: the SPARQL 1.1 Protocol. Takes a request, gives results, makes a change where the token allows it, a description of the service where
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
use super::evaluate::job::{Change, Outcome, Task};
use super::evaluate::{Budget, Lane};
use super::graph;
use super::request::{self, Ask};
use super::site;
use super::state::AppState;
use super::trail;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response, StatusCode, header};
use operation::{Operation, Request as Asked};
use oxigraph::sparql::{PreparedSparqlQuery, SparqlEvaluator};
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
            let kind = ask.essence();
            let writer = state.token().map(|token| token.admits(&ask));
            // A longer body is read from one who may write, and from no one else.
            let limits = state.limits();
            let limit = if matches!(writer, Some(Ok(()))) { limits.upload } else { limits.body };
            let bytes = request::body(&ask, body, limit).await?;
            match Asked::from_body(&ask, kind.as_deref(), &bytes, limits.query)? {
                Asked::Query(operation) => answer(&state, &ask, operation).await,
                Asked::Update { .. } if ask.method == "QUERY" => Err(Fault::method("POST")),
                Asked::Update { update, using } => {
                    writer.ok_or_else(operation::read_only)??;
                    state.change(Change::Update { update, using }, &[]).await?;
                    Ok(answer::changed(StatusCode::NO_CONTENT))
                }
            }
        }
        _ => Err(Fault::method(ALLOW)),
    }
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
    let (shared, work) = (view.clone(), state.clone());
    let bytes = state
        .engine()
        .run(Lane::Page, move |budget| form.write_graph(description::describe(&work, &shared, budget)?, budget))
        .await?;
    Ok(answer::ok(ask, &view, form.media, Some(&tag), bytes))
}

async fn answer(state: &AppState, ask: &Ask, operation: Operation) -> Result<Response<Body>, Fault> {
    trail::query(&operation.query);
    let view = state.view();
    let heeds = matches!(ask.method.as_str(), "GET" | "HEAD");
    let held = ask.header(header::IF_NONE_MATCH).filter(|_| heeds);
    // Parsing, printing and even dropping a query recurse, so a query never leaves the thread with the large stack.
    let task = Task::Query { operation: operation.clone(), accept: ask.accept(), held };
    let (head, whole) = match state.engine().evaluate(&view, task).await {
        // A person's query must not be lost with its mistake: the editor shows both.
        Err(_) if operation.format.is_none() && prefers_page(ask) => {
            return site::editor::page(state, ask, Some(operation)).await;
        }
        other => other?,
    };
    match (head.outcome, &head.tag) {
        (Outcome::Unchanged, Some(tag)) => Ok(tag.not_modified()),
        (Outcome::Page, _) => site::editor::page(state, ask, Some(operation)).await,
        (_, tag) => Ok(answer::whole(ask, &view, &head.media, tag.as_ref(), whole)),
    }
}

fn prefers_page(ask: &Ask) -> bool {
    let accept = ask.accept();
    let offers = ["application/problem+json", "application/json", "text/html"];
    accept.is_some() && accept::choose(accept.as_deref(), &offers) == Some(2)
}

/// The query with the deadline tied to it, and with the endpoints that SERVICE may call.
pub fn prepare(query: spargebra::Query, budget: &Budget) -> PreparedSparqlQuery {
    let evaluator = SparqlEvaluator::new().with_cancellation_token(budget.token.clone());
    budget.federation().iter().fold(evaluator, |evaluator, list| list.attach(evaluator)).for_query(cross::spread(query))
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
