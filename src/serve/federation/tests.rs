//! Two servers on this machine: one that calls, one that is called.

use super::*;
use oxigraph::io::RdfFormat;
use oxigraph::sparql::{QueryEvaluationError, QueryResults};
use oxigraph::store::Store;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};

/// An endpoint that gives every request the same answer. It ends with the test.
struct Endpoint {
    url: String,
    asked: Arc<AtomicUsize>,
    last: Arc<Mutex<String>>,
}

const JSON: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n";
const ONE: &str = r#"{"head":{"vars":["s","n"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://x/a"},"n":{"type":"literal","value":"森"}}]}}"#;

impl Endpoint {
    fn with(head: &str, body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/sparql", listener.local_addr().unwrap());
        let answer =
            format!("{}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", head.trim_end(), body.len());
        let (asked, last) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(String::new())));
        let (count, text) = (asked.clone(), last.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                *text.lock().unwrap() = request(&stream);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { url, asked, last }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn request(stream: &std::net::TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut text, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        text.push_str(&line);
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    text + &String::from_utf8(body).unwrap()
}

fn settings(allow: &[&str]) -> Settings {
    Settings { allow: allow.iter().map(|url| (*url).to_owned()).collect(), ..Settings::default() }
}

fn federation(allow: &[&str]) -> Federation {
    Federation::new(settings(allow), "https://data.example.org/嘉陵").unwrap()
}

/// The rows of `SELECT * { body }` over three triples, or why there are none.
fn ask(federation: &Federation, body: &str) -> Result<Vec<String>, error::Fault> {
    let store = Store::new().unwrap();
    let data = "<http://x/a> <http://x/p> 1 . <http://x/b> <http://x/p> 2 . <http://x/c> <http://x/p> 3 .";
    store.load_from_slice(RdfFormat::Turtle, data).unwrap();
    let query = spargebra::SparqlParser::new().parse_query(&format!("SELECT * {{ {body} }}")).unwrap();
    let results = federation.attach(SparqlEvaluator::new()).for_query(query).on_store(&store).execute();
    let QueryResults::Solutions(solutions) = results.map_err(failure)? else { panic!("a SELECT gives solutions") };
    let row = |solution: QuerySolution| solution.iter().map(|(name, term)| format!("{name}={term} ")).collect();
    let mut rows: Vec<String> =
        solutions.map(|solution| solution.map(row).map_err(failure)).collect::<Result<_, _>>()?;
    rows.sort();
    Ok(rows)
}

fn failure(error: QueryEvaluationError) -> error::Fault {
    error.into()
}

#[test]
fn an_endpoint_on_the_list_is_asked_and_its_solutions_are_joined() {
    let there = Endpoint::with(JSON, ONE);

    let rows = ask(
        &federation(&[&there.url]),
        &format!("?s <http://x/p> ?v SERVICE <{}> {{ ?s <http://x/n> ?n }}", there.url),
    );

    assert_eq!(rows.unwrap().len(), 1);
    let request = there.last.lock().unwrap().clone();
    let agent =
        format!("user-agent: jialing/{} (+https://data.example.org/%e5%98%89%e9%99%b5)", env!("CARGO_PKG_VERSION"));
    assert!(request.starts_with("POST /sparql ") && request.to_lowercase().contains(&agent), "{request}");
    assert!(request.contains("query=SELECT") && request.contains("x%2Fn"), "{request}");
}

#[test]
fn what_is_not_on_the_list_is_never_asked() {
    let there = Endpoint::with(JSON, ONE);
    let other = format!("{}/other", there.url);

    for allow in [&[][..], &[other.as_str()], &["https://query.wikidata.org/sparql"]] {
        let fault = ask(&federation(allow), &format!("SERVICE <{}> {{ ?s ?p ?n }}", there.url)).unwrap_err();
        assert_eq!(fault.kind, Kind::ServiceNotAllowed);
        assert!(fault.detail.contains(&there.url), "{}", fault.detail);
    }
    for strange in ["file:///etc/passwd", "urn:x:y", "http://[::1]/", "gopher://127.0.0.1/"] {
        let fault = ask(&federation(&[&there.url]), &format!("SERVICE <{strange}> {{ ?s ?p ?n }}"));
        assert!(fault.is_err_and(|fault| fault.kind == Kind::ServiceNotAllowed), "{strange}");
    }
    assert_eq!(there.asked(), 0);
}

#[test]
fn a_name_that_leads_into_a_private_network_is_refused_unless_all_are_allowed() {
    let there = Endpoint::with(JSON, ONE);
    let named = there.url.replace("127.0.0.1", "localhost");
    let body = format!("SERVICE <{named}> {{ ?s ?p ?n }}");

    let fault = ask(&federation(&[&named]), &body).unwrap_err();
    assert_eq!(fault.kind, Kind::ServiceNotAllowed);
    assert!(fault.detail.contains("private network"), "{}", fault.detail);
    assert_eq!(there.asked(), 0);

    let open = Federation::new(Settings { allow_private: true, ..settings(&[&named]) }, "http://x").unwrap();
    assert_eq!(ask(&open, &body).unwrap().len(), 1);
}

#[test]
fn a_redirection_is_not_followed() {
    let secret = Endpoint::with(JSON, ONE);
    let there = Endpoint::with(&format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {}", secret.url), "");

    let fault = ask(&federation(&[&there.url]), &format!("SERVICE <{}> {{ ?s ?p ?n }}", there.url)).unwrap_err();

    assert_eq!(fault.kind, Kind::ServiceFailed);
    assert!(fault.detail.contains("redirections are not followed"), "{}", fault.detail);
    assert_eq!((there.asked(), secret.asked()), (1, 0));
}

#[test]
fn an_endpoint_that_wants_to_be_left_alone_is() {
    let there = Endpoint::with("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120", "");
    let federation = federation(&[&there.url]);
    let body = format!("SERVICE <{}> {{ ?s ?p ?n }}", there.url);

    let first = ask(&federation, &body).unwrap_err();
    let second = ask(&federation, &body).unwrap_err();

    assert_eq!((first.kind, second.kind), (Kind::ServiceFailed, Kind::ServiceFailed));
    assert!(second.detail.contains("left alone"), "{}", second.detail);
    assert_eq!(first.headers, [(header::RETRY_AFTER, "120".parse().unwrap())]);
    assert_eq!(second.headers.len(), 1);
    assert_eq!(there.asked(), 1);
}

#[test]
fn silent_gives_one_empty_solution_whatever_goes_wrong() {
    let broken = Endpoint::with(JSON, &ONE[..ONE.len() - 9]);
    let refused = Endpoint::with("HTTP/1.1 500 Oops", "");
    let federation = federation(&[&broken.url, &refused.url]);

    for url in [&broken.url, &refused.url, "https://elsewhere.example/sparql"] {
        let rows = ask(&federation, &format!("?s <http://x/p> ?v SERVICE SILENT <{url}> {{ ?s <http://x/n> ?n }}"));
        assert_eq!(rows.unwrap().len(), 3, "{url}");
    }
    let loud = ask(&federation, &format!("?s <http://x/p> ?v SERVICE <{}> {{ ?s <http://x/n> ?n }}", broken.url));
    assert_eq!(loud.unwrap_err().kind, Kind::ServiceFailed);
}

#[test]
fn what_is_too_long_too_slow_or_no_solutions_is_an_error() {
    let there = Endpoint::with(JSON, ONE);
    let small = Federation::new(Settings { max_bytes: 40, ..settings(&[&there.url]) }, "http://x").unwrap();
    let long = ask(&small, &format!("SERVICE <{}> {{ ?s ?p ?n }}", there.url)).unwrap_err();
    assert_eq!(long.kind, Kind::ResultTooLarge);

    // It takes the connection, by the system's queue, and never answers.
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let deaf = format!("http://{}/", held.local_addr().unwrap());
    let short = Settings { timeout: Duration::from_millis(50), ..settings(&[&deaf]) };
    let slow =
        ask(&Federation::new(short, "http://x").unwrap(), &format!("SERVICE <{deaf}> {{ ?s ?p ?n }}")).unwrap_err();
    assert!(slow.detail.contains("too long"), "{}", slow.detail);

    for (head, body, why) in [
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html", "<p>", "found `text/html`"),
        ("HTTP/1.1 200 OK", ONE, "found ``"),
        (JSON, r#"{"head":{},"boolean":true}"#, "boolean"),
        ("HTTP/1.1 404 Not Found", "", "404"),
    ] {
        let there = Endpoint::with(head, body);
        let fault = ask(&federation(&[&there.url]), &format!("SERVICE <{}> {{ ?s ?p ?n }}", there.url)).unwrap_err();
        assert_eq!(fault.kind, Kind::ServiceFailed);
        assert!(fault.detail.contains(why), "{}", fault.detail);
    }
}

#[test]
fn one_query_calls_only_so_often_and_the_same_only_once() {
    let there = Endpoint::with(JSON, ONE);
    let two = Federation::new(Settings { max_calls: 2, ..settings(&[&there.url]) }, "http://x").unwrap();
    let call = |n: u32| format!("OPTIONAL {{ SERVICE <{}> {{ ?s <http://x/n{n}> ?n }} }}", there.url);

    let same = ask(&two, &format!("?s <http://x/p> ?v {}", call(1).repeat(5)));
    assert_eq!((same.unwrap().len(), there.asked()), (3, 1));

    let many = ask(&two, &format!("?s <http://x/p> ?v {}{}{}", call(1), call(2), call(3))).unwrap_err();
    assert_eq!(many.kind, Kind::ResultTooLarge);
    assert!(many.detail.contains("more than 2 times"), "{}", many.detail);
    assert!(there.asked() <= 3);
}

#[test]
fn an_entry_that_is_no_endpoint_is_told() {
    for bad in ["wikidata", "ftp://example.org/", "https://me:word@example.org/sparql", "https://example.org/#x", ""] {
        let error = Federation::new(settings(&[bad]), "http://x").err().unwrap();
        assert!(error.exit_code() == 2 && error.to_string().contains(&format!("`{bad}`")), "{error}");
    }
}

#[test]
fn settings_pass_to_another_process_and_back() {
    let given = Settings { timeout: Duration::from_millis(1500), ..settings(&["https://a.example/sparql"]) };
    let made = Federation::new(given.clone(), "http://x").unwrap();

    let read: Settings = serde_json::from_str(&serde_json::to_string(made.settings()).unwrap()).unwrap();

    assert_eq!(read, given);
}
