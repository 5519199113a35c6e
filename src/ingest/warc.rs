//! WARC: the pages of a crawl, one record after the other, so that a file of many GB needs the memory of one page.
//!
//! Only what a server answered (`response`) or a tool stored (`resource`) can be an article, if it was found (2xx) and is
//! HTML, text or PDF. `revisit` records repeat what stands elsewhere. The record's date is that of the crawl, not of the
//! article, and is not used.
//!
//! The framing is read here: the kept crate holds a record without a bound on its headers and ends at the first that is
//! damaged.

mod http;

use super::Items;
use super::input::{self, Input, one};
use super::kind::{HEAD, Kind};
use super::limits::{self, MAX_BYTES, MAX_HEAD, Within};
use crate::error::Problem;
use crate::model::Declared;
use std::io::{self, BufRead, BufReader, Cursor, Read};

/// The documents of a WARC file.
pub(super) fn documents(input: Input, within: &Within) -> Items {
    let reader = BufReader::with_capacity(64 << 10, input.reader);
    let mut records = Records { path: input.path, number: 0, reader, ended: false };
    let within = within.clone();
    let items = std::iter::from_fn(move || -> Option<Items> {
        Some(match records.next()? {
            Ok(record) => record.documents(&within),
            Err(problem) => one(Err(problem)),
        })
    });
    Box::new(items.flatten())
}

/// A record that may hold an article.
struct Record {
    path: String,
    head: Head,
    body: Vec<u8>,
}

/// What the head of a record says, as far as it matters.
#[derive(Default)]
struct Head {
    kind: String,
    length: Option<u64>,
    url: Option<String>,
    media_type: String,
    is_cut: bool,
}

impl Head {
    /// Takes one line of it in.
    fn take(&mut self, line: &str) {
        let Some((name, value)) = line.split_once(':') else { return };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "warc-type" => self.kind = value.to_ascii_lowercase(),
            "content-length" => self.length = value.parse().ok(),
            "warc-target-uri" => self.url = Some(value.trim_matches(['<', '>']).to_owned()),
            "content-type" => self.media_type = value.to_owned(),
            "warc-truncated" => self.is_cut = true,
            _ => {}
        }
    }

    /// Whether an article can be in it.
    fn is_wanted(&self) -> bool {
        let is_page = self.url.as_deref().is_some_and(|url| url.starts_with("http") && !url.ends_with("/robots.txt"));
        match self.kind.as_str() {
            "response" => is_page && self.media_type.to_ascii_lowercase().starts_with("application/http"),
            "resource" => !matches!(self.url.as_deref(), Some(url) if url.starts_with("metadata:")),
            _ => false,
        }
    }
}

/// The records of a file, without those that hold no article.
struct Records {
    path: String,
    number: usize,
    reader: BufReader<Box<dyn Read + Send>>,
    ended: bool,
}

impl Records {
    fn next(&mut self) -> Option<Result<Record, Problem>> {
        while !self.ended {
            match self.step() {
                Ok(Some(record)) => return Some(record),
                Ok(None) => {}
                Err(error) => {
                    self.ended = true;
                    return Some(Err(limits::fault(&self.at(), &error)));
                }
            }
        }
        None
    }

    fn at(&self) -> String {
        format!("{}#R{}", self.path, self.number)
    }

    /// Goes over one record; `None` where it holds no article, or at the end.
    fn step(&mut self) -> io::Result<Option<Result<Record, Problem>>> {
        let Some(first) = self.line()? else {
            self.ended = true;
            return Ok(None);
        };
        if first.trim().is_empty() {
            return Ok(None);
        }
        self.number += 1;
        let head = if first.starts_with("WARC/") { self.head()? } else { None };
        let Some((head, length)) = head.and_then(|head| head.length.map(|length| (head, length))) else {
            let problem = limits::damaged(&self.at(), "expected the head of a record");
            self.seek_record()?;
            return Ok(Some(Err(problem)));
        };
        let wanted = head.is_wanted();
        if wanted && length > MAX_BYTES {
            self.pass_over(length)?;
            return Ok(Some(Err(limits::too_large(&self.at()))));
        }
        if !wanted {
            self.pass_over(length)?;
            return Ok(None);
        }
        let mut body = Vec::new();
        if self.reader.by_ref().take(length).read_to_end(&mut body)? as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(Ok(Record { path: self.at(), head, body })))
    }

    /// The lines up to the empty one; `None` where they are too many.
    fn head(&mut self) -> io::Result<Option<Head>> {
        let (mut head, mut size) = (Head::default(), 0);
        loop {
            let Some(line) = self.line()? else { return Err(io::ErrorKind::UnexpectedEof.into()) };
            size += line.len();
            if size > MAX_HEAD {
                return Ok(None);
            }
            if line.trim_end().is_empty() {
                return Ok(Some(head));
            }
            head.take(line.trim_end());
        }
    }

    /// A line of a head, cut where it is too long for one.
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        self.reader.by_ref().take(MAX_HEAD as u64).read_until(b'\n', &mut line)?;
        Ok((!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned()))
    }

    fn pass_over(&mut self, length: u64) -> io::Result<()> {
        if io::copy(&mut self.reader.by_ref().take(length), &mut io::sink())? < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    /// After damage: goes to the line that begins the next record.
    fn seek_record(&mut self) -> io::Result<()> {
        loop {
            let next = self.reader.fill_buf()?;
            if next.is_empty() || next.starts_with(b"WARC/1.") {
                return Ok(());
            }
            self.reader.skip_until(b'\n')?;
        }
    }
}

impl Record {
    fn documents(self, within: &Within) -> Items {
        let Self { path, head, body } = self;
        let answer = if head.kind == "response" {
            match http::Answer::read(body) {
                Ok(answer) => answer,
                Err(what) => return one(Err(limits::damaged(&path, what))),
            }
        } else {
            http::Answer { status: 200, content_type: head.media_type, encodings: Vec::new(), payload: body }
        };
        if !(200..300).contains(&answer.status) || answer.payload.is_empty() {
            return Box::new(std::iter::empty());
        }
        let (media_type, charset) = http::essence(&answer.content_type);
        let payload = match answer.decoded(&path, within) {
            Ok(payload) => payload,
            Err(problem) => return one(Err(problem)),
        };
        let url = head.url.filter(|url| url.starts_with("http"));
        let name = url.as_deref().map(http::file_name).unwrap_or_default();
        let kind = Kind::of(&name, media_type.as_deref(), &payload[..payload.len().min(HEAD)]);
        if !matches!(kind, Some(Kind::Page(_) | Kind::Pdf)) {
            return Box::new(std::iter::empty());
        }
        if head.is_cut {
            return one(Err(limits::truncated(&path)));
        }
        let declared = Declared { url, ..Declared::default() };
        let reader = Box::new(Cursor::new(payload));
        input::within(Input { path, name, media_type, charset, declared, reader }, within.deeper())
    }
}
