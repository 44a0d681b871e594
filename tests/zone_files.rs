//! Real zone files that are not JSON: what stands in them is what outside tools count there, and nothing is lost in silence.

mod damage;
mod flatgeobuf;
mod geopackage;
mod kml;
mod openair;
mod outline;
mod points;
mod shapefile;

use overflown::evidence::{Evidence, Limits};
use overflown::zones::{self, ZoneError, ZoneFile};

use crate::support::{Listed, inventory};

/// The listed files of one folder of the zone evidence.
fn listed(folder: &str) -> Vec<Listed> {
    inventory("zones").into_iter().filter(|file| file.name.starts_with(folder)).collect()
}

/// Reads a listed file with those beside it that have its name and another extension.
fn read(file: &Listed) -> Result<ZoneFile, ZoneError> {
    let beside: Vec<Evidence> = std::fs::read_dir(file.path.parent().expect("a folder"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.file_stem() == file.path.file_stem() && *path != file.path)
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            Evidence::from_bytes(&name, std::fs::read(&path).expect("a file beside a listed one"))
        })
        .collect();
    zones::read(&Evidence::from_bytes(file.file_name(), file.read()), &beside, &Limits::default())
}

/// As [`read`], for a file that must be understood.
fn read_whole(file: &Listed) -> ZoneFile {
    read(file).unwrap_or_else(|error| panic!("{}: {error}", file.name))
}
