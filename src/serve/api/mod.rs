//! `/api/`: canned queries as an API. Takes a name and parameters, gives rows as JSON, CSV, SPARQL results, RDF or a
//! page; pages of rows are linked by `Link` headers.

pub mod openapi;
pub mod page;
pub mod rows;
pub mod sheet;

use super::accept;
use super::answer::{self, Tag};
use super::error::{Fault, Kind};
use super::evaluate::Lane;
use super::evaluate::job::Asked;
use super::graph;
use super::request::Ask;
use super::site::list::{Pager, page_number};
use super::site::{self, encode};
use super::sparql;
use super::sparql::results::Output;
use super::state::{AppState, View};
use super::trail;
use crate::error::Error;
use crate::query::{self, Canned, Page};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Request, Response, header};
use oxigraph::sparql::results::QueryResultsFormat;
use serde_json::json;
use sheet::{Headings, WORDS};
use std::collections::BTreeMap;
use std::time::Duration;

/// What a canned query is answered as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Rows as JSON objects.
    Rows,
    /// Rows as CSV that a spreadsheet opens without running anything.
    Csv,
    /// Rows as a workbook.
    Xlsx,
    /// A form of the SPARQL results, or of RDF.
    Sparql(Output),
    /// The query's text.
    Text,
    /// The page with a form.
    Page,
}

/// Parameters of the API itself; a query has none of these names.
pub const OWN: [&str; 5] = ["page", "size", "format", "lang", "bom"];

/// The most rows of a page that a caller may ask for.
pub const LARGEST_PAGE: usize = 1000;

/// The media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const TABLES: [(&str, &str, Shape); 6] = [
    ("json", "application/json", Shape::Rows),
    ("csv", "text/csv", Shape::Csv),
    ("xlsx", XLSX, Shape::Xlsx),
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
                "columns": canned.columns(),
                "graph": canned.gives_graph(),
                "view": canned.view,
                "example": canned.example(),
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
    /// The rows of a page that the caller asked for.
    pub size: Option<usize>,
    /// The headings of a table.
    pub headings: Headings,
    /// Whether CSV begins with a byte order mark.
    pub mark: bool,
}

impl Call {
    /// The address of a page of this call, up to the page's number.
    fn address(&self, path: &str) -> String {
        let values: String =
            self.values.iter().map(|(name, value)| format!("{}={}&", encode(name), encode(value))).collect();
        let size = self.size.map(|size| format!("size={size}&")).unwrap_or_default();
        let lang = match self.headings {
            Headings::Variables => "",
            Headings::Chinese => "lang=zh&",
            Headings::English => "lang=en&",
        };
        let mark = if self.mark { "bom=1&" } else { "" };
        format!("{path}?{values}{size}{lang}{mark}page=")
    }

    /// The rows of a page; `None` if the result is never cut into pages.
    fn page_size(&self) -> Option<usize> {
        self.canned.page_size.map(|size| self.size.unwrap_or(size))
    }

    /// The call as a worker is told of it.
    pub fn asked(&self) -> Asked {
        Asked::Canned { name: self.canned.name.clone(), values: self.values.clone(), page: self.window() }
    }

    fn window(&self) -> Page {
        match self.page_size() {
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

    let (call, format) = read(canned, &ask)?;
    let shape = shape(canned, suffix.or(format.as_deref()), ask.accept().as_deref())?;
    if call.mark && shape != Shape::Csv {
        return Err(
            Fault::new(Kind::BadValue, "`bom`: only CSV begins with a byte order mark").with("parameter", "bom")
        );
    }
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
    let asked: String = call.values.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    trail::query(&format!("{}{asked}", canned.name));
    let form = match shape {
        Shape::Sparql(output) => output.media(),
        Shape::Csv => "csv",
        Shape::Xlsx => "xlsx",
        _ => "rows",
    };
    let page = call.page;
    let address =
        call.address(&format!("{}{}", state.prefix(), ask.path.strip_prefix(state.prefix()).unwrap_or(&ask.path)));
    let tag =
        sparql::is_stable(&parsed).then(|| Tag::new(&view, &["/api", &canned.name, &address, &page.to_string(), form]));
    if let Some(unchanged) = tag.as_ref().and_then(|tag| tag.unchanged(&ask)) {
        return Ok(unchanged);
    }
    let about = about(&state, &view, &call, &address);
    let key = tag.is_some().then(|| format!("{} {address}{page} {form}", view.snapshot.header.content));
    let (bytes, more) = match key.as_ref().and_then(|key| state.engine().kept(key)) {
        Some((head, bytes)) => (bytes, head.more),
        None => {
            let rows = in_time(canned, state.engine().rows(&view, call.asked(), usize::MAX)).await?;
            let work = call.clone();
            // Workbooks take a moment to write.
            let written = state
                .engine()
                .run(Lane::Page, move |budget| rows::write(rows.results()?, shape, &work, &about, budget));
            let (bytes, more) = written.await?;
            let bytes = Bytes::from(bytes);
            if let Some(key) = key {
                state.engine().keep(key, more, &bytes);
            }
            (bytes, more)
        }
    };
    let media = match shape {
        Shape::Sparql(output) => output.media(),
        Shape::Csv => "text/csv",
        Shape::Xlsx => XLSX,
        _ => "application/json",
    };
    let mut response = answer::ok(&ask, &view, media, tag.as_ref(), bytes);
    keep(&mut response, canned, tag.is_some());
    if matches!(shape, Shape::Csv | Shape::Xlsx) {
        let suffix = if shape == Shape::Csv { "csv" } else { "xlsx" };
        let name = format!("attachment; filename=\"{}.{suffix}\"", canned.name);
        answer::put(response.headers_mut(), header::CONTENT_DISPOSITION, &name);
    }
    if canned.page_size.is_some() {
        Pager::new(&address, page, None, more).headers(&mut response);
    }
    answer::link(response.headers_mut(), &state.catalog().licence, "license", None);
    let described = format!("{}/api/{}.rq", state.prefix(), canned.name);
    answer::link(response.headers_mut(), &described, "describedby", Some("application/sparql-query"));
    Ok(response)
}

/// What the request asks, and the form that it names.
fn read(canned: &'static Canned, ask: &Ask) -> Result<(Call, Option<String>), Fault> {
    let known: Vec<&str> = canned.params.iter().map(|param| param.name.as_str()).chain(OWN).collect();
    let mut values = ask.parameters_once(&known)?;
    let bad = |name: &'static str, text: String| Fault::new(Kind::BadValue, text).with("parameter", name);
    let format = values.remove("format");
    let page = page_number(values.remove("page").as_ref())?;
    let size = values.remove("size").map(|text| {
        let size = text.parse().ok().filter(|size| (1..=LARGEST_PAGE).contains(size));
        size.ok_or_else(|| bad("size", format!("`size`: expected a number from 1 to {LARGEST_PAGE}, found `{text}`")))
    });
    let size = size.transpose()?;
    let lang = values.remove("lang").unwrap_or_default();
    let headings =
        Headings::named(&lang).ok_or_else(|| bad("lang", format!("`lang`: expected `zh` or `en`, found `{lang}`")))?;
    let mark = match values.remove("bom").as_deref() {
        None | Some("" | "0" | "false") => false,
        Some("1" | "true") => true,
        Some(other) => return Err(bad("bom", format!("`bom`: expected 1 or 0, found `{other}`"))),
    };
    if canned.page_size.is_none() && (page > 1 || size.is_some()) {
        return Err(bad(if page > 1 { "page" } else { "size" }, "this query has one page".to_owned()));
    }
    values.retain(|_, value| !value.is_empty());
    Ok((Call { canned, values, page, size, headings, mark }, format))
}

/// What a workbook says of itself.
fn about(state: &AppState, view: &View, call: &Call, address: &str) -> Vec<(&'static str, String)> {
    let values: Vec<_> = call.values.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let origin = view.base().strip_suffix(state.prefix()).unwrap_or(view.base());
    vec![
        (WORDS.query.as_str(), format!("{} {}", call.canned.title, call.canned.title_en)),
        (WORDS.summary.as_str(), format!("{} {}", call.canned.summary, call.canned.summary_en)),
        (WORDS.parameters.as_str(), values.join(", ")),
        (WORDS.address.as_str(), format!("{origin}{address}{}", call.page)),
        (WORDS.version.as_str(), view.snapshot.header.content.chars().take(16).collect()),
        (WORDS.newest.as_str(), view.snapshot.header.newest.clone().unwrap_or_default()),
        (WORDS.publisher.as_str(), state.catalog().publisher.clone()),
        (WORDS.licence.as_str(), state.catalog().licence.clone()),
    ]
}

/// The answer, if it comes within the query's own time: a query may ask for less than the server allows, never for more.
async fn in_time<T>(canned: &Canned, evaluation: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let Some(limit) = canned.timeout else { return evaluation.await };
    // When its time is over the evaluation is dropped, and so told to stop.
    tokio::time::timeout(limit, evaluation).await.unwrap_or_else(|_| {
        let text = format!("`{}` may take {}: ask for less", canned.name, seconds(limit));
        Err(Fault::new(Kind::Deadline, text))
    })
}

fn seconds(limit: Duration) -> String {
    format!("{} s", limit.as_secs_f64())
}

/// The query's own time for which an answer may be kept, if it has one.
pub fn keep(response: &mut Response<Body>, canned: &Canned, stable: bool) {
    if let Some(time) = canned.cache.filter(|_| stable) {
        let value = format!("public, max-age={}, stale-while-revalidate=600", time.as_secs());
        answer::put(response.headers_mut(), header::CACHE_CONTROL, &value);
    }
}

/// The shape asked for by suffix or `?format=`, else by what the caller accepts.
fn shape(canned: &Canned, named: Option<&str>, accept: Option<&str>) -> Result<Shape, Fault> {
    let graph_wanted = canned.gives_graph();
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
