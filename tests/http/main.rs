//! The server, called without a socket: every route, its headers, and what it does with bad input.

#![expect(clippy::non_ascii_literal, reason = "tests speak the language of the texts")]
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

mod api;
mod caching;
mod catalog;
mod client;
mod data;
mod pages;
mod protocol;
mod public;
mod resources;
mod sparql;
mod stored;
mod workers;
mod writing;
mod tables;
