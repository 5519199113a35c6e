//! Canned queries: reading their heads, checking and binding their parameters.

use super::bind::{bind, cut};
use crate::error::{Error, Result};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use serde::{Deserialize, Serialize};
use spargebra::{Query, SparqlParser};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The files, in the order of their names. `build.rs` is not worth it for a dozen lines: a test holds that the list is
/// what the folder has.
macro_rules! embedded {
    ($($name:literal),+ $(,)?) => { &[$(($name, include_str!(concat!("../../queries/", $name, ".rq")))),+] };
}

const FILES: &[(&str, &str)] = embedded![
    "article-facts",
    "articles",
    "conflicts",
    "corroborated-figures",
    "events",
    "figure-source",
    "indicator-over-time",
    "indicators",
    "latest-by-subject",
    "organizations",
    "place-figures",
    "places",
    "projects",
    "rankings",
    "search",
    "targets",
    "who-acts-with-whom",
];

/// What kind of value a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParamKind {
    /// Any text.
    String,
    /// An absolute IRI.
    Iri,
    /// A day, `2024-03-05`.
    Date,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// A year, `2024`.
    Year,
}

/// A parameter of a canned query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// Its name; `?_name` in the query.
    pub name: String,
    /// What kind of value it takes.
    #[serde(rename = "type")]
    pub kind: ParamKind,
    /// What a form calls it, in Chinese.
    pub label: String,
    /// What a form calls it, in English.
    pub label_en: String,
    /// Whether it must be given.
    #[serde(default)]
    pub required: bool,
    /// Its value when it is not given. For a required parameter: an example, and what the site's form begins with.
    pub default: Option<Scalar>,
    /// The only values that it takes.
    #[serde(default, rename = "enum")]
    pub allowed: Vec<Scalar>,
}

/// A value in the head of a query file, as text whatever YAML takes it for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Scalar(pub String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Any {
            Text(String),
            Integer(i64),
            Number(f64),
        }
        Ok(Self(match Any::deserialize(deserializer)? {
            Any::Text(text) => text,
            Any::Integer(number) => number.to_string(),
            Any::Number(number) => number.to_string(),
        }))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: String,
    title_en: String,
    summary: String,
    summary_en: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    params: Vec<Param>,
    pagination: Option<usize>,
}

/// A canned query.
#[derive(Debug, Clone)]
pub struct Canned {
    /// Its name: the file's, without `.rq`.
    pub name: String,
    /// Its title in Chinese.
    pub title: String,
    /// Its title in English.
    pub title_en: String,
    /// What it answers, in Chinese.
    pub summary: String,
    /// What it answers, in English.
    pub summary_en: String,
    /// What it is about.
    pub tags: Vec<String>,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Rows of a page; `None` if its result is never cut into pages.
    pub page_size: Option<usize>,
    /// The file's text.
    pub text: String,
    query: Query,
}

/// Which rows of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Page {
    /// How many rows to leave out.
    pub offset: usize,
    /// How many rows at the most; `None` for all.
    pub limit: Option<usize>,
}

/// Every canned query that ships, in the order of their names.
pub fn canned() -> &'static [Canned] {
    static ALL: LazyLock<Vec<Canned>> = LazyLock::new(|| {
        let parse = |(name, text): &(&str, &str)| match Canned::parse(name, text) {
            Ok(canned) => canned,
            Err(message) => panic!("queries/{name}.rq: {message}"),
        };
        FILES.iter().map(parse).collect()
    });
    &ALL
}

/// The canned query of that name.
///
/// # Errors
/// [`Error::NoQuery`], with the names that exist.
pub fn find(name: &str) -> Result<&'static Canned> {
    canned().iter().find(|query| query.name == name).ok_or_else(|| Error::NoQuery {
        name: name.to_owned(),
        known: canned().iter().map(|query| query.name.clone()).collect(),
    })
}

impl Canned {
    /// Reads a query file.
    ///
    /// # Errors
    /// Says what is wrong in its head or its query.
    pub fn parse(name: &str, text: &str) -> std::result::Result<Self, String> {
        let yaml: String = text
            .lines()
            .map_while(|line| line.strip_prefix("#+"))
            .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
            .collect();
        let head: Head = serde_yaml_ng::from_str(&yaml).map_err(|error| format!("its `#+` head: {error}"))?;
        let query = SparqlParser::new().parse_query(text).map_err(|error| error.to_string())?;
        for param in &head.params {
            if !text.contains(&format!("?_{}", param.name)) {
                return Err(format!("the parameter `{}` stands nowhere in the query", param.name));
            }
            if param.required && param.default.is_none() {
                return Err(format!("the required parameter `{}` has no `default` as an example", param.name));
            }
        }
        Ok(Self {
            name: name.to_owned(),
            title: head.title,
            title_en: head.title_en,
            summary: head.summary,
            summary_en: head.summary_en,
            tags: head.tags,
            params: head.params,
            page_size: head.pagination,
            text: text.to_owned(),
            query,
        })
    }

    /// The query with its parameters bound. A parameter that is not given takes its default if it is not required;
    /// without one it stays unbound.
    ///
    /// # Errors
    /// [`Error::Parameter`] for an unknown or missing parameter and for a value of the wrong kind.
    pub fn bind(&self, values: &BTreeMap<String, String>, page: Page) -> Result<Query> {
        let known = || self.params.iter().map(|param| format!("`{}`", param.name)).collect::<Vec<_>>().join(", ");
        if let Some(name) = values.keys().find(|name| !self.params.iter().any(|param| param.name == **name)) {
            let message = format!("`{}` has no such parameter; it has: {}", self.name, known());
            return Err(Error::Parameter { name: name.clone(), message });
        }
        let mut terms = BTreeMap::new();
        for param in &self.params {
            // An empty field of a form is a value that was not given.
            let given = values.get(&param.name).map(String::as_str).filter(|value| !value.is_empty());
            let default = param.default.as_ref().map(|value| value.0.as_str()).filter(|_| !param.required);
            let Some(value) = given.or(default) else {
                if param.required {
                    return Err(Error::Parameter {
                        name: param.name.clone(),
                        message: "expected a value, found none".into(),
                    });
                }
                continue;
            };
            let fault = |message| Error::Parameter { name: param.name.clone(), message };
            terms.insert(format!("_{}", param.name), param.term(value).map_err(fault)?);
        }
        Ok(cut(bind(self.query.clone(), &terms), page))
    }
}

impl Param {
    /// The value as an RDF term of the parameter's kind.
    fn term(&self, value: &str) -> std::result::Result<Term, String> {
        if !self.allowed.is_empty() && !self.allowed.iter().any(|allowed| allowed.0 == value) {
            let allowed = self.allowed.iter().map(|allowed| format!("`{}`", allowed.0)).collect::<Vec<_>>().join(", ");
            return Err(format!("expected one of {allowed}, found `{value}`"));
        }
        let expected = |what: &str| format!("expected {what}, found `{value}`");
        let typed = |datatype: oxigraph::model::NamedNodeRef<'_>| Literal::new_typed_literal(value, datatype).into();
        match self.kind {
            ParamKind::String => Ok(Literal::new_simple_literal(value).into()),
            ParamKind::Iri => Ok(NamedNode::new(value).map_err(|_| expected("an absolute IRI"))?.into()),
            ParamKind::Integer => {
                value.parse::<i64>().map(|_| typed(xsd::INTEGER)).map_err(|_| expected("a whole number"))
            }
            ParamKind::Decimal => value
                .parse::<rust_decimal::Decimal>()
                .map(|_| typed(xsd::DECIMAL))
                .map_err(|_| expected("a decimal number")),
            ParamKind::Year => {
                let year = value.parse::<u16>().ok().filter(|_| value.len() == 4);
                year.map(|_| typed(xsd::INTEGER)).ok_or_else(|| expected("a year like `2024`"))
            }
            ParamKind::Date => {
                let date = value.parse::<jiff::civil::Date>().ok().filter(|_| value.len() == 10);
                date.map(|_| typed(xsd::DATE)).ok_or_else(|| expected("a day like `2024-03-05`"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const TEXT: &str = "#+ title: 试\n#+ title_en: Trial\n#+ summary: 试\n#+ summary_en: Trial\n#+ params:\n\
        #+   - { name: name, type: string, label: 名, label_en: Name, required: true, default: 甲 }\n\
        #+   - { name: since, type: date, label: 起, label_en: Since }\n\
        #+   - { name: kind, type: string, label: 类, label_en: Kind, default: a, enum: [a, b] }\n\
        SELECT ?s WHERE { ?s ?p ?o . FILTER(STR(?o) = ?_name && (!BOUND(?_since) || ?p > ?_since) && ?_kind = 'a') }";

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test compares the list with the folder")]
    fn the_list_of_files_is_what_the_folder_has() {
        let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/queries")).unwrap();
        let names: BTreeSet<String> = folder
            .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".rq")?.to_owned()))
            .collect();

        assert_eq!(names, canned().iter().map(|query| query.name.clone()).collect());
    }

    #[test]
    fn a_value_is_bound_as_a_term_and_never_read_as_sparql() {
        let canned = Canned::parse("trial", TEXT).unwrap();
        let evil = "x') } DROP ALL ; #";

        let query = canned.bind(&values(&[("name", evil)]), Page::default()).unwrap().to_string();

        assert!(query.contains("\"x') } DROP ALL ; #\""), "{query}");
        assert!(!query.contains("?_name"));
    }

    #[test]
    fn an_optional_parameter_without_value_is_unbound() {
        let canned = Canned::parse("trial", TEXT).unwrap();

        let without = canned.bind(&values(&[("name", "x")]), Page::default()).unwrap().to_string();
        let with =
            canned.bind(&values(&[("name", "x"), ("since", "2024-01-01")]), Page::default()).unwrap().to_string();

        assert!(without.contains("BOUND(?_since)"), "{without}");
        assert!(!with.contains("?_since"), "{with}");
    }

    #[test]
    fn bad_parameters_are_told_apart() {
        let canned = Canned::parse("trial", TEXT).unwrap();
        let message = |pairs: &[(&str, &str)]| canned.bind(&values(pairs), Page::default()).unwrap_err().to_string();

        assert!(message(&[("name", "x"), ("nam", "y")]).contains("no such parameter"));
        assert!(message(&[]).contains("expected a value"));
        assert!(message(&[("name", "x"), ("since", "5 May")]).contains("expected a day"));
        assert!(message(&[("name", "x"), ("kind", "c")]).contains("expected one of `a`, `b`"));
    }

    #[test]
    fn a_head_that_is_not_yaml_is_told() {
        assert!(Canned::parse("trial", "#+ title: [\nSELECT * {}").unwrap_err().contains("head"));
    }
}
