//! Why a page did not come, each with its code and the sentence that the user reads.

use crate::error::Problem;
use std::time::Duration;

/// Why a page did not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ingest) enum Fault {
    /// The address itself is one that is not fetched: of a private network, or with a strange port or scheme.
    Refused(String),
    /// robots.txt forbids it, or could not be read.
    Robots(String),
    /// No connection, or no answer over it.
    Unreachable(String),
    /// Too slow.
    Timeout(Duration),
    /// The answer ended before its end, or was damaged.
    BrokenOff(String),
    /// A status that is no page. `retry_after` is what the server asks for.
    Status { status: u16, retry_after: Option<Duration> },
    /// Redirects without end.
    Redirects(String),
    /// More bytes than are taken.
    TooLarge(u64),
    /// The host has failed or asked to be left alone, and is not asked again in this run.
    GivenUp(String),
    /// Only the cache may be read, and does not have it.
    Offline,
}

impl Fault {
    /// Whether the same request may succeed a moment later.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::BrokenOff(_) => true,
            Self::Status { status, .. } => matches!(status, 429 | 500 | 502 | 503 | 504),
            _ => false,
        }
    }

    /// Whether it tells of the host rather than of the page.
    pub(super) fn is_of_host(&self) -> bool {
        self.may_pass() || matches!(self, Self::Timeout(_))
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "ingest.refused-address",
            Self::Robots(_) => "ingest.robots",
            Self::Unreachable(_) => "ingest.unreachable",
            Self::Timeout(_) => "ingest.timeout",
            Self::BrokenOff(_) => "ingest.broken-off",
            Self::Status { status: 404, .. } => "ingest.not-found",
            Self::Status { status: 410, .. } => "ingest.gone",
            Self::Status { .. } => "ingest.status",
            Self::Redirects(_) => "ingest.redirects",
            Self::TooLarge(_) => "ingest.too-large",
            Self::GivenUp(_) => "ingest.host-given-up",
            Self::Offline => "ingest.offline",
        }
    }

    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Refused(why) => format!("is not fetched: {why}"),
            Self::Robots(why) => format!("is not fetched: {why}; ask the operator, or save the page to a file"),
            Self::Unreachable(why) => format!("cannot be reached: {why}"),
            Self::Timeout(limit) => {
                format!("expected an answer within {} s: try later, or set a longer `timeout`", limit.as_secs_f64())
            }
            Self::BrokenOff(why) => format!("broke off: {why}"),
            Self::Status { status: 404, .. } => "is not there (status 404): check the address".to_owned(),
            Self::Status { status: 410, .. } => "has been taken away by its publisher (status 410)".to_owned(),
            Self::Status { status, retry_after: Some(wait) } => {
                format!("expected the status 200, found {status} and the wish to be asked after {} s", wait.as_secs())
            }
            Self::Status { status, retry_after: None } => format!("expected the status 200, found {status}"),
            Self::Redirects(why) => format!("leads nowhere: {why}"),
            Self::TooLarge(limit) => format!("expected at most {limit} bytes, found more: set a larger `max_bytes`"),
            Self::GivenUp(why) => format!("its host is not asked again in this run: {why}"),
            Self::Offline => "is not in the cache: run without `--offline`".to_owned(),
        }
    }

    /// The problem of the page at `path`.
    pub(in crate::ingest) fn problem(&self, path: &str) -> Problem {
        Problem::fatal(path, self.code(), self.sentence())
    }
}
