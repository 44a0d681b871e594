//! A module knows only those to its left; printing, clocks, environment and files have one place each.

use super::{Source, lines_with, sources};

/// The order of the modules, evidence first.
const ORDER: [&str; 11] =
    ["evidence", "bytes", "layout", "decode", "identify", "track", "zones", "analyse", "examine", "write", "cli"];

/// These put the others together and stand outside the order.
const ROOTS: [&str; 2] = ["lib", "main"];

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == module)
}

/// Modules of the crate that a source names as `crate::module`, in a list `crate::{a, b}` too.
fn used(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in source.code.match_indices("crate::") {
        let line = source.code[..at].lines().count().max(1);
        let rest = &source.code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => {
                let end = closing_brace(list);
                let mut depth = 0;
                let mut word = String::new();
                // Only the first word of each entry at the outermost level is a module.
                for c in list[..end].chars().chain([',']) {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 0 => found.push((line, first_word(std::mem::take(&mut word).trim()))),
                        _ => {}
                    }
                    if depth == 0 && c != ',' {
                        word.push(c);
                    }
                }
            }
            None => found.push((line, first_word(rest))),
        }
    }
    found.retain(|(_, module)| !module.is_empty());
    found
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn closing_brace(list: &str) -> usize {
    let mut depth = 1;
    for (at, c) in list.char_indices() {
        depth += match c {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        if depth == 0 {
            return at;
        }
    }
    list.len()
}

#[test]
fn every_module_has_its_place_in_the_order() {
    for source in sources().iter().filter(|source| !ROOTS.contains(&source.module.as_str())) {
        assert!(rank(&source.module).is_some(), "src/{}: {} stands nowhere in {ORDER:?}", source.path, source.module);
    }
}

#[test]
fn a_module_uses_only_those_to_its_left() {
    let mut wrong = Vec::new();
    let mut uses = 0;
    for source in sources().iter().filter(|source| !ROOTS.contains(&source.module.as_str())) {
        let own = rank(&source.module);
        for (line, module) in used(source) {
            uses += 1;
            // A name that is no module is an item of the crate's root, of which there is none.
            if rank(&module).is_none() || rank(&module) > own {
                wrong.push(format!("src/{}:{line}: {} uses {module}", source.path, source.module));
            }
        }
    }
    assert!(uses > 100, "only {uses} uses were found: the search is broken");
    assert!(wrong.is_empty(), "an arrow points to the right:\n{}", wrong.join("\n"));
}

#[test]
fn decoders_never_name_each_other() {
    let decoders: Vec<String> = overflown::decode::FORMATS.iter().map(|format| format.id.replace('-', "_")).collect();
    for source in sources() {
        let Some(own) = decoders
            .iter()
            .find(|id| source.path.starts_with(&format!("decode/{id}/")) || source.path == format!("decode/{id}.rs"))
        else {
            continue;
        };
        for other in decoders.iter().filter(|other| *other != own) {
            let named = lines_with(&source, &format!("{other}::"));
            assert!(named.is_empty(), "one decoder knows another:\n{}", named.join("\n"));
        }
    }
}

/// Lines outside `allowed` modules that hold one of the words.
fn assert_only_in(allowed: &[&str], words: &[&str], what: &str) {
    let allowed = |source: &Source| allowed.contains(&source.module.as_str());
    let found: Vec<String> = sources()
        .iter()
        .filter(|source| !allowed(source))
        .flat_map(|source| words.iter().flat_map(|word| lines_with(source, word)).collect::<Vec<_>>())
        .collect();
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn only_the_command_line_prints_and_knows_environment_and_clock() {
    let words = [
        "println!",
        "eprintln!",
        "print!(",
        "eprint!(",
        "dbg!(",
        "io::stdout",
        "io::stderr",
        "io::stdin",
        "std::env",
        "env::var",
        "env::args",
        "SystemTime",
        "Instant::",
        "time::Instant",
        "Utc::now",
        "Local::now",
        "process::exit",
    ];
    assert_only_in(&["cli", "main"], &words, "only src/cli prints, reads the environment, knows the clock");
}

#[test]
fn only_writers_create_files() {
    let words = [
        "File::create",
        "File::options",
        "fs::write",
        "OpenOptions",
        "create_dir",
        "remove_file",
        "remove_dir",
        "fs::rename",
        "fs::copy",
        "set_permissions",
        "hard_link",
        "unix::fs::symlink",
    ];
    assert_only_in(&["write", "cli"], &words, "only src/write and src/cli create or change files");
}

#[test]
fn nothing_opens_a_socket() {
    assert_only_in(&[], &["std::net", "TcpStream", "UdpSocket", "TcpListener", "UnixStream"], "nothing opens a socket");
}
