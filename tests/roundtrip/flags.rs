//! What few flights have: a simulator, an unlock licence, airport limits, two packs, photos that say where they were taken.

use overflown::analyse::{Fence, Settings};
use overflown::decode::EventKind;
use overflown::evidence::{Evidence, Limits};
use overflown::examine::Examined;
use overflown::zones;

use crate::cli::run;
use crate::make::clock::unix_ms;
use crate::make::craft;
use crate::make::dji_txt::Log;
use crate::make::exif::Exif;
use crate::make::flight::{Plan, Step, fly};
use crate::make::jpeg;
use crate::make::recorder::{App, Options, Recording};
use crate::support::{examine_bytes, track};

const PLACE: (f64, f64) = (54.02, 8.75);

/// A short flight of version 12 with these options; `edit` may add to the log.
fn flight(options: Options, edit: impl Fn(&mut Log)) -> Vec<u8> {
    let craft = craft::mini_2();
    let states = fly(&Plan {
        lat_deg: PLACE.0,
        lon_deg: PLACE.1,
        frames: 300,
        blind: 0,
        idle: 1.0,
        steps: vec![Step::TakeOff(1.5), Step::Go { north: 20.0, east: 0.0, speed: 5.0 }, Step::Return { height: 5.0 }],
        seed: 9,
        cells: craft.cells,
        capacity_mah: 3_000.0,
        battery_percent: 90.0,
    });
    let mut limited = vec![false; states.len()];
    limited[100..120].fill(true);
    let recording = Recording {
        version: 12,
        app: App::Fly,
        craft: &craft,
        states: &states,
        start_ms: unix_ms(2024, 3, 2, 10, 0, 0),
        place: ["", "", "", ""],
        restart: None,
        messages: Vec::new(),
        pilot: [-4.0, 3.0],
        limited,
        log_index: 61,
        uuid: "",
        options,
    };
    let mut log = recording.log();
    log.details(recording.details());
    edit(&mut log);
    log.finish()
}

fn examined(options: Options) -> Examined {
    examine_bytes("flight.txt", flight(options, |_| ()))
}

fn texts(examined: &Examined, kind: EventKind) -> Vec<&str> {
    examined.events.iter().filter(|e| e.event.kind == kind).map(|e| e.event.text.as_str()).collect()
}

#[test]
fn a_simulated_flight_is_marked_in_every_track_and_told_once() {
    let real = examined(Options::default());
    assert!(real.tracks.iter().all(|track| !track.simulated));
    assert!(texts(&real, EventKind::Simulator).is_empty());

    let simulated = examined(Options { simulated: true, ..Options::default() });
    assert!(simulated.tracks.iter().all(|track| track.simulated));
    assert_eq!(
        texts(&simulated, EventKind::Simulator),
        ["the flight controller is in simulation: nothing here was flown"]
    );
    assert!(simulated.report.tracks.iter().all(|track| track.simulated));
}

#[test]
fn airport_and_height_limits_and_unlock_licences_are_events_at_their_place() {
    let mut height_limited = vec![false; 300];
    height_limited[150..160].fill(true);
    let examined = examined(Options { height_limited, unlocks: vec![40, 200], ..Options::default() });
    let limits = texts(&examined, EventKind::GeofenceLimit);
    assert!(limits.contains(&"airport limit works"), "{limits:?}");
    assert!(limits.contains(&"vertical airport limit works"), "{limits:?}");
    let rows: Vec<Option<usize>> =
        examined.events.iter().filter(|e| e.event.kind == EventKind::Unlock).map(|e| e.row).collect();
    assert_eq!(rows, [Some(40), Some(200)]);
    assert_eq!(texts(&examined, EventKind::NoFlyDatabase).first(), Some(&"0a1b2c3d4e5f60718293a4b5c6d7e8f9"));
}

#[test]
fn the_limits_are_not_told_of_a_flight_without_them() {
    let limits = examined(Options::default());
    assert!(!texts(&limits, EventKind::GeofenceLimit).contains(&"vertical airport limit works"));
    assert!(texts(&limits, EventKind::Unlock).is_empty());
}

/// The packs share the current; each has columns of its own, and the sum is no pack.
#[test]
fn both_packs_of_a_craft_with_two_have_their_columns() {
    let two = examined(Options { dual_battery: true, ..Options::default() });
    let rows = &two.primary().expect("an aircraft").rows;
    for pack in ["battery1.level", "battery2.level", "battery1.voltage", "battery2.voltage"] {
        let values = rows.column(pack).unwrap_or_else(|| panic!("{pack} is missing"));
        assert!(values.iter().any(|v| !v.is_nan()), "{pack}");
    }
    let one = examined(Options::default());
    assert!(one.primary().expect("an aircraft").rows.column("battery1.level").is_none());
}

#[test]
fn the_number_of_the_aircrafts_own_log_and_the_activation_are_told() {
    let examined = examined(Options::default());
    let ids = &examined.report.identifiers;
    assert!(ids.iter().any(|id| id.kind == "aircraft-log" && id.value == "FLY061"), "{ids:?}");
    assert!(
        examined.report.notes.iter().any(|note| note.starts_with("aircraft activated 20")),
        "{:?}",
        examined.report.notes
    );
}

/// The first photo's EXIF agrees with the place that the details list, the second's is 1.1 km to the north.
#[test]
fn photos_are_held_against_the_places_listed_for_them() {
    let bytes = flight(Options::default(), |log| {
        for (tint, north) in [(1, 0.0), (2, 0.01)] {
            let exif = Exif {
                big_endian: tint == 1,
                lat_deg: PLACE.0 + north,
                lon_deg: PLACE.1,
                altitude_m: Some(12.0),
                time_ms: unix_ms(2024, 3, 2, 10, 0, 9),
                utc_offset_h: 1,
                gps_time: true,
            };
            log.photo(&jpeg::photo(32, 24, tint, &exif), PLACE.0, PLACE.1);
        }
    });
    let examined = examine_bytes("flight.txt", bytes);
    let media = track(&examined, "camera").expect("a track of the photos");
    assert_eq!(Some(media.kind), "camera/declared/media".parse().ok());
    for row in 0..2 {
        let places = [(media.rows.lat[row], PLACE.0), (media.rows.lon[row], PLACE.1)];
        assert!(places.iter().all(|(is, listed)| (is - listed).abs() < 1e-9), "{places:?}");
    }
    let notes = &examined.report.notes;
    assert!(notes.iter().any(|n| n.starts_with("photo-1.jpg: EXIF position 54.02")), "{notes:?}");
    let apart: Vec<&str> = examined
        .report
        .diagnostics
        .iter()
        .filter(|d| d.code == "dji-txt/photo-place")
        .map(|d| d.message.as_str())
        .collect();
    assert_eq!(apart.len(), 1, "{apart:?}");
    assert!(apart[0].starts_with("photo-2.jpg") && apart[0].contains(" 111"), "{apart:?}");
}

/// The log lists where its photos were taken: the photos in it are items, and no second voice in a check.
#[test]
fn a_photo_inside_a_log_adds_no_verdict() {
    let exif = Exif {
        big_endian: false,
        lat_deg: PLACE.0,
        lon_deg: PLACE.1,
        altitude_m: None,
        time_ms: unix_ms(2024, 3, 2, 10, 0, 9),
        utc_offset_h: 1,
        gps_time: true,
    };
    let bytes = flight(Options::default(), |log| {
        log.photo(&jpeg::photo(32, 24, 1, &exif), PLACE.0, PLACE.1);
    });
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("log.txt"), bytes).unwrap();
    std::fs::write(dir.path().join("sites.csv"), format!("name,lat,lon,radius_m\nDepot,{},{},500\n", PLACE.0, PLACE.1))
        .unwrap();
    let run = |arguments: &[&str]| crate::cli::run_in(dir.path(), arguments).json();
    let inspected = run(&["inspect", "log.txt", "--format", "json"]);
    let files = inspected["files"].as_array().cloned().unwrap_or_default();
    assert_eq!(files.iter().filter(|file| file["format"] == "photo").count(), 1, "the photo is an item");
    let checked = run(&["check", "log.txt", "--format", "json", "--zones", "sites.csv"]);
    let flights = checked["flights"].as_array().cloned().unwrap_or_default();
    assert_eq!(flights.len(), 1, "{flights:#?}");
    assert_eq!(flights[0]["track"]["subject"], "aircraft");
    assert_eq!(checked["not_checked"].as_array().map(Vec::len), Some(0));
}

/// A simulated flight into a site is told as one, and is no breach.
#[test]
fn the_fence_still_says_where_a_simulated_flight_led() {
    let site = format!("name,lat,lon,radius_m\nSite,{},{},50\n", PLACE.0, PLACE.1);
    let file = zones::read(&Evidence::from_bytes("sites.csv", site.into()), &[], &Limits::default()).expect("one site");
    let files = [file];
    let fence = Fence::new(&files, Settings::default());
    let simulated = examined(Options { simulated: true, ..Options::default() });
    let checked = fence.check(simulated.primary().expect("an aircraft"));
    assert!(checked.encounters.iter().all(|e| e.verdict.inside) && checked.encounters.len() == 1);
}

/// The same flight through the command line: flown it is a finding, simulated it never is, and every output says so.
#[test]
fn only_a_flown_flight_makes_a_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: Vec<u8>| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let zones = write("sites.csv", format!("name,lat,lon,radius_m\nSite,{},{},50\n", PLACE.0, PLACE.1).into());
    let flown = write("flown.txt", flight(Options::default(), |_| ()));
    let simulated = write("simulated.txt", flight(Options { simulated: true, ..Options::default() }, |_| ()));
    assert_eq!(run(&["check", &flown, "--zones", &zones]).code, 1);
    let checked = run(&["check", &simulated, "--zones", &zones]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    assert!(checked.stdout.contains("SIMULATED"), "{}", checked.stdout);
    assert!(run(&["inspect", &simulated]).stdout.contains("SIMULATED"));
    for to in ["gpx", "geojson", "csv"] {
        let real = run(&["convert", &flown, "--to", to, "-o", "-"]).stdout;
        let made = run(&["convert", &simulated, "--to", to, "-o", "-"]).stdout;
        assert!(
            !real.contains("SIMULATED") && !real.contains(",yes\n") && !real.contains("\"simulated\":true"),
            "{to}"
        );
        assert!(made.contains("SIMULATED") || made.contains(",yes\n") || made.contains("\"simulated\":true"), "{to}");
    }
}
