//! The base IRI.

use serde::Serialize;
use std::fmt;

/// The base IRI under which instances are minted, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Base(String);

impl Base {
    /// What a store has when the user says nothing.
    pub const DEFAULT: &'static str = "http://localhost:7878";

    /// The base, if it is an absolute http(s) IRI without query or fragment.
    pub fn new(iri: &str) -> Option<Self> {
        let trimmed = iri.trim_end_matches('/');
        let parsed = url::Url::parse(trimmed).ok()?;
        let plain =
            matches!(parsed.scheme(), "http" | "https") && parsed.query().is_none() && parsed.fragment().is_none();
        (plain && parsed.has_host()).then(|| Self(trimmed.to_owned()))
    }

    /// The base as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Base {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
