//! Zone files of authorities, makers and map projects: what the readers find against what was counted by other means.

mod json;

use overflown::evidence::{Evidence, Limits};
use overflown::zones::{self, ZoneFile};

use crate::support::{Listed, inventory};

/// The listed zone files; none without evidence.
fn listed() -> Vec<Listed> {
    inventory("zones")
}

/// Reads a file of `evidence/zones`; `None` without evidence.
fn read(name: &str) -> Option<ZoneFile> {
    let listed = listed();
    if listed.is_empty() {
        return None;
    }
    let item = listed.iter().find(|item| item.name == name).unwrap_or_else(|| panic!("{name} is not listed"));
    let evidence = Evidence::from_bytes(item.file_name(), item.read());
    assert_eq!(evidence.sha256().to_string(), item.sha256, "{name} is not the listed file");
    Some(zones::read(&evidence, &[], &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}")))
}
