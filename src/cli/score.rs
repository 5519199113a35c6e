//! `jialing score`: how much of what annotators found in articles the store has.

#![expect(clippy::disallowed_methods, reason = "the annotations are read here")]

use super::options::Settings;
use super::print;
use crate::error::{Error, Result};
use crate::score::{Gold, parse, score};
use crate::store::Store;
use std::fmt::Write;
use std::path::PathBuf;

/// Compare the store with annotated articles, found by their file names
#[derive(clap::Args)]
pub(super) struct Score {
    /// Annotations: a JSON file for each document
    #[arg(required = true, value_name = "GOLD")]
    golds: Vec<PathBuf>,
    /// List what was missed and what was spurious
    #[arg(long)]
    show: bool,
}

impl Score {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let golds = self.golds.iter().map(|path| {
            let text = std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.clone(), source })?;
            parse(&text).map_err(|message| Error::Usage {
                message: format!("`{}` is no annotation: {message}", path.display()),
                hint: "an annotation is a JSON object with document, organizations, places, observations, projects, events".into(),
            })
        });
        let golds: Vec<Gold> = golds.collect::<Result<_>>()?;
        let snapshot = Store::open(settings.store_dir()?, settings.wanted_base())?.snapshot()?;
        let scores = score(&snapshot, &golds)?;
        if settings.json {
            return print(&format!("{}\n", serde_json::json!(scores)));
        }
        let mut out = String::new();
        // Writing to a string cannot fail.
        for (kind, counts) in &scores.kinds {
            let (p, r, f1) = (counts.precision(), counts.recall(), counts.f1());
            let (there, found) = (counts.right + counts.missed, counts.right + counts.spurious);
            let _ = writeln!(out, "{kind:22} P {p:.3}  R {r:.3}  F1 {f1:.3}  annotated {there}  found {found}");
        }
        for (name, counts) in &scores.attributes {
            let _ =
                writeln!(out, "attribute {name:12} right {:.3}  of {}", counts.recall(), counts.right + counts.missed);
        }
        if self.show {
            out.extend(scores.differences.iter().map(|line| format!("{line}\n")));
        }
        print(&out)
    }
}
