//! Rows of a canned query: plain JSON objects, or a form of the SPARQL results; at most a page of them.

use super::sheet::{self, Rows};
use super::{Call, Shape};
use crate::query::value;
use crate::serve::error::{Fault, Kind};
use crate::serve::evaluate::{Budget, refused};
use crate::serve::sparql::results::Output;
use oxigraph::sparql::QueryResults;
use oxigraph::sparql::results::QueryResultsSerializer;
use serde_json::{Map, Value, json};

/// Writes a page; and whether there is a next one.
///
/// `about` is what a workbook says of itself.
pub fn write(
    results: QueryResults<'_>,
    shape: Shape,
    call: &Call,
    about: &[(&str, String)],
    budget: &Budget,
) -> Result<(Vec<u8>, bool), Fault> {
    let QueryResults::Solutions(solutions) = results else {
        return match (shape, results) {
            (Shape::Rows, QueryResults::Boolean(value)) => {
                Ok((json!({ "boolean": value }).to_string().into_bytes(), false))
            }
            (Shape::Sparql(output), results) => {
                let mut bytes = Vec::new();
                output.write(results, budget, &mut bytes)?;
                Ok((bytes, false))
            }
            _ => Err(Fault::new(Kind::Internal, "a graph has no rows")),
        };
    };
    let size = call.page_size().unwrap_or(usize::MAX);
    let variables = solutions.variables().to_vec();
    let mut rows = Vec::new();
    let mut more = false;
    for solution in solutions {
        budget.check()?;
        let solution = solution?;
        if rows.len() == size {
            more = true;
            break;
        }
        rows.push(solution);
    }
    past_the_end(call, rows.len())?;
    if matches!(shape, Shape::Csv | Shape::Xlsx) {
        let table = Rows {
            columns: variables.iter().map(|name| name.as_str().to_owned()).collect(),
            rows: rows.iter().map(|row| row.values().to_vec()).collect(),
        };
        let bytes = match shape {
            Shape::Csv => sheet::csv(&table, call, budget)?,
            _ => sheet::xlsx(&table, call, about, budget)?,
        };
        return Ok((bytes, more));
    }
    let mut buffer = Vec::new();
    let refused = |error: std::io::Error| refused(&error, budget.limit());
    match shape {
        Shape::Sparql(Output::Table(form, _)) => {
            let mut writer = QueryResultsSerializer::from_format(form)
                .serialize_solutions_to_writer(&mut buffer, variables)
                .map_err(refused)?;
            for row in &rows {
                writer.serialize(row).map_err(refused)?;
            }
            writer.finish().map_err(refused)?;
        }
        _ => {
            let object = |row: &oxigraph::sparql::QuerySolution| {
                let pairs = variables.iter().map(|name| {
                    let value = row.get(name.as_str()).map_or(Value::Null, value);
                    (name.as_str().to_owned(), value)
                });
                Value::Object(pairs.collect::<Map<_, _>>())
            };
            let document = json!({
                "query": call.canned.name,
                "parameters": call.values,
                "page": call.page,
                "more": more,
                "pageSize": call.page_size(),
                "columns": variables.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
                "rows": rows.iter().map(object).collect::<Vec<_>>(),
            });
            serde_json::to_writer(&mut buffer, &document).map_err(|error| refused(error.into()))?;
        }
    }
    Ok((budget.within(buffer)?, more))
}

/// A page after the last is a mistake of the caller; an empty first page is an answer.
pub fn past_the_end(call: &Call, rows: usize) -> Result<(), Fault> {
    if rows == 0 && call.page > 1 {
        return Err(Fault::new(Kind::BadValue, format!("there is no page {}", call.page)).with("parameter", "page"));
    }
    Ok(())
}
