//! Real files against their INVENTORY: entries with a cue line, date of the first one, first fix.

use std::fs;
use std::path::PathBuf;

use overflown::examine::{Completion, Examined};

use crate::support::{assert_accounts, evidence, examine_bytes, rows};

/// A line of the list.
struct Listed {
    path: PathBuf,
    name: String,
    figures: String,
}

fn listed(family: &str, folder: &str) -> Vec<Listed> {
    let Some(root) = evidence().map(|root| root.join(family)) else { return Vec::new() };
    let list = fs::read_to_string(root.join("INVENTORY.tsv")).expect("the list");
    let lines = list.lines().filter(|line| line.starts_with(folder) && line.to_lowercase().contains(".srt\t"));
    let all: Vec<Listed> = lines
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            Listed {
                path: root.join(columns[0]),
                name: columns[0].to_owned(),
                figures: columns.last().copied().unwrap_or_default().to_owned(),
            }
        })
        .collect();
    assert!(!all.is_empty(), "{family}/{folder} lists nothing");
    all
}

fn read(listed: &Listed) -> (Examined, String) {
    let bytes = fs::read(&listed.path).unwrap_or_else(|error| panic!("{}: {error}", listed.name));
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let file = listed.name.rsplit('/').next().expect("a name").to_owned();
    let examined = examine_bytes(&file, bytes);
    assert_accounts(&listed.name, &examined);
    assert_eq!(examined.report.format, Some("dji-srt"), "{}", listed.name);
    assert_eq!(examined.report.coverage.unknown, 0, "{}", listed.name);
    (examined, text)
}

/// Files that end in the middle.
const BROKEN: [&str; 3] = ["broken_empty2.SRT", "broken_incomplete.SRT", "broken_incomplete2.SRT"];

#[test]
fn every_listed_file_has_its_cues_its_date_and_its_first_fix() {
    for item in listed("app-cache", "dji-srt/").into_iter().chain(listed("app-cache", "dji-srt-new/")) {
        let (examined, _) = read(&item);
        let (name, report) = (&item.name, &examined.report);
        let mut figures = item.figures.split("; ");
        let cues = figures.next().and_then(|words| words.strip_suffix(" cues")).expect("cues");
        assert!(
            report.notes.iter().any(|note| note.contains(&format!(", {cues} with a cue line"))),
            "{name}: {cues} cues"
        );

        let date = figures.next().expect("a date");
        let start = report.time.start_local.as_deref();
        if date == "no date" {
            assert_eq!(start, None, "{name}: no date may be made up");
        } else {
            let numbers = |text: &str| -> Vec<u32> {
                text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).take(6).collect()
            };
            assert_eq!(numbers(start.expect("a local time")), numbers(date), "{name}");
        }
        assert_eq!(report.time.start_utc, None, "{name}: the offset is not stated");

        let fix = figures.next().and_then(|words| words.strip_prefix("first fix ")).expect("a first fix");
        if fix == "None" {
            assert!(examined.tracks.is_empty(), "{name}");
            continue;
        }
        let numbers: Vec<f64> = fix.split(',').map_while(|part| part.trim().parse().ok()).take(2).collect();
        // Forms A, B, D and E write the longitude first, as their integer third value says.
        let lon_first = fix.split(',').nth(2).is_some_and(|third| third.trim().parse::<u32>().is_ok());
        let (lat, lon) = if lon_first { (numbers[1], numbers[0]) } else { (numbers[0], numbers[1]) };
        let rows = rows(&examined);
        let first = rows.fixes().next().expect("a fix");
        assert_eq!((rows.lat[first], rows.lon[first]), (lat, lon), "{name}: to the last digit");

        let whole = !BROKEN.iter().any(|broken| name.ends_with(broken));
        assert_eq!(report.completeness == Completion::Whole, whole, "{name}: {:#?}", report.diagnostics);
        assert!(whole != examined.is_incomplete(), "{name}");
    }
}

/// The letter of each file in the list of forms.
#[test]
fn every_file_is_of_its_form() {
    let forms = [
        ("air2s", "H"),
        ("broken_incomplete.", "B"),
        ("broken_incomplete2", "G"),
        ("m2zoom", "G"),
        ("matrice_300", "C"),
        ("mavic_2_style", "J"),
        ("mavic_2pro_new", "G"),
        ("mavic_air2", "H"),
        ("mavic_mini", "D"),
        ("mix_p4rtk", "E"),
        ("old_format", "A"),
        ("p4_rtk.", "E"),
        ("Mini5PRO", "I"),
        ("air3S", "I"),
        ("avata2", "K"),
        ("neo2", "I"),
    ];
    for item in listed("app-cache", "dji-srt/").into_iter().chain(listed("app-cache", "dji-srt-new/")) {
        let Some((_, letter)) = forms.iter().find(|(part, _)| item.name.contains(part)) else {
            assert!(item.name.contains("broken_empty"), "{} has no form in the list", item.name);
            continue;
        };
        let (examined, _) = read(&item);
        let version = examined.report.version.expect("a form");
        assert!(version.starts_with(&format!("{letter} (")), "{}: {version}", item.name);
    }
}

/// A second collection of the same kind, of which nobody counted anything: cue lines are counted here.
#[test]
fn the_other_collection_has_the_cues_that_stand_in_it() {
    for item in listed("forensic", "dronextract/") {
        let (examined, text) = read(&item);
        let cues = text.matches(" --> ").count();
        let note = format!(", {cues} with a cue line");
        assert!(examined.report.notes.iter().any(|text| text.contains(&note)), "{}: {cues} cues", item.name);
    }
}

/// By hand: its frame counter falls eleven times, and leaves out a frame at 280 places.
#[test]
fn the_joined_text_has_twelve_recordings() {
    for item in listed("app-cache", "dji-srt/mavic_2pro_new") {
        let (examined, _) = read(&item);
        // Numbers of the entries at which the counter falls, from 1.
        let falls = [538, 1763, 2553, 3017, 3639, 4100, 4715, 5639, 6624, 7117, 7904];
        let breaks: Vec<usize> = falls.iter().map(|number| number - 1).collect();
        assert_eq!(rows(&examined).breaks, breaks);
        let told = examined.report.notes.iter().any(|note| note.contains("leaves out 280 frames at 280 places"));
        assert!(told, "{:#?}", examined.report.notes);
        // 2613 s by the text, 370 s by the video.
        let local = |row: usize| rows(&examined).local(row).expect("a local time") as f64 / 1e9;
        assert!((local(8951) - local(0) - 2613.0).abs() < 0.5);
    }
}

/// Others smooth it to -34.2379011.
#[test]
fn the_first_fix_is_not_smoothed() {
    for item in listed("app-cache", "dji-srt/p4_rtk") {
        let (examined, _) = read(&item);
        assert_eq!((rows(&examined).lat[0], rows(&examined).lon[0]), (-34.237922, -58.851745));
        assert!(rows(&examined).lat.iter().zip(rows(&examined).lat.iter().skip(1)).any(|(a, b)| a != b));
    }
}
