//! From a path to the IRI of a thing. A client may send 汉字 plain or encoded; in an IRI they stand plain, and only what an
//! IRI cannot hold, and a slash within a key, is encoded.

use oxigraph::model::NamedNode;
use percent_encoding::percent_decode_str;

/// Forms that a suffix names.
const SUFFIXES: [&str; 5] = ["html", "ttl", "jsonld", "nt", "rdf"];

/// The thing that a path asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The type's path segment.
    pub kind: String,
    /// The key as it came.
    raw: String,
}

impl Asked {
    /// Reads `/id/place/500109.ttl`.
    pub fn read(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("/id/").or_else(|| path.strip_prefix("/doc/"))?;
        let (kind, raw) = rest.split_once('/')?;
        (!kind.is_empty() && !raw.is_empty() && !raw.contains('/'))
            .then(|| Self { kind: kind.to_owned(), raw: raw.to_owned() })
    }

    /// The IRIs that may be meant, the likeliest first, each with the suffix that was taken off.
    pub fn candidates(&self, base: &str) -> Vec<(NamedNode, Option<&'static str>)> {
        let stripped = SUFFIXES
            .into_iter()
            .find_map(|suffix| Some((self.raw.strip_suffix(suffix)?.strip_suffix('.')?, Some(suffix))));
        let mut found = Vec::new();
        // A key may itself end like a suffix: the thing of that very name comes first.
        for (raw, suffix) in std::iter::once((self.raw.as_str(), None)).chain(stripped) {
            for key in [canonical(raw), raw.to_owned()] {
                if let Ok(node) = NamedNode::new(format!("{base}/id/{}/{key}", self.kind)) {
                    if !found.contains(&(node.clone(), suffix)) {
                        found.push((node, suffix));
                    }
                }
            }
        }
        found
    }

    /// The type and key within the thing's IRI.
    pub fn tail(&self, node: &NamedNode, base: &str) -> String {
        let path = node.as_str().strip_prefix(base).unwrap_or_default();
        path.strip_prefix("/id/").unwrap_or(path).to_owned()
    }
}

/// The key with everything decoded that an IRI's segment can hold plain.
fn canonical(raw: &str) -> String {
    let Ok(plain) = percent_decode_str(raw).decode_utf8() else {
        return raw.to_owned();
    };
    let mut key = String::with_capacity(plain.len());
    for character in plain.chars() {
        let kept = !character.is_control()
            && !matches!(character, '/' | '%' | '?' | '#' | ' ' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}');
        if kept {
            key.push(character);
        } else {
            let mut buffer = [0; 4];
            for byte in character.encode_utf8(&mut buffer).bytes() {
                key.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(path: &str) -> (String, Option<&'static str>) {
        let (node, suffix) = Asked::read(path).unwrap().candidates("http://x").remove(0);
        (node.into_string(), suffix)
    }

    #[test]
    fn chinese_is_plain_in_the_iri_however_it_came() {
        let expected = "http://x/id/indicator/森林".to_owned();

        assert_eq!(first("/id/indicator/%E6%A3%AE%E6%9E%97").0, expected);
        assert_eq!(first("/doc/indicator/%e6%a3%ae林").0, expected);
        assert_eq!(first("/id/indicator/森林").0, expected);
    }

    #[test]
    fn a_slash_within_a_key_stays_encoded() {
        assert_eq!(first("/id/indicator/%E5%85%83%2f%E5%90%A8").0, "http://x/id/indicator/元%2F吨");
    }

    #[test]
    fn a_suffix_comes_off_if_the_name_itself_is_not_there() {
        let candidates = Asked::read("/id/place/500109.ttl").unwrap().candidates("http://x");

        assert_eq!(candidates[0].0.as_str(), "http://x/id/place/500109.ttl");
        assert_eq!(candidates[1], (NamedNode::new("http://x/id/place/500109").unwrap(), Some("ttl")));
    }

    #[test]
    fn what_names_no_thing_is_none() {
        for path in ["/id/", "/id/place", "/id/place/", "/id/place/a/b", "/other/place/x"] {
            assert_eq!(Asked::read(path), None, "{path}");
        }
    }

    #[test]
    fn characters_that_break_an_iri_stay_encoded() {
        let (iri, _) = first("/id/place/%22%3E%3Cscript%3E%20");

        assert_eq!(iri, "http://x/id/place/%22%3E%3Cscript%3E%20");
    }
}
