//! Terms as JSON, for programs that want rows and no RDF.

use oxigraph::model::Term;
use serde_json::Value;

/// A term as JSON: a number where JSON has the very same one, else text.
pub fn value(term: &Term) -> Value {
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
    use serde_json::json;

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
