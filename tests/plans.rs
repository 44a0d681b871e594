//! Planned flights: every maker's way points come out as they were written, with the role planned; real plans by their figures; a
//! plan over a site is told and is no finding; what is not read yet is named.

use overflown::examine::{Completion, Examined};
use overflown::track::{Role, Subject};

use crate::cli::run_in;
use crate::make::missions::{self, Written};
use crate::make::zip;
use crate::support::{assert_accounts, evidence, examine_bytes, has_diagnostic, inventory, repository};

fn plans() -> Vec<Written> {
    let folders = ["dji-wpml/", "qgc-plan/", "qgc-wpl/", "litchi-mission/"];
    missions::all().into_iter().filter(|file| folders.iter().any(|folder| file.path.starts_with(folder))).collect()
}

fn named(path: &str) -> Examined {
    let file = missions::all().into_iter().find(|file| file.path == path).expect("a made plan");
    examine_bytes(path, file.text.into_bytes())
}

fn places(examined: &Examined) -> Vec<(f64, f64)> {
    let aircraft = examined.tracks.iter().filter(|track| track.kind.subject == Subject::Aircraft);
    aircraft.flat_map(|track| track.rows.lat.iter().copied().zip(track.rows.lon.iter().copied())).collect()
}

#[test]
fn way_points_come_out_as_they_were_written() {
    for plan in plans() {
        let examined = examine_bytes(plan.path, plan.text.clone().into_bytes());
        assert_accounts(plan.path, &examined);
        assert_eq!(examined.report.completeness, Completion::Whole, "{}: {:?}", plan.path, examined.report.diagnostics);
        assert_eq!(examined.report.format, plan.path.split('/').next(), "{}", plan.path);
        assert!(examined.tracks.iter().all(|track| track.kind.role == Role::Planned), "{}", plan.path);
        assert_eq!(places(&examined), plan.places, "{}", plan.path);
        for (row, (lat, _)) in plan.places.iter().enumerate() {
            let rows = &examined.primary().expect("a planned track").rows;
            let at = rows.offset[row] as usize;
            assert!(plan.text[at..].contains(&lat.to_string()), "{}: row {row} is not at {at}", plan.path);
        }
    }
}

/// (height column, first height) as the encoder means them; a foot is 0.3048 m.
#[test]
fn heights_say_what_they_are_measured_from() {
    let heights = [
        ("dji-wpml/waylines.wpml", "height.ellipsoid", 95.0),
        ("dji-wpml/pilot-1.kml", "height.unknown", 40.0),
        ("qgc-plan/works.plan", "height.takeoff", 45.0),
        ("qgc-wpl/works.waypoints", "height.takeoff", 45.0),
        ("litchi-mission/works.csv", "height.takeoff", 150.0 * 0.3048),
    ];
    for (path, channel, metres) in heights {
        let examined = named(path);
        let rows = &examined.primary().expect("a planned track").rows;
        assert_eq!(rows.value(channel, 0), Some(metres as f32), "{path}");
    }
    let plan = named("qgc-plan/works.plan");
    let rows = &plan.primary().expect("a planned track").rows;
    assert_eq!(
        (rows.value("height.takeoff", 1), rows.value("height.ground", 1)),
        (None, Some(45.0)),
        "frame 10 is terrain"
    );
    let litchi = named("litchi-mission/works.csv");
    let rows = &litchi.primary().expect("a planned track").rows;
    assert_eq!(rows.value("height.ground", 3), Some((150.0 * 0.3048) as f32));
}

/// The order trap: `takeOffRefPoint` has its latitude first, coordinates have it last.
#[test]
fn homes_targets_and_actions_are_there() {
    for path in ["dji-wpml/template.kml", "dji-wpml/waylines.wpml", "qgc-plan/works.plan", "qgc-wpl/works.waypoints"] {
        let examined = named(path);
        let home = examined.tracks.iter().find(|track| track.kind.subject == Subject::Home).expect("a home");
        assert_eq!((home.rows.lat[0], home.rows.lon[0]), (54.104, 8.902), "{path}");
    }
    let count = |path: &str, record: &str| named(path).report.records.by_type.get(record).copied();
    assert_eq!(count("dji-wpml/waylines.wpml", "action"), Some(1));
    assert_eq!(count("dji-wpml/waylines.wpml", "poi"), Some(1), "zeros are no target");
    assert_eq!(count("dji-wpml/pilot-1.kml", "action"), Some(4));
    assert_eq!(count("qgc-plan/works.plan", "target"), Some(1));
    assert_eq!((count("qgc-plan/works.plan", "fence"), count("qgc-plan/works.plan", "rally")), (Some(1), Some(1)));
    assert_eq!(
        (count("litchi-mission/works.csv", "target"), count("litchi-mission/works.csv", "action")),
        (Some(1), Some(4))
    );
    let author = &named("dji-wpml/template.kml").report.identifiers[0];
    assert_eq!((author.kind, author.value.as_str()), ("author", "surveyor & son"));
}

#[test]
fn a_plan_over_a_site_is_told_and_is_no_finding() {
    let sites = repository().join("samples/zones/sites.csv").to_string_lossy().into_owned();
    let dir = tempfile::tempdir().unwrap();
    let text = |path: &str| missions::all().into_iter().find(|file| file.path == path).expect("a plan").text;
    let kmz = zip::zip(&[
        zip::Member::new("wpmz/template.kml", text("dji-wpml/template.kml").as_bytes()),
        zip::Member::new("wpmz/waylines.wpml", text("dji-wpml/waylines.wpml").as_bytes()),
    ]);
    std::fs::write(dir.path().join("plan.kmz"), kmz.bytes).unwrap();
    for plan in plans() {
        std::fs::write(dir.path().join(plan.path.rsplit('/').next().expect("a name")), &plan.text).unwrap();
    }
    for name in ["plan.kmz", "works.plan", "works.waypoints", "works.csv", "pilot-1.kml"] {
        let done = run_in(dir.path(), &["check", name, "--format", "json", "--zones", &sites]);
        assert_eq!(done.code, 0, "{name}: {}", done.stderr);
        let flights = done.json()["flights"].as_array().cloned().unwrap_or_default();
        let verdicts: Vec<_> =
            flights.iter().flat_map(|f| f["encounters"].as_array().cloned().unwrap_or_default()).collect();
        assert!(!verdicts.is_empty(), "{name}");
        for verdict in verdicts {
            assert_eq!(
                (&verdict["verdict"], &verdict["zone_name"]),
                (&"planned-inside".into(), &"Sample Water Works".into())
            );
            let audit = verdict["audit"].as_str().unwrap_or_default();
            for words in ["leads through the outline of Sample Water Works", "no time is stated"] {
                assert!(audit.contains(words), "{name}: {audit}");
            }
            assert!(!audit.contains("was inside"), "nobody says that it was flown: {audit}");
        }
    }
}

/// Figures of the list and of the files themselves, counted by hand.
#[test]
fn real_plans_have_their_figures() {
    if evidence().is_none() {
        return;
    }
    let listed = inventory("app-cache");
    let read = |name: &str| {
        let item = listed.iter().find(|item| item.file_name() == name).expect("a listed plan");
        let examined = examine_bytes(name, item.read());
        assert_accounts(name, &examined);
        examined
    };
    let kmz = read("dji_pilot2_Seed.kmz");
    assert_eq!(kmz.children.len(), 2);
    for child in &kmz.children {
        let track = child.report.tracks.iter().find(|track| track.subject == "aircraft").expect("way points");
        assert_eq!(track.fixes, 2);
        // The file itself states 121.03 m between them.
        assert!((track.length_m - 121.03).abs() < 0.2, "{}", track.length_m);
        assert!(child.report.notes.iter().any(|note| note.contains("Mavic 3 Enterprise")));
    }
    // Way points, items, and whether a version is told.
    let plans = [
        ("qgroundcontrol_sample.plan", 4, 6, Some((47.397_750_7, 8.545_607_5)), false),
        ("qgroundcontrol_sample_with_survey.plan", 8, 0, Some((47.398_017_756_176_88, 8.545_149_580_000_002)), false),
        (
            "qgroundcontrol_sample_with_survey_wrong_version.plan",
            8,
            0,
            Some((47.398_017_756_176_88, 8.545_149_580_000_002)),
            true,
        ),
        ("qgroundcontrol_sample_wrong_mission_version.plan", 2, 2, Some((47.397_742_4, 8.545_599)), true),
        ("qgroundcontrol_sample_wrong_overall_version.plan", 2, 2, Some((47.397_742_4, 8.545_599)), true),
        ("qgroundcontrol_sample_with_digicam_control.plan", 0, 1, None, false),
        ("qgroundcontrol_sample_with_structured_scan.plan", 0, 1, Some((47.398_027_076_176_87, 8.546_120_34)), false),
    ];
    for (name, waypoints, items, home, told) in plans {
        let plan = read(name);
        let count = |record: &str| plan.report.records.by_type.get(record).copied().unwrap_or(0);
        assert_eq!(count("waypoint"), waypoints, "{name}");
        assert!(items == 0 || count("waypoint") + count("command") == items, "{name}: items");
        let our_home = plan.tracks.iter().find(|track| track.kind.subject == Subject::Home);
        assert_eq!(our_home.map(|track| (track.rows.lat[0], track.rows.lon[0])), home, "{name}: home");
        assert_eq!(has_diagnostic(&plan, "qgc-plan/version"), told, "{name}");
        assert_eq!(plan.report.completeness, Completion::Whole, "{name}");
    }
    let scan = read("qgroundcontrol_sample_with_structured_scan.plan");
    assert_eq!(scan.primary().map(|track| track.rows.len()), Some(4), "the outline of the scan stands for its way");
}

#[test]
fn what_is_not_read_yet_is_named() {
    if evidence().is_none() {
        return;
    }
    for item in inventory("app-cache") {
        let wanted = match item.name.split('/').next() {
            Some("parrot-pud") => "Parrot PUD flight record",
            Some("remoteid") => "Remote ID",
            _ => continue,
        };
        let examined = examine_bytes(item.file_name(), item.read());
        assert_eq!(examined.report.completeness, Completion::Unknown, "{}", item.name);
        assert!(examined.report.why.contains(wanted), "{}: {}", item.name, examined.report.why);
        assert!(examined.report.next_step.is_some(), "{}", item.name);
    }
}

#[test]
fn damage_costs_what_it_touches() {
    for plan in missions::all() {
        let bytes = plan.text.as_bytes();
        for cut in (1..bytes.len()).step_by(17) {
            assert_accounts(&format!("{} cut at {cut}", plan.path), &examine_bytes("cut", bytes[..cut].to_vec()));
        }
        for at in (0..bytes.len()).step_by(11) {
            for byte in [0x00, b'<', b'"', b',', 0xff] {
                let mut changed = bytes.to_vec();
                changed[at] = byte;
                assert_accounts(&format!("{} with {byte} at {at}", plan.path), &examine_bytes("flip", changed));
            }
        }
    }
    // One broken point of four.
    let gpx = missions::all().into_iter().find(|file| file.path.ends_with(".gpx")).expect("a GPX");
    let broken = gpx.text.replacen("<hdop>0.9</hdop></trkpt>", "<hdop>0.9</trkpt>", 1);
    let examined = examine_bytes("broken.gpx", broken.into_bytes());
    assert_eq!(examined.report.completeness, Completion::Partial);
    assert_eq!(places(&examined).len(), gpx.places.len() - 1);
}
