//! Keys across an air gap as users handle them: a request goes out, an answer comes back, is proved on its log and stored, and
//! from then on the log reads like any other.

use std::fs;
use std::path::Path;

use overflown::evidence::Sha256;
use serde_json::Value;
use tempfile::TempDir;

use super::{Ran, program, ran};
use crate::make::dji_txt::{Log, service};
use crate::make::long;
use crate::make::samples::{self, Sample};

/// Fixes of the aircraft; the places of photos stand in clear.
fn aircraft_fixes(document: &Value) -> u64 {
    let tracks = document["files"][0]["tracks"].as_array().expect("tracks");
    tracks.iter().find(|t| t["subject"] == "aircraft").and_then(|t| t["fixes"].as_u64()).unwrap_or(0)
}

/// A folder with the two encrypted samples, `a.txt` (version 13) and `b.txt` (version 14), and a home for keys.
struct Desk {
    dir: TempDir,
    a: Sample,
    b: Sample,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let find = |version: u8| samples::all().into_iter().find(|s| s.version == version && s.keys.is_some()).unwrap();
        let (a, b) = (find(13), find(14));
        fs::create_dir(dir.path().join("card")).unwrap();
        fs::write(dir.path().join("card/a.txt"), &a.bytes).unwrap();
        fs::write(dir.path().join("card/b.txt"), &b.bytes).unwrap();
        Desk { dir, a, b }
    }

    fn at(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.at(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        ran(program().current_dir(self.dir.path()).env("XDG_DATA_HOME", self.at("home")).args(arguments))
    }

    fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let done = self.run(&[&["--format", "json"], arguments].concat());
        (done.code, done.json())
    }

    /// Fixes that `inspect` finds in a log, and its exit code.
    fn inspected(&self, log: &str) -> (i32, u64) {
        let (code, document) = self.json(&["inspect", log]);
        (code, aircraft_fixes(&document))
    }

    fn stored(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.at(folder)).map(|entries| entries.map(|e| e.unwrap()).collect::<Vec<_>>());
        let mut names: Vec<String> =
            entries.unwrap_or_default().iter().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn sha(bytes: &[u8]) -> String {
    Sha256::of(bytes).to_string()
}

/// What the encoder of a sample would ask.
fn request_of(sample: &Sample) -> Value {
    let set = |segment: usize| -> Vec<(u16, Vec<u8>)> {
        let markers: Vec<usize> = sample.truth.of_kind(50).map(|m| m.offset).collect();
        let of = |offset: usize| markers.iter().filter(|m| **m < offset).count();
        let storages = sample.truth.of_kind(56).filter(|s| of(s.offset) == segment);
        storages.map(|s| wrapped(&sample.bytes[s.offset..s.end()])).collect()
    };
    let sets: Vec<Value> = (0..=sample.truth.count(50))
        .map(|segment| {
            let entries = set(segment).into_iter().map(|(feature, cipher)| {
                serde_json::json!({
                    "featurePoint": crate::make::dji_txt::features::name(feature),
                    "aesCiphertext": service::base64(&cipher),
                })
            });
            entries.collect()
        })
        .collect();
    serde_json::json!({ "version": u16::from(sample.version) - 10, "department": 3, "keychainsArray": sets })
}

/// Feature and wrapped key of a framed record of type 56.
fn wrapped(record: &[u8]) -> (u16, Vec<u8>) {
    let body = &record[3..record.len() - 1];
    let plain = crate::make::dji_txt::scramble::scramble(56, body[0], &body[1..body.len() - 1]);
    (u16::from_le_bytes([plain[1], plain[2]]), plain[5..261].to_vec())
}

#[test]
fn a_request_for_one_log_is_the_exact_body() {
    let desk = Desk::new();
    for (log, sample) in [("card/a.txt", &desk.a), ("card/b.txt", &desk.b)] {
        let done = desk.run(&["keys", "request", log]);
        assert_eq!(done.code, 0, "{}", done.stderr);
        assert_eq!(done.json(), request_of(sample), "{log}: on stdout");
    }
    let done = desk.run(&["keys", "request", "card/a.txt", "-o", "a.request.json"]);
    assert_eq!((done.code, done.stdout.as_str()), (0, ""), "{}", done.stderr);
    assert!(done.stderr.contains("Base (1)"), "it says what is asked for: {}", done.stderr);
    let written: Value = serde_json::from_slice(&fs::read(desk.at("a.request.json")).unwrap()).unwrap();
    assert_eq!(written, request_of(&desk.a));
    assert_eq!(desk.run(&["keys", "request", "card/a.txt", "-o", "a.request.json"]).code, 2, "it exists");
    assert_eq!(desk.run(&["keys", "request", "card/a.txt", "-o", "card/r.json"]).code, 0, "beside a named file");
}

#[test]
fn requests_for_several_logs_are_named_by_their_digests() {
    let desk = Desk::new();
    let clear = samples::all().into_iter().find(|s| s.version == 12).unwrap();
    fs::write(desk.at("card/clear.txt"), &clear.bytes).unwrap();
    let done = desk.run(&["keys", "request", "card", "-o", "requests"]);
    assert_eq!(done.code, 0, "what needs no keys in a folder is passed over: {}", done.stderr);
    let mut expected = [&desk.a, &desk.b].map(|s| format!("{}.request.json", &sha(&s.bytes)[..8]));
    expected.sort();
    assert_eq!(desk.stored("requests"), expected);
    for sample in [&desk.a, &desk.b] {
        let name = format!("requests/{}.request.json", &sha(&sample.bytes)[..8]);
        let written: Value = serde_json::from_slice(&fs::read(desk.at(&name)).unwrap()).unwrap();
        assert_eq!(written, request_of(sample));
    }
    assert_eq!(desk.run(&["keys", "request", "card/a.txt", "card/b.txt"]).code, 2, "several need -o DIR");
    let named = desk.run(&["keys", "request", "card/clear.txt", "card/a.txt", "-o", "more"]);
    assert_eq!(named.code, 3, "a named log that needs no keys is told");
    assert!(named.stderr.contains("needs no keys"), "{}", named.stderr);
    let alone = desk.run(&["keys", "request", "card/clear.txt"]);
    assert_eq!((alone.code, alone.stdout.as_str()), (4, ""), "{}", alone.stderr);
}

#[test]
fn the_call_is_printed_and_holds_no_credential() {
    let desk = Desk::new();
    let sha8 = sha(&desk.a.bytes)[..8].to_owned();
    let done = desk.run(&["keys", "request", "card/a.txt", "-o", "a.json", "--curl"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let call = done.stdout.lines().find(|line| line.starts_with("curl ")).expect("the call");
    for part in [
        "-X POST https://dev.dji.com/openapi/v1/flight-records/keychains",
        "'Content-Type: application/json'",
        "\"Api-Key: $API_KEY\"",
        "@'a.json'",
        &format!("{sha8}.answer.json"),
    ] {
        assert!(call.contains(part), "{part} is missing in {call}");
    }
    let inline = desk.run(&["keys", "request", "card/a.txt", "--curl"]);
    let body = inline.stdout.split("--data-binary '").nth(1).and_then(|rest| rest.split('\'').next()).expect("a body");
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), request_of(&desk.a));
}

#[test]
fn an_answer_is_proved_stored_and_found_by_every_verb() {
    let desk = Desk::new();
    assert_eq!(desk.inspected("card/b.txt"), (4, 0), "locked");
    desk.write("answer.json", desk.b.keys.as_deref().unwrap());
    let (code, document) = desk.json(&["keys", "import", "answer.json", "--for", "card/b.txt"]);
    assert_eq!(code, 0, "{document:#}");
    assert_eq!(document["exit"], serde_json::json!({ "code": 0, "finding": false, "incomplete": false }));
    let imported = &document["imported"][0];
    let digest = sha(&desk.b.bytes);
    assert_eq!(imported["path"], "b.txt");
    assert_eq!(imported["sha256"], digest.as_str());
    assert_eq!(imported["answer_sha256"], sha(desk.b.keys.as_deref().unwrap().as_bytes()).as_str());
    assert_eq!(imported["stored"], format!("{digest}.keys.json").as_str());
    assert_eq!(imported["reason"], Value::Null);
    let base: Vec<&Value> =
        imported["proofs"].as_array().unwrap().iter().filter(|proof| proof["feature"] == "Base (1)").collect();
    assert_eq!(base.len(), 2, "a proof a segment");
    for proof in base {
        assert_eq!((&proof["verdict"], &proof["right"]), (&"proved".into(), &proof["tried"]), "{proof}");
        assert!(proof["tried"].as_u64().unwrap() > 70, "{proof}");
    }
    assert_eq!(desk.stored("home/overflown/keys"), [format!("{digest}.keys.json")]);

    assert_eq!(desk.inspected("card/b.txt"), (0, desk.b.fixes as u64), "found by its digest");
    assert_eq!(desk.run(&["convert", "card/b.txt", "-o", "b.gpx"]).code, 0);
    assert_eq!(fs::read_to_string(desk.at("b.gpx")).unwrap().matches("<trkpt").count(), desk.b.fixes);
    assert_eq!(desk.run(&["records", "card/b.txt", "--to", "csv", "-o", "tables"]).code, 0);
    let osd = fs::read_to_string(desk.at("tables/osd.csv")).unwrap();
    assert_eq!(osd.lines().count(), 1 + desk.b.osd);
    let sites = crate::support::repository().join("samples/zones/sites.geojson");
    let sites = sites.to_string_lossy();
    let (_, checked) = desk.json(&["check", "card/b.txt", "--zones", &sites, "--within", "1km"]);
    assert_eq!(checked["flights"].as_array().map(Vec::len), Some(1), "{checked:#}");
    assert_eq!(checked["not_checked"].as_array().map(Vec::len), Some(0), "{checked:#}");
    let case = desk.run(&["case", "card", "-o", "CASE"]);
    assert_eq!(case.code, 3, "one of the two is locked: {}", case.stderr);
    let flights = fs::read_to_string(desk.at("CASE/flights.csv")).unwrap();
    assert_eq!(flights.lines().count(), 2, "{flights}");
    let renamed = desk.at("card/other name.txt");
    fs::rename(desk.at("card/b.txt"), &renamed).unwrap();
    assert_eq!(desk.inspected("card/other name.txt").1, desk.b.fixes as u64, "the name does not matter");
}

#[test]
fn keys_of_a_case_stay_in_the_case() {
    let desk = Desk::new();
    desk.write("answer.json", desk.a.keys.as_deref().unwrap());
    let done = desk.run(&["keys", "import", "answer.json", "--for", "card/a.txt", "--into", "CASE-KEYS"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stdout.contains("Base (1) in set 1: proved"), "{}", done.stdout);
    assert!(desk.stored("home/overflown/keys").is_empty(), "the user's own folder stays as it was");
    assert_eq!(desk.inspected("card/a.txt"), (4, 0), "nothing finds them by itself");
    let fixes = |keys: &str, log: &str| {
        let (code, document) = desk.json(&["inspect", log, "--keys", keys]);
        (code, aircraft_fixes(&document))
    };
    assert_eq!(fixes("CASE-KEYS", "card/a.txt"), (0, desk.a.fixes as u64));
    assert_eq!(fixes("answer.json", "card/a.txt"), (0, desk.a.fixes as u64), "the answer itself serves, too");
    assert_eq!(fixes("CASE-KEYS", "card/b.txt"), (4, 0), "keys of another log");
    assert_eq!(desk.run(&["inspect", "card/a.txt", "--keys", "missing.json"]).code, 5);
}

#[test]
fn several_answers_find_their_logs_by_name_or_by_proof() {
    let desk = Desk::new();
    let digests = [&desk.a, &desk.b].map(|s| sha(&s.bytes));
    let names = digests.clone().map(|digest| format!("{}.answer.json", &digest[..8]));
    desk.write(&names[0], desk.a.keys.as_deref().unwrap());
    desk.write(&names[1], desk.b.keys.as_deref().unwrap());
    let (code, document) = desk.json(&["keys", "import", &names[0], &names[1], "--for", "card"]);
    assert_eq!(code, 0, "{document:#}");
    let stored: Vec<&Value> = document["imported"].as_array().unwrap().iter().map(|i| &i["sha256"]).collect();
    assert_eq!(stored, [&Value::from(digests[0].as_str()), &Value::from(digests[1].as_str())]);
    assert_eq!(desk.inspected("card/a.txt").1, desk.a.fixes as u64);
    assert_eq!(desk.inspected("card/b.txt").1, desk.b.fixes as u64);

    // Without telling names the proof decides.
    let other = Desk::new();
    other.write("one.json", desk.b.keys.as_deref().unwrap());
    let (code, document) = other.json(&["keys", "import", "one.json", "--for", "card"]);
    assert_eq!((code, &document["imported"][0]["sha256"]), (0, &digests[1].as_str().into()), "{document:#}");
    // A name of another log is believed: its log is not there.
    other.write("00000000.answer.json", desk.a.keys.as_deref().unwrap());
    let (code, document) = other.json(&["keys", "import", "00000000.answer.json", "--for", "card"]);
    assert_eq!((code, &document["imported"][0]["stored"]), (4, &Value::Null), "{document:#}");
    assert!(document["imported"][0]["reason"].as_str().unwrap().contains("digest"), "{document:#}");
}

#[test]
fn an_answer_can_be_held_against_its_request_alone() {
    let desk = Desk::new();
    assert_eq!(desk.run(&["keys", "request", "card", "-o", "requests"]).code, 0);
    let digest = sha(&desk.b.bytes);
    desk.write("answer.json", desk.b.keys.as_deref().unwrap());
    let request = format!("requests/{}.request.json", &digest[..8]);
    let done = desk.run(&["keys", "import", "answer.json", "--for", &request]);
    assert_eq!(done.code, 0, "{}{}", done.stdout, done.stderr);
    assert!(done.stdout.contains("not proved yet"), "{}", done.stdout);
    assert_eq!(desk.stored("home/overflown/keys"), [format!("{}.keys.json", &digest[..8])]);
    assert_eq!(desk.inspected("card/b.txt"), (0, desk.b.fixes as u64), "found by the first digits");
    // A request of another log asks for other features.
    let first = format!("requests/{}.request.json", &sha(&desk.a.bytes)[..8]);
    let mut few = Log::new(14);
    few.encrypt(5).record_under(12, 25, &[0; 26]);
    let foreign: Vec<Vec<_>> =
        few.keys().iter().map(|set| set.iter().filter(|key| key.feature == 12).cloned().collect()).collect();
    desk.write("foreign.json", &service::answer(&foreign));
    let (code, document) = desk.json(&["keys", "import", "foreign.json", "--for", &first]);
    assert_eq!((code, &document["imported"][0]["stored"]), (4, &Value::Null), "{document:#}");
}

#[test]
fn whole_answers_and_bare_ones_serve_alike() {
    let made = long::flight_record(14, 200, 2);
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("log.txt"), made.log.finish()).unwrap();
    let keys = made.log.keys();
    for (name, text) in [("whole.json", service::answer(keys)), ("bare.json", service::data(keys))] {
        fs::write(dir.path().join(name), &text).unwrap();
        let home = dir.path().join(format!("home of {name}"));
        let run =
            |arguments: &[&str]| ran(program().current_dir(dir.path()).env("XDG_DATA_HOME", &home).args(arguments));
        let done = run(&["keys", "import", name, "--for", "log.txt"]);
        assert_eq!(done.code, 0, "{name}: {}{}", done.stdout, done.stderr);
        assert_eq!(run(&["inspect", "log.txt"]).code, 0, "{name}");
        assert_eq!(stored_text(&home), text, "{name}: stored as it came");
    }
}

fn stored_text(home: &Path) -> String {
    let folder = home.join("overflown/keys");
    let file = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    fs::read_to_string(file).unwrap()
}

#[test]
fn answers_without_use_are_explained_and_not_stored() {
    let desk = Desk::new();
    let entry = r#"{"featurePoint":"FR_Standardization_Feature_Base_1","aesKey":"AAAA","aesIv":"AAAA"}"#;
    let cases = [
        (r#"{"result":{"code":1001,"msg":"invalid api key"},"data":null}"#.to_owned(), "invalid api key"),
        (r#"{"result":{"code":1001,"msg":"invalid api key"}}"#.to_owned(), "1001"),
        ("<html><head><title>403 Forbidden</title></head></html>".to_owned(), "no JSON"),
        (String::new(), "no JSON"),
        (request_of(&desk.b).to_string(), "a request"),
        (r#"{"result":{"code":0,"msg":""},"data":[[]]}"#.to_owned(), "no key"),
        (format!("[[{entry}]]"), "3 bytes"),
        (desk.a.keys.clone().unwrap(), "another log"),
    ];
    for (text, word) in cases {
        desk.write("answer.json", &text);
        let (code, document) = desk.json(&["keys", "import", "answer.json", "--for", "card/b.txt"]);
        let imported = &document["imported"][0];
        assert_eq!((code, &imported["stored"]), (4, &Value::Null), "{word}: {document:#}");
        let reason = imported["reason"].as_str().expect("a reason");
        assert!(reason.contains(word), "{word} is missing in {reason:?}");
        let said = desk.run(&["keys", "import", "answer.json", "--for", "card/b.txt"]);
        assert!(said.code == 4 && said.stdout.contains(reason), "{}", said.stdout);
        // The same file by --keys: the log stays locked, and it says why the keys were of no use.
        let (code, document) = desk.json(&["inspect", "card/b.txt", "--keys", "answer.json"]);
        let codes: Vec<&str> = document["files"][0]["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .map(|d| d["code"].as_str().unwrap())
            .collect();
        assert_eq!(code, 4, "{word}");
        assert!(codes.contains(&"dji-txt/keys") || codes.contains(&"dji-txt/wrong-key"), "{word}: {codes:?}");
    }
    assert!(desk.stored("home/overflown/keys").is_empty());
    assert_eq!(desk.run(&["keys", "import", "missing.json", "--for", "card/b.txt"]).code, 5);
    assert_eq!(desk.run(&["keys", "import", "answer.json", "--for", "missing.txt"]).code, 5);
}

/// Some keys are better than none: they are stored, and what is missing is named with exit code 3.
#[test]
fn an_answer_that_lacks_a_feature_is_stored_and_told() {
    let desk = Desk::new();
    let mut answer: Value = serde_json::from_str(desk.b.keys.as_deref().unwrap()).unwrap();
    for set in answer.as_array_mut().unwrap() {
        set.as_array_mut().unwrap().retain(|key| key["featurePoint"] != "FR_Standardization_Feature_Gimbal_10");
    }
    desk.write("answer.json", &answer.to_string());
    let (code, document) = desk.json(&["keys", "import", "answer.json", "--for", "card/b.txt"]);
    let imported = &document["imported"][0];
    assert_eq!((code, &document["exit"]["incomplete"]), (3, &true.into()), "{document:#}");
    assert!(imported["stored"].is_string(), "{document:#}");
    assert!(imported["reason"].as_str().unwrap().contains("Gimbal (10)"), "{document:#}");
    let (code, document) = desk.json(&["inspect", "card/b.txt"]);
    let file = &document["files"][0];
    assert_eq!((code, &file["completeness"]), (3, &"partial".into()));
    assert_eq!(file["locked"]["missing"], serde_json::json!(["Gimbal (10)"]));
    assert!(
        file["tracks"].as_array().unwrap().iter().any(|t| t["subject"] == "aircraft" && t["fixes"] == desk.b.fixes)
    );
}
