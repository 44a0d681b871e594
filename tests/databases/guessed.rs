//! Tables that nobody described: positions only where name and range leave one reading.

use overflown::track::{Role, Subject};

use super::{examine_file, written};

fn examined(statements: &str) -> overflown::examine::Examined {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    written(&path, "", |connection| connection.execute_batch(statements).unwrap());
    examine_file(&path)
}

#[test]
fn positions_with_their_times_become_tracks_named_by_their_table() {
    let examined = examined(
        "CREATE TABLE find_drone(fmd_latitude TEXT, fmd_longitude TEXT, server_timestamp INT);
         INSERT INTO find_drone VALUES('54.1', '8.9', 1715673600000), ('54.2', '8.8', 1715673660000);
         CREATE TABLE cache(latE7 INT, lonE7 INT, created TEXT);
         INSERT INTO cache VALUES(541000000, 89000000, '2024-05-14T08:00:00Z'), (0, 0, NULL);",
    );
    let [drone, cache] = &examined.tracks[..] else { panic!("{:?}", examined.report.notes) };
    assert_eq!(
        (drone.name.as_str(), drone.kind.subject, drone.kind.role),
        ("find_drone", Subject::Aircraft, Role::LastKnown)
    );
    assert_eq!((drone.rows.lat[1], drone.rows.lon[1]), (54.2, 8.8));
    assert_eq!(drone.rows.utc(0), Some(1_715_673_600_000_000_000));
    assert_eq!((cache.name.as_str(), cache.kind.subject), ("cache", Subject::Controller));
    assert_eq!((cache.rows.lat[0], cache.rows.lon[0]), (54.1, 8.9));
    assert_eq!(cache.rows.utc(0), Some(1_715_673_600_000_000_000));
    assert!(!cache.rows.fix[1].is_fix(), "0/0 is no fix");
    assert!(examined.report.notes.iter().filter(|note| note.starts_with("heuristic: ")).count() == 2);
}

#[test]
fn what_can_be_read_two_ways_is_told_and_not_used() {
    let examined = examined(
        "CREATE TABLE a(lat INT, lng INT); INSERT INTO a VALUES(54100000, 8900000);
         CREATE TABLE b(lat REAL, lon REAL); INSERT INTO b VALUES(0.9442, 0.1553);
         CREATE TABLE c(lat INT, lon INT); INSERT INTO c VALUES(54, 9);
         CREATE TABLE d(translation TEXT, plate TEXT, flat REAL); INSERT INTO d VALUES('x', 'y', 0.5);
         CREATE TABLE nofly(area_id INT, lat REAL, lng REAL, radius REAL); INSERT INTO nofly VALUES(1, 54.1, 8.9, 500.0);",
    );
    assert!(examined.tracks.is_empty());
    let says = |words: &str| examined.report.notes.iter().any(|note| note.contains(words));
    assert!(says("table a: lat and lng are named like positions and are not used: degrees times a million"));
    assert!(says("table b: lat and lon are named like positions and are not used: degrees and radians fit both"));
    assert!(says("table c: lat and lon are named like positions and are not used: its whole numbers are too coarse"));
    assert!(says("table nofly: lat and lng are positions of places"));
    assert!(!says("table d"));
}

#[test]
fn serial_numbers_and_accounts_are_told_with_their_place() {
    let examined = examined(
        "CREATE TABLE user(email TEXT, device_sn TEXT, note TEXT);
         INSERT INTO user VALUES('sample@example.org', '1581F4SAMPLE0001', 'a@b.cc');
         INSERT INTO user VALUES('not an address', 'short', NULL);",
    );
    let told: Vec<_> = examined.report.identifiers.iter().map(|id| (id.kind, id.value.as_str())).collect();
    assert_eq!(
        told,
        [("account in a database", "sample@example.org"), ("serial number in a database", "1581F4SAMPLE0001")]
    );
    assert!(examined.report.identifiers.iter().all(|id| id.offset.is_some()));
}

/// Apple's clock counts from 2001: 737,366,400 s behind it is 2024-05-14T08:00:00Z.
#[test]
fn cocoa_times_are_told_from_unix_times() {
    let examined = examined(
        "CREATE TABLE ZPLACE(ZLATITUDE REAL, ZLONGITUDE REAL, ZTIMESTAMP REAL);
         INSERT INTO ZPLACE VALUES(54.1, 8.9, 737366400.0);
         CREATE TABLE log(latitude REAL, longitude REAL, time INT); INSERT INTO log VALUES(54.1, 8.9, 1715673600);",
    );
    // The name of the first table speaks of places.
    let [log] = &examined.tracks[..] else { panic!("{:?}", examined.report.notes) };
    assert_eq!(log.rows.utc(0), Some(1_715_673_600_000_000_000));
    let examined = super::guessed::examined(
        "CREATE TABLE ZFIX(ZLATITUDE REAL, ZLONGITUDE REAL, ZTIMESTAMP REAL); INSERT INTO ZFIX VALUES(54.1, 8.9, 737366400.0);",
    );
    assert_eq!(examined.tracks[0].rows.utc(0), Some(1_715_673_600_000_000_000));
}
