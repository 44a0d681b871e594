//! The whole text once, before anything is handed over: which fields there are, how it is written, where it was joined.

use std::collections::{BTreeMap, HashSet};

use super::lines::{Entries, Entry};
use super::reading::{Order, Reading};
use super::variant::Variant;
use crate::bytes::text::Text;

/// Fields kept of one item; what further keys a hostile one invents goes into the words of its entry.
pub const MOST_FIELDS: usize = 256;

/// Text and video that part by more than this between two entries were not recorded in one go. Cameras that write whole seconds
/// repeat or skip one.
const APART_NS: i64 = 3_000_000_000;

/// What an entry is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Blank lines alone.
    Blank,
    /// Words of the camera, or at least a cue line.
    Cue,
    /// A number, and nothing behind it.
    Bare,
    /// Neither.
    Garbage,
}

impl Sort {
    pub fn of(entry: &Entry, reading: &Reading<'_>) -> Self {
        match (entry.cue, entry.number) {
            (Some(_), _) => Sort::Cue,
            _ if reading.signs.is_telemetry() => Sort::Cue,
            (None, Some(_)) if entry.words.is_empty() => Sort::Bare,
            (None, None) if entry.words.is_empty() => Sort::Blank,
            _ => Sort::Garbage,
        }
    }
}

/// Where a new run begins, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// Number of the entry that counts, from 0.
    pub entry: u64,
    /// Nanoseconds by which the text ran ahead of the video.
    pub jump_ns: Option<i64>,
}

#[derive(Debug, Default)]
pub struct Survey {
    /// In the order in which they were met.
    pub fields: Vec<String>,
    pub variants: BTreeMap<Variant, u64>,
    pub orders: BTreeMap<Order, u64>,
    pub cues: u64,
    pub with_cue_line: u64,
    pub positions: u64,
    pub fixes: u64,
    pub first_fix: Option<(f64, f64)>,
    pub with_local: u64,
    /// Coarsest step of a fix, degrees.
    pub step: Option<f64>,
    pub breaks: Vec<Break>,
    /// Frames that the counter leaves out within runs, and how often it does.
    pub skipped: (u64, u64),
    /// The text's time runs at another pace than the video: no runs are made of it.
    pub is_paced: bool,
    /// Some entry is cut, so that its position may be what is missing.
    pub is_cut: bool,
}

/// The last entry that stated each of these.
#[derive(Default)]
struct Last {
    clocks: Option<(i64, i64)>,
    frame: Option<i64>,
    variant: Option<Variant>,
}

impl Survey {
    pub fn of(text: &Text<'_>) -> Self {
        let mut survey = Survey::default();
        let mut taken: HashSet<String> = HashSet::new();
        let mut last = Last::default();
        let mut jumps = Vec::new();
        for entry in Entries::new(&text.bytes) {
            let reading = Reading::of(text, &entry);
            if Sort::of(&entry, &reading) != Sort::Cue {
                continue;
            }
            for (name, _) in &reading.fields {
                if !taken.contains(name.as_ref()) && survey.fields.len() < MOST_FIELDS {
                    taken.insert(name.to_string());
                    survey.fields.push(name.to_string());
                }
            }
            survey.count(&entry, &reading);
            survey.join(&entry, &reading, &mut last, &mut jumps);
            survey.cues += 1;
        }
        survey.is_paced = jumps.len() as u64 * 4 > survey.cues;
        if !survey.is_paced {
            survey.breaks.extend(jumps);
        }
        survey.breaks.sort_by_key(|b| (b.entry, b.jump_ns.is_none()));
        survey.breaks.dedup_by_key(|b| b.entry);
        survey
    }

    fn count(&mut self, entry: &Entry, reading: &Reading<'_>) {
        self.with_cue_line += u64::from(entry.cue.is_some());
        self.with_local += u64::from(reading.local_ns.is_some());
        self.positions += u64::from(reading.states_position());
        self.is_cut |= !reading.cuts.is_empty();
        if let Some(variant) = reading.variant() {
            *self.variants.entry(variant).or_default() += 1;
        }
        if let Some(order) = reading.order {
            *self.orders.entry(order).or_default() += 1;
        }
        if let Some(fix) = reading.fix() {
            self.fixes += 1;
            self.first_fix = self.first_fix.or(Some(fix));
            self.step = self.step.into_iter().chain(reading.step).reduce(f64::max);
        }
    }

    /// Whether this entry goes on where the one before it ended.
    fn join(&mut self, entry: &Entry, reading: &Reading<'_>, last: &mut Last, jumps: &mut Vec<Break>) {
        let here = self.cues;
        let clocks = reading.local_ns.zip(entry.cue.map(|cue| cue.0));
        if let (Some((local, cue)), Some((last_local, last_cue))) = (clocks, last.clocks) {
            let jump = local.saturating_sub(last_local).saturating_sub(cue.saturating_sub(last_cue));
            if jump.saturating_abs() > APART_NS {
                jumps.push(Break { entry: here, jump_ns: Some(jump) });
            }
        }
        let frame = reading.field("frame").and_then(|value| value.number()).map(|frame| frame as i64);
        if let (Some(frame), Some(last)) = (frame, last.frame) {
            if frame < last {
                self.breaks.push(Break { entry: here, jump_ns: None });
            } else if frame > last.saturating_add(1) {
                self.skipped.0 += (frame - last - 1) as u64;
                self.skipped.1 += 1;
            }
        }
        let variant = reading.variant();
        if variant.is_some() && last.variant.is_some() && variant != last.variant {
            self.breaks.push(Break { entry: here, jump_ns: None });
        }
        last.clocks = clocks.or(last.clocks);
        last.frame = frame.or(last.frame);
        last.variant = variant.or(last.variant);
    }

    /// Letter and models; of a text that was joined from several, all of them.
    pub fn version(&self) -> Option<String> {
        let words: Vec<&str> = self.variants.keys().map(|variant| variant.words()).collect();
        (!words.is_empty()).then(|| words.join(" + "))
    }
}
