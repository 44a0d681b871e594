//! A made store of keys and values (MMKV) and its side file: written, written over, removed, and written anew over an older content.

use super::deflate::crc32;
use super::preferences::{EMAIL, FMD, LAST, Preferences, SERIAL, TOKEN, base64};

pub const PATH: &str = "mmkv/mmkv.default";
pub const SIDE_PATH: &str = "mmkv/mmkv.default.crc";
/// The serial number that stood there before.
pub const OLD_SERIAL: &str = "0V0SAMPLE0009";
/// The place that stood there before the last one.
pub const BEFORE: (f64, f64) = (54.1111, 8.8888);
/// The place that is left behind the end of the content.
pub const LEFT: (f64, f64) = (54.2222, 8.7777);
pub const UUID: &str = "11112222-3333-4444-5555-666677778888";

/// Seven bits a byte, lowest first.
pub fn varint(mut number: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while number > 127 {
        out.push(number as u8 | 128);
        number /= 128;
    }
    out.push(number as u8);
    out
}

pub fn counted(bytes: &[u8]) -> Vec<u8> {
    [varint(bytes.len() as u64), bytes.to_vec()].concat()
}

/// One write of a key; `value` in its own coding.
pub fn entry(key: &str, value: &[u8]) -> Vec<u8> {
    [counted(key.as_bytes()), counted(value)].concat()
}

pub fn text(key: &str, value: &str) -> Vec<u8> {
    entry(key, &counted(value.as_bytes()))
}

/// A store of one page; `left` is what an older content left behind the end.
pub fn store(entries: &[Vec<u8>], left: &[u8]) -> Vec<u8> {
    let content = [varint(0x00ff_ffff), entries.concat()].concat();
    let mut out = [(content.len() as u32).to_le_bytes().to_vec(), content, left.to_vec()].concat();
    out.resize(4096, 0);
    out
}

/// The side file of a store, version 3; a vector other than zeros says that the store is encrypted.
pub fn side_file(store: &[u8], vector: [u8; 16]) -> Vec<u8> {
    let len = u32::from_le_bytes([store[0], store[1], store[2], store[3]]);
    let crc = crc32(&store[4..4 + len as usize]);
    let mut out: Vec<u8> = [crc, 3, 2].iter().flat_map(|number: &u32| number.to_le_bytes()).collect();
    out.extend(vector);
    out.extend([len, len, crc].iter().flat_map(|number| number.to_le_bytes()));
    out.resize(4096, 0);
    out
}

fn degrees(keys: (&str, &str), (lat, lon): (f64, f64)) -> Vec<u8> {
    [text(keys.0, &format!("{lat:.7}")), text(keys.1, &format!("{lon:.7}"))].concat()
}

const KEYS: (&str, &str) = ("fmd_latitude", "fmd_longitude");

/// The writes of the sample, one behind the other.
pub fn writes() -> Vec<Vec<u8>> {
    vec![
        text("key_account_email", &base64(EMAIL.as_bytes())),
        text("key_account_token", &base64(TOKEN.as_bytes())),
        text("key_uuid_for_account_center", UUID),
        text("device_sn", OLD_SERIAL),
        entry("beginner_mode", &[1]),
        entry("launches", &varint(300)),
        degrees(KEYS, BEFORE),
        entry("key_uuid_for_account_center", &[]),
        text("device_sn", SERIAL),
        entry("KEY_CC_LAST_FLYC_LAT", &LAST.0.to_le_bytes()),
        entry("KEY_CC_LAST_FLYC_LNG", &LAST.1.to_le_bytes()),
        entry("beginner_mode", &[0]),
        entry("zoom", &1.5_f32.to_le_bytes()),
        degrees(KEYS, FMD),
    ]
}

pub fn all() -> Vec<Preferences> {
    // The older content went on in the middle of an entry.
    let left = [b"ude\x0b".as_slice(), &degrees(KEYS, LEFT)].concat();
    let bytes = store(&writes(), &left);
    let side = side_file(&bytes, [0; 16]);
    vec![
        Preferences {
            path: PATH,
            about: "a store of an app: values that hold, that were written over or removed, and what an older content left",
            bytes,
            fixes: vec![
                (LAST.0, LAST.1, None),
                (FMD.0, FMD.1, None),
                (BEFORE.0, BEFORE.1, None),
                (LEFT.0, LEFT.1, None),
            ],
            secret: TOKEN,
        },
        Preferences { path: SIDE_PATH, about: "its side file", bytes: side, fixes: Vec::new(), secret: "" },
    ]
}
