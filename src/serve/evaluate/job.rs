//! What is asked of an evaluation, and how it is done: the same in a worker process and in a thread of the server.

use super::Budget;
use super::spool::refused;
use crate::query::{self, Page};
use crate::serve::answer::Tag;
use crate::serve::error::{Fault, Kind};
use crate::serve::graph;
use crate::serve::sparql::operation::{Dataset, Operation};
use crate::serve::sparql::results::Output;
use crate::serve::sparql::{self, is_stable};
use crate::store::Snapshot;
use axum::body::Bytes;
use oxigraph::io::{RdfFormat, RdfParser, RdfSerializer};
use oxigraph::model::{GraphName, NamedNode, Triple, Variable};
use oxigraph::sparql::results::{
    QueryResultsFormat, QueryResultsParser, QueryResultsSerializer, SliceQueryResultsParserOutput,
};
use oxigraph::sparql::{QueryEvaluationError, QueryResults, QuerySolution, QuerySolutionIter, QueryTripleIter};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

/// A task, and the version of the data on which it is to be done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// The version's number.
    pub version: u64,
    /// The task.
    pub task: Task,
}

/// What is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Task {
    /// A query of the protocol's, in the form that the caller accepts.
    Query {
        /// The operation.
        operation: Operation,
        /// The caller's `Accept`.
        accept: Option<String>,
        /// The caller's `If-None-Match`, where the method heeds it.
        held: Option<String>,
    },
    /// The first rows of a query, for the server to show.
    Rows {
        /// The query.
        asked: Asked,
        /// How many rows at most.
        limit: usize,
    },
    /// A graph.
    Graph {
        /// Its IRI; none for what stands in the default graph alone.
        graph: Option<String>,
        /// The suffix of the form in which it is wanted.
        form: String,
    },
    /// A change of the data.
    Change(Change),
}

/// A query, as text or by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Asked {
    /// As text.
    Operation(Operation),
    /// One of the canned ones. The worker binds the values, so they are never text of a query.
    Canned {
        /// Its name.
        name: String,
        /// Its parameters.
        values: BTreeMap<String, String>,
        /// Which page.
        page: Page,
    },
}

/// A change of the data.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Change {
    /// SPARQL Update.
    Update {
        /// The request.
        update: String,
        /// The dataset that the protocol names for its patterns.
        using: Dataset,
    },
    /// A graph's new content, or more of it. The content is the job's body.
    Put {
        /// The graph; none for the default graph.
        graph: Option<String>,
        /// What the content is, piece by piece.
        parts: Vec<Part>,
        /// Whether what the graph holds stays.
        add: bool,
    },
    /// A graph's end.
    Drop {
        /// The graph; none for the default graph.
        graph: Option<String>,
    },
}

/// A piece of a body: RDF in one form.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    /// Its media type.
    pub media: String,
    /// Its length in bytes.
    pub length: usize,
}

/// How it came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The result is whole.
    #[default]
    Whole,
    /// The caller has the result already.
    Unchanged,
    /// The caller prefers a page.
    Page,
}

/// What kind of result it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// Of SELECT.
    #[default]
    Solutions,
    /// Of ASK.
    Boolean,
    /// Of CONSTRUCT and DESCRIBE.
    Graph,
}

/// What there is to say of a result that is whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How it came out.
    pub outcome: Outcome,
    /// The media type.
    pub media: String,
    /// Its validator; none where the same query may give something else.
    pub tag: Option<Tag>,
    /// Whether the same task on the same data gives the same.
    pub stable: bool,
    /// Of what kind it is.
    pub shape: Shape,
    /// Whether there are more rows than were asked for.
    pub more: bool,
    /// Whether a graph was made that was not there.
    pub created: bool,
}

/// Does a task that reads. What it gives goes to `out`, which refuses what is over the limit.
///
/// # Errors
/// A fault that the caller is told. What stands in `out` is then nothing.
pub fn perform(task: Task, snapshot: &Snapshot, budget: &Budget, out: &mut impl Write) -> Result<Head, Fault> {
    match task {
        Task::Query { operation, accept, held } => query(&operation, accept.as_deref(), held, snapshot, budget, out),
        Task::Rows { asked, limit } => rows(asked, limit, snapshot, budget, out),
        Task::Graph { graph, form } => whole_graph(graph, &form, snapshot, budget, out),
        Task::Change(_) => Err(Fault::new(Kind::ReadOnly, "this is no writer")),
    }
}

fn query(
    operation: &Operation,
    accept: Option<&str>,
    held: Option<String>,
    snapshot: &Snapshot,
    budget: &Budget,
    out: &mut impl Write,
) -> Result<Head, Fault> {
    let query = sparql::parse(&operation.query, &snapshot.header.base)?;
    let output = Output::negotiate(&query, operation.format.as_deref(), accept)?;
    if output == Output::Page {
        return Ok(Head { outcome: Outcome::Page, ..Head::default() });
    }
    let mut head = Head { media: output.media().to_owned(), ..Head::default() };
    head.stable = is_stable(&query);
    head.tag = head.stable.then(|| operation.tag(&snapshot.header.content, output.media()));
    if let (Some(tag), Some(held)) = (&head.tag, held) {
        if let Some(held) = tag.held(&held) {
            return Ok(Head { outcome: Outcome::Unchanged, tag: Some(held), ..head });
        }
    }
    let prepared = operation.dataset.apply(sparql::prepare(query, budget))?;
    output.write(prepared.on_store(&snapshot.data).execute()?, budget, out)?;
    Ok(head)
}

fn rows(asked: Asked, limit: usize, snapshot: &Snapshot, budget: &Budget, out: &mut impl Write) -> Result<Head, Fault> {
    let fault = |error: std::io::Error| refused(&error, budget.limit);
    let (query, dataset) = match asked {
        Asked::Operation(operation) => (sparql::parse(&operation.query, &snapshot.header.base)?, operation.dataset),
        Asked::Canned { name, values, page } => {
            let wrong = |error: crate::error::Error| Fault::new(Kind::Internal, error.to_string());
            let canned = query::find(&name).map_err(wrong)?;
            (canned.bind(&values, page).map_err(wrong)?, Dataset::default())
        }
    };
    let mut head = Head { stable: is_stable(&query), ..Head::default() };
    let results = dataset.apply(sparql::prepare(query, budget))?.on_store(&snapshot.data).execute()?;
    match results {
        QueryResults::Boolean(value) => {
            head.shape = Shape::Boolean;
            let serializer = QueryResultsSerializer::from_format(QueryResultsFormat::Json);
            serializer.serialize_boolean_to_writer(out, value).map_err(fault)?;
        }
        QueryResults::Solutions(solutions) => {
            let serializer = QueryResultsSerializer::from_format(QueryResultsFormat::Json);
            let variables = solutions.variables().to_vec();
            let mut writer = serializer.serialize_solutions_to_writer(out, variables).map_err(fault)?;
            head.more = first(limit, solutions, budget, |solution| writer.serialize(&solution))?;
            writer.finish().map_err(fault)?;
        }
        QueryResults::Graph(triples) => {
            head.shape = Shape::Graph;
            let mut writer = RdfSerializer::from_format(RdfFormat::NTriples).for_writer(out);
            head.more = first(limit, triples, budget, |triple| writer.serialize_triple(&triple))?;
            writer.finish().map_err(fault)?;
        }
    }
    Ok(head)
}

/// Writes the first of what comes, and tells whether there is more.
fn first<T>(
    limit: usize,
    found: impl Iterator<Item = Result<T, QueryEvaluationError>>,
    budget: &Budget,
    mut write: impl FnMut(T) -> std::io::Result<()>,
) -> Result<bool, Fault> {
    for (count, one) in found.enumerate() {
        budget.check()?;
        let one = one?;
        if count == limit {
            return Ok(true);
        }
        write(one).map_err(|error| refused(&error, budget.limit))?;
    }
    Ok(false)
}

fn whole_graph(
    graph: Option<String>,
    form: &str,
    snapshot: &Snapshot,
    budget: &Budget,
    out: &mut impl Write,
) -> Result<Head, Fault> {
    let form = graph::named(form).ok_or_else(|| Fault::new(Kind::Internal, format!("there is no form `{form}`")))?;
    let data = &snapshot.data;
    let name = match graph {
        Some(iri) => {
            let name = NamedNode::new(&iri).map_err(|error| Fault::new(Kind::BadRequest, error.to_string()))?;
            if !data.contains_named_graph(&name)? {
                return Err(Fault::new(Kind::NotFound, format!("there is no graph `{iri}`")));
            }
            name
        }
        // What was written to the default graph is kept there; it may be empty, but it is never absent.
        None => NamedNode::new_unchecked(format!("{}/graph/default", snapshot.header.base)),
    };
    let wanted = GraphName::from(name);
    let quads = data.quads_for_pattern(None, None, None, Some(wanted.as_ref()));
    form.write(quads.map(|quad| quad.map(Triple::from)), budget, out)?;
    Ok(Head { media: form.media.to_owned(), ..Head::default() })
}

/// What a task of kind [`Task::Rows`] gave.
#[derive(Debug, Clone)]
pub struct Rows {
    head: Head,
    bytes: Bytes,
}

impl Rows {
    /// Rows as they came.
    pub const fn new(head: Head, bytes: Bytes) -> Self {
        Self { head, bytes }
    }

    /// Whether there are more than were asked for.
    pub const fn more(&self) -> bool {
        self.head.more
    }

    /// The rows as the database itself would have given them.
    ///
    /// # Errors
    /// If they cannot be read back.
    pub fn results(&self) -> Result<QueryResults<'static>, Fault> {
        results(&self.head, &self.bytes)
    }
}

fn results(head: &Head, bytes: &[u8]) -> Result<QueryResults<'static>, Fault> {
    let broken = |error: &dyn std::fmt::Display| Fault::new(Kind::Internal, format!("the rows came damaged: {error}"));
    if head.shape == Shape::Graph {
        let parser = RdfParser::from_format(RdfFormat::NTriples).for_slice(bytes);
        let triples = parser.map(|quad| quad.map(Triple::from)).collect::<Result<Vec<_>, _>>();
        let triples = triples.map_err(|error| broken(&error))?;
        return Ok(QueryResults::Graph(QueryTripleIter::new(triples.into_iter().map(Ok))));
    }
    let parser = QueryResultsParser::from_format(QueryResultsFormat::Json);
    match parser.for_slice(bytes).map_err(|error| broken(&error))? {
        SliceQueryResultsParserOutput::Boolean(value) => Ok(QueryResults::Boolean(value)),
        SliceQueryResultsParserOutput::Solutions(solutions) => {
            let variables: Arc<[Variable]> = solutions.variables().into();
            let rows = solutions.collect::<Result<Vec<QuerySolution>, _>>().map_err(|error| broken(&error))?;
            Ok(QueryResults::Solutions(QuerySolutionIter::new(variables, rows.into_iter().map(Ok))))
        }
    }
}
