//! `query` takes a snapshot and a question and gives the answer: canned queries with parameters, and any SPARQL.
//!
//! A canned query is one file under `queries/`. Comment lines at its head, in the `#+` form that grlc reads, give title,
//! summary, tags, parameters and paging. Parameters stand in the query as variables `?_name`; they are bound as RDF
//! terms in the parsed algebra, never pasted as text, so no value can change what the query is.

mod bind;
mod canned;
mod evaluate;

pub use bind::cut;
pub use canned::{Canned, Page, Param, ParamKind, canned, find};
pub use evaluate::{Answer, Table, evaluate, parse, table};
