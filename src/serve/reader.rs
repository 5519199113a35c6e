//! Look-ups in the default graph, which holds every statement once.

use super::error::Fault;
use super::evaluate::Budget;
use super::terms;
use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, TermRef};
use oxigraph::store::Store;

/// So many IRIs of one thing are read.
const ALIASES: usize = 100;

/// Reads one version of the data, within a budget.
pub struct Reader<'a> {
    store: &'a Store,
    budget: &'a Budget,
}

impl<'a> Reader<'a> {
    /// A reader of that store.
    pub fn new(store: &'a Store, budget: &'a Budget) -> Self {
        Self { store, budget }
    }

    /// The quads of a pattern in a graph.
    pub fn quads<'b>(
        &'b self,
        subject: Option<NamedNodeRef<'b>>,
        predicate: Option<NamedNodeRef<'b>>,
        object: Option<TermRef<'b>>,
        graph: GraphNameRef<'b>,
    ) -> impl Iterator<Item = Result<Quad, Fault>> + 'b {
        self.store.quads_for_pattern(subject.map(Into::into), predicate, object, Some(graph)).map(|quad| {
            self.budget.check()?;
            Ok(quad?)
        })
    }

    /// Whether anything is said of it.
    pub fn is_described(&self, subject: NamedNodeRef<'_>) -> Result<bool, Fault> {
        Ok(self.quads(Some(subject), None, None, GraphNameRef::DefaultGraph).next().transpose()?.is_some())
    }

    /// All objects, in a stable order.
    pub fn objects(&self, subject: NamedNodeRef<'_>, predicate: NamedNodeRef<'_>) -> Result<Vec<Term>, Fault> {
        let mut found = self
            .quads(Some(subject), Some(predicate), None, GraphNameRef::DefaultGraph)
            .map(|quad| Ok(quad?.object))
            .collect::<Result<Vec<_>, Fault>>()?;
        found.sort_by_cached_key(ToString::to_string);
        Ok(found)
    }

    /// The objects that are IRIs.
    pub fn nodes(&self, subject: NamedNodeRef<'_>, predicate: NamedNodeRef<'_>) -> Result<Vec<NamedNode>, Fault> {
        Ok(self.objects(subject, predicate)?.into_iter().filter_map(named).collect())
    }

    /// The first object that is an IRI.
    pub fn node(&self, subject: NamedNodeRef<'_>, predicate: NamedNodeRef<'_>) -> Result<Option<NamedNode>, Fault> {
        Ok(self.nodes(subject, predicate)?.into_iter().next())
    }

    /// The objects that are literals, as text.
    pub fn texts(&self, subject: NamedNodeRef<'_>, predicate: NamedNodeRef<'_>) -> Result<Vec<String>, Fault> {
        Ok(self
            .objects(subject, predicate)?
            .into_iter()
            .filter_map(|term| match term {
                Term::Literal(literal) => Some(literal.value().to_owned()),
                _ => None,
            })
            .collect())
    }

    /// The first object that is a literal, as text.
    pub fn text(&self, subject: NamedNodeRef<'_>, predicate: NamedNodeRef<'_>) -> Result<Option<String>, Fault> {
        Ok(self.texts(subject, predicate)?.into_iter().next())
    }

    /// The subjects of which `predicate` `object` is said, at most `limit`, in the store's order; and whether there are more.
    pub fn subjects(
        &self,
        predicate: NamedNodeRef<'_>,
        object: NamedNodeRef<'_>,
        limit: usize,
    ) -> Result<(Vec<NamedNode>, bool), Fault> {
        let mut found = Vec::new();
        for quad in self.quads(None, Some(predicate), Some(object.into()), GraphNameRef::DefaultGraph) {
            if let NamedOrBlankNode::NamedNode(node) = quad?.subject {
                if found.len() == limit {
                    return Ok((found, true));
                }
                found.push(node);
            }
        }
        Ok((found, false))
    }

    /// The IRIs for which this one stands, in their order: articles say of them what holds of it.
    pub fn aliases(&self, thing: NamedNodeRef<'_>) -> Result<Vec<NamedNode>, Fault> {
        let mut aliases = self.subjects(terms::IDENTIFIED_AS, thing, ALIASES)?.0;
        aliases.sort();
        Ok(aliases)
    }

    /// Its name: Chinese if there is one, else without language, else any; else the last part of its IRI.
    pub fn label(&self, node: NamedNodeRef<'_>) -> Result<String, Fault> {
        for predicate in [terms::PREF_LABEL, terms::TITLE, terms::LABEL] {
            if let Some(label) = self.literal(node, predicate, "zh")? {
                return Ok(label);
            }
        }
        Ok(local_name(node.as_str()))
    }

    /// Its English name, if it has one.
    pub fn english(&self, node: NamedNodeRef<'_>) -> Result<Option<String>, Fault> {
        Ok(self.objects(node, terms::PREF_LABEL)?.into_iter().find_map(|term| match term {
            Term::Literal(literal) if literal.language().is_some_and(|tag| tag.starts_with("en")) => {
                Some(literal.value().to_owned())
            }
            _ => None,
        }))
    }

    fn literal(
        &self,
        node: NamedNodeRef<'_>,
        predicate: NamedNodeRef<'_>,
        language: &str,
    ) -> Result<Option<String>, Fault> {
        let mut best: Option<(u8, String)> = None;
        for term in self.objects(node, predicate)? {
            let Term::Literal(literal) = term else { continue };
            let rank = match literal.language() {
                Some(tag) if tag.starts_with(language) => 0,
                None => 1,
                Some(_) => 2,
            };
            if best.as_ref().is_none_or(|(found, _)| rank < *found) {
                best = Some((rank, literal.value().to_owned()));
            }
        }
        Ok(best.map(|(_, text)| text))
    }
}

/// The IRI, if the term is one.
pub fn named(term: Term) -> Option<NamedNode> {
    match term {
        Term::NamedNode(node) => Some(node),
        _ => None,
    }
}

/// What stands after the last `/` or `#`, decoded.
pub fn local_name(iri: &str) -> String {
    let trimmed = iri.trim_end_matches('/');
    let last = trimmed.rsplit(['/', '#']).next().unwrap_or(trimmed);
    percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_of_an_iri_is_decoded() {
        assert_eq!(local_name("http://x/id/indicator/%E6%A3%AE%E6%9E%97"), "森林");
        assert_eq!(local_name("https://w3id.org/jialing/vocab/statistic/level"), "level");
        assert_eq!(local_name("https://w3id.org/jialing/ontology#Place"), "Place");
    }
}
