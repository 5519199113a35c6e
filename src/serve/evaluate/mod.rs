//! Runs queries and changes with a bound on their time, their memory, their result and the number that run at once.
//!
//! ```text
//! job       what is asked, and how it is done
//! worker    the process that does it         pool   the processes, seen from the server
//! wire      what the two say to each other   process   signals and limits of the system
//! spool     where a result waits until it is whole      cache   results that are asked for again
//! ```
//!
//! Oxigraph looks at its cancellation token only when it touches the store: a sort may run on for half a minute after its
//! deadline. So a query runs in a process of its own, which is killed when its time is over. Each process has the same
//! immutable version open for reading, and lives on for the next query. Its memory is bounded by the system.
//!
//! Every query begins as a *quick* one, of which some may run at once. One that has not ended after a moment must have one
//! of the few places for *heavy* ones; if none is free its process is halted until there is. So a quick query never waits
//! for a heavy one.
//!
//! Data in memory (tests, few articles) cannot be shared with a process: there a query runs in a thread. One that does not
//! stop is *abandoned*: its caller has a 504, the thread keeps its permit and is counted. Pages, which are look-ups of the
//! server's own, run in threads too.

mod budget;
mod cache;
pub mod job;
mod limits;
mod pool;
mod process;
mod spool;
mod wire;
pub mod worker;

pub use budget::Budget;
pub use limits::Limits;
pub use spool::{Whole, refused};

use super::error::{Fault, Kind};
use super::federation::Federation;
use super::metrics::Metrics;
use super::state::View;
use super::trail;
use axum::body::Bytes;
use cache::Cache;
use job::{Asked, Change, Head, Job, Rows, Task};
use oxigraph::sparql::CancellationToken;
use pool::{Busy, Pool};
use spool::Spool;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use wire::Reply;

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
    heavy: Arc<Semaphore>,
    pages: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    parked: Arc<Semaphore>,
    changes: Arc<Semaphore>,
    files: Arc<Semaphore>,
    pool: Option<Arc<Pool>>,
    cache: Arc<Cache>,
    federation: Federation,
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

/// A query's place in the counts.
struct Counted {
    metrics: Arc<Metrics>,
    begun: Instant,
}

impl Counted {
    fn begin(metrics: &Arc<Metrics>) -> Self {
        metrics.running.fetch_add(1, Ordering::Relaxed);
        Self { metrics: metrics.clone(), begun: Instant::now() }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.metrics.running.fetch_sub(1, Ordering::Relaxed);
        self.metrics.evaluated(self.begun.elapsed());
        trail::spent(self.begun.elapsed());
    }
}

/// How long a cancelled thread may still take to notice.
const GRACE: Duration = Duration::from_millis(250);
/// How long a query is young at least. Ten heavy ones at once are out of the way of a quick one within a few such moments.
const YOUTH: Duration = Duration::from_millis(50);
/// How much processor time after its first moment makes a query heavy.
const GROWN: Duration = Duration::from_millis(20);
/// How long a query may be young: one that waits for the disk takes no processor time.
const LONGEST_YOUTH: Duration = Duration::from_millis(500);
/// Measured: a query of 64 KiB of nested or chained operators stays below 100 MiB. Memory is taken only when touched.
const STACK: usize = 256 << 20;
/// How many requests may wait for a turn.
const WAITING: usize = 1024;
/// How many halted queries there may be for each heavy one that runs.
const PARKED_FOR_EACH: usize = 8;
/// How many results may lie in files, their readers being slow.
const FILES: usize = 32;
/// The longest answer in rows, in bytes: it is held in memory in several forms.
const LONGEST_ROWS: usize = 16 << 20;

impl Engine {
    /// An engine with these limits, on the store in `folder` if it has one.
    pub fn new(
        limits: Limits,
        metrics: Arc<Metrics>,
        store: Option<PathBuf>,
        version: u64,
        federation: Federation,
    ) -> Self {
        let turns = limits.evaluations.max(1);
        let heavy = limits.heavy.max(1);
        let pool = store.zip(limits.worker.clone()).map(|(store, program)| {
            let setup = worker::Setup {
                store,
                version: Some(version),
                memory: Some(limits.memory),
                result: limits.result,
                federation: federation.settings().clone(),
            };
            Pool::new(program, setup, turns, metrics.clone())
        });
        Self {
            queries: Arc::new(Semaphore::new(turns)),
            heavy: Arc::new(Semaphore::new(heavy)),
            pages: Arc::new(Semaphore::new(turns)),
            waiting: Arc::new(Semaphore::new(WAITING)),
            parked: Arc::new(Semaphore::new(heavy * PARKED_FOR_EACH)),
            changes: Arc::new(Semaphore::new(1)),
            files: Arc::new(Semaphore::new(FILES)),
            pool,
            cache: Arc::new(Cache::new(limits.cache)),
            federation,
            limits,
            metrics,
        }
    }

    /// Starts workers before the first request comes.
    pub async fn warm(&self) {
        if let Some(pool) = &self.pool {
            pool.warm(self.limits.heavy.clamp(1, self.limits.evaluations.max(1))).await;
        }
    }

    /// Whether changes can be made: they are made by workers.
    pub const fn can_change(&self) -> bool {
        self.pool.is_some()
    }

    /// Does a task that reads, on that version.
    ///
    /// # Errors
    /// A fault, if the result is not whole within the limits.
    pub async fn evaluate(&self, view: &Arc<View>, task: Task) -> Result<(Head, Whole), Fault> {
        let key = cache::key(&view.snapshot.header.content, &task);
        if let Some((head, bytes)) = key.as_ref().and_then(|key| self.cache.get(key)) {
            self.metrics.cache_hit();
            return Ok((cache::heeding(head, &task), Whole::Memory(bytes)));
        }
        if key.is_some() {
            self.metrics.cache_miss();
        }
        let (head, whole) = match &self.pool {
            Some(pool) => self.in_process(pool, view.snapshot.header.version, task).await?,
            None => {
                let (view, files, limit) = (view.clone(), self.files.clone(), self.limits.result);
                self.run(Lane::Query, move |budget| {
                    let mut spool = Spool::new(limit, files);
                    let head = job::perform(task, &view.snapshot, budget, &mut spool)?;
                    Ok((head, spool.finish()?))
                })
                .await?
            }
        };
        if let Some(key) = key {
            self.cache.put(key, &head, &whole);
        }
        Ok((head, whole))
    }

    /// The first rows of a query, and whether there are more.
    ///
    /// # Errors
    /// As [`Engine::evaluate`]; and if the rows are too long to be shown.
    pub async fn rows(&self, view: &Arc<View>, asked: Asked, limit: usize) -> Result<Rows, Fault> {
        let (head, whole) = self.evaluate(view, Task::Rows { asked, limit }).await?;
        if whole.len() > LONGEST_ROWS as u64 {
            return Err(Fault::new(
                Kind::ResultTooLarge,
                format!("the rows are over {LONGEST_ROWS} bytes: narrow the question, or ask `/sparql`"),
            ));
        }
        Ok(Rows::new(head, whole.bytes()?))
    }

    /// What was made of a result, and kept under that key. It names the content that it was made of.
    pub fn kept(&self, key: &str) -> Option<(Head, Bytes)> {
        let found = self.cache.get(key);
        if found.is_some() {
            self.metrics.cache_hit();
        } else {
            self.metrics.cache_miss();
        }
        found
    }

    /// Keeps what was made of a result.
    pub fn keep(&self, key: String, more: bool, bytes: &Bytes) {
        let head = Head { stable: true, more, ..Head::default() };
        self.cache.put(key, &head, &Whole::Memory(bytes.clone()));
    }

    /// Makes a change, and gives what it says when it is committed.
    ///
    /// # Errors
    /// A fault; nothing is changed then.
    pub async fn change(&self, change: Change, body: &[u8]) -> Result<Head, Fault> {
        let Some(pool) = &self.pool else {
            return Err(Fault::new(Kind::ReadOnly, "these data are held in memory and cannot be changed"));
        };
        // One at a time: the store has one writer.
        let waiting = timeout(self.limits.patience, self.changes.clone().acquire_owned()).await;
        let Ok(Ok(_turn)) = waiting else {
            return Err(Fault::overloaded("another change is under way", 10));
        };
        let _counted = Counted::begin(&self.metrics);
        let mut busy = pool.writer().await?;
        let job = Job { version: 0, task: Task::Change(change) };
        let work = async {
            busy.send(job, body).await?;
            busy.next().await
        };
        match timeout(self.limits.change, work).await {
            Ok(Ok(Reply::End(head))) => {
                busy.dismiss();
                Ok(head)
            }
            Ok(Ok(Reply::Fault(fault))) => {
                busy.dismiss();
                Err(match fault.kind {
                    Kind::Overloaded => Fault::overloaded("a build is under way; it has the store to itself", 30),
                    _ => fault,
                })
            }
            Ok(Ok(_)) => Err(Fault::new(Kind::Internal, "the writer spoke out of turn")),
            Ok(Err(error)) => Err(busy.fault(&error).await),
            Err(_) => {
                busy.kill().await;
                Err(self.late(self.limits.change))
            }
        }
    }

    fn late(&self, after: Duration) -> Fault {
        self.metrics.deadlines.fetch_add(1, Ordering::Relaxed);
        Fault::new(
            Kind::Deadline,
            format!(
                "the evaluation did not end within {} s; a retry will not help: narrow the query or take the dumps",
                after.as_secs_f64()
            ),
        )
    }

    async fn in_process(&self, pool: &Arc<Pool>, version: u64, task: Task) -> Result<(Head, Whole), Fault> {
        let young = self.turn(Lane::Query).await?;
        let _counted = Counted::begin(&self.metrics);
        let deadline = Instant::now() + self.limits.deadline;
        let mut busy = match timeout_at(deadline, pool.take(version)).await {
            Ok(busy) => busy?,
            Err(_) => return Err(Fault::overloaded("no worker could be started in time", 5)),
        };
        let begun = Instant::now();
        let mut before = None;
        let mut spool = Spool::new(self.limits.result, self.files.clone());
        let sent = busy.send(Job { version, task }, &[]).await;
        if let Err(error) = sent {
            return Err(busy.fault(&error).await);
        }
        let grown = sleep_until(Instant::now() + YOUTH);
        let late = sleep_until(deadline);
        tokio::pin!(grown, late);
        let mut young = Some(young);
        let mut old = None;
        loop {
            tokio::select! {
                // Time first: a worker that always has something to say must not make us forget it.
                biased;
                () = &mut late => return Err(self.late(self.limits.deadline)),
                () = &mut grown, if young.is_some() => {
                    // On a machine that is busy with others a light query may take long and do little. To look is not
                    // free, so it is not done for a query that ends within its first moment.
                    let now = busy.busy_for();
                    let taken = now.map(|now| now.saturating_sub(*before.get_or_insert(now)));
                    if taken.is_some_and(|taken| taken < GROWN) && begun.elapsed() < LONGEST_YOUTH {
                        grown.as_mut().reset(Instant::now() + YOUTH);
                        continue;
                    }
                    old = Some(self.place_for_heavy(&busy, &mut young, deadline).await?);
                }
                reply = busy.next() => match reply {
                    Ok(Reply::Data(bytes)) => {
                        if spool.push(&bytes)? {
                            spool = on_disk(spool, |mut spool| spool.spill().map(|()| spool)).await?;
                        }
                    }
                    Ok(Reply::End(head)) => {
                        busy.give_back();
                        drop((young, old));
                        let whole = if spool.is_filed() { on_disk(spool, Spool::finish).await? } else { spool.finish()? };
                        return Ok((head, whole));
                    }
                    Ok(Reply::Fault(fault)) => {
                        busy.give_back();
                        return Err(fault);
                    }
                    Ok(Reply::Ready) => return Err(Fault::new(Kind::Internal, "the worker spoke out of turn")),
                    Err(error) => return Err(busy.fault(&error).await),
                },
            }
        }
    }

    /// One of the places for queries that are no longer young; the worker is halted while it waits for one.
    async fn place_for_heavy(
        &self,
        busy: &Busy,
        young: &mut Option<OwnedSemaphorePermit>,
        deadline: Instant,
    ) -> Result<OwnedSemaphorePermit, Fault> {
        if let Ok(place) = self.heavy.clone().try_acquire_owned() {
            *young = None;
            return Ok(place);
        }
        let turned_away = || {
            self.metrics.shed.fetch_add(1, Ordering::Relaxed);
            let seconds = u32::try_from(self.limits.deadline.as_secs()).unwrap_or(u32::MAX).clamp(1, 60);
            Fault::overloaded("too many heavy queries are under way", seconds)
        };
        let _parked = self.parked.clone().try_acquire_owned().map_err(|_| turned_away())?;
        busy.pause();
        *young = None;
        match timeout_at(deadline, self.heavy.clone().acquire_owned()).await {
            Ok(Ok(place)) => {
                busy.resume();
                Ok(place)
            }
            _ => Err(turned_away()),
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
        let federation = Some(self.federation.clone());
        let budget = Budget { token: token.clone(), limit: self.limits.result, federation };
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

        let begun = Instant::now();
        let ended = timeout(self.limits.deadline, &mut receive).await;
        trail::spent(begun.elapsed());
        if let Ok(result) = ended {
            return result.unwrap_or_else(|_| Err(Fault::new(Kind::Internal, "the evaluation broke off")));
        }
        token.cancel();
        let late = self.late(self.limits.deadline);
        if timeout(GRACE, receive).await.is_err() {
            self.metrics.abandoned.fetch_add(1, Ordering::Relaxed);
            if given_up.swap(true, Ordering::AcqRel) {
                self.metrics.abandoned.fetch_sub(1, Ordering::Relaxed);
            }
        }
        Err(late)
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
        let _waits = self.metrics.waits();
        let _place = self.waiting.clone().try_acquire_owned().map_err(|_| turned_away())?;
        match timeout(self.limits.patience, semaphore.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(turned_away()),
        }
    }
}

/// Does what waits for the disk where waiting is no harm.
async fn on_disk<T: Send + 'static>(
    spool: Spool,
    work: impl FnOnce(Spool) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    tokio::task::spawn_blocking(move || work(spool))
        .await
        .unwrap_or_else(|_| Err(Fault::new(Kind::Internal, "the disk's thread broke off")))
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
        (Engine::new(limits, metrics.clone(), None, 0, Federation::default()), metrics)
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
}
