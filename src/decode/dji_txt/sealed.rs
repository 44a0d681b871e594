//! Opening sealed records: AES-256-CBC, one key a feature and segment, the last cipher block of a record being the IV of the next
//! one of its feature. A key is believed by what it does to all records that need it; what it does not open stays closed.

use std::collections::{BTreeMap, BTreeSet};

use aes::cipher::{BlockCipherDecrypt as _, BlockModeDecrypt as _, InnerIvInit as _, KeyInit as _};
use aes::{Aes256Dec, Block};
use byteorder::{ByteOrder as _, LittleEndian as Le};

use super::features::{IN_CLEAR, RECOVER_MARKER};
use super::frame::Framing;
use super::keychain::{FeatureKey, Keychain};
use super::lost_marker;
use super::piece::{Piece, Placed, Walked};
use crate::decode::{KeyProof, KeyVerdict};

const BLOCK: usize = 16;
const OSD: u8 = 1;

/// Share of right paddings, in percent, from which on a key is believed; damage may cost the rest.
const RIGHT_PERCENT: u64 = 95;
/// Plausible positions that together are no chance: under a wrong key one in a thousand is.
const PROOF_PLACES: u64 = 3;
/// Right padding bytes that together are no chance: one time in 2^32.
const PROOF_BYTES: u64 = 4;

/// A sealed record, or a break in the chain of them.
pub(super) enum Item {
    Sealed(Sealed),
    /// A hole, by its offset.
    Hole(usize),
    /// A record that is no whole number of blocks.
    Odd,
}

/// The blocks that judge a key: the last one, the one before it, the first one.
pub(super) struct Sealed {
    pub(super) kind: u8,
    blocks: usize,
    first: [u8; BLOCK],
    before_last: [u8; BLOCK],
    last: [u8; BLOCK],
}

/// What a key did.
#[derive(Clone, Copy, Default)]
struct Score {
    tried: u64,
    right: u64,
    /// Sum of the lengths of right paddings.
    proof_bytes: u64,
    positions: u64,
    plausible: u64,
    /// The first record of the chain, opened with the stated IV, reads like the ones behind it.
    starts_well: Option<bool>,
}

impl Score {
    /// Of a few records a single changed one is more than a twentieth: beside others that are no chance it is forgiven.
    fn mostly(right: u64, of: u64, others_are_no_chance: bool) -> bool {
        right * 100 >= of * RIGHT_PERCENT || right + 1 == of && others_are_no_chance
    }

    fn pads_well(&self) -> bool {
        self.tried > 0 && Self::mostly(self.right, self.tried, self.is_no_chance())
    }

    fn holds(&self) -> bool {
        self.pads_well() && Self::mostly(self.plausible, self.positions, self.plausible >= PROOF_PLACES)
    }

    fn is_no_chance(&self) -> bool {
        self.proof_bytes >= PROOF_BYTES
    }
}

/// The keys that hold, and how far their chains have come.
#[derive(Default)]
pub struct Opener {
    /// Empty for versions that seal nothing.
    segments: Vec<Segment>,
    at: usize,
    /// Offsets of holes that swallowed a recover marker.
    swallowing: BTreeSet<usize>,
}

/// From one recover marker to the next.
struct Segment {
    /// By record type; 0: not known, the record stays closed.
    feature_of: [u8; 256],
    chains: BTreeMap<u8, Chain>,
}

pub(super) struct Chain {
    cipher: Aes256Dec,
    iv: [u8; BLOCK],
    /// The IV may not be that of the next record: a hole lies before it, or the stated one did not fit.
    doubtful: bool,
}

impl Chain {
    pub(super) fn new(key: &FeatureKey) -> Self {
        Chain { cipher: Aes256Dec::new(&key.key.into()), iv: key.iv, doubtful: false }
    }

    fn decrypt(&self, block: [u8; BLOCK], iv: [u8; BLOCK]) -> [u8; BLOCK] {
        let mut plain = block.into();
        self.cipher.decrypt_block(&mut plain);
        let mut plain: [u8; BLOCK] = plain.into();
        plain.iter_mut().zip(iv).for_each(|(byte, iv)| *byte ^= iv);
        plain
    }

    /// Whether a record of several blocks has a right padding under this key.
    pub(super) fn opens(&self, sealed: &Sealed) -> bool {
        sealed.blocks > 1 && padding(&self.decrypt(sealed.last, sealed.before_last)).is_some()
    }
}

/// How a record came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// No key for it.
    Closed,
    /// The key holds, this record does not come out: its bytes were changed.
    Broken,
    /// Its only block rests on an IV that is not there any more.
    Adrift,
    /// `pad`: padding bytes behind the content; `doubtful`: bytes at its start that rest on an IV that may be wrong.
    Content { pad: usize, doubtful: usize },
}

impl Opener {
    /// Tries the given keys on all records. Answers are tried in their order, the set of a segment's own place first.
    pub fn judge(
        bytes: &[u8],
        framing: Framing,
        feature_of: &[u8; 256],
        walked: &Walked,
        answers: &[Vec<Keychain>],
    ) -> (Opener, Vec<KeyProof>) {
        let mut opener = Opener::default();
        let mut proofs = Vec::new();
        let segments = segments(bytes, framing, walked);
        let (segments, swallowing) = lost_marker::part(segments, feature_of, answers);
        opener.swallowing = swallowing;
        for (number, items) in segments.iter().enumerate() {
            let candidates: Vec<&Keychain> = answers
                .iter()
                .flat_map(|sets| {
                    sets.get(number)
                        .into_iter()
                        .chain(sets.iter().enumerate().filter(move |(i, _)| *i != number).map(|(_, set)| set))
                })
                .collect();
            let (segment, found) = Segment::judge(items, *feature_of, &candidates);
            opener.segments.push(segment);
            proofs.extend(found.into_iter().map(|(feature, verdict, score)| KeyProof {
                feature: feature.to_string(),
                segment: number + 1,
                verdict,
                tried: score.tried,
                right: score.right,
            }));
        }
        (opener, proofs)
    }

    /// Whether the content of this type is cipher text.
    pub fn seals(&self, kind: u8) -> bool {
        !self.segments.is_empty() && !IN_CLEAR.contains(&kind)
    }

    /// A recover marker: the next set of keys holds.
    pub fn next_segment(&mut self) {
        self.at += 1;
    }

    /// Records are missing here, a recover marker perhaps among them.
    pub fn hole(&mut self, at: usize) {
        if self.swallowing.contains(&at) {
            self.next_segment();
        }
        self.gap();
    }

    /// Records may be missing here.
    pub fn gap(&mut self) {
        if let Some(segment) = self.segments.get_mut(self.at) {
            segment.chains.values_mut().for_each(|chain| chain.doubtful = true);
        }
    }

    /// Passes over a record that nobody wants; only its last block matters.
    pub fn pass(&mut self, kind: u8, last: Option<[u8; BLOCK]>) {
        if let Some((chain, last)) = self.chain(kind).zip(last) {
            chain.iv = last;
            chain.doubtful = false;
        }
    }

    /// Decrypts `content` in place.
    pub fn open(&mut self, kind: u8, content: &mut Vec<u8>) -> Opened {
        let Some(chain) = self.chain(kind) else { return Opened::Closed };
        let Some(last) = content.last_chunk::<BLOCK>().copied().filter(|_| content.len().is_multiple_of(BLOCK)) else {
            chain.doubtful = true;
            return Opened::Broken;
        };
        let doubtful = if chain.doubtful { BLOCK } else { 0 };
        let (blocks, _) = Block::slice_as_chunks_mut(content);
        cbc::Decryptor::inner_iv_init(&chain.cipher, &chain.iv.into()).decrypt_blocks(blocks);
        chain.iv = last;
        chain.doubtful = false;
        match content.last_chunk::<BLOCK>().and_then(padding) {
            Some(pad) => {
                content.truncate(content.len() - pad);
                Opened::Content { pad, doubtful: doubtful.min(content.len()) }
            }
            None if doubtful >= content.len() => Opened::Adrift,
            None => {
                // What was changed may be the block that the next record rests on.
                chain.doubtful = true;
                Opened::Broken
            }
        }
    }

    fn chain(&mut self, kind: u8) -> Option<&mut Chain> {
        let segment = self.segments.get_mut(self.at)?;
        segment.chains.get_mut(&segment.feature_of[usize::from(kind)])
    }
}

/// Sealed records by segment, in file order.
fn segments(bytes: &[u8], framing: Framing, walked: &Walked) -> Vec<Vec<Item>> {
    let mut segments: Vec<Vec<Item>> = vec![Vec::new()];
    for piece in &walked.pieces {
        let item = match piece {
            Piece::Hole(hole) => Item::Hole(hole.at),
            Piece::Record(placed) if placed.kind == RECOVER_MARKER => {
                segments.push(Vec::new());
                continue;
            }
            Piece::Record(placed) if !IN_CLEAR.contains(&placed.kind) => match sealed(bytes, framing, placed) {
                Some(sealed) => Item::Sealed(sealed),
                None => Item::Odd,
            },
            _ => continue,
        };
        if let Some(segment) = segments.last_mut() {
            segment.push(item);
        }
    }
    segments
}

/// `None` when the content is no whole number of blocks.
fn sealed(bytes: &[u8], framing: Framing, placed: &Placed) -> Option<Sealed> {
    let record = placed.bytes(bytes);
    let len = record.len() - framing.header() - framing.trailer();
    if len == 0 || !len.is_multiple_of(BLOCK) {
        return None;
    }
    let block = |at: usize| framing.plain_bytes::<BLOCK>(&record, placed.kind, at);
    Some(Sealed {
        kind: placed.kind,
        blocks: len / BLOCK,
        first: block(0)?,
        before_last: block(len.saturating_sub(2 * BLOCK))?,
        last: block(len - BLOCK)?,
    })
}

impl Segment {
    /// Takes for each feature the first key that holds. Types without a known feature go to the key that opens them, since their
    /// records stand in its chain.
    fn judge(
        items: &[Item],
        feature_of: [u8; 256],
        candidates: &[&Keychain],
    ) -> (Segment, Vec<(u8, KeyVerdict, Score)>) {
        let mut segment = Segment { feature_of, chains: BTreeMap::new() };
        let mut present: BTreeMap<u8, u64> = BTreeMap::new();
        let mut nameless: BTreeMap<u8, Nameless> = BTreeMap::new();
        for item in items {
            if let Item::Sealed(sealed) = item {
                match feature_of[usize::from(sealed.kind)] {
                    0 => nameless.entry(sealed.kind).or_default().count(sealed),
                    feature => *present.entry(feature).or_default() += 1,
                }
            }
        }
        let offered: BTreeSet<u8> = candidates.iter().flat_map(|set| set.keys().copied()).collect();
        let mut tried: Vec<Trial> = Vec::new();
        for feature in offered {
            let keys = candidates.iter().filter_map(|set| set.get(&feature));
            let trials = keys.map(|key| Trial::of(items, &segment.feature_of, &nameless, feature, key));
            let trial = first_that(trials, |trial| trial.score.holds());
            if let Some(trial) = trial {
                if trial.score.holds() {
                    trial.nameless.iter().for_each(|kind| {
                        nameless.remove(kind);
                        segment.feature_of[usize::from(*kind)] = feature;
                    });
                }
                tried.push(trial);
            }
        }
        // A feature with a record or two proves little by itself; keys that came with proved ones are believed with them.
        let some_proved = tried.iter().any(|trial| trial.score.holds() && trial.score.is_no_chance());
        let mut found = Vec::new();
        for Trial { feature, mut chain, score, .. } in tried {
            let verdict = if score.tried == 0 && some_proved {
                // Single blocks behind holes: nothing can be tried, and nothing speaks against it.
                segment.chains.insert(feature, chain);
                KeyVerdict::Unused
            } else if score.holds() && (some_proved || score.is_no_chance()) {
                chain.doubtful = score.starts_well == Some(false);
                segment.chains.insert(feature, chain);
                KeyVerdict::Proved
            } else if present.contains_key(&feature) {
                KeyVerdict::Refuted
            } else {
                KeyVerdict::Unused
            };
            found.push((feature, verdict, score));
        }
        for (&feature, &count) in &present {
            if !found.iter().any(|(known, ..)| *known == feature) {
                found.push((feature, KeyVerdict::Missing, Score { tried: count, ..Score::default() }));
            }
        }
        found.sort_by_key(|(feature, ..)| *feature);
        (segment, found)
    }
}

/// The first one that satisfies, else the first of all.
fn first_that<T>(mut all: impl Iterator<Item = T>, satisfies: impl Fn(&T) -> bool) -> Option<T> {
    let first = all.next()?;
    if satisfies(&first) {
        return Some(first);
    }
    all.find(satisfies).or(Some(first))
}

/// The records of a type without a known feature.
#[derive(Default)]
struct Nameless {
    records: u64,
    /// Some have several blocks.
    has_long: bool,
}

impl Nameless {
    fn count(&mut self, sealed: &Sealed) {
        self.records += 1;
        self.has_long |= sealed.blocks > 1;
    }
}

/// One key, tried on the records of its feature.
struct Trial {
    feature: u8,
    chain: Chain,
    /// Types without a known feature that it opens.
    nameless: Vec<u8>,
    score: Score,
}

impl Trial {
    fn of(
        items: &[Item],
        feature_of: &[u8; 256],
        nameless: &BTreeMap<u8, Nameless>,
        feature: u8,
        key: &FeatureKey,
    ) -> Self {
        let chain = Chain::new(key);
        let is_own = |kind: u8| feature_of[usize::from(kind)] == feature;
        // A record of several blocks holds the IV of its last one: it needs no chain to be judged.
        let opens = |&(kind, Nameless { records, has_long }): &(&u8, &Nameless)| {
            let is_kind = |k: u8| k == *kind || is_own(k);
            let counts = |s: &Sealed| s.kind == *kind && (s.blocks > 1 || !has_long);
            // Most keys are not the one: a few records tell.
            let forgiven = records * (100 - RIGHT_PERCENT) / 100 + 1;
            let score = score(items, &chain, is_kind, counts, forgiven);
            score.pads_well() && score.is_no_chance()
        };
        let nameless: Vec<u8> = nameless.iter().filter(opens).map(|(kind, _)| *kind).collect();
        let score = score(items, &chain, |kind| is_own(kind) || nameless.contains(&kind), |_| true, u64::MAX);
        Trial { feature, chain, nameless, score }
    }
}

/// What the key of `chain` does to the records that `counted` names, with all those of `in_chain` giving IVs. Ends early when more
/// than `forgiven` of them are wrong.
fn score(
    items: &[Item],
    chain: &Chain,
    in_chain: impl Fn(u8) -> bool,
    counted: impl Fn(&Sealed) -> bool,
    forgiven: u64,
) -> Score {
    let mut score = Score::default();
    let mut iv = Some(chain.iv);
    let mut first: Option<[f64; 2]> = None;
    let mut is_first = true;
    for item in items {
        let sealed = match item {
            Item::Hole(_) | Item::Odd => {
                iv = None;
                continue;
            }
            Item::Sealed(sealed) if in_chain(sealed.kind) => sealed,
            Item::Sealed(_) => continue,
        };
        let before = if sealed.blocks > 1 { Some(sealed.before_last) } else { iv };
        let mut next = Some(sealed.last);
        if let Some(before) = before.filter(|_| counted(sealed)) {
            score.tried += 1;
            match padding(&chain.decrypt(sealed.last, before)) {
                Some(pad) => {
                    score.right += 1;
                    score.proof_bytes += pad as u64;
                }
                // A changed record says nothing about the next one.
                None => next = None,
            }
            if score.tried - score.right > forgiven {
                return score;
            }
        }
        if let Some(iv) = iv.filter(|_| sealed.kind == OSD) {
            let place = lon_lat(&chain.decrypt(sealed.first, iv));
            if is_first {
                first = Some(place);
            } else {
                score.positions += 1;
                score.plausible += u64::from(is_plausible(place));
                if let Some(before) = first.take() {
                    score.starts_well = Some(is_plausible(before) && is_near(before, place));
                }
            }
        }
        is_first = false;
        iv = next;
    }
    score
}

/// Longitude and latitude in radians, as a position record begins with them.
fn lon_lat(block: &[u8; BLOCK]) -> [f64; 2] {
    [Le::read_f64(&block[..8]), Le::read_f64(&block[8..])]
}

fn is_plausible([lon, lat]: [f64; 2]) -> bool {
    use std::f64::consts::{FRAC_PI_2, PI};
    // A random double is far outside, or far smaller than any place that a log holds.
    let is_place = |v: f64, most: f64| v == 0.0 || (1e-18..=most).contains(&v.abs());
    is_place(lon, PI) && is_place(lat, FRAC_PI_2)
}

/// No aircraft is a kilometre further on with the next position, but a fix may come up between them.
fn is_near(a: [f64; 2], b: [f64; 2]) -> bool {
    const KILOMETRE_RAD: f64 = 1.6e-4;
    const NO_FIX_RAD: f64 = 1.8e-8;
    let no_fix = |v: [f64; 2]| v[0].abs() < NO_FIX_RAD && v[1].abs() < NO_FIX_RAD;
    no_fix(a) || no_fix(b) || (a[1] - b[1]).abs() < KILOMETRE_RAD && (a[0] - b[0]).abs() * a[1].cos() < KILOMETRE_RAD
}

/// The length of a right PKCS#7 padding.
fn padding(block: &[u8; BLOCK]) -> Option<usize> {
    let pad = usize::from(block[BLOCK - 1]);
    ((1..=BLOCK).contains(&pad) && block[BLOCK - pad..].iter().all(|b| usize::from(*b) == pad)).then_some(pad)
}
