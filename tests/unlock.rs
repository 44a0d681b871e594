//! Encrypted logs: what their keys open, what a wrong key must never open, what damage costs, and what is asked of the key
//! service. The made ones are sealed by an encoder that shares nothing with the decoder; a made one and four real ones of the
//! evidence were read apart from both.

mod asking;
mod damage;
mod flights;
mod keys;
mod nameless;

use std::collections::BTreeSet;

use overflown::examine::Examined;
use overflown::track::FixState;

use crate::make::dji_txt::{FeatureKey, Truth, service};
use crate::make::flight::State;
use crate::make::long;
use crate::support::{Ledger, examine_with_keys, rows};

/// Sets of keys, a segment each.
type Sets = Vec<Vec<FeatureKey>>;

/// An encrypted flight and everything that is true about it.
struct Flight {
    name: String,
    bytes: Vec<u8>,
    truth: Truth,
    states: Vec<State>,
    sets: Sets,
}

impl Flight {
    fn new(version: u8, frames: usize, segments: usize) -> Self {
        let made = long::flight_record(version, frames, segments);
        let (bytes, truth) = made.log.finish_with_truth();
        let name = format!("v{version}, {frames} frames, {segments} segments");
        Flight { name, bytes, truth, states: made.states, sets: made.log.keys().to_vec() }
    }

    fn examine(&self) -> Examined {
        self.examine_under(&self.sets)
    }

    fn examine_under(&self, sets: &Sets) -> Examined {
        examine_with_keys("flight.txt", self.bytes.clone(), &service::answer(sets))
    }

    fn ledger_under(&self, sets: &Sets) -> Ledger {
        Ledger::opened("flight.txt", &self.bytes, &service::answer(sets))
    }

    /// The keys without those of one feature.
    fn without(&self, feature: u16) -> Sets {
        self.sets.iter().map(|set| set.iter().filter(|key| key.feature != feature).cloned().collect()).collect()
    }

    /// The keys with one changed in all segments.
    fn with(&self, feature: u16, change: impl Fn(&mut FeatureKey)) -> Sets {
        let mut sets = self.sets.clone();
        sets.iter_mut().flatten().filter(|key| key.feature == feature).for_each(change);
        sets
    }

    /// Types that the encoder sealed under one feature.
    fn types_of(&self, feature: u16) -> BTreeSet<u8> {
        let sealed = self.truth.records.iter().filter(|r| r.key.is_some_and(|(_, of)| of == feature));
        sealed.map(|record| record.kind).collect()
    }

    /// Every position that is exported as good is the one that was flown there. `moved` tells where a row's record stood.
    fn assert_valid_rows_are_true(&self, what: &str, examined: &Examined, moved: impl Fn(usize) -> usize) {
        let starts: Vec<usize> = self.truth.of_kind(1).map(|record| record.offset).collect();
        let rows = rows(examined);
        for row in (0..rows.len()).filter(|row| rows.fix[*row] == FixState::Valid) {
            let was = moved(rows.offset[row] as usize);
            let at = starts.iter().position(|start| *start == was);
            let state = &self.states[at.unwrap_or_else(|| panic!("{what}: a row at {was}, where no position was"))];
            let (found, put) = ((rows.lat[row], rows.lon[row]), (state.lat_deg(), state.lon_deg()));
            assert_eq!(found, put, "{what}: row {row}");
        }
    }
}
