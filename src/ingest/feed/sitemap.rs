//! Sitemaps and sitemap indexes, by the protocol of sitemaps.org and its news extension.
//!
//! Read as a stream that stops when it has enough: a sitemap without end costs what its first entries cost. Entities
//! that a document declares itself are never expanded.

use super::entries::day;
use super::{Entry, Listing};
use crate::ingest::xml::referred;
use crate::model::Declared;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use url::Url;

/// An address of more characters is none: the protocol allows 2048.
const MAX_FIELD: usize = 8192;

/// The sitemaps that one index may list, by the protocol.
const MAX_SITEMAPS: usize = 50_000;

/// What a sitemap at `base` says, up to `max` entries and one.
pub(super) fn read(text: &str, base: Option<&Url>, max: usize) -> Listing {
    let mut listing = Listing::default();
    let mut reader = quick_xml::Reader::from_str(text);
    let mut open: Vec<String> = Vec::new();
    // The fields of the entry that is open, by the local names of their elements.
    let mut fields: BTreeMap<&'static str, String> = BTreeMap::new();
    while listing.entries.len() <= max && listing.sitemaps.len() <= MAX_SITEMAPS {
        let event = reader.read_event();
        match event {
            Ok(Event::Start(tag)) => {
                if open.len() > super::MAX_DEPTH {
                    listing.fault = Some("markup without end".to_owned());
                    break;
                }
                open.push(local(tag.name().as_ref()).to_owned());
            }
            Ok(Event::End(_)) => {
                match open.pop().as_deref() {
                    Some("url") => listing.page(&fields, base),
                    Some("sitemap") => listing.sitemap(&fields, base),
                    _ => continue,
                }
                fields.clear();
            }
            Ok(Event::Text(text)) => note(&mut fields, &open, &text.xml10_content()),
            Ok(Event::CData(text)) => note(&mut fields, &open, &text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => {
                note(&mut fields, &open, &referred(&reference));
            }
            Ok(Event::Eof) => {
                if !open.is_empty() {
                    listing.fault = Some("its end missing".to_owned());
                }
                break;
            }
            Ok(_) => {}
            Err(error) => {
                listing.fault = Some(format!("no XML: {error} at byte {}", reader.error_position()));
                break;
            }
        }
    }
    listing
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Adds text to the field that it stands in. `loc` counts right below its entry only: pictures have one too.
fn note(fields: &mut BTreeMap<&'static str, String>, open: &[String], text: &str) {
    let [.., parent, name] = open else { return };
    let field = match (parent.as_str(), name.as_str()) {
        ("url" | "sitemap", "loc") => "loc",
        ("news", "title") => "title",
        ("news", "publication_date") => "date",
        _ => return,
    };
    let field = fields.entry(field).or_default();
    if field.len() + text.len() <= MAX_FIELD {
        field.push_str(text);
    }
}

impl Listing {
    fn page(&mut self, fields: &BTreeMap<&'static str, String>, base: Option<&Url>) {
        let Some(link) = self.own(fields, base) else { return };
        let full = |name: &str| fields.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let declared = Declared {
            title: full("title").map(str::to_owned),
            published: full("date").and_then(day),
            secondhand: true,
            ..Declared::default()
        };
        self.entries.push(Entry { id: link.to_string(), link: Some(link), declared, whole: None });
    }

    fn sitemap(&mut self, fields: &BTreeMap<&'static str, String>, base: Option<&Url>) {
        let sitemap = self.own(fields, base);
        self.sitemaps.extend(sitemap);
    }

    /// The address of an entry, if the sitemap may list it: one at an address of its own lists its own host only.
    fn own(&mut self, fields: &BTreeMap<&'static str, String>, base: Option<&Url>) -> Option<Url> {
        let given = fields.get("loc")?.trim();
        let url = Url::parse(given).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        if base.is_some_and(|base| base.host_str() != url.host_str()) {
            self.foreign += 1;
            return None;
        }
        Some(url)
    }
}
