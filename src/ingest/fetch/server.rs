//! A web server on this machine that does what the tests tell it, however bad.

use crate::ingest::options::Options;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a request was: its path, and all of it.
#[derive(Debug, Clone)]
pub(in crate::ingest) struct Request {
    pub(in crate::ingest) path: String,
    pub(in crate::ingest) text: String,
}

type Answers = dyn Fn(&Request, usize, &mut TcpStream) + Send + Sync;

/// The server; it ends with the test's process.
pub(in crate::ingest) struct Server {
    /// `http://127.0.0.1:…`
    pub(in crate::ingest) root: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// `answers` writes to the wire what the `n`th request for a path gets, counted from 0.
    pub(in crate::ingest) fn new(answers: impl Fn(&Request, usize, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answers): (_, Arc<Answers>) = (Arc::clone(&requests), Arc::new(answers));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (seen, answers) = (Arc::clone(&seen), Arc::clone(&answers));
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let Some(request) = read(&stream) else { return };
                    let n = {
                        let mut seen: std::sync::MutexGuard<'_, Vec<Request>> = seen.lock().unwrap();
                        seen.push(request.clone());
                        seen.iter().filter(|other| other.path == request.path).count() - 1
                    };
                    answers(&request, n, &mut stream);
                });
            }
        });
        Self { root, requests }
    }

    /// A server with whole pages by path; others are not there.
    pub(in crate::ingest) fn with(pages: Vec<(&'static str, Vec<u8>)>) -> Self {
        Self::new(move |request, _, wire| {
            let page = pages.iter().find(|(path, _)| *path == request.path);
            send(wire, page.map_or(&answer("404 Not Found", b""), |(_, page)| page));
        })
    }

    pub(in crate::ingest) fn url(&self, path: &str) -> url::Url {
        url::Url::parse(&self.root).unwrap().join(path).unwrap()
    }

    /// The paths that were asked for, robots.txt left out.
    pub(in crate::ingest) fn asked(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.path).filter(|path| path != "/robots.txt").collect()
    }

    pub(in crate::ingest) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut text = String::new();
    let mut lines = BufReader::new(stream);
    while !text.ends_with("\r\n\r\n") {
        if lines.read_line(&mut text).ok()? == 0 {
            return None;
        }
    }
    let path = text.split(' ').nth(1)?.to_owned();
    Some(Request { path, text })
}

/// A whole answer.
pub(in crate::ingest) fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    let mut answer =
        format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len()).into_bytes();
    answer.extend(body);
    answer
}

/// A page as servers send it.
pub(in crate::ingest) fn page(body: impl AsRef<[u8]>) -> Vec<u8> {
    answer("200 OK\r\nContent-Type: text/html; charset=utf-8", body.as_ref())
}

/// Writes to the wire. A reader that has had enough is no fault of the server's.
pub(in crate::ingest) fn send(wire: &mut TcpStream, bytes: &[u8]) {
    let _ = wire.write_all(bytes);
}

/// Options with which the server is asked without waiting long.
pub(in crate::ingest) fn options() -> Options {
    Options {
        delay: Duration::from_millis(1),
        timeout: Duration::from_millis(2000),
        allow_private: true,
        ..Options::default()
    }
}
