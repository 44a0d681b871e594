//! Clips: what the encoder puts into boxes comes out, with its place in the file; cut and hostile ones end, and are told.

mod broken;
mod debug;
mod large;
mod unclosed;

use overflown::decode::{EventKind, Fact, Part};
use overflown::examine::{Completion, Examined};

use crate::make::clip::{self, Clip};
use crate::make::clock::unix_ms;
use crate::make::subtitles::{self, Moment};
use crate::support::{assert_accounts, examine_bytes, rows, track};

/// 2024-05-14T08:03:20Z.
const CREATED_S: i64 = 1_715_673_800;

fn moments() -> Vec<Moment> {
    subtitles::flight(unix_ms(2024, 5, 14, 10, 3, 20), 8, 1000)
}

fn examine_clip(name: &str, clip: &Clip) -> (Examined, clip::Layout) {
    let (bytes, layout) = clip.write();
    let examined = examine_bytes(name, bytes);
    assert_accounts(name, &examined);
    assert_eq!(examined.report.format, Some("mp4"));
    (examined, layout)
}

fn assert_telemetry(what: &str, examined: &Examined, layout: &clip::Layout, moments: &[Moment]) {
    let rows = rows(examined);
    assert_eq!(rows.len(), moments.len(), "{what}");
    for (row, moment) in moments.iter().enumerate() {
        assert_eq!(rows.offset[row], layout.telemetry[row].0 as u64, "{what}: row {row}");
        assert_eq!(rows.elapsed(row), Some(row as i64 * 1_000_000_000), "{what}: a sample a second");
        assert_eq!(rows.fix[row].is_fix(), moment.place.is_some(), "{what}: row {row}");
        if let Some((lat, lon)) = moment.place {
            let off = (rows.lat[row] - lat).abs().max((rows.lon[row] - lon).abs());
            assert!(off < 1e-12, "{what}: row {row} is {off} degrees away");
        }
        let value = |channel: &str| rows.value(channel, row).map(f64::from);
        let near = |channel: &str, made: f64| value(channel).is_some_and(|read| (read - made).abs() < 0.01);
        assert!(near("height.takeoff", moment.above_take_off_m), "{what}: row {row}");
        assert!(near("height.unknown", moment.absolute_m), "{what}: row {row}");
        assert!(near("attitude.roll", 2.9) && near("attitude.pitch", -8.9) && near("attitude.yaw", -75.0), "{what}");
        // Left out of its message, which is there: zero.
        assert_eq!(value("gimbal.roll"), Some(0.0), "{what}: row {row}");
    }
}

#[test]
fn clips_read_as_they_were_made_however_they_are_put_together() {
    let base = Clip::new(moments(), CREATED_S);
    for clip in [
        base.clone(),
        Clip { movie_first: true, ..base.clone() },
        Clip { wide: true, ..base.clone() },
        Clip { degrees: true, ..base.clone() },
        Clip { protocol: Some("dvtm_Mini4_Pro.proto"), degrees: true, ..base.clone() },
    ] {
        let what = format!("{:?}", (clip.movie_first, clip.wide, clip.degrees, clip.protocol));
        let (examined, layout) = examine_clip("DJI_0001.MP4", &clip);
        let report = &examined.report;
        assert_eq!(report.completeness, Completion::Whole, "{what}: {:#?}", report.diagnostics);
        assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{what}");
        assert_telemetry(&what, &examined, &layout, &clip.moments);
        assert_eq!(report.device.aircraft_serial.as_deref(), Some("1581F0SAMPLE0001"), "{what}");
        assert_eq!(report.device.model.as_deref(), Some("Sample aircraft"), "{what}");
        assert_eq!(examined.primary().map(|track| track.kind), Some("aircraft/gnss/media".parse().expect("a kind")));
        let camera = track(&examined, "camera").expect("the place in the user data");
        assert_eq!((camera.rows.lat[0], camera.rows.lon[0]), (54.0985, 8.8975), "{what}");
    }
}

#[test]
fn subtitles_inside_read_as_those_beside() {
    for form in ['B', 'D', 'H', 'I'] {
        let clip = Clip { subtitles: Some(form), ..Clip::new(moments(), CREATED_S) };
        let (examined, layout) = examine_clip("DJI_0001.MP4", &clip);
        let inside = examined.children.first().expect("a subtitle text");
        assert_eq!(inside.report.path, "DJI_0001.MP4!/subtitles-2.srt");
        let beside = examine_bytes("DJI_0001.SRT", subtitles::write(form, &clip.moments).0.into_bytes());
        let places = |examined: &Examined| {
            let rows = rows(examined);
            (0..rows.len())
                .map(|row| (rows.lat[row].to_bits(), rows.lon[row].to_bits(), rows.elapsed(row)))
                .collect::<Vec<_>>()
        };
        assert_eq!(places(inside), places(&beside), "{form}");
        assert_eq!(inside.report.version, beside.report.version, "{form}");
        // Each sample's words are in the file where the child says.
        let at = examined.report.children.first().and_then(|child| child.offset);
        assert_eq!(at, Some(layout.subtitles[0].0 as u64 + 2), "{form}");
        assert_eq!(examined.report.records.by_type.get("subtitle"), Some(&(clip.moments.len() as u64)), "{form}");
    }
}

#[test]
fn a_creation_time_is_utc_only_where_another_clock_proves_it() {
    let clip = Clip::new(moments(), CREATED_S);
    let local = Clip { created_s: CREATED_S + 7200, ..clip.clone() };
    let facts = |examined: &Examined| -> Vec<(i64, i64)> {
        let pair = |fact: &Fact| match fact {
            Fact::ClockPair { part: Part::Camera, local_s, utc_s, .. } => Some((*local_s, *utc_s)),
            _ => None,
        };
        examined.facts.iter().filter_map(pair).collect()
    };
    let named = examine_clip("DJI_20240514100320_0001_D.MP4", &clip).0;
    assert_eq!(facts(&named), [(CREATED_S + 7200, CREATED_S)]);
    assert_eq!(named.report.time.start_utc.as_deref(), Some("2024-05-14T08:03:20.000Z"));
    assert_eq!(named.report.time.end_utc.as_deref(), Some("2024-05-14T08:03:28.000Z"));
    let camera = examine_clip("DJI_20240514100320_0001_D.MP4", &local).0;
    assert!(facts(&camera).is_empty());
    assert_eq!(
        (camera.report.time.start_utc, camera.report.time.start_local.as_deref()),
        (None, Some("2024-05-14T10:03:20.000"))
    );
    // Its name on the card, which the user data hold, proves as much.
    let renamed = examine_clip("holiday.MP4", &clip).0;
    assert_eq!(facts(&renamed), [(CREATED_S + 7200, CREATED_S)]);
    assert!(renamed.report.notes.iter().any(|note| note.contains("called this file DJI_20240514100320_0008_D.MP4")));
    let nameless = examine_clip("DJI_0001.MP4", &Clip { card_path: "/DCIM/100MEDIA/DJI_0001.MP4", ..clip }).0;
    assert!(facts(&nameless).is_empty());
    assert_eq!(nameless.report.time.start_utc, None, "nothing proves it");
    assert!(nameless.report.notes.iter().any(|note| note.contains("nothing here tells which")));
    let kinds: Vec<EventKind> = nameless.events.iter().map(|event| event.event.kind).collect();
    assert_eq!(kinds, [EventKind::VideoStart, EventKind::VideoStop]);
    // The first three moments have no fix.
    assert_eq!(nameless.events[0].position, None, "the place at the end is none for the start");
    assert!(nameless.events[1].position.is_some_and(|(lat, _)| (lat - 54.0987518).abs() < 1e-5));
}

#[test]
fn a_protocol_that_the_table_lacks_is_searched_and_told() {
    for degrees in [true, false] {
        let clip = Clip { protocol: Some("dvtm_unheard.proto"), degrees, ..Clip::new(moments(), CREATED_S) };
        let (examined, _) = examine_clip("DJI_0001.MP4", &clip);
        let told = examined.report.diagnostics.iter().find(|d| d.code == "mp4/protocol").expect("it is told");
        assert!(told.message.contains("dvtm_unheard") && told.severity == "note", "{told:?}");
        let read = rows(&examined);
        let fixes: Vec<_> = read.fixes().map(|row| (read.lat[row], read.lon[row])).collect();
        let made: Vec<_> = clip.moments.iter().filter_map(|moment| moment.place).collect();
        assert_eq!(fixes.len(), made.len());
        for ((lat, lon), (made_lat, made_lon)) in fixes.into_iter().zip(made) {
            assert!((lat - made_lat).abs() < 1e-12 && (lon - made_lon).abs() < 1e-12);
        }
        assert_eq!(examined.report.device.aircraft_serial, None, "its path is not known");
    }
}
