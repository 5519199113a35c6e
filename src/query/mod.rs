//! `query` takes a snapshot and a question and gives the answer: canned queries with parameters, and any SPARQL.
//!
//! A canned query is one file under `queries/`. Comment lines at its head, in the `#+` form that grlc reads, give title,
//! summary, tags, parameters and paging. Parameters stand in the query as variables `?_name`; they are bound as RDF
//! terms in the parsed algebra, never pasted as text, so no value can change what the query is.

mod bind;
mod canned;
mod evaluate;
mod head;
mod headings;
mod json;
mod sound;

pub use bind::cut;
pub use canned::{Canned, Page, canned, find};
pub use evaluate::{Answer, Table, evaluate, parse, table};
pub use head::{Expected, Param, ParamKind, Scalar, View};
pub use headings::{Heading, heading};
pub use json::value;
