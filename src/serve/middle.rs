//! What every answer has in common, errors too: CORS, `OPTIONS`, problems for what the router itself refuses, problems as
//! pages for browsers, tags that differ by coding, what protects browsers, the log and the counts; and what one client may
//! take.

use super::answer::CODINGS;
use super::client::{self, Peer};
use super::error::{Fault, Kind};
use super::harden;
use super::log;
use super::quota::Place;
use super::site::problem;
use super::state::AppState;
use super::trail::{self, Trail};
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::time::Instant;

/// Seconds that a preflight's answer holds.
const PREFLIGHT: &str = "86400";

/// The outermost layer.
pub async fn around(State(state): State<AppState>, request: Request, next: Next) -> Response<Body> {
    let begun = Instant::now();
    let id = log::request_id(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let accept = accept(request.headers());
    let trail = Arc::new(Trail::default());
    if state.settings().log.clients {
        if let Some(client) = client_of(&state, &request) {
            trail.came_from(client);
        }
    }
    let mut response = trail::follow(trail.clone(), next.run(request)).await;
    response = shaped(response, &method, &path);
    response = identified(response, &id);
    response = problem::for_browser(&state, accept.as_deref(), response);
    tag_by_coding(response.headers_mut());
    open(response.headers_mut());
    harden::protect(&mut response, state.settings().server.tls_cert.is_some());
    response.headers_mut().insert(log::REQUEST_ID, id.clone());
    let mut marks = trail.marks();
    let route = marks.route.take().unwrap_or_else(|| "other".into());
    state.metrics().answered(&route, response.status().as_u16(), begun.elapsed());
    let slow = Some(state.settings().log.slow).filter(|slow| !slow.is_zero());
    let id = String::from_utf8_lossy(id.as_bytes()).into_owned();
    log::Line { id, method, route, marks, begun, slow }
        .after(response, move |route, bytes| state.metrics().sent(route, bytes))
}

/// The layer within the routes: notes the route, and lets a client do no more than it may.
pub async fn within(State(state): State<AppState>, route: MatchedPath, request: Request, next: Next) -> Response<Body> {
    let template = route.as_str();
    let template = template.strip_prefix(state.prefix()).filter(|rest| rest.starts_with('/')).unwrap_or(template);
    trail::route(template);
    let is_free = FREE.contains(&template) || request.method() == Method::OPTIONS;
    let client = client_of(&state, &request).filter(|client| !is_free && !client.is_loopback());
    let (Some(quota), Some(client)) = (state.quota(), client.map(client::account)) else {
        return next.run(request).await;
    };
    let charge = match quota.enter(client, state.uptime()) {
        Ok(place) => Charge { place: Some(place), state: state.clone(), begun: Instant::now() },
        Err(fault) => {
            let mut response = fault.into_response();
            quota.tell(client, response.headers_mut());
            return response;
        }
    };
    let mut response = next.run(request).await;
    drop(charge);
    quota.tell(client, response.headers_mut());
    response
}

/// Routes that take nothing worth counting, or on which the server's operation hangs.
const FREE: [&str; 6] = ["/healthz", "/readyz", "/metrics", "/robots.txt", "/favicon.svg", "/assets/{file}"];

/// Charges a client when its request ends, or when it goes before that.
struct Charge {
    place: Option<Place>,
    state: AppState,
    begun: Instant,
}

impl Drop for Charge {
    fn drop(&mut self) {
        // The wait for a turn is nobody's work; where no evaluation was told of, all of the time was.
        let work = trail::time_spent().unwrap_or_else(|| self.begun.elapsed());
        if let Some(place) = self.place.take() {
            place.leave(work, self.state.uptime());
        }
    }
}

/// Who asks; `None` where there is no connection, as in tests.
fn client_of(state: &AppState, request: &Request) -> Option<IpAddr> {
    let Peer(peer) = request.extensions().get::<Peer>()?;
    let proxies = &state.settings().clients;
    if peer.ip().to_canonical().is_loopback()
        && proxies.trusted_proxies.is_empty()
        && client::hints_at_proxy(request.headers())
    {
        state.tell_of_proxy();
    }
    Some(client::address(peer.ip(), request.headers(), proxies))
}

/// A problem names the request, so that it can be found in the log.
fn identified(response: Response<Body>, id: &HeaderValue) -> Response<Body> {
    let Some(fault) = response.extensions().get::<Fault>() else { return response };
    let id = String::from_utf8_lossy(id.as_bytes()).into_owned();
    let body = fault.clone().with("request_id", id).document();
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_ENCODING);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body))
}

fn accept(headers: &HeaderMap) -> Option<String> {
    let values: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(", "))
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
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept, Content-Type, If-None-Match, X-Request-Id"),
        (
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            "ETag, Link, Retry-After, Content-Location, X-Result-Limit, X-Request-Id, RateLimit, RateLimit-Policy",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT),
    ];
    for (name, value) in fixed {
        let name: HeaderName = name;
        headers.insert(name, HeaderValue::from_static(value));
    }
}
