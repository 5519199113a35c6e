//! Lexicons: classes of words with attributes, `{ forms = ["亩"], measures = "area" }` an entry.

use crate::model::Span;
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// One entry: its forms, and what else its line says.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The ways to write it.
    pub forms: Vec<String>,
    /// All other keys of the entry.
    pub attributes: BTreeMap<String, toml::Value>,
}

impl Entry {
    /// The attribute as text, if it is there and is text.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.attributes.get(key)?.as_str()
    }

    /// The attribute as a whole number.
    pub fn integer(&self, key: &str) -> Option<i64> {
        self.attributes.get(key)?.as_integer()
    }

    /// Whether the attribute is there and true.
    pub fn is(&self, key: &str) -> bool {
        self.attributes.get(key).and_then(toml::Value::as_bool).unwrap_or(false)
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
    /// Finds forms and gives the index of their entry; built when first asked for.
    automaton: OnceLock<CharwiseDoubleArrayAhoCorasick<u32>>,
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
    by_name: FxHashMap<String, usize>,
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
            let by_last = lengths(&entries, |form| form.chars().next_back());
            classes.push((name, Class { entries, by_form, by_first, by_last, automaton: OnceLock::new() }));
        }
        classes.sort_by(|(a, _), (b, _)| a.cmp(b));
        let by_name = classes.iter().enumerate().map(|(index, (name, _))| (name.clone(), index)).collect();
        Ok(Self { classes, by_name })
    }

    fn class(&self, name: &str) -> Option<&Class> {
        self.by_name.get(name).map(|index| &self.classes[*index].1)
    }

    /// Whether there is a class of that name.
    pub fn has(&self, class: &str) -> bool {
        self.by_name.contains_key(class)
    }

    /// The entry that `form` is a form of.
    pub fn get(&self, class: &str, form: &str) -> Option<&Entry> {
        let class = self.class(class)?;
        class.by_form.get(form).map(|index| &class.entries[*index])
    }

    /// The entries of a class, in the order of the file; none for a class that is not there.
    pub fn entries(&self, class: &str) -> &[Entry] {
        self.class(class).map_or(&[], |class| &class.entries)
    }

    /// The longest form of the class that `text` ends with.
    pub fn suffix_of<'l, 't>(&'l self, class: &str, text: &'t str) -> Option<(&'l Entry, &'t str)> {
        let class = self.class(class)?;
        class.longest(class.by_last.get(&text.chars().next_back()?), |len| text.get(text.len().checked_sub(len)?..))
    }

    /// The longest form of the class that `text` begins with.
    pub fn prefix_of<'l, 't>(&'l self, class: &str, text: &'t str) -> Option<(&'l Entry, &'t str)> {
        let class = self.class(class)?;
        class.longest(class.by_first.get(&text.chars().next()?), |len| text.get(..len))
    }

    /// Every place where a form of the class stands, leftmost and longest first, without overlaps.
    pub fn find<'l>(&'l self, class: &str, text: &str) -> Vec<Occurrence<'l>> {
        let Some(class) = self.class(class) else {
            return Vec::new();
        };
        let automaton = class.automaton.get_or_init(|| {
            let indices = (0_u32..).zip(&class.entries);
            let forms = indices.flat_map(|(index, entry)| entry.forms.iter().map(move |form| (form, index)));
            CharwiseDoubleArrayAhoCorasickBuilder::new()
                .match_kind(MatchKind::LeftmostLongest)
                .build_with_values(forms)
                .expect("the forms are not empty, and none stands twice")
        });
        let hits = automaton.leftmost_find_iter(text);
        hits.map(|hit| Occurrence {
            span: Span::new(hit.start(), hit.end()),
            entry: &class.entries[hit.value() as usize],
        })
        .collect()
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
        toml::Value::String(form) => (vec![form.clone()], BTreeMap::new()),
        toml::Value::Table(table) => {
            let mut attributes: BTreeMap<String, toml::Value> = table.clone().into_iter().collect();
            let forms = attributes.remove("forms").ok_or_else(|| fault("expected `forms`"))?;
            let forms = forms.as_array().ok_or_else(|| fault("expected an array as `forms`"))?;
            let forms: Option<Vec<String>> = forms.iter().map(|form| form.as_str().map(str::to_owned)).collect();
            (forms.ok_or_else(|| fault("expected strings as `forms`"))?, attributes)
        }
        _ => return Err(fault("expected a string or a table with `forms`")),
    };
    if forms.is_empty() || forms.iter().any(String::is_empty) {
        return Err(fault("expected forms that are not empty"));
    }
    Ok(Entry { forms, attributes })
}
