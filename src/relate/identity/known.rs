//! What the store says of the things that are compared, read once.

use super::name::{Class, Name};
use crate::error::{Error, Result};
use crate::model::Base;
use crate::relate::read::{MERGED, subjects, text};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphNameRef, Literal, NamedNode, NamedNodeRef, Term, TermRef};
use oxigraph::store::Store;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

const JL: &str = "https://w3id.org/jialing/ontology#";
const PREF_LABEL: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2004/02/skos/core#prefLabel");
const ALT_LABEL: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2004/02/skos/core#altLabel");
const HIDDEN_LABEL: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2004/02/skos/core#hiddenLabel");
const SAME_AS: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/2002/07/owl#sameAs");
const CREDIT_CODE: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#creditCode");
const ADMIN_CODE: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#adminCode");
const MENTIONS: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#mentions");
const REFERS_TO: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#refersTo");
const CONTAINED_IN: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://schema.org/containedInPlace");
const EXACT: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://www.w3.org/ns/oa#exact");

/// A thing with all by which it is compared.
#[derive(Debug)]
pub(super) struct Thing {
    pub(super) iri: NamedNode,
    pub(super) class: Class,
    /// Its label.
    pub(super) label: String,
    pub(super) name: Name,
    /// Other names of it, and forms in which articles name it.
    pub(super) forms: BTreeSet<String>,
    pub(super) credit: BTreeSet<String>,
    /// Codes of administrative areas: what has one is known by it.
    pub(super) admin: BTreeSet<String>,
    /// What it is in other data sets.
    pub(super) elsewhere: BTreeSet<String>,
    pub(super) within: BTreeSet<String>,
}

impl Thing {
    /// Whether a code is both's.
    pub(super) fn shares_code(&self, other: &Self) -> bool {
        !self.credit.is_disjoint(&other.credit) || !self.elsewhere.is_disjoint(&other.elsewhere)
    }

    /// Whether both are called by one name that says more than of what sort they are.
    fn shares_name(&self, other: &Self) -> bool {
        let (one, another) = (&self.name, &other.name);
        let same_label = self.label == other.label || one.is_written_as(another, self.class);
        (one.distinct && another.distinct && same_label)
            || (one.distinct && other.forms.contains(&self.label))
            || (another.distinct && self.forms.contains(&other.label))
    }
}

/// A store's things, each read when it is first asked for.
pub(super) struct Known<'a> {
    pub(super) data: &'a Store,
    base: &'a Base,
    read: RefCell<BTreeMap<String, Option<Rc<Thing>>>>,
}

impl<'a> Known<'a> {
    pub(super) fn new(data: &'a Store, base: &'a Base) -> Self {
        Self { data, base, read: RefCell::default() }
    }

    /// The thing of that IRI, if it is one that is compared.
    pub(super) fn thing(&self, iri: &str) -> Result<Option<Rc<Thing>>> {
        if let Some(known) = self.read.borrow().get(iri) {
            return Ok(known.clone());
        }
        let thing = self.look(iri)?.map(Rc::new);
        self.read.borrow_mut().insert(iri.to_owned(), thing.clone());
        Ok(thing)
    }

    fn look(&self, iri: &str) -> Result<Option<Thing>> {
        let Some(class) = self.class(iri)? else { return Ok(None) };
        let node = NamedNode::new_unchecked(iri);
        let labels = self.texts(&node, PREF_LABEL)?;
        let Some(label) = labels.into_iter().next() else { return Ok(None) };
        // The key stands in the IRI percent-encoded, but what follows `~` is a code or an article's key.
        let code = iri.rsplit_once('~').map(|(_, code)| code.to_owned());
        let mut forms = self.texts(&node, ALT_LABEL)?;
        forms.extend(self.texts(&node, HIDDEN_LABEL)?);
        forms.remove(&label);
        let admin = self.texts(&node, ADMIN_CODE)?;
        let mut name = Name::read(class, &label, code.as_deref());
        // A division is known by its code: no name makes another thing of it.
        name.distinct &= admin.is_empty();
        Ok(Some(Thing {
            class,
            name,
            forms,
            credit: self.texts(&node, CREDIT_CODE)?,
            elsewhere: self
                .iris(&node, SAME_AS)?
                .into_iter()
                .filter(|iri| !iri.starts_with(self.base.as_str()))
                .collect(),
            within: self.iris(&node, CONTAINED_IN)?,
            admin,
            label,
            iri: node,
        }))
    }

    /// The class of what has that IRI, if articles say that it is of one.
    fn class(&self, iri: &str) -> Result<Option<Class>> {
        let own = iri.strip_prefix(self.base.as_str()).and_then(|path| path.strip_prefix("/id/"));
        let segment = own.and_then(|path| path.split_once('/')).map(|(segment, _)| segment);
        let Some(class) = Class::ALL.into_iter().find(|class| Some(class.segment()) == segment) else {
            return Ok(None);
        };
        let is_there =
            self.holds(NamedNodeRef::new_unchecked(iri), rdf::TYPE, self.class_iri(class).as_ref().into())?;
        Ok(is_there.then_some(class))
    }

    fn class_iri(&self, class: Class) -> NamedNode {
        NamedNode::new_unchecked(format!("{JL}{}", class.local()))
    }

    /// Every thing of every class.
    pub(super) fn all(&self) -> Result<BTreeSet<String>> {
        let mut all = BTreeSet::new();
        for class in Class::ALL {
            for thing in subjects(self.data, rdf::TYPE, self.class_iri(class).as_ref()) {
                all.insert(thing?.into_string());
            }
        }
        Ok(all)
    }

    /// The things that a graph speaks of.
    pub(super) fn of_graph(&self, graph: NamedNodeRef<'_>) -> Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        for class in Class::ALL {
            let class = self.class_iri(class);
            let quads = self.data.quads_for_pattern(
                None,
                Some(rdf::TYPE),
                Some(class.as_ref().into()),
                Some(GraphNameRef::NamedNode(graph)),
            );
            for quad in quads {
                if let oxigraph::model::NamedOrBlankNode::NamedNode(thing) = quad.map_err(Error::database)?.subject {
                    found.insert(thing.into_string());
                }
            }
        }
        Ok(found)
    }

    /// The things with which a thing may be one, and those that stand in the way of it: all on which a verdict on the thing
    /// depends. If one thing is among another's, the other is among its own.
    pub(super) fn near(&self, thing: &Thing) -> Result<BTreeSet<String>> {
        let mut near = BTreeSet::new();
        for code in &thing.credit {
            near.extend(self.saying(CREDIT_CODE, Literal::from(code.as_str()).as_ref().into())?);
        }
        for elsewhere in &thing.elsewhere {
            near.extend(self.saying(SAME_AS, NamedNodeRef::new_unchecked(elsewhere).into())?);
        }
        if thing.name.distinct {
            for property in [ALT_LABEL, HIDDEN_LABEL] {
                near.extend(self.saying(property, chinese(&thing.label).as_ref().into())?);
            }
            for form in thing.name.written(thing.class) {
                near.extend(self.labelled(&form)?);
            }
            near.extend(self.labelled(&thing.label)?);
        }
        for form in &thing.forms {
            near.extend(self.labelled(form)?);
        }
        near.remove(thing.iri.as_str());
        let mut found = BTreeSet::new();
        for iri in near {
            let Some(other) = self.thing(&iri)?.filter(|other| other.class == thing.class) else { continue };
            if thing.shares_code(&other) || thing.shares_name(&other) {
                found.insert(iri);
            }
        }
        Ok(found)
    }

    /// Things that have that label.
    pub(super) fn labelled(&self, label: &str) -> Result<BTreeSet<String>> {
        self.saying(PREF_LABEL, chinese(label).as_ref().into())
    }

    /// Things that are called that, by their label, another name, or in an article.
    pub(super) fn called(&self, name: &str) -> Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        for property in [PREF_LABEL, ALT_LABEL, HIDDEN_LABEL] {
            found.extend(self.saying(property, chinese(name).as_ref().into())?);
        }
        Ok(found)
    }

    fn saying(&self, property: NamedNodeRef<'_>, value: TermRef<'_>) -> Result<BTreeSet<String>> {
        let quads = self.data.quads_for_pattern(None, Some(property), Some(value), Some(MERGED));
        let mut found = BTreeSet::new();
        for quad in quads {
            if let oxigraph::model::NamedOrBlankNode::NamedNode(subject) = quad.map_err(Error::database)?.subject {
                found.insert(subject.into_string());
            }
        }
        Ok(found)
    }

    /// Whether an article names both; the first that does, where `told` asks which.
    pub(super) fn article_of_both(&self, one: &Thing, other: &Thing, told: bool) -> Result<Option<NamedNode>> {
        let mut found: Option<NamedNode> = None;
        for article in subjects(self.data, MENTIONS, one.iri.as_ref()) {
            let article = article?;
            if self.holds(article.as_ref(), MENTIONS, other.iri.as_ref().into())? {
                if !told {
                    return Ok(Some(article));
                }
                found = Some(found.map_or(article.clone(), |first| first.min(article)));
            }
        }
        Ok(found)
    }

    /// Whether an article that names the thing names the division, too.
    pub(super) fn is_named_with(&self, thing: &Thing, code: &str) -> Result<bool> {
        let division = NamedNode::new_unchecked(format!("{}/id/place/{code}", self.base));
        for article in subjects(self.data, MENTIONS, thing.iri.as_ref()) {
            if self.holds(article?.as_ref(), MENTIONS, division.as_ref().into())? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The first mention of a thing, by IRI; of those in that form, if one is asked for.
    pub(super) fn mention(&self, thing: &Thing, form: Option<&str>) -> Result<Option<NamedNode>> {
        let mut first: Option<NamedNode> = None;
        for evidence in subjects(self.data, REFERS_TO, thing.iri.as_ref()) {
            let evidence = evidence?;
            let is_form = match form {
                Some(form) => self.holds(evidence.as_ref(), EXACT, Literal::from(form).as_ref().into())?,
                None => true,
            };
            if is_form && first.as_ref().is_none_or(|first| evidence < *first) {
                first = Some(evidence);
            }
        }
        Ok(first)
    }

    /// The base IRI of the store's instances.
    pub(super) fn base(&self) -> &Base {
        self.base
    }

    /// The first object, IRI or text.
    pub(super) fn object(&self, subject: &NamedNode, property: NamedNodeRef<'_>) -> Result<Option<String>> {
        Ok(self.objects(subject, property, |_| true)?.into_iter().next())
    }

    /// All objects, IRIs and texts.
    pub(super) fn objects_of(&self, subject: &NamedNode, property: NamedNodeRef<'_>) -> Result<BTreeSet<String>> {
        self.objects(subject, property, |_| true)
    }

    /// The subjects of which that is said of that thing.
    pub(super) fn subjects_of(&self, property: NamedNodeRef<'_>, thing: &NamedNode) -> Result<BTreeSet<NamedNode>> {
        Ok(self.saying(property, thing.as_ref().into())?.into_iter().map(NamedNode::new_unchecked).collect())
    }

    fn holds(&self, subject: NamedNodeRef<'_>, property: NamedNodeRef<'_>, object: TermRef<'_>) -> Result<bool> {
        let mut quads = self.data.quads_for_pattern(Some(subject.into()), Some(property), Some(object), Some(MERGED));
        Ok(quads.next().transpose().map_err(Error::database)?.is_some())
    }

    fn texts(&self, subject: &NamedNode, property: NamedNodeRef<'_>) -> Result<BTreeSet<String>> {
        self.objects(subject, property, |term| matches!(term, Term::Literal(_)))
    }

    fn iris(&self, subject: &NamedNode, property: NamedNodeRef<'_>) -> Result<BTreeSet<String>> {
        self.objects(subject, property, |term| matches!(term, Term::NamedNode(_)))
    }

    fn objects(
        &self,
        subject: &NamedNode,
        property: NamedNodeRef<'_>,
        wanted: impl Fn(&Term) -> bool,
    ) -> Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        for quad in self.data.quads_for_pattern(Some(subject.as_ref().into()), Some(property), None, Some(MERGED)) {
            let object = quad.map_err(Error::database)?.object;
            if wanted(&object) {
                found.insert(text(&object).to_owned());
            }
        }
        Ok(found)
    }
}

/// A name in simplified Chinese, as articles' graphs hold it.
fn chinese(text: &str) -> Literal {
    Literal::new_language_tagged_literal_unchecked(text, "zh-hans")
}
