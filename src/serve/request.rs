//! What a handler needs of a request: its parameters, decoded strictly, and what the caller accepts.

use super::error::{Fault, Kind};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, header};
use percent_encoding::percent_decode;
use std::collections::BTreeMap;
use std::time::Duration;

/// A request without its body.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The method.
    pub method: Method,
    /// The path as it came, percent-encoded.
    pub path: String,
    /// The query string as it came; `None` where there is no `?`.
    pub query: Option<String>,
    /// The headers.
    pub headers: HeaderMap,
}

impl Ask {
    /// The head of a request, and its body.
    pub fn split(request: Request<Body>) -> (Self, Body) {
        let (parts, body) = request.into_parts();
        let ask = Self {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers: parts.headers,
        };
        (ask, body)
    }

    /// The head of a request whose body does not matter.
    pub fn of(request: Request<Body>) -> Self {
        Self::split(request).0
    }

    /// The parameters of the query string, in their order.
    pub fn parameters(&self) -> Result<Vec<(String, String)>, Fault> {
        pairs(self.query.as_deref().unwrap_or_default().as_bytes())
    }

    /// The parameters, each at most once; one that is not in `known` is an error (`known` empty: all are welcome).
    pub fn parameters_once(&self, known: &[&str]) -> Result<BTreeMap<String, String>, Fault> {
        let mut found = BTreeMap::new();
        for (name, value) in self.parameters()? {
            if !known.is_empty() && !known.contains(&name.as_str()) {
                return Err(Fault::new(
                    Kind::UnknownParameter,
                    format!("expected one of {}, found `{name}`", known.join(", ")),
                )
                .with("parameter", name));
            }
            if found.insert(name.clone(), value).is_some() {
                return Err(
                    Fault::new(Kind::BadRequest, format!("`{name}` stands more than once")).with("parameter", name)
                );
            }
        }
        Ok(found)
    }

    /// A header as text, several of one name joined; what is no ASCII is as if it were absent.
    pub fn header(&self, name: header::HeaderName) -> Option<String> {
        let values: Vec<&str> = self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The body's media type without parameters, in small letters.
    pub fn essence(&self) -> Option<String> {
        let kind = self.header(header::CONTENT_TYPE)?;
        Some(kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// What the caller accepts.
    pub fn accept(&self) -> Option<String> {
        self.header(header::ACCEPT)
    }
}

/// `a=1&b=2` decoded. A byte sequence that is not UTF-8 is an error, never replaced: the query would mean something else.
pub fn pairs(text: &[u8]) -> Result<Vec<(String, String)>, Fault> {
    text.split(|byte| *byte == b'&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = match part.iter().position(|byte| *byte == b'=') {
                Some(place) => (&part[..place], &part[place + 1..]),
                None => (part, &part[..0]),
            };
            Ok((decode(name)?, decode(value)?))
        })
        .collect()
}

fn decode(bytes: &[u8]) -> Result<String, Fault> {
    let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced)
        .decode_utf8()
        .map(|text| text.into_owned())
        .map_err(|_| Fault::new(Kind::BadRequest, "a parameter is not UTF-8"))
}

/// How long a body may take to arrive: who sends a byte now and then holds a connection.
const BODY_TIME: Duration = Duration::from_secs(60);
/// A body that may be long has as much more time as this many bytes a second take.
const SLOWEST: u64 = 64 << 10;

/// The body, if it is not longer than `limit` bytes.
pub async fn body(ask: &Ask, body: Body, limit: usize) -> Result<Bytes, Fault> {
    let too_large = || Fault::new(Kind::BodyTooLarge, format!("expected at most {limit} bytes"));
    let announced = ask.header(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let time = BODY_TIME + Duration::from_secs(limit as u64 / SLOWEST);
    arrive(body, limit, time).await?.map_err(|_| too_large())
}

/// All of a body; an error within if it is too long, and without if it is too late.
async fn arrive(body: Body, limit: usize, time: Duration) -> Result<Result<Bytes, axum::Error>, Fault> {
    let late = |_| Fault::new(Kind::BodyTimeout, format!("expected the body within {} s", time.as_secs_f64()));
    tokio::time::timeout(time, axum::body::to_bytes(body, limit)).await.map_err(late)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_with_plus_as_a_space() {
        let read = pairs(b"q=%E6%A3%AE%E6%9E%97+a%2Bb&x&y=").unwrap();

        assert_eq!(read, [("q".into(), "森林 a+b".into()), ("x".into(), String::new()), ("y".into(), String::new())]);
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        struct Silent;
        impl hyper::body::Body for Silent {
            type Data = Bytes;
            type Error = std::convert::Infallible;

            fn poll_frame(
                self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
                std::task::Poll::Pending
            }
        }

        let late = arrive(Body::new(Silent), 10, Duration::from_millis(1)).await.unwrap_err();
        let long = arrive(Body::from("0123456789a"), 10, Duration::from_secs(60)).await.unwrap();

        assert_eq!(late.kind, Kind::BodyTimeout);
        assert!(long.is_err());
    }

    #[test]
    fn bytes_that_are_not_utf8_are_an_error() {
        assert_eq!(pairs(b"q=%FF%FE").unwrap_err().kind, Kind::BadRequest);
    }
}
