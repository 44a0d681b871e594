//! Names from the evidence and from zone files that would break out of XML, CSV, JSON, SQL, Markdown, a timeline or a terminal.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;
use rusqlite::Connection;
use serde_json::Value;

use super::kml::judge;
use crate::cli::{Ran, run_in};

const NAMES: [&str; 8] = [
    "</script><b>",
    "=1+1",
    "@SUM(A1)",
    "a\u{202e}txt",
    "]]>&\"'|x|",
    "bell\u{7}esc\u{1b}[31m",
    "not\u{fffe}xml\u{ffff}",
    "'); DROP TABLE flights; --",
];

/// Evidence and zones under such names.
fn prepare(folder: &Path) {
    let mut table = "track,utc,lat_deg,lon_deg,height_takeoff_m\n".to_owned();
    let mut features = Vec::new();
    for (number, name) in NAMES.iter().enumerate() {
        let quoted = name.replace('"', "\"\"");
        for second in 0..5 {
            table += &format!("\"{quoted}\",2024-05-14T08:00:0{second}Z,50.{number}000{second},10.0,10\n");
        }
        features.push(serde_json::json!({
            "type": "Feature",
            "properties": { "name": name, "id": name, "radius_m": 500, "sector": name },
            "geometry": { "type": "Point", "coordinates": [10.0, 50.0 + number as f64 / 10.0] },
        }));
    }
    fs::create_dir(folder.join("card")).unwrap();
    fs::write(folder.join("card/=1+1<b>&\u{202e}|.csv"), table).unwrap();
    let zones = serde_json::json!({ "type": "FeatureCollection", "features": features });
    fs::write(folder.join("sites.geojson"), zones.to_string()).unwrap();
}

/// Nothing that moves the cursor, changes colours or turns the direction of text.
fn is_calm(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{fffe}' | '\u{ffff}'))
}

fn well_formed(name: &str, text: &str) {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
}

fn no_formula(name: &str, bytes: &[u8]) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    for record in reader.records() {
        let record = record.unwrap_or_else(|error| panic!("{name}: {error}"));
        for cell in &record {
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
            assert!(!formula, "{name}: {cell:?}");
        }
    }
}

fn counts(path: &Path) {
    let database = Connection::open(path).unwrap();
    let count = |table: &str| -> i64 {
        database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    let names = NAMES.len() as i64;
    assert_eq!((count("flights"), count("fixes")), (names, 5 * names));
}

#[test]
fn no_name_breaks_out_of_an_output() {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path());
    let words = |done: Ran| {
        assert!([0, 3].contains(&done.code), "{}", done.stderr);
        assert!(is_calm(&done.stderr) && is_calm(&done.stdout), "{:?} {:?}", done.stderr, done.stdout);
    };
    let mut case = vec!["case", "card", "--zones", "sites.geojson", "--within", "1km", "-o", "CASE"];
    case.extend(["--case-id", NAMES[3], "--examiner", NAMES[0]]);
    words(run_in(dir.path(), &case));
    words(run_in(dir.path(), &["verify", "CASE"]));
    for kind in ["gpx", "geojson", "kml", "csv", "jsonl", "gpkg"] {
        words(run_in(dir.path(), &["convert", "card", "-o", &format!("CASE/converted.{kind}")]));
    }
    for kind in ["gpx", "geojson", "kml", "csv", "jsonl"] {
        words(run_in(dir.path(), &["convert", "card", "--to", kind, "-o", "-"]));
    }
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let mut folders = vec![dir.path().join("CASE")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let kind = name.rsplit('.').next().unwrap().to_owned();
            let bytes = fs::read(&path).unwrap();
            let text = || std::str::from_utf8(&bytes).unwrap();
            let json = |text: &str| drop(serde_json::from_str::<Value>(text).unwrap_or_else(|e| panic!("{name}: {e}")));
            match kind.as_str() {
                "gpx" | "kml" => {
                    well_formed(&name, text());
                    judge(if kind == "gpx" { "gpx11.xsd" } else { "kml22gx.xsd" }, &path);
                    assert!(is_calm(text()), "{name}");
                }
                "csv" => {
                    no_formula(&name, &bytes);
                    assert!(is_calm(text()), "{name}");
                }
                "json" | "geojson" | "jsonld" => json(text()),
                "jsonl" => {
                    text().lines().for_each(json);
                    assert!(is_calm(text()), "{name}");
                }
                "gpkg" => counts(&path),
                "md" => assert!(is_calm(text()) && !text().contains("</script>") && !text().contains("<b>"), "{name}"),
                "html" => {
                    let scripts = text().matches("<script").count() + text().matches("</script").count();
                    assert!(is_calm(text()) && scripts == 4 && !text().contains("<img"), "{name}");
                }
                "body" => {
                    assert!(is_calm(text()) && text().lines().all(|line| line.matches('|').count() == 10), "{name}")
                }
                "tln" => {
                    assert!(is_calm(text()) && text().lines().all(|line| line.matches('|').count() == 4), "{name}")
                }
                "SHA256SUMS" => assert!(is_calm(text()), "{name}"),
                other => panic!("{other}: nobody looked at {name}"),
            }
            *met.entry(kind).or_default() += 1;
        }
    }
    assert_eq!((met["kml"], met["gpkg"], met["jsonl"]), (2, 2, 2), "{met:?}");
}
