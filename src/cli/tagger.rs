//! The second reader of names: a flag over `[annotate] tagger` of `jialing.toml`.

use super::options::Settings;
use crate::annotate::{Annotator, Tagger};
use crate::error::Result;
use clap::Args;
use std::path::PathBuf;

// No documentation comment: clap would take it for that of the verb.
#[derive(Args)]
pub(super) struct TaggerOption {
    /// A tagger that helps where the rules leave a name undecided: the folder of LAC's ONNX files [default: none]
    #[arg(long, env = "JIALING_TAGGER", value_name = "DIR")]
    tagger: Option<PathBuf>,
}

impl TaggerOption {
    /// The annotator of a run, its tagger loaded.
    pub(super) fn annotator(&self, settings: &Settings) -> Result<Annotator> {
        match self.tagger.as_ref().or(settings.tagger.as_ref()) {
            Some(dir) => Ok(Annotator::with_tagger(Tagger::load(dir)?)),
            None => Ok(Annotator::default()),
        }
    }
}
