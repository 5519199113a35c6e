//! Any text goes the whole way to graphs that conform, and quickly.
#![no_main]

use jialing::model::{Base, Document, Media};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let document = Document::of_text(text, Media::Text);
    let outcome = jialing::read(document, &Base::default());
    let faults = outcome
        .problems
        .iter()
        .filter(|problem| problem.code.starts_with("internal") || problem.code.starts_with("check"));
    assert_eq!(faults.count(), 0);
});
