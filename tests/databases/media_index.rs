//! The camera's media index: figures of the two real ones, and a made one with what they lack.

use overflown::decode::{EventKind, Fact, Moment};
use overflown::examine::Examined;
use overflown::track::{Role, Subject};

use super::{assert_accounted, examine_file, written};
use crate::support::evidence;

fn real(name: &str) -> Option<Examined> {
    Some(examine_file(&evidence()?.join("app-cache/dji-media-db").join(name)))
}

fn says(examined: &Examined, words: &str) -> bool {
    examined.report.notes.iter().any(|note| note.contains(words))
}

fn declared(examined: &Examined, name: &str) -> f64 {
    examined.report.declared.iter().find(|declared| declared.name == name).expect(name).value
}

/// Figures of a careful reading by other means (specs/corrections.md D).
#[test]
fn the_index_of_an_air_unit() {
    let Some(examined) = real("FC8885.db") else { return };
    assert_accounted(&examined);
    let report = &examined.report;
    assert_eq!((report.format, report.version.as_deref()), (Some("dji-media-index"), Some("12")));
    assert_eq!(report.records.by_type["gis_info_table"], 151);
    assert_eq!(report.records.by_type["mtime_table"], 97);
    assert_eq!(declared(&examined, "recordings"), 151.0);
    assert_eq!(declared(&examined, "newest_of_their_number"), 97.0);
    assert!((declared(&examined, "recorded") - 8_454.265).abs() < 1e-6);
    assert!(says(
        &examined,
        "96 of 97 newest recordings agree that it is UTC+02:00 (mtime less local end -2.00 h; residual -0.29 to +1.57 s"
    ));
    assert!(says(&examined, "runs of 24 from 2025-10-12, 24 from 2025-12-13, 97 from 2025-12-27, 6 from 2026-04-06"));
    assert!(says(&examined, "54 recordings share their number with a later one"));
    assert!(says(&examined, "folder << 18 | file << 4 | part: true for all 151 names"));
    let pairs = examined.facts.iter().filter(|fact| matches!(fact, Fact::ClockPair { .. })).count();
    assert_eq!(pairs, 96, "1980 is no vote");
    let listed = examined.facts.iter().filter(|fact| matches!(fact, Fact::Listed { .. })).count();
    assert_eq!(listed, 151);
    let abnormal: Vec<&str> =
        examined.events.iter().filter(|e| e.event.kind == EventKind::Warning).map(|e| e.event.text.as_str()).collect();
    let [power_cut, epoch] = abnormal[..] else { panic!("{abnormal:?}") };
    assert!(power_cut.contains("DJI_20251207134306_0025_D.MP4") && power_cut.contains("result is 0"));
    assert!(epoch.contains("_0045_D.MP4") && epoch.contains("1980-01-01"));
    let starts = examined.events.iter().filter(|e| e.event.kind == EventKind::VideoStart);
    assert_eq!(starts.clone().count(), 151);
    assert!(starts.clone().all(|e| e.utc_ns.is_none() && matches!(e.event.moment, Some(Moment::Local(_)))));
    assert_eq!(report.device.model, None, "the camera's model is not the aircraft's");
    assert_eq!((report.time.clock, report.completeness.as_str()), (Some("camera"), "whole"));
    assert!(!report.notes.iter().any(|note| note.starts_with("table gis_info_table")), "no id is missing");
    assert!(!report.records.by_type.keys().any(|name| name.ends_with(".carved")));
}

#[test]
fn the_index_of_an_older_camera() {
    let Some(examined) = real("dji_finfo.db") else { return };
    assert_accounted(&examined);
    assert_eq!(examined.report.version.as_deref(), Some("4"));
    assert_eq!(examined.report.records.by_type["gis_info_table"], 1);
    assert!(says(&examined, "table gis_info_table: 1 rows, ids 142 to 142; 141 ids from 1 to 142 are not there"));
    // 250, 170, 1480 and 805 bytes on the pages of three tables and an index, and 8 on that of the schema.
    assert!(
        says(
            &examined,
            "the 2713 bytes of their cells were overwritten with zeros (secure_delete): nothing is left to carve"
        ),
        "{:?}",
        examined.report.notes
    );
    assert!(says(&examined, "folder << 16 | file: true for all 1 names"));
    assert!(examined.events.iter().all(|e| e.event.kind != EventKind::Warning), "result 0 says nothing in version 4");
    // 1759050190 s, the end by the file system; the name holds no time.
    let [end] = &examined.events[..] else { panic!("{}", examined.events.len()) };
    assert_eq!((end.event.kind, end.utc_ns), (EventKind::VideoStop, Some(1_759_050_190_000_000_000)));
}

/// Photos are in neither real index: their EXIF block gives a place.
#[test]
fn photos_have_the_place_of_their_exif_block() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dji_finfo.db");
    written(&path, "", crate::make::databases::fill_index);
    let examined = examine_file(&path);
    let [photos] = &examined.tracks[..] else { panic!("{:?}", examined.report.notes) };
    assert_eq!((photos.kind.subject, photos.kind.role), (Subject::Camera, Role::Media));
    let (lat, lon) = crate::make::databases::PHOTO;
    assert!((photos.rows.lat[0] - lat).abs() < 1e-6 && (photos.rows.lon[0] - lon).abs() < 1e-6);
    let photo = examined.events.iter().find(|e| e.event.kind == EventKind::Photo).expect("an event");
    assert!(photo.position.is_some() && photo.local_ns.is_some() && photo.utc_ns.is_none());
}

/// A card whose first recording is still there, and the other eleven are not.
#[test]
fn a_case_tells_recordings_that_are_not_on_the_card() {
    let folder = tempfile::tempdir().unwrap();
    let card = folder.path().join("card");
    std::fs::create_dir_all(card.join("MISC")).unwrap();
    std::fs::create_dir_all(card.join("DCIM/DJI_001")).unwrap();
    written(&card.join("MISC/FC0000.db"), "", crate::make::databases::fill_index);
    // 10:02:00 by the camera's clock.
    std::fs::write(card.join("DCIM/DJI_001/DJI_20240514100200_0001_D.MP4"), b"no more than a name").unwrap();
    let out = folder.path().join("case");
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_overflown"))
        .args(["case", "--no-progress"])
        .arg(&card)
        .arg("-o")
        .arg(&out)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let findings = std::fs::read_to_string(out.join("findings.json")).unwrap();
    assert!(findings.contains("the index lists 11 recordings not present on this card, of 12"), "{findings}");
    let timeline = std::fs::read_to_string(out.join("timeline.csv")).unwrap();
    let begins: Vec<&str> = timeline.lines().filter(|line| line.contains("video-start")).collect();
    assert_eq!(begins.len(), 11);
    assert!(
        begins[0].starts_with(",2024-05-14T10:02:00.000,camera,video-start"),
        "no UTC without --utc-offset: {}",
        begins[0]
    );
}
