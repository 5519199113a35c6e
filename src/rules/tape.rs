//! The tape: a text in which each find of a layer is one placeholder character.

use crate::model::Span;

/// The first of the private-use characters that stand for layers.
const FIRST_PLACEHOLDER: u32 = 0xE000;

/// The placeholder of a family's `index`th layer.
pub(super) fn placeholder(index: usize) -> char {
    let code = u32::try_from(index).ok().and_then(|index| FIRST_PLACEHOLDER.checked_add(index));
    code.and_then(char::from_u32).expect("a family has a handful of layers")
}

#[derive(Debug)]
struct Cell {
    /// On the tape.
    tape: Span,
    /// In the text.
    text: Span,
    /// The layer and the item in it, if this is a placeholder.
    item: Option<(usize, usize)>,
}

/// A stretch of text with its finds shrunk to placeholders, and the way back.
#[derive(Debug)]
pub struct Tape {
    pub(super) projected: String,
    cells: Vec<Cell>,
}

impl Tape {
    /// Lays out `within` of `text`. `layers` hold spans in the order of the text; where two layers overlap, the one
    /// listed first keeps its span.
    pub(super) fn new(text: &str, within: Span, layers: &[Vec<Span>]) -> Self {
        // A layer listed first keeps its span; within a layer the first item does. What is free is looked up among the
        // items of earlier layers, which are in the order of the text.
        let mut items: Vec<(Span, usize, usize)> = Vec::new();
        for (layer, spans) in layers.iter().enumerate() {
            let earlier = items.len();
            for (item, span) in spans.iter().enumerate() {
                if !within.contains(*span) || span.is_empty() {
                    continue;
                }
                let next = items[..earlier].partition_point(|(taken, _, _)| taken.end <= span.start);
                let in_layer = items[earlier..].last().is_some_and(|(taken, _, _)| span.start < taken.end);
                let taken = items[..earlier].get(next).is_some_and(|(taken, _, _)| taken.start < span.end);
                if !taken && !in_layer {
                    items.push((*span, layer, item));
                }
            }
            items.sort_unstable_by_key(|(span, _, _)| *span);
        }
        let cells = Vec::with_capacity(2 * items.len() + 1);
        let mut tape = Self { projected: String::with_capacity(within.len()), cells };
        let mut at = within.start;
        for (span, layer, item) in items {
            tape.copy(text, Span::new(at, span.start));
            let start = tape.projected.len();
            tape.projected.push(placeholder(layer));
            tape.cells.push(Cell {
                tape: Span::new(start, tape.projected.len()),
                text: span,
                item: Some((layer, item)),
            });
            at = span.end;
        }
        tape.copy(text, Span::new(at, within.end));
        tape
    }

    /// Copies text as it is. A private-use character of the text itself must not pass for a find: it becomes U+FFFF's
    /// neighbour U+FFFD, which has as many bytes.
    fn copy(&mut self, text: &str, span: Span) {
        if span.is_empty() {
            return;
        }
        let start = self.projected.len();
        let text = span.of(text);
        if is_private(text.as_bytes()) {
            let plain = text.chars().map(|c| if ('\u{E000}'..='\u{F8FF}').contains(&c) { '\u{FFFD}' } else { c });
            self.projected.extend(plain);
        } else {
            self.projected.push_str(text);
        }
        self.cells.push(Cell { tape: Span::new(start, self.projected.len()), text: span, item: None });
    }

    /// The stretch of text behind a stretch of tape.
    pub(super) fn text_span(&self, tape: Span) -> Span {
        Span::new(self.text_offset(tape.start, true), self.text_offset(tape.end, false))
    }

    fn text_offset(&self, offset: usize, is_start: bool) -> usize {
        let index =
            self.cells.partition_point(|cell| if is_start { cell.tape.end <= offset } else { cell.tape.end < offset });
        let Some(cell) = self.cells.get(index) else {
            return self.cells.last().map_or(0, |cell| cell.text.end);
        };
        if cell.item.is_some() {
            return if is_start { cell.text.start } else { cell.text.end };
        }
        cell.text.start + (offset - cell.tape.start)
    }

    /// The item of a layer that fills the stretch of tape, if one does.
    pub(super) fn item(&self, tape: Span) -> Option<usize> {
        let index = self.cells.binary_search_by_key(&tape, |cell| cell.tape).ok()?;
        self.cells[index].item.map(|(_, item)| item)
    }
}

/// Whether the bytes of a text hold a private-use character: U+E000 to U+F8FF are EE 80 80 to EF A3 BF.
fn is_private(bytes: &[u8]) -> bool {
    memchr::memchr2_iter(0xEE, 0xEF, bytes).any(|at| bytes[at] == 0xEE || bytes[at + 1] <= 0xA3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_use_characters_of_the_text_pass_for_no_find() {
        let text = "甲\u{E000}乙\u{F8FF}，１\u{FFFD}\u{F900}丙";

        let tape = Tape::new(text, Span::new(0, text.len()), &[vec![Span::new(6, 9)]]);

        assert_eq!(tape.projected, "甲\u{FFFD}\u{E000}\u{FFFD}，１\u{FFFD}\u{F900}丙");
        for (c, private) in
            [('\u{E000}', true), ('\u{F8FF}', true), ('\u{F900}', false), ('\u{D7FF}', false), ('１', false)]
        {
            assert_eq!(is_private(c.to_string().as_bytes()), private, "{c:?}");
        }
    }
}
