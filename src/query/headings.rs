//! What a person calls the columns of the canned queries, as `queries/columns.toml` lists them by their variables.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A column's heading in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// The heading of a column; `None` for a variable that the list does not know.
pub fn heading(column: &str) -> Option<&'static Heading> {
    static ALL: LazyLock<BTreeMap<String, Heading>> = LazyLock::new(|| {
        toml::from_str(include_str!("../../queries/columns.toml")).expect("a test reads every heading")
    });
    ALL.get(column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::canned;
    use std::collections::BTreeSet;

    #[test]
    fn every_column_of_every_query_has_a_heading_of_its_own() {
        for canned in canned() {
            let columns = canned.columns();
            let of =
                |column: &str| heading(column).unwrap_or_else(|| panic!("{}: no heading for {column}", canned.name));

            let zh: BTreeSet<_> = columns.iter().map(|column| &of(column).zh).collect();
            let en: BTreeSet<_> = columns.iter().map(|column| &of(column).en).collect();

            assert_eq!(
                (zh.len(), en.len()),
                (columns.len(), columns.len()),
                "{}: two columns of one heading",
                canned.name
            );
        }
        assert!(heading("no-such").is_none());
    }
}
