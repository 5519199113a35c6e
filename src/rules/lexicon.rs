//! Lexicons: classes of words with attributes, `{ forms = ["亩"], measures = "area" }` an entry.

use super::words::{Characters, Words};
use crate::model::Span;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// One entry: its forms, and what else its line says.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The ways to write it.
    pub forms: Vec<String>,
    /// All other keys of the entry: a handful.
    attributes: Vec<(String, toml::Value)>,
}

impl Entry {
    fn attribute(&self, key: &str) -> Option<&toml::Value> {
        self.attributes.iter().find(|(own, _)| own == key).map(|(_, value)| value)
    }

    /// The attribute as text, if it is there and is text.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.attribute(key)?.as_str()
    }

    /// The attribute as a whole number.
    pub fn integer(&self, key: &str) -> Option<i64> {
        self.attribute(key)?.as_integer()
    }

    /// Whether the attribute is there and true.
    pub fn is(&self, key: &str) -> bool {
        self.attribute(key).and_then(toml::Value::as_bool).unwrap_or(false)
    }
}

/// Where a form of a class stands in a text.
#[derive(Debug, Clone, Copy)]
pub struct Occurrence<'l> {
    /// Where.
    pub span: Span,
    /// Which entry.
    pub entry: &'l Entry,
}

struct Class {
    entries: Vec<Entry>,
    by_form: FxHashMap<String, usize>,
    /// By their first character and by their last, the lengths in bytes that forms have, longest first. Most texts begin
    /// with a character with which no form does.
    by_first: FxHashMap<char, Vec<usize>>,
    by_last: FxHashMap<char, Vec<usize>>,
    /// The characters with which forms begin, and with which they end.
    firsts: Characters,
    lasts: Characters,
    /// Its forms, in the order of their entries, and the entry of each.
    words: Words,
    entry_of: Vec<u32>,
}

impl std::fmt::Debug for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.entries).finish()
    }
}

impl Class {
    /// The longest form among `lengths` that is what `cut` gives for its length.
    fn longest<'t>(
        &self,
        lengths: Option<&Vec<usize>>,
        cut: impl Fn(usize) -> Option<&'t str>,
    ) -> Option<(&Entry, &'t str)> {
        lengths?.iter().find_map(|len| {
            let form = cut(*len)?;
            Some((&self.entries[*self.by_form.get(form)?], form))
        })
    }
}

/// The lengths of forms by the character that `edge` gives, longest first.
fn lengths(entries: &[Entry], edge: impl Fn(&str) -> Option<char>) -> FxHashMap<char, Vec<usize>> {
    let mut sets: BTreeMap<char, BTreeSet<usize>> = BTreeMap::new();
    for form in entries.iter().flat_map(|entry| &entry.forms) {
        if let Some(edge) = edge(form) {
            sets.entry(edge).or_default().insert(form.len());
        }
    }
    sets.into_iter().map(|(edge, lengths)| (edge, lengths.into_iter().rev().collect())).collect()
}

/// The classes of one `lexicon.toml`.
#[derive(Debug)]
pub struct Lexicon {
    /// In the order of their names.
    classes: Vec<(String, Class)>,
    /// The indices of the classes, each at or behind the place that [`slot`] gives for its name.
    slots: Vec<Option<u16>>,
}

/// How many places there are for the classes of a lexicon: far more than classes, so that few share one.
const SLOTS: usize = 512;

/// Where a class of that name is looked for. Classes are asked for by name in the innermost loops; names are short and
/// differ in their length, their ends or their middle.
fn slot(name: &str) -> usize {
    let bytes = name.as_bytes();
    let byte = |at: usize| usize::from(bytes.get(at).copied().unwrap_or(0));
    let last = bytes.len().saturating_sub(1);
    (bytes.len() * 37 + byte(0) * 5 + byte(last / 2) * 17 + byte(last) * 101) % SLOTS
}

impl Lexicon {
    /// Reads a lexicon file: each key a class, each class an array of entries with `forms`, or of plain strings.
    ///
    /// # Errors
    /// Says what is wrong and in which class.
    pub fn parse(toml: &str) -> Result<Self, String> {
        let table: toml::Table = toml.parse().map_err(|error| format!("lexicon.toml: {error}"))?;
        let mut classes = Vec::new();
        for (name, value) in table {
            let array = value.as_array().ok_or_else(|| format!("lexicon.toml: `{name}`: expected an array"))?;
            let entries = array.iter().map(|item| entry(&name, item)).collect::<Result<Vec<_>, _>>()?;
            let mut by_form = FxHashMap::default();
            for (index, entry) in entries.iter().enumerate() {
                for form in &entry.forms {
                    if by_form.insert(form.clone(), index).is_some() {
                        return Err(format!("lexicon.toml: `{name}`: the form `{form}` stands twice"));
                    }
                }
            }
            if entries.is_empty() {
                return Err(format!("lexicon.toml: `{name}`: expected at least one entry"));
            }
            let by_first = lengths(&entries, |form| form.chars().next());
            let mut firsts = Characters::default();
            let mut lasts = Characters::default();
            for form in entries.iter().flat_map(|entry| &entry.forms) {
                form.chars().next().into_iter().for_each(|c| firsts.insert(c));
                form.chars().next_back().into_iter().for_each(|c| lasts.insert(c));
            }
            let by_last = lengths(&entries, |form| form.chars().next_back());
            let words = Words::new(entries.iter().flat_map(|entry| entry.forms.iter().map(String::as_str)));
            let numbered = (0..).zip(&entries);
            let entry_of = numbered.flat_map(|(index, entry)| entry.forms.iter().map(move |_| index)).collect();
            classes.push((name, Class { entries, by_form, by_first, by_last, firsts, lasts, words, entry_of }));
        }
        classes.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut slots = vec![None; SLOTS];
        for (index, (name, _)) in (0_u16..).zip(&classes) {
            let free = (slot(name)..).map(|at| at % SLOTS).find(|at| slots[*at].is_none());
            slots[free.filter(|_| classes.len() < SLOTS).ok_or("lexicon.toml: too many classes")?] = Some(index);
        }
        Ok(Self { classes, slots })
    }

    fn class(&self, name: &str) -> Option<&Class> {
        let mut at = slot(name);
        while let Some(index) = self.slots[at] {
            let (own, class) = &self.classes[usize::from(index)];
            if own == name {
                return Some(class);
            }
            at = (at + 1) % SLOTS;
        }
        None
    }

    /// Whether there is a class of that name.
    pub fn has(&self, class: &str) -> bool {
        self.class(class).is_some()
    }

    /// The entry that `form` is a form of.
    pub fn get(&self, class: &str, form: &str) -> Option<&Entry> {
        let class = self.class(class)?;
        form.chars().next().filter(|c| class.firsts.may_hold(*c))?;
        class.by_form.get(form).map(|index| &class.entries[*index])
    }

    /// The entries of a class, in the order of the file; none for a class that is not there.
    pub fn entries(&self, class: &str) -> &[Entry] {
        self.class(class).map_or(&[], |class| &class.entries)
    }

    /// The longest form of the class that `text` ends with.
    pub fn suffix_of<'l, 't>(&'l self, class: &str, text: &'t str) -> Option<(&'l Entry, &'t str)> {
        let class = self.class(class)?;
        let last = text.chars().next_back().filter(|c| class.lasts.may_hold(*c))?;
        class.longest(class.by_last.get(&last), |len| text.get(text.len().checked_sub(len)?..))
    }

    /// The longest form of the class that `text` begins with.
    pub fn prefix_of<'l, 't>(&'l self, class: &str, text: &'t str) -> Option<(&'l Entry, &'t str)> {
        let class = self.class(class)?;
        let first = text.chars().next().filter(|c| class.firsts.may_hold(*c))?;
        class.longest(class.by_first.get(&first), |len| text.get(..len))
    }

    /// Every place where a form of the class stands, leftmost and longest first, without overlaps.
    pub fn find<'l>(&'l self, class: &str, text: &str) -> Vec<Occurrence<'l>> {
        let Some(class) = self.class(class) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        class.words.each(text, |at, len, form| {
            let entry = &class.entries[class.entry_of[form as usize] as usize];
            found.push(Occurrence { span: Span::new(at, at + len), entry });
            Some(at + len)
        });
        found
    }

    /// The class as a regular expression: its forms, longest first.
    pub(super) fn alternation(&self, class: &str) -> Option<String> {
        let class = self.class(class)?;
        let mut forms: Vec<&str> = class.by_form.keys().map(String::as_str).collect();
        forms.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        Some(forms.iter().map(|form| regex::escape(form)).collect::<Vec<_>>().join("|"))
    }

    /// What a tidy lexicon must not have: entries out of order.
    pub(super) fn untidy(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (name, class) in &self.classes {
            for pair in class.entries.windows(2) {
                if pair[0].forms[0] > pair[1].forms[0] {
                    faults.push(format!(
                        "lexicon.toml: `{name}`: `{}` stands before `{}`; entries are sorted by their first form",
                        pair[0].forms[0], pair[1].forms[0]
                    ));
                }
            }
        }
        faults
    }
}

fn entry(class: &str, item: &toml::Value) -> Result<Entry, String> {
    let fault = |what: &str| format!("lexicon.toml: `{class}`: {what}: {item}");
    let (forms, attributes) = match item {
        toml::Value::String(form) => (vec![form.clone()], Vec::new()),
        toml::Value::Table(table) => {
            let mut attributes = table.clone();
            let forms = attributes.remove("forms").ok_or_else(|| fault("expected `forms`"))?;
            let forms = forms.as_array().ok_or_else(|| fault("expected an array as `forms`"))?;
            let forms: Option<Vec<String>> = forms.iter().map(|form| form.as_str().map(str::to_owned)).collect();
            (forms.ok_or_else(|| fault("expected strings as `forms`"))?, attributes.into_iter().collect())
        }
        _ => return Err(fault("expected a string or a table with `forms`")),
    };
    if forms.is_empty() || forms.iter().any(String::is_empty) {
        return Err(fault("expected forms that are not empty"));
    }
    Ok(Entry { forms, attributes })
}
