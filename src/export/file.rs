//! Files of a dump: each is written beside its place, counted and hashed on the way, and renamed when it is whole.

#![expect(clippy::disallowed_methods, reason = "export writes to the disk: this is where it does")]

use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DumpFile {
    /// Its name in the folder.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// The folder of the dumps.
pub(super) struct Folder {
    dir: PathBuf,
    files: Vec<DumpFile>,
}

impl Folder {
    /// The folder, made if it is absent.
    pub(super) fn open(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(|source| cannot_write(dir, source))?;
        Ok(Self { dir: dir.to_owned(), files: Vec::new() })
    }

    /// Writes a file by `content`. If that fails, whatever had the name before stays.
    pub(super) fn write(
        &mut self,
        name: &str,
        content: impl FnOnce(&mut (dyn Write + Send)) -> Result<()>,
    ) -> Result<()> {
        let path = self.dir.join(name);
        let fault = |source| cannot_write(&path, source);
        let beside = tempfile::Builder::new().prefix(".jialing-").tempfile_in(&self.dir).map_err(fault)?;
        let mut out = Counted { inner: BufWriter::with_capacity(1 << 16, beside), hash: Sha256::new(), bytes: 0 };
        content(&mut out)?;
        let beside = out.inner.into_inner().map_err(|error| fault(error.into_error()))?;
        publish(beside, &path)?;
        self.files.push(DumpFile {
            name: name.to_owned(),
            bytes: out.bytes,
            sha256: format!("{:x}", out.hash.finalize()),
        });
        Ok(())
    }

    /// What has been written so far.
    pub(super) fn files(&self) -> &[DumpFile] {
        &self.files
    }

    /// What has been written.
    pub(super) fn into_files(self) -> Vec<DumpFile> {
        self.files
    }
}

/// Temporary files are for their owner alone; a dump is for a web server too.
fn publish(beside: NamedTempFile, path: &Path) -> Result<()> {
    let fault = |source| cannot_write(path, source);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let readable = std::fs::Permissions::from_mode(0o644);
        beside.as_file().set_permissions(readable).map_err(fault)?;
    }
    beside.as_file().sync_all().map_err(fault)?;
    beside.persist(path).map_err(|error| fault(error.error))?;
    Ok(())
}

struct Counted<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.hash.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// Writes bytes.
pub(super) fn put(out: &mut dyn Write, bytes: &[u8]) -> Result<()> {
    out.write_all(bytes).map_err(cannot_write_dump)
}

/// Writes a file again, compressed by gzip. No name and no time stand in it, so equal files give equal bytes.
pub(super) fn compress(path: &Path, out: &mut dyn Write) -> Result<()> {
    let mut packed = flate2::GzBuilder::new().mtime(0).write(out, flate2::Compression::default());
    std::io::copy(&mut read(path)?, &mut packed).map_err(cannot_write_dump)?;
    packed.finish().map_err(cannot_write_dump)?;
    Ok(())
}

/// A dump that could not be written; the folder is not known where this happens.
pub(super) fn cannot_write_dump(source: std::io::Error) -> Error {
    cannot_write(Path::new("the dump"), source)
}

fn cannot_write(path: &Path, source: std::io::Error) -> Error {
    Error::Write { path: path.to_owned(), source }
}

/// Opens a file for reading.
pub(super) fn read(path: &Path) -> Result<std::io::BufReader<std::fs::File>> {
    let file = std::fs::File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    Ok(std::io::BufReader::with_capacity(1 << 16, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_finished_leaves_the_old_one() {
        let dir = tempfile::tempdir().unwrap();
        let mut folder = Folder::open(dir.path()).unwrap();
        folder.write("a", |out| put(out, b"old")).unwrap();

        let fault = folder.write("a", |out| {
            put(out, b"half")?;
            Err(Error::NoSource { given: "x".into() })
        });

        assert!(fault.is_err());
        assert_eq!(std::fs::read(dir.path().join("a")).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_a_file_is_told() {
        let file = NamedTempFile::new().unwrap();

        assert!(matches!(Folder::open(file.path()), Err(Error::Write { .. })));
    }
}
