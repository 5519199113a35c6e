//! Servers that misbehave, and what becomes of it.

#![expect(clippy::disallowed_methods, reason = "the tests look at the clock, and damage the cache")]

mod kept;

use super::server::{Server, answer, options, page, send};
use super::*;
use std::io::Write as _;
use std::time::Instant;

fn get(server: &Server, path: &str, options: &Options) -> Result<Page, Fault> {
    Web::new(options).unwrap().get(&server.url(path), Led::User)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

#[test]
fn a_page_comes_with_its_type_and_the_server_learns_who_asks() {
    let server = Server::with(vec![("/a?b=1", page("text"))]);
    let contact = Options { contact: Some("mailto:data@example.org".into()), ..options() };

    let page = get(&server, "/a?b=1#part", &contact).unwrap();

    assert_eq!(
        (page.body.as_slice(), page.content_type.as_deref()),
        (b"text".as_slice(), Some("text/html; charset=utf-8"))
    );
    assert_eq!(page.address, server.url("/a?b=1"));
    let request = server.requests().pop().unwrap().text.to_ascii_lowercase();
    assert!(request.contains("user-agent: jialing/") && request.contains("from: data@example.org"), "{request}");
}

#[test]
fn what_is_compressed_is_read_and_a_bomb_is_not_unpacked() {
    let bomb = gzip(&vec![b'0'; 20 << 20]);
    let head = "200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip";
    assert!(bomb.len() < 64 << 10);
    let server = Server::with(vec![("/a", answer(head, &gzip(b"text"))), ("/bomb", answer(head, &bomb))]);
    let small = Options { max_bytes: 1 << 20, ..options() };

    assert_eq!(get(&server, "/a", &small).unwrap().body, b"text");
    assert_eq!(get(&server, "/bomb", &small), Err(Fault::TooLarge(1 << 20)));
}

#[test]
fn a_body_that_is_too_large_or_has_no_end_is_left() {
    let server = Server::new(|request, _, wire| match request.path.as_str() {
        "/large" => send(wire, b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
        "/endless" => {
            send(wire, b"HTTP/1.1 200 OK\r\n\r\n");
            while wire.write_all(&[b'a'; 4096]).is_ok() {}
        }
        _ => send(wire, &answer("404 Not Found", b"")),
    });
    let small = Options { max_bytes: 100_000, ..options() };

    assert_eq!(get(&server, "/large", &small), Err(Fault::TooLarge(100_000)));
    assert_eq!(get(&server, "/endless", &small), Err(Fault::TooLarge(100_000)));
}

#[test]
fn a_server_that_sends_a_byte_now_and_then_is_left_when_the_time_is_up() {
    let server = Server::new(|request, _, wire| match request.path.as_str() {
        "/slow" => {
            send(wire, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
            while wire.write_all(b"a").is_ok() {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        "/silent" => std::thread::sleep(Duration::from_secs(5)),
        _ => send(wire, &answer("404 Not Found", b"")),
    });
    let limit = Duration::from_millis(300);
    let short = Options { timeout: limit, ..options() };
    let begun = Instant::now();

    assert_eq!(get(&server, "/slow", &short), Err(Fault::Timeout(limit)));
    assert_eq!(get(&server, "/silent", &short), Err(Fault::Timeout(limit)));
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[test]
fn what_may_pass_is_asked_for_again_and_what_will_not_is_not() {
    let server = Server::new(|request, n, wire| match (request.path.as_str(), n) {
        ("/busy", 0) => send(wire, &answer("429 Too Many Requests\r\nRetry-After: 0", b"")),
        ("/busy", 1) => {
            send(wire, &answer("503 Service Unavailable\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT", b""))
        }
        ("/cut", 0) => send(wire, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        ("/hung-up", 0) => {}
        ("/busy" | "/cut" | "/hung-up", _) => send(wire, &page("text")),
        ("/broken", _) => send(wire, &answer("500 Internal Server Error", b"")),
        ("/cut-always", _) => send(wire, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        ("/gone", _) => send(wire, &answer("410 Gone", b"")),
        _ => send(wire, &answer("404 Not Found", b"")),
    });
    let web = Web::new(&Options { retries: 2, ..options() }).unwrap();
    let get = |path: &str| web.get(&server.url(path), Led::User);
    let status = |status| Err(Fault::Status { status, retry_after: None });

    for path in ["/busy", "/cut", "/hung-up"] {
        assert_eq!(get(path).unwrap().body, b"text", "{path}");
    }
    assert_eq!((get("/gone"), get("/missing"), get("/broken")), (status(410), status(404), status(500)));
    assert!(matches!(get("/cut-always"), Err(Fault::BrokenOff(_))));
    let asked = |path: &str| server.asked().iter().filter(|asked| *asked == path).count();
    let counts = ["/busy", "/cut", "/hung-up", "/gone", "/missing", "/broken", "/cut-always"].map(asked);
    assert_eq!(counts, [3, 2, 2, 1, 1, 3, 3]);
}

#[test]
fn a_wait_that_the_server_asks_for_is_kept() {
    let server = Server::new(|_, n, wire| {
        let busy = answer("429 Too Many Requests\r\nRetry-After: 1", b"");
        send(wire, if n == 0 { &busy } else { b"HTTP/1.0 200 OK\r\n\r\ntext" });
    });
    let begun = Instant::now();

    let page = get(&server, "/a", &Options { robots: false, ..options() }).unwrap();

    assert_eq!(page.body, b"text");
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[test]
fn a_host_that_asks_to_be_left_alone_is_not_asked_for_other_pages() {
    let server = Server::new(|request, _, wire| match request.path.as_str() {
        "/robots.txt" => send(wire, &answer("404 Not Found", b"")),
        _ => send(wire, &answer("503 Service Unavailable\r\nRetry-After: 86400", b"")),
    });
    let web = Web::new(&options()).unwrap();

    let first = web.get(&server.url("/a"), Led::User);
    let second = web.get(&server.url("/b"), Led::User);

    assert!(matches!(first, Err(Fault::Status { status: 503, .. })));
    assert!(matches!(second, Err(Fault::GivenUp(_))));
    assert_eq!(server.asked(), ["/a"]);
}

#[test]
fn redirects_are_followed_and_circles_told() {
    let to = |target: &str| answer(&format!("302 Found\r\nLocation: {target}"), b"");
    let server = Server::with(vec![
        ("/a", to("b#part")),
        ("/b", to("//127.0.0.1:1/../c")),
        ("/one", to("/two")),
        ("/two", to("/one")),
        ("/self", to("/self")),
        ("/file", to("file:///etc/passwd")),
        ("/nowhere", answer("302 Found", b"")),
    ]);
    let long = Server::new(|request, _, wire| {
        send(wire, &answer(&format!("302 Found\r\nLocation: {}x", request.path), b""));
    });
    let closed = Options { retries: 0, ..options() };

    assert!(matches!(get(&server, "/a", &closed), Err(Fault::Unreachable(_))));
    assert!(matches!(get(&server, "/one", &closed), Err(Fault::Redirects(why)) if why.contains("circle")));
    assert!(matches!(get(&server, "/self", &closed), Err(Fault::Redirects(_))));
    assert!(matches!(get(&server, "/file", &closed), Err(Fault::Refused(_))));
    assert!(matches!(get(&server, "/nowhere", &closed), Err(Fault::Status { status: 302, .. })));
    let endless = get(&long, "/x", &Options { robots: false, ..closed });
    assert!(matches!(endless, Err(Fault::Redirects(why)) if why.contains("more than")));
    assert_eq!(long.asked().len(), MAX_REDIRECTS + 1);
}

#[test]
fn a_password_stays_with_its_host_and_is_not_shown() {
    let other = Server::with(vec![("/b", page("text"))]);
    let target = format!("302 Found\r\nLocation: {}", other.url("/b"));
    let server = Server::with(vec![("/a", answer(&target, b""))]);
    let mut url = server.url("/a");
    url.set_username("user").unwrap();
    url.set_password(Some("secret")).unwrap();

    let page = Web::new(&options()).unwrap().get(&url, Led::User).unwrap();

    assert_eq!(page.address, other.url("/b"));
    assert!(server.requests().pop().unwrap().text.to_ascii_lowercase().contains("authorization: basic"));
    assert!(other.requests().iter().all(|request| !request.text.to_ascii_lowercase().contains("authorization")));
}

#[test]
fn private_addresses_are_refused_by_number_and_by_name() {
    let server = Server::with(vec![("/a", page("secret"))]);
    let public = Options { allow_private: false, retries: 0, ..options() };
    let named = server.root.replace("127.0.0.1", "localhost");
    let web = Web::new(&public).unwrap();

    let by_number = web.get(&server.url("/a"), Led::User);
    let by_name = web.get(&Url::parse(&named).unwrap(), Led::User);

    assert!(
        matches!(by_number, Err(Fault::Refused(why)) if why.contains("127.0.0.1") && why.contains("--allow-private"))
    );
    assert!(matches!(by_name, Err(Fault::Refused(why)) if why.contains("`localhost`")));
    assert!(server.requests().is_empty());
}

#[test]
fn a_redirect_to_a_private_address_or_a_strange_port_is_refused() {
    // A proxy stands for the public web: it answers for every host.
    let to = |target: &str| answer(&format!("302 Found\r\nLocation: {target}"), b"");
    let proxy = Server::with(vec![
        ("http://example.org/a", to("http://169.254.169.254/latest/meta-data")),
        ("http://example.org/b", to("http://[::ffff:10.0.0.1]/")),
        ("http://example.org/c", to("http://example.com:6379/")),
        ("http://example.org/d", to("http://example.com/e")),
        ("http://example.com/e", page("text")),
    ]);
    let public = Options { allow_private: false, proxy: Some(proxy.root.clone()), ..options() };
    let web = Web::new(&public).unwrap();
    let get = |path: &str| web.get(&Url::parse("http://example.org").unwrap().join(path).unwrap(), Led::User);

    for path in ["/a", "/b", "/c"] {
        assert!(matches!(get(path), Err(Fault::Refused(_))), "{path}");
    }
    assert_eq!(get("/d").unwrap().address.as_str(), "http://example.com/e");
}

#[test]
fn robots_txt_is_asked_once_and_obeyed_also_behind_a_redirect() {
    let server = Server::with(vec![
        ("/robots.txt", answer("200 OK", b"User-agent: *\nDisallow: /private\n")),
        ("/a", page("text")),
        ("/moved", answer("301 Moved Permanently\r\nLocation: /private/a", b"")),
    ]);
    let web = Web::new(&options()).unwrap();
    let get = |path: &str| web.get(&server.url(path), Led::User);

    assert!(get("/a").is_ok());
    assert!(matches!(get("/private/a"), Err(Fault::Robots(_))));
    assert!(matches!(get("/moved"), Err(Fault::Robots(_))));
    assert_eq!(server.asked(), ["/a", "/moved"]);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_robots_txt_that_fails_shuts_the_host_unless_the_user_owns_it() {
    let server = Server::new(|request, _, wire| match request.path.as_str() {
        "/robots.txt" => send(wire, &answer("500 Internal Server Error", b"")),
        _ => send(wire, &page("text")),
    });
    let once = Options { retries: 0, ..options() };

    let shut = get(&server, "/a", &once);
    let owned = get(&server, "/a", &Options { robots: false, ..once });

    assert!(matches!(shut, Err(Fault::Robots(why)) if why.contains("500")));
    assert_eq!(owned.unwrap().body, b"text");
}

#[test]
fn a_robots_txt_without_end_is_read_as_far_as_it_matters() {
    let server = Server::new(|request, _, wire| match request.path.as_str() {
        "/robots.txt" => {
            send(wire, b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /no\n");
            while wire.write_all(b"# and so on\n").is_ok() {}
        }
        _ => send(wire, &page("text")),
    });

    assert!(get(&server, "/yes", &options()).is_ok());
    assert!(matches!(get(&server, "/no", &options()), Err(Fault::Robots(_))));
}

#[test]
fn a_proxy_that_is_none_is_told_as_wrong_usage() {
    let wrong = Options { proxy: Some("not an address".into()), ..options() };

    let error = Web::new(&wrong).err().unwrap();

    assert!(error.to_string().contains("`proxy`") && error.exit_code() == 2);
}
