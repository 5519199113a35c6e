//! Words with their parts of speech.

use super::{Placed, Span};
use serde::Serialize;

/// A word and its part of speech in the tag set of the tokenizer's dictionary (`n`, `v`, `m`, `q`, `ns`, `nt`, …).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Token {
    /// Where.
    pub span: Span,
    /// Its part of speech.
    pub tag: Tag,
}

/// A part of speech: `n`, `vn`, `nrfg`. Copied, not allocated, since every word has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag([u8; 4]);

impl Tag {
    /// The tag of that name; of a longer one the first four letters.
    pub fn new(name: &str) -> Self {
        let mut letters = [0; 4];
        name.bytes().filter(u8::is_ascii_alphanumeric).zip(&mut letters).for_each(|(letter, place)| *place = letter);
        Self(letters)
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|letter| *letter == 0).unwrap_or(self.0.len());
        std::str::from_utf8(&self.0[..len]).unwrap_or_default()
    }
}

impl PartialEq<&str> for Tag {
    fn eq(&self, name: &&str) -> bool {
        self.as_str() == *name
    }
}

impl Serialize for Tag {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Placed for Token {
    fn span(&self) -> Span {
        self.span
    }
}
