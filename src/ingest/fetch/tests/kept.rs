//! What the cache saves a server, and what it must not spoil.

#![expect(clippy::disallowed_methods, reason = "the tests damage the cache")]

use super::*;

/// A page that knows its version, and says so.
fn versioned() -> Server {
    Server::new(|request, _, wire| match request.path.as_str() {
        "/moved" => send(wire, &answer("302 Found\r\nLocation: /a", b"")),
        "/a" if request.text.contains("\"v1\"") => {
            send(wire, b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")
        }
        "/a" => send(wire, &answer("200 OK\r\nContent-Type: text/html\r\nETag: \"v1\"", b"text")),
        "/liar" => send(wire, b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"),
        _ => send(wire, &answer("404 Not Found", b"")),
    })
}

#[test]
fn an_unchanged_page_is_not_sent_again() {
    let (server, dir) = (versioned(), tempfile::tempdir().unwrap());
    let kept = Options { cache: Some(dir.path().to_owned()), ..options() };

    let first = get(&server, "/moved", &kept).unwrap();
    let second = get(&server, "/moved", &kept).unwrap();

    assert_eq!(first, second);
    assert_eq!((second.address, second.body.as_slice()), (server.url("/a"), b"text".as_slice()));
    let asked: Vec<bool> =
        server.requests().iter().filter(|r| r.path == "/a").map(|r| r.text.contains("\"v1\"")).collect();
    assert_eq!(asked, [false, true]);
    let robots = server.requests().iter().filter(|request| request.path == "/robots.txt").count();
    assert_eq!(robots, 1, "it holds for a day");
    assert_eq!(get(&server, "/liar", &kept), Err(Fault::Status { status: 304, retry_after: None }));
}

#[test]
fn a_damaged_page_of_the_cache_is_fetched_anew() {
    let (server, dir) = (versioned(), tempfile::tempdir().unwrap());
    let kept = Options { cache: Some(dir.path().to_owned()), ..options() };
    get(&server, "/a", &kept).unwrap();
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        std::fs::write(entry.unwrap().path(), b"{}\nnonsense").unwrap();
    }

    let page = get(&server, "/a", &kept).unwrap();

    assert_eq!(page.body, b"text");
    assert!(!server.requests().pop().unwrap().text.contains("\"v1\""));
}

#[test]
fn offline_only_the_cache_is_read() {
    let (server, dir) = (versioned(), tempfile::tempdir().unwrap());
    let kept = Options { cache: Some(dir.path().to_owned()), ..options() };
    get(&server, "/moved", &kept).unwrap();
    let before = server.requests().len();

    let offline = Options { offline: true, ..kept };

    assert_eq!(get(&server, "/moved", &offline).unwrap().address, server.url("/a"));
    assert_eq!(get(&server, "/never-seen", &offline), Err(Fault::Offline));
    assert_eq!(server.requests().len(), before);
}
