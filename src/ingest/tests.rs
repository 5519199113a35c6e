//! Every way in, and every way in which input is bad.

#![expect(clippy::disallowed_methods, reason = "the tests write the files that they read")]

mod archives;
mod hostile;
mod packed;

use super::fetch::server::{Server, answer, options};
use super::*;
use encoding_rs::{BIG5, GBK};
use std::path::Path;

const TEXT: &str = "北碚区今年新建公园十座，森林覆盖率达到百分之五十。";
const TRADITIONAL: &str = "臺北市政府昨日宣布，今年將興建社會住宅兩千戶，並改善捷運路線。";

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

fn given(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn read(path: &Path) -> Vec<Item> {
    ingest(&[given(path)], &Options::default()).unwrap().collect()
}

fn only(bytes: &[u8], name: &str) -> Item {
    let folder = folder(&[(name, bytes)]);
    let mut items = read(&folder.path().join(name));
    assert_eq!(items.len(), 1);
    items.remove(0)
}

#[test]
fn a_file_in_any_chinese_encoding_is_read() {
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(TEXT.encode_utf16().flat_map(u16::to_le_bytes));
    let cases: [(&str, Vec<u8>, &str); 5] = [
        (TEXT, TEXT.as_bytes().to_vec(), "UTF-8"),
        (TEXT, format!("\u{FEFF}{TEXT}").into_bytes(), "UTF-8"),
        (TEXT, GBK.encode(TEXT).0.into_owned(), "gb18030"),
        (TEXT, utf16, "UTF-16LE"),
        (TRADITIONAL, BIG5.encode(TRADITIONAL).0.into_owned(), "Big5"),
    ];
    for (text, bytes, encoding) in cases {
        let document = only(&bytes, "a.txt").unwrap();

        assert_eq!((document.text.as_str(), document.encoding.as_str()), (text, encoding));
        assert_eq!(document.content_hash, hash(&bytes));
    }
}

#[test]
fn a_declared_charset_counts_only_where_the_bytes_agree() {
    let page = |charset: &str| format!("<html><head><meta charset=\"{charset}\"></head><body>{TEXT}</body></html>");
    let agreeing = only(&GBK.encode(&page("gb2312")).0, "a.html").unwrap();
    let lying = only(page("gb2312").as_bytes(), "a.html").unwrap();
    let lying_about_gbk = only(&GBK.encode(&page("utf-8")).0, "a.html").unwrap();

    assert_eq!((agreeing.encoding.as_str(), agreeing.text), ("gb18030", page("gb2312")));
    assert_eq!((lying.encoding.as_str(), lying.text), ("UTF-8", page("gb2312")));
    assert_eq!((lying_about_gbk.encoding.as_str(), lying_about_gbk.text), ("gb18030", page("utf-8")));
}

#[test]
fn a_single_broken_character_does_not_cost_the_article() {
    let mut bytes = TEXT.repeat(20).into_bytes();
    bytes.truncate(bytes.len() - 1);

    let document = only(&bytes, "cut.txt").unwrap();

    assert!(document.text.starts_with(TEXT) && document.text.ends_with('\u{FFFD}'));
}

#[test]
fn every_line_end_becomes_one_character() {
    let document = only("一\r\n二\r三\u{2028}四".as_bytes(), "a.txt").unwrap();

    assert_eq!(document.text, "一\n二\n三\n四");
}

#[test]
fn what_is_no_text_is_a_problem_that_says_why() {
    let latin: Vec<u8> = b"caf\xE9 \xE0 la carte, d\xE9j\xE0 vu, na\xEFve \xFF\xFE\xFD".repeat(9);
    let cases: [(&str, &[u8], &str); 7] = [
        ("empty.txt", b"", "ingest.empty"),
        ("blank.txt", b" \n\n ", "ingest.empty"),
        ("zeros.txt", b"abc\0\0def", "ingest.binary"),
        ("controls.txt", b"\x01\x02\x03\x04\x05abc\x06\x07", "ingest.binary"),
        ("paper.txt", b"%PDF-1.7 and so on", "ingest.damaged"),
        ("latin.txt", &latin, "ingest.undecodable"),
        ("picture.png", b"\x89PNG", "ingest.unknown-type"),
    ];
    for (name, bytes, code) in cases {
        let problem = only(bytes, name).unwrap_err();

        assert_eq!(problem.code, code, "{name}");
        assert!(problem.fatal && problem.path.ends_with(name) && !problem.message.is_empty());
    }
}

#[test]
fn a_source_that_is_not_there_ends_the_run() {
    let missing = ingest(&["no/such/file.txt".to_owned()], &Options::default()).err().unwrap();
    let scheme = ingest(&["ftp://example.org/a.txt".to_owned()], &Options::default()).err().unwrap();

    assert!(matches!(missing, Error::NoSource { given } if given == "no/such/file.txt"));
    assert!(matches!(scheme, Error::Usage { .. }));
}

#[test]
fn a_folder_gives_its_articles_by_path_and_passes_over_the_rest() {
    let text = TEXT.as_bytes();
    let folder = folder(&[
        ("b.md", text),
        ("a.txt", text),
        ("c/d.html", text),
        (".hidden/e.txt", text),
        (".f.txt", text),
        ("seeds.toml", b"[a]"),
        ("README.md", b"read me"),
        ("g.png", b"\x89PNG"),
        ("c/h.txt", b"\0"),
    ]);

    let items = read(folder.path());

    let base = given(folder.path());
    let paths: Vec<String> = items
        .iter()
        .map(|item| match item {
            Ok(document) => document.path.clone(),
            Err(problem) => format!("{} {}", problem.path, problem.code),
        })
        .map(|path| path.replace(&base, ""))
        .collect();
    assert_eq!(paths, ["/a.txt", "/b.md", "/c/d.html", "/c/h.txt ingest.binary"]);
    let media: Vec<Media> = items.iter().flatten().map(|document| document.media).collect();
    assert_eq!(media, [Media::Text, Media::Markdown, Media::Html]);
}

#[test]
fn a_bad_line_is_named_and_the_others_are_read() {
    let lines = format!(
        "{{\"url\": \"https://example.org/1\", \"title\": \"甲\", \"text\": \"{TEXT}\", \"date\": \"2020/5/4 09:57\", \"authors\": \"张三\"}}\n\
         not json\n\n\
         {{\"title\": \"无文\"}}\n\
         {{\"id\": 7, \"html\": \"<p>{TEXT}</p>\", \"published\": \"2020-05\", \"authors\": [\"李四\", \"王五\"], \"source\": \"报\"}}\n\
         {{\"text\": \"{TEXT}\", \"published\": \"soon\"}}\n\
         {{\"text\": \" \"}}\n"
    );

    let folder = folder(&[("all.ndjson", lines.as_bytes())]);
    let items = read(&folder.path().join("all.ndjson"));

    let problems: Vec<(&str, String)> = items
        .iter()
        .filter_map(|item| item.as_ref().err())
        .map(|problem| (problem.code, problem.path.rsplit('/').next().unwrap().to_owned()))
        .collect();
    let expected = [
        ("ingest.bad-line", "all.ndjson#L2"),
        ("ingest.bad-line", "all.ndjson#L4"),
        ("ingest.bad-line", "all.ndjson#L6"),
        ("ingest.empty", "all.ndjson#L7"),
    ];
    assert_eq!(problems, expected.map(|(code, at)| (code, at.to_owned())));
    let documents: Vec<&Document> = items.iter().flatten().collect();
    assert_eq!(documents.len(), 2);
    let (first, second) = (&documents[0], &documents[1]);
    assert!(first.path.ends_with("all.ndjson#L1") && first.name == "all.ndjson");
    assert_eq!(first.declared.url.as_deref(), Some("https://example.org/1"));
    assert_eq!(first.declared.published.unwrap().to_string(), "2020-05-04");
    assert_eq!(first.declared.authors, ["张三"]);
    assert_eq!((second.media, second.declared.url.as_deref()), (Media::Html, Some("7")));
    assert_eq!(second.declared.source.as_deref(), Some("报"));
}

/// What an address gives.
fn at(url: &str) -> Vec<Item> {
    ingest(&[url.to_owned()], &Options { max_bytes: 100_000, retries: 0, ..options() }).unwrap().collect()
}

#[test]
fn a_page_is_read_from_its_address() {
    let page = format!("<html><body><p>{TEXT}</p></body></html>");
    let head = "200 OK\r\nContent-Type: text/html; charset=\"GBK\"";
    let moved = "302 Found\r\nLocation: /moved.html?id=1&utm_source=feed";
    let server = Server::with(vec![
        ("/news/t1.html", answer(moved, b"")),
        ("/moved.html?id=1&utm_source=feed", answer(head, &GBK.encode(&page).0)),
    ]);
    let url = format!("{}/news/t1.html", server.root);

    let document = at(&url).remove(0).unwrap();

    assert_eq!((document.path, document.name.as_str(), document.media), (url, "t1.html", Media::Html));
    assert_eq!((document.text, document.encoding.as_str()), (page, "gb18030"));
    assert_eq!(document.declared.url, Some(format!("{}/moved.html?id=1", server.root)));
}

#[test]
fn a_page_with_a_wrong_type_or_charset_is_read_by_what_it_holds() {
    let page = format!("<!DOCTYPE html><html><body><p>{TEXT}</p></body></html>");
    let server = Server::with(vec![
        ("/a", answer("200 OK\r\nContent-Type: text/plain; charset=big5", page.as_bytes())),
        ("/b", answer("200 OK\r\nContent-Type: application/octet-stream", &GBK.encode(&page).0)),
        ("/c", answer("200 OK", page.as_bytes())),
    ]);

    for path in ["/a", "/b", "/c"] {
        let document = at(&format!("{}{path}", server.root)).remove(0).unwrap();

        assert_eq!((document.text.as_str(), document.media), (page.as_str(), Media::Html), "{path}");
    }
}

#[test]
fn a_page_that_does_not_come_is_a_problem() {
    let server = Server::with(vec![
        ("/gone", answer("410 Gone", b"")),
        ("/teapot", answer("418 I'm a teapot", b"")),
        ("/picture", answer("200 OK\r\nContent-Type: image/png", b"\x89PNG")),
        ("/large", answer("200 OK\r\nContent-Type: text/html", &[b'a'; 100_001])),
        ("/empty", answer("200 OK\r\nContent-Type: text/html", b"")),
        ("/loop", answer("302 Found\r\nLocation: /loop", b"")),
    ]);
    let cases = [
        ("/missing", "ingest.not-found"),
        ("/gone", "ingest.gone"),
        ("/teapot", "ingest.status"),
        ("/picture", "ingest.unknown-type"),
        ("/large", "ingest.too-large"),
        ("/empty", "ingest.empty"),
        ("/loop", "ingest.redirects"),
    ];
    for (path, code) in cases {
        let url = format!("{}{path}", server.root);

        let problem = at(&url).remove(0).unwrap_err();

        assert_eq!((problem.path, problem.code), (url, code));
    }
}

#[test]
fn a_password_in_an_address_is_never_shown() {
    let server = Server::with(vec![]);
    let url = server.root.replace("http://", "http://user:secret@") + "/a";

    let problem = at(&url).remove(0).unwrap_err();

    assert_eq!(problem.path, format!("{}/a", server.root));
    assert!(!problem.message.contains("secret"));
    assert_eq!(address_path(&url), Some(problem.path));
    assert_eq!(address_path("https://example.org").as_deref(), Some("https://example.org"));
    assert_eq!(address_path("folder/a.txt"), None);
}

#[test]
fn documents_can_be_read_on_another_thread() {
    fn is_send(items: impl Iterator<Item = Item> + Send) -> usize {
        std::thread::scope(|scope| scope.spawn(|| items.count()).join().unwrap())
    }
    let folder = folder(&[("a.txt", TEXT.as_bytes())]);

    assert_eq!(is_send(ingest(&[given(folder.path())], &Options::default()).unwrap()), 1);
}
