//! The ontology against what uses it: no term of ours is unused, none is used undeclared, and each term of another vocabulary
//! was looked up there.

#![expect(clippy::disallowed_methods, reason = "tests read files")]
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

mod common;

use common::repository;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedOrBlankNode, Quad, Term};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const OURS: &str = "https://w3id.org/jialing/ontology#";

/// Whose terms are no vocabulary's: instances, licences, links.
const INSTANCES: [&str; 5] = [
    "https://w3id.org/jialing/",
    "http://localhost",
    "http://www.wikidata.org/entity/",
    "https://datacommons.org/",
    "https://creativecommons.org/",
];

fn read(path: impl AsRef<Path>) -> String {
    let path = repository().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn quads(file: &str) -> Vec<Quad> {
    let text = read(Path::new("ontology").join(file));
    let parser = RdfParser::from_format(RdfFormat::Turtle).with_base_iri("http://localhost:7878/id/").unwrap();
    parser.for_slice(text.as_bytes()).map(|quad| quad.unwrap_or_else(|error| panic!("{file}: {error}"))).collect()
}

/// Every IRI of a file, those of datatypes too.
fn iris(file: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for quad in quads(file) {
        if let NamedOrBlankNode::NamedNode(node) = &quad.subject {
            found.insert(node.as_str().to_owned());
        }
        found.insert(quad.predicate.as_str().to_owned());
        match &quad.object {
            Term::NamedNode(node) => found.insert(node.as_str().to_owned()),
            Term::Literal(literal) => found.insert(literal.datatype().as_str().to_owned()),
            _ => false,
        };
    }
    found
}

/// The terms that the ontology declares.
fn declared() -> BTreeSet<String> {
    let subjects = quads("jialing.ttl").into_iter().filter_map(|quad| match quad.subject {
        NamedOrBlankNode::NamedNode(node) => node.as_str().strip_prefix(OURS).map(str::to_owned),
        _ => None,
    });
    subjects.collect()
}

/// Every file under a folder of the repository.
fn files(folder: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(repository().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path.strip_prefix(repository()).unwrap().to_string_lossy(), found);
        } else {
            found.push(path);
        }
    }
}

/// The names that stand behind `mark` in a text: `jl:about` with `jl:`.
fn names_behind<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(mark).filter_map(move |(at, _)| {
        let is_own = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let rest = &text[at + mark.len()..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
        let name = rest[..end].trim_end_matches('-');
        (is_own && !name.is_empty()).then_some(name)
    })
}

/// The local names that a file of constants gives for our namespace: `ABOUT = "about"`.
fn constants(text: &str) -> Vec<&str> {
    let Some((_, rest)) = text.split_once(&format!("\"{OURS}\" {{")) else { return Vec::new() };
    let (block, _) = rest.split_once('}').unwrap();
    block.split('"').skip(1).step_by(2).collect()
}

/// Our terms that something other than the ontology uses, each with a file that does.
fn used() -> BTreeMap<String, PathBuf> {
    let mut paths = Vec::new();
    for folder in ["src", "queries", "ontology"] {
        files(folder, &mut paths);
    }
    let mut used = BTreeMap::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        // A test may name what does not exist.
        if name == "jialing.ttl"
            || name == "tests.rs"
            || !["rs", "rq", "ttl", "toml", "jsonld"].contains(&ending.as_str())
        {
            continue;
        }
        let text = read(&path);
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        // In code and comments both: a comment that names a term that is none misleads.
        for term in names_behind(text, "jl:").chain(names_behind(text, OURS)).chain(constants(text)) {
            used.entry(term.to_owned()).or_insert_with(|| path.clone());
        }
    }
    used
}

#[test]
fn no_term_is_used_that_is_not_declared() {
    let declared = declared();

    let unknown: Vec<_> = used().into_iter().filter(|(term, _)| !declared.contains(term)).collect();

    assert!(unknown.is_empty(), "not in jialing.ttl: {unknown:?}");
}

#[test]
fn no_term_is_declared_that_nothing_uses() {
    let used = used();

    // The parts of the structure are used where they are declared: by the structure itself.
    let unused: Vec<_> =
        declared().into_iter().filter(|term| !used.contains_key(term) && !term.starts_with("component-")).collect();

    assert!(unused.is_empty(), "in jialing.ttl, but nowhere else: {unused:?}");
    assert!(used.len() > 50, "{}", used.len());
}

#[test]
fn every_class_has_a_shape() {
    let targets: BTreeSet<String> = quads("shapes.ttl")
        .into_iter()
        .filter(|quad| quad.predicate.as_str() == "http://www.w3.org/ns/shacl#targetClass")
        .map(|quad| quad.object.to_string())
        .collect();
    let mut seen = 0;
    for quad in quads("jialing.ttl") {
        let class = quad.subject.to_string();
        let is_class = quad.object.to_string() == "<http://www.w3.org/2002/07/owl#Class>";
        // A subject is an organization, a place, a project or an event: nothing is a subject and none of these.
        if is_class && class.contains(OURS) && class != format!("<{OURS}Subject>") {
            assert!(targets.contains(&class), "{class} has no shape");
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
}

/// The terms of other vocabularies that were looked up, and the vocabularies' namespaces by prefix.
fn looked_up() -> (BTreeSet<String>, BTreeMap<String, String>) {
    let text = read("ontology/terms-of-others.txt");
    let (mut terms, mut spaces) = (BTreeSet::new(), BTreeMap::new());
    let mut space = "";
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        if let Some(term) = line.strip_prefix("  ") {
            terms.insert(format!("{space}{term}"));
        } else {
            let (prefix, iri) = line.split_once(' ').unwrap();
            space = iri;
            spaces.insert(prefix.to_owned(), iri.to_owned());
        }
    }
    (terms, spaces)
}

#[test]
fn every_term_of_others_was_looked_up_in_its_vocabulary() {
    let (known, _) = looked_up();
    let files = [
        "jialing.ttl",
        "vocab.ttl",
        "indicators.ttl",
        "shapes.ttl",
        "example.ttl",
        "example-conflict.ttl",
        "example-identification.ttl",
    ];
    let files = files.into_iter().chain(["../src/build/provenance.ttl"]);

    for file in files {
        for iri in iris(file) {
            let is_instance = INSTANCES.iter().any(|start| iri.starts_with(start));
            assert!(is_instance || known.contains(&iri), "{file}: {iri} is not in terms-of-others.txt");
        }
    }
}

#[test]
fn the_context_leads_to_declared_terms() {
    let (known, spaces) = looked_up();
    let declared = declared();
    let context: serde_json::Value = serde_json::from_str(&read("ontology/context.jsonld")).unwrap();
    let mut seen = 0;
    for (name, value) in context["@context"].as_object().unwrap() {
        let parts = [value.as_str(), value["@id"].as_str(), value["@type"].as_str()];
        for compact in parts.into_iter().flatten() {
            let Some((prefix, local)) = compact.split_once(':').filter(|(_, local)| !local.starts_with("//")) else {
                continue;
            };
            if prefix == "jl" {
                assert!(declared.contains(local), "{name}: {compact}");
                seen += 1;
            } else if let Some(space) = spaces.get(prefix) {
                assert!(known.contains(&format!("{space}{local}")), "{name}: {compact}");
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn every_unit_that_is_read_has_a_concept() {
    let notations: BTreeSet<String> = quads("vocab.ttl")
        .into_iter()
        .filter(|quad| quad.predicate.as_str() == "http://www.w3.org/2004/02/skos/core#notation")
        .filter_map(|quad| match quad.object {
            Term::Literal(literal) => Some(literal.value().to_owned()),
            _ => None,
        })
        .collect();
    let lexicon: toml::Table = read("src/annotate/quantity/lexicon.toml").parse().unwrap();
    let mut seen = 0;
    for entry in ["unit", "compound"].iter().flat_map(|class| lexicon[*class].as_array().unwrap()) {
        let key = entry["key"].as_str().unwrap();
        assert!(notations.contains(key), "{entry}");
        seen += 1;
    }
    assert!(seen > 80, "{seen}");
}
