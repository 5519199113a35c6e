//! Whole runs: each folder of `tests/golden/` has a source and the graph that it must give.
//!
//! `JIALING_REFRESH=1 cargo test --release --test golden` writes the graphs anew; then read the difference.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use common::repository;
use jialing::model::Base;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Triple;
use std::collections::BTreeSet;

#[test]
fn each_source_gives_its_graph() {
    let refresh = std::env::var_os("JIALING_REFRESH").is_some();
    let mut faults = Vec::new();
    let mut cases = 0;

    for folder in std::fs::read_dir(repository().join("tests/golden")).expect("the folder is there") {
        let folder = folder.expect("the folder is there").path();
        if !folder.is_dir() {
            continue;
        }
        let source = std::fs::read_dir(&folder)
            .expect("a case is a folder")
            .map(|entry| entry.expect("a case is a folder").path())
            .find(|path| path.file_stem().is_some_and(|stem| stem == "source"))
            .unwrap_or_else(|| panic!("{} has no source", folder.display()));
        let documents = jialing::ingest::ingest(&[source.to_string_lossy().into_owned()], &Default::default())
            .expect("the source is there");
        let graphs =
            documents.flat_map(|document| jialing::read(document.expect("it can be read"), &Base::default()).value);
        let triples: Vec<Triple> = graphs.flat_map(|graph| graph.triples).collect();
        let found: BTreeSet<String> = triples.iter().map(ToString::to_string).collect();

        let golden = folder.join("graph.ttl");
        if refresh {
            std::fs::write(&golden, jialing::export::turtle(&triples)).expect("the folder is writable");
        }
        let text = std::fs::read_to_string(&golden).unwrap_or_else(|_| panic!("{} is not there", golden.display()));
        // No graph has a blank node, so two graphs are isomorphic just if they have the same triples.
        let wanted: BTreeSet<String> = RdfParser::from_format(RdfFormat::Turtle)
            .for_slice(text.as_bytes())
            .map(|quad| Triple::from(quad.expect("the golden graph is Turtle")).to_string())
            .collect();
        let lost = wanted.difference(&found).map(|triple| format!("- {triple}"));
        let new = found.difference(&wanted).map(|triple| format!("+ {triple}"));
        let differences: Vec<String> = lost.chain(new).take(20).collect();
        if !differences.is_empty() {
            faults.push(format!("{}\n{}", folder.display(), differences.join("\n")));
        }
        cases += 1;
    }

    assert!(cases > 0, "there are no cases");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
