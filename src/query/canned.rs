//! Canned queries: reading their heads, checking and binding their parameters.

use super::bind::{bind, cut};
use super::head::{self, Expected, Param, View};
use super::sound::{Uses, is_ordered, settle};
use crate::error::{Error, Result};
use oxigraph::model::Term;
use serde::{Deserialize, Serialize};
use spargebra::algebra::GraphPattern;
use spargebra::{Query, SparqlParser};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

/// The files, in the order of their names. `build.rs` is not worth it for a dozen lines: a test holds that the list is
/// what the folder has.
macro_rules! embedded {
    ($($name:literal),+ $(,)?) => { &[$((
        $name,
        include_str!(concat!("../../queries/", $name, ".rq")),
        include_str!(concat!("../../queries/golden/", $name, ".json")),
    )),+] };
}

/// Name, text and golden answer.
const FILES: &[(&str, &str, &str)] = embedded![
    "article-facts",
    "articles",
    "conflicts",
    "corroborated-figures",
    "events",
    "figure-source",
    "indicator-graph",
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
    /// More about it, if there is more to say.
    pub description: Option<String>,
    /// How long an answer may be kept by those who have it; `None` for the server's own time.
    pub cache: Option<Duration>,
    /// How long it may take, where that is less than the server allows; `None` for the server's own limit.
    pub timeout: Option<Duration>,
    /// How the site shows it.
    pub view: View,
    /// Parameters whose values the data lists, each with the path segment of the things whose names they are: `place`.
    pub enumerate: BTreeMap<String, String>,
    /// What it must answer on the test's data.
    pub test: Option<Expected>,
    /// That answer, as JSON; empty for a query that does not ship.
    pub golden: &'static str,
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
        let parse = |(name, text, golden): &(&'static str, &'static str, &'static str)| match Canned::parse(name, text)
        {
            Ok(canned) => Canned { golden, ..canned },
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
        let head = head::read(text)?;
        let query = SparqlParser::new().parse_query(text).map_err(|error| error.to_string())?;
        let uses = Uses::of(&query);
        let mut params = head.params;
        for param in &mut params {
            let of_name =
                |variable: &&String| Param::of_variable(variable).is_some_and(|found| found.name == param.name);
            let plain = format!("_{}", param.name);
            let found = if uses.read.contains(&plain) { Some(&plain) } else { uses.read.iter().find(of_name) };
            param.variable = found.unwrap_or(&plain).clone();
        }
        for variable in &uses.read {
            if !params.iter().any(|param| param.variable == *variable) {
                params.extend(Param::of_variable(variable));
            }
        }
        for param in &mut params {
            param.default = param.default.take().or_else(|| head.defaults.get(&param.name).cloned());
        }
        for param in &params {
            if let Some(fault) = uses.fault(param).or_else(|| param.fault()) {
                return Err(fault);
            }
            if param.required && param.shown().is_none() {
                return Err(format!("the required parameter `{}` has no `default` as an example", param.name));
            }
        }
        let is_param = |name: &&String| params.iter().any(|param| param.name == **name);
        if let Some(name) = head.defaults.keys().chain(head.enumerate.keys()).find(|name| !is_param(name)) {
            return Err(format!("`defaults` and `enumerate` name `{name}`, which is no parameter"));
        }
        if head.pagination == Some(0) {
            return Err("`pagination`: expected at least 1 row a page, found 0".into());
        }
        if head.pagination.is_some() && !is_ordered(&query) {
            return Err("a query with `pagination` needs an ORDER BY: else a row may be on two pages or on none".into());
        }
        Ok(Self {
            name: name.to_owned(),
            title: head.title,
            title_en: head.title_en,
            summary: head.summary,
            summary_en: head.summary_en,
            tags: head.tags,
            params,
            page_size: head.pagination,
            description: head.description,
            cache: head.cache,
            timeout: head.timeout,
            view: head.view,
            enumerate: head.enumerate,
            test: head.test,
            golden: "",
            text: text.to_owned(),
            query: settle(query),
        })
    }

    /// Whether it gives RDF rather than rows.
    pub fn gives_graph(&self) -> bool {
        matches!(self.query, Query::Construct { .. } | Query::Describe { .. })
    }

    /// The names of its columns, in their order; none if it gives RDF.
    pub fn columns(&self) -> Vec<&str> {
        let Query::Select { pattern, .. } = &self.query else { return Vec::new() };
        let mut inner = pattern;
        loop {
            inner = match inner {
                GraphPattern::Distinct { inner }
                | GraphPattern::Reduced { inner }
                | GraphPattern::Slice { inner, .. } => inner,
                GraphPattern::Project { variables, .. } => {
                    return variables.iter().map(|variable| variable.as_str()).collect();
                }
                _ => return Vec::new(),
            };
        }
    }

    /// The query as one can send it to any endpoint: without its head, with the values that it takes by itself and the
    /// examples of what it needs. Only the file's own values are written into text, never a caller's.
    pub fn runnable(&self) -> String {
        let lines = self.text.lines().skip_while(|line| line.starts_with("#+"));
        let mut text = lines.collect::<Vec<_>>().join("\n");
        for param in &self.params {
            let Some(value) = self.own_value(param) else { continue };
            let Ok(term) = param.term(&value) else { continue };
            let variable = regex::escape(&format!("?{}", param.variable));
            let patterns = [
                (format!(r"(?i:BOUND)\s*\(\s*{variable}\s*\)"), "true".to_owned()),
                (format!(r"{variable}\b"), term.to_string()),
            ];
            for (pattern, with) in patterns {
                if let Ok(pattern) = regex::Regex::new(&pattern) {
                    text = pattern.replace_all(&text, regex::NoExpand(&with)).into_owned();
                }
            }
        }
        format!("{}\n", text.trim())
    }

    fn own_value(&self, param: &Param) -> Option<String> {
        if param.required {
            param.shown().map(str::to_owned)
        } else {
            param.default.as_ref().map(|value| value.0.clone())
        }
    }

    /// The values under which it is shown: those of its test, else the examples of what it needs.
    pub fn example(&self) -> BTreeMap<String, String> {
        if let Some(test) = &self.test {
            return test.params.iter().map(|(name, value)| (name.clone(), value.0.clone())).collect();
        }
        let needed = self.params.iter().filter(|param| param.required);
        needed.filter_map(|param| Some((param.name.clone(), param.shown()?.to_owned()))).collect()
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
        let mut terms: BTreeMap<String, Term> = BTreeMap::new();
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
            terms.insert(param.variable.clone(), param.term(value).map_err(fault)?);
        }
        Ok(cut(bind(self.query.clone(), &terms), page))
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
    fn what_can_be_run_elsewhere_is_the_query_with_its_own_values_bound() {
        // The parser names what a path passes over, and what is counted, anew each time.
        let named = regex::Regex::new(r"(_:|\?)[0-9a-f]{20,}").unwrap();
        for canned in canned() {
            let own = canned.params.iter().filter_map(|param| Some((param.name.clone(), canned.own_value(param)?)));
            let bound = canned.bind(&own.collect(), Page::default()).unwrap();

            let parsed = SparqlParser::new().parse_query(&canned.runnable());

            let parsed = parsed.unwrap_or_else(|error| panic!("{}: {error}\n{}", canned.name, canned.runnable()));
            let plain = |query: Query| named.replace_all(&query.to_string(), "${1}b").into_owned();
            assert_eq!(plain(settle(parsed)), plain(bound), "{}", canned.name);
        }
    }

    #[test]
    fn a_query_as_grlc_writes_it_has_its_parameters_by_their_names() {
        let text = "#+ summary: Trees\n#+ pagination: 10\n#+ defaults:\n#+   - kind: oak\n\
            SELECT ?s WHERE { ?s ?_p_iri ?__kind . FILTER(?s != ?_kind2_en) } ORDER BY ?s";

        let fault = Canned::parse("trial", text).unwrap_err();
        assert!(fault.contains("`kind2`") || fault.contains("`p`"), "{fault}");
        let text = text.replace("?_kind2_en", "?__kind2_en").replace("?_p_iri", "?__p_iri");
        let canned = Canned::parse("trial", &text).unwrap();

        assert_eq!(canned.title_en, "Trees");
        let values = values(&[("p", "http://x/p"), ("kind2", "elm")]);
        let bound = canned.bind(&values, Page { offset: 10, limit: Some(11) }).unwrap().to_string();
        assert!(bound.contains("<http://x/p> \"oak\""), "{bound}");
        assert!(bound.contains("\"elm\"@en"), "{bound}");
        assert!(bound.contains("OFFSET 10") && bound.contains("LIMIT 11"), "{bound}");
    }

    #[test]
    fn a_query_whose_pages_or_parameters_are_not_well_defined_is_refused() {
        let fault = |head: &str, query: &str| {
            let head: String = head.lines().map(|line| format!("#+ {line}\n")).collect();
            Canned::parse("trial", &format!("#+ summary: x\n{head}{query}")).unwrap_err()
        };
        let param = |more: &str| format!("params:\n  - {{ name: a, label: a, label_en: a, {more} }}");

        assert!(fault("pagination: 10", "SELECT ?s { ?s ?p ?o }").contains("ORDER BY"));
        assert!(fault("pagination: 0", "SELECT ?s { ?s ?p ?o } ORDER BY ?s").contains("at least 1"));
        assert!(fault(&param("type: string"), "SELECT ?s { ?s ?p ?o }").contains("nowhere"));
        assert!(fault(&param("type: string"), "SELECT ?s { ?s ?_a ?o }").contains("only an IRI"));
        assert!(fault(&param("type: string"), "SELECT ?s { BIND(1 AS ?_a) ?s ?p ?_a }").contains("itself gives"));
        assert!(fault(&param("type: string"), "SELECT ?s { VALUES ?_a { 1 } ?s ?p ?_a }").contains("itself gives"));
        assert!(fault(&param("type: string, pattern: '('"), "SELECT ?s { ?s ?p ?_a }").contains("regular expression"));
        assert!(fault(&param("type: string, min: 1"), "SELECT ?s { ?s ?p ?_a }").contains("no number"));
        assert!(fault(&param("type: integer, max: 3, default: 4"), "SELECT ?s { ?s ?p ?_a }").contains("at most 3"));
        assert!(fault("defaults:\n  - b: 1", "SELECT ?s { ?s ?p ?o }").contains("`b`"));
        assert!(fault("enumerate: { b: place }", "SELECT ?s { ?s ?p ?o }").contains("`b`"));
    }

    #[test]
    fn rows_that_its_own_order_leaves_equal_are_ordered_by_all_their_columns() {
        let text = "#+ summary: x\n#+ pagination: 10\nSELECT DISTINCT ?s ?o { ?s ?p ?o } ORDER BY DESC(?o)";

        let bound = Canned::parse("trial", text).unwrap().bind(&BTreeMap::new(), Page::default()).unwrap();

        assert!(bound.to_string().contains("ORDER BY DESC(?o) ASC(?s) ASC(?o)"), "{bound}");
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
