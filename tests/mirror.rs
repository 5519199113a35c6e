//! A mirror's copy of an article says what the article says: each seed, mangled as a mirror mangles pages, yields the same facts.

#![expect(clippy::non_ascii_literal, reason = "tests speak the language of the texts")]

#[path = "common/mangle.rs"]
mod mangle;

mod common;

use common::repository;
use jialing::ingest::Options;
use jialing::model::{Article, Document, Linked, Media};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization as _;

fn articles(document: Document) -> Vec<Article> {
    jialing::clean::clean(document).value
}

/// What an article states, a line each. Mirrors print compatibility forms, so these are folded.
fn facts(article: Article) -> BTreeSet<String> {
    let linked: Linked = jialing::link::link(jialing::extract::extract(jialing::annotate::annotate(article)));
    let facts = &linked.facts;
    let observations = facts.observations.iter().map(|found| {
        let told = &found.value;
        let (value, unit) = (told.quantity.value, told.quantity.unit.as_ref().map(|unit| &unit.text));
        format!("{} {value} {unit:?} {:?} {:?} {:?}", told.indicator, told.statistic, told.outlook, told.period)
    });
    let organizations = linked.organizations.iter().map(|found| format!("organization {}", found.name));
    let places = linked.places.iter().map(|found| format!("place {}", found.name));
    let projects = facts.projects.iter().map(|found| format!("project {} {:?}", found.value.name, found.value.status));
    let events = facts.events.iter().map(|found| format!("event {:?} {:?}", found.value.kind, found.value.date));
    let all = observations.chain(organizations).chain(places).chain(projects).chain(events);
    all.map(|fact| fact.nfkc().collect()).collect()
}

#[test]
fn a_mangled_copy_of_each_seed_yields_the_same_facts() {
    let seeds = vec![repository().join("seeds").to_string_lossy().into_owned()];
    let documents = jialing::ingest::ingest(&seeds, &Options::default()).expect("the seeds are there");
    let mut read = 0;
    for plain in documents.flat_map(|document| articles(document.expect("seeds can be read"))) {
        // What is mangled is the clean text: so that is what its copy is held to.
        let [again] = &articles(Document::of_text(plain.text.clone(), Media::Text))[..] else {
            panic!("{:?}", plain.title)
        };
        let expected =
            facts(Article { published: plain.published, publisher: plain.publisher.clone(), ..again.clone() });
        let printed = mangle::mangle(&plain.text);
        assert!(printed.matches(')').count() > 20, "this is no mirror's page: {printed}");

        let copies = articles(Document::of_text(printed, Media::Text));

        // Publisher and day were declared beside the seed.
        let [copy] = &copies[..] else { panic!("{} articles of {:?}", copies.len(), plain.title) };
        let copy = Article { published: plain.published, publisher: plain.publisher, ..copy.clone() };
        assert_eq!(facts(copy), expected, "{:?}", plain.title);
        read += expected.len();
    }
    assert!(read > 200, "{read} facts are too few to show anything");
}
