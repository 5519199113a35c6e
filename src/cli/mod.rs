//! The command line: a file per verb. Flags in, exit status out.

mod build;
mod check;
mod explain;
mod export;
mod extract;
mod fetch;
mod identity;
mod load;
mod options;
mod progress;
mod public;
mod query;
mod read;
mod score;
mod serve;
mod tagger;
mod up;
mod withdraw;
mod worker;

use crate::error::{Error, Result};
use clap::{Parser, Subcommand};
use options::Options;
use std::io::Write;
use std::process::ExitCode;

/// Turns Chinese public-affairs news into linked open data, with the source sentence behind every statement.
#[derive(Parser)]
#[command(name = "jialing", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Up(up::Up),
    Build(build::Build),
    Extract(extract::Extract),
    Read(read::Read),
    Load(load::Load),
    Serve(serve::Serve),
    Query(query::Query),
    Export(export::Export),
    Check(check::Check),
    Explain(explain::Explain),
    Score(score::Score),
    Withdraw(withdraw::Withdraw),
    #[command(hide = true)]
    Worker(worker::Worker),
}

/// Runs the program on the arguments of the process and gives its exit status: 0 done, 1 failed, 2 wrong usage.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.options.json;
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error, json);
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    // A worker is told all it needs by its server: settings are none of its business.
    if let Verb::Worker(_) = cli.verb {
        return worker::Worker::run();
    }
    let settings = cli.options.settings()?;
    match cli.verb {
        Verb::Up(verb) => verb.run(&settings),
        Verb::Build(verb) => verb.run(&settings),
        Verb::Extract(verb) => verb.run(&settings),
        Verb::Read(verb) => verb.run(&settings),
        Verb::Load(verb) => verb.run(&settings),
        Verb::Serve(verb) => verb.run(&settings),
        Verb::Query(verb) => verb.run(&settings),
        Verb::Export(verb) => verb.run(&settings),
        Verb::Check(verb) => verb.run(&settings),
        Verb::Explain(verb) => verb.run(&settings),
        Verb::Score(verb) => verb.run(&settings),
        Verb::Withdraw(verb) => verb.run(&settings),
        Verb::Worker(_) => worker::Worker::run(),
    }
}

/// Tells on standard error what went wrong, why, and what to do: lines for people, one JSON object for machines.
fn tell(error: &Error, json: bool) {
    let mut causes = Vec::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    let mut out = std::io::stderr().lock();
    // A closed standard error leaves nobody to tell.
    let _ = if json {
        let report = serde_json::json!({ "error": error.to_string(), "causes": causes, "hint": error.hint() });
        writeln!(out, "{report}")
    } else {
        let because = causes.iter().map(|cause| format!("\n  because: {cause}")).collect::<String>();
        let hint = error.hint().map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
        writeln!(out, "error: {error}{because}{hint}")
    };
}

/// Writes to standard output. A reader that has gone (`| head`) is no error.
fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::Write { path: "-".into(), source: error })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
