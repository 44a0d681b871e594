//! Labels: how outputs name an item. A label is the last part of the argument and the path inside it, never an absolute path;
//! names that are not UTF-8 or hold control characters are kept, escaped as `\xNN`.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;

/// The label of an argument: its last part, or the real folder name for `.` and the like.
pub fn of_argument(path: &Path) -> String {
    match path.file_name() {
        Some(name) => of_name(name),
        None => std::path::absolute(path)
            .ok()
            .and_then(|p| p.canonicalize().unwrap_or(p).file_name().map(of_name))
            .unwrap_or_else(|| "root".to_owned()),
    }
}

/// One path component as text that is safe to print.
pub fn of_name(name: &OsStr) -> String {
    let mut label = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        escape_into(&mut label, chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(label, "\\x{byte:02x}");
        }
    }
    label
}

/// Text from evidence made safe for a terminal: control and bidirectional-override characters are escaped.
pub fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    escape_into(&mut safe, text);
    safe
}

fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        if (c as u32) < 0x20 || c == '\u{7f}' {
            let _ = write!(out, "\\x{:02x}", c as u32);
        } else if c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        } else {
            out.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_stay_readable_and_harmless() {
        assert_eq!(printable("a\u{202e}txt.exe\n"), "a\\u{202e}txt.exe\\x0a");
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt as _;
            assert_eq!(of_name(OsStr::from_bytes(b"caf\xe9.txt")), "caf\\xe9.txt");
        }
    }
}
