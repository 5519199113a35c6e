//! `csv-metadata.json`: CSV on the Web, which tells programs what each column of `observations.csv` is and turns each row
//! back into RDF.

use super::columns::{COLUMNS, Column, Kind};
use super::context::expand;
use crate::settings::Catalog;
use crate::store::Snapshot;
use serde_json::{Map, Value, json};

/// The metadata, as JSON.
pub(super) fn metadata(snapshot: &Snapshot, catalog: &Catalog) -> String {
    let mut columns: Vec<Value> = COLUMNS.iter().map(column).collect();
    columns.push(json!({
        "name": "type",
        "virtual": true,
        "propertyUrl": "rdf:type",
        "valueUrl": expand("jl:Observation"),
    }));
    let mut document = json!({
        "@context": "http://www.w3.org/ns/csvw",
        "url": "observations.csv",
        "dc:title": [
            { "@value": catalog.title, "@language": "zh" },
            { "@value": catalog.title_en, "@language": "en" },
        ],
        "dc:license": { "@id": catalog.licence },
        "rdfs:comment": {
            "@value": "A text that begins with =, +, - or @ has an apostrophe before it, so that no spreadsheet runs it.",
            "@language": "en",
        },
        "dialect": { "encoding": "utf-8", "header": true, "lineTerminators": ["\r\n", "\n"] },
        "tableSchema": {
            "primaryKey": "observation",
            "aboutUrl": "{+observation}",
            "columns": columns,
        },
    });
    if let Some(newest) = &snapshot.header.newest {
        document["dc:modified"] = json!(newest);
    }
    format!("{document:#}\n")
}

fn column(column: &Column) -> Value {
    let mut described = Map::new();
    let mut set = |key: &str, value: Value| described.insert(key.to_owned(), value);
    set("name", json!(column.name));
    set("titles", json!({ "und": column.name, "zh": column.zh, "en": column.en }));
    let path = column.path();
    let Some(property) = path.last() else {
        set("required", json!(true));
        set("suppressOutput", json!(true));
        return described.into();
    };
    set("propertyUrl", json!(property.as_str()));
    if let Some(about) = &column.about {
        set("aboutUrl", json!(format!("{{+{about}}}")));
    }
    match column.kind {
        Kind::Iri => set("valueUrl", json!(format!("{{+{}}}", column.name))),
        Kind::Concept => set("valueUrl", json!(format!("{}{}/{{{}}}", expand("vocab:"), column.name, column.name))),
        Kind::Label => set("lang", json!("zh-Hans")),
        Kind::Text => None,
        Kind::Decimal => set("datatype", json!("decimal")),
        Kind::Date => set("datatype", json!("date")),
    };
    if column.hidden {
        set("suppressOutput", json!(true));
    }
    described.into()
}
