//! Any text gives facts that stand in it: every place of every fact is on borders of its characters, and none is damaged.
#![no_main]

use jialing::model::{Document, Media, Span};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for article in jialing::clean::clean(Document::of_text(text, Media::Text)).value {
        let facts = jialing::extract::extract(jialing::annotate::annotate(article));
        let text = facts.annotated.article.text.as_str();
        let stands = |span: Span| assert!(text.get(span.start..span.end).is_some(), "{span:?}");
        for found in &facts.observations {
            stands(found.value.evidence);
            assert!(!facts.annotated.article.is_damaged(found.value.evidence));
        }
        facts.projects.iter().for_each(|found| stands(found.value.evidence));
        facts.events.iter().for_each(|found| stands(found.value.evidence));
        facts.annotated.organizations.iter().for_each(|found| stands(found.span));
        facts.annotated.places.iter().for_each(|found| stands(found.span));
    }
});
