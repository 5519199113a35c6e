//! How much of an input is read before it is passed over, and the account that holds a compressed one to it.

use crate::error::Problem;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Larger documents are no articles, and reading one would cost the memory of thousands. The largest article page seen
/// is below 3 MB, a scanned issue of a newspaper as PDF below 40 MB.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// The longest NDJSON line: a page of 3 MB with every character escaped (`\u5317`) makes 9 MB.
pub(super) const MAX_LINE: usize = 16 << 20;

/// What a compressed input may expand to in any case, whatever its size: one document of the largest size, and as much
/// again for what lies around it.
const FREE_BYTES: u64 = 2 * MAX_BYTES;

/// How many bytes may come out for each byte that went in, beyond [`FREE_BYTES`]. Text packs to a fifth, an archive of
/// pages from one template to a fiftieth; deflate reaches 1,032, and archives in archives or members that share their
/// bytes reach millions.
const MAX_RATIO: u64 = 200;

/// Archives in archives: `.zip` of `.warc.gz` of gzip-encoded pages needs four. A quine unpacks to itself for ever.
pub(super) const MAX_DEPTH: usize = 6;

/// Members of a ZIP file: a portal's pages of several years are below this, and its directory stays below 100 MB.
pub(super) const MAX_MEMBERS: usize = 200_000;

/// A ZIP file is read by its directory, which stands at its end: it is held in memory up to this size, in an unnamed
/// temporary file beyond.
pub(super) const MAX_HELD: usize = 64 << 20;

/// The largest ZIP file: it has to be held to be read.
pub(super) const MAX_ARCHIVE: u64 = 8 << 30;

/// The headers of a WARC record, or of the HTTP answer in it: servers refuse theirs beyond 8 to 64 kB.
pub(super) const MAX_HEAD: usize = 64 << 10;

/// Where an input stands: how deep in other inputs, and the account that all of them share.
#[derive(Clone, Default)]
pub(super) struct Within {
    pub(super) depth: usize,
    account: Arc<Account>,
}

/// Bytes that came in from outside, and bytes that were made of them by unpacking, at every level.
#[derive(Default)]
struct Account {
    came: AtomicU64,
    made: AtomicU64,
}

impl Within {
    /// One level deeper, on the same account.
    pub(super) fn deeper(&self) -> Self {
        Self { depth: self.depth + 1, account: Arc::clone(&self.account) }
    }

    /// Counts what is read from outside.
    pub(super) fn count<R>(&self, reader: R) -> Counted<R> {
        Counted { reader, account: Arc::clone(&self.account), made: false }
    }

    /// Counts what a decoder gives, and fails when that becomes too much.
    pub(super) fn hold<R>(&self, decoder: R) -> Counted<R> {
        Counted { reader: decoder, account: Arc::clone(&self.account), made: true }
    }
}

/// A reader whose bytes are on the account.
pub(super) struct Counted<R> {
    reader: R,
    account: Arc<Account>,
    made: bool,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        if !self.made {
            self.account.came.fetch_add(length as u64, Ordering::Relaxed);
            return Ok(length);
        }
        let made = self.account.made.fetch_add(length as u64, Ordering::Relaxed) + length as u64;
        let came = self.account.came.load(Ordering::Relaxed);
        if made > most(came) {
            return Err(io::Error::other(Bomb));
        }
        Ok(length)
    }
}

/// How much may come out of so many bytes.
pub(super) fn most(came: u64) -> u64 {
    came.saturating_mul(MAX_RATIO).saturating_add(FREE_BYTES)
}

/// What the account says when it is overdrawn.
#[derive(Debug, thiserror::Error)]
#[error("it unpacks to more than {MAX_RATIO} times its size")]
struct Bomb;

/// The problem that a failed read of `path` is.
pub(super) fn fault(path: &str, error: &io::Error) -> Problem {
    if error.get_ref().is_some_and(|inner| inner.is::<Bomb>()) {
        return Problem::fatal(
            path,
            "ingest.bomb",
            format!("{error}, as no archive of articles does: it is left there"),
        );
    }
    match error.kind() {
        io::ErrorKind::UnexpectedEof => truncated(path),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => damaged(path, &error.to_string()),
        _ => Problem::fatal(path, "ingest.unreadable", format!("cannot be read: {error}")),
    }
}

/// The problem of an input that ends before it is whole.
pub(super) fn truncated(path: &str) -> Problem {
    let message = "it ends in the middle: what came whole before is read; get the rest again";
    Problem::fatal(path, "ingest.truncated", message)
}

/// The problem of an input that is not what its first bytes promise.
pub(super) fn damaged(path: &str, what: &str) -> Problem {
    Problem::fatal(path, "ingest.damaged", format!("it is damaged ({}): get it again", what.trim_end_matches('.')))
}

/// The problem of an input that is larger than an article can be.
pub(super) fn too_large(path: &str) -> Problem {
    let message = format!("expected at most {} MB, found more: split it into articles", MAX_BYTES >> 20);
    Problem::fatal(path, "ingest.too-large", message)
}

/// All that `reader` holds, if that is a document's size.
pub(super) fn whole(path: &str, reader: impl Read) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| fault(path, &error))?;
    if bytes.len() as u64 > MAX_BYTES { Err(too_large(path)) } else { Ok(bytes) }
}
