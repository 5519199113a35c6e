//! `jialing worker`: evaluates for a server; started by `serve` alone.

use crate::build::finish;
use crate::error::Result;
use crate::serve::worker;

/// Evaluate for a server, which speaks to this process through its standard input and output
#[derive(clap::Args)]
pub(super) struct Worker {}

impl Worker {
    pub(super) fn run() -> Result<()> {
        worker::work(finish)
    }
}
