//! Figures that have no name of their own, or that are none: what was told before names them, or nothing does.

use super::{Carry, Named, Place, Reader};
use crate::extract::observation::FAMILY;
use crate::extract::observation::frame::{Kind, Slot};
use crate::extract::observation::name::{self, Subject};
use crate::model::{Measure, Ref, Span};

impl Reader<'_> {
    /// 高于全国（5.4%）…: in brackets stands what it is compared with. 在13个市地举行…: where, not how many.
    pub(super) fn is_aside(&self, clause: Span, slot: &Slot) -> bool {
        let text = self.text();
        let figure = self.annotated.quantities[slot.quantity].span;
        let before = Span::new(clause.start, figure.start).of(text);
        let bracketed = before.ends_with(['(', '\u{FF08}']) && text[figure.end..].starts_with([')', '\u{FF09}']);
        let compared = bracketed && !FAMILY.lexicon.find("compares", before).is_empty();
        let counted = name::dimension(self.quantity(slot).unit.as_ref()) == "count";
        let place = counted
            && FAMILY
                .lexicon
                .suffix_of("where", before)
                .is_some_and(|(_, word)| self.words.are(Span::new(figure.start - word.len(), figure.start)));
        // 假期3天累计接待游客…: a time in passing.
        let time = name::dimension(self.quantity(slot).unit.as_ref()) == "time" && slot.joint.is_empty();
        let passing = time && FAMILY.lexicon.prefix_of("passing", &text[figure.end..]).is_some();
        compared || place || passing
    }

    /// `连续61个月未发生事故`: what has lasted stands after its time.
    pub(super) fn lasting_after(&self, place: &Place, slot: &Slot, noun: &str) -> Option<String> {
        let lasting = name::suffix("lasting").filter(|lasting| noun == *lasting)?;
        let unit = self.quantity(slot).unit.as_ref()?;
        let counted = name::suffix(match unit.key.as_str() {
            "YR" => "years",
            "MO" => "months",
            _ => return None,
        })?;
        let stretch = &self.text()[slot.span.end..place.next.max(slot.span.end)];
        let end = stretch.find(name::is_separator).unwrap_or(stretch.len());
        (end > 0).then(|| format!("{lasting}{}{counted}", &stretch[..end]))
    }

    /// A time in passing: 衔接5年过渡期. Only a noun of time, or a time that ends its clause, states a figure.
    pub(super) fn is_passing(&self, slot: &Slot, noun: &str) -> bool {
        let time = name::dimension(self.quantity(slot).unit.as_ref()) == "time";
        let next = self.text()[slot.span.end..].chars().next();
        time && slot.kind == Kind::Level
            && !name::is_quantity(noun)
            && next.is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
    }

    /// A figure without words of its own: it is of what was told before, or of the place itself (`某片区约58平方公里`).
    pub(super) fn nameless(
        &mut self,
        place: &Place,
        slot: &Slot,
        subject: &Subject,
        about: Option<Ref>,
        carry: &mut Carry,
    ) -> usize {
        let quantity = self.quantity(slot);
        let dimension = name::dimension(quantity.unit.as_ref());
        let own_place = subject.about.filter(|about| *about != Ref::Home);
        let people = matches!(dimension, "person" | "household") && subject.about.is_some() && carry.last.is_empty();
        if slot.kind == Kind::Level && (own_place.is_some() && matches!(dimension, "area" | "length") || people) {
            if let Some(noun) = name::suffix(dimension) {
                let named = Named {
                    indicator: noun.to_owned(),
                    stem: noun.to_owned(),
                    about: subject.about,
                    from: place.left.start,
                };
                carry.last = self.tell(place, slot, named, None, false, slot.joint);
            }
            return slot.span.end;
        }
        let mut told = Vec::new();
        let before = match slot.kind {
            // After a list each member has the rank or the growth; a level or share is of the last one alone.
            _ if quantity.measure == Measure::Rank && carry.grouped => carry.last.clone(),
            _ => carry.last.last().cloned().into_iter().collect(),
        };
        for mut named in before {
            if subject.total {
                for new in FAMILY.lexicon.entries("new_verb").iter().flat_map(|entry| &entry.forms) {
                    named.stem = named.stem.strip_prefix(new.as_str()).unwrap_or(&named.stem).to_owned();
                }
            }
            if slot.kind == Kind::Level {
                // 由8.2%提高到11.5%: only what a word of reaching joins is of the same name.
                let reaches = FAMILY.lexicon.suffix_of("reach", slot.joint.of(self.text())).is_some();
                if name::is_quantity(&named.stem) && dimension == "percent" && !reaches {
                    continue;
                }
                if !reaches {
                    named.indicator.clone_from(&named.stem);
                }
            }
            // 中心城区排名第一 ranks what was told before within that area.
            named.about = match slot.kind {
                Kind::Rank | Kind::Gap => named.about,
                _ if self.quantity(slot).measure == Measure::Rank => named.about,
                _ => subject.about.or(named.about).or(about),
            };
            told.extend(self.tell(place, slot, named, None, true, slot.joint));
        }
        // A rate of change does not rename what it is of.
        if !told.is_empty() && matches!(slot.kind, Kind::Level | Kind::Share) {
            carry.last = told;
        }
        slot.span.end
    }
}
