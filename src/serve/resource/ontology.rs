//! The page of the ontology, made from its Turtle: what each term means in both languages, how the classes hang together, and
//! of each class an example out of `ontology/example.ttl`.

mod diagram;

use super::said::Said;
use crate::serve::error::Fault;
use crate::serve::graph;
use crate::serve::reader::local_name;
use crate::serve::site::{Chrome, Link};
use crate::serve::state::{AppState, View};
use crate::serve::terms;
use askama::Template;
use diagram::Diagram;
use oxigraph::io::{RdfFormat, RdfParser, RdfSerializer};
use oxigraph::model::{NamedNodeRef, Triple};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const NAMESPACE: &str = "https://w3id.org/jialing/ontology#";

/// The articles from which the examples are cut.
const EXAMPLES: [&str; 3] = [
    include_str!("../../../ontology/example.ttl"),
    include_str!("../../../ontology/example-conflict.ttl"),
    include_str!("../../../ontology/example-identification.ttl"),
];

/// Under which base the examples stand.
const EXAMPLE_BASE: &str = "http://localhost:7878/id/";

static EXAMPLE: LazyLock<Vec<Triple>> = LazyLock::new(|| {
    let files = EXAMPLES.into_iter();
    files
        .flat_map(|file| RdfParser::from_format(RdfFormat::Turtle).for_slice(file.as_bytes()))
        .map(|quad| Triple::from(quad.expect("the examples are Turtle: a test reads them")))
        .collect()
});

/// What a term says of itself.
struct Entry {
    name: String,
    label: String,
    english: String,
    comment: String,
    comment_en: String,
}

struct Class {
    entry: Entry,
    above: Vec<Link>,
    apart: Vec<Link>,
    /// Its properties, and those that lead to it.
    has: Vec<Link>,
    led_to_by: Vec<Link>,
    example: String,
}

struct Property {
    entry: Entry,
    /// Whether it leads to a thing.
    is_link: bool,
    above: Vec<Link>,
    domain: Vec<Link>,
    range: Vec<Link>,
    codes: Vec<Link>,
}

/// A part of the Data Cube structure.
struct Component {
    order: u32,
    role: &'static str,
    property: Link,
    required: bool,
}

#[derive(Template)]
#[template(path = "ontology.html")]
struct Page {
    chrome: Chrome,
    iri: String,
    version: String,
    namespace: &'static str,
    title: Entry,
    diagram: Diagram,
    classes: Vec<Class>,
    properties: Vec<Property>,
    components: Vec<Component>,
    others: Vec<(String, Vec<Link>)>,
    downloads: Vec<(&'static str, String)>,
}

/// What the page says of a term, by the properties that name and explain it.
fn entry(said: &Said<'_>, subject: &str, label: NamedNodeRef<'_>, comment: NamedNodeRef<'_>) -> Entry {
    Entry {
        name: local_name(subject),
        label: said.text(subject, &[label], "zh"),
        english: said.text(subject, &[label], "en"),
        comment: said.text(subject, &[comment], "zh"),
        comment_en: said.text(subject, &[comment], "en"),
    }
}

/// A term as a link: ours on this page, another's at its home.
fn link(prefix: &str, iri: &str) -> Link {
    if let Some(name) = iri.strip_prefix(NAMESPACE) {
        return Link { href: format!("#{name}"), text: name.to_owned() };
    }
    if let Some(path) = iri.strip_prefix(super::vocabulary::ROOT) {
        return Link { href: format!("{prefix}/{path}"), text: path.to_owned() };
    }
    Link { href: iri.to_owned(), text: compact(iri) }
}

fn compact(iri: &str) -> String {
    let fits = terms::PREFIXES.iter().filter_map(|(name, space)| Some((name, space, iri.strip_prefix(space)?)));
    let longest = fits.max_by_key(|(_, space, _)| space.len());
    longest.map_or_else(|| iri.to_owned(), |(name, _, local)| format!("{name}:{local}"))
}

fn links(prefix: &str, iris: Vec<&str>) -> Vec<Link> {
    iris.into_iter().map(|iri| link(prefix, iri)).collect()
}

/// The first thing of a class in the examples, as Turtle; empty if there is none.
fn example(class: &str) -> Result<String, Fault> {
    let is_one =
        |triple: &&Triple| triple.predicate == terms::TYPE && triple.object.to_string() == format!("<{class}>");
    let Some(first) = EXAMPLE.iter().find(is_one).map(|triple| &triple.subject) else {
        return Ok(String::new());
    };
    let mut serializer = RdfSerializer::from_format(RdfFormat::Turtle);
    for (name, iri) in terms::PREFIXES {
        serializer = serializer.with_prefix(name, iri).map_err(graph::internal)?;
    }
    serializer = serializer.with_base_iri(EXAMPLE_BASE).map_err(graph::internal)?;
    let mut writer = serializer.for_writer(Vec::new());
    for triple in EXAMPLE.iter().filter(|triple| triple.subject == *first) {
        writer.serialize_triple(triple).map_err(graph::internal)?;
    }
    let text = String::from_utf8(writer.finish().map_err(graph::internal)?).map_err(graph::internal)?;
    Ok(text.lines().filter(|line| !line.starts_with('@')).collect::<Vec<_>>().join("\n"))
}

/// The page.
pub(super) fn page(
    state: &AppState,
    view: &View,
    triples: &[Triple],
    downloads: Vec<(&'static str, String)>,
) -> Result<String, Fault> {
    let said = Said::new(triples);
    let prefix = state.prefix();
    let iri = format!("{}ontology", super::vocabulary::ROOT);
    let ours = |subject: &&&str| subject.starts_with(NAMESPACE);

    let domains = [terms::DOMAIN, terms::DOMAIN_INCLUDES];
    let mut properties = Vec::new();
    let mut has: BTreeMap<&str, Vec<Link>> = BTreeMap::new();
    let mut led_to_by: BTreeMap<&str, Vec<Link>> = BTreeMap::new();
    let mut drawn = Vec::new();
    for subject in said.order.iter().filter(ours) {
        let is_link = said.is_a(subject, terms::OBJECT_PROPERTY);
        if !is_link && !said.is_a(subject, terms::DATATYPE_PROPERTY) {
            continue;
        }
        let entry = entry(&said, subject, terms::LABEL, terms::COMMENT);
        let includes = said.iris(subject, &[terms::DOMAIN_INCLUDES]);
        let domain = if includes.is_empty() { said.iris(subject, &domains) } else { includes };
        let range = said.iris(subject, &[terms::RANGE]);
        for class in &domain {
            has.entry(class).or_default().push(link(prefix, subject));
        }
        for class in &range {
            led_to_by.entry(class).or_default().push(link(prefix, subject));
        }
        for (from, to) in domain.iter().flat_map(|from| range.iter().map(move |to| (*from, *to))) {
            drawn.push((local_name(from), entry.name.clone(), entry.label.clone(), local_name(to)));
        }
        properties.push(Property {
            entry,
            is_link,
            above: links(prefix, said.iris(subject, &[terms::SUB_PROPERTY_OF])),
            domain: links(prefix, domain),
            range: links(prefix, range),
            codes: links(prefix, said.iris(subject, &[terms::CODE_LIST])),
        });
    }

    let mut classes = Vec::new();
    for subject in said.order.iter().filter(ours).filter(|subject| said.is_a(subject, terms::CLASS)) {
        classes.push(Class {
            entry: entry(&said, subject, terms::LABEL, terms::COMMENT),
            above: links(prefix, said.iris(subject, &[terms::SUB_CLASS_OF])),
            apart: links(prefix, said.iris(subject, &[terms::DISJOINT_WITH])),
            has: has.remove(subject).unwrap_or_default(),
            led_to_by: led_to_by.remove(subject).unwrap_or_default(),
            example: example(subject)?,
        });
    }
    let names = classes.iter().map(|class| (class.entry.name.as_str(), class.entry.label.as_str())).collect();
    let diagram = Diagram::new(&names, &drawn);

    let content = Page {
        chrome: Chrome::new(state, view, "vocab"),
        version: said.text(&iri, &[terms::VERSION_INFO], ""),
        namespace: NAMESPACE,
        title: entry(&said, &iri, terms::TITLE, terms::DESCRIPTION),
        diagram,
        classes,
        properties,
        components: components(&said, prefix),
        others: others(&said),
        downloads,
        iri,
    };
    Ok(content.render()?)
}

fn components(said: &Said<'_>, prefix: &str) -> Vec<Component> {
    let roles = [("dimension", terms::DIMENSION), ("measure", terms::MEASURE), ("attribute", terms::ATTRIBUTE)];
    let mut components = Vec::new();
    for subject in &said.order {
        for (role, predicate) in roles {
            if let Some(property) = said.iris(subject, &[predicate]).first() {
                components.push(Component {
                    order: said.text(subject, &[terms::ORDER], "").parse().unwrap_or(u32::MAX),
                    role,
                    property: link(prefix, property),
                    required: role != "attribute" || said.text(subject, &[terms::COMPONENT_REQUIRED], "") == "true",
                });
            }
        }
    }
    components.sort_by_key(|component| component.order);
    components
}

/// The terms of others that the ontology uses, by prefix.
fn others(said: &Said<'_>) -> Vec<(String, Vec<Link>)> {
    let mut spaces: BTreeMap<String, Vec<Link>> = BTreeMap::new();
    for subject in &said.order {
        let name = compact(subject);
        if let Some((space, _)) = name.split_once(':').filter(|(space, _)| !matches!(*space, "jl" | "vocab" | "https"))
        {
            spaces.entry(space.to_owned()).or_default().push(Link { href: (*subject).to_owned(), text: name });
        }
    }
    for terms in spaces.values_mut() {
        terms.sort();
    }
    spaces.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_an_example() {
        let ontology = super::super::vocabulary::ontology();
        let said = Said::new(ontology);
        let classes = said.order.iter().filter(|subject| subject.starts_with(NAMESPACE));
        let mut seen = 0;
        for class in classes.filter(|subject| said.is_a(subject, terms::CLASS)) {
            let name = local_name(class);
            // A subject is always one of its four sorts.
            let needed = name != "Subject";
            let text = example(class).unwrap();
            assert_eq!(!text.is_empty(), needed, "{name}");
            assert!(!text.contains("@prefix"), "{text}");
            seen += 1;
        }
        assert!(seen > 10, "{seen}");
    }

    #[test]
    fn a_term_is_called_by_its_prefix() {
        assert_eq!(compact("http://www.w3.org/ns/prov#wasDerivedFrom"), "prov:wasDerivedFrom");
        assert_eq!(link("", "https://w3id.org/jialing/ontology#Place").href, "#Place");
        assert_eq!(link("/x", "https://w3id.org/jialing/vocab/unit").href, "/x/vocab/unit");
    }
}
