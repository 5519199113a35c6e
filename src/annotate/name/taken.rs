//! Which stretches of the text have been given away.

use crate::model::Span;
use std::collections::BTreeMap;

/// Stretches that do not overlap.
#[derive(Default)]
pub struct Taken(BTreeMap<usize, usize>);

impl Taken {
    /// The stretch among them that overlaps this one and begins last.
    pub fn clash(&self, span: Span) -> Option<Span> {
        let before = self.0.range(..span.end).next_back().filter(|(_, end)| **end > span.start);
        before.map(|(start, end)| Span::new(*start, *end))
    }

    /// Whether one of them ends there.
    pub fn ends_at(&self, at: usize) -> bool {
        self.0.range(..at).next_back().is_some_and(|(_, end)| *end == at)
    }

    /// Takes the stretch, unless one that overlaps it is taken.
    pub fn take(&mut self, span: Span) -> bool {
        let free = self.clash(span).is_none();
        if free {
            self.0.insert(span.start, span.end);
        }
        free
    }
}

impl FromIterator<Span> for Taken {
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> Self {
        Self(spans.into_iter().map(|span| (span.start, span.end)).collect())
    }
}
