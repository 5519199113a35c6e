//! Flags in, exit status out.

use std::process::ExitCode;

fn main() -> ExitCode {
    jialing::cli::main()
}
