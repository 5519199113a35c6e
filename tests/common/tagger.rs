//! A tagger made up for tests: it knows the names that it was given, character by character, and nothing else. Its model is
//! one table, from a character's number to the scores of its tags.

use std::path::Path;

/// The tags, in the order of their numbers.
const TAGS: [&str; 5] = ["n-B", "LOC-B", "LOC-I", "ORG-B", "ORG-I"];

/// Writes the files of a tagger that sees `places` and `organizations` wherever their characters stand. No character may
/// stand in two of them.
pub fn write(dir: &Path, places: &[&str], organizations: &[&str]) {
    std::fs::create_dir_all(dir).expect("the folder can be made");
    let mut rows = vec![0];
    let mut words = vec!["OOV".to_owned()];
    for (names, begins) in [(places, 1), (organizations, 3)] {
        for name in names {
            for (index, c) in name.chars().enumerate() {
                words.push(c.to_string());
                rows.push(begins + usize::from(index > 0));
            }
        }
    }
    let list = |items: &mut dyn Iterator<Item = String>| -> String {
        items.enumerate().map(|(id, item)| format!("{id}\t{item}\n")).collect()
    };
    put(dir, "word.dic", list(&mut words.into_iter()));
    put(dir, "tag.dic", list(&mut TAGS.iter().map(|tag| (*tag).to_owned())));
    put(dir, "lac_crf_transitions.npy", square(TAGS.len()));
    put(dir, "lac_encoder.onnx", model(&rows));
}

/// Writes one of the files.
pub fn put(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(dir.join(name), bytes).expect("the file can be written");
}

/// A square of zeros in NumPy's format.
fn square(side: usize) -> Vec<u8> {
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({side}, {side}), }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(u16::try_from(header.len()).expect("it is short").to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(vec![0; side * side * 4]);
    bytes
}

/// An ONNX model of one node, `scores = Gather(table, token_ids)`: the table's row for a character scores its tag 1.
fn model(rows: &[usize]) -> Vec<u8> {
    let mut table = Vec::new();
    for tag in rows {
        for column in 0..TAGS.len() {
            table.extend(f32::from(u8::from(column == *tag)).to_le_bytes());
        }
    }
    let node = [text(1, "table"), text(1, "token_ids"), text(2, "scores"), text(4, "Gather")].concat();
    let dims = [number(1, rows.len()), number(1, TAGS.len())].concat();
    let initializer = [dims, number(2, 1), text(8, "table"), field(9, &table)].concat();
    let value = |name: &str, kind: usize| [text(1, name), field(2, &field(1, &number(1, kind)))].concat();
    let graph = [
        field(1, &node),
        text(2, "sample"),
        field(5, &initializer),
        field(11, &value("token_ids", 7)),
        field(11, &value("length", 7)),
        field(12, &value("scores", 1)),
    ];
    [number(1, 8), field(7, &graph.concat()), field(8, &number(2, 13))].concat()
}

/// A number as a protocol buffer has it: seven bits a byte.
fn varint(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).expect("seven bits");
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn number(tag: usize, value: usize) -> Vec<u8> {
    [varint(tag << 3), varint(value)].concat()
}

fn field(tag: usize, bytes: &[u8]) -> Vec<u8> {
    [varint(tag << 3 | 2), varint(bytes.len()), bytes.to_vec()].concat()
}

fn text(tag: usize, value: &str) -> Vec<u8> {
    field(tag, value.as_bytes())
}
