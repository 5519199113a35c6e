//! The catalog, as portals harvest it: DCAT-AP 3.0.1, with the EU's tables for codes, since the portals that judge
//! metadata (data.europa.eu's MQA) look for them.
//!
//! Every node has an IRI that resolves to the catalog's page (`{base}/catalog#dataset`). Things that are only pointed to
//! have their class beside them: the profile's range shapes ask for it, and a validator does not follow links.

use super::file::DumpFile;
use super::sheet::{Sheet, date, given, name, node};
use super::texts::{Dump, LicenceType, TEXTS};
use crate::error::{Error, Result};
use crate::model::Base;
use crate::settings::Catalog;
use crate::store::Snapshot;
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{
    GraphNameRef, Literal, NamedNode, NamedNodeRef, NamedOrBlankNodeRef, Quad, Term, TermRef, Triple,
};
use oxigraph::store::Store;

/// The EU's tables of codes.
const AUTHORITY: &str = "http://publications.europa.eu/resource/authority";

/// The profile that a catalog record follows.
const PROFILE: &str = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/";

/// The one property of a vocabulary that is used nowhere else, and so has no prefix.
const ADMS_STATUS: &str = "http://www.w3.org/ns/adms#status";

/// What the news is about: government, the economy, regions, society.
const THEMES: [&str; 4] = ["GOVE", "ECON", "REGI", "SOCI"];

/// The catalog of a snapshot, with a distribution for each of the dumps that are there.
///
/// # Errors
/// [`Error::Database`] if the data cannot be read, [`Error::Usage`] for a setting that should be an IRI and is none.
pub fn catalog(snapshot: &Snapshot, catalog: &Catalog, distributions: &[DumpFile]) -> Result<Vec<Triple>> {
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
    work.catalog();
    work.dataset(snapshot, oldest(snapshot)?)?;
    for dump in &TEXTS.dumps {
        if let Some(file) = distributions.iter().find(|file| file.name == dump.name) {
            work.distribution(dump, file);
        }
    }
    work.service("sparql", "/sparql", "/sparql", "https://www.w3.org/TR/sparql11-protocol/");
    work.service("api", "/api/", "/openapi.json", "https://spec.openapis.org/oas/v3.1.0");
    Ok(work.sheet.finish())
}

/// The dataset's IRI, here and in VoID.
pub(super) fn dataset(base: &Base) -> NamedNode {
    node(format!("{base}/catalog#dataset"))
}

/// Who publishes, `{base}/catalog#publisher`.
pub(super) fn publisher(sheet: &mut Sheet, base: &Base, catalog: &Catalog) -> Result<()> {
    let publisher = node(format!("{base}/catalog#publisher"));
    sheet.is(&publisher, "foaf:Agent");
    sheet.say(&publisher, "foaf:name", Literal::from(catalog.publisher.as_str()));
    if let Some(url) = &catalog.publisher_url {
        sheet.point(&publisher, "foaf:homepage", given("publisher_url", url)?, "foaf:Document");
    }
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
    fn common(&mut self, of: &NamedNode) {
        let catalog = self.catalog;
        self.sheet.texts(of, "dcterms:title", &catalog.title, &catalog.title_en);
        self.sheet.texts(of, "dcterms:description", &catalog.description, &catalog.description_en);
        self.sheet.say(of, "dcterms:publisher", self.part("publisher"));
        self.licence(of);
        self.dates(of);
        self.sheet.point(of, "dcterms:language", code("language", "ZHO"), "dcterms:LinguisticSystem");
        // Without its class, unlike the rest: of a location that stands here the shapes ask for coordinates too.
        self.sheet.say(of, "dcterms:spatial", code("country", "CHN"));
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

    fn catalog(&mut self) {
        let (here, dataset) = (self.here.clone(), self.part("dataset"));
        self.sheet.is(&here, "dcat:Catalog");
        self.common(&here);
        let home = self.page("/");
        self.sheet.point(&here, "foaf:homepage", home, "foaf:Document");
        self.sheet.say(&here, "dcat:themeTaxonomy", authority("data-theme"));
        self.codes();
        self.sheet.say(&here, "dcat:dataset", dataset.clone());
        // A record must tell when it changed, and without an article nothing has.
        if let Some(newest) = self.newest.clone() {
            let record = self.part("record");
            self.sheet.is(&record, "dcat:CatalogRecord");
            self.sheet.say(&here, "dcat:record", record.clone());
            self.sheet.say(&record, "dcterms:issued", newest.clone());
            self.sheet.say(&record, "dcterms:modified", newest);
            self.sheet.say(&record, "foaf:primaryTopic", dataset);
            self.sheet.point(&record, "dcterms:conformsTo", node(PROFILE), "dcterms:Standard");
            self.sheet.say(&record, ADMS_STATUS, code("concept-status", "CURRENT"));
        }
    }

    fn dataset(&mut self, snapshot: &Snapshot, oldest: Option<String>) -> Result<()> {
        let dataset = self.part("dataset");
        self.sheet.is(&dataset, "dcat:Dataset");
        self.common(&dataset);
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
        let home = self.page("/");
        self.sheet.point(&dataset, "dcat:landingPage", home, "foaf:Document");
        self.sheet.point(&dataset, "dcterms:accrualPeriodicity", code("frequency", "IRREG"), "dcterms:Frequency");
        let ontology = node(name("jl:").as_str().trim_end_matches('#'));
        self.sheet.point(&dataset, "dcterms:conformsTo", ontology, "dcterms:Standard");
        let provenance = self.part("provenance");
        self.sheet.texts(&provenance, "rdfs:label", &TEXTS.provenance.zh, &TEXTS.provenance.en);
        self.sheet.point(&dataset, "dcterms:provenance", provenance, "dcterms:ProvenanceStatement");
        if let (Some(oldest), Some(newest)) = (oldest, self.newest.clone()) {
            let time = self.part("temporal");
            self.sheet.say(&time, "dcat:startDate", date(&oldest));
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
        let here = self.part(&format!("distribution-{}", dump.name));
        self.sheet.is(&here, "dcat:Distribution");
        self.sheet.say(&self.part("dataset"), "dcat:distribution", here.clone());
        self.sheet.texts(&here, "dcterms:title", &dump.name, &dump.name);
        self.sheet.texts(&here, "dcterms:description", &dump.zh, &dump.en);
        let address = self.page(&format!("/dumps/{}", dump.name));
        self.sheet.point(&here, "dcat:accessURL", address.clone(), "rdfs:Resource");
        self.sheet.say(&here, "dcat:downloadURL", address);
        self.sheet.point(
            &here,
            "dcat:mediaType",
            node(format!("https://www.iana.org/assignments/media-types/{}", dump.media)),
            "dcterms:MediaType",
        );
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
        let checksum = self.part(&format!("checksum-{}", dump.name));
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
        self.sheet.say(&here, "dcat:servesDataset", self.part("dataset"));
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
