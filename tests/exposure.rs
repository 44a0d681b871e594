//! What apps kept of people and places: found where it is, not found where it is not, secrets shown to nobody unasked, and the
//! items of a case tied together by clocks and serial numbers.

mod inventory;
mod joined;
mod rates;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::{Ran, program, ran, run};
use crate::support::{evidence, repository};

/// Preferences of an app as Android writes them, with what a phone may hold. The IMEI is the worked example of 3GPP TS 23.003, the
/// other numbers are made; the check digit of the ICCID was counted by hand.
const PREFERENCES: &str = r#"<?xml version='1.0' encoding='utf-8' standalone='yes' ?>
<map>
    <string name="phone_imei">490154203237518</string>
    <string name="sim_serial_number">8949020000012345670</string>
    <string name="subscriber_id">262011234567890</string>
    <string name="android_id">9774d56d682e549c</string>
    <string name="wifi_ssid">Site Office</string>
    <string name="bssid">60:60:1f:12:34:56</string>
    <string name="phone_number">+49 170 5550123</string>
    <string name="key_account_email">cGlsb3RAZXhhbXBsZS5vcmc=</string>
    <string name="access_token">8f3kd93jd0aa71</string>
    <string name="fmd_latitude">54.106289</string>
    <string name="fmd_longitude">8.903822</string>
    <int name="count" value="490154203" />
</map>
"#;

/// Lines of an app's log, which no format recognises.
const LOG: &str = "08:11:05 start upload to https://log.example.com/v1/push?user=17&sign=0a1b2c3d4e5f and done\n\
08:11:06 device info imei=490154203237518, model X\n\
08:11:09 cache {\"latitude\":54.1062890,\"longitude\":8.9038220}\n";

/// Writes a phone below `folder`.
fn phone(folder: &Path, name: &str) {
    let app = folder.join(name).join("data/data/dji.go.v4");
    fs::create_dir_all(app.join("shared_prefs")).unwrap();
    fs::create_dir_all(app.join("files")).unwrap();
    fs::write(app.join("shared_prefs/dji.go.v4_preferences.xml"), PREFERENCES).unwrap();
    fs::write(app.join("files/app.txt"), LOG).unwrap();
}

/// Values of a kind in an exposure document, with their grades.
fn values(document: &Value, kind: &str) -> Vec<(String, String)> {
    let identifiers = document["identifiers"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let of_kind = identifiers.iter().filter(|one| one["kind"] == kind);
    of_kind.map(|one| (text(&one["value"]), text(&one["grade"]))).collect()
}
