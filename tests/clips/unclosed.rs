//! Clips without a movie box, or with one that is cut: telemetry comes out of the media data by its grammar, and out of noise
//! comes none.

use overflown::decode::Fact;
use overflown::evidence::{Evidence, ExtraHashes, Limits};
use overflown::examine::{Completion, Examined};
use overflown::track::Rows;

use super::{CREATED_S, moments};
use crate::make::clip::{Clip, boxed, micros, telemetry_of};
use crate::make::clock::unix_ms;
use crate::make::prng::Prng;
use crate::make::subtitles::{self, Moment};
use crate::make::unclosed::{Length, MEDIA, Unclosed, video};
use crate::support::{assert_accounts, examine_bytes, has_diagnostic, rows, tools, track};

const NAME: &str = "DJI_20240514100320_0001_D.MP4";

fn long_flight() -> Vec<Moment> {
    subtitles::flight(unix_ms(2024, 5, 14, 10, 3, 20), 40, 1000)
}

fn examine(what: &str, bytes: Vec<u8>) -> Examined {
    let examined = examine_bytes(NAME, bytes);
    assert_accounts(what, &examined);
    examined
}

/// Rows are those of the samples, in place, clock and position; no UTC is among them.
fn assert_carved(what: &str, rows: &Rows, samples: &[(usize, usize)], moments: &[Moment]) {
    assert_eq!(rows.offset, samples.iter().map(|(at, _)| *at as u64).collect::<Vec<_>>(), "{what}");
    for (row, moment) in moments.iter().enumerate() {
        assert_eq!(rows.elapsed(row), Some(micros(moment) * 1000), "{what}: row {row}");
        assert_eq!(rows.utc(row), None, "{what}: row {row}");
        assert_eq!(rows.fix[row].is_fix(), moment.place.is_some(), "{what}: row {row}");
        if let Some((lat, lon)) = moment.place {
            let off = (rows.lat[row] - lat).abs().max((rows.lon[row] - lon).abs());
            assert!(off < 1e-12, "{what}: row {row} is {off} degrees away");
        }
        let height = rows.value("height.takeoff", row).map(f64::from);
        assert!(height.is_some_and(|read| (read - moment.above_take_off_m).abs() < 0.01), "{what}: row {row}");
    }
}

#[test]
fn a_clip_that_was_not_closed_gives_its_telemetry() {
    let base = Unclosed::new(long_flight());
    for length in [Length::Open, Length::Beyond, Length::Empty, Length::Unwritten] {
        let what = format!("{length:?}");
        let clip = Unclosed { length, ..base.clone() };
        let (bytes, samples) = clip.write();
        assert_eq!(samples[0].0, MEDIA);
        let examined = examine(&what, bytes);
        let report = &examined.report;
        assert_eq!(report.completeness, Completion::Partial, "{what}");
        assert_carved(&what, rows(&examined), &samples, &clip.moments);
        let primary = examined.primary().expect("a track");
        assert_eq!((primary.name.as_str(), primary.kind), ("carved", "aircraft/gnss/media".parse().expect("a kind")));
        assert_eq!(report.device.aircraft_serial.as_deref(), Some("1581F0SAMPLE0001"), "{what}");
        assert_eq!(report.device.model.as_deref(), Some("Sample aircraft"), "{what}");
        assert_eq!((report.time.start_utc.as_deref(), report.time.end_utc.as_deref()), (None, None), "{what}");
        assert_eq!(report.records.by_type.get("carved_telemetry"), Some(&40), "{what}");
        let told = report.diagnostics.iter().find(|d| d.code == "mp4/carved").expect("it is told");
        let (last, len) = samples[39];
        assert!(told.message.contains("40 samples were carved"), "{}", told.message);
        assert!(told.message.contains(&format!("from offset {MEDIA} to {}", last + len)), "{}", told.message);
        assert!(has_diagnostic(&examined, "mp4/no-movie") && !has_diagnostic(&examined, "mp4/carved-gaps"), "{what}");
        assert_eq!(report.records.lost, 0, "{what}");
    }
}

#[test]
fn the_name_tells_the_local_time_at_which_such_a_clip_begins() {
    let examined = examine("named", Unclosed::new(long_flight()).write().0);
    assert_eq!(examined.report.time.start_local.as_deref(), Some("2024-05-14T10:03:20.000"));
    let local = examined.facts.iter().find_map(|fact| match fact {
        Fact::LocalName { local_s, .. } => Some(*local_s),
        _ => None,
    });
    assert_eq!(local, Some(CREATED_S + 7200));
    assert!(examined.events[0].position.is_some_and(|(lat, _)| (lat - 54.0986).abs() < 1e-3));
}

#[test]
fn a_cut_anywhere_costs_the_samples_that_are_gone() {
    let clip = Unclosed { noise: 150, ..Unclosed::new(moments()) };
    let (bytes, samples) = clip.write();
    for at in MEDIA..bytes.len() {
        let examined = examine(&format!("cut at {at}"), bytes[..at].to_vec());
        let whole = samples.iter().filter(|(start, len)| start + len <= at).count();
        let carved = examined.report.records.by_type.get("carved_telemetry").copied().unwrap_or(0);
        // The first sample proves itself by its head: cut behind its first two fields it still tells whose it is.
        assert!(carved == whole as u64 || whole == 0 && carved <= 1, "cut at {at}: {carved} of {whole}");
    }
}

#[test]
fn a_sample_across_two_windows_is_found_in_memory_and_in_a_file() {
    let moments = moments()[..3].to_vec();
    let first = Unclosed::new(moments.clone()).write().1[0].1;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(NAME);
    for reach in [1, 100, 160] {
        let clip = Unclosed { noise: (1 << 20) - first - reach, ..Unclosed::new(moments.clone()) };
        let (bytes, samples) = clip.write();
        assert!(samples[1].0 + reach == MEDIA + (1 << 20) && samples[1].1 > reach, "it begins so many bytes before");
        std::fs::write(&path, &bytes).expect("a file");
        assert_carved("in memory", rows(&examine("in memory", bytes)), &samples, &moments);
        let limits = Limits { keep: 4096, ..Limits::default() };
        let evidence = Evidence::open(&path, NAME.to_owned(), &limits, ExtraHashes::default()).expect("it opens");
        assert_carved("in a file", rows(&overflown::examine::examine(&evidence, tools())), &samples, &moments);
    }
}

#[test]
fn holes_are_counted_by_the_frame_numbers() {
    let clip = Unclosed::new(long_flight());
    let (mut bytes, samples) = clip.write();
    for hole in [5, 6, 20] {
        let (at, len) = samples[hole];
        bytes[at..at + len].fill(0);
    }
    // A page of zeros over the tail, as of a card that had no time to write it.
    let tail = samples[35].0 - 100;
    bytes[tail..].fill(0);
    let examined = examine("holes", bytes);
    let kept: Vec<usize> = (0..35).filter(|n| ![5, 6, 20].contains(n)).collect();
    let (at, moments): (Vec<_>, Vec<_>) = kept.iter().map(|n| (samples[*n], clip.moments[*n])).unzip();
    assert_carved("holes", rows(&examined), &at, &moments);
    let told = examined.report.diagnostics.iter().find(|d| d.code == "mp4/carved-gaps").expect("it is told");
    assert!(told.message.contains("2 holes, 3 frames are missing"), "{}", told.message);
    assert_eq!(examined.report.records.lost, 3);
}

#[test]
fn without_its_first_sample_positions_are_found_by_their_looks() {
    for degrees in [false, true] {
        let clip = Unclosed { degrees, ..Unclosed::new(long_flight()) };
        let (mut bytes, samples) = clip.write();
        let (at, len) = samples[0];
        bytes[at..at + len].fill(0xee);
        let examined = examine("no head", bytes);
        let read = rows(&examined);
        // Before the first place nothing proves a sample.
        assert_eq!(read.offset, samples[3..].iter().map(|(at, _)| *at as u64).collect::<Vec<_>>());
        for (row, moment) in clip.moments[3..].iter().enumerate() {
            let (lat, lon) = moment.place.expect("a place");
            assert!((read.lat[row] - lat).abs() < 1e-12 && (read.lon[row] - lon).abs() < 1e-12);
        }
        assert_eq!(examined.report.device.aircraft_serial, None);
        let told = examined.report.diagnostics.iter().find(|d| d.code == "mp4/carved").expect("it is told");
        assert!(told.message.contains("first sample") && told.message.contains("was not found"), "{}", told.message);
    }
}

#[test]
fn what_another_recording_left_is_a_run_of_its_own() {
    let clip = Unclosed::new(long_flight());
    let (mut bytes, samples) = clip.write();
    let own = samples.len();
    let mut noise = Prng::new(9);
    // Of an earlier flight elsewhere; its head is there, and names another aircraft.
    let mut left = 0;
    for (n, moment) in moments().into_iter().enumerate() {
        let moment = Moment { place: moment.place.map(|(lat, lon)| (lat - 3.0, lon)), ..moment };
        bytes.extend(telemetry_of("1581F0SAMPLE0002", clip.protocol, &moment, n == 0, false));
        bytes.extend(video(&mut noise, 500));
        left += 1;
    }
    let examined = examine("left behind", bytes);
    assert_carved("own", rows(&examined), &samples, &clip.moments);
    assert_eq!(examined.report.device.aircraft_serial.as_deref(), Some("1581F0SAMPLE0001"));
    let other = examined.tracks.iter().find(|track| track.name == "carved-other").expect("a second run");
    assert_eq!((other.rows.len(), other.kind.role.as_str()), (left, "last-known"));
    assert!(other.rows.fixes().all(|row| other.rows.lat[row] < 52.0));
    assert!(has_diagnostic(&examined, "mp4/carved-run"));
    assert!(examined.report.notes.iter().any(|note| note.contains("1581F0SAMPLE0002")));
    assert_eq!(own, 40);
}

#[test]
fn a_movie_that_is_cut_or_lost_its_tables_is_no_hindrance() {
    let clip = Clip { subtitles: None, ..Clip::new(moments(), CREATED_S) };
    let (bytes, layout) = clip.write();
    let movie = layout.movie;
    // The sample table of the telemetry, by its name behind that of its format.
    let djmd = movie.0 + memchr::memmem::find(&bytes[movie.0..], b"djmd").expect("a track");
    for cut in [movie.0 + 4, movie.0 + 9, movie.0 + movie.1 / 4, djmd - 2, djmd + 60] {
        let examined = examine(&format!("cut at {cut}"), bytes[..cut].to_vec());
        assert_eq!(examined.report.completeness, Completion::Partial, "cut at {cut}");
        let carved = track(&examined, "carved").unwrap_or_else(|| panic!("cut at {cut}"));
        assert_carved(&format!("cut at {cut}"), &carved.rows, &layout.telemetry, &clip.moments);
    }
    for table in [b"stco", b"stsc", b"stsz"] {
        let at = djmd + memchr::memmem::find(&bytes[djmd..], table).expect("a table");
        let mut garbled = bytes.clone();
        garbled[at..at + 4].copy_from_slice(b"skip");
        let examined = examine("no table", garbled);
        let carved = track(&examined, "carved").expect("carved");
        assert_carved("no table", &carved.rows, &layout.telemetry, &clip.moments);
        assert_eq!(examined.report.time.start_utc.as_deref(), Some("2024-05-14T08:03:20.000Z"), "the movie tells it");
    }
}

#[test]
fn a_whole_clip_is_not_searched() {
    // Samples that no table leads to stand in its media data, as they do in every clip that was edited.
    let clip = Clip::new(moments(), CREATED_S);
    let (bytes, layout) = clip.write();
    let free = boxed(b"mdat", &Unclosed::new(long_flight()).write().0[MEDIA..]);
    let examined = examine("whole", [bytes, free].concat());
    assert_eq!(examined.report.completeness, Completion::Whole);
    assert_eq!(rows(&examined).len(), layout.telemetry.len());
    assert!(!examined.report.records.by_type.contains_key("carved_telemetry"));
    let plain = Clip { protocol: None, ..clip };
    let (bytes, _) = plain.write();
    let free = boxed(b"mdat", &Unclosed::new(long_flight()).write().0[MEDIA..]);
    let examined = examine("no telemetry", [bytes, free].concat());
    assert!(!examined.report.records.by_type.contains_key("carved_telemetry"), "no track says that there is any");
}

#[test]
fn noise_and_video_give_no_sample() {
    const LEN: usize = 8 << 20;
    let mut noise = Prng::new(77);
    let (random, coded) = (noise.bytes(LEN), video(&mut noise, LEN));
    // Bytes that samples begin with, and text, as often as nothing real has them.
    let begun: Vec<u8> = (0..LEN).map(|_| [0x1a, 0x0a, 0x08, 0x10, 0x03, 0x80][noise.below(6) as usize]).collect();
    for (what, media) in [("random", random), ("coded", coded), ("begun", begun), ("words", b"dvtm_ ".repeat(LEN / 6))]
    {
        let head = [&0_u32.to_be_bytes(), b"mdat".as_slice()].concat();
        let examined = examine(what, [boxed(b"ftyp", b"mp42\0\0\0\0isom"), head, media].concat());
        assert_eq!(examined.report.completeness, Completion::Unreadable, "{what}");
        assert_eq!(examined.tracks.len(), 0, "{what}");
    }
}
