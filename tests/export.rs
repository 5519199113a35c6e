//! The dumps: what they hold, that they hold the same, and that they hold it each time.

#![expect(
    clippy::non_ascii_literal,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests speak the language of the texts, panic to fail, and read what was written"
)]

use jialing::export::{self, DumpFile};
use jialing::model::{ArticleGraph, Base};
use jialing::settings::Catalog;
use jialing::store::Snapshot;
use oxigraph::io::{JsonLdProfile, RdfFormat, RdfParser};
use oxigraph::model::{Dataset, NamedNode, Quad, Triple};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;

const EXAMPLE: &str = include_str!("../ontology/example.ttl");

fn triples(format: RdfFormat, bytes: &[u8]) -> Vec<Triple> {
    RdfParser::from_format(format).for_slice(bytes).map(|quad| quad.unwrap().into()).collect()
}

/// The example's article, and the same article elsewhere under another IRI, so that the two share labels.
fn snapshot() -> Snapshot {
    snapshot_of(&[
        EXAMPLE.to_owned(),
        EXAMPLE
            .replace("5f2c9a71d03e4b86", "a1b2c3d4e5f60718")
            .replace("2b7e151628aed2a6", "3c8f262739bfe3b7")
            .replace("青崖县森林覆盖率超五成", "=SUM(A1:A9)")
            .replace("jl:value 53.0", "jl:value -53.0"),
    ])
}

fn snapshot_of(articles: &[String]) -> Snapshot {
    let articles: Vec<_> = articles
        .iter()
        .map(|text| {
            let triples = triples(RdfFormat::Turtle, text.as_bytes());
            let article = NamedNode::new("https://w3id.org/jialing/ontology#Article").unwrap();
            let is_article = |triple: &&Triple| triple.object == article.clone().into();
            let iri = triples.iter().find(is_article).unwrap().subject.to_string();
            ArticleGraph { iri: NamedNode::new(iri.trim_matches(['<', '>'])).unwrap(), triples }
        })
        .collect();
    Snapshot::in_memory(&Base::default(), &articles).unwrap()
}

fn dump(snapshot: &Snapshot, dir: &Path) -> export::Report {
    export::export(snapshot, &Catalog::default(), dir).unwrap()
}

fn lines(triples: impl IntoIterator<Item = Triple>) -> BTreeSet<String> {
    triples.into_iter().map(|triple| triple.to_string()).collect()
}

fn read(dir: &Path, name: &str) -> Vec<u8> {
    std::fs::read(dir.join(name)).unwrap()
}

fn text(dir: &Path, name: &str) -> String {
    String::from_utf8(read(dir, name)).unwrap()
}

#[test]
fn two_runs_give_equal_bytes_and_leave_nothing_else() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let data = snapshot();

    let report = dump(&data, first.path());
    // A store built anew, and a folder that has the dumps already.
    dump(&snapshot(), second.path());
    assert_eq!(dump(&snapshot(), second.path()), report);

    let names: BTreeSet<String> = std::fs::read_dir(first.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, report.files.iter().map(|file| file.name.clone()).collect());
    for name in &names {
        assert!(read(first.path(), name) == read(second.path(), name), "{name} differs");
    }
}

#[test]
fn the_quads_are_every_named_graph_and_not_the_default_one() {
    let dir = tempfile::tempdir().unwrap();
    let data = snapshot();

    let report = dump(&data, dir.path());

    let dumped: Dataset =
        RdfParser::from_format(RdfFormat::NQuads).for_slice(&read(dir.path(), "data.nq")).map(Result::unwrap).collect();
    let named: Dataset =
        data.data.iter().map(Result::unwrap).filter(|quad| !quad.graph_name.is_default_graph()).collect();
    assert_eq!(dumped, named);
    assert_eq!(report.quads, named.len() as u64);
    let mut sorted: Vec<_> = text(dir.path(), "data.nq").lines().map(str::to_owned).collect();
    sorted.sort_unstable();
    assert_eq!(sorted.join("\n") + "\n", text(dir.path(), "data.nq"));
}

#[test]
fn turtle_and_json_ld_hold_the_merge() {
    let dir = tempfile::tempdir().unwrap();
    let data = snapshot();

    let report = dump(&data, dir.path());

    let merge = data.data.quads_for_pattern(None, None, None, Some(oxigraph::model::GraphNameRef::DefaultGraph));
    let merge = lines(merge.map(|quad| Triple::from(quad.unwrap())));
    let turtle = lines(triples(RdfFormat::Turtle, &read(dir.path(), "data.ttl")));
    let profile = JsonLdProfile::Streaming.into();
    let json = lines(triples(RdfFormat::JsonLd { profile }, &read(dir.path(), "data.jsonld")));
    assert!(turtle == merge, "{:#?}", merge.symmetric_difference(&turtle));
    assert!(json == merge, "{:#?}", merge.symmetric_difference(&json));
    assert_eq!(report.triples, merge.len() as u64);
}

#[test]
fn each_observation_is_a_row_with_its_sentence_and_no_formula() {
    let dir = tempfile::tempdir().unwrap();

    let report = dump(&snapshot(), dir.path());

    let bytes = read(dir.path(), "observations.csv");
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    let columns = table.headers().unwrap().clone();
    let rows: Vec<_> = table.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| {
        let at = columns.iter().position(|column| column == name).unwrap();
        rows[row][at].to_owned()
    };
    assert_eq!(report.observations, 2);
    assert_eq!(rows.len(), 2);
    assert_eq!(cell(0, "observation"), "http://localhost:7878/id/observation/2b7e151628aed2a6");
    assert_eq!(cell(0, "indicator_label"), "森林覆盖率");
    assert_eq!(cell(0, "about_label"), "青崖县");
    assert_eq!(cell(0, "publisher_label"), "青崖日报");
    assert_eq!(cell(0, "statistic"), "level");
    assert_eq!(cell(0, "period_end"), "2023-12-31");
    assert!(cell(0, "sentence").starts_with("3月4日，青崖县"));
    assert!(cell(0, "value").starts_with("53"));
    assert_eq!(cell(0, "value_max"), "");
    assert!(cell(1, "value").starts_with("-53"), "a number stays one");
    assert_eq!(cell(1, "title"), "'=SUM(A1:A9)");
}

#[test]
fn the_metadata_names_the_columns_in_their_order() {
    let dir = tempfile::tempdir().unwrap();

    dump(&snapshot(), dir.path());

    let metadata: serde_json::Value = serde_json::from_str(&text(dir.path(), "csv-metadata.json")).unwrap();
    let columns = metadata["tableSchema"]["columns"].as_array().unwrap();
    let names: Vec<_> = columns
        .iter()
        .filter(|column| column["virtual"] != true)
        .map(|column| column["name"].as_str().unwrap())
        .collect();
    let table = text(dir.path(), "observations.csv");
    assert_eq!(names.join(","), table.lines().next().unwrap());
}

#[test]
fn sums_are_those_of_the_files_and_the_canonical_hash_is_that_of_the_quads() {
    let dir = tempfile::tempdir().unwrap();

    let report = dump(&snapshot(), dir.path());

    let hash = |name: &str| format!("{:x}", Sha256::digest(read(dir.path(), name)));
    let sums = text(dir.path(), "SHA256SUMS");
    assert_eq!(sums.lines().count(), report.files.len() - 1);
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        assert_eq!(sum, hash(name), "{name}");
    }
    for file in &report.files {
        assert_eq!(file.bytes, read(dir.path(), &file.name).len() as u64, "{}", file.name);
    }
    assert_eq!(report.canonical, hash("data.nq"));
}

#[test]
fn an_empty_store_has_dumps_too() {
    let dir = tempfile::tempdir().unwrap();

    let report = dump(&snapshot_of(&[]), dir.path());

    assert_eq!(report.observations, 0);
    assert_eq!(text(dir.path(), "observations.csv").lines().count(), 1);
    let catalog = text(dir.path(), "catalog.ttl");
    assert!(catalog.contains("dcat:Dataset"));
    assert!(!catalog.contains("dcat:CatalogRecord"), "a record without a date is no record");
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let file = tempfile::NamedTempFile::new().unwrap();

    let fault = export::export(&snapshot_of(&[]), &Catalog::default(), &file.path().join("dumps")).unwrap_err();

    assert!(matches!(fault, jialing::error::Error::Write { .. }), "{fault:?}");
}

/// Objects of a property in a description, in the order of their text.
fn objects(described: &[Triple], subject: &str, property: &str) -> Vec<String> {
    let (_, start) = export::PREFIXES.iter().find(|(name, _)| property.starts_with(&format!("{name}:"))).unwrap();
    let iri = format!("{start}{}", property.split_once(':').unwrap().1);
    let wanted = NamedNode::new(subject).unwrap();
    described
        .iter()
        .filter(|triple| triple.subject == wanted.clone().into() && triple.predicate.as_str() == iri)
        .map(|triple| match &triple.object {
            oxigraph::model::Term::Literal(literal) => literal.value().to_owned(),
            oxigraph::model::Term::NamedNode(node) => node.as_str().to_owned(),
            other => other.to_string(),
        })
        .collect()
}

fn subjects(described: &[Triple], class: &str) -> BTreeSet<String> {
    let found = described
        .iter()
        .filter(|triple| triple.predicate == oxigraph::model::vocab::rdf::TYPE)
        .filter(|triple| triple.object.to_string() == format!("<{class}>"));
    found.map(|triple| triple.subject.to_string().trim_matches(['<', '>']).to_owned()).collect()
}

#[test]
fn the_catalog_has_what_the_profile_asks_of_each_class() {
    let dir = tempfile::tempdir().unwrap();
    let report = dump(&snapshot(), dir.path());

    let described = triples(RdfFormat::Turtle, &read(dir.path(), "catalog.ttl"));

    let dcat = |class: &str| format!("http://www.w3.org/ns/dcat#{class}");
    let asked: [(String, &[&str]); 6] = [
        (
            dcat("Catalog"),
            &[
                "dcterms:title",
                "dcterms:description",
                "dcterms:publisher",
                "dcat:dataset",
                "dcat:service",
                "dcat:record",
            ],
        ),
        (
            dcat("Dataset"),
            &[
                "dcterms:title",
                "dcterms:description",
                "dcat:contactPoint",
                "dcat:keyword",
                "dcat:theme",
                "dcterms:spatial",
                "dcterms:temporal",
                "dcat:distribution",
                "dcterms:identifier",
                "dcterms:accessRights",
                "dcterms:accrualPeriodicity",
                "dcterms:language",
                "dcterms:issued",
                "dcterms:modified",
                "dcat:version",
                "dcat:landingPage",
                "dcterms:provenance",
                "dcterms:publisher",
            ],
        ),
        (
            dcat("Distribution"),
            &[
                "dcat:accessURL",
                "dcat:downloadURL",
                "dcat:mediaType",
                "dcterms:format",
                "dcterms:license",
                "dcterms:description",
                "dcat:byteSize",
                "spdx:checksum",
                "dcterms:rights",
                "dcatap:availability",
            ],
        ),
        (
            dcat("DataService"),
            &[
                "dcterms:title",
                "dcat:endpointURL",
                "dcat:endpointDescription",
                "dcat:servesDataset",
                "dcat:contactPoint",
            ],
        ),
        (dcat("CatalogRecord"), &["dcterms:modified", "foaf:primaryTopic"]),
        ("http://xmlns.com/foaf/0.1/Agent".into(), &["foaf:name"]),
    ];
    for (class, properties) in asked {
        let things = subjects(&described, &class);
        assert!(!things.is_empty(), "no {class}");
        for thing in &things {
            for property in properties {
                assert!(!objects(&described, thing, property).is_empty(), "{thing} has no {property}");
            }
        }
    }
    let distributions = subjects(&described, &dcat("Distribution"));
    assert_eq!(distributions.len(), 9);
    let here = "http://localhost:7878/catalog#distribution-data.nq";
    assert_eq!(objects(&described, here, "dcat:byteSize"), [report.files[0].bytes.to_string()]);
    let checksum = objects(&described, here, "spdx:checksum").remove(0);
    assert_eq!(objects(&described, &checksum, "spdx:checksumValue"), [report.files[0].sha256.clone()]);
    let dataset = "http://localhost:7878/catalog#dataset";
    assert_eq!(objects(&described, dataset, "dcterms:modified"), ["2024-03-05"]);
    assert!(described.iter().all(|triple| !triple.to_string().contains("_:")), "no blank nodes");
}

#[test]
fn a_dump_that_is_not_there_is_no_distribution() {
    let there = DumpFile { name: "data.ttl".into(), bytes: 5, sha256: "00".into() };

    let described = export::catalog(&snapshot(), &Catalog::default(), &[there], None).unwrap();

    let distributions = subjects(&described, "http://www.w3.org/ns/dcat#Distribution");
    let expected = "http://localhost:7878/catalog#distribution-data.ttl".to_owned();
    assert_eq!(distributions, BTreeSet::from([expected]));
}

#[test]
fn a_setting_that_should_be_an_iri_and_is_none_is_told() {
    for catalog in [
        Catalog { licence: "CC BY".into(), ..Catalog::default() },
        Catalog { contact: Some("ask us".into()), ..Catalog::default() },
    ] {
        let fault = export::catalog(&snapshot_of(&[]), &catalog, &[], None).unwrap_err();

        assert_eq!(fault.exit_code(), 2);
        assert!(fault.to_string().contains("expected an absolute IRI"), "{fault}");
    }
}

#[test]
fn a_setting_that_is_no_code_is_told_with_those_that_are() {
    for (key, catalog) in [
        ("publisher_type", Catalog { publisher_type: "Newspaper".into(), ..Catalog::default() }),
        ("frequency", Catalog { frequency: "often".into(), ..Catalog::default() }),
        ("openness", Catalog { openness: "ajar".into(), ..Catalog::default() }),
    ] {
        let fault = export::catalog(&snapshot_of(&[]), &catalog, &[], None).unwrap_err();

        assert_eq!(fault.exit_code(), 2);
        assert!(fault.to_string().contains(&format!("`catalog.{key}`")), "{fault}");
        assert!(fault.hint().unwrap().contains("expected one of"), "{fault}");
    }
}

#[test]
fn the_table_in_parquet_has_the_rows_of_the_csv_in_types() {
    use parquet::basic::{Compression, LogicalType};
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;
    let dir = tempfile::tempdir().unwrap();

    let report = dump(&snapshot(), dir.path());

    let reader =
        SerializedFileReader::new(std::fs::File::open(dir.path().join("observations.parquet")).unwrap()).unwrap();
    let metadata = reader.metadata().clone();
    let schema = metadata.file_metadata().schema_descr();
    let at = |name: &str| (0..schema.num_columns()).find(|at| schema.column(*at).name() == name).unwrap();
    let bytes = read(dir.path(), "observations.csv");
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    let headers: Vec<_> = table.headers().unwrap().iter().map(str::to_owned).collect();
    let names: Vec<_> = (0..schema.num_columns()).map(|at| schema.column(at).name().to_owned()).collect();
    assert_eq!(names, headers);
    assert_eq!(metadata.file_metadata().num_rows(), report.observations.cast_signed());
    assert_eq!(schema.column(at("period_end")).logical_type_ref(), Some(&LogicalType::Date));
    assert_eq!(schema.column(at("value")).logical_type_ref(), Some(&LogicalType::decimal(12, 38)));
    assert!(matches!(metadata.row_group(0).column(0).compression(), Compression::ZSTD(_)));
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows[0].get_string(at("indicator_label")).unwrap(), "森林覆盖率");
    // A text is a text: there is no apostrophe before it.
    assert_eq!(rows[1].get_string(at("title")).unwrap(), "=SUM(A1:A9)");
    let number = rows[1].get_decimal(at("value")).unwrap();
    assert_eq!(i128::from_be_bytes(number.data().try_into().unwrap()), -53 * 10_i128.pow(12));
    // 2023-12-31, in days since 1970.
    let day = rows[0].get_column_iter().nth(at("period_end")).unwrap().1;
    assert_eq!(day, &parquet::record::Field::Date(19_722));
    assert_eq!(rows[0].get_column_iter().nth(at("value_max")).unwrap().1, &parquet::record::Field::Null);
}

#[test]
fn what_lies_compressed_is_the_same_file() {
    use std::io::Read;
    let dir = tempfile::tempdir().unwrap();

    dump(&snapshot(), dir.path());

    for name in ["data.nq", "data.ttl", "data.jsonld", "observations.csv"] {
        let mut unpacked = Vec::new();
        let packed = read(dir.path(), &format!("{name}.gz"));
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == read(dir.path(), name), "{name}");
    }
}

#[test]
fn the_table_is_a_data_set_whose_columns_are_told_with_type_length_and_meaning() {
    let dir = tempfile::tempdir().unwrap();
    dump(&snapshot(), dir.path());

    let described = triples(RdfFormat::Turtle, &read(dir.path(), "catalog.ttl"));

    let here = |part: &str| format!("http://localhost:7878/catalog#{part}");
    assert_eq!(objects(&described, &here("observations"), "dcat:distribution").len(), 3);
    assert_eq!(objects(&described, &here("observations"), "dcterms:isPartOf"), [here("dataset")]);
    let columns = objects(&described, &here("schema"), "csvw:column");
    let header = text(dir.path(), "observations.csv").lines().next().unwrap().split(',').count();
    assert_eq!(columns.len(), header);
    for column in &columns {
        assert_eq!(objects(&described, column, "dcterms:description").len(), 2, "{column}");
    }
    assert_eq!(objects(&described, &here("datatype-indicator_label"), "csvw:maxLength"), ["5"]);
    assert_eq!(
        objects(&described, &here("datatype-period_end"), "csvw:base"),
        ["http://www.w3.org/2001/XMLSchema#date"]
    );
    assert_eq!(objects(&described, &here("publisher"), "dcterms:type").len(), 1);
    assert!(objects(&described, &here("openness"), "rdfs:label").contains(&"无条件开放".to_owned()));
}

#[test]
fn croissant_names_each_file_with_its_sum_and_each_column_with_its_type() {
    let dir = tempfile::tempdir().unwrap();
    let report = dump(&snapshot(), dir.path());

    let croissant: serde_json::Value =
        serde_json::from_str(&text(dir.path(), "observations.croissant.jsonld")).unwrap();

    assert_eq!(croissant["conformsTo"], "http://mlcommons.org/croissant/1.0");
    let files = croissant["distribution"].as_array().unwrap();
    let sum = |name: &str| report.files.iter().find(|file| file.name == name).unwrap().sha256.clone();
    assert_eq!(files.len(), 2);
    for file in files {
        assert_eq!(file["sha256"], sum(file["@id"].as_str().unwrap()));
    }
    let fields = croissant["recordSet"][0]["field"].as_array().unwrap();
    assert_eq!(fields.iter().find(|field| field["name"] == "value").unwrap()["dataType"], "sc:Float");
    assert!(fields.iter().all(|field| field["source"]["fileObject"]["@id"] == "observations.csv"));
}

#[test]
fn void_counts_a_shared_triple_once() {
    let data = snapshot();
    let dataset = "http://localhost:7878/catalog#dataset";

    let described = export::void(&data, &Catalog::default()).unwrap();

    let merge: Vec<Quad> = data
        .data
        .quads_for_pattern(None, None, None, Some(oxigraph::model::GraphNameRef::DefaultGraph))
        .map(Result::unwrap)
        .collect();
    let distinct = |part: &dyn Fn(&Quad) -> String| merge.iter().map(part).collect::<BTreeSet<_>>().len().to_string();
    let one = |property| objects(&described, dataset, property).join(" ");
    assert_eq!(one("void:triples"), merge.len().to_string());
    assert_eq!(one("void:distinctSubjects"), distinct(&|quad| quad.subject.to_string()));
    assert_eq!(one("void:distinctObjects"), distinct(&|quad| quad.object.to_string()));
    assert_eq!(one("void:properties"), distinct(&|quad| quad.predicate.to_string()));
    assert_eq!(one("void:uriSpace"), "http://localhost:7878/id/");
    assert_eq!(objects(&described, dataset, "void:exampleResource").len(), 7);
    let places = "http://localhost:7878/.well-known/void#class-jl-Place";
    assert_eq!(objects(&described, places, "void:entities"), ["3"]);
    let indicators = "http://localhost:7878/.well-known/void#property-jl-indicator";
    assert_eq!(objects(&described, indicators, "void:triples"), ["2"]);
    assert_eq!(objects(&described, indicators, "void:distinctObjects"), ["1"]);
}
