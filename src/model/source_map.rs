//! From a clean text back to the text that the page printed.

use super::Span;
use serde::Serialize;

/// The way back from the clean text to the printed one: pieces in the order of both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SourceMap {
    /// Pairs of a stretch of clean text and the printed stretch that it came from. They cover the clean text.
    pub pieces: Vec<Piece>,
}

/// A stretch of clean text and the printed stretch that it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// In the clean text.
    pub clean: Span,
    /// In the printed text.
    pub printed: Span,
    /// Whether both stretches are the same to the letter.
    pub verbatim: bool,
}

impl SourceMap {
    /// The printed stretch that `clean` came from; `None` where it came from nowhere (a title that markup declared).
    pub fn printed(&self, clean: Span) -> Option<Span> {
        let first = self.pieces.partition_point(|piece| piece.clean.end <= clean.start);
        let mut covered: Option<Span> = None;
        for piece in self.pieces.iter().skip(first).take_while(|piece| piece.clean.start < clean.end) {
            let part = if piece.verbatim {
                let start = clean.start.saturating_sub(piece.clean.start);
                let end = clean.end.min(piece.clean.end) - piece.clean.start;
                Span::new(piece.printed.start + start, piece.printed.start + end)
            } else {
                piece.printed
            };
            covered = Some(covered.map_or(part, |so_far| so_far.cover(part)));
        }
        covered
    }
}
