//! `relate` takes the data of a whole store and gives what only the whole can tell, as graphs of their own:
//! `{base}/graph/conflicts` (two articles state different figures of the same thing) and `{base}/graph/duplicates` (two
//! articles are one text, word for word or nearly).
//!
//! It is a pure function of the set of article graphs: neither the order in which they came nor what an earlier run said
//! changes its result. It never rewrites an article's graph.

mod conflict;
mod republication;

use crate::error::{Error, Result};
use crate::model::Base;
use oxigraph::model::{NamedNode, Term, Triple};
use oxigraph::sparql::{QueryResults, QuerySolution, SparqlEvaluator};
use oxigraph::store::Store;

/// The graphs of conflicts and duplicates, by name; an empty one where there are none.
///
/// # Errors
/// If the database fails.
pub fn relate(data: &Store, base: &Base) -> Result<Vec<(NamedNode, Vec<Triple>)>> {
    let graph = |name: &str| NamedNode::new_unchecked(format!("{base}/graph/{name}"));
    Ok(vec![
        (graph("conflicts"), conflict::conflicts(data, base)?),
        (graph("duplicates"), republication::republications(data)?),
    ])
}

/// Calls `each` with every solution of a query of ours.
fn select(data: &Store, query: &str, mut each: impl FnMut(&QuerySolution)) -> Result<()> {
    let results = SparqlEvaluator::new()
        .parse_query(query)
        .map_err(|error| Error::Query { message: error.to_string() })?
        .on_store(data)
        .execute()
        .map_err(Error::database)?;
    if let QueryResults::Solutions(solutions) = results {
        for solution in solutions {
            each(&solution.map_err(Error::database)?);
        }
    }
    Ok(())
}

/// A value as text: an IRI without brackets, a literal without its type.
fn text(solution: &QuerySolution, variable: &str) -> String {
    match solution.get(variable) {
        Some(Term::NamedNode(node)) => node.as_str().to_owned(),
        Some(Term::Literal(literal)) => literal.value().to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
