//! DOCX: the paragraphs of a document's body as lines, the rows of its tables as lines of cells. Headers, footers,
//! comments, footnotes and what was deleted are no part of the article.

use super::archive::Archive;
use super::input::one;
use super::xml::referred;
use super::{Items, document, limits};
use crate::error::Problem;
use crate::model::{Declared, Media};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A title in a document's properties is often left over from the one that it was made of: it counts only if it stands
/// in so many first lines.
const TITLE_LINES: usize = 12;

/// The one document of `archive`.
pub(super) fn documents(path: &str, name: &str, declared: Declared, archive: &Archive) -> Items {
    match read(path, archive) {
        Ok((text, title, hash)) => {
            let declared = Declared { title: declared.title.clone().or(title), ..declared };
            let items = document(path, name, Media::Text, None, text.into_bytes(), declared);
            super::hashed(items, hash)
        }
        Err(problem) => one(Err(problem)),
    }
}

/// The text, the title and the hash of the file.
fn read(path: &str, archive: &Archive) -> Result<(String, Option<String>, String), Problem> {
    let hash = super::hash(&archive.whole(path)?);
    let body = archive.bytes(path, "word/document.xml")?.unwrap_or_default();
    let text = text(&body).map_err(|error| limits::damaged(path, &error.to_string()))?;
    let properties = archive.bytes(path, "docProps/core.xml").ok().flatten().unwrap_or_default();
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let head = bare(&text.lines().filter(|line| !line.trim().is_empty()).take(TITLE_LINES).collect::<String>());
    let title = title(&properties).filter(|title| !bare(title).is_empty() && head.contains(&bare(title)));
    Ok((text, title, hash))
}

/// Elements whose text is no text of the document, or stands in it a second time.
const LEFT_OUT: [&str; 4] = ["del", "Fallback", "instrText", "moveFrom"];

fn text(xml: &[u8]) -> Result<String, quick_xml::Error> {
    let mut reader = Reader::from_reader(xml);
    let (mut text, mut left_out, mut is_text, mut cells) = (String::new(), 0_usize, false, 0_usize);
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(tag) if left_out > 0 || is(&tag, &LEFT_OUT) => left_out += 1,
            Event::End(_) if left_out > 0 => left_out -= 1,
            Event::Start(tag) => match tag.local_name().as_ref() {
                "t" => is_text = true,
                "tc" => cells += 1,
                _ => {}
            },
            Event::Empty(tag) if left_out == 0 => match tag.local_name().as_ref() {
                "tab" => text.push('\t'),
                "br" | "cr" => text.push('\n'),
                "p" if cells == 0 => text.push('\n'),
                _ => {}
            },
            Event::Text(found) if is_text && left_out == 0 => text.push_str(&found.xml10_content()),
            Event::GeneralRef(found) if is_text && left_out == 0 => text.push_str(&referred(&found)),
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => is_text = false,
                // Within a table the row is the line.
                "p" => text.push(if cells > 0 { ' ' } else { '\n' }),
                "tc" => {
                    cells = cells.saturating_sub(1);
                    text.truncate(text.trim_end_matches(' ').len());
                    text.push('\t');
                }
                "tr" => {
                    text.truncate(text.trim_end_matches(['\t', ' ']).len());
                    text.push('\n');
                }
                _ => {}
            },
            Event::Eof => return Ok(text),
            _ => {}
        }
        buffer.clear();
    }
}

fn is(tag: &BytesStart, names: &[&str]) -> bool {
    names.contains(&tag.local_name().as_ref())
}

/// `dc:title` of the core properties.
fn title(xml: &[u8]) -> Option<String> {
    let mut reader = Reader::from_reader(xml);
    let mut buffer = Vec::new();
    let mut title: Option<String> = None;
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(tag) if tag.local_name().as_ref() == "title" => title = Some(String::new()),
            Event::End(tag) if tag.local_name().as_ref() == "title" => {
                return title.map(|title| title.trim().to_owned());
            }
            Event::Text(found) => title.iter_mut().for_each(|title| title.push_str(&found.xml10_content())),
            Event::GeneralRef(found) => title.iter_mut().for_each(|title| title.push_str(&referred(&found))),
            Event::Eof => return None,
            _ => {}
        }
        buffer.clear();
    }
}
