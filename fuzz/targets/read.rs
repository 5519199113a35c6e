//! Any text goes the whole way to graphs that conform, and quickly.
#![no_main]

use jialing::model::{Base, Declared, Document, Media};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let document = Document {
        path: "fuzz".into(),
        name: "fuzz".into(),
        media: Media::Text,
        encoding: "UTF-8".into(),
        text: text.into(),
        content_hash: String::new(),
        declared: Declared::default(),
    };
    let outcome = jialing::read(document, &Base::default());
    let faults = outcome
        .problems
        .iter()
        .filter(|problem| problem.code.starts_with("internal") || problem.code.starts_with("check"));
    assert_eq!(faults.count(), 0);
});
