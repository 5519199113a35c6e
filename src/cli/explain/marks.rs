//! A block's text cut where finds begin and end. Finds may lie in each other: a place in a project's name.

use super::account::Block;
use crate::model::Span;

/// A stretch between two borders.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    pub text: &'a str,
    /// The kinds of what covers it, outermost first; `damaged` among them.
    pub kinds: Vec<&'static str>,
    /// The numbers of the finds that begin with it.
    pub opens: Vec<usize>,
    /// The numbers of the finds that end with it.
    pub closes: Vec<usize>,
}

impl Block {
    /// The block's text in segments.
    pub fn segments(&self) -> Vec<Segment<'_>> {
        segments(self)
    }
}

fn segments(block: &Block) -> Vec<Segment<'_>> {
    let whole = Span::new(block.stretch.span.start, block.stretch.span.start + block.text.len());
    let clip = |span: Span| Span::new(span.start.clamp(whole.start, whole.end), span.end.clamp(whole.start, whole.end));
    let damaged = block.damaged.iter().map(|stretch| (clip(stretch.span), "damaged", None));
    let finds = block.finds.iter().map(|find| (clip(find.stretch.span), find.kind.code, Some(find.number)));
    let mut marks: Vec<_> = damaged.chain(finds).filter(|(span, _, _)| !span.is_empty()).collect();
    marks.sort_by(|(a, _, one), (b, _, other)| a.start.cmp(&b.start).then(b.end.cmp(&a.end)).then(one.cmp(other)));
    let mut borders: Vec<usize> = marks.iter().flat_map(|(span, _, _)| [span.start, span.end]).collect();
    borders.extend([whole.start, whole.end]);
    borders.sort_unstable();
    borders.dedup();

    let mut waiting = marks.into_iter().peekable();
    let mut open = Vec::new();
    let mut segments = Vec::new();
    for pair in borders.windows(2) {
        let here = Span::new(pair[0], pair[1]);
        while let Some(mark) = waiting.next_if(|(span, _, _)| span.start == here.start) {
            open.push(mark);
        }
        segments.push(Segment {
            text: &block.text[here.start - whole.start..here.end - whole.start],
            kinds: open.iter().map(|(_, kind, _)| *kind).collect(),
            opens: open.iter().filter(|(span, _, _)| span.start == here.start).filter_map(|mark| mark.2).collect(),
            closes: open.iter().rev().filter(|(span, _, _)| span.end == here.end).filter_map(|mark| mark.2).collect(),
        });
        open.retain(|(span, _, _)| span.end > here.end);
    }
    segments
}
