//! Who and what: serial numbers, names, messages and totals as they were written.

use overflown::decode::EventKind;

use crate::make::craft::{self, Craft};
use crate::make::samples::Sample;
use crate::support::examine_sample;

use super::clean_samples;

fn craft_of(sample: &Sample) -> Craft {
    match sample.version {
        2 => craft::phantom_3_pro([1, 0, 4]),
        4 => craft::phantom_3_pro([2, 4, 3]),
        7 | 8 => craft::phantom_3_standard(),
        11 => craft::mavic_2(),
        12 => craft::mini_2(),
        13 => craft::mavic_air_2(),
        14 if sample.about.starts_with("two packs") => craft::matrice_350(),
        _ => craft::mini_4_pro_keyed(),
    }
}

#[test]
fn serial_numbers_names_and_apps_are_those_of_the_craft() {
    for sample in &clean_samples() {
        let examined = examine_sample(sample);
        let device = &examined.report.device;
        let craft = craft_of(sample);
        let path = &sample.path;
        assert_eq!(device.aircraft_serial.as_deref(), Some(craft.aircraft_serial), "{path}");
        // Small aircraft state none: their camera has no number of its own.
        assert_eq!(device.camera_serial.as_deref().unwrap_or_default(), craft.camera_serial, "{path}");
        assert_eq!(device.controller_serial.as_deref(), Some(craft.controller_serial), "{path}");
        assert_eq!(device.battery_serial.as_deref(), Some(craft.battery_serial), "{path}");
        assert_eq!(device.name.as_deref(), Some(craft.name), "{path}");
        let model = device.model.as_deref().unwrap_or_default();
        assert!(model.contains(&craft.product.to_string()), "{path}: model {model:?} of product {}", craft.product);
        let app = device.app.as_deref().unwrap_or_default();
        let [major, minor, patch] = craft.app;
        assert!(app.starts_with(&format!("{major}.{minor}.{patch}")), "{path}: app {app:?}");
        assert_eq!(device.firmware.len(), crate::make::recorder::FIRMWARE.len(), "{path}: firmware, each module once");
    }
}

#[test]
fn messages_come_out_word_by_word() {
    let all = clean_samples();
    for sample in &all {
        let examined = examine_sample(sample);
        let texts = |kind: EventKind| -> Vec<&str> {
            examined.events.iter().filter(|e| e.event.kind == kind).map(|e| e.event.text.as_str()).collect()
        };
        if sample.version == 11 {
            // `Title__text` is how later apps write; tips are messages, the three other kinds warnings.
            assert_eq!(
                texts(EventKind::Message),
                [
                    "Tips: Home point recorded. Return height: 50 m",
                    "Tips: Taking off",
                    "Tips: Connected again",
                    "Tips: Returning to the home point",
                    "Tips: Landing",
                ]
            );
            assert_eq!(
                texts(EventKind::Warning),
                [
                    "Warning: Restricted site below: Sample Power Station",
                    "Strong gusts. Fly with care.",
                    "Rear obstacle sensing is blinded.",
                ]
            );
        } else {
            let said = ["Return to home height: 50M", "Taking off", "Landing"];
            assert_eq!(texts(EventKind::Message), said, "{}", sample.path);
        }
    }
}

#[test]
fn the_start_is_the_phones_and_the_offset_comes_from_the_name() {
    for sample in &clean_samples() {
        let examined = examine_sample(sample);
        let time = &examined.report.time;
        // The first stamp of a frame is up to 39 ms behind the start of the log.
        let start = time.start_utc.as_deref().expect("a start");
        let ms = chrono::DateTime::parse_from_rfc3339(start).expect("RFC 3339").timestamp_millis();
        assert!((ms - sample.phone_ms[0]).abs() < 500, "{}: {start}", sample.path);
        // Central Europe: an hour in winter, two in summer.
        let hours = if [2, 4, 12].contains(&sample.version) { 1 } else { 2 };
        assert_eq!(time.utc_offset_s, Some(hours * 3600), "{}", sample.path);
        assert!(time.utc_offset_source.is_some_and(|source| source.contains("derived")), "{}", sample.path);
        let renamed = examine_sample(&Sample { path: "evidence-17.txt".to_owned(), ..sample.clone() });
        assert_eq!(renamed.report.time.utc_offset_s, None, "without the name there is no offset");
        assert_eq!(renamed.report.time.start_utc, time.start_utc, "and the UTC is the same");
    }
}

#[test]
fn totals_are_those_of_the_flight() {
    for sample in &clean_samples() {
        let examined = examine_sample(sample);
        let declared = |name: &str| examined.report.declared.iter().find(|d| d.name == name).map(|d| (d.value, d.unit));
        let close = |name: &str, put: f64, unit: &str| {
            let (value, found) = declared(name).unwrap_or_else(|| panic!("{}: no {name}", sample.path));
            assert!(
                (value - put).abs() <= 1e-3 + put * 1e-6 && found == unit,
                "{}: {name} {value} {found}",
                sample.path
            );
        };
        let last = sample.states.last().expect("a state");
        let most = |value: fn(&crate::make::flight::State) -> f64| sample.states.iter().map(value).fold(0.0, f64::max);
        close("distance", last.path, "m");
        close("max_height", most(|state| state.height), "m");
        close("record_count", sample.osd as f64, "");
        close("photo_count", sample.states.iter().filter(|state| state.photo).count() as f64, "");
        let seconds = (sample.phone_ms.last().expect("a row") + 100 - sample.phone_ms[0]) as f64 / 1000.0;
        close("duration", seconds, "s");
    }
}
