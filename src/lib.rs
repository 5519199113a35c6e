//! Jialing (嘉陵) turns Chinese public-affairs news into linked open data, with the source sentence behind each statement.
//!
//! ```text
//! source ─ ingest ─▶ Document ─ clean ─▶ Article ─ annotate ─▶ Annotated ─ extract ─▶ Facts ─ link ─▶ Linked
//!                                                                                                    │
//!      serve, query, export ◀─ Store ◀─ relate ◀─ store ◀─ check ◀─ ArticleGraph ◀───────── describe ┘
//! ```
//!
//! Each stage is a folder with one public function that takes one type of [`model`] and gives the next. All before the
//! store is a pure function of one article: [`read`] is that part of the way, one call a stage.
//!
//! ---
#![doc = include_str!("../README.md")]
#![cfg_attr(test, expect(clippy::non_ascii_literal, reason = "tests speak the language of the texts"))]
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for"))]

pub mod model;
pub mod error;
pub mod rules;
pub mod gazetteer;
pub mod settings;
pub mod network;

pub mod ingest;
pub mod clean;
pub mod annotate;
pub mod extract;
pub mod link;
pub mod describe;
pub mod check;
pub mod store;
pub mod score;
pub mod relate;
pub mod query;
pub mod export;
pub mod serve;
pub mod build;
pub mod cli;

use annotate::Annotator;
use error::{Outcome, Problem};
use model::{Article, ArticleGraph, Base, Document};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The stateless part of the way: what one document states, as graphs, each checked.
///
/// An article whose graph does not conform, or on which a stage fails, is left out and told as a problem; the others go on.
pub fn read(document: Document, base: &Base) -> Outcome<Vec<ArticleGraph>> {
    read_with(document, base, &Annotator::default())
}

/// The same, with the annotator that the user chose.
pub fn read_with(document: Document, base: &Base, annotator: &Annotator) -> Outcome<Vec<ArticleGraph>> {
    let path = document.path.clone();
    let cleaned = guarded(&path, || clean::clean(document));
    let Outcome { value: articles, mut problems } =
        cleaned.unwrap_or_else(|problem| Outcome { value: Vec::new(), problems: vec![problem] });
    let mut graphs = Vec::new();
    for article in articles {
        match guarded(&path, || read_article(article, base, annotator)).and_then(|graph| conforming(&path, graph)) {
            Ok(graph) => graphs.push(graph),
            Err(problem) => problems.push(problem),
        }
    }
    Outcome { value: graphs, problems }
}

/// What one article states: a call a stage.
fn read_article(article: Article, base: &Base, annotator: &Annotator) -> ArticleGraph {
    let annotated = annotator.annotate(article);
    let facts = extract::extract(annotated);
    let linked = link::link(facts);
    describe::describe(&linked, base)
}

/// The graph, if it conforms to the shapes: nothing else is published.
fn conforming(path: &str, graph: ArticleGraph) -> Result<ArticleGraph, Problem> {
    let faults = check::check(&graph);
    if faults.is_empty() {
        return Ok(graph);
    }
    let first = faults.iter().take(3).map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let message =
        format!("what was read of {} does not conform ({} faults): {first}", graph.iri.as_str(), faults.len());
    Err(Problem::fatal(path, "check.not-conforming", message))
}

/// Runs a stage. A fault of the program in one article is no reason to lose the others: it becomes that article's problem.
fn guarded<T>(path: &str, stage: impl FnOnce() -> T) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(stage)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        let message = format!("the program failed on it ({}); please report the article", text.unwrap_or("no message"));
        Problem::fatal(path, "internal.panic", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_that_fails_is_a_problem_of_its_article() {
        let problem = guarded("a.txt", || -> usize { panic!("index out of range") }).unwrap_err();

        assert!(problem.fatal && problem.code == "internal.panic");
        assert!(problem.message.contains("index out of range"), "{problem}");
    }
}
