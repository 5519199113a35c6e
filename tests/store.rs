//! The store from outside: versions, merge, locks, and what a killed build leaves.

#![expect(clippy::non_ascii_literal, reason = "tests speak the language of the texts")]
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]
#![expect(clippy::disallowed_methods, reason = "tests look at the folder on the disk")]

use jialing::error::Error;
use jialing::model::{ArticleGraph, Base};
use jialing::store::{Committed, Snapshot, SourceRecord, Store, Writer};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedNode, Term, Triple};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

const PREFIXES: &str = "@base <http://localhost:7878/id/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix jl: <https://w3id.org/jialing/ontology#> . @prefix dcterms: <http://purl.org/dc/terms/> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . ";

/// An article that says this, in Turtle.
fn article(key: &str, turtle: &str) -> ArticleGraph {
    ArticleGraph {
        iri: NamedNode::new(format!("http://localhost:7878/id/article/{key}")).unwrap(),
        triples: RdfParser::from_format(RdfFormat::Turtle)
            .for_slice(format!("{PREFIXES}{turtle}").as_bytes())
            .map(|quad| Triple::from(quad.unwrap()))
            .collect(),
    }
}

/// An article that states a value about 北碚区, whose label every such article has.
fn about_beibei(key: &str, value: u32) -> ArticleGraph {
    article(
        key,
        &format!(
            "<place/500109> skos:prefLabel '北碚区'@zh-Hans . <observation/{key}> jl:about <place/500109> ; jl:value {value} ."
        ),
    )
}

fn new_store(dir: &Path) -> Store {
    Store::create_or_open(dir, &Base::default()).unwrap()
}

fn commit(writer: Writer) -> Committed {
    writer.commit("2026-01-02T03:04:05Z".parse().unwrap()).unwrap()
}

fn build(store: &Store, articles: &[ArticleGraph]) -> Snapshot {
    let mut writer = store.write().unwrap();
    for article in articles {
        writer.replace(article).unwrap();
    }
    commit(writer).snapshot
}

/// The first value of a query's first row.
fn ask(snapshot: &Snapshot, query: &str) -> String {
    let query = format!(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX jl: <https://w3id.org/jialing/ontology#>
         BASE <http://localhost:7878/id/> {query}"
    );
    let results = SparqlEvaluator::new().parse_query(&query).unwrap().on_store(&snapshot.data).execute().unwrap();
    let QueryResults::Solutions(mut solutions) = results else { panic!("not a SELECT") };
    match solutions.next().unwrap().unwrap().values()[0].clone().unwrap() {
        Term::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    }
}

fn quads(snapshot: &Snapshot) -> BTreeSet<String> {
    snapshot.data.iter().map(|quad| quad.unwrap().to_string()).collect()
}

/// The default graph, and the union of the named graphs.
fn merge_and_union(snapshot: &Snapshot) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut merge = BTreeSet::new();
    let mut union = BTreeSet::new();
    for quad in &snapshot.data {
        let quad = quad.unwrap();
        let side = if quad.graph_name.is_default_graph() { &mut merge } else { &mut union };
        side.insert(Triple::from(quad).to_string());
    }
    (merge, union)
}

fn versions(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir.join("versions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_label_that_three_articles_share_counts_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());

    let snapshot = build(&store, &[about_beibei("a", 1), about_beibei("b", 2), about_beibei("c", 4)]);

    let labels = "SELECT (COUNT(?label) AS ?n) WHERE { <place/500109> skos:prefLabel ?label }";
    assert_eq!(ask(&snapshot, labels), "1");
    let sum = "SELECT (SUM(?value) AS ?n) WHERE { ?o jl:about ?p ; jl:value ?value . ?p skos:prefLabel ?label }";
    assert_eq!(ask(&snapshot, sum), "7");
}

#[test]
fn replacing_an_article_takes_away_exactly_what_only_it_held() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    build(&store, &[about_beibei("a", 1), about_beibei("b", 2)]);

    let snapshot = build(&store, &[article("a", "<place/110000> skos:prefLabel '北京市'@zh-Hans .")]);

    let (merge, union) = merge_and_union(&snapshot);
    assert_eq!(merge, union);
    assert!(merge.iter().any(|triple| triple.contains("北碚区")), "b still holds the label");
    assert!(!merge.iter().any(|triple| triple.contains("observation/a")));
    assert!(merge.iter().any(|triple| triple.contains("北京市")));
}

#[test]
fn withdrawing_a_path_drops_its_articles_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    let record = |keys: &[&str]| SourceRecord {
        articles: keys.iter().map(|key| format!("http://localhost:7878/id/article/{key}")).collect(),
        ..SourceRecord::default()
    };
    let mut writer = store.write().unwrap();
    for article in [about_beibei("a", 1), about_beibei("b", 2), about_beibei("both", 4)] {
        writer.replace(&article).unwrap();
    }
    writer.record("a.txt", record(&["a", "both"])).unwrap();
    writer.record("b.txt", record(&["b", "both"])).unwrap();
    commit(writer);

    let mut writer = store.write().unwrap();
    let dropped = writer.forget("a.txt").unwrap();
    let snapshot = commit(writer).snapshot;

    assert_eq!(dropped, ["http://localhost:7878/id/article/a"]);
    assert_eq!(ask(&snapshot, "SELECT (SUM(?v) AS ?n) WHERE { ?o jl:value ?v }"), "6");
    assert_eq!(snapshot.sources().unwrap().keys().collect::<Vec<_>>(), ["b.txt"]);
}

#[test]
fn shards_that_are_loaded_equal_the_whole() {
    let articles: Vec<_> = (0..20).map(|n| about_beibei(&format!("k{n}"), n)).collect();
    let (whole, sharded) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let whole = build(&new_store(whole.path()), &articles);

    let store = new_store(sharded.path());
    let mut writer = store.write().unwrap();
    for shard in articles.rchunks(7) {
        let lines: String = shard
            .iter()
            .flat_map(|article| article.triples.iter().map(|triple| triple.clone().in_graph(article.iri.clone())))
            .map(|quad| format!("{quad} .\n"))
            .collect();
        writer.load(lines.as_bytes(), RdfFormat::NQuads, "shard.nq").unwrap();
    }
    let sharded = commit(writer).snapshot;

    assert_eq!(quads(&whole), quads(&sharded));
    assert_eq!(whole.header.content, sharded.header.content);
}

#[test]
fn many_articles_at_once_are_merged_as_few_are() {
    // Enough for the bulk loader.
    let articles: Vec<_> = (0..40_u32)
        .map(|n| {
            let more: String = (0..600).map(|m| format!("<thing/{m}> jl:value {n} . ")).collect();
            article(&format!("n{n}"), &more)
        })
        .collect();
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    build(&store, &articles);

    let snapshot = build(&store, &[article("n7", "<thing/0> jl:value 0 .")]);

    let (merge, union) = merge_and_union(&snapshot);
    assert_eq!(merge, union);
    assert_eq!(ask(&snapshot, "SELECT (COUNT(*) AS ?n) WHERE { ?s jl:value 7 }"), "0");
    assert_eq!(ask(&snapshot, "SELECT (COUNT(*) AS ?n) WHERE { ?s jl:value 8 }"), "600");
}

#[test]
fn what_changes_nothing_keeps_the_version() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    build(&store, &[about_beibei("a", 1)]);

    let mut writer = store.write().unwrap();
    let replaced = writer.replace(&about_beibei("a", 1)).unwrap();
    let committed = commit(writer);

    assert!(!replaced && !committed.changed);
    assert_eq!(committed.snapshot.header.version, 1);
    assert_eq!(versions(dir.path()), ["1"]);
}

#[test]
fn a_store_of_another_base_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    new_store(dir.path());

    let other = Base::new("https://data.example.org").unwrap();
    let error = Store::open(dir.path(), Some(&other)).unwrap_err();

    assert!(matches!(&error, Error::Base { found, .. } if found == "http://localhost:7878"), "{error}");
}

#[test]
fn a_folder_without_a_store_and_one_with_something_else_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open(dir.path(), None), Err(Error::NoStore { .. })));

    std::fs::write(dir.path().join("letter.txt"), "dear store").unwrap();
    let error = Store::create_or_open(dir.path(), &Base::default()).unwrap_err();

    assert!(error.to_string().contains("letter.txt"), "{error}");
}

#[test]
fn a_damaged_store_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    build(&store, &[about_beibei("a", 1)]);

    std::fs::write(dir.path().join("current"), "the newest\n").unwrap();
    assert!(matches!(store.snapshot(), Err(Error::Store { .. })));
    std::fs::write(dir.path().join("current"), "9\n").unwrap();
    assert!(matches!(store.snapshot(), Err(Error::Store { .. })));
    std::fs::write(dir.path().join("store.json"), "{").unwrap();
    assert!(matches!(Store::open(dir.path(), None), Err(Error::Store { .. })));
}

#[test]
fn a_second_writer_is_told_that_the_store_is_locked() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    let first = store.write().unwrap();

    assert!(matches!(store.write(), Err(Error::Locked { .. })));

    drop(first);
    assert!(store.write().is_ok());
}

#[test]
fn a_reader_sees_its_version_while_others_are_written() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    let before = build(&store, &[about_beibei("a", 1)]);
    let sum = "SELECT (SUM(?v) AS ?n) WHERE { ?o jl:value ?v }";

    let mut writer = store.write().unwrap();
    writer.replace(&about_beibei("b", 2)).unwrap();
    writer.data().unwrap();
    assert_eq!(ask(&store.snapshot().unwrap(), sum), "1", "not committed yet");
    commit(writer);
    for n in 0..3 {
        build(&store, &[about_beibei("c", 10 + n)]);
    }

    assert_eq!(ask(&before, sum), "1");
    assert!(!store.is_current(&before).unwrap());
    assert_eq!(ask(&store.snapshot().unwrap(), sum), "15");
    assert_eq!(versions(dir.path()), ["1", "4", "5"], "the last two, and the one that is read");
    drop(before);
    build(&store, &[about_beibei("c", 20)]);
    assert_eq!(versions(dir.path()), ["5", "6"]);
}

#[test]
fn a_writer_that_is_dropped_leaves_no_trace() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    let before = quads(&build(&store, &[about_beibei("a", 1)]));

    let mut writer = store.write().unwrap();
    writer.replace(&about_beibei("b", 2)).unwrap();
    writer.drop_graph(&about_beibei("a", 1).iri).unwrap();
    writer.data().unwrap();
    drop(writer);

    assert_eq!(store.current_version().unwrap(), 1);
    assert_eq!(quads(&store.snapshot().unwrap()), before);
    assert_eq!(versions(dir.path()), ["1"]);
}

#[test]
fn what_a_killed_build_left_is_tidied_by_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    build(&store, &[about_beibei("a", 1)]);
    let left = dir.path().join("versions/2");
    std::fs::create_dir_all(left.join("data")).unwrap();
    std::fs::write(left.join("data/CURRENT"), "half a store").unwrap();
    std::fs::write(left.join("sources.json.new"), "{").unwrap();
    std::fs::write(dir.path().join("current.new"), "2").unwrap();

    let snapshot = build(&store, &[about_beibei("b", 2)]);

    assert_eq!(snapshot.header.version, 2);
    assert_eq!(ask(&snapshot, "SELECT (SUM(?v) AS ?n) WHERE { ?o jl:value ?v }"), "3");
}

#[cfg(unix)]
#[test]
fn a_version_shares_its_files_with_the_one_before() {
    use std::os::unix::fs::MetadataExt;
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    build(&store, &[about_beibei("a", 1)]);
    build(&store, &[about_beibei("b", 2)]);

    let shared = std::fs::read_dir(dir.path().join("versions/2/data"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "sst"))
        .filter(|entry| entry.metadata().unwrap().nlink() > 1)
        .count();

    assert!(shared > 0);
}

#[test]
fn the_log_of_a_version_leads_from_the_one_before_to_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    let graph_quads = |snapshot: &Snapshot| {
        let named = snapshot.data.iter().map(|quad| quad.unwrap()).filter(|quad| !quad.graph_name.is_default_graph());
        named.map(|quad| quad.to_string()).collect::<BTreeSet<String>>()
    };
    let mut replayed = BTreeSet::new();

    for (version, articles) in [(1, vec![("a", 1), ("b", 2)]), (2, vec![("a", 3)]), (3, vec![("c", 4)])] {
        let mut writer = store.write().unwrap();
        for (key, value) in articles {
            writer.replace(&about_beibei(key, value)).unwrap();
        }
        if version == 3 {
            writer.drop_graph(&about_beibei("b", 2).iri).unwrap();
        }
        let snapshot = commit(writer).snapshot;

        let mut log = String::new();
        store.changes(version).unwrap().unwrap().read_to_string(&mut log).unwrap();
        for line in log.lines() {
            let (sign, quad) = line.split_once(' ').unwrap();
            let quad = quad.trim_end_matches(" .").to_owned();
            match sign {
                "A" => assert!(replayed.insert(quad), "{line}"),
                "D" => assert!(replayed.remove(&quad), "{line}"),
                _ => assert!(["H", "TX", "TC"].contains(&sign), "{line}"),
            }
        }
        assert_eq!(replayed, graph_quads(&snapshot), "version {version}");
    }
    assert!(store.changes(4).unwrap().is_none());
    assert!(store.changes(0).unwrap().is_none());
}

#[test]
fn bad_rdf_names_its_file_and_line_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    let before = build(&store, &[about_beibei("a", 1)]);

    let mut writer = store.write().unwrap();
    let text = "<http://e/s> <http://e/p> <http://e/o> <http://e/g> .\n<http://e/s> <oops .\n";
    let error = writer.load(text.as_bytes(), RdfFormat::NQuads, "bad.nq").unwrap_err();
    drop(writer);

    let Error::Rdf { path, source } = error else { panic!("{error}") };
    assert_eq!(path, "bad.nq");
    assert!(source.to_string().contains("line 2"), "{source}");
    assert_eq!(quads(&store.snapshot().unwrap()), quads(&before));
}

#[test]
fn what_is_loaded_into_no_graph_has_a_graph_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    let mut writer = store.write().unwrap();
    writer.load("<http://e/s> <http://e/p> _:b .".as_bytes(), RdfFormat::NTriples, "a.nt").unwrap();
    writer.load("<http://e/s> <http://e/p> <http://e/o> .".as_bytes(), RdfFormat::NTriples, "b.nt").unwrap();
    let snapshot = commit(writer).snapshot;

    let inside = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <http://localhost:7878/graph/default> { ?s ?p ?o } }";
    assert_eq!(ask(&snapshot, inside), "2");
    let mut writer = store.write().unwrap();
    writer.load("<http://e/s> <http://e/p> _:b .".as_bytes(), RdfFormat::NTriples, "a.nt").unwrap();
    assert!(!commit(writer).changed, "the same file again changes nothing");
}

#[test]
fn an_update_goes_through_the_merge() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    build(&store, &[about_beibei("a", 1), about_beibei("b", 2)]);
    let prefixes = "PREFIX jl: <https://w3id.org/jialing/ontology#> BASE <http://localhost:7878/id/> ";

    let mut writer = store.write().unwrap();
    for update in [
        "INSERT DATA { <observation/n> jl:value 10 . GRAPH <article/b> { <observation/m> jl:value 20 } }",
        "DELETE { GRAPH ?g { ?o jl:value ?v } } INSERT { GRAPH ?g { ?o jl:value ?w } }
           WHERE { GRAPH ?g { ?o jl:value ?v FILTER(?v < 10) BIND(?v + 100 AS ?w) } }",
        "DROP GRAPH <article/a>",
    ] {
        writer.update(&format!("{prefixes}{update}")).unwrap();
    }
    let snapshot = commit(writer).snapshot;

    let (merge, union) = merge_and_union(&snapshot);
    assert_eq!(merge, union);
    assert_eq!(ask(&snapshot, "SELECT (SUM(?v) AS ?n) WHERE { ?o jl:value ?v }"), "132");
    let own = "SELECT ?g WHERE { GRAPH ?g { <observation/n> jl:value 10 } }";
    assert_eq!(ask(&snapshot, own), "<http://localhost:7878/graph/default>");
    let mut writer = store.write().unwrap();
    assert!(matches!(writer.update("INSERT WHAT"), Err(Error::Query { .. })));
    assert!(matches!(writer.update("LOAD <http://e/x>"), Err(Error::Query { .. })));
}

#[test]
fn an_empty_store_has_the_ontology_and_version_zero() {
    let dir = tempfile::tempdir().unwrap();
    let snapshot = new_store(dir.path()).snapshot().unwrap();

    assert_eq!(snapshot.header.version, 0);
    let label = "SELECT ?label WHERE { jl:Observation <http://www.w3.org/2000/01/rdf-schema#label> ?label
                 FILTER(LANG(?label) = 'en') }";
    assert_eq!(ask(&snapshot, label), "Observation");
}

#[test]
fn the_header_tells_the_newest_article_and_the_time_that_it_was_given() {
    let dir = tempfile::tempdir().unwrap();
    let store = new_store(dir.path());
    let mut writer = store.write().unwrap();
    writer.set_rules("r1");
    writer.replace(&article("a", "<article/a> dcterms:issued '2024-03-05'^^xsd:date .")).unwrap();
    writer.replace(&article("b", "<article/b> dcterms:issued '2023'^^xsd:gYear .")).unwrap();
    let header = commit(writer).snapshot.header;

    assert_eq!(header.newest.as_deref(), Some("2024-03-05"));
    assert_eq!(header.committed, "2026-01-02T03:04:05Z");
    assert_eq!(header.rules, "r1");
    assert_eq!(header.base, "http://localhost:7878");
}

#[test]
fn a_snapshot_in_memory_is_merged_as_a_store_is() {
    let dir = tempfile::tempdir().unwrap();
    let articles = [about_beibei("a", 1), about_beibei("b", 2)];
    let stored = build(&new_store(dir.path()), &articles);

    let memory = Snapshot::in_memory(&Base::default(), &articles).unwrap();

    assert_eq!(quads(&memory), quads(&stored));
    assert_eq!(memory.header.content, stored.header.content);
}

#[test]
fn a_graph_that_is_patched_is_the_graph_that_was_put() {
    let (patched, put) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (store, other) = (new_store(patched.path()), new_store(put.path()));
    let say = |what: &str| article("c", &format!("<thing/{what}> skos:prefLabel '{what}'@zh-Hans .")).triples;
    let all = |parts: &[&str]| parts.iter().flat_map(|part| say(part)).collect::<Vec<_>>();
    let graph = NamedNode::new("http://localhost:7878/graph/conflicts").unwrap();
    build(&store, &[article("a", "<thing/x> skos:prefLabel 'x'@zh-Hans .")]);
    let mut writer = store.write().unwrap();
    writer.put_graph(graph.clone(), all(&["x", "y", "z"])).unwrap();
    commit(writer);

    let mut writer = store.write().unwrap();
    assert!(!writer.patch_graph(&graph, all(&["u", "x"]), all(&["x", "y"])).unwrap(), "nothing changes");
    assert!(writer.patch_graph(&graph, all(&["x", "y", "u"]), all(&["y", "v"])).unwrap());
    let snapshot = commit(writer).snapshot;

    build(&other, &[article("a", "<thing/x> skos:prefLabel 'x'@zh-Hans .")]);
    let mut writer = other.write().unwrap();
    writer.put_graph(graph.clone(), all(&["v", "z", "y"])).unwrap();
    let whole = commit(writer).snapshot;
    assert_eq!(snapshot.header.content, whole.header.content);
    assert_eq!(quads(&snapshot), quads(&whole));
    let (merge, union) = merge_and_union(&snapshot);
    assert_eq!(merge, union);

    let mut writer = store.write().unwrap();
    assert!(writer.patch_graph(&graph, all(&["v", "z", "y"]), Vec::new()).unwrap());
    let emptied = commit(writer).snapshot;
    assert!(!emptied.data.contains_named_graph(&graph).unwrap());
    assert_eq!(
        writer_names(&store),
        [
            "http://localhost:7878/graph/dataset",
            "http://localhost:7878/graph/ontology",
            "http://localhost:7878/id/article/a"
        ]
    );
}

/// The names of the graphs that a store holds.
fn writer_names(store: &Store) -> Vec<String> {
    let writer = store.write().unwrap();
    writer.graph_names().map(str::to_owned).collect()
}
