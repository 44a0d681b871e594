//! The rules of the house, checked on its own sources: who may use whom, what only some modules may do, and that the four
//! places of a format agree.

mod formats;
mod layers;
mod tree;

use std::fs;
use std::path::Path;

use crate::support::repository;

/// A source file below src/, without its tests.
struct Source {
    /// Below src/, with `/`.
    path: String,
    /// The module that it belongs to: the first part of the path.
    module: String,
    code: String,
}

/// All sources of the library and the program.
fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    collect(&repository().join("src"), "", &mut found);
    assert!(found.len() > 30, "src/ has {} files", found.len());
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).expect("src/ is there") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("sources have plain names");
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{path}/"), found);
        } else if path.ends_with(".rs") {
            let text = fs::read_to_string(entry.path()).expect("a source");
            let module = path.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
            found.push(Source { path, module, code: code_of(&text) });
        }
    }
}

/// The code that is shipped: comments blanked, unit tests at the end left out. Lines keep their numbers.
fn code_of(text: &str) -> String {
    let shipped = text.find("#[cfg(test)]").or_else(|| text.find("#[cfg(all(test")).unwrap_or(text.len());
    let without_comment = |line: &str| match line.find("//") {
        // A `//` behind a quote may stand in a text, an address for instance.
        Some(at) if !line[..at].contains('"') => line[..at].to_owned(),
        _ => line.to_owned(),
    };
    text[..shipped].lines().map(without_comment).collect::<Vec<_>>().join("\n")
}

/// Lines that hold `needle`, as `path:line`.
fn lines_with(source: &Source, needle: &str) -> Vec<String> {
    let lines = source.code.lines().enumerate().filter(|(_, line)| line.contains(needle));
    lines.map(|(number, line)| format!("src/{}:{}: {}", source.path, number + 1, line.trim())).collect()
}
