//! `jialing read`: the cleaned articles as NDJSON.

use super::{fetch::FetchOptions, options::Settings, print};
use crate::error::{Error, Problem, Result};
use crate::model::{Article, DateSource, PartialDate, Repair, Span};
use serde::Serialize;

/// Print the cleaned articles as NDJSON
#[derive(clap::Args)]
pub(super) struct Read {
    /// Files, folders, patterns, archives, addresses, feeds, sitemaps, or `-` for standard input
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,
    #[command(flatten)]
    fetch: FetchOptions,
}

/// An article as `read` prints it.
#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    number: usize,
    url: Option<&'a str>,
    title: Option<&'a str>,
    publisher: Option<&'a str>,
    published: Option<PartialDate>,
    dated_by: Option<DateSource>,
    authors: &'a [String],
    editor: Option<&'a str>,
    text: &'a str,
    repairs: &'a [Repair],
    damaged: Vec<Damage<'a>>,
    cuts: Vec<usize>,
}

/// A stretch that is damaged. Offsets count characters of the title, a line end and the text, as those of evidence do.
#[derive(Serialize)]
struct Damage<'a> {
    start: usize,
    end: usize,
    text: &'a str,
}

impl Read {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let mut failed = 0;
        for document in crate::ingest::ingest(&self.sources, &self.fetch.over(settings))? {
            let problems = match document {
                Ok(document) => {
                    let outcome = crate::clean::clean(document);
                    for article in &outcome.value {
                        print(&format!("{}\n", line(article)))?;
                    }
                    outcome.problems
                }
                Err(problem) => vec![problem],
            };
            failed += problems.iter().filter(|problem| problem.fatal).count();
            tell_problems(&problems, settings.json);
        }
        all_read(failed)
    }
}

fn line(article: &Article) -> String {
    let line = Line {
        path: &article.path,
        number: article.number,
        url: article.url.as_deref(),
        title: article.title.as_deref(),
        publisher: article.publisher.as_deref(),
        published: article.published,
        dated_by: article.dated_by,
        authors: &article.authors,
        editor: article.editor.as_deref(),
        text: body(article),
        damaged: article.damaged.iter().map(|span| damage(article, *span)).collect(),
        cuts: article.cuts.iter().map(|at| characters(article, *at)).collect(),
        repairs: &article.repairs,
    };
    serde_json::to_string(&line).expect("an article has nothing that JSON cannot hold")
}

fn damage(article: &Article, span: Span) -> Damage<'_> {
    let (start, end) = (characters(article, span.start), characters(article, span.end));
    Damage { start, end, text: span.of(&article.text) }
}

fn characters(article: &Article, at: usize) -> usize {
    article.text[..at].chars().count()
}

/// The text below the title.
fn body(article: &Article) -> &str {
    article.text[article.title_len..].trim_start_matches('\n')
}

/// Tells problems on standard error, a line each.
pub(super) fn tell_problems(problems: &[Problem], json: bool) {
    for problem in problems {
        if json {
            eprintln!("{}", serde_json::to_string(problem).expect("a problem has nothing that JSON cannot hold"));
        } else {
            eprintln!("{} {problem}", if problem.fatal { "left out:" } else { "note:" });
        }
    }
}

/// The run has failed if anything was left out, although all else was done.
pub(super) fn all_read(left_out: usize) -> Result<()> {
    if left_out == 0 {
        return Ok(());
    }
    Err(Error::LeftOut { count: left_out })
}
