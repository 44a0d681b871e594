//! Backups of phones that were packed: the list inside the archive says where each member lay, and parts of one database are read
//! together though their names are hashes.

use std::fs;

use overflown::examine::Examined;
use sha1::{Digest as _, Sha1};

use super::told;
use crate::cli::run_in;
use crate::make::deflate::Gzip;
use crate::make::preferences::{Value, bplist};
use crate::make::zip::{Member, zip};
use crate::make::{databases, tar};
use crate::support::examine_bytes as open;

/// SHA-1 of `AppDomain-com.dji.go-Documents/FlightLogs/tips.json`, by sha1sum.
const TIPS: &str = "752f1356c91049495dbac3d5eb69d59d922c421d";
const TIPS_LAY: &str = "AppDomain-com.dji.go/Documents/FlightLogs/tips.json";
const TIPS_TEXT: &[u8] = b"[[\"2024-05-14 10:00:01\",\"\",\"Take-off\"]]";
const DOMAIN: &str = "AppDomain-com.dji.go";

fn id(path: &str) -> String {
    Sha1::digest(format!("{DOMAIN}-{path}")).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `Manifest.db` as iOS writes it, as far as it is read.
fn manifest(paths: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("Manifest.db");
    let connection = rusqlite::Connection::open(&path).expect("a database");
    connection
        .execute_batch(
            "CREATE TABLE Files (fileID TEXT PRIMARY KEY, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB);",
        )
        .expect("a table");
    for path in paths {
        let row = "INSERT INTO Files VALUES (?1, ?2, ?3, 1, x'00')";
        connection.execute(row, (id(path), DOMAIN, path)).expect("a row");
    }
    drop(connection);
    fs::read(&path).expect("the list")
}

const PATHS: [&str; 4] =
    ["Documents/FlightLogs/tips.json", "Documents/notes.bin", "Documents/app.db", "Documents/app.db-wal"];

fn database(path: &str) -> Vec<u8> {
    databases::all().into_iter().find(|made| made.path == path).expect("a sample").bytes
}

/// Names below the backup's folder and their content; the list stands behind the first member.
fn files() -> Vec<(String, Vec<u8>)> {
    let split = |path: &str| format!("{}/{}", &id(path)[..2], id(path));
    vec![
        (split(PATHS[0]), TIPS_TEXT.to_vec()),
        ("Manifest.db".to_owned(), manifest(&PATHS)),
        (split(PATHS[1]), b"nothing that is known".to_vec()),
        (split(PATHS[2]), database("sqlite/app.db")),
        (split(PATHS[3]), database("sqlite/app.db-wal")),
    ]
}

fn zipped(folder: &str, files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let members: Vec<Member> =
        files.iter().map(|(name, bytes)| Member::new(&format!("{folder}{name}"), bytes)).collect();
    zip(&members).bytes
}

fn tarred(folder: &str, files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let members: Vec<Vec<u8>> =
        files.iter().map(|(name, bytes)| tar::file(&format!("{folder}{name}"), bytes)).collect();
    tar::tar(&members)
}

/// The item whose label ends so.
fn item<'a>(examined: &'a Examined, end: &str) -> &'a Examined {
    let found = examined.all().into_iter().find(|item| item.report.path.ends_with(end));
    found.unwrap_or_else(|| panic!("no item {end}"))
}

#[test]
fn members_are_named_by_the_list_in_every_kind_of_archive() {
    assert_eq!(id(PATHS[0]), TIPS);
    let in_folder = "00008101-000A/";
    let archives = [
        ("phone.zip", zipped(in_folder, &files())),
        ("phone.tar", tarred(in_folder, &files())),
        ("phone.tar.gz", Gzip::default().member(&tarred("./", &files()))),
        ("outer.zip", zip(&[Member::stored("phone.tar", &tarred("", &files()))]).bytes),
    ];
    for (name, bytes) in archives {
        let examined = open(name, bytes);
        let tips = item(&examined, TIPS);
        assert_eq!(tips.report.original.as_deref(), Some(TIPS_LAY), "{name}");
        assert_eq!(tips.report.app_by_path, Some("DJI GO 4"), "{name}");
        let by = tips.report.original_by.as_deref().expect("what says so");
        assert!(by.starts_with(name) && by.ends_with("Manifest.db"), "{by}");
        let archive = item(&examined, by.rsplit_once("!/").expect("in an archive").0);
        let (severity, message) = told(archive, "examine/backup");
        assert_eq!(severity, "note");
        assert!(message.contains("lists 4 files") && message.contains("4 members"), "{message}");
        let unknown = archive.report.children.iter().find(|child| child.name.ends_with(&id(PATHS[1])));
        let original = unknown.and_then(|child| child.original.as_deref());
        assert_eq!(original, Some("AppDomain-com.dji.go/Documents/notes.bin"), "{name}: also what nobody recognises");
        assert_joined(item(&examined, &id(PATHS[2])), name);
    }
}

/// What the log changed is told: it was read with its database.
fn assert_joined(database: &Examined, what: &str) {
    let notes = &database.report.notes;
    assert!(notes.iter().any(|note| note.contains("write-ahead log")), "{what}: {notes:#?}");
}

#[test]
fn a_database_of_an_unpacked_backup_is_read_with_its_log() {
    let folder = tempfile::tempdir().expect("a folder");
    for (is_flat, name) in [(false, "split"), (true, "flat")] {
        for (path, bytes) in files() {
            let path = if is_flat { path.rsplit('/').next().expect("a name") } else { &path };
            let path = folder.path().join(name).join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, bytes).expect("a file");
        }
        let ran = run_in(folder.path(), &["inspect", "--format", "json", name]);
        let document = ran.json();
        let files = document["files"].as_array().expect("files");
        let database =
            files.iter().find(|file| file["path"].as_str().is_some_and(|path| path.ends_with(&id(PATHS[2]))));
        let database = database.expect("the database");
        assert_eq!(database["original"], "AppDomain-com.dji.go/Documents/app.db");
        assert_eq!(database["original_by"], format!("{name}/Manifest.db"));
        assert!(database["notes"].to_string().contains("write-ahead log"), "{name}: {database:#}");
    }
}

#[test]
fn old_backups_are_named_by_their_own_list() {
    let text = |text: &str| [&(text.len() as u16).to_be_bytes(), text.as_bytes()].concat();
    let entry = [text(DOMAIN), text(PATHS[0]), vec![0xff; 6], vec![0; 40]].concat();
    let list = [b"mbdb\x05\0".to_vec(), entry].concat();
    let files = [(TIPS.to_owned(), TIPS_TEXT.to_vec()), ("Manifest.mbdb".to_owned(), list.clone())];
    let examined = open("phone.tar", tarred("old/", &files));
    let tips = item(&examined, TIPS);
    assert_eq!(tips.report.original.as_deref(), Some(TIPS_LAY));
    assert_eq!(tips.report.original_by.as_deref(), Some("phone.tar!/old/Manifest.mbdb"));
    let cut = [(TIPS.to_owned(), TIPS_TEXT.to_vec()), ("Manifest.mbdb".to_owned(), list[..20].to_vec())];
    let examined = open("phone.tar", tarred("old/", &cut));
    assert_eq!(item(&examined, TIPS).report.original, None);
    assert!(told(&examined, "examine/backup").1.contains("cut"));
}

#[test]
fn a_list_that_cannot_be_read_is_told_and_names_nothing() {
    let properties = |is_encrypted| {
        let mut entries = vec![("BackupKeyBag", Value::Data(vec![1; 8]))];
        if is_encrypted {
            entries.push(("IsEncrypted", Value::True));
        }
        bplist(&Value::Dictionary(entries))
    };
    for is_encrypted in [true, false] {
        let files = [
            (format!("75/{TIPS}"), TIPS_TEXT.to_vec()),
            ("Manifest.db".to_owned(), vec![0xa7; 4096]),
            ("Manifest.plist".to_owned(), properties(is_encrypted)),
        ];
        let examined = open("phone.zip", zipped("backup/", &files));
        let message = told(&examined, "examine/backup").1;
        assert!(message.contains("cannot be read"), "{message}");
        assert_eq!(message.contains("Manifest.plist says that the backup is encrypted"), is_encrypted, "{message}");
        assert_eq!(item(&examined, TIPS).report.original, None, "content alone says what it is");
    }
    let mut broken = files();
    // The page of the table; the index is behind it.
    broken[1].1[4096..8192].fill(0xa7);
    let examined = open("phone.zip", zipped("", &broken));
    assert!(told(&examined, "examine/backup").1.contains("cannot be read"));
}

#[test]
fn a_list_holds_for_its_own_folder_and_their_number_is_bounded() {
    let mut files = vec![
        ("a/Manifest.db".to_owned(), manifest(&PATHS[..1])),
        (format!("a/75/{TIPS}"), TIPS_TEXT.to_vec()),
        (format!("b/75/{TIPS}"), TIPS_TEXT.to_vec()),
    ];
    let examined = open("phone.zip", zipped("", &files));
    assert_eq!(item(&examined, &format!("a/75/{TIPS}")).report.original.as_deref(), Some(TIPS_LAY));
    assert_eq!(item(&examined, &format!("b/75/{TIPS}")).report.original, None);
    files.extend((0..70).map(|number| (format!("{number}/Manifest.mbdb"), b"mbdb\x05\0".to_vec())));
    let examined = open("phone.zip", zipped("", &files));
    let refused = examined.report.diagnostics.iter().any(|d| d.message.contains("7 lists of backups beyond 64"));
    assert!(refused, "{:#?}", examined.report.diagnostics);
}

/// `records`, `show` and `inspect` of a member see what `case` sees.
#[test]
fn a_database_that_is_addressed_inside_an_archive_is_read_with_its_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let (main, log) = (database("sqlite/app.db"), database("sqlite/app.db-wal"));
    fs::write(folder.path().join("app.db"), &main).expect("a file");
    fs::write(folder.path().join("app.db-wal"), &log).expect("a file");
    let files = [("data/app.db".to_owned(), main), ("data/app.db-wal".to_owned(), log)];
    fs::write(folder.path().join("phone.zip"), zipped("", &files)).expect("a file");
    let outer = Gzip::default().member(&tarred("", &[("phone.zip".to_owned(), zipped("", &files))]));
    fs::write(folder.path().join("outer.tgz"), outer).expect("a file");
    for end in ["app.db", "app.db-wal"] {
        let alone = run_in(folder.path(), &["records", end]);
        assert!(end != "app.db" || alone.stdout.contains("superseded"), "the sample's log changes a row");
        for archive in ["phone.zip", "outer.tgz!/outer.tar!/phone.zip"] {
            let address = format!("{archive}!/data/{end}");
            let inside = run_in(folder.path(), &["records", &address]);
            assert_eq!((inside.code, &inside.stdout), (alone.code, &alone.stdout), "{address}");
            let report = |path: &str| {
                let mut file = run_in(folder.path(), &["inspect", "--format", "json", path]).json()["files"][0].clone();
                assert!(file["path"].as_str().is_some_and(|label| label.ends_with(end)), "{path}: {file:#}");
                file["path"] = serde_json::Value::Null;
                file["parent"] = serde_json::Value::Null;
                file
            };
            assert_eq!(report(&address), report(end), "{address}");
            let show = |path: &str| {
                let text = run_in(folder.path(), &["show", path, "--offset", "2000"]).stdout;
                text.split_once('\n').expect("lines").1.to_owned()
            };
            assert_eq!(show(&address), show(end), "{address}");
        }
    }
    let before = fs::read(folder.path().join("phone.zip")).expect("the archive");
    let over = run_in(folder.path(), &["records", "phone.zip!/data/app.db", "-o", "phone.zip", "--force"]);
    assert_eq!(over.code, 2, "an archive is no output of what is in it: {}", over.stderr);
    assert_eq!(fs::read(folder.path().join("phone.zip")).expect("the archive"), before);
    let case = run_in(folder.path(), &["case", "phone.zip!/data/app.db", "-o", "CASE"]);
    assert_eq!(case.code, 2, "{}", case.stderr);
    assert!(!folder.path().join("CASE").exists());
}
