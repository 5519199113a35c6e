//! `jialing up`: build if needed, then serve.

use super::fetch::FetchOptions;
use super::identity::IdentityOption;
use super::options::Settings;
use super::tagger::TaggerOption;
use super::{build, serve};
use crate::error::Result;
use crate::store::Store;

/// What is built and served when the user names nothing.
const SEEDS: &str = "seeds";

/// The seeds have a store of their own, so that trying the program out never mixes them with the user's articles.
const SEEDS_STORE: &str = "store-seeds";

/// Build if needed, then serve
#[derive(clap::Args)]
pub(super) struct Up {
    /// Files, folders or addresses [default: seeds/, in a store of their own]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    #[command(flatten)]
    serve: serve::Serve,
    #[command(flatten)]
    fetch: FetchOptions,
    #[command(flatten)]
    tagger: TaggerOption,
    #[command(flatten)]
    identity: IdentityOption,
}

impl Up {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let (sources, dir) = if self.sources.is_empty() {
            (vec![SEEDS.to_owned()], settings.store_dir_or(SEEDS_STORE)?)
        } else {
            (self.sources.clone(), settings.store_dir()?)
        };
        let annotator = self.tagger.annotator(settings)?;
        let overrules = self.identity.overrules(settings)?;
        let store = Store::create_or_open(dir, &settings.base())?;
        // An article that could not be read has been told; the others are served.
        build::run(&store, &sources, &self.fetch.over(settings), &annotator, overrules.as_ref(), settings)?;
        self.serve.serve(&store, settings)
    }
}
