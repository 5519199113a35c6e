//! `/store`: the Graph Store HTTP Protocol, reading. Writes are refused: the data are built by `jialing build`.

use super::answer::{self, Tag};
use super::error::{Fault, Kind};
use super::evaluate::Lane;
use super::graph;
use super::request::Ask;
use super::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use oxigraph::model::{GraphName, NamedNode, Triple};

/// The methods of the route.
pub const ALLOW: &str = "GET, HEAD, OPTIONS";

/// `?graph=IRI` or `?default`.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    if !matches!(ask.method.as_str(), "GET" | "HEAD") {
        return Err(Fault::method(ALLOW));
    }
    let view = state.view();
    let mut given = ask.parameters_once(&["graph", "default", "format"])?;
    let form = match given.remove("format") {
        Some(name) => graph::named(&name)
            .ok_or_else(|| Fault::new(Kind::NotAcceptable, format!("there is no format `{name}`")))?,
        None => graph::negotiate(ask.accept().as_deref())?,
    };
    let wanted = match (given.remove("graph"), given.contains_key("default")) {
        (Some(iri), false) => {
            let node = oxigraph_iri(&iri, view.base())?;
            GraphName::from(node)
        }
        (None, true) => GraphName::DefaultGraph,
        _ => {
            return Err(Fault::new(Kind::BadRequest, "expected either `graph` with an IRI or `default`"));
        }
    };
    let tag = Tag::new(&view, &["/store", &wanted.to_string(), form.suffix]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let shared = view.clone();
    let bytes = state
        .engine()
        .run(Lane::Query, move |budget| {
            let data = &shared.snapshot.data;
            if let GraphName::NamedNode(name) = &wanted {
                if !data.contains_named_graph(name)? {
                    return Err(Fault::new(Kind::NotFound, format!("there is no graph `{}`", name.as_str())));
                }
            }
            let quads = data.quads_for_pattern(None, None, None, Some(wanted.as_ref()));
            form.write(quads.map(|quad| quad.map(Triple::from)), budget)
        })
        .await?;
    Ok(answer::ok(&ask, &view, form.media, Some(&tag), bytes))
}

/// A graph's IRI, which may be relative to the store's address.
fn oxigraph_iri(iri: &str, base: &str) -> Result<NamedNode, Fault> {
    let bad = || Fault::new(Kind::BadRequest, format!("`{iri}` is no IRI")).with("parameter", "graph");
    if let Ok(node) = NamedNode::new(iri) {
        return Ok(node);
    }
    let path = iri.strip_prefix('/').ok_or_else(bad)?;
    NamedNode::new(format!("{base}/{path}")).map_err(|_| bad())
}
