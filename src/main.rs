//! Parse the arguments, run the verb, give its exit code.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let arguments = overflown::cli::Arguments::parse();
    ExitCode::from(overflown::cli::run(&arguments))
}
