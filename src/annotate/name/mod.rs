//! What places and organizations have in common: names of the tables in a text, and where a name begins.
//!
//! A Chinese name ends with what the thing is (依托北碚国家大学科技园: a 科技园) and begins without a mark. The finders
//! look for the end; [`Scan::left_edge`] walks back from there over the words that a name can be made of, and stops at the
//! first that it cannot: a verb that takes the name as its object, a preposition, a number of things, a mark.

mod edge;
mod home;
mod judged;
mod known;
mod taken;

use super::tagger::{self, Tagger};
use crate::model::{Article, Sentence, Span, Token, touching};
use crate::rules::Lexicon;
use std::sync::LazyLock;

pub use edge::{Content, Edge, Joins};
pub use judged::Log;
pub use known::{KnownBody, KnownPlace};
pub use taken::Taken;

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::parse(include_str!("lexicon.toml")).unwrap_or_else(|fault| panic!("annotate/name: {fault}"))
});

/// The longest form of the class that `text` ends with.
fn ending<'t>(class: &str, text: &'t str) -> Option<&'t str> {
    LEXICON.suffix_of(class, text).map(|(_, form)| form)
}

/// The longest form of the class that `text` begins with.
fn beginning<'t>(class: &str, text: &'t str) -> Option<&'t str> {
    LEXICON.prefix_of(class, text).map(|(_, form)| form)
}

/// An article's text with its words and the names of tables in it.
pub struct Scan<'a> {
    /// The text.
    pub text: &'a str,
    /// Its sentences.
    pub sentences: &'a [Sentence],
    tokens: &'a [Token],
    /// Divisions and regions named, in the order of the text.
    pub places: Vec<KnownPlace>,
    /// Bodies of the table named, in the order of the text.
    pub bodies: Vec<KnownBody>,
    /// The index in the gazetteer of the area from which the article speaks.
    pub home: Option<usize>,
    /// A second reader of names, if the user gave one.
    pub tagger: Option<tagger::Reader<'a>>,
    log: Log,
}

impl<'a> Scan<'a> {
    /// Finds the names of the tables in an article, and from where it speaks.
    pub fn new(article: &'a Article, sentences: &'a [Sentence], tokens: &'a [Token]) -> Self {
        let hits = crate::gazetteer::tables().find(&article.text);
        let home = home::home(article, &hits);
        let year = article.published.map(|date| date.year());
        let mut scan = Self {
            text: &article.text,
            sentences,
            tokens,
            places: Vec::new(),
            bodies: Vec::new(),
            home,
            tagger: None,
            log: Log::default(),
        };
        scan.places = known::places(&scan, &hits, year);
        scan.bodies = known::bodies(&scan, &hits);
        scan
    }

    /// The same, with a second reader of names.
    pub fn helped_by(self, tagger: Option<&'a Tagger>) -> Self {
        Self { tagger: tagger.map(tagger::Reader::new), ..self }
    }

    /// The sentence in which a stretch lies.
    pub fn sentence_of(&self, span: Span) -> Option<&Sentence> {
        let index = self.sentences.partition_point(|sentence| sentence.span.end < span.end);
        self.sentences.get(index).filter(|sentence| sentence.span.contains(span))
    }

    /// The token that has the byte before `offset`, by its index.
    fn token_before(&self, offset: usize) -> Option<usize> {
        let index = self.tokens.partition_point(|token| token.span.end < offset);
        let token = self.tokens.get(index)?;
        (token.span.start < offset && offset <= token.span.end).then_some(index)
    }

    /// Whether a token begins at `offset`.
    fn token_starts(&self, offset: usize) -> bool {
        let index = self.tokens.partition_point(|token| token.span.start < offset);
        self.tokens.get(index).is_none_or(|token| token.span.start == offset)
    }

    /// Whether the tokenizer begins a word at `offset`.
    pub fn token_begins(&self, offset: usize) -> bool {
        self.token_starts(offset)
    }

    /// Whether what stands before `offset` makes what follows a place where something is done: 在北碚图书馆.
    pub fn is_visited(&self, offset: usize) -> bool {
        ending("at", &self.text[..offset]).is_some()
    }

    /// Whether the text before `offset` ends with a name that another can go on from.
    pub fn nests_before(&self, offset: usize) -> bool {
        ending("nests", &self.text[..offset]).is_some()
    }

    /// The token that begins at `offset`.
    pub fn token_at(&self, offset: usize) -> Option<&Token> {
        let index = self.tokens.partition_point(|token| token.span.start < offset);
        self.tokens.get(index).filter(|token| token.span.start == offset)
    }

    /// The tokens inside a span.
    pub fn tokens_in(&self, span: Span) -> &[Token] {
        let first = self.tokens.partition_point(|token| token.span.start < span.start);
        let last = self.tokens.partition_point(|token| token.span.end <= span.end);
        self.tokens.get(first..last).unwrap_or_default()
    }

    /// The character before `offset`.
    pub fn before(&self, offset: usize) -> Option<char> {
        self.text[..offset].chars().next_back()
    }

    /// The character at `offset`.
    pub fn after(&self, offset: usize) -> Option<char> {
        self.text[offset..].chars().next()
    }

    /// Whether a stretch tells so many of a kind, which is no name: 13个国家现代农业产业园, 产业园3个.
    pub fn counted(&self, span: Span) -> bool {
        self.before(span.start).is_some_and(|c| LEXICON.get("measure", c.encode_utf8(&mut [0; 4])).is_some())
            || self.after(span.end).is_some_and(|c| c.is_ascii_digit())
    }

    /// Whether a title's mark that opens after `floor` is still open at `end`: what 《…规划纲要》 names is the title's.
    pub fn in_title_marks(&self, floor: usize, end: usize) -> bool {
        let before = &self.text[floor..end];
        match (before.rfind('\u{300A}'), before.rfind('\u{300B}')) {
            (Some(open), close) => close.is_none_or(|close| close < open),
            _ => false,
        }
    }

    /// Whether all its words are common ones: 高校, 科研院所.
    pub fn all_common(&self, span: Span) -> bool {
        let first = self.tokens.partition_point(|token| token.span.end <= span.start);
        let inside = self.tokens[first..].iter().take_while(|token| token.span.start < span.end);
        inside.map(|token| token.span.of(self.text)).all(|word| {
            ["common", "inner", "generic_edge", "stop"].iter().any(|class| LEXICON.get(class, word).is_some())
        })
    }

    /// Whether no name holds the word.
    pub fn is_stop(&self, word: &str) -> bool {
        LEXICON.get("stop", word).is_some()
    }

    /// Whether it is a common word.
    pub fn is_common(&self, word: &str) -> bool {
        LEXICON.get("common", word).is_some()
    }

    /// Whether a word that is no small one ends at `offset`: neither of a number, nor a preposition, pronoun, adverb, …
    pub fn content_word_before(&self, offset: usize) -> bool {
        self.token_before(offset).is_some_and(|index| {
            let token = &self.tokens[index];
            let small = matches!(
                token.tag.as_str().as_bytes().first(),
                Some(b'p' | b'c' | b'u' | b'r' | b'd' | b'm' | b'q' | b'f')
            );
            token.span.end == offset && !small
        })
    }

    /// Whether its first word is one that no name holds.
    pub fn opens_with_a_stop(&self, span: Span) -> bool {
        let first = self.token_at(span.start).map(|token| Span::new(span.start, token.span.end.min(span.end)));
        self.begins_with_stop(span) || first.is_some_and(|first| self.after_stops(first).is_empty())
    }

    /// Whether the text goes on with a word that is no verb and no small one, so that what ends at `offset` may be a part of a
    /// longer name.
    pub fn goes_into_a_noun(&self, offset: usize) -> bool {
        let on = self.after(offset).is_some_and(char::is_alphanumeric);
        let clear = |tag: &str| tag == "v" || matches!(tag.as_bytes().first(), Some(b'p' | b'c' | b'u' | b'd'));
        on && !self.token_at(offset).is_some_and(|token| clear(token.tag.as_str()))
    }

    /// Whether the tokenizer takes the whole for a person's name.
    pub fn is_person(&self, span: Span) -> bool {
        self.token_at(span.start).is_some_and(|token| token.span == span && token.tag.as_str().starts_with("nr"))
    }

    /// Whether so many of a kind are told, 的 aside: 总投资3亿元的青禾公司 counts none.
    pub fn numbered(&self, span: Span) -> bool {
        let of = self.before(span.start).is_some_and(|c| LEXICON.get("of", c.encode_utf8(&mut [0; 4])).is_some());
        !of && self.counted(span)
    }

    /// Whether it begins with a numeral: 八家公司.
    pub fn begins_with_a_number(&self, span: Span) -> bool {
        beginning("numeral", span.of(self.text)).is_some() || span.of(self.text).starts_with(|c: char| c.is_numeric())
    }

    /// Whether it begins with a word that no name begins with: 加快金沙.
    pub fn begins_with_stop(&self, span: Span) -> bool {
        beginning("stop", span.of(self.text)).is_some_and(|form| form.chars().count() > 1)
    }

    /// The part of `span` after its last word that no name holds: in 北碚引进了航天云网, the name.
    pub fn after_stops(&self, span: Span) -> Span {
        let mut stops = self.tokens_in(span).iter().filter(|token| {
            let word = token.span.of(self.text);
            let bound = matches!(token.tag.as_str().as_bytes().first(), Some(b'p' | b'c' | b'u' | b'r' | b'd'));
            let verb = token.tag == "v" && word.chars().count() > 1 && LEXICON.get("inner", word).is_none();
            bound || verb || LEXICON.get("stop", word).is_some()
        });
        stops.next_back().map_or(span, |token| Span::new(token.span.end, span.end))
    }

    /// The known place that ends at `offset`.
    pub fn place_ending(&self, offset: usize) -> Option<&KnownPlace> {
        let index = self.places.partition_point(|place| place.span.end < offset);
        self.places.get(index).filter(|place| place.span.end == offset)
    }

    /// Where the last known place ends that ends before `at`.
    fn place_before(&self, at: usize) -> Option<usize> {
        let index = self.places.partition_point(|place| place.span.end < at);
        self.places.get(index.checked_sub(1)?).map(|place| place.span.end)
    }

    /// Where the last known body ends that ends before `at`.
    fn body_before(&self, at: usize) -> Option<usize> {
        let index = self.bodies.partition_point(|body| body.span.end < at);
        self.bodies.get(index.checked_sub(1)?).map(|body| body.span.end)
    }

    /// The known place of that span.
    pub fn place_of(&self, span: Span) -> Option<&KnownPlace> {
        let index = self.places.partition_point(|place| place.span.start < span.start);
        self.places.get(index).filter(|place| place.span == span)
    }

    /// The known body of that span.
    pub fn body_of(&self, span: Span) -> Option<&KnownBody> {
        let index = self.bodies.partition_point(|body| body.span.start < span.start);
        self.bodies.get(index).filter(|body| body.span == span)
    }

    /// The division that begins at `offset`.
    pub fn area_at(&self, offset: usize) -> Option<&KnownPlace> {
        let index = self.places.partition_point(|place| place.span.start < offset);
        self.places.get(index).filter(|place| place.span.start == offset && place.area)
    }

    /// The known body that ends at `offset`.
    pub fn body_ending(&self, offset: usize) -> Option<&KnownBody> {
        let index = self.bodies.partition_point(|body| body.span.end < offset);
        self.bodies.get(index).filter(|body| body.span.end == offset)
    }

    /// The known places in a stretch.
    pub fn places_in(&self, within: Span) -> impl Iterator<Item = &KnownPlace> {
        self.places[touching(&self.places, within)].iter().filter(move |place| within.contains(place.span))
    }

    /// The known bodies in a stretch.
    pub fn bodies_in(&self, within: Span) -> impl Iterator<Item = &KnownBody> {
        self.bodies[touching(&self.bodies, within)].iter().filter(move |body| within.contains(body.span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicon_has_every_class_that_the_walk_asks_for() {
        for class in edge::CLASSES {
            assert!(LEXICON.has(class), "{class}");
        }
    }
}
