//! Subtitle telemetry: every form reads as it was written, the real files have the figures that are listed for them, and nothing
//! is invented where the text says nothing.

mod broken;
mod real;

use overflown::decode::EventKind;
use overflown::examine::{Completion, Examined};

use crate::cli::run_in;
use crate::make::clock::unix_ms;
use crate::make::subtitles::{self, FORMS, Moment};
use crate::support::{assert_accounts, examine_bytes, rows, track};

/// Examines a text, which must be recognised.
fn subtitle(text: impl AsRef<[u8]>) -> Examined {
    let bytes = text.as_ref();
    let examined = examine_bytes("clip.SRT", bytes.to_vec());
    assert_accounts("clip.SRT", &examined);
    assert_eq!(examined.report.format, Some("dji-srt"), "{}", String::from_utf8_lossy(bytes));
    examined
}

fn notes(examined: &Examined) -> String {
    examined.report.notes.join("\n")
}

fn flight() -> Vec<Moment> {
    subtitles::flight(unix_ms(2024, 5, 14, 10, 3, 20), 12, 1000)
}

/// Decimals of the position in each form.
fn decimals(form: char) -> usize {
    if "ABCDJ".contains(form) { 4 } else { 6 }
}

#[test]
fn every_form_reads_as_it_was_written() {
    let moments = flight();
    for form in FORMS {
        let (text, offsets) = subtitles::write(form, &moments);
        let examined = subtitle(&text);
        let report = &examined.report;
        assert_eq!(report.completeness, Completion::Whole, "{form}: {:#?}", report.diagnostics);
        let version = report.version.clone().expect("a version");
        assert!(version.starts_with(&format!("{form} (")), "{form}: {version}");
        assert_eq!(report.records.found, moments.len() as u64, "{form}");
        let has_time = !"DEK".contains(form);
        let start = has_time.then(|| "2024-05-14T10:03:20.000".to_owned());
        assert_eq!(report.time.start_local, start, "{form}");
        assert_eq!(report.time.start_utc, None, "{form}: a local time is no UTC");
        if form == 'F' {
            assert!(examined.tracks.is_empty(), "no position is told, so there is no track");
            continue;
        }
        let rows = rows(&examined);
        assert_eq!(rows.len(), moments.len(), "{form}: a row an entry");
        for (row, moment) in moments.iter().enumerate() {
            assert_eq!(rows.offset[row], offsets[row] as u64, "{form}: row {row}");
            let place = moment.place.map(|(lat, lon)| {
                let digits = decimals(form);
                let written = |degrees: f64| format!("{degrees:.digits$}").parse::<f64>().expect("digits");
                (written(lat), written(lon))
            });
            let read = rows.fix[row].is_fix().then(|| (rows.lat[row], rows.lon[row]));
            assert_eq!(read, place, "{form}: row {row}");
            let elapsed = if form == 'J' { moment.local_ms } else { moment.cue_ms.0 };
            assert_eq!(rows.elapsed(row), Some(elapsed * 1_000_000), "{form}: row {row}");
            // Forms A, B and C write whole seconds, as the flight has them.
            assert_eq!(rows.local(row), has_time.then_some(moment.local_ms * 1_000_000), "{form}: row {row}");
            let height = |channel: &str| rows.value(channel, row).map(f64::from);
            if "ABCDEI".contains(form) {
                let read = height("height.takeoff").expect("a height above take-off");
                assert!((read - moment.above_take_off_m).abs() < 0.051, "{form}: row {row}: {read}");
            } else {
                assert_eq!(height("height.takeoff"), None, "{form}: nobody says that it is above take-off");
            }
            if "CGHIK".contains(form) {
                let read = height("height.unknown").expect("a height without a reference");
                assert!((read - moment.absolute_m).abs() < 0.051, "{form}: row {row}: {read}");
            }
            assert_eq!(height("height.amsl"), None, "{form}: no text proves a height above the sea");
            if "ABDE".contains(form) {
                assert_eq!(height("satellites"), Some(f64::from(moment.satellites)), "{form}: row {row}");
            }
        }
        let step = rows.value("position.step", 5).map(f64::from).expect("the step of its digits");
        let expected = 10_f64.powi(-(decimals(form) as i32));
        assert!((step / expected - 1.0).abs() < 1e-6, "{form}: {step}");
    }
}

#[test]
fn the_home_point_has_the_order_of_the_position() {
    let moments = flight();
    for form in ['A', 'B', 'E', 'K'] {
        let examined = subtitle(subtitles::write(form, &moments).0);
        let home = track(&examined, "home").expect("a home track");
        assert_eq!((home.rows.lat[0], home.rows.lon[0]), (54.0985, 8.8975), "{form}");
        assert_eq!(home.kind.role.as_str(), "media", "{form}");
    }
}

#[test]
fn attitudes_of_aircraft_and_gimbal() {
    let examined = subtitle(subtitles::write('E', &flight()).0);
    let value = |channel: &str| rows(&examined).value(channel, 4).map(|value| format!("{value:.1}"));
    let read =
        ["attitude.pitch", "attitude.roll", "attitude.yaw", "gimbal.pitch", "gimbal.roll", "gimbal.yaw"].map(value);
    assert_eq!(read.map(Option::unwrap), ["-8.9", "2.9", "-75.0", "-27.3", "0.0", "-76.0"]);
    let examined = subtitle(subtitles::write('I', &flight()).0);
    let value = |channel: &str| rows(&examined).value(channel, 4).map(|value| format!("{value:.1}"));
    assert_eq!(["gimbal.yaw", "gimbal.pitch", "gimbal.roll"].map(value).map(Option::unwrap), ["12.5", "-30.0", "0.0"]);
}

/// The third value decides; where there is none, what is beyond 90 degrees; else it is assumed, and told.
#[test]
fn the_order_of_the_axes_is_decided_with_a_reason() {
    let place = |gps: &str| {
        let text = format!("1\n00:00:00,000 --> 00:00:01,000\nGPS({gps}) BAROMETER:1.0\n\n");
        let examined = subtitle(text);
        let rows = rows(&examined);
        (rows.lat[0], rows.lon[0], notes(&examined))
    };
    for (gps, lat, lon, reason) in [
        ("8.9,54.1,12", 54.1, 8.9, "an integer c"),
        ("36.6146,-6.1120,0.0M", 36.6146, -6.112, "decimals or M"),
        ("39.906217,116.391305,69.800", 39.906217, 116.391305, "decimals or M"),
        ("-121.7,48.0", 48.0, -121.7, "a beyond 90"),
        ("48.0,-121.7", 48.0, -121.7, "b beyond 90"),
        ("8.9,54.1", 54.1, 8.9, "assumed"),
    ] {
        let (read_lat, read_lon, notes) = place(gps);
        assert_eq!((read_lat, read_lon), (lat, lon), "{gps}");
        assert!(notes.contains(reason), "{gps}: {notes}");
    }
}

#[test]
fn recordings_joined_in_one_text_are_not_bridged() {
    let start = unix_ms(2024, 5, 14, 10, 3, 20);
    let mut moments = subtitles::flight(start, 10, 1000);
    // The camera was off for seven minutes; the video goes on without a gap.
    for moment in &mut moments[6..] {
        moment.local_ms += 420_000;
        moment.frame -= 6;
    }
    let examined = subtitle(subtitles::write('H', &moments).0);
    assert_eq!(rows(&examined).breaks, [6]);
    let told = examined.report.diagnostics.iter().find(|d| d.code == "dji-srt/run").expect("it is told");
    assert!(told.message.contains("420.00 s"), "{}", told.message);
    let count = |kind| examined.events.iter().filter(|event| event.event.kind == kind).count();
    assert_eq!((count(EventKind::VideoStart), count(EventKind::VideoStop)), (2, 2));
    assert_eq!(examined.report.time.end_local.as_deref(), Some("2024-05-14T10:10:29.000"));
}

/// A frame of a time lapse shows two seconds and more each; that is no joint.
#[test]
fn a_time_lapse_is_one_recording() {
    let mut moments = subtitles::flight(unix_ms(2024, 5, 14, 10, 3, 20), 30, 33);
    for (n, moment) in moments.iter_mut().enumerate() {
        moment.local_ms += 5000 * n as i64;
    }
    let examined = subtitle(subtitles::write('G', &moments).0);
    assert!(rows(&examined).breaks.is_empty());
    assert!(notes(&examined).contains("another pace"), "{}", notes(&examined));
}

#[test]
fn a_given_offset_makes_utc_of_the_local_time() {
    use overflown::evidence::Evidence;
    use overflown::examine::{Tools, examine};
    let text = subtitles::write('H', &flight()).0;
    let tools = Tools { utc_offset_s: Some(7200), ..crate::support::tools().clone() };
    let examined = examine(&Evidence::from_bytes("clip.SRT", text.into_bytes()), &tools);
    assert_eq!(rows(&examined).utc(0), Some(unix_ms(2024, 5, 14, 8, 3, 20) * 1_000_000));
    assert!(notes(&examined).contains("as given, was applied"), "{}", notes(&examined));
}

#[test]
fn other_makers_write_the_hemisphere_or_short_names() {
    let autel = "1\n00:00:00,000 --> 00:00:01,000\nHOME(W: 109.318642, N: 40.769371) 2023-09-12 10:28:07\n\
                 GPS(W: 109.318700, N: 40.769400, 2371.76m)\n\n";
    let examined = subtitle(autel);
    assert_eq!((rows(&examined).lat[0], rows(&examined).lon[0]), (40.7694, -109.3187));
    assert_eq!(examined.report.version.as_deref(), Some("Autel EVO II"));
    let home = track(&examined, "home").expect("a home");
    assert_eq!((home.rows.lat[0], home.rows.lon[0]), (40.769371, -109.318642));
    let yuneec = "1\n00:00:00,000 --> 00:00:01,000\nLat:47.123456 Lon:-122.5 Alt:31.5m Yaw:10.0 Pitch:1.0 Roll:0.5\n\n";
    let examined = subtitle(yuneec);
    assert_eq!((rows(&examined).lat[0], rows(&examined).lon[0]), (47.123456, -122.5));
    assert_eq!(examined.report.version.as_deref(), Some("Yuneec"));
}

#[test]
fn a_film_is_none_of_these() {
    let film = "1\n00:00:01,000 --> 00:00:04,000\n<i>Where is the drone?</i>\n\n2\n00:00:05,000 --> 00:00:07,000\n- Up there.\n\n";
    assert_eq!(examine_bytes("film.srt", film.as_bytes().to_vec()).report.format, None);
}

/// The camera's local time is all that a clip tells of when; an encounter that kept it back would say "time unknown".
#[test]
fn an_encounter_of_a_clip_tells_the_local_time() {
    let dir = tempfile::tempdir().unwrap();
    let entry = |number: u32, second: u32, lat: f64| {
        format!(
            "{number}\n00:00:{second:02},000 --> 00:00:{:02},000\n2024-05-14 10:03:{second:02}.000\n\
             [latitude: {lat:.6}] [longitude: 8.900000] [rel_alt: 40.000 abs_alt: 50.000]\n\n",
            second + 1
        )
    };
    let text: String = [54.1, 54.101, 54.102, 54.103].iter().zip(1..).map(|(lat, n)| entry(n, n, *lat)).collect();
    std::fs::write(dir.path().join("clip.SRT"), text).unwrap();
    // From the second entry to the third.
    let site =
        r#"{"type":"Polygon","coordinates":[[[8.8,54.1005],[9.0,54.1005],[9.0,54.1025],[8.8,54.1025],[8.8,54.1005]]]}"#;
    std::fs::write(dir.path().join("site.geojson"), site).unwrap();
    let done = run_in(dir.path(), &["check", "clip.SRT", "--format", "json", "--zones", "site.geojson"]);
    let document = done.json();
    let encounter = &document["flights"][0]["encounters"][0];
    let entry = &encounter["entries"][0];
    assert!(entry["enter_utc"].is_null() && entry["exit_utc"].is_null(), "a local time is no UTC");
    assert_eq!(entry["enter_local"], "2024-05-14T10:03:01.500");
    assert_eq!(entry["exit_local"], "2024-05-14T10:03:03.500");
    let audit = encounter["audit"].as_str().unwrap();
    let said = "from 2024-05-14T10:03:01.500 local time to 2024-05-14T10:03:03.500 local time";
    assert!(audit.contains(said) && audit.contains("offset from UTC is not stated"), "{audit}");
    // With the offset that the user states the same moments are UTC.
    let done = run_in(
        dir.path(),
        &["check", "clip.SRT", "--format", "json", "--zones", "site.geojson", "--utc-offset", "+02:00"],
    );
    assert_eq!(done.json()["flights"][0]["encounters"][0]["entries"][0]["enter_utc"], "2024-05-14T08:03:01.500Z");
}
