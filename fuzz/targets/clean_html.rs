//! Any html gives articles whose maps and damaged stretches are of their texts.
#![no_main]

use jialing::model::{Document, Media};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let document = Document::of_text(text, Media::Html);
    for article in jialing::clean::clean(document).value {
        for piece in &article.map.pieces {
            let (clean, printed) = (piece.clean.of(&article.text), piece.printed.of(&article.printed));
            assert!(!piece.verbatim || clean == printed);
        }
        for span in article.damaged.iter().chain(&article.masthead) {
            let _ = span.of(&article.text);
        }
    }
});
