//! KML by its schema, and its heights by their modes.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{converted, made};
use crate::cli::{run, run_in};
use crate::support::evidence;

/// Whether `xmllint` finds a file valid; the schemas are those of the evidence.
pub fn judge(schema: &str, file: &Path) {
    let Some(schema) = evidence().map(|e| e.join("zones/schemas").join(schema)) else { return };
    let judged = Command::new("xmllint").args(["--noout", "--schema"]).arg(&schema).arg(file).output();
    let judged = judged.expect("xmllint is installed where the evidence is");
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
}

fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

#[test]
fn kml_is_valid_and_holds_every_fix_with_its_time() {
    let dir = tempfile::tempdir().unwrap();
    let file = converted(dir.path(), "all.kml", &[]);
    judge("kml22gx.xsd", &file);
    let text = fs::read_to_string(&file).unwrap();
    let fixes: usize = made().iter().map(|sample| sample.fixes).sum();
    assert_eq!((count(&text, "<gx:coord>"), count(&text, "<gx:angles>")), (fixes, fixes));
    let in_tracks: usize =
        text.split("<gx:Track>").skip(1).map(|track| count(track.split("</gx:Track>").next().unwrap(), "<when>")).sum();
    assert_eq!(in_tracks, fixes);
    assert_eq!(count(&text, "(height above take-off)"), made().len());
    assert!(text.contains("KML has no such mode"));
    let Some(real) = evidence().map(|e| e.join("dji-txt/raw")) else { return };
    let all = dir.path().join("real.kml");
    run(&["convert", &real.to_string_lossy(), "-o", &all.to_string_lossy(), "--tracks", "all"]);
    judge("kml22gx.xsd", &all);
}

#[test]
fn each_height_is_drawn_by_its_own_mode() {
    let dir = tempfile::tempdir().unwrap();
    let head = "track,utc,lat_deg,lon_deg";
    let rows = |name: &str, heights: &str| -> String {
        (0..3).map(|i| format!("{name},2024-05-14T08:00:0{i}Z,50.000{i},10.000{i}{heights}\n")).collect()
    };
    let kml = |name: &str, text: String| -> String {
        fs::write(dir.path().join(format!("{name}.csv")), text).unwrap();
        let arguments = ["convert", &format!("{name}.csv"), "-o", &format!("{name}.kml")].map(str::to_owned);
        let done = run_in(dir.path(), &arguments);
        assert_eq!(done.code, 0, "{}", done.stderr);
        judge("kml22gx.xsd", &dir.path().join(format!("{name}.kml")));
        fs::read_to_string(dir.path().join(format!("{name}.kml"))).unwrap()
    };
    let both = kml("both", format!("{head},height_amsl_m,height_takeoff_m\n{}", rows("A", ",320,20")));
    assert_eq!(count(&both, "<gx:MultiTrack><altitudeMode>absolute</altitudeMode>"), 1);
    assert_eq!(count(&both, "<gx:MultiTrack><altitudeMode>relativeToGround</altitudeMode>"), 1);
    assert!(both.contains("10.0001 50.0001 320<") && both.contains("10.0001 50.0001 20<"));
    assert_eq!(count(&both, "<visibility>0</visibility>"), 1, "the second one waits until it is asked for");
    // A height above the ellipsoid is neither above the sea nor above the ground.
    let ellipsoid = kml("ellipsoid", format!("{head},height_ellipsoid_m\n{}", rows("A", ",370")));
    assert_eq!(count(&ellipsoid, "<gx:MultiTrack><altitudeMode>clampToGround</altitudeMode>"), 1);
    assert!(ellipsoid.contains("<gx:coord>10.0001 50.0001</gx:coord>"));
    // Without a UTC there is no track, but a line.
    let bare = kml("bare", "track,t,lat,lon\nA,0,50,10\nA,1,50.0001,10\nA,60,50.0002,10\n".to_owned());
    assert_eq!((count(&bare, "<gx:Track>"), count(&bare, "<LineString>"), count(&bare, "<Point>")), (0, 1, 1));
}
