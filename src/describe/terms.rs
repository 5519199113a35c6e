//! The terms of the ontology and of the vocabularies that it uses, as constants.

use oxigraph::model::NamedNodeRef;

/// `https://w3id.org/jialing/vocab/`, the namespace of concepts.
pub(super) const VOCAB: &str = "https://w3id.org/jialing/vocab/";

macro_rules! terms {
    ($($namespace:literal { $($name:ident = $local:literal),+ $(,)? })+) => {
        $($(pub(super) const $name: NamedNodeRef<'static> =
            NamedNodeRef::new_unchecked(concat!($namespace, $local));)+)+
    };
}

terms! {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#" { TYPE = "type" }
    "http://www.w3.org/2002/07/owl#" { SAME_AS = "sameAs" }
    "http://www.w3.org/2001/XMLSchema#" {
        DATE_TYPE = "date", DECIMAL = "decimal", G_YEAR = "gYear", G_YEAR_MONTH = "gYearMonth", INTEGER = "integer",
    }
    "http://www.w3.org/2004/02/skos/core#" {
        CONCEPT = "Concept", PREF_LABEL = "prefLabel", ALT_LABEL = "altLabel", HIDDEN_LABEL = "hiddenLabel", IN_SCHEME = "inScheme",
        NOTATION = "notation", BROADER = "broader", EXACT_MATCH = "exactMatch",
    }
    "http://purl.org/dc/terms/" { TITLE = "title", ISSUED = "issued", PUBLISHER = "publisher", SOURCE = "source" }
    "http://purl.org/dc/elements/1.1/" { CREATOR = "creator" }
    "http://xmlns.com/foaf/0.1/" { FOAF_PROJECT = "Project" }
    "http://www.w3.org/ns/org#" { ORG_ORGANIZATION = "Organization" }
    "http://www.w3.org/ns/prov#" { DERIVED_FROM = "wasDerivedFrom" }
    "https://schema.org/" {
        NEWS_ARTICLE = "NewsArticle", SCHEMA_PLACE = "Place", SCHEMA_EVENT = "Event", URL = "url",
        CONTAINED_IN = "containedInPlace",
    }
    "http://purl.org/linked-data/cube#" { QB_OBSERVATION = "Observation", DATA_SET = "dataSet" }
    "http://www.w3.org/ns/oa#" { EXACT = "exact", PREFIX = "prefix", SUFFIX = "suffix", START = "start", END = "end" }
    "https://w3id.org/jialing/ontology#" {
        ARTICLE = "Article", EVIDENCE_CLASS = "Evidence", OBSERVATION = "Observation", INDICATOR_CLASS = "Indicator",
        ORGANIZATION = "Organization", PLACE = "Place", PROJECT = "Project", EVENT = "Event", PERIOD_CLASS = "Period",
        ABOUT = "about", ADMIN_CODE = "adminCode", BOUND = "bound", COMPARISON = "comparison", CONCERNS = "concerns",
        CONFIDENCE = "confidence", CONTENT_HASH = "contentHash", CREDIT_CODE = "creditCode", COUNTERPART = "counterpart", DATE = "date",
        EDITOR = "editor", EVENT_TYPE = "eventType", EVIDENCE = "evidence", INDICATOR = "indicator", KIND = "kind",
        LOCATED_IN = "locatedIn", MENTIONS = "mentions", NORMALIZED_MAX = "normalizedMax",
        NORMALIZED_VALUE = "normalizedValue", OUTLOOK = "outlook", PARTICIPANT = "participant", PERIOD = "period",
        PERIOD_END = "periodEnd", PERIOD_START = "periodStart", POSITION = "position", REFERS_TO = "refersTo",
        REF_PERIOD = "refPeriod", RULE = "rule", SOURCE_FILE = "sourceFile", SOURCE_QUOTE = "sourceQuote",
        STATISTIC = "statistic", STATUS = "status", TEXT_HASH = "textHash", TEXT_SKETCH = "textSketch", UNIT = "unit", UNIT_TEXT = "unitText",
        VALUE = "value", VALID_UNTIL = "validUntil", VALUE_MAX = "valueMax",
    }
}
