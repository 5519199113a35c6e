//! How much of what a careful reader finds is found: scored against the gold beside the repository, with floors.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use common::repository;
use jialing::model::Base;
use jialing::score::{Gold, parse, score};
use jialing::store::Snapshot;
use sha2::{Digest, Sha256};

/// The corpus that the floors were measured on. Another corpus needs other floors: measure, then change both.
const CORPUS: &str = "a1dbf86d248b696a";

/// F1 below which a change is a step back, by kind of fact.
const FLOORS: &[(&str, f64)] = &[
    ("organizations", 0.86),
    ("places", 0.86),
    ("observations", 0.95),
    ("observations, strict", 0.85),
    ("observations, full", 0.59),
    ("projects", 0.81),
    ("events", 0.90),
    ("events, strict", 0.77),
];

#[test]
fn no_kind_of_fact_falls_below_its_floor() {
    let shared = repository().join("../shared");
    if !shared.join("gold").is_dir() {
        eprintln!("no ../shared/gold beside the repository: nothing to score against");
        return;
    }
    let read = |path: std::path::PathBuf| std::fs::read_to_string(path).expect("the gold can be read");
    let mut files: Vec<_> = std::fs::read_dir(shared.join("gold"))
        .expect("the gold can be read")
        .map(|entry| entry.expect("the gold can be read").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    files.sort();
    let texts: Vec<String> = files.into_iter().map(read).collect();
    let golds: Vec<Gold> = texts.iter().map(|text| parse(text).expect("the gold is well formed")).collect();

    let sources: Vec<String> = ["seeds", "dev"].map(|dir| shared.join(dir).to_string_lossy().into_owned()).to_vec();
    let base = Base::default();
    let documents = jialing::ingest::ingest(&sources, &Default::default()).expect("the documents are there");
    let graphs: Vec<_> = documents.flatten().flat_map(|document| jialing::read(document, &base).value).collect();
    let snapshot = Snapshot::in_memory(&base, &graphs).expect("memory holds them");
    let scores = score(&snapshot, &golds).expect("memory can be read");

    for (kind, counts) in &scores.kinds {
        println!("{kind:24} P {:.3}  R {:.3}  F1 {:.3}", counts.precision(), counts.recall(), counts.f1());
    }
    let corpus = texts.iter().fold(Sha256::new(), |hash, text| hash.chain_update(text.as_bytes())).finalize();
    let corpus: String = corpus.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    if corpus != CORPUS {
        eprintln!("the gold has changed (now {corpus}): floors do not hold for it until they are measured anew");
        return;
    }
    for (kind, floor) in FLOORS {
        let f1 = scores.kinds.get(*kind).map_or(0.0, |counts| counts.f1());
        assert!(f1 >= *floor, "{kind}: F1 {f1:.3} is below its floor of {floor}\n{}", scores.differences.join("\n"));
    }
}
