//! The workers as the server sees them: started ahead of need, lent to one job at a time, killed when their time is over.

use super::job::Job;
use super::process;
use super::wire::{self, Letter, Order, Reply};
use super::worker::Setup;
use crate::serve::error::{Fault, Kind};
use crate::serve::metrics::Metrics;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// How much is read from a worker at a time.
const BLOCK: usize = 64 << 10;

/// Workers on one store.
pub struct Pool {
    program: PathBuf,
    setup: Setup,
    /// The newest version that was asked for: a worker is started with it.
    version: AtomicU64,
    idle: Mutex<Vec<Worker>>,
    /// How many may be idle.
    most: usize,
    metrics: Arc<Metrics>,
}

impl Pool {
    /// A pool without workers that keeps `most` of them idle; `program` is run with the argument `worker`.
    pub fn new(program: PathBuf, setup: Setup, most: usize, metrics: Arc<Metrics>) -> Arc<Self> {
        let version = AtomicU64::new(setup.version.unwrap_or_default());
        Arc::new(Self { program, setup, version, idle: Mutex::default(), most, metrics })
    }

    /// A worker that has that version open, started if none is idle.
    ///
    /// # Errors
    /// If none can be started.
    pub async fn take(self: &Arc<Self>, version: u64) -> Result<Busy, Fault> {
        let newest = self.version.fetch_max(version, Ordering::Relaxed).max(version);
        let found = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            // Workers of versions that nobody asks for any more are ended: they would keep them from being tidied away.
            idle.retain(|worker| worker.version >= newest);
            let place = idle.iter().rposition(|worker| worker.version == version);
            place.map(|place| idle.swap_remove(place))
        };
        let worker = match found {
            Some(worker) => worker,
            None => self.start(Setup { version: Some(version), ..self.setup.clone() }).await?,
        };
        Ok(Busy { worker: Some(worker), pool: self.clone() })
    }

    /// A worker for one change: without a bound on its memory, and not to be used again.
    ///
    /// # Errors
    /// If none can be started.
    pub async fn writer(self: &Arc<Self>) -> Result<Busy, Fault> {
        let worker = self.start(Setup { version: None, memory: None, ..self.setup.clone() }).await?;
        Ok(Busy { worker: Some(worker), pool: self.clone() })
    }

    async fn start(&self, setup: Setup) -> Result<Worker, Fault> {
        let failed = |error: io::Error| {
            Fault::overloaded(format!("no worker could be started from `{}`: {error}", self.program.display()), 5)
        };
        // The token is the server's alone.
        let mut child = Command::new(&self.program)
            .arg("worker")
            .env_remove("JIALING_TOKEN")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed(io::ErrorKind::BrokenPipe.into()));
        };
        let mut worker = Worker { child, to, from, read: Vec::new(), version: setup.version.unwrap_or_default() };
        worker.to.write_all(&wire::json(Letter::Setup, &setup).map_err(failed)?).await.map_err(failed)?;
        match worker.next().await {
            Ok(Reply::Ready) => {
                self.metrics.workers_started.fetch_add(1, Ordering::Relaxed);
                Ok(worker)
            }
            Ok(Reply::Fault(fault)) => Err(fault),
            Ok(_) => Err(failed(io::ErrorKind::InvalidData.into())),
            Err(error) => Err(failed(error)),
        }
    }

    /// Keeps a worker for the next job, unless enough are idle: a crowd of heavy queries must not leave its memory behind.
    fn give_back(&self, worker: Worker) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.most {
            idle.push(worker);
        }
    }

    /// Starts workers ahead, until so many are idle.
    pub async fn warm(self: &Arc<Self>, count: usize) {
        loop {
            if self.idle.lock().unwrap_or_else(PoisonError::into_inner).len() >= count {
                return;
            }
            let version = Some(self.version.load(Ordering::Relaxed));
            match self.start(Setup { version, ..self.setup.clone() }).await {
                Ok(worker) => self.give_back(worker),
                // The request that needs one will be told.
                Err(_) => return,
            }
        }
    }
}

/// One process.
struct Worker {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
    /// What was read and not yet taken as frames.
    read: Vec<u8>,
    version: u64,
}

impl Worker {
    /// The next frame. May be dropped at any time, and asked again: nothing that was read is lost.
    async fn next(&mut self) -> io::Result<Reply> {
        loop {
            if let Some(head) = self.read.first_chunk::<{ wire::HEAD }>() {
                let (letter, length) = wire::head(*head)?;
                let end = wire::HEAD + length;
                if self.read.len() >= end {
                    let rest = self.read.split_off(end);
                    let mut payload = std::mem::replace(&mut self.read, rest);
                    payload.drain(..wire::HEAD);
                    return Reply::read(letter, payload);
                }
            }
            self.read.reserve(BLOCK);
            if self.from.read_buf(&mut self.read).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// A worker that is lent. Unless it is given back it is killed.
pub struct Busy {
    worker: Option<Worker>,
    pool: Arc<Pool>,
}

impl Busy {
    fn worker(&mut self) -> io::Result<&mut Worker> {
        self.worker.as_mut().ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }

    /// Hands it a job.
    ///
    /// # Errors
    /// If it has gone.
    pub async fn send(&mut self, job: Job, body: &[u8]) -> io::Result<()> {
        let worker = self.worker()?;
        let mut bytes = wire::json(Letter::Job, &Order { job, body: body.len() })?;
        for piece in body.chunks(BLOCK) {
            bytes.extend(wire::frame(Letter::Data, piece)?);
        }
        worker.to.write_all(&bytes).await?;
        worker.to.flush().await
    }

    /// What it says next. May be dropped at any time, and asked again.
    ///
    /// # Errors
    /// If it has gone.
    pub async fn next(&mut self) -> io::Result<Reply> {
        self.worker()?.next().await
    }

    /// Halts it.
    pub fn pause(&self) {
        self.worker.as_ref().and_then(|worker| worker.child.id()).into_iter().for_each(process::pause);
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.worker.as_ref().and_then(|worker| worker.child.id()).into_iter().for_each(process::resume);
    }

    /// The processor time that it has taken since it was started; none where the system does not tell.
    pub fn busy_for(&self) -> Option<Duration> {
        process::busy_for(self.worker.as_ref()?.child.id()?)
    }

    /// Kills it, and waits for its end: what it held is free then.
    pub async fn kill(mut self) {
        if let Some(mut worker) = self.worker.take() {
            // It may have ended by itself.
            let _ = worker.child.kill().await;
            self.pool.lost();
        }
    }

    /// Gives it back for the next job.
    pub fn give_back(mut self) {
        if let Some(worker) = self.worker.take() {
            self.pool.give_back(worker);
        }
    }

    /// Ends it, its work being done.
    pub fn dismiss(mut self) {
        self.worker = None;
    }

    /// Why it broke off, as the caller is told.
    pub async fn fault(mut self, error: &io::Error) -> Fault {
        let Some(mut worker) = self.worker.take() else {
            return Fault::new(Kind::Internal, error.to_string());
        };
        let _ = worker.child.start_kill();
        let status = worker.child.wait().await;
        self.pool.lost();
        match status.ok().and_then(process::ended_by) {
            Some(process::ABORTED) => Fault::new(
                Kind::Memory,
                "the evaluation needed more memory than it may have: narrow the query, sort or group less, or take the dumps",
            ),
            Some(signal) if process::CRASHED.contains(&signal) => {
                Fault::new(Kind::Memory, "the evaluation needed more memory or nesting than it may have")
            }
            _ => Fault::new(Kind::Internal, format!("the evaluation broke off: {error}")),
        }
    }
}

impl Pool {
    /// A worker was killed or lost: another takes its place before it is needed.
    fn lost(self: &Arc<Self>) {
        self.metrics.worker_killed();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let pool = self.clone();
            runtime.spawn(async move { pool.warm(1).await });
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(worker) = self.worker.take() {
            // Dropped, it is killed, and the runtime waits for its end.
            drop(worker);
            self.pool.lost();
        }
    }
}
