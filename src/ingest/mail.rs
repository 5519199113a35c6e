//! MHTML, as browsers save a page with its pictures: of its parts the page itself is read.

use super::input::{Input, one};
use super::{Items, document, limits};
use crate::error::Problem;
use crate::model::{Declared, Media};
use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders};

/// The page that the message holds.
pub(super) fn documents(input: Input) -> Items {
    let Input { path, name, declared, reader, .. } = input;
    let bytes = match limits::whole(&path, reader) {
        Ok(bytes) => bytes,
        Err(problem) => return one(Err(problem)),
    };
    let message = MessageParser::default().parse(&bytes);
    let Some((message, part)) = message.as_ref().and_then(|message| Some((message, page(message)?))) else {
        let message = "expected a page or a text in it, found neither: save the page anew, as HTML";
        return one(Err(Problem::fatal(path, "ingest.empty", message)));
    };
    let media = if is_html(part) { Media::Html } else { Media::Text };
    // The charset is checked against the bytes as everywhere, so the part is decoded here and not by the library.
    let body = bytes.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let body = match part.encoding {
        Encoding::None => Some(body.to_vec()),
        Encoding::QuotedPrintable => quoted_printable_decode(body),
        Encoding::Base64 => base64_decode(body),
    };
    let Some(body) = body else {
        return one(Err(limits::damaged(&path, "its transfer encoding is broken")));
    };
    let charset = part.content_type().and_then(|kind| kind.attribute("charset")).map(str::to_owned);
    let is_address = |url: &&str| url.starts_with("http://") || url.starts_with("https://");
    let saved_from = message.header("Snapshot-Content-Location").and_then(|value| value.as_text());
    let url = part.content_location().filter(is_address).or(saved_from.filter(is_address)).map(str::to_owned);
    let declared = Declared { url: declared.url.clone().or(url), ..declared };
    let items = document(&path, &name, media, charset.as_deref(), body, declared);
    super::hashed(items, super::hash(&bytes))
}

/// The part that is the page: the first of HTML, for frames stand after it, or else the first of text.
fn page<'a>(message: &'a Message) -> Option<&'a MessagePart<'a>> {
    let is_text = |part: &&MessagePart| {
        part.content_type().is_none_or(|kind| kind.ctype() == "text" && kind.subtype() == Some("plain"))
    };
    let leaves = || message.parts.iter().filter(|part| !part.is_multipart());
    leaves().find(|part| is_html(part)).or_else(|| leaves().find(is_text))
}

fn is_html(part: &MessagePart) -> bool {
    part.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("text")
            && kind.subtype().is_some_and(|kind| kind.eq_ignore_ascii_case("html"))
            || kind.subtype().is_some_and(|kind| kind.eq_ignore_ascii_case("xhtml+xml"))
    })
}
