//! VoID: how much of what the dataset holds, and where to get it. Counted over the merge, so that a label that a thousand
//! articles share counts once.

use super::context::{PREFIXES, compact};
use super::dcat::{dataset, publisher};
use super::sheet::{Sheet, date, given, name, node};
use super::texts::TEXTS;
use crate::error::{Error, Result};
use crate::settings::Catalog;
use crate::store::Snapshot;
use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, Triple};
use oxigraph::store::Store;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Classes of which one thing each is shown as an example.
const EXAMPLES: [&str; 7] =
    ["jl:Article", "jl:Event", "jl:Indicator", "jl:Observation", "jl:Organization", "jl:Place", "jl:Project"];

/// The VoID description of a snapshot. It reads the whole data: callers keep it as long as the version stays.
///
/// # Errors
/// [`Error::Database`] if the data cannot be read, [`Error::Usage`] for a setting that should be an IRI and is none.
pub fn void(snapshot: &Snapshot, catalog: &Catalog) -> Result<Vec<Triple>> {
    let base = snapshot.base();
    let counts = Counts::of(&snapshot.data, &format!("{base}/id/"))?;
    let document = node(format!("{base}/.well-known/void"));
    let dataset = dataset(&base);
    let mut sheet = Sheet::default();

    sheet.is(&document, "void:DatasetDescription");
    sheet.say(&document, "foaf:primaryTopic", dataset.clone());
    sheet.texts(&document, "dcterms:title", &catalog.title, &catalog.title_en);

    sheet.is(&dataset, "void:Dataset");
    sheet.texts(&dataset, "dcterms:title", &catalog.title, &catalog.title_en);
    sheet.texts(&dataset, "dcterms:description", &catalog.description, &catalog.description_en);
    sheet.say(&dataset, "dcterms:license", given("licence", &catalog.licence)?);
    publisher(&mut sheet, &base, catalog)?;
    sheet.say(&dataset, "dcterms:publisher", node(format!("{base}/catalog#publisher")));
    if let Some(newest) = &snapshot.header.newest {
        sheet.say(&dataset, "dcterms:modified", date(newest));
    }
    sheet.say(&dataset, "foaf:homepage", node(format!("{base}/")));
    sheet.say(&dataset, "void:sparqlEndpoint", node(format!("{base}/sparql")));
    sheet.say(&dataset, "void:uriSpace", oxigraph::model::Literal::from(format!("{base}/id/")));
    for dump in &TEXTS.dumps {
        if let Some(syntax) = &dump.syntax {
            sheet.say(&dataset, "void:dataDump", node(format!("{base}/dumps/{}", dump.name)));
            sheet.say(&dataset, "void:feature", node(syntax));
        }
    }

    sheet.count(&dataset, "void:triples", counts.triples);
    sheet.count(&dataset, "void:entities", counts.entities);
    sheet.count(&dataset, "void:distinctSubjects", counts.subjects);
    sheet.count(&dataset, "void:distinctObjects", counts.objects);
    sheet.count(&dataset, "void:classes", counts.classes.len() as u64);
    sheet.count(&dataset, "void:properties", counts.properties.len() as u64);
    for vocabulary in counts.vocabularies() {
        sheet.say(&dataset, "void:vocabulary", vocabulary);
    }
    for class in EXAMPLES {
        if let Some(Some(example)) = counts.classes.get(&name(class)).map(|class| &class.first) {
            sheet.say(&dataset, "void:exampleResource", example.clone());
        }
    }
    for (class, count) in &counts.classes {
        let part = partition(&document, "class", class);
        sheet.say(&dataset, "void:classPartition", part.clone());
        sheet.is(&part, "void:Dataset");
        sheet.say(&part, "void:class", class.clone());
        sheet.count(&part, "void:entities", count.entities);
    }
    for (property, count) in &counts.properties {
        let part = partition(&document, "property", property);
        sheet.say(&dataset, "void:propertyPartition", part.clone());
        sheet.is(&part, "void:Dataset");
        sheet.say(&part, "void:property", property.clone());
        sheet.count(&part, "void:triples", count.triples);
        sheet.count(&part, "void:distinctSubjects", count.subjects);
        sheet.count(&part, "void:distinctObjects", count.objects);
    }
    links(&mut sheet, snapshot, &document, &dataset)?;
    Ok(sheet.finish())
}

/// The data sets to which links lead: what the linkset is called, the data set, and its licence.
const LINKED: [(&str, &str, &str); 2] = [
    ("wikidata", "http://www.wikidata.org/entity/", "https://creativecommons.org/publicdomain/zero/1.0/"),
    ("geonames", "https://sws.geonames.org/", "https://creativecommons.org/licenses/by/4.0/"),
];

/// The links to other data sets, if there are any.
fn links(sheet: &mut Sheet, snapshot: &Snapshot, document: &NamedNode, dataset: &NamedNode) -> Result<()> {
    let mut counts = [0; LINKED.len()];
    for quad in merged(&snapshot.data, Some(name("owl:sameAs").as_ref())) {
        let Term::NamedNode(target) = quad?.object else { continue };
        for (count, (_, linked, _)) in counts.iter_mut().zip(LINKED) {
            *count += u64::from(target.as_str().starts_with(linked));
        }
    }
    for (count, (set, linked, licence)) in counts.into_iter().zip(LINKED).filter(|(count, _)| *count > 0) {
        let set = node(format!("{}#links-{set}", document.as_str()));
        sheet.is(&set, "void:Linkset");
        sheet.say(dataset, "void:subset", set.clone());
        sheet.say(&set, "void:linkPredicate", name("owl:sameAs"));
        sheet.say(&set, "void:subjectsTarget", dataset.clone());
        sheet.point(&set, "void:objectsTarget", node(linked), "void:Dataset");
        sheet.say(&node(linked), "dcterms:license", node(licence));
        sheet.count(&set, "void:triples", count);
    }
    Ok(())
}

/// The IRI of a partition: `…/void#class-jl-Place`.
fn partition(document: &NamedNode, kind: &str, of: &NamedNode) -> NamedNode {
    let short: String = compact(of.as_str()).chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    node(format!("{}#{kind}-{short}", document.as_str()))
}

#[derive(Default)]
struct ClassCount {
    entities: u64,
    /// The first of its things, in the order of IRIs.
    first: Option<NamedNode>,
}

struct PropertyCount {
    triples: u64,
    subjects: u64,
    objects: u64,
}

struct Counts {
    triples: u64,
    entities: u64,
    subjects: u64,
    objects: u64,
    classes: BTreeMap<NamedNode, ClassCount>,
    properties: BTreeMap<NamedNode, PropertyCount>,
}

impl Counts {
    /// Counts the default graph: once through all of it, and once through each property. Distinct things are counted by
    /// their 64-bit hashes, a tenth of the memory of their names; among ten million, two are taken for one by a chance
    /// of three in a million.
    fn of(data: &Store, space: &str) -> Result<Self> {
        let mut counts = Self {
            triples: 0,
            entities: 0,
            subjects: 0,
            objects: 0,
            classes: BTreeMap::new(),
            properties: BTreeMap::new(),
        };
        let mut names = BTreeSet::new();
        let (mut subjects, mut objects) = (HashSet::new(), HashSet::new());
        for quad in merged(data, None) {
            let quad = quad?;
            counts.triples += 1;
            objects.insert(hash(&quad.object));
            if subjects.insert(hash(&quad.subject)) {
                let is_ours =
                    matches!(&quad.subject, NamedOrBlankNode::NamedNode(node) if node.as_str().starts_with(space));
                counts.entities += u64::from(is_ours);
            }
            if !names.contains(&quad.predicate) {
                names.insert(quad.predicate.clone());
            }
            if quad.predicate == rdf::TYPE {
                counts.class(quad);
            }
        }
        counts.subjects = subjects.len() as u64;
        counts.objects = objects.len() as u64;
        drop((subjects, objects));
        for property in names {
            let (mut subjects, mut objects, mut triples) = (HashSet::new(), HashSet::new(), 0);
            for quad in merged(data, Some(property.as_ref())) {
                let quad = quad?;
                triples += 1;
                subjects.insert(hash(&quad.subject));
                objects.insert(hash(&quad.object));
            }
            let count = PropertyCount { triples, subjects: subjects.len() as u64, objects: objects.len() as u64 };
            counts.properties.insert(property, count);
        }
        Ok(counts)
    }

    fn class(&mut self, quad: Quad) {
        let Term::NamedNode(class) = quad.object else { return };
        let count = self.classes.entry(class).or_default();
        count.entities += 1;
        if let NamedOrBlankNode::NamedNode(thing) = quad.subject {
            if count.first.as_ref().is_none_or(|first| thing < *first) {
                count.first = Some(thing);
            }
        }
    }

    /// Known namespaces of the classes and properties in use.
    fn vocabularies(&self) -> BTreeSet<NamedNode> {
        let terms = self.classes.keys().chain(self.properties.keys());
        terms
            .filter_map(|term| {
                let fits = PREFIXES.iter().filter(|(_, iri)| term.as_str().starts_with(iri.as_str()));
                fits.max_by_key(|(_, iri)| iri.len()).map(|(_, iri)| node(iri))
            })
            .collect()
    }
}

fn merged<'a>(data: &'a Store, property: Option<NamedNodeRef<'a>>) -> impl Iterator<Item = Result<Quad>> + use<'a> {
    data.quads_for_pattern(None, property, None, Some(GraphNameRef::DefaultGraph))
        .map(|quad| quad.map_err(Error::database))
}

fn hash(term: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    term.hash(&mut hasher);
    hasher.finish()
}
