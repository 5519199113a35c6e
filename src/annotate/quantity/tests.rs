//! The examples, and what they cannot say.

use super::*;
use crate::annotate::number::numbers;
use crate::annotate::period::times;
use crate::model::PartialDate;
use crate::rules::corpus::{Reading, verify};

fn read(text: &str, published: Option<PartialDate>) -> Vec<Found<Option<Quantity>>> {
    finds(text, &numbers(text), &times(text, Span::default(), published))
}

#[test]
fn the_examples_hold() {
    let outcome = verify(&FAMILY, include_str!("examples.toml"), |text, case| {
        let found = read(text, case.published).into_iter();
        found
            .map(|quantity| {
                let Some(value) = &quantity.value else {
                    return Reading::new(quantity.span, quantity.rule.as_str(), [("measure", "none".to_owned())]);
                };
                let fields = [
                    ("value", value.value.normalize().to_string()),
                    ("max", value.max.map(|max| max.normalize().to_string()).unwrap_or_default()),
                    ("unit", value.unit.as_ref().map(|unit| unit.text.clone()).unwrap_or_default()),
                    ("concept", concept(value)),
                    ("bound", value.bound.to_string()),
                    ("measure", format!("{:?}", value.measure)),
                    ("number", value.number.of(text).to_owned()),
                ];
                Reading::new(quantity.span, quantity.rule.as_str(), fields)
            })
            .collect()
    });

    assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
}

#[test]
fn a_text_without_figures_has_none() {
    assert!(read("", None).is_empty());
    assert!(read("一心一意，万众一心。", None).is_empty());
}
