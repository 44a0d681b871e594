//! Databases of apps and cameras, written by SQLite itself with fixed settings, so that the same bytes come out everywhere; the
//! log's random salts are replaced, and its sums made anew.

use std::fs;

use rusqlite::Connection;

use super::clock::civil;
use super::exif::Exif;

/// A file and what it shows.
pub struct Made {
    /// Below samples/.
    pub path: &'static str,
    pub about: &'static str,
    pub bytes: Vec<u8>,
}

/// Where the photo of the index was taken.
pub const PHOTO: (f64, f64) = (54.098_512, 8.901_244);
/// The camera's clock is ahead of UTC, hours.
pub const CAMERA_CLOCK_H: i64 = 2;
/// The first recording begins, ms since 1970 UTC: 2024-05-14T08:02:00Z.
const FIRST_MS: i64 = 1_715_673_720_000;

pub fn all() -> Vec<Made> {
    let (app, log) = app();
    vec![
        Made {
            path: "sqlite/app.db",
            about: "an app's database in use: cached positions, deleted rows, ids that are missing",
            bytes: app,
        },
        Made { path: "sqlite/app.db-wal", about: "its log: one row changed, one removed, one added", bytes: log },
        Made {
            path: "dji-media-index/FC0000.db",
            about: "a camera's index: 12 recordings in two runs of numbers, a power cut, a photo",
            bytes: index(),
        },
    ]
}

/// One line of the inventory each.
pub fn listed() -> impl Iterator<Item = String> {
    all().into_iter().map(|made| format!("{}\t{}\t-\t-\t-\t-\t-\n", made.path, made.about))
}

fn execute(connection: &Connection, statements: &str) {
    connection.execute_batch(statements).expect("good statements");
}

/// Positions that an app kept, in use: the database and its log.
fn app() -> (Vec<u8>, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app.db");
    let connection = Connection::open(&path).expect("a new database");
    execute(
        &connection,
        "PRAGMA page_size=1024; PRAGMA secure_delete=OFF; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;
         CREATE TABLE last_drone_position(id INTEGER PRIMARY KEY AUTOINCREMENT, latitude REAL, longitude REAL,
             update_time INTEGER, device_sn TEXT);
         CREATE TABLE account(email TEXT, nickname TEXT);
         INSERT INTO account VALUES('sample@example.org', 'Sample');",
    );
    for n in 0..20 {
        let (lat, lon) = (54.0985 + 0.0003 * f64::from(n), 8.8975 + 0.0004 * f64::from(n));
        connection
            .execute(
                "INSERT INTO last_drone_position(latitude, longitude, update_time, device_sn) VALUES(?1, ?2, ?3, ?4)",
                (lat, lon, FIRST_MS + i64::from(n) * 60_000, "OVF0SAMPLE0003"),
            )
            .expect("a row");
    }
    execute(
        &connection,
        "DELETE FROM last_drone_position WHERE id IN (5, 11, 20); PRAGMA wal_checkpoint(TRUNCATE);
         UPDATE last_drone_position SET latitude = 54.1234 WHERE id = 3;
         DELETE FROM last_drone_position WHERE id = 7;
         INSERT INTO last_drone_position(latitude, longitude, update_time, device_sn)
             VALUES(54.1067, 8.9071, 1715675400000, 'OVF0SAMPLE0003');",
    );
    let database = fs::read(&path).expect("the database");
    let log = fs::read(folder.path().join("app.db-wal")).expect("its log");
    (database, salted(log, [0x4f, 0x56, 0x46, 0x30, 0x53, 0x41, 0x4d, 0x50]))
}

/// The log with these salts.
fn salted(mut log: Vec<u8>, salt: [u8; 8]) -> Vec<u8> {
    let page = u32::from_be_bytes(log[8..12].try_into().expect("four bytes")) as usize;
    let big_endian = log[3] & 1 == 1;
    let word = |bytes: &[u8]| {
        let bytes = bytes.try_into().expect("four bytes");
        if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    let add = |sums: (u32, u32), bytes: &[u8]| {
        bytes.chunks(8).fold(sums, |(a, b), pair| {
            let a = a.wrapping_add(word(&pair[..4])).wrapping_add(b);
            (a, b.wrapping_add(word(&pair[4..])).wrapping_add(a))
        })
    };
    let put = |at: &mut [u8], sums: (u32, u32)| {
        at[..4].copy_from_slice(&sums.0.to_be_bytes());
        at[4..8].copy_from_slice(&sums.1.to_be_bytes());
    };
    log[16..24].copy_from_slice(&salt);
    let mut sums = add((0, 0), &log[..24]);
    put(&mut log[24..32], sums);
    for frame in log[32..].chunks_exact_mut(24 + page) {
        frame[8..16].copy_from_slice(&salt);
        sums = add(sums, &frame[..8]);
        sums = add(sums, &frame[24..]);
        put(&mut frame[16..24], sums);
    }
    log
}

/// A camera's index as one file.
fn index() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("FC0000.db");
    let connection = Connection::open(&path).expect("a new database");
    fill_index(&connection);
    drop(connection);
    fs::read(&path).expect("the database")
}

/// The tables of an index of version 12, as far as the format description names their columns.
pub fn fill_index(connection: &Connection) {
    execute(
        connection,
        "PRAGMA page_size=4096; PRAGMA secure_delete=ON;
         CREATE TABLE version_table(version INT); INSERT INTO version_table VALUES(12);
         CREATE TABLE mtime_table(dcf_index INT PRIMARY KEY, mtime INT);
         CREATE TABLE gis_info_table(ID INTEGER PRIMARY KEY, dcf_index INT, camera_type INT, file_name TEXT, uuid INT,
             file_type INT, sub_type INT, result INT, star INT, origin INT, cloud_download INT, video_index INT, image_index INT);
         CREATE TABLE image_info_table(ID INTEGER PRIMARY KEY, thm_offset INT, thm_size INT, scr_offset INT, scr_size INT,
             xmp_offset INT, xmp_size INT, exif BLOB);
         CREATE TABLE video_info_table(ID INTEGER PRIMARY KEY, duration INT, frame_num INT, frame_den INT, model_name TEXT);",
    );
    // Seven recordings, then the numbers begin anew.
    for id in 1..=12_i64 {
        let number = if id <= 7 { id } else { id - 7 };
        let start_ms = FIRST_MS + (id - 1) * 900_000 + if id > 7 { 86_400_000 * 20 } else { 0 };
        let length_ms = 60_000 + 7_321 * id;
        let is_photo = id == 12;
        let is_cut = id == 6;
        let local_s = start_ms / 1000 + CAMERA_CLOCK_H * 3600;
        let (year, month, day, second) = civil(local_s);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let ending = if is_photo { "JPG" } else { "MP4" };
        let name = format!(
            "/mnt/media_rw/sdcard0/DCIM/DJI_001/DJI_{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}_{number:04}_D.{ending}"
        );
        let index = 1 << 18 | number << 4;
        let (video, image) = if is_photo { (0, 1) } else { (id, 0) };
        connection
            .execute(
                "INSERT INTO gis_info_table VALUES(?1, ?2, 0, ?3, 0, 64, 0, ?4, 0, 0, 0, ?5, ?6)",
                (id, index, &name, i64::from(!is_cut), video, image),
            )
            .expect("a row");
        let mtime = if is_cut { 315_532_800 } else { (start_ms + length_ms) / 1000 };
        connection.execute("INSERT OR REPLACE INTO mtime_table VALUES(?1, ?2)", (index, mtime)).expect("a row");
        if is_photo {
            let exif = Exif {
                big_endian: false,
                lat_deg: PHOTO.0,
                lon_deg: PHOTO.1,
                altitude_m: Some(41.5),
                time_ms: start_ms,
                utc_offset_h: CAMERA_CLOCK_H,
                gps_time: false,
            };
            connection
                .execute("INSERT INTO image_info_table VALUES(1, 0, 0, 0, 0, 0, 0, ?1)", [exif.block()])
                .expect("a row");
        } else {
            connection
                .execute("INSERT INTO video_info_table VALUES(?1, ?2, 60000, 1001, 'OVF FC0000')", (id, length_ms))
                .expect("a row");
        }
    }
}
