//! Who held an item: the app, and the phone, tablet, card or folder that it was taken from, as its path tells.

use super::tables::apps;

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

fn parts(label: &str) -> impl Iterator<Item = &str> {
    label.split("!/").flat_map(|part| part.split('/'))
}

/// The app whose folder the path goes through.
pub fn app_of(label: &str) -> Option<&'static str> {
    let named = |part: &str| {
        // A backup writes the domain of an app before its name.
        let part = part.rsplit_once("AppDomain-").map_or(part, |(_, name)| name);
        apps().find(|(folder, _)| folder.eq_ignore_ascii_case(part)).map(|(_, app)| app)
    };
    parts(label).find_map(named)
}

/// The device or folder that an item was taken from: the part of its path before the folders of the system and of apps, else the
/// folder that it lies in; empty for a file that was named by itself. Container files count as folders.
pub fn holder_of(label: &str) -> &str {
    let mut end = 0;
    let mut at = 0;
    let all: Vec<&str> = label.split('/').collect();
    for part in all.iter().take(all.len().saturating_sub(1)) {
        let name = part.strip_suffix('!').unwrap_or(part).to_ascii_lowercase();
        let is_app = app_of(part).is_some();
        if end > 0 && (ROOTS.contains(&name.as_str()) || is_app) {
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
    fn the_path_names_app_and_holder() {
        let label = "seized/phone-a/Android/data/dji.go.v5/files/FlightRecord/log.txt";
        assert_eq!((app_of(label), holder_of(label)), (Some("DJI Fly (Android)"), "seized/phone-a"));
        assert_eq!(holder_of("phone-b.zip!/DJI/dji.go.v4/LOG/x"), "phone-b.zip");
        assert_eq!(app_of("backup.zip!/AppDomain-com.dji.go/Library/x"), Some("DJI GO 4 (iOS)"));
        assert_eq!((app_of("log.txt"), holder_of("log.txt")), (None, ""), "a file that was named by itself");
        assert_eq!(holder_of("df020/mobile/tips"), "df020/mobile");
    }
}
