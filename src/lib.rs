//! Jialing (嘉陵) turns Chinese public-affairs news into linked open data, with the source sentence behind each statement.
//!
//! ```text
//! source ─ ingest ─▶ Document ─ clean ─▶ Article ─ annotate ─▶ Annotated ─ extract ─▶ Facts ─ link ─▶ Linked
//!                                                                                                    │
//!      serve, query, export ◀─ Store ◀─ relate ◀─ store ◀─ check ◀─ ArticleGraph ◀───────── describe ┘
//! ```
//!
//! Each stage is a folder with one public function that takes one type of [`model`] and gives the next. All before the
//! store is a pure function of one article: `read` is that part of the way, one call a stage.
#![cfg_attr(test, expect(clippy::non_ascii_literal, reason = "tests speak the language of the texts"))]
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for"))]

pub mod model;
pub mod error;
pub mod rules;
pub mod gazetteer;
pub mod settings;

pub mod ingest;
pub mod clean;
pub mod annotate;
pub mod extract;
pub mod link;
pub mod describe;
pub mod check;
pub mod store;
pub mod relate;
pub mod query;
pub mod export;
pub mod serve;
