//! The head of a query file: comment lines in the `#+` form that grlc reads.
//!
//! grlc's own decorators are understood: `summary`, `description`, `tags`, `pagination`, `defaults`, and variables whose
//! names tell their type (`?_x` required, `?__x` optional, `?_x_iri`, `?_x_number`, `?_x_integer`, `?_x_literal`,
//! `?_x_en`, `?_x_xsd_date`). Where to ask (`endpoint`, `endpoint_in_url`) and how (`method`, `endpoint-method`) are read
//! and passed over, since a query is always asked of this store. `transform` is refused: rows are rows here.

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// What kind of value a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParamKind {
    /// Any text.
    String,
    /// A text in English.
    English,
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
    /// A value that it may have, for documentation.
    pub example: Option<Scalar>,
    /// The only values that it takes.
    #[serde(default, rename = "enum")]
    pub allowed: Vec<Scalar>,
    /// A regular expression that the whole value matches.
    pub pattern: Option<String>,
    /// The smallest number, or the first day.
    pub min: Option<Scalar>,
    /// The largest number, or the last day.
    pub max: Option<Scalar>,
    /// The variable in the query, without its question mark.
    #[serde(skip)]
    pub(super) variable: String,
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

/// How the site shows the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// A table.
    #[default]
    Table,
    /// A line of values over time above the table.
    Chart,
}

/// What a query must answer on the test's data.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The values of its parameters.
    #[serde(default)]
    pub params: BTreeMap<String, Scalar>,
    /// The file under `queries/` that holds the answer.
    pub golden: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    title: Option<String>,
    title_en: Option<String>,
    summary: String,
    summary_en: Option<String>,
    description: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    params: Vec<Param>,
    #[serde(default)]
    defaults: Vec<BTreeMap<String, Scalar>>,
    #[serde(default)]
    enumerate: BTreeMap<String, String>,
    pagination: Option<usize>,
    cache: Option<String>,
    timeout: Option<String>,
    #[serde(default)]
    view: View,
    test: Option<Expected>,
    method: Option<String>,
    // Read, since grlc writes them; without effect.
    #[serde(default, rename = "endpoint")]
    _endpoint: serde::de::IgnoredAny,
    #[serde(default, rename = "endpoint_in_url")]
    _endpoint_in_url: serde::de::IgnoredAny,
    #[serde(default, rename = "endpoint-method")]
    _endpoint_method: serde::de::IgnoredAny,
}

/// A head that was read.
pub(super) struct Head {
    pub title: String,
    pub title_en: String,
    pub summary: String,
    pub summary_en: String,
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub params: Vec<Param>,
    pub defaults: BTreeMap<String, Scalar>,
    pub enumerate: BTreeMap<String, String>,
    pub pagination: Option<usize>,
    pub cache: Option<Duration>,
    pub timeout: Option<Duration>,
    pub view: View,
    pub test: Option<Expected>,
}

/// Reads the head of a query file.
pub(super) fn read(text: &str) -> Result<Head, String> {
    let yaml: String = text
        .lines()
        .map_while(|line| line.strip_prefix("#+"))
        .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
        .collect();
    let raw: Raw = serde_yaml_ng::from_str(&yaml).map_err(|error| format!("its `#+` head: {error}"))?;
    if let Some(method) = raw.method.filter(|method| !method.eq_ignore_ascii_case("get")) {
        return Err(format!("`method`: expected `GET`, found `{method}`: canned queries only read"));
    }
    let time = |key: &str, value: Option<String>| {
        let read = value.map(|text| crate::settings::duration(&text).map_err(|fault| format!("`{key}`: {fault}")));
        read.transpose()
    };
    let title = raw.title.unwrap_or_else(|| raw.summary.clone());
    Ok(Head {
        title_en: raw.title_en.unwrap_or_else(|| title.clone()),
        title,
        summary_en: raw.summary_en.unwrap_or_else(|| raw.summary.clone()),
        summary: raw.summary,
        description: raw.description,
        tags: raw.tags,
        params: raw.params,
        defaults: raw.defaults.into_iter().flatten().collect(),
        enumerate: raw.enumerate,
        pagination: raw.pagination,
        cache: time("cache", raw.cache)?,
        timeout: time("timeout", raw.timeout)?,
        view: raw.view,
        test: raw.test,
    })
}

impl Param {
    /// What the query file's own text makes of a variable that the head does not list: `_place_iri` is the required
    /// parameter `place`, an IRI; `__from_xsd_date` the optional `from`, a day.
    pub(super) fn of_variable(variable: &str) -> Option<Self> {
        const KINDS: [(&str, ParamKind); 6] = [
            ("_xsd_date", ParamKind::Date),
            ("_iri", ParamKind::Iri),
            ("_number", ParamKind::Decimal),
            ("_integer", ParamKind::Integer),
            ("_literal", ParamKind::String),
            ("_en", ParamKind::English),
        ];
        let (required, rest) = match variable.strip_prefix("__") {
            Some(rest) => (false, rest),
            None => (true, variable.strip_prefix('_')?),
        };
        let typed = KINDS.iter().find_map(|(ending, kind)| Some((rest.strip_suffix(ending)?, *kind)));
        let (name, kind) = typed.filter(|(name, _)| !name.is_empty()).unwrap_or((rest, ParamKind::String));
        (!name.is_empty()).then(|| Self {
            name: name.to_owned(),
            kind,
            label: name.to_owned(),
            label_en: name.to_owned(),
            required,
            default: None,
            example: None,
            allowed: Vec::new(),
            pattern: None,
            min: None,
            max: None,
            variable: variable.to_owned(),
        })
    }

    /// A value for documentation: the example, else the default, else the first that is allowed.
    pub fn shown(&self) -> Option<&str> {
        self.example.as_ref().or(self.default.as_ref()).or(self.allowed.first()).map(|value| value.0.as_str())
    }

    /// What is wrong with the parameter itself.
    pub(super) fn fault(&self) -> Option<String> {
        if self.pattern.as_ref().is_some_and(|pattern| regex::Regex::new(&whole(pattern)).is_err()) {
            return Some(format!("the parameter `{}` has a `pattern` that is no regular expression", self.name));
        }
        let bounded = matches!(self.kind, ParamKind::Integer | ParamKind::Decimal | ParamKind::Year | ParamKind::Date);
        if !bounded && (self.min.is_some() || self.max.is_some()) {
            return Some(format!("the parameter `{}` has a `min` or `max` but is no number and no day", self.name));
        }
        let values = [&self.default, &self.example, &self.min, &self.max].into_iter().flatten().chain(&self.allowed);
        values.into_iter().find_map(|value| {
            let message = self.term(&value.0).err()?;
            Some(format!("the parameter `{}` is given `{}` in the head: {message}", self.name, value.0))
        })
    }

    /// The value as an RDF term of the parameter's kind.
    pub(super) fn term(&self, value: &str) -> Result<Term, String> {
        if !self.allowed.is_empty() && !self.allowed.iter().any(|allowed| allowed.0 == value) {
            let allowed = self.allowed.iter().map(|allowed| format!("`{}`", allowed.0)).collect::<Vec<_>>().join(", ");
            return Err(format!("expected one of {allowed}, found `{value}`"));
        }
        let expected = |what: &str| format!("expected {what}, found `{value}`");
        if let Some(pattern) = &self.pattern {
            let fits = regex::Regex::new(&whole(pattern)).is_ok_and(|pattern| pattern.is_match(value));
            if !fits {
                return Err(expected(&format!("what matches `{pattern}`")));
            }
        }
        let typed = |text: &str, datatype| Term::from(Literal::new_typed_literal(text, datatype));
        // The canonical form is bound: `1_000` and `+5` are read by Rust, and the first is no xsd:decimal.
        match self.kind {
            ParamKind::String => Ok(Literal::new_simple_literal(value).into()),
            ParamKind::English => Ok(Literal::new_language_tagged_literal_unchecked(value, "en").into()),
            ParamKind::Iri => Ok(NamedNode::new(value).map_err(|_| expected("an absolute IRI"))?.into()),
            ParamKind::Integer => {
                let number: i64 = value.parse().map_err(|_| expected("a whole number"))?;
                self.within(number.into(), value)?;
                Ok(typed(&number.to_string(), xsd::INTEGER))
            }
            ParamKind::Decimal => {
                let plain = value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
                let number: Option<Decimal> = value.parse().ok().filter(|_| plain);
                let number = number.ok_or_else(|| expected("a decimal number"))?;
                self.within(number, value)?;
                Ok(typed(&number.to_string(), xsd::DECIMAL))
            }
            ParamKind::Year => {
                let year = value.parse::<u16>().ok().filter(|_| value.len() == 4);
                let year = year.ok_or_else(|| expected("a year like `2024`"))?;
                self.within(year.into(), value)?;
                Ok(typed(&year.to_string(), xsd::INTEGER))
            }
            ParamKind::Date => {
                let date = value.parse::<jiff::civil::Date>().ok().filter(|_| value.len() == 10);
                date.ok_or_else(|| expected("a day like `2024-03-05`"))?;
                // Days of ten characters have the order of their texts.
                if self.min.as_ref().is_some_and(|min| value < min.0.as_str()) {
                    return Err(expected(&format!("a day from {}", self.min.as_ref().map_or("", |min| &min.0))));
                }
                if self.max.as_ref().is_some_and(|max| value > max.0.as_str()) {
                    return Err(expected(&format!("a day up to {}", self.max.as_ref().map_or("", |max| &max.0))));
                }
                Ok(typed(value, xsd::DATE))
            }
        }
    }

    fn within(&self, number: Decimal, given: &str) -> Result<(), String> {
        let bound = |bound: &Option<Scalar>| bound.as_ref().and_then(|bound| bound.0.parse::<Decimal>().ok());
        if let Some(min) = bound(&self.min).filter(|min| number < *min) {
            return Err(format!("expected at least {min}, found `{given}`"));
        }
        if let Some(max) = bound(&self.max).filter(|max| number > *max) {
            return Err(format!("expected at most {max}, found `{given}`"));
        }
        Ok(())
    }
}

/// A pattern that is for the whole value.
pub(super) fn whole(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn param(variable: &str) -> Param {
        Param::of_variable(variable).unwrap()
    }

    #[test]
    fn a_variable_tells_its_name_kind_and_whether_it_is_required_as_grlc_has_it() {
        let told = |variable: &str| {
            let param = param(variable);
            (param.name, param.kind, param.required)
        };

        assert_eq!(told("_place"), ("place".into(), ParamKind::String, true));
        assert_eq!(told("__place_iri"), ("place".into(), ParamKind::Iri, false));
        assert_eq!(told("_from_xsd_date"), ("from".into(), ParamKind::Date, true));
        assert_eq!(told("_name_en"), ("name".into(), ParamKind::English, true));
        assert_eq!(told("_n_integer"), ("n".into(), ParamKind::Integer, true));
        assert_eq!(told("_n_number"), ("n".into(), ParamKind::Decimal, true));
        assert_eq!(told("_iri"), ("iri".into(), ParamKind::String, true));
        assert!(Param::of_variable("place").is_none());
    }

    #[test]
    fn numbers_days_and_texts_are_held_to_their_bounds() {
        let mut number = param("_n_integer");
        (number.min, number.max) = (Some(Scalar("1".into())), Some(Scalar("10".into())));
        let mut day = param("_d_xsd_date");
        (day.min, day.max) = (Some(Scalar("2000-01-01".into())), Some(Scalar("2030-12-31".into())));
        let mut text = param("_t");
        text.pattern = Some("[a-z]+|木".into());

        assert!(number.term("10").is_ok() && day.term("2024-02-29").is_ok() && text.term("木").is_ok());
        assert!(number.term("0").unwrap_err().contains("at least 1"));
        assert!(number.term("11").unwrap_err().contains("at most 10"));
        assert!(day.term("1999-12-31").unwrap_err().contains("from 2000-01-01"));
        assert!(day.term("2031-01-01").unwrap_err().contains("up to 2030-12-31"));
        assert!(day.term("2023-02-29").is_err());
        assert!(text.term("木a").unwrap_err().contains("matches"), "the whole value");
    }

    #[test]
    fn a_number_is_bound_in_the_form_of_its_datatype() {
        let decimal = param("_n_number");

        assert_eq!(decimal.term("+5.50").unwrap().to_string(), format!("\"5.50\"^^{}", xsd::DECIMAL));
        for odd in ["1_000", "1e3", "NaN", "１", "5 "] {
            assert!(decimal.term(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_head_with_what_is_not_offered_is_refused() {
        let fault = |line: &str| read(&format!("#+ summary: x\n#+ {line}\n")).err().unwrap();

        assert!(fault("transform: {a: '?b'}").contains("transform"));
        assert!(fault("method: POST").contains("GET"));
        assert!(fault("timeout: soon").contains("timeout"));
        assert!(fault("cache: 5 days").contains("cache"));
        assert!(read("#+ summary: x\n#+ endpoint: http://a/\n#+ endpoint_in_url: false\n#+ endpoint-method: GET\n#+ defaults:\n#+   - n: 5\n").is_ok());
    }
}
