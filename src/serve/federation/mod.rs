//! `SERVICE`: the part of a query that another endpoint answers. Off unless the operator lists the endpoint, since it lets
//! anyone make this server send requests.
//!
//! ```text
//! SERVICE <url> { … } ─ on the list? ─ not resting? ─ public address? ─▶ POST, bounded ─▶ solutions
//! ```
//!
//! What the other side says is whole or an error: all of it is read before the query goes on, so that `SERVICE SILENT`
//! means what the specification says. One query may ask so often and read so many bytes, whatever it is written like.

mod rest;
mod wire;

use super::error::{self, Kind};
use super::settings::millis;
use crate::error::{Error, Result};
use crate::settings::time;
use axum::http::header;
use oxigraph::model::{NamedNode, Term};
use oxigraph::sparql::{DefaultServiceHandler, QuerySolution, QuerySolutionIter, SparqlEvaluator, Variable};
use oxiri::Iri;
use rest::Rest;
use serde::{Deserialize, Serialize};
use spargebra::algebra::GraphPattern;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::Url;
use wire::Wire;

/// The `[federation]` table. It can be written down and read again, for another process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The endpoints that queries may call, each by its whole address.
    pub allow: Vec<String>,
    /// Whether a name on the list may lead into a private network. An endpoint listed by its number may be anywhere.
    pub allow_private: bool,
    /// How long one call may take, to its last byte.
    #[serde(deserialize_with = "time", serialize_with = "millis")]
    pub timeout: Duration,
    /// How many bytes the answers to one query may have, after decompression.
    pub max_bytes: u64,
    /// How many calls one query may make.
    pub max_calls: u32,
    /// A folder in which it is kept until when an endpoint wants to be left alone, so that all processes know.
    pub memory: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            allow_private: false,
            timeout: Duration::from_secs(10),
            max_bytes: 16 << 20,
            max_calls: 16,
            memory: None,
        }
    }
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The endpoint is not on the list.
    #[error("this server does not call `{service}`: {}", allowed(.known))]
    NotAllowed {
        /// What the query named.
        service: String,
        /// What it might have.
        known: Vec<String>,
    },
    /// The name leads into a private network.
    #[error("`{service}` is in a private network; its operator can list it by its number")]
    Private {
        /// The endpoint.
        service: String,
    },
    /// The endpoint said that it wants to be left alone.
    #[error("`{service}` asked to be left alone for {seconds} s more")]
    Resting {
        /// The endpoint.
        service: String,
        /// For how long yet.
        seconds: u64,
    },
    /// The query calls too often.
    #[error("the query calls other endpoints more than {calls} times; join what SERVICE gives with less")]
    TooManyCalls {
        /// How often it may.
        calls: u32,
    },
    /// The answers are too long.
    #[error("what `{service}` answers has more than {bytes} bytes; narrow what SERVICE asks")]
    TooLarge {
        /// The endpoint.
        service: String,
        /// How many it may have.
        bytes: u64,
    },
    /// The endpoint did not give solutions.
    #[error("`{service}` did not answer as it should: {why}")]
    Failed {
        /// The endpoint.
        service: String,
        /// What it did.
        why: String,
        /// After how many seconds it may be asked again, if it said so.
        retry: Option<u64>,
    },
}

fn allowed(known: &[String]) -> String {
    if known.is_empty() { "it calls none".to_owned() } else { format!("it calls {}", known.join(", ")) }
}

impl Failure {
    /// As the caller of this server sees it.
    pub fn fault(&self) -> error::Fault {
        let kind = match self {
            Self::NotAllowed { .. } | Self::Private { .. } => Kind::ServiceNotAllowed,
            Self::TooManyCalls { .. } | Self::TooLarge { .. } => Kind::ResultTooLarge,
            Self::Resting { .. } | Self::Failed { .. } => Kind::ServiceFailed,
        };
        let fault = error::Fault::new(kind, self.to_string());
        match self {
            Self::Resting { seconds, .. } | Self::Failed { retry: Some(seconds), .. } => {
                fault.header(header::RETRY_AFTER, &seconds.to_string())
            }
            _ => fault,
        }
    }
}

/// Which endpoints may be called, and how. Cheap to clone.
#[derive(Clone)]
pub struct Federation(Arc<Inner>);

struct Inner {
    settings: Settings,
    allow: Vec<Url>,
    wire: Wire,
    rest: Rest,
}

impl Default for Federation {
    /// None may be called.
    fn default() -> Self {
        Self(Arc::new(Inner {
            settings: Settings::default(),
            allow: Vec::new(),
            wire: Wire::new(String::new(), Duration::ZERO, false),
            rest: Rest::new(None),
        }))
    }
}

impl Federation {
    /// Reads the list. `base` is told to the endpoints, so that their operators know who asks.
    ///
    /// # Errors
    /// [`Error::Usage`] if an entry is no address of an endpoint.
    pub fn new(settings: Settings, base: &str) -> Result<Self> {
        let allow = settings.allow.iter().map(|entry| endpoint(entry)).collect::<Result<_>>()?;
        let agent = format!("jialing/{} (+{})", env!("CARGO_PKG_VERSION"), super::answer::ascii(base));
        Ok(Self(Arc::new(Inner {
            allow,
            wire: Wire::new(agent, settings.timeout, settings.allow_private),
            rest: Rest::new(settings.memory.clone()),
            settings,
        })))
    }

    /// The settings, to make the same anew.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Lets a query call the endpoints. Once for each query: the bounds are those of one.
    pub fn attach(&self, evaluator: SparqlEvaluator) -> SparqlEvaluator {
        evaluator.with_default_service_handler(Calls { federation: self.clone(), so_far: Mutex::default() })
    }
}

fn endpoint(entry: &str) -> Result<Url> {
    let fault = |what: &str| Error::Usage {
        message: format!("expected the address of an endpoint to call, found `{entry}`: {what}"),
        hint: "write it like `https://query.wikidata.org/sparql`".into(),
    };
    let url = Url::parse(entry).map_err(|error| fault(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(fault("only http and https are spoken"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(fault("a name and a password would be told to everybody"));
    }
    if url.fragment().is_some() {
        return Err(fault("an endpoint has no fragment"));
    }
    Ok(url)
}

/// The calls of one query.
struct Calls {
    federation: Federation,
    so_far: Mutex<SoFar>,
}

/// What one query has asked and read.
#[derive(Default)]
struct SoFar {
    calls: u32,
    bytes: u64,
    /// A pattern may be evaluated once for each solution around it: it is asked once.
    answers: HashMap<(String, String), Answer>,
}

/// What an endpoint gave.
#[derive(Clone)]
struct Answer {
    variables: Arc<[Variable]>,
    rows: Arc<Vec<Vec<Option<Term>>>>,
}

impl Answer {
    fn solutions(self) -> QuerySolutionIter<'static> {
        let Self { variables, rows } = self;
        let count = rows.len();
        let shown = variables.clone();
        let solution = move |row: usize| Ok(QuerySolution::from((shown.clone(), rows[row].clone())));
        QuerySolutionIter::new(variables, (0..count).map(solution))
    }
}

impl DefaultServiceHandler for Calls {
    type Error = Failure;

    fn handle(
        &self,
        service: &NamedNode,
        pattern: &GraphPattern,
        base_iri: Option<&Iri<String>>,
    ) -> Result<QuerySolutionIter<'static>, Failure> {
        let query = spargebra::Query::Select { dataset: None, pattern: pattern.clone(), base_iri: base_iri.cloned() };
        self.call(service.as_str(), query.to_string()).map(Answer::solutions)
    }
}

impl Calls {
    fn call(&self, service: &str, query: String) -> Result<Answer, Failure> {
        let Inner { settings, allow, wire, rest } = &*self.federation.0;
        let name = service.to_owned();
        let url = Url::parse(service).ok().filter(|url| allow.contains(url));
        let url = url.ok_or_else(|| Failure::NotAllowed { service: name.clone(), known: settings.allow.clone() })?;
        let mut so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (name.clone(), query);
        if let Some(answer) = so_far.answers.get(&key) {
            return Ok(answer.clone());
        }
        if so_far.calls >= settings.max_calls {
            return Err(Failure::TooManyCalls { calls: settings.max_calls });
        }
        if let Some(seconds) = rest.left(&url) {
            return Err(Failure::Resting { service: name, seconds });
        }
        so_far.calls += 1;
        let room = settings.max_bytes.saturating_sub(so_far.bytes);
        let (kind, body) = wire.ask(&url, &key.1, room).map_err(|fault| match fault {
            wire::Fault::Private => Failure::Private { service: name.clone() },
            wire::Fault::TooLarge => Failure::TooLarge { service: name.clone(), bytes: settings.max_bytes },
            wire::Fault::Busy { status, retry } => {
                let seconds = rest.begin(&url, retry);
                Failure::Failed { service: name.clone(), why: format!("its status is {status}"), retry: Some(seconds) }
            }
            wire::Fault::Failed(why) => Failure::Failed { service: name.clone(), why, retry: None },
        })?;
        so_far.bytes += body.len() as u64;
        let answer = read(&kind, &body).map_err(|why| Failure::Failed { service: name, why, retry: None })?;
        so_far.answers.insert(key, answer.clone());
        Ok(answer)
    }
}

/// Reads results to their end.
fn read(kind: &str, body: &[u8]) -> Result<Answer, String> {
    use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsParser, SliceQueryResultsParserOutput};
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let format = QueryResultsFormat::from_media_type(essence)
        .ok_or_else(|| format!("expected results of SPARQL in JSON, XML or TSV, found `{}`", escaped(essence)))?;
    let results = QueryResultsParser::from_format(format).for_slice(body).map_err(|error| error.to_string())?;
    let SliceQueryResultsParserOutput::Solutions(solutions) = results else {
        return Err("expected solutions, found a boolean".into());
    };
    let variables = solutions.variables().into();
    let rows = solutions
        .map(|solution| Ok(solution.map_err(|error| error.to_string())?.values().to_vec()))
        .collect::<Result<_, String>>()?;
    Ok(Answer { variables, rows: Arc::new(rows) })
}

/// What the other side wrote, fit for a message.
fn escaped(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_default).collect()
}

#[cfg(test)]
mod tests;
