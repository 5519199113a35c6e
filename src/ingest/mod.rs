//! `ingest` takes sources (files, folders, addresses, feeds, sitemaps, NDJSON) and gives documents, decoded.
//!
//! It leaves to `clean` what is in a text: here a document is bytes with a name, an encoding and what was declared
//! beside it. Documents come one at a time, so that a folder of a million files needs the memory of one.

mod address;
mod encoding;
mod feed;
mod fetch;
mod files;
mod input;
mod ndjson;
mod options;
mod sidecar;

#[cfg(test)]
mod tests;

pub use options::Options;

use crate::error::{Error, Problem, Result};
use crate::model::{Declared, Document, Media};
use fetch::Web;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;

/// A document, or why there is none.
type Item = Result<Document, Problem>;

/// Documents, one at a time.
type Items = Box<dyn Iterator<Item = Item> + Send>;

/// A source whose kind is known and which is there.
enum Source {
    StandardInput,
    Address { url: url::Url, path: String },
    Feed(String),
    File(String),
    Folder(String),
}

/// Reads every document of `sources`, in the order of their paths. `options` say how addresses are fetched.
///
/// A page that a feed or sitemap lists is fetched when its document is asked for, on the thread that asks, which must
/// not belong to an asynchronous runtime.
///
/// # Errors
/// If a source that the user named is not there, or an option makes no sense. A document that cannot be read is a
/// problem among the items.
pub fn ingest(
    sources: &[String],
    options: &Options,
) -> Result<impl Iterator<Item = Result<Document, Problem>> + Send + use<>> {
    let sources = sources.iter().map(|given| source(given)).collect::<Result<Vec<Source>>>()?;
    let fetches = |source: &Source| matches!(source, Source::Address { .. } | Source::Feed(_));
    let web = sources.iter().any(fetches).then(|| Web::new(options).map(Arc::new)).transpose()?;
    Ok(sources.into_iter().flat_map(move |source| -> Items {
        match (source, &web) {
            (Source::Address { url, path }, Some(web)) => address::documents(url, path, Arc::clone(web)),
            (Source::Feed(path), Some(web)) => files::feed(&path, Arc::clone(web)),
            (Source::StandardInput, _) => ndjson::standard_input(),
            (Source::File(path) | Source::Feed(path), _) => files::file(&path),
            (Source::Folder(path), _) => files::folder(&path),
            (Source::Address { .. }, None) => Box::new(std::iter::empty()),
        }
    }))
}

/// Whether a source is an address, and its path if so: what the store remembers it by, without the password in it.
pub fn address_path(given: &str) -> Option<String> {
    let url = url::Url::parse(given).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let secret = !url.username().is_empty() || url.password().is_some();
    Some(if secret { fetch::public(&url).to_string() } else { given.to_owned() })
}

fn source(given: &str) -> Result<Source> {
    if given == "-" {
        return Ok(Source::StandardInput);
    }
    if let Some((scheme, _)) = given.split_once("://") {
        return match url::Url::parse(given).ok().zip(address_path(given)) {
            Some((url, path)) => Ok(Source::Address { url, path }),
            None => Err(Error::Usage {
                message: format!("expected an address that begins with `http://` or `https://`, found `{given}`"),
                hint: format!("fetch what `{scheme}` gives into a file, and name that file"),
            }),
        };
    }
    let path = std::path::Path::new(given);
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => Ok(Source::Folder(given.to_owned())),
        Ok(_) if files::is_feed(given) => Ok(Source::Feed(given.to_owned())),
        Ok(_) => Ok(Source::File(given.to_owned())),
        Err(_) => Err(Error::NoSource { given: given.to_owned() }),
    }
}

/// What `bytes` hold by the ending of the file's name; `None` for a type that no article comes in.
fn media(name: &str) -> Option<Media> {
    let (_, ending) = name.rsplit_once('.')?;
    match ending.to_ascii_lowercase().as_str() {
        "txt" | "text" => Some(Media::Text),
        "md" | "markdown" => Some(Media::Markdown),
        "html" | "htm" | "xhtml" | "shtml" => Some(Media::Html),
        _ => None,
    }
}

fn one_problem(problem: Problem) -> Items {
    Box::new(std::iter::once(Err(problem)))
}

/// The document that `bytes` are.
fn document(path: &str, name: &str, media: Media, label: Option<&str>, bytes: &[u8], declared: Declared) -> Item {
    let decoded = encoding::decode(bytes, media == Media::Html, label)
        .map_err(|fault| Problem::fatal(path, fault.code(), fault.sentence()))?;
    Ok(Document {
        path: path.to_owned(),
        name: name.to_owned(),
        media,
        encoding: decoded.encoding.to_owned(),
        text: line_ends(decoded.text),
        content_hash: hash(bytes),
        declared,
    })
}

/// SHA-256 in hexadecimal.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// `\r\n`, `\r`, form feed and the line and paragraph separators of Unicode as `\n`.
fn line_ends(text: String) -> String {
    if !text.contains(['\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}']) {
        return text;
    }
    text.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}'], "\n")
}
