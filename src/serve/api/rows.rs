//! Rows of a canned query: plain JSON objects, or a form of the SPARQL results; at most a page of them.

use super::{Call, Shape};
use crate::serve::error::{Fault, Kind};
use crate::serve::evaluate::{Budget, refused};
use crate::serve::sparql::results::Output;
use oxigraph::model::Term;
use oxigraph::sparql::QueryResults;
use oxigraph::sparql::results::QueryResultsSerializer;
use serde_json::{Map, Value, json};

/// Writes a page; and whether there is a next one.
pub fn write(results: QueryResults<'_>, shape: Shape, call: &Call, budget: &Budget) -> Result<(Vec<u8>, bool), Fault> {
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
    let size = call.canned.page_size.unwrap_or(usize::MAX);
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
                "columns": variables.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
                "rows": rows.iter().map(object).collect::<Vec<_>>(),
            });
            serde_json::to_writer(&mut buffer, &document).map_err(|error| refused(error.into()))?;
        }
    }
    Ok((buffer, more))
}

/// A page after the last is a mistake of the caller; an empty first page is an answer.
pub fn past_the_end(call: &Call, rows: usize) -> Result<(), Fault> {
    if rows == 0 && call.page > 1 {
        return Err(Fault::new(Kind::BadValue, format!("there is no page {}", call.page)).with("parameter", "page"));
    }
    Ok(())
}

/// A term as JSON: a number where JSON has the very same one, else text.
fn value(term: &Term) -> Value {
    match term {
        Term::NamedNode(node) => node.as_str().into(),
        Term::Literal(literal) => {
            let text = literal.value();
            match literal.datatype().as_str().rsplit('#').next().unwrap_or_default() {
                "boolean" => matches!(text, "true" | "1").into(),
                "integer" => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
                "decimal" | "double" => exact(text).unwrap_or_else(|| text.into()),
                _ => text.into(),
            }
        }
        other => other.to_string().into(),
    }
}

/// A decimal as a JSON number, if it has few enough digits to survive as one.
fn exact(text: &str) -> Option<Value> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let number: f64 = text.parse().ok().filter(|_| digits <= 15)?;
    if number.fract() == 0.0 && number.abs() < 9e15 {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
        return Some(Value::from(number as i64));
    }
    serde_json::Number::from_f64(number).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::model::Literal;
    use oxigraph::model::vocab::xsd;

    #[test]
    fn numbers_are_numbers_and_long_ones_stay_text() {
        let decimal = |text: &str| value(&Literal::new_typed_literal(text, xsd::DECIMAL).into());

        assert_eq!(decimal("53.0"), json!(53));
        assert_eq!(decimal("7.6"), json!(7.6));
        assert_eq!(decimal("130000000000"), json!(130_000_000_000_i64));
        assert_eq!(decimal("0.1234567890123456789"), json!("0.1234567890123456789"));
        assert_eq!(value(&Literal::new_simple_literal("007").into()), json!("007"));
    }
}
