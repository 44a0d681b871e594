//! Texts that were cut, saved otherwise, or written without a fix: what is there is read, what is not is not made up.

use overflown::examine::Completion;
use overflown::track::FixState;

use super::{flight, notes, subtitle};
use crate::make::subtitles::{self, FORMS};
use crate::support::{assert_accounts, examine_bytes, has_diagnostic, row_keys, rows};

#[test]
fn every_cut_of_every_form_costs_only_its_last_entry() {
    let moments: Vec<_> = flight().into_iter().skip(2).take(4).collect();
    for form in FORMS {
        let (text, offsets) = subtitles::write(form, &moments);
        let whole = row_keys(&subtitle(&text));
        for cut in 0..text.len() {
            if !text.is_char_boundary(cut) {
                continue;
            }
            let examined = examine_bytes("clip.SRT", text.as_bytes()[..cut].to_vec());
            let what = format!("{form} cut at {cut}");
            assert_accounts(&what, &examined);
            let complete = offsets.iter().skip(1).filter(|offset| **offset <= cut).count();
            let keys = row_keys(&examined);
            let sound = keys.iter().zip(&whole).take(complete).all(|(now, then)| now == then);
            assert!(sound || form == 'F', "{what}: a whole entry has changed");
            // The entry that is cut gives a whole position or none.
            let rows = rows(&examined);
            if let Some(last) = (rows.len() > complete).then(|| rows.len() - 1).filter(|last| rows.fix[*last].is_fix())
            {
                assert_eq!(
                    (rows.lat[last].to_bits(), rows.lon[last].to_bits()),
                    (whole[last].lat, whole[last].lon),
                    "{what}"
                );
            }
        }
    }
}

#[test]
fn no_fix_stays_no_fix() {
    let text = |gps: &str, n: usize| format!("{n}\n00:00:0{n},000 --> 00:00:0{},000\n{gps}\n\n", n + 1);
    let na = [text("GPS(8.9,54.1,9) BAROMETER:1.0", 1), text("GPS(N/A,N/A,3) BAROMETER:1.0", 2)].concat();
    let examined = subtitle(&na);
    let read = rows(&examined);
    assert_eq!(read.fix, [FixState::Valid, FixState::Invalid]);
    assert!(read.lat[1].is_nan() && read.lon[1].is_nan(), "the position before is not filled in");
    assert_eq!(examined.report.completeness, Completion::Whole, "N/A is what the camera wrote");
    // Three without a fix, then three far away: another reader draws a line between them.
    let zeros: String = (1..=6)
        .map(|n| {
            let lat = if n <= 3 { "0.000000" } else { "32.848932" };
            format!("{n}\n00:00:0{n},000 --> 00:00:0{},000\n[latitude: {lat}] [longitude: {lat}]\n\n", n + 1)
        })
        .collect();
    let examined = subtitle(&zeros);
    let fixes: Vec<f64> = rows(&examined).fixes().map(|row| rows(&examined).lat[row]).collect();
    assert_eq!(fixes, [32.848932; 3]);
    let primary = examined.report.tracks.iter().find(|track| track.primary).expect("a track");
    assert_eq!((primary.fixes, primary.invalid, primary.length_m), (3, 3, 0.0));
}

#[test]
fn half_a_position_is_none() {
    let text = "1\n00:00:00,000 --> 00:00:01,000\n[latitude: 54.1] [longitude: 8.9]\n\n\
                2\n00:00:01,000 --> 00:00:02,000\n[latitude: 54.1] [longit\n\n\
                3\n00:00:02,000 --> 00:00:03,000\n[latitude: 54.1] [longitude: 8.9]\n\n";
    let examined = subtitle(text);
    assert_eq!(rows(&examined).fix, [FixState::Valid, FixState::Invalid, FixState::Valid]);
    assert_eq!(examined.report.coverage.damaged, "[longit".len() as u64);
    assert!(has_diagnostic(&examined, "dji-srt/cut"));
    assert!(examined.report.version.as_deref().is_some_and(|version| version.starts_with("H (")));
}

#[test]
fn entries_that_are_missing_are_lost() {
    let (text, offsets) = subtitles::write('H', &flight());
    let holed = [&text[..offsets[4]], &text[offsets[7]..]].concat();
    let examined = subtitle(&holed);
    assert_eq!(examined.report.records.lost, 3, "numbers 5 to 7, for which the video has room");
    assert_eq!(examined.report.completeness, Completion::Partial);
    // A hole that is filled with something else.
    let filled = [&text[..offsets[4]], "\u{7f}#garbage without a meaning\n\n", &text[offsets[7]..]].concat();
    let examined = subtitle(&filled);
    assert_eq!((examined.report.records.decoded, examined.report.records.lost), (9, 3));
    assert!(has_diagnostic(&examined, "dji-srt/garbage"));
    // Numbers that anybody may write are no proof.
    let jump = text.replace("\n6\n00:00:05", "\n4000000000\n00:00:05");
    let examined = subtitle(&jump);
    assert_eq!(examined.report.records.lost, 0);
    assert!(has_diagnostic(&examined, "dji-srt/numbers"));
}

#[test]
fn line_ends_marks_and_encodings_change_nothing() {
    let (text, _) = subtitles::write('E', &flight());
    let places = |bytes: Vec<u8>| {
        let examined = subtitle(bytes);
        assert_eq!(examined.report.coverage.unknown, 0);
        let rows = rows(&examined);
        (0..rows.len()).map(|row| (rows.lat[row], rows.lon[row])).collect::<Vec<_>>()
    };
    let plain = places(text.clone().into_bytes());
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (what, bytes) in [
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("CR", text.replace('\n', "\r").into_bytes()),
        ("mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("Latin-1", latin),
        ("UTF-16", utf16),
        ("no blank lines", text.replace("\n\n", "\n").into_bytes()),
    ] {
        assert_eq!(places(bytes), plain, "{what}");
    }
}

#[test]
fn a_first_number_alone_is_a_stump_by_its_name_only() {
    let stump = subtitle("1\n");
    assert_eq!(stump.report.completeness, Completion::Unreadable);
    assert_eq!(stump.report.coverage.damaged, 2);
    assert!(stump.tracks.is_empty() && notes(&stump).contains("0 entries"));
    assert_eq!(examine_bytes("value", b"1\n".to_vec()).report.format, None);
    assert_eq!(examine_bytes("empty.SRT", Vec::new()).report.format, None);
}

#[test]
fn pages_of_zeros_and_flipped_bytes_are_survived() {
    let (text, _) = subtitles::write('G', &flight());
    for at in (0..text.len()).step_by(7) {
        let mut zeroed = text.clone().into_bytes();
        let end = (at + 100).min(zeroed.len());
        zeroed[at..end].fill(0);
        let mut flipped = text.clone().into_bytes();
        flipped[at] ^= 0x81;
        for bytes in [zeroed, flipped] {
            let examined = examine_bytes("clip.SRT", bytes);
            assert_accounts(&format!("changed at {at}"), &examined);
            let intact = rows(&examined).fixes().filter(|row| rows(&examined).lat[*row] > 54.0).count();
            assert!(intact + 3 >= 9, "changed at {at}: {intact} fixes are left of 9");
        }
    }
}
