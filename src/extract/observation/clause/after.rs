//! Nouns after their figure: `建成12个城市公园`, `6个项目获评全国典型案例`.

use super::{Carry, Place, Reader, SHORT_NOUN};
use crate::extract::observation::FAMILY;
use crate::extract::observation::frame::Slot;
use crate::extract::observation::name::{self, Subject};
use crate::model::{Measure, Span};

impl Reader<'_> {
    /// The noun phrase after a figure, where that is what is counted, with its end and the verb before the figure.
    pub(super) fn noun_after(
        &self,
        place: &Place,
        slot: &Slot,
        subject: &Subject,
        carry: &Carry,
        listed: bool,
    ) -> Option<(String, usize, Option<String>)> {
        let text = self.text();
        let quantity = self.quantity(slot);
        if quantity.measure != Measure::Amount && quantity.measure != Measure::Part {
            return None;
        }
        let dimension = name::dimension(quantity.unit.as_ref());
        let time = dimension == "time";
        let raw = place.left.of(text).trim_end();
        // …段370公里施工道路、60公里电力工程: in a list a length stands before what is so long.
        let built = dimension == "length" && raw.ends_with('\u{3001}') && slot.joint.is_empty();
        let counted =
            matches!(dimension, "count" | "person" | "household" | "visit") || time && subject.noun.is_empty() || built;
        // After 、 stands a new member; what is before it belongs to another.
        let member = raw.ends_with('\u{3001}');
        let verb = FAMILY.lexicon.suffix_of("keep_verb", &subject.noun).map(|(_, verb)| verb.to_owned());
        let weak = FAMILY.lexicon.suffix_of("weak_verb", raw).is_some_and(|(_, verb)| {
            let end = place.left.start + raw.len();
            self.words.are(Span::new(end - verb.len(), end))
        });
        let of = name::suffix("of").is_some_and(|of| raw.ends_with(of));
        let examples = FAMILY.lexicon.suffix_of("cut_etc", raw).is_some();
        let verb = verb.or_else(|| subject.verb.clone().filter(|_| examples));
        // 设长清、茌平、莘县3座车站: behind their names the things are counted.
        let listed_names = raw.contains('\u{3001}') && counted && self.subjects.ends_at(place.left.start + raw.len());
        let open =
            listed_names || subject.noun.is_empty() || weak || verb.is_some() || of || examples || member && counted;
        // 60万千瓦清洁电力 needs a verb before it: else a measure stands after its name.
        if !open || !(counted || verb.is_some() || weak || of || examples) {
            return None;
        }
        let mut start = slot.span.end;
        if let Some(of) = name::suffix("of").filter(|of| text[start..].starts_with(of)) {
            start += of.len();
        }
        let end = self.noun_end(start, place.next, time)?;
        let mut noun = Span::new(start, end).of(text).trim().to_owned();
        // 2000亿元销售规模的基地: of a measure the noun stands right behind.
        if let (false, Some(of)) = (counted, name::suffix("of")) {
            if let Some(at) = noun.find(of).filter(|at| *at > 0) {
                noun.truncate(at);
            }
        }
        // 9个镇66个行政村: what is counted may have one character.
        if !(name::is_name(&noun) || counted && FAMILY.lexicon.get("short_noun", &noun).is_some()) {
            return None;
        }
        let mut close = end;
        if noun.chars().count() <= SHORT_NOUN && counted {
            if let Some((predicate, at)) = self.predicate(end, place.next) {
                noun = format!("{predicate}{noun}");
                close = at;
            }
        }
        let shared = if listed && carry.after { carry.verb.clone() } else { None };
        let verb = verb.or(shared);
        if let Some(verb) = &verb {
            noun = format!("{verb}{noun}");
        }
        Some((noun, close, verb))
    }

    /// `全国六成以上的风机由该市制造`: a part, with what it is a part of behind it.
    pub(super) fn part_of(&self, place: &Place, slot: &Slot, before: &str) -> Option<(String, usize)> {
        let quantity = self.quantity(slot);
        let share = name::dimension(quantity.unit.as_ref()) == "percent" && slot.joint.is_empty();
        let whole = FAMILY.lexicon.get("whole", before).is_some();
        if !share || !(whole || before.is_empty()) {
            return None;
        }
        let of = name::suffix("of").filter(|of| self.text()[slot.span.end..].starts_with(*of))?;
        let start = slot.span.end + of.len();
        let end = self.noun_end(start, place.next, false)?;
        let noun = Span::new(start, end).of(self.text()).trim();
        let named = if whole { name::share(noun, before) } else { format!("{noun}{}", name::suffix("share")?) };
        name::is_name(noun).then_some((named, end))
    }

    /// Where the noun phrase that begins at `start` ends: at a mark, at a predicate, at the next figure.
    fn noun_end(&self, start: usize, limit: usize, whole: bool) -> Option<usize> {
        let text = self.text();
        let limit = limit.max(start);
        let stretch = &text[start..limit];
        let first = stretch.chars().next()?;
        if !(('\u{4E00}'..='\u{9FFF}').contains(&first)
            || first == '\u{201C}'
            || first == '"'
            || first.is_ascii_alphabetic())
        {
            return None;
        }
        let mut mark = stretch.find(name::is_separator).unwrap_or(stretch.len());
        // `200个次人才、团队、单位获得支持`: with a predicate behind it the whole list is counted.
        let last = stretch.find(|c: char| name::is_separator(c) && c != '\u{3001}').unwrap_or(stretch.len());
        let list = &stretch[mark..last];
        let predicated = || {
            FAMILY.lexicon.find("keep_predicate", list).iter().any(|word| self.words.are(word.span.shift(start + mark)))
        };
        if mark < last && start + last == limit && predicated() {
            mark = last;
        }
        let quote = stretch.starts_with(['\u{201C}', '"']);
        let mut end = mark;
        for predicate in FAMILY.lexicon.find("predicate", &stretch[..mark]) {
            let span = predicate.span.shift(start);
            if whole || quote && predicate.span.start == 0 {
                continue;
            }
            if self.words.are(span) || !span.of(text).chars().all(char::is_alphanumeric) {
                end = predicate.span.start;
                // 46个项目和某新区等片区: the examples after 和 are not counted.
                if FAMILY.lexicon.prefix_of("cut_etc", &stretch[end..]).is_some() {
                    let and = FAMILY.lexicon.find("and", &stretch[..end]);
                    end = and.first().map_or(end, |and| and.span.start);
                }
                break;
            }
        }
        let noun = stretch[..end].trim_end();
        // The 和 before the next figure joins figures, not nouns.
        let noun = name::suffix("of").and_then(|of| noun.strip_suffix(of)).unwrap_or(noun);
        let noun = match FAMILY.lexicon.suffix_of("and", noun) {
            Some((_, and)) if start + mark == limit => &noun[..noun.len() - and.len()],
            _ => noun,
        };
        let noun = match FAMILY.lexicon.suffix_of("trailing", noun) {
            Some((_, word)) => noun[..noun.len() - word.len()].trim_end(),
            _ => noun,
        };
        (!noun.is_empty()).then_some(start + noun.len())
    }

    /// `6个项目获评全国典型案例`: the predicate that says which are meant, and where it ends.
    fn predicate(&self, start: usize, limit: usize) -> Option<(String, usize)> {
        let text = self.text();
        let stretch = text.get(start..limit.max(start))?;
        // 6个项目现场签约: the word between belongs to neither.
        let between = FAMILY.lexicon.prefix_of("trailing", stretch).map_or(0, |(_, word)| word.len());
        let (start, stretch) = (start + between, &stretch[between..]);
        FAMILY.lexicon.prefix_of("keep_predicate", stretch)?;
        let end = stretch.find(name::is_separator).unwrap_or(stretch.len());
        let words = &stretch[..end];
        (words.chars().count() <= 20).then(|| (words.to_owned(), start + end))
    }
}
