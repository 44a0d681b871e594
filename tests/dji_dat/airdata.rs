//! The flight of one real log as AirData tells it from the phone's record. The clocks of phone and aircraft differ by an offset
//! that is fitted here.

use geo::{Distance as _, Geodesic, Point};
use overflown::track::Rows;

use super::evidence::{logs, track_of};
use super::ledger::Ledger;
use crate::support::{evidence, examine_bytes, inventory};

/// The start of the phone's record as its details state it, 2023-09-22T21:45:12.578Z; the table rounds it to 21:45:13.
const START_S: f64 = 1_695_419_112.578;

/// Seconds since 1970 by the phone's clock, latitude, longitude.
type Place = (f64, f64, f64);

/// The table as this program reads it.
fn table() -> Vec<Place> {
    let item = inventory("dji-dat").into_iter().find(|item| item.name.ends_with(".csv")).expect("the table is listed");
    let examined = examine_bytes(item.file_name(), item.read());
    assert!(
        examined.report.version.as_deref().is_some_and(|version| version.contains("AirData")),
        "{:?}",
        examined.report.version
    );
    let rows = crate::support::rows(&examined);
    assert_eq!(rows.len(), 1_766, "rows of the table");
    let place = |row: usize| {
        let elapsed_s = rows.elapsed(row).expect("time(millisecond)") as f64 / 1e9;
        (START_S + elapsed_s, rows.lat[row], rows.lon[row])
    };
    (0..rows.len()).map(place).collect()
}

/// Where the track is at an instant, on the line between the two fixes about it.
fn at(fixes: &[Place], utc: f64) -> Option<(f64, f64)> {
    let behind = fixes.partition_point(|fix| fix.0 <= utc);
    let (before, after) = (fixes.get(behind.checked_sub(1)?)?, fixes.get(behind)?);
    let part = (utc - before.0) / (after.0 - before.0);
    Some((before.1 + part * (after.1 - before.1), before.2 + part * (after.2 - before.2)))
}

fn fixes(rows: &Rows) -> Vec<Place> {
    let mut fixes: Vec<Place> =
        rows.fixes().map(|row| (rows.utc(row).expect("UTC") as f64 / 1e9, rows.lat[row], rows.lon[row])).collect();
    fixes.sort_by(|a, b| a.0.total_cmp(&b.0));
    fixes
}

/// Distances in metres when the phone is `ahead` seconds ahead; every `step`th row.
fn distances(table: &[Place], fixes: &[Place], ahead: f64, step: usize) -> Vec<f64> {
    let apart = |&(utc, lat, lon): &Place| {
        let (our_lat, our_lon) = at(fixes, utc - ahead)?;
        Some(Geodesic.distance(Point::new(lon, lat), Point::new(our_lon, our_lat)))
    };
    table.iter().step_by(step).filter_map(apart).collect()
}

fn most(distances: &[f64]) -> f64 {
    distances.iter().copied().fold(0.0, f64::max)
}

fn mean(distances: &[f64]) -> f64 {
    distances.iter().sum::<f64>() / distances.len() as f64
}

#[test]
fn each_estimate_is_as_far_from_the_phones_as_was_measured() {
    if evidence().is_none() {
        return;
    }
    let (item, _) = logs().into_iter().find(|(item, _)| item.name.contains("FLY021")).expect("the log of the flight");
    let bytes = item.read();
    let examined = examine_bytes(item.file_name(), bytes.clone());
    let ledger = Ledger::of(&bytes).0;
    let of = |kind: u16| fixes(&track_of(&examined, &ledger, kind).rows);
    let table = table();
    let shown = of(2211);
    // One free parameter, on a grid of 2 ms.
    let offsets = (2_600..2_850).map(|step| f64::from(step) / 500.0);
    let fitted = offsets.map(|ahead| (mean(&distances(&table, &shown, ahead, 10)), ahead));
    let (_, ahead) = fitted.min_by(|a, b| a.0.total_cmp(&b.0)).expect("an offset");
    assert!((ahead - 5.46).abs() < 0.1, "the phone is {ahead} s ahead, 5.46 was measured");
    let apart = distances(&table, &shown, ahead, 1);
    assert!(apart.len() > 1_750, "{} rows lie within the log", apart.len());
    assert!(most(&apart) <= 0.12 && mean(&apart) < 0.01, "shown: {} m, mean {} m", most(&apart), mean(&apart));
    for (kind, mean_m, most_m) in [(53234, 0.47, 0.7), (2048, 5.8, 7.5), (2096, 6.0, 7.5)] {
        let apart = distances(&table, &of(kind), ahead, 20);
        assert!((mean(&apart) - mean_m).abs() < 0.15, "{kind}: mean {} m, {mean_m} was measured", mean(&apart));
        assert!(most(&apart) < most_m, "{kind}: {} m", most(&apart));
    }
}
