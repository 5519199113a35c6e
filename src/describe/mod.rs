//! `describe` takes linked facts and gives the article's graph under the ontology, with provenance.
//!
//! 《2023年，全区森林覆盖率达53%以上。》 becomes an observation: its indicator, its place, 53 in PERCENT as a lower bound, the
//! year, and an Evidence with that sentence and its offsets. The graph is whole by itself: it holds the type and the
//! label of every IRI that it uses. `ontology/example.ttl` shows a small one.
//!
//! What cannot be said under the shapes is not said: a figure about nothing known, or one too large for exact
//! arithmetic, gives no observation. Whether a fact is true is not asked here.

mod evidence;
mod event;
mod graph;
mod indicator;
mod iri;
mod names;
mod observation;
mod period;
mod ratio;
mod terms;
mod thing;
mod vocab;

pub use names::{Names, names};

use crate::model::{Article, ArticleGraph, Base, Linked, Sketch, Span};
use graph::Graph;
use oxigraph::model::{Literal, NamedNode};
use sha2::{Digest, Sha256};

/// The graph of an article.
pub fn describe(linked: &Linked, base: &Base) -> ArticleGraph {
    let mut graph = Graph::new(linked, base);
    article(&mut graph);
    graph.places();
    graph.organizations();
    graph.projects();
    graph.events();
    graph.observations();
    graph.counterparts();
    graph.finish()
}

/// The article itself.
fn article(graph: &mut Graph) {
    let iri = graph.article.clone();
    let article = &graph.linked.facts.annotated.article;
    graph.class(&iri, terms::ARTICLE);
    graph.class(&iri, terms::NEWS_ARTICLE);

    // An article without a title is called by its first line, as a list of articles would show it.
    let title = article.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
    let first_line = || article.text.lines().map(str::trim).find(|line| !line.is_empty());
    let title: String = title.or_else(first_line).unwrap_or(&article.name).chars().take(150).collect();
    graph.say(&iri, terms::TITLE, graph::chinese(&title));

    if let Some(issued) = article.published.and_then(period::literal) {
        graph.say(&iri, terms::ISSUED, issued);
    }
    if let Some(publisher) = graph.linked.publisher {
        let publisher = graph.organization(publisher);
        graph.say(&iri, terms::PUBLISHER, publisher);
    }
    for author in article.authors.iter().map(|author| author.trim()).filter(|author| !author.is_empty()) {
        graph.say(&iri, terms::CREATOR, Literal::from(author));
    }
    if let Some(editor) = article.editor.as_deref().map(str::trim).filter(|editor| !editor.is_empty()) {
        graph.say(&iri, terms::EDITOR, Literal::from(editor));
    }
    if let Some(source) = article.source.as_deref().map(str::trim).filter(|source| !source.is_empty()) {
        match web_address(source) {
            Some(address) => graph.say(&iri, terms::SOURCE, address),
            None => graph.say(&iri, terms::SOURCE, Literal::from(source)),
        }
    }
    if let Some(address) = article.url.as_deref().and_then(web_address) {
        graph.say(&iri, terms::URL, address);
    }
    let file = article.name.rsplit(['/', '\\']).next().unwrap_or_default();
    if !file.is_empty() {
        graph.say(&iri, terms::SOURCE_FILE, Literal::from(file));
    }
    graph.say(&iri, terms::CONTENT_HASH, Literal::from(article.content_hash.as_str()));
    graph.say(&iri, terms::TEXT_HASH, Literal::from(format!("{:x}", Sha256::digest(&article.text))));
    if let Some(sketch) = Sketch::of(body(article)) {
        graph.say(&iri, terms::TEXT_SKETCH, Literal::from(sketch.to_string()));
    }
}

/// The lines of an article below its title, without its masthead: what a reprint has in common with it.
fn body(article: &Article) -> impl Iterator<Item = &str> {
    let mut at = 0;
    article.text.split('\n').filter(move |line| {
        let span = Span::new(at, at + line.len());
        at = span.end + 1;
        span.start >= article.title_len && !article.masthead.contains(&span)
    })
}

/// An http(s) address as an IRI, if it is one.
fn web_address(text: &str) -> Option<NamedNode> {
    let web = text.starts_with("http://") || text.starts_with("https://");
    NamedNode::new(text).ok().filter(|_| web)
}

#[cfg(test)]
mod tests;
