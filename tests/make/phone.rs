//! Samples of what apps leave on a phone: tip logs, upgrade logs, the state of sessions, a list of flight records.

use super::clock::unix_ms;

/// A file of an app and what is true about it.
#[derive(Clone, Debug)]
pub struct PhoneFile {
    /// Below samples/.
    pub path: &'static str,
    pub about: &'static str,
    pub bytes: Vec<u8>,
    pub entries: Vec<Said>,
}

/// An entry: its bytes, when by the phone's clock, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub offset: usize,
    pub len: usize,
    /// ms since 1970 as if local time were UTC; `None` where the entry has no time of its own.
    pub local_ms: Option<i64>,
    pub title: &'static str,
    pub text: String,
}

pub fn all() -> Vec<PhoneFile> {
    vec![tips_android(), tips_ios(), upgrade_log(), anonymous(), session(), listed()]
}

/// Hour, minute, second, title, text: one flight of the sample shore.
const TIPS: [(i64, i64, i64, &str, &str); 6] = [
    (10, 1, 7, "", "Satellite positioning off. Fly with Caution."),
    (10, 3, 20, "", "Home Point recorded. Return-to-Home Altitude:\u{a0} 30m"),
    (10, 3, 22, "Tips", "Take-off"),
    (10, 9, 41, "Warning", "Aircraft in \"Warning Zone\" (Power Station)"),
    (10, 9, 41, "Warning", "Aircraft in \"Warning Zone\" (Power Station)"),
    (10, 8, 2, "High Wind Velocity", "Fly with caution.\nLand soon."),
];

/// Text lines under the name that dates them; the last entry but one is out of order.
fn tips_android() -> PhoneFile {
    let mut bytes = Vec::new();
    let mut entries = Vec::new();
    for (hour, minute, second, title, text) in TIPS {
        let text = text.replace('\n', " ");
        // Some entries without a title keep the blank in front of it.
        let head = match title {
            "" if minute == 1 => " ".to_owned(),
            "" => String::new(),
            title => format!(" {title}"),
        };
        let line = format!("## {hour:02}:{minute:02}:{second:02}{head}\n{text}\n");
        let local_ms = Some(unix_ms(2024, 5, 14, hour, minute, second));
        entries.push(Said { offset: bytes.len(), len: line.len(), local_ms, title, text });
        bytes.extend_from_slice(line.as_bytes());
    }
    PhoneFile {
        path: "dji-tip-log/14-05-2024-0V0SAMPLE0001",
        about: "Android: date and serial number in the name; titles, a repeated warning, an entry out of order",
        bytes,
        entries,
    }
}

/// Groups of arrays, two entries a group.
fn tips_ios() -> PhoneFile {
    let mut text = String::new();
    let mut entries = Vec::new();
    for (at, (hour, minute, second, title, said)) in TIPS[..5].iter().copied().enumerate() {
        text += match (at, at % 2) {
            (0, _) => "[",
            (_, 0) => "],[",
            _ => ",",
        };
        let offset = text.len();
        let escaped = said.replace('"', "\\\"");
        text += &format!("[\"2024-05-14 {hour:02}:{minute:02}:{second:02}\",\"{title}\",\"{escaped}\"]");
        entries.push(Said {
            offset,
            len: text.len() - offset,
            local_ms: Some(unix_ms(2024, 5, 14, hour, minute, second)),
            title,
            text: said.to_owned(),
        });
    }
    text += "]";
    PhoneFile {
        path: "dji-tip-log/tips-ios",
        about: "iOS: groups of JSON arrays without brackets around all, an escaped quote, a non-breaking space",
        bytes: text.into_bytes(),
        entries,
    }
}

/// An upgrade of one module; a list over several lines, a signed address, no line end at the end.
fn upgrade_log() -> PhoneFile {
    const LINES: [(i64, i64, &str); 9] = [
        (0, 101, "remove need upgrade groups"),
        (0, 102, "DisconnectedWithAircraft"),
        (41, 9, "ConnectedToAircraft"),
        (41, 330, "need upgrade m1300: 02.35.00.00, device version: 02.32.00.00"),
        (41, 331, "need upgrade groups: (\n    \"group name: RC\\nproduct type: 769\\n\"\n)"),
        (
            43,
            0,
            "start download pack http://firmware.sample.example/files/m1300.sig?X-Sample-Date=20240514&X-Sample-Signature=00ff00ff",
        ),
        (
            59,
            870,
            "sub module info: modueID: 0xc1, firmwareVersion: 06.05.50.35, state:Version Match. (code 5), progress: 100%",
        ),
        (59, 871, "push upgrade progress: 100%"),
        (59, 999, "DisconnectedWithAircraft"),
    ];
    let mut text = String::from("\n");
    let mut entries = Vec::new();
    for (at, (second, ms, said)) in LINES.into_iter().enumerate() {
        let offset = text.len();
        text += &format!("[2024-05-14 09:58:{second:02}.{ms:03}]{said}");
        if at + 1 < LINES.len() {
            text.push('\n');
        }
        let local_ms = unix_ms(2024, 5, 14, 9, 58, second) + ms;
        let len = text.len() - offset;
        entries.push(Said { offset, len, local_ms: Some(local_ms), title: "", text: said.to_owned() });
    }
    PhoneFile {
        path: "dji-upgrade-log/upgrade",
        about: "iOS: connections, firmware versions, a list over three lines, a signed address",
        bytes: text.into_bytes(),
        entries,
    }
}

fn whole(path: &'static str, about: &'static str, text: &str, said: &str) -> PhoneFile {
    let entry = Said { offset: 0, len: text.len(), local_ms: None, title: "", text: said.to_owned() };
    PhoneFile { path, about, bytes: text.as_bytes().to_vec(), entries: vec![entry] }
}

fn anonymous() -> PhoneFile {
    let id = "XZ0A0B0C0D-1111-4222-8333-0123456789AB";
    whole("app-session/anonymous.json", "id of an installation", &format!("{{\"anon_id\":\"{id}\"}}"), id)
}

/// 2024-05-14T08:12:30Z.
pub const SUSPENDED_S: i64 = 1_715_674_350;

fn session() -> PhoneFile {
    let text = format!(
        "{{\"lastSuspendTime\":{SUSPENDED_S},\"numInterruptions\":2,\"sessionID\":\"0E0D0C0B-2222-4333-9444-BA9876543210\",\
         \"secondsSpentInCurrentSession\":930}}"
    );
    whole("app-session/session.json", "a session in UTC, put aside at 08:12:30", &text, "930")
}

fn listed() -> PhoneFile {
    let names = ["DJIFlightRecord_2024-05-14_[10-03-20].txt", "DJIFlightRecord_2024-05-13_[18-40-01].txt"];
    let mut bytes = Vec::new();
    let mut entries = Vec::new();
    for (name, day, (hour, minute, second)) in [(names[0], 14, (10, 3, 20)), (names[1], 13, (18, 40, 1))] {
        let text = format!("\"{name}\",");
        let local_ms = Some(unix_ms(2024, 5, day, hour, minute, second));
        entries.push(Said { offset: bytes.len(), len: text.len(), local_ms, title: "", text: name.to_owned() });
        bytes.extend_from_slice(text.as_bytes());
        bytes.push(b'\n');
    }
    PhoneFile { path: "app-session/uploads.txt", about: "two flight records by name", bytes, entries }
}
