//! Articles that are one text under several addresses: a reprint, an agency's report on ten portals.
//!
//! Each article keeps its facts and its graph. The group is told by a link from every later one to the first, so that
//! queries can count the group once. A figure that one of them changed is still a conflict: it is worth seeing.

use super::Since;
use super::read::{MERGED, text, values};
use crate::error::Result;
use crate::model::Sketch;
use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, Triple};
use oxigraph::store::Store;
use std::collections::{BTreeMap, BTreeSet};

const TEXT_HASH: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#textHash");
const TEXT_SKETCH: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("https://w3id.org/jialing/ontology#textSketch");
const ISSUED: NamedNodeRef<'_> = NamedNodeRef::new_unchecked("http://purl.org/dc/terms/issued");

/// Two texts are one from this resemblance on. Reprints with another title, an editor's note or a paragraph cut have 0.75
/// and more; reports that fill the same form with other figures, month by month, stay below 0.5.
const SAME: f64 = 0.7;

/// An article that stands for its text.
struct First {
    article: NamedNode,
    sketch: Sketch,
}

/// From each republication to the article that stands for its text: the first to appear, and of those the first by IRI.
///
/// An article is compared with those that stand for a text, not with their republications: so texts that change a little
/// from print to print do not all become one.
///
/// `None` where the changed graphs hold the same texts as before.
pub(super) fn republications(data: &Store, since: Option<Since<'_>>) -> Result<Option<Vec<Triple>>> {
    if let Some(Since { before, graphs }) = since {
        let mut same = true;
        for graph in graphs {
            same &= printed(before, graph.as_ref().into())? == printed(data, graph.as_ref().into())?;
        }
        if same {
            return Ok(None);
        }
    }
    let articles: BTreeSet<_> = printed(data, MERGED)?
        .into_iter()
        .filter(|(_, text)| !text.hash.is_empty())
        .map(|(iri, text)| (text.issued.is_empty(), text.issued, iri, text.hash, text.sketch))
        .collect();
    let republication_of = NamedNode::new_unchecked("https://w3id.org/jialing/ontology#republicationOf");
    let mut same_text: BTreeMap<String, NamedNode> = BTreeMap::new();
    let mut firsts: Vec<First> = Vec::new();
    let mut banded: BTreeMap<(usize, [u8; 4]), Vec<usize>> = BTreeMap::new();
    let mut triples = Vec::new();
    for (.., iri, hash, sketch) in articles {
        let article = iri;
        let sketch = Sketch::parse(&sketch);
        let first = same_text.get(&hash).or_else(|| nearest(&firsts, &banded, sketch.as_ref()?)).cloned();
        match first {
            Some(first) => {
                same_text.entry(hash).or_insert_with(|| first.clone());
                triples.push(Triple::new(article, republication_of.clone(), first));
            }
            None => {
                same_text.insert(hash, article.clone());
                if let Some(sketch) = sketch {
                    for band in sketch.bands() {
                        banded.entry(band).or_default().push(firsts.len());
                    }
                    firsts.push(First { article, sketch });
                }
            }
        }
    }
    Ok(Some(triples))
}

/// What one text is told from another by.
#[derive(Debug, Default, PartialEq, Eq)]
struct Printed {
    hash: String,
    sketch: String,
    issued: String,
}

/// The texts of a graph, by article.
fn printed(data: &Store, graph: GraphNameRef<'_>) -> Result<BTreeMap<NamedNode, Printed>> {
    let mut articles: BTreeMap<NamedNode, Printed> = BTreeMap::new();
    for (property, part) in [
        (TEXT_HASH, (|text| &mut text.hash) as fn(&mut Printed) -> &mut String),
        (TEXT_SKETCH, |text| &mut text.sketch),
        (ISSUED, |text| &mut text.issued),
    ] {
        for pair in values(data, property, graph) {
            let (article, said) = pair?;
            let part = part(articles.entry(article).or_default());
            // Should it be said twice, the first in order counts, whatever order they come in.
            if part.is_empty() || text(&said) < part.as_str() {
                text(&said).clone_into(part);
            }
        }
    }
    Ok(articles)
}

/// The article whose text is most like that of the sketch, if one is so much like it; of equals the earlier.
fn nearest<'f>(
    firsts: &'f [First],
    banded: &BTreeMap<(usize, [u8; 4]), Vec<usize>>,
    sketch: &Sketch,
) -> Option<&'f NamedNode> {
    let near: BTreeSet<usize> = sketch.bands().filter_map(|band| banded.get(&band)).flatten().copied().collect();
    let mut best: Option<(f64, usize)> = None;
    for index in near {
        let resemblance = firsts[index].sketch.resemblance(sketch);
        if resemblance >= SAME && best.is_none_or(|(most, _)| resemblance > most) {
            best = Some((resemblance, index));
        }
    }
    best.map(|(_, index)| &firsts[index].article)
}
