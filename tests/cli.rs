//! The binary as users and scripts meet it: exit codes, JSON names, stdout apart from stderr, and inputs left untouched.

mod case;
mod compare;
mod exits;
mod judgement;
mod keys;
mod verbs;
mod verify;
mod zones;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::repository;

/// What one run gave.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|e| panic!("stdout is no JSON document ({e}): {}", self.stdout))
    }
}

/// The program, for a user who keeps no keys: those of whoever runs the tests are none of theirs.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overflown"));
    command.env("XDG_DATA_HOME", repository().join("target/no-such-folder"));
    command
}

/// Runs the program in `folder`.
pub fn run_in<S: AsRef<std::ffi::OsStr>>(folder: &Path, arguments: &[S]) -> Ran {
    ran(program().current_dir(folder).args(arguments))
}

pub fn run<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Ran {
    run_in(repository(), arguments)
}

pub fn ran(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    Ran {
        code: status.code().expect("it ends by itself"),
        stdout: String::from_utf8(stdout).expect("UTF-8"),
        stderr: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// A made log below samples/.
pub fn sample(part: &str) -> PathBuf {
    let found = crate::make::samples::all().into_iter().find(|s| s.path.contains(part)).expect("a sample of that name");
    repository().join("samples").join(found.path)
}

/// The five-minute flight.
pub fn long_sample() -> PathBuf {
    sample("2024-05-14")
}
