//! `jialing explain`: an article with all that was found in it, by which rule and how sure, what lost and why, what is damaged
//! and what was repaired. For a terminal, as a page, or for machines.

#![expect(clippy::disallowed_methods, reason = "the page is written here")]

mod account;
mod find;
mod marks;
mod page;
mod rival;
mod text;
mod why;
mod words;

use super::fetch::FetchOptions;
use super::options::Settings;
use super::print;
use super::read::{all_read, tell_problems};
use super::tagger::TaggerOption;
use crate::error::{Error, Result};
use account::Account;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Show an article with its facts marked, the rule behind each, and why rivals lost
#[derive(clap::Args)]
pub(super) struct Explain {
    /// A file, folder, address, or `-` for NDJSON on standard input; `--why` without one asks the store
    #[arg(value_name = "SOURCE", required_unless_present = "why")]
    source: Option<String>,
    /// Two names: tell whether the article takes them for one thing, and why; or whether the store does, where names may be IRIs
    /// and keys, too
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    why: Option<Vec<String>>,
    /// Write one web page that needs nothing else; `-` is standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["why", "json"])]
    html: Option<PathBuf>,
    #[command(flatten)]
    fetch: FetchOptions,
    #[command(flatten)]
    tagger: TaggerOption,
}

impl Explain {
    pub(super) fn run(&self, settings: &Settings) -> Result<()> {
        let Some(source) = &self.source else {
            return self.why.as_deref().map_or(Ok(()), |names| match names {
                [a, b] => why::of_store(settings, a, b),
                _ => Ok(()),
            });
        };
        let mut left_out = 0;
        let mut known = false;
        let mut shown = Vec::new();
        let base = settings.base();
        let annotator = self.tagger.annotator(settings)?;
        let colour = std::io::stdout().is_terminal();
        let options = self.fetch.over(settings);
        for document in crate::ingest::ingest(std::slice::from_ref(source), &options)? {
            let problems = match document {
                Err(problem) => vec![problem],
                Ok(document) => {
                    let outcome = crate::clean::clean(document);
                    for article in outcome.value {
                        let (annotated, judged) = annotator.judged(article);
                        let linked = crate::link::link(crate::extract::extract(annotated));
                        if let Some([a, b]) = self.why.as_deref() {
                            known |= why::tell(&linked, [a, b], settings.json)?;
                            continue;
                        }
                        let account = Account::new(&linked, &judged, &base);
                        if self.html.is_some() {
                            shown.push(account);
                        } else if settings.json {
                            let line = serde_json::to_string(&account).expect("an account is strings and numbers");
                            print(&format!("{line}\n"))?;
                        } else {
                            print(&text::written(&account, colour))?;
                        }
                    }
                    outcome.problems
                }
            };
            left_out += problems.iter().filter(|problem| problem.fatal).count();
            tell_problems(&problems, settings.json);
        }
        if let (Some([a, b]), false) = (self.why.as_deref(), known) {
            return Err(Error::Usage {
                message: format!("no article of `{source}` names both `{a}` and `{b}`"),
                hint: "`jialing explain SOURCE` shows the names that were found".into(),
            });
        }
        if let Some(file) = &self.html {
            let page = page::page(source, &shown);
            if file.as_path() == Path::new("-") {
                print(&page)?;
            } else {
                std::fs::write(file, page).map_err(|source| Error::Write { path: file.clone(), source })?;
            }
        }
        all_read(left_out)
    }
}
