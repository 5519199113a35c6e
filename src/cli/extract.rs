//! `jialing extract`: the stateless part of the way, from articles to N-Quads.

use super::fetch::FetchOptions;
use super::options::Settings;
use super::progress::Progress;
use super::read::{all_read, tell_problems};
use super::tagger::TaggerOption;
use crate::build::BATCH;
use crate::error::{Error, Problem, Result};
use crate::model::{ArticleGraph, Document};
use rayon::prelude::*;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Write what articles state as N-Quads
#[derive(clap::Args)]
pub(super) struct Extract {
    /// Files, folders, patterns, archives, addresses, feeds, sitemaps, or `-` for standard input
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,
    /// The file to write; standard output without it
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    fetch: FetchOptions,
    #[command(flatten)]
    tagger: TaggerOption,
}

impl Extract {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let target = self.output.as_deref().unwrap_or(Path::new("-"));
        let fault = |source| Error::Write { path: target.to_owned(), source };
        let Some(path) = &self.output else {
            return self.write_all(settings, &mut std::io::stdout().lock(), &fault);
        };
        // The file is made whole beside its place and then moved there: a run that fails leaves no half file.
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fault)?;
        let done = self.write_all(settings, file.as_file_mut(), &fault);
        if matches!(done, Ok(()) | Err(Error::LeftOut { .. })) {
            file.persist(path).map_err(|error| fault(error.error))?;
        }
        done
    }

    fn write_all(
        &self,
        settings: &Settings,
        out: &mut dyn Write,
        fault: &dyn Fn(std::io::Error) -> Error,
    ) -> Result<()> {
        let base = settings.base();
        let annotator = self.tagger.annotator(settings)?;
        let mut out = BufWriter::new(out);
        let mut progress = Progress::new(settings.json);
        let mut left_out = 0;
        let mut documents = crate::ingest::ingest(&self.sources, &self.fetch.over(settings))?.peekable();
        let read = |document: Result<Document, Problem>| match document {
            Ok(document) => {
                let path = document.path.clone();
                let outcome = crate::read_with(document, &base, &annotator);
                (path, outcome.value, outcome.problems)
            }
            Err(problem) => (problem.path.clone(), Vec::new(), vec![problem]),
        };
        while documents.peek().is_some() {
            let batch: Vec<_> = documents.by_ref().take(BATCH).collect();
            for (path, graphs, problems) in batch.into_par_iter().map(read).collect::<Vec<_>>() {
                for graph in &graphs {
                    write(&mut out, graph).map_err(fault)?;
                }
                left_out += problems.iter().filter(|problem| problem.fatal).count();
                tell_problems(&problems, settings.json);
                progress.step(&path);
            }
        }
        progress.finish();
        out.flush().map_err(fault)?;
        all_read(left_out)
    }
}

fn write(out: &mut dyn Write, graph: &ArticleGraph) -> std::io::Result<()> {
    for triple in &graph.triples {
        writeln!(out, "{triple} {} .", graph.iri)?;
    }
    Ok(())
}
