//! Lists after a trigger that tell one happening for each item: `入选甲名单和乙名单`, `举办甲论坛、乙大赛`.

use super::FAMILY;
use crate::model::Span;

/// The items of the list in `after`, if each is a happening of its own; else none. `before` is what stands before the
/// trigger: several bearers (`一批`, `6个`) share several honours, and that is one happening.
pub(super) fn happenings(text: &str, before: &str, after: Span) -> Vec<Span> {
    if !FAMILY.lexicon.find("plural", before).is_empty() {
        return Vec::new();
    }
    let items = items(text, after);
    let complete = |item: &Span| {
        let body = trim_rest(item.of(text));
        let bare = body.trim_end_matches(['\u{201D}', '"', '\u{300B}', '\u{FF09}', ')']);
        let own = bare.len() < body.len() && bare.len() > 3;
        own && ends_quoted(body) || FAMILY.lexicon.suffix_of("item", bare).is_some()
    };
    if items.len() < 2 || !items.iter().all(complete) {
        return Vec::new();
    }
    items
}

fn ends_quoted(body: &str) -> bool {
    body.ends_with(['\u{201D}', '"', '\u{300B}'])
}

/// The part of the last item before `等…`.
fn trim_rest(item: &str) -> &str {
    let rest = FAMILY.lexicon.find("rest", item);
    rest.last().map_or(item, |word| &item[..word.span.start])
}

/// Cuts a list at its separators, outside quotes and brackets.
fn items(text: &str, list: Span) -> Vec<Span> {
    let body = list.of(text);
    let joints: Vec<Span> = FAMILY.lexicon.find("joint", body).iter().map(|j| j.span).collect();
    let (mut out, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    let mut push = |from: usize, to: usize| {
        if to > from {
            out.push(Span::new(from, to).shift(list.start));
        }
    };
    for (at, c) in body.char_indices() {
        match c {
            '\u{201C}' | '\u{300A}' | '\u{FF08}' | '(' => {
                let adjacent = body[..at].ends_with(['\u{201D}', '\u{300B}']);
                if depth == 0 && adjacent {
                    push(start, at);
                    start = at;
                }
                depth += 1;
            }
            '\u{201D}' | '\u{300B}' | '\u{FF09}' | ')' => depth -= 1,
            _ if depth <= 0 => {
                if let Some(joint) = joints.iter().find(|joint| joint.start == at) {
                    push(start, at);
                    start = joint.end;
                }
            }
            _ => {}
        }
    }
    push(start, body.len());
    out
}
