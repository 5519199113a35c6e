//! Rule families: patterns compiled once, run over tapes.

use super::gate::{Gate, Run};
use super::tape::placeholder;
use super::{Lexicon, RuleFileError, Tape};
use crate::model::{RuleId, Span};
use regex_automata::meta::{self, Regex};
use regex_automata::{Anchored, Input, util::primitives::NonMaxUsize};
use regex_syntax::hir::{Hir, HirKind};
use serde::Deserialize;
use std::collections::BTreeMap;

/// How far a guard (`before`, `after`) looks, in characters. Guards are words beside a find, not sentences.
const GUARD_REACH: usize = 24;

/// A class of a thousand words makes a large automaton; this is far above what any family needs.
const SIZE_LIMIT: usize = 64 << 20;

/// What the lazy automata of a rule may take, in bytes: with less they are thrown away again and again, and the search falls
/// back to one many times slower.
const RULE_CACHE: usize = 8 << 20;

/// What happens where two finds overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// The longer find stands; of equally long ones the leftmost, then the rule with the higher `rank`, then the
    /// rule whose name comes first.
    Longest,
    /// All stand.
    All,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    /// Layers that patterns may name beside lexicon classes.
    #[serde(default)]
    layers: Vec<String>,
    #[serde(default)]
    rule: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    name: String,
    doc: String,
    #[serde(rename = "match")]
    pattern: Vec<String>,
    #[serde(default)]
    sets: BTreeMap<String, toml::Value>,
    #[serde(default)]
    rank: i64,
    before: Option<String>,
    after: Option<String>,
    not_before: Option<String>,
    not_after: Option<String>,
}

/// One rule of a family.
#[derive(Debug)]
pub struct Rule {
    /// `family/rule`.
    pub id: RuleId,
    /// Its name within the family.
    pub name: String,
    /// What it says of how such texts are written.
    pub doc: String,
    /// What a find by it is, beside what the pattern's groups say.
    pub sets: BTreeMap<String, String>,
    /// Its place in the file.
    pub order: usize,
    rank: i64,
    regex: Regex,
    /// The named groups of the expression: their numbers and names.
    groups: Vec<(usize, String)>,
    /// Whether each of the groups is the whole match: `(?P<trigger>{honoured})`.
    groups_are_whole: bool,
    before: Option<Regex>,
    after: Option<Regex>,
    not_before: Option<Regex>,
    not_after: Option<Regex>,
}

/// A part of a find that the pattern named: `{number}` or `(?P<left>…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group<'f> {
    /// Its name; a second `{number}` of the same pattern is `number_2`.
    pub name: &'f str,
    /// Where, in the text.
    pub span: Span,
    /// The item of the layer that it is, if it is one.
    pub item: Option<usize>,
}

/// A find.
#[derive(Debug, Clone)]
pub struct Hit<'f> {
    /// By which rule.
    pub rule: &'f Rule,
    /// Where, in the text.
    pub span: Span,
    /// Its named parts, in the order of the pattern.
    pub groups: Vec<Group<'f>>,
}

impl<'f> Hit<'f> {
    /// The named part, if the pattern has it and it matched.
    pub fn group(&self, name: &str) -> Option<&Group<'f>> {
        self.groups.iter().find(|group| group.name == name)
    }

    /// The layer's item that the named part is.
    pub fn item(&self, name: &str) -> Option<usize> {
        self.group(name)?.item
    }

    /// The text of the named part.
    pub fn text<'t>(&self, name: &str, text: &'t str) -> Option<&'t str> {
        Some(self.group(name)?.span.of(text))
    }

    /// What the rule sets.
    pub fn sets(&self, key: &str) -> Option<&str> {
        self.rule.sets.get(key).map(String::as_str)
    }
}

/// A lexicon and the rules over it, compiled.
#[derive(Debug)]
pub struct Family {
    /// Its name, the first part of its rules' names.
    pub name: &'static str,
    /// Its words.
    pub lexicon: Lexicon,
    /// Its rules, in the order of the file.
    pub rules: Vec<Rule>,
    layers: Vec<String>,
    gate: Gate,
}

impl Family {
    /// Compiles a family from its two files.
    ///
    /// # Errors
    /// Says which rule or class is wrong, and how.
    pub fn new(name: &'static str, lexicon: &str, rules: &str) -> Result<Self, RuleFileError> {
        Self::compile(name, lexicon, rules).map_err(|message| RuleFileError { family: name.to_owned(), message })
    }

    /// Compiles a family whose files are embedded in the program.
    ///
    /// # Panics
    /// If the files are wrong; a test of the family meets that before any user does.
    pub fn embedded(name: &'static str, lexicon: &str, rules: &str) -> Self {
        match Self::new(name, lexicon, rules) {
            Ok(family) => family,
            Err(error) => panic!("{error}"),
        }
    }

    fn compile(name: &'static str, lexicon: &str, rules: &str) -> Result<Self, String> {
        let lexicon = Lexicon::parse(lexicon)?;
        let file: RuleFile = toml::from_str(rules).map_err(|error| format!("rules.toml: {error}"))?;
        for layer in &file.layers {
            if lexicon.has(layer) {
                return Err(format!("rules.toml: `{layer}` is both a layer and a class of the lexicon"));
            }
        }
        let mut compiled = Vec::new();
        for (order, raw) in file.rule.into_iter().enumerate() {
            let (rule, pattern) = compile_rule(name, order, raw, &lexicon, &file.layers)?;
            if compiled.iter().any(|(other, _): &(Rule, Hir)| other.name == rule.name) {
                return Err(format!("rules.toml: the rule `{}` stands twice", rule.name));
            }
            compiled.push((rule, pattern));
        }
        let (rules, patterns): (Vec<Rule>, Vec<Hir>) = compiled.into_iter().unzip();
        Ok(Self { name, lexicon, rules, layers: file.layers, gate: Gate::new(&patterns) })
    }

    /// Lays `within` of `text` out as a tape for this family.
    ///
    /// # Panics
    /// If a layer is not one that the family's rules file names.
    pub fn tape(&self, text: &str, within: Span, layers: &[(&str, Vec<Span>)]) -> Tape {
        let mut ordered = vec![Vec::new(); self.layers.len()];
        for (name, spans) in layers {
            let index = self.layers.iter().position(|layer| layer == name);
            let index = index.unwrap_or_else(|| panic!("rule family `{}` has no layer `{name}`", self.name));
            ordered[index].clone_from(spans);
        }
        Tape::new(text, within, &ordered)
    }

    /// What the rules find on a tape of this family, in the order of the text.
    pub fn find<'f>(&'f self, tape: &Tape, policy: Policy) -> Vec<Hit<'f>> {
        let mut matches = Vec::new();
        self.gate.pass(&tape.projected, |rule, run| self.rules[rule].find(tape, run, &mut matches));
        hits(tape, matches, policy)
    }

    /// Whether a rule that names words can match within a stretch of text that has no find of a layer in it. Quick; `false`
    /// is certain. Rules that name none (`^[^，]{3,}$`) are not asked.
    pub fn may_match(&self, text: &str) -> bool {
        self.gate.may_match(text)
    }

    /// Whether the rule names words with which its finds begin or that they hold.
    #[cfg(test)]
    pub fn names_words(&self, rule: &Rule) -> bool {
        self.gate.names_words(rule.order)
    }

    /// The same, each rule run everywhere: what [`find`](Self::find) is held against.
    #[cfg(test)]
    pub(super) fn find_plainly<'f>(&'f self, tape: &Tape, policy: Policy) -> Vec<Hit<'f>> {
        let mut matches = Vec::new();
        self.rules.iter().for_each(|rule| rule.find(tape, Run::Everywhere, &mut matches));
        hits(tape, matches, policy)
    }

    /// The rule of that name.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.name == name)
    }
}

/// A match of a rule whose guards hold.
struct Match<'f> {
    rule: &'f Rule,
    /// On the tape.
    tape: Span,
    /// In the text.
    text: Span,
}

/// The hits that the policy leaves, in the order of the text.
fn hits<'f>(tape: &Tape, mut matches: Vec<Match<'f>>, policy: Policy) -> Vec<Hit<'f>> {
    if policy == Policy::Longest && matches.len() > 1 {
        matches.sort_by(|a, b| {
            let longer = b.text.len().cmp(&a.text.len());
            let left = a.text.start.cmp(&b.text.start);
            longer.then(left).then(b.rule.rank.cmp(&a.rule.rank)).then_with(|| a.rule.name.cmp(&b.rule.name))
        });
        // What is kept does not overlap, so only the last that begins before a match's end can reach into it.
        let mut kept: BTreeMap<usize, usize> = BTreeMap::new();
        matches.retain(|found| {
            let before = kept.range(..found.text.end).next_back();
            let free = before.is_none_or(|(_, end)| *end <= found.text.start);
            if free {
                kept.insert(found.text.start, found.text.end);
            }
            free
        });
    }
    matches.sort_by(|a, b| a.text.cmp(&b.text).then_with(|| a.rule.name.cmp(&b.rule.name)));
    // Parts are worked out only for what stands: to find is far quicker.
    let hit =
        |found: Match<'f>| Hit { rule: found.rule, span: found.text, groups: found.rule.groups_of(tape, found.tape) };
    matches.into_iter().map(hit).collect()
}

impl Rule {
    fn find<'f>(&'f self, tape: &Tape, run: Run<'_>, matches: &mut Vec<Match<'f>>) {
        let text = tape.projected.as_str();
        let mut at = 0;
        match run {
            Run::Everywhere => {
                while let Some(whole) = self.regex.search(&Input::new(text).range(at..)) {
                    // A find that a guard refuses may hide one that begins a character later.
                    at = match whole.is_empty() {
                        false if self.take(tape, whole.range().into(), matches) => whole.end(),
                        _ => after(text, whole.start()),
                    };
                    if at > text.len() {
                        break;
                    }
                }
            }
            Run::At(starts) => {
                for start in starts {
                    if start.at < at {
                        continue;
                    }
                    let end = start.end.or_else(|| {
                        let here = Input::new(text).range(start.at..).anchored(Anchored::Yes);
                        self.regex.search_half(&here).map(|half| half.offset())
                    });
                    at = match end {
                        Some(end) if self.take(tape, Span::new(start.at, end), matches) => end,
                        _ => after(text, start.at),
                    };
                }
            }
        }
    }

    /// Adds the match, if the guards hold.
    fn take<'f>(&'f self, tape: &Tape, whole: Span, matches: &mut Vec<Match<'f>>) -> bool {
        let holds = self.guards_hold(&tape.projected, whole.start, whole.end);
        if holds {
            matches.push(Match { rule: self, tape: whole, text: tape.text_span(whole) });
        }
        holds
    }

    /// The named parts of a match.
    fn groups_of<'f>(&'f self, tape: &Tape, whole: Span) -> Vec<Group<'f>> {
        let group = |name: &'f str, part: Span| Group { name, span: tape.text_span(part), item: tape.item(part) };
        if self.groups.is_empty() {
            return Vec::new();
        }
        if self.groups_are_whole {
            return self.groups.iter().map(|(_, name)| group(name, whole)).collect();
        }
        let here = Input::new(&tape.projected).range(whole.start..whole.end).anchored(Anchored::Yes);
        let mut slots: Vec<Option<NonMaxUsize>> = vec![None; 2 * self.regex.captures_len()];
        self.regex.search_slots(&here, &mut slots);
        let part = |number: usize| Some(Span::new(slots[2 * number]?.get(), slots[2 * number + 1]?.get()));
        self.groups.iter().filter_map(|(number, name)| Some(group(name, part(*number)?))).collect()
    }

    fn guards_hold(&self, text: &str, start: usize, end: usize) -> bool {
        if [&self.before, &self.after, &self.not_before, &self.not_after].into_iter().all(Option::is_none) {
            return true;
        }
        let left = text[..start].char_indices().rev().nth(GUARD_REACH - 1).map_or(0, |(at, _)| at);
        let right = text[end..].char_indices().nth(GUARD_REACH).map_or(text.len(), |(at, _)| end + at);
        let (left, right) = (&text[left..start], &text[end..right]);
        let holds = |guard: &Option<Regex>, side: &str, wanted: bool| {
            guard.as_ref().is_none_or(|guard| guard.is_match(side) == wanted)
        };
        holds(&self.before, left, true)
            && holds(&self.after, right, true)
            && holds(&self.not_before, left, false)
            && holds(&self.not_after, right, false)
    }
}

fn compile_rule(
    family: &str,
    order: usize,
    raw: RawRule,
    lexicon: &Lexicon,
    layers: &[String],
) -> Result<(Rule, Hir), String> {
    let fault = |what: String| format!("rules.toml: rule `{}`: {what}", raw.name);
    let well_named = raw.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !well_named || raw.name.is_empty() {
        return Err(fault("expected a name of lower-case letters, digits and `-`".into()));
    }
    if raw.doc.trim().is_empty() {
        return Err(fault("expected a `doc` that says what the rule says of such texts".into()));
    }
    let mut used = BTreeMap::new();
    let mut pattern = String::new();
    for element in &raw.pattern {
        let expanded = expand(element, lexicon, layers, Some(&mut used)).map_err(&fault)?;
        pattern.push_str(&format!("(?:{expanded})"));
    }
    let parse = |pattern: &str| regex_syntax::parse(pattern).map_err(|error| fault(error.to_string()));
    let limits = meta::Config::new().nfa_size_limit(Some(SIZE_LIMIT)).hybrid_cache_capacity(RULE_CACHE);
    let build = |pattern: &Hir| {
        meta::Builder::new().configure(limits.clone()).build_from_hir(pattern).map_err(|error| fault(error.to_string()))
    };
    let guard = |side: &Option<String>, left: bool| -> Result<Option<Regex>, String> {
        let Some(side) = side else { return Ok(None) };
        let expanded = expand(side, lexicon, layers, None).map_err(&fault)?;
        build(&parse(&if left { format!("(?:{expanded})$") } else { format!("^(?:{expanded})") })?).map(Some)
    };
    let sets = raw
        .sets
        .iter()
        .map(|(key, value)| (key.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
    let pattern = parse(&pattern)?;
    let regex = build(&pattern)?;
    let names = regex.group_info().pattern_names(regex_automata::PatternID::ZERO).enumerate();
    let groups: Vec<_> = names.filter_map(|(number, name)| Some((number, name?.to_owned()))).collect();
    let rule = Rule {
        id: RuleId::new(format!("{family}/{}", raw.name)),
        sets: sets.collect(),
        order,
        rank: raw.rank,
        regex,
        groups_are_whole: groups.len() == whole_groups(&pattern),
        groups,
        before: guard(&raw.before, true)?,
        after: guard(&raw.after, false)?,
        not_before: guard(&raw.not_before, true)?,
        not_after: guard(&raw.not_after, false)?,
        doc: raw.doc,
        name: raw.name,
    };
    Ok((rule, pattern))
}

/// How many named groups hold all of the expression.
fn whole_groups(pattern: &Hir) -> usize {
    match pattern.kind() {
        HirKind::Capture(group) => usize::from(group.name.is_some()) + whole_groups(&group.sub),
        _ => 0,
    }
}

/// Where the character that begins at `at` ends; at the end, behind it.
fn after(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(text.len() + 1, |c| at + c.len_utf8())
}

/// Replaces each `{name}` by the forms of a class or the placeholder of a layer; as a named group where `used` counts
/// the names. `{2,4}` and the like stay: a name begins with a letter.
fn expand(
    element: &str,
    lexicon: &Lexicon,
    layers: &[String],
    mut used: Option<&mut BTreeMap<String, usize>>,
) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = element;
    while let Some(open) = rest.find('{') {
        let after = &rest[open + 1..];
        let name_len = after.find(|c: char| !(c.is_ascii_lowercase() || c == '_')).unwrap_or(after.len());
        // `\p{Han}` and `{2,4}` are the expression's own braces.
        if name_len == 0
            || !after[name_len..].starts_with('}')
            || rest[..open].ends_with("\\p")
            || rest[..open].ends_with("\\P")
        {
            out.push_str(&rest[..=open]);
            rest = after;
            continue;
        }
        let name = &after[..name_len];
        let inner = match layers.iter().position(|layer| layer == name) {
            Some(index) => placeholder(index).to_string(),
            None => lexicon
                .alternation(name)
                .ok_or_else(|| format!("`{{{name}}}` is no class of the lexicon and no layer"))?,
        };
        out.push_str(&rest[..open]);
        match used.as_deref_mut() {
            Some(used) => {
                let count = used.entry(name.to_owned()).and_modify(|count| *count += 1).or_insert(1);
                let group = if *count == 1 { name.to_owned() } else { format!("{name}_{count}") };
                out.push_str(&format!("(?P<{group}>{inner})"));
            }
            None => out.push_str(&format!("(?:{inner})")),
        }
        rest = &after[name_len + 1..];
    }
    out.push_str(rest);
    Ok(out)
}
