//! Where a result waits until it is whole: in memory at first, then in a file that has no name.
//!
//! No status goes out before the result has come to its end, so a caller gets all of it or an error. That costs the time
//! to the first byte of a long result, and buys that no connection need ever be broken.

use crate::serve::error::{Fault, Kind};
use axum::body::{Body, Bytes};
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::io::ReaderStream;

/// What a result may hold of the server's memory, in bytes. What is longer goes to a file.
const MEMORY: usize = 8 << 20;
/// How much of a file is read at a time.
const CHUNK: usize = 64 << 10;

/// A result that is being written. Over its limit it refuses to grow.
pub struct Spool {
    memory: Vec<u8>,
    file: Option<(File, OwnedSemaphorePermit)>,
    filed: u64,
    limit: u64,
    files: Arc<Semaphore>,
}

/// A result that is whole.
#[derive(Debug)]
pub enum Whole {
    /// In memory.
    Memory(Bytes),
    /// In a file, with its length. The permit bounds how many there are.
    File(File, u64, OwnedSemaphorePermit),
}

impl Spool {
    /// An empty one of at most `limit` bytes; it takes a permit of `files` when it outgrows the memory.
    pub fn new(limit: usize, files: Arc<Semaphore>) -> Self {
        Self { memory: Vec::new(), file: None, filed: 0, limit: limit as u64, files }
    }

    /// Takes bytes. `true` if it is time to [`Spool::spill`].
    ///
    /// # Errors
    /// A fault that says so where the result is over the limit.
    pub fn push(&mut self, bytes: &[u8]) -> Result<bool, Fault> {
        if self.filed + (self.memory.len() + bytes.len()) as u64 > self.limit {
            return Err(too_large(self.limit));
        }
        self.memory.extend_from_slice(bytes);
        Ok(self.memory.len() >= MEMORY)
    }

    /// Moves what is in memory to the file. It waits for the disk.
    ///
    /// # Errors
    /// A fault if there are too many such files, or the disk refuses.
    pub fn spill(&mut self) -> Result<(), Fault> {
        if self.file.is_none() {
            let permit = self.files.clone().try_acquire_owned();
            let permit = permit.map_err(|_| Fault::overloaded("too many long results are under way", 10))?;
            self.file = Some((tempfile::tempfile().map_err(disk)?, permit));
        }
        if let Some((file, _)) = &mut self.file {
            file.write_all(&self.memory).map_err(disk)?;
            self.filed += self.memory.len() as u64;
            self.memory.clear();
        }
        Ok(())
    }

    /// The whole of it.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn finish(mut self) -> Result<Whole, Fault> {
        if self.file.is_some() {
            self.spill()?;
        }
        Ok(match self.file {
            None => Whole::Memory(self.memory.into()),
            Some((mut file, permit)) => {
                file.rewind().map_err(disk)?;
                Whole::File(file, self.filed, permit)
            }
        })
    }

    /// Whether some of it is in a file, so that [`Spool::finish`] waits for the disk.
    pub const fn is_filed(&self) -> bool {
        self.file.is_some()
    }
}

/// For evaluation within the server's process.
impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The fault is told again by whoever sees the error's kind: see `refused`.
        let full = self.push(bytes).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
        if full {
            self.spill().map_err(|fault| io::Error::other(fault.detail))?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Whole {
    /// Its length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(_, length, _) => *length,
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of it in memory: for results that are known to be short.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn bytes(self) -> Result<Bytes, Fault> {
        match self {
            Self::Memory(bytes) => Ok(bytes),
            Self::File(mut file, ..) => {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).map_err(disk)?;
                Ok(bytes.into())
            }
        }
    }

    /// As the body of an answer. The file's permit goes with the body.
    pub fn body(self) -> Body {
        match self {
            Self::Memory(bytes) => Body::from(bytes),
            Self::File(file, _, permit) => {
                let held = Held { file: tokio::fs::File::from_std(file), _permit: permit };
                Body::from_stream(ReaderStream::with_capacity(held, CHUNK))
            }
        }
    }
}

/// A file with the permit that it stands under.
struct Held {
    file: tokio::fs::File,
    _permit: OwnedSemaphorePermit,
}

impl tokio::io::AsyncRead for Held {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::pin::Pin::new(&mut self.file).poll_read(context, buffer)
    }
}

fn disk(error: io::Error) -> Fault {
    Fault::new(Kind::Storage, format!("a long result could not be kept: {error}"))
}

fn too_large(limit: u64) -> Fault {
    Fault::new(
        Kind::ResultTooLarge,
        format!("the result is over {limit} bytes: add or lower a LIMIT, or take the dumps"),
    )
}

/// What it means that a result could not be written.
pub fn refused(error: &io::Error, limit: usize) -> Fault {
    if error.kind() == io::ErrorKind::FileTooLarge {
        return too_large(limit as u64);
    }
    Fault::new(Kind::Internal, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spool(limit: usize, files: usize) -> Spool {
        Spool::new(limit, Arc::new(Semaphore::new(files)))
    }

    #[test]
    fn a_short_result_stays_in_memory_and_a_long_one_comes_back_whole_from_a_file() {
        let mut short = spool(100, 0);
        short.write_all(b"abc").unwrap();
        let mut long = spool(usize::MAX, 1);
        let block = [7_u8; 1 << 20];
        for _ in 0..20 {
            long.write_all(&block).unwrap();
        }
        long.write_all(b"end").unwrap();

        assert!(matches!(short.finish().unwrap(), Whole::Memory(bytes) if bytes == "abc"));
        let long = long.finish().unwrap();
        assert!(matches!(long, Whole::File(..)));
        assert_eq!(long.len(), (20 << 20) + 3);
        let bytes = long.bytes().unwrap();
        assert!(bytes.ends_with(b"end") && bytes[..20 << 20].iter().all(|byte| *byte == 7));
    }

    #[test]
    fn what_is_over_the_limit_is_refused_and_nothing_of_it_is_kept() {
        let mut spool = spool(4, 0);
        spool.write_all(b"1234").unwrap();
        let error = spool.write_all(b"5").unwrap_err();

        assert_eq!(refused(&error, 4).kind, Kind::ResultTooLarge);
        assert_eq!(spool.push(b"5").unwrap_err().kind, Kind::ResultTooLarge);
    }

    #[test]
    fn no_more_files_than_there_are_permits() {
        let mut spool = spool(usize::MAX, 0);
        spool.push(&vec![0; MEMORY]).unwrap();

        assert_eq!(spool.spill().unwrap_err().kind, Kind::Overloaded);
    }
}
