//! Recover markers that a hole swallowed. Behind one the records are sealed with the next set of keys: the answer then has more
//! sets than the file has markers, and the keys themselves tell at which hole one set ends and the next begins.

use std::collections::{BTreeMap, BTreeSet};

use super::keychain::Keychain;
use super::sealed::{Chain, Item};

/// Records that the next set opens beyond what chance would: one in 255 has a right padding under any key.
const NO_CHANCE: usize = 2;

/// Parts segments at the holes behind which the next set of keys holds; also gives the offsets of those holes.
pub fn part(
    segments: Vec<Vec<Item>>,
    feature_of: &[u8; 256],
    answers: &[Vec<Keychain>],
) -> (Vec<Vec<Item>>, BTreeSet<usize>) {
    let mut swallowing = BTreeSet::new();
    let mut parted: Vec<Vec<Item>> = Vec::with_capacity(segments.len());
    let mut behind = segments.len();
    for mut items in segments {
        behind -= 1;
        while let Some((index, at)) = lost_marker(&items, feature_of, answers, parted.len(), behind) {
            let next = items.split_off(index);
            parted.push(std::mem::replace(&mut items, next));
            swallowing.insert(at);
        }
        parted.push(items);
    }
    (parted, swallowing)
}

/// The hole in the segment of this number that most probably swallowed a marker. An answer with no more sets than the file has
/// segments says that there is none.
fn lost_marker(
    items: &[Item],
    feature_of: &[u8; 256],
    answers: &[Vec<Keychain>],
    number: usize,
    behind: usize,
) -> Option<(usize, usize)> {
    let longer = answers.iter().filter(|sets| sets.len() > number + 1 + behind);
    longer.filter_map(|sets| hole_between(items, feature_of, sets.get(number)?, sets.get(number + 1)?)).next()
}

/// The hole before which `here` and behind which `next` opens most, if that is more than `here` opens alone.
fn hole_between(items: &[Item], feature_of: &[u8; 256], here: &Keychain, next: &Keychain) -> Option<(usize, usize)> {
    let (here, next) = (opened(items, feature_of, here), opened(items, feature_of, next));
    let count = |opened: &[bool]| opened.iter().filter(|is_open| **is_open).count();
    let (alone, mut before, mut behind) = (count(&here), 0, count(&next));
    let mut best: Option<(usize, usize, usize)> = None;
    for (index, item) in items.iter().enumerate() {
        if let Item::Hole(at) = item
            && best.is_none_or(|(most, ..)| before + behind > most)
        {
            best = Some((before + behind, index, *at));
        }
        before += usize::from(here[index]);
        behind -= usize::from(next[index]);
    }
    best.filter(|(most, ..)| *most >= alone + NO_CHANCE).map(|(_, index, at)| (index, at))
}

/// Which records of several blocks come out with a right padding. They hold the IV of their last block themselves.
fn opened(items: &[Item], feature_of: &[u8; 256], keys: &Keychain) -> Vec<bool> {
    let chains: BTreeMap<u8, Chain> = keys.iter().map(|(feature, key)| (*feature, Chain::new(key))).collect();
    let opens = |item: &Item| match item {
        Item::Sealed(sealed) => chains.get(&feature_of[usize::from(sealed.kind)]).is_some_and(|c| c.opens(sealed)),
        Item::Hole(_) | Item::Odd => false,
    };
    items.iter().map(opens).collect()
}
