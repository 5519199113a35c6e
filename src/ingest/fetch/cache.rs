//! Pages kept between runs, so that a server is asked only whether they have changed.
//!
//! A page is one file: a line of JSON, then the body. Its name is the hash of the address, its date that of the last
//! request which found it current. Files are made beside their place and moved there, so that two runs side by side
//! and a run that is killed do no harm; what is damaged all the same counts as absent.

#![expect(clippy::disallowed_methods, reason = "the cache is on the disk; its clock never reaches the data")]

use crate::error::{Error, Result};
use crate::ingest::hash;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};
use url::Url;

/// A year of ten portals: 100,000 pages of 10 kB.
const MAX_BYTES: u64 = 1 << 30;

/// The cache is measured at the first page that a run keeps and then after so many.
const MEASURED_EVERY: u32 = 256;

/// What a folder that holds other things too is told apart by.
const ENDING: &str = ".page";
const UNFINISHED: &str = ".unfinished-page-";

/// A file that was begun so long ago will not be finished.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// A page as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) head: Head,
    pub(super) body: Vec<u8>,
    /// How long ago it was last found current.
    pub(super) age: Duration,
}

/// What is known of a kept page beside its body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// The address that gave the body, after redirects.
    pub(super) address: String,
    pub(super) content_type: Option<String>,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct FirstLine {
    #[serde(flatten)]
    head: Head,
    sha256: String,
}

/// A folder of pages.
pub(super) struct Cache {
    dir: PathBuf,
    max_bytes: u64,
    puts: AtomicU32,
}

impl Cache {
    /// The cache in `dir`, which is made if need be.
    pub(super) fn open(dir: &Path) -> Result<Self> {
        fs::create_dir_all(dir).map_err(|source| Error::Write { path: dir.to_owned(), source })?;
        Ok(Self { dir: dir.to_owned(), max_bytes: MAX_BYTES, puts: AtomicU32::new(0) })
    }

    /// The page kept of `url`, if it is whole.
    pub(super) fn find(&self, url: &Url) -> Option<Kept> {
        let path = self.path(url);
        let mut bytes = fs::read(&path).ok()?;
        let age = SystemTime::now().duration_since(path.metadata().ok()?.modified().ok()?).unwrap_or_default();
        let line_end = bytes.iter().position(|byte| *byte == b'\n')?;
        let FirstLine { head, sha256 } = serde_json::from_slice(&bytes[..line_end]).ok()?;
        bytes.drain(..=line_end);
        (hash(&bytes) == sha256).then_some(Kept { head, body: bytes, age })
    }

    /// Keeps a page. A full disk is no reason to lose it for this run too: what cannot be kept is fetched anew.
    pub(super) fn keep(&self, url: &Url, head: &Head, body: &[u8]) {
        if self.puts.fetch_add(1, Ordering::Relaxed).is_multiple_of(MEASURED_EVERY) {
            let _ = self.make_room();
        }
        let _ = self.write(&self.path(url), head, body);
    }

    /// Notes that the page kept of `url` is still current.
    pub(super) fn confirm(&self, url: &Url) {
        let file = File::options().write(true).open(self.path(url));
        let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
    }

    fn path(&self, url: &Url) -> PathBuf {
        let mut url = url.clone();
        url.set_fragment(None);
        self.dir.join(hash(url.as_str().as_bytes()) + ENDING)
    }

    fn write(&self, path: &Path, head: &Head, body: &[u8]) -> io::Result<()> {
        let line = serde_json::to_vec(&FirstLine { head: head.clone(), sha256: hash(body) })?;
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.dir)?;
        file.write_all(&line)?;
        file.write_all(b"\n")?;
        file.write_all(body)?;
        file.persist(path)?;
        Ok(())
    }

    /// Takes out the pages that were longest not current, until a tenth of the cache is free.
    fn make_room(&self) -> io::Result<()> {
        let mut pages = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            let (name, metadata) = (entry.file_name().to_string_lossy().into_owned(), entry.metadata()?);
            let date = metadata.modified()?;
            if name.ends_with(ENDING) {
                pages.push((date, metadata.len(), entry.path()));
            } else if name.starts_with(UNFINISHED) && date.elapsed().is_ok_and(|age| age > ABANDONED) {
                fs::remove_file(entry.path())?;
            }
        }
        let mut all: u64 = pages.iter().map(|(_, length, _)| length).sum();
        if all <= self.max_bytes {
            return Ok(());
        }
        pages.sort();
        for (_, length, path) in pages {
            if all <= self.max_bytes / 10 * 9 {
                break;
            }
            fs::remove_file(path)?;
            all -= length;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse("https://example.org/").unwrap().join(path).unwrap()
    }

    fn cache(dir: &Path) -> Cache {
        Cache::open(dir).unwrap()
    }

    #[test]
    fn a_page_is_found_again_with_all_that_is_known_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let head = Head { address: "https://example.org/b".into(), etag: Some("\"1\"".into()), ..Head::default() };

        cache(dir.path()).keep(&url("a"), &head, b"line\nline\n");

        let kept = cache(&dir.path().join(".")).find(&url("a#part")).unwrap();
        assert_eq!((kept.head, kept.body.as_slice()), (head, b"line\nline\n".as_slice()));
        assert_eq!(cache(dir.path()).find(&url("b")), None);
    }

    #[test]
    fn a_damaged_page_counts_as_absent() {
        let dir = tempfile::tempdir().unwrap();
        let cache = cache(dir.path());
        cache.keep(&url("a"), &Head::default(), b"whole");
        let path = cache.path(&url("a"));
        let whole = fs::read(&path).unwrap();

        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for damaged in [&whole[..whole.len() - 1], &flipped, b"", b"{}\nwhole", b"\xFF\xFF"] {
            fs::write(&path, damaged).unwrap();

            assert_eq!(cache.find(&url("a")), None);
        }
    }

    #[test]
    fn the_oldest_pages_make_room_and_strangers_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache { max_bytes: 3000, ..cache(dir.path()) };
        fs::write(dir.path().join("diary.txt"), [b'x'; 5000]).unwrap();
        for (n, page) in ["a", "b", "c"].into_iter().enumerate() {
            cache.write(&cache.path(&url(page)), &Head::default(), &[b'x'; 1000]).unwrap();
            let date = SystemTime::now() - Duration::from_secs(1000 - 10 * n as u64);
            File::options().write(true).open(cache.path(&url(page))).unwrap().set_modified(date).unwrap();
        }
        cache.confirm(&url("a"));

        cache.make_room().unwrap();

        let left = ["a", "b", "c"].map(|page| cache.find(&url(page)).is_some());
        assert_eq!((left, dir.path().join("diary.txt").exists()), ([true, false, true], true));
    }

    #[test]
    fn many_writers_at_once_leave_a_whole_page() {
        let dir = tempfile::tempdir().unwrap();
        let caches: Vec<Cache> = (0..8).map(|_| cache(dir.path())).collect();

        std::thread::scope(|scope| {
            for (n, cache) in caches.iter().enumerate() {
                scope.spawn(move || {
                    for _ in 0..20 {
                        cache.keep(&url("a"), &Head::default(), &vec![b'0' + n as u8; 20_000]);
                        let found = cache.find(&url("a")).expect("some writer's page is there, whole");
                        assert!(found.body.iter().all(|byte| *byte == found.body[0]));
                    }
                });
            }
        });

        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
