//! What the key service is asked, against the bytes of the log: without keys a log still tells all that it takes to get them.

use overflown::decode::{FORMATS, KeyRequest};
use overflown::evidence::Evidence;
use overflown::examine::Completion;
use overflown::track::Role;
use serde_json::Value;

use crate::make::dji_txt::{features, scramble, service};
use crate::make::samples;
use crate::make::{damage, dji_txt::Log};
use crate::support::{Listed, assert_accounts, evidence, examine_bytes, inventory, tools};

use super::Flight;

fn request(name: &str, bytes: &[u8]) -> Result<KeyRequest, String> {
    let format = FORMATS.iter().find(|format| format.id == "dji-txt").expect("flight records are read");
    let scheme = format.keys.expect("they may be encrypted");
    let context = tools().context(tools().tables_of(format).expect("their tables"));
    (scheme.request)(&Evidence::from_bytes(name, bytes.to_vec()), &context)
}

fn body(name: &str, bytes: &[u8]) -> Value {
    let request = request(name, bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
    serde_json::from_str(&request.body).expect("JSON")
}

#[test]
fn the_body_is_the_one_that_the_encoder_would_send() {
    for (version, segments) in [(13, 1), (14, 1), (14, 3)] {
        let made = crate::make::long::flight_record(version, 300, segments);
        let expected: Value = serde_json::from_str(&made.log.key_request()).expect("JSON");
        let bytes = made.log.finish();
        assert_eq!(body("flight.txt", &bytes), expected, "version {version}, {segments} segments");
        let asked = request("flight.txt", &bytes).expect("a request");
        assert_eq!(asked.body, made.log.key_request(), "to the byte");
        assert!(asked.url.starts_with("https://dev.dji.com/") && asked.credential == "Api-Key", "{asked:?}");
    }
}

/// Departments beside the listed ones must be asked for as 3, DJI Fly.
#[test]
fn the_department_is_the_one_of_the_log_or_that_of_fly() {
    for (written, asked) in [(3, 3), (7, 7), (1, 1), (8, 8), (0, 3), (9, 3), (255, 3)] {
        let mut log = Log::new(14);
        log.department(written).encrypt(1).record(1, &[0; 70]).record(1, &[0; 70]);
        assert_eq!(body("log.txt", &log.finish())["department"], asked, "department {written}");
    }
}

/// A marker that is lost leaves its keys: those of a feature that was stored before begin the next set.
#[test]
fn a_lost_marker_parts_the_request_all_the_same() {
    let flight = Flight::new(14, 300, 2);
    let marker = *flight.truth.of_kind(50).next().expect("a marker");
    let bytes = damage::hole(&flight.bytes, marker.offset, marker.len, 0);
    let expected: Value = serde_json::from_str(&service::request(4, 3, &flight.sets)).expect("JSON");
    assert_eq!(body("flight.txt", &bytes), expected);
}

#[test]
fn a_log_that_needs_no_keys_or_has_lost_them_says_so() {
    let clear = samples::all().into_iter().find(|sample| sample.version == 12).expect("a clear log");
    let why = request("clear.txt", &clear.bytes).expect_err("it needs none");
    assert!(why.contains("version 12") && why.contains("no keys"), "{why}");
    let flight = Flight::new(14, 300, 1);
    let mut bytes = flight.bytes.clone();
    flight.truth.of_kind(56).for_each(|storage| bytes[storage.offset..storage.end()].fill(0));
    let why = request("lost.txt", &bytes).expect_err("they are gone");
    assert!(why.contains("no wrapped keys"), "{why}");
}

#[test]
fn without_keys_a_made_flight_gives_all_that_is_in_clear() {
    for sample in samples::all().into_iter().filter(|sample| sample.path.starts_with("keyed/")) {
        let examined = examine_bytes(&sample.path, sample.bytes.clone());
        let report = &examined.report;
        let path = &sample.path;
        assert_accounts(path, &examined);
        assert_eq!(report.completeness, Completion::Locked, "{path}");
        let media = examined.tracks.iter().all(|track| track.kind.role == Role::Media);
        assert!(media && examined.events.is_empty(), "{path}: cipher text is no position and no event");
        assert_eq!(report.records.by_type["osd"], sample.osd as u64, "{path}");
        assert_eq!(report.records.found, sample.truth.records.len() as u64, "{path}");
        assert_eq!(report.children.len(), sample.truth.images.len(), "{path}");
        assert!(report.device.aircraft_serial.as_deref().is_some_and(|s| s.starts_with("OVF0SAMPLE")), "{path}");
        let close = |name: &str, put: f64| {
            let found = report.declared.iter().find(|d| d.name == name).map(|d| d.value);
            assert!(found.is_some_and(|found| (found - put).abs() < 1e-3), "{path}: {name} {found:?}, {put} went in");
        };
        close("record_count", sample.osd as f64);
        close("max_height", sample.states.iter().map(|state| state.height).fold(0.0, f64::max));
        let locked = report.locked.as_ref().expect("what is missing");
        assert!(locked.missing.contains(&"Base (1)".to_owned()), "{locked:?}");
        assert!(locked.next_step.contains("keys request") && locked.next_step.contains("keys import"), "{locked:?}");
    }
}

/// The encrypted real logs of the evidence.
fn real_logs() -> Vec<Listed> {
    let listed =
        |family: &str, keep: fn(&Listed) -> bool| inventory(family).into_iter().filter(keep).collect::<Vec<_>>();
    let mut logs = listed("dji-txt", |item| {
        item.name.starts_with("raw/") && item.version().is_some_and(|v| v > 12) && !item.is_text_damaged()
    });
    logs.extend(listed("dji-dat", |item| item.file_name().starts_with("DJIFlightRecord_")));
    assert!(evidence().is_none() || logs.len() == 4, "{} encrypted logs", logs.len());
    logs
}

/// Feature and wrapped key of every record of type 56, by a walk of its own.
fn stored_keys(bytes: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let word = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let mut at = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    let mut keys = Vec::new();
    while at + 3 < bytes.len() && bytes.get(at + 3 + word(at + 1)) == Some(&0xff) {
        let body = &bytes[at + 3..at + 3 + word(at + 1)];
        if bytes[at] == 56 {
            // Scrambling is its own inverse.
            let plain = scramble::scramble(56, body[0], &body[1..body.len() - 1]);
            let content = &plain[1..plain.len() - 1];
            assert_eq!(content[2..4], [0, 1], "256 bytes of a wrapped key");
            keys.push((u16::from_le_bytes([content[0], content[1]]), content[4..260].to_vec()));
        }
        at += 4 + body.len();
    }
    keys
}

#[test]
fn real_logs_ask_for_exactly_the_keys_that_they_hold() {
    for item in real_logs() {
        let bytes = item.read();
        let stored = stored_keys(&bytes);
        let name = &item.name;
        assert!((9..=10).contains(&stored.len()), "{name}: {} wrapped keys", stored.len());
        let asked = body(item.file_name(), &bytes);
        let sets = asked["keychainsArray"].as_array().expect("sets");
        let set = match &sets[..] {
            [set] => set.as_array().expect("a set"),
            _ => panic!("{name}: {} sets", sets.len()),
        };
        let found: Vec<(&str, &str)> = set
            .iter()
            .map(|entry| {
                (entry["featurePoint"].as_str().expect("text"), entry["aesCiphertext"].as_str().expect("text"))
            })
            .collect();
        let expected: Vec<(String, String)> =
            stored.iter().map(|(feature, wrapped)| (features::name(*feature), service::base64(wrapped))).collect();
        assert_eq!(found.len(), expected.len(), "{name}");
        for ((feature, cipher), (put, wrapped)) in found.iter().zip(&expected) {
            assert_eq!((*feature, *cipher, cipher.len()), (put.as_str(), wrapped.as_str(), 344), "{name}");
        }
        // Read off the second aux block by hand: Pilot of the M350 logs 7, Fly 3.
        let department = if name.contains("isens") || name.contains("iSens") { 7 } else { 3 };
        assert_eq!((&asked["version"], &asked["department"]), (&4.into(), &department.into()), "{name}");
    }
}
