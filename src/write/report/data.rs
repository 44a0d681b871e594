//! What the map draws, as the data document inside the page: lines in whole numbers, each the step from the one before, so that
//! many flights fit into a small file.

use geo::Coord;
use serde_json::{Value, json};

use super::base::{self, steps, thinned};
use super::encounters::Met;
use super::line::{FINEST, Line, Point, Worth};
use super::markup::plain;
use super::{COLOURS, Contents, reference};
use crate::analyse::Encounter;
use crate::write::document::word;
use crate::zones::{Bbox, Shape, VerticalLimit, Volume, Zone, nearest_turn};

/// Fixes of all lines together: above this the tolerance grows.
const MOST_POINTS: usize = 36_000;
/// Lines that are drawn at most, and sites, and corners of their outlines.
const MOST_LINES: usize = 1500;
const MOST_SITES: usize = 400;
const MOST_CORNERS: usize = 30_000;
/// Encounters that are marked on the map.
const MOST_MARKS: usize = 400;
/// Tolerances that a map may have: metres on the ground and in height, and metres a second.
const TOLERANCES: [f64; 16] =
    [FINEST, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 1e4, 1e6];
/// The base map reaches this far beyond the flights at least, degrees; sites, this far.
const WIDE_DEG: f64 = 8.0;
const CLOSE_DEG: f64 = 0.03;
/// Outlines of sites keep corners that matter more than this, degrees (about 0.5 m).
const SITE_DEG: f64 = 5e-6;

/// The document, and what is to be said of it.
pub struct Drawn {
    pub document: Value,
    /// What the lines are drawn within; some are coarser.
    pub tolerance: f64,
    /// Lines with a tolerance of their own, and the coarsest of these.
    pub coarser: usize,
    pub coarsest: f64,
    pub fixes: usize,
    pub points: usize,
    pub lines_left_out: usize,
    pub sites: usize,
    pub sites_left_out: usize,
    pub overlay_cut: bool,
}

/// Makes the data of the map.
pub fn drawn(contents: &Contents<'_>, met: &[Met<'_>]) -> Drawn {
    let lines: Vec<(Option<usize>, &Line)> = contents.lines.iter().take(MOST_LINES).copied().collect();
    let tolerance = tolerance(&lines);
    let area = area(&lines);
    let close = area.grown(area.width().max(area.height()).max(CLOSE_DEG));
    let wide = area.grown(area.width().max(area.height()).max(WIDE_DEG));
    let wide = Bbox { south: wide.south.max(-90.0), north: wide.north.min(90.0), ..wide };
    let is_empty = lines.is_empty();
    let mut points = 0;
    let coded: Vec<Value> = (lines.iter())
        .map(|(flight, line)| {
            let kept = line.points_at(tolerance.max(line.tolerance));
            points += kept.len();
            coded_line(*flight, line, &kept, tolerance)
        })
        .collect();
    let chosen = if is_empty { Chosen::default() } else { sites(contents, &close) };
    let (overlay, overlay_cut) = match contents.overlay {
        Some(overlay) if !is_empty => overlay.within(&close),
        _ => (Value::Null, false),
    };
    let coarser = || lines.iter().map(|(_, line)| line.tolerance).filter(|own| *own > tolerance);
    let flights: Vec<Value> = contents
        .flights
        .iter()
        .enumerate()
        .map(|(number, (id, sources, _))| {
            let row = sources.first();
            let of = |value: Option<&Option<String>>| value.and_then(Option::as_deref).map(plain);
            json!({
                "id": plain(id),
                "colour": number % COLOURS,
                "model": of(row.map(|row| &row.model)),
                "serial": of(row.map(|row| &row.serial)),
            })
        })
        .collect();
    let document = json!({
        "tolerance": tolerance,
        "flights": flights,
        "lines": coded,
        "sites": chosen.sites,
        "encounters": met.iter().take(MOST_MARKS).map(|met| mark(met, &lines)).collect::<Vec<_>>(),
        "area": if is_empty { Value::Null } else { json!([area.west, area.south, area.east, area.north]) },
        "base": if is_empty { Value::Null } else { base::world(&wide) },
        "overlay": overlay,
    });
    Drawn {
        document,
        tolerance,
        coarser: coarser().count(),
        coarsest: coarser().fold(tolerance, f64::max),
        fixes: lines.iter().map(|(_, line)| line.fixes).sum(),
        points,
        lines_left_out: contents.lines.len() - lines.len(),
        sites: chosen.sites.len(),
        sites_left_out: chosen.left_out,
        overlay_cut,
    }
}

/// The finest tolerance at which all lines fit.
fn tolerance(lines: &[(Option<usize>, &Line)]) -> f64 {
    let points = |tolerance: f64| -> usize {
        lines.iter().map(|(_, line)| line.points.iter().filter(|point| point.weight > tolerance).count()).sum()
    };
    TOLERANCES.into_iter().find(|tolerance| points(*tolerance) <= MOST_POINTS).unwrap_or(f64::MAX)
}

/// The box of the lines, longitudes next to those of the first.
fn area(lines: &[(Option<usize>, &Line)]) -> Bbox {
    let mut area = Bbox::NOTHING;
    let first = lines.iter().find_map(|(_, line)| line.points.first()).map_or(0.0, |point| point.lon);
    for (_, line) in lines {
        let turn = line.points.first().map_or(0.0, |point| nearest_turn(point.lon, first) - point.lon);
        let sound = line.points.iter().filter(|point| point.worth != Worth::Suspect || line.points.len() < 3);
        sound.for_each(|point| area.add(Coord { x: point.lon + turn, y: point.lat }));
    }
    area
}

/// A line: times in milliseconds from its first, places in ten-millionths of a degree, heights in centimetres and offsets, each the
/// step from the one before; speeds in centimetres a second; for each point a digit for what it is worth.
fn coded_line(flight: Option<usize>, line: &Line, points: &[Point], tolerance: f64) -> Value {
    let start = points.iter().find_map(|point| point.ns);
    let ms = |ns: Option<i64>| start.zip(ns).map(|(start, ns)| ns.saturating_sub(start) / 1_000_000);
    let hundredths = |value: f32| value.is_finite().then(|| (f64::from(value) * 100.0).round() as i64);
    let places: Vec<Coord<f64>> = points.iter().map(|point| Coord { x: point.lon, y: point.lat }).collect();
    let worth = |point: &Point| match point.worth {
        Worth::Valid => '0',
        Worth::Suspect => '1',
        Worth::Doubtful => '2',
    };
    json!({
        "flight": flight,
        "path": plain(&line.path),
        "sha8": line.sha256.get(..8),
        "track": plain(&line.track),
        "subject": line.subject,
        "estimate": line.estimate,
        "role": line.role,
        "primary": line.primary,
        "simulated": line.simulated,
        "clock": line.clock.as_str(),
        "start": start.map(|ns| ns.div_euclid(1_000_000)),
        "reference": line.height.map(reference),
        "fixes": line.fixes,
        "tolerance": line.tolerance.max(tolerance),
        "at": steps(&places, 1e7),
        "ms": differences(points.iter().map(|point| ms(point.ns))),
        "cm": differences(points.iter().map(|point| hundredths(point.height_m))),
        "speed": points.iter().map(|point| hundredths(point.speed)).collect::<Vec<_>>(),
        "offset": differences(points.iter().map(|point| i64::try_from(point.offset).ok())),
        "worth": points.iter().map(worth).collect::<String>(),
        "gaps": (0..points.len()).filter(|&at| points[at].behind_gap).collect::<Vec<_>>(),
        "battery": line.battery.iter().filter_map(|(ns, level)| Some(json!([ms(*ns)?, level]))).collect::<Vec<_>>(),
    })
}

/// Each number as the step from the one before; nothing when none is known.
fn differences(numbers: impl Iterator<Item = Option<i64>>) -> Value {
    let mut last = 0_i64;
    let mut any = false;
    let step = |number: Option<i64>| {
        let step = number.map(|number| number.wrapping_sub(last));
        last = number.unwrap_or(last);
        any |= step.is_some();
        step
    };
    let steps: Vec<Option<i64>> = numbers.map(step).collect();
    if any { json!(steps) } else { Value::Null }
}

/// What the map marks of an encounter.
fn mark(met: &Met<'_>, lines: &[(Option<usize>, &Line)]) -> Value {
    let Encounter { entries, closest, .. } = met.encounter;
    let verdict = met.verdict;
    let line = lines.iter().position(|(_, line)| {
        (&line.path, &line.sha256, &line.track) == (&verdict.path, &verdict.sha256, &verdict.track.name)
    });
    let ms = |ns: Option<i64>| ns.map(|ns| ns.div_euclid(1_000_000));
    let entries: Vec<Value> = (entries.iter().take(50))
        .map(|entry| {
            json!({
                "in": [entry.enter_lon, entry.enter_lat, ms(entry.enter_utc_ns)],
                "out": [entry.exit_lon, entry.exit_lat, ms(entry.exit_utc_ns)],
                "starts": entry.starts_inside,
                "ends": entry.ends_inside,
                "from": entry.fixes.first.offset,
                "to": entry.fixes.last.offset,
                "interpolated": entry.interpolated,
            })
        })
        .collect();
    json!({
        "number": met.number,
        "line": line,
        "flight": met.flight,
        "site": plain(met.encounter.zone_name.as_deref().unwrap_or(&met.encounter.zone_id)),
        "zone": [plain(&met.encounter.zone_id), plain(&met.encounter.zone_source)],
        "verdict": met.encounter.verdict.as_str(),
        "certainty": word(&met.encounter.certainty),
        "entries": entries,
        "closest": [closest.lon, closest.lat, ms(closest.utc_ns)],
        "edge": [closest.edge_lon, closest.edge_lat],
        "distance": closest.distance_m,
    })
}

#[derive(Default)]
struct Chosen {
    sites: Vec<Value>,
    left_out: usize,
}

/// Sites in the area, those of encounters first.
fn sites(contents: &Contents<'_>, area: &Bbox) -> Chosen {
    let met = |zone: &Zone| {
        let encounters = contents.checked.flights.iter().flat_map(|verdict| &verdict.encounters);
        encounters.into_iter().any(|e| e.zone_id == zone.id && e.zone_source == zone.source.label)
    };
    let turns = [-360.0, 0.0, 360.0];
    let is_here = |zone: &&Zone| {
        let meets = |volume: &Volume| turns.iter().any(|turn| area.meets(&volume.bbox.shifted(*turn)));
        zone.volumes.iter().any(meets)
    };
    let here: Vec<&Zone> = contents.zones.iter().flat_map(|file| &file.zones).filter(is_here).collect();
    let (first, rest): (Vec<&Zone>, Vec<&Zone>) = here.iter().copied().partition(|zone| met(zone));
    let mut corners = 0;
    let mut chosen = Chosen::default();
    for (zone, is_met) in first.into_iter().map(|z| (z, true)).chain(rest.into_iter().map(|z| (z, false))) {
        let shapes: Vec<(Value, usize)> = zone.volumes.iter().map(shape).collect();
        corners += shapes.iter().map(|(_, corners)| corners).sum::<usize>();
        if chosen.sites.len() >= MOST_SITES || corners > MOST_CORNERS {
            chosen.left_out += 1;
            continue;
        }
        let limits = |limit: Option<&VerticalLimit>| limit.map(|limit| plain(&limit.raw));
        chosen.sites.push(json!({
            "id": plain(&zone.id),
            "name": plain(zone.title()),
            "kind": zone.kind().map(plain),
            "restriction": zone.about.restriction.map(|restriction| restriction.as_str()),
            "lower": zone.volumes.first().and_then(|volume| limits(volume.lower.as_ref())),
            "upper": zone.volumes.first().and_then(|volume| limits(volume.upper.as_ref())),
            "source": plain(&zone.source.label),
            "place": plain(&zone.index),
            "met": is_met,
            "shapes": shapes.into_iter().map(|(shape, _)| shape).collect::<Vec<_>>(),
        }));
    }
    chosen
}

/// An outline, and how many corners it has: a circle as centre and radius, else rings by [`steps`].
fn shape(volume: &Volume) -> (Value, usize) {
    match &volume.shape {
        Shape::Circle { lat, lon, radius_m } => (json!({ "circle": [lon, lat, radius_m] }), 1),
        Shape::Polygons(polygons) => {
            let rings =
                polygons.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
            let rings: Vec<Vec<Coord<f64>>> = rings.map(|ring| thinned(&ring.0, SITE_DEG)).collect();
            let corners = rings.iter().map(Vec::len).sum();
            (json!({ "rings": rings.iter().map(|ring| steps(ring, 1e7)).collect::<Vec<_>>() }), corners)
        }
    }
}
