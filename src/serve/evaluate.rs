//! Runs work on the store with a bound on its time, its result and the number that run at once.
//!
//! Each evaluation has a thread of its own: a query may nest deeply and needs a large stack, and a thread that does not
//! stop must not hold up the runtime's shutdown. The engine looks at the cancellation token only when it touches the
//! store, so a long sort may run on after its deadline. Such a thread is *abandoned*: the caller has its 504, the thread
//! keeps its permit and is counted, and when every permit is held by one, further requests are turned away with 503.
//! A process that can be killed would bound this too; it is not needed for the promise made to callers: no answer is
//! ever late, cut short or mixed with an error.

use super::error::{Fault, Kind};
use super::metrics::Metrics;
use oxigraph::sparql::CancellationToken;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, timeout};

/// What one server allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long one evaluation may take.
    pub deadline: Duration,
    /// How many queries may run at once; as many pages again.
    pub evaluations: usize,
    /// How long a request waits for its turn before it is turned away.
    pub patience: Duration,
    /// The longest result in bytes.
    pub result: usize,
    /// The longest body of a request in bytes.
    pub body: usize,
    /// The longest query in bytes, by GET or POST.
    pub query: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(30),
            evaluations: 8,
            patience: Duration::from_secs(5),
            result: 64 << 20,
            body: 1 << 20,
            query: 64 << 10,
        }
    }
}

/// What work may use: it asks now and then whether it is still wanted, and writes into a bounded buffer.
#[derive(Clone)]
pub struct Budget {
    /// Set when the deadline has passed or the caller has gone.
    pub token: CancellationToken,
    limit: usize,
}

impl Budget {
    /// An error once the work is no longer wanted.
    pub fn check(&self) -> Result<(), Fault> {
        if self.token.is_cancelled() {
            return Err(Fault::new(Kind::Deadline, "the evaluation was stopped"));
        }
        Ok(())
    }

    /// A buffer that refuses to grow over the cap.
    pub fn buffer(&self) -> Buffer {
        Buffer { bytes: Vec::new(), limit: self.limit, full: false }
    }

    /// A budget without end, for tests and for work at the start.
    pub fn unbounded() -> Self {
        Self { token: CancellationToken::new(), limit: usize::MAX }
    }
}

/// Where a result is written: complete before any status goes out.
pub struct Buffer {
    /// What has been written.
    pub bytes: Vec<u8>,
    limit: usize,
    full: bool,
}

impl Buffer {
    /// What a failed write means.
    pub fn fault(error: &io::Error, limit: usize) -> Fault {
        if error.kind() == io::ErrorKind::FileTooLarge {
            return Fault::new(
                Kind::ResultTooLarge,
                format!("the result is over {limit} bytes: add or lower a LIMIT, or take the dumps"),
            );
        }
        Fault::new(Kind::Internal, error.to_string())
    }

    /// The cap in bytes.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// Whether a write was refused.
    pub const fn is_full(&self) -> bool {
        self.full
    }
}

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Which queue work stands in: pages stay quick while queries are many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// SPARQL and canned queries.
    Query,
    /// Pages and descriptions: look-ups of the server's own, bounded in number.
    Page,
}

/// Runs work within the limits.
#[derive(Clone)]
pub struct Engine {
    queries: Arc<Semaphore>,
    pages: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    limits: Limits,
    metrics: Arc<Metrics>,
}

/// Cancels when dropped: the future of a caller who has gone is dropped, and so the work stops.
struct StopWhenGone(CancellationToken);

impl Drop for StopWhenGone {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// What the thread holds: its turn, and its place in the counts.
struct Turn {
    metrics: Arc<Metrics>,
    given_up: Arc<AtomicBool>,
    begun: Instant,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.metrics.running.fetch_sub(1, Ordering::Relaxed);
        self.metrics.evaluated(self.begun.elapsed());
        // Whoever comes second sees the other: the caller that gives up, or the thread that ends.
        if self.given_up.swap(true, Ordering::AcqRel) {
            self.metrics.abandoned.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// How long a cancelled evaluation may still take to notice.
const GRACE: Duration = Duration::from_millis(250);
/// Measured: a query of 64 KiB of nested or chained operators stays below 100 MiB. Memory is taken only when touched.
const STACK: usize = 256 << 20;
/// How many requests may wait for each that runs.
const WAITING_FOR_EACH: usize = 8;

impl Engine {
    /// An engine with these limits.
    pub fn new(limits: Limits, metrics: Arc<Metrics>) -> Self {
        let turns = limits.evaluations.max(1);
        Self {
            queries: Arc::new(Semaphore::new(turns)),
            pages: Arc::new(Semaphore::new(turns)),
            waiting: Arc::new(Semaphore::new(turns * WAITING_FOR_EACH)),
            limits,
            metrics,
        }
    }

    /// Runs `work` in a thread of its own and gives its result, or says why there is none.
    pub async fn run<T, F>(&self, lane: Lane, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&Budget) -> Result<T, Fault> + Send + 'static,
    {
        let permit = self.turn(lane).await?;
        let token = CancellationToken::new();
        let _gone = StopWhenGone(token.clone());
        let budget = Budget { token: token.clone(), limit: self.limits.result };
        let given_up = Arc::new(AtomicBool::new(false));
        let turn =
            Turn { metrics: self.metrics.clone(), given_up: given_up.clone(), begun: Instant::now(), _permit: permit };
        self.metrics.running.fetch_add(1, Ordering::Relaxed);
        let (send, mut receive) = oneshot::channel();
        std::thread::Builder::new()
            .name("evaluation".into())
            .stack_size(STACK)
            .spawn(move || {
                let result = work(&budget);
                drop(turn);
                // A caller who has gone is no error.
                let _ = send.send(result);
            })
            .map_err(|error| Fault::overloaded(format!("no thread: {error}"), 5))?;

        if let Ok(result) = timeout(self.limits.deadline, &mut receive).await {
            return result.unwrap_or_else(|_| Err(Fault::new(Kind::Internal, "the evaluation broke off")));
        }
        token.cancel();
        self.metrics.deadlines.fetch_add(1, Ordering::Relaxed);
        if timeout(GRACE, receive).await.is_err() {
            self.metrics.abandoned.fetch_add(1, Ordering::Relaxed);
            if given_up.swap(true, Ordering::AcqRel) {
                self.metrics.abandoned.fetch_sub(1, Ordering::Relaxed);
            }
        }
        Err(Fault::new(
            Kind::Deadline,
            format!(
                "the evaluation did not end within {} s; a retry will not help: narrow the query or take the dumps",
                self.limits.deadline.as_secs_f64()
            ),
        ))
    }

    async fn turn(&self, lane: Lane) -> Result<OwnedSemaphorePermit, Fault> {
        let semaphore = match lane {
            Lane::Query => &self.queries,
            Lane::Page => &self.pages,
        };
        if let Ok(permit) = semaphore.clone().try_acquire_owned() {
            return Ok(permit);
        }
        let turned_away = || {
            self.metrics.shed.fetch_add(1, Ordering::Relaxed);
            Fault::overloaded("too many evaluations are under way", 5)
        };
        let _place = self.waiting.clone().try_acquire_owned().map_err(|_| turned_away())?;
        match timeout(self.limits.patience, semaphore.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(turned_away()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(deadline: u64, evaluations: usize) -> (Engine, Arc<Metrics>) {
        let metrics = Arc::new(Metrics::default());
        let limits = Limits {
            deadline: Duration::from_millis(deadline),
            patience: Duration::from_millis(20),
            evaluations,
            ..Limits::default()
        };
        (Engine::new(limits, metrics.clone()), metrics)
    }

    #[tokio::test]
    async fn work_that_ends_in_time_gives_its_result() {
        let (engine, _) = engine(5000, 1);

        let result = engine.run(Lane::Query, |_| Ok(42)).await;

        assert_eq!(result.unwrap(), 42);
    }

    #[tokio::test]
    async fn work_that_listens_is_stopped_at_the_deadline_and_frees_its_turn() {
        let (engine, metrics) = engine(30, 1);

        let fault = engine
            .run(Lane::Query, |budget| -> Result<(), Fault> {
                loop {
                    budget.check()?;
                    std::thread::sleep(Duration::from_millis(2));
                }
            })
            .await
            .unwrap_err();

        assert_eq!(fault.kind, Kind::Deadline);
        assert_eq!(metrics.abandoned.load(Ordering::Relaxed), 0);
        assert!(engine.run(Lane::Query, |_| Ok(())).await.is_ok());
    }

    #[tokio::test]
    async fn work_that_does_not_listen_is_counted_and_the_next_is_turned_away() {
        let (engine, metrics) = engine(10, 1);
        let (release, held) = std::sync::mpsc::channel::<()>();

        let fault = engine
            .run(Lane::Query, move |_| {
                let _ = held.recv();
                Ok(())
            })
            .await
            .unwrap_err();
        let next = engine.run(Lane::Query, |_| Ok(())).await.unwrap_err();
        let page = engine.run(Lane::Page, |_| Ok(())).await;

        assert_eq!(fault.kind, Kind::Deadline);
        assert_eq!(next.kind, Kind::Overloaded);
        assert!(page.is_ok(), "pages have turns of their own");
        assert_eq!(metrics.abandoned.load(Ordering::Relaxed), 1);

        release.send(()).unwrap();
        while metrics.abandoned.load(Ordering::Relaxed) > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(engine.run(Lane::Query, |_| Ok(())).await.is_ok());
    }

    #[tokio::test]
    async fn work_that_panics_is_a_fault_of_the_server_and_frees_its_turn() {
        let (engine, metrics) = engine(5000, 1);

        let fault = engine.run(Lane::Query, |_| -> Result<(), Fault> { panic!("on purpose") }).await.unwrap_err();

        assert_eq!(fault.kind, Kind::Internal);
        assert_eq!(metrics.running.load(Ordering::Relaxed), 0);
        assert!(engine.run(Lane::Query, |_| Ok(())).await.is_ok());
    }

    #[test]
    fn a_buffer_refuses_what_is_over_the_cap() {
        use std::io::Write;
        let budget = Budget { token: CancellationToken::new(), limit: 4 };
        let mut buffer = budget.buffer();

        buffer.write_all(b"1234").unwrap();
        let error = buffer.write_all(b"5").unwrap_err();

        assert_eq!(Buffer::fault(&error, 4).kind, Kind::ResultTooLarge);
        assert_eq!(buffer.bytes, b"1234");
    }
}
