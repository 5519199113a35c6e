//! Feeds and sitemaps, good and bad, up to the documents that they lead to.

#![expect(clippy::disallowed_methods, reason = "the tests look at the clock, and damage the cache")]

use super::*;
use crate::ingest::fetch::server::{Server, answer, options, page, send};
use crate::ingest::options::Options;
use crate::ingest::{Item, ingest};
use crate::model::Document;
use encoding_rs::GBK;
use std::io::Write as _;

const TEXT: &str = "云溪县今年新建公园十座，森林覆盖率达到百分之五十。";

fn html() -> Vec<u8> {
    page(format!("<html><body><p>{TEXT}</p></body></html>"))
}

fn xml(body: impl AsRef<[u8]>) -> Vec<u8> {
    answer("200 OK\r\nContent-Type: application/xml", body.as_ref())
}

fn read(source: &str, options: &Options) -> Vec<Item> {
    ingest(&[source.to_owned()], options).unwrap().collect()
}

/// What came, by path without the server's address: a page, or a problem with its code.
fn told(server: &Server, items: &[Item]) -> Vec<String> {
    let told = items.iter().map(|item| match item {
        Ok(document) => document.path.clone(),
        Err(problem) => format!("{} {}", problem.path, problem.code),
    });
    told.map(|text| text.replace(&server.root, "")).collect()
}

fn documents(items: &[Item]) -> Vec<&Document> {
    items.iter().flatten().collect()
}

/// The documents of a feed that stands in the text, with links to a server that has `/n/1.html` and `/n/2.html`.
fn of_feed(feed: impl AsRef<[u8]>) -> (Server, Vec<Item>) {
    let server = Server::with(vec![("/feed", xml(feed)), ("/n/1.html", html()), ("/n/2.html", html())]);
    let items = read(&format!("{}/feed", server.root), &options());
    (server, items)
}

#[test]
fn an_rss_feed_gives_its_pages_with_title_date_and_author() {
    let feed = "<?xml version=\"1.0\" encoding=\"gb2312\"?><!-- 频道 --><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\
        <title>云溪新闻</title><link>/</link>\
        <item><title>公园&amp;nbsp;十座</title><link>n/1.html?utm_source=rss</link><pubDate>Mon, 04 Mar 2024 16:30:00 GMT</pubDate><dc:creator>张三</dc:creator></item>\
        <item><title>被截断的标题…</title><link>n/2.html</link><pubDate>不久前</pubDate><dc:creator>云溪新闻</dc:creator></item>\
        <item><title>再一次</title><link>n/2.html#part</link></item>\
        <item><title>邮件</title><link>mailto:a@example.org</link></item>\
        <item><title>本地</title><link>javascript:alert(1)</link></item>\
        </channel></rss>";
    let server = Server::with(vec![
        ("/feed", xml(GBK.encode(feed).0)),
        ("/n/1.html?utm_source=rss", html()),
        ("/n/2.html", html()),
    ]);

    let items = read(&format!("{}/feed", server.root), &options());

    assert_eq!(told(&server, &items), ["/n/1.html?utm_source=rss", "/n/2.html"]);
    let [first, second] = documents(&items)[..] else { panic!("two pages") };
    let declared = Declared {
        url: Some(format!("{}/n/1.html", server.root)),
        title: Some("公园 十座".into()),
        published: crate::model::PartialDate::day(2024, 3, 5),
        authors: vec!["张三".into()],
        secondhand: true,
        ..Declared::default()
    };
    assert_eq!((&first.declared, first.name.as_str()), (&declared, "1.html"));
    let url = Some(format!("{}/n/2.html", server.root));
    assert_eq!(second.declared, Declared { url, secondhand: true, ..Declared::default() });
}

#[test]
fn atom_rss_1_and_json_feeds_are_read_too() {
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>a</title><id>a</id><updated>2024-03-05T00:00:00Z</updated>\
        <entry><id>1</id><title type=\"html\">公园&lt;b&gt;十座&lt;/b&gt;</title><published>2024-03-05T01:00:00+08:00</published>\
        <link rel=\"enclosure\" href=\"/a.mp3\"/><link rel=\"alternate\" href=\"/n/1.html\"/></entry></feed>";
    let rss1 = "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
        <channel rdf:about=\"/\"><title>a</title><link>/</link><description>a</description></channel>\
        <item rdf:about=\"/n/1.html\"><title>公园十座</title><link>/n/1.html</link><dc:date>2024-03-05</dc:date></item></rdf:RDF>";
    let json = "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"a\", \"items\": [\
        {\"id\": \"1\", \"url\": \"/n/1.html\", \"title\": \"公园十座\", \"content_text\": \"…\", \"date_published\": \"2024-03-05T01:00:00+08:00\"}]}";

    for feed in [atom, rss1, json] {
        let (server, items) = of_feed(feed);

        assert_eq!(told(&server, &items), ["/n/1.html"], "{feed}");
        let declared = &documents(&items)[0].declared;
        assert_eq!(declared.title.as_deref(), Some("公园十座"), "{feed}");
        assert_eq!(declared.published.unwrap().to_string(), "2024-03-05", "{feed}");
    }
}

#[test]
fn an_article_that_the_feed_carries_whole_is_not_fetched() {
    let whole = format!("<p>{}</p>", TEXT.repeat(30));
    let feed = format!(
        "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>a</title>\
         <item><title>全文</title><link>/n/1.html</link><content:encoded><![CDATA[{whole}]]></content:encoded></item>\
         <item><title>摘要</title><link>/n/2.html</link><description>{TEXT}</description></item>\
         <item><guid isPermaLink=\"false\">no-3</guid><description>{whole}</description></item></channel></rss>",
    );

    let (server, items) =
        of_feed(feed.replace("<description><p>", "<description>&lt;p>").replace("</p></desc", "&lt;/p></desc"));

    assert_eq!(told(&server, &items), ["/n/1.html", "/n/2.html", "/feed?entry=no-3"]);
    assert_eq!(server.asked(), ["/feed", "/n/2.html"]);
    let first = documents(&items)[0];
    assert_eq!((first.text.as_str(), &first.declared.url), (whole.as_str(), &Some(server.url("/n/1.html").into())));
}

#[test]
fn a_text_without_markup_keeps_its_lines() {
    let text = TEXT.repeat(15);
    let item = format!("{{\"id\": \"1\", \"url\": \"/n/1.html\", \"content_text\": \"{text}\\n\\n{text}\"}}");
    let feed = format!("{{\"version\": \"https://jsonfeed.org/version/1\", \"title\": \"a\", \"items\": [{item}]}}");

    let (_, items) = of_feed(feed);

    assert_eq!(documents(&items)[0].text, format!("<p>{text}</p>\n<p>{text}</p>\n"));
}

#[test]
fn a_feed_in_a_file_is_followed_and_one_in_a_folder_is_not() {
    let server = Server::with(vec![("/n/1.html", html())]);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("saved.xml");
    let feed = format!(
        "<rss version=\"2.0\"><channel><title>a</title><item><title>一</title><link>{}/n/1.html</link></item>\
         <item><title>二</title><link>/n/2.html</link></item></channel></rss>",
        server.root
    );
    std::fs::write(&path, feed).unwrap();

    let named = read(&path.to_string_lossy(), &options());
    let in_folder = read(&dir.path().to_string_lossy(), &options());

    assert_eq!((told(&server, &named), in_folder.len()), (vec!["/n/1.html".to_owned()], 0));
    assert_eq!(server.asked(), ["/n/1.html"]);
}

#[test]
fn what_is_no_whole_feed_is_a_problem_that_says_why() {
    let laughs = "<!DOCTYPE rss [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>\
        <rss version=\"2.0\"><channel><title>&c;</title></channel></rss>";
    let deep = format!("<rss version=\"2.0\"><channel>{}", "<a>".repeat(100_000));
    let cases = [
        ("<rss version=\"2.0\"><channel><item><title>一</item>", "ingest.bad-feed"),
        ("<rss version=\"2.0\"><channel><title>空</title></channel></rss>", "ingest.empty-feed"),
        ("{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [", "ingest.bad-feed"),
        ("<urlset></urlset>", "ingest.empty-feed"),
        ("<urlset><url><loc>https://exam", "ingest.bad-feed"),
        (laughs, "ingest.empty-feed"),
        (&deep, "ingest.bad-feed"),
    ];

    for (feed, code) in cases {
        let (server, items) = of_feed(feed);

        assert_eq!(told(&server, &items), [format!("/feed {code}")], "{}", &feed[..60.min(feed.len())]);
    }
}

#[test]
fn a_page_that_does_not_come_costs_no_other() {
    let (server, items) = of_feed(
        "<rss version=\"2.0\"><channel><title>a</title><item><link>/missing</link></item>\
         <item><link>/n/1.html</link></item></channel></rss>",
    );

    assert_eq!(told(&server, &items), ["/missing ingest.not-found", "/n/1.html"]);
}

#[test]
fn a_sitemap_gives_its_pages_and_none_of_other_hosts() {
    let sitemap = |root: &str| {
        format!(
            "<?xml version=\"1.0\"?><?xml-stylesheet href=\"a.xsl\"?>\
             <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:n=\"http://www.google.com/schemas/sitemap-news/0.9\" xmlns:image=\"i\">\
             <url><loc> {root}/n/1.html?a=1&amp;b=2 </loc><image:image><image:loc>{root}/a.png</image:loc></image:image>\
             <n:news><n:publication_date>2024-03-04T23:00:00Z</n:publication_date><n:title>公园&#21313;座</n:title></n:news></url>\
             <url><loc>https://example.com/elsewhere</loc></url><url><loc>ftp://example.com/</loc></url>\
             <url><loc>/relative</loc></url><url></url></urlset>"
        )
    };
    let server = Server::new(move |request, _, wire| match request.path.as_str() {
        "/map.xml.gz" => {
            let host = request.text.split("host: ").nth(1).unwrap().split("\r\n").next().unwrap();
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            packed.write_all(sitemap(&format!("http://{host}")).as_bytes()).unwrap();
            send(wire, &answer("200 OK\r\nContent-Type: application/gzip", &packed.finish().unwrap()));
        }
        "/n/1.html?a=1&b=2" => send(wire, &html()),
        _ => send(wire, &answer("404 Not Found", b"")),
    });

    let items = read(&format!("{}/map.xml.gz", server.root), &options());

    assert_eq!(told(&server, &items), ["/map.xml.gz ingest.foreign-link", "/n/1.html?a=1&b=2"]);
    let declared = &documents(&items)[0].declared;
    assert_eq!(declared.title.as_deref(), Some("公园十座"));
    assert_eq!(declared.published.unwrap().to_string(), "2024-03-05");
}

/// A server that answers with `answers` of the path, in which `{root}` is its own address.
fn rooted(answers: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Server {
    Server::new(move |request, _, wire| {
        let host = request.text.split("host: ").nth(1).unwrap().split("\r\n").next().unwrap();
        let body = String::from_utf8(answers(&request.path)).unwrap().replace("{root}", &format!("http://{host}"));
        match (body.is_empty(), request.path.ends_with(".html")) {
            (true, _) => send(wire, &answer("404 Not Found", b"")),
            (false, true) => send(wire, &html()),
            (false, false) => send(wire, &xml(body)),
        }
    })
}

#[test]
fn sitemap_indexes_that_list_each_other_come_to_an_end() {
    let index = |links: &[&str]| {
        let links = links.iter().map(|link| format!("<sitemap><loc>{{root}}/{link}</loc></sitemap>"));
        format!("<sitemapindex>{}</sitemapindex>", links.collect::<String>()).into_bytes()
    };
    let server = rooted(move |path| match path {
        "/a.xml" => index(&["a.xml", "b.xml", "map.xml", "missing.xml"]),
        "/b.xml" => index(&["a.xml", "b.xml", "map.xml"]),
        "/map.xml" => b"<urlset><url><loc>{root}/1.html</loc></url></urlset>".to_vec(),
        "/1.html" => b"page".to_vec(),
        _ => Vec::new(),
    });

    let items = read(&format!("{}/a.xml", server.root), &options());

    assert_eq!(told(&server, &items), ["/1.html", "/missing.xml ingest.not-found"]);
    assert_eq!(server.asked(), ["/a.xml", "/b.xml", "/map.xml", "/1.html", "/missing.xml"]);
}

#[test]
fn a_sitemap_without_end_is_cut_and_told_once() {
    let server = rooted(|path| match path {
        "/a.xml" => {
            let sitemaps = (0..50).map(|n| format!("<sitemap><loc>{{root}}/{n}.xml</loc></sitemap>"));
            format!("<sitemapindex>{}</sitemapindex>", sitemaps.collect::<String>()).into_bytes()
        }
        map if map.ends_with(".xml") => {
            let pages = (0..2000).map(|n| format!("<url><loc>{{root}}{map}/{n}.html</loc></url>"));
            format!("<urlset>{}", pages.collect::<String>()).into_bytes()
        }
        page if page.ends_with(".html") => b"page".to_vec(),
        _ => Vec::new(),
    });

    let items = read(&format!("{}/a.xml", server.root), &Options { max_pages: 5, ..options() });

    let problems: Vec<_> = items.iter().filter_map(|item| item.as_ref().err()).collect();
    assert_eq!((documents(&items).len(), problems.len()), (5, 1));
    assert_eq!((problems[0].code, problems[0].fatal), ("ingest.feed-cut", false));
    assert_eq!(server.asked().len(), 2 + 5);
}

#[test]
fn pages_are_fetched_only_when_they_are_asked_for() {
    let feed = "<rss version=\"2.0\"><channel><title>a</title><item><link>/n/1.html</link></item>\
         <item><link>/n/2.html</link></item></channel></rss>";
    let server = Server::with(vec![("/feed", xml(feed)), ("/n/1.html", html()), ("/n/2.html", html())]);

    let mut items = ingest(&[format!("{}/feed", server.root)], &options()).unwrap();
    let first = items.next().unwrap().unwrap();

    assert_eq!(first.path, format!("{}/n/1.html", server.root));
    assert_eq!(server.asked(), ["/feed", "/n/1.html"]);
}

#[test]
fn the_root_element_tells_feeds_from_other_xml() {
    let feeds = [
        "\u{FEFF} <rss>",
        "<!DOCTYPE rss [<!ENTITY a \"<b>\">]><rss>",
        "<a:urlset xmlns:a=\"b\">",
        "<!-- <html> --><feed/>",
    ];
    let others =
        ["<html><body>rss</body></html>", "<?xml version=\"1.0\"?><TEI/>", "{\"text\": \"rss\"}", "<", "", "<!--"];

    assert!(feeds.iter().all(|head| is_feed(head.as_bytes())));
    assert!(others.iter().all(|head| !is_feed(head.as_bytes())));
}
