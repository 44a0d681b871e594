//! Shapefiles: outlines in `.shp`, attributes in `.dbf` beside it, projection in `.prj`, code page in `.cpg`. The index `.shx` is not
//! needed: records are read one after the other, so a lost index loses nothing.

mod record;
mod table;

use geo::Coord;

use super::draft::Draft;
use super::feature::{Feature, Geometry};
use super::geojson::projection::Projection;
use super::properties::Properties;
use super::reader::{Input, Reader, Refused};
use super::report::Report;
use super::shape::nesting::nest;
use super::shape::ring::signed_area;
use super::zone::EdgeRule;
use super::{text, wkt};
use crate::evidence::{Evidence, Limits};
use record::{Drawn, Found, HEADER_LEN, drawn, i32_at, records};
use table::Table;

pub const READER: Reader = Reader {
    format: "shapefile",
    is_text: false,
    claims: |input| i32_at(input.bytes, 0, true) == Some(9994) && i32_at(input.bytes, 28, false) == Some(1000),
    read,
};

fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let bytes = input.bytes;
    let limits = Limits::default();
    let content = |extension: &str, report: &mut Report| {
        let file = input.companion(extension)?;
        match file.whole(&limits) {
            Ok(bytes) => Some((file, bytes)),
            Err(error) => {
                report.warn_file(format!("{} beside it cannot be read ({error})", file.name()));
                None
            }
        }
    };
    let prj = content("prj", report);
    let dbf = content("dbf", report);
    let cpg = content("cpg", report);
    told_of_length(bytes, report);
    let projection = projection(bytes, prj.as_ref().map(|(_, bytes)| bytes.as_ref()), report)?;
    let code_page = cpg.as_ref().map(|(_, bytes)| text::decode(bytes).text.into_owned());
    let table = dbf.as_ref().and_then(|(file, bytes)| attributes(file, bytes, code_page.as_deref(), report));

    let mut drafts = Vec::new();
    let mut number = 0;
    for found in records(bytes) {
        number += 1;
        let index = format!("record {number}");
        match found {
            Found::Record(content) => {
                let row = table.as_ref().map(|table| table.row(number - 1));
                drafts.extend(feature(content, index, row, projection, report));
            }
            Found::Damage(at, what) => report.skip(index, None, format!("at byte {at}: {what}")),
        }
    }
    if let Some(table) = table.filter(|table| table.stated != number) {
        report.warn_file(format!(
            "{number} records have {} rows of attributes: names and limits may belong to other records",
            table.stated
        ));
    }
    if number == 0 {
        report.warn_file("the shapefile has no records".to_owned());
    }
    Ok(drafts)
}

fn told_of_length(bytes: &[u8], report: &mut Report) {
    let words = i32_at(bytes, 24, true).and_then(|words| usize::try_from(words).ok()).unwrap_or_default();
    if words.saturating_mul(2) != bytes.len() {
        let (stated, len) = (words.saturating_mul(2), bytes.len());
        report.warn_file(format!("its header states a length of {stated} bytes, the file has {len}"));
    }
}

/// By the `.prj` file; without one, degrees when all places can be degrees.
fn projection(bytes: &[u8], prj: Option<&[u8]>, report: &mut Report) -> Result<Projection, Refused> {
    if let Some(prj) = prj {
        let (projection, told) = wkt::projection(&text::decode(prj).text).map_err(Refused::Projection)?;
        if projection == Projection::WebMercator {
            let what = "the whole file: its places were converted from Web Mercator (EPSG:3857) to WGS 84";
            report.repairs.push(what.to_owned());
        }
        told.into_iter().for_each(|told| report.warn_file(told));
        return Ok(projection);
    }
    let number = |at: usize| bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(f64::NAN, f64::from_le_bytes);
    // The box of all places, in the header: least x, least y, greatest x, greatest y. Damage there is found record by record.
    let [west, south, east, north] = [36, 44, 52, 60].map(number);
    let can_be_degrees = west >= -360.0 && east <= 360.0 && south >= -90.0 && north <= 90.0;
    if !can_be_degrees && [west, south, east, north].iter().all(|n| n.is_finite()) && bytes.len() > HEADER_LEN {
        return Err(Refused::Projection("a map projection that no .prj file beside it names".to_owned()));
    }
    report.warn_file(
        "no .prj file says what its coordinates are; they were taken as WGS 84, which they can be".to_owned(),
    );
    Ok(Projection::Wgs84)
}

fn attributes<'b>(file: &Evidence, bytes: &'b [u8], code_page: Option<&str>, report: &mut Report) -> Option<Table<'b>> {
    match Table::new(bytes, code_page) {
        Ok(mut table) => {
            table.warnings.drain(..).for_each(|told| report.warn_file(told));
            Some(table)
        }
        Err(why) => {
            report.warn_file(format!("{} beside it {why}; its zones have no attributes", file.name()));
            None
        }
    }
}

/// One record into a zone. `row`: its attributes, where there is a table; `None` inside when the table ends before it.
fn feature(
    content: &[u8],
    index: String,
    row: Option<Option<(Properties, bool)>>,
    projection: Projection,
    report: &mut Report,
) -> Option<Draft> {
    let missing = matches!(row, Some(None));
    let (properties, deleted) = row.flatten().unwrap_or_default();
    let geometry = drawn(content).and_then(|drawn| geometry(drawn, projection));
    let (geometry, notes) = match geometry {
        Ok((geometry, note)) => (Ok(geometry), note),
        Err(reason) => (Err(reason), None),
    };
    let feature =
        Feature { index, own_id: None, properties: &properties, geometries: vec![geometry], edges: EdgeRule::Unstated };
    let mut draft = feature.draft(report)?;
    if missing {
        report.warn(&mut draft.place, "records without attributes", "has no row of attributes".to_owned());
    }
    if deleted {
        let what = "its row of attributes is marked as deleted; it counts all the same".to_owned();
        report.warn(&mut draft.place, "records marked as deleted", what);
    }
    if let Some(what) = notes {
        report.ambiguous(&mut draft.place, "rings inside rings of the same direction", what);
    }
    Some(draft)
}

fn geometry(drawn: Drawn, projection: Projection) -> Result<(Geometry, Option<String>), String> {
    let degrees = |ring: Vec<Coord<f64>>| -> Vec<Coord<f64>> {
        ring.into_iter().map(|place| projection.to_degrees(place)).collect()
    };
    match drawn {
        Drawn::Nothing => Err("has no geometry".to_owned()),
        Drawn::Lines => Err("a line encloses nothing; give it as a polygon with its real width".to_owned()),
        Drawn::Points(places) => Ok((Geometry::Points(degrees(places)), None)),
        Drawn::Rings(rings) => {
            let rings: Vec<Vec<Coord<f64>>> = rings.into_iter().map(degrees).collect();
            let nested = nest(&rings)?;
            let told = (nested.inside_but_no_hole > 0).then(|| {
                format!(
                    "{} of its rings lie inside another of the same direction: holes, or areas of their own; taken as areas",
                    nested.inside_but_no_hole
                )
            });
            let ring = |i: &usize| rings.get(*i).cloned().unwrap_or_default();
            let polygons = nested.polygons.iter().map(|polygon| polygon.iter().map(ring).collect()).collect();
            Ok((Geometry::Polygons(polygons), told))
        }
        Drawn::Patches(faces) => {
            // Upright faces have no footprint.
            let flat = faces.into_iter().filter(|face| face.first().is_some_and(|ring| signed_area(ring) != 0.0));
            let polygons: Vec<_> = flat.map(|face| face.into_iter().map(degrees).collect()).collect();
            if polygons.is_empty() {
                return Err("a body of upright faces alone encloses nothing on the ground".to_owned());
            }
            Ok((Geometry::Polygons(polygons), None))
        }
    }
}

#[cfg(test)]
mod tests;
