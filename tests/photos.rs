//! Photos: the places, heights and clocks of real ones by ExifTool's figures, of made ones by their encoder; two blocks that
//! disagree; photos inside logs; damage.

use overflown::decode::{Fact, Part};
use overflown::examine::{Completion, Examined};

use crate::cli::run_in;
use crate::make::exif::Exif;
use crate::make::photos::{self, Photo};
use crate::make::{jpeg, zip};
use crate::support::{assert_accounts, evidence, examine_bytes, has_diagnostic, inventory, track};

fn examined(photo: &Photo) -> Examined {
    examine_bytes(photo.path, photo.bytes.clone())
}

fn value(examined: &Examined, channel: &str) -> Option<f32> {
    track(examined, "camera")?.rows.value(channel, 0)
}

fn place(examined: &Examined) -> Option<(f64, f64)> {
    let rows = &track(examined, "camera")?.rows;
    Some((*rows.lat.first()?, *rows.lon.first()?))
}

/// ExifTool's figures of the two real photos, as the list of the evidence gives them.
#[test]
fn real_photos_say_what_exiftool_reads() {
    if evidence().is_none() {
        return;
    }
    let figures = [
        ("exifr_001.tif", (50.862_598_9, 4.672_542_1), -8.07, 32.10, Some(-122.3), "2017-11-07T18:56:07.890"),
        ("exifr_issue-exifr-3.jpg", (40.377_501_4, -74.489_913_4), -8.56, 62.50, None, "2019-04-30T15:56:18.606"),
    ];
    let listed = inventory("app-cache");
    for (name, (lat, lon), absolute, relative, yaw, local) in figures {
        let item = listed.iter().find(|item| item.file_name() == name).expect("a listed photo");
        let photo = examine_bytes(name, item.read());
        assert_accounts(name, &photo);
        assert_eq!(photo.report.completeness, Completion::Whole, "{name}: {:?}", photo.report.diagnostics);
        assert_eq!((photo.report.coverage.unknown, photo.report.coverage.damaged), (0, 0), "{name}");
        let (our_lat, our_lon) = place(&photo).expect("a place");
        assert!((our_lat - lat).abs() < 6e-8 && (our_lon - lon).abs() < 6e-8, "{name}: {our_lat}, {our_lon}");
        let near = |channel: &str, stated: f32| (value(&photo, channel).expect("a value") - stated).abs() < 0.006;
        assert!(near("height.unknown", absolute) && near("height.takeoff", relative), "{name}: heights");
        assert!(yaw.is_none_or(|yaw| near("attitude.yaw", yaw)), "{name}: yaw");
        assert_eq!(photo.report.time.start_local.as_deref(), Some(local), "{name}");
        assert_eq!(photo.report.time.start_utc, None, "{name}: a local time is not UTC");
    }
}

#[test]
fn made_photos_read_as_they_were_made() {
    for photo in photos::all() {
        let examined = examined(&photo);
        assert_accounts(photo.path, &examined);
        assert_eq!(
            examined.report.completeness,
            Completion::Whole,
            "{}: {:?}",
            photo.path,
            examined.report.diagnostics
        );
        let (lat, lon) = place(&examined).expect("a place");
        // A ten-thousandth of a second of arc is 3 mm.
        assert!((lat - photo.lat).abs() < 3e-8 && (lon - photo.lon).abs() < 3e-8, "{}: {lat}, {lon}", photo.path);
        assert_eq!(examined.report.events, 1, "{}: one photo was taken", photo.path);
    }
}

#[test]
fn attributes_elements_and_notes_of_the_maker_become_columns_and_devices() {
    let [first, second, raw] =
        photos::all().try_into().map(|all: [Photo; 3]| all.map(|p| examined(&p))).expect("three");
    assert_eq!(value(&first, "height.takeoff"), Some(42.1));
    assert_eq!((value(&first, "gimbal.pitch"), value(&first, "attitude.yaw")), (Some(-89.9), Some(11.8)));
    assert_eq!(value(&first, "rtk.flag"), Some(50.0));
    assert_eq!(value(&first, "accuracy.horizontal"), Some(0.05));
    assert_eq!(first.report.records.by_type.get("debug"), Some(&3));
    assert!(first.report.findings.is_empty(), "the blocks agree");
    assert_eq!(first.report.children.len(), 1, "the preview behind the picture");
    assert_eq!(second.report.device.aircraft_serial.as_deref(), Some("OVF0SAMPLE0007"));
    assert_eq!(second.report.device.camera_serial.as_deref(), Some("OVFCAM0007"));
    assert_eq!(value(&second, "height.takeoff"), Some(18.4));
    // Seven properties, the pointer to the second packet is one more; three names stand in the parts of that one.
    assert_eq!(second.report.records.by_type.get("xmp"), Some(&11));
    assert_eq!((value(&raw, "attitude.yaw"), value(&raw, "height.takeoff")), (Some(101.25), Some(-3.5)));
    assert_eq!(raw.report.device.camera_serial.as_deref(), Some("OVFCAM0008"));
    // 2025-04-06 00:23:20.75 at +10:00.
    assert_eq!(raw.report.time.start_utc.as_deref(), Some("2025-04-05T14:23:20.750Z"));
}

#[test]
fn both_clocks_of_a_photo_are_a_pair() {
    for (photo, wanted) in photos::all().iter().zip([Some(7200), Some(7200), None]) {
        let facts = examined(photo).facts;
        let pair = facts.iter().find_map(|fact| match fact {
            Fact::ClockPair { part: Part::Camera, local_s, utc_s, .. } => Some(local_s - utc_s),
            _ => None,
        });
        assert_eq!(pair, wanted, "{}", photo.path);
    }
}

#[test]
fn places_that_disagree_are_a_finding() {
    let [_, second, _] = photos::all().try_into().map(|all: [Photo; 3]| all.map(|p| examined(&p))).expect("three");
    let finding = second.report.findings.first().expect("a finding");
    assert_eq!(finding.rule, "photo-places-apart");
    // 0.00027 degrees of latitude are 30 m.
    assert!(finding.observation.contains("30.1 m"), "{}", finding.observation);
    assert!(has_diagnostic(&second, "photo/places-differ"));
}

#[test]
fn damage_costs_what_it_touches() {
    for photo in photos::all() {
        for cut in (2..photo.bytes.len()).step_by(13) {
            let examined = examine_bytes("cut.jpg", photo.bytes[..cut].to_vec());
            assert_accounts(&format!("{} cut at {cut}", photo.path), &examined);
        }
        for at in (2..photo.bytes.len()).step_by(5) {
            for byte in [0x00, 0xff, photo.bytes[at] ^ 0x10] {
                let mut bytes = photo.bytes.clone();
                bytes[at] = byte;
                assert_accounts(&format!("{} with {byte} at {at}", photo.path), &examine_bytes("flip.jpg", bytes));
            }
        }
    }
    // A photo whose picture is cut still says where it was taken, and that it is not whole.
    let photo = &photos::all()[1];
    let examined = examine_bytes("cut.jpg", photo.bytes[..photo.bytes.len() - 40].to_vec());
    assert_eq!(examined.report.completeness, Completion::Partial);
    assert!(place(&examined).is_some() && has_diagnostic(&examined, "photo/picture"));
}

/// A photo over a site is an encounter of its own; inside a container too, for a container tells nothing of a flight.
#[test]
fn a_photo_over_a_site_is_an_encounter_of_the_camera() {
    let dir = tempfile::tempdir().unwrap();
    let photo = &photos::all()[0];
    let packed = zip::zip(&[zip::Member::new("DCIM/0001.JPG", &photo.bytes)]).bytes;
    std::fs::write(dir.path().join("card.zip"), packed).unwrap();
    let sites = crate::support::repository().join("samples/zones/sites.csv");
    let done = run_in(dir.path(), &["check", "card.zip", "--format", "json", "--zones", &sites.to_string_lossy()]);
    assert_eq!(done.code, 1, "{}", done.stderr);
    let flights = &done.json()["flights"];
    assert_eq!(flights.as_array().map(Vec::len), Some(1));
    assert_eq!(flights[0]["track"]["role"], "media");
    assert_eq!(flights[0]["encounters"][0]["verdict"], "media-inside");
}

/// The log lists where its photos were taken: the photos in it are items, and no second voice.
#[test]
fn a_photo_inside_a_log_adds_no_verdict() {
    let exif = Exif {
        big_endian: false,
        lat_deg: photos::ATTRIBUTES.0,
        lon_deg: photos::ATTRIBUTES.1,
        altitude_m: None,
        time_ms: 1_715_673_877_000,
        utc_offset_h: 2,
        gps_time: true,
    };
    let sample =
        crate::make::samples::all().into_iter().find(|s| s.path.contains("2021-08-02")).expect("a log with photos");
    let (at, len) = sample.truth.images[0];
    // A picture of the same length: a comment segment fills it up.
    let photo = jpeg::photo(8, 8, 3, &exif);
    let room = len.checked_sub(photo.len() + 4).expect("room for it");
    let filling = [&[0xff, 0xfe][..], &((room + 2) as u16).to_be_bytes(), &vec![b' '; room]].concat();
    let mut bytes = sample.bytes.clone();
    bytes[at..at + len].copy_from_slice(&[&photo[..2], &filling, &photo[2..]].concat());
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("log.txt"), bytes).unwrap();
    let sites = crate::support::repository().join("samples/zones/sites.csv");
    let inspected = run_in(dir.path(), &["inspect", "log.txt", "--format", "json"]);
    let files = inspected.json()["files"].as_array().cloned().unwrap_or_default();
    assert_eq!(files.iter().filter(|file| file["format"] == "photo").count(), 1, "the photo is an item");
    let done = run_in(dir.path(), &["check", "log.txt", "--format", "json", "--zones", &sites.to_string_lossy()]);
    let flights = done.json()["flights"].as_array().cloned().unwrap_or_default();
    assert_eq!(flights.len(), 1, "{flights:#?}");
    assert_eq!(flights[0]["track"]["subject"], "aircraft");
}

#[test]
fn a_picture_without_blocks_is_named_and_tells_nothing() {
    let examined = examine_bytes("picture.jpg", jpeg::picture(8, 8, 1));
    assert_eq!(examined.report.completeness, Completion::Unknown);
    assert!(examined.report.why.contains("without EXIF"), "{}", examined.report.why);
}
