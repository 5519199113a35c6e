//! `ingest` takes sources (files, folders, patterns, archives, addresses, feeds, sitemaps, standard input) and gives documents, decoded.
//!
//! Whatever an input came through, it goes in at `input::documents`, which tells its kind and unpacks what is packed:
//! `pages.zip!/2024/news.warc.gz#R12` is one document. What is bad is a problem beside the documents, bounded in time
//! and memory by `limits`. Nothing that is unpacked is written to disk under a name.
//!
//! It leaves to `clean` what is in a text: here a document is bytes with a name, an encoding and what was declared
//! beside it. Documents come one at a time, so that a folder of a million files needs the memory of one.

mod address;
mod archive;
mod compressed;
mod docx;
mod encoding;
mod feed;
mod fetch;
mod files;
mod glob;
mod input;
mod kind;
mod limits;
mod mail;
mod ndjson;
mod options;
mod pdf;
mod sidecar;
mod warc;
mod xml;

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
    Glob(glob::Glob),
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
            (Source::StandardInput, _) => files::standard_input(),
            (Source::File(path) | Source::Feed(path), _) => files::file(&path),
            (Source::Folder(path), _) => files::folder(&path),
            (Source::Glob(glob), _) => glob.files(),
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

/// Whether `path` is that of a document which `source`, as the user gave it, gives or once gave: the file itself, what
/// lies in the folder, what fits the pattern, and all that stands within any of these.
pub fn is_within(source: &str, path: &str) -> bool {
    let source = source.trim_end_matches('/');
    let rest = path.strip_prefix(source).or_else(|| (source == ".").then_some(path));
    if rest
        .is_some_and(|rest| source == "." || rest.is_empty() || rest.starts_with(['/', '#']) || rest.starts_with("!/"))
    {
        return true;
    }
    let file = path.split(['#', '!']).next().unwrap_or(path);
    matches!(glob::Glob::new(source), Ok(Some(glob)) if glob.fits(path) || glob.fits(file))
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
        // A file may have a star in its name: only what is not there is a pattern.
        Err(_) => match glob::Glob::new(given)?.filter(glob::Glob::is_there) {
            Some(glob) => Ok(Source::Glob(glob)),
            None => Err(Error::NoSource { given: given.to_owned() }),
        },
    }
}

/// The document that `bytes` are, after what is to be told of it. `label` is the encoding that the transport declares.
fn document(path: &str, name: &str, media: Media, label: Option<&str>, bytes: Vec<u8>, declared: Declared) -> Items {
    let content_hash = hash(&bytes);
    let decoded = match encoding::decode(bytes, media == Media::Html, label) {
        Ok(decoded) => decoded,
        Err(fault) => return input::one(Err(Problem::fatal(path, fault.code(), fault.sentence()))),
    };
    let note = decoded.is_mixed.then(|| {
        let message =
            format!("parts of it are not {}: they are read as damaged; convert it to UTF-8", decoded.encoding);
        Err(Problem::note(path, "ingest.mixed-encoding", message))
    });
    let document = Document {
        path: path.to_owned(),
        name: name.to_owned(),
        media,
        encoding: decoded.encoding.to_owned(),
        text: decoded.text,
        content_hash,
        declared,
    };
    Box::new(note.into_iter().chain([Ok(document)]))
}

/// The same documents with the hash of what they were made of.
fn hashed(items: Items, hash: String) -> Items {
    Box::new(items.map(move |item| item.map(|document| Document { content_hash: hash.clone(), ..document })))
}

/// SHA-256 in hexadecimal.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
