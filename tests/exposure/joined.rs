//! What only the items of a case together tell.

use super::*;

fn case_of(inputs: &[&Path]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let done = ran(program().arg("case").args(inputs).arg("-o").arg(folder.path().join("CASE")));
    assert!([0, 3].contains(&done.code), "{}", done.stderr);
    (folder, done.stderr)
}

fn document(case: &tempfile::TempDir, name: &str) -> Value {
    serde_json::from_slice(&fs::read(case.path().join("CASE").join(name)).unwrap()).unwrap()
}

/// The camera's index says UTC+2 by 96 of its rows; the 97th is of 1980.
#[test]
fn the_media_index_votes_for_the_offset_of_its_camera() {
    let Some(evidence) = evidence() else { return };
    let (case, screen) = case_of(&[&evidence.join("app-cache/dji-media-db/FC8885.db")]);
    let votes = document(&case, "clocks.json");
    let clock = &votes["clocks"][0];
    assert_eq!((clock["clock"].as_str(), clock["option"].as_str()), (Some("camera"), Some("--utc-offset=+02:00")));
    assert_eq!(clock["offsets"][0]["votes"], 96);
    assert!(screen.contains("UTC+02:00, 96 pairs for"), "{screen}");
}

/// A tip log by local time and a flight record in UTC, both of the flight of 15 September 2016: the record's own name says UTC-4.
#[test]
fn the_name_of_a_record_votes_for_the_offset_of_its_phone() {
    let Some(evidence) = evidence() else { return };
    let (case, _) = case_of(&[&evidence.join("app-cache/third-party-csv/DJIFlightRecord_2016-09-15_[13-51-18].txt")]);
    let clock = &document(&case, "clocks.json")["clocks"][0];
    assert_eq!((clock["clock"].as_str(), clock["option"].as_str()), (Some("phone"), Some("--utc-offset=-04:00")));
}

/// The serial number stands in the names of tip logs from three seizures.
#[test]
fn one_aircraft_ties_the_folders_that_met_it() {
    let Some(evidence) = evidence() else { return };
    let serial = "0K1DF313BD4PR1";
    let folder = tempfile::tempdir().unwrap();
    let logs = evidence.join("app-cache/dji-tiplogs-android");
    let mut seizures = Vec::new();
    for entry in fs::read_dir(logs).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_str().unwrap().to_owned();
        let Some((seizure, log)) = name.split_once("__").filter(|_| name.ends_with(serial)) else { continue };
        let place = folder.path().join("seized").join(seizure).join("DJI/dji.go.v4/LOG");
        fs::create_dir_all(&place).unwrap();
        fs::copy(&entry, place.join(log)).unwrap();
        seizures.push(format!("seized/{seizure}"));
    }
    seizures.sort();
    assert_eq!(seizures.len(), 3, "the logs of the evidence");
    let (case, screen) = case_of(&[&folder.path().join("seized")]);
    let devices = document(&case, "devices.json");
    assert_eq!(devices["aircraft"].as_array().unwrap().len(), 1);
    assert_eq!(devices["aircraft"][0]["id"], serial);
    let mut holders: Vec<&str> =
        devices["met"].as_array().unwrap().iter().map(|met| met["holder"].as_str().unwrap()).collect();
    holders.sort_unstable();
    assert_eq!(holders, seizures);
    // Their bytes are the same: one was read, the others are told.
    assert!(screen.contains("2 files are copies, byte for byte"), "{screen}");
}

/// A table that states its roles: each stays what it is, in verdicts and in the exit code.
#[test]
fn roles_keep_apart_in_verdicts_and_exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let preferences = folder.path().join("dji.go.v4_preferences.xml");
    fs::write(&preferences, PREFERENCES).unwrap();
    let sites = repository().join("samples/zones/sites.geojson");
    let check = |fail_on: &str| {
        ran(program().arg("check").arg(&preferences).arg("--zones").arg(&sites).args([
            "--format",
            "json",
            "--fail-on",
            fail_on,
        ]))
    };
    let done = check("inside");
    assert_eq!(done.code, 1, "a last known position in a site is a finding");
    assert_eq!(done.json()["flights"][0]["encounters"][0]["verdict"], "last-known-inside");
    assert_eq!(check("never").code, 0);
}
