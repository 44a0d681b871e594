//! Where an item lay and whose it was, by its path: the path names the app, content alone says what the item is.

use crate::evidence::Evidence;
use crate::evidence::backup::{self, Original};

static APPS: &str = include_str!("../../formats/apps.tsv");

/// Path on the phone, where a backup tells it, and the app that the path names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    pub original: Option<Original>,
    pub app: Option<&'static str>,
}

impl Provenance {
    pub fn of(evidence: &Evidence) -> Self {
        let known = || {
            let path = backup::known(evidence.name())?.to_owned();
            Some(Original { path, said_by: "its name, the id of a known path".to_owned() })
        };
        let original = evidence.original.clone().or_else(known);
        let app = original.as_ref().and_then(|original| app(&original.path)).or_else(|| app(&evidence.label));
        Provenance { original, app }
    }
}

/// The app whose package, bundle or folder is a part of the path; the innermost counts.
fn app(path: &str) -> Option<&'static str> {
    let rows = || APPS.lines().skip(1).filter_map(|line| line.split_once('\t'));
    path.rsplit('/').find_map(|part| {
        let part = part.strip_prefix("AppDomain-").unwrap_or(part).trim_end_matches('!');
        let part = part.strip_suffix(".plist").or(part.strip_suffix("_preferences.xml")).unwrap_or(part);
        rows().find(|(pattern, _)| *pattern == part).and_then(|(_, rest)| rest.split('\t').next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_path_names_the_app() {
        let cases = [
            ("phone/sdcard/DJI/dji.go.v4/FlightRecord/a.txt", Some("DJI GO 4")),
            ("data.zip!/Android/data/dji.go.v5/files/LOG/x.log", Some("DJI Fly")),
            ("AppDomain-com.dji.pilot/Library/x.json", Some("DJI GO")),
            ("Library/Preferences/com.dji.golite.plist", Some("DJI Fly")),
            ("sdcard/LitchiApp/flightlogs/a.csv", Some("Litchi")),
            ("phone/dji.go.v4x/a.txt", None),
            ("", None),
        ];
        for (path, expected) in cases {
            assert_eq!(app(path), expected, "{path}");
        }
    }
}
