//! A data set in Croissant 1.0, the schema.org vocabulary by which tools for machine learning load data; and in plain
//! schema.org, for search engines.

use super::columns::{COLUMNS, Kind};
use super::dcat::{SETS, Set};
use super::file::DumpFile;
use super::texts::{Dump, TEXTS};
use crate::settings::Catalog;
use crate::store::Snapshot;
use serde_json::{Map, Value, json};

/// The names of the data sets in addresses.
pub fn datasets() -> impl Iterator<Item = &'static str> {
    SETS.into_iter().map(Set::id)
}

/// The titles of a data set, in Chinese and English, and what it holds; `None` if there is none of that name.
pub fn titles(id: &str, catalog: &Catalog) -> Option<[String; 4]> {
    let set = SETS.into_iter().find(|set| set.id() == id)?;
    let (zh, en) = set.titles(catalog);
    let (holds_zh, holds_en) = set.descriptions(catalog);
    Some([zh, en, holds_zh.to_owned(), holds_en.to_owned()])
}

/// The files of a data set, in the catalog's order, compressed ones too.
pub fn files<'f>(id: &str, files: &'f [DumpFile]) -> Vec<&'f DumpFile> {
    let table = id == Set::Table.id();
    let named = |name: &str| TEXTS.dumps.iter().find(|dump| dump.name == name.trim_end_matches(".gz"));
    files.iter().filter(|file| named(&file.name).is_some_and(|dump| dump.table == table)).collect()
}

/// The data set as schema.org has it; `None` if there is none of that name.
pub fn schema_org(id: &str, snapshot: &Snapshot, catalog: &Catalog, files: &[DumpFile]) -> Option<Value> {
    let set = SETS.into_iter().find(|set| set.id() == id)?;
    let mut document = described(set, snapshot, catalog);
    document["@context"] = json!("https://schema.org/");
    document["@type"] = json!("Dataset");
    document["inLanguage"] = json!("zh-Hans");
    document["isAccessibleForFree"] = json!(true);
    document["spatialCoverage"] = json!({ "@type": "Place", "name": TEXTS.place.zh });
    document["includedInDataCatalog"] =
        json!({ "@type": "DataCatalog", "@id": format!("{}/catalog", snapshot.base()) });
    document["distribution"] = of(set, files)
        .map(|(dump, file)| {
            let mut download = download(dump, file, snapshot);
            download["@type"] = json!("DataDownload");
            download
        })
        .collect();
    document["variableMeasured"] = match set {
        Set::Table => COLUMNS
            .iter()
            .map(|column| json!({ "@type": "PropertyValue", "name": column.name, "description": column.means_zh }))
            .collect(),
        Set::Whole => json!([]),
    };
    Some(document)
}

/// The data set as Croissant has it; `None` if there is none of that name.
pub fn croissant(id: &str, snapshot: &Snapshot, catalog: &Catalog, files: &[DumpFile]) -> Option<Value> {
    let set = SETS.into_iter().find(|set| set.id() == id)?;
    let mut document = described(set, snapshot, catalog);
    document["@context"] = serde_json::from_str(include_str!("croissant.json")).expect("a test reads the file");
    document["@type"] = json!("sc:Dataset");
    document["conformsTo"] = json!("http://mlcommons.org/croissant/1.0");
    document["distribution"] = of(set, files)
        .map(|(dump, file)| {
            let mut object = download(dump, file, snapshot);
            object["@type"] = json!("cr:FileObject");
            object["@id"] = json!(file.name);
            object
        })
        .collect();
    if set == Set::Table {
        document["recordSet"] = json!([{
            "@type": "cr:RecordSet",
            "@id": "observations",
            "name": "observations",
            "description": TEXTS.observations_text.en,
            "key": { "@id": "observations/observation" },
            "field": COLUMNS.iter().map(field).collect::<Vec<_>>(),
        }]);
    }
    Some(document)
}

/// What both forms say.
fn described(set: Set, snapshot: &Snapshot, catalog: &Catalog) -> Value {
    let base = snapshot.base();
    let (zh, en) = set.titles(catalog);
    let (holds_zh, holds_en) = set.descriptions(catalog);
    let url = format!("{base}/dataset/{}", set.id());
    let version: String = snapshot.header.content.chars().take(16).collect();
    let mut publisher = json!({ "@type": "Organization", "name": catalog.publisher });
    if let Some(url) = &catalog.publisher_url {
        publisher["url"] = json!(url);
    }
    let mut document = json!({
        "@id": format!("{base}/catalog#{}", set.id()),
        "name": zh,
        "alternateName": en,
        "description": format!("{holds_zh}\n\n{holds_en}"),
        "url": url,
        "license": catalog.licence,
        "keywords": TEXTS.keywords_zh.iter().chain(&TEXTS.keywords_en).collect::<Vec<_>>(),
        // Croissant wants a version of three numbers; the data's own is its hash.
        "version": format!("{}.0.0", snapshot.header.version),
        "identifier": version,
        "creator": publisher,
        "publisher": publisher,
        "citeAs": format!("{}, {zh}, {version}, {url}", catalog.publisher),
    });
    if let Some(newest) = &snapshot.header.newest {
        document["datePublished"] = json!(newest);
        document["dateModified"] = json!(newest);
    }
    document
}

fn of(set: Set, files: &[DumpFile]) -> impl Iterator<Item = (&'static Dump, &DumpFile)> {
    let table = set == Set::Table;
    let dumps = TEXTS.dumps.iter().filter(move |dump| dump.table == table);
    dumps.filter_map(|dump| Some((dump, files.iter().find(|file| file.name == dump.name)?)))
}

fn download(dump: &Dump, file: &DumpFile, snapshot: &Snapshot) -> Value {
    json!({
        "name": file.name,
        "description": dump.en,
        "contentUrl": format!("{}/dumps/{}", snapshot.base(), file.name),
        "encodingFormat": dump.media,
        "contentSize": format!("{} B", file.bytes),
        "sha256": file.sha256,
    })
}

fn field(column: &super::columns::Column) -> Value {
    let mut field = Map::new();
    field.insert("@type".into(), json!("cr:Field"));
    field.insert("@id".into(), json!(format!("observations/{}", column.name)));
    field.insert("name".into(), json!(column.name));
    field.insert("description".into(), json!(format!("{} {}", column.means_zh, column.means_en)));
    let datatype = match column.kind {
        Kind::Iri => "sc:URL",
        Kind::Decimal => "sc:Float",
        Kind::Date => "sc:Date",
        Kind::Concept | Kind::Label | Kind::Text => "sc:Text",
    };
    field.insert("dataType".into(), json!(datatype));
    let source = json!({ "fileObject": { "@id": "observations.csv" }, "extract": { "column": column.name } });
    field.insert("source".into(), source);
    field.into()
}
