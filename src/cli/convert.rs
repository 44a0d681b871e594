//! `convert`: tracks in the formats that other programs take.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::exit::Stop;
use super::survey::{self, FlightIds, Survey, Surveyed};
use super::{Session, Tracks};
use crate::track::Track;
use crate::write::files::{self, OutputFolder, file_name, part_of};
use crate::write::provenance::{CaseName, Provenance};
use crate::write::{
    CsvWriter, GeoJsonWriter, Geometry, GpkgWriter, GpxWriter, HeightChoice, JsonLinesWriter, KmlWriter, Mark,
    TrackItem, TrackWriter, marks,
};

/// Tracks as GPX, GeoJSON, KML, CSV, JSON lines, GeoPackage or GeoParquet
#[derive(Args)]
pub struct Convert {
    /// Files or folders
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Output file by its extension, DIR/ for one file a flight, - for stdout
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// The output's kind, where its name does not tell
    #[arg(long, value_enum)]
    to: Option<Kind>,
    /// Which tracks: primary, all, or a subject with or without /estimate, such as pilot or aircraft/fused
    #[arg(long, default_value = "primary")]
    tracks: Tracks,
    /// The height that goes into the third coordinate of GeoJSON, GeoPackage and GeoParquet
    #[arg(long, value_enum)]
    z: Option<Z>,
    /// GeoJSON: a line a track, or a point a fix
    #[arg(long, value_enum, default_value = "line")]
    geometry: GeometryArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Gpx,
    Geojson,
    Kml,
    Csv,
    Jsonl,
    Gpkg,
    /// GeoParquet; needs a build with it
    Parquet,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Z {
    Takeoff,
    Amsl,
    Ellipsoid,
    None,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GeometryArg {
    Line,
    Points,
}

/// Where the tracks go.
enum Target {
    Stdout,
    File(PathBuf),
    Folder(PathBuf),
}

/// What stays of an item after the first pass.
struct Kept {
    fixes: bool,
    marks: Vec<Mark>,
}

impl Convert {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let (target, kind) = self.target()?;
        if let Target::File(path) = &target {
            files::allow(path, &self.inputs, session.global.force)?;
        }
        let mut survey = survey::survey(session, &self.inputs, |item| Kept {
            fixes: self.tracks.of(item).any(|track| track.rows.fixes().next().is_some()),
            marks: marks(item),
        })?;
        let outcome = survey.outcome();
        if !survey.items.iter().any(|item| item.kept.fixes) {
            session.say("overflown: no valid fix in the chosen tracks of any input; no file is written");
            return Ok(outcome.code());
        }
        let flights = survey.flights();
        for mark in survey.items.iter_mut().flat_map(|item| &mut item.kept.marks) {
            mark.flight = flights.id_of_mark(mark);
        }
        match &target {
            Target::Folder(folder) => self.one_a_flight(session, kind, folder, &survey, &flights)?,
            Target::File(path) => {
                let mut out = files::create(path, &self.inputs, session.global.force)?;
                self.write(session, kind, &survey, &flights, None, &mut out)?;
                out.flush()?;
            }
            Target::Stdout => {
                let mut out = BufWriter::new(io::stdout().lock());
                self.write(session, kind, &survey, &flights, None, &mut out)?;
                out.flush()?;
            }
        }
        Ok(outcome.code())
    }

    /// A flight may have several sources; they go into its one file.
    fn one_a_flight(
        &self,
        session: &Session<'_>,
        kind: Kind,
        folder: &Path,
        survey: &Survey<Kept>,
        flights: &FlightIds,
    ) -> Result<(), Stop> {
        let mut outputs = OutputFolder::create(folder, &self.inputs, session.global.force)?;
        let name = |flight: &str| format!("{}.{}", file_name(flight), kind.extension());
        for (number, flight) in flights.ids().enumerate().filter(|(number, _)| !flights.is_in_one_item(*number)) {
            let fixes = survey.items.iter().any(|item| item.kept.fixes && item.is_of(flights, flight));
            if fixes {
                let mut out = outputs.open(&name(flight))?;
                self.write(session, kind, survey, flights, Some((number, flight)), &mut out)?;
                outputs.close(out)?;
            }
        }
        let mut marks: HashMap<&str, Vec<Mark>> = HashMap::new();
        for mark in survey.items.iter().flat_map(|item| &item.kept.marks) {
            marks.entry(&mark.flight).or_default().push(mark.clone());
        }
        // An item of many flights is gone through once for all of them.
        let wanted = |item: &Surveyed<Kept>| item.kept.fixes;
        survey::revisit(session, survey, wanted, |item| {
            for (number, flight) in flights.of_item(item).into_iter().filter(|(n, _)| flights.is_in_one_item(*n)) {
                let of = |track: &&Track| flights.of_track(item, track).is_some_and(|(own, _)| own == number);
                let tracks: Vec<&Track> = self.tracks.of(item).filter(of).collect();
                if !tracks.iter().any(|track| track.rows.fixes().next().is_some()) {
                    continue;
                }
                let mut out = outputs.open(&name(flight))?;
                let mut writer = self.writer(session, kind, survey)?;
                writer.begin(marks.get(flight).map_or(&[], Vec::as_slice), &mut out)?;
                for track in tracks {
                    writer.track(&TrackItem { flight, item, track }, &mut out)?;
                }
                writer.end(&mut out)?;
                outputs.close(out)?;
            }
            Ok(())
        })
    }

    /// One output, of all flights or of one.
    fn write(
        &self,
        session: &Session<'_>,
        kind: Kind,
        survey: &Survey<Kept>,
        flights: &FlightIds,
        only: Option<(usize, &str)>,
        out: &mut dyn Write,
    ) -> Result<(), Stop> {
        let wanted = |item: &Surveyed<Kept>| only.is_none_or(|(_, flight)| item.is_of(flights, flight));
        let marks = survey.items.iter().flat_map(|item| &item.kept.marks);
        let marks: Vec<Mark> = marks.filter(|m| only.is_none_or(|(_, flight)| m.flight == flight)).cloned().collect();
        let mut writer = self.writer(session, kind, survey)?;
        writer.begin(&marks, out)?;
        survey::revisit(session, survey, wanted, |item| {
            for track in self.tracks.of(item) {
                let flight =
                    flights.of_track(item, track).filter(|(own, _)| only.is_none_or(|(wanted, _)| wanted == *own));
                if let Some((_, flight)) = flight {
                    writer.track(&TrackItem { flight, item, track }, out)?;
                }
            }
            Ok(())
        })?;
        Ok(writer.end(out)?)
    }

    fn writer(&self, session: &Session<'_>, kind: Kind, survey: &Survey<Kept>) -> Result<Box<dyn TrackWriter>, Stop> {
        let geometry = match self.geometry {
            GeometryArg::Line => Geometry::Line,
            GeometryArg::Points => Geometry::Points,
        };
        let height = match self.z {
            None => HeightChoice::Best,
            Some(Z::Takeoff) => HeightChoice::Takeoff,
            Some(Z::Amsl) => HeightChoice::Amsl,
            Some(Z::Ellipsoid) => HeightChoice::Ellipsoid,
            Some(Z::None) => HeightChoice::None,
        };
        let provenance = Provenance::new(&session.tools, CaseName::default(), &[]);
        let met = |id: &str| survey.reports().any(|report| report.format == Some(id));
        let tables = session.tools.tables.iter().filter(|tables| met(&tables.id));
        Ok(match kind {
            Kind::Gpx => Box::new(GpxWriter::new(provenance)),
            Kind::Geojson => Box::new(GeoJsonWriter::new(provenance, geometry, height)),
            Kind::Kml => Box::new(KmlWriter::new(provenance)),
            Kind::Csv => Box::new(CsvWriter::new(tables)),
            Kind::Jsonl => Box::new(JsonLinesWriter::new(tables)),
            Kind::Gpkg => Box::new(GpkgWriter::new(provenance, height, tables).through(self.part()?)),
            #[cfg(feature = "parquet")]
            Kind::Parquet => Box::new(crate::write::ParquetWriter::new(provenance, height, tables)),
            #[cfg(not(feature = "parquet"))]
            Kind::Parquet => return Err(no_parquet()),
        })
    }

    /// Where one file may grow before it is written.
    fn part(&self) -> Result<Option<PathBuf>, Stop> {
        Ok(match self.target()? {
            (Target::File(path), _) => Some(part_of(&path)),
            _ => None,
        })
    }

    fn target(&self) -> Result<(Target, Kind), Stop> {
        let text = self.output.to_string_lossy();
        let extension = self.output.extension().and_then(|e| e.to_str());
        let is_named = |kind: &&Kind| extension.is_some_and(|e| kind.extensions().contains(&e));
        let by_name = Kind::value_variants().iter().find(is_named).copied();
        let target = if text == "-" {
            Target::Stdout
        } else if text.ends_with('/') || self.output.is_dir() {
            Target::Folder(self.output.clone())
        } else {
            Target::File(self.output.clone())
        };
        let kind = self.to.or(if matches!(target, Target::File(_)) { by_name } else { None });
        match kind {
            Some(Kind::Parquet) if cfg!(not(feature = "parquet")) => Err(no_parquet()),
            Some(kind) => Ok((target, kind)),
            None => {
                let kinds: Vec<&str> = Kind::value_variants().iter().map(|kind| kind.extension()).collect();
                Err(Stop::usage(format!(
                    "{text} does not tell the kind of output; name it .{}, or give --to {}",
                    kinds.join(", ."),
                    kinds.join("|")
                )))
            }
        }
    }
}

fn no_parquet() -> Stop {
    let advice = "build it with `cargo install --path . --features parquet`, or write gpkg or jsonl";
    Stop::usage(format!("this program was built without GeoParquet; {advice}"))
}

impl Kind {
    /// Endings of files of this kind, its own one first.
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Kind::Gpx => &["gpx"],
            Kind::Geojson => &["geojson", "json"],
            Kind::Kml => &["kml"],
            Kind::Csv => &["csv"],
            Kind::Jsonl => &["jsonl", "ndjson"],
            Kind::Gpkg => &["gpkg"],
            Kind::Parquet => &["parquet", "geoparquet"],
        }
    }

    fn extension(self) -> &'static str {
        self.extensions()[0]
    }
}
