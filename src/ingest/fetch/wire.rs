//! One request and its answer, bounded in time and size.
//!
//! reqwest's asynchronous client on a runtime of one thread: its time limit holds for the whole answer, that of the
//! blocking client for each read, so that a server which sends a byte a second would never be left.

use super::fault::Fault;
use super::guard::{Private, Resolver};
use super::pace;
use crate::error::chain;
use crate::error::{Error, Result};
use crate::ingest::options::Options;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;
use url::Url;

/// A server that does not take the connection within this time will not.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What is asked for, the best first.
const ACCEPT: &str = "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json, \
    application/xml;q=0.9, */*;q=0.5";

/// The articles are Chinese: a portal in several languages shall send that one.
const LANGUAGES: &str = "zh-CN, zh;q=0.9, en;q=0.3";

/// What came.
pub(super) enum Answer {
    Page {
        head: Headers,
        body: Vec<u8>,
    },
    /// The kept page is still current.
    Unchanged,
    /// Redirected.
    Moved(String),
}

/// The headers that matter.
pub(super) struct Headers {
    pub(super) content_type: Option<String>,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
}

/// How much is taken of a body, and whether what is beyond makes it a fault or is left.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    pub(super) bytes: u64,
    pub(super) cut: bool,
}

/// What the server is told of the page that is kept: `ETag` and `Last-Modified`.
#[derive(Clone, Copy, Default)]
pub(super) struct Validators<'a> {
    pub(super) etag: Option<&'a str>,
    pub(super) last_modified: Option<&'a str>,
}

/// The client.
pub(super) struct Wire {
    client: reqwest::Client,
    /// Gone only while it is dropped.
    runtime: Option<tokio::runtime::Runtime>,
    timeout: Duration,
}

impl Wire {
    pub(super) fn new(options: &Options) -> Result<Self> {
        let usage = |message: String, hint: &str| Error::Usage { message, hint: hint.to_owned() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|source| Error::Read { path: "the network".into(), source })?;
        let mut client = reqwest::Client::builder()
            .timeout(options.timeout)
            .connect_timeout(CONNECT_TIMEOUT.min(options.timeout))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy();
        let mut resolver = Resolver { allow_private: options.allow_private, proxy: None };
        if let Some(given) = &options.proxy {
            let hint = "write it like `http://proxy.example.org:3128`";
            let fault = |what: String| usage(format!("`proxy`: {what}"), hint);
            let url = Url::parse(given).map_err(|error| fault(error.to_string()))?;
            resolver.proxy = url.host_str().map(str::to_owned);
            client = client.proxy(reqwest::Proxy::all(url).map_err(|error| fault(error.without_url().to_string()))?);
        }
        let contact = options.contact.as_deref().map(str::trim).filter(|contact| !contact.is_empty());
        let agent = concat!("jialing/", env!("CARGO_PKG_VERSION")).to_owned();
        let agent = agent + &contact.map(|contact| format!(" (+{contact})")).unwrap_or_default();
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(ACCEPT));
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(LANGUAGES));
        let address =
            contact.map(|contact| contact.trim_start_matches("mailto:")).filter(|contact| contact.contains('@'));
        if let Some(Ok(from)) = address.map(HeaderValue::from_str) {
            headers.insert(header::FROM, from);
        }
        let client = client.user_agent(agent).default_headers(headers).dns_resolver(std::sync::Arc::new(resolver));
        let client = client.build().map_err(|error| {
            usage(format!("the `[fetch]` settings cannot be used: {}", chain(&error)), "`contact` has to be ASCII")
        })?;
        Ok(Self { client, runtime: Some(runtime), timeout: options.timeout })
    }

    /// Asks once.
    pub(super) fn ask(&self, url: &Url, known: Validators, limit: Limit) -> Result<Answer, Fault> {
        let runtime = self.runtime.as_ref().expect("it is there until the client is dropped");
        runtime.block_on(self.exchange(url, known, limit))
    }

    async fn exchange(&self, url: &Url, known: Validators<'_>, limit: Limit) -> Result<Answer, Fault> {
        let mut request = self.client.get(url.clone());
        for (name, value) in [(header::IF_NONE_MATCH, known.etag), (header::IF_MODIFIED_SINCE, known.last_modified)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let mut answer = request.send().await.map_err(|error| self.fault(error))?;
        let text = |name: HeaderName| {
            let value = answer.headers().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let status = answer.status().as_u16();
        match status {
            200 | 203 => {}
            304 if known.etag.or(known.last_modified).is_some() => return Ok(Answer::Unchanged),
            301 | 302 | 303 | 307 | 308 => {
                let target = text(header::LOCATION);
                return target.map(Answer::Moved).ok_or(Fault::Status { status, retry_after: None });
            }
            _ => {
                let retry_after = text(header::RETRY_AFTER).as_deref().and_then(pace::retry_after);
                return Err(Fault::Status { status, retry_after });
            }
        }
        let head = Headers {
            content_type: text(header::CONTENT_TYPE),
            etag: text(header::ETAG),
            last_modified: text(header::LAST_MODIFIED),
        };
        let too_large = Fault::TooLarge(limit.bytes);
        if !limit.cut && answer.content_length().is_some_and(|length| length > limit.bytes) {
            return Err(too_large);
        }
        let mut body = Vec::new();
        // A chunk is what came over the wire, or one buffer of what was decompressed: never a whole body.
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.fault(error))? {
            let room = usize::try_from(limit.bytes).unwrap_or(usize::MAX).saturating_sub(body.len());
            if chunk.len() > room && !limit.cut {
                return Err(too_large);
            }
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                break;
            }
        }
        Ok(Answer::Page { head, body })
    }

    fn fault(&self, error: reqwest::Error) -> Fault {
        let error = error.without_url();
        if let Some(private) = cause::<Private>(&error) {
            return Fault::Refused(private.to_string());
        }
        let (connecting, slow) = (error.is_connect(), error.is_timeout());
        match (connecting, slow) {
            (true, _) => Fault::Unreachable(chain(&error)),
            (false, true) => Fault::Timeout(self.timeout),
            (false, false) => Fault::BrokenOff(chain(&error)),
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // A name that is still being resolved must not hold up the end of the program.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The first error of a kind behind an error.
fn cause<'e, E: std::error::Error + 'static>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e E> {
    let mut at = Some(error);
    while let Some(error) = at {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        at = error.source();
    }
    None
}
