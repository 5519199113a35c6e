//! From shapes in Turtle to [`Shapes`].

use super::shapes::{Constraint, Path, Shape, ShapeId, Shapes};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{NamedNode, NamedOrBlankNode, Term, Triple};
use regex::Regex;
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, HashMap};

const SH: &str = "http://www.w3.org/ns/shacl#";

/// What a shape says for readers.
const WORDS: [&str; 4] = ["message", "name", "description", "order"];

/// The shapes of a file, or what in it is not understood.
pub(super) fn compile(turtle: &str) -> Result<Shapes, String> {
    let mut compiler = Compiler::default();
    let mut targets = Vec::new();
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle.as_bytes()) {
        let triple = Triple::from(quad.map_err(|error| error.to_string())?);
        if triple.predicate.as_str() == format!("{SH}targetClass") {
            targets.push((triple.object.clone(), triple.subject.clone()));
        }
        compiler.said.entry(triple.subject.clone()).or_default().push((triple.predicate, triple.object));
    }
    for (class, shape) in targets {
        let class = compiler.shapes.name(iri(class)?);
        let shape = compiler.shape(&shape.into())?;
        compiler.shapes.targets.push((class, shape));
    }
    Ok(compiler.shapes)
}

#[derive(Default)]
struct Compiler {
    said: HashMap<NamedOrBlankNode, Vec<(NamedNode, Term)>>,
    known: HashMap<NamedOrBlankNode, ShapeId>,
    shapes: Shapes,
}

impl Compiler {
    /// Compiles a shape once.
    fn shape(&mut self, term: &Term) -> Result<ShapeId, String> {
        let node = subject(term)?;
        if let Some(known) = self.known.get(&node) {
            return Ok(*known);
        }
        let id = self.shapes.shapes.len();
        self.shapes.shapes.push(Shape::default());
        self.known.insert(node.clone(), id);
        let said = self.said.get(&node).cloned().unwrap_or_default();
        if said.is_empty() {
            return Err(format!("{node} says nothing"));
        }

        // Parameters by name. Several values of one (sh:property) are as many constraints.
        let mut parameters: BTreeMap<String, Vec<Term>> = BTreeMap::new();
        for (property, value) in said {
            match property.as_str().strip_prefix(SH) {
                Some(name) => parameters.entry(name.to_owned()).or_default().push(value),
                None if property == rdf::TYPE => {}
                None => return Err(format!("{node}: {property} is no term of SHACL")),
            }
        }
        let mut shape =
            Shape { message: parameters.get("message").and_then(|messages| english(messages)), ..Shape::default() };
        if let Some(path) = parameters.remove("path") {
            shape.path = Some(self.path(&path[0])?);
        }
        let qualified = parameters.remove("qualifiedValueShape");
        let ignored = parameters.remove("ignoredProperties");
        for (name, values) in parameters {
            for value in values {
                let constraint = match name.as_str() {
                    "closed" => self.closed(&node, ignored.as_ref())?,
                    "qualifiedMinCount" | "qualifiedMaxCount" => {
                        let of = qualified.as_ref().ok_or_else(|| format!("{node}: {name} of no shape"))?;
                        let of = self.shape(&of[0])?;
                        match name.as_str() {
                            "qualifiedMinCount" => Constraint::QualifiedMin(of, count(&value)?),
                            _ => Constraint::QualifiedMax(of, count(&value)?),
                        }
                    }
                    "targetClass" => continue,
                    words if WORDS.contains(&words) => continue,
                    _ => self.constraint(&name, value).map_err(|error| format!("{node}: {error}"))?,
                };
                shape.constraints.push(constraint);
            }
        }
        self.shapes.shapes[id] = shape;
        Ok(id)
    }

    fn constraint(&mut self, name: &str, value: Term) -> Result<Constraint, String> {
        Ok(match name {
            "class" => Constraint::Class(self.shapes.name(iri(value)?)),
            "datatype" => Constraint::Datatype(iri(value)?),
            "nodeKind" if iri(value.clone())?.as_str() == format!("{SH}IRI") => Constraint::Iri,
            "minCount" => Constraint::MinCount(count(&value)?),
            "maxCount" => Constraint::MaxCount(count(&value)?),
            "minLength" => Constraint::MinLength(count(&value)?),
            "maxLength" => Constraint::MaxLength(count(&value)?),
            "pattern" => Constraint::Pattern(Regex::new(&literal(&value)?).map_err(|error| error.to_string())?),
            "languageIn" => Constraint::LanguageIn(self.list(&value)?.iter().map(literal).collect::<Result<_, _>>()?),
            "uniqueLang" if literal(&value)? == "true" => Constraint::UniqueLang,
            "minInclusive" => Constraint::MinInclusive(value),
            "maxInclusive" => Constraint::MaxInclusive(value),
            "lessThan" => Constraint::LessThan(self.shapes.name(iri(value)?)),
            "lessThanOrEquals" => Constraint::LessThanOrEquals(self.shapes.name(iri(value)?)),
            "in" => Constraint::In(self.list(&value)?),
            "hasValue" => Constraint::HasValue(value),
            "node" => Constraint::Node(self.shape(&value)?),
            "property" => Constraint::Property(self.shape(&value)?),
            "or" => {
                let shapes = self.list(&value)?;
                Constraint::Or(shapes.iter().map(|shape| self.shape(shape)).collect::<Result<_, _>>()?)
            }
            _ => return Err(format!("sh:{name} {value} is not known here")),
        })
    }

    /// What a closed shape allows: the properties of its property shapes, and those that it ignores.
    fn closed(&mut self, node: &NamedOrBlankNode, ignored: Option<&Vec<Term>>) -> Result<Constraint, String> {
        let mut allowed = FxHashSet::default();
        for list in ignored.into_iter().flatten() {
            for property in self.list(list)? {
                allowed.insert(self.shapes.name(iri(property)?).number);
            }
        }
        for property in self.objects(node, "property") {
            for path in self.objects(&subject(&property)?, "path") {
                if let Term::NamedNode(path) = path {
                    allowed.insert(self.shapes.name(path).number);
                }
            }
        }
        Ok(Constraint::Closed(allowed))
    }

    fn path(&mut self, term: &Term) -> Result<Path, String> {
        match term {
            Term::NamedNode(property) => Ok(Path::Forward(self.shapes.name(property.clone()))),
            other => match self.objects(&subject(other)?, "inversePath").as_slice() {
                [Term::NamedNode(property)] => Ok(self.shapes.inverse(property.clone())),
                _ => Err(format!("the path {other} is neither a property nor the inverse of one")),
            },
        }
    }

    fn objects(&self, node: &NamedOrBlankNode, name: &str) -> Vec<Term> {
        let property = format!("{SH}{name}");
        let said = self.said.get(node).into_iter().flatten();
        said.filter(|(name, _)| name.as_str() == property).map(|(_, value)| value.clone()).collect()
    }

    fn list(&self, head: &Term) -> Result<Vec<Term>, String> {
        let mut items = Vec::new();
        let mut rest = head.clone();
        while rest != Term::from(rdf::NIL) {
            let said = self.said.get(&subject(&rest)?).ok_or("a list breaks off")?;
            let part = |property| said.iter().find(|(name, _)| *name == property).map(|(_, value)| value.clone());
            items.push(part(rdf::FIRST).ok_or("a list has a hole")?);
            rest = part(rdf::REST).ok_or("a list has no end")?;
        }
        Ok(items)
    }
}

fn english(messages: &[Term]) -> Option<String> {
    messages.iter().find_map(|message| match message {
        Term::Literal(message) if message.language() == Some("en") => Some(message.value().to_owned()),
        _ => None,
    })
}

fn subject(term: &Term) -> Result<NamedOrBlankNode, String> {
    match term {
        Term::NamedNode(node) => Ok(node.clone().into()),
        Term::BlankNode(node) => Ok(node.clone().into()),
        other => Err(format!("expected a node, found {other}")),
    }
}

fn iri(term: Term) -> Result<NamedNode, String> {
    match term {
        Term::NamedNode(node) => Ok(node),
        other => Err(format!("expected an IRI, found {other}")),
    }
}

fn literal(term: &Term) -> Result<String, String> {
    match term {
        Term::Literal(literal) => Ok(literal.value().to_owned()),
        other => Err(format!("expected a literal, found {other}")),
    }
}

fn count(term: &Term) -> Result<usize, String> {
    literal(term)?.parse().map_err(|_| format!("expected a count, found {term}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_component_that_is_not_known_is_an_error() {
        let shapes = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://e/> .
            :s a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path :p ; sh:equals :q ] .";

        let message = compile(shapes).err().unwrap();

        assert!(message.contains("sh:equals"), "{message}");
    }

    #[test]
    fn a_path_of_two_steps_is_an_error() {
        let shapes = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://e/> .
            :s sh:targetClass :C ; sh:property [ sh:path ( :p :q ) ; sh:minCount 1 ] .";

        assert!(compile(shapes).is_err());
    }
}
