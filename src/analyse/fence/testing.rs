//! What the tests of the fence share: rows and polygons from plain numbers.

use geo::{Coord, LineString, Polygon};

use crate::track::{Column, FixState, Rows, Stamp, csv_name};

/// Rows from (elapsed seconds, latitude, longitude), all valid; a time that is not finite is unknown.
pub fn rows(fixes: &[(f64, f64, f64)]) -> Rows {
    let mut rows = Rows::default();
    for (i, &(seconds, lat, lon)) in fixes.iter().enumerate() {
        rows.offset.push(i as u64);
        rows.elapsed_ns.push(if seconds.is_finite() { (seconds * 1e9).round() as i64 } else { Rows::NO_TIME });
        rows.utc_ns.push(Rows::NO_TIME);
        rows.stamp.push(Stamp::Unknown);
        rows.lat.push(lat);
        rows.lon.push(lon);
        rows.fix.push(FixState::Valid);
    }
    rows
}

/// Adds a column in metres.
pub fn add_column(rows: &mut Rows, channel: &str, values: &[f32]) {
    rows.columns.push(Column {
        channel: channel.to_owned(),
        csv_name: csv_name(channel, "m"),
        unit: "m".to_owned(),
        basis: String::new(),
        values: values.to_vec(),
    });
}

/// A polygon from rings of (longitude, latitude).
pub fn polygon(rings: &[&[(f64, f64)]]) -> Polygon<f64> {
    let mut lines = rings.iter().map(|ring| LineString(ring.iter().map(|&(x, y)| Coord { x, y }).collect()));
    let outer = lines.next().unwrap_or(LineString(Vec::new()));
    Polygon::new(outer, lines.collect())
}

/// The square of the nasty zone files: 0.02 by 0.01 degrees at 50 north.
pub fn square() -> [(f64, f64); 4] {
    [(0.0, 50.0), (0.02, 50.0), (0.02, 50.01), (0.0, 50.01)]
}
