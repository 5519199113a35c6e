//! Keeps tags with thousands of attributes from the tokenizer, whose time for a tag grows with the square of their number.

use std::borrow::Cow;

/// A tag has no more attributes; the rest of it is left out. Pages seen have up to 30.
const ATTRIBUTES: usize = 500;

/// The page with overlong tags cut short; scripts, styles and comments are passed over.
pub(super) fn bounded(html: &str) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let mut kept: Option<String> = None;
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        at += found;
        let rest = &html[at..];
        if let Some(end) = passed_over(rest) {
            at += end;
            continue;
        }
        if !bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) {
            at += 1;
            continue;
        }
        let (cut, end) = tag(&bytes[at..]);
        if let Some(cut) = cut {
            let kept = kept.get_or_insert_with(String::new);
            kept.push_str(&html[copied..at + cut]);
            copied = at + end;
        }
        at += end;
    }
    match kept {
        Some(mut kept) => {
            kept.push_str(&html[copied..]);
            Cow::Owned(kept)
        }
        None => Cow::Borrowed(html),
    }
}

/// Where a comment ends that begins here, or a script or style begun before: the ends that a tag cannot hold.
fn passed_over(rest: &str) -> Option<usize> {
    if rest.starts_with("<!--") {
        return Some(rest.find("-->").map_or(rest.len(), |end| end + 3));
    }
    let name = ["script", "style"].into_iter().find(|name| {
        let given = rest.as_bytes().get(1..=name.len());
        given.is_some_and(|given| given.eq_ignore_ascii_case(name.as_bytes()))
    })?;
    let (cut, end) = tag(rest.as_bytes());
    if cut.is_some() {
        return None;
    }
    let close = format!("</{name}");
    let body = &rest.as_bytes()[end..];
    let found = body.windows(close.len()).position(|window| window.eq_ignore_ascii_case(close.as_bytes()));
    Some(end + found.unwrap_or(body.len()))
}

/// Of the tag that begins here, where to cut it if it has too many attributes, and its end: its `>` or the page's end.
fn tag(bytes: &[u8]) -> (Option<usize>, usize) {
    let mut quote: Option<u8> = None;
    let (mut attributes, mut cut) = (0, None);
    let mut before = b' ';
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if before == b'=' => quote = Some(*byte),
            (None, b'>') => return (cut, at),
            (None, byte) if byte.is_ascii_whitespace() || *byte == b'/' || before == b'"' || before == b'\'' => {
                attributes += 1;
                if attributes > ATTRIBUTES && cut.is_none() {
                    cut = Some(at);
                }
            }
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = *byte;
        }
    }
    (cut, bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlong_tag_is_cut_and_all_else_stays() {
        let many: String = (0..2_000).map(|number| format!(" a{number}='>'")).collect();
        let page = format!("<!-- <p{many} --><script>if (a <b {many}) </script><p class=a>甲</p><p{many}>乙</p>");

        let bounded = bounded(&page);

        assert!(bounded.ends_with(" a498='>'>乙</p>") || bounded.ends_with(">乙</p>") && bounded.len() < page.len());
        assert!(bounded.starts_with(&page[..page.find("甲").unwrap()]));
    }

    #[test]
    fn an_ordinary_page_is_not_copied() {
        for page in
            ["<p class=\"a b\" title='1 > 0'>甲</p>", "<p", "a < b", "<!-- ", "<script>", "", "<a href=x/y/z?q=1>"]
        {
            assert!(matches!(bounded(page), Cow::Borrowed(_)), "{page}");
        }
    }
}
