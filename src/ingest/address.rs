//! Pages by their address. One request, no cache: a crawl is another program's work.

use super::Items;
use super::input::{self, Input, one};
use crate::error::Problem;
use crate::model::Declared;
use std::io::{Cursor, Read as _};
use std::time::Duration;

/// A page that takes longer is not worth holding up a build.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The largest article page seen is below 3 MB.
const MAX_BYTES: u64 = 16 << 20;

/// Portals redirect to https, to a mobile page, to a canonical address; more is a loop.
const MAX_REDIRECTS: usize = 5;

/// Tells a portal's operator who asks.
const AGENT: &str = concat!("jialing/", env!("CARGO_PKG_VERSION"));

/// The documents at an address.
pub(super) fn documents_at(url: &url::Url) -> Items {
    match fetched(url) {
        Ok(input) => input::documents(input),
        Err(problem) => one(Err(problem)),
    }
}

fn fetched(url: &url::Url) -> Result<Input, Problem> {
    let shown = url.as_str();
    let failed = |what: String| Problem::fatal(shown, "ingest.unreadable", what);
    let client = reqwest::blocking::Client::builder()
        .timeout(TIMEOUT)
        .user_agent(AGENT)
        .redirect(reqwest::redirect::Policy::limited(MAX_REDIRECTS))
        .build()
        .map_err(|error| failed(format!("cannot be fetched: {}", chain(&error))))?;
    let answer =
        client.get(url.clone()).send().map_err(|error| failed(format!("cannot be fetched: {}", chain(&error))))?;
    if !answer.status().is_success() {
        return Err(failed(format!("expected the status 200, found {}", answer.status())));
    }
    let content_type = answer.headers().get(reqwest::header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or("").to_ascii_lowercase();
    let name = url.path_segments().and_then(|mut segments| segments.next_back());
    let name = name.filter(|name| !name.is_empty()).or(url.host_str()).unwrap_or(shown).to_owned();
    let essence = content_type.split(';').next().unwrap_or("").trim();
    // A page without a type is a page.
    let media_type = Some(if essence.is_empty() { "text/html" } else { essence }.to_owned());
    let label = content_type.split_once("charset=").map(|(_, label)| label.trim_matches(['"', '\'', ' ']).to_owned());
    let address = answer.url().to_string();
    let mut bytes = Vec::new();
    answer.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| failed(format!("broke off: {error}")))?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("expected at most {} MB, found more", MAX_BYTES >> 20);
        return Err(Problem::fatal(shown, "ingest.too-large", message));
    }
    let declared = Declared { url: Some(address), ..Declared::default() };
    let reader = Box::new(Cursor::new(bytes));
    Ok(Input { path: shown.to_owned(), name, media_type, charset: label, declared, reader })
}

/// What went wrong with what went wrong behind it: reqwest's own message is only "error sending request".
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
