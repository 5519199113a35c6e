//! `jialing load`: RDF into the store, graph by graph: the N-Quads of `extract`, from any number of shards.

#![expect(clippy::disallowed_methods, reason = "the files are read here, and the header tells when they were loaded")]

use super::identity::IdentityOption;
use super::options::Settings;
use super::print;
use crate::build::{RULES_VERSION, finish};
use crate::error::{Error, Result};
use crate::store::Store;
use oxigraph::io::RdfFormat;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// Load RDF into the store: N-Quads, TriG, Turtle, N-Triples, RDF/XML or JSON-LD, told by the file's ending
#[derive(clap::Args)]
pub(super) struct Load {
    /// The files. Each graph that they name is replaced
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    identity: IdentityOption,
}

impl Load {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let formats = self.files.iter().map(|path| format(path)).collect::<Result<Vec<_>>>()?;
        let overrules = self.identity.overrules(settings)?;
        let store = Store::create_or_open(settings.store_dir()?, &settings.base())?;
        let mut writer = store.write()?;
        writer.set_rules(RULES_VERSION);
        if let Some(overrules) = overrules {
            writer.set_identity(overrules.text());
        }
        let mut quads = 0;
        for (path, format) in self.files.iter().zip(formats) {
            let file = File::open(path).map_err(|source| Error::Read { path: path.clone(), source })?;
            quads += writer.load(BufReader::new(file), format, &path.to_string_lossy())?;
        }
        let committed = finish(writer, jiff::Timestamp::now())?;
        let version = committed.snapshot.header.version;
        print(&format!(
            "loaded {quads} statements from {} files; the store is at version {version}\n",
            self.files.len()
        ))
    }
}

/// The RDF format that a file's ending names.
pub(super) fn format(path: &Path) -> Result<RdfFormat> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    RdfFormat::from_extension(ending).ok_or_else(|| Error::Usage {
        message: format!("`{}` has no ending that names an RDF format", path.display()),
        hint: "name it .nq, .trig, .ttl, .nt, .rdf or .jsonld".into(),
    })
}
