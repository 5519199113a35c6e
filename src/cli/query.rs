//! `jialing query`: a canned query, or a file of SPARQL, over the store or a remote endpoint.

#![expect(clippy::disallowed_methods, reason = "the query's file is read here")]

use super::options::Settings;
use super::print;
use crate::error::{Error, Result};
use crate::query::{Answer, Canned, Page, Table, canned, find, parse, table};
use crate::store::Store;
use clap::ValueEnum;
use comfy_table::{ContentArrangement, presets};
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::{Term, Variable};
use oxigraph::sparql::results::{
    QueryResultsFormat, QueryResultsParser, QueryResultsSerializer, ReaderQueryResultsParserOutput,
};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Ask a canned query, or a file of SPARQL; without a name, list the canned queries
#[derive(clap::Args)]
pub(super) struct Query {
    /// A canned query's name, or a file that ends in .rq or .sparql
    #[arg(value_name = "NAME|FILE")]
    what: Option<String>,
    /// A parameter of a canned query
    #[arg(long = "param", short = 'p', value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// How to print the answer; a graph is printed as Turtle or N-Triples
    #[arg(long, short = 'f', value_enum, default_value = "table")]
    format: Format,
    /// How many rows at the most
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
    /// How many rows to leave out before
    #[arg(long, value_name = "ROWS", default_value_t = 0)]
    offset: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Tsv,
    Json,
    Xml,
    Turtle,
    Ntriples,
}

impl Query {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let Some(what) = &self.what else { return print(&list()) };
        let page = Page { offset: self.offset, limit: self.limit };
        let query = if what.ends_with(".rq") || what.ends_with(".sparql") {
            let path = Path::new(what);
            let text = std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
            if text.starts_with("#+") {
                // A file with a head, as the canned queries and those of grlc have.
                let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                let canned = Canned::parse(&name, &text).map_err(|message| Error::Query { message })?;
                canned.bind(&self.values()?, page)?
            } else if let Some(param) = self.params.first() {
                return Err(Error::Usage {
                    message: format!("`--param {param}`: a file of SPARQL without a `#+` head takes no parameters"),
                    hint: "write the value into the query, give the file a head, or ask a canned query".into(),
                });
            } else {
                crate::query::cut(parse(&text)?, page)
            }
        } else {
            find(what)?.bind(&self.values()?, page)?
        };
        let answer = match settings.endpoint() {
            Some(url) => remote(url, &query)?,
            None => {
                let snapshot = Store::open(settings.store_dir()?, settings.wanted_base())?.snapshot()?;
                table(&snapshot.data, query)?
            }
        };
        print(&self.written(answer)?)
    }

    fn values(&self) -> Result<BTreeMap<String, String>> {
        let pair = |text: &String| match text.split_once('=') {
            Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
            None => Err(Error::Usage {
                message: format!("`--param {text}`: expected NAME=VALUE"),
                hint: "`jialing query` lists the canned queries with their parameters".into(),
            }),
        };
        self.params.iter().map(pair).collect()
    }

    fn written(&self, answer: Answer) -> Result<String> {
        let format = match (self.format, &answer) {
            (Format::Table, Answer::Table(table)) => return Ok(drawn(table)),
            (Format::Table, Answer::Boolean(value)) => return Ok(format!("{value}\n")),
            (Format::Turtle | Format::Ntriples, Answer::Table(_) | Answer::Boolean(_)) => {
                return Err(self.unfit("a table", "table, csv, tsv, json or xml"));
            }
            (Format::Csv | Format::Tsv | Format::Json | Format::Xml, Answer::Graph(_)) => {
                return Err(self.unfit("a graph", "turtle or ntriples"));
            }
            (Format::Csv, _) => QueryResultsFormat::Csv,
            (Format::Tsv, _) => QueryResultsFormat::Tsv,
            (Format::Xml, _) => QueryResultsFormat::Xml,
            _ => QueryResultsFormat::Json,
        };
        let fault = |source| Error::Write { path: "-".into(), source };
        let bytes = match answer {
            Answer::Graph(triples) => {
                let format = if self.format == Format::Ntriples { RdfFormat::NTriples } else { RdfFormat::Turtle };
                let mut writer = RdfSerializer::from_format(format).for_writer(Vec::new());
                for triple in &triples {
                    writer.serialize_triple(triple).map_err(fault)?;
                }
                writer.finish().map_err(fault)?
            }
            Answer::Boolean(value) => QueryResultsSerializer::from_format(format)
                .serialize_boolean_to_writer(Vec::new(), value)
                .map_err(fault)?,
            Answer::Table(table) => {
                let variables: Vec<_> = table.columns.iter().map(Variable::new_unchecked).collect();
                let serializer = QueryResultsSerializer::from_format(format);
                let mut writer =
                    serializer.serialize_solutions_to_writer(Vec::new(), variables.clone()).map_err(fault)?;
                for row in &table.rows {
                    let bound =
                        variables.iter().zip(row).filter_map(|(variable, term)| Some((variable, term.as_ref()?)));
                    writer.serialize(bound).map_err(fault)?;
                }
                writer.finish().map_err(fault)?
            }
        };
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(text)
    }

    fn unfit(&self, what: &str, fit: &str) -> Error {
        let given = self.format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        Error::Usage {
            message: format!("`--format {given}`: the answer is {what}"),
            hint: format!("print it as {fit}"),
        }
    }
}

/// The canned queries with their parameters.
fn list() -> String {
    let mut out = String::new();
    for query in canned() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}\n    {}\n    {}", query.name, query.title, query.title_en);
        for param in &query.params {
            let need = if param.required { "required" } else { "optional" };
            let allowed = param.allowed.iter().map(|value| value.0.as_str()).collect::<Vec<_>>().join("|");
            let allowed = if allowed.is_empty() { String::new() } else { format!(" {allowed}") };
            let example = param.default.as_ref().map(|value| format!(", e.g. {}", value.0)).unwrap_or_default();
            let _ = writeln!(out, "      --param {}=  {} ({need}{example}){allowed}", param.name, param.label_en);
        }
    }
    out
}

/// A table for people: IRIs decoded, literals without their types.
fn drawn(table: &Table) -> String {
    let mut drawn = comfy_table::Table::new();
    drawn.load_preset(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    drawn.set_header(&table.columns);
    for row in &table.rows {
        drawn.add_row(row.iter().map(|cell| cell.as_ref().map(plain).unwrap_or_default()));
    }
    format!("{drawn}\n{} rows\n", table.rows.len())
}

fn plain(term: &Term) -> String {
    match term {
        Term::Literal(literal) => literal.value().to_owned(),
        Term::NamedNode(node) => percent_encoding::percent_decode_str(node.as_str()).decode_utf8_lossy().into_owned(),
        other => other.to_string(),
    }
}

/// The answer of a remote endpoint, asked by the SPARQL 1.1 Protocol.
fn remote(url: &str, query: &spargebra::Query) -> Result<Answer> {
    let fault = |message: String| Error::Remote { url: url.to_owned(), message };
    let graph = matches!(query, spargebra::Query::Construct { .. } | spargebra::Query::Describe { .. });
    let accept = if graph { "application/n-triples" } else { "application/sparql-results+json" };
    let client = reqwest::blocking::Client::new();
    let request = client.post(url).header("Content-Type", "application/sparql-query").header("Accept", accept);
    let response = request.body(query.to_string()).send().map_err(|error| fault(error.to_string()))?;
    let status = response.status();
    let body = response.bytes().map_err(|error| fault(error.to_string()))?;
    if !status.is_success() {
        let said: String = String::from_utf8_lossy(&body).chars().take(300).collect();
        return Err(fault(format!("status {status}: {said}")));
    }
    if graph {
        let parser = oxigraph::io::RdfParser::from_format(RdfFormat::NTriples);
        let triples = parser.for_slice(&body).map(|quad| quad.map(Into::into)).collect::<Result<Vec<_>, _>>();
        return triples.map(Answer::Graph).map_err(|error| fault(error.to_string()));
    }
    let parser = QueryResultsParser::from_format(QueryResultsFormat::Json);
    match parser.for_reader(body.as_ref()).map_err(|error| fault(error.to_string()))? {
        ReaderQueryResultsParserOutput::Boolean(value) => Ok(Answer::Boolean(value)),
        ReaderQueryResultsParserOutput::Solutions(solutions) => {
            let columns = solutions.variables().iter().map(|variable| variable.as_str().to_owned()).collect();
            let rows = solutions.map(|solution| solution.map(|solution| solution.values().to_vec()));
            let rows = rows.collect::<Result<Vec<_>, _>>().map_err(|error| fault(error.to_string()))?;
            Ok(Answer::Table(Table { columns, rows }))
        }
    }
}
