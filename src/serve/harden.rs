//! Headers that tell a browser what an answer may do: load and run nothing but what is this server's own, be no other
//! type than it says, and stand in nobody's frame unless a page says that it may.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, header};

/// Half a year, for this name only: others under it may not speak TLS.
const STRICT: HeaderValue = HeaderValue::from_static("max-age=15552000");
/// What pages do not use.
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), publickey-credentials-get=(), usb=()",
);
/// For pages that say nothing themselves.
const PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'",
);
/// For data: XML and pictures are documents to a browser, and could hold script.
const DATA: HeaderValue = HeaderValue::from_static("script-src 'none'; object-src 'none'; base-uri 'none'");

/// Puts them on. What a handler has set stays.
pub fn protect(response: &mut Response<Body>, is_tls: bool) {
    let headers = response.headers_mut();
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let is_page = kind.starts_with(b"text/html");
    let policy = if is_page { PAGE } else { DATA };
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    if is_page {
        headers.entry(HeaderName::from_static("permissions-policy")).or_insert(PERMISSIONS);
        headers
            .entry(HeaderName::from_static("cross-origin-opener-policy"))
            .or_insert(HeaderValue::from_static("same-origin"));
    }
    if is_tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protected(kind: &'static str, policy: Option<&'static str>, is_tls: bool) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some(policy) = policy {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
        }
        protect(&mut response, is_tls);
        response
    }

    #[test]
    fn a_page_that_says_nothing_is_shut_and_one_that_does_has_its_way() {
        let shut = protected("text/html; charset=utf-8", None, false);
        let framed = protected("text/html", Some("default-src 'none'; frame-ancestors *"), false);

        let policy = |response: &Response<Body>| response.headers()[header::CONTENT_SECURITY_POLICY].clone();
        assert!(policy(&shut).to_str().unwrap().contains("frame-ancestors 'none'"));
        assert!(shut.headers().contains_key("permissions-policy"));
        assert_eq!(policy(&framed), "default-src 'none'; frame-ancestors *");
    }

    #[test]
    fn data_runs_no_script_and_is_what_it_says() {
        let data = protected("application/rdf+xml", None, false);

        assert!(data.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("script-src 'none'"));
        assert_eq!(data.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(!data.headers().contains_key("permissions-policy"));
    }

    #[test]
    fn only_a_server_that_speaks_tls_asks_for_it() {
        assert!(protected("text/html", None, true).headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert!(!protected("text/html", None, false).headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
}
