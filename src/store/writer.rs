//! The one writer: it prepares the next version beside the current one, and commits it or leaves no trace.

use super::changes::ChangeLog;
use super::layout::{Beside, Layout, SourceRecord, Version, remove};
use super::merge::{self, Content, canonical};
use super::sum::Sum;
use super::{Header, Snapshot, Store, builtin};
use crate::error::{Error, Result};
use crate::model::ArticleGraph;
use oxigraph::model::{NamedNode, Term, Triple};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;

/// How many triples wait in memory before they are written: about 100 MB.
const WAITING: usize = 250_000;

/// What a commit did.
#[derive(Clone)]
pub struct Committed {
    /// The current version.
    pub snapshot: Snapshot,
    /// Whether it is a new one; `false` if nothing had changed.
    pub changed: bool,
}

/// The one writer of a store. Dropped without [`Writer::commit`], it leaves the store as it was.
///
/// Changes are to whole graphs: a graph that is put again with the same content costs nothing.
pub struct Writer {
    store: Store,
    /// The version that the next one grows from.
    from: Snapshot,
    /// The next version; made when the first change is written.
    next: Option<Next>,
    /// The hash of each graph, with what waits.
    graphs: BTreeMap<String, String>,
    sources: BTreeMap<String, SourceRecord>,
    /// The graphs that were put or dropped.
    changed: BTreeSet<NamedNode>,
    /// How many paths gave each article.
    claims: BTreeMap<String, usize>,
    rules: String,
    /// The user's file of identities.
    identity: String,
    waiting: BTreeMap<NamedNode, Vec<Triple>>,
    waiting_triples: usize,
    /// Held to the end: the last field, so that it is dropped last.
    _lock: File,
}

/// A version that is being written.
struct Next {
    version: Version,
    number: u64,
    data: oxigraph::store::Store,
    log: ChangeLog,
}

impl Writer {
    pub(super) fn new(store: Store, lock: File) -> Result<Self> {
        layout(&store).tidy()?;
        let from = store.snapshot()?;
        let (graphs, sources) = match &from.lease {
            Some(lease) => (lease.version().graphs()?, lease.version().sources()?),
            None => Default::default(),
        };
        let mut claims = BTreeMap::new();
        for article in sources.values().flat_map(|record| &record.articles) {
            *claims.entry(article.clone()).or_insert(0) += 1;
        }
        let mut writer = Self {
            rules: from.header.rules.clone(),
            identity: from.identity()?,
            store,
            from,
            next: None,
            graphs,
            sources,
            claims,
            changed: BTreeSet::new(),
            waiting: BTreeMap::new(),
            waiting_triples: 0,
            _lock: lock,
        };
        // The program may have come with a newer ontology since.
        for (graph, triples) in builtin::graphs(&writer.store.base) {
            writer.put_graph(graph, triples)?;
        }
        Ok(writer)
    }

    /// The base IRI of the store's instances.
    pub fn base(&self) -> &crate::model::Base {
        self.store.base()
    }

    /// The version that the writer started from.
    pub fn before(&self) -> &Snapshot {
        &self.from
    }

    /// The version of the rules that read the articles; empty where that is not known.
    pub fn rules(&self) -> &str {
        &self.rules
    }

    /// Says which version of the rules read the articles of this commit.
    pub fn set_rules(&mut self, version: &str) {
        version.clone_into(&mut self.rules);
    }

    /// The user's file of identities, as the store keeps it; empty if there is none.
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// Makes that the user's file of identities, for this version and those that follow. Whether it is one is not asked here.
    pub fn set_identity(&mut self, text: &str) {
        text.clone_into(&mut self.identity);
    }

    /// Makes an article's graph what it says now. Tells whether that is a change.
    ///
    /// # Errors
    /// If the database fails.
    pub fn replace(&mut self, article: &ArticleGraph) -> Result<bool> {
        self.put_graph(article.iri.clone(), article.triples.clone())
    }

    /// Makes a graph hold these triples and no others; none at all drop it. Tells whether that is a change.
    ///
    /// # Errors
    /// If the database fails.
    pub fn put_graph(&mut self, graph: NamedNode, triples: Vec<Triple>) -> Result<bool> {
        if triples.is_empty() {
            return self.drop_graph(&graph);
        }
        let (triples, hash) = canonical(triples);
        if self.graphs.get(graph.as_str()) == Some(&hash) {
            return Ok(false);
        }
        self.graphs.insert(graph.as_str().to_owned(), hash);
        self.wait(graph, triples)?;
        Ok(true)
    }

    /// Takes triples out of a graph, and puts others in; what it does not hold, or holds already, changes nothing. It costs what
    /// these triples cost, however large the graph is. Tells whether that is a change.
    ///
    /// # Errors
    /// If the database fails.
    pub fn patch_graph(&mut self, graph: &NamedNode, gone: Vec<Triple>, come: Vec<Triple>) -> Result<bool> {
        let (gone, come) = (canonical(gone).0, canonical(come).0);
        let data = self.data()?;
        let holds = |triple: &Triple| data.contains(&triple.clone().in_graph(graph.clone())).map_err(Error::database);
        let stays: HashSet<&Triple> = come.iter().collect();
        let mut lost = Vec::new();
        for triple in gone.iter().filter(|triple| !stays.contains(triple)) {
            lost.extend(holds(triple)?.then(|| triple.clone()));
        }
        let mut gained = Vec::new();
        for triple in &come {
            gained.extend((!holds(triple)?).then(|| triple.clone()));
        }
        if lost.is_empty() && gained.is_empty() {
            return Ok(false);
        }
        let known = self.graphs.get(graph.as_str()).map_or(Some(Sum::default()), |hash| Sum::parse(hash));
        let Some(mut sum) = known else {
            return Err(layout(&self.store).damaged(format!("the hash of {graph} is none")));
        };
        lost.iter().for_each(|triple| sum.take(&triple.to_string()));
        gained.iter().for_each(|triple| sum.add(&triple.to_string()));
        if sum == Sum::default() {
            return self.drop_graph(graph);
        }
        self.graphs.insert(graph.as_str().to_owned(), sum.to_string());
        self.changed.insert(graph.clone());
        let next = self.prepare()?;
        merge::patch(&next.data, graph, lost, &gained, &mut next.log)?;
        Ok(true)
    }

    /// Takes a graph out. Tells whether it was there.
    ///
    /// # Errors
    /// If the database fails.
    pub fn drop_graph(&mut self, graph: &NamedNode) -> Result<bool> {
        if self.graphs.remove(graph.as_str()).is_none() {
            return Ok(false);
        }
        self.wait(graph.clone(), Vec::new())?;
        Ok(true)
    }

    /// The triples of a graph as they stand now; none if it is not there.
    ///
    /// # Errors
    /// If the database fails.
    pub fn graph(&mut self, graph: &NamedNode) -> Result<Vec<Triple>> {
        if let Some(triples) = self.waiting.get(graph) {
            return Ok(triples.clone());
        }
        Ok(canonical(merge::triples(self.data()?, graph)?).0)
    }

    /// The hash of a graph's content; `None` if it is not there.
    pub fn graph_hash(&self, graph: &str) -> Option<&str> {
        self.graphs.get(graph).map(String::as_str)
    }

    /// The names of all graphs, sorted.
    pub fn graph_names(&self) -> impl Iterator<Item = &str> {
        self.graphs.keys().map(String::as_str)
    }

    /// The graphs that are other than in the version before, or new, or gone. One that was changed and changed back is
    /// among them.
    pub fn changed(&self) -> &BTreeSet<NamedNode> {
        &self.changed
    }

    /// What each path gave, by path.
    pub fn sources(&self) -> &BTreeMap<String, SourceRecord> {
        &self.sources
    }

    /// Notes what a path gives now, and drops the articles that it no longer gives, unless another path does.
    /// The articles dropped are returned.
    ///
    /// # Errors
    /// If the database fails.
    pub fn record(&mut self, path: &str, record: SourceRecord) -> Result<Vec<String>> {
        for article in &record.articles {
            *self.claims.entry(article.clone()).or_insert(0) += 1;
        }
        let before = self.sources.insert(path.to_owned(), record);
        self.release(before)
    }

    /// Forgets a path, and drops its articles unless another path gives them. The articles dropped are returned.
    ///
    /// # Errors
    /// If the database fails.
    pub fn forget(&mut self, path: &str) -> Result<Vec<String>> {
        let before = self.sources.remove(path);
        self.release(before)
    }

    fn release(&mut self, record: Option<SourceRecord>) -> Result<Vec<String>> {
        let mut dropped = Vec::new();
        for article in record.into_iter().flat_map(|record| record.articles) {
            let left = self.claims.get_mut(&article).map_or(0, |count| {
                *count = count.saturating_sub(1);
                *count
            });
            if left == 0 {
                self.claims.remove(&article);
                if self.drop_graph(&NamedNode::new_unchecked(article.clone()))? {
                    dropped.push(article);
                }
            }
        }
        Ok(dropped)
    }

    /// The data with every change so far, for reading. Nobody may write to it: the default graph would be wrong.
    ///
    /// # Errors
    /// If the database fails.
    pub fn data(&mut self) -> Result<&oxigraph::store::Store> {
        self.flush()?;
        Ok(self.next.as_ref().map_or(&self.from.data, |next| &next.data))
    }

    /// Makes the changes the current version, `committed` being the time that its header tells. If nothing has changed,
    /// the current version stays.
    ///
    /// # Errors
    /// If the disk or the database fails; the store is then as it was.
    pub fn commit(mut self, committed: jiff::Timestamp) -> Result<Committed> {
        let content = content_hash(&self.graphs);
        let recorded = self.from.sources()?;
        let header = &self.from.header;
        let same = self.rules == header.rules && self.sources == recorded && self.identity == self.from.identity()?;
        if header.version > 0 && content == header.content && same {
            return Ok(Committed { snapshot: self.from.clone(), changed: false });
        }
        self.flush()?;
        self.prepare()?;
        let Some(next) = self.next.take() else {
            return Err(layout(&self.store).damaged("the next version was not prepared"));
        };
        let dir = next.version.dir().to_owned();
        if let Err(error) = self.seal(next, content, committed) {
            // `current` still names the version before; what is left of this one is the next writer's to tidy.
            let _ = remove(&dir);
            return Err(error);
        }
        layout(&self.store).tidy()?;
        Ok(Committed { snapshot: self.store.snapshot()?, changed: true })
    }

    fn seal(&self, next: Next, content: String, committed: jiff::Timestamp) -> Result<()> {
        let Next { version, number, data, log } = next;
        let header = Header {
            version: number,
            base: self.store.base.to_string(),
            content,
            committed: committed.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            newest: newest(&data)?,
            rules: self.rules.clone(),
        };
        // Flushed, so that a reader finds tables and no log to replay; then closed, before anyone opens it.
        data.flush().map_err(Error::database)?;
        drop(data);
        let beside = Beside {
            sources: &self.sources,
            graphs: &self.graphs,
            withdrawn: &self.withdrawn(number)?,
            identity: &self.identity,
        };
        version.seal(&header, &beside)?;
        log.seal()?;
        layout(&self.store).point_to(number)
    }

    /// The articles that are not there any more: those of the version before and those that this one takes out, less those
    /// that are back.
    fn withdrawn(&self, number: u64) -> Result<BTreeMap<String, u64>> {
        let mut withdrawn = self.from.withdrawn()?;
        let articles = format!("{}/id/article/", self.store.base);
        for graph in self.changed.iter().filter(|graph| graph.as_str().starts_with(&articles)) {
            if self.graphs.contains_key(graph.as_str()) {
                withdrawn.remove(graph.as_str());
            } else if self.from.data.contains_named_graph(graph).map_err(Error::database)? {
                withdrawn.insert(graph.as_str().to_owned(), number);
            }
        }
        Ok(withdrawn)
    }

    fn wait(&mut self, graph: NamedNode, triples: Vec<Triple>) -> Result<()> {
        self.waiting_triples += triples.len();
        self.changed.insert(graph.clone());
        self.waiting.insert(graph, triples);
        if self.waiting_triples > WAITING { self.flush() } else { Ok(()) }
    }

    /// Writes what waits.
    fn flush(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.waiting_triples = 0;
        let contents: Vec<Content> = std::mem::take(&mut self.waiting).into_iter().collect();
        let next = self.prepare()?;
        merge::apply(&next.data, &contents, Some(&mut next.log))
    }

    /// The next version's data; a checkpoint of the current one at first.
    fn prepare(&mut self) -> Result<&mut Next> {
        if self.next.is_none() {
            self.next = Some(self.begin()?);
        }
        self.next.as_mut().ok_or_else(|| layout(&self.store).damaged("the next version was not prepared"))
    }

    fn begin(&self) -> Result<Next> {
        let number = self.from.header.version + 1;
        let version = layout(&self.store).version(number);
        version.create()?;
        if self.from.header.version > 0 {
            self.from.data.backup(version.data()).map_err(Error::database)?;
        }
        let data = oxigraph::store::Store::open(version.data()).map_err(Error::database)?;
        let log = ChangeLog::begin(layout(&self.store), number)?;
        Ok(Next { version, number, data, log })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(Next { version, data, .. }) = self.next.take() {
            drop(data);
            // If this fails, the next writer tidies it away.
            let _ = remove(version.dir());
        }
    }
}

fn layout(store: &Store) -> &Layout {
    &store.layout
}

/// The hash of all data from the hashes of its graphs.
pub(super) fn content_hash(graphs: &BTreeMap<String, String>) -> String {
    let mut hash = Sha256::new();
    for (graph, content) in graphs {
        hash.update(graph.as_bytes());
        hash.update(b" ");
        hash.update(content.as_bytes());
        hash.update(b"\n");
    }
    format!("{:x}", hash.finalize())
}

/// The newest article's date.
pub(super) fn newest(data: &oxigraph::store::Store) -> Result<Option<String>> {
    // By a query: it compares without reading the names of the articles.
    let query = "SELECT (MAX(STR(?date)) AS ?newest) WHERE { ?article <http://purl.org/dc/terms/issued> ?date }";
    let query =
        SparqlEvaluator::new().parse_query(query).map_err(|error| Error::Query { message: error.to_string() })?;
    let QueryResults::Solutions(mut solutions) = query.on_store(data).execute().map_err(Error::database)? else {
        return Ok(None);
    };
    let solution = solutions.next().transpose().map_err(Error::database)?;
    Ok(solution.as_ref().and_then(|solution| match solution.get("newest")? {
        Term::Literal(date) => Some(date.value().to_owned()),
        _ => None,
    }))
}
