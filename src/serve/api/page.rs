//! The pages of the API: the list, and each query with its form and its rows.

use super::rows::past_the_end;
use super::{Call, OWN, gives_graph};
use crate::query::{self, Canned};
use crate::serve::answer::Tag;
use crate::serve::error::Fault;
use crate::serve::request::Ask;
use crate::serve::site::editor::Table;
use crate::serve::site::list::Pager;
use crate::serve::site::{self, Chrome};
use crate::serve::sparql;
use crate::serve::state::{AppState, View};
use askama::Template;
use axum::body::Body;
use axum::http::Response;
use oxigraph::sparql::QueryResults;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "queries.html")]
struct ListPage {
    chrome: Chrome,
    queries: &'static [Canned],
}

/// The list as a page.
pub fn list(state: &AppState, view: &View) -> Result<String, Fault> {
    let page = ListPage { chrome: Chrome::new(state, view, "api"), queries: query::canned() };
    Ok(page.render()?)
}

/// A field of the form.
struct Input {
    name: String,
    label: String,
    label_en: String,
    kind: &'static str,
    required: bool,
    value: String,
    example: String,
    options: Vec<(String, bool)>,
}

#[derive(Template)]
#[template(path = "query.html")]
struct QueryPage {
    chrome: Chrome,
    canned: &'static Canned,
    inputs: Vec<Input>,
    table: Option<Table>,
    boolean: Option<bool>,
    problem: Option<Fault>,
    downloads: Vec<(&'static str, String)>,
    pager: Pager,
}

fn inputs(call: &Call) -> Vec<Input> {
    let params = call.canned.params.iter().filter(|param| !OWN.contains(&param.name.as_str()));
    params
        .map(|param| {
            let value = call.values.get(&param.name).cloned().unwrap_or_default();
            let example = param.default.as_ref().map(|scalar| scalar.0.clone()).unwrap_or_default();
            let shown = if value.is_empty() { &example } else { &value };
            Input {
                name: param.name.clone(),
                label: param.label.clone(),
                label_en: param.label_en.clone(),
                kind: match param.kind {
                    query::ParamKind::Date => "date",
                    query::ParamKind::Integer | query::ParamKind::Year => "number",
                    _ => "text",
                },
                required: param.required,
                options: param.allowed.iter().map(|allowed| (allowed.0.clone(), allowed.0 == *shown)).collect(),
                example: example.clone(),
                value: if value.is_empty() && param.required { example } else { value },
            }
        })
        .collect()
}

/// A query's page. Without the values that it needs it is the form alone; a problem stands beside the form.
pub async fn show(state: &AppState, ask: &Ask, view: &Arc<View>, call: &Call) -> Result<Response<Body>, Fault> {
    let mut page = QueryPage {
        chrome: Chrome::new(state, view, "api"),
        canned: call.canned,
        inputs: inputs(call),
        table: None,
        boolean: None,
        problem: None,
        downloads: Vec::new(),
        pager: Pager::default(),
    };
    let path = format!("{}/api/{}", state.prefix(), call.canned.name);
    let waits = call.values.is_empty() && call.canned.params.iter().any(|param| param.required);
    if !waits {
        match rows(state, view, call).await {
            Ok((table, boolean, more)) => {
                page.table = table;
                page.boolean = boolean;
                page.pager = Pager::new(&call.address(&path), call.page, None, more);
            }
            Err(fault) => page.problem = Some(fault),
        }
    }
    let forms: &[&'static str] =
        if gives_graph(call.canned) { &["ttl", "jsonld", "nt", "rdf"] } else { &["csv", "json"] };
    if page.problem.is_none() && !waits {
        page.downloads = forms
            .iter()
            .map(|form| (*form, format!("{}{}", call.address(&format!("{path}.{form}")), call.page)))
            .collect();
    }
    let (problem, pager) = (page.problem.clone(), page.pager.clone());
    let address = call.address(&path);
    let stable = problem.is_none() && (waits || call.query().is_ok_and(|query| sparql::is_stable(&query)));
    let tag = Tag::new(view, &["/api", &address, &call.page.to_string(), "html"]);
    let mut response = site::respond(ask, view, stable.then_some(&tag), page.render()?);
    pager.headers(&mut response);
    if let Some(fault) = problem {
        *response.status_mut() = fault.kind.status();
        response.headers_mut().extend(fault.headers);
    }
    Ok(response)
}

/// Rows of a query without pages that its page shows; the files have all.
const ROWS: usize = 500;

type Shown = (Option<Table>, Option<bool>, bool);

async fn rows(state: &AppState, view: &Arc<View>, call: &Call) -> Result<Shown, Fault> {
    // A wrong value is told here: a worker knows only how to evaluate.
    call.query()?;
    let size = call.canned.page_size;
    let (results, more) = state.engine().rows(view, call.asked(), size.unwrap_or(ROWS)).await?;
    if let QueryResults::Boolean(value) = results {
        return Ok((None, Some(value), false));
    }
    let mut table = Table::of(state, view, results)?;
    past_the_end(call, table.rows.len())?;
    table.cut = more && size.is_none();
    Ok((Some(table), None, more && size.is_some()))
}
