//! Forms of results, and how one is chosen.

use crate::serve::accept;
use crate::serve::error::{Fault, Kind};
use crate::serve::evaluate::{Budget, refused};
use crate::serve::graph::{self, Form};
use oxigraph::sparql::QueryResults;
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use spargebra::Query;
use std::io::Write;

/// What a result is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// SELECT and ASK.
    Table(QueryResultsFormat, &'static str),
    /// CONSTRUCT and DESCRIBE.
    Graph(Form),
    /// The editor with the result below it.
    Page,
}

/// A form of table: its name in `?format=`, its media type.
const TABLES: [(&str, &str, QueryResultsFormat); 4] = [
    ("json", "application/sparql-results+json", QueryResultsFormat::Json),
    ("xml", "application/sparql-results+xml", QueryResultsFormat::Xml),
    ("csv", "text/csv", QueryResultsFormat::Csv),
    ("tsv", "text/tab-separated-values", QueryResultsFormat::Tsv),
];

/// Media types of tables, for the service's description.
pub const TABLE_FORMATS: [QueryResultsFormat; 4] =
    [QueryResultsFormat::Json, QueryResultsFormat::Xml, QueryResultsFormat::Csv, QueryResultsFormat::Tsv];

impl Output {
    /// The form for that query: by name if one is given, else by what the caller accepts.
    pub fn negotiate(query: &Query, format: Option<&str>, accept: Option<&str>) -> Result<Self, Fault> {
        match query {
            Query::Select { .. } => Self::table(&TABLES, format, accept),
            // CSV and TSV have no form for a boolean.
            Query::Ask { .. } => Self::table(&TABLES[..2], format, accept),
            Query::Construct { .. } | Query::Describe { .. } => Self::graph(format, accept),
        }
    }

    fn table(
        tables: &[(&'static str, &'static str, QueryResultsFormat)],
        format: Option<&str>,
        accept: Option<&str>,
    ) -> Result<Self, Fault> {
        if let Some(name) = format {
            if name.eq_ignore_ascii_case("html") {
                return Ok(Self::Page);
            }
            let known = tables
                .iter()
                .find(|(short, media, _)| name.eq_ignore_ascii_case(short) || name.eq_ignore_ascii_case(media));
            return known
                .map(|(_, media, form)| Self::Table(*form, media))
                .ok_or_else(|| no_format(name, &tables.iter().map(|table| table.0).collect::<Vec<_>>()));
        }
        let mut offers: Vec<&str> = tables.iter().map(|(_, media, _)| *media).collect();
        offers.extend(["application/json", "text/html"]);
        let place = accept::choose(accept, &offers).ok_or_else(|| Fault::not_acceptable(&offers))?;
        Ok(match tables.get(place) {
            Some((_, media, form)) => Self::Table(*form, media),
            None if offers[place] == "text/html" => Self::Page,
            None => Self::Table(QueryResultsFormat::Json, TABLES[0].1),
        })
    }

    fn graph(format: Option<&str>, accept: Option<&str>) -> Result<Self, Fault> {
        if let Some(name) = format {
            if name.eq_ignore_ascii_case("html") {
                return Ok(Self::Page);
            }
            let shorts: Vec<&str> = graph::FORMS.iter().map(|form| form.suffix).collect();
            return graph::named(name).map(Self::Graph).ok_or_else(|| no_format(name, &shorts));
        }
        let mut offers = graph::OFFERS.to_vec();
        offers.push("text/html");
        let place = accept::choose(accept, &offers).ok_or_else(|| Fault::not_acceptable(&offers))?;
        if offers[place] == "text/html" {
            return Ok(Self::Page);
        }
        Ok(Self::Graph(graph::offered(place)))
    }

    /// Its media type.
    pub fn media(self) -> &'static str {
        match self {
            Self::Table(_, media) => media,
            Self::Graph(form) => form.media,
            Self::Page => "text/html",
        }
    }

    /// Writes a result to its end, or says why it has none.
    pub fn write(self, results: QueryResults<'_>, budget: &Budget, out: &mut impl Write) -> Result<(), Fault> {
        let refused = |error: std::io::Error| refused(&error, budget.limit());
        match (self, results) {
            (Self::Table(form, _), QueryResults::Boolean(value)) => {
                QueryResultsSerializer::from_format(form).serialize_boolean_to_writer(out, value).map_err(refused)?;
            }
            (Self::Table(form, _), QueryResults::Solutions(solutions)) => {
                let variables = solutions.variables().to_vec();
                let mut writer = QueryResultsSerializer::from_format(form)
                    .serialize_solutions_to_writer(out, variables)
                    .map_err(refused)?;
                for solution in solutions {
                    budget.check()?;
                    writer.serialize(&solution?).map_err(refused)?;
                }
                writer.finish().map_err(refused)?;
            }
            (Self::Graph(form), QueryResults::Graph(triples)) => form.write(triples, budget, out)?,
            _ => {
                return Err(Fault::new(Kind::Internal, "the result is not of the kind that was negotiated"));
            }
        }
        Ok(())
    }
}

fn no_format(name: &str, known: &[&str]) -> Fault {
    Fault::new(Kind::NotAcceptable, format!("expected a format of {}, found `{name}`", known.join(", ")))
        .with("offered", known.to_vec())
}
