//! A worker: a process that evaluates for the server, one job at a time, and can be killed at any instant.
//!
//! It reads frames from standard input and writes frames to standard output (see `wire`), in one thread with a large
//! stack: handing jobs from thread to thread would cost as much as a short query. Another thread looks now and then
//! whether the server is still there, so that none is left behind in the midst of a job.

use super::job::{self, Change, Head, Task};
use super::wire::{self, Frames, Letter, Order};
use super::{Budget, STACK, process};
use crate::error::{Error, Result, chain};
use crate::serve::error::{Fault, Kind};
use crate::serve::federation::{self, Federation};
use crate::store::{Committed, Snapshot, Store, Writer};
use oxigraph::io::RdfFormat;
use oxigraph::model::NamedNode;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How a worker sets itself up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Setup {
    /// The store's folder.
    pub store: PathBuf,
    /// The version to open first; none for a worker that only writes.
    pub version: Option<u64>,
    /// How much memory it may take, in bytes; none for no bound.
    pub memory: Option<u64>,
    /// The longest result in bytes.
    pub result: usize,
    /// Which endpoints its queries may call.
    pub federation: federation::Settings,
}

/// Makes what a writer prepared the current version, with what follows from it.
pub type Finish = fn(Writer, jiff::Timestamp) -> Result<Committed>;

/// How often a worker looks whether its server is there.
const GLANCE: Duration = Duration::from_millis(500);
/// What a worker may come to take beside what its queries take, once its store is open: caches of the database.
const OWN_MEMORY: u64 = 32 << 20;

/// Works until the server closes the pipe.
///
/// # Errors
/// If it cannot be set up, or the pipe breaks.
pub fn work(finish: Finish) -> Result<()> {
    let broken = |source| Error::Read { path: "-".into(), source };
    // Nothing follows the first frame before the worker has said that it is set up: no byte is lost between two buffers.
    let setup: Setup = match wire::read(&mut io::stdin().lock()).map_err(broken)? {
        Some((Letter::Setup, payload)) => {
            serde_json::from_slice(&payload).map_err(|error| broken(io::Error::from(error)))?
        }
        _ => {
            return Err(Error::Usage {
                message: "a worker is started by the server".into(),
                hint: "run `jialing serve`".into(),
            });
        }
    };
    let store = Store::open(&setup.store, None)?;
    let federation = Federation::new(setup.federation.clone(), store.base().as_str())?;
    let out = process::output().map_err(broken)?;
    let server = process::parent();
    let evaluation = std::thread::Builder::new().name("evaluation".into()).stack_size(STACK).spawn(move || {
        let from = BufReader::with_capacity(wire::BLOCK, io::stdin().lock());
        Worker { setup, store, federation, finish, open: None, out: Arc::new(out) }.run(from)
    });
    let evaluation = evaluation.map_err(broken)?;
    while !evaluation.is_finished() && process::parent() == server {
        std::thread::sleep(GLANCE);
    }
    // Not by returning: the evaluation may be in the midst of the database.
    process::end();
    Ok(())
}

fn body(from: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut body = Vec::with_capacity(length);
    while body.len() < length {
        match wire::read(from)? {
            Some((Letter::Data, piece)) => body.extend(piece),
            _ => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
    Ok(body)
}

struct Worker {
    setup: Setup,
    store: Store,
    federation: Federation,
    finish: Finish,
    open: Option<(u64, Snapshot)>,
    out: Arc<File>,
}

impl Worker {
    fn run(&mut self, mut from: impl Read) -> io::Result<()> {
        let opened = self.setup.version.map_or(Ok(()), |version| self.snapshot(version).map(|_| ()));
        if let Some(memory) = self.setup.memory {
            process::limit(memory + OWN_MEMORY)?;
        }
        match opened {
            Ok(()) => (&*self.out).write_all(&wire::frame(Letter::Ready, &[])?)?,
            Err(fault) => (&*self.out).write_all(&wire::fault(&fault)?)?,
        }
        while let Some((Letter::Job, payload)) = wire::read(&mut from)? {
            let Order { job, body: length } = serde_json::from_slice(&payload)?;
            let body = body(&mut from, length)?;
            let pipe = self.out.clone();
            let mut out = Frames::new(&*pipe, self.setup.result);
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| match job.task {
                Task::Change(change) => self.change(change, &body),
                task => {
                    let snapshot = self.snapshot(job.version)?;
                    job::perform(task, &snapshot, &Budget::of(self.setup.result).calling(&self.federation), &mut out)
                }
            }));
            let done = done.unwrap_or_else(|_| Err(Fault::new(Kind::Internal, "the evaluation broke off")));
            // What stands in the frames of a fault is nothing: the server forgets it.
            match done {
                Ok(head) => out.end(&head)?,
                Err(fault) => (&*pipe).write_all(&wire::fault(&fault)?)?,
            }
        }
        Ok(())
    }

    /// The version of that number; the one before is closed first.
    fn snapshot(&mut self, version: u64) -> std::result::Result<Snapshot, Fault> {
        if let Some((number, snapshot)) = &self.open {
            if *number == version {
                return Ok(snapshot.clone());
            }
        }
        self.open = None;
        let failed = |error: Error| Fault::new(Kind::Storage, error.to_string());
        let snapshot = self.store.snapshot_of(version).map_err(failed)?;
        self.open = Some((version, snapshot.clone()));
        Ok(snapshot)
    }

    fn change(&mut self, change: Change, body: &[u8]) -> std::result::Result<Head, Fault> {
        // A reader's hold on an old version would keep it from being tidied away.
        self.open = None;
        let mut writer = patiently(&self.store).map_err(fault)?;
        let mut head = Head::default();
        match change {
            Change::Update { update, using } => {
                let graphs = |iris: Vec<String>| iris.into_iter().map(|iri| node(&iri)).collect();
                let (default, named): (std::result::Result<Vec<_>, _>, std::result::Result<Vec<_>, _>) =
                    (graphs(using.default), graphs(using.named));
                writer.update_using(&update, &default?, &named?).map_err(fault)?;
            }
            Change::Put { graph, parts, add } => {
                let graph = graph.map(|iri| node(&iri)).transpose()?;
                let mut pieces = Vec::new();
                let mut rest = body;
                for part in &parts {
                    let format = RdfFormat::from_media_type(&part.media)
                        .ok_or_else(|| Fault::new(Kind::MediaType, format!("`{}` is no form of RDF", part.media)))?;
                    let (piece, after) = rest
                        .split_at_checked(part.length)
                        .ok_or_else(|| Fault::new(Kind::Internal, "the body is shorter than its parts"))?;
                    pieces.push((format, piece));
                    rest = after;
                }
                head.created = writer.put(graph.as_ref(), &pieces, add).map_err(fault)?;
            }
            Change::Drop { graph } => {
                let graph = graph.map(|iri| node(&iri)).transpose()?;
                if !writer.drop_or_clear(graph.as_ref()).map_err(fault)? && graph.is_some() {
                    return Err(Fault::new(Kind::NotFound, "there is no such graph"));
                }
            }
        }
        #[expect(clippy::disallowed_methods, reason = "the store's header tells when")]
        let now = jiff::Timestamp::now();
        (self.finish)(writer, now).map_err(fault)?;
        Ok(head)
    }
}

/// The store's writer. One that was killed a moment ago may not have let go of the store yet.
fn patiently(store: &Store) -> Result<Writer> {
    for _ in 0..20 {
        match store.write() {
            Err(Error::Locked { .. }) => std::thread::sleep(Duration::from_millis(50)),
            other => return other,
        }
    }
    store.write()
}

fn node(iri: &str) -> std::result::Result<NamedNode, Fault> {
    NamedNode::new(iri).map_err(|error| Fault::new(Kind::BadRequest, format!("`{iri}` is no IRI: {error}")))
}

/// What went wrong with a change, as its sender is told.
fn fault(error: Error) -> Fault {
    let kind = match &error {
        Error::Query { .. } => Kind::Syntax,
        Error::Rdf { .. } => Kind::BadBody,
        Error::Locked { .. } => Kind::Overloaded,
        _ => Kind::Storage,
    };
    Fault::new(kind, chain(&error))
}
