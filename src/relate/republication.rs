//! Articles that are one text under several addresses: a reprint, an agency's report on ten portals.
//!
//! Each article keeps its facts and its graph. The group is told by a link from every later one to the first, so that
//! queries can count the group once. A figure that one of them changed is still a conflict: it is worth seeing.

use super::{select, text};
use crate::error::Result;
use crate::model::Sketch;
use oxigraph::model::{NamedNode, Triple};
use oxigraph::store::Store;
use std::collections::{BTreeMap, BTreeSet};

const TEXTS: &str = "
PREFIX jl: <https://w3id.org/jialing/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?article ?hash ?sketch ?issued WHERE {
  ?article a jl:Article ; jl:textHash ?hash .
  OPTIONAL { ?article jl:textSketch ?sketch }
  OPTIONAL { ?article dcterms:issued ?issued }
}";

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
pub(super) fn republications(data: &Store) -> Result<Vec<Triple>> {
    let mut articles: BTreeSet<(bool, String, String, String, String)> = BTreeSet::new();
    select(data, TEXTS, |row| {
        let issued = text(row, "issued");
        articles.insert((issued.is_empty(), issued, text(row, "article"), text(row, "hash"), text(row, "sketch")));
    })?;
    let republication_of = NamedNode::new_unchecked("https://w3id.org/jialing/ontology#republicationOf");
    let mut same_text: BTreeMap<String, NamedNode> = BTreeMap::new();
    let mut firsts: Vec<First> = Vec::new();
    let mut banded: BTreeMap<(usize, [u8; 4]), Vec<usize>> = BTreeMap::new();
    let mut triples = Vec::new();
    for (.., iri, hash, sketch) in articles {
        let article = NamedNode::new_unchecked(iri);
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
    Ok(triples)
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
