//! Names: the area that stands at a name's beginning, the one form to which names are brought that mean the same, and
//! whether a name says more than of what sort a thing is.

use crate::gazetteer::{Gazetteer, Sense, tables};
use crate::rules::Lexicon;
use std::collections::BTreeSet;
use std::sync::LazyLock;

static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("lexicon.toml")).unwrap_or_else(|fault| panic!("identity: {fault}")));

/// Of what class a thing is: only things of one class are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Organization,
    Place,
    Project,
}

impl Class {
    pub(super) const ALL: [Self; 3] = [Self::Organization, Self::Place, Self::Project];

    /// The class's local name in the ontology.
    pub(super) fn local(self) -> &'static str {
        match self {
            Self::Organization => "Organization",
            Self::Place => "Place",
            Self::Project => "Project",
        }
    }

    /// The path segment of its instances.
    pub(super) fn segment(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Place => "place",
            Self::Project => "project",
        }
    }
}

/// A name, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The area to which it belongs, as an index of the gazetteer: by the thing's code, else by the name itself.
    pub(super) area: Option<usize>,
    /// Whether the area stands in the name.
    pub(super) named: bool,
    /// The name without the area.
    pub(super) rest: String,
    /// The name without the area, abbreviations written out, a project without its class word.
    pub(super) core: String,
    /// Whether it says more than of what sort the thing is.
    pub(super) distinct: bool,
}

impl Name {
    /// Reads the name of a thing whose key bears that code.
    pub(super) fn read(class: Class, name: &str, code: Option<&str>) -> Self {
        let tables = tables();
        let known = code.and_then(|code| tables.by_code(code));
        let area = known.or_else(|| area_in(tables, name));
        let rest = area.map_or(name, |area| &name[prefix(tables, name, area)..]);
        let named = rest.len() < name.len();
        let is_organ = class == Class::Organization && LEXICON.suffix_of("organ", name).is_some();
        let distinct = named || (!is_organ && says_more(rest));
        Self { area, named, rest: rest.to_owned(), core: core(class, rest), distinct }
    }

    /// Whether the other is the same name but for the area at its beginning, abbreviations or a class word.
    pub(super) fn is_written_as(&self, other: &Self, class: Class) -> bool {
        // 教育局 in an article about a district may be the city's: an organ without its area is not certain.
        let by_area = self.area.is_some() && self.area == other.area && self.core == other.core;
        by_area && self.distinct && other.distinct && (class != Class::Project || self.core.chars().count() > 2)
    }

    /// Every name that is written as this one.
    pub(super) fn written(&self, class: Class) -> BTreeSet<String> {
        let Some(area) = self.area.filter(|_| self.distinct) else { return BTreeSet::new() };
        let tables = tables();
        let mut forms = BTreeSet::from([self.core.clone()]);
        for entry in LEXICON.entries("short") {
            let long = entry.get("long").unwrap_or_default();
            let shorter: Vec<String> = forms
                .iter()
                .filter(|form| form.contains(long))
                .flat_map(|form| entry.forms.iter().map(|short| form.replace(long, short)))
                .collect();
            forms.extend(shorter);
        }
        if class == Class::Project {
            let words = LEXICON.entries("class_word").iter().flat_map(|entry| &entry.forms);
            let longer: Vec<String> =
                words.flat_map(|word| forms.iter().map(move |form| format!("{form}{word}"))).collect();
            forms.extend(longer);
        }
        let areas = prefixes(tables, area);
        areas.iter().flat_map(|area| forms.iter().map(move |form| format!("{area}{form}"))).collect()
    }

    /// Whether the areas do not exclude each other: one lies in the other, or is not known.
    pub(super) fn may_lie_with(&self, other: &Self) -> bool {
        match (self.area, other.area) {
            (Some(one), Some(another)) => tables().lies_in(one, another) || tables().lies_in(another, one),
            _ => true,
        }
    }
}

/// The area that a name begins with: a full name that only one division of today has, and what follows within it.
fn area_in(tables: &Gazetteer, name: &str) -> Option<usize> {
    let mut area = None;
    let mut end = 0;
    for hit in tables.find(name) {
        if hit.span.start != end {
            break;
        }
        let today: Vec<usize> = hit
            .senses
            .iter()
            .filter_map(|sense| match sense {
                Sense::Division(index) => Some(*index),
                _ => None,
            })
            .filter(|index| tables.division(*index).until.is_none())
            .filter(|index| area.is_none_or(|area| tables.lies_in(*index, area)))
            .collect();
        let [only] = today[..] else { break };
        area = Some(only);
        end = hit.span.end;
    }
    area
}

/// How long the names of the area, and of those around it, are at the beginning of the name; what is left is a name.
fn prefix(tables: &Gazetteer, name: &str, area: usize) -> usize {
    let longest = prefixes(tables, area).into_iter().filter(|prefix| name.starts_with(prefix.as_str()));
    let longest = longest.map(|prefix| prefix.len()).max().unwrap_or(0);
    if name[longest..].chars().count() < 2 { 0 } else { longest }
}

/// How an area may be written before a name: 北碚, 北碚区, 重庆北碚, 重庆市北碚区, and not at all.
fn prefixes(tables: &Gazetteer, area: usize) -> BTreeSet<String> {
    let mut prefixes = BTreeSet::from([String::new()]);
    let mut inner: Vec<String> = vec![String::new()];
    for index in tables.chain(area) {
        let division = tables.division(index);
        let names = [&division.name, &division.short].into_iter().filter(|name| !name.is_empty());
        let outer: Vec<String> =
            names.flat_map(|name| inner.iter().map(move |inner| format!("{name}{inner}"))).collect();
        prefixes.extend(outer.iter().cloned());
        inner.extend(outer);
    }
    // What names the areas around alone may be a thing of theirs.
    prefixes.retain(|prefix| {
        let own = tables.division(area);
        let short = !own.short.is_empty() && prefix.ends_with(own.short.as_str());
        prefix.is_empty() || short || prefix.ends_with(own.name.as_str())
    });
    prefixes
}

/// The name with abbreviations written out, and for a project without its class word.
pub(super) fn core(class: Class, name: &str) -> String {
    let mut core = name.to_owned();
    for entry in LEXICON.entries("short") {
        let long = entry.get("long").unwrap_or_default();
        for short in &entry.forms {
            if !core.contains(long) {
                core = core.replace(short.as_str(), long);
            }
        }
    }
    while let Some((_, word)) = LEXICON.suffix_of("class_word", &core).filter(|_| class == Class::Project) {
        let left = core.len() - word.len();
        if left == 0 {
            break;
        }
        core.truncate(left);
    }
    core
}

/// Whether two characters or more are left when all words are taken off both ends that say only of what sort a thing is.
fn says_more(name: &str) -> bool {
    let mut rest = name.trim_matches(|c: char| !c.is_alphanumeric());
    loop {
        let before = rest.len();
        if let Some((_, word)) = LEXICON.suffix_of("sort", rest) {
            rest = &rest[..rest.len() - word.len()];
        }
        if let Some((_, word)) = LEXICON.prefix_of("sort", rest) {
            rest = &rest[word.len()..];
        }
        rest = rest.trim_matches(|c: char| !c.is_alphabetic());
        if rest.len() == before {
            return rest.chars().count() > 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organization(name: &str, code: Option<&str>) -> Name {
        Name::read(Class::Organization, name, code)
    }

    #[test]
    fn what_every_area_has_is_no_name() {
        for name in ["人民医院", "高新区", "经济技术开发区", "国家级高新技术产业开发区", "老旧小区改造", "“第三中学”"]
        {
            assert!(!says_more(name), "{name}");
        }
        for name in ["力帆科技", "西部科学城", "“西小兰”照相馆", "蔡家智慧新城", "缙云山国家级自然保护区"]
        {
            assert!(says_more(name), "{name}");
        }
    }

    #[test]
    fn an_organ_is_known_by_the_area_in_its_name_alone() {
        assert!(!organization("文旅委", Some("500109")).distinct);
        assert!(organization("北碚区文旅委", Some("500109")).distinct);
        assert!(organization("重庆市文旅委", None).distinct);
        assert!(!organization("红帽子志愿服务队", Some("500109")).distinct);
    }

    #[test]
    fn the_area_at_the_beginning_of_a_name_does_not_tell_it_apart() {
        let plain = Name::read(Class::Place, "蔡家智慧新城", Some("500109"));
        for other in ["北碚蔡家智慧新城", "北碚区蔡家智慧新城", "重庆北碚蔡家智慧新城", "重庆市北碚区蔡家智慧新城"]
        {
            let name = Name::read(Class::Place, other, Some("500109"));

            assert!(name.is_written_as(&plain, Class::Place), "{other}: {name:?}");
            assert!(name.named && plain.written(Class::Place).contains(other), "{other}");
        }
        assert!(!Name::read(Class::Place, "重庆蔡家智慧新城", Some("500109")).is_written_as(&plain, Class::Place));
        assert!(!Name::read(Class::Place, "蔡家智慧新城", Some("500106")).is_written_as(&plain, Class::Place));
    }

    #[test]
    fn an_abbreviation_is_its_long_form_and_a_project_its_class_word_less() {
        let read = |class, name| Name::read(class, name, Some("500109"));
        let zone = read(Class::Place, "蔡家经济技术开发区");
        assert!(zone.is_written_as(&read(Class::Place, "蔡家经开区"), Class::Place));
        assert!(!zone.is_written_as(&read(Class::Place, "蔡家高新区"), Class::Place));

        let project = read(Class::Project, "南京路风貌改造");
        let named = read(Class::Project, "北碚区南京路风貌改造建设项目");
        assert!(project.is_written_as(&named, Class::Project), "{project:?} {named:?}");
        assert!(project.written(Class::Project).contains("北碚区南京路风貌改造建设项目"));
        assert!(!read(Class::Place, "南京路").is_written_as(&read(Class::Place, "南京路项目"), Class::Place));
    }

    #[test]
    fn a_name_that_is_an_area_keeps_it() {
        let name = Name::read(Class::Place, "北碚区", Some("500109"));

        assert!(!name.named && name.core == "北碚区");
    }
}
