//! The inventory itself, and what of it may be shown.

use super::*;

fn exposed(arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    phone(folder.path(), "phone-a");
    ran(program().arg("exposure").arg(folder.path().join("phone-a")).args(["--format", "json"]).args(arguments))
}

#[test]
fn every_identifier_is_there_once_with_grade_app_and_place() {
    let done = exposed(&[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let document = done.json();
    let one = |kind: &str| values(&document, kind);
    let is =
        |kind: &str, value: &str, grade: &str| assert_eq!(one(kind), [(value.to_owned(), grade.to_owned())], "{kind}");
    is("imei", "490154203237518", "proved");
    is("iccid", "8949020000012345670", "proved");
    is("imsi", "262011234567890", "key");
    is("android-id", "9774d56d682e549c", "key");
    is("ssid", "Site Office", "key");
    is("mac", "60:60:1f:12:34:56", "key");
    is("phone-number", "+491705550123", "key");
    is("e-mail", "pilot@example.org", "key");
    is("host", "log.example.com", "key");
    is("url", "https://log.example.com/v1/push", "key");
    is("position", "54.106289, 8.903822", "key");
    assert_eq!(one("token").len(), 2, "a token by its key, a signature by its parameter");
    let imei = document["identifiers"].as_array().unwrap().iter().find(|one| one["kind"] == "imei").unwrap();
    assert_eq!(imei["count"], 2, "in the preferences, and in the log");
    let places = imei["seen_in"].as_array().unwrap();
    assert_eq!(places.len(), 2);
    let log = places.iter().find(|seen| seen["path"].as_str().unwrap().ends_with("app.txt")).unwrap();
    assert_eq!((log["app"].as_str(), log["grade"].as_str()), (Some("DJI GO 4"), Some("key")), "a text proves less");
    assert_eq!(log["places"][0]["offset"], LOG.find("490154203237518").unwrap());
}

#[test]
fn positions_are_held_against_the_sites_and_count_only_when_asked() {
    let sites = repository().join("samples/zones/sites.geojson");
    let sites = sites.to_str().unwrap();
    let done = exposed(&["--zones", sites]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let document = done.json();
    let last = &document["positions"][0];
    assert_eq!((last["role"].as_str(), &last["sites"][0][1]), (Some("last-known"), &"last-known-inside".into()));
    let asked = exposed(&["--zones", sites, "--fail-on", "inside"]);
    assert_eq!(asked.code, 1);
    assert_eq!(asked.json()["exit"]["finding"], true);
}

#[test]
fn no_output_holds_a_secret_unless_it_is_asked_for() {
    let secrets = ["8f3kd93jd0aa71", "0a1b2c3d4e5f"];
    let hidden = exposed(&[]).stdout;
    let shown = exposed(&["--reveal-secrets"]).stdout;
    for secret in secrets {
        assert!(!hidden.contains(secret), "{secret}");
        assert!(shown.contains(secret), "{secret}");
    }
    let folder = tempfile::tempdir().unwrap();
    phone(folder.path(), "phone-a");
    let case = folder.path().join("CASE");
    let done = ran(program().arg("case").arg(folder.path().join("phone-a")).arg("-q").arg("-o").arg(&case));
    assert!([0, 3].contains(&done.code), "{}", done.stderr);
    for entry in fs::read_dir(&case).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let bytes = fs::read(&entry).unwrap();
        for secret in secrets {
            let held = memchr::memmem::find(&bytes, secret.as_bytes()).is_some();
            assert!(!held, "{} holds {secret}", entry.display());
        }
    }
}

/// Signed addresses of a firmware download: 31 of them, by `grep -c X-Amz-Signature`.
#[test]
fn the_signatures_of_a_real_log_are_hidden_in_every_verb() {
    let Some(folder) = evidence() else { return };
    let log = folder.join("app-cache/dji-upgradelogs-ios/df025_2017_August__5cd59b18d3b611542d2e6d71793a7e835ee264ba");
    let log = log.to_str().unwrap();
    let signature = "7900266b3eebf3e0ef21facc881dcbf0a15fae48d166a63608b5e94597c9ab28";
    let case = tempfile::tempdir().unwrap();
    let out = case.path().join("CASE");
    let table = case.path().join("tables");
    let verbs: [&[&str]; 6] = [
        &["inspect", log, "--format", "json"],
        &["records", log],
        &["records", log, "--to", "csv", "-o", table.to_str().unwrap()],
        &["show", log, "--offset", "8800"],
        &["exposure", log, "--format", "json"],
        &["case", log, "-o", out.to_str().unwrap()],
    ];
    for arguments in verbs {
        let done = run(arguments);
        assert!([0, 3, 4].contains(&done.code), "{arguments:?}: {}", done.stderr);
        assert!(!done.stdout.contains(signature) && !done.stderr.contains(signature), "{arguments:?}");
    }
    for written in [&out, &table] {
        for entry in fs::read_dir(written).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            let bytes = fs::read(&entry).unwrap();
            assert!(memchr::memmem::find(&bytes, signature.as_bytes()).is_none(), "{}", entry.display());
        }
    }
    let document = run(&["exposure", log, "--format", "json"]).json();
    assert_eq!(values(&document, "token").len(), 32, "31 signatures and one credential");
    assert_eq!(values(&document, "url").len(), 31);
    assert_eq!(values(&document, "host"), [("pro-dji-service-usa-cdn.aasky.net".to_owned(), "key".to_owned())]);
    assert!(run(&["records", log, "--reveal-secrets"]).stdout.contains(signature));
}
