//! ZIP files: their members by name, and DOCX, which is one. The directory is read by a kept library; the bytes of a
//! member are unpacked as they are asked for, and never written to disk.

mod directory;

use super::input::{self, Input, one};
use super::kind::{self, Kind};
use super::limits::{self, MAX_HELD, Within};
use super::{Items, docx};
use crate::error::Problem;
use crate::model::Declared;
use directory::{Directory, Entry, Method};
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex};

/// What stands between an archive's path and its member's.
const INSIDE: &str = "!/";

/// The file by which a DOCX is known.
const DOCX: &[u8] = b"word/document.xml";

/// The documents of a ZIP file, or the one of a DOCX.
pub(super) fn documents(input: Input, within: &Within, kind: Kind) -> Items {
    let Input { path, name, declared, reader, .. } = input;
    let (archive, problem) = match Archive::open(&path, reader, within) {
        Ok(opened) => opened,
        Err(problem) => return one(Err(problem)),
    };
    if archive.entry(DOCX).is_some() {
        return docx::documents(&path, &name, declared, &archive);
    }
    if kind == Kind::Docx {
        return one(Err(problem.unwrap_or_else(|| limits::damaged(&path, "a DOCX file without `word/document.xml`"))));
    }
    let articles: Vec<Entry> = archive.entries.iter().filter(|entry| is_article(entry)).cloned().collect();
    let nothing = (articles.is_empty() && problem.is_none()).then(|| {
        let message = "expected an archive of articles, found none in it: see what it holds";
        Problem::fatal(&path, "ingest.empty", message)
    });
    let mut went_off = false;
    let members = articles.into_iter().flat_map(move |entry| archive.member(&path, entry)).take_while(move |item| {
        // The first member that is too much is told, and the rest is left.
        let goes_on = !went_off;
        went_off |= item.as_ref().is_err_and(|problem| problem.code == "ingest.bomb");
        goes_on
    });
    Box::new(nothing.into_iter().map(Err).chain(members).chain(problem.map(Err)))
}

/// Whether a member is an article by its name: no folder, nothing hidden, no leavings of the packer.
fn is_article(entry: &Entry) -> bool {
    let name = entry.shown();
    let hidden = |segment: &str| segment.starts_with('.') || segment == "__MACOSX";
    !name.ends_with('/') && !name.split('/').any(hidden) && kind::is_article(name.rsplit('/').next().unwrap_or(&name))
}

/// A ZIP file that can be read at any place.
pub(super) struct Archive {
    held: Held,
    entries: Vec<Entry>,
    within: Within,
}

impl Archive {
    /// Holds the archive and reads its directory; with it what is wrong with a part of it.
    fn open(path: &str, reader: impl Read, within: &Within) -> Result<(Self, Option<Problem>), Problem> {
        let held = Held::new(path, reader)?;
        let Directory { entries, problem } = Directory::read(path, &held, within)?;
        Ok((Self { held, entries, within: within.clone() }, problem))
    }

    fn entry(&self, name: &[u8]) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// All the bytes of the archive itself, and of the member of that name.
    pub(super) fn whole(&self, path: &str) -> Result<Vec<u8>, Problem> {
        limits::whole(path, self.held.slice(0, self.held.length))
    }

    /// The bytes of a member; `None` where there is none of that name.
    pub(super) fn bytes(&self, path: &str, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        let Some(entry) = self.entry(name.as_bytes()) else { return Ok(None) };
        let Some(reader) = self.reader(entry) else { return Err(limits::damaged(path, "packed in an unknown way")) };
        limits::whole(path, reader).map(Some)
    }

    fn reader(&self, entry: &Entry) -> Option<Box<dyn Read + Send>> {
        let packed = self.held.slice(entry.start, entry.length);
        let unpacked: Box<dyn Read + Send> = match entry.method {
            Method::Stored => Box::new(packed),
            Method::Deflated => Box::new(flate2::read::DeflateDecoder::new(packed)),
            Method::Other => return None,
        };
        let reader = self.within.hold(unpacked);
        Some(Box::new(Checked { reader, crc: flate2::Crc::new(), expected: entry.crc }))
    }

    /// The documents of a member.
    fn member(&self, path: &str, entry: Entry) -> Items {
        let shown = entry.shown();
        let path = format!("{path}{INSIDE}{shown}");
        if entry.is_encrypted {
            let message = "it is encrypted: unpack it with its password, and name the folder";
            return one(Err(Problem::fatal(path, "ingest.encrypted", message)));
        }
        let Some(reader) = self.reader(&entry) else {
            let message = "expected a member stored or deflated, found it packed in another way: pack it anew";
            return one(Err(Problem::fatal(path, "ingest.unknown-type", message)));
        };
        let note = entry.leads_outside().then(|| {
            let message = "its name leads out of the archive: it is read, under a name that does not";
            Err(Problem::note(&path, "ingest.unsafe-name", message))
        });
        let name = shown.rsplit('/').next().unwrap_or(&shown).to_owned();
        let declared = Declared::default();
        let input = Input { path, name, media_type: None, charset: None, declared, reader };
        Box::new(note.into_iter().chain(input::within(input, self.within.deeper())))
    }
}

/// The archive's bytes, shared by all who read in it.
#[derive(Clone)]
struct Held {
    file: Arc<Mutex<tempfile::SpooledTempFile>>,
    length: u64,
}

impl Held {
    fn new(path: &str, reader: impl Read) -> Result<Self, Problem> {
        let mut file = tempfile::SpooledTempFile::new(MAX_HELD);
        let mut reader = reader.take(limits::MAX_ARCHIVE + 1);
        // What came before a break can be read all the same.
        let length = match io::copy(&mut reader, &mut file) {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                file.stream_position().map_err(|error| limits::fault(path, &error))?
            }
            Err(error) => return Err(limits::fault(path, &error)),
        };
        if length > limits::MAX_ARCHIVE {
            let message = format!("expected at most {} GB, found more: unpack it", limits::MAX_ARCHIVE >> 30);
            return Err(Problem::fatal(path, "ingest.too-large", message));
        }
        Ok(Self { file: Arc::new(Mutex::new(file)), length })
    }

    /// A reader of a stretch of it.
    fn slice(&self, start: u64, length: u64) -> io::Take<Slice> {
        Slice { held: self.clone(), at: start }.take(length)
    }
}

/// A place in the archive.
struct Slice {
    held: Held,
    at: u64,
}

impl Read for Slice {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.held.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let length = file.read(buffer)?;
        self.at += length as u64;
        Ok(length)
    }
}

impl Seek for Slice {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.held.length.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

/// A member's bytes, held against the checksum that the archive gives for them.
struct Checked<R> {
    reader: R,
    crc: flate2::Crc,
    expected: Option<u32>,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        self.crc.update(&buffer[..length]);
        let ended = length == 0 && !buffer.is_empty();
        if ended && self.expected.is_some_and(|expected| expected != self.crc.sum()) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its checksum is another"));
        }
        Ok(length)
    }
}
