//! A build: sources in, the store's next version out. It passes over what has not changed.

use crate::error::{Error, Outcome, Problem, Result};
use crate::model::{ArticleGraph, Document};
use crate::store::{Committed, SourceRecord, Store, StoredProblem, Writer};
use crate::{ingest, relate};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;

/// The version of all that decides what an article states: rules, tables, ontology, stages. See `build.rs`.
pub const RULES_VERSION: &str = env!("JIALING_RULES");

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

/// Reads `sources` into the store and makes that its current version. `options` say how addresses are fetched,
/// `committed` is the time that its header tells; `each` is called for each document with its path.
///
/// # Errors
/// If a source is not there, the store is being written, or the disk or database fails: the store is then as it was.
pub fn build(
    store: &Store,
    sources: &[String],
    options: &ingest::Options,
    committed: jiff::Timestamp,
    each: impl FnMut(&str),
) -> Result<Report> {
    let documents = ingest::ingest(sources, options)?;
    let mut writer = store.write()?;
    let rules_changed = writer.before().header.rules != RULES_VERSION;
    writer.set_rules(RULES_VERSION);
    let mut report = Report::default();
    let seen = read_all(&mut writer, documents, rules_changed, &mut report, each)?;
    for path in gone(sources, writer.sources().keys(), &seen) {
        report.withdrawn += writer.forget(&path)?.len();
    }
    let Committed { snapshot, changed } = finish(writer, committed)?;
    report.version = snapshot.header.version;
    report.changed = changed;
    Ok(report)
}

/// Lets `relate` look at the whole, then commits.
///
/// # Errors
/// If the disk or database fails: the store is then as it was.
pub fn finish(mut writer: Writer, committed: jiff::Timestamp) -> Result<Committed> {
    let base = writer.base().clone();
    for (graph, triples) in relate::relate(writer.data()?, &base)? {
        writer.put_graph(graph, triples)?;
    }
    writer.commit(committed)
}

/// A document as it was read: nothing in it to do, or what it gives.
enum Read {
    Unchanged(String),
    Unreadable(Problem),
    Fresh { path: String, content_hash: String, outcome: Outcome<Vec<ArticleGraph>> },
}

/// What the sources gave, by path: what is there, and what is not in spite of being named.
#[derive(Default)]
struct Seen {
    /// Documents and problems alike.
    paths: BTreeSet<String>,
    /// What could not be read, or not to its end: what it holds is not known.
    unread: BTreeSet<String>,
    /// Pages that their publisher has taken away for good.
    taken_away: BTreeSet<String>,
}

impl Seen {
    fn note(&mut self, problem: &Problem) {
        if !problem.fatal {
            return;
        }
        match problem.code {
            "ingest.gone" => self.taken_away.insert(problem.path.clone()),
            // A file that breaks off at one of its lines does not tell what the lines after it were.
            "ingest.unreadable" => self.unread.insert(container(&problem.path).to_owned()),
            _ => self.unread.insert(problem.path.clone()),
        };
    }
}

fn container(path: &str) -> &str {
    path.split_once('#').map_or(path, |(container, _)| container)
}

/// Reads every document that has changed, and gives the paths of all.
fn read_all(
    writer: &mut Writer,
    documents: impl Iterator<Item = Result<Document, Problem>>,
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
                Read::Fresh { path, content_hash, outcome: crate::read(document, &base) }
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

/// The paths among `stored` that an earlier build read from these sources and that are there no more.
///
/// What is in a folder or file is all that it holds, so what it no longer holds is gone. A feed or sitemap tells only what
/// is new: a page that it lists no more is there all the same. So an address withdraws nothing but what stood in its own
/// file (`https://…/all.ndjson#L3`), and itself only when its server says that it is gone for good (410): a 404 may be a
/// mistake that is mended tomorrow. What cannot be read withdraws nothing.
fn gone<'s>(sources: &[String], stored: impl Iterator<Item = &'s String>, seen: &Seen) -> Vec<String> {
    let below = |path: &str, source: &str, borders: &[char]| {
        path.strip_prefix(source).is_some_and(|rest| rest.is_empty() || rest.starts_with(borders))
    };
    let within = |path: &str| {
        sources.iter().any(|source| match ingest::address_path(source) {
            Some(address) => below(path, &address, &['#', '!']),
            None if source == "." => ingest::address_path(path).is_none(),
            None => below(path, source.trim_end_matches('/'), &['/', '#', '!']),
        })
    };
    let is_there = |path: &str| seen.paths.contains(path) && !seen.taken_away.contains(path);
    let unknown = |path: &str| seen.unread.iter().any(|unread| below(path, unread, &['/', '#', '!']));
    stored.filter(|path| within(path) && !is_there(path) && !unknown(path)).cloned().collect()
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
    use oxigraph::model::vocab::rdf;
    use oxigraph::model::{GraphNameRef, NamedNode};
    let count = |class: &str| -> Result<usize> {
        let class = NamedNode::new_unchecked(format!("https://w3id.org/jialing/ontology#{class}"));
        let graph = Some(GraphNameRef::DefaultGraph);
        let mut count = 0;
        for quad in data.quads_for_pattern(None, Some(rdf::TYPE), Some(class.as_ref().into()), graph) {
            quad.map_err(Error::database)?;
            count += 1;
        }
        Ok(count)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What of `stored` is gone after a build of `sources` that saw `paths` and met `problems`.
    fn after(sources: &[&str], stored: &[&str], paths: &[&str], problems: &[(&str, &'static str)]) -> Vec<String> {
        let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
        let mut seen = Seen { paths: own(paths).into_iter().collect(), ..Seen::default() };
        for (path, code) in problems {
            seen.paths.insert((*path).to_owned());
            seen.note(&Problem::fatal(*path, code, ""));
        }
        gone(&own(sources), own(stored).iter(), &seen)
    }

    #[test]
    fn what_a_folder_or_file_no_longer_holds_is_gone() {
        let stored = ["a/1.txt", "a/2.txt", "a/all.ndjson#L2", "ab/3.txt", "b.zip!/4.txt"];

        assert_eq!(after(&["a/"], &stored, &["a/1.txt"], &[]), ["a/2.txt", "a/all.ndjson#L2"]);
        assert_eq!(after(&["b.zip"], &stored, &[], &[]), ["b.zip!/4.txt"]);
        assert_eq!(after(&["."], &stored[..2], &["a/2.txt"], &[]), ["a/1.txt"]);
    }

    #[test]
    fn what_cannot_be_read_withdraws_nothing() {
        let stored = ["a/1.txt", "a/all.ndjson#L1", "a/all.ndjson#L2", "a/b/3.txt"];
        let problems =
            [("a/1.txt", "ingest.binary"), ("a/all.ndjson#L1", "ingest.unreadable"), ("a/b", "ingest.unreadable")];

        assert_eq!(after(&["a"], &stored, &[], &problems), Vec::<String>::new());
        let a_bad_line = [("a/all.ndjson#L1", "ingest.bad-line")];
        assert_eq!(after(&["a/all.ndjson"], &stored, &[], &a_bad_line), ["a/all.ndjson#L2"]);
    }

    #[test]
    fn a_page_that_a_feed_lists_no_more_is_not_gone() {
        let stored =
            ["https://a.org", "https://a.org/n/1", "https://a.org/feed?entry=7", "https://a.org/all.ndjson#L9"];

        assert_eq!(
            after(&["https://a.org/feed", "https://a.org/"], &stored, &["https://a.org/n/2"], &[]),
            Vec::<String>::new()
        );
        let lines = after(&["https://a.org/all.ndjson"], &stored, &["https://a.org/all.ndjson#L1"], &[]);
        assert_eq!(lines, ["https://a.org/all.ndjson#L9"]);
        let failed = [("https://a.org/all.ndjson", "ingest.timeout")];
        assert_eq!(after(&["https://a.org/all.ndjson"], &stored, &[], &failed), Vec::<String>::new());
    }

    #[test]
    fn an_address_is_gone_only_when_its_server_says_for_good() {
        let page = "https://a.org/n/1";
        let after_code = |source, code| after(&[source], &[page], &[], &[(page, code)]);

        assert_eq!(after_code(page, "ingest.not-found"), Vec::<String>::new());
        assert_eq!(after_code("https://user:secret@a.org/n/1", "ingest.gone"), [page]);
        assert_eq!(after_code("https://a.org/feed", "ingest.gone"), Vec::<String>::new());
    }
}
