//! What an input is: told by the ending of its name and what the transport said of it, and by its first bytes, which
//! win where they disagree.

use crate::model::Media;

/// How much of an input is looked at: pages put a licence or an XML declaration before `<html`.
pub(super) const HEAD: usize = 4 << 10;

/// What an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Page(Media),
    Lines,
    Gzip,
    Zstd,
    Zip,
    Docx,
    Pdf,
    Warc,
    Mail,
    /// RSS, Atom, JSON feeds and sitemaps.
    Feed,
}

impl Kind {
    /// By the ending of a file's name.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        Some(match ending.to_ascii_lowercase().as_str() {
            "txt" | "text" => Self::Page(Media::Text),
            "md" | "markdown" => Self::Page(Media::Markdown),
            "html" | "htm" | "xhtml" | "shtml" => Self::Page(Media::Html),
            "ndjson" | "jsonl" => Self::Lines,
            "gz" => Self::Gzip,
            "zst" => Self::Zstd,
            "zip" => Self::Zip,
            "docx" => Self::Docx,
            "pdf" => Self::Pdf,
            "warc" => Self::Warc,
            "mht" | "mhtml" => Self::Mail,
            "rss" | "atom" | "xml" => Self::Feed,
            _ => return None,
        })
    }

    /// By the essence of a `Content-Type`. Servers call much `application/octet-stream`, which says nothing.
    pub(super) fn of_type(essence: &str) -> Option<Self> {
        Some(match essence.trim().to_ascii_lowercase().as_str() {
            "text/plain" => Self::Page(Media::Text),
            "text/markdown" => Self::Page(Media::Markdown),
            "text/html" | "application/xhtml+xml" => Self::Page(Media::Html),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Self::Lines,
            "application/gzip" | "application/x-gzip" => Self::Gzip,
            "application/zstd" => Self::Zstd,
            "application/zip" => Self::Zip,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => Self::Docx,
            "application/pdf" => Self::Pdf,
            "application/warc" => Self::Warc,
            "multipart/related" | "message/rfc822" => Self::Mail,
            "application/rss+xml"
            | "application/atom+xml"
            | "application/feed+json"
            | "application/xml"
            | "text/xml" => Self::Feed,
            _ => return None,
        })
    }

    /// By the first bytes; `None` for those of a text.
    pub(super) fn of_bytes(head: &[u8]) -> Option<Self> {
        let starts = |with: &[u8]| head.starts_with(with);
        if starts(b"\x1F\x8B\x08") {
            return Some(Self::Gzip);
        }
        let skippable = head.len() > 3 && head[0] & 0xF0 == 0x50 && head[1..4] == *b"\x2A\x4D\x18";
        if starts(b"\x28\xB5\x2F\xFD") || skippable {
            return Some(Self::Zstd);
        }
        if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
            return Some(Self::Zip);
        }
        if starts(b"WARC/1.") || starts(b"WARC/0.") {
            return Some(Self::Warc);
        }
        let text = opening(head);
        if text.starts_with("%pdf-") {
            return Some(Self::Pdf);
        }
        let markup = after_prolog(&text)?;
        if ["<html", "<!doctype html", "<head>", "<body"].iter().any(|tag| markup.starts_with(tag)) {
            return Some(Self::Page(Media::Html));
        }
        let feeds = ["<rss", "<feed", "<rdf:rdf", "<urlset", "<sitemapindex"];
        feeds.iter().any(|tag| markup.starts_with(tag)).then_some(Self::Feed)
    }

    /// What an input is, all told. A name that says more than the transport (`a.md` as `text/plain`) is heard; an
    /// archive's ending without its bytes is not believed over the text that stands there.
    pub(super) fn of(name: &str, media_type: Option<&str>, head: &[u8]) -> Option<Self> {
        let named = Self::of_name(name);
        let typed = media_type.and_then(Self::of_type);
        let told = match (typed, named) {
            (Some(Self::Page(Media::Text)), Some(named @ (Self::Page(_) | Self::Lines))) => Some(named),
            (None, named) if !media_type.is_some_and(is_told) => named,
            (typed, _) => typed,
        };
        match (Self::of_bytes(head), told) {
            (Some(Self::Zip), Some(Self::Docx)) => Some(Self::Docx),
            // Markdown may begin with a tag, and a message or a line of JSON holds what it holds.
            (Some(Self::Page(_) | Self::Feed), Some(Self::Page(Media::Markdown) | Self::Lines | Self::Mail)) => told,
            (Some(found), _) => Some(found),
            (None, Some(Self::Page(Media::Html | Media::Text)) | None) if is_message(head) => Some(Self::Mail),
            // What the transport has unpacked already keeps its name.
            (None, Some(Self::Gzip | Self::Zstd)) => Self::of_name(unpacked(name)),
            (None, told) => told,
        }
    }
}

/// Whether a folder or archive holds articles in files of this name, beside the rest: `a.html`, `b.ndjson.gz`. XML files
/// are much else; only by name or address are they read.
pub(super) fn is_article(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    if BESIDE.contains(&stem.as_str()) {
        return false;
    }
    match Kind::of_name(name) {
        Some(Kind::Gzip | Kind::Zstd) => {
            let inner = unpacked(name);
            !inner.contains('.') || is_article(inner)
        }
        Some(Kind::Feed) => !name.to_ascii_lowercase().ends_with(".xml"),
        kind => kind.is_some(),
    }
}

/// Files that lie beside articles and are none, whatever their type.
const BESIDE: [&str; 6] = ["readme", "license", "licence", "changelog", "contributing", "notice"];

/// The name of what a compressed file holds.
pub(super) fn unpacked(name: &str) -> &str {
    match Kind::of_name(name) {
        Some(Kind::Gzip | Kind::Zstd) => name.rsplit_once('.').map_or(name, |(stem, _)| stem),
        _ => name,
    }
}

/// The first characters in lower case, without byte order mark and white space.
fn opening(head: &[u8]) -> String {
    let text = match encoding_rs::Encoding::for_bom(head) {
        Some((encoding, length)) => encoding.decode_without_bom_handling(&head[length..]).0,
        None => String::from_utf8_lossy(head),
    };
    text.trim_start().to_ascii_lowercase()
}

/// What follows the XML declaration, comments and processing instructions; `None` where no tag follows.
fn after_prolog(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            _ => return rest.starts_with('<').then_some(rest),
        };
        rest = &rest[rest.find(end)? + end.len()..];
    }
}

/// Whether this is a page that a browser saved as a message: its header names a multipart before the first empty line.
fn is_message(head: &[u8]) -> bool {
    let text = opening(head);
    let header = text.split("\n\n").next().unwrap_or("").split("\r\n\r\n").next().unwrap_or("");
    header.contains("mime-version:") && header.contains("content-type: multipart/related")
}

/// Whether a `Content-Type` says what the bytes are.
pub(super) fn is_told(essence: &str) -> bool {
    !matches!(essence, "" | "application/octet-stream" | "application/x-download" | "binary/octet-stream")
}
