//! The report as a file: it asks nothing of a network, its policy fits it, evidence cannot break out of it, it stays small and the
//! same. `tests/report/check.py` looks at it in a browser.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::cli::{program, ran};
use crate::support::repository;

/// Names that try to leave the place where they stand.
const HOSTILE: [&str; 5] = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(2)>",
    "=1+1",
    "moc\u{202e}exe\u{2066}.\u{200b}",
    "line\u{2028}end",
];

/// The report on a case over `input`.
fn report(input: &Path, more: &[&str]) -> String {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("CASE");
    let done = ran(program().arg("case").arg(input).arg("-q").arg("-o").arg(&folder).args(more));
    assert!([0, 3].contains(&done.code), "{}", done.stderr);
    fs::read_to_string(folder.join("report.html")).unwrap()
}

fn of_samples() -> String {
    let sites = repository().join("samples/zones/sites.geojson");
    report(&repository().join("samples"), &["--zones", &sites.to_string_lossy(), "--within", "100m"])
}

/// What stands between two marks, the first time.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from}"));
    rest.split_once(to).unwrap_or_else(|| panic!("no {to} behind {from}")).0
}

fn data(report: &str) -> Value {
    serde_json::from_str(between(report, "<script type=\"application/json\" id=\"data\">", "</script>")).unwrap()
}

/// A table of one flight whose name is `flight`, and a zone file whose site has that name.
fn hostile_case(folder: &Path, flight: &str) -> String {
    let input = folder.join("card");
    fs::create_dir_all(&input).unwrap();
    let quoted = flight.replace('"', "\"\"");
    let rows: String = (0..60)
        .map(|s| {
            format!(
                "\"{quoted}\",2024-05-14T08:{:02}:{:02}Z,54.1,{:.6},{}\n",
                s / 60,
                s % 60,
                8.9 + f64::from(s) * 1e-5,
                s
            )
        })
        .collect();
    fs::write(input.join("flights.csv"), format!("flight,time,latitude,longitude,height_takeoff_m\n{rows}")).unwrap();
    // A name in a text that no format recognises.
    let person = serde_json::json!({"userid": "u000000000017", "nickname": flight});
    fs::write(input.join("names.json"), person.to_string()).unwrap();
    let site = serde_json::json!({"type": "FeatureCollection", "features": [{
        "type": "Feature", "properties": {"name": flight, "id": flight},
        "geometry": {"type": "Point", "coordinates": [8.9003, 54.1], "radius_m": 10}
    }]});
    let zones = folder.join("zones.csv");
    fs::write(&zones, format!("name,lat,lon,radius_m\n\"{quoted}\",54.1,8.9003,10\n")).unwrap();
    let base = folder.join("base.geojson");
    fs::write(&base, site.to_string()).unwrap();
    report(
        &input,
        &[
            "--zones",
            &zones.to_string_lossy(),
            "--base",
            &base.to_string_lossy(),
            "--case-id",
            flight,
            "--examiner",
            flight,
        ],
    )
}

#[test]
fn it_asks_nothing_of_a_network_and_its_policy_fits() {
    let report = of_samples();
    let policy = between(&report, "Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let digest = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()));
    let style = digest(between(&report, "<style>", "</style>"));
    let script = digest(between(&report, "<script>", "</script>"));
    assert!(policy.contains(&format!("style-src 'sha256-{style}'")), "{policy}");
    assert!(policy.contains(&format!("script-src 'sha256-{script}'")), "{policy}");
    // Evidence may name servers, in plain text: what counts is what stands in tags, style and script.
    let tags: String = report.split('<').skip(1).map(|part| part.split('>').next().unwrap_or_default()).collect();
    let active = [&tags, between(&report, "<style>", "</style>"), between(&report, "<script>", "</script>")].join("\n");
    for link in
        ["http://", "https://", "src=", "url(", "@import", "<link", "<iframe", "<object", " style=", "javascript:"]
    {
        assert!(!active.contains(link), "{link} stands in the report");
    }
    let links = report.split("href=\"").skip(1).filter(|rest| !rest.starts_with('#'));
    assert_eq!(links.count(), 0, "links lead to places in the report alone");
}

#[test]
fn evidence_cannot_break_out_of_it() {
    for hostile in HOSTILE {
        let folder = tempfile::tempdir().unwrap();
        let report = hostile_case(folder.path(), hostile);
        assert_eq!(report.matches("<script").count(), 2, "{hostile}");
        assert_eq!(report.matches("</script").count(), 2, "{hostile}");
        assert!(!report.contains("<img"), "{hostile}");
        assert!(!report.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{2028}']), "{hostile}");
        let encounters = data(&report)["encounters"].clone();
        assert_eq!(encounters[0]["verdict"], "inside", "{hostile}");
        let name = encounters[0]["site"].as_str().unwrap();
        let seen = between(&report, "<h1>", "</h1>");
        assert!(!seen.contains('<'), "{seen}");
        match hostile {
            "moc\u{202e}exe\u{2066}.\u{200b}" => assert_eq!(name, "moc\\u{202e}exe\\u{2066}.\\u{200b}"),
            "line\u{2028}end" => assert_eq!(name, "line\\u{2028}end"),
            _ => assert_eq!(name, hostile),
        }
    }
}

#[test]
fn it_tells_what_the_other_outputs_tell() {
    let report = of_samples();
    for words in [
        "Sample Prison",
        "OVF0SAMPLE0002",
        "was inside the outline of Sample Prison",
        "keyed/DJIFlightRecord_2025-04-05_[16-22-31].txt",
        "locked",
        "dji-txt/",
        "4515235f",
    ] {
        assert!(report.contains(words), "{words} is missing");
    }
    let hashes: Vec<String> = crate::make::samples::all()
        .iter()
        .map(|sample| overflown::evidence::Sha256::of(&sample.bytes).to_string())
        .collect();
    assert!(hashes.iter().all(|hash| report.contains(hash)), "every item has its whole hash");
    let data = data(&report);
    let lines = data["lines"].as_array().unwrap();
    let made = crate::make::samples::all();
    let longest = made.iter().find(|s| s.path.contains("2024-05-14")).unwrap();
    let line =
        lines.iter().find(|l| l["primary"] == true && l["path"].as_str().unwrap().ends_with("[10-03-20].txt")).unwrap();
    assert_eq!(line["fixes"], longest.fixes);
    assert_eq!(line["reference"], "above take-off");
}

#[test]
fn people_are_told_and_their_secrets_only_when_asked_for() {
    let samples = repository().join("samples");
    let (hidden, shown) = (report(&samples, &[]), report(&samples, &["--reveal-secrets"]));
    for person in ["pilot@sample.example", "sample@example.org", "0f1e2d3c4b5a6978", "firmware.sample.example"] {
        assert!(hidden.contains(person) && shown.contains(person), "{person}");
    }
    for secret in ["SAMPLE-TOKEN-0123456789", "00ff00ff"] {
        let hash = overflown::evidence::Sha256::of(secret.as_bytes()).to_string();
        let cell = |text: &str| format!("<bdi>{text}</bdi></th><td>token</td>");
        assert!(hidden.contains(&cell(&format!("sha256:{}", &hash[..16]))), "{secret}");
        assert!(!hidden.contains(secret) && shown.contains(&cell(secret)), "{secret}");
    }
    assert!(shown.contains("Secrets as they stand, for --reveal-secrets was given"));
}

/// The recorded fixes of a made flight against the line of the report: at the time of each, the line is within the tolerance that
/// the report states.
#[test]
fn the_line_is_within_its_tolerance_of_every_fix() {
    let data = data(&of_samples());
    let made = crate::make::samples::all();
    let sample = made.iter().find(|s| s.path.contains("2024-05-14")).unwrap();
    let line = data["lines"].as_array().unwrap().iter();
    let line =
        line.clone().find(|l| l["primary"] == true && l["path"].as_str().unwrap().ends_with("[10-03-20].txt")).unwrap();
    let sums = |key: &str, every: usize, from: usize| -> Vec<f64> {
        let mut sum = 0;
        let steps = line[key].as_array().unwrap().iter().skip(from).step_by(every);
        steps
            .map(|step| {
                sum += step.as_i64().unwrap();
                sum as f64
            })
            .collect()
    };
    let (lon, lat, ms, cm) = (sums("at", 2, 0), sums("at", 2, 1), sums("ms", 1, 0), sums("cm", 1, 0));
    let start = line["start"].as_i64().unwrap() as f64;
    let tolerance = line["tolerance"].as_f64().unwrap();
    assert_eq!(tolerance, 1.0);
    assert!(ms.len() < 400, "{} of {} fixes", ms.len(), sample.fixes);
    let mut worst: f64 = 0.0;
    let mut seen = 0;
    for (state, phone_ms) in sample.states.iter().zip(&sample.phone_ms).filter(|(state, _)| state.has_fix) {
        // The log's own clock stamps the rows between those of the phone's.
        let at = *phone_ms as f64 - start;
        let Some(next) = ms.iter().position(|ms| *ms >= at).filter(|next| *next > 0) else { continue };
        let part = (at - ms[next - 1]) / (ms[next] - ms[next - 1]);
        let on = |list: &[f64]| list[next - 1] + (list[next] - list[next - 1]) * part;
        let north = (on(&lat) / 1e7 - state.lat_deg()) * 111_300.0;
        let east = (on(&lon) / 1e7 - state.lon_deg()) * 111_300.0 * state.lat_deg().to_radians().cos();
        worst = worst.max(north.hypot(east));
        assert!(cm[next].abs() < 1e6);
        seen += 1;
    }
    assert!(seen > 2900, "{seen}");
    // Positions are those of the record, stamps are up to 39 ms later: at 13 m/s half a metre.
    assert!(worst < tolerance + 0.6, "{worst}");
}

#[test]
fn many_flights_with_many_fixes_stay_small() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = String::from("flight,time,latitude,longitude,height_takeoff_m\n");
    for flight in 0..200 {
        let (lat, lon) = (50.0 + f64::from(flight % 20) * 0.01, 10.0 + f64::from(flight / 20) * 0.01);
        for s in 0..300 {
            let turn = f64::from(s) * 0.7 + f64::from(flight);
            let (dlat, dlon) = (turn.sin() * 0.0004 + f64::from(s) * 1e-6, (turn * 1.3).cos() * 0.0006);
            table.push_str(&format!(
                "f{flight},2024-05-14T{:02}:{:02}:{:02}Z,{:.7},{:.7},{:.1}\n",
                8 + flight / 40,
                s / 60 + flight % 40,
                s % 60,
                lat + dlat,
                lon + dlon,
                40.0 + turn.sin() * 20.0
            ));
        }
    }
    let input = folder.path().join("card");
    fs::create_dir(&input).unwrap();
    fs::write(input.join("many.csv"), table).unwrap();
    let report = report(&input, &[]);
    assert!(report.len() < 2_000_000, "{} bytes", report.len());
    let data = data(&report);
    assert_eq!(data["lines"].as_array().map(Vec::len), Some(200));
    assert!(data["tolerance"].as_f64().unwrap() > 1.0, "so many turns do not fit at a metre");
    let words = format!("the line is within {} m on the ground", data["tolerance"]);
    assert!(report.contains(&words.replace(".0 m", " m")), "{words}");
}

#[test]
fn a_base_map_that_cannot_be_read_stops_the_case() {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().join("base.geojson");
    fs::write(&base, "no map").unwrap();
    let samples = repository().join("samples/dji-txt");
    let done =
        ran(program().arg("case").arg(samples).arg("--base").arg(&base).arg("-o").arg(folder.path().join("CASE")));
    assert_eq!(done.code, 5, "{}", done.stderr);
    assert!(done.stderr.contains("base.geojson is no GeoJSON"), "{}", done.stderr);
    assert!(!folder.path().join("CASE").exists(), "nothing is written before everything could be read");
}
