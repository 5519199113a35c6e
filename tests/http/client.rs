//! The client: calls the router and looks at the answer.

use crate::data::*;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use jialing::serve::{AppState, Limits, Source, app};
use jialing::settings::Catalog;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Triple;
use tower::ServiceExt;

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> String {
        let values: Vec<_> = self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect();
        values.join(", ")
    }

    pub(crate) fn kind(&self) -> String {
        self.header("content-type").split(';').next().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.kind(), "application/problem+json");
        assert_eq!(self.header("access-control-allow-origin"), "*");
        let problem = self.json();
        assert_eq!(problem["type"], format!("https://w3id.org/jialing/problem#{code}"));
        assert_eq!(problem["status"], status);
    }
}

pub(crate) struct Client {
    pub(crate) state: AppState,
}

impl Client {
    pub(crate) fn new() -> Self {
        Self::with(snapshot(), Limits::default())
    }

    pub(crate) fn with(source: impl Source, limits: Limits) -> Self {
        Self { state: AppState::new(source, Catalog::default(), limits).unwrap() }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = app(self.state.clone()).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, bytes: bytes.to_vec() }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], "").await
    }

    pub(crate) async fn get_as(&self, path: &str, accept: &str) -> Answer {
        self.call("GET", path, &[("accept", accept)], "").await
    }

    pub(crate) async fn browse(&self, path: &str) -> Answer {
        self.get_as(path, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8").await
    }

    pub(crate) async fn query(&self, query: &str, accept: &str) -> Answer {
        self.get_as(&format!("/sparql?query={}", encode(query)), accept).await
    }
}

pub(crate) fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

pub(crate) fn triples(answer: &Answer, format: RdfFormat) -> Vec<Triple> {
    RdfParser::from_format(format).for_slice(&answer.bytes).map(|quad| quad.unwrap().into()).collect()
}

pub(crate) const COUNT: &str =
    "PREFIX jl: <https://w3id.org/jialing/ontology#> SELECT (COUNT(*) AS ?n) WHERE { ?s a jl:Observation }";
