//! How answers that succeed are made: type, validators, caching.

use super::evaluate::Whole;
use super::request::Ask;
use super::state::View;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use sha2::{Digest, Sha256};

/// A strong validator: equal data, request and form give an equal tag. `None` where an answer changes by itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tag(String);

/// The codings whose names the outermost layer puts at the end of a tag, since each is a representation of its own.
pub const CODINGS: [&str; 3] = ["-gzip", "-br", "-zstd"];

impl Tag {
    /// The tag of what `parts` (path, query, format) give on that version.
    pub fn new(view: &View, parts: &[&str]) -> Self {
        Self::of(&view.snapshot.header.content, parts)
    }

    /// The same, of a version whose content has that hash.
    pub fn of(content: &str, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let content: String = content.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
        Self(format!("\"{content}-{hex}\""))
    }

    /// 304 if the caller has it already, in whichever coding; to be asked before the work is done.
    pub fn unchanged(&self, ask: &Ask) -> Option<Response<Body>> {
        if ask.method != Method::GET && ask.method != Method::HEAD {
            return None;
        }
        let held = self.held(&ask.header(header::IF_NONE_MATCH)?)?;
        Some(held.not_modified())
    }

    /// The tag among those of an `If-None-Match` that names this result, in whichever coding.
    pub fn held(&self, held: &str) -> Option<Self> {
        let matching = held.split(',').map(str::trim).find(|item| {
            let item = item.strip_prefix("W/").unwrap_or(item);
            *item == *self.0 || *item == *"*" || self.in_a_coding(item)
        })?;
        Some(if matching == "*" { self.clone() } else { Self(matching.to_owned()) })
    }

    /// 304 for a caller who has what this tag names.
    pub fn not_modified(&self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        put(response.headers_mut(), header::ETAG, &self.0);
        public(response.headers_mut());
        response
    }

    fn in_a_coding(&self, item: &str) -> bool {
        let own = self.0.trim_end_matches('"');
        item.strip_prefix(own).and_then(|rest| rest.strip_suffix('"')).is_some_and(|coding| CODINGS.contains(&coding))
    }
}

/// Sets a header; a value that no header can hold is left out.
pub fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// A link header more.
pub fn link(headers: &mut HeaderMap, target: &str, relation: &str, kind: Option<&str>) {
    let kind = kind.map(|kind| format!("; type=\"{kind}\"")).unwrap_or_default();
    if let Ok(value) = HeaderValue::from_str(&format!("<{}>; rel=\"{relation}\"{kind}", ascii(target))) {
        headers.append(header::LINK, value);
    }
}

/// An IRI as a URI: what is not ASCII is percent-encoded, so that it can stand in a header.
pub fn ascii(iri: &str) -> String {
    let mut out = String::with_capacity(iri.len());
    for byte in iri.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn public(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60, stale-while-revalidate=600"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Encoding"));
}

/// 200 with a body of that type. A GET may be cached; what a POST gave may not.
pub fn ok(ask: &Ask, view: &View, kind: &str, tag: Option<&Tag>, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    put(headers, header::CONTENT_TYPE, &typed(kind));
    if ask.method == Method::GET || ask.method == Method::HEAD {
        public(headers);
        if let Some(tag) = tag {
            put(headers, header::ETAG, &tag.0);
            if let Some(date) = http_date(&view.snapshot.header.committed) {
                put(headers, header::LAST_MODIFIED, &date);
            }
        } else {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
    } else {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Encoding"));
    }
    response
}

/// The same, with a result of the engine. One that lies in a file tells its length, since nobody else knows it.
pub fn whole(ask: &Ask, view: &View, kind: &str, tag: Option<&Tag>, result: Whole) -> Response<Body> {
    let length = result.len();
    let mut response = ok(ask, view, kind, tag, result.body());
    put(response.headers_mut(), header::CONTENT_LENGTH, &length.to_string());
    response
}

/// The answer to a change that was made.
pub fn changed(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A media type with the charset where its registration asks for one.
fn typed(kind: &str) -> String {
    if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}

/// A redirection within this server; the target may hold Chinese.
pub fn redirect(status: StatusCode, target: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    public(response.headers_mut());
    put(response.headers_mut(), header::LOCATION, &ascii(target));
    response
}

/// RFC 3339 as HTTP writes it: `Thu, 05 Mar 2026 08:00:00 GMT`.
pub fn http_date(rfc3339: &str) -> Option<String> {
    let moment: jiff::Timestamp = rfc3339.parse().ok()?;
    Some(moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_http_does() {
        assert_eq!(http_date("2026-03-05T16:00:00+08:00").as_deref(), Some("Thu, 05 Mar 2026 08:00:00 GMT"));
        assert_eq!(http_date("yesterday"), None);
    }

    #[test]
    fn an_iri_in_a_header_is_ascii_and_cannot_end_it() {
        assert_eq!(ascii("/id/place/北碚"), "/id/place/%E5%8C%97%E7%A2%9A");
        assert_eq!(ascii("/x>\r\nSet-Cookie: a=b"), "/x%3E%0D%0ASet-Cookie:%20a=b");
    }
}
