//! Labels: how outputs name an item. A label is the last part of the argument and the path inside it, never an absolute path;
//! names that are not UTF-8 or hold control characters are kept, escaped as `\xNN`.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

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

/// The file that an argument names, and the names of the items that lead into it: `card.zip!/DCIM/a.TXT` names `DCIM/a.TXT` inside
/// `card.zip`, unless a file has that name.
pub fn split_argument(argument: &Path) -> (PathBuf, Vec<String>) {
    let text = argument.to_string_lossy();
    match text.split_once("!/") {
        Some((path, inside)) if !argument.exists() => {
            (PathBuf::from(path), inside.split("!/").map(str::to_owned).collect())
        }
        _ => (argument.to_owned(), Vec::new()),
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

/// Longest part of a member's label in bytes; file systems take 255, and a number or a word may come behind.
const PART: usize = 200;
/// Most folders of a member's label; deeper ones are left out from the front.
const PARTS: usize = 16;

/// The label of an archive member: its name with `/` between folders, safe below any folder. Absolute paths and drive letters
/// lose what makes them so, `..` becomes `__`, control characters are escaped, overlong names cut.
pub fn of_member(name: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in name.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".") {
        let mut safe = printable(part);
        if safe.bytes().all(|b| b == b'.') {
            safe = "_".repeat(safe.len());
        }
        let is_drive = parts.is_empty() && safe.len() == 2 && safe.ends_with(':');
        if is_drive {
            safe = format!("{}_", &safe[..1]);
        }
        // `!/` stands between an item and its child.
        if safe.ends_with('!') {
            safe.pop();
            safe.push_str("\\x21");
        }
        if safe.len() > PART {
            let cut = (0..=PART).rev().find(|at| safe.is_char_boundary(*at)).unwrap_or(0);
            safe.truncate(cut);
        }
        parts.push(safe);
    }
    parts.drain(..parts.len().saturating_sub(PARTS));
    if parts.is_empty() { "unnamed".to_owned() } else { parts.join("/") }
}

/// The label with a word or number behind the stem of its last part: `a/b.txt` with `-cut` is `a/b-cut.txt`.
pub fn marked(label: &str, mark: &str) -> String {
    let name_at = label.rfind('/').map_or(0, |at| at + 1);
    match label[name_at..].rfind('.') {
        Some(dot) if dot > 0 => format!("{}{mark}{}", &label[..name_at + dot], &label[name_at + dot..]),
        _ => format!("{label}{mark}"),
    }
}

fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        if (c as u32) < 0x20 || c == '\u{7f}' {
            let _ = write!(out, "\\x{:02x}", c as u32);
        } else if c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            // No XML document can hold these, however they are written.
            || matches!(c, '\u{fffe}' | '\u{ffff}')
        {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        } else {
            out.push(c);
        }
    }
}

/// `1 fix`, `0 fixes`, `2 fixes`.
pub fn number_of(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
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

    #[test]
    fn a_member_stays_below_its_archive() {
        let cases = [
            ("DCIM/100MEDIA/a.TXT", "DCIM/100MEDIA/a.TXT"),
            ("../../etc/passwd", "__/__/etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("C:\\Windows\\..\\x.dll", "C_/Windows/__/x.dll"),
            ("a\0b/./c", "a\\x00b/c"),
            ("card!/x", "card\\x21/x"),
            ("...", "___"),
            ("//", "unnamed"),
        ];
        for (name, label) in cases {
            assert_eq!(of_member(name), label, "{name:?}");
        }
        assert_eq!(of_member(&"\u{e4}".repeat(500)).len(), PART);
        assert_eq!(of_member(&"a/".repeat(500)).len(), 2 * PARTS - 1);
    }

    #[test]
    fn a_mark_goes_before_the_extension() {
        assert_eq!(marked("a.b/log.txt", "-cut"), "a.b/log-cut.txt");
        assert_eq!(marked("a.b/log", "-2"), "a.b/log-2");
        assert_eq!(marked(".hidden", "-2"), ".hidden-2");
    }
}
