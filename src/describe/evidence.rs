//! Evidence: stretches of the clean text with their offsets, what stands around them, and how the page printed them.

use super::graph::{Graph, integer};
use super::terms;
use crate::model::{Span, touching};
use oxigraph::model::{Literal, NamedNode};

/// The longest quote: a clause or a sentence, not a paragraph. More would be copying.
const QUOTE: usize = 150;

/// How much of the text before and after is given, so that a quote is found again in a text that has changed.
const CONTEXT: usize = 32;

/// From bytes to characters of one text.
pub(super) struct Offsets {
    /// For each byte, how many characters start before it.
    before: Vec<u32>,
}

impl Offsets {
    pub(super) fn new(text: &str) -> Self {
        let mut before = Vec::with_capacity(text.len() + 1);
        let mut count = 0;
        for letter in text.chars() {
            before.extend(std::iter::repeat_n(count, letter.len_utf8()));
            count += 1;
        }
        before.push(count);
        Self { before }
    }

    /// How many characters stand before the byte.
    pub(super) fn character(&self, byte: usize) -> usize {
        self.before[byte] as usize
    }

    /// How many characters the span has.
    fn length(&self, span: Span) -> usize {
        self.character(span.end) - self.character(span.start)
    }
}

impl Graph<'_> {
    /// The Evidence for a fact: the stretch that states it, cut around `anchor` if it is longer than a quote may be.
    pub(super) fn evidence(&mut self, stretch: Span, anchor: Span) -> NamedNode {
        let stretch = self.trim(stretch.cover(anchor));
        let quote = self.trim(self.cut(stretch, anchor));
        self.quote(quote)
    }

    /// Says that the stretch names a thing. A name longer than a quote may be says nothing.
    pub(super) fn mention(&mut self, span: Span, thing: &NamedNode) {
        let span = self.trim(span);
        if !span.is_empty() && self.offsets.length(span) <= QUOTE {
            let evidence = self.quote(span);
            self.say(&evidence, terms::REFERS_TO, thing.clone());
        }
    }

    /// The Evidence of exactly this stretch.
    fn quote(&mut self, span: Span) -> NamedNode {
        let article = &self.linked.facts.annotated.article;
        let text = article.text.as_str();
        let (start, end) = (self.offsets.character(span.start), self.offsets.character(span.end));
        let iri = NamedNode::new_unchecked(format!("{}#char={start},{end}", self.article.as_str()));
        if !self.quoted.insert(span) {
            return iri;
        }
        let exact = span.of(text);
        self.class(&iri, terms::EVIDENCE_CLASS);
        self.say(&iri, terms::START, integer(start));
        self.say(&iri, terms::END, integer(end));
        self.say(&iri, terms::EXACT, Literal::from(exact));
        let prefix = last(&text[..span.start], CONTEXT);
        if !prefix.is_empty() {
            self.say(&iri, terms::PREFIX, Literal::from(prefix));
        }
        let suffix = first(&text[span.end..], CONTEXT);
        if !suffix.is_empty() {
            self.say(&iri, terms::SUFFIX, Literal::from(suffix));
        }
        let printed = article.map.printed(span).and_then(|printed| article.printed.get(printed.start..printed.end));
        if let Some(printed) = printed.filter(|printed| *printed != exact && !printed.is_empty()) {
            self.say(&iri, terms::SOURCE_QUOTE, Literal::from(printed));
        }
        iri
    }

    /// A stretch without white space at its ends.
    fn trim(&self, span: Span) -> Span {
        let text = span.of(&self.linked.facts.annotated.article.text);
        let start = span.start + (text.len() - text.trim_start().len());
        Span::new(start, start + text.trim().len())
    }

    /// At most a quote of the stretch, with the anchor in it: whole clauses on both sides as long as they fit.
    fn cut(&self, stretch: Span, anchor: Span) -> Span {
        if self.offsets.length(stretch) <= QUOTE {
            return stretch;
        }
        let sentences = &self.linked.facts.annotated.sentences;
        let clauses: Vec<Span> = sentences[touching(sentences, stretch)]
            .iter()
            .flat_map(|sentence| sentence.clauses.iter().copied())
            .filter(|clause| stretch.contains(*clause))
            .collect();
        let touched = clauses.iter().copied().filter(|clause| clause.overlaps(anchor));
        let mut quote = touched.fold(anchor, Span::cover);
        if self.offsets.length(quote) > QUOTE {
            return self.window(stretch, anchor);
        }
        // What comes before a figure says what it is about; what comes after seldom does.
        for clause in clauses.iter().rev().filter(|clause| clause.end <= quote.start).copied().collect::<Vec<_>>() {
            let wider = quote.cover(clause);
            if self.offsets.length(wider) > QUOTE {
                break;
            }
            quote = wider;
        }
        for clause in clauses.into_iter().filter(|clause| clause.start >= anchor.end) {
            let wider = quote.cover(clause);
            if self.offsets.length(wider) > QUOTE {
                break;
            }
            quote = wider;
        }
        quote
    }

    /// A quote's length of a clause that is itself too long: the anchor, and as much on both sides.
    fn window(&self, stretch: Span, anchor: Span) -> Span {
        let text = &self.linked.facts.annotated.article.text;
        let room = QUOTE.saturating_sub(self.offsets.length(anchor));
        let before = last(&text[stretch.start..anchor.start], room / 2);
        let anchored = if room == 0 { first(anchor.of(text), QUOTE) } else { anchor.of(text) };
        let after = first(&text[anchor.end..stretch.end], room - room / 2);
        let after = if room == 0 { 0 } else { after.len() };
        Span::new(anchor.start - before.len(), anchor.start + anchored.len() + after)
    }
}

/// At most the first `count` characters.
fn first(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

/// At most the last `count` characters.
fn last(text: &str, count: usize) -> &str {
    if count == 0 {
        return "";
    }
    text.char_indices().rev().nth(count - 1).map_or(text, |(start, _)| &text[start..])
}
