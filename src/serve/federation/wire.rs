//! One call and its answer, bounded in time and size.
//!
//! The client has a thread of its own, made at the first call: an evaluation may run anywhere, and most never call. The
//! addresses that are connected to are those that were looked at, since the connection asks the same resolver.

use super::rest;
use crate::error::chain;
use crate::network::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;
use tokio::runtime::Runtime;
use url::Url;

/// An endpoint that does not take the connection within this time will not.
const CONNECT: Duration = Duration::from_secs(5);
/// The forms that are read, the quickest first.
const ACCEPT: &str =
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.5";

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Fault {
    /// The name leads into a private network.
    Private,
    /// The answer is too long.
    TooLarge,
    /// 429 or 503, with the seconds after which it may be asked again.
    Busy { status: u16, retry: Option<u64> },
    /// All else.
    Failed(String),
}

/// The client, once it is needed.
pub(super) struct Wire {
    agent: String,
    timeout: Duration,
    allow_private: bool,
    line: OnceLock<Result<Line, String>>,
}

struct Line {
    client: reqwest::Client,
    runtime: Runtime,
}

impl Wire {
    pub(super) fn new(agent: String, timeout: Duration, allow_private: bool) -> Self {
        Self { agent, timeout, allow_private, line: OnceLock::new() }
    }

    /// Sends a query and gives the answer's type and body.
    pub(super) fn ask(&self, url: &Url, query: &str, room: u64) -> Result<(String, Vec<u8>), Fault> {
        let line = self.line.get_or_init(|| self.open()).as_ref().map_err(|why| Fault::Failed(why.clone()))?;
        let request = line.client.post(url.clone()).header(header::ACCEPT, ACCEPT).form(&[("query", query)]);
        let (tell, told) = mpsc::channel();
        line.runtime.spawn(async move {
            // Whoever asked may have been stopped.
            let _ = tell.send(exchange(request, room).await);
        });
        told.recv().unwrap_or_else(|_| Err(Fault::Failed("the call broke off".into())))
    }

    fn open(&self) -> Result<Line, String> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let client = reqwest::Client::builder()
            .user_agent(&self.agent)
            .timeout(self.timeout)
            .connect_timeout(CONNECT.min(self.timeout))
            // The list names endpoints, not where they lead to.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .dns_resolver(Arc::new(Resolver { allow_private: self.allow_private }))
            .build();
        Ok(Line {
            client: client.map_err(|error| chain(&error))?,
            runtime: runtime.map_err(|error| error.to_string())?,
        })
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // A name that is still being resolved must not hold up the end of the program.
        if let Some(Ok(line)) = self.line.take() {
            line.runtime.shutdown_background();
        }
    }
}

async fn exchange(request: reqwest::RequestBuilder, room: u64) -> Result<(String, Vec<u8>), Fault> {
    let mut answer = request.send().await.map_err(fault)?;
    let text = |name: header::HeaderName| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
    let status = answer.status();
    match status.as_u16() {
        200 => {}
        429 | 503 => {
            let retry = text(header::RETRY_AFTER).as_deref().and_then(rest::seconds);
            return Err(Fault::Busy { status: status.as_u16(), retry });
        }
        300..=399 => {
            return Err(Fault::Failed(format!("its status is {}, and redirections are not followed", status.as_u16())));
        }
        status => return Err(Fault::Failed(format!("its status is {status}"))),
    }
    let kind = text(header::CONTENT_TYPE).unwrap_or_default();
    let mut body = Vec::new();
    // A chunk is what came over the wire, or one buffer of what was decompressed: never a whole body.
    while let Some(chunk) = answer.chunk().await.map_err(fault)? {
        if body.len() as u64 + chunk.len() as u64 > room {
            return Err(Fault::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok((kind, body))
}

fn fault(error: reqwest::Error) -> Fault {
    let error = error.without_url();
    let mut at: Option<&dyn std::error::Error> = Some(&error);
    while let Some(cause) = at {
        if cause.is::<Private>() {
            return Fault::Private;
        }
        at = cause.source();
    }
    if error.is_timeout() {
        return Fault::Failed("it took too long".into());
    }
    Fault::Failed(chain(&error))
}

/// All numbers of a name are private.
#[derive(Debug, thiserror::Error)]
#[error("it is in a private network")]
struct Private;

/// Resolves names, and keeps of what it finds the public numbers only.
struct Resolver {
    allow_private: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (name, all) = (name.as_str().to_owned(), self.allow_private);
        Box::pin(async move {
            let mut found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let any = !found.is_empty();
            found.retain(|address| all || is_public(address.ip()));
            if any && found.is_empty() {
                return Err(Private.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
