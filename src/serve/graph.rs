//! RDF as it is written on the wire.

use super::accept;
use super::error::Fault;
use super::evaluate::{Budget, refused};
use super::terms;
use crate::export;
use oxigraph::io::{JsonLdProfile, JsonLdProfileSet, RdfFormat, RdfSerializer};
use oxigraph::model::Triple;
use std::io::Write;

/// A form of RDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// The name in `?format=` and after the dot of an address.
    pub suffix: &'static str,
    /// The media type.
    pub media: &'static str,
    format: RdfFormat,
}

/// The forms of a graph, the server's preference first.
pub const FORMS: [Form; 4] = [
    Form { suffix: "ttl", media: "text/turtle", format: RdfFormat::Turtle },
    Form {
        suffix: "jsonld",
        media: "application/ld+json",
        format: RdfFormat::JsonLd { profile: JsonLdProfileSet::from_profile(JsonLdProfile::Streaming) },
    },
    Form { suffix: "nt", media: "application/n-triples", format: RdfFormat::NTriples },
    Form { suffix: "rdf", media: "application/rdf+xml", format: RdfFormat::RdfXml },
];

/// What is offered for a graph: its forms, and `application/json`, by which callers mean JSON-LD.
pub const OFFERS: [&str; 5] =
    ["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml", "application/json"];

/// The form at a place of [`OFFERS`].
pub fn offered(place: usize) -> Form {
    FORMS.get(place).copied().unwrap_or(FORMS[1])
}

/// The form of that suffix, name or media type; of several, parted by commas as SPARQLWrapper sends them, the first known.
pub fn named(names: &str) -> Option<Form> {
    names.to_ascii_lowercase().split(',').find_map(|name| one_named(name.trim()))
}

fn one_named(name: &str) -> Option<Form> {
    let short = match name {
        "turtle" => "ttl",
        "json-ld" | "json" | "application/json" => "jsonld",
        "ntriples" | "n-triples" => "nt",
        "xml" | "rdfxml" | "rdf/xml" | "rdf+xml" => "rdf",
        other => other,
    };
    FORMS.into_iter().find(|form| form.suffix == short || form.media == short)
}

/// The form that the caller accepts.
pub fn negotiate(accept: Option<&str>) -> Result<Form, Fault> {
    accept::choose(accept, &OFFERS).map(offered).ok_or_else(|| Fault::not_acceptable(&OFFERS[..4]))
}

impl Form {
    /// Writes triples that may fail to come.
    pub fn write<E: Into<Fault>>(
        self,
        triples: impl Iterator<Item = Result<Triple, E>>,
        budget: &Budget,
        out: &mut impl Write,
    ) -> Result<(), Fault> {
        let mut serializer = RdfSerializer::from_format(self.format);
        for (prefix, iri) in export::PREFIXES.iter() {
            serializer = serializer.with_prefix(prefix.as_str(), iri.as_str()).map_err(internal)?;
        }
        let refused = |error: std::io::Error| refused(&error, budget.limit());
        let mut writer = serializer.for_writer(out);
        for triple in triples {
            budget.check()?;
            let triple = triple.map_err(Into::into)?;
            writer.serialize_triple(&triple).map_err(refused)?;
        }
        writer.finish().map_err(refused)?;
        Ok(())
    }

    /// Writes a graph that is at hand, sorted, so that what is said of one thing stands together.
    pub fn write_graph(self, mut triples: Vec<Triple>, budget: &Budget) -> Result<Vec<u8>, Fault> {
        if matches!(self.format, RdfFormat::JsonLd { .. }) {
            // Compacted with the project's context, which is inlined.
            return Ok(export::jsonld(&triples).into_bytes());
        }
        triples.sort_by_cached_key(|triple| {
            (
                triple.subject.to_string(),
                triple.predicate != terms::TYPE,
                triple.predicate.as_str().to_owned(),
                triple.object.to_string(),
            )
        });
        triples.dedup();
        let mut buffer = Vec::new();
        self.write(triples.into_iter().map(Ok::<_, Fault>), budget, &mut buffer)?;
        budget.within(buffer)
    }
}

/// A failure of the writer.
pub fn internal(error: impl std::fmt::Display) -> Fault {
    Fault::new(super::error::Kind::Internal, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::io::RdfParser;
    use oxigraph::model::{Literal, NamedNode};

    #[test]
    fn every_form_is_read_back_as_the_same_triple() {
        let triple = Triple::new(
            NamedNode::new("http://x/id/place/北碚").unwrap(),
            terms::PREF_LABEL,
            Literal::new_language_tagged_literal("北碚区 <\"&\n", "zh-Hans").unwrap(),
        );

        for form in FORMS {
            let bytes = form.write_graph(vec![triple.clone(), triple.clone()], &Budget::unbounded()).unwrap();
            let read: Vec<_> = RdfParser::from_format(form.format).for_slice(&bytes).collect::<Result<_, _>>().unwrap();

            assert_eq!(read.len(), 1, "{}", form.suffix);
            assert_eq!(Triple::from(read[0].clone()), triple, "{}", form.suffix);
        }
    }

    #[test]
    fn a_form_is_known_by_suffix_name_and_media_type() {
        for name in ["ttl", "Turtle", "text/turtle"] {
            assert_eq!(named(name).unwrap().suffix, "ttl");
        }
        assert_eq!(named("application/x-json+ld, application/ld+json").unwrap().suffix, "jsonld");
        assert_eq!(named("exe"), None);
    }
}
