//! From bytes to text: byte order mark, strict UTF-8, what the page declares, and last what the bytes look like. Every
//! line end comes out as `\n`.
//!
//! A GBK or GB2312 file is decoded as gb18030, of which both are parts.

mod mixed;
mod scan;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// chardetng is slow (10 MB/s) and sure long before the end: 8 kB sufficed for every one of 1006 single sentences.
const DETECTION_BYTES: usize = 8 << 10;

/// A declaration of the charset stands within the first kilobyte by the HTML standard; pages put scripts before it.
const META_BYTES: usize = 4 << 10;

/// A text may have one broken character in so many, as a mirrored or cut file has; `clean` marks it damaged.
const CHARS_PER_FAULT: usize = 200;

/// One control character in so many makes a file binary.
const CHARS_PER_CONTROL: usize = 50;

/// Decoded text.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// The WHATWG name.
    pub(super) encoding: &'static str,
    /// Whether lines of it are in another encoding, and so were lost.
    pub(super) is_mixed: bool,
}

/// Why bytes are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Empty,
    Binary,
    Undecodable,
    SevenBit,
}

impl Fault {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Empty => "ingest.empty",
            Self::Binary => "ingest.binary",
            Self::Undecodable | Self::SevenBit => "ingest.undecodable",
        }
    }

    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "expected a text, found nothing: give the article's text",
            Self::Binary => "expected a text, found binary data: convert it to text, Markdown or HTML",
            Self::Undecodable => {
                "expected UTF-8, gb18030 or Big5, found bytes that are none of them: convert the text to UTF-8"
            }
            Self::SevenBit => {
                "expected UTF-8, gb18030 or Big5, found an encoding of seven bits (HZ or ISO-2022): convert the text to UTF-8"
            }
        }
    }
}

/// The text that `bytes` are. `label` is the encoding that the transport declares (`Content-Type`).
pub(super) fn decode(bytes: Vec<u8>, is_html: bool, label: Option<&str>) -> Result<Decoded, Fault> {
    let mut decoded = match Encoding::for_bom(&bytes) {
        Some((encoding, length)) => {
            let rest = &bytes[length..];
            strictly(encoding, rest).or_else(|| nearly(encoding, rest)).ok_or(Fault::Undecodable)?
        }
        // Most texts are UTF-8: they are looked at once, and not copied.
        None => match String::from_utf8(bytes) {
            Ok(text) if text.contains('\0') => utf_16(text.as_bytes()).ok_or(Fault::Binary)?,
            Ok(text) => Decoded { text, encoding: UTF_8.name(), is_mixed: false },
            Err(error) => without_mark(error.as_bytes(), is_html, label)?,
        },
    };
    let found = scan::scan(&decoded.text);
    if decoded.text.trim().is_empty() {
        return Err(Fault::Empty);
    }
    if found.is_seven_bit {
        return Err(Fault::SevenBit);
    }
    if found.controls * CHARS_PER_CONTROL > found.chars || decoded.text.starts_with("%PDF-") {
        return Err(Fault::Binary);
    }
    if found.has_line_ends {
        decoded.text = scan::line_ends(&decoded.text);
    }
    Ok(decoded)
}

fn without_mark(bytes: &[u8], is_html: bool, label: Option<&str>) -> Result<Decoded, Fault> {
    if bytes.contains(&0) {
        return utf_16(bytes).ok_or(Fault::Binary);
    }
    let controls = bytes.iter().filter(|b| **b < 0x20 && !b.is_ascii_whitespace()).count();
    if controls * CHARS_PER_CONTROL > bytes.len() {
        return Err(Fault::Binary);
    }
    if let Some(decoded) = mixed::decode(bytes) {
        return Ok(decoded);
    }
    // A stray byte in UTF-8: the other encodings would read all of it, as nonsense.
    if let Some(decoded) = nearly(UTF_8, bytes) {
        return Ok(decoded);
    }
    let declared = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let in_page = is_html.then(|| declared_in_page(bytes)).flatten();
    let guessed = looks_like(bytes);
    // What is declared is often wrong (a page moved to another server): it counts only if the bytes agree.
    let candidates = [declared, in_page, Some(guessed), Some(GB18030), Some(BIG5)];
    for encoding in candidates.into_iter().flatten() {
        let chinese = [GBK, GB18030, BIG5, UTF_8].contains(&encoding);
        if let Some(decoded) = chinese.then(|| strictly(encoding, bytes)).flatten() {
            if is_chinese(&decoded.text) {
                return Ok(decoded);
            }
        }
    }
    [guessed, GB18030]
        .into_iter()
        .filter(|encoding| [GBK, GB18030, BIG5].contains(encoding))
        .find_map(|encoding| nearly(encoding, bytes))
        .ok_or(Fault::Undecodable)
}

/// Decodes without a single fault.
fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Option<Decoded> {
    let encoding = whole_family(encoding);
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(Decoded { text: text.into_owned(), encoding: encoding.name(), is_mixed: false })
}

/// Decodes with a fault here and there.
fn nearly(encoding: &'static Encoding, bytes: &[u8]) -> Option<Decoded> {
    let encoding = whole_family(encoding);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let faults = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
    let few = faults * CHARS_PER_FAULT <= text.chars().count().max(CHARS_PER_FAULT);
    (few && is_chinese(&text)).then(|| Decoded { text: text.into_owned(), encoding: encoding.name(), is_mixed: false })
}

fn whole_family(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

/// UTF-16 without its mark: its line ends and figures hold zero bytes, and read the other way round it is no Chinese.
fn utf_16(bytes: &[u8]) -> Option<Decoded> {
    let readings = [UTF_16LE, UTF_16BE].into_iter().filter(|_| bytes.len().is_multiple_of(2));
    readings.filter_map(|encoding| strictly(encoding, bytes)).find(|decoded| {
        !decoded.text.contains('\0') && decoded.text.contains(['\n', ' ', '1', '2', '0']) && is_chinese(&decoded.text)
    })
}

fn looks_like(bytes: &[u8]) -> &'static Encoding {
    let head = &bytes[..bytes.len().min(DETECTION_BYTES)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, head.len() == bytes.len());
    detector.guess(Some(b"cn"), Utf8Detection::Deny)
}

/// `<meta charset="gb2312">`, `<meta … content="text/html; charset=gbk">`, `<?xml … encoding="big5"?>`.
fn declared_in_page(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(META_BYTES)].to_ascii_lowercase();
    let at = [b"charset=".as_slice(), b"encoding="].into_iter().find_map(|key| {
        let found = head.windows(key.len()).position(|window| window == key)?;
        Some(found + key.len())
    })?;
    let label = head[at..].iter().skip_while(|b| matches!(b, b'"' | b'\'' | b' '));
    let label: Vec<u8> = label.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).copied().collect();
    Encoding::for_label(&label)
}

/// Whether a text that is not ASCII is Chinese: text in a wrong encoding decodes to other scripts and private use.
fn is_chinese(text: &str) -> bool {
    let (mut han, mut strange) = (0, 0);
    for c in text.chars() {
        match c {
            '\u{4E00}'..='\u{9FFF}' | '\u{3000}'..='\u{303F}' | '\u{FF01}'..='\u{FF5E}' => han += 1,
            '\u{2010}'..='\u{2FFF}' | '\u{A0}'..='\u{FF}' => {}
            c if c.is_ascii() || c == char::REPLACEMENT_CHARACTER => {}
            _ => strange += 1,
        }
    }
    han > 0 && strange * 10 <= han
}
