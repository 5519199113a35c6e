//! Pages of the concepts: all schemes, one scheme with its concepts, one concept.

use super::said::Said;
use super::vocabulary::{ROOT, vocabulary};
use crate::serve::error::Fault;
use crate::serve::reader::local_name;
use crate::serve::site::{self, Chrome, Link};
use crate::serve::state::{AppState, View};
use crate::serve::terms;
use askama::Template;
use oxigraph::model::{NamedNodeRef, Term, Triple};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// More concepts of a scheme than this are not named on the page of all schemes.
const MANY: usize = 60;

/// A concept or scheme on a page.
struct Row {
    anchor: String,
    href: String,
    name: String,
    label: String,
    english: String,
    definition: String,
    definition_en: String,
    /// Other wordings.
    also: Vec<String>,
    /// A property's code, and its values.
    facts: Vec<(&'static str, Vec<Link>)>,
    /// How many concepts a scheme has, and some of them.
    size: usize,
    members: Vec<Link>,
}

/// Rows under one heading.
struct Section {
    anchor: String,
    label: String,
    english: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "vocabulary.html")]
struct Page {
    chrome: Chrome,
    iri: String,
    own: Row,
    sections: Vec<Section>,
    downloads: Vec<(&'static str, String)>,
}

/// What all vocabularies say; links are named by it.
static ALL: LazyLock<Said<'static>> = LazyLock::new(|| Said::new(vocabulary()));

/// What makes links.
struct Links<'a> {
    prefix: &'a str,
    base: &'a str,
    all: &'a Said<'static>,
}

impl Links<'_> {
    fn to(&self, object: &Term) -> Link {
        match object {
            Term::NamedNode(node) => {
                let label = self.all.text(node.as_str(), &[terms::PREF_LABEL], "zh");
                let text = if label.is_empty() { local_name(node.as_str()) } else { label };
                Link { href: site::href(self.prefix, self.base, node.as_str()), text }
            }
            Term::Literal(literal) => Link::text(literal.value()),
            other => Link::text(other.to_string()),
        }
    }

    fn row(&self, index: &Said<'_>, subject: &str) -> Row {
        let labels = [terms::PREF_LABEL, terms::LABEL];
        let facts = [
            ("theme", terms::SUBJECT),
            ("broader", terms::BROADER),
            ("unit", terms::HAS_UNIT),
            ("quantity", terms::HAS_QUANTITY_KIND),
            ("symbol", terms::SYMBOL),
            ("ucum", terms::UCUM_CODE),
            ("nbs", terms::NBS_CODE),
            ("match", terms::CLOSE_MATCH),
        ];
        let facts = facts.into_iter().filter_map(|(code, predicate)| {
            let values: Vec<Link> =
                index.objects(subject, predicate).into_iter().map(|object| self.to(object)).collect();
            (!values.is_empty()).then_some((code, values))
        });
        let also = index.objects(subject, terms::ALT_LABEL).into_iter().filter_map(|object| match object {
            Term::Literal(literal) => Some(literal.value().to_owned()),
            _ => None,
        });
        Row {
            anchor: local_name(subject),
            href: site::href(self.prefix, self.base, subject),
            name: local_name(subject),
            label: index.text(subject, &labels, "zh"),
            english: index.text(subject, &labels, "en"),
            definition: index.text(subject, &[terms::DEFINITION], "zh"),
            definition_en: index.text(subject, &[terms::DEFINITION], "en"),
            also: also.collect(),
            facts: facts.collect(),
            size: 0,
            members: Vec::new(),
        }
    }

    /// Who says `predicate` of that subject.
    fn back(&self, subject: &str, predicate: NamedNodeRef<'_>) -> Vec<Link> {
        let mut found = Vec::new();
        for other in &self.all.order {
            if self.all.iris(other, &[predicate]).first() == Some(&subject) {
                let href = site::href(self.prefix, self.base, other);
                found.push(Link { href, text: self.all.text(other, &[terms::PREF_LABEL], "zh") });
            }
        }
        found
    }
}

/// The page of what was found at a path: all vocabularies, a scheme, or a concept.
pub(super) fn page(
    state: &AppState,
    view: &View,
    path: &str,
    found: &[Triple],
    downloads: Vec<(&'static str, String)>,
) -> Result<String, Fault> {
    let iri = format!("{ROOT}{path}");
    let (index, all) = (Said::new(found), &*ALL);
    let links = Links { prefix: state.prefix(), base: view.base(), all };
    let mut own = links.row(&index, &iri);
    let mut sections: Vec<Section> = Vec::new();
    if path == "vocab" {
        let schemes = index.order.iter().filter(|subject| index.is_a(subject, terms::CONCEPT_SCHEME));
        sections.push(Section {
            anchor: String::new(),
            label: String::new(),
            english: String::new(),
            rows: Vec::new(),
        });
        for scheme in schemes {
            let mut row = links.row(&index, scheme);
            let members = links.back(scheme, terms::IN_SCHEME);
            row.size = members.len();
            row.members = if row.size > MANY { Vec::new() } else { members };
            sections[0].rows.push(row);
        }
    } else {
        let narrower = links.back(&iri, terms::BROADER);
        if !narrower.is_empty() {
            own.facts.push(("narrower", narrower));
        }
        if index.is_a(&iri, terms::CONCEPT) {
            if let Some(scheme) = index.iris(&iri, &[terms::IN_SCHEME]).first().copied() {
                let label = all.text(scheme, &[terms::PREF_LABEL], "zh");
                own.facts.insert(
                    0,
                    ("scheme", vec![Link { href: site::href(state.prefix(), view.base(), scheme), text: label }]),
                );
            }
            let about = links.back(&iri, terms::SUBJECT);
            if !about.is_empty() {
                own.facts.push(("indicators", about));
            }
        }
        // Under their themes, where they have one.
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for subject in index.order.iter().filter(|subject| **subject != iri) {
            let theme = index.iris(subject, &[terms::SUBJECT]).first().copied().unwrap_or_default();
            let place = *places.entry(theme.to_owned()).or_insert_with(|| {
                let label = all.text(theme, &[terms::PREF_LABEL], "zh");
                let english = all.text(theme, &[terms::PREF_LABEL], "en");
                sections.push(Section { anchor: local_name(theme), label, english, rows: Vec::new() });
                sections.len() - 1
            });
            let mut row = links.row(&index, subject);
            row.facts.retain(|(code, _)| *code != "theme");
            sections[place].rows.push(row);
        }
    }
    let content = Page { chrome: Chrome::new(state, view, "vocab"), iri, own, sections, downloads };
    Ok(content.render()?)
}
