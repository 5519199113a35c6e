//! A build: sources in, the store's next version out. It passes over what has not changed.

mod gone;
mod provenance;

use crate::annotate::Annotator;
use crate::error::{Error, Outcome, Problem, Result};
use crate::model::{ArticleGraph, Document};
use crate::store::{Committed, SourceRecord, Store, StoredProblem, Writer};
use crate::{ingest, relate};
use gone::{Seen, gone};
use rayon::prelude::*;
pub use relate::identity::{Account, Meant, Overrules};
use serde::Serialize;
use std::path::Path;

/// The version of all that decides what an article states: rules, tables, ontology, stages. See `build.rs`.
pub const RULES_VERSION: &str = env!("JIALING_RULES");

/// [`RULES_VERSION`], and beside it the tagger's, if the annotator has one: what a store records.
fn version(annotator: &Annotator) -> String {
    match annotator.fingerprint() {
        Some(tagger) => format!("{RULES_VERSION}+tagger.{tagger}"),
        None => RULES_VERSION.to_owned(),
    }
}

/// How many documents are read side by side before what they gave is handed on in order: enough to keep every core
/// busy, few enough that memory stays small.
pub(crate) const BATCH: usize = 64;

/// What was wrong with one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PathProblem {
    /// The file or address.
    pub path: String,
    /// What was wrong.
    #[serde(flatten)]
    pub problem: StoredProblem,
}

impl From<&Problem> for PathProblem {
    fn from(problem: &Problem) -> Self {
        Self { path: problem.path.clone(), problem: problem.into() }
    }
}

/// What a build did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Documents looked at.
    pub documents: usize,
    /// Documents that were as at the last build, and so were passed over.
    pub unchanged: usize,
    /// Articles read.
    pub articles: usize,
    /// Articles that are gone, because their path is, or no longer yields them.
    pub withdrawn: usize,
    /// What was wrong, with what earlier builds found wrong in documents that were passed over.
    pub problems: Vec<PathProblem>,
    /// The version of the store that is current now.
    pub version: u64,
    /// Whether that is a new one.
    pub changed: bool,
}

/// Reads `sources` into the store and makes that its current version. `options` say how addresses are fetched, `annotator` how
/// articles are annotated; `overrules` are the user's on identities, which the store keeps, and without them those that it has
/// stay. `committed` is the time that its header tells; `each` is called for each document with its path.
///
/// # Errors
/// If a source is not there, the store is being written, or the disk or database fails: the store is then as it was.
pub fn build(
    store: &Store,
    sources: &[String],
    options: &ingest::Options,
    annotator: &Annotator,
    overrules: Option<&Overrules>,
    committed: jiff::Timestamp,
    each: impl FnMut(&str),
) -> Result<Report> {
    let documents = ingest::ingest(sources, options)?;
    let mut writer = store.write()?;
    if let Some(overrules) = overrules {
        writer.set_identity(overrules.text());
    }
    let rules = version(annotator);
    let rules_changed = writer.before().header.rules != rules;
    writer.set_rules(&rules);
    let mut report = Report::default();
    let seen = read_all(&mut writer, documents, annotator, rules_changed, &mut report, each)?;
    for path in gone(sources, writer.sources().keys(), &seen) {
        report.withdrawn += writer.forget(&path)?.len();
    }
    let Committed { snapshot, changed } = finish(writer, committed)?;
    report.problems.extend(idle(&snapshot)?);
    report.version = snapshot.header.version;
    report.changed = changed;
    Ok(report)
}

/// Lets `relate` look at what has changed, says who read it, then commits.
///
/// # Errors
/// If the disk or database fails: the store is then as it was.
pub fn finish(mut writer: Writer, committed: jiff::Timestamp) -> Result<Committed> {
    let base = writer.base().clone();
    let before = writer.before().clone();
    let changed = writer.changed().clone();
    let overrules = overrules(writer.identity())?;
    // What an earlier program related, or by another file of the user's, may be other than what this one would.
    let by_same_rules = before.header.rules.split('+').next() == Some(RULES_VERSION);
    let by_same_file = || Ok::<_, Error>(self::overrules(&before.identity()?)?.hash() == overrules.hash());
    let is_ours = before.header.version > 0 && by_same_rules && by_same_file()?;
    let since = is_ours.then_some(relate::Since { before: &before.data, graphs: &changed });
    for (graph, told) in relate::relate(writer.data()?, &base, &overrules, since)? {
        match told {
            relate::Told::Whole(triples) => writer.put_graph(graph, triples)?,
            relate::Told::Part { gone, come } => writer.patch_graph(&graph, gone, come)?,
        };
    }
    if !is_ours || !changed.is_empty() || before.header.rules != writer.rules() {
        let rules = writer.rules().to_owned();
        let (graph, triples) = provenance::provenance(writer.data()?, &base, &rules)?;
        writer.put_graph(graph, triples)?;
    }
    writer.commit(committed)
}

/// The user's file of identities as a store keeps it.
fn overrules(text: &str) -> Result<Overrules> {
    Overrules::parse(text, Path::new("identity.csv"))
}

/// What the user's file of identities says of nothing that is there: a name may be written wrong, or its article not be read yet.
fn idle(snapshot: &crate::store::Snapshot) -> Result<Vec<PathProblem>> {
    let overrules = overrules(&snapshot.identity()?)?;
    let idle = relate::identity::idle(&snapshot.data, &snapshot.base(), &overrules)?;
    let told = |(line, message)| Problem::note("identity.csv", "relate.idle", format!("line {line}: {message}"));
    Ok(idle.into_iter().map(told).map(|problem| (&problem).into()).collect())
}

/// Tells of two names, keys or IRIs whether they mean one thing in a version, by which rule and which articles, or what keeps
/// them apart.
///
/// # Errors
/// If the database fails.
pub fn why(snapshot: &crate::store::Snapshot, a: &str, b: &str) -> Result<Account> {
    relate::identity::why(&snapshot.data, &snapshot.base(), &overrules(&snapshot.identity()?)?, a, b)
}

/// A document as it was read: nothing in it to do, or what it gives.
enum Read {
    Unchanged(String),
    Unreadable(Problem),
    Fresh { path: String, content_hash: String, outcome: Outcome<Vec<ArticleGraph>> },
}

/// Reads every document that has changed, and gives the paths of all.
fn read_all(
    writer: &mut Writer,
    documents: impl Iterator<Item = Result<Document, Problem>>,
    annotator: &Annotator,
    rules_changed: bool,
    report: &mut Report,
    mut each: impl FnMut(&str),
) -> Result<Seen> {
    let base = writer.base().clone();
    let mut seen = Seen::default();
    let mut documents = documents.peekable();
    while documents.peek().is_some() {
        let batch: Vec<_> = documents.by_ref().take(BATCH).collect();
        let known = writer.sources();
        let read_one = |document: Result<Document, Problem>| match document {
            Err(problem) => Read::Unreadable(problem),
            Ok(document) => {
                let path = document.path.clone();
                let same = known.get(&path).is_some_and(|record| record.content_hash == document.content_hash);
                if same && !rules_changed {
                    return Read::Unchanged(path);
                }
                let content_hash = document.content_hash.clone();
                Read::Fresh { path, content_hash, outcome: crate::read_with(document, &base, annotator) }
            }
        };
        let read: Vec<Read> = batch.into_par_iter().map(read_one).collect();
        for one in read {
            report.documents += 1;
            if let Read::Unreadable(problem) = &one {
                seen.note(problem);
            }
            let path = take_in(writer, one, report)?;
            each(&path);
            seen.paths.insert(path);
        }
    }
    Ok(seen)
}

/// Puts what one document gave into the next version, and gives its path.
fn take_in(writer: &mut Writer, read: Read, report: &mut Report) -> Result<String> {
    match read {
        // What the store holds of a file that can no longer be read stays: the file is there, only its bytes are not.
        Read::Unreadable(problem) => {
            report.problems.push((&problem).into());
            Ok(problem.path)
        }
        Read::Unchanged(path) => {
            report.unchanged += 1;
            let record = writer.sources().get(&path);
            let problems = record.into_iter().flat_map(|record| &record.problems);
            report
                .problems
                .extend(problems.map(|problem| PathProblem { path: path.clone(), problem: problem.clone() }));
            Ok(path)
        }
        Read::Fresh { path, content_hash, outcome } => {
            let Outcome { value: graphs, problems } = outcome;
            for graph in &graphs {
                writer.replace(graph)?;
            }
            report.articles += graphs.len();
            report.problems.extend(problems.iter().map(PathProblem::from));
            let record = SourceRecord {
                content_hash,
                articles: graphs.into_iter().map(|graph| graph.iri.into_string()).collect(),
                problems: problems.iter().map(StoredProblem::from).collect(),
            };
            report.withdrawn += writer.record(&path, record)?.len();
            Ok(path)
        }
    }
}

/// What the data holds, by kind: a line of the report that the terminal prints.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Holdings {
    /// Articles.
    pub articles: usize,
    /// Organizations.
    pub organizations: usize,
    /// Places.
    pub places: usize,
    /// Indicators.
    pub indicators: usize,
    /// Observations.
    pub observations: usize,
    /// Projects.
    pub projects: usize,
    /// Events.
    pub events: usize,
}

/// Counts what a version holds.
///
/// # Errors
/// If the database fails.
pub fn holdings(data: &oxigraph::store::Store) -> Result<Holdings> {
    use oxigraph::sparql::{QueryResults, SparqlEvaluator};
    // By a query: it counts without reading the names of what it counts.
    let count = |class: &str| -> Result<usize> {
        let query = format!("SELECT (COUNT(*) AS ?n) WHERE {{ ?s a <https://w3id.org/jialing/ontology#{class}> }}");
        let wrong = |error: oxigraph::sparql::SparqlSyntaxError| Error::Query { message: error.to_string() };
        let query = SparqlEvaluator::new().parse_query(&query).map_err(wrong)?;
        let QueryResults::Solutions(mut solutions) = query.on_store(data).execute().map_err(Error::database)? else {
            return Ok(0);
        };
        let solution = solutions.next().transpose().map_err(Error::database)?;
        Ok(match solution.as_ref().and_then(|solution| solution.get("n")) {
            Some(oxigraph::model::Term::Literal(count)) => count.value().parse().unwrap_or(0),
            _ => 0,
        })
    };
    Ok(Holdings {
        articles: count("Article")?,
        organizations: count("Organization")?,
        places: count("Place")?,
        indicators: count("Indicator")?,
        observations: count("Observation")?,
        projects: count("Project")?,
        events: count("Event")?,
    })
}
