//! Telling: from a figure with its name to the observation with its statistic, time, outlook and evidence.

use super::{Named, Place, QUOTE, Reader};
use crate::extract::observation::FAMILY;
use crate::extract::observation::frame::{Kind, Slot};
use crate::extract::observation::name;
use crate::model::{
    Comparison, Found, Measure, Observation, Outlook, PartialDate, Period, Quantity, Ref, RuleId, Span, Statistic,
};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// A figure with its name, ready to be told.
struct Told<'s> {
    slot: &'s Slot,
    quantity: usize,
    named: Named,
    statistic: Statistic,
    negative: bool,
    rule: RuleId,
    /// In hundredths.
    confidence: i64,
}

impl Reader<'_> {
    /// Tells a figure under its name; gives the name for what follows.
    pub(super) fn tell(
        &mut self,
        place: &Place,
        slot: &Slot,
        mut named: Named,
        verb: Option<&str>,
        carried: bool,
        joint: Span,
    ) -> Vec<Named> {
        let text = self.text();
        let quantity = self.quantity(slot);
        let dimension = name::dimension(quantity.unit.as_ref());
        let proportion = dimension == "percent" || quantity.measure == Measure::Multiple;
        let mut statistic = Statistic::Level;
        let mut negative = false;
        let base = named.clone();
        match slot.kind {
            Kind::Level | Kind::Lasting => {
                if quantity.measure == Measure::Rank {
                    statistic = Statistic::Rank;
                    named.indicator = rank_name(&named.indicator);
                } else {
                    if quantity.measure == Measure::Multiple {
                        statistic = Statistic::Growth;
                    } else if let (true, Some(of)) = (proportion, name::growth_of(&named.indicator)) {
                        negative = name::is_decline(&named.indicator);
                        named.indicator = of;
                        statistic = Statistic::Growth;
                    } else if dimension == "percent" && name::is_share(&named.indicator)
                        || quantity.measure == Measure::Part
                    {
                        statistic = Statistic::Share;
                    } else if dimension != "percent"
                        && (verb.is_some_and(|verb| FAMILY.lexicon.get("new_verb", verb).is_some())
                            || !FAMILY.lexicon.find("new_verb", &named.indicator).is_empty())
                    {
                        statistic = Statistic::Change;
                    }
                    if statistic != Statistic::Growth {
                        named.indicator = name::indicator(&named.indicator, quantity.unit.as_ref());
                    }
                }
            }
            Kind::Growth | Kind::Decline => {
                negative = slot.kind == Kind::Decline;
                if let Some(of) = name::growth_of(&named.indicator).filter(|_| dimension != "point") {
                    named.indicator = of;
                }
                statistic = if proportion { Statistic::Growth } else { Statistic::Change };
                if !proportion && dimension != "point" {
                    named.indicator = name::indicator(&named.indicator, quantity.unit.as_ref());
                }
            }
            Kind::Flat => statistic = Statistic::Growth,
            Kind::Share => {
                statistic = Statistic::Share;
                let whole = slot.other.map(|span| span.of(text).trim().to_owned()).unwrap_or_default();
                named.indicator = name::share(&named.indicator, &whole);
            }
            Kind::Gap => {
                let other = slot.other.map(|span| span.of(text)).unwrap_or_default();
                named.indicator = format!("{}{}{other}", named.indicator, name::suffix("gap").unwrap_or_default());
            }
            Kind::Rank => {
                statistic = Statistic::Rank;
                named.indicator = rank_name(&named.indicator);
            }
        }
        if !name::is_name(&named.indicator) {
            return Vec::new();
        }
        // The share that is right in subject and statistic too, as docs/quality.md measures it, in steps of five; what few
        // figures bear out stays lower. A rate names its own base; the subject of a level is more often missed.
        let confidence = match (carried, slot.kind) {
            (true, Kind::Growth | Kind::Decline | Kind::Flat) => 90,
            (true, _) => 70,
            (false, Kind::Level) if name::is_quantity(&base.stem) => 85,
            (false, Kind::Level) => 80,
            (false, _) => 95,
        };
        if let Some(lasting) = slot.lasting {
            self.lasting(place, slot, &base, lasting);
        }
        let told = Told {
            slot,
            quantity: slot.quantity,
            named: named.clone(),
            statistic,
            negative,
            rule: slot.rule.clone(),
            confidence,
        };
        self.push(place, told, joint);
        let level = matches!(slot.kind, Kind::Level | Kind::Lasting)
            && statistic != Statistic::Growth
            && statistic != Statistic::Rank;
        vec![Named {
            indicator: if level || slot.kind == Kind::Share { named.indicator } else { base.indicator },
            ..base
        }]
    }

    /// The time that a level has lasted is a figure of its own: 连续6年.
    fn lasting(&mut self, place: &Place, slot: &Slot, base: &Named, lasting: usize) {
        let quantity = &self.annotated.quantities[lasting].value;
        let kind = match quantity.unit.as_ref().map(|unit| unit.key.as_str()) {
            Some("YR") => "years",
            Some("MO") => "months",
            _ => return,
        };
        let Some(suffix) = name::suffix(kind) else { return };
        let told = Told {
            slot,
            quantity: lasting,
            named: Named {
                indicator: format!("{}{}{suffix}", base.stem, name::suffix("lasting").unwrap_or_default()),
                ..base.clone()
            },
            statistic: Statistic::Level,
            negative: false,
            rule: slot.rule.clone(),
            confidence: 70,
        };
        self.push(place, told, slot.joint);
    }

    fn push(&mut self, place: &Place, told: Told<'_>, joint: Span) {
        let text = self.text();
        let found = &self.annotated.quantities[told.quantity];
        let mut quantity = found.value.clone();
        if told.negative {
            quantity.value = -quantity.value;
            quantity.max = quantity.max.map(|max| -max);
        }
        let about = told.named.about.or(self.topic.1).or(self.annotated.home.as_ref().map(|_| Ref::Home));
        let mut period = self.scope.period(place.index, place.clause, quantity.number.start);
        let mut outlook = self.scope.outlook(place.index, quantity.number.start, period);
        let indicator = told.named.indicator.as_str();
        let spent = FAMILY.lexicon.suffix_of("spent", indicator).is_some();
        let design = !spent && FAMILY.lexicon.suffix_of("design", indicator).is_some();
        if design && told.statistic == Statistic::Level {
            outlook = Outlook::Observed;
        }
        // 将由86%提升至93%: what it rises from is no aim.
        let from = FAMILY.lexicon.suffix_of("rises_from", joint.cover(told.slot.joint).of(text)).is_some()
            && FAMILY.lexicon.prefix_of("rises_to", &text[found.span.end..]).is_some();
        if from {
            outlook = Outlook::Observed;
        }
        // 6月26日开工，总投资2.5亿元: the day is that of another clause's happening.
        let dated = matches!(period, Some(Period::At(PartialDate::Day(_))));
        if dated
            && (design || outlook != Outlook::Observed)
            && !self.scope.in_clause(place.clause, quantity.number.start)
        {
            period = None;
        }
        if let Some(lasting) = told.slot.lasting {
            let years = &self.annotated.quantities[lasting].value;
            period = if told.quantity == lasting { None } else { period.map(|period| lasting_period(period, years)) };
        }
        let changes = matches!(told.statistic, Statistic::Growth | Statistic::Change);
        let comparison = if changes {
            comparison(joint.cover(told.slot.joint).of(text))
        } else if told.slot.kind == Kind::Gap {
            Comparison::AgainstOther
        } else {
            Comparison::None
        };
        self.found.push(Found {
            span: found.span,
            rule: told.rule,
            value: Observation {
                indicator: told.named.indicator,
                aliases: Vec::new(),
                about,
                quantity,
                statistic: told.statistic,
                outlook,
                comparison,
                period,
                evidence: self.evidence(place, told.named.from, found.span),
                confidence: Decimal::new(told.confidence, 2),
            },
        });
    }

    /// From the clause where the name stands to the end of the figure's clause, as far as a quote may reach.
    fn evidence(&self, place: &Place, from: usize, figure: Span) -> Span {
        let text = self.text();
        let sentence = &self.annotated.sentences[place.index];
        let clause_of = |at: usize| sentence.clauses.iter().find(|clause| clause.start <= at && at < clause.end);
        let start = clause_of(from).map_or(place.clause.start, |clause| clause.start).min(place.clause.start);
        let fits = |span: &Span| span.of(text).chars().count() <= QUOTE;
        // Who cites a figure wants its sentence, with the time and the subject that stand at its head; but not damage that the
        // figure's own clause is free of.
        let widest = if self.annotated.article.is_damaged(sentence.span) { place.clause } else { sentence.span };
        let whole = [
            widest,
            Span::new(start, place.clause.end),
            place.clause,
            Span::new(place.left.start, place.clause.end),
            Span::new(place.left.start, place.next.max(figure.end)),
            Span::new(place.left.start, figure.end),
        ];
        whole.into_iter().find(|span| span.contains(figure) && fits(span)).unwrap_or(figure)
    }
}

/// The last so many years up to the end of a period.
fn lasting_period(period: Period, years: &Quantity) -> Period {
    let in_years = years.unit.as_ref().is_some_and(|unit| unit.key == "YR");
    let end = match period {
        Period::At(PartialDate::Year(end)) | Period::Range(_, Some(PartialDate::Year(end))) if in_years => end,
        other => return other,
    };
    match years.value.to_i16() {
        Some(count) if count > 1 => Period::Range(PartialDate::Year(end - count + 1), Some(PartialDate::Year(end))),
        _ => period,
    }
}

fn rank_name(indicator: &str) -> String {
    let suffix = name::suffix("rank").unwrap_or_default();
    if indicator.ends_with(suffix) { indicator.to_owned() } else { format!("{indicator}{suffix}") }
}

fn comparison(joint: &str) -> Comparison {
    let has = |class: &str| !FAMILY.lexicon.find(class, joint).is_empty();
    if has("compare_average") {
        Comparison::AnnualAverage
    } else if has("compare_year") {
        Comparison::YearOnYear
    } else if has("compare_before") {
        Comparison::PeriodOnPeriod
    } else if joint.contains(|c: char| c.is_ascii_digit()) || has("compare_base") {
        Comparison::SinceBase
    } else {
        Comparison::None
    }
}
