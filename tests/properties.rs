//! What must hold for any input: evidence is the text, two runs are one, order and sharding change nothing.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]
#![expect(clippy::non_ascii_literal, reason = "tests speak the language of the texts")]

mod common;

use common::{Project, repository};
use jialing::model::{ArticleGraph, Base};
use oxigraph::model::{NamedOrBlankNode, Term};
use std::collections::{BTreeMap, BTreeSet};

fn seeds() -> Vec<String> {
    vec![repository().join("seeds").to_string_lossy().into_owned()]
}

fn graphs() -> Vec<ArticleGraph> {
    let base = Base::default();
    let documents = jialing::ingest::ingest(&seeds(), &Default::default()).expect("the seeds are there");
    let read = documents.flat_map(|document| jialing::read(document.expect("seeds can be read"), &base).value);
    read.collect()
}

fn lines(graphs: &[ArticleGraph]) -> BTreeSet<String> {
    graphs.iter().flat_map(|graph| graph.triples.iter().map(|triple| format!("{triple} {} .", graph.iri))).collect()
}

#[test]
fn every_quote_is_the_text_at_its_offsets() {
    let documents = jialing::ingest::ingest(&seeds(), &Default::default()).expect("the seeds are there");
    let base = Base::default();
    let mut quotes = 0;

    for document in documents {
        let document = document.expect("seeds can be read");
        let texts: Vec<Vec<char>> = jialing::clean::clean(document.clone())
            .value
            .iter()
            .map(|article| article.text.chars().collect())
            .collect();
        let graphs = jialing::read(document, &base).value;
        assert_eq!(graphs.len(), texts.len());
        for (graph, text) in graphs.iter().zip(&texts) {
            for triple in
                graph.triples.iter().filter(|triple| triple.predicate.as_str() == "http://www.w3.org/ns/oa#exact")
            {
                let (NamedOrBlankNode::NamedNode(iri), Term::Literal(exact)) = (&triple.subject, &triple.object) else {
                    panic!("an evidence has an IRI and its text is a literal: {triple}");
                };
                let (_, range) = iri.as_str().rsplit_once("#char=").expect("the IRI names its offsets");
                let (start, end) = range.split_once(',').expect("start and end");
                let (start, end): (usize, usize) = (start.parse().expect("a number"), end.parse().expect("a number"));
                assert_eq!(text[start..end].iter().collect::<String>(), exact.value());
                assert!(end - start <= 150, "a quote is a sentence, not a page: {}", exact.value());
                quotes += 1;
            }
        }
    }

    assert!(quotes > 100, "only {quotes} quotes in the seeds");
}

#[test]
fn two_runs_give_equal_bytes() {
    let project = Project::new();
    let seeds = seeds();

    for name in ["one", "two"] {
        project.run(&["build", &seeds[0], "--store", name]).done();
        project.run(&["export", &format!("dump-{name}"), "--store", name]).done();
        project.run(&["extract", &seeds[0], "-o", &format!("{name}.nq")]).done();
    }

    let files: BTreeMap<_, _> = std::fs::read_dir(project.join("dump-one"))
        .expect("the dump was written")
        .map(|entry| entry.expect("the dump was written").file_name())
        .map(|name| (name.clone(), std::fs::read(project.join("dump-one").join(&name)).expect("a file")))
        .collect();
    assert!(files.len() >= 5, "{:?}", files.keys());
    for (name, bytes) in files {
        let other = std::fs::read(project.join("dump-two").join(&name)).expect("the same files");
        assert!(bytes == other, "{} differs", name.to_string_lossy());
    }
    let read = |name: &str| std::fs::read(project.join(name)).expect("it was written");
    assert!(read("one.nq") == read("two.nq"), "two extractions differ");
}

#[test]
fn the_order_of_the_articles_changes_nothing() {
    let forward = graphs();
    let mut backward = forward.clone();
    backward.reverse();
    let base = Base::default();

    let canonical = |graphs: &[ArticleGraph]| {
        let snapshot = jialing::store::Snapshot::in_memory(&base, graphs).expect("memory holds the seeds");
        let related = jialing::relate::relate(&snapshot.data, &base, &Default::default(), None)
            .expect("the seeds can be compared");
        let merged: BTreeSet<String> =
            snapshot.data.iter().map(|quad| quad.expect("memory can be read").to_string()).collect();
        (merged, format!("{related:?}"))
    };

    assert!(canonical(&forward) == canonical(&backward));
}

#[test]
fn shards_merged_are_the_whole() {
    let whole = lines(&graphs());
    let base = Base::default();
    let mut shards = BTreeSet::new();

    let files = std::fs::read_dir(repository().join("seeds")).expect("the seeds are there");
    for file in files {
        let path = file.expect("the seeds are there").path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            continue;
        }
        let shard = vec![path.to_string_lossy().into_owned()];
        for document in jialing::ingest::ingest(&shard, &Default::default()).expect("the file is there") {
            shards.extend(lines(&jialing::read(document.expect("it can be read"), &base).value));
        }
    }

    assert!(whole == shards, "{:?}", whole.symmetric_difference(&shards).take(5).collect::<Vec<_>>());
}

#[test]
fn a_name_is_a_function_of_its_iri() {
    let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();

    for graph in graphs() {
        for triple in &graph.triples {
            let named = triple.predicate.as_str() == "http://www.w3.org/2004/02/skos/core#prefLabel";
            if let (true, Term::Literal(label)) = (named, &triple.object) {
                labels
                    .entry(format!("{} @{}", triple.subject, label.language().unwrap_or("")))
                    .or_default()
                    .insert(label.value().to_owned());
            }
        }
    }

    let twice: Vec<_> = labels.iter().filter(|(_, labels)| labels.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert!(labels.keys().any(|iri| iri.contains("/id/place/500109")), "北碚区 is in the seeds");
}
