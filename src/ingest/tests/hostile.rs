//! Input that is bad by accident or by design: it costs itself, bounded time and memory, and nothing else.

use super::packed::{Zip, docx, gzip, mhtml, pdf, response};
use super::{TEXT, folder, given, only, read};
use crate::ingest::input::{Input, documents};
use crate::ingest::{Item, ingest};
use encoding_rs::{BIG5, GBK};
use std::io::{Cursor, Read};

/// What an input of these bytes gives.
fn items(name: &str, reader: impl Read + Send + 'static) -> Vec<Item> {
    let (path, name) = (name.to_owned(), name.to_owned());
    let (media_type, charset, declared) = (None, None, Default::default());
    documents(Input { path, name, media_type, charset, declared, reader: Box::new(reader) }).collect()
}

/// The codes of what is wrong, and `ok` for each document.
fn codes(name: &str, bytes: &[u8]) -> Vec<&'static str> {
    let items = items(name, Cursor::new(bytes.to_vec()));
    items.iter().map(|item| item.as_ref().map_or_else(|problem| problem.code, |_| "ok")).collect()
}

#[test]
fn a_bomb_is_left_before_it_goes_off() {
    let zeros = vec![b'a'; 32 << 20];
    let once = gzip(&zeros.repeat(12));
    let mut zip = Zip::default();
    (0..40).for_each(|n| zip.add(format!("{n:02}.txt").as_bytes(), &zeros, 0));
    let nested = (0..9).fold(TEXT.as_bytes().to_vec(), |inner, _| Zip::of(&[("a.zip", &inner)]));

    assert_eq!(codes("a.ndjson.gz", &once), ["ingest.too-large", "ingest.bomb"][1..]);
    let of_zip = codes("a.zip", &zip.finish());
    assert!(of_zip.len() < 20, "{of_zip:?}");
    assert_eq!(of_zip.last(), Some(&"ingest.bomb"));
    assert_eq!(codes("a.zip", &nested), ["ingest.bomb"]);
}

#[test]
fn a_line_of_a_hundred_megabytes_is_passed_over() {
    let line = format!("{{\"text\": \"{TEXT}\"}}\n").into_bytes();
    let long = std::io::repeat(b'x').take(100 << 20);
    let reader = Cursor::new(line.clone()).chain(long).chain(Cursor::new(b"\n".to_vec())).chain(Cursor::new(line));

    let items = items("a.ndjson", reader);

    assert_eq!(items[1].as_ref().unwrap_err().code, "ingest.too-large");
    assert!(items.len() == 3 && items[0].is_ok() && items[2].as_ref().unwrap().path == "a.ndjson#L3");
}

#[test]
fn names_in_archives_lead_nowhere() {
    let mut zip = Zip::default();
    zip.add(b"../../etc/a.txt", TEXT.as_bytes(), 0);
    zip.add(b"/b\n.txt", TEXT.as_bytes(), 0);
    zip.add(b"dir\\c.txt", TEXT.as_bytes(), 0);

    let items = items("a.zip", Cursor::new(zip.finish()));

    let paths: Vec<_> = items.iter().flatten().map(|document| document.path.as_str()).collect();
    assert_eq!(paths, ["a.zip!/%2E%2E/%2E%2E/etc/a.txt", "a.zip!/b%0A.txt", "a.zip!/dir/c.txt"]);
    let notes: Vec<_> = items.iter().filter_map(|item| item.as_ref().err()).collect();
    assert!(notes.len() == 2 && notes.iter().all(|note| note.code == "ingest.unsafe-name" && !note.fatal));
}

#[test]
fn an_archive_tells_what_cannot_be_read_in_it() {
    let text = TEXT.as_bytes();
    let mut locked = Zip::default();
    locked.add(b"a.txt", text, 1);
    locked.add(b"b.txt", text, 0);
    let mut wrong = Zip::of(&[("a.txt", text)]);
    wrong[40] ^= 0x10;

    assert_eq!(codes("a.zip", &locked.finish()), ["ingest.encrypted", "ok"]);
    assert_eq!(codes("a.zip", &Zip::of(&[])), ["ingest.empty"]);
    assert_eq!(codes("a.zip", &Zip::of(&[("a.png", text)])), ["ingest.empty"]);
    assert_eq!(codes("a.docx", &Zip::of(&[("a.txt", text)])), ["ingest.damaged"]);
    assert_eq!(codes("a.zip", text), ["ingest.damaged"]);
    assert_eq!(codes("a.tar.gz", &gzip(text)), ["ingest.unknown-type"]);
    assert_eq!(codes("a.gz", b""), ["ingest.empty"]);
    assert!(matches!(codes("a.zip", &wrong)[..], ["ingest.damaged" | "ingest.truncated"]));
}

#[test]
fn a_damaged_record_costs_itself_only() {
    let page = |n: u8| {
        response(&format!("https://example.org/{n}.html"), "200 OK\r\nContent-Type: text/html", TEXT.as_bytes())
    };
    let no_length = b"WARC/1.0\r\nWARC-Type: response\r\n\r\nsome\r\n\r\n".to_vec();
    let endless = [b"WARC/1.0\r\n".to_vec(), vec![b'x'; 1 << 20], b"\r\n\r\n".to_vec()].concat();

    let found = codes("a.warc", &[page(1), no_length, page(2), endless, page(3)].concat());

    assert_eq!(found, ["ok", "ingest.damaged", "ok", "ingest.damaged", "ok"]);
    let claims =
        b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\nContent-Length: 18446744073709551615\r\n\r\nx";
    assert_eq!(codes("a.warc", claims), ["ingest.truncated"]);
}

#[test]
fn lines_in_another_encoding_are_marked_and_told() {
    let line = format!("{TEXT}\n");
    let utf8 = [line.repeat(3).as_bytes(), &GBK.encode(&line).0].concat();
    let gbk = [&GBK.encode(&line.repeat(3)).0, line.as_bytes()].concat();

    for (bytes, encoding) in [(utf8, "UTF-8"), (gbk, "gb18030")] {
        let items = items("a.txt", Cursor::new(bytes));

        let note = items[0].as_ref().unwrap_err();
        assert_eq!((note.code, note.fatal), ("ingest.mixed-encoding", false));
        let document = items[1].as_ref().unwrap();
        assert_eq!(document.encoding, encoding);
        assert_eq!(document.text, format!("{}{}\n", line.repeat(3), "\u{FFFD}".repeat(TEXT.chars().count())));
    }
}

#[test]
fn encodings_of_seven_bits_and_utf_16_are_told_by_their_bytes() {
    let hz = b"~{1110GxWn=|~} 2024 ~{J.A>~}\n";
    let text = format!("{TEXT}\n2024");
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();

    let problem = only(hz, "a.txt").unwrap_err();

    assert!(problem.code == "ingest.undecodable" && problem.message.contains("HZ"));
    assert_eq!(only(&utf16, "a.txt").unwrap().text, text);
}

#[test]
fn a_pdf_is_read_by_the_encoding_of_its_fonts() {
    let lines = ["今年新建公园10座，", "森林覆盖率达到50%。"];
    let wide = |line: &str| line.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let files = [
        pdf(&lines, "GBK-EUC-H", |line| GBK.encode(line).0.into_owned()),
        pdf(&lines, "UniGB-UCS2-H", wide),
        pdf(&lines, "UniGB-UTF16-H", wide),
    ];
    for file in files {
        let document = only(&file, "a.pdf").unwrap();

        let read: Vec<&str> = document.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(read, lines);
    }
    let traditional = pdf(&["今年興建公園"], "ETen-B5-H", |line| BIG5.encode(line).0.into_owned());
    assert_eq!(only(&traditional, "a.pdf").unwrap().text.trim(), "今年興建公園");
    assert_eq!(codes("a.pdf", &pdf(&[], "UniGB-UCS2-H", wide)), ["ingest.no-text-layer"]);
    assert_eq!(codes("a.pdf", &pdf(&lines, "Unheard-Of-H", wide)), ["ingest.damaged"]);
}

#[test]
fn a_pattern_gives_what_fits_and_a_file_with_a_star_is_itself() {
    let text = TEXT.as_bytes();
    let folder =
        folder(&[("a/b/c.html", text), ("a/d.html", text), ("a/e.txt", text), ("x*.txt", text), ("xy.txt", text)]);
    let at = |pattern: &str| -> Vec<String> {
        let base = format!("{}/", given(folder.path()));
        let items = ingest(&[format!("{base}{pattern}")], &crate::ingest::Options::default()).unwrap();
        items.map(|item| item.unwrap().path.replace(&base, "")).collect()
    };

    assert_eq!(at("a/**/*.html"), ["a/b/c.html", "a/d.html"]);
    assert_eq!(at("*/*.html"), ["a/d.html"]);
    assert_eq!(at("a/{d,e}.*"), ["a/d.html", "a/e.txt"]);
    assert_eq!(at("x*.txt"), ["x*.txt"]);
    assert!(
        ingest(&["nowhere/*.txt".to_owned()], &crate::ingest::Options::default()).is_err()
            && ingest(&["src/[".to_owned()], &crate::ingest::Options::default()).is_err()
    );
}

#[test]
fn a_path_is_within_the_source_that_gave_it() {
    let within = [
        ("news/", "news/a.zip!/b.html"),
        ("all.zip", "all.zip!/b.ndjson#L3"),
        ("crawl.warc.gz", "crawl.warc.gz#R7"),
        (".", "a.txt"),
        ("news/**/*.zip", "news/2024/a.zip!/b.html"),
        ("*.txt", "a.txt"),
    ];
    let beside =
        [("news", "news2/a.txt"), ("all.zip", "all.zip.txt"), ("news/*.txt", "news/a.html"), ("a.txt", "b.txt")];

    assert!(within.iter().all(|(source, path)| crate::ingest::is_within(source, path)));
    assert!(!beside.iter().any(|(source, path)| crate::ingest::is_within(source, path)));
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_back_is_told_once() {
    let folder = folder(&[("a/b.txt", TEXT.as_bytes())]);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("gone")).unwrap();

    let items = read(folder.path());

    assert!(items.len() == 2 && items[0].is_ok());
    assert_eq!(items[1].as_ref().unwrap_err().code, "ingest.link-loop");
}

/// A generator of numbers that is the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

#[test]
fn no_bytes_whatever_end_the_run() {
    let page = format!("<html><body><p>{TEXT}</p></body></html>");
    let record = response("https://example.org/1.html", "200 OK\r\nContent-Type: text/html", page.as_bytes());
    let samples: [(&str, Vec<u8>); 10] = [
        ("a.txt", GBK.encode(&TEXT.repeat(3)).0.into_owned()),
        ("a.html", page.clone().into_bytes()),
        ("a.ndjson", format!("{{\"text\": \"{TEXT}\"}}\n").repeat(2).into_bytes()),
        ("a.html.gz", gzip(page.as_bytes())),
        ("a.html.zst", zstd::encode_all(page.as_bytes(), 3).unwrap()),
        ("a.zip", Zip::of(&[("a.html", page.as_bytes()), ("b.txt", TEXT.as_bytes())])),
        ("a.warc", [record.clone(), record].concat()),
        ("a.mhtml", mhtml(&page)),
        ("a.docx", docx("<w:p><w:r><w:t>公园</w:t></w:r></w:p>", "公园")),
        ("a.pdf", pdf(&["公园"], "UniGB-UCS2-H", |line| line.encode_utf16().flat_map(u16::to_be_bytes).collect())),
    ];
    let mut dice = Dice(1);
    let mut told = 0;
    for (name, sample) in samples {
        for _ in 0..600 {
            let mut bytes = sample.clone();
            for _ in 0..=dice.below(6) {
                let (at, other) = (dice.below(bytes.len()), dice.below(bytes.len()));
                match dice.below(6) {
                    0 => bytes.truncate(at),
                    1 => bytes.insert(at, dice.below(256) as u8),
                    2 => bytes
                        .splice(at..at, sample[other.min(sample.len() - 1)..].iter().copied().take(40))
                        .for_each(drop),
                    _ if !bytes.is_empty() => bytes[at] = dice.below(256) as u8,
                    _ => {}
                }
            }
            let items = items(name, Cursor::new(bytes));
            assert!(items.len() <= 12, "{name}");
            told += items.iter().filter(|item| item.is_err()).count();
        }
    }
    assert!(told > 1000);
}
