//! The terms that the server reads, as constants.

use oxigraph::model::NamedNodeRef;

macro_rules! terms {
    ($($space:literal { $($name:ident = $local:literal),+ $(,)? })+) => {
        $($(
            #[doc = concat!("`", $space, $local, "`")]
            pub const $name: NamedNodeRef<'static> = NamedNodeRef::new_unchecked(concat!($space, $local));
        )+)+
    };
}

terms! {
    "https://w3id.org/jialing/ontology#" {
        ARTICLE = "Article", PLACE = "Place", ORGANIZATION = "Organization", PROJECT = "Project",
        INDICATOR = "Indicator", OBSERVATION = "Observation", EVENT = "Event", CONFLICT = "Conflict",
        ABOUT = "about", ADMIN_CODE = "adminCode", BOUND = "bound", COMPARISON = "comparison", CONCERNS = "concerns",
        CONFIDENCE = "confidence", CONFLICTS_WITH = "conflictsWith", COUNTERPART = "counterpart", DATE = "date",
        EDITOR = "editor", EVENT_TYPE = "eventType", EVIDENCE = "evidence",
        HAS_INDICATOR = "indicator", IDENTIFIED_AS = "identifiedAs", KIND = "kind", LOCATED_IN = "locatedIn", MENTIONS = "mentions",
        NORMALIZED_VALUE = "normalizedValue", OUTLOOK = "outlook", PARTICIPANT = "participant", PERIOD = "period",
        PERIOD_END = "periodEnd", PERIOD_START = "periodStart", POSITION = "position", REFERS_TO = "refersTo",
        REPUBLICATION_OF = "republicationOf",
        RULE = "rule", SOURCE_FILE = "sourceFile", SOURCE_QUOTE = "sourceQuote", STATISTIC = "statistic",
        STATUS = "status", NBS_CODE = "nbsCode", UNIT = "unit", UNIT_TEXT = "unitText", VALUE = "value", VALUE_MAX = "valueMax",
    }
    "http://www.w3.org/2004/02/skos/core#" {
        PREF_LABEL = "prefLabel", ALT_LABEL = "altLabel", HIDDEN_LABEL = "hiddenLabel", CONCEPT = "Concept", CONCEPT_SCHEME = "ConceptScheme",
        DEFINITION = "definition", IN_SCHEME = "inScheme", NOTATION = "notation", BROADER = "broader",
        CLOSE_MATCH = "closeMatch", EXACT_MATCH = "exactMatch",
    }
    "http://purl.org/dc/terms/" {
        TITLE = "title", ISSUED = "issued", PUBLISHER = "publisher", SOURCE = "source", SUBJECT = "subject",
        DESCRIPTION = "description",
    }
    "http://purl.org/dc/elements/1.1/" { CREATOR = "creator" }
    "http://www.w3.org/ns/prov#" { WAS_DERIVED_FROM = "wasDerivedFrom" }
    "http://www.w3.org/ns/oa#" { EXACT = "exact", PREFIX = "prefix", SUFFIX = "suffix", START = "start", END = "end" }
    "https://schema.org/" { CONTAINED_IN_PLACE = "containedInPlace", DOMAIN_INCLUDES = "domainIncludes" }
    "http://qudt.org/schema/qudt/" {
        HAS_UNIT = "hasUnit", HAS_QUANTITY_KIND = "hasQuantityKind", SYMBOL = "symbol", UCUM_CODE = "ucumCode",
    }
    "http://purl.org/linked-data/cube#" {
        DIMENSION = "dimension", MEASURE = "measure", ATTRIBUTE = "attribute", ORDER = "order",
        COMPONENT_REQUIRED = "componentRequired", CODE_LIST = "codeList",
    }
    "http://www.w3.org/2002/07/owl#" {
        SAME_AS = "sameAs", CLASS = "Class", OBJECT_PROPERTY = "ObjectProperty",
        DATATYPE_PROPERTY = "DatatypeProperty", DISJOINT_WITH = "disjointWith", VERSION_INFO = "versionInfo",
    }
    "http://www.w3.org/2000/01/rdf-schema#" {
        LABEL = "label", COMMENT = "comment", SUB_CLASS_OF = "subClassOf", SUB_PROPERTY_OF = "subPropertyOf",
        DOMAIN = "domain", RANGE = "range",
    }
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#" { TYPE = "type" }
}

/// The types of `{base}/id/{type}/…` that the site lists, with their classes, in the order of its menu.
pub const TYPES: [(&str, NamedNodeRef<'static>); 7] = [
    ("article", ARTICLE),
    ("place", PLACE),
    ("organization", ORGANIZATION),
    ("indicator", INDICATOR),
    ("project", PROJECT),
    ("event", EVENT),
    ("observation", OBSERVATION),
];

/// Prefixes for Turtle, JSON-LD and RDF/XML, and those that the SPARQL page offers.
pub const PREFIXES: [(&str, &str); 22] = [
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("jl", "https://w3id.org/jialing/ontology#"),
    ("oa", "http://www.w3.org/ns/oa#"),
    ("org", "http://www.w3.org/ns/org#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("qb", "http://purl.org/linked-data/cube#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("schema", "https://schema.org/"),
    ("sd", "http://www.w3.org/ns/sparql-service-description#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("spdx", "http://spdx.org/rdf/terms#"),
    ("unit", "http://qudt.org/vocab/unit/"),
    ("vann", "http://purl.org/vocab/vann/"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("vocab", "https://w3id.org/jialing/vocab/"),
    ("void", "http://rdfs.org/ns/void#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];
