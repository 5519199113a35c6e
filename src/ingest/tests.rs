//! Every way in, and every way in which input is bad.

#![expect(clippy::disallowed_methods, reason = "the tests write the files that they read")]

mod archives;
mod hostile;
mod packed;

use super::*;
use encoding_rs::{BIG5, GBK};
use std::io::{Read as _, Write as _};
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
    ingest(&[given(path)]).unwrap().collect()
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
    let missing = ingest(&["no/such/file.txt".to_owned()]).err().unwrap();
    let scheme = ingest(&["ftp://example.org/a.txt".to_owned()]).err().unwrap();

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

/// Answers each request on a free port of this machine with the next of `answers`, and gives the address.
fn serve(answers: Vec<Vec<u8>>) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(&answer).unwrap();
        }
    });
    format!("http://{address}/news/t1.html")
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let mut answer =
        format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len()).into_bytes();
    answer.extend(body);
    answer
}

#[test]
fn a_page_is_read_from_its_address() {
    let page = format!("<html><body><p>{TEXT}</p></body></html>");
    let head = "200 OK\r\nContent-Type: text/html; charset=GBK";
    let url = serve(vec![answer("302 Found\r\nLocation: /moved.html", b""), answer(head, &GBK.encode(&page).0)]);

    let document = ingest(std::slice::from_ref(&url)).unwrap().next().unwrap().unwrap();

    assert_eq!((document.path, document.name.as_str(), document.media), (url.clone(), "t1.html", Media::Html));
    assert_eq!((document.text, document.encoding.as_str()), (page, "gb18030"));
    assert_eq!(document.declared.url, Some(url.replace("/news/t1.html", "/moved.html")));
}

#[test]
fn a_page_that_does_not_come_is_a_problem() {
    let large = vec![b'a'; (16 << 20) + 2];
    let cases = [
        (answer("404 Not Found", b"gone"), "ingest.unreadable"),
        (answer("200 OK\r\nContent-Type: image/png", b"\x89PNG"), "ingest.unknown-type"),
        (answer("200 OK\r\nContent-Type: text/html", &large), "ingest.too-large"),
        (answer("200 OK\r\nContent-Type: text/html", b""), "ingest.empty"),
    ];
    for (answer, code) in cases {
        let url = serve(vec![answer]);

        let problem = ingest(std::slice::from_ref(&url)).unwrap().next().unwrap().unwrap_err();

        assert_eq!((problem.path, problem.code), (url, code));
    }
    let looping = serve(vec![answer("302 Found\r\nLocation: /news/t1.html", b""); 8]);
    let problem = ingest(&[looping]).unwrap().next().unwrap().unwrap_err();
    assert_eq!(problem.code, "ingest.unreadable");
}

#[test]
fn documents_can_be_read_on_another_thread() {
    fn is_send(items: impl Iterator<Item = Item> + Send) -> usize {
        std::thread::scope(|scope| scope.spawn(|| items.count()).join().unwrap())
    }
    let folder = folder(&[("a.txt", TEXT.as_bytes())]);

    assert_eq!(is_send(ingest(&[given(folder.path())]).unwrap()), 1);
}
