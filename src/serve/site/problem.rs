//! `/problem`: the table of problems; and a problem as a page, for browsers.

use super::{Chrome, protect, respond};
use crate::serve::accept;
use crate::serve::answer::Tag;
use crate::serve::error::{Fault, Kind};
use crate::serve::request::Ask;
use crate::serve::state::AppState;
use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Request, Response, header};

#[derive(Template)]
#[template(path = "problems.html")]
struct ProblemsPage {
    chrome: Chrome,
    kinds: &'static [Kind],
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    chrome: Chrome,
    kind: Kind,
    detail: &'a str,
}

/// The table.
pub async fn handle(State(state): State<AppState>, request: Request<Body>) -> Result<Response<Body>, Fault> {
    let ask = Ask::of(request);
    let view = state.view();
    let tag = Tag::new(&view, &["/problem"]);
    if let Some(unchanged) = tag.unchanged(&ask) {
        return Ok(unchanged);
    }
    let page = ProblemsPage { chrome: Chrome::new(&state, &view, "problem"), kinds: Kind::ALL };
    Ok(respond(&ask, &view, Some(&tag), page.render()?))
}

/// The same problem as a page, if the caller prefers one.
pub fn for_browser(state: &AppState, accept: Option<&str>, response: Response<Body>) -> Response<Body> {
    let offers = ["application/problem+json", "application/json", "text/html"];
    let prefers_page = accept.is_some() && accept::choose(accept, &offers) == Some(2);
    let Some(fault) = response.extensions().get::<Fault>().filter(|_| prefers_page) else {
        return response;
    };
    let page =
        ProblemPage { chrome: Chrome::new(state, &state.view(), "problem"), kind: fault.kind, detail: &fault.detail };
    let Ok(page) = page.render() else { return response };
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let mut response = Response::from_parts(parts, Body::from(page));
    protect(&mut response);
    response
}
