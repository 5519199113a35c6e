//! The one door: an input of any kind, and every document that it holds.

use super::kind::{self, Kind};
use super::limits::{self, Within};
use super::{Item, Items, archive, compressed, document, mail, ndjson, pdf, warc};
use crate::error::Problem;
use crate::model::{Declared, Media};
use std::io::{self, Read};

/// Something to read, through whatever door it came.
pub(super) struct Input {
    /// As [`Document::path`](crate::model::Document::path). Members of archives add `!/inner/name.html`, records of a
    /// WARC file `#R12`, lines of NDJSON `#L3`.
    pub(super) path: String,
    /// The file's own name.
    pub(super) name: String,
    /// The essence of a `Content-Type`, if the transport said one. It is checked against the bytes.
    pub(super) media_type: Option<String>,
    /// The encoding that the transport declares.
    pub(super) charset: Option<String>,
    /// What came with it.
    pub(super) declared: Declared,
    /// Its bytes.
    pub(super) reader: Box<dyn Read + Send>,
}

/// Every document that the input holds. Nothing is read before the first is asked for.
pub(super) fn documents(input: Input) -> Items {
    within(input, Within::default())
}

/// The documents of an input that stands in another.
pub(super) fn within(input: Input, within: Within) -> Items {
    Box::new(std::iter::once_with(move || opened(input, within)).flatten())
}

fn opened(mut input: Input, within: Within) -> Items {
    if within.depth > limits::MAX_DEPTH {
        let message = format!("expected archives in archives at most {} deep, found more", limits::MAX_DEPTH);
        return one(Err(Problem::fatal(input.path, "ingest.bomb", message)));
    }
    if within.depth == 0 {
        input.reader = Box::new(within.count(input.reader));
    }
    let peeked = Peeked::new(input.reader);
    let kind = Kind::of(&input.name, input.media_type.as_deref(), &peeked.head);
    if peeked.head.is_empty() {
        return match peeked.fault {
            Some(error) => one(Err(limits::fault(&input.path, &error))),
            // No lines are no articles, and no fault.
            None if kind == Some(Kind::Lines) => Box::new(std::iter::empty()),
            None => one(Err(empty(&input.path))),
        };
    }
    input.reader = Box::new(peeked);
    match kind {
        Some(Kind::Page(media)) => page(input, media),
        Some(Kind::Lines) => ndjson::lines(input),
        Some(kind @ (Kind::Gzip | Kind::Zstd)) => compressed::documents(input, &within, kind),
        Some(kind @ (Kind::Zip | Kind::Docx)) => archive::documents(input, &within, kind),
        Some(Kind::Warc) => warc::documents(input, &within),
        Some(Kind::Mail) => mail::documents(input),
        Some(Kind::Pdf) => pdf::documents(input),
        // Feeds are told apart before: what is packed, or lies in a folder, leads nowhere else.
        Some(Kind::Feed) | None => one(Err(unknown(&input))),
    }
}

/// One text or page.
fn page(input: Input, media: Media) -> Items {
    let Input { path, name, charset, declared, reader, .. } = input;
    match limits::whole(&path, reader) {
        Ok(bytes) => document(&path, &name, media, charset.as_deref(), bytes, declared),
        Err(problem) => one(Err(problem)),
    }
}

/// A single item.
pub(super) fn one(item: Item) -> Items {
    Box::new(std::iter::once(item))
}

/// The problem of an input without a byte.
pub(super) fn empty(path: &str) -> Problem {
    Problem::fatal(path, "ingest.empty", "expected a text, found nothing: give the article's text")
}

fn unknown(input: &Input) -> Problem {
    let found = match &input.media_type {
        Some(essence) if kind::is_told(essence) => format!("`{essence}`"),
        _ => format!("`{}`", input.name),
    };
    let message = format!(
        "expected text, Markdown, HTML, NDJSON, PDF, DOCX, MHTML, WARC, or these in ZIP, gzip or zstd, found {found}: \
         convert it to one of them"
    );
    Problem::fatal(&input.path, "ingest.unknown-type", message)
}

/// A reader whose first bytes have been looked at.
struct Peeked {
    head: Vec<u8>,
    given: usize,
    /// What went wrong while looking: told when the first bytes have been read.
    fault: Option<io::Error>,
    rest: Box<dyn Read + Send>,
}

impl Peeked {
    fn new(mut rest: Box<dyn Read + Send>) -> Self {
        let mut head = Vec::with_capacity(kind::HEAD);
        let fault = rest.by_ref().take(kind::HEAD as u64).read_to_end(&mut head).err();
        Self { head, given: 0, fault, rest }
    }
}

impl Read for Peeked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = &self.head[self.given..];
        if !left.is_empty() {
            let length = left.len().min(buffer.len());
            buffer[..length].copy_from_slice(&left[..length]);
            self.given += length;
            return Ok(length);
        }
        match self.fault.take() {
            Some(error) => Err(error),
            None => self.rest.read(buffer),
        }
    }
}
