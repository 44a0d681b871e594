//! The registry, the tables, the samples and the decoders of a format belong together; the tables say everything that code
//! asks them for.

use std::collections::BTreeSet;
use std::fs;

use overflown::decode::{FORMATS, Format, Score, embedded_tables};
use overflown::evidence::Evidence;
use overflown::identify::foreign_rows;
use overflown::layout::{TableText, Tables};
use overflown::track::{HEIGHTS, kind_and_name};

use crate::support::repository;

/// Folders of samples that are no formats: sites, and logs that are damaged, locked or beside their keys on purpose.
const NOT_FORMATS: [&str; 4] = ["zones", "damaged", "locked", "keyed"];

/// Folders of tables that are no formats: the geoid, land and borders, the rules for identifiers.
const NO_TABLES: [&str; 3] = ["geoid", "natural-earth", "exposure"];

fn folders_in(name: &str) -> BTreeSet<String> {
    let entries =
        fs::read_dir(repository().join(name)).expect("the folder is there").map(|entry| entry.expect("an entry"));
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

fn ids() -> BTreeSet<String> {
    FORMATS.iter().map(|format| format.id.to_owned()).collect()
}

fn tables() -> Vec<Tables> {
    embedded_tables().unwrap_or_else(|error| panic!("a shipped table does not parse: {error}"))
}

#[test]
fn registry_tables_samples_and_decoders_agree() {
    assert_eq!(ids().len(), FORMATS.len(), "an id stands twice in the registry");
    let formats: BTreeSet<String> =
        folders_in("formats").into_iter().filter(|name| !NO_TABLES.contains(&name.as_str())).collect();
    assert_eq!(formats, ids(), "formats/ against the registry");
    let samples: BTreeSet<String> =
        folders_in("samples").into_iter().filter(|name| !NOT_FORMATS.contains(&name.as_str())).collect();
    assert_eq!(samples, ids(), "samples/ against the registry");
    for format in FORMATS {
        for name in ["format.toml", "records.tsv", "enums.tsv", "channels.tsv"] {
            let path = repository().join("formats").join(format.id).join(name);
            assert!(path.is_file(), "{} is missing", path.display());
        }
        let module = format.id.replace('-', "_");
        let decode = repository().join("src/decode");
        let found = decode.join(&module).join("mod.rs").is_file() || decode.join(format!("{module}.rs")).is_file();
        assert!(found, "src/decode/{module} is missing");
    }
}

#[test]
fn each_format_recognises_a_sample_of_its_own() {
    for format in FORMATS {
        let folder = repository().join("samples").join(format.id);
        let files = fs::read_dir(&folder).expect("samples of the format").map(|entry| entry.expect("an entry").path());
        let items: Vec<_> = files.filter(|path| path.is_file()).collect();
        assert!(!items.is_empty(), "{} is empty", folder.display());
        for path in items {
            let bytes = fs::read(&path).expect("a sample");
            // Content decides, so the name must not help.
            let score = (format.probe)(&Evidence::from_bytes("item", bytes)).score;
            assert!(score >= Score::Likely, "{}: {score:?}", path.display());
        }
    }
}

#[test]
fn the_shipped_tables_are_those_of_the_folder() {
    let folder = repository().join("formats");
    for (format, tables) in FORMATS.iter().zip(tables()) {
        let text = TableText::from_folder(&folder, format.id).expect("the four files");
        assert_eq!(text, format.table_text(), "{}: rebuild", format.id);
        assert_eq!(
            (tables.id.as_str(), tables.description.id.as_str()),
            (format.id, format.id),
            "format.toml names its folder"
        );
        assert!(!tables.description.title.is_empty() && !tables.description.sources.is_empty(), "{}", format.id);
    }
}

/// A table that repeats a name or reaches over its own edge would be read differently than it looks.
#[test]
fn layouts_are_unambiguous() {
    for tables in tables() {
        let mut known = BTreeSet::new();
        for layout in &tables.layouts {
            let what = format!("{}: {} from {} bytes on", tables.id, layout.name, layout.min_len);
            assert!(
                known.insert((layout.name.clone(), layout.generations.clone(), layout.min_len)),
                "{what} is described twice"
            );
            let names: BTreeSet<&str> = layout.fields.iter().map(|field| field.name.as_str()).collect();
            assert_eq!(names.len(), layout.fields.len(), "{what}: a field name stands twice");
        }
    }
}

#[test]
fn every_channel_goes_to_a_track_or_to_the_clock() {
    for tables in tables() {
        assert_eq!(
            tables.channels.is_empty(),
            tables.description.container,
            "{}: only envelopes tell nothing",
            tables.id
        );
        for channel in &tables.channels {
            let what = format!("{}: {}.{}", tables.id, channel.record, channel.field);
            let kind = kind_and_name(&channel.track);
            assert!(channel.track == "-" || kind.is_ok(), "{what}: track {:?}: {kind:?}", channel.track);
            assert!(channel.track != "-" || channel.channel.starts_with("clock."), "{what}: only clocks have no track");
            let height = channel.channel.starts_with("height.") && channel.channel != "height.vision";
            assert!(
                !height || HEIGHTS.contains(&channel.channel.as_str()),
                "{what}: {} has no reference",
                channel.channel
            );
        }
        // A row needs both halves of its position.
        let opens = |name: &str| -> BTreeSet<(String, String)> {
            let halves = tables.channels.iter().filter(|channel| channel.channel == name && channel.opens_row);
            halves.map(|channel| (channel.record.clone(), channel.track.clone())).collect()
        };
        assert_eq!(opens("position.lat"), opens("position.lon"), "{}: positions", tables.id);
    }
}

/// Names in double quotes directly behind `call`, in the sources of a decoder.
fn names_behind(format: &Format, call: &str) -> BTreeSet<String> {
    let module = format.id.replace('-', "_");
    let decoder = |path: &str| path.starts_with(&format!("decode/{module}/")) || path == format!("decode/{module}.rs");
    let sources = super::sources().into_iter().filter(|source| decoder(&source.path));
    let names = |code: String| -> Vec<String> {
        code.match_indices(call).filter_map(|(at, _)| quoted(&code[at + call.len()..])).collect()
    };
    sources.flat_map(|source| names(source.code)).collect()
}

fn quoted(text: &str) -> Option<String> {
    let name = text.trim_start().strip_prefix('"')?;
    Some(name[..name.find('"')?].to_owned())
}

/// Code that asks for a field that no table has would read nothing for ever, and nobody would notice.
#[test]
fn every_name_that_code_asks_for_is_in_the_tables() {
    let mut all = 0;
    for (format, tables) in FORMATS.iter().zip(tables()) {
        let fields: BTreeSet<&str> =
            tables.layouts.iter().flat_map(|layout| layout.fields.iter().map(|field| field.name.as_str())).collect();
        let records: BTreeSet<&str> = tables.layouts.iter().map(|layout| layout.name.as_str()).collect();
        let mut asked = 0;
        for call in [".read(", ".field(", ".value(", ".number(", "numbered(layout, content,", "field:"] {
            for name in names_behind(format, call) {
                asked += 1;
                assert!(fields.contains(name.as_str()), "{}: {call}{name:?}: no table has this field", format.id);
            }
        }
        for call in [".structure(", "record:"] {
            for name in names_behind(format, call) {
                asked += 1;
                assert!(records.contains(name.as_str()), "{}: {call}{name:?}: no table has this name", format.id);
            }
        }
        all += asked;
        // The watched fields stand in pairs: `flag("record", "field", …)` and the other rules, `record: "…", field: "…"`.
        for (record, field) in watched(format) {
            let there = tables.named(&record).any(|layout| layout.field(&field).is_some());
            assert!(there, "{}: {record}.{field} is watched, and no table has it", format.id);
        }
    }
    assert!(all > 100, "only {all} names were found: the search is broken");
}

fn watched(format: &Format) -> Vec<(String, String)> {
    let path = format!("decode/{}/events.rs", format.id.replace('-', "_"));
    let Some(source) = super::sources().into_iter().find(|source| source.path == path) else { return Vec::new() };
    let second = |rest: &str| quoted(rest.split_once('"')?.1.split_once('"')?.1.trim_start_matches([',', ' ', '\n']));
    let rules = ["flag(", "switch(", "link(", "named(", "each("];
    let calls = rules.iter().flat_map(|rule| source.code.match_indices(rule));
    let pairs = calls.filter_map(|(at, call)| {
        let rest = &source.code[at + call.len()..];
        Some((quoted(rest)?, second(rest)?))
    });
    let named = source.code.match_indices("record: ").filter_map(|(at, call)| {
        let rest = &source.code[at + call.len()..];
        let field = rest.split_once("field:")?.1;
        Some((quoted(rest)?, quoted(field)?))
    });
    pairs.chain(named).collect()
}

/// What is not ours is named by signature, with what to do; a row that does not parse would silently not be asked.
#[test]
fn signatures_of_foreign_files_are_well_formed() {
    let text = fs::read_to_string(repository().join("formats/foreign.tsv")).expect("the list");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("offset\tsignature\tname\tadvice"));
    for line in lines.clone() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [offset, signature, name, advice] = columns[..] else { panic!("four columns in {line:?}") };
        assert!(offset.parse::<u32>().is_ok_and(|offset| offset < 65_536), "{line:?}: the offset");
        let hex = signature.len() % 2 == 0 && signature.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c));
        assert!(hex && !signature.is_empty(), "{line:?}: pairs of lower-case hexadecimal digits");
        assert!(!name.is_empty() && !advice.is_empty(), "{line:?}: a name, and what to do");
    }
    assert_eq!(foreign_rows().count(), lines.count(), "every row is read");
    // The first row that fits decides: an earlier, shorter signature at the same offset would hide a later one.
    let rows: Vec<_> = foreign_rows().collect();
    for (at, (offset, signature, foreign)) in rows.iter().enumerate() {
        let hiding = rows[..at].iter().find(|(o, s, _)| o == offset && signature.starts_with(s));
        assert!(hiding.is_none(), "{:?} is hidden by {:?}", foreign.name, hiding.map(|row| row.2.name));
    }
}
