//! The canned queries as examples of SPARQL: `sh:SPARQLExecutable`, in the form by which SIB's endpoints publish theirs, so
//! that editors and assistants find them.

use super::context::PREFIXES;
use super::sheet::{Sheet, node};
use crate::model::Base;
use crate::query::canned;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Triple};

/// Every canned query with its text, its words and its endpoint. What it needs has the value of its example.
pub fn examples(base: &Base) -> Vec<Triple> {
    let mut sheet = Sheet::default();
    let here = node(format!("{base}/.well-known/sparql-examples"));
    let prefixes = node(format!("{}#prefixes", here.as_str()));
    sheet.is(&prefixes, "owl:Ontology");
    for (prefix, space) in PREFIXES.iter() {
        let declared = node(format!("{}#prefix-{prefix}", here.as_str()));
        sheet.point(&prefixes, "sh:declare", declared.clone(), "sh:PrefixDeclaration");
        sheet.say(&declared, "sh:prefix", Literal::from(prefix.as_str()));
        sheet.say(&declared, "sh:namespace", Literal::new_typed_literal(space, xsd::ANY_URI));
    }
    for canned in canned() {
        let example = listed(&mut sheet, base, canned);
        let (class, property) = if canned.gives_graph() {
            ("sh:SPARQLConstructExecutable", "sh:construct")
        } else {
            ("sh:SPARQLSelectExecutable", "sh:select")
        };
        sheet.is(&example, class);
        sheet.say(&example, property, Literal::from(canned.runnable()));
        sheet.texts(&example, "rdfs:comment", &canned.summary, &canned.summary_en);
        sheet.say(&example, "sh:prefixes", prefixes.clone());
        sheet.say(&example, "rdfs:isDefinedBy", here.clone());
    }
    sheet.finish()
}

/// What the catalog says of each: what it is called, what it is about, and whom to ask.
pub(super) fn list(sheet: &mut Sheet, base: &Base) {
    for canned in canned() {
        let example = listed(sheet, base, canned);
        sheet.say(&example, "rdfs:isDefinedBy", node(format!("{base}/.well-known/sparql-examples")));
    }
}

fn listed(sheet: &mut Sheet, base: &Base, canned: &crate::query::Canned) -> NamedNode {
    let example = node(format!("{base}/api/{}", canned.name));
    sheet.is(&example, "sh:SPARQLExecutable");
    sheet.texts(&example, "rdfs:label", &canned.title, &canned.title_en);
    for tag in &canned.tags {
        sheet.say(&example, "schema:keywords", Literal::from(tag.as_str()));
    }
    sheet.say(&example, "schema:target", node(format!("{base}/sparql")));
    example
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sheet::name;
    use oxigraph::model::Term;

    #[test]
    fn every_example_is_a_query_that_parses() {
        let triples = examples(&Base::default());

        let texts: Vec<_> = triples
            .iter()
            .filter(|triple| [name("sh:select"), name("sh:construct")].contains(&triple.predicate))
            .map(|triple| match &triple.object {
                Term::Literal(text) => text.value().to_owned(),
                other => panic!("{other}"),
            })
            .collect();
        assert_eq!(texts.len(), canned().len());
        for text in texts {
            assert!(!text.contains("#+"), "{text}");
            assert!(spargebra::SparqlParser::new().parse_query(&text).is_ok(), "{text}");
        }
    }
}
