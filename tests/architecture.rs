//! The dependency rule, held by reading `src/`: a stage knows the types that travel and the rule engine, never a
//! neighbour; only what comes after the store knows the store.

#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What every stage may know.
const SHARED: &[&str] = &["error", "gazetteer", "model", "network", "rules", "settings"];

/// What each module may know beside [`SHARED`]. A module that is not listed fails the test: its place must be decided.
const ALLOWED: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("model", &[]),
    ("rules", &[]),
    ("gazetteer", &[]),
    ("settings", &[]),
    ("network", &[]),
    ("ingest", &[]),
    ("clean", &[]),
    ("annotate", &[]),
    ("extract", &[]),
    ("link", &[]),
    ("describe", &[]),
    ("check", &[]),
    ("store", &[]),
    ("relate", &["store"]),
    ("query", &["store"]),
    ("export", &["query", "store"]),
    ("score", &["store"]),
    ("serve", &["store", "query", "export"]),
    ("build", &["annotate", "ingest", "relate", "store"]),
    (
        "cli",
        &[
            "build", "ingest", "clean", "annotate", "extract", "link", "describe", "check", "store", "query", "export",
            "serve", "score",
        ],
    ),
];

fn sources() -> Vec<PathBuf> {
    fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).expect("src is readable") {
            let path = entry.expect("src is readable").path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    walk(&root(), &mut files);
    files.sort();
    files
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The top module that a file belongs to; none for the crate's roots.
fn module_of(file: &Path) -> Option<String> {
    let inside = file.strip_prefix(root()).expect("the file is below src");
    let first = inside.iter().next()?.to_str()?.trim_end_matches(".rs").to_owned();
    (!matches!(first.as_str(), "lib" | "main")).then_some(first)
}

/// The modules that a text names as `crate::…`, also in `use crate::{a, b::c}`.
fn named(text: &str) -> BTreeSet<String> {
    let word = |text: &str| -> String { text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect() };
    let mut names = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if !rest.starts_with('{') {
            names.insert(word(rest));
            continue;
        }
        let mut depth = 0;
        let mut expects_name = false;
        for (i, c) in rest.char_indices() {
            match c {
                '{' => {
                    depth += 1;
                    expects_name = depth == 1;
                }
                '}' => depth -= 1,
                ',' if depth == 1 => expects_name = true,
                c if expects_name && !c.is_whitespace() => {
                    names.insert(word(&rest[i..]));
                    expects_name = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    names
}

/// The part of a file that is in the program: a test may set up what it needs by any stage.
fn shipped<'t>(file: &Path, text: &'t str) -> &'t str {
    let is_test = file.iter().any(|part| part == "tests" || part == "tests.rs" || part == "sample.rs");
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    if is_test { "" } else { &text[..end] }
}

#[test]
fn a_stage_knows_no_neighbour() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let mut faults = Vec::new();

    for file in sources() {
        let Some(module) = module_of(&file) else { continue };
        let Some(may_know) = allowed.get(module.as_str()) else {
            faults.push(format!("{}: the module `{module}` has no place in the list", file.display()));
            continue;
        };
        let text = std::fs::read_to_string(&file).expect("src is readable");
        for name in named(shipped(&file, &text)) {
            let is_module = allowed.contains_key(name.as_str());
            let known = name == module || SHARED.contains(&name.as_str()) || may_know.contains(&name.as_str());
            if is_module && !known {
                faults.push(format!("{}: `{module}` may not know `{name}`", file.display()));
            }
        }
    }

    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_tables_are_longer_than_600_lines() {
    let long: Vec<_> = sources()
        .into_iter()
        .filter(|file| std::fs::read_to_string(file).expect("src is readable").lines().count() > 600)
        .collect();

    assert!(long.is_empty(), "split by noun: {long:?}");
}

#[test]
fn the_reader_of_uses_sees_names_in_braces() {
    let names = named("use crate::{clean::Article, model::{self, Span}};\nlet x = crate::store::open();");

    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["clean", "model", "store"]);
}
