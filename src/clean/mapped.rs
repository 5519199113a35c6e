//! Text that knows where each stretch of it was printed. Every step of `clean` is a list of edits to such a text;
//! the map is composed edit by edit, so no step has to know what the steps before it did.

use crate::model::{Piece, Repair, SourceMap, Span};

/// A change to a text: what stands `at` becomes `with`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) at: Span,
    pub(super) with: String,
    /// The repair's kind.
    pub(super) kind: &'static str,
}

impl Edit {
    pub(super) fn new(at: Span, with: impl Into<String>, kind: &'static str) -> Self {
        Self { at, with: with.into(), kind }
    }

    pub(super) fn delete(at: Span, kind: &'static str) -> Self {
        Self::new(at, "", kind)
    }
}

/// A text, the way back to the printed one, and what was repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MappedText {
    text: String,
    pieces: Vec<Piece>,
    repairs: Vec<Repair>,
}

impl MappedText {
    /// The printed text itself.
    pub(super) fn new(printed: &str) -> Self {
        let all = Span::new(0, printed.len());
        let piece = Piece { clean: all, printed: all, verbatim: true };
        Self {
            text: printed.to_owned(),
            pieces: if all.is_empty() { Vec::new() } else { vec![piece] },
            repairs: Vec::new(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Applies edits. Of two that overlap the first in the text stands; one that changes nothing is no edit.
    pub(super) fn edit(&mut self, mut edits: Vec<Edit>) {
        edits.retain(|edit| edit.at.of(&self.text) != edit.with);
        if edits.is_empty() {
            return;
        }
        edits.sort_by_key(|edit| edit.at);
        let old = std::mem::take(self);
        let mut out = Builder { new: Self::default(), next: 0, old: &old };
        out.new.text.reserve(old.text.len());
        out.new.pieces.reserve(old.pieces.len() + 2 * edits.len());
        let mut at = 0;
        for edit in &edits {
            if edit.at.start < at {
                continue;
            }
            out.keep(Span::new(at, edit.at.start));
            out.replace(edit);
            at = edit.at.end;
        }
        out.keep(Span::new(at, old.text.len()));
        let mut new = out.new;
        let mut repairs = old.repairs;
        repairs.append(&mut new.repairs);
        new.repairs = repairs;
        *self = new;
    }

    /// A stretch of the text as a text of its own, with the repairs made in it.
    pub(super) fn slice(&self, span: Span) -> Self {
        let mut out = Builder { new: Self::default(), next: 0, old: self };
        out.next = self.pieces.partition_point(|piece| piece.clean.end <= span.start);
        out.keep(span);
        let mut part = out.new;
        let cover = part.pieces.first().zip(part.pieces.last());
        let cover = cover.map_or(Span::default(), |(first, last)| first.printed.cover(last.printed));
        part.repairs = self.repairs.iter().filter(|repair| cover.contains(repair.printed)).cloned().collect();
        part
    }

    /// The text, the map and the repairs in the order of the printed text, neighbours of a kind made one.
    pub(super) fn finish(self) -> (String, SourceMap, Vec<Repair>) {
        let mut repairs = self.repairs;
        repairs.sort_by(|a, b| a.printed.cmp(&b.printed).then(a.kind.cmp(b.kind)));
        let mut merged: Vec<Repair> = Vec::new();
        for repair in repairs {
            match merged.last_mut() {
                Some(last) if last.kind == repair.kind && repair.printed.start <= last.printed.end => {
                    last.printed = last.printed.cover(repair.printed);
                }
                _ => merged.push(repair),
            }
        }
        (self.text, SourceMap { pieces: self.pieces }, merged)
    }
}

impl Default for MappedText {
    fn default() -> Self {
        Self::new("")
    }
}

struct Builder<'o> {
    new: MappedText,
    /// The first piece of the old text that may still be needed.
    next: usize,
    old: &'o MappedText,
}

impl Builder<'_> {
    /// Copies a stretch of the old text with its pieces.
    fn keep(&mut self, span: Span) {
        while let Some(piece) = self.old.pieces.get(self.next) {
            if piece.clean.start >= span.end {
                break;
            }
            let clean = Span::new(piece.clean.start.max(span.start), piece.clean.end.min(span.end));
            if clean.start < clean.end {
                let from = self.new.text.len();
                self.new.text.push_str(clean.of(&self.old.text));
                let printed = if piece.verbatim {
                    let start = piece.printed.start + (clean.start - piece.clean.start);
                    Span::new(start, start + clean.len())
                } else {
                    piece.printed
                };
                self.push(Piece { clean: Span::new(from, self.new.text.len()), printed, verbatim: piece.verbatim });
            }
            if piece.clean.end > span.end {
                break;
            }
            self.next += 1;
        }
    }

    fn replace(&mut self, edit: &Edit) {
        let printed = self.printed(edit.at);
        self.new.repairs.push(Repair { kind: edit.kind, printed });
        if !edit.with.is_empty() {
            let from = self.new.text.len();
            self.new.text.push_str(&edit.with);
            self.push(Piece { clean: Span::new(from, self.new.text.len()), printed, verbatim: false });
        }
    }

    /// The printed stretch behind a stretch of the old text; an empty one stands after what was printed before it.
    fn printed(&mut self, span: Span) -> Span {
        let pieces = &self.old.pieces;
        while pieces.get(self.next).is_some_and(|piece| piece.clean.end <= span.start) {
            self.next += 1;
        }
        if span.is_empty() {
            let inside = pieces.get(self.next).filter(|piece| piece.clean.start < span.start);
            let at = match inside {
                Some(piece) if piece.verbatim => piece.printed.start + (span.start - piece.clean.start),
                Some(piece) => piece.printed.end,
                None => self.next.checked_sub(1).map_or(0, |before| pieces[before].printed.end),
            };
            return Span::new(at, at);
        }
        let mut covered: Option<Span> = None;
        for piece in &pieces[self.next..] {
            if piece.clean.start >= span.end {
                break;
            }
            let part = if piece.verbatim {
                let start = span.start.saturating_sub(piece.clean.start);
                let end = span.end.min(piece.clean.end) - piece.clean.start;
                Span::new(piece.printed.start + start, piece.printed.start + end)
            } else {
                piece.printed
            };
            covered = Some(covered.map_or(part, |so_far| so_far.cover(part)));
        }
        covered.unwrap_or_default()
    }

    fn push(&mut self, piece: Piece) {
        match self.new.pieces.last_mut() {
            Some(last) if last.verbatim && piece.verbatim && last.printed.end == piece.printed.start => {
                last.clean.end = piece.clean.end;
                last.printed.end = piece.printed.end;
            }
            _ => self.new.pieces.push(piece),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What every map owes: pieces in order that cover the text, and equal stretches where it says so.
    pub(crate) fn faults(text: &str, printed: &str, pieces: &[Piece]) -> Vec<String> {
        let mut faults = Vec::new();
        let mut at = 0;
        for piece in pieces {
            if piece.clean.start != at || piece.clean.is_empty() {
                faults.push(format!("a gap or an empty piece at {at}: {piece:?}"));
            }
            if piece.verbatim && piece.clean.of(text) != piece.printed.of(printed) {
                faults.push(format!("not verbatim: {piece:?}"));
            }
            at = piece.clean.end;
        }
        if at != text.len() {
            faults.push(format!("the pieces end at {at} of {}", text.len()));
        }
        faults
    }

    #[test]
    fn edits_upon_edits_lead_back_to_what_was_printed() {
        let printed = "當(dāng)前位置:首頁";
        let mut text = MappedText::new(printed);

        text.edit(vec![Edit::delete(Span::new(3, 9 + 1), "pinyin")]);
        text.edit(vec![Edit::new(Span::new(0, 3), "当", "script"), Edit::new(Span::new(16, 19), "页", "script")]);
        text.edit(vec![Edit::new(Span::new(12, 13), "：", "width")]);

        let (clean, map, repairs) = text.finish();
        assert_eq!(clean, "当前位置：首页");
        assert_eq!(faults(&clean, printed, &map.pieces), Vec::<String>::new());
        let home = Span::new(15, 21);
        assert_eq!(map.printed(home).unwrap().of(printed), "首頁");
        let kinds: Vec<&str> = repairs.iter().map(|repair| repair.kind).collect();
        assert_eq!(kinds, ["script", "pinyin", "width", "script"]);
    }

    #[test]
    fn any_edits_keep_the_map_exact() {
        // A small linear congruential generator: the same edits in each run.
        let mut state = 7_u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(state >> 33).unwrap() % below.max(1)
        };
        let printed = "甲a乙b丙c丁d戊e己f庚g辛h壬i癸";
        for _ in 0..300 {
            let mut text = MappedText::new(printed);
            for _ in 0..4 {
                let borders: Vec<usize> =
                    (0..=text.text().len()).filter(|at| text.text().is_char_boundary(*at)).collect();
                let edits = (0..next(4)).map(|_| {
                    let (a, b) = (borders[next(borders.len())], borders[next(borders.len())]);
                    let with = ["", "新", "xyz", "\n"][next(4)];
                    Edit::new(Span::new(a.min(b), a.max(b).min(a.min(b) + 12)), with, "space")
                });
                let edits: Vec<Edit> = edits.filter(|edit| text.text().is_char_boundary(edit.at.end)).collect();
                text.edit(edits);
            }
            let (clean, map, _) = text.clone().finish();
            assert_eq!(faults(&clean, printed, &map.pieces), Vec::<String>::new());
            let half = (0..=clean.len() / 2).rev().find(|at| clean.is_char_boundary(*at)).unwrap();
            let (part, map, _) = text.slice(Span::new(half, clean.len())).finish();
            assert_eq!(faults(&part, printed, &map.pieces), Vec::<String>::new());
        }
    }
}
