//! Turtle with the project's prefixes: a thing at a time, what it is before what is said of it.

use super::context::PREFIXES;
use super::file::cannot_write_dump;
use super::merge;
use crate::error::Result;
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::Triple;
use oxigraph::model::vocab::rdf;
use std::io::Write;

/// The triples as Turtle. Equal sets give equal texts, whatever their order.
pub fn turtle(triples: &[Triple]) -> String {
    let mut out = Vec::new();
    let groups = merge::group(triples).into_iter().map(Ok);
    write(groups, &mut out).expect("writing to memory does not fail");
    String::from_utf8(out).expect("Turtle is UTF-8")
}

/// Writes groups of triples with one subject each, and gives the number of triples.
pub(super) fn write(groups: impl Iterator<Item = Result<Vec<Triple>>>, out: &mut dyn Write) -> Result<u64> {
    let mut serializer = RdfSerializer::from_format(RdfFormat::Turtle);
    for (name, iri) in PREFIXES.iter() {
        serializer = serializer.with_prefix(name, iri).expect("a test parses the prefixes of the context");
    }
    let mut serializer = serializer.for_writer(out);
    let mut count = 0;
    for group in groups {
        let (types, others): (Vec<_>, Vec<_>) = group?.into_iter().partition(|triple| triple.predicate == rdf::TYPE);
        for triple in types.iter().chain(&others) {
            serializer.serialize_triple(triple).map_err(cannot_write_dump)?;
            count += 1;
        }
    }
    serializer.finish().map_err(cannot_write_dump)?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::io::RdfParser;

    #[test]
    fn the_order_of_triples_does_not_count_and_none_is_lost() {
        let text = "<http://x/b> <http://x/q> \"森林\"@zh , 53.0 . <http://x/b> a <http://www.w3.org/ns/org#Organization> .\
                    <http://x/a> <http://x/p> <http://x/b#char=0,5> .";
        let read = |text: &str| -> Vec<Triple> {
            let parser = RdfParser::from_format(RdfFormat::Turtle).for_slice(text.as_bytes());
            parser.map(|quad| quad.unwrap().into()).collect()
        };
        let mut triples = read(text);

        let forth = turtle(&triples);
        triples.reverse();

        assert_eq!(turtle(&triples), forth);
        assert!(forth.contains("<http://x/b> a org:Organization ;"), "{forth}");
        let mut back = read(&forth);
        back.sort_by_key(ToString::to_string);
        triples.sort_by_key(ToString::to_string);
        assert_eq!(back, triples);
    }
}
