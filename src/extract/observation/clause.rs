//! Clauses: from the figures of a clause in their frames to observations, names carried on from what stands before.
//!
//! `家电类、服装类零售额分别增长9.1%、4.3%` shares one head among two members; `收储土地120亩、厂房8000平方米` shares a verb;
//! `同比增长8%` has the name of the clause before.

mod after;
mod carried;
mod tell;

use super::FAMILY;
use super::frame::{self, Kind, Slot};
use super::name::{self, Subject, Words};
use super::scope::Scope;
use super::subject::Subjects;
use crate::model::{Annotated, Found, Measure, Observation, Quantity, Ref, Span};

/// A quote is a sentence, not a page.
const QUOTE: usize = 150;

/// A noun of at most so many characters after a number (6个项目) needs its predicate to say which are meant.
const SHORT_NOUN: usize = 4;

/// What a figure was called, for figures that follow without a name.
#[derive(Debug, Clone)]
struct Named {
    indicator: String,
    /// The noun without the word for what is counted.
    stem: String,
    about: Option<Ref>,
    /// Where the words that state it begin.
    from: usize,
}

/// What goes on from clause to clause within a sentence.
#[derive(Debug, Clone, Default)]
struct Carry {
    /// The names of the last figure, or of all of a group.
    last: Vec<Named>,
    /// The names of all levels of the sentence.
    all: Vec<Named>,
    /// The verb that the members of a list share.
    verb: Option<String>,
    about: Option<Ref>,
    /// The undertaking that the sentence's first clauses end with: `…的某项目，总投资50亿元，用地面积210亩`.
    object: Option<Ref>,
    /// Whether the last figure's noun came after it.
    after: bool,
    /// Whether the last figures share their clause (分别): then a rank holds for each.
    grouped: bool,
}

impl Carry {
    /// Takes the names of the last figure; in a list they join those before.
    fn keep(&mut self, last: Vec<Named>, listed: bool) {
        if last.is_empty() {
            return;
        }
        if !listed {
            self.last.clear();
        }
        self.all.extend(last.iter().cloned());
        self.last.extend(last);
        self.grouped = false;
    }
}

/// Reads the article's sentences in order.
pub(super) struct Reader<'a> {
    annotated: &'a Annotated,
    subjects: &'a Subjects<'a>,
    scope: &'a Scope<'a>,
    words: Words,
    /// The paragraph and what it has been about.
    topic: (usize, Option<Ref>),
    /// The paragraph's last whole that industries have parts of, by what their parts are called.
    whole: Option<(usize, &'static str)>,
    /// What a sentence that ends with a semicolon leaves to the next.
    left: Option<Carry>,
    /// What was found.
    pub(super) found: Vec<Found<Observation>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(annotated: &'a Annotated, subjects: &'a Subjects<'a>, scope: &'a Scope<'a>) -> Self {
        Self {
            annotated,
            subjects,
            scope,
            words: Words::new(annotated),
            topic: (usize::MAX, None),
            whole: None,
            left: None,
            found: Vec::new(),
        }
    }

    fn text(&self) -> &'a str {
        &self.annotated.article.text
    }

    pub(super) fn sentence(&mut self, index: usize) {
        let sentence = &self.annotated.sentences[index];
        if self.topic.0 != sentence.paragraph {
            self.topic = (sentence.paragraph, None);
        }
        // `…4.1%；与2020年相比，两年平均增长2.5%`: what follows a semicolon may leave its name to what stands before it.
        let left = self.left.take();
        let mut carry = left.map_or_else(Carry::default, |left| Carry { last: left.last, ..Carry::default() });
        for (number, clause) in sentence.clauses.iter().enumerate() {
            // The subject of a sentence is at the head of its first clause, or of one that 其中 begins; a name at the head of
            // any other clause is that clause's own.
            let head = self.subjects.head(*clause, &self.words).or_else(|| self.owner_in(*clause));
            // 园区总经理李明介绍，该项目…: who speaks is not what is spoken of.
            let speech = FAMILY.lexicon.suffix_of("speech", clause.of(self.text())).is_some();
            let head = head.filter(|_| !speech);
            let part = FAMILY.lexicon.prefix_of("part", clause.of(self.text())).is_some();
            let opening = sentence.clauses[..number].iter().all(|clause| self.subjects.says_nothing(*clause));
            if opening || part {
                carry.about = head.or(carry.about);
            }
            let first = index == 0 || self.annotated.sentences[index - 1].paragraph != sentence.paragraph;
            if opening && first {
                self.topic.1 = head;
            }
            let before = carry.about;
            carry.about = head.or(before);
            carry.object = carry.object.filter(|_| head.is_none());
            self.clause(index, *clause, &mut carry);
            // 某某项目计划投资50亿元，建成后将推动…，预计年产值24亿元: an undertaking at a clause's head stays what is spoken of.
            let first = self.annotated.quantities.partition_point(|quantity| quantity.span.start < clause.start);
            let told = self.annotated.quantities.get(first).is_some_and(|quantity| clause.contains(quantity.span));
            carry.about = head.filter(|head| told && matches!(head, Ref::Project(_))).or(before);
        }
        if sentence.span.of(self.text()).ends_with(['\u{FF1B}', ';']) {
            self.left = Some(carry);
        }
    }

    /// 投资2亿元的某某项目占地126亩: whose the clause's first figure is, the clause is about.
    fn owner_in(&self, clause: Span) -> Option<Ref> {
        let first = self.annotated.quantities.partition_point(|quantity| quantity.span.start < clause.start);
        let quantity = self.annotated.quantities.get(first).filter(|quantity| clause.contains(quantity.span))?;
        let owner = self.subjects.owner_after(quantity.span.end)?;
        matches!(owner, Ref::Project(_)).then_some(owner)
    }

    fn clause(&mut self, index: usize, clause: Span, carry: &mut Carry) {
        // What damage hides may have given the names that follow: nothing is carried over it.
        if self.annotated.article.is_damaged(clause) {
            *carry = Carry { about: carry.about, ..Carry::default() };
            return;
        }
        let words = clause.of(self.text());
        let survey = FAMILY.lexicon.prefix_of("by", words).and(FAMILY.lexicon.suffix_of("survey", words));
        if survey.is_some() {
            return;
        }
        let mut slots = frame::slots(self.annotated, &self.words, clause);
        slots.retain(|slot| !self.is_aside(clause, slot));
        slots.retain(|slot| !self.subjects.holds(self.annotated.quantities[slot.quantity].value.number));
        let (mut from, mut at) = (clause.start, 0);
        carry.verb = None;
        carry.after = false;
        while at < slots.len() {
            let end = self.group(&slots, at);
            let next = slots.get(end).map_or(clause.end, |slot| slot.span.start);
            let left = Span::new(from.min(slots[at].span.start), slots[at].span.start);
            let place = Place { index, clause, left, next };
            from = if end > at + 1 {
                self.group_of(&place, &slots[at..end], carry)
            } else {
                self.single(&place, &slots[at], carry)
            };
            at = end;
        }
    }

    /// The end of the run of figures that stand side by side: 79.8%、38.6%.
    fn group(&self, slots: &[Slot], first: usize) -> usize {
        let mut end = first + 1;
        while end < slots.len() && slots[end].kind == Kind::Level {
            let between = Span::new(slots[end - 1].span.end, slots[end].span.start.max(slots[end - 1].span.end));
            let words = between.of(self.text()).trim();
            let joined = !words.is_empty() && words.chars().all(name::is_separator)
                || FAMILY.lexicon.get("and", words).is_some();
            if !joined || !slots[end].joint.is_empty() {
                break;
            }
            end += 1;
        }
        end
    }

    fn quantity(&self, slot: &Slot) -> &'a Quantity {
        &self.annotated.quantities[slot.quantity].value
    }

    fn group_of(&mut self, place: &Place, slots: &[Slot], carry: &mut Carry) -> usize {
        let subject = name::subject(self.annotated, self.subjects, &self.words, place.left);
        let about = subject.about.or(carry.about);
        let nouns = self.members(&subject.noun, slots.len());
        // `分别增长10%和5%` is of the last figures of the sentence, one each.
        let told = if carry.last.len() >= slots.len() { &carry.last } else { &carry.all };
        let kept = told.len().checked_sub(slots.len()).filter(|_| subject.noun.is_empty());
        let carried: Vec<Named> = kept.map(|kept| told[kept..].to_vec()).unwrap_or_default();
        let mut last = Vec::new();
        for (number, slot) in slots.iter().enumerate() {
            let mut framed = slot.clone();
            framed.kind = slots[0].kind;
            framed.other = slots[0].other;
            let named = if let Some(before) = carried.get(number) {
                before.clone()
            } else {
                let noun = nouns.as_ref().map_or(&subject.noun, |nouns| &nouns[number]).clone();
                Named { indicator: noun.clone(), stem: noun, about, from: place.left.start }
            };
            if !name::is_name(&named.stem) {
                continue;
            }
            let was_carried = !carried.is_empty();
            last.extend(self.tell(place, &framed, named, subject.verb.as_deref(), was_carried, slots[0].joint));
        }
        if !last.is_empty() {
            carry.last = last;
            carry.grouped = true;
        }
        slots[slots.len() - 1].span.end
    }

    /// The members of a list that shares its figures, each with the head that the last one has for all.
    fn members(&self, noun: &str, count: usize) -> Option<Vec<String>> {
        let listed: Vec<&str> = noun.split('\u{3001}').filter(|part| !part.is_empty()).collect();
        let parts =
            if listed.len() == count { listed } else { listed.iter().flat_map(|part| self.split_and(part)).collect() };
        if parts.len() != count {
            return None;
        }
        let last = *parts.last()?;
        let head = FAMILY.lexicon.find("head", last);
        let shared = head.iter().find(|head| head.span.start > 0).map(|head| &last[head.span.start..]);
        // 城镇和农村居民人均可支配收入: a short member takes the place of as short a word.
        let behind = |part: &str| {
            // 第一、二产业: the 第 of the first is the others' too.
            let ordinal = part.starts_with('\u{7B2C}') && !last.starts_with('\u{7B2C}');
            let count = part.chars().count() - usize::from(ordinal);
            let at = last.char_indices().nth(count).map(|(at, _)| at)?;
            let rest = &last[at..];
            (count <= 3 && rest.len() > shared?.len() && rest.ends_with(shared?)).then_some(rest)
        };
        let whole = parts.iter().map(|part| match shared.map(|shared| behind(part).unwrap_or(shared)) {
            Some(shared) if !name::is_quantity(part) && *part != last => format!("{part}{shared}"),
            _ => (*part).to_owned(),
        });
        Some(whole.collect())
    }

    fn split_and<'t>(&self, part: &'t str) -> Vec<&'t str> {
        let mut parts = Vec::new();
        let mut from = 0;
        for mark in FAMILY.lexicon.find("and", part) {
            if mark.span.start > from && mark.span.end < part.len() {
                parts.push(&part[from..mark.span.start]);
                from = mark.span.end;
            }
        }
        parts.push(&part[from..]);
        parts
    }

    fn single(&mut self, place: &Place, slot: &Slot, carry: &mut Carry) -> usize {
        // 全国碳素行业排名第一的某集团: the rank is its owner's, and its words begin behind the last mark.
        let ranked = matches!(self.quantity(slot).measure, Measure::Rank);
        let owner = if ranked { self.subjects.owner_after(slot.span.end) } else { None };
        let left = match place.left.of(self.text()).rfind(name::is_separator).filter(|_| owner.is_some()) {
            Some(at) => Span::new(place.left.start + at, place.left.end),
            None => place.left,
        };
        let mut subject = name::subject(self.annotated, self.subjects, &self.words, left);
        subject.about = owner.or(subject.about);
        subject.total |= !FAMILY.lexicon.find("total", slot.joint.of(self.text())).is_empty();
        let about = subject.about.or(carry.object).or(carry.about);
        let listed = place.left.start > place.clause.start
            && place.left.of(self.text()).starts_with(['\u{3001}', '\u{548C}', '\u{53CA}', '\u{4E0E}']);
        let plain = matches!(slot.kind, Kind::Level);
        if let Some((noun, end)) = self.part_of(place, slot, &subject.noun) {
            let named = Named { indicator: noun.clone(), stem: noun, about, from: place.left.start };
            let last = self.tell(place, slot, named, None, false, slot.joint);
            carry.keep(last, listed);
            return end;
        }
        if plain {
            if let Some((noun, end, verb)) = self.noun_after(place, slot, &subject, carry, listed) {
                let named = Named { indicator: noun.clone(), stem: noun, about, from: place.left.start };
                carry.after = true;
                if verb.is_some() {
                    carry.verb.clone_from(&verb);
                }
                let last = self.tell(place, slot, named, verb.as_deref(), false, slot.joint);
                carry.keep(last, listed);
                return end;
            }
        }
        carry.after = false;
        let all = FAMILY.lexicon.get("total", &subject.noun).is_some() && !carry.last.is_empty();
        subject.total |= all;
        if subject.noun.is_empty() || all {
            return self.nameless(place, slot, &subject, about, carry);
        }
        // 产量占全国80%、世界60%: the second whole is of the same part.
        let percent = name::dimension(self.quantity(slot).unit.as_ref()) == "percent";
        if listed && plain && percent && FAMILY.lexicon.get("whole", &subject.noun).is_some() {
            if let Some(before) = carry.last.last().cloned() {
                let end = left.start + left.of(self.text()).trim_end().len();
                let part =
                    Slot { kind: Kind::Share, other: Some(Span::new(end - subject.noun.len(), end)), ..slot.clone() };
                let named = Named { indicator: before.stem.clone(), ..before };
                self.tell(place, &part, named, None, true, slot.joint);
            }
            return slot.span.end;
        }
        // 拉动经济增长2个百分点, 贡献率9.1%: what the sum told before adds to a whole.
        let pulls = name::dimension(self.quantity(slot).unit.as_ref()) == "point"
            && FAMILY.lexicon.prefix_of("pulls", left.of(self.text()).trim_start_matches(name::is_separator)).is_some();
        if pulls || FAMILY.lexicon.get("contribution", &subject.noun).is_some() {
            if let Some(before) = carry.last.last().cloned() {
                let words = Span::new(left.start, slot.joint.end).of(self.text());
                let words = if pulls { words.trim_start_matches(name::is_separator) } else { &subject.noun };
                let named = Named { indicator: format!("{}{words}", before.stem), ..before };
                let level = Slot { kind: Kind::Level, ..slot.clone() };
                self.tell(place, &level, named, None, true, slot.joint);
                return slot.span.end;
            }
        }
        // 增速 alone is the rate of what was told before.
        if FAMILY.lexicon.get("growth_end", &subject.noun).is_some_and(|entry| !entry.is("level")) {
            let Some(before) = carry.last.last().cloned() else {
                return slot.span.end;
            };
            let named = Named { indicator: format!("{}{}", before.stem, subject.noun), ..before };
            self.tell(place, slot, named, None, true, slot.joint);
            return slot.span.end;
        }
        // The 销售 of 销售收入 is no verb for the members after it.
        let named = subject.verb.as_deref().and_then(|verb| subject.noun.strip_prefix(verb));
        let of_name = named.is_some_and(|rest| FAMILY.lexicon.get("bare_head", rest).is_some());
        if !listed {
            carry.verb = subject.verb.clone().filter(|_| !of_name);
        } else if subject.verb.is_none() && !subject.weak && plain && !name::is_share(&subject.noun) {
            if let Some(verb) = carry.verb.clone().filter(|verb| !subject.noun.contains(verb.as_str())) {
                subject.noun = format!("{verb}{}", subject.noun);
                subject.verb = Some(verb);
            }
        } else if subject.verb.is_some() {
            carry.verb.clone_from(&subject.verb);
        }
        if let Some(noun) = self.lasting_after(place, slot, &subject.noun) {
            subject.noun = noun;
        } else if self.is_passing(slot, &subject.noun) {
            return slot.span.end;
        }
        self.named(place, slot, &subject, about, carry, listed);
        slot.span.end
    }

    /// A figure whose own words name it.
    fn named(
        &mut self,
        place: &Place,
        slot: &Slot,
        subject: &Subject,
        mut about: Option<Ref>,
        carry: &mut Carry,
        listed: bool,
    ) {
        let mut noun = subject.noun.clone();
        if FAMILY.lexicon.get("sector", &noun).is_some() {
            let whole = self.whole.filter(|(paragraph, _)| *paragraph == self.topic.0);
            noun.push_str(whole.map_or("", |(_, part)| part));
        } else if let Some(part) = part_word(&noun) {
            self.whole = Some((self.topic.0, part));
        }
        // 食品烟酒类价格上涨2.1%，居住类下降0.3%: a class alone has the head that the class before it had.
        let member = FAMILY.lexicon.suffix_of("member", &noun).map(|(_, word)| word.to_owned());
        if let (Some(member), Some(before)) = (member, carry.last.last()) {
            if let Some((_, head)) = before.stem.split_once(&member).filter(|(_, head)| name::is_quantity(head)) {
                noun.push_str(head);
            }
        }
        // 总投资 alone is the 总投资 of what the sentence has just counted.
        let bare = FAMILY.lexicon.get("bare_head", &noun).is_some();
        if bare && slot.kind != Kind::Share && subject.about.is_none_or(|about| about == Ref::Home) {
            if let Some(owner) = carry.last.last().filter(|last| !name::is_quantity(&last.stem)) {
                noun = format!("{}{noun}", owner.stem);
                about = owner.about.or(about);
            }
        }
        // 总投资27亿元的某某项目, 某某项目，总投资27亿元: a design figure is of the undertaking beside it.
        if subject.about.is_none_or(|about| about == Ref::Home) && slot.kind == Kind::Level {
            let design = FAMILY.lexicon.suffix_of("design", &noun).is_some() && place.left.start == place.clause.start;
            let before = || self.subjects.object_before(place.clause).filter(|_| design);
            let object = before();
            carry.object = object.or(carry.object);
            let owner = self.subjects.owner_after(slot.span.end);
            // 引进落地总投资16亿元的某项目: the verb is the sentence's.
            if let (Some(Ref::Project(_)), Some((_, head))) = (owner, FAMILY.lexicon.suffix_of("design", &noun)) {
                noun = head.to_owned();
            }
            about = owner.or(object).or(about);
        }
        if !name::is_name(&noun) {
            return;
        }
        // `发明专利数、批件数均占全市三成`: each of a list has the same figure.
        let each = !FAMILY.lexicon.find("each", slot.joint.of(self.text())).is_empty()
            || FAMILY.lexicon.suffix_of("each", place.left.of(self.text())).is_some();
        let nouns: Vec<String> = if each && noun.contains('\u{3001}') {
            let count = noun.split('\u{3001}').count();
            self.members(&noun, count).unwrap_or_else(|| vec![noun.clone()])
        } else {
            vec![noun]
        };
        let mut last = Vec::new();
        for noun in nouns {
            let named = Named { indicator: noun.clone(), stem: noun, about, from: place.left.start };
            last.extend(self.tell(place, slot, named, subject.verb.as_deref(), false, slot.joint));
        }
        carry.keep(last, listed);
    }
}

/// What the parts of a whole add to it: industries add 增加值 to 生产总值, 投资 to 固定资产投资.
fn part_word(noun: &str) -> Option<&'static str> {
    let (entry, _) = FAMILY.lexicon.suffix_of("sectors_of", noun)?;
    entry.get("gives")
}

/// Where a figure stands.
struct Place {
    /// The sentence.
    index: usize,
    clause: Span,
    /// The words before it that are not another figure's.
    left: Span,
    /// Where the next figure's words begin.
    next: usize,
}
