//! Samples of tar archives and Android backups: a phone's folder as examiners pack it.

use super::deflate::zlib;
use super::{phone, preferences};

/// A sample that other samples lie in.
#[derive(Clone, Debug)]
pub struct Archive {
    /// Below samples/.
    pub path: &'static str,
    pub about: &'static str,
    pub bytes: Vec<u8>,
    /// Labels of what lies in it, the outermost archive's own left out.
    pub inside: Vec<&'static str>,
}

/// A header of POSIX tar.
pub fn header(name: &str, kind: u8, size: u64) -> Vec<u8> {
    let mut block = vec![0; 512];
    let mut put = |at: usize, text: &str| block[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, "0000644\0");
    put(108, "0001750\0");
    put(116, "0001750\0");
    put(124, &format!("{size:011o}\0"));
    put(136, "14620613467\0");
    put(148, "        ");
    put(257, "ustar\0");
    put(263, "00");
    block[156] = kind;
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// A file with its header, filled up to whole blocks.
pub fn file(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = header(name, b'0', bytes.len() as u64);
    out.extend_from_slice(bytes);
    out.resize(out.len().div_ceil(512) * 512, 0);
    out
}

pub fn tar(members: &[Vec<u8>]) -> Vec<u8> {
    [members.concat(), vec![0; 1024]].concat()
}

/// A name too long for a header, in front of its file: as POSIX has it, and as GNU has it.
pub fn long_name(name: &str, is_posix: bool) -> Vec<u8> {
    if is_posix {
        let rest = format!(" path={name}\n");
        let len = (rest.len() + 1..).find(|len| format!("{len}{rest}").len() == *len).expect("a length");
        let line = format!("{len}{rest}");
        let mut out = header("PaxHeader", b'x', line.len() as u64);
        out.extend_from_slice(line.as_bytes());
        out.resize(out.len().div_ceil(512) * 512, 0);
        return out;
    }
    let mut out = header("././@LongLink", b'L', name.len() as u64 + 1);
    out.extend_from_slice(name.as_bytes());
    out.push(0);
    out.resize(out.len().div_ceil(512) * 512, 0);
    out
}

fn sample(part: &str) -> Vec<u8> {
    let of_phone = phone::all().into_iter().find(|file| file.path.contains(part)).map(|file| file.bytes);
    let of_app = || preferences::all().into_iter().find(|file| file.path.contains(part)).map(|file| file.bytes);
    of_phone.or_else(of_app).expect("a sample")
}

const DEEP: &str = "sdcard/DJI/dji.go.v4/LOG/a folder whose name is longer than the hundred bytes that a header has room \
                    for/14-05-2024-0V0SAMPLE0001";

pub fn all() -> Vec<Archive> {
    let folder = tar(&[
        header("sdcard/DJI/dji.go.v4/", b'5', 0),
        long_name(DEEP, true),
        file("sdcard/14-05-2024", &sample("14-05-2024")),
        file("sdcard/DJI/dji.go.v4/readme", b"no log"),
        header("sdcard/link", b'2', 0),
    ]);
    let backup = tar(&[file("apps/dji.go.v4/sp/dji.go.v4_preferences.xml", &sample("_preferences.xml"))]);
    vec![
        Archive {
            path: "tar/phone.tar",
            about: "a tip log under a long name (pax), a text, a folder, a link",
            bytes: folder,
            inside: vec![DEEP],
        },
        Archive {
            path: "android-backup/backup.ab",
            about: "an Android backup, packed and not encrypted: preferences of an app",
            bytes: [b"ANDROID BACKUP\n5\n1\nnone\n".as_slice(), &zlib(&backup)].concat(),
            inside: vec!["backup.tar!/apps/dji.go.v4/sp/dji.go.v4_preferences.xml"],
        },
    ]
}
