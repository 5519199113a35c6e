//! What a text holds beside its characters, in one pass over its bytes.

/// What was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) chars: usize,
    /// Control characters other than white space.
    pub(super) controls: usize,
    /// Whether any line ends otherwise than with `\n`.
    pub(super) has_line_ends: bool,
    /// Whether it is ASCII that stands for Chinese: HZ (`~{VPND~}`), or ISO-2022 with its escapes.
    pub(super) is_seven_bit: bool,
}

/// What a byte is: counted by the first of a character, so bytes within one are nothing.
const BEGINS: u8 = 1;
const CONTROL: u8 = 2;
const LINE_END: u8 = 4;
const LOOK: u8 = 8;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte {
            0x0A | 0x09 | 0x20..=0x7E => BEGINS,
            0x0B..=0x0D => BEGINS | LINE_END,
            0x00..=0x1F | 0x7F => BEGINS | CONTROL,
            // The C1 controls begin with C2, the separators of lines and paragraphs with E2.
            0xC2 | 0xE2 => BEGINS | LOOK,
            0x80..=0xBF => 0,
            _ => BEGINS,
        };
        byte += 1;
    }
    classes
};

/// Looks at every byte once.
pub(super) fn scan(text: &str) -> Found {
    let bytes = text.as_bytes();
    let (mut found, mut all, mut beyond_ascii) = (Found::default(), 0, false);
    for chunk in bytes.chunks(4 << 10) {
        let (mut begins, mut any) = (0_u32, 0);
        for byte in chunk {
            let class = CLASSES[usize::from(*byte)];
            begins += u32::from(class & BEGINS);
            any |= class;
        }
        found.chars += begins as usize;
        beyond_ascii |= begins as usize != chunk.len();
        all |= any;
    }
    found.has_line_ends = all & LINE_END != 0;
    // Few texts have any of these: only they are looked at again.
    if all & CONTROL != 0 {
        found.controls += bytes.iter().filter(|byte| CLASSES[usize::from(**byte)] & CONTROL != 0).count();
    }
    if all & LOOK != 0 {
        found.controls += bytes.windows(2).filter(|pair| is_c1(pair)).count();
        found.has_line_ends |= text.contains(['\u{2028}', '\u{2029}']);
    }
    found.is_seven_bit = !beyond_ascii && is_seven_bit(bytes);
    found
}

/// All but next line, which is white space.
fn is_c1(pair: &[u8]) -> bool {
    pair[0] == 0xC2 && matches!(pair[1], 0x80..=0x84 | 0x86..=0x9F)
}

/// Whether a tenth of ASCII text stands for Chinese. HZ puts pairs of bytes between `~{` and `~}`.
fn is_seven_bit(bytes: &[u8]) -> bool {
    let (mut stands_for, mut at) = (0, 0);
    while let Some(start) = find(bytes, at, b"~{") {
        let Some(end) = find(bytes, start + 2, b"~}") else { break };
        let inside = &bytes[start + 2..end];
        if inside.len().is_multiple_of(2) && inside.chunks(2).all(|pair| pair.iter().all(|b| (0x21..=0x7E).contains(b)))
        {
            stands_for += inside.len();
        }
        at = end + 2;
    }
    stands_for * 10 > bytes.len() || find(bytes, 0, b"\x1B$").is_some()
}

fn find(bytes: &[u8], from: usize, what: &[u8; 2]) -> Option<usize> {
    bytes.get(from..)?.windows(2).position(|pair| pair == what).map(|at| from + at)
}

/// `\r\n`, `\r`, vertical tab, form feed and the line and paragraph separators of Unicode as `\n`.
pub(super) fn line_ends(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}']) {
        out.push_str(&rest[..at]);
        out.push('\n');
        let end = &rest[at..];
        let length = if end.starts_with("\r\n") { 2 } else { end.chars().next().map_or(1, char::len_utf8) };
        rest = &end[length..];
    }
    out.push_str(rest);
    out
}
