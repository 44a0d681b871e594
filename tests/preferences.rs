//! Preferences of apps, encrypted day logs, and the archives and backups in which they come.

mod archives;
mod stores;

use overflown::decode::Property;
use overflown::examine::{Completion, Examined};
use overflown::track::Role;

use crate::make::preferences::{self, EMAIL, FMD, FOUND_S, Preferences, SERIAL, TOKEN, Value, bplist};
use crate::phone::{examined, field, records};
use crate::support::has_diagnostic;

fn sample(part: &str) -> Preferences {
    preferences::all().into_iter().find(|file| file.path.contains(part)).expect("a sample")
}

fn identifiers(examined: &Examined) -> Vec<(&str, &str)> {
    examined.report.identifiers.iter().map(|id| (id.kind, id.value.as_str())).collect()
}

#[test]
fn the_samples_read_as_they_were_made() {
    for Preferences { path, bytes, fixes, secret, .. } in preferences::all() {
        let item = examined(path, &bytes);
        let report = &item.report;
        let whole = if path.starts_with("dji-fly-log") { Completion::Locked } else { Completion::Whole };
        assert_eq!(
            (report.format, report.completeness),
            (path.split('/').next(), whole),
            "{path}: {:#?}",
            report.diagnostics
        );
        assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{path}");
        let mut found: Vec<_> = item
            .tracks
            .iter()
            .flat_map(|track| {
                assert_eq!(track.kind.role, Role::LastKnown, "{path}");
                let rows = &track.rows;
                (0..rows.len()).map(|row| (rows.lat[row], rows.lon[row], rows.utc(row).map(|ns| ns / 1_000_000_000)))
            })
            .collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert_eq!(found, fixes, "{path}");
        let told = format!("{:?} {:?}", item.facts, item.events);
        assert!(secret.is_empty() || !told.contains(secret), "{path}: a secret is told");
    }
}

#[test]
fn an_account_a_serial_number_and_every_other_entry_of_android() {
    let made = sample("android-prefs");
    let item = examined(made.path, &made.bytes);
    assert_eq!(identifiers(&item), [("account e-mail", EMAIL)]);
    assert_eq!(item.report.device.aircraft_serial.as_deref(), Some(SERIAL));
    let all = records(made.path, &made.bytes);
    let entries: Vec<_> = all.iter().filter(|(_, _, fields)| !field(fields, "key").is_empty()).collect();
    assert_eq!(entries.len(), 9, "every entry, the token among them");
    let set = entries.iter().find(|(_, _, fields)| field(fields, "key") == "seen & closed").expect("the set");
    assert_eq!(field(&set.2, "value"), "tip 1\ntip 2");
    let (offset, len, _) = entries[2];
    let text = &made.bytes[*offset as usize..(offset + len) as usize];
    assert_eq!(text, format!("<string name=\"device_sn\">{SERIAL}</string>").as_bytes());
    assert!(item.report.notes.iter().any(|note| note.contains("key_account_token holds a secret")));
    assert!(item.report.app_by_path == Some("DJI GO 4"), "by the name of the file");
}

#[test]
fn both_forms_of_a_property_list_tell_the_same() {
    for part in ["com.dji.go.plist", "exported.plist"] {
        let made = sample(part);
        let item = examined(made.path, &made.bytes);
        assert_eq!(item.report.device.aircraft_serial.as_deref(), Some(SERIAL), "{part}");
        let launched = item.events.iter().find(|event| event.event.text.contains("launched")).expect("an event");
        assert_eq!(launched.utc_ns, Some((FOUND_S - 60) * 1_000_000_000), "{part}");
        let paths: Vec<String> =
            records(made.path, &made.bytes).iter().map(|(_, _, fields)| field(fields, "path").to_owned()).collect();
        let archived = "FIND_AIRCRAFT_LAST_LOCATION/LAST_LOCATION/$objects/1/kCLLocationCodingKeyCoordinateLatitude";
        assert!(paths.iter().any(|path| path == archived), "{part}: {paths:?}");
    }
    let made = sample("com.dji.go.plist");
    let all = records(made.path, &made.bytes);
    let of = |path: &str| all.iter().find(|(_, _, fields)| field(fields, "path") == path).expect("a value");
    assert_eq!(field(&of("launches").2, "value"), "-3");
    assert_eq!(field(&of("cached_product_name_key").2, "value"), "Sample Quad \u{b5}");
    let (offset, len, _) = of("AIRCRAFT_FLIGHT_LOG_DEVICE_SN");
    assert!(made.bytes[*offset as usize..(offset + len) as usize].ends_with(SERIAL.as_bytes()));
}

/// Every cut and every flip: no panic, nothing whole that is not, and no place that nobody wrote.
#[test]
fn damage_to_preferences_is_told_and_invents_no_position() {
    for part in ["android-prefs", "com.dji.go.plist", "exported.plist"] {
        let made = sample(part);
        for cut in 60..made.bytes.len() - 2 {
            let item = examined(made.path, &made.bytes[..cut]);
            assert_ne!(item.report.completeness, Completion::Whole, "{part} cut at {cut}");
        }
        for at in 0..made.bytes.len() {
            let mut bytes = made.bytes.clone();
            bytes[at] ^= 0x04;
            let item = examined(made.path, &bytes);
            let known = item.tracks.iter().map(|track| track.rows.len()).sum::<usize>();
            assert!(known <= made.fixes.len(), "{part}: byte {at}");
        }
    }
}

#[test]
fn a_broken_entry_costs_itself() {
    let text = String::from_utf8(sample("android-prefs").bytes).expect("text");
    let broken = text.replace("<string name=\"device_sn\">", "<strinx name=\"device_sn\">");
    let item = examined("prefs.xml", broken.as_bytes());
    assert_eq!((item.report.records.decoded, item.report.records.lost), (8, 1));
    assert!(has_diagnostic(&item, "android-prefs/entry"));
    assert_eq!(item.tracks.len(), 2, "the positions behind it are read");
}

/// A list that contains itself, lists that double with each level, references to nothing.
#[test]
fn hostile_property_lists_end() {
    let mut own = bplist(&Value::Array(vec![Value::True]));
    // The one reference of the list leads to itself.
    own[9..11].copy_from_slice(&[0, 0]);
    let item = examined("loop.plist", &own);
    assert_eq!(item.report.completeness, Completion::Partial);
    let levels = 40_u8;
    let mut bytes = b"bplist00".to_vec();
    let mut offsets = Vec::new();
    for level in 0..levels {
        offsets.push(bytes.len() as u8);
        bytes.extend_from_slice(&[0xa2, level + 1, level + 1]);
    }
    offsets.push(bytes.len() as u8);
    bytes.push(0x09);
    let table = bytes.len() as u64;
    bytes.extend_from_slice(&offsets);
    bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 1, 1]);
    for number in [u64::from(levels) + 1, 0, table] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    let item = examined("doubling.plist", &bytes);
    assert_eq!(item.report.completeness, Completion::Partial);
    for end in [u64::MAX, 1 << 40, 0] {
        let mut bytes = sample("com.dji.go.plist").bytes;
        let at = bytes.len() - 24;
        bytes[at..at + 8].copy_from_slice(&end.to_be_bytes());
        assert_ne!(examined("count.plist", &bytes).report.completeness, Completion::Whole);
    }
}

#[test]
fn an_encrypted_day_log_is_named_with_its_day() {
    let made = sample("dji-fly-log");
    let item = examined("Android/data/dji.go.v5/files/LOG/CACHE/FlightRecord/log-2025-04-05.log", &made.bytes);
    let locked = item.report.locked.as_ref().expect("locked");
    assert!(locked.scheme.contains("AES"));
    assert_eq!((item.report.records.opaque, item.report.records.found), (7, 7));
    assert_eq!(item.report.time.start_local.as_deref().map(|day| &day[..10]), Some("2025-04-05"));
    assert_eq!(item.report.app_by_path, Some("DJI Fly"));
    assert!(item.report.notes.iter().any(|note| note.ends_with("FlightRecord")));
    let key = "MIIEpAIBAAKCAQEA1c7+9z5Pad7OejecsQ0buBo2kPZbLaFYuxQeJ3yQkzGJvYxe";
    let lines = format!("{key}\n{key}\n{key}\n{key}\n");
    assert_eq!(examined("key", lines.as_bytes()).report.format, None, "lines of one length are keys");
}

/// Keys of other apps make records and no facts.
#[test]
fn preferences_of_other_apps_tell_nothing_about_aircraft() {
    let text = "<?xml version='1.0'?>\n<map>\n<string name=\"user\">x</string><int name=\"n\" value=\"1\" />\n</map>";
    let item = examined("other.xml", text.as_bytes());
    assert_eq!((item.report.records.found, item.facts.len(), item.tracks.len()), (2, 0, 0));
    let list = bplist(&Value::Dictionary(vec![("home", Value::Real(FMD.0)), ("token", Value::Text(TOKEN))]));
    let item = examined("other.plist", &list);
    assert!(item.facts.iter().all(|fact| !format!("{fact:?}").contains(&format!("{:?}", Property::Serial))));
    assert_eq!(item.report.records.found, 2);
}
