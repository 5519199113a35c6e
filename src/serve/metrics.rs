//! What the server counts, in the text form that Prometheus reads.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counters since the start.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers by route and status.
    answers: Mutex<BTreeMap<(String, u16), u64>>,
    /// Evaluations that came to an end, whichever.
    pub evaluations: AtomicU64,
    /// Microseconds that they took.
    micros: AtomicU64,
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
}

impl Metrics {
    /// Counts an answer. The route is the first segment of the path, so that their number stays small.
    pub fn answered(&self, route: &str, status: u16) {
        if let Ok(mut answers) = self.answers.lock() {
            *answers.entry((route.to_owned(), status)).or_default() += 1;
        }
    }

    /// Counts an evaluation and its time.
    pub fn evaluated(&self, time: Duration) {
        self.evaluations.fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// All of it as text, with what is known of the data.
    pub fn text(&self, version: u64, articles: usize) -> String {
        let mut out = String::new();
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut put = |name: &str, kind: &str, help: &str, value: String| {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
        };
        put("jialing_store_version", "gauge", "Version of the data that is served.", version.to_string());
        put("jialing_articles", "gauge", "Articles in that version.", articles.to_string());
        put("jialing_evaluations_total", "counter", "Evaluations that ended.", load(&self.evaluations).to_string());
        #[expect(clippy::cast_precision_loss, reason = "a sum of seconds for a chart")]
        let seconds = load(&self.micros) as f64 / 1e6;
        put("jialing_evaluation_seconds_total", "counter", "Time that they took.", format!("{seconds:.6}"));
        put("jialing_evaluations_running", "gauge", "Evaluations under way.", load(&self.running).to_string());
        put(
            "jialing_deadlines_total",
            "counter",
            "Evaluations that hit the deadline.",
            load(&self.deadlines).to_string(),
        );
        put("jialing_shed_total", "counter", "Requests turned away for load.", load(&self.shed).to_string());
        put("jialing_abandoned", "gauge", "Evaluations given up that still run.", load(&self.abandoned).to_string());
        put(
            "jialing_refresh_failures_total",
            "counter",
            "Times that a new version could not be opened.",
            load(&self.refresh_failures).to_string(),
        );
        if let Ok(answers) = self.answers.lock() {
            let _ = writeln!(
                out,
                "# HELP jialing_answers_total Answers by route and status.\n# TYPE jialing_answers_total counter"
            );
            for ((route, status), count) in answers.iter() {
                let _ = writeln!(out, "jialing_answers_total{{route=\"{route}\",status=\"{status}\"}} {count}");
            }
        }
        out
    }
}
