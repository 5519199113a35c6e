//! Places in a text.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A half-open range of bytes of a text, on character borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The stretch of `text` that it names.
    ///
    /// # Panics
    /// If it does not lie in `text` or cuts a character: a span belongs to one text.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// Its length in bytes.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it has no byte.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether all of `other` lies in it.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether they have a byte in common.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest range that has both.
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The same range, `by` bytes further on.
    pub const fn shift(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
}

/// What stands somewhere in a text.
pub trait Placed {
    /// Where.
    fn span(&self) -> Span;
}

impl Placed for Span {
    fn span(&self) -> Span {
        *self
    }
}

/// The items of a layer that overlap `span`, as indices. The layer is in the order of the text and its items do not overlap:
/// to ask for the few near a place takes no longer in a long article than in a short one.
pub fn touching<T: Placed>(layer: &[T], span: Span) -> Range<usize> {
    let first = layer.partition_point(|item| item.span().end <= span.start);
    let more = layer.get(first..).unwrap_or_default();
    first..first + more.partition_point(|item| item.span().start < span.end)
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touching_items_are_those_that_overlap() {
        let layer = [Span::new(0, 3), Span::new(3, 6), Span::new(9, 12), Span::new(15, 18)];
        for start in 0..20 {
            for end in start..20 {
                let asked = Span::new(start, end);
                let overlap: Vec<usize> = (0..layer.len()).filter(|at| layer[*at].overlaps(asked)).collect();

                assert_eq!(touching(&layer, asked).collect::<Vec<_>>(), overlap, "{asked:?}");
            }
        }
        assert!(touching(&[] as &[Span], Span::new(0, 9)).is_empty());
    }
}
