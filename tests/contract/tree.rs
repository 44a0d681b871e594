//! The top of the repository stays short, the files stay small enough to read.

use std::fs;
use std::process::Command;

use crate::support::repository;

const TOP: [&str; 9] =
    ["Cargo.toml", "Cargo.lock", "README.md", "LICENSE-MIT", "LICENSE-APACHE", "src", "formats", "samples", "tests"];

/// Names at the top: those under version control, or what lies there when there is none.
fn top() -> Vec<String> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(repository()).output();
    let names: Vec<String> = match listed {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.split('\0').filter_map(|path| path.split('/').next()).map(str::to_owned).collect()
        }
        _ => {
            let entries = fs::read_dir(repository()).expect("the repository").map(|entry| entry.expect("an entry"));
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
        }
    };
    names.into_iter().filter(|name| !name.is_empty() && name != "target").collect()
}

#[test]
fn the_top_of_the_tree_holds_nothing_else() {
    let foreign: Vec<String> =
        top().into_iter().filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str())).collect();
    assert!(foreign.is_empty(), "the top level holds only {TOP:?} and hidden entries: {foreign:?}");
    for needed in TOP {
        assert!(repository().join(needed).exists(), "{needed} is missing");
    }
}

/// A file that nobody can read at one sitting becomes a folder.
#[test]
fn no_source_is_longer_than_six_hundred_lines() {
    for source in super::sources() {
        let lines = source.code.lines().count();
        assert!(lines <= 600, "src/{} has {lines} lines", source.path);
    }
}

/// Nouns of the field name the files; these words name nothing.
#[test]
fn no_module_is_a_drawer_for_everything() {
    for source in super::sources() {
        let drawer = source.path.split(['/', '.']).find(|part| {
            ["util", "utils", "common", "helper", "helpers", "misc", "manager", "handler", "shared"].contains(part)
        });
        assert!(drawer.is_none(), "src/{}: {drawer:?} is no noun of the field", source.path);
    }
}
