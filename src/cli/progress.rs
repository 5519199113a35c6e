//! How far a long run is: a bar on a terminal, plain lines elsewhere.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;

/// A line for every so many documents where there is no terminal.
const EVERY: u64 = 500;

/// Progress over documents, whose number is not known before they are read.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    done: u64,
}

impl Progress {
    pub(super) fn new(quiet: bool) -> Self {
        let bar = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let style = ProgressStyle::with_template("{spinner} {pos} documents, {per_sec}, {elapsed}: {wide_msg}");
            ProgressBar::new_spinner().with_style(style.expect("the template is a constant"))
        });
        Self { bar, done: if quiet { u64::MAX } else { 0 } }
    }

    /// One more document was read.
    pub(super) fn step(&mut self, path: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(path.to_owned());
            bar.inc(1);
        } else if self.done != u64::MAX {
            self.done += 1;
            if self.done.is_multiple_of(EVERY) {
                eprintln!("{} documents read", self.done);
            }
        }
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
