//! The catalog, as portals harvest it: DCAT-AP 3.0.1, with the EU's tables for codes, since the portals that judge
//! metadata (data.europa.eu's MQA) look for them.
//!
//! Every node has an IRI that resolves to the catalog's page (`{base}/catalog#dataset`). Things that are only pointed to
//! have their class beside them: the profile's range shapes ask for it, and a validator does not follow links.

use super::examples;
use super::file::DumpFile;
use super::observations::Extent;
use super::schema;
use super::sheet::{Sheet, date, given, name, node};
use super::texts::{Dump, LicenceType, TEXTS, Text};
use crate::error::{Error, Result};
use crate::model::Base;
use crate::settings::Catalog;
use crate::store::Snapshot;
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{
    GraphNameRef, Literal, NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Quad, Term, TermRef, Triple,
};
use oxigraph::store::Store;
use std::collections::BTreeMap;

/// The EU's tables of codes.
const AUTHORITY: &str = "http://publications.europa.eu/resource/authority";

/// ADMS's types of publishers.
const PUBLISHERS: &str = "http://purl.org/adms/publishertype";

/// The profile that a catalog record follows.
const PROFILE: &str = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/";

/// The one property of a vocabulary that is used nowhere else, and so has no prefix.
const ADMS_STATUS: &str = "http://www.w3.org/ns/adms#status";

/// The type of a geometry in text.
const WKT: &str = "http://www.opengis.net/ont/geosparql#wktLiteral";

/// What the news is about: government, the economy, regions, society.
const THEMES: [&str; 4] = ["GOVE", "ECON", "REGI", "SOCI"];

/// The catalog of a snapshot, with a distribution for each of the dumps that are there, and the columns of the table of
/// figures, if it was written.
///
/// # Errors
/// [`Error::Database`] if the data cannot be read, [`Error::Usage`] for a setting that should be an IRI or a code and is none.
pub fn catalog(
    snapshot: &Snapshot,
    catalog: &Catalog,
    distributions: &[DumpFile],
    extent: Option<&Extent>,
) -> Result<Vec<Triple>> {
    let base = snapshot.base();
    let mut work = Work {
        sheet: Sheet::default(),
        here: node(format!("{base}/catalog")),
        licence: given("licence", &catalog.licence)?,
        newest: snapshot.header.newest.as_deref().map(date),
        base,
        catalog,
    };
    publisher(&mut work.sheet, &work.base, catalog)?;
    work.catalog()?;
    let oldest = oldest(snapshot)?;
    for set in SETS {
        work.dataset(set, snapshot, oldest.as_deref())?;
    }
    if let Some(extent) = extent {
        schema::columns(&mut work.sheet, &work.here, extent);
    }
    for dump in &TEXTS.dumps {
        let packed = format!("{}.gz", dump.name);
        for file in distributions.iter().filter(|file| file.name == dump.name || file.name == packed) {
            work.distribution(dump, file);
        }
    }
    examples::list(&mut work.sheet, &work.base);
    work.service("sparql", "/sparql", "/sparql", "https://www.w3.org/TR/sparql11-protocol/");
    work.service("api", "/api/", "/openapi.json", "https://spec.openapis.org/oas/v3.1.0");
    Ok(work.sheet.finish())
}

/// The dataset's IRI, here and in VoID.
pub(super) fn dataset(base: &Base) -> NamedNode {
    node(format!("{base}/catalog#dataset"))
}

/// A data set of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Set {
    /// All of the data.
    Whole,
    /// The table of figures.
    Table,
}

/// The data sets, in their order.
pub(super) const SETS: [Set; 2] = [Set::Whole, Set::Table];

impl Set {
    /// Its name in addresses.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Whole => "dataset",
            Self::Table => "observations",
        }
    }

    /// Its titles, in Chinese and English.
    pub(super) fn titles(self, catalog: &Catalog) -> (String, String) {
        let (zh, en) = (&catalog.title, &catalog.title_en);
        match self {
            Self::Whole => (zh.clone(), en.clone()),
            Self::Table => (format!("{zh}·{}", TEXTS.observations.zh), format!("{en}: {}", TEXTS.observations.en)),
        }
    }

    /// What it holds, in Chinese and English.
    pub(super) fn descriptions(self, catalog: &Catalog) -> (&str, &str) {
        match self {
            Self::Whole => (&catalog.description, &catalog.description_en),
            Self::Table => (&TEXTS.observations_text.zh, &TEXTS.observations_text.en),
        }
    }
}

/// What portals in China ask of each data set, in words: Chinese, then English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// How often new data come.
    pub frequency: (String, String),
    /// Under what conditions the data are open.
    pub openness: (String, String),
}

/// These words, by the settings.
///
/// # Errors
/// [`Error::Usage`] for a setting that is no code of its table.
pub fn words(catalog: &Catalog) -> Result<Words> {
    let both = |text: &Text| (text.zh.clone(), text.en.clone());
    Ok(Words {
        frequency: both(setting("frequency", &catalog.frequency, &TEXTS.frequency)?),
        openness: both(setting("openness", &catalog.openness, &TEXTS.openness)?),
    })
}

/// A code of a table in `texts.toml`, named in the settings.
fn setting<'t>(key: &str, given: &str, known: &'t BTreeMap<String, Text>) -> Result<&'t Text> {
    known.get(given).ok_or_else(|| Error::Usage {
        message: format!("`catalog.{key}`: there is no `{given}`"),
        hint: format!("expected one of {}", known.keys().map(String::as_str).collect::<Vec<_>>().join(", ")),
    })
}

/// Who publishes, `{base}/catalog#publisher`.
pub(super) fn publisher(sheet: &mut Sheet, base: &Base, catalog: &Catalog) -> Result<()> {
    let publisher = node(format!("{base}/catalog#publisher"));
    sheet.is(&publisher, "foaf:Agent");
    sheet.say(&publisher, "foaf:name", Literal::from(catalog.publisher.as_str()));
    if let Some(url) = &catalog.publisher_url {
        sheet.point(&publisher, "foaf:homepage", given("publisher_url", url)?, "foaf:Document");
    }
    let named = setting("publisher_type", &catalog.publisher_type, &TEXTS.publisher)?;
    let kind = node(format!("{PUBLISHERS}/{}", catalog.publisher_type));
    sheet.texts(&kind, "skos:prefLabel", &named.zh, &named.en);
    sheet.say(&kind, "skos:inScheme", node(PUBLISHERS));
    sheet.point(&publisher, "dcterms:type", kind, "skos:Concept");
    Ok(())
}

struct Work<'a> {
    sheet: Sheet,
    here: NamedNode,
    base: Base,
    catalog: &'a Catalog,
    licence: NamedNode,
    newest: Option<Literal>,
}

impl Work<'_> {
    fn part(&self, fragment: &str) -> NamedNode {
        node(format!("{}#{fragment}", self.here.as_str()))
    }

    fn page(&self, path: &str) -> NamedNode {
        node(format!("{}{path}", self.base))
    }

    /// What catalog and dataset have in common.
    fn common(&mut self, of: &NamedNode, set: Set) {
        let (zh, en) = set.titles(self.catalog);
        self.sheet.texts(of, "dcterms:title", &zh, &en);
        let (zh, en) = set.descriptions(self.catalog);
        self.sheet.texts(of, "dcterms:description", zh, en);
        self.sheet.say(of, "dcterms:publisher", self.part("publisher"));
        self.licence(of);
        self.dates(of);
        self.sheet.point(of, "dcterms:language", code("language", "ZHO"), "dcterms:LinguisticSystem");
        let (china, place) = (code("country", "CHN"), &TEXTS.place);
        self.sheet.texts(&china, "skos:prefLabel", &place.zh, &place.en);
        // Of a location the shapes ask for its box and its middle.
        for (property, text) in [("dcat:bbox", &place.bbox), ("dcat:centroid", &place.centroid)] {
            self.sheet.say(&china, property, Literal::new_typed_literal(text, node(WKT)));
        }
        self.sheet.point(of, "dcterms:spatial", china, "dcterms:Location");
    }

    /// The names of the codes.
    fn codes(&mut self) {
        for named in &TEXTS.codes {
            match &named.code {
                Some(name) => {
                    let concept = code(&named.table, name);
                    self.sheet.is(&concept, "skos:Concept");
                    self.sheet.texts(&concept, "skos:prefLabel", &named.zh, &named.en);
                    self.sheet.say(&concept, "skos:inScheme", authority(&named.table));
                }
                None => {
                    let scheme = authority(&named.table);
                    self.sheet.is(&scheme, "skos:ConceptScheme");
                    self.sheet.texts(&scheme, "dcterms:title", &named.zh, &named.en);
                }
            }
        }
    }

    fn licence(&mut self, of: &NamedNode) {
        self.sheet.point(of, "dcterms:license", self.licence.clone(), "dcterms:LicenseDocument");
        let licence = self.licence.clone();
        let fits = |known: &&LicenceType| licence.as_str().starts_with(&known.begins);
        if let Some(known) = TEXTS.licences.iter().find(fits) {
            let kind = node(&known.kind);
            self.sheet.texts(&kind, "skos:prefLabel", &known.zh, &known.en);
            self.sheet.point(&licence, "dcterms:type", kind, "skos:Concept");
        }
    }

    fn dates(&mut self, of: &NamedNode) {
        if let Some(newest) = self.newest.clone() {
            self.sheet.say(of, "dcterms:issued", newest.clone());
            self.sheet.say(of, "dcterms:modified", newest);
        }
    }

    fn catalog(&mut self) -> Result<()> {
        let here = self.here.clone();
        self.sheet.is(&here, "dcat:Catalog");
        self.common(&here, Set::Whole);
        let home = self.page("/");
        self.sheet.point(&here, "foaf:homepage", home, "foaf:Document");
        self.sheet.say(&here, "dcat:themeTaxonomy", authority("data-theme"));
        self.codes();
        let frequency = setting("frequency", &self.catalog.frequency, &TEXTS.frequency)?;
        self.sheet.texts(&self.frequency(), "skos:prefLabel", &frequency.zh, &frequency.en);
        let openness = setting("openness", &self.catalog.openness, &TEXTS.openness)?;
        self.sheet.texts(&self.part("openness"), "rdfs:label", &openness.zh, &openness.en);
        for set in SETS {
            let dataset = self.part(set.id());
            self.sheet.say(&here, "dcat:dataset", dataset.clone());
            // A record must tell when it changed, and without an article nothing has.
            let Some(newest) = self.newest.clone() else { continue };
            let record = self.part(&format!("record-{}", set.id()));
            self.sheet.is(&record, "dcat:CatalogRecord");
            self.sheet.say(&here, "dcat:record", record.clone());
            self.sheet.say(&record, "dcterms:issued", newest.clone());
            self.sheet.say(&record, "dcterms:modified", newest);
            self.sheet.say(&record, "foaf:primaryTopic", dataset);
            self.sheet.point(&record, "dcterms:conformsTo", node(PROFILE), "dcterms:Standard");
            self.sheet.say(&record, ADMS_STATUS, code("concept-status", "CURRENT"));
        }
        Ok(())
    }

    fn frequency(&self) -> NamedNode {
        code("frequency", &self.catalog.frequency)
    }

    fn dataset(&mut self, set: Set, snapshot: &Snapshot, oldest: Option<&str>) -> Result<()> {
        let dataset = self.part(set.id());
        self.sheet.is(&dataset, "dcat:Dataset");
        self.common(&dataset, set);
        self.sheet.say(&dataset, "dcterms:identifier", Literal::new_typed_literal(dataset.as_str(), xsd::ANY_URI));
        if let Some(version) = snapshot.header.content.get(..16) {
            self.sheet.say(&dataset, "dcat:version", Literal::from(version));
        }
        for (words, tag) in [(&TEXTS.keywords_zh, "zh"), (&TEXTS.keywords_en, "en")] {
            for word in words {
                let word = Literal::new_language_tagged_literal_unchecked(word, tag);
                self.sheet.say(&dataset, "dcat:keyword", word);
            }
        }
        self.themes(&dataset);
        self.access(&dataset);
        self.contact(&dataset)?;
        let page = self.page(&format!("/dataset/{}", set.id()));
        self.sheet.point(&dataset, "dcat:landingPage", page, "foaf:Document");
        let frequency = self.frequency();
        self.sheet.point(&dataset, "dcterms:accrualPeriodicity", frequency, "dcterms:Frequency");
        let openness = self.part("openness");
        self.sheet.point(&dataset, "dcterms:rights", openness, "dcterms:RightsStatement");
        let ontology = node(name("jl:").as_str().trim_end_matches('#'));
        self.sheet.point(&dataset, "dcterms:conformsTo", ontology, "dcterms:Standard");
        match set {
            Set::Whole => self.sheet.say(&dataset, "dcterms:hasPart", self.part(Set::Table.id())),
            Set::Table => {
                self.sheet.say(&dataset, "dcterms:isPartOf", self.part(Set::Whole.id()));
                self.sheet.point(&dataset, "dcterms:conformsTo", schema::node(&self.here), "dcterms:Standard");
            }
        }
        let provenance = self.part("provenance");
        self.sheet.texts(&provenance, "rdfs:label", &TEXTS.provenance.zh, &TEXTS.provenance.en);
        self.sheet.point(&dataset, "dcterms:provenance", provenance, "dcterms:ProvenanceStatement");
        if let (Some(oldest), Some(newest)) = (oldest, self.newest.clone()) {
            let time = self.part("temporal");
            self.sheet.say(&time, "dcat:startDate", date(oldest));
            self.sheet.say(&time, "dcat:endDate", newest);
            self.sheet.point(&dataset, "dcterms:temporal", time, "dcterms:PeriodOfTime");
        }
        Ok(())
    }

    fn themes(&mut self, of: &NamedNode) {
        for theme in THEMES {
            self.sheet.say(of, "dcat:theme", code("data-theme", theme));
        }
    }

    fn access(&mut self, of: &NamedNode) {
        self.sheet.point(of, "dcterms:accessRights", code("access-right", "PUBLIC"), "dcterms:RightsStatement");
    }

    /// Whom to ask: the address in the settings, else the publisher's page, else the site.
    fn contact(&mut self, of: &NamedNode) -> Result<()> {
        let contact = self.part("contact");
        self.sheet.say(&contact, "vcard:fn", Literal::from(self.catalog.publisher.as_str()));
        let (property, address) = match (&self.catalog.contact, &self.catalog.publisher_url) {
            (Some(mail), _) if mail.starts_with("mailto:") => ("vcard:hasEmail", given("contact", mail)?),
            (Some(page), _) => ("vcard:hasURL", given("contact", page)?),
            (None, Some(url)) => ("vcard:hasURL", given("publisher_url", url)?),
            (None, None) => ("vcard:hasURL", self.page("/")),
        };
        self.sheet.say(&contact, property, address);
        self.sheet.point(of, "dcat:contactPoint", contact, "vcard:Kind");
        Ok(())
    }

    fn distribution(&mut self, dump: &Dump, file: &DumpFile) {
        let here = self.part(&format!("distribution-{}", file.name));
        self.sheet.is(&here, "dcat:Distribution");
        let set = if dump.table { Set::Table } else { Set::Whole };
        self.sheet.say(&self.part(set.id()), "dcat:distribution", here.clone());
        self.sheet.texts(&here, "dcterms:title", &file.name, &file.name);
        self.sheet.texts(&here, "dcterms:description", &dump.zh, &dump.en);
        let address = self.page(&format!("/dumps/{}", file.name));
        self.sheet.point(&here, "dcat:accessURL", address.clone(), "rdfs:Resource");
        self.sheet.say(&here, "dcat:downloadURL", address);
        self.sheet.point(
            &here,
            "dcat:mediaType",
            node(format!("https://www.iana.org/assignments/media-types/{}", dump.media)),
            "dcterms:MediaType",
        );
        if file.name != dump.name {
            let gzip = node("https://www.iana.org/assignments/media-types/application/gzip");
            self.sheet.point(&here, "dcat:compressFormat", gzip, "dcterms:MediaType");
        }
        let format = code("file-type", &dump.format);
        self.sheet.point(&here, "dcterms:format", format, "dcterms:MediaTypeOrExtent");
        self.sheet.point(&here, "dcterms:conformsTo", node(&dump.standard), "dcterms:Standard");
        let available = code("planned-availability", "AVAILABLE");
        self.sheet.say(&here, "dcatap:availability", available);
        self.sheet.point(&here, "dcterms:language", code("language", "ZHO"), "dcterms:LinguisticSystem");
        self.licence(&here);
        self.dates(&here);
        let rights = self.part("rights");
        self.sheet.texts(&rights, "rdfs:label", &TEXTS.rights.zh, &TEXTS.rights.en);
        self.sheet.point(&here, "dcterms:rights", rights, "dcterms:RightsStatement");
        self.sheet.say(
            &here,
            "dcat:byteSize",
            Literal::new_typed_literal(file.bytes.to_string(), xsd::NON_NEGATIVE_INTEGER),
        );
        let checksum = self.part(&format!("checksum-{}", file.name));
        self.sheet.point(&here, "spdx:checksum", checksum.clone(), "spdx:Checksum");
        self.sheet.point(&checksum, "spdx:algorithm", name("spdx:checksumAlgorithm_sha256"), "spdx:ChecksumAlgorithm");
        self.sheet.say(&checksum, "spdx:checksumValue", Literal::new_typed_literal(&file.sha256, xsd::HEX_BINARY));
    }

    fn service(&mut self, fragment: &str, endpoint: &str, description: &str, standard: &str) {
        let here = self.part(fragment);
        let text = if fragment == "api" { &TEXTS.api } else { &TEXTS.sparql };
        self.sheet.is(&here, "dcat:DataService");
        self.sheet.say(&self.here.clone(), "dcat:service", here.clone());
        self.sheet.texts(&here, "dcterms:title", &text.zh, &text.en);
        self.sheet.texts(&here, "dcterms:description", &self.catalog.description, &self.catalog.description_en);
        let (endpoint, description) = (self.page(endpoint), self.page(description));
        self.sheet.point(&here, "dcat:endpointURL", endpoint, "rdfs:Resource");
        self.sheet.point(&here, "dcat:endpointDescription", description, "rdfs:Resource");
        for set in SETS {
            self.sheet.say(&here, "dcat:servesDataset", self.part(set.id()));
        }
        self.sheet.point(&here, "dcterms:conformsTo", node(standard), "dcterms:Standard");
        self.sheet.say(&here, "dcterms:publisher", self.part("publisher"));
        self.sheet.say(&here, "dcat:contactPoint", self.part("contact"));
        for word in &TEXTS.keywords_en {
            let word = Literal::new_language_tagged_literal_unchecked(word, "en");
            self.sheet.say(&here, "dcat:keyword", word);
        }
        self.licence(&here);
        self.themes(&here);
        self.access(&here);
    }
}

fn authority(table: &str) -> NamedNode {
    node(format!("{AUTHORITY}/{table}"))
}

fn code(table: &str, code: &str) -> NamedNode {
    node(format!("{AUTHORITY}/{table}/{code}"))
}

/// The day of the oldest article.
fn oldest(snapshot: &Snapshot) -> Result<Option<String>> {
    let (article, issued) = (name("jl:Article"), name("dcterms:issued"));
    let mut oldest: Option<String> = None;
    for quad in merged(&snapshot.data, None, rdf::TYPE, Some(article.as_ref().into())) {
        let article = quad?.subject;
        for quad in merged(&snapshot.data, Some(article.as_ref()), issued.as_ref(), None) {
            if let Term::Literal(date) = quad?.object {
                if oldest.as_deref().is_none_or(|oldest| date.value() < oldest) {
                    oldest = Some(date.value().to_owned());
                }
            }
        }
    }
    Ok(oldest)
}

fn merged<'a>(
    data: &'a Store,
    subject: Option<NamedOrBlankNodeRef<'a>>,
    property: NamedNodeRef<'a>,
    object: Option<TermRef<'a>>,
) -> impl Iterator<Item = Result<Quad>> + use<'a> {
    data.quads_for_pattern(subject, Some(property), object, Some(GraphNameRef::DefaultGraph))
        .map(|quad| quad.map_err(Error::database))
}
