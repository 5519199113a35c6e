//! Places, organizations and projects: what has a name and an identity.

use super::graph::{Graph, chinese};
use super::{iri, terms};
use crate::model::{Identity, PlaceKind, Ref, Span};
use oxigraph::model::{Literal, NamedNode, NamedNodeRef};
use std::collections::{BTreeMap, BTreeSet};

impl Graph<'_> {
    /// The IRI of `Linked::places[index]`.
    pub(super) fn place(&self, index: usize) -> NamedNode {
        self.iris.places[index].clone()
    }

    /// The IRI of `Linked::organizations[index]`.
    pub(super) fn organization(&self, index: usize) -> NamedNode {
        self.iris.organizations[index].clone()
    }

    /// The IRI of `Linked::projects[index]`.
    pub(super) fn project(&self, index: usize) -> NamedNode {
        self.iris.projects[index].clone()
    }

    /// The IRI of a thing of this article; `None` for a home that nobody knows.
    pub(super) fn thing(&self, thing: Ref) -> Option<NamedNode> {
        Some(match thing {
            Ref::Place(index) => self.place(self.linked.place_of[index]),
            Ref::Organization(index) => self.organization(self.linked.organization_of[index]),
            Ref::Project(index) => self.project(index),
            Ref::Event(index) => self.event(index),
            Ref::Home => self.place(self.linked.home?),
        })
    }

    /// Where something is and who takes part in it. The ontology lets a place be where, and an organization be who.
    pub(super) fn circumstances(&mut self, subject: &NamedNode, places: &[Ref], participants: &[Ref]) {
        for place in places {
            if matches!(place, Ref::Place(_) | Ref::Home) {
                self.say_thing(subject, terms::LOCATED_IN, *place);
            }
        }
        for participant in participants {
            if matches!(participant, Ref::Organization(_)) {
                self.say_thing(subject, terms::PARTICIPANT, *participant);
            }
        }
    }

    fn say_thing(&mut self, subject: &NamedNode, property: NamedNodeRef, thing: Ref) {
        if let Some(thing) = self.thing(thing) {
            self.say(subject, property, thing);
        }
    }

    /// All places.
    pub(super) fn places(&mut self) {
        let linked = self.linked;
        for (index, place) in linked.places.iter().enumerate() {
            let iri = self.place(index);
            self.class(&iri, terms::PLACE);
            self.class(&iri, terms::SCHEMA_PLACE);
            self.concept(&iri, terms::KIND, PlaceKind::SCHEME, place.kind.as_str());
            self.named(&iri, place);
            if let Some(code) = place.code.as_deref().filter(|code| is_admin_code(code)) {
                self.say(&iri, terms::ADMIN_CODE, Literal::from(code));
                self.validity(&iri, code);
            }
            self.around(&iri, place);
            self.mentioned(&iri, &place.mentions, &place.name, &place.aliases);
        }
    }

    /// All organizations.
    pub(super) fn organizations(&mut self) {
        let linked = self.linked;
        for (index, organization) in linked.organizations.iter().enumerate() {
            let iri = self.organization(index);
            self.class(&iri, terms::ORGANIZATION);
            self.class(&iri, terms::ORG_ORGANIZATION);
            self.concept(&iri, terms::KIND, crate::model::OrganizationKind::SCHEME, organization.kind.as_str());
            self.named(&iri, organization);
            if let Some(code) = organization.code.as_deref() {
                self.say(&iri, terms::CREDIT_CODE, Literal::from(code));
            }
            self.mentioned(&iri, &organization.mentions, &organization.name, &organization.aliases);
        }
    }

    /// All projects. Two of them may share one identity.
    pub(super) fn projects(&mut self) {
        let linked = self.linked;
        for (index, found) in linked.facts.projects.iter().enumerate() {
            let project = &found.value;
            let iri = self.project(index);
            self.class(&iri, terms::PROJECT);
            self.class(&iri, terms::FOAF_PROJECT);
            self.label(&iri, &linked.projects[index].name);
            if let Some(status) = project.status {
                self.concept(&iri, terms::STATUS, crate::model::Status::SCHEME, status.as_str());
            }
            self.circumstances(&iri, &project.places, &project.participants);
            self.derived(&iri);
            let evidence = self.evidence(project.evidence, found.span);
            self.say(&iri, terms::EVIDENCE, evidence);
            let mentions =
                if project.mentions.is_empty() { std::slice::from_ref(&found.span) } else { &project.mentions };
            self.mentioned(&iri, mentions, &linked.projects[index].name, &[]);
        }
    }

    /// One name, two things: a project and the place or organization that bears the same label point at each other.
    pub(super) fn counterparts(&mut self) {
        let linked = self.linked;
        let mut named: BTreeMap<&str, BTreeSet<NamedNode>> = BTreeMap::new();
        for (index, place) in linked.places.iter().enumerate() {
            named.entry(&place.name).or_default().insert(self.place(index));
        }
        for (index, organization) in linked.organizations.iter().enumerate() {
            named.entry(&organization.name).or_default().insert(self.organization(index));
        }
        for (index, project) in linked.projects.iter().enumerate() {
            let iri = self.project(index);
            for other in named.get(project.name.as_str()).into_iter().flatten() {
                self.say(&iri, terms::COUNTERPART, other.clone());
                self.say(other, terms::COUNTERPART, iri.clone());
            }
        }
    }

    /// Says that a fact comes from this article.
    pub(super) fn derived(&mut self, subject: &NamedNode) {
        let article = self.article.clone();
        self.say(subject, terms::DERIVED_FROM, article);
    }

    fn named<K>(&mut self, iri: &NamedNode, identity: &Identity<K>) {
        self.label(iri, &identity.name);
        for alias in identity.aliases.iter().filter(|alias| **alias != identity.name) {
            self.say(iri, terms::ALT_LABEL, chinese(alias));
        }
        for same in &identity.same_as {
            if let Ok(same) = NamedNode::new(same) {
                self.say(iri, terms::SAME_AS, same);
            }
        }
    }

    /// The place around a place. If the article's places do not describe it, its code must, or it is left out: a graph
    /// says the kind of every place that it names.
    fn around(&mut self, iri: &NamedNode, place: &Identity<PlaceKind>) {
        let Some((key, name)) = place.within.as_ref().filter(|(key, _)| *key != place.key) else {
            return;
        };
        let container = iri::instance(self.base, "place", key);
        if self.linked.places.binary_search_by(|place| place.key.cmp(key)).is_err() {
            let Some(kind) = kind_of_code(key) else {
                return;
            };
            self.class(&container, terms::PLACE);
            self.class(&container, terms::SCHEMA_PLACE);
            self.label(&container, name);
            self.concept(&container, terms::KIND, PlaceKind::SCHEME, kind.as_str());
            self.say(&container, terms::ADMIN_CODE, Literal::from(key.as_str()));
            self.validity(&container, key);
        }
        self.say(iri, terms::CONTAINED_IN, container);
    }

    /// Until when a division was one, if it is none any more: 合川市 until 2006.
    fn validity(&mut self, iri: &NamedNode, code: &str) {
        let tables = crate::gazetteer::tables();
        let until = tables.by_code(code).and_then(|index| tables.division(index).until);
        if let Some(year) = until {
            let year = Literal::new_typed_literal(format!("{year:04}"), terms::G_YEAR);
            self.say(iri, terms::VALID_UNTIL, year);
        }
    }

    /// What the article calls a thing: each form at its first place. A form that is no name of it is a hidden label, by which
    /// it is found.
    fn mentioned(&mut self, thing: &NamedNode, mentions: &[Span], name: &str, aliases: &[String]) {
        let text = &self.linked.facts.annotated.article.text;
        let mut mentions = mentions.to_vec();
        mentions.sort_unstable();
        let mut forms = BTreeSet::new();
        for span in mentions {
            let form = span.of(text).trim();
            if !form.is_empty() && forms.insert(form) {
                self.mention(span, thing);
                if form != name && !aliases.iter().any(|alias| alias == form) {
                    self.say(thing, terms::HIDDEN_LABEL, chinese(form));
                }
            }
        }
        if !forms.is_empty() {
            let article = self.article.clone();
            self.say(&article, terms::MENTIONS, thing.clone());
        }
    }
}

/// GB/T 2260 (six digits), or GB/T 10114 below the county (nine or twelve).
fn is_admin_code(code: &str) -> bool {
    matches!(code.len(), 6 | 9 | 12) && code.bytes().all(|byte| byte.is_ascii_digit())
}

/// The kind of the area that a GB/T 2260 code names: 500000 is a city under the central government, 330000 a province,
/// 330100 a city, 330106 a district.
fn kind_of_code(code: &str) -> Option<PlaceKind> {
    if code.len() != 6 || !is_admin_code(code) {
        return None;
    }
    Some(match (&code[..2], &code[2..4], &code[4..]) {
        ("11" | "12" | "31" | "50", "00", "00") => PlaceKind::City,
        (_, "00", "00") => PlaceKind::Province,
        (_, _, "00") => PlaceKind::City,
        _ => PlaceKind::District,
    })
}
