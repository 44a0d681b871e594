//! Why a file gave no zones at all: what it looks like instead, and what to do about it.

use std::fmt;
use std::io;

/// The file as a whole could not be used.
#[derive(Debug)]
pub enum ZoneError {
    /// The bytes could not be had.
    Unreadable { label: String, error: io::Error },
    /// No zone file of a kind that is read.
    NotZones { label: String, looks_like: String, next_step: String },
    /// Places in a projection that is not converted.
    Projection { label: String, name: String },
}

impl fmt::Display for ZoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ZoneError::Unreadable { label, error } => {
                write!(f, "{label}: cannot be read ({error}); no zone was loaded from it; check the file and try again")
            }
            ZoneError::NotZones { label, looks_like, next_step } => {
                write!(f, "{label}: looks like {looks_like}; no zone was loaded from it; {next_step}")
            }
            ZoneError::Projection { label, name } => write!(
                f,
                "{label}: its coordinates are in {name}, which is not converted here; no zone was loaded from it; \
                 convert it to WGS 84 longitude and latitude first (ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson)"
            ),
        }
    }
}

impl std::error::Error for ZoneError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ZoneError::Unreadable { error, .. } => Some(error),
            ZoneError::NotZones { .. } | ZoneError::Projection { .. } => None,
        }
    }
}
