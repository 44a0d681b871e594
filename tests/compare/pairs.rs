//! Made pairs: one flight as its phone and its aircraft tell it.

use overflown::analyse::compare::Sureness;

use super::compared;
use crate::make::samples::{self, aircraft};
use crate::support::{examine_bytes, examine_sample};

#[test]
fn the_phone_is_as_far_ahead_as_it_was_made() {
    let records = samples::all();
    let mut pairs = 0;
    for log in aircraft::all() {
        let Some(pair) = log.pair else { continue };
        pairs += 1;
        let record = records.iter().find(|sample| sample.path == pair.flight_record).expect("the other half");
        let comparison = compared(&examine_bytes(log.path, log.bytes.clone()), &examine_sample(record));
        let clock = comparison.clock.as_ref().expect("an offset");
        // The phone stamps late, by up to half a second.
        let off = clock.ahead_s - pair.phone_ahead_ms as f64 / 1e3;
        assert!(off.abs() < 0.6, "{}: {clock:?}, {} ms were made", log.path, pair.phone_ahead_ms);
        assert_ne!(clock.sureness, Sureness::Ambiguous, "{}: {}", log.path, clock.why);
        let best = &comparison.pairs[0].residual;
        assert!(best.horizontal.p95_m < 0.5, "{}: {:?}", log.path, best.horizontal);
    }
    assert_eq!(pairs, 2, "a pair of each generation");
}
