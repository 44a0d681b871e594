//! Who held an item: the phone, tablet, card or folder that it was taken from, as its path tells.

use super::tables::app_folders;

/// Folders of apps and systems: what stands before the first of them is what was seized.
const ROOTS: [&str; 17] = [
    "android",
    "applications",
    "appdomain",
    "containers",
    "data",
    "dcim",
    "dji",
    "documents",
    "flightrecord",
    "flightrecords",
    "library",
    "litchiapp",
    "mcdatflightrecords",
    "misc",
    "private",
    "sdcard",
    "storage",
];

fn is_app(part: &str) -> bool {
    app_folders().any(|folder| folder == part) || part.starts_with("AppDomain-")
}

/// The device or folder that an item was taken from: the part of its path before the folders of the system and of apps, else the
/// folder that it lies in; empty for a file that was named by itself. Container files count as folders.
pub fn holder_of(label: &str) -> &str {
    let mut end = 0;
    let mut at = 0;
    let all: Vec<&str> = label.split('/').collect();
    for part in all.iter().take(all.len().saturating_sub(1)) {
        let name = part.strip_suffix('!').unwrap_or(part);
        if end > 0 && (ROOTS.contains(&name.to_ascii_lowercase().as_str()) || is_app(name)) {
            return label.get(..end).unwrap_or(label).trim_end_matches('!');
        }
        end = at + part.len();
        at = end + 1;
    }
    label.get(..end).unwrap_or(label).trim_end_matches('!')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_stands_before_the_folders_of_system_and_apps() {
        assert_eq!(holder_of("seized/phone-a/Android/data/dji.go.v5/files/FlightRecord/log.txt"), "seized/phone-a");
        assert_eq!(holder_of("phone-b.zip!/DJI/dji.go.v4/LOG/x"), "phone-b.zip");
        assert_eq!(holder_of("backup/AppDomain-com.dji.go/Library/x"), "backup");
        assert_eq!(holder_of("df020/mobile/tips"), "df020/mobile");
        assert_eq!(holder_of("log.txt"), "", "a file that was named by itself");
    }
}
