//! The columns of `observations.csv`, as `columns.toml` lists them.

use super::context::expand;
use oxigraph::model::NamedNode;
use serde::Deserialize;
use std::sync::LazyLock;

/// A column.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Column {
    /// Its name, as the first row has it.
    pub name: String,
    /// Its title in Chinese.
    pub zh: String,
    /// Its title in English.
    pub en: String,
    /// What its values mean, in Chinese.
    pub means_zh: String,
    /// What its values mean, in English.
    pub means_en: String,
    /// Properties that lead from the observation to the value; none for the observation itself.
    path: Vec<String>,
    /// What the value is.
    #[serde(default)]
    pub kind: Kind,
    /// The column of the thing that the value describes, if it is not the observation.
    pub about: Option<String>,
    /// Whether CSVW leaves it out of the RDF.
    #[serde(default)]
    pub hidden: bool,
}

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// An IRI.
    #[default]
    Iri,
    /// A concept: the last segment of its IRI.
    Concept,
    /// A text with a language.
    Label,
    /// A text without one.
    Text,
    /// A decimal number.
    Decimal,
    /// A day.
    Date,
}

/// Every column, in order.
pub(super) static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        column: Vec<Column>,
    }
    let file: File = toml::from_str(include_str!("columns.toml")).expect("a test reads the file");
    file.column
});

impl Column {
    /// Whether it is the observation itself, which every row has.
    pub(super) fn is_key(&self) -> bool {
        self.path.is_empty()
    }

    /// The properties of its path.
    pub(super) fn path(&self) -> Vec<NamedNode> {
        let node = |compact: &String| NamedNode::new_unchecked(expand(compact));
        self.path.iter().map(node).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique_and_each_thing_described_has_a_column() {
        let names: BTreeSet<&str> = COLUMNS.iter().map(|column| column.name.as_str()).collect();

        assert_eq!(names.len(), COLUMNS.len());
        for column in COLUMNS.iter() {
            assert!(column.about.as_deref().is_none_or(|about| names.contains(about)), "{column:?}");
            for property in column.path() {
                assert!(property.as_str().starts_with("http"), "{column:?}");
            }
        }
    }
}
