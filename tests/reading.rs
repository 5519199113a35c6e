//! The real documents of `../shared`, where they are: how near `clean` comes to what a reader makes of them, and whether
//! it finds title, publisher, date, authors and editor. Their wording belongs to their publishers, so they are no part
//! of the repository.

#![expect(clippy::non_ascii_literal, reason = "tests speak the language of the texts")]
#![expect(clippy::disallowed_methods, reason = "the tests read files")]
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use jialing::model::{Article, Document, Media};
use std::path::PathBuf;
use unicode_normalization::UnicodeNormalization as _;

/// The largest character error rate of a document; the goal is 0.01, the worst measured 0.0006.
const CEILING: f64 = 0.002;

fn shared() -> Option<PathBuf> {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let there = shared.is_dir();
    if !there {
        println!("not checked: {} is not there", shared.display());
    }
    there.then_some(shared)
}

fn read(path: &std::path::Path) -> Vec<Article> {
    let items = jialing::ingest::ingest(&[path.to_string_lossy().into_owned()], &Default::default()).unwrap();
    items.flat_map(|item| jialing::clean::clean(item.unwrap()).value).collect()
}

fn files(folder: PathBuf) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "txt" || ending == "json"));
    files.sort();
    files
}

/// What counts of a text: compatibility forms folded, without white space and the marks of headings.
fn significant(text: &str) -> Vec<char> {
    text.nfkc().filter(|c| !c.is_whitespace() && *c != '#').collect()
}

/// The least number of characters to insert, delete or replace (Levenshtein), over the characters of the gold.
fn error_rate(gold: &str, read: &str) -> f64 {
    let (gold, read) = (significant(gold), significant(read));
    let mut row: Vec<usize> = (0..=read.len()).collect();
    for (i, x) in gold.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in read.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[read.len()] as f64 / gold.len() as f64
}

#[test]
fn the_seeds_read_as_a_reader_reads_them() {
    let Some(shared) = shared() else { return };
    let mut far = Vec::new();
    for path in files(shared.join("seeds")) {
        let name = path.file_stem().unwrap().to_string_lossy()[..3].to_owned();
        let gold = std::fs::read_to_string(shared.join(format!("gold/clean/{name}.clean.txt"))).unwrap();
        let text: Vec<String> = read(&path).into_iter().map(|article| article.text).collect();

        let rate = error_rate(&gold, &text.join("\n"));

        println!("{name} {rate:.4}");
        if rate > CEILING {
            far.push((name, rate));
        }
    }
    assert_eq!(far, []);
}

#[test]
fn other_documents_lose_only_furniture() {
    let Some(shared) = shared() else { return };
    for path in files(shared.join("dev")) {
        let printed = std::fs::read_to_string(&path).unwrap();
        let text: Vec<String> = read(&path).into_iter().map(|article| article.text).collect();
        let text = text.join("\n\n");
        let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let known = bare(&text);

        let lost: Vec<&str> =
            printed.lines().filter(|line| !line.trim().is_empty() && !known.contains(&bare(line))).collect();

        println!("{}: {lost:?}", path.display());
        assert!(lost.iter().all(|line| !line.ends_with('。')), "{lost:?}");
    }
}

#[test]
fn mastheads_are_found() {
    let Some(shared) = shared() else { return };
    let (mut right, mut all) = (0, 0);
    for gold in files(shared.join("gold")) {
        let name = gold.file_stem().unwrap().to_string_lossy().into_owned();
        let sources = [shared.join("seeds"), shared.join("dev")].into_iter().flat_map(files);
        let Some(path) =
            sources.into_iter().find(|path| path.file_name().unwrap().to_string_lossy().starts_with(&name))
        else {
            continue;
        };
        let gold: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(gold).unwrap()).unwrap();
        let articles = read(&path);
        println!("{name}: {} articles of {}", articles.len(), gold["articles"].as_array().unwrap().len());
        for (wanted, article) in gold["articles"].as_array().unwrap().iter().zip(&articles) {
            let wanted = |field: &str| wanted[field].as_str().unwrap_or("").to_owned();
            let have = [
                ("title", article.title.clone().unwrap_or_default()),
                ("publisher", article.publisher.clone().unwrap_or_default()),
                ("published", article.published.map(|date| date.to_string()).unwrap_or_default()),
                ("editor", article.editor.clone().unwrap_or_default()),
            ];
            for (field, have) in have {
                all += 1;
                right += usize::from(wanted(field) == have);
                if wanted(field) != have {
                    println!("  {} {field}: expected {:?}, found {have:?}", article.number, wanted(field));
                }
            }
            let names = |value: &serde_json::Value| {
                value
                    .as_array()
                    .map(|names| names.iter().map(|name| name.as_str().unwrap().to_owned()).collect::<Vec<_>>())
            };
            let authors = names(&gold["articles"][article.number - 1]["authors"]).unwrap_or_default();
            all += 1;
            right += usize::from(authors == article.authors);
            if authors != article.authors {
                println!("  {} authors: expected {authors:?}, found {:?}", article.number, article.authors);
            }
        }
    }
    println!("{right} of {all} fields");
    assert!(right * 100 >= all * 90, "{right} of {all} fields");
}

#[test]
fn what_was_cleaned_stays_as_it_is() {
    let Some(shared) = shared() else { return };
    let mut changed = Vec::new();
    for path in files(shared.join("seeds")).into_iter().chain(files(shared.join("dev"))) {
        for article in read(&path) {
            let again = Document::of_text(article.text.clone(), Media::Text);
            let again: Vec<String> =
                jialing::clean::clean(again).value.into_iter().map(|article| article.text).collect();
            if again != [article.text.as_str()] {
                let again = again.join("\n");
                let lines = again.lines().zip(article.text.lines()).find(|(new, old)| new != old);
                changed.push(format!("{} {}: {lines:?}", path.display(), article.number));
            }
        }
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}
