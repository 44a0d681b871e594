//! Real pairs against what was measured by hand, with other programs.

use overflown::analyse::compare::{Pair, Sureness};

use super::compared;
use crate::support::{evidence, examine_bytes, inventory};

/// Aircraft log, phone's record as AirData tells it: the position that the app shows within 0.11 m in 1,766 rows, RTK about 0.5 m,
/// the fused and the bare position about 6 m away, and the phone's clock about 5.5 s ahead.
#[test]
fn the_known_pair_comes_out_as_it_was_measured() {
    if evidence().is_none() {
        return;
    }
    let listed = inventory("dji-dat");
    let item = |part: &str| listed.iter().find(|item| item.name.contains(part)).expect("it is listed");
    let [log, table] = ["FLY021.DAT", ".csv"].map(|part| examine_bytes(item(part).file_name(), item(part).read()));
    let comparison = compared(&log, &table);
    let clock = comparison.clock.as_ref().expect("an offset");
    assert!((clock.ahead_s - 5.5).abs() < 0.1, "the phone is {} s ahead", clock.ahead_s);
    assert_eq!((clock.sureness, clock.stamps_s), (Sureness::Sure, 0.5), "{}", clock.why);
    assert!(clock.interval_s.is_some_and(|s| s < 0.05), "{:?}", clock.interval_s);
    let pair = |name: &str| comparison.pairs.iter().find(|pair| pair.track_a == name).expect("a pair");
    let within = |pair: &Pair, mean: f64, max: f64| {
        let spread = &pair.residual.horizontal;
        assert_eq!(pair.residual.rows, 1_766, "{}", pair.track_a);
        assert!((spread.mean_m - mean).abs() < 0.25 && spread.max_m <= max, "{}: {spread:?}", pair.track_a);
        assert!(spread.p50_m <= spread.p95_m && spread.p95_m <= spread.max_m, "{}: {spread:?}", pair.track_a);
    };
    within(pair("app"), 0.005, 0.12);
    assert!(pair("app").residual.horizontal.p95_m < 0.02, "16 mm were measured");
    within(pair("rtk"), 0.47, 0.6);
    within(pair("fused"), 5.8, 7.3);
    within(pair("gnss-0"), 6.0, 7.0);
    // Barometric height less that at take-off against the phone's: -0.27 to +0.24 m were measured at 10 Hz.
    let height = &pair("fused").residual.heights[0];
    assert!(height.reference == "takeoff" && height.spread.p95_m < 0.25, "{height:?}");
    assert_eq!(comparison.contradictions, []);
    // Alone a source that lies beside the truth gives a worse offset, and says so.
    let own = |name: &str| pair(name).own_interval_s.expect("an interval");
    assert!(own("gnss-0") > 0.3 && own("fused") > 0.3 && own("app") < 0.05);
}

/// Phone's record and AirData's table of it: the same clock, whole seconds rounded, and the same places.
#[test]
fn tables_of_records_are_of_the_same_clock() {
    let listed = inventory("dji-txt");
    let pairs = [
        ("drop_2016-09-15_13-51-18", "2016-09-15_13-51-19"),
        ("drop_2016-09-26_14-12-45", "2016-09-26_14-12-46"),
        ("drop_2016-09-26_14-27-11", "2016-09-26_14-27-12"),
    ];
    for (record, table) in pairs.into_iter().filter(|_| evidence().is_some()) {
        let item = |part: &str| listed.iter().find(|item| item.name.contains(part)).expect("it is listed");
        let [record, table] = [record, table].map(|part| examine_bytes(item(part).file_name(), item(part).read()));
        let comparison = compared(&record, &table);
        let name = &table.report.path;
        let clock = comparison.clock.expect("an offset");
        assert!(clock.ahead_s.abs() < 0.1 && clock.sureness == Sureness::Sure, "{name}: {clock:?}");
        assert_eq!(clock.stamps_s, 0.5, "{name}: whole seconds");
        let residual = &comparison.pairs[0].residual;
        assert!(residual.horizontal.p95_m < 0.25, "{name}: {:?}", residual.horizontal);
        let told = comparison.notes.iter().any(|note| note.contains("whole seconds"));
        assert!(told && comparison.contradictions.is_empty(), "{name}: {:?}", comparison.notes);
        assert!(comparison.notes.iter().any(|note| note.contains("interpolated")), "{name}");
    }
}
