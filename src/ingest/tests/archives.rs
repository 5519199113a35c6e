//! What is packed is read as if it lay in a folder.

use super::packed::{Zip, docx, gzip, mhtml, record, response};
use super::{TEXT, folder, given, only, read};
use crate::ingest::{Item, hash};
use encoding_rs::GBK;

/// The items of a file of these bytes.
fn items(name: &str, bytes: &[u8]) -> Vec<Item> {
    let folder = folder(&[(name, bytes)]);
    read(&folder.path().join(name))
}

/// What became of a file: the path of each document, or the code of each problem with its path.
fn told(name: &str, bytes: &[u8]) -> Vec<String> {
    let tell = |item: &Item| match item {
        Ok(document) => document.path.clone(),
        Err(problem) => format!("{} {}", problem.code, problem.path),
    };
    let folder = folder(&[(name, bytes)]);
    let base = format!("{}/", given(folder.path()));
    read(&folder.path().join(name)).iter().map(|item| tell(item).replace(&base, "")).collect()
}

#[test]
fn a_compressed_file_is_read_as_what_it_holds() {
    let page = format!("<html><body>{TEXT}</body></html>");
    let lines = format!("{{\"text\": \"{TEXT}\"}}\n{{\"text\": \"{TEXT}{TEXT}\"}}\n");
    let members = [gzip(lines.as_bytes()), gzip(lines.as_bytes()), vec![0; 512]].concat();
    let zst = zstd::encode_all(page.as_bytes(), 3).unwrap();

    let document = only(&gzip(page.as_bytes()), "a.html.gz").unwrap();
    assert_eq!((document.text.as_str(), document.name.as_str()), (page.as_str(), "a.html"));
    assert_eq!(document.content_hash, hash(page.as_bytes()));
    assert_eq!(only(&zst, "a.html.zst").unwrap().text, page);
    let numbers: Vec<String> = (1..=4).map(|line| format!("a.jsonl.gz#L{line}")).collect();
    assert_eq!(told("a.jsonl.gz", &members), numbers);
}

#[test]
fn an_archive_gives_its_articles_by_name_and_passes_over_the_rest() {
    let mut zip = Zip::default();
    let text = TEXT.as_bytes();
    for name in ["b/a.html", "README.md", "__MACOSX/a.html", ".hidden/a.txt", "photo.png", "b/", "a.txt"] {
        zip.add(name.as_bytes(), text, 0);
    }
    zip.add(&GBK.encode("公报/一月.txt").0, text, 8);
    zip.add(b"inner.zip", &Zip::of(&[("c.md", text)]), 0);

    let paths = told("all.zip", &zip.finish());

    let expected = ["a.txt", "b/a.html", "inner.zip!/c.md", "公报/一月.txt"].map(|name| format!("all.zip!/{name}"));
    assert_eq!(paths, expected);
}

#[test]
fn a_crawl_gives_the_pages_that_were_found() {
    let page = format!("<html><body>{TEXT}</body></html>");
    let (html, gbk) = ("200 OK\r\nContent-Type: text/html", GBK.encode(&page).0);
    let chunks = format!("5\r\n{}\r\n{:x};x=y\r\n{}\r\n0\r\n\r\n", &page[..5], page.len() - 5, &page[5..]);
    let records = [
        record("warcinfo", "", "application/warc-fields", b"software: own"),
        response("https://example.org/1.html", &format!("{html}; charset=gbk"), &gbk),
        response("https://example.org/2.html", "404 Not Found\r\nContent-Type: text/html", page.as_bytes()),
        response("https://example.org/3.png", "200 OK\r\nContent-Type: image/png", b"\x89PNG"),
        record(
            "revisit",
            "https://example.org/1.html",
            "application/http; msgtype=response",
            b"HTTP/1.1 200 OK\r\n\r\n",
        ),
        response("https://example.org/5.html", &format!("{html}\r\nTransfer-Encoding: chunked"), chunks.as_bytes()),
        response("https://example.org/6.html", &format!("{html}\r\nContent-Encoding: gzip"), &gzip(page.as_bytes())),
        record("resource", "https://example.org/7.txt", "text/plain", TEXT.as_bytes()),
        response("https://example.org/robots.txt", "200 OK\r\nContent-Type: text/plain", TEXT.as_bytes()),
    ];
    let packed: Vec<u8> = records.iter().flat_map(|record| gzip(record)).collect();

    let documents: Vec<_> = items("crawl.warc.gz", &packed).into_iter().map(Result::unwrap).collect();

    let urls: Vec<_> = documents.iter().map(|document| document.declared.url.clone().unwrap()).collect();
    assert_eq!(urls, ["1.html", "5.html", "6.html", "7.txt"].map(|name| format!("https://example.org/{name}")));
    assert!(documents[0].path.ends_with("crawl.warc.gz#R2") && documents[3].path.ends_with("#R8"));
    assert!(documents[..3].iter().all(|document| document.text == page));
    assert_eq!((documents[0].content_hash.as_str(), documents[0].name.as_str()), (hash(&gbk).as_str(), "1.html"));
    assert!(documents.iter().all(|document| document.declared.published.is_none()));
    assert_eq!(told("crawl.warc", &records.concat()).len(), 4);
}

#[test]
fn a_saved_page_is_read_without_its_pictures() {
    let page = format!("<html><body><p>{TEXT}</p></body></html>");

    let document = only(&mhtml(&page), "page.mhtml").unwrap();

    assert_eq!(document.text.trim_end(), page);
    assert_eq!(document.declared.url.as_deref(), Some("https://example.org/a.html"));
}

#[test]
fn a_word_document_gives_paragraphs_and_rows_as_lines() {
    let body = "<w:p><w:r><w:t>公园一览</w:t></w:r></w:p>\
                <w:p><w:r><w:t>新建</w:t></w:r><w:del><w:r><w:t>不要</w:t></w:r></w:del><w:r><w:t>十座</w:t></w:r></w:p>\
                <w:tbl><w:tr><w:tc><w:p><w:r><w:t>名称</w:t></w:r></w:p></w:tc>\
                <w:tc><w:p><w:r><w:t>面积&amp;长度</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let bytes = docx(body, "公园一览");

    let document = only(&bytes, "a.docx").unwrap();
    let leftover = only(&docx(body, "去年的报告"), "a.docx").unwrap();

    assert_eq!(document.text, "公园一览\n新建十座\n名称\t面积&长度\n");
    assert_eq!((document.declared.title.as_deref(), document.content_hash), (Some("公园一览"), hash(&bytes)));
    assert_eq!(leftover.declared.title, None);
}

#[test]
fn the_bytes_tell_what_a_file_is_where_its_name_does_not() {
    let page = format!("\u{FEFF}<!-- saved --><!DOCTYPE html><html><body>{TEXT}</body></html>");
    let zip = Zip::of(&[("a.txt", TEXT.as_bytes())]);

    assert_eq!(only(page.as_bytes(), "a.txt").unwrap().media, crate::model::Media::Html);
    assert_eq!(only(&gzip(TEXT.as_bytes()), "a.txt").unwrap().text, TEXT);
    assert_eq!(only(TEXT.as_bytes(), "a.txt.gz").unwrap().text, TEXT);
    assert_eq!(told("a.html", &zip), ["a.html!/a.txt"]);
    assert_eq!(only(&mhtml(&page), "a.html").unwrap().text.trim_end(), page.trim_start_matches('\u{FEFF}'));
}

#[test]
fn a_truncated_input_gives_what_came_whole() {
    let text = TEXT.as_bytes();
    let line = format!("{{\"text\": \"{TEXT}\"}}\n");
    let page = |n| response(&format!("https://example.org/{n}.html"), "200 OK\r\nContent-Type: text/html", text);
    let pages = [page(1), page(2)].concat();
    let noise: String =
        (0..150_000_u32).map(|n| char::from_u32(0x4E00 + n.wrapping_mul(2_654_435_761) % 20_000).unwrap()).collect();
    let long = [line.as_bytes(), format!("{{\"text\": \"{noise}\"}}\n").as_bytes()].concat();
    let mut zip = Zip::default();
    zip.add(b"a.txt", text, 8);
    zip.add(b"b.txt", text, 0);
    let (zip, gz, zst) = (zip.finish(), gzip(&long), zstd::encode_all(long.as_slice(), 3).unwrap());
    let cut = |bytes: &[u8], by: usize| bytes[..bytes.len() - by].to_vec();

    assert_eq!(told("a.ndjson.gz", &cut(&gz, 100)), ["a.ndjson.gz#L1", "ingest.truncated a.ndjson.gz#L2"]);
    assert_eq!(told("a.ndjson.zst", &cut(&zst, 100))[1..], ["ingest.truncated a.ndjson.zst#L2"]);
    assert_eq!(told("a.txt.gz", &cut(&gzip(text), 12)), ["ingest.truncated a.txt.gz"]);
    assert_eq!(told("a.warc", &cut(&pages, 20)), ["a.warc#R1", "ingest.truncated a.warc#R2"]);
    assert_eq!(told("a.zip", &cut(&zip, 60)), ["a.zip!/a.txt", "a.zip!/b.txt", "ingest.truncated a.zip"]);
    let within_b = zip.len() - (zip.len() - 60) / 2;
    assert_eq!(told("a.zip", &cut(&zip, within_b)).last().unwrap(), "ingest.truncated a.zip");
}
