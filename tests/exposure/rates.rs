//! How often the rules are wrong: where nothing is, nothing may be found. `formats/exposure/rates.tsv` states what is measured here.

use overflown::analyse::exposure::{Grade, Kind, Reveal, Sighting, Watch, rate_rows};
use overflown::evidence::Evidence;
use overflown::examine::{Tools, examine};

use super::*;
use crate::make::prng::Prng;
use crate::support::tools;

fn seen(bytes: &[u8]) -> Vec<Sighting> {
    let mut watch = Watch::new(Reveal::No);
    watch.bytes(bytes, None);
    watch.finish().0
}

fn stated(corpus: &str) -> &'static str {
    rate_rows().find(|row| row.corpus.starts_with(corpus)).expect("a row of that corpus").found
}

#[test]
fn random_bytes_hold_nothing() {
    let bytes: Vec<u8> = {
        let mut prng = Prng::new(1);
        (0..4 << 20).flat_map(|_| prng.next().to_le_bytes()).collect()
    };
    assert_eq!(bytes.len(), 32 << 20);
    let found = seen(&bytes);
    assert_eq!(found.len().to_string(), stated("random bytes"), "{found:?}");
}

/// A check digit holds for one number in ten, a reporting body for 15 in a hundred; 89 and an assigned calling code for 8 in a
/// thousand.
#[test]
fn numbers_alone_pass_as_often_as_their_checks_allow() {
    let mut prng = Prng::new(2);
    let mut share = |digits: usize, kind: Kind| {
        let mut passed = 0u32;
        for _ in 0..100 {
            let mut text = String::new();
            for _ in 0..10_000 {
                text.extend((0..digits).map(|_| char::from(b'0' + prng.below(10) as u8)));
                text.push('\n');
            }
            let found = seen(text.as_bytes());
            assert!(found.iter().all(|one| one.kind == kind && one.grade == Grade::Shape), "{found:?}");
            passed += found.len() as u32;
        }
        f64::from(passed) / 10_000.0
    };
    let percent = |text: &str| text.trim_end_matches(" %").parse::<f64>().expect("a share");
    let (imei, iccid) = (share(15, Kind::Imei), share(19, Kind::Iccid));
    assert!((imei - percent(stated("random numbers of 15"))).abs() < 0.1, "{imei} %");
    assert!((iccid - percent(stated("random numbers of 19"))).abs() < 0.02, "{iccid} %");
}

/// Kinds that neither a program's text nor a flight log holds.
const NOWHERE: [Kind; 9] = [
    Kind::Imei,
    Kind::Imsi,
    Kind::Iccid,
    Kind::AndroidId,
    Kind::AdvertisingId,
    Kind::PhoneNumber,
    Kind::Mac,
    Kind::Email,
    Kind::Token,
];

fn text_below(folder: &Path, out: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.strip_prefix(repository()).unwrap().to_string_lossy().into_owned();
        if entry.is_dir() {
            let made = ["target", "exposure", "samples"].iter().any(|word| name.ends_with(word));
            if !made {
                text_below(&entry, out);
            }
        } else if ["rs", "md", "tsv", "toml"].iter().any(|end| name.ends_with(&format!(".{end}"))) {
            out.push((name, fs::read(&entry).unwrap()));
        }
    }
}

/// Words of a program are full of keys, numbers and hashes. Tests of the decoders and their encoders hold made identifiers, so that
/// the shipped code and the tables are looked through.
#[test]
fn the_projects_own_text_holds_nothing() {
    let mut texts = Vec::new();
    ["src", "formats"].iter().for_each(|folder| text_below(&repository().join(folder), &mut texts));
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    assert!(bytes > 1_000_000, "{bytes} bytes");
    let mut wrong = Vec::new();
    for (name, text) in &texts {
        let shipped = memchr::memmem::find(text, b"#[cfg(test)]").unwrap_or(text.len());
        let found = seen(&text[..shipped]).into_iter().filter(|one| NOWHERE.contains(&one.kind));
        wrong.extend(found.map(|one| format!("{name}: {one:?}")));
    }
    assert_eq!(wrong.len().to_string(), stated("the project's own"), "{wrong:#?}");
}

#[test]
fn records_of_flight_logs_hold_nothing_that_they_cannot() {
    let Some(folder) = evidence() else { return };
    let tools = Tools { exposure: true, ..tools().clone() };
    let (mut files, mut size, mut wrong) = (0, 0, Vec::new());
    for part in ["dji-txt/raw", "dji-dat"] {
        let mut folders = vec![folder.join(part)];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() {
                    folders.push(entry);
                    continue;
                }
                let name = entry.file_name().unwrap().to_string_lossy().into_owned();
                let bytes = fs::read(&entry).unwrap();
                let examined = examine(&Evidence::from_bytes(name.clone(), bytes), &tools);
                if !matches!(examined.report.format, Some("dji-txt" | "dji-dat")) {
                    continue;
                }
                files += 1;
                size += examined.report.bytes;
                let odd = |kind| NOWHERE.contains(&kind) || kind == Kind::Ssid;
                wrong.extend(examined.sightings.into_iter().filter(|one| odd(one.kind)).map(|one| (name.clone(), one)));
            }
        }
    }
    assert!(files > 10 && size > 5_000_000, "{files} files, {size} bytes");
    println!("{files} files, {size} bytes");
    assert_eq!(wrong.len().to_string(), stated("records of"), "{wrong:#?}");
}
