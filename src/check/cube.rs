//! The integrity constraints of the RDF Data Cube, over the data of a whole store.

use super::Fault;
use crate::error::{Error, Result};
use oxigraph::model::Term;
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use oxigraph::store::Store;
use std::sync::LazyLock;

#[derive(serde::Deserialize)]
struct Constraints {
    prefixes: String,
    constraint: Vec<Constraint>,
}

/// A constraint, and the query that selects what breaks it.
#[derive(serde::Deserialize)]
struct Constraint {
    name: String,
    says: String,
    select: String,
}

static CONSTRAINTS: LazyLock<Constraints> = LazyLock::new(|| {
    toml::from_str(include_str!("cube.toml")).expect("cube.toml is complete: a test runs every query")
});

/// Where the data is no RDF Data Cube; empty if it is one. In the order of the constraints.
///
/// # Errors
/// If the database fails.
pub fn cube(data: &Store) -> Result<Vec<Fault>> {
    let mut all = Vec::new();
    for constraint in &CONSTRAINTS.constraint {
        let mut faults = broken(data, constraint)?;
        faults.sort();
        faults.dedup();
        all.extend(faults);
    }
    Ok(all)
}

fn broken(data: &Store, constraint: &Constraint) -> Result<Vec<Fault>> {
    let text = format!("{}{}", CONSTRAINTS.prefixes, constraint.select);
    let query = SparqlEvaluator::new()
        .parse_query(&text)
        .map_err(|error| Error::Query { message: format!("{}: {error}", constraint.name) })?;
    let QueryResults::Solutions(solutions) = query.on_store(data).execute().map_err(Error::database)? else {
        return Ok(Vec::new());
    };
    let mut faults = Vec::new();
    for solution in solutions {
        let solution = solution.map_err(Error::database)?;
        if let Some(focus) = solution.get("focus") {
            faults.push(Fault {
                focus: plain(focus),
                path: solution.get("path").map(plain),
                message: format!("{}: {}", constraint.name, constraint.says),
            });
        }
    }
    Ok(faults)
}

/// An IRI without its brackets.
fn plain(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        other => other.to_string(),
    }
}
