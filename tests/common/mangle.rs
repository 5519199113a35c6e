//! What a mirror makes of a page, forwards: text in either script becomes traditional, is held as GBK bytes, gets a
//! reading behind every occurrence of the bytes of each character of a table, and is printed as CP936 reads that.
//!
//! 優勢轉變為新質 → 優(yōu)勢(shì)轉(zhuǎn)變?yōu)樾沦|(zhì)
//!
//! The rules are read off the damaged places of one real page; a whole page has not been compared with it, and one of its
//! places, a full stop lost in step before a tag, these rules do not give. Readings and script come from the same crates
//! as those of the repair, so a reading that both lack goes unseen. The real table is smaller than this one, which holds
//! every character whose simplified form differs.

#![allow(dead_code, reason = "each test and bench uses some of it")]

use encoding_rs::GB18030;
use opencc_fmmseg::OpenCC;
use pinyin::ToPinyin;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

static OPENCC: LazyLock<OpenCC> = LazyLock::new(|| {
    let mut opencc = OpenCC::new();
    opencc.set_parallel(false);
    opencc
});

/// What each of the mirror's characters gets, by its code.
static TABLE: LazyLock<BTreeMap<u16, String>> = LazyLock::new(|| {
    let mut table = BTreeMap::new();
    for code in 0x8140..=0xFEFE_u16 {
        let Some(c) = char_of(code.to_be_bytes()) else { continue };
        let is_han = ('\u{4E00}'..='\u{9FFF}').contains(&c);
        // The bytes of 璾 (AD75) are in each reading with `ōu`.
        if !is_han || c == '璾' || OPENCC.t2s(&c.to_string(), false) == c.to_string() {
            continue;
        }
        if let Some(reading) = c.to_pinyin() {
            table.insert(code, format!("({})", reading.with_tone()));
        }
    }
    table
});

fn char_of(bytes: [u8; 2]) -> Option<char> {
    let decoded = GB18030.decode_without_bom_handling_and_without_replacement(&bytes)?;
    let mut chars = decoded.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// Whether the mirror prints readings of this character.
pub fn is_read(c: char) -> bool {
    let mut buffer = [0; 4];
    let (bytes, _, _) = GB18030.encode(c.encode_utf8(&mut buffer));
    matches!(*bytes, [a, b] if TABLE.contains_key(&u16::from_be_bytes([a, b])))
}

/// The traditional text that the mirror holds: OpenCC's, with the forms that are usual on pages.
pub fn traditional(text: &str) -> String {
    OPENCC.s2t(text, false).replace('爲', "為").replace('羣', "群").replace('衆', "眾").replace('裏', "裡")
}

/// The page that a mirror prints, of which each line is a paragraph.
pub fn mangle(text: &str) -> String {
    mangle_with(text, &|_| true)
}

/// The page of a mirror whose table has only some of the characters.
pub fn mangle_with(text: &str, has: &dyn Fn(char) -> bool) -> String {
    let lines = text.split('\n').map(|line| mangle_held(&traditional(line), has));
    lines.collect::<Vec<_>>().join("\n")
}

/// The line that a mirror prints of a line that it holds.
pub fn mangle_held(line: &str, has: &dyn Fn(char) -> bool) -> String {
    let mut held = encode(line);
    held.extend_from_slice(b"</p>");
    let printed = print(&with_readings(&held, has));
    let printed: String = printed.nfkc().collect();
    printed.strip_suffix("</p>").map_or(printed.clone(), str::to_owned)
}

fn encode(line: &str) -> Vec<u8> {
    line.chars()
        .flat_map(|c| {
            let mut buffer = [0; 4];
            let (bytes, _, _) = GB18030.encode(c.encode_utf8(&mut buffer));
            if bytes.len() > 2 { vec![b'?'] } else { bytes.into_owned() }
        })
        .collect()
}

/// One character after another, in the order of the codes: a pair of bytes that an earlier one has parted is no longer
/// found.
fn with_readings(held: &[u8], has: &dyn Fn(char) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(held.len() * 2);
    let mut before: Option<u16> = None;
    for (at, byte) in held.iter().enumerate() {
        out.push(*byte);
        let pair = at.checked_sub(1).map(|first| u16::from_be_bytes([held[first], *byte]));
        let reading = pair.and_then(|pair| Some((pair, TABLE.get(&pair)?)));
        let reading = reading.filter(|(pair, _)| char_of(pair.to_be_bytes()).is_some_and(has));
        before = match reading {
            Some((pair, reading)) if before.is_none_or(|earlier| earlier >= pair) => {
                out.extend(encode(reading));
                Some(pair)
            }
            _ => None,
        };
    }
    out
}

/// The bytes read as CP936, cut at the marks that the mirror looks for byte by byte.
fn print(bytes: &[u8]) -> String {
    let marks = [[0xA3, 0xBF], [0xA3, 0xBB], [0xA1, 0xA2]];
    let mut printed = String::new();
    let mut from = 0;
    let mut at = 0;
    while at + 1 < bytes.len() {
        if marks.contains(&[bytes[at], bytes[at + 1]]) {
            piece(&bytes[from..at], &mut printed);
            piece(&bytes[at..at + 2], &mut printed);
            from = at + 2;
            at += 1;
        }
        at += 1;
    }
    piece(&bytes[from..], &mut printed);
    printed
}

fn piece(bytes: &[u8], printed: &mut String) {
    let mut at = 0;
    while let Some(lead) = bytes.get(at) {
        at += 1;
        match (lead, bytes.get(at)) {
            (0x80, _) => printed.push('\u{20AC}'),
            (0..=0x7F, _) => printed.push(char::from(*lead)),
            (_, Some(trail)) => {
                // A byte that cannot be second goes down with the first.
                printed.push(char_of([*lead, *trail]).unwrap_or('?'));
                at += 1;
            }
            (_, None) => printed.push('?'),
        }
    }
}
