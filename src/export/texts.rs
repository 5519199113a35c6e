//! Words and codes of the catalog, as `texts.toml` has them.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A text in both languages.
#[derive(Debug, Deserialize)]
pub(super) struct Text {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// A dump that portals are told of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dump {
    /// The file's name.
    pub name: String,
    /// Whether it lies compressed beside, with `.gz` after its name.
    #[serde(default)]
    pub compressed: bool,
    /// Whether it belongs to the table of figures rather than to the whole.
    #[serde(default)]
    pub table: bool,
    /// Its media type.
    pub media: String,
    /// Its code in the EU's table of file types.
    pub format: String,
    /// Its IRI among the W3C's formats, if it is RDF.
    pub syntax: Option<String>,
    /// The document that defines it.
    pub standard: String,
    /// Its title in Chinese.
    pub zh: String,
    /// Its title in English.
    pub en: String,
}

/// A place with its extent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// The box around it, as WKT.
    pub bbox: String,
    /// Its middle, as WKT.
    pub centroid: String,
}

/// The name of a code, or of a whole table, of the EU's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Code {
    /// The table's path segment.
    pub table: String,
    /// The code; none for the table itself.
    pub code: Option<String>,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
}

/// A type of licence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LicenceType {
    /// How the IRIs of such licences begin.
    pub begins: String,
    /// The type's IRI.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English.
    pub en: String,
}

/// All of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    pub keywords_zh: Vec<String>,
    pub keywords_en: Vec<String>,
    pub observations: Text,
    pub observations_text: Text,
    pub openness: BTreeMap<String, Text>,
    pub frequency: BTreeMap<String, Text>,
    pub publisher: BTreeMap<String, Text>,
    pub place: Place,
    pub quality: Text,
    pub rights: Text,
    pub provenance: Text,
    pub sparql: Text,
    pub api: Text,
    #[serde(rename = "dump")]
    pub dumps: Vec<Dump>,
    #[serde(rename = "code")]
    pub codes: Vec<Code>,
    #[serde(rename = "licence")]
    pub licences: Vec<LicenceType>,
}

/// The file's content.
pub(super) static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| toml::from_str(include_str!("texts.toml")).expect("the tests of the catalog read the file"));
