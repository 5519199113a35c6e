//! What characters are, as far as the layout of a text goes. Marks are written as escapes: code holds no Chinese.

use crate::model::Span;

/// A Chinese character.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// How many Chinese characters a text has.
pub(super) fn han(text: &str) -> usize {
    text.chars().filter(|c| is_han(*c)).count()
}

/// `。！？…` and the ASCII marks that mirrors print for them: what ends a sentence.
pub(super) fn ends_sentence(c: char) -> bool {
    matches!(c, '\u{3002}' | '\u{FF01}' | '\u{FF1F}' | '\u{2026}' | '!' | '?' | '\u{FF0E}')
}

/// `，、；：` and their ASCII forms: what stands within a sentence.
pub(super) fn divides_sentence(c: char) -> bool {
    matches!(c, '\u{FF0C}' | '\u{3001}' | '\u{FF1B}' | '\u{FF1A}' | ',' | ';' | ':')
}

/// Quotation marks and brackets that close.
pub(super) fn closes(c: char) -> bool {
    matches!(
        c,
        '\u{201D}'
            | '\u{2019}'
            | '"'
            | '\''
            | ')'
            | '\u{FF09}'
            | ']'
            | '\u{3011}'
            | '\u{300B}'
            | '\u{300D}'
            | '\u{300F}'
    )
}

/// Whether a line ends as a sentence does: `他说。”` and, before a list, `如下：`, `；` and `——`.
pub(super) fn is_closed(line: &str) -> bool {
    let mut end = line.trim_end().chars().rev().skip_while(|c| closes(*c));
    let last = end.next();
    let closed_by_bracket =
        line.trim_end().chars().next_back().is_some_and(|c| closes(c) && c != '"' && c != '\u{201D}');
    last.is_none_or(|c| ends_sentence(c) || matches!(c, '\u{FF1B}' | '\u{FF1A}' | ';' | ':' | '\u{2014}' | '\u{2500}'))
        || closed_by_bracket
}

/// Whether a mark of a sentence stands in it.
pub(super) fn has_mark(line: &str) -> bool {
    line.chars().any(|c| c == '\u{3002}' || c == '\u{FF0C}' || c == ',' || c == '\u{FF1B}')
}

/// The lines of a text without what is white at their ends; empty ones are left out.
pub(super) fn lines(text: &str) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let body = line.trim();
        if !body.is_empty() {
            let start = at + (line.len() - line.trim_start().len());
            lines.push(Span::new(start, start + body.len()));
        }
        at += line.len() + 1;
    }
    lines
}

/// The edits' span that takes a whole line out, with one line end.
pub(super) fn whole_line(text: &str, line: Span) -> Span {
    let start = text[..line.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[line.end..].find('\n').map_or(text.len(), |at| line.end + at + 1);
    Span::new(start, end)
}
