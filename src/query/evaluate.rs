//! Evaluation: a query over a snapshot, and its answer as a table or a graph.

use crate::error::{Error, Result};
use oxigraph::model::{Term, Triple};
use oxigraph::sparql::{CancellationToken, QueryResults, SparqlEvaluator};
use oxigraph::store::Store;
use spargebra::{Query, SparqlParser};

/// A table of solutions.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The variables, in the order of the projection.
    pub columns: Vec<String>,
    /// The rows; `None` where a variable is unbound.
    pub rows: Vec<Vec<Option<Term>>>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Of SELECT.
    Table(Table),
    /// Of ASK.
    Boolean(bool),
    /// Of CONSTRUCT and DESCRIBE: sorted, each once.
    Graph(Vec<Triple>),
}

/// Reads a query.
///
/// # Errors
/// [`Error::Query`], with the place of the fault.
pub fn parse(text: &str) -> Result<Query> {
    SparqlParser::new().parse_query(text).map_err(|error| Error::Query { message: error.to_string() })
}

/// Begins to evaluate a query; rows come as they are asked for. `SERVICE` is refused, since Oxigraph is built
/// without an HTTP client: a query must not make the machine that runs it call others.
///
/// # Errors
/// [`Error::Database`] if the evaluation cannot begin.
pub fn evaluate(data: &Store, query: Query, stop: Option<&CancellationToken>) -> Result<QueryResults<'static>> {
    let mut evaluator = SparqlEvaluator::new();
    if let Some(stop) = stop {
        evaluator = evaluator.with_cancellation_token(stop.clone());
    }
    evaluator.for_query(query).on_store(data).execute().map_err(Error::database)
}

/// Evaluates a query to its end.
///
/// # Errors
/// [`Error::Database`] if the evaluation fails.
pub fn table(data: &Store, query: Query) -> Result<Answer> {
    Ok(match evaluate(data, query, None)? {
        QueryResults::Boolean(value) => Answer::Boolean(value),
        QueryResults::Graph(triples) => {
            let mut triples = triples.collect::<Result<Vec<_>, _>>().map_err(Error::database)?;
            triples.sort_by_cached_key(ToString::to_string);
            triples.dedup();
            Answer::Graph(triples)
        }
        QueryResults::Solutions(solutions) => {
            let columns: Vec<_> = solutions.variables().iter().map(|variable| variable.as_str().to_owned()).collect();
            let row = |solution: Result<oxigraph::sparql::QuerySolution, _>| {
                let solution = solution.map_err(Error::database)?;
                Ok(solution.values().to_vec())
            };
            Answer::Table(Table { rows: solutions.map(row).collect::<Result<_>>()?, columns })
        }
    })
}
