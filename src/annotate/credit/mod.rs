//! Unified social credit codes (GB 32100-2015) that a text states of an organization:
//! `青禾科技有限公司（统一社会信用代码：91…）`.
//!
//! It takes the text and the organizations named in it, and gives each code that stands beside a name, in capitals and
//! without spaces. A code whose check character is wrong is none. A code that no name stands right before is nobody's.

use crate::model::{CreditCode, Found, OrganizationMention, Span, StatedCode};
use crate::rules::Lexicon;
use std::sync::LazyLock;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::parse(include_str!("lexicon.toml")).unwrap_or_else(|fault| panic!("annotate/credit: {fault}"))
});

/// Brackets of both widths.
const OPEN: [char; 2] = ['(', '\u{FF08}'];
const CLOSE: [char; 2] = [')', '\u{FF09}'];

/// The longest stretch between a name and the label: room for `（以下简称“青禾公司”）`.
const REACH: usize = 40;

/// The codes that stand beside an organization's name, in the order of the text.
pub(super) fn codes(text: &str, organizations: &[Found<OrganizationMention>]) -> Vec<StatedCode> {
    let mut found: Vec<StatedCode> = Vec::new();
    for label in LEXICON.find("label", text) {
        let from = label.span.end + opening(&text[label.span.end..]);
        let Some((code, len)) = code_at(&text[from..]) else {
            continue;
        };
        let before = organizations.partition_point(|named| named.span.end <= label.span.start);
        let between = |index: usize| &text[organizations[index].span.end..label.span.start];
        let Some(organization) = (0..before).rev().find(|index| !is_bracketed(between(*index))) else {
            continue;
        };
        if is_beside(between(organization)) {
            found.push(StatedCode { span: Span::new(from, from + len), code, organization });
        }
    }
    found
}

/// The length of what stands between a label and its code: `：`, `为`, `号: `.
fn opening(text: &str) -> usize {
    let mut rest = text;
    loop {
        let next = match LEXICON.prefix_of("before_code", rest) {
            Some((_, word)) => &rest[word.len()..],
            None => rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '\n'),
        };
        if next.len() == rest.len() {
            return text.len() - rest.len();
        }
        rest = next;
    }
}

/// The code with which the text begins, in capitals, and its length in the text, where spaces may part it.
fn code_at(text: &str) -> Option<(CreditCode, usize)> {
    let mut code = String::with_capacity(CreditCode::LENGTH);
    for (at, c) in text.char_indices() {
        if c.is_ascii_alphanumeric() {
            code.push(c.to_ascii_uppercase());
        } else if c != ' ' {
            return None;
        }
        if code.len() == CreditCode::LENGTH {
            let more = text[at + 1..].starts_with(|next: char| next.is_ascii_alphanumeric());
            return CreditCode::parse(&code).filter(|_| !more).map(|code| (code, at + 1));
        }
    }
    None
}

/// Whether a name stands in brackets that the text after it closes, as 青禾公司 does in `（以下简称“青禾公司”），`.
fn is_bracketed(after: &str) -> bool {
    let bracket = after.chars().take(REACH).find(|c| OPEN.contains(c) || CLOSE.contains(c));
    bracket.is_some_and(|bracket| CLOSE.contains(&bracket))
}

/// Whether what stands between a name and the label leaves the label beside the name.
fn is_beside(between: &str) -> bool {
    if between.chars().count() > REACH || between.matches('\n').count() > 1 {
        return false;
    }
    let outside = without_brackets(between);
    let mut rest = outside.as_str();
    while let Some(c) = rest.chars().next() {
        rest = match LEXICON.prefix_of("after_name", rest) {
            Some((_, word)) => &rest[word.len()..],
            // A sentence that has ended speaks of something else.
            None if c.is_alphanumeric() || c == '\u{3002}' => return false,
            None => &rest[c.len_utf8()..],
        };
    }
    true
}

/// The text without its first pair of brackets and what they hold.
fn without_brackets(text: &str) -> String {
    let open = text.find(OPEN);
    let close = open.and_then(|open| Some(open + text[open..].find(CLOSE)?));
    match (open, close) {
        (Some(open), Some(close)) => {
            let after = text[close..].chars().next().map_or(close, |mark| close + mark.len_utf8());
            format!("{}{}", &text[..open], &text[after..])
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
