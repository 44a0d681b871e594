//! What was recorded, planned, photographed or stood still is told apart in every output.

use std::fs;

use rusqlite::Connection;
use serde_json::Value;

use crate::cli::run_in;

/// The head of our own track CSV, which keeps the kinds of its tracks.
const HEAD: &str = "source,track,subject,estimate,role,utc,local_time,clock,elapsed_s,lat_deg,lon_deg,height_takeoff_m,height_amsl_m,\
height_ellipsoid_m,height_ground_m,height_pressure_m,speed_m_s,vn_m_s,ve_m_s,vd_m_s,roll_deg,pitch_deg,yaw_deg,satellites,valid,\
source_offset";

const KINDS: [(&str, &str); 6] = [
    ("aircraft/gnss/recorded", "aircraft"),
    ("aircraft/declared/planned", "planned"),
    ("aircraft/gnss/last-known", "last-known"),
    ("camera/gnss/media", "media"),
    ("pilot/phone/recorded", "pilot"),
    ("home/declared/recorded", "home"),
];

#[test]
fn roles_stay_apart() {
    let dir = tempfile::tempdir().unwrap();
    let mut table = HEAD.to_owned() + "\n";
    for (number, (kind, _)) in KINDS.iter().enumerate() {
        let kind = kind.replace('/', ",");
        for second in 0..4 {
            let (utc, lat) = (format!("2024-05-14T08:00:0{second}.000Z"), format!("50.0{number}0{second}"));
            table += &format!("card,t{number},{kind},{utc},,,{second},{lat},10,,100,,,,,,,,,,,,yes,{second}\n");
        }
    }
    fs::write(dir.path().join("roles.csv"), table).unwrap();
    let written = |name: &str| {
        let done = run_in(dir.path(), &["convert", "roles.csv", "--tracks", "all", "-o", name]);
        assert_eq!(done.code, 0, "{}", done.stderr);
        fs::read(dir.path().join(name)).unwrap()
    };
    let text = |name: &str| String::from_utf8(written(name)).unwrap();
    let (gpx, kml) = (text("out.gpx"), text("out.kml"));
    let (_, kml) = kml.split_once("<Folder><name>Flights</name>").unwrap();
    for (kind, style) in KINDS {
        assert_eq!(gpx.matches(&format!("<type>{kind}</type>")).count(), 1, "{kind}");
        assert_eq!(kml.matches(&format!("<styleUrl>#{style}</styleUrl>")).count(), 1, "{kind}");
    }
    assert!(kml.contains("(PLANNED, height above mean sea level)"));
    let kind =
        |value: &Value| ["subject", "estimate", "role"].map(|key| value[key].as_str().unwrap().to_owned()).join("/");
    let geojson: Value = serde_json::from_slice(&written("out.geojson")).unwrap();
    let mut features: Vec<String> =
        geojson["features"].as_array().unwrap().iter().map(|feature| kind(&feature["properties"])).collect();
    let lines = text("out.jsonl");
    let mut fixes: Vec<String> = lines.lines().map(|line| kind(&serde_json::from_str(line).unwrap())).collect();
    assert_eq!(fixes.len(), 4 * KINDS.len());
    fixes.dedup();
    written("out.gpkg");
    let database = Connection::open(dir.path().join("out.gpkg")).unwrap();
    let mut query = database.prepare("SELECT subject || '/' || estimate || '/' || role FROM flights").unwrap();
    let mut layers: Vec<String> = query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut expected: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    expected.sort_unstable();
    for kinds in [&mut features, &mut fixes, &mut layers] {
        kinds.sort_unstable();
        assert_eq!(*kinds, expected);
    }
}
