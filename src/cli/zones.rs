//! `zones`: what zone files were understood to say, and the same in a form that other programs read.

mod convert;
mod inspect;
mod words;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Session;
use super::exit::Stop;

/// What zone files say, and the same as GeoJSON or ED-318
#[derive(Args)]
pub struct Zones {
    #[command(subcommand)]
    verb: ZonesVerb,
}

#[derive(Subcommand)]
enum ZonesVerb {
    /// What was understood, repaired, doubted and left out
    Inspect {
        /// Zone files, or folders of them
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    Convert(convert::Convert),
}

impl Zones {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        match &self.verb {
            ZonesVerb::Inspect { files } => inspect::run(session, files),
            ZonesVerb::Convert(convert) => convert.run(session),
        }
    }
}
