//! Files, folders and standard input.

#![expect(clippy::disallowed_methods, reason = "reading files is what this module is for")]

use super::fetch::Web;
use super::input::{self, Input, one};
use super::kind::{self, Kind};
use super::{Items, feed, sidecar};
use crate::error::Problem;
use crate::model::Declared;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use walkdir::{DirEntry, WalkDir};

/// The documents of a file, whatever it is called.
pub(super) fn file(path: &str) -> Items {
    let path = path.to_owned();
    Box::new(std::iter::once_with(move || opened(&path)).flatten())
}

fn opened(path: &str) -> Items {
    let shown = shown(Path::new(path));
    let name = name_of(&shown);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => {
            return one(Err(unreadable(&shown, &error)));
        }
    };
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    match sidecar::declared(folder, &name, &shown) {
        Ok(declared) => {
            let reader = Box::new(file);
            input::documents(Input { path: shown, name, media_type: None, charset: None, declared, reader })
        }
        Err(problem) => one(Err(problem)),
    }
}

/// Whether a file that the user named is a feed or sitemap, by what is in it. In a folder such files are passed over:
/// reading a folder never goes to the network.
pub(super) fn is_feed(path: &str) -> bool {
    let named = Kind::of_name(&name_of(&shown(Path::new(path))));
    // To look into a pipe is to empty it.
    if named.is_some_and(|kind| kind != Kind::Feed) || !Path::new(path).is_file() {
        return false;
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(feed::HEAD as u64).read_to_end(&mut head));
    read.is_ok() && feed::is_feed(&head)
}

/// The documents that a feed or sitemap in a file leads to.
pub(super) fn feed(path: &str, web: Arc<Web>) -> Items {
    let shown = shown(Path::new(path));
    match File::open(path) {
        Err(error) => one(Err(unreadable(&shown, &error))),
        Ok(file) => {
            let (name, reader) = (name_of(&shown), Box::new(file));
            let declared = Declared::default();
            feed::documents(Input { path: shown, name, media_type: None, charset: None, declared, reader }, None, web)
        }
    }
}

fn unreadable(path: &str, error: &std::io::Error) -> Problem {
    Problem::fatal(path, "ingest.unreadable", format!("cannot be read: {error}"))
}

/// The documents on standard input: NDJSON, or any kind that tells itself by its first bytes.
pub(super) fn standard_input() -> Items {
    let (path, name) = ("-".to_owned(), "-".to_owned());
    let media_type = Some("application/x-ndjson".to_owned());
    let reader = Box::new(std::io::stdin());
    input::documents(Input { path, name, media_type, charset: None, declared: Declared::default(), reader })
}

/// The documents of a folder and the folders in it, by path. What is hidden or no article is passed over.
pub(super) fn folder(path: &str) -> Items {
    let walk = walk(path).into_iter();
    let walk = walk.filter_entry(|entry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.'));
    let path = path.to_owned();
    let is_wanted = |shown: &str| kind::is_article(&name_of(shown));
    Box::new(walk.flat_map(move |entry| one_of(entry, &path, is_wanted)))
}

/// The documents of the files in a folder and the folders in it whose path is wanted, by path.
pub(super) fn matching(path: &str, wanted: impl Fn(&str) -> bool + Send + 'static) -> Items {
    let path = path.to_owned();
    let is_wanted = move |shown: &str| wanted(shown.strip_prefix("./").unwrap_or(shown));
    Box::new(walk(&path).into_iter().flat_map(move |entry| one_of(entry, &path, &is_wanted)))
}

/// Links are followed: years of articles often lie on another disk. One that leads back to a folder above is told.
fn walk(path: &str) -> WalkDir {
    WalkDir::new(path).follow_links(true).sort_by_file_name()
}

fn one_of(entry: walkdir::Result<DirEntry>, folder: &str, wanted: impl Fn(&str) -> bool) -> Items {
    match entry {
        // A pipe would wait for ever.
        Ok(entry) if entry.file_type().is_file() && wanted(&shown(entry.path())) => {
            let path = entry.path().to_string_lossy();
            file(if folder == "." { path.strip_prefix("./").unwrap_or(&path) } else { &path })
        }
        Ok(_) => Box::new(std::iter::empty()),
        Err(error) => {
            let at = error.path().map_or_else(|| folder.to_owned(), shown);
            if error.loop_ancestor().is_some() {
                let message = "this link leads back to a folder above it: it is not followed";
                return one(Err(Problem::note(at, "ingest.link-loop", message)));
            }
            // A link that leads nowhere is no article, unless its name says so.
            let is_link = error.path().is_some_and(Path::is_symlink);
            if is_link && !wanted(&at) {
                return Box::new(std::iter::empty());
            }
            one(Err(Problem::fatal(at, "ingest.unreadable", format!("cannot be read: {error}"))))
        }
    }
}

/// The path with `/` between its segments on every system.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

fn name_of(shown: &str) -> String {
    shown.trim_end_matches('/').rsplit('/').next().unwrap_or(shown).to_owned()
}
