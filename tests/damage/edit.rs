//! A damaged file as an edit of the intact one, and what must hold for the records that the edit leaves alone.

use std::collections::{BTreeMap, BTreeSet};

use overflown::examine::Examined;

use crate::support::{
    Entry, Ledger, Log, assert_accounts, diagnostic_counts, has_diagnostic, row_keys, rows as track_rows,
};

/// `removed` bytes at `at` replaced by `inserted` others; an overwritten page removes and inserts as many.
#[derive(Clone, Copy, Debug)]
pub struct Edit {
    pub at: usize,
    pub removed: usize,
    pub inserted: usize,
}

impl Edit {
    pub fn overwritten(at: usize, len: usize) -> Self {
        Edit { at, removed: len, inserted: len }
    }

    /// A record that lost a byte, or was torn apart.
    pub fn touches(&self, record: &Entry) -> bool {
        record.overlaps(self.at, self.removed) || record.offset < self.at && self.at < record.end()
    }

    /// Where a byte that the edit left alone stands now.
    pub fn moved(&self, offset: usize) -> usize {
        if offset < self.at { offset } else { offset + self.inserted - self.removed }
    }
}

/// Examines the damaged bytes and checks what holds after every single edit: bytes and records add up, no record and no row
/// appears that was not there, untouched rows keep their values to the bit, at most one untouched record is lost.
pub fn examine_edit(what: &str, log: &Log, bytes: &[u8], edit: Edit) -> Examined {
    let what = format!("{}: {what} ({edit:?})", log.name);
    let examined = log.examine(bytes.to_vec());
    assert_accounts(&what, &examined);
    let ledger = Ledger::of(&log.name, bytes);

    let place = |entry: &Entry| (entry.offset, entry.len, entry.kind);
    let found: BTreeSet<_> = ledger.records().map(place).collect();
    let (mut kept, mut torn, mut left) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for record in log.ledger.records() {
        if edit.touches(record) {
            // A page that only meets the last bytes of a record may leave a frame that still holds.
            torn.insert(place(record));
            // What is left of one may be all but its first byte, and a byte before it may stand for that one.
            if record.end() >= edit.at + edit.removed {
                left.insert((edit.moved(record.end()).saturating_sub(record.len), record.len, record.kind));
            }
        } else {
            kept.insert((edit.moved(record.offset), record.len, record.kind));
        }
    }
    let torn_starts: BTreeSet<usize> = torn.iter().map(|place| place.0).collect();
    let rows = row_keys(&examined);
    // Nothing but its length and its end byte proves an old record: what is left of a torn one may pass for another record,
    // but never for a position.
    let excused = |offset: usize| {
        log.version() < 6 && torn_starts.contains(&offset) && !rows.iter().any(|row| row.offset as usize == offset)
    };
    let explained = |place: &(usize, usize, u16)| kept.contains(place) || torn.contains(place) || left.contains(place);
    let invented: Vec<_> = found.iter().filter(|place| !explained(place) && !excused(place.0)).collect();
    assert!(invented.is_empty(), "{what}: records that were not there (offset, length, type): {invented:?}");
    let missing: Vec<_> = kept.difference(&found).collect();
    assert!(missing.len() <= 1, "{what}: untouched records are lost (offset, length, type): {missing:?}");

    let was: BTreeMap<u64, _> = row_keys(&log.whole)
        .into_iter()
        .filter(|row| !torn_starts.contains(&(row.offset as usize)))
        .map(|row| (edit.moved(row.offset as usize) as u64, row))
        .collect();
    // In an encrypted log the first block behind a hole rests on bytes that are gone: such a position must be marked.
    let track = track_rows(&examined);
    let mut marked: BTreeSet<u64> = track.doubtful.iter().map(|&row| track.offset[row]).collect();
    // One changed record in 255 keeps a right padding by chance; the next one's first block rests on it, too.
    let unnoticed = found.iter().any(|place| torn.contains(place)) && !has_diagnostic(&examined, "dji-txt/sealed");
    let next = was.keys().find(|at| **at >= edit.moved(edit.at + edit.removed) as u64);
    marked.extend(next.filter(|_| log.keys.is_some() && unnoticed));
    for row in &rows {
        if let Some(was) = was.get(&row.offset) {
            let position = (row.lat, row.lon) == (was.lat, was.lon) || marked.contains(&row.offset);
            let same = position && (row.elapsed_ns, row.height) == (was.elapsed_ns, was.height);
            assert!(same, "{what}: the row at {} changed: {was:?}, now {row:?}", row.offset);
        }
    }
    // What is framed is read: damage elsewhere closes no record.
    let told: BTreeSet<u64> = rows.iter().map(|row| row.offset).collect();
    let silent: Vec<_> =
        was.keys().filter(|at| !told.contains(at) && found.iter().any(|f| f.0 as u64 == **at)).collect();
    assert!(silent.is_empty(), "{what}: positions at {silent:?} are there and give no row");
    if log.keys.is_some() {
        // A record of one block behind a hole is all first block.
        let adrift = diagnostic_counts(&examined).get("dji-txt/first-block").copied().unwrap_or(0);
        let closed = examined.report.records.opaque.saturating_sub(log.whole.report.records.opaque);
        // Of a feature with two records a changed one leaves nothing that proves its key.
        let unproved = closed <= 2 && has_diagnostic(&examined, "dji-txt/wrong-key");
        assert!(
            closed <= adrift || unproved,
            "{what}: {closed} records stay closed: {:#?}",
            examined.report.diagnostics
        );
    }
    examined
}
