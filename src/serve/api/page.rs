//! The pages of the API: the list, and each query with its form and its rows.

use super::rows::past_the_end;
use super::sheet::Headings;
use super::{Call, OWN, in_time, keep};
use crate::query::{self, Canned};
use crate::serve::answer::Tag;
use crate::serve::error::Fault;
use crate::serve::evaluate::{Budget, Lane};
use crate::serve::reader::Reader;
use crate::serve::request::Ask;
use crate::serve::site::chart::{Chart, chart};
use crate::serve::site::editor::Table;
use crate::serve::site::figure::{Figure, Figures};
use crate::serve::site::list::Pager;
use crate::serve::site::{self, Chrome};
use crate::serve::sparql;
use crate::serve::state::{AppState, View};
use askama::Template;
use axum::body::Body;
use axum::http::Response;
use oxigraph::model::{NamedNode, Term};
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
    min: String,
    max: String,
    pattern: String,
    /// Names that the data holds, from which a value may be chosen.
    known: Vec<String>,
}

#[derive(Template)]
#[template(path = "query.html")]
struct QueryPage {
    chrome: Chrome,
    canned: &'static Canned,
    inputs: Vec<Input>,
    table: Option<Table>,
    charts: Vec<(String, Chart)>,
    boolean: Option<bool>,
    problem: Option<Fault>,
    downloads: Vec<(&'static str, String)>,
    pager: Pager,
}

/// As many names as a list to choose from may have.
const KNOWN: usize = 200;

/// The values that the data has for a parameter: names of things, those of which most is known first.
pub fn known(view: &View, canned: &Canned, param: &str, most: usize) -> Vec<String> {
    let Some(kind) = canned.enumerate.get(param) else { return Vec::new() };
    view.index().list(kind).iter().take(most).map(|entry| entry.label.clone()).collect()
}

fn inputs(view: &View, call: &Call) -> Vec<Input> {
    let params = call.canned.params.iter().filter(|param| !OWN.contains(&param.name.as_str()));
    params
        .map(|param| {
            let value = call.values.get(&param.name).cloned().unwrap_or_default();
            let example = param.shown().filter(|_| param.allowed.is_empty()).unwrap_or_default().to_owned();
            let default = param.default.as_ref().map(|scalar| scalar.0.clone()).unwrap_or_default();
            let bound = |bound: &Option<query::Scalar>| bound.as_ref().map(|value| value.0.clone()).unwrap_or_default();
            let shown = if value.is_empty() { &default } else { &value };
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
                min: bound(&param.min),
                max: bound(&param.max),
                pattern: param.pattern.clone().unwrap_or_default(),
                known: known(view, call.canned, &param.name, KNOWN),
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
        inputs: inputs(view, call),
        charts: Vec::new(),
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
            Ok(shown) => {
                page.pager = Pager::new(&call.address(&path), call.page, None, shown.more);
                page.table = shown.table;
                page.boolean = shown.boolean;
                page.charts = shown.charts;
            }
            Err(fault) => page.problem = Some(fault),
        }
    }
    let forms: &[&'static str] =
        if call.canned.gives_graph() { &["ttl", "jsonld", "nt", "rdf"] } else { &["xlsx", "csv", "json"] };
    if page.problem.is_none() && !waits {
        let address = |form: &&'static str| {
            // For people: headings in their language, and the mark by which Excel knows UTF-8.
            let headings = if matches!(*form, "xlsx" | "csv") { Headings::Chinese } else { call.headings };
            let call = Call { headings, mark: *form == "csv", ..call.clone() };
            (*form, format!("{}{}", call.address(&format!("{path}.{form}")), call.page))
        };
        page.downloads = forms.iter().map(address).collect();
    }
    let (problem, pager) = (page.problem.clone(), page.pager.clone());
    let address = call.address(&path);
    let stable = problem.is_none() && (waits || call.query().is_ok_and(|query| sparql::is_stable(&query)));
    let tag = Tag::new(view, &["/api", &address, &call.page.to_string(), "html"]);
    let mut response = site::respond(ask, view, stable.then_some(&tag), page.render()?);
    keep(&mut response, call.canned, stable);
    if call.canned.page_size.is_some() {
        pager.headers(&mut response);
    }
    if let Some(fault) = problem {
        *response.status_mut() = fault.kind.status();
        response.headers_mut().extend(fault.headers);
    }
    Ok(response)
}

/// Rows of a query without pages that its page shows; the files have all.
const ROWS: usize = 500;

/// What the page shows of an answer.
#[derive(Default)]
struct Shown {
    table: Option<Table>,
    charts: Vec<(String, Chart)>,
    boolean: Option<bool>,
    more: bool,
}

async fn rows(state: &AppState, view: &Arc<View>, call: &Call) -> Result<Shown, Fault> {
    // A wrong value is told here: a worker knows only how to evaluate.
    call.query()?;
    let size = call.page_size();
    let rows = in_time(call.canned, state.engine().rows(view, call.asked(), size.unwrap_or(ROWS))).await?;
    let (shared, work, asked) = (view.clone(), state.clone(), call.clone());
    let shown = state.engine().run(Lane::Page, move |budget| {
        let results = rows.results()?;
        if let QueryResults::Boolean(value) = results {
            return Ok(Shown { boolean: Some(value), ..Shown::default() });
        }
        let of_graph = matches!(results, QueryResults::Graph(_));
        let mut table = Table::of(&work, &shared, results)?;
        past_the_end(&asked, table.rows.len())?;
        if !of_graph {
            table.columns = table.columns.iter().map(|column| Headings::Chinese.of(column).to_owned()).collect();
        }
        let mut shown = Shown { more: rows.more() && size.is_some(), ..Shown::default() };
        table.cut = rows.more() && size.is_none();
        if asked.canned.view == query::View::Chart {
            shown.charts = charts(&work, &shared, budget, &observations(rows.results()?)?)?;
        }
        Ok(Shown { table: Some(table), ..shown })
    });
    shown.await
}

/// The observations of which the rows tell.
fn observations(results: QueryResults<'_>) -> Result<Vec<NamedNode>, Fault> {
    let QueryResults::Solutions(solutions) = results else { return Ok(Vec::new()) };
    let mut observations = Vec::new();
    for solution in solutions {
        if let Some(Term::NamedNode(observation)) = solution?.get("observation") {
            observations.push(observation.clone());
        }
    }
    Ok(observations)
}

/// The most subjects that are drawn.
const CHARTS: usize = 4;

/// A chart for each subject and indicator that has figures of at least two dates, in the order of the rows.
fn charts(
    state: &AppState,
    view: &View,
    budget: &Budget,
    observations: &[NamedNode],
) -> Result<Vec<(String, Chart)>, Fault> {
    let reader = Reader::new(&view.snapshot.data, budget);
    let figures = Figures::new(&reader, state.prefix(), view.base());
    let mut groups: Vec<(String, Vec<Figure>)> = Vec::new();
    for observation in observations {
        budget.check()?;
        let figure = figures.figure(observation.as_ref())?;
        let about = figure.about.as_ref().map(|about| about.text.as_str()).unwrap_or_default();
        let name = format!("{about} {}", figure.indicator.text).trim().to_owned();
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, group)) => group.push(figure),
            None => groups.push((name, vec![figure])),
        }
    }
    let drawn = groups.into_iter().filter_map(|(name, figures)| Some((name, chart(&figures)?)));
    Ok(drawn.take(CHARTS).collect())
}
