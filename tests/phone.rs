//! What apps leave on a phone, apart from flight records: entries with their places and local times, damage, what is no such file.

mod damage;
mod evidence;

use overflown::decode::{Alone, Context, FORMATS, Moment, Record, Sink};
use overflown::evidence::{Evidence, Limits};
use overflown::examine::{Completion, Examined};

use crate::make::phone::{self, PhoneFile};
use crate::support::{assert_accounts, examine_bytes, has_diagnostic, tools};

const NS_PER_MS: i64 = 1_000_000;

/// Name and value of each field of a record.
pub type Fields = Vec<(String, String)>;

/// Every record: where it lies, and its fields.
pub fn records(name: &str, bytes: &[u8]) -> Vec<(u64, u64, Fields)> {
    struct All(Vec<(u64, u64, Fields)>);
    impl Sink for All {
        fn record(&mut self, record: &Record<'_>) {
            let fields = record.fields().into_iter().map(|(name, value)| (name.to_owned(), value.to_string()));
            self.0.push((record.at.offset(), record.at.len(), fields.collect()));
        }
    }
    let evidence = Evidence::from_bytes(name, bytes.to_vec());
    let format = examine_bytes(name, bytes.to_vec()).report.format.expect("recognised");
    let format = FORMATS.iter().find(|known| known.id == format).expect("in the registry");
    let mut all = All(Vec::new());
    let tables = tools().tables_of(format).expect("its tables");
    (format.decode)(&evidence, &Context { tables, limits: &Limits::default(), keys: &[], siblings: &Alone }, &mut all);
    all.0
}

pub fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
}

/// Examines a file and checks that its bytes add up.
pub fn examined(name: &str, bytes: &[u8]) -> Examined {
    let examined = examine_bytes(name, bytes.to_vec());
    assert_accounts(name, &examined);
    examined
}

fn sample(part: &str) -> PhoneFile {
    phone::all().into_iter().find(|file| file.path.contains(part)).expect("a sample")
}

#[test]
fn the_samples_read_as_they_were_made() {
    for PhoneFile { path, bytes, entries, .. } in phone::all() {
        let examined = examined(path, &bytes);
        let report = &examined.report;
        let format = path.split('/').next();
        assert_eq!(
            (report.format, report.completeness),
            (format, Completion::Whole),
            "{path}: {:#?}",
            report.diagnostics
        );
        assert_eq!((report.coverage.unknown, report.coverage.damaged), (0, 0), "{path}");
        let read = records(path, &bytes);
        assert_eq!(read.len(), entries.len(), "{path}");
        for ((offset, len, fields), made) in read.iter().zip(&entries) {
            assert_eq!((*offset, *len), (made.offset as u64, made.len as u64), "{path}");
            let words: Vec<&str> = fields.iter().map(|(_, value)| value.as_str()).collect();
            assert!(words.contains(&made.text.as_str()), "{path}: {words:?} hold {:?}", made.text);
            assert_eq!(field(fields, "title"), made.title, "{path}");
            let local = made.local_ms.map(|ms| (ms * NS_PER_MS).to_string()).unwrap_or_default();
            assert_eq!(field(fields, "local"), local, "{path}");
        }
    }
}

#[test]
fn a_tip_log_tells_the_serial_number_its_order_and_each_message() {
    let made = sample("14-05-2024");
    let examined = examined(made.path, &made.bytes);
    assert_eq!(examined.report.device.aircraft_serial.as_deref(), Some("0V0SAMPLE0001"));
    assert!(has_diagnostic(&examined, "dji-tip-log/order"), "the last entry is earlier than the one before");
    let told: Vec<_> =
        examined.events.iter().map(|e| (e.event.kind.as_str(), e.event.moment, e.event.text.clone())).collect();
    assert_eq!(told.len(), made.entries.len(), "repeated messages are kept");
    let at = Moment::Local(made.entries[3].local_ms.expect("a time") * NS_PER_MS);
    let text = "Warning: Aircraft in \"Warning Zone\" (Power Station)".to_owned();
    assert_eq!(told[3], ("warning", Some(at), text));
    assert_eq!(told[2].2, "Tips: Take-off");
}

/// The name may be lost, and is not needed to recognise the file.
#[test]
fn without_its_name_a_tip_log_has_times_of_day_only() {
    let made = sample("14-05-2024");
    let examined = examined("recovered.bin", &made.bytes);
    assert_eq!(examined.report.records.found, made.entries.len() as u64);
    assert!(has_diagnostic(&examined, "dji-tip-log/no-date"));
    assert!(examined.events.iter().all(|event| event.event.moment.is_none()));
    assert_eq!(examined.report.device.aircraft_serial, None);
}

#[test]
fn a_date_at_which_clocks_start_is_told() {
    let made = sample("14-05-2024");
    assert!(has_diagnostic(&examined("10-10-2017", &made.bytes), "dji-tip-log/clock"));
    assert!(!has_diagnostic(&examined(made.path, &made.bytes), "dji-tip-log/clock"));
    let ios = b"[[\"1970-01-01 00:03:04\",\"\",\"Take-off\"]]";
    assert!(has_diagnostic(&examined("x", ios), "dji-tip-log/clock"));
}

#[test]
fn an_upgrade_log_tells_connections_versions_and_servers_and_no_signature() {
    let made = sample("dji-upgrade-log");
    let examined = examined(made.path, &made.bytes);
    let told: Vec<&str> = examined.events.iter().map(|event| event.event.text.as_str()).collect();
    assert_eq!(told.iter().filter(|text| **text == "DisconnectedWithAircraft").count(), 2);
    assert_eq!(told.iter().filter(|text| **text == "ConnectedToAircraft").count(), 1);
    assert!(told.iter().all(|text| !text.contains("00ff00ff")), "{told:?}");
    assert!(
        told.iter().any(|text| text.contains("http://firmware.sample.example/files/m1300.sig?[query of 50 characters"))
    );
    assert_eq!(
        examined.report.device.firmware,
        ["module m1300 02.32.00.00 (02.35.00.00 offered)", "module 0xc1 06.05.50.35 (Version Match)"]
    );
    assert!(examined.report.notes.iter().any(|note| note.contains("firmware.sample.example (1)")));
}

#[test]
fn a_session_is_a_stretch_of_utc() {
    let made = sample("session.json");
    let examined = examined(made.path, &made.bytes);
    let at: Vec<_> = examined.events.iter().map(|event| event.utc_ns.expect("UTC") / 1_000_000_000).collect();
    assert_eq!(at, [phone::SUSPENDED_S - 930, phone::SUSPENDED_S]);
    assert!(examined.report.identifiers.iter().any(|id| id.value == "0E0D0C0B-2222-4333-9444-BA9876543210"));
}

/// Files that look alike and are none.
#[test]
fn strangers_are_not_taken_for_these() {
    let strangers: [&[u8]; 9] = [
        b"## Heading\ntext\n## 2.1 Another\ntext\n",
        b"# 10:01:07\ntext\n",
        b"[[1,2],[3,4]]",
        b"[[\"2018-06-19\",\"a\",\"b\"]]",
        b"[2017-08-26 16:33:37.261]server started\n[2017-08-26 16:33:37.262]listening\n",
        b"{\"anon_id\":\"XZ1\",\"name\":\"x\"}",
        b"{\"lastSuspendTime\":5,\"secondsSpentInCurrentSession\":1}",
        b"\"photo.jpg\",\n\"photo2.jpg\",",
        b"",
    ];
    for stranger in strangers {
        let examined = examine_bytes("stranger", stranger.to_vec());
        assert_eq!(examined.report.format, None, "{}", String::from_utf8_lossy(stranger));
    }
}
