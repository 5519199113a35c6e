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
use oxigraph::model::{NamedNode, NamedOrBlankNodeRef, Term, TermRef, Triple};
use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

/// An index into [`Shapes::shapes`].
pub(super) type ShapeId = usize;

/// A property or class that the shapes name, with its number among these. Every graph is compared with them by number.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) number: u32,
    pub(super) iri: NamedNode,
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iri.fmt(f)
    }
}

/// The number of `rdf:type` among the names.
const TYPE: u32 = 0;
/// The number of `rdfs:subClassOf`.
const SUB_CLASS_OF: u32 = 1;
/// What no shape names, and no graph.
const NONE: u32 = u32::MAX;

/// Compiled shapes.
pub(super) struct Shapes {
    pub(super) shapes: Vec<Shape>,
    /// Each class and the shape for its instances.
    pub(super) targets: Vec<(Name, ShapeId)>,
    /// All that the shapes name.
    names: FxHashMap<String, u32>,
    /// The properties that a path follows backwards.
    backwards: FxHashSet<u32>,
}

impl Default for Shapes {
    fn default() -> Self {
        let names = [(rdf::TYPE, TYPE), (rdfs::SUB_CLASS_OF, SUB_CLASS_OF)];
        Self {
            shapes: Vec::new(),
            targets: Vec::new(),
            names: names.into_iter().map(|(iri, number)| (iri.as_str().to_owned(), number)).collect(),
            backwards: FxHashSet::default(),
        }
    }
}

impl Shapes {
    /// The IRI with its number.
    pub(super) fn name(&mut self, iri: NamedNode) -> Name {
        let next = u32::try_from(self.names.len()).expect("shapes name some hundred terms");
        let number = *self.names.entry(iri.as_str().to_owned()).or_insert(next);
        Name { number, iri }
    }

    /// The classes of which values must be.
    fn classes(&self) -> impl Iterator<Item = &Name> {
        self.shapes.iter().flat_map(|shape| &shape.constraints).filter_map(|constraint| match constraint {
            Constraint::Class(class) => Some(class),
            _ => None,
        })
    }

    /// The way from a value back to what has it.
    pub(super) fn inverse(&mut self, property: NamedNode) -> Path {
        let property = self.name(property);
        self.backwards.insert(property.number);
        Path::Inverse(property)
    }
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
    Forward(Name),
    Inverse(Name),
}

/// A constraint component with its parameters.
#[derive(Debug)]
pub(super) enum Constraint {
    Class(Name),
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
    LessThan(Name),
    LessThanOrEquals(Name),
    In(Vec<Term>),
    HasValue(Term),
    Closed(FxHashSet<u32>),
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
    let mut check = Check { data: &data, faults: Vec::new(), is_heard: true };
    for (class, shape) in &SHAPES.targets {
        for focus in data.instances(class) {
            check.conforms(*shape, focus);
        }
    }
    let mut faults = check.faults;
    faults.sort();
    faults.dedup();
    faults
}

/// A property by its number in the shapes, and a term by its number in the graph.
type Said = (u32, u32);

/// A graph, indexed for validation: its terms are numbered in the order in which they come up.
struct Data<'a> {
    terms: Vec<TermRef<'a>>,
    /// What is said of each term, sorted, each once: from `about[term]` to `about[term + 1]`.
    said: Vec<Said>,
    about: Vec<usize>,
    /// What is said of other terms with this one as value, for the properties that a path follows backwards; sorted.
    back: Vec<(u32, Said)>,
    /// The number in the graph of each name of the shapes; `NONE` where the graph has it not.
    names: Vec<u32>,
    /// Terms and their classes.
    typed: Vec<(u32, u32)>,
    /// Whether the graph states that a class is below another; an article's states none.
    has_hierarchy: bool,
}

impl<'a> Data<'a> {
    fn new(triples: &'a [Triple]) -> Self {
        let mut numbers: FxHashMap<TermRef<'a>, u32> = FxHashMap::default();
        numbers.reserve(triples.len());
        let mut terms = Vec::with_capacity(triples.len());
        let mut number = |term: TermRef<'a>| {
            *numbers.entry(term).or_insert_with(|| {
                terms.push(term);
                u32::try_from(terms.len() - 1).expect("a graph has fewer than four billion terms")
            })
        };
        let mut stated: Vec<(u32, Said)> = Vec::with_capacity(triples.len());
        let mut last: Option<(NamedOrBlankNodeRef<'a>, u32)> = None;
        for triple in triples {
            // Most graphs come sorted, so that a subject stands many times in a row.
            let subject = triple.subject.as_ref();
            let subject = match last {
                Some((known, subject_number)) if known == subject => subject_number,
                _ => {
                    let subject_number = number(subject.into());
                    last = Some((subject, subject_number));
                    subject_number
                }
            };
            let property = SHAPES.names.get(triple.predicate.as_str()).copied().unwrap_or(NONE);
            stated.push((subject, (property, number(triple.object.as_ref()))));
        }
        stated.sort_unstable();
        stated.dedup();

        let mut about = vec![0; terms.len() + 1];
        for (subject, _) in &stated {
            about[*subject as usize + 1] += 1;
        }
        for at in 1..about.len() {
            about[at] += about[at - 1];
        }
        let of = |wanted: u32| stated.iter().filter(move |(_, (property, _))| *property == wanted);
        let typed = of(TYPE).map(|(subject, (_, class))| (*subject, *class)).collect();
        let has_hierarchy = of(SUB_CLASS_OF).next().is_some();
        let backwards = stated.iter().filter(|(_, (property, _))| SHAPES.backwards.contains(property));
        let mut back: Vec<_> =
            backwards.map(|(subject, (property, object))| (*object, (*property, *subject))).collect();
        back.sort_unstable();
        let mut names = vec![NONE; SHAPES.names.len()];
        for name in SHAPES.targets.iter().map(|(class, _)| class).chain(SHAPES.classes()) {
            let term = TermRef::from(name.iri.as_ref());
            names[name.number as usize] = numbers.get(&term).copied().unwrap_or(NONE);
        }
        let said = stated.into_iter().map(|(_, said)| said).collect();
        Self { terms, said, about, back, names, typed, has_hierarchy }
    }

    /// All that is said of a term.
    fn about(&self, term: u32) -> &[Said] {
        let term = term as usize;
        &self.said[self.about[term]..self.about[term + 1]]
    }

    fn values(&self, term: u32, property: u32) -> &[Said] {
        let said = self.about(term);
        let start = said.partition_point(|(other, _)| *other < property);
        let end = said[start..].partition_point(|(other, _)| *other == property);
        &said[start..start + end]
    }

    /// What has the term as a value of the property.
    fn backwards(&self, term: u32, property: u32) -> Vec<Said> {
        let start = self.back.partition_point(|(other, (with, _))| (*other, *with) < (term, property));
        let here = self.back[start..].iter().take_while(|(other, (with, _))| (*other, *with) == (term, property));
        here.map(|(_, said)| *said).collect()
    }

    fn is_a(&self, term: u32, class: &Name) -> bool {
        self.values(term, TYPE).iter().any(|(_, of)| self.is_below(*of, class))
    }

    fn is_below(&self, class: u32, wanted: &Name) -> bool {
        let wanted = self.names[wanted.number as usize];
        if class == wanted || !self.has_hierarchy {
            return class == wanted;
        }
        let mut open = vec![class];
        let mut seen = FxHashSet::default();
        while let Some(class) = open.pop() {
            if class == wanted {
                return true;
            }
            if seen.insert(class) {
                open.extend(self.values(class, SUB_CLASS_OF).iter().map(|(_, above)| *above));
            }
        }
        false
    }

    fn instances(&self, class: &Name) -> Vec<u32> {
        let typed = self.typed.iter().filter(|(_, of)| self.is_below(*of, class));
        let mut instances: Vec<u32> = typed.map(|(term, _)| *term).collect();
        // By term, so that one of two classes stands twice in a row.
        instances.dedup();
        instances
    }
}

/// A validation under way.
struct Check<'d, 'a> {
    data: &'d Data<'a>,
    faults: Vec<Fault>,
    /// Whether anyone asks why something does not conform.
    is_heard: bool,
}

impl<'a> Check<'_, 'a> {
    /// Whether the term conforms; if not, why goes to the list.
    fn conforms(&mut self, shape: ShapeId, focus: u32) -> bool {
        let shape = &SHAPES.shapes[shape];
        let (back, itself);
        let values = match &shape.path {
            Some(Path::Forward(property)) => self.data.values(focus, property.number),
            Some(Path::Inverse(property)) => {
                back = self.data.backwards(focus, property.number);
                back.as_slice()
            }
            None => {
                itself = [(NONE, focus)];
                itself.as_slice()
            }
        };
        let mut conforms = true;
        for constraint in &shape.constraints {
            if !self.holds(constraint, focus, values) {
                if !self.is_heard {
                    return false;
                }
                conforms = false;
                // What a nested property shape found, it has said itself.
                if !matches!(constraint, Constraint::Property(_)) {
                    self.faults.push(fault(shape, constraint, self.data.terms[focus as usize]));
                }
            }
        }
        conforms
    }

    /// Whether the term conforms; why not is of no interest.
    fn passes(&mut self, shape: ShapeId, term: u32) -> bool {
        let is_heard = std::mem::replace(&mut self.is_heard, false);
        let conforms = self.conforms(shape, term);
        self.is_heard = is_heard;
        conforms
    }

    fn holds(&mut self, constraint: &Constraint, focus: u32, values: &[Said]) -> bool {
        let data = self.data;
        let term = |number: u32| data.terms[number as usize];
        let every = |test: &dyn Fn(TermRef<'a>) -> bool| values.iter().all(|(_, value)| test(term(*value)));
        let others = |property: &Name| data.values(focus, property.number).iter().map(|(_, other)| term(*other));
        match constraint {
            Constraint::Class(class) => values.iter().all(|(_, value)| data.is_a(*value, class)),
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
                values.iter().all(|(_, value)| match term(*value) {
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
            Constraint::LessThan(other) => {
                every(&|value| others(other).all(|other| compare(value, other) == Some(Ordering::Less)))
            }
            Constraint::LessThanOrEquals(other) => every(&|value| {
                others(other).all(|other| matches!(compare(value, other), Some(Ordering::Less | Ordering::Equal)))
            }),
            Constraint::In(allowed) => every(&|value| allowed.iter().any(|one| one.as_ref() == value)),
            Constraint::HasValue(wanted) => values.iter().any(|(_, value)| term(*value) == wanted.as_ref()),
            Constraint::Closed(allowed) => values
                .iter()
                .all(|(_, value)| data.about(*value).iter().all(|(property, _)| allowed.contains(property))),
            Constraint::Node(shape) => values.iter().all(|(_, value)| self.passes(*shape, *value)),
            Constraint::Or(shapes) => {
                values.iter().all(|(_, value)| shapes.iter().any(|shape| self.passes(*shape, *value)))
            }
            Constraint::QualifiedMin(shape, count) => self.passing(*shape, values) >= *count,
            Constraint::QualifiedMax(shape, count) => self.passing(*shape, values) <= *count,
            Constraint::Property(shape) => {
                // Every value is looked at, so that every fault is told.
                values.iter().filter(|(_, value)| !self.conforms(*shape, *value)).count() == 0
            }
        }
    }

    fn passing(&mut self, shape: ShapeId, values: &[Said]) -> usize {
        values.iter().filter(|(_, value)| self.passes(shape, *value)).count()
    }
}

fn fault(shape: &Shape, constraint: &Constraint, focus: TermRef) -> Fault {
    Fault {
        focus: match focus {
            TermRef::NamedNode(node) => node.as_str().to_owned(),
            other => other.to_string(),
        },
        path: shape.path.as_ref().map(|path| match path {
            Path::Forward(property) => property.iri.as_str().to_owned(),
            Path::Inverse(property) => format!("^{}", property.iri.as_str()),
        }),
        message: match &shape.message {
            Some(message) => message.clone(),
            None => format!("does not conform to {constraint:?}"),
        },
    }
}
