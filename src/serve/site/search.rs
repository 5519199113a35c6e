//! `/search?q=`: things whose names hold the words. As a page, or as JSON for programs.

use super::list::{PAGE, Pager, Row, page_number};
use super::{Chrome, encode, respond};
use crate::serve::accept;
use crate::serve::answer::{self, Tag};
use crate::serve::error::{Fault, Kind};
use crate::serve::request::Ask;
use crate::serve::state::AppState;
use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response};
use serde_json::json;

/// Longer than any name.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    chrome: Chrome,
    query: String,
    count: usize,
    rows: Vec<Row>,
    pager: Pager,
}

/// The finds.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let given = ask.parameters_once(&["q", "page"])?;
    let query = given.get("q").cloned().unwrap_or_default();
    if query.chars().count() > LONGEST {
        return Err(Fault::new(Kind::BadValue, format!("expected at most {LONGEST} characters")).with("parameter", "q"));
    }
    let page = page_number(given.get("page"))?;
    let offers = ["text/html", "application/json"];
    let place = accept::choose(ask.accept().as_deref(), &offers).ok_or_else(|| Fault::not_acceptable(&offers))?;
    let tag = Tag::new(&view, &["/search", &query, &page.to_string(), offers[place]]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let hits = view.index().search(&query);
    let last = hits.len().div_ceil(PAGE).max(1);
    if page > last {
        return Err(Fault::new(Kind::NotFound, format!("the last page is {last}")));
    }
    let shown = hits.iter().skip((page - 1) * PAGE).take(PAGE);
    if offers[place] == "application/json" {
        let found: Vec<_> = shown
            .map(|hit| json!({ "id": hit.entry.iri, "type": hit.kind, "label": hit.entry.label, "others": hit.entry.others }))
            .collect();
        let body = json!({ "query": query, "count": hits.len(), "page": page, "results": found });
        return Ok(answer::ok(&ask, &view, offers[place], Some(&tag), body.to_string()));
    }
    let address = format!("{}/search?q={}&page=", state.prefix(), encode(&query));
    let content = SearchPage {
        chrome: Chrome { search: query.clone(), ..Chrome::new(&state, &view, "search") },
        count: hits.len(),
        rows: shown.map(|hit| Row::new(state.prefix(), view.base(), hit.kind, hit.entry)).collect(),
        pager: Pager::new(&address, page, Some(last), page < last),
        query,
    };
    Ok(respond(&ask, &view, Some(&tag), content.render()?))
}
