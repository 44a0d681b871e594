//! The exposure inventory: what apps held of people, phones, craft and sites, as a table and as a document.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::csv::cell;
use super::document::{ExitReport, SkippedReport, ToolReport, ZonesReport};
use crate::analyse::exposure::{ExposedPlace, Identifier, Inventory, ItemExposure, Kind, SeenIn};

/// Places of an identifier that one cell of the table names.
const NAMED: usize = 20;

/// `exposure`, and `exposure.json` of a case.
#[derive(Serialize)]
pub struct ExposureDocument<'a> {
    pub tool: ToolReport,
    pub within_m: f64,
    pub zones: ZonesReport,
    /// Identifiers of each kind.
    pub sums: BTreeMap<&'static str, SumReport>,
    pub identifiers: &'a [Identifier],
    pub positions: Vec<PositionReport<'a>>,
    /// Positions that were too many to tell, all items together.
    pub positions_left_out: u64,
    pub skipped: Vec<SkippedReport>,
    pub exit: ExitReport,
}

#[derive(Serialize)]
pub struct SumReport {
    pub identifiers: usize,
    /// Those of them that nothing but their form shows.
    pub by_shape: usize,
}

/// A position, and the item that holds it.
#[derive(Serialize)]
pub struct PositionReport<'a> {
    pub path: &'a str,
    pub sha256: &'a str,
    pub app: Option<&'a str>,
    #[serde(flatten)]
    pub place: &'a ExposedPlace,
}

pub fn sums(inventory: &Inventory) -> BTreeMap<&'static str, SumReport> {
    let report =
        |(kind, (identifiers, by_shape)): (Kind, (usize, usize))| (kind.as_str(), SumReport { identifiers, by_shape });
    inventory.sums().into_iter().map(report).collect()
}

pub fn positions<'a>(items: impl IntoIterator<Item = &'a ItemExposure>) -> Vec<PositionReport<'a>> {
    let report = |item: &'a ItemExposure| {
        item.positions.iter().map(|place| PositionReport {
            path: &item.path,
            sha256: &item.sha256,
            app: item.app.as_deref(),
            place,
        })
    };
    items.into_iter().flat_map(report).collect()
}

pub const HEADER: &str = "kind,value,role,grade,how,count,items,apps,source,source_offset,field,utc,sites,places";

/// One row an identifier, then one a position.
///
/// # Errors
/// When `out` cannot be written.
pub fn csv(inventory: &Inventory, positions: &[PositionReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{HEADER}")?;
    for one in &inventory.identifiers {
        let Some(first) = one.seen_in.first() else { continue };
        let mut apps: Vec<&str> = one.seen_in.iter().filter_map(|seen| seen.app.as_deref()).collect();
        apps.sort_unstable();
        apps.dedup();
        let place = first.places.first();
        let cells = [
            one.kind.as_str().to_owned(),
            cell(&one.value),
            String::new(),
            one.grade.as_str().to_owned(),
            cell(&one.how),
            one.count.to_string(),
            one.seen_in.len().to_string(),
            cell(&apps.join(" | ")),
            cell(&first.path),
            place.and_then(|p| p.offset).map(|o| o.to_string()).unwrap_or_default(),
            cell(place.map_or("", |p| p.field.as_str())),
            String::new(),
            String::new(),
            cell(&places(one)),
        ];
        writeln!(out, "{}", cells.join(","))?;
    }
    for PositionReport { path, app, place, .. } in positions {
        let sites: Vec<String> = place.sites.iter().map(|(site, verdict)| format!("{verdict} {site}")).collect();
        let cells = [
            Kind::Position.as_str().to_owned(),
            cell(&format!("{}, {}", place.lat, place.lon)),
            place.role.to_owned(),
            String::new(),
            cell(&format!("row of track {}", place.track)),
            place.count.to_string(),
            "1".to_owned(),
            cell(app.unwrap_or_default()),
            cell(path),
            place.offset.to_string(),
            String::new(),
            place.utc.clone().unwrap_or_default(),
            cell(&sites.join(" | ")),
            String::new(),
        ];
        writeln!(out, "{}", cells.join(","))?;
    }
    Ok(())
}

/// `path @offset field (n)` of each item.
fn places(one: &Identifier) -> String {
    let place = |seen: &SeenIn| {
        let first = seen.places.first();
        let offset = first.and_then(|p| p.offset).map(|o| format!(" @{o}")).unwrap_or_default();
        let field = first.map(|p| format!(" {}", p.field)).unwrap_or_default();
        format!("{}{offset}{field} ({})", seen.path, seen.count)
    };
    let mut named: Vec<String> = one.seen_in.iter().take(NAMED).map(place).collect();
    if one.seen_in.len() > NAMED {
        named.push(format!("and {} more in exposure.json", one.seen_in.len() - NAMED));
    }
    named.join(" | ")
}
