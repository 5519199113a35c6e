//! What the server refuses, as one table: code, HTTP status, title. Each answer that is not a success is one of these,
//! as `application/problem+json` (RFC 9457), or as a page where the caller prefers HTML.

use super::federation::Failure;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use oxigraph::sparql::QueryEvaluationError;
use oxigraph::store::StorageError;
use serde_json::json;
use std::borrow::Cow;

/// A type of problem is this address with its code as fragment; `/problem` shows the table.
pub const TYPES: &str = "https://w3id.org/jialing/problem#";

macro_rules! table {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal;)+) => {
        /// What can go wrong, as a caller sees it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $name),+ }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable code, the fragment of the problem's type.
            pub const fn code(self) -> &'static str { match self { $(Self::$name => $code),+ } }

            /// The kind of that code.
            pub fn of(code: &str) -> Option<Self> { Self::ALL.iter().copied().find(|kind| kind.code() == code) }

            /// The HTTP status, as a number.
            pub const fn number(self) -> u16 { match self { $(Self::$name => $status),+ } }

            /// The title: the same for every problem of the kind.
            pub const fn title(self) -> &'static str { match self { $(Self::$name => $title),+ } }
        }
    };
}

table! {
    /// Something in the request cannot be read: an escape that is not UTF-8, a page that is no number.
    BadRequest = "bad-request", 400, "The request cannot be understood";
    /// A SPARQL operation without `query`.
    NoQuery = "query-missing", 400, "There is no query";
    /// `query` more than once.
    ManyQueries = "query-repeated", 400, "There is more than one query";
    /// The query is not SPARQL.
    Syntax = "query-syntax", 400, "The query is not valid SPARQL";
    /// The query is nested deeper than the server reads.
    Nesting = "query-nesting", 400, "The query is nested too deeply";
    /// The query calls SERVICE or a function that is not offered.
    Unsupported = "query-unsupported", 400, "The query uses what this server does not offer";
    /// A parameter that the route does not know.
    UnknownParameter = "unknown-parameter", 400, "There is no such parameter";
    /// A parameter that is required.
    MissingParameter = "missing-parameter", 400, "A parameter is missing";
    /// A body that is not what its media type says.
    BadBody = "bad-body", 400, "The body cannot be read";
    /// A write without a token, or with one that is not known.
    Unauthorized = "unauthorized", 401, "A token is needed";
    /// Updates and writes.
    ReadOnly = "read-only", 403, "This server is read-only";
    /// The query calls an endpoint that is not on the operator's list.
    ServiceNotAllowed = "service-not-allowed", 403, "The query calls an endpoint that this server does not call";
    /// There is no such thing or page.
    NotFound = "not-found", 404, "There is nothing at this address";
    /// There was an article, and it was withdrawn.
    Gone = "gone", 410, "What stood at this address was withdrawn";
    /// The method is not for this address.
    Method = "method", 405, "The method is not allowed here";
    /// No format that the caller accepts.
    NotAcceptable = "not-acceptable", 406, "None of the formats asked for is on offer";
    /// The body did not come in time.
    BodyTimeout = "body-timeout", 408, "The request took too long to arrive";
    /// The body is too long.
    BodyTooLarge = "body-too-large", 413, "The request is too large";
    /// The query string is too long.
    UriTooLong = "uri-too-long", 414, "The address is too long";
    /// A body of a type that the route does not take.
    MediaType = "media-type", 415, "The body's media type is not supported";
    /// A parameter with a value that it does not take.
    BadValue = "bad-value", 422, "A parameter has a value that it does not take";
    /// The result is over the cap. It is never cut silently.
    ResultTooLarge = "result-too-large", 422, "The result is too large";
    /// The evaluation took more memory than a worker may have.
    Memory = "query-memory", 422, "The query needs more memory than this server allows";
    /// The client has taken what one client may.
    TooManyRequests = "too-many-requests", 429, "You have asked for too much in too short a time";
    /// A fault of the program.
    Internal = "internal", 500, "The server failed";
    /// The store did not answer.
    Storage = "storage", 500, "The store failed";
    /// An endpoint that the query calls did not answer as it should.
    ServiceFailed = "service-failed", 502, "An endpoint that the query calls failed";
    /// Too many evaluations at once, or too many that did not stop in time.
    Overloaded = "overloaded", 503, "The server is busy";
    /// The evaluation took longer than the limit.
    Deadline = "deadline", 504, "The query took longer than this server allows";
}

impl Kind {
    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.number()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// A problem on its way to the caller.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Of what kind.
    pub kind: Kind,
    /// What is wrong with this request, and what to do.
    pub detail: String,
    /// Media types that would have been served (406, 415), or the parameter's name.
    pub extra: Vec<(Cow<'static, str>, serde_json::Value)>,
    /// Headers that belong to it: `Allow`, `Retry-After`.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Fault {
    /// A fault with its sentence.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), extra: Vec::new(), headers: Vec::new() }
    }

    /// The same, with a member more in the problem document.
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<serde_json::Value>) -> Self {
        self.extra.push((name.into(), value.into()));
        self
    }

    /// The same, with a header.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// 406 with the types that are on offer.
    pub fn not_acceptable(offered: &[&str]) -> Self {
        Self::new(Kind::NotAcceptable, format!("expected one of {}", offered.join(", ")))
            .with("offered", offered.to_vec())
    }

    /// 405 with what is allowed.
    pub fn method(allow: &'static str) -> Self {
        Self::new(Kind::Method, format!("expected one of {allow}")).header(header::ALLOW, allow)
    }

    /// 503: nothing is wrong with the request, so it may be sent again after some seconds.
    pub fn overloaded(detail: impl Into<String>, seconds: u32) -> Self {
        Self::new(Kind::Overloaded, detail).header(header::RETRY_AFTER, &seconds.to_string())
    }

    /// 404 for a path.
    pub fn nothing_at(path: &str) -> Self {
        Self::new(Kind::NotFound, format!("there is nothing at `{path}`"))
    }

    /// 410 for a path whose article version `version` took out.
    pub fn withdrawn(path: &str, version: u64) -> Self {
        Self::new(Kind::Gone, format!("the article at `{path}` was withdrawn with version {version} of the data"))
    }
}

impl From<StorageError> for Fault {
    // A store that fails is never a 404: a harvester would delete what it has.
    fn from(error: StorageError) -> Self {
        Self::new(Kind::Storage, error.to_string())
    }
}

impl From<QueryEvaluationError> for Fault {
    fn from(error: QueryEvaluationError) -> Self {
        if let QueryEvaluationError::Service(cause) = &error {
            if let Some(failure) = cause.downcast_ref::<Failure>() {
                return failure.fault();
            }
        }
        let kind = match &error {
            QueryEvaluationError::Cancelled => Kind::Deadline,
            QueryEvaluationError::Service(_)
            | QueryEvaluationError::UnboundService
            | QueryEvaluationError::InvalidServiceName(_)
            | QueryEvaluationError::UnsupportedService(_)
            | QueryEvaluationError::UnsupportedCustomFunction(_)
            | QueryEvaluationError::UnsupportedCustomFunctionArity { .. } => Kind::Unsupported,
            QueryEvaluationError::Dataset(_) => Kind::Storage,
            _ => Kind::Internal,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Self::new(Kind::Internal, error.to_string())
    }
}

impl Fault {
    /// The problem document.
    pub fn document(&self) -> String {
        let mut document = json!({
            "type": format!("{TYPES}{}", self.kind.code()),
            "title": self.kind.title(),
            "status": self.kind.number(),
            "detail": self.detail,
        });
        for (name, value) in &self.extra {
            document[name.as_ref()] = value.clone();
        }
        document.to_string()
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> axum::response::Response {
        let mut response = Response::new(Body::from(self.document()));
        *response.status_mut() = self.kind.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_every_status_is_an_error() {
        let codes: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();

        assert_eq!(codes.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            assert!((400..600).contains(&kind.number()), "{}", kind.code());
        }
    }

    #[test]
    fn a_store_that_fails_is_never_reported_as_absence() {
        let fault = Fault::from(StorageError::Io(std::io::Error::other("disk")));

        assert_eq!(fault.kind.number(), 500);
    }
}
