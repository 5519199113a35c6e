//! Gives the program a hash of all that decides what an article states: the rules, the tables, the ontology and the code
//! of the stages, and what is told of the whole. A store records it, and a build by another version reads every article again.

#![expect(clippy::disallowed_methods, reason = "a build script reads the sources that it hashes")]

use std::fs;
use std::path::{Path, PathBuf};

/// What decides what an article states.
const PARTS: &[&str] = &[
    "Cargo.lock",
    "data",
    "ontology",
    "src/annotate",
    "src/check",
    "src/clean",
    "src/describe",
    "src/extract",
    "src/gazetteer",
    "src/ingest",
    "src/link",
    "src/model",
    "src/model.rs",
    "src/relate",
    "src/rules",
];

fn main() {
    let mut files = Vec::new();
    for part in PARTS {
        println!("cargo:rerun-if-changed={part}");
        collect(Path::new(part), &mut files);
    }
    files.sort();
    // FNV-1a, 64 bits: no adversary here, and a build script should need no crate.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for file in files {
        let name = file.to_string_lossy().replace('\\', "/");
        let bytes = fs::read(&file).unwrap_or_default();
        for byte in name.bytes().chain([0]).chain(bytes) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    println!("cargo:rustc-env=JIALING_RULES={hash:016x}");
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            collect(&entry.path(), files);
        }
    } else if path.is_file() {
        files.push(path.to_owned());
    }
}
