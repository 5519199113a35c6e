//! The server as the open internet meets it, over sockets: limits, TLS, the end in good order.

use crate::client::{Client, encode};
use crate::data::*;
use jialing::serve::settings::network;
use jialing::serve::{AppState, Limits, Settings, serve_until};
use jialing::settings::Catalog;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// A server on a port of its own. It ends with the test.
struct Server {
    address: SocketAddr,
    stop: Arc<Notify>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    fn with(settings: Settings) -> Self {
        let state = AppState::with(snapshot(), Catalog::default(), Limits::default(), settings).unwrap();
        let stop = Arc::new(Notify::new());
        let told = stop.clone();
        let (tell, bound) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            let wait = move || {
                let told = told.clone();
                async move { told.notified().await }
            };
            let serving = serve_until(state, "127.0.0.1:0", move |address| tell.send(address).unwrap(), wait);
            runtime.block_on(serving).unwrap();
            runtime.shutdown_background();
        });
        Self { address: bound.recv().unwrap(), stop, thread: Some(thread) }
    }

    fn open(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        // Only a test that fails waits for so long.
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// One request on a connection of its own: status, head, body.
    fn get(&self, path: &str, headers: &str) -> (u16, String, String) {
        let mut stream = self.open();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n").unwrap();
        whole(&mut stream)
    }

    fn stop(&self) {
        self.stop.notify_one();
    }

    fn ended(&mut self) {
        self.thread.take().unwrap().join().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.stop.notify_one();
            // The second word ends it at once; it may have ended by itself.
            while !thread.is_finished() {
                std::thread::sleep(Duration::from_millis(5));
                self.stop.notify_one();
            }
        }
    }
}

fn whole(stream: &mut TcpStream) -> (u16, String, String) {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).unwrap_or_else(|| panic!("no status in {text:?}")).parse().unwrap();
    (status, head.to_lowercase(), body.to_owned())
}

fn settings(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings);
    settings
}

#[tokio::test]
async fn a_request_has_an_id_in_its_answer_and_in_its_problem() {
    let client = Client::new();

    let given = client.call("GET", "/nothing", &[("x-request-id", "4bf9-2f35")], "").await;
    let made = client.get("/healthz").await;
    let insane = client.call("GET", "/healthz", &[("x-request-id", "a\" b")], "").await;

    given.is_problem(404, "not-found");
    assert_eq!(
        (given.header("x-request-id").as_str(), &given.json()["request_id"]),
        ("4bf9-2f35", &"4bf9-2f35".into())
    );
    for answer in [made, insane] {
        let id = answer.header("x-request-id");
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    }
}

#[tokio::test]
async fn a_long_problem_is_whole_when_it_comes_compressed() {
    let client = Client::new();
    let path = format!("/{}", "n".repeat(3000));

    let answer = client.call("GET", &path, &[("accept-encoding", "gzip")], "").await;

    answer.is_problem(404, "not-found");
    assert_eq!(answer.header("content-encoding"), "");
    assert!(answer.json()["request_id"].is_string());
}

#[tokio::test]
async fn pages_and_data_tell_browsers_what_they_may_do() {
    let client = Client::new();

    for path in ["/", "/sparql", "/things/place", "/nothing"] {
        let page = client.browse(path).await;
        assert_eq!(page.kind(), "text/html", "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe") && page.header("permissions-policy").contains("camera=()"), "{path}");
    }
    for path in ["/void.rdf", "/favicon.svg", "/assets/site.js", "/healthz", "/openapi.json"] {
        let data = client.get(path).await;
        assert_eq!(data.status, 200, "{path}");
        assert_eq!(data.header("x-content-type-options"), "nosniff", "{path}");
        assert!(data.header("content-security-policy").contains("script-src 'none'"), "{path}");
        assert_eq!(data.header("strict-transport-security"), "", "{path}");
    }
}

#[tokio::test]
async fn counts_are_by_the_templates_of_routes() {
    let client = Client::new();
    client.get("/doc/place/nowhere").await;
    client.get("/doc/project/nowhere").await;
    client.get("/made/up").await;

    let text = client.get("/metrics").await.text();

    for line in [
        "jialing_http_requests_total{route=\"/doc/{kind}/{key}\",status=\"404\"} 2",
        "jialing_http_requests_total{route=\"other\",status=\"404\"} 1",
        "jialing_http_request_duration_seconds_count{route=\"other\"} 1",
        "jialing_things{kind=\"article\"} 3",
    ] {
        assert!(text.lines().any(|found| found == line), "no `{line}` in\n{text}");
    }
    assert!(!text.contains("made") && !text.contains("nowhere"), "{text}");
}

#[test]
fn a_client_that_asks_too_much_gets_429_and_others_do_not() {
    let server = Server::with(settings(|settings| {
        settings.clients.requests_per_minute = 2;
        settings.clients.trusted_proxies = vec![network("127.0.0.1").unwrap()];
    }));
    let one = "X-Forwarded-For: 192.0.2.9, 203.0.113.1\r\n";

    let (_, head, _) = server.get("/sparql", one);
    assert!(head.contains("ratelimit: \"requests\";r=1;"), "{head}");
    assert!(head.contains("ratelimit-policy: \"requests\";q=2;w=60"), "{head}");
    server.get("/sparql", one);
    let (status, head, body) = server.get("/sparql", one);

    assert_eq!(status, 429, "{body}");
    assert!(head.contains("retry-after: 30") && head.contains("access-control-allow-origin: *"), "{head}");
    assert!(body.contains("problem#too-many-requests") && body.contains("violated-policies"), "{body}");
    // What the client says of itself makes no other client of it.
    assert_eq!(server.get("/sparql", "X-Forwarded-For: 192.0.2.77, 203.0.113.1\r\n").0, 429);
    assert_eq!(server.get("/sparql", "Forwarded: for=192.0.2.8\r\nX-Forwarded-For: 203.0.113.1\r\n").0, 429);
    assert_eq!(server.get("/sparql", "X-Forwarded-For: 203.0.113.2\r\n").0, 200);
    for free in ["/healthz", "/readyz", "/metrics", "/assets/site.css"] {
        assert_eq!(server.get(free, one).0, 200, "{free}");
    }
}

#[test]
fn a_reader_on_the_same_machine_has_no_limit() {
    let server = Server::with(settings(|settings| settings.clients.requests_per_minute = 1));

    for _ in 0..3 {
        // Nobody trusts who sends this, so that it is no proxy.
        assert_eq!(server.get("/void.nt", "X-Forwarded-For: 203.0.113.1\r\n").0, 200);
    }
}

#[test]
fn a_head_that_does_not_come_is_not_waited_for() {
    let server = Server::with(settings(|settings| settings.server.header_timeout = Duration::from_millis(100)));
    let mut silent = server.open();
    let mut slow = server.open();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();

    for stream in [&mut silent, &mut slow] {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        let rest = String::from_utf8(rest).unwrap();
        assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 408"), "{rest}");
    }
    assert_eq!(server.get("/healthz", "").0, 200);
}

#[test]
fn a_head_without_end_is_refused() {
    let server = Server::with(Settings::default());

    for head in [format!("X-Long: {}\r\n", "a".repeat(300_000)), "X-Many: 1\r\n".repeat(200)] {
        let mut stream = server.open();
        // The server may close before all of it is written.
        let _ = write!(stream, "GET / HTTP/1.1\r\nHost: x\r\n{head}\r\n");
        let mut answer = [0; 12];
        match stream.read_exact(&mut answer) {
            Ok(()) => assert_eq!(&answer, b"HTTP/1.1 431"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
    }
    assert_eq!(server.get("/healthz", "").0, 200);
}

#[test]
fn who_comes_when_all_connections_are_taken_waits() {
    let server = Server::with(settings(|settings| settings.server.connections = 1));
    let mut first = server.open();
    first.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut line = String::new();
    BufReader::new(&first).read_line(&mut line).unwrap();
    assert!(line.contains("200"), "{line}");

    let mut second = server.open();
    second.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    second.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let waits = second.read(&mut [0; 1]).unwrap_err();
    assert!(matches!(waits.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{waits}");

    drop(first);
    second.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    assert_eq!(whole(&mut second).0, 200);
}

/// Sends the head of a query, and waits until the server has begun to work on it.
fn begun(server: &Server, query: &str) -> TcpStream {
    let mut stream = server.open();
    let kind = "Content-Type: application/sparql-query\r\nExpect: 100-continue";
    write!(stream, "POST /sparql HTTP/1.1\r\nHost: x\r\n{kind}\r\nContent-Length: {}\r\n\r\n", query.len()).unwrap();
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[test]
fn what_runs_is_finished_when_the_server_is_told_to_stop_and_what_is_new_is_refused() {
    let mut server = Server::with(Settings::default());
    let query = "SELECT * { ?s ?p ?o } LIMIT 500";
    let mut under_way = begun(&server, query);

    server.stop();
    while TcpStream::connect(server.address).is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
    under_way.write_all(query.as_bytes()).unwrap();
    let (status, head, body) = whole(&mut under_way);

    assert_eq!(status, 200, "{body}");
    let announced = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert_eq!(announced.parse::<usize>().unwrap(), body.len());
    assert!(serde_json::from_str::<serde_json::Value>(&body).is_ok(), "{body}");
    server.ended();
}

#[test]
fn a_server_about_to_stop_says_so_before_it_refuses() {
    let server = Server::with(settings(|settings| settings.server.drain = Duration::from_secs(3600)));
    assert_eq!(server.get("/readyz", "").0, 200);

    server.stop();
    let told = loop {
        let (status, head, _) = server.get("/readyz", "");
        if status != 200 {
            break (status, head);
        }
    };

    assert_eq!(told.0, 503);
    assert!(told.1.contains("retry-after"), "{}", told.1);
    assert_eq!(server.get(&format!("/sparql?query={}", encode("ASK {}")), "").0, 200);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the certificate is a file")]
fn with_a_certificate_the_server_speaks_https_and_only_that() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let server = Server::with(settings(|settings| {
        settings.server.tls_cert = Some(cert);
        settings.server.tls_key = Some(key);
    }));
    let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let builder = || reqwest::blocking::Client::builder().no_proxy().resolve("localhost", server.address);
    let url = format!("https://localhost:{}/healthz", server.address.port());

    let answer = builder().add_root_certificate(root).build().unwrap().get(&url).send().unwrap();

    assert_eq!(answer.status().as_u16(), 200);
    assert!(answer.headers().contains_key("strict-transport-security"));
    assert!(builder().build().unwrap().get(&url).send().is_err(), "a stranger's certificate is not trusted");
    let mut plain = server.open();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut rest = Vec::new();
    let _ = plain.read_to_end(&mut rest);
    assert!(!rest.starts_with(b"HTTP"), "no answer without TLS");
}
