//! The catalog's own points by the metadata quality method of data.europa.eu: 405 at the most, Excellent from 351.
//!
//! What a description says is read from its triples. Whether an address answers is asked of whoever serves it, never
//! taken for granted. Points of distributions are the mean over them.

use super::sheet::{Sheet, name, node};
use super::texts::TEXTS;
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use std::collections::{BTreeMap, BTreeSet};

/// The most points.
pub const MOST: u32 = 405;
/// From so many points on metadata are excellent.
pub const EXCELLENT: u32 = 351;

/// One criterion.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Criterion {
    /// Its stable name.
    pub name: &'static str,
    /// The points reached.
    pub points: f64,
    /// The most points.
    pub most: u32,
}

/// The points of one data set.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Score {
    /// The data set.
    pub dataset: String,
    /// Each criterion, in the order of the method.
    pub criteria: Vec<Criterion>,
}

impl Score {
    /// The sum, whole.
    pub fn points(&self) -> u32 {
        let sum: f64 = self.criteria.iter().map(|criterion| criterion.points).sum();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to 405")]
        let whole = sum.floor() as u32;
        whole
    }

    /// The level, as the method names it.
    pub fn level(&self) -> &'static str {
        match self.points() {
            EXCELLENT.. => "Excellent",
            221.. => "Good",
            121.. => "Sufficient",
            _ => "Bad",
        }
    }
}

/// Addresses whose answers count: access and download of every distribution.
pub fn addresses(catalog: &[Triple]) -> BTreeSet<String> {
    let wanted = [name("dcat:accessURL"), name("dcat:downloadURL")];
    let found = catalog.iter().filter(|triple| wanted.contains(&triple.predicate));
    found.filter_map(|triple| iri(&triple.object).map(str::to_owned)).collect()
}

/// The points of each data set of a catalog. `answers` are the addresses that were seen to answer 200.
pub fn score(catalog: &[Triple], answers: &BTreeSet<String>) -> Vec<Score> {
    let graph = Graph::of(catalog);
    let conforms = graph.conforms();
    let datasets = graph.of_class("dcat:Dataset");
    datasets.into_iter().map(|dataset| graph.score(&dataset, conforms, answers)).collect()
}

/// The same as statements (DQV): a measurement for each data set.
pub fn measurements(scores: &[Score], catalog: &str) -> Vec<Triple> {
    let mut sheet = Sheet::default();
    let metric = node(format!("{catalog}#metric-points"));
    sheet.is(&metric, "dqv:Metric");
    sheet.texts(&metric, "skos:prefLabel", &TEXTS.quality.zh, &TEXTS.quality.en);
    sheet.say(&metric, "dqv:expectedDataType", xsd::INTEGER.into_owned());
    for score in scores {
        let dataset = node(&score.dataset);
        let id = score.dataset.rsplit('#').next().unwrap_or_default();
        let measured = node(format!("{catalog}#points-{id}"));
        sheet.is(&measured, "dqv:QualityMeasurement");
        sheet.say(&dataset, "dqv:hasQualityMeasurement", measured.clone());
        sheet.say(&measured, "dqv:computedOn", dataset);
        sheet.say(&measured, "dqv:isMeasurementOf", metric.clone());
        sheet.say(&measured, "dqv:value", Literal::new_typed_literal(score.points().to_string(), xsd::INTEGER));
    }
    sheet.finish()
}

fn iri(term: &Term) -> Option<&str> {
    match term {
        Term::NamedNode(node) => Some(node.as_str()),
        _ => None,
    }
}

/// What the profile says must be there, by class.
const MUST: [(&str, &[&str]); 8] = [
    ("dcat:Catalog", &["dcterms:title", "dcterms:description", "dcterms:publisher"]),
    ("dcat:Dataset", &["dcterms:title", "dcterms:description"]),
    ("dcat:Distribution", &["dcat:accessURL"]),
    ("dcat:DataService", &["dcterms:title", "dcat:endpointURL"]),
    ("dcat:DatasetSeries", &["dcterms:title", "dcterms:description"]),
    ("dcat:CatalogRecord", &["dcterms:modified", "foaf:primaryTopic"]),
    ("foaf:Agent", &["foaf:name"]),
    ("spdx:Checksum", &["spdx:algorithm", "spdx:checksumValue"]),
];

/// What the profile says may be there once at the most.
const ONCE: [&str; 8] = [
    "dcterms:license",
    "dcterms:accessRights",
    "dcterms:accrualPeriodicity",
    "dcat:byteSize",
    "dcat:mediaType",
    "dcterms:format",
    "dcatap:availability",
    "spdx:checksum",
];

/// Formats that belong to one maker's program.
const PROPRIETARY: [&str; 6] = ["XLS", "XLSX", "DOC", "DOCX", "PPT", "MDB"];
/// Formats that only people read.
const FOR_PEOPLE: [&str; 6] = ["PDF", "HTML", "DOC", "DOCX", "TXT", "JPEG"];
/// How the IRIs of known licences begin.
const LICENCES: [&str; 4] = [
    "https://creativecommons.org/",
    "http://creativecommons.org/",
    "http://publications.europa.eu/resource/authority/licence/",
    "http://www.opendefinition.org/licenses/",
];

struct Graph<'a> {
    said: BTreeMap<(String, String), Vec<&'a Term>>,
}

impl<'a> Graph<'a> {
    fn of(triples: &'a [Triple]) -> Self {
        let mut said: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for triple in triples {
            if let NamedOrBlankNode::NamedNode(subject) = &triple.subject {
                said.entry((subject.as_str().to_owned(), triple.predicate.as_str().to_owned()))
                    .or_default()
                    .push(&triple.object);
            }
        }
        Self { said }
    }

    fn values(&self, subject: &NamedNode, property: &str) -> &[&'a Term] {
        let property = name(property);
        self.said.get(&(subject.as_str().to_owned(), property.into_string())).map_or(&[], Vec::as_slice)
    }

    fn has(&self, subject: &NamedNode, property: &str) -> bool {
        !self.values(subject, property).is_empty()
    }

    fn begins(&self, subject: &NamedNode, property: &str, starts: &[&str]) -> bool {
        let values = self.values(subject, property);
        !values.is_empty()
            && values
                .iter()
                .all(|value| iri(value).is_some_and(|iri| starts.iter().any(|start| iri.starts_with(start))))
    }

    fn of_class(&self, class: &str) -> Vec<NamedNode> {
        let class = Term::from(name(class));
        let is = |key: &(String, String), values: &[&Term]| key.1 == rdf::TYPE.as_str() && values.contains(&&class);
        let typed = self.said.iter().filter(|(key, values)| is(key, values));
        typed.map(|((subject, _), _)| NamedNode::new_unchecked(subject.as_str())).collect()
    }

    /// Whether what the profile requires is there, and nothing more often than it allows.
    fn conforms(&self) -> bool {
        let whole = MUST.iter().all(|(class, properties)| {
            self.of_class(class).iter().all(|thing| properties.iter().all(|property| self.has(thing, property)))
        });
        let once: Vec<_> = ONCE.iter().map(|property| name(property)).collect();
        whole
            && self
                .said
                .iter()
                .all(|((_, property), values)| values.len() < 2 || !once.iter().any(|one| one.as_str() == *property))
    }

    fn score(&self, dataset: &NamedNode, conforms: bool, answers: &BTreeSet<String>) -> Score {
        let distributions: Vec<NamedNode> = self
            .values(dataset, "dcat:distribution")
            .iter()
            .filter_map(|value| iri(value).map(NamedNode::new_unchecked))
            .collect();
        let authority = |table: &str| format!("http://publications.europa.eu/resource/authority/{table}/");
        let formats = authority("file-type");
        let is_format = |of: &NamedNode, codes: &[&str]| {
            self.values(of, "dcterms:format")
                .iter()
                .filter_map(|value| iri(value)?.strip_prefix(&formats))
                .any(|code| codes.contains(&code))
        };
        let answering = |of: &NamedNode, property: &str| {
            let values = self.values(of, property);
            !values.is_empty() && values.iter().all(|value| iri(value).is_some_and(|iri| answers.contains(iri)))
        };
        let mut criteria = Vec::new();
        let mut give = |name: &'static str, most: u32, share: f64| {
            criteria.push(Criterion { name, points: f64::from(most) * share, most });
        };
        let yes = |holds: bool| f64::from(u8::from(holds));
        let mean = |holds: &dyn Fn(&NamedNode) -> bool| {
            #[expect(clippy::cast_precision_loss, reason = "there are few distributions")]
            let share = |part: usize| part as f64 / distributions.len().max(1) as f64;
            share(distributions.iter().filter(|distribution| holds(distribution)).count())
        };
        give("keyword", 30, yes(self.has(dataset, "dcat:keyword")));
        give("theme", 30, yes(self.has(dataset, "dcat:theme")));
        give("spatial", 20, yes(self.has(dataset, "dcterms:spatial")));
        give("temporal", 20, yes(self.has(dataset, "dcterms:temporal")));
        give("accessURL answers", 50, mean(&|of| answering(of, "dcat:accessURL")));
        give("downloadURL", 20, mean(&|of| self.has(of, "dcat:downloadURL")));
        give("downloadURL answers", 30, mean(&|of| answering(of, "dcat:downloadURL")));
        give("format", 20, mean(&|of| self.has(of, "dcterms:format")));
        give("mediaType", 10, mean(&|of| self.has(of, "dcat:mediaType")));
        let media = "https://www.iana.org/assignments/media-types/";
        let known = |of: &NamedNode| {
            self.begins(of, "dcterms:format", &[formats.as_str()]) && self.begins(of, "dcat:mediaType", &[media])
        };
        give("format and mediaType of a vocabulary", 10, mean(&known));
        give("non-proprietary", 20, mean(&|of| self.has(of, "dcterms:format") && !is_format(of, &PROPRIETARY)));
        give("machine-readable", 20, mean(&|of| self.has(of, "dcterms:format") && !is_format(of, &FOR_PEOPLE)));
        give("DCAT-AP", 30, yes(conforms));
        give("license", 20, mean(&|of| self.has(of, "dcterms:license")));
        give("known license", 10, mean(&|of| self.begins(of, "dcterms:license", &LICENCES)));
        give("accessRights", 10, yes(self.has(dataset, "dcterms:accessRights")));
        let rights = authority("access-right");
        give("accessRights of a vocabulary", 5, yes(self.begins(dataset, "dcterms:accessRights", &[rights.as_str()])));
        give("contactPoint", 20, yes(self.has(dataset, "dcat:contactPoint")));
        give("publisher", 10, yes(self.has(dataset, "dcterms:publisher")));
        give("rights", 5, mean(&|of| self.has(of, "dcterms:rights")));
        give("byteSize", 5, mean(&|of| self.has(of, "dcat:byteSize")));
        give("issued", 5, yes(self.has(dataset, "dcterms:issued")));
        give("modified", 5, yes(self.has(dataset, "dcterms:modified")));
        Score { dataset: dataset.as_str().to_owned(), criteria }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::io::{RdfFormat, RdfParser};

    fn read(turtle: &str) -> Vec<Triple> {
        let text = format!(
            "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dcterms: <http://purl.org/dc/terms/> . @base <http://x/> . {turtle}"
        );
        RdfParser::from_format(RdfFormat::Turtle).for_slice(text.as_bytes()).map(|quad| quad.unwrap().into()).collect()
    }

    #[test]
    fn the_criteria_sum_to_what_the_method_says() {
        let scores = score(&read("<d> a dcat:Dataset ."), &BTreeSet::new());

        assert_eq!(scores[0].criteria.iter().map(|criterion| criterion.most).sum::<u32>(), MOST);
        assert_eq!((scores[0].points(), scores[0].level()), (0, "Bad"));
    }

    #[test]
    fn an_address_counts_only_if_it_was_seen_to_answer() {
        let catalog = read(
            "<d> a dcat:Dataset ; dcterms:title 'd' ; dcterms:description 'd' ; dcat:distribution <a>, <b> .
             <a> a dcat:Distribution ; dcat:accessURL <a.csv> ; dcat:downloadURL <a.csv> . <b> a dcat:Distribution ; dcat:accessURL <b.csv> .",
        );
        let points = |answers: &[&str]| {
            let answers = answers.iter().map(|address| (*address).to_owned()).collect();
            score(&catalog, &answers)[0].points()
        };

        assert_eq!(addresses(&catalog).len(), 2);
        // It conforms (30), and half of the distributions have a downloadURL (10).
        assert_eq!(points(&[]), 40);
        assert_eq!(points(&["http://x/a.csv"]), 40 + 25 + 15);
        assert_eq!(points(&["http://x/a.csv", "http://x/b.csv"]), 40 + 50 + 15);
    }

    #[test]
    fn what_lacks_a_duty_or_has_two_licences_does_not_conform() {
        let conforms = |more: &str| {
            let catalog = read(&format!("<d> a dcat:Dataset ; dcterms:description 'd' {more} ."));
            score(&catalog, &BTreeSet::new())[0]
                .criteria
                .iter()
                .any(|criterion| criterion.name == "DCAT-AP" && criterion.points > 0.0)
        };

        assert!(!conforms(""));
        assert!(conforms("; dcterms:title 'd'"));
        assert!(!conforms("; dcterms:title 'd' ; dcterms:license <a>, <b>"));
    }
}
