//! What the server counts, in the text form that Prometheus reads. Names and units follow its conventions: seconds and
//! bytes, `_total` for what only grows.

use prometheus::core::Collector;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// From a look-up to the deadline, in seconds.
const BUCKETS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Counters since the start.
#[derive(Debug)]
pub struct Metrics {
    /// Evaluations that hit the deadline.
    pub deadlines: AtomicU64,
    /// Requests that were turned away because too much was going on.
    pub shed: AtomicU64,
    /// Evaluations that were given up and whose thread still runs.
    pub abandoned: AtomicU64,
    /// Evaluations under way.
    pub running: AtomicU64,
    /// Workers that were started.
    pub workers_started: AtomicU64,
    /// Workers that were killed, or ended by themselves.
    pub workers_killed: AtomicU64,
    /// Results that were at hand.
    pub cache_hits: AtomicU64,
    /// Results that might have been at hand and were not.
    pub cache_misses: AtomicU64,
    /// Times that a new version could not be opened.
    pub refresh_failures: AtomicU64,
    registry: Registry,
    requests: IntCounterVec,
    latency: HistogramVec,
    bytes: IntCounterVec,
    connections: IntGauge,
    refused: IntCounter,
    evaluations: Histogram,
    waiting: IntGauge,
    facts: IntGaugeVec,
    gauges: Gauges,
    /// Shown from the atomic numbers above; one reader at a time brings them up to date.
    shown: Mutex<Shown>,
}

/// What is known when it is asked for.
#[derive(Debug)]
struct Gauges {
    version: IntGauge,
    committed: IntGauge,
    newest: IntGauge,
    size: IntGauge,
}

#[derive(Debug)]
struct Shown {
    started: IntCounter,
    killed: IntCounter,
    hits: IntCounter,
    misses: IntCounter,
    deadlines: IntCounter,
    shed: IntCounter,
    refresh_failures: IntCounter,
    abandoned: IntGauge,
    running: IntGauge,
}

/// What is served, for the gauges.
#[derive(Debug, Default)]
pub struct Data<'a> {
    /// The version of the data.
    pub version: u64,
    /// When it was committed, in seconds since 1970.
    pub committed: Option<i64>,
    /// The day of the newest article, in seconds since 1970.
    pub newest: Option<i64>,
    /// What the store takes on the disk, in bytes.
    pub size: Option<u64>,
    /// How many there are of each kind of thing.
    pub facts: Vec<(&'a str, usize)>,
}

/// A request that waits for its turn, for as long as this lives.
#[derive(Debug)]
pub struct Waiting(IntGauge);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A connection that is open, for as long as this lives.
#[derive(Debug)]
pub struct Connection(IntGauge);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let registry = Registry::new();
        let on = &registry;
        let info = gauges(on, "jialing_build_info", "The program that runs; always 1.", "version");
        info.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        #[cfg(target_os = "linux")]
        let _ = registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()));
        Self {
            deadlines: AtomicU64::default(),
            shed: AtomicU64::default(),
            abandoned: AtomicU64::default(),
            running: AtomicU64::default(),
            workers_started: AtomicU64::default(),
            workers_killed: AtomicU64::default(),
            cache_hits: AtomicU64::default(),
            cache_misses: AtomicU64::default(),
            refresh_failures: AtomicU64::default(),
            requests: counters(on, "jialing_http_requests_total", "Requests answered.", &["route", "status"]),
            latency: add(
                on,
                HistogramVec::new(
                    histogram(
                        "jialing_http_request_duration_seconds",
                        "Time from a request to the head of its answer.",
                    ),
                    &["route"],
                ),
            ),
            bytes: counters(on, "jialing_http_response_bytes_total", "Bytes of bodies sent.", &["route"]),
            connections: gauge(on, "jialing_http_connections", "Open connections."),
            refused: counter(on, "jialing_http_connections_refused_total", "Connections closed at once."),
            evaluations: add(
                on,
                Histogram::with_opts(histogram("jialing_evaluation_duration_seconds", "Time that evaluations took.")),
            ),
            waiting: gauge(on, "jialing_evaluations_waiting", "Evaluations that wait for their turn."),
            facts: gauges(on, "jialing_things", "Things in the data, by kind.", "kind"),
            gauges: Gauges {
                version: gauge(on, "jialing_store_version", "Version of the data that is served."),
                committed: gauge(on, "jialing_store_committed_timestamp_seconds", "When that version was committed."),
                newest: gauge(on, "jialing_newest_article_timestamp_seconds", "The day of the newest article."),
                size: gauge(on, "jialing_store_size_bytes", "What the store takes on the disk."),
            },
            shown: Mutex::new(Shown {
                started: counter(on, "jialing_workers_started_total", "Workers started."),
                killed: counter(on, "jialing_workers_killed_total", "Workers killed, or that ended by themselves."),
                hits: counter(on, "jialing_result_cache_hits_total", "Results taken from the cache."),
                misses: counter(on, "jialing_result_cache_misses_total", "Results that the cache did not hold."),
                deadlines: counter(on, "jialing_evaluation_deadlines_total", "Evaluations that hit the deadline."),
                shed: counter(on, "jialing_evaluations_shed_total", "Evaluations turned away for load."),
                refresh_failures: counter(
                    on,
                    "jialing_refresh_failures_total",
                    "Times that a new version could not be opened.",
                ),
                abandoned: gauge(on, "jialing_evaluations_abandoned", "Evaluations given up that still run."),
                running: gauge(on, "jialing_evaluations_running", "Evaluations under way."),
            }),
            registry,
        }
    }
}

impl Metrics {
    /// Counts an answer: the template of its route, its status, the time until its head went out.
    pub fn answered(&self, route: &str, status: u16, time: Duration) {
        self.requests.with_label_values(&[route, &status.to_string()]).inc();
        self.latency.with_label_values(&[route]).observe(time.as_secs_f64());
    }

    /// Counts the bytes of a body that went out.
    pub fn sent(&self, route: &str, bytes: u64) {
        self.bytes.with_label_values(&[route]).inc_by(bytes);
    }

    /// Counts an evaluation and its time.
    pub fn evaluated(&self, time: Duration) {
        self.evaluations.observe(time.as_secs_f64());
    }

    /// Counts a request as waiting, until what is given back is dropped.
    pub fn waits(&self) -> Waiting {
        self.waiting.inc();
        Waiting(self.waiting.clone())
    }

    /// Counts a connection as open, until what is given back is dropped.
    pub fn connected(&self) -> Connection {
        self.connections.inc();
        Connection(self.connections.clone())
    }

    /// Counts a connection that was closed at once.
    pub fn refused(&self) {
        self.refused.inc();
    }

    /// Counts a worker that was killed.
    pub fn worker_killed(&self) {
        self.workers_killed.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a result that the cache held.
    pub fn cache_hit(&self) {
        self.cache_hits.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a result that the cache did not hold.
    pub fn cache_miss(&self) {
        self.cache_misses.fetch_add(1, Ordering::Relaxed);
    }

    /// All of it as text, with what is known of the data.
    pub fn text(&self, data: &Data) -> String {
        self.gauges.version.set(whole(data.version));
        for (gauge, value) in [(&self.gauges.committed, data.committed), (&self.gauges.newest, data.newest)] {
            gauge.set(value.unwrap_or_default());
        }
        self.gauges.size.set(whole(data.size.unwrap_or_default()));
        for (kind, count) in &data.facts {
            self.facts.with_label_values(&[kind]).set(whole(*count as u64));
        }
        let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
        if let Ok(shown) = self.shown.lock() {
            for (counter, number) in [
                (&shown.deadlines, &self.deadlines),
                (&shown.shed, &self.shed),
                (&shown.refresh_failures, &self.refresh_failures),
                (&shown.started, &self.workers_started),
                (&shown.killed, &self.workers_killed),
                (&shown.hits, &self.cache_hits),
                (&shown.misses, &self.cache_misses),
            ] {
                counter.inc_by(load(number).saturating_sub(counter.get()));
            }
            shown.abandoned.set(whole(load(&self.abandoned)));
            shown.running.set(whole(load(&self.running)));
        }
        // Only a name used twice could fail, and the tests read all of it.
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn add<C: Collector + Clone + 'static>(registry: &Registry, made: prometheus::Result<C>) -> C {
    let collector = made.expect("the names are constants, which the tests read");
    registry.register(Box::new(collector.clone())).expect("no name stands twice");
    collector
}

fn counter(registry: &Registry, name: &str, help: &str) -> IntCounter {
    add(registry, IntCounter::new(name, help))
}

fn counters(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    add(registry, IntCounterVec::new(Opts::new(name, help), labels))
}

fn gauge(registry: &Registry, name: &str, help: &str) -> IntGauge {
    add(registry, IntGauge::new(name, help))
}

fn gauges(registry: &Registry, name: &str, help: &str, label: &str) -> IntGaugeVec {
    add(registry, IntGaugeVec::new(Opts::new(name, help), &[label]))
}

fn histogram(name: &str, help: &str) -> HistogramOpts {
    HistogramOpts::new(name, help).buckets(BUCKETS.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn filled() -> String {
        let metrics = Metrics::default();
        metrics.answered("/sparql", 200, Duration::from_millis(3));
        metrics.sent("/sparql", 512);
        metrics.evaluated(Duration::from_millis(2));
        metrics.worker_killed();
        metrics.cache_hit();
        metrics.cache_miss();
        metrics.cache_miss();
        metrics.deadlines.fetch_add(2, Ordering::Relaxed);
        let data = Data { version: 7, committed: Some(1_700_000_000), facts: vec![("place", 3)], ..Data::default() };
        let _waiting = metrics.waits();
        drop(metrics.connected());
        metrics.text(&data);
        metrics.text(&data)
    }

    #[test]
    fn what_was_counted_is_told() {
        let text = filled();

        for line in [
            "jialing_http_requests_total{route=\"/sparql\",status=\"200\"} 1",
            "jialing_http_request_duration_seconds_bucket{route=\"/sparql\",le=\"0.005\"} 1",
            "jialing_http_request_duration_seconds_bucket{route=\"/sparql\",le=\"0.0025\"} 0",
            "jialing_http_response_bytes_total{route=\"/sparql\"} 512",
            "jialing_evaluation_duration_seconds_count 1",
            "jialing_evaluation_deadlines_total 2",
            "jialing_evaluations_waiting 1",
            "jialing_http_connections 0",
            "jialing_workers_killed_total 1",
            "jialing_result_cache_hits_total 1",
            "jialing_result_cache_misses_total 2",
            "jialing_store_version 7",
            "jialing_things{kind=\"place\"} 3",
        ] {
            assert!(text.lines().any(|found| found == line), "no `{line}` in\n{text}");
        }
    }

    /// The rules of `promtool check metrics`, and those of the text format.
    #[test]
    fn names_and_types_follow_the_conventions() {
        let text = filled();
        let mut types = BTreeMap::new();
        let mut helped = BTreeSet::new();
        for line in text.lines() {
            let words: Vec<&str> = line.splitn(4, ' ').collect();
            match words[..] {
                ["#", "TYPE", name, kind] => assert_eq!(types.insert(name, kind), None, "{name} stands twice"),
                ["#", "HELP", name, help] => {
                    assert!(helped.insert(name) && !help.is_empty());
                }
                _ => {
                    let name = line.split(['{', ' ']).next().unwrap();
                    let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
                    let known = types.contains_key(name) || base.is_some_and(|base| types.contains_key(base));
                    assert!(known && line.rsplit(' ').next().unwrap().parse::<f64>().is_ok(), "{line}");
                }
            }
        }
        for (name, kind) in &types {
            assert!(helped.contains(name), "{name} has no help");
            assert!(name.starts_with("jialing_") || name.starts_with("process_"), "{name}");
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
            assert_eq!(name.ends_with("_total"), *kind == "counter", "{name} is a {kind}");
            for unit in ["milliseconds", "minutes", "kilobytes", "percent", "gauge", "counter", "histogram"] {
                assert!(!name.contains(unit), "{name} holds `{unit}`");
            }
        }
        #[cfg(target_os = "linux")]
        assert!(types.contains_key("process_resident_memory_bytes"));
    }
}
