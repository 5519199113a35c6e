//! The shapes of `ontology/shapes.ttl`, compiled once; a fault where a graph does not conform.
//!
//! Why a validator of our own? The `shacl` crate (rudof 0.3.37) was tried first. It counts `sh:maxLength` in bytes, so that it
//! refuses Chinese quotes of 51 characters, takes `"2024-02-30"^^xsd:date` for a date, and takes 20 ms for the 163 triples of
//! the ontology's example, 550 ms for 9,100 triples: more than reading the article. This one takes a hundredth of that. A test
//! holds it to the verdicts of pySHACL, recorded in `breaking.nt`.
//!
//! What of SHACL does it know? The components of Core that shapes.ttl uses, see [`Constraint`]. A term that it does not know
//! stops the program when the shapes are compiled, and so in every test: a constraint is never passed over in silence.

use super::values::{compare, is_well_formed, language_matches, text};
use super::{Fault, compile};
use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Term, TermRef, Triple};
use regex::Regex;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

/// An index into [`Shapes::shapes`].
pub(super) type ShapeId = usize;

/// Compiled shapes.
#[derive(Default)]
pub(super) struct Shapes {
    pub(super) shapes: Vec<Shape>,
    /// Each class and the shape for its instances.
    pub(super) targets: Vec<(NamedNode, ShapeId)>,
}

/// A node shape, or a property shape if it has a path.
#[derive(Default)]
pub(super) struct Shape {
    pub(super) path: Option<Path>,
    pub(super) constraints: Vec<Constraint>,
    /// In English.
    pub(super) message: Option<String>,
}

/// From a focus node to its values.
pub(super) enum Path {
    Forward(NamedNode),
    Inverse(NamedNode),
}

/// A constraint component with its parameters.
#[derive(Debug)]
pub(super) enum Constraint {
    Class(NamedNode),
    Datatype(NamedNode),
    /// `sh:nodeKind sh:IRI`
    Iri,
    MinCount(usize),
    MaxCount(usize),
    MinLength(usize),
    MaxLength(usize),
    Pattern(Regex),
    LanguageIn(Vec<String>),
    UniqueLang,
    MinInclusive(Term),
    MaxInclusive(Term),
    LessThan(NamedNode),
    LessThanOrEquals(NamedNode),
    In(HashSet<Term>),
    HasValue(Term),
    Closed(HashSet<NamedNode>),
    Node(ShapeId),
    Property(ShapeId),
    Or(Vec<ShapeId>),
    QualifiedMin(ShapeId, usize),
    QualifiedMax(ShapeId, usize),
}

static SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let file = include_str!("../../ontology/shapes.ttl");
    compile::compile(file).unwrap_or_else(|message| panic!("shapes.ttl cannot be compiled: {message}"))
});

/// Where the graph does not conform, sorted.
pub(super) fn faults(triples: &[Triple]) -> Vec<Fault> {
    let data = Data::new(triples);
    let mut faults = Vec::new();
    for (class, shape) in &SHAPES.targets {
        for focus in data.instances(class.as_ref()) {
            Check { data: &data, faults: &mut faults }.conforms(*shape, focus);
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

/// A graph, indexed for validation.
struct Data<'a> {
    about: HashMap<TermRef<'a>, Vec<(NamedNodeRef<'a>, TermRef<'a>)>>,
    /// Properties and subjects by object, for the properties that a path follows backwards.
    back: HashMap<TermRef<'a>, Vec<(NamedNodeRef<'a>, TermRef<'a>)>>,
    /// Direct superclasses that the graph states; an article's states none.
    above: HashMap<TermRef<'a>, Vec<TermRef<'a>>>,
    typed: Vec<(TermRef<'a>, TermRef<'a>)>,
}

impl<'a> Data<'a> {
    fn new(triples: &'a [Triple]) -> Self {
        let mut data = Self { about: HashMap::new(), back: HashMap::new(), above: HashMap::new(), typed: Vec::new() };
        let backwards: HashSet<&NamedNode> = SHAPES
            .shapes
            .iter()
            .filter_map(|shape| match &shape.path {
                Some(Path::Inverse(property)) => Some(property),
                _ => None,
            })
            .collect();
        let mut seen = HashSet::new();
        for triple in triples.iter().filter(|triple| seen.insert(*triple)) {
            let subject = match triple.subject.as_ref() {
                NamedOrBlankNodeRef::NamedNode(node) => TermRef::from(node),
                NamedOrBlankNodeRef::BlankNode(node) => TermRef::from(node),
            };
            let (property, object) = (triple.predicate.as_ref(), triple.object.as_ref());
            data.about.entry(subject).or_default().push((property, object));
            if property == rdf::TYPE {
                data.typed.push((subject, object));
            } else if property == rdfs::SUB_CLASS_OF {
                data.above.entry(subject).or_default().push(object);
            }
            if backwards.contains(&triple.predicate) {
                data.back.entry(object).or_default().push((property, subject));
            }
        }
        data
    }

    fn values(&self, node: TermRef<'a>, property: NamedNodeRef<'_>) -> impl Iterator<Item = TermRef<'a>> {
        let said = self.about.get(&node).into_iter().flatten();
        said.filter(move |(name, _)| *name == property).map(|(_, value)| *value)
    }

    fn along(&self, node: TermRef<'a>, path: &Path) -> Vec<TermRef<'a>> {
        match path {
            Path::Forward(property) => self.values(node, property.as_ref()).collect(),
            Path::Inverse(property) => {
                let said = self.back.get(&node).into_iter().flatten();
                said.filter(|(name, _)| *name == property.as_ref()).map(|(_, subject)| *subject).collect()
            }
        }
    }

    fn is_a(&self, node: TermRef<'a>, class: NamedNodeRef) -> bool {
        self.values(node, rdf::TYPE).any(|of| self.is_below(of, class))
    }

    fn is_below(&self, class: TermRef<'a>, wanted: NamedNodeRef) -> bool {
        let mut open = vec![class];
        let mut seen = HashSet::new();
        while let Some(class) = open.pop() {
            if class == TermRef::from(wanted) {
                return true;
            }
            if seen.insert(class) {
                open.extend(self.above.get(&class).into_iter().flatten().copied());
            }
        }
        false
    }

    fn instances(&self, class: NamedNodeRef) -> Vec<TermRef<'a>> {
        let mut seen = HashSet::new();
        self.typed
            .iter()
            .filter(|(_, of)| self.is_below(*of, class))
            .map(|(node, _)| *node)
            .filter(|node| seen.insert(*node))
            .collect()
    }
}

/// A validation under way: faults go to the list.
struct Check<'d, 'a> {
    data: &'d Data<'a>,
    faults: &'d mut Vec<Fault>,
}

impl<'a> Check<'_, 'a> {
    /// Whether the node conforms; if not, why goes to the list.
    fn conforms(&mut self, shape: ShapeId, focus: TermRef<'a>) -> bool {
        let shape = &SHAPES.shapes[shape];
        let values = match &shape.path {
            Some(path) => self.data.along(focus, path),
            None => vec![focus],
        };
        let mut conforms = true;
        for constraint in &shape.constraints {
            if !self.holds(constraint, focus, &values) {
                conforms = false;
                // What a nested property shape found, it has said itself.
                if !matches!(constraint, Constraint::Property(_)) {
                    self.faults.push(fault(shape, constraint, focus));
                }
            }
        }
        conforms
    }

    /// Whether the node conforms; why not is of no interest.
    fn passes(&self, shape: ShapeId, node: TermRef<'a>) -> bool {
        let mut unheard = Vec::new();
        Check { data: self.data, faults: &mut unheard }.conforms(shape, node)
    }

    fn holds(&mut self, constraint: &Constraint, focus: TermRef<'a>, values: &[TermRef<'a>]) -> bool {
        let data = self.data;
        let every = |test: &dyn Fn(TermRef<'a>) -> bool| values.iter().all(|value| test(*value));
        match constraint {
            Constraint::Class(class) => every(&|value| data.is_a(value, class.as_ref())),
            Constraint::Datatype(datatype) => every(&|value| match value {
                TermRef::Literal(literal) => literal.datatype() == datatype.as_ref() && is_well_formed(literal),
                _ => false,
            }),
            Constraint::Iri => every(&|value| matches!(value, TermRef::NamedNode(_))),
            Constraint::MinCount(count) => values.len() >= *count,
            Constraint::MaxCount(count) => values.len() <= *count,
            Constraint::MinLength(length) => {
                every(&|value| text(value).is_some_and(|text| text.chars().count() >= *length))
            }
            Constraint::MaxLength(length) => {
                every(&|value| text(value).is_some_and(|text| text.chars().count() <= *length))
            }
            Constraint::Pattern(pattern) => every(&|value| text(value).is_some_and(|text| pattern.is_match(text))),
            Constraint::LanguageIn(ranges) => every(&|value| match value {
                TermRef::Literal(literal) => {
                    literal.language().is_some_and(|tag| ranges.iter().any(|range| language_matches(tag, range)))
                }
                _ => false,
            }),
            Constraint::UniqueLang => {
                let mut seen = BTreeSet::new();
                values.iter().all(|value| match value {
                    TermRef::Literal(literal) => {
                        literal.language().is_none_or(|tag| seen.insert(tag.to_ascii_lowercase()))
                    }
                    _ => true,
                })
            }
            Constraint::MinInclusive(limit) => {
                every(&|value| matches!(compare(value, limit.as_ref()), Some(Ordering::Greater | Ordering::Equal)))
            }
            Constraint::MaxInclusive(limit) => {
                every(&|value| matches!(compare(value, limit.as_ref()), Some(Ordering::Less | Ordering::Equal)))
            }
            Constraint::LessThan(other) => every(&|value| {
                data.values(focus, other.as_ref()).all(|other| compare(value, other) == Some(Ordering::Less))
            }),
            Constraint::LessThanOrEquals(other) => every(&|value| {
                data.values(focus, other.as_ref())
                    .all(|other| matches!(compare(value, other), Some(Ordering::Less | Ordering::Equal)))
            }),
            Constraint::In(allowed) => every(&|value| allowed.contains(&value.into_owned())),
            Constraint::HasValue(wanted) => values.contains(&wanted.as_ref()),
            Constraint::Closed(allowed) => every(&|value| {
                let said = data.about.get(&value).into_iter().flatten();
                said.into_iter().all(|(property, _)| allowed.contains(&property.into_owned()))
            }),
            Constraint::Node(shape) => every(&|value| self.passes(*shape, value)),
            Constraint::Or(shapes) => every(&|value| shapes.iter().any(|shape| self.passes(*shape, value))),
            Constraint::QualifiedMin(shape, count) => self.passing(*shape, values) >= *count,
            Constraint::QualifiedMax(shape, count) => self.passing(*shape, values) <= *count,
            Constraint::Property(shape) => {
                // Every value is looked at, so that every fault is told.
                values.iter().filter(|value| !self.conforms(*shape, **value)).count() == 0
            }
        }
    }

    fn passing(&self, shape: ShapeId, values: &[TermRef<'a>]) -> usize {
        values.iter().filter(|value| self.passes(shape, **value)).count()
    }
}

fn fault(shape: &Shape, constraint: &Constraint, focus: TermRef) -> Fault {
    Fault {
        focus: match focus {
            TermRef::NamedNode(node) => node.as_str().to_owned(),
            other => other.to_string(),
        },
        path: shape.path.as_ref().map(|path| match path {
            Path::Forward(property) => property.as_str().to_owned(),
            Path::Inverse(property) => format!("^{}", property.as_str()),
        }),
        message: match &shape.message {
            Some(message) => message.clone(),
            None => format!("does not conform to {constraint:?}"),
        },
    }
}
