//! Quantities: numbers with their units and bounds. Takes the text, its numbers and times; gives what can be a figure.
//!
//! `近20个` is about 20 个; `53%以上` is at least 53 %; `四分之三` is 75 %; `居全市第二` holds the rank 2. What only looks like a
//! figure (`第十九场`, `64岁的居民`, `每千人`, `110千伏及以上线路`, `“15分钟生活圈”`) is known as such and left out. What a figure
//! measures is left to `extract`.

mod unit;

use super::sentence::stretches;
use crate::model::{Bound, Found, Measure, Number, Period, Quantity, Span, touching};
use crate::rules::{Family, Hit, Policy};
use rust_decimal::Decimal;
use std::ops::Range;
use std::sync::LazyLock;

static FAMILY: LazyLock<Family> =
    LazyLock::new(|| Family::embedded("quantity", include_str!("lexicon.toml"), include_str!("rules.toml")));

/// A quotation of at most so many characters is a name or a slogan (`“2小时重庆”`), a longer one speech. Chosen on the
/// development texts: the longest name with a number in it has 14.
const QUOTED_NAME: usize = 16;

/// The figures of the text, in its order.
pub(super) fn quantities(
    text: &str,
    numbers: &[Found<Number>],
    times: &[Found<Option<Period>>],
) -> Vec<Found<Quantity>> {
    let finds = finds(text, numbers, times).into_iter();
    finds.filter_map(|find| Some(Found { span: find.span, value: find.value?, rule: find.rule })).collect()
}

/// The figures of the text, and as `None` what is known to be none.
fn finds(text: &str, numbers: &[Found<Number>], times: &[Found<Option<Period>>]) -> Vec<Found<Option<Quantity>>> {
    let mut found = Vec::new();
    for line in stretches(text) {
        let within = &numbers[inside(numbers, line)];
        let wordless = ["doubling", "first_place", "first_word", "flat"].iter();
        if within.is_empty() && wordless.copied().all(|class| FAMILY.lexicon.find(class, line.of(text)).is_empty()) {
            continue;
        }
        let (parts, plain): (Vec<_>, Vec<_>) = within.iter().partition(|number| is_part(number));
        let spans = |items: &[&Found<Number>]| items.iter().map(|item| item.span).collect::<Vec<_>>();
        let dates = times[inside(times, line)].iter().map(|time| time.span).collect();
        let layers = [("period", dates), ("number", spans(&plain)), ("part", spans(&parts))];
        let tape = FAMILY.tape(text, line, &layers);
        let reader = Reader { text, plain: &plain, parts: &parts, quoted: quoted(text, line) };
        found.extend(FAMILY.find(&tape, Policy::Longest).iter().filter_map(|hit| reader.read(hit)));
    }
    found
}

/// The finds that stand in `span`; finds are in the order of the text.
fn inside<T>(items: &[Found<T>], span: Span) -> Range<usize> {
    let first = items.partition_point(|item| item.span.start < span.start);
    let last = items.partition_point(|item| item.span.start < span.end);
    first..last
}

fn is_part(number: &Found<Number>) -> bool {
    matches!(number.rule.as_str(), "number/fraction" | "number/percent-words" | "number/slash")
}

/// The short quotations of a line: names of things and slogans.
fn quoted(text: &str, line: Span) -> Vec<Span> {
    let (mut found, mut open) = (Vec::new(), None);
    for (at, c) in line.of(text).char_indices() {
        let at = line.start + at;
        let straight = c == '"';
        match c {
            '\u{201C}' | '\u{300A}' | '\u{300C}' => open = Some(at),
            _ if straight && open.is_none() => open = Some(at),
            '\u{201D}' | '\u{300B}' | '\u{300D}' | '"' => {
                let span = open.take().map(|from: usize| Span::new(from, at));
                found.extend(span.filter(|span| span.of(text).chars().count() <= QUOTED_NAME + 1));
            }
            _ => {}
        }
    }
    found
}

struct Reader<'t> {
    text: &'t str,
    plain: &'t [&'t Found<Number>],
    parts: &'t [&'t Found<Number>],
    quoted: Vec<Span>,
}

impl Reader<'_> {
    fn read(&self, hit: &Hit<'_>) -> Option<Found<Option<Quantity>>> {
        let found = |value| Found { span: hit.span, value, rule: hit.rule.id.clone() };
        if hit.sets("figure") == Some("no") {
            return Some(found(None));
        }
        let quantity = match hit.rule.name.as_str() {
            "amount" | "amount-bounded" | "amount-bounded-short" => self.amount(hit)?,
            "range" => self.range(hit)?,
            "part" => {
                let part = self.parts.get(hit.item("part")?)?;
                self.percent(hit, part.value.value.checked_mul(Decimal::ONE_HUNDRED)?, part.span)
            }
            "tenths" => {
                let number = self.number(hit, "number")?;
                let half = if hit.group("half").is_some() { 5 } else { 0 };
                let value = number.value.value.checked_mul(Decimal::TEN)?.checked_add(half.into())?;
                let span = Span::new(number.span.start, hit.span.end);
                (Decimal::ZERO < value && value <= Decimal::ONE_HUNDRED).then(|| self.percent(hit, value, span))?
            }
            "doubling" => {
                let times = self.number(hit, "number").map_or(1, |n| if n.value.value == Decimal::TWO { 2 } else { 1 });
                bare(Decimal::from(1 << times), Measure::Multiple, Bound::Exact, hit.span)
            }
            "ratio" => {
                let (left, right) = (self.number(hit, "number")?, self.number(hit, "number_2")?);
                (right.value.value == Decimal::ONE)
                    .then(|| bare(left.value.value, Measure::Amount, Bound::Exact, left.span.cover(right.span)))?
            }
            "flat" => {
                Quantity { unit: unit::percent(), ..bare(Decimal::ZERO, Measure::Amount, Bound::Exact, hit.span) }
            }
            "rank-ordinal" | "rank-position" | "rank-top" => self.rank(hit)?,
            "first-place" | "first-place-in" => bare(Decimal::ONE, Measure::Rank, Bound::Exact, hit.span),
            "structure" | "index" => {
                let number = self.number(hit, "number")?;
                let plain = number.value.scale.is_empty()
                    && number.span.of(self.text).starts_with(|c: char| c.is_ascii_digit());
                plain.then(|| bare(number.value.value, Measure::Amount, Bound::Exact, number.span))?
            }
            "money-implied" | "money-implied-before" | "bare-scale" => self.bare_scale(hit)?,
            _ => return None,
        };
        Some(found(Some(quantity)))
    }

    fn number(&self, hit: &Hit<'_>, group: &str) -> Option<&Found<Number>> {
        self.plain.get(hit.item(group)?).copied()
    }

    /// The bound that the words around the number and the number itself give.
    fn bound(&self, hit: &Hit<'_>, number: Bound) -> Bound {
        let word = |class: &str| {
            let entry = FAMILY.lexicon.get(class, hit.text(class, self.text)?)?;
            Bound::parse(entry.get("bound")?)
        };
        let many = hit.group("many").map(|_| Bound::Min);
        let in_number = Some(number).filter(|bound| *bound != Bound::Exact);
        word("bound_before")
            .or_else(|| word("bound_short"))
            .or_else(|| word("bound_after"))
            .or(many)
            .or(in_number)
            .unwrap_or(Bound::Exact)
    }

    fn amount(&self, hit: &Hit<'_>) -> Option<Quantity> {
        let number = self.number(hit, "number")?;
        let words = hit.text("unit", self.text)?;
        let bound = self.bound(hit, number.value.bound);
        let entry = FAMILY.lexicon.get("unit", words)?;
        let kind = entry.get("kind").unwrap_or_default();
        let numeral = number.span.of(self.text);
        // 百亿元以上项目 names a class of projects; 超百亿元 is a figure.
        let before = hit.group("bound_before").is_some() || hit.group("bound_short").is_some();
        if is_power_alone(numeral) && !before
            || self.is_vague(numeral, words, kind, bound) && !self.lasts(hit.span) && !self.tallies(number, hit.span)
            || self.is_name(hit.span, kind)
            || self.is_year(number, words)
        {
            return None;
        }
        let per = match hit.text("unit_2", self.text) {
            Some(per) => Some(FAMILY.lexicon.get("unit", per).map(|entry| (per, entry))?),
            None => None,
        };
        Some(Quantity {
            value: number.value.written,
            max: None,
            unit: Some(unit::unit(&number.value.scale, words, entry, per)?),
            bound,
            measure: if kind == "multiple" { Measure::Multiple } else { Measure::Amount },
            number: number.span,
        })
    }

    /// 连续六年 counts its years.
    fn lasts(&self, span: Span) -> bool {
        FAMILY.lexicon.suffix_of("lasting", &self.text[..span.start]).is_some()
    }

    /// 生产线三条, 开工项目共两个: behind what is counted, at the end of its clause, a small numeral counts.
    fn tallies(&self, number: &Found<Number>, span: Span) -> bool {
        let numeral = number.span.of(self.text);
        let mut before = self.text[..span.start].chars().rev();
        let last = before.next();
        let counted = last.is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
        let held = last.is_some_and(|c| FAMILY.lexicon.get("tally_not", c.encode_utf8(&mut [0; 4])).is_some());
        let closes = self.text[span.end..].chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '\u{201C}');
        !numeral.starts_with(is_one) && !is_power_alone(numeral) && counted && !held && closes
    }

    /// 一个, 一批 and 三个 of words introduce things; 1个 and 两台 count them.
    fn is_vague(&self, numeral: &str, unit: &str, kind: &str, bound: Bound) -> bool {
        let mut chars = numeral.chars();
        let (Some(first), rest) = (chars.next(), chars.as_str()) else {
            return true;
        };
        if first.is_ascii_digit() || ('\u{FF10}'..='\u{FF19}').contains(&first) {
            return false;
        }
        if is_power_alone(numeral) {
            return bound == Bound::Exact;
        }
        let measured = matches!(kind, "percent" | "point" | "money" | "area" | "energy" | "power");
        let introduces = FAMILY.lexicon.get("list_unit", unit).is_some();
        rest.is_empty() && !measured && (is_one(first) || kind == "time" || introduces)
    }

    /// Whether it stands in a short quotation, whose number is part of a name: `“2小时重庆”`.
    fn is_name(&self, span: Span, kind: &str) -> bool {
        let figure = matches!(kind, "percent" | "point" | "money");
        !figure && touching(&self.quoted, span).any(|at| self.quoted[at].contains(span))
    }

    /// A year that no period took: 2023年 is no duration.
    fn is_year(&self, number: &Found<Number>, unit: &str) -> bool {
        let value = number.value.value;
        let numeral = number.span.of(self.text);
        let entry = FAMILY.lexicon.get("unit", unit);
        let years = entry.and_then(|entry| entry.get("key")) == Some("YR");
        years && numeral.len() == 4 && (Decimal::from(1000)..Decimal::from(2200)).contains(&value)
    }

    fn range(&self, hit: &Hit<'_>) -> Option<Quantity> {
        let (low, high) = (self.number(hit, "number")?, self.number(hit, "number_2")?);
        // In `{number}(unit)?至{number}{unit}` the last unit is the one that both are in.
        let words = hit.text("unit_2", self.text).unwrap_or_default();
        let (words, first) = match hit.group("unit_2") {
            Some(_) => (words, hit.text("unit", self.text)),
            None => (hit.text("unit", self.text)?, None),
        };
        if first.is_some_and(|first| first != words) {
            return None;
        }
        let entry = FAMILY.lexicon.get("unit", words)?;
        if self.is_name(hit.span, entry.get("kind").unwrap_or_default()) {
            return None;
        }
        // 6-8亿元: the scale of the last number holds for both unless the first has its own.
        let (scale, low_value) = if low.value.scale.is_empty() || low.value.scale == high.value.scale {
            (high.value.scale.clone(), low.value.written)
        } else {
            (String::new(), low.value.value)
        };
        let high_value = if scale.is_empty() { high.value.value } else { high.value.written };
        if low_value >= high_value {
            return None;
        }
        Some(Quantity {
            value: low_value,
            max: Some(high_value),
            unit: Some(unit::unit(&scale, words, entry, None)?),
            bound: self.bound(hit, Bound::Exact),
            measure: Measure::Amount,
            number: low.span.cover(high.span),
        })
    }

    fn percent(&self, hit: &Hit<'_>, value: Decimal, number: Span) -> Quantity {
        Quantity {
            value: value.round_dp(4).normalize(),
            max: None,
            unit: unit::percent(),
            bound: self.bound(hit, Bound::Exact),
            measure: Measure::Part,
            number,
        }
    }

    fn rank(&self, hit: &Hit<'_>) -> Option<Quantity> {
        let number = self.number(hit, "number")?;
        let value = number.value.value;
        let top = hit.rule.name == "rank-top";
        if !value.fract().is_zero() || !number.value.scale.is_empty() || value <= Decimal::ZERO {
            return None;
        }
        Some(bare(value, Measure::Rank, if top { Bound::Max } else { Bound::Exact }, number.span))
    }

    fn bare_scale(&self, hit: &Hit<'_>) -> Option<Quantity> {
        let number = self.number(hit, "number")?;
        let wanted = hit.sets("scale")?;
        let bound = self.bound(hit, number.value.bound);
        let vague = is_power_alone(number.span.of(self.text)) && bound == Bound::Exact;
        if vague || !number.value.scale.ends_with(wanted) || self.is_name(hit.span, "count") {
            return None;
        }
        let money = hit.rule.name != "bare-scale";
        if !money && !number.span.of(self.text).starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        Some(Quantity {
            value: number.value.written,
            max: None,
            unit: Some(if money { unit::yuan(&number.value.scale)? } else { unit::count(&number.value.scale)? }),
            bound,
            measure: Measure::Amount,
            number: number.span,
        })
    }
}

/// 百, 千, 万 with no digit before them: a figure only after a bound (超千亿), else a way to say many (万名).
fn is_power_alone(numeral: &str) -> bool {
    !numeral.is_empty() && numeral.chars().all(is_scale)
}

fn is_scale(c: char) -> bool {
    matches!(c, '\u{767E}' | '\u{5343}' | '\u{4E07}' | '\u{4EBF}')
}

fn is_one(c: char) -> bool {
    c == '\u{4E00}'
}

fn bare(value: Decimal, measure: Measure, bound: Bound, number: Span) -> Quantity {
    Quantity { value, max: None, unit: None, bound, measure, number }
}

/// The concept and factor of a unit, for tests of the table.
#[cfg(test)]
fn concept(quantity: &Quantity) -> String {
    let factor = |unit: &crate::model::Unit| format!("{} {}/{}", unit.key, unit.factor.0, unit.factor.1);
    quantity.unit.as_ref().map(factor).unwrap_or_default()
}

#[cfg(test)]
mod tests;
