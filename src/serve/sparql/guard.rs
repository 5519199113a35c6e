//! Refuses queries whose nesting would exhaust the stack of the parser or the evaluator, which both recurse: that would
//! end the process, not the query.

use crate::serve::error::{Fault, Kind};

/// Far more than a person writes; measured far from the stack's end.
const BRACKETS: usize = 128;
/// `!!!!x` and `- - -x` nest too, without brackets.
const PREFIXES: usize = 64;

/// An error if the text nests too deeply. Strings, IRIs and comments are passed over.
pub fn check(text: &str) -> Result<(), Fault> {
    let (mut depth, mut run) = (0_usize, 0_usize);
    let mut rest = text.bytes().enumerate().peekable();
    while let Some((place, byte)) = rest.next() {
        match byte {
            b'(' | b'{' | b'[' => depth += 1,
            b')' | b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match byte {
            b'!' | b'-' | b'+' | b'^' => run += 1,
            byte if byte.is_ascii_whitespace() => {}
            _ => run = 0,
        }
        if depth > BRACKETS || run > PREFIXES {
            return Err(Fault::new(
                Kind::Nesting,
                format!("expected at most {BRACKETS} levels of nesting, found more at byte {place}"),
            ));
        }
        let end = match byte {
            b'#' => end_of_comment(text, place),
            b'"' | b'\'' => end_of_string(text, place),
            b'<' => end_of_iri(text, place),
            _ => None,
        };
        if let Some(end) = end {
            while rest.next_if(|(next, _)| *next < end).is_some() {}
        }
    }
    Ok(())
}

fn end_of_comment(text: &str, start: usize) -> Option<usize> {
    let rest = &text.as_bytes()[start..];
    let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    Some(start + length.unwrap_or(rest.len()))
}

fn end_of_string(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = bytes[start];
    let long = bytes[start..].starts_with(&[quote; 3]);
    let mut place = start + if long { 3 } else { 1 };
    while place < bytes.len() {
        match bytes[place] {
            b'\\' => place += 1,
            byte if byte == quote && !long => return Some(place + 1),
            byte if byte == quote && bytes[place..].starts_with(&[quote; 3]) => return Some(place + 3),
            b'\n' if !long => return None,
            _ => {}
        }
        place += 1;
    }
    None
}

/// `<` is also less-than: an IRI has no space, and none of the characters that a term begins with.
fn end_of_iri(text: &str, start: usize) -> Option<usize> {
    let length = text.as_bytes()[start + 1..].iter().position(|byte| {
        *byte <= b' ' || matches!(byte, b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'^' | b'`' | b'\\')
    })?;
    (text.as_bytes()[start + 1 + length] == b'>').then_some(start + 2 + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_query_passes() {
        assert!(check("SELECT * { ?s ?p ?o FILTER(?o < 3 && (?o > -1)) } # ((((").is_ok());
    }

    #[test]
    fn brackets_in_strings_iris_and_comments_do_not_count() {
        let many = "(".repeat(1000);

        for text in [
            format!("ASK {{ ?s ?p \"{many}\" }}"),
            format!("ASK {{ ?s ?p '''{many}\n''' }}"),
            format!("ASK {{ ?s <http://x/{many}> ?o }}"),
            format!("# {many}\nASK {{}}"),
        ] {
            assert!(check(&text).is_ok(), "{}", &text[..20]);
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        for text in [
            format!("ASK {}", "{".repeat(1000)),
            format!("SELECT ({} 1 AS ?x) {{}}", "(".repeat(1000)),
            format!("SELECT ({} 1 AS ?x) {{}}", "!".repeat(1000)),
            format!("SELECT ({} 1 AS ?x) {{}}", "- ".repeat(1000)),
            format!("ASK {{ \"open {}", "(".repeat(1000)),
        ] {
            assert_eq!(check(&text).unwrap_err().kind, Kind::Nesting);
        }
    }
}
