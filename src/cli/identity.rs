//! The user's file of identities: a flag over `identity` of `jialing.toml`.

#![expect(clippy::disallowed_methods, reason = "the file is read here")]

use super::options::Settings;
use crate::build::Overrules;
use crate::error::{Error, Result};
use clap::Args;
use std::path::PathBuf;

// No documentation comment: clap would take it for that of the verb.
#[derive(Args)]
pub(super) struct IdentityOption {
    /// What is one thing and what is not, whatever the rules say: CSV with the header `verdict,one,other,why`. The store keeps
    /// it until another is given [default: what the store has]
    #[arg(long, env = "JIALING_IDENTITY", value_name = "FILE")]
    identity: Option<PathBuf>,
}

impl IdentityOption {
    /// The user's file, read; `None` if none is named.
    pub(super) fn overrules(&self, settings: &Settings) -> Result<Option<Overrules>> {
        let Some(path) = self.identity.as_ref().or(settings.identity.as_ref()) else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.clone(), source })?;
        Overrules::parse(&text, path).map(Some)
    }
}
