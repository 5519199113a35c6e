//! Exact arithmetic of values and unit factors.
//!
//! Why not `Decimal`? A 亩 is 2000/3 m²: no decimal factor is exact. Numerator and denominator are, and 3 亩 are 2000 m² to
//! the digit.

use rust_decimal::Decimal;

/// Where no decimal is exact (1 亩 = 666.666… m²), so many places are given: a cubic centimetre in a cubic metre.
const PLACES: u32 = 6;

/// `value × factor` as xsd:decimal writes it; `None` if it is too large for exact arithmetic.
pub(super) fn normalized(value: Decimal, factor: (i128, i128)) -> Option<String> {
    let (numerator, denominator) = factor;
    if denominator == 0 {
        return None;
    }
    let scale = 10_i128.checked_pow(value.scale())?;
    let (top_a, bottom_b) = reduced(value.mantissa(), denominator);
    let (top_b, bottom_a) = reduced(numerator, scale);
    let (top, bottom) = reduced(top_a.checked_mul(top_b)?, bottom_a.checked_mul(bottom_b)?);
    match places_of(bottom) {
        Some(places) => {
            let power = 10_i128.checked_pow(places)?;
            Some(written(top.checked_mul(power / bottom)?, places))
        }
        None => {
            let top = top.checked_mul(10_i128.checked_pow(PLACES)?)?;
            Some(written(half_even(top, bottom), PLACES))
        }
    }
}

/// A decimal as xsd:decimal writes it: no zero at its end, no minus before nothing.
pub(super) fn decimal(value: Decimal) -> String {
    let value = value.normalize();
    written(value.mantissa(), value.scale())
}

/// Both divided by what they have in common; the denominator positive.
fn reduced(top: i128, bottom: i128) -> (i128, i128) {
    let (mut a, mut b) = (top.unsigned_abs(), bottom.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let common = i128::try_from(a).unwrap_or(1).max(1) * bottom.signum();
    (top / common, bottom / common)
}

/// How many places an exact decimal with this denominator needs; `None` if no number of them is enough.
fn places_of(mut bottom: i128) -> Option<u32> {
    let (mut twos, mut fives) = (0, 0);
    while bottom % 2 == 0 {
        bottom /= 2;
        twos += 1;
    }
    while bottom % 5 == 0 {
        bottom /= 5;
        fives += 1;
    }
    (bottom == 1).then_some(twos.max(fives))
}

/// The nearest whole number, the even one of two that are as near.
fn half_even(top: i128, bottom: i128) -> i128 {
    let floor = top.div_euclid(bottom);
    let twice = top.rem_euclid(bottom).unsigned_abs() * 2;
    let up = match twice.cmp(&bottom.unsigned_abs()) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => floor % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    floor + i128::from(up)
}

/// `digits / 10^places` as text.
fn written(mut digits: i128, mut places: u32) -> String {
    while places > 0 && digits % 10 == 0 {
        digits /= 10;
        places -= 1;
    }
    let sign = if digits < 0 { "-" } else { "" };
    let digits = digits.unsigned_abs().to_string();
    let places = places as usize;
    if places == 0 {
        return format!("{sign}{digits}");
    }
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(value: &str, factor: (i128, i128)) -> Option<String> {
        normalized(value.parse().unwrap(), factor)
    }

    #[test]
    fn a_value_in_its_unit_is_exact() {
        assert_eq!(times("1300", (100_000_000, 1)).unwrap(), "130000000000");
        assert_eq!(times("7.65", (10_000, 1)).unwrap(), "76500");
        assert_eq!(times("3", (2000, 3)).unwrap(), "2000");
        assert_eq!(times("0.3", (2000, 3)).unwrap(), "200");
        assert_eq!(times("-4.30", (1, 1)).unwrap(), "-4.3");
        assert_eq!(times("0.0", (1, 7)).unwrap(), "0");
        assert_eq!(times("1", (1, 8)).unwrap(), "0.125");
    }

    #[test]
    fn what_no_decimal_says_is_rounded_half_to_even_at_six_places() {
        assert_eq!(times("1", (2000, 3)).unwrap(), "666.666667");
        assert_eq!(times("-1", (2000, 3)).unwrap(), "-666.666667");
        assert_eq!(half_even(5, 2), 2);
        assert_eq!(half_even(7, 2), 4);
        assert_eq!(half_even(-5, 2), -2);
    }

    #[test]
    fn what_is_too_large_gives_nothing() {
        assert_eq!(times("79228162514264337593543950335", (i128::MAX, 1)), None);
        assert_eq!(times("1", (1, 0)), None);
    }
}
