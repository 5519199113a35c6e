//! `jialing build`: all stages into the store.

use super::fetch::FetchOptions;
use super::identity::IdentityOption;
use super::options::Settings;
use super::print;
use super::progress::Progress;
use super::read::all_read;
use super::tagger::TaggerOption;
use crate::annotate::Annotator;
use crate::build::{Holdings, Overrules, Report, build, holdings};
use crate::error::Result;
use crate::ingest;
use crate::store::Store;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Read articles into the store; what has not changed is passed over
#[derive(clap::Args)]
pub(super) struct Build {
    /// Files, folders, patterns, archives, addresses, feeds, sitemaps, or `-` for standard input
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,
    #[command(flatten)]
    fetch: FetchOptions,
    #[command(flatten)]
    tagger: TaggerOption,
    #[command(flatten)]
    identity: IdentityOption,
}

impl Build {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let annotator = self.tagger.annotator(settings)?;
        let overrules = self.identity.overrules(settings)?;
        let store = Store::create_or_open(settings.store_dir()?, &settings.base())?;
        let left_out =
            run(&store, &self.sources, &self.fetch.over(settings), &annotator, overrules.as_ref(), settings)?;
        all_read(left_out)
    }
}

/// Builds, prints the report, and gives how many documents or articles were left out.
pub(super) fn run(
    store: &Store,
    sources: &[String],
    options: &ingest::Options,
    annotator: &Annotator,
    overrules: Option<&Overrules>,
    settings: &Settings,
) -> Result<usize> {
    #[expect(clippy::disallowed_methods, reason = "the report tells how long it took, and the store's header when")]
    let (begun, now) = (Instant::now(), jiff::Timestamp::now());
    let mut progress = Progress::new(settings.json);
    let report = build(store, sources, options, annotator, overrules, now, |path| progress.step(path))?;
    progress.finish();
    let holdings = holdings(&store.snapshot()?.data)?;
    if settings.json {
        let took = begun.elapsed().as_secs_f64();
        let json = serde_json::json!({ "report": report, "holdings": holdings, "seconds": took });
        print(&format!("{json}\n"))?;
    } else {
        print(&told(&report, &holdings, begun.elapsed()))?;
    }
    Ok(report.problems.iter().filter(|problem| problem.problem.fatal).count())
}

fn told(report: &Report, holdings: &Holdings, took: Duration) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "read {} documents ({} unchanged) in {:.1} s: {} articles read, {} withdrawn",
        report.documents,
        report.unchanged,
        took.as_secs_f64(),
        report.articles,
        report.withdrawn
    );
    let state = if report.changed { "new" } else { "as before" };
    let _ = writeln!(out, "the store holds (version {}, {state}):", report.version);
    for (what, count) in [
        ("articles", holdings.articles),
        ("organizations", holdings.organizations),
        ("places", holdings.places),
        ("indicators", holdings.indicators),
        ("observations", holdings.observations),
        ("projects", holdings.projects),
        ("events", holdings.events),
    ] {
        let _ = writeln!(out, "  {count:>7}  {what}");
    }
    for problem in &report.problems {
        let state = if problem.problem.fatal { "left out" } else { "note" };
        let _ = writeln!(out, "{state}: {}: {} [{}]", problem.path, problem.problem.message, problem.problem.code);
    }
    out
}
