//! Any bytes under any ending are documents or problems, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Write as _;

const ENDINGS: [&str; 14] =
    ["txt", "md", "html", "ndjson", "gz", "zst", "zip", "warc", "warc.gz", "mhtml", "docx", "pdf", "xml", "json"];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let ending = format!(".{}", ENDINGS[usize::from(*first) % ENDINGS.len()]);
    let mut file = tempfile::Builder::new().suffix(&ending).tempfile().expect("a temporary file");
    file.write_all(rest).expect("a temporary file can be written");
    let options = jialing::ingest::Options { offline: true, ..Default::default() };
    let path = file.path().to_string_lossy().into_owned();
    jialing::ingest::ingest(&[path], &options).expect("the file is there").for_each(drop);
});
