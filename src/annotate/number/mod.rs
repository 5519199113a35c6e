//! Numbers of any script. Takes the text, gives each numeral's value; leaves units, bounds around it and whether it is
//! a figure at all to `quantity`.
//!
//! `一千三百亿` is 130000000000, written 1300 with the scale 亿; `20多万` is at least 200000; `四分之三` is 0.75.
//! The grammar is our own: the published crates read 一千三百亿 as 1150981120 or refuse 三千五百余万.

use super::sentence::stretches;
use crate::model::{Bound, Found, Number, Span};
use crate::rules::{Family, Hit, Policy};
use rust_decimal::Decimal;
use std::sync::LazyLock;

static FAMILY: LazyLock<Family> =
    LazyLock::new(|| Family::embedded("number", include_str!("lexicon.toml"), include_str!("rules.toml")));

/// The numbers of the text, in its order.
pub(super) fn numbers(text: &str) -> Vec<Found<Number>> {
    let mut found = Vec::new();
    for line in stretches(text) {
        let tape = FAMILY.tape(text, line, &[]);
        for hit in FAMILY.find(&tape, Policy::Longest) {
            if let Some((span, value)) = read(&hit, text) {
                found.push(Found { span, value, rule: hit.rule.id.clone() });
            }
        }
    }
    found
}

fn read(hit: &Hit<'_>, text: &str) -> Option<(Span, Number)> {
    if let Some(part) = hit.text("numerator", text) {
        let denominator = match hit.text("denominator", text) {
            Some(numeral) => value_of(numeral)?,
            None => Decimal::from(hit.sets("denominator")?.parse::<i64>().ok()?),
        };
        let value = value_of(part)?.checked_div(denominator)?;
        let number = Number { value, written: value, scale: String::new(), bound: Bound::Exact };
        return Some((hit.span, number));
    }
    let mut span = hit.group("numeral")?.span;
    // In 60万千瓦 the 千 belongs to the unit.
    let kilo = FAMILY.lexicon.prefix_of("kilo_unit", &text[span.end..]).is_some();
    if let Some((_, word)) = FAMILY.lexicon.suffix_of("kilo", span.of(text)).filter(|_| kilo) {
        span.end -= word.len();
    }
    let numeral = span.of(text);
    let value = if hit.text("minus", text).is_some() { -value_of(numeral)? } else { value_of(numeral)? };
    let (scale, size) = scale_of(numeral);
    let number = Number {
        value,
        written: value.checked_div(Decimal::from(size))?.normalize(),
        scale,
        bound: if FAMILY.lexicon.find("many", numeral).is_empty() { Bound::Exact } else { Bound::Min },
    };
    Some((Span::new(hit.span.start, span.end), number))
}

/// The largest scale word of a numeral, and how much it multiplies by: 万亿 in 2.3万亿, 亿 in 7亿8千万.
fn scale_of(numeral: &str) -> (String, i64) {
    let scales = FAMILY.lexicon.entries("scale").iter();
    let present = scales.flat_map(|entry| entry.forms.iter().map(move |form| (form, entry)));
    present
        .filter(|(form, _)| numeral.contains(form.as_str()))
        .filter_map(|(form, entry)| Some((form.clone(), entry.integer("value")?)))
        .max_by_key(|(_, size)| *size)
        .unwrap_or((String::new(), 1))
}

/// One step of a numeral.
enum Piece {
    /// Arabic digits, with a point perhaps.
    Digits(Decimal),
    /// A Chinese digit.
    Digit(Decimal),
    /// 十, 百, 千.
    Power(Decimal),
    /// 万, 亿, 万亿.
    Scale(Decimal),
    /// 余, 多: no value of its own.
    Many,
}

/// The value of a numeral; `None` where its words do not make one (十四五, 三五).
fn value_of(numeral: &str) -> Option<Decimal> {
    if numeral.is_empty() {
        return None;
    }
    let (mut total, mut section, mut digit) = (Decimal::ZERO, Decimal::ZERO, None::<Decimal>);
    let (mut last_scale, mut last_power) = (None::<Decimal>, None::<Decimal>);
    for piece in pieces(numeral)? {
        match piece {
            Piece::Digits(value) | Piece::Digit(value) => {
                // 零 only keeps the place of a power: 一千零五. Two digits in a row are a code or a slogan.
                if digit.is_some_and(|before| !before.is_zero()) {
                    return None;
                }
                digit = Some(value);
            }
            Piece::Power(power) => {
                if last_power.is_some_and(|before| before <= power) && digit.is_none() {
                    return None;
                }
                let count = digit.take().filter(|value| !value.is_zero()).unwrap_or(Decimal::ONE);
                section = section.checked_add(count.checked_mul(power)?)?;
                last_power = Some(power);
            }
            Piece::Scale(scale) => {
                section = section.checked_add(digit.take().unwrap_or_default())?;
                if section.is_zero() && total.is_zero() {
                    section = Decimal::ONE;
                }
                if last_scale.is_some_and(|before| before > scale) {
                    total = total.checked_add(section.checked_mul(scale)?)?;
                } else {
                    total = total.checked_add(section)?.checked_mul(scale)?;
                }
                section = Decimal::ZERO;
                last_scale = Some(scale);
                last_power = None;
            }
            Piece::Many => {}
        }
    }
    total.checked_add(section)?.checked_add(digit.unwrap_or_default())
}

fn pieces(numeral: &str) -> Option<Vec<Piece>> {
    let mut found = Vec::new();
    let mut rest = numeral;
    while let Some(first) = rest.chars().next() {
        let digits = rest.find(|c: char| !(is_digit(c) || matches!(c, '.' | ',' | '\u{FF0E}'))).unwrap_or(rest.len());
        if is_digit(first) {
            found.push(Piece::Digits(arabic(&rest[..digits])?));
            rest = &rest[digits..];
            continue;
        }
        let decimal = |entry: &crate::rules::Entry| entry.integer("value").map(Decimal::from);
        let (piece, form) = if let Some((entry, form)) = FAMILY.lexicon.prefix_of("scale", rest) {
            (Piece::Scale(decimal(entry)?), form)
        } else if let Some((entry, form)) = FAMILY.lexicon.prefix_of("power", rest) {
            (Piece::Power(decimal(entry)?), form)
        } else if let Some((entry, form)) = FAMILY.lexicon.prefix_of("digit", rest) {
            (Piece::Digit(decimal(entry)?), form)
        } else {
            (Piece::Many, FAMILY.lexicon.prefix_of("many", rest)?.1)
        };
        found.push(piece);
        rest = &rest[form.len()..];
    }
    Some(found)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('\u{FF10}'..='\u{FF19}').contains(&c)
}

fn arabic(digits: &str) -> Option<Decimal> {
    let narrow = digits.chars().filter(|c| *c != ',').map(|c| match c {
        '\u{FF10}'..='\u{FF19}' => char::from_u32(u32::from(c) - 0xFF10 + u32::from('0')).unwrap_or(c),
        '\u{FF0E}' => '.',
        other => other,
    });
    narrow.collect::<String>().trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::corpus::{Reading, verify};

    #[test]
    fn the_examples_hold() {
        let outcome = verify(&FAMILY, include_str!("examples.toml"), |text, _| {
            let found = numbers(text).into_iter();
            found
                .map(|number| {
                    let fields = [
                        ("value", number.value.value.normalize().to_string()),
                        ("written", number.value.written.to_string()),
                        ("scale", number.value.scale.clone()),
                        ("bound", number.value.bound.to_string()),
                    ];
                    Reading::new(number.span, number.rule.as_str(), fields)
                })
                .collect()
        });

        assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }

    #[test]
    fn a_numeral_too_large_for_a_decimal_is_no_number() {
        assert!(numbers("共99999999999999999999999999999999件").is_empty());
    }
}
