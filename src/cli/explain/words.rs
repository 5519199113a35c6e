//! What codes are called, and what rules say: tables that are data.

use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The rules files, by family.
const FAMILIES: [(&str, &str); 8] = [
    ("number", include_str!("../../annotate/number/rules.toml")),
    ("quantity", include_str!("../../annotate/quantity/rules.toml")),
    ("period", include_str!("../../annotate/period/rules.toml")),
    ("place", include_str!("../../annotate/place/rules.toml")),
    ("organization", include_str!("../../annotate/organization/rules.toml")),
    ("observation", include_str!("../../extract/observation/rules.toml")),
    ("project", include_str!("../../extract/project/rules.toml")),
    ("event", include_str!("../../extract/event/rules.toml")),
];

#[derive(Deserialize)]
struct File {
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    name: String,
    doc: String,
}

static RULES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let read = |(family, text): (&str, &str)| {
        let file: File = toml::from_str(text).expect("the embedded file is tested");
        let named = file.rule.into_iter().map(|rule| (format!("{family}/{}", rule.name), rule.doc));
        named.collect::<Vec<_>>()
    };
    FAMILIES.into_iter().flat_map(read).collect()
});

static WORDS: LazyLock<BTreeMap<String, BTreeMap<String, [String; 2]>>> =
    LazyLock::new(|| toml::from_str(include_str!("words.toml")).expect("the embedded file is tested"));

/// What a rule says of how such texts are written.
pub(super) fn rule(id: &str) -> Option<&'static str> {
    let in_code = || WORDS["rule"].get(id).map(|[_, english]| english.as_str());
    RULES.get(id).map(String::as_str).or_else(in_code)
}

/// A code with its names. It serializes as the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Term {
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

impl Term {
    /// The code of that table. One that the table does not have is called by itself.
    pub fn of(table: &str, code: &'static str) -> Self {
        match WORDS.get(table).and_then(|words| words.get(code)) {
            Some([zh, en]) => Self { code, zh, en },
            None => Self { code, zh: code, en: code },
        }
    }
}

impl Serialize for Term {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_what_it_says_of_texts() {
        for family in FAMILIES {
            assert!(RULES.keys().any(|id| id.starts_with(family.0)), "{}", family.0);
        }
        assert!(rule("place/repeat").is_some() && rule("place/division").is_some() && rule("place/none").is_none());
    }

    #[test]
    fn every_reason_that_annotate_gives_has_words() {
        // The codes stand as literals beside `refuse` and `Refused`.
        let sources = [
            include_str!("../../annotate/mod.rs"),
            include_str!("../../annotate/name/judged.rs"),
            include_str!("../../annotate/organization/mod.rs"),
            include_str!("../../annotate/organization/list.rs"),
            include_str!("../../annotate/place/mod.rs"),
        ];
        let calls = regex::Regex::new(r#"(?:Refused\(|refuse\([^"\n]*)"([a-z-]+)""#).unwrap();
        let codes: Vec<&str> =
            sources.iter().flat_map(|text| calls.captures_iter(text)).map(|c| c.get(1).unwrap().as_str()).collect();

        assert!(codes.len() > 10, "{codes:?}");
        for code in codes {
            assert!(WORDS["reason"].contains_key(code), "{code}");
        }
    }
}
