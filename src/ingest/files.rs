//! Files and folders.

#![expect(clippy::disallowed_methods, reason = "reading files is what this module is for")]

use super::fetch::Web;
use super::input::Input;
use super::{Item, Items, document, feed, media, ndjson, one_problem, sidecar};
use crate::error::Problem;
use crate::model::{Declared, Media};
use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;
use std::sync::Arc;

/// Larger files are no articles, and reading one would cost the memory of thousands.
const MAX_BYTES: u64 = 64 << 20;

/// Files that lie beside articles and are none, whatever their type.
const BESIDE: [&str; 6] = ["readme", "license", "licence", "changelog", "contributing", "notice"];

/// The documents of a file that the user named: its type must be one that articles come in.
pub(super) fn file(path: &str) -> Items {
    let shown = shown(Path::new(path));
    let name = name_of(&shown);
    if is_ndjson(&name) {
        return match File::open(path) {
            Ok(file) => ndjson::lines(BufReader::new(file), shown, name),
            Err(error) => Box::new(std::iter::once(Err(unreadable(&shown, &error)))),
        };
    }
    let Some(media) = media(&name) else {
        let message = format!(
            "expected a file that ends in .txt, .md, .html, .ndjson or .jsonl, found `{name}`: convert it to one of them"
        );
        return Box::new(std::iter::once(Err(Problem::fatal(shown, "ingest.unknown-type", message))));
    };
    let path = path.to_owned();
    Box::new(std::iter::once_with(move || read(&path, &shown, &name, media)))
}

/// Whether a file that the user named is a feed or sitemap, by what is in it. In a folder such files are passed over:
/// reading a folder never goes to the network.
pub(super) fn is_feed(path: &str) -> bool {
    let name = name_of(&shown(Path::new(path)));
    // To look into a pipe is to empty it.
    if is_ndjson(&name) || media(&name).is_some() || !Path::new(path).is_file() {
        return false;
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(feed::HEAD as u64).read_to_end(&mut head));
    read.is_ok() && feed::is_feed(&head)
}

/// The documents that a feed or sitemap in a file leads to.
pub(super) fn feed(path: &str, web: Arc<Web>) -> Items {
    let path_shown = shown(Path::new(path));
    match File::open(path) {
        Err(error) => one_problem(unreadable(&path_shown, &error)),
        Ok(file) => {
            let (name, reader) = (name_of(&path_shown), Box::new(file));
            let declared = Declared::default();
            let input = Input { path: path_shown, name, media_type: None, charset: None, declared, reader };
            feed::documents(input, None, web)
        }
    }
}

/// The documents of a folder and the folders in it, by path. What is no article is passed over.
pub(super) fn folder(path: &str) -> Items {
    let shown_folder = shown(Path::new(path));
    let walk = walkdir::WalkDir::new(path).sort_by_file_name().into_iter();
    let walk = walk.filter_entry(|entry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.'));
    let items = walk.flat_map(move |entry| -> Items {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => Box::new(std::iter::empty()),
            Ok(entry) => {
                let path = entry.path().to_string_lossy().into_owned();
                if is_article(&name_of(&shown(entry.path()))) { file(&path) } else { Box::new(std::iter::empty()) }
            }
            Err(error) => {
                let at = error.path().map_or_else(|| shown_folder.clone(), shown);
                let message = format!("cannot be read: {error}");
                Box::new(std::iter::once(Err(Problem::fatal(at, "ingest.unreadable", message))))
            }
        }
    });
    Box::new(items)
}

fn is_article(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    (is_ndjson(name) || media(name).is_some()) && !BESIDE.contains(&stem.as_str())
}

fn is_ndjson(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".ndjson", ".jsonl"].iter().any(|ending| name.ends_with(ending))
}

fn read(path: &str, shown: &str, name: &str, media: Media) -> Item {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| unreadable(shown, &error))?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| unreadable(shown, &error))?;
    if bytes.len() as u64 > MAX_BYTES {
        let message = format!("expected at most {} MB, found more: split it into articles", MAX_BYTES >> 20);
        return Err(Problem::fatal(shown, "ingest.too-large", message));
    }
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    document(shown, name, media, None, &bytes, sidecar::declared(folder, name, shown)?)
}

fn unreadable(path: &str, error: &std::io::Error) -> Problem {
    Problem::fatal(path, "ingest.unreadable", format!("cannot be read: {error}"))
}

/// The path with `/` between its segments on every system.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

fn name_of(shown: &str) -> String {
    shown.trim_end_matches('/').rsplit('/').next().unwrap_or(shown).to_owned()
}
