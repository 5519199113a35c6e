//! The engine for rule files: lexicons, patterns, and the corpus check. It knows no Chinese.
//!
//! A rule family is a folder of four files beside the finder that it serves: `mod.rs` (glue), `lexicon.toml`,
//! `rules.toml`, `examples.toml`, embedded by `include_str!`. [`Family::new`] compiles the first two once;
//! [`corpus::verify`] holds the third against what the finder really finds.
//!
//! A pattern runs over a [`Tape`]: the text with each earlier find (a number, a place) shrunk to one placeholder
//! character, so that `{number}` in a pattern is one step of an automaton and no text is scanned once per rule:
//! one pass over the tape tells which rules can match at all, and where (`gate`).

pub mod corpus;
mod everywhere;
mod family;
mod gate;
mod lexicon;
mod tape;
mod words;

pub use everywhere::everywhere;
pub use family::{Family, Group, Hit, Policy, Rule};
pub use lexicon::{Entry, Lexicon, Occurrence};
pub use tape::Tape;

/// What is wrong in a rule file. Rule files are embedded, so tests meet it, not users.
#[derive(Debug, thiserror::Error)]
#[error("rule family `{family}`: {message}")]
pub struct RuleFileError {
    /// The family.
    pub family: String,
    /// What is wrong and where.
    pub message: String,
}
