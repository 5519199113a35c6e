//! What a ZIP file holds: by its directory, or, where that is cut off, by the heads of the members themselves.

use super::Held;
use crate::error::Problem;
use crate::ingest::limits::{self, MAX_MEMBERS, Within};
use encoding_rs::GB18030;
use std::io::{self, BufReader, Read};

/// A member.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// As it stands in the archive: UTF-8, or what the packer's system wrote.
    pub(super) name: Vec<u8>,
    pub(super) start: u64,
    pub(super) length: u64,
    pub(super) method: Method,
    pub(super) is_encrypted: bool,
    pub(super) crc: Option<u32>,
}

/// How a member is packed: hardly any packer offers a user more than these two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
    Other,
}

/// The members, by name.
pub(super) struct Directory {
    pub(super) entries: Vec<Entry>,
    /// What is wrong with the rest.
    pub(super) problem: Option<Problem>,
}

impl Entry {
    /// Its name for people and for paths. Chinese Windows packs names in GBK, without saying so. Separators are `/`;
    /// `..` and control characters are escaped, so that no name can lead anywhere or hide what it says.
    pub(super) fn shown(&self) -> String {
        let name = self.decoded().replace('\\', "/");
        let segments = name.split('/').enumerate().filter(|(at, segment)| {
            let is_last = name.split('/').count() == at + 1;
            (is_last || !segment.is_empty()) && *segment != "."
        });
        let segments = segments.map(|(_, segment)| if segment == ".." { "%2E%2E" } else { segment });
        let joined = segments.collect::<Vec<_>>().join("/");
        let mut shown = String::with_capacity(joined.len());
        for c in joined.chars() {
            if c.is_control() { shown.push_str(&format!("%{:02X}", u32::from(c))) } else { shown.push(c) }
        }
        shown
    }

    /// Whether unpacking it by its name would write outside the folder.
    pub(super) fn leads_outside(&self) -> bool {
        let name = self.decoded().replace('\\', "/");
        name.starts_with('/') || name.get(1..3) == Some(":/") || name.split('/').any(|segment| segment == "..")
    }

    fn decoded(&self) -> String {
        match std::str::from_utf8(&self.name) {
            Ok(name) => name.to_owned(),
            Err(_) => GB18030.decode_without_bom_handling(&self.name).0.into_owned(),
        }
    }
}

impl Directory {
    pub(super) fn read(path: &str, held: &Held, within: &Within) -> Result<Self, Problem> {
        let (mut entries, problem) = match by_directory(held) {
            Ok(entries) => (entries, None),
            Err(_) => {
                let (entries, is_archive) = by_heads(held, within);
                let problem =
                    if is_archive { limits::truncated(path) } else { limits::damaged(path, "expected a ZIP file") };
                (entries, Some(problem))
            }
        };
        if entries.len() > MAX_MEMBERS {
            let message = format!("expected at most {MAX_MEMBERS} members, found more: unpack it");
            return Err(Problem::fatal(path, "ingest.bomb", message));
        }
        entries.sort_by_cached_key(Entry::shown);
        Ok(Self { entries, problem })
    }
}

fn by_directory(held: &Held) -> zip::result::ZipResult<Vec<Entry>> {
    let reader = BufReader::new(super::Slice { held: held.clone(), at: 0 });
    let mut archive = zip::ZipArchive::new(reader)?;
    let mut entries = Vec::new();
    for index in 0..archive.len().min(MAX_MEMBERS + 1) {
        let member = archive.by_index_raw(index)?;
        let method = match member.compression() {
            zip::CompressionMethod::Stored => Method::Stored,
            method if method == zip::CompressionMethod::DEFLATE => Method::Deflated,
            _ => Method::Other,
        };
        entries.push(Entry {
            name: member.name_raw().to_vec(),
            start: member.data_start().unwrap_or(u64::MAX),
            length: member.compressed_size(),
            method,
            is_encrypted: member.encrypted(),
            crc: Some(member.crc32()),
        });
    }
    Ok(entries)
}

/// The members that stand whole in an archive without a directory, and whether it is an archive at all.
fn by_heads(held: &Held, within: &Within) -> (Vec<Entry>, bool) {
    let (mut entries, mut at) = (Vec::new(), 0);
    while let Ok(Some((entry, next))) = head(held, at, within) {
        if next > held.length || entries.len() > MAX_MEMBERS {
            break;
        }
        entries.push(entry);
        at = next;
    }
    let mut mark = Vec::new();
    let is_archive = held.slice(0, 2).read_to_end(&mut mark).is_ok() && mark == b"PK";
    (entries, is_archive)
}

/// The member whose head stands at `at`, and where the next one stands.
fn head(held: &Held, at: u64, within: &Within) -> io::Result<Option<(Entry, u64)>> {
    let mut reader = BufReader::new(held.slice(at, held.length.saturating_sub(at)));
    let mut fixed = [0_u8; 30];
    reader.read_exact(&mut fixed)?;
    if !fixed.starts_with(b"PK\x03\x04") {
        return Ok(None);
    }
    let two = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
    let four = |at: usize| u32::from_le_bytes([fixed[at], fixed[at + 1], fixed[at + 2], fixed[at + 3]]);
    let (flags, crc, name, extra) = (two(6), four(14), usize::from(two(26)), usize::from(two(28)));
    let method = match two(8) {
        0 => Method::Stored,
        8 => Method::Deflated,
        _ => Method::Other,
    };
    let mut rest = vec![0; name + extra];
    reader.read_exact(&mut rest)?;
    let extra = rest.split_off(name);
    let start = at + 30 + (name + extra.len()) as u64;
    let is_encrypted = flags & 1 != 0;
    let comes_after = flags & 8 != 0;
    let (length, next) = if comes_after {
        if method != Method::Deflated || is_encrypted {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut decoder = flate2::bufread::DeflateDecoder::new(reader);
        io::copy(&mut within.hold(&mut decoder), &mut io::sink())?;
        let length = decoder.total_in();
        (length, start + length + descriptor(held, start + length)?)
    } else {
        let length = match four(18) {
            u32::MAX => long_length(&extra).ok_or(io::ErrorKind::InvalidData)?,
            length => u64::from(length),
        };
        (length, start.saturating_add(length))
    };
    let crc = (!comes_after).then_some(crc);
    Ok(Some((Entry { name: rest, start, length, method, is_encrypted, crc }, next)))
}

/// The compressed size in the ZIP64 field, after the other.
fn long_length(mut extra: &[u8]) -> Option<u64> {
    while let [a, b, c, d, rest @ ..] = extra {
        let (id, length) = (u16::from_le_bytes([*a, *b]), usize::from(u16::from_le_bytes([*c, *d])));
        let field = rest.get(..length)?;
        if id == 1 {
            return Some(u64::from_le_bytes(field.get(8..16)?.try_into().ok()?));
        }
        extra = &rest[length..];
    }
    None
}

/// The length of the descriptor after a member: with its mark or without, with sizes of four bytes or of eight. The next
/// head, or the directory, follows it.
fn descriptor(held: &Held, at: u64) -> io::Result<u64> {
    let mut bytes = Vec::new();
    held.slice(at, 26).read_to_end(&mut bytes)?;
    let follows = |length: &usize| bytes.get(*length..*length + 2) == Some(b"PK");
    let lengths: [usize; 4] = if bytes.starts_with(b"PK\x07\x08") { [16, 24, 12, 20] } else { [12, 20, 16, 24] };
    // At the end of what is there nothing follows.
    Ok(lengths.into_iter().find(follows).unwrap_or(lengths[0]) as u64)
}
