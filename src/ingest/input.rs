//! What was opened, read or fetched, on its way to documents: bytes with a name and what was said of them.
//!
//! It finds out what the bytes are; where they came from is told by whoever made the [`Input`].

use super::{Item, Items, document, media};
use crate::error::Problem;
use crate::model::{Declared, Media};
use std::io::Read;

/// No article is larger; reading more would cost the memory of thousands.
const MAX_BYTES: u64 = 64 << 20;

/// Bytes and what is known of them.
pub(super) struct Input {
    /// What the store remembers them by: the file's path or the address as the user gave it.
    pub(super) path: String,
    /// The file's own name.
    pub(super) name: String,
    /// The media type that the transport declares, without parameters.
    pub(super) media_type: Option<String>,
    /// The charset that the transport declares.
    pub(super) charset: Option<String>,
    /// What is known of the article beside its text.
    pub(super) declared: Declared,
    pub(super) reader: Box<dyn Read + Send>,
}

/// The documents in an input.
pub(super) fn documents(input: Input) -> Items {
    Box::new(std::iter::once_with(move || one(input)))
}

fn one(input: Input) -> Item {
    let Input { path, name, media_type, charset, declared, reader } = input;
    let media = match media_type.as_deref() {
        Some("text/html" | "application/xhtml+xml") => Some(Media::Html),
        Some("text/markdown") => Some(Media::Markdown),
        Some("text/plain") => media(&name).or(Some(Media::Text)),
        Some("application/octet-stream") | None => media(&name),
        Some(_) => None,
    };
    let Some(media) = media else {
        let found = media_type.unwrap_or(name);
        let message = format!("expected text or HTML, found `{found}`: convert it to one of them");
        return Err(Problem::fatal(path, "ingest.unknown-type", message));
    };
    let mut bytes = Vec::new();
    let read = reader.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| Problem::fatal(&path, "ingest.unreadable", format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("expected at most {} MB, found more: split it into articles", MAX_BYTES >> 20);
        return Err(Problem::fatal(path, "ingest.too-large", message));
    }
    document(&path, &name, media, charset.as_deref(), &bytes, declared)
}
