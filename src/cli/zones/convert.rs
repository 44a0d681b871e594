//! `zones convert`: all zones of the inputs in one file, in the normal form.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::exit::{Outcome, Stop};
use crate::cli::{Session, sites};
use crate::write::files;
use crate::write::zones::{write_ed318, write_geojson};
use crate::zones::ZoneFile;

/// All zones in one file, as GeoJSON or ED-318
#[derive(Args)]
pub struct Convert {
    /// Zone files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Output file, - for stdout
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// The output's kind
    #[arg(long, value_enum, default_value = "geojson")]
    to: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Geojson,
    Ed318,
}

impl Convert {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let to_stdout = self.output.as_os_str() == "-";
        if !to_stdout {
            files::allow(&self.output, &self.files, session.global.force)?;
        }
        let sites = sites::read(session, &self.files);
        sites.files.iter().for_each(|file| sites::tell(session, file));
        let usable = sites.files.iter().any(|file| !file.zones.is_empty());
        let outcome =
            Outcome { incomplete: sites.incomplete, usable, no_input: sites.files.is_empty(), ..Outcome::default() };
        if !usable {
            session.say("overflown: no zone in any input; no file is written");
            return Ok(outcome.code());
        }
        let unsaid = if to_stdout {
            self.write(&sites.files, &mut BufWriter::new(io::stdout().lock()))?
        } else {
            self.write(&sites.files, &mut files::create(&self.output, &self.files, session.global.force)?)?
        };
        for line in unsaid {
            session.say(&format!("overflown: zones: {line}"));
        }
        Ok(outcome.code())
    }

    fn write(&self, files: &[ZoneFile], out: &mut dyn Write) -> io::Result<Vec<String>> {
        let unsaid = match self.to {
            Kind::Geojson => write_geojson(files, out)?,
            Kind::Ed318 => write_ed318(files, out)?,
        };
        out.flush()?;
        Ok(unsaid)
    }
}
