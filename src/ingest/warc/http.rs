//! The HTTP answer in a record: its head, and its payload as the browser had it.

use crate::error::Problem;
use crate::ingest::compressed::Gzip;
use crate::ingest::limits::{self, Within};
use std::io::{Cursor, Read};

/// Servers send 20 to 40 headers.
const MAX_HEADERS: usize = 256;

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: String,
    /// How the payload is packed, in the order in which that was done.
    pub(super) encodings: Vec<String>,
    pub(super) payload: Vec<u8>,
}

impl Answer {
    /// Reads the head, and undoes `Transfer-Encoding`. Some crawlers have undone it and left the header: what is not in
    /// chunks is taken as it is.
    pub(super) fn read(mut bytes: Vec<u8>) -> Result<Self, &'static str> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut answer = httparse::Response::new(&mut headers);
        let config = httparse::ParserConfig::default()
            .allow_spaces_after_header_name_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .ignore_invalid_headers_in_responses(true)
            .to_owned();
        let head = &bytes[..bytes.len().min(limits::MAX_HEAD)];
        let length = match config.parse_response(&mut answer, head) {
            Ok(httparse::Status::Complete(length)) => length,
            _ => return Err("expected the head of an HTTP answer"),
        };
        let status = answer.code.unwrap_or(0);
        let value = |name: &str| {
            let found = answer.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
            found.map(|header| String::from_utf8_lossy(header.value).trim().to_owned()).unwrap_or_default()
        };
        let content_type = value("content-type");
        let list = |value: String| -> Vec<String> {
            value.split(',').map(|one| one.trim().to_ascii_lowercase()).filter(|one| !one.is_empty()).collect()
        };
        let (transfer, encodings) = (list(value("transfer-encoding")), list(value("content-encoding")));
        let mut payload = bytes.split_off(length);
        if transfer.iter().any(|one| one == "chunked") {
            payload = unchunked(&payload).unwrap_or(payload);
        }
        Ok(Self { status, content_type, encodings, payload })
    }

    /// The payload without its `Content-Encoding`. Some crawlers have undone it and left the header.
    pub(super) fn decoded(self, path: &str, within: &Within) -> Result<Vec<u8>, Problem> {
        let mut bytes = self.payload;
        for encoding in self.encodings.iter().rev() {
            let is_gzip = bytes.starts_with(b"\x1F\x8B");
            let is_zstd = bytes.starts_with(b"\x28\xB5\x2F\xFD");
            let packed = Cursor::new(bytes);
            let decoder: Box<dyn Read> = match encoding.as_str() {
                "gzip" | "x-gzip" if is_gzip => Box::new(Gzip::new(packed)),
                "deflate" => Box::new(flate2::read::ZlibDecoder::new(packed)),
                "br" => Box::new(brotli_decompressor::Decompressor::new(packed, 4 << 10)),
                "zstd" if is_zstd => Box::new(zstd::Decoder::new(packed).map_err(|error| limits::fault(path, &error))?),
                _ => {
                    bytes = packed.into_inner();
                    continue;
                }
            };
            bytes = limits::whole(path, within.hold(decoder))?;
        }
        Ok(bytes)
    }
}

/// The payload of which these are the chunks; `None` where they are none.
fn unchunked(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut payload = Vec::with_capacity(bytes.len());
    loop {
        let (start, length) = match httparse::parse_chunk_size(bytes) {
            Ok(httparse::Status::Complete(found)) => found,
            _ => return None,
        };
        if length == 0 {
            return Some(payload);
        }
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        payload.extend_from_slice(bytes.get(start..end)?);
        bytes = bytes[end..].strip_prefix(b"\r\n")?;
    }
}

/// The essence of a `Content-Type` in lower case, and its charset.
pub(super) fn essence(content_type: &str) -> (Option<String>, Option<String>) {
    let mut parts = content_type.split(';').map(|part| part.trim().to_ascii_lowercase());
    let essence = parts.next().filter(|essence| !essence.is_empty());
    let charset = parts.find_map(|part| Some(part.strip_prefix("charset=")?.trim_matches(['"', '\'', ' ']).to_owned()));
    (essence, charset)
}

/// The last segment of an address.
pub(super) fn file_name(url: &str) -> String {
    let Ok(url) = url::Url::parse(url) else { return url.to_owned() };
    let last = url.path_segments().and_then(|mut segments| segments.next_back()).filter(|last| !last.is_empty());
    last.or(url.host_str()).unwrap_or_default().to_owned()
}
