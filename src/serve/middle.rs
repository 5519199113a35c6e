//! What every answer has in common, errors too: CORS, `OPTIONS`, problems for what the router itself refuses, problems as
//! pages for browsers, tags that differ by coding, and the counts.

use super::answer::CODINGS;
use super::error::{Fault, Kind};
use super::site::problem;
use super::state::AppState;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;

/// Seconds that a preflight's answer holds.
const PREFLIGHT: &str = "86400";

/// The outermost layer.
pub async fn around(State(state): State<AppState>, request: Request, next: Next) -> Response<Body> {
    let route = route(&state, request.uri().path());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let accept = accept(request.headers());
    let mut response = next.run(request).await;
    response = shaped(response, &method, &path);
    response = problem::for_browser(&state, accept.as_deref(), response);
    tag_by_coding(response.headers_mut());
    open(response.headers_mut());
    state.metrics().answered(&route, response.status().as_u16());
    response
}

fn accept(headers: &HeaderMap) -> Option<String> {
    let values: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// Routes that are counted; all else is `other`, so that no caller can make up names.
const ROUTES: [&str; 20] = [
    "sparql",
    "store",
    "id",
    "doc",
    "api",
    "ontology",
    "vocab",
    "catalog",
    "void",
    "things",
    "search",
    "assets",
    "problem",
    "healthz",
    "readyz",
    "metrics",
    "sitemap.xml",
    "robots.txt",
    "openapi.json",
    ".well-known",
];

fn route(state: &AppState, path: &str) -> String {
    let local = path.strip_prefix(state.prefix()).unwrap_or(path);
    let first = local.trim_start_matches('/').split('/').next().unwrap_or_default();
    match first {
        "" => "home".into(),
        first if ROUTES.contains(&first) => first.into(),
        _ => "other".into(),
    }
}

/// The router's own refusals as problems; `OPTIONS` answered with what the route allows.
fn shaped(response: Response<Body>, method: &Method, path: &str) -> Response<Body> {
    let has_fault = response.extensions().get::<Fault>().is_some();
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        let allow = response.headers().get(header::ALLOW).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let allow = if allow.contains("OPTIONS") {
            allow.to_owned()
        } else {
            format!("{allow}, OPTIONS").replace("GET,HEAD", "GET, HEAD")
        };
        if *method == Method::OPTIONS {
            let mut answer = StatusCode::NO_CONTENT.into_response();
            super::answer::put(answer.headers_mut(), header::ALLOW, &allow);
            return answer;
        }
        return Fault::new(Kind::Method, format!("expected one of {allow}"))
            .header(header::ALLOW, &allow)
            .into_response();
    }
    if response.status() == StatusCode::NOT_FOUND && !has_fault {
        return Fault::nothing_at(path).into_response();
    }
    response
}

/// A compressed answer is a representation of its own, with a tag of its own.
fn tag_by_coding(headers: &mut HeaderMap) {
    let coding =
        headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()).map(|coding| format!("-{coding}"));
    let tag = headers.get(header::ETAG).and_then(|value| value.to_str().ok());
    if let (Some(coding), Some(tag)) = (coding, tag) {
        if CODINGS.contains(&coding.as_str()) {
            let tagged = format!("{}{coding}\"", tag.trim_end_matches('"'));
            super::answer::put(headers, header::ETAG, &tagged);
        }
    }
}

/// Open to every origin: all of it is public and nothing depends on who asks.
fn open(headers: &mut HeaderMap) {
    let fixed = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, QUERY, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept, Content-Type, If-None-Match"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag, Link, Retry-After, Content-Location, X-Result-Limit"),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    ];
    for (name, value) in fixed {
        let name: HeaderName = name;
        headers.insert(name, HeaderValue::from_static(value));
    }
}
