//! What is written down: a line for each request, and one for each query that took long. Never a token, a body or, but for
//! the log of slow queries, what was asked.
//!
//! ```text
//! INFO jialing::request: id="8f…" method="GET" route="/doc/{kind}/{key}" status=200 bytes=5120 ms=3.1
//! WARN jialing::slow: id="41…" status=504 ms=30012.0 query="SELECT * { ?a ?b ?c . ?d ?e ?f }"
//! ```

use super::settings::{Format, Log};
use super::trail::Marks;
use crate::error::{Error, Result};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use hyper::body::{Body as _, Frame, SizeHint};
use std::io::IsTerminal;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::Instant;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};

/// By which a request is told from others, in the log, in the answer and in a problem.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken over.
const ID_LENGTH: usize = 128;
/// How many characters of a slow query are written down.
const QUERY_LENGTH: usize = 500;

/// Starts the log, on standard error. Where there is one already it stays.
///
/// # Errors
/// [`Error::Usage`] if the level is none.
pub fn start(settings: &Log) -> Result<()> {
    let log = subscriber(settings, std::io::stderr, std::io::stderr().is_terminal())?;
    let _ = tracing::subscriber::set_global_default(log);
    Ok(())
}

fn subscriber<W>(settings: &Log, writer: W, colour: bool) -> Result<impl tracing::Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(colour);
    let lines = match settings.format {
        Format::Text => lines.boxed(),
        Format::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
    };
    Ok(tracing_subscriber::registry().with(lines.with_filter(targets(&settings.level)?)))
}

fn targets(level: &str) -> Result<Targets> {
    // A word alone would be taken for a part of the program, all of which is logged then.
    let is_known = |part: &str| part.contains('=') || (!part.is_empty() && part.trim().parse::<LevelFilter>().is_ok());
    let parsed = if level.split(',').all(is_known) { level.parse().ok() } else { None };
    parsed.ok_or_else(|| Error::Usage {
        message: format!(
            "expected `off`, `error`, `warn`, `info`, `debug` or `trace` as the log's level, found `{level}`"
        ),
        hint: "by part of the program it is written `info,jialing::request=off`".into(),
    })
}

/// The id that the caller gave, if it is one that a log can hold, or a new one.
pub fn request_id(headers: &HeaderMap) -> HeaderValue {
    let is_sane = |id: &&HeaderValue| {
        let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~:/+=".contains(byte);
        (1..=ID_LENGTH).contains(&id.len()) && id.as_bytes().iter().all(fits)
    };
    let given = headers.get(REQUEST_ID).filter(is_sane).cloned();
    given.unwrap_or_else(|| {
        let id = format!("{:032x}", fastrand::u128(..));
        HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("none"))
    })
}

/// A request's line. It is written when the answer has gone out, or when it was broken off.
#[derive(Debug)]
pub struct Line {
    /// The request's id.
    pub id: String,
    /// The method; what is none of HTTP's stands as it came.
    pub method: Method,
    /// The template of the route, or `other`.
    pub route: String,
    /// What was found out on the way.
    pub marks: Marks,
    /// When the request came.
    pub begun: Instant,
    /// From which time on a query is slow; `None`: never.
    pub slow: Option<Duration>,
}

impl Line {
    /// Lets the line be written when the body has gone out. `counted` is told how many bytes that were.
    pub fn after(self, response: Response<Body>, counted: impl FnOnce(&str, u64) + Send + 'static) -> Response<Body> {
        let (status, head) = (response.status().as_u16(), self.begun.elapsed());
        response.map(|body| {
            let expected = body.size_hint().exact();
            let is_whole = self.method == Method::HEAD || body.is_end_stream();
            let counted = Some(Box::new(counted) as Counted);
            Body::new(Watched { body, line: self, status, head, bytes: 0, expected, is_whole, counted })
        })
    }

    /// `head` is the time until the answer began: how long a reader then takes to read it says nothing of the query.
    fn write(&self, status: u16, head: Duration, bytes: u64, is_whole: bool) {
        let ms = millis(self.begun.elapsed());
        let (id, method, route) = (self.id.as_str(), self.method.as_str(), self.route.as_str());
        let client = self.marks.client.as_deref();
        let broken = (!is_whole).then_some(true);
        if status >= 500 {
            tracing::warn!(target: "jialing::request", id, method, route, status, bytes, ms, client, broken);
        } else {
            tracing::info!(target: "jialing::request", id, method, route, status, bytes, ms, client, broken);
        }
        let is_slow = self.slow.is_some_and(|slow| head >= slow);
        if let Some(query) = self.marks.query.as_deref().filter(|_| is_slow) {
            let (query, rows, ms) = (shortened(query), self.marks.rows, millis(head));
            tracing::warn!(target: "jialing::slow", id, status, bytes, rows, ms, query);
        }
    }
}

/// Milliseconds, to a tenth.
fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

/// The query on one line, cut after so many characters.
fn shortened(query: &str) -> String {
    let line = query.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUERY_LENGTH) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

type Counted = Box<dyn FnOnce(&str, u64) + Send>;

/// A body that is counted on its way out.
struct Watched {
    body: Body,
    line: Line,
    status: u16,
    head: Duration,
    bytes: u64,
    expected: Option<u64>,
    is_whole: bool,
    counted: Option<Counted>,
}

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => self.bytes += frame.data_ref().map_or(0, |data| data.len() as u64),
            Some(Err(_)) => {}
            None => self.is_whole = true,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // Who takes the body may stop asking when it has the length that was announced.
        let is_whole = self.is_whole || self.body.is_end_stream() || self.expected == Some(self.bytes);
        self.line.write(self.status, self.head, self.bytes, is_whole);
        if let Some(counted) = self.counted.take() {
            counted(&self.line.route, self.bytes);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::io;
    use std::sync::{Arc, Mutex};

    /// What was written.
    #[derive(Clone, Default)]
    pub(in crate::serve) struct Page(Arc<Mutex<Vec<u8>>>);

    impl Page {
        pub(in crate::serve) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }

        /// A log of this thread on that page, until the guard is dropped.
        pub(in crate::serve) fn open(&self, settings: &Log) -> tracing::subscriber::DefaultGuard {
            let page = self.clone();
            tracing::subscriber::set_default(subscriber(settings, move || page.clone(), false).unwrap())
        }
    }

    impl io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn line(slow: Option<Duration>) -> Line {
        Line {
            id: "a1".into(),
            method: Method::GET,
            route: "/sparql".into(),
            marks: Marks { query: Some("SELECT *\n\t{ ?s ?p \"a\u{1b}[31mb\" }".into()), ..Marks::default() },
            begun: Instant::now(),
            slow,
        }
    }

    fn json() -> Log {
        Log { format: Format::Json, ..Log::default() }
    }

    #[tokio::test]
    async fn a_line_is_written_when_the_answer_has_gone_out() {
        let page = Page::default();
        let _open = page.open(&json());
        let (tell, told) = std::sync::mpsc::channel();
        let counted = move |route: &str, bytes| tell.send((route.to_owned(), bytes)).unwrap();

        let response = line(None).after(Response::new(Body::from("12345")), counted);
        assert_eq!(page.text(), "");
        axum::body::to_bytes(response.into_body(), 10).await.unwrap();

        let written: serde_json::Value = serde_json::from_str(&page.text()).unwrap();
        assert_eq!(written["target"], "jialing::request");
        assert_eq!((&written["id"], &written["route"]), (&"a1".into(), &"/sparql".into()));
        assert_eq!((&written["status"], &written["bytes"]), (&200.into(), &5.into()));
        assert!(written["ms"].is_number() && written.get("broken").is_none() && written.get("client").is_none());
        assert!(!page.text().contains("SELECT"), "what was asked is not logged");
        assert_eq!(told.recv().unwrap(), ("/sparql".into(), 5));
    }

    #[tokio::test]
    async fn an_answer_that_was_broken_off_is_told() {
        let page = Page::default();
        let _open = page.open(&json());

        drop(line(None).after(Response::new(Body::from("12345")), |_, _| {}));

        let written: serde_json::Value = serde_json::from_str(&page.text()).unwrap();
        assert_eq!((&written["bytes"], &written["broken"]), (&0.into(), &true.into()));
    }

    #[tokio::test]
    async fn a_slow_query_is_told_with_its_text_on_one_line() {
        let page = Page::default();
        let open = page.open(&Log::default());

        drop(line(Some(Duration::ZERO)).after(Response::new(Body::empty()), |_, _| {}));
        drop(line(Some(Duration::from_secs(3600))).after(Response::new(Body::empty()), |_, _| {}));
        drop(open);

        let text = page.text();
        assert_eq!(text.matches("jialing::slow").count(), 1, "{text}");
        assert!(text.contains("SELECT * { ?s ?p") && !text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn a_long_query_is_cut_between_characters() {
        let cut = shortened(&"森".repeat(600));

        assert_eq!(cut, format!("{}...", "森".repeat(500)));
    }

    #[test]
    fn only_an_id_that_a_log_can_hold_is_taken_over() {
        let id = |given: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_bytes(given).unwrap());
            request_id(&headers).to_str().unwrap().to_owned()
        };

        assert_eq!(id(b"4bf9-2f35_77.b3:4d"), "4bf9-2f35_77.b3:4d");
        for bad in [&b""[..], b"a b", b"a\"b", b"<script>", b"\xe6\xa3\xae", &[b'a'; 129]] {
            assert_eq!(id(bad).len(), 32);
        }
        assert_ne!(request_id(&HeaderMap::new()), request_id(&HeaderMap::new()));
    }

    #[test]
    fn a_level_that_is_none_is_told() {
        for bad in ["loud", "", "info,louder", "jialing=loud"] {
            let error = targets(bad).unwrap_err();
            assert!(error.exit_code() == 2 && error.to_string().contains(&format!("`{bad}`")), "{error}");
        }
        assert!(targets("warn").is_ok() && targets("info,jialing::request=off").is_ok());
    }
}
