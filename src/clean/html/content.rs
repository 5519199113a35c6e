//! Which of a page's lines are the article: those of the element that holds most of the text near the headline.
//!
//! Each line of text gives weight to the elements around it, the nearest most. What is a link, or stands in an element
//! named as navigation or comments are, gives none. The heaviest element grows as long as what it gains is text.

use super::text::{Line, Lines};
use super::tree::Tree;
use super::words;
use std::ops::Range;

/// A line of fewer Chinese characters outside of links is a label, a date, a button.
const PROSE: usize = 10;

/// A line without marks is text from this length on: pages in messengers have them.
const UNMARKED: usize = 26;

/// What the elements around a line get of its weight, the nearest first: a paragraph stands in up to five of them.
const SHARES: [f64; 6] = [1.0, 0.8, 0.6, 0.45, 0.3, 0.2];

/// An element named as texts are, one that says it holds the article, and one behind the headline count for more.
const NAMED: f64 = 1.3;
const SAID: f64 = 3.0;
const BEHIND_HEADLINE: f64 = 2.0;

/// An article begins so many lines behind its headline: between them stand the switches of the letters' size, shares.
const BELOW: usize = 45;

/// An element grows by a part that has at least this share of its text …
const GAIN: f64 = 0.04;

/// … and of which no more than this share is links or labels.
const NOISE: f64 = 0.35;

/// A named element that holds more than this share of the page's text is no aside, whatever its name.
const MOST: f64 = 0.9;

/// Lists of so many links are of other pages.
const LIST: usize = 3;

/// The lines of the article.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// From the first line to behind the last.
    pub(super) range: Range<usize>,
    /// Those of them that are the article's.
    pub(super) lines: Vec<usize>,
    /// The line of the headline.
    pub(super) headline: Option<usize>,
}

/// Sums over the lines up to each, so that those of an element cost two looks.
struct Sums {
    prose: Vec<f64>,
    han: Vec<usize>,
}

/// Finds the article. `is_title` tells the line of the headline.
pub(super) fn find(tree: &Tree, page: &Lines, is_title: impl Fn(&str) -> bool) -> Content {
    let lines = &page.lines;
    let all: f64 = lines.iter().map(|line| weight(line, true)).sum();
    let shown: f64 = lines.iter().map(|line| weight(line, false)).sum();
    let with_asides = shown < all * (1.0 - MOST);
    let weights: Vec<f64> = lines.iter().map(|line| weight(line, with_asides)).collect();
    let headline = headline(lines, is_title);
    let sums = sums(lines, &weights);
    let Some(best) = heaviest(tree, page, &weights, &sums, headline) else {
        return Content::default();
    };
    let range = grown(tree, page, &sums, best, headline);
    let lines = own(lines, range.clone(), with_asides);
    Content { range, lines, headline }
}

/// How much text a line has.
fn weight(line: &Line, with_asides: bool) -> f64 {
    if line.aside && !with_asides {
        return 0.0;
    }
    let plain = line.han - line.linked;
    let prose = plain >= PROSE && line.marked || plain >= UNMARKED || line.row;
    let plain = f64::from(u32::try_from(plain).unwrap_or(u32::MAX));
    if prose && line.linked * 2 <= line.han {
        plain
    } else if line.linked == 0 && line.marked {
        plain * 0.5
    } else {
        plain * 0.1
    }
}

/// The last heading that is the headline, or else the first line that is: the trail of links may end with it.
fn headline(lines: &[Line], is_title: impl Fn(&str) -> bool) -> Option<usize> {
    let mut told = lines.iter().enumerate().filter(|(_, line)| !line.aside && is_title(&line.text));
    let first = told.next()?;
    if first.1.heading {
        return Some(first.0);
    }
    told.find(|(_, line)| line.heading).or(Some(first)).map(|(at, _)| at)
}

fn heaviest(tree: &Tree, page: &Lines, weights: &[f64], sums: &Sums, headline: Option<usize>) -> Option<usize> {
    let mut scores = vec![0.0_f64; tree.nodes.len()];
    let mut first = vec![usize::MAX; tree.nodes.len()];
    for (at, (line, weight)) in page.lines.iter().zip(weights).enumerate() {
        if *weight <= 0.0 {
            continue;
        }
        let mut node = line.holder;
        for share in SHARES {
            scores[node] += weight * share;
            if *weight >= 5.0 {
                first[node] = first[node].min(at);
            }
            let parent = tree.nodes[node].parent;
            if parent == node {
                break;
            }
            node = parent;
        }
    }
    let mut best: Option<(f64, usize)> = None;
    for (at, score) in scores.iter().enumerate().filter(|(_, score)| **score > 0.0) {
        let node = &tree.nodes[at];
        let Some(name) = &node.name else { continue };
        let names = tree.words(node);
        let named = if words::has("body", names) {
            SAID
        } else if words::is_content(name, names) {
            NAMED
        } else {
            1.0
        };
        let below = headline.is_some_and(|headline| {
            let begins = first[at];
            begins > headline && begins <= headline + BELOW
        });
        let range = page.first[at]..page.first[node.end];
        let said = f64::from(u32::try_from(sums.han(&range)).unwrap_or(u32::MAX)).max(1.0);
        let dense = (sums.prose(&range) / said).min(1.0);
        let score = score * named * (0.3 + 0.7 * dense) * if below { BEHIND_HEADLINE } else { 1.0 };
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, at));
        }
    }
    best.map(|(_, at)| at)
}

impl Sums {
    fn prose(&self, range: &Range<usize>) -> f64 {
        self.prose[range.end] - self.prose[range.start]
    }

    fn han(&self, range: &Range<usize>) -> usize {
        self.han[range.end] - self.han[range.start]
    }
}

fn sums(lines: &[Line], weights: &[f64]) -> Sums {
    let mut sums = Sums { prose: vec![0.0], han: vec![0] };
    for (line, weight) in lines.iter().zip(weights) {
        // What is beside the article is left out when its element grows.
        let han = if *weight > 0.0 || !line.aside { line.han } else { 0 };
        sums.prose.push(sums.prose[sums.prose.len() - 1] + if *weight >= 5.0 { *weight } else { 0.0 });
        sums.han.push(sums.han[sums.han.len() - 1] + han);
    }
    sums
}

/// The lines of the element, and of those around it as far as they add text and little else.
fn grown(tree: &Tree, page: &Lines, sums: &Sums, best: usize, headline: Option<usize>) -> Range<usize> {
    let of = |node: usize| page.first[node]..page.first[tree.nodes[node].end];
    let mut node = best;
    let mut range = of(node);
    loop {
        let parent = tree.nodes[node].parent;
        if parent == node {
            return range;
        }
        let wider = of(parent);
        // The headline's element holds the page's head, too.
        if headline.is_some_and(|at| wider.contains(&at) && !range.contains(&at)) {
            return range;
        }
        let gained = sums.prose(&wider) - sums.prose(&range);
        let more = f64::from(u32::try_from(sums.han(&wider) - sums.han(&range)).unwrap_or(u32::MAX));
        if more > 0.0 && (gained < GAIN * sums.prose(&range) || gained < (1.0 - NOISE) * more) {
            return range;
        }
        node = parent;
        range = wider;
    }
}

/// The lines of a range without what stands beside the article in it, and without lists of links.
fn own(lines: &[Line], range: Range<usize>, with_asides: bool) -> Vec<usize> {
    let is_link = |line: &Line| line.han > 0 && line.linked * 5 >= line.han * 4 && !line.row;
    let mut own = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let links = lines[at..range.end].iter().take_while(|line| is_link(line)).count();
        if links >= LIST {
            at += links;
            continue;
        }
        for (index, line) in lines.iter().enumerate().take((at + links.max(1)).min(range.end)).skip(at) {
            if with_asides || !line.aside {
                own.push(index);
            }
        }
        at += links.max(1);
    }
    own
}
