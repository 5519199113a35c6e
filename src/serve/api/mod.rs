//! `/api/`: canned queries as an API. Takes a name and parameters, gives rows as JSON, CSV, SPARQL results, RDF or a
//! page; pages of rows are linked by `Link` headers.

pub mod openapi;
pub mod page;
pub mod rows;

use super::accept;
use super::answer::{self, Tag};
use super::error::{Fault, Kind};
use super::evaluate::Budget;
use super::evaluate::job::Asked;
use super::graph;
use super::request::Ask;
use super::site::list::{Pager, page_number};
use super::site::{self, encode};
use super::sparql;
use super::sparql::results::Output;
use super::state::AppState;
use crate::error::Error;
use crate::query::{self, Canned, Page};
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use oxigraph::sparql::results::QueryResultsFormat;
use serde_json::json;
use std::collections::BTreeMap;

/// What a canned query is answered as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Rows as JSON objects.
    Rows,
    /// A form of the SPARQL results, or of RDF.
    Sparql(Output),
    /// The query's text.
    Text,
    /// The page with a form.
    Page,
}

/// Parameters of the API itself; a query has none of these names.
pub const OWN: [&str; 2] = ["page", "format"];

const TABLES: [(&str, &str, Shape); 5] = [
    ("json", "application/json", Shape::Rows),
    ("csv", "text/csv", Shape::Sparql(Output::Table(QueryResultsFormat::Csv, "text/csv"))),
    (
        "tsv",
        "text/tab-separated-values",
        Shape::Sparql(Output::Table(QueryResultsFormat::Tsv, "text/tab-separated-values")),
    ),
    (
        "srj",
        "application/sparql-results+json",
        Shape::Sparql(Output::Table(QueryResultsFormat::Json, "application/sparql-results+json")),
    ),
    ("html", "text/html", Shape::Page),
];

/// `/api/`: what there is.
pub async fn list(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let offers = ["application/json", "text/html"];
    let place = accept::choose(ask.accept().as_deref(), &offers).ok_or_else(|| Fault::not_acceptable(&offers))?;
    let tag = Tag::new(&view, &["/api/", offers[place]]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    if offers[place] == "text/html" {
        return Ok(site::respond(&ask, &view, Some(&tag), page::list(&state, &view)?));
    }
    let queries: Vec<_> = query::canned()
        .iter()
        .map(|canned| {
            json!({
                "name": canned.name,
                "href": format!("{}/api/{}", view.base(), canned.name),
                "title": { "zh-Hans": canned.title, "en": canned.title_en },
                "summary": { "zh-Hans": canned.summary, "en": canned.summary_en },
                "tags": canned.tags,
                "params": canned.params,
                "pageSize": canned.page_size,
            })
        })
        .collect();
    let body = json!({ "openapi": format!("{}/openapi.json", view.base()), "queries": queries });
    Ok(answer::ok(&ask, &view, offers[place], Some(&tag), body.to_string()))
}

/// What a request asks of a canned query.
#[derive(Debug, Clone)]
pub struct Call {
    /// The query.
    pub canned: &'static Canned,
    /// The values given, without those that are empty.
    pub values: BTreeMap<String, String>,
    /// The page, from 1.
    pub page: usize,
}

impl Call {
    /// The address of a page of this call, up to the page's number.
    fn address(&self, path: &str) -> String {
        let values: String =
            self.values.iter().map(|(name, value)| format!("{}={}&", encode(name), encode(value))).collect();
        format!("{path}?{values}page=")
    }

    /// The call as a worker is told of it.
    pub fn asked(&self) -> Asked {
        Asked::Canned { name: self.canned.name.clone(), values: self.values.clone(), page: self.window() }
    }

    fn window(&self) -> Page {
        match self.canned.page_size {
            Some(size) => Page {
                offset: size.saturating_mul(self.page - 1),
                // One more tells whether there is a next page.
                limit: Some(size + 1),
            },
            None => Page::default(),
        }
    }

    /// The parsed query with its values bound as terms.
    fn query(&self) -> Result<spargebra::Query, Fault> {
        for param in &self.canned.params {
            if param.required && !self.values.contains_key(&param.name) {
                let text = format!("the parameter `{}` is required", param.name);
                return Err(Fault::new(Kind::MissingParameter, text).with("parameter", param.name.clone()));
            }
        }
        self.canned.bind(&self.values, self.window()).map_err(|error| match error {
            Error::Parameter { name, message } => {
                Fault::new(Kind::BadValue, format!("`{name}`: {message}")).with("parameter", name)
            }
            other => Fault::new(Kind::Internal, other.to_string()),
        })
    }
}

/// Every request to `/api/{name}`.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let segment = ask.path.rsplit('/').next().unwrap_or_default();
    let (name, suffix) = match segment.split_once('.') {
        Some((name, suffix)) => (name, Some(suffix)),
        None => (segment, None),
    };
    let canned = query::canned().iter().find(|canned| canned.name == name).ok_or_else(|| {
        let known: Vec<_> = query::canned().iter().map(|canned| canned.name.clone()).collect();
        Fault::nothing_at(&ask.path).with("queries", known)
    })?;

    let known: Vec<&str> = canned.params.iter().map(|param| param.name.as_str()).chain(OWN).collect();
    let mut values = ask.parameters_once(&known)?;
    let format = values.remove("format");
    let page = page_number(values.remove("page").as_ref())?;
    values.retain(|_, value| !value.is_empty());
    let call = Call { canned, values, page };
    if page > 1 && canned.page_size.is_none() {
        return Err(Fault::new(Kind::BadValue, "this query has one page").with("parameter", "page"));
    }

    let shape = shape(canned, suffix.or(format.as_deref()), ask.accept().as_deref())?;
    if shape == Shape::Text {
        let tag = Tag::new(&view, &[&canned.text]);
        return Ok(tag
            .unchanged(&ask)
            .unwrap_or_else(|| answer::ok(&ask, &view, "application/sparql-query", Some(&tag), canned.text.clone())));
    }
    if shape == Shape::Page {
        return page::show(&state, &ask, &view, &call).await;
    }
    let parsed = call.query()?;
    let form = match shape {
        Shape::Sparql(output) => output.media(),
        _ => "rows",
    };
    let address =
        call.address(&format!("{}{}", state.prefix(), ask.path.strip_prefix(state.prefix()).unwrap_or(&ask.path)));
    let tag =
        sparql::is_stable(&parsed).then(|| Tag::new(&view, &["/api", &canned.name, &address, &page.to_string(), form]));
    if let Some(unchanged) = tag.as_ref().and_then(|tag| tag.unchanged(&ask)) {
        return Ok(unchanged);
    }
    let (results, _) = state.engine().rows(&view, call.asked(), usize::MAX).await?;
    let (bytes, more) = rows::write(results, shape, &call, &Budget::of(state.limits().result))?;
    let media = match shape {
        Shape::Sparql(output) => output.media(),
        _ => "application/json",
    };
    let mut response = answer::ok(&ask, &view, media, tag.as_ref(), bytes);
    Pager::new(&address, page, None, more).headers(&mut response);
    answer::link(response.headers_mut(), &state.catalog().licence, "license", None);
    Ok(response)
}

/// The shape asked for by suffix or `?format=`, else by what the caller accepts.
fn shape(canned: &Canned, named: Option<&str>, accept: Option<&str>) -> Result<Shape, Fault> {
    let graph_wanted = gives_graph(canned);
    if let Some(name) = named {
        if name == "rq" {
            return Ok(Shape::Text);
        }
        let found = if graph_wanted {
            match name {
                "html" => Some(Shape::Page),
                _ => graph::named(name).map(|form| Shape::Sparql(Output::Graph(form))),
            }
        } else {
            TABLES.iter().find(|(short, ..)| *short == name).map(|(_, _, shape)| *shape)
        };
        return found
            .ok_or_else(|| Fault::new(Kind::NotAcceptable, format!("there is no form `{name}` of this query")));
    }
    if graph_wanted {
        let mut offers = graph::OFFERS.to_vec();
        offers.push("text/html");
        let place = accept::choose(accept, &offers).ok_or_else(|| Fault::not_acceptable(&offers))?;
        if offers[place] == "text/html" {
            return Ok(Shape::Page);
        }
        return Ok(Shape::Sparql(Output::Graph(graph::offered(place))));
    }
    let offers = TABLES.map(|(_, media, _)| media);
    let place = accept::choose(accept, &offers).ok_or_else(|| Fault::not_acceptable(&offers))?;
    Ok(TABLES[place].2)
}

/// Whether a canned query gives RDF rather than rows.
pub fn gives_graph(canned: &Canned) -> bool {
    use spargebra::Query;
    let parsed = spargebra::SparqlParser::new().parse_query(&canned.text);
    matches!(parsed, Ok(Query::Construct { .. } | Query::Describe { .. }))
}
