//! Gold files: what a careful reader finds in a document.

use serde::Deserialize;

/// What a careful reader finds in one document.
#[derive(Debug, Clone, Deserialize)]
pub struct Gold {
    /// The document's file name.
    pub document: String,
    pub(super) organizations: Vec<Named>,
    pub(super) places: Vec<Named>,
    pub(super) observations: Vec<Figure>,
    pub(super) projects: Vec<Named>,
    pub(super) events: Vec<Happening>,
}

/// A named thing.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Named {
    pub name: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What kind of thing. It does not count for the score: errors are sorted by it.
    #[serde(default)]
    pub kind: Option<String>,
}

/// An observation.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Figure {
    pub indicator: String,
    #[serde(default, alias = "synonyms")]
    pub aliases: Vec<String>,
    pub about: Option<String>,
    /// Other names of what it is about; gold files give only the one.
    #[serde(default)]
    pub about_names: Vec<String>,
    pub value: Option<f64>,
    pub value_max: Option<f64>,
    pub unit: Option<String>,
    pub statistic: Option<String>,
    pub bound: Option<String>,
    pub period: Option<String>,
    #[serde(default)]
    pub evidence: String,
    /// Of what was found alone, as it is written.
    #[serde(skip)]
    pub confidence: String,
}

/// An event.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Happening {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub label: String,
    pub date: Option<String>,
    #[serde(default)]
    pub evidence: String,
}

/// Reads a gold file.
///
/// # Errors
/// Says what is wrong, with line and column.
pub fn parse(json: &str) -> Result<Gold, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}
