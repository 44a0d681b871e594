//! Which offset local clocks had: pairs of a local time and a UTC of one moment, from all items of a case, vote. Nothing is applied
//! here; the vote names the option that applies it. A clock that was never set fits no time zone and is counted so; an offset that
//! changes by an hour between two periods is what daylight saving does.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::decode::{Fact, Part};
use crate::track::utc_text;

/// Offsets of time zones are multiples of this, seconds.
const QUARTER_S: i64 = 900;
/// From UTC-12 to UTC+14.
const ZONES_S: std::ops::RangeInclusive<i64> = -12 * 3600..=14 * 3600;
/// A pair that is further from a multiple fits no zone.
const NEAR_S: i64 = 90;
/// Equal messages must agree this well: an app writes both at once.
const MESSAGE_NEAR_S: i64 = 2;
/// Shorter messages are too common to say anything.
const MESSAGE_LENGTH: usize = 12;
/// Moments of one message that are compared with.
const MOMENTS: usize = 256;

/// One moment by both clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// `phone` or `camera`.
    pub clock: &'static str,
    pub local_s: i64,
    pub utc_s: i64,
    pub source: &'static str,
}

/// Whose clocks an item tells of.
#[derive(Clone, Debug, Default)]
pub struct ItemClocks {
    /// Device or folder that the item was taken from.
    pub holder: String,
    pub pairs: Vec<Pair>,
}

/// What an item states, and its file name against its start.
pub fn pairs(facts: &[Fact]) -> Vec<Pair> {
    let stated = facts.iter().filter_map(|fact| match fact {
        Fact::ClockPair { part, local_s, utc_s, source, .. } => {
            let clock = if *part == Part::Camera { "camera" } else { "phone" };
            Some(Pair { clock, local_s: *local_s, utc_s: *utc_s, source })
        }
        _ => None,
    });
    let named = facts.iter().find_map(|fact| match fact {
        Fact::LocalName { local_s, .. } => Some(*local_s),
        _ => None,
    });
    let start = facts.iter().find_map(|fact| match fact {
        Fact::Start { utc_ns, .. } => Some(utc_ns.div_euclid(1_000_000_000)),
        _ => None,
    });
    let by_name = named.zip(start).map(|(local_s, utc_s)| Pair {
        clock: "phone",
        local_s,
        utc_s,
        source: "local time in the file name against the start in UTC",
    });
    stated.chain(by_name).collect()
}

/// A message and when it was given, by a local clock or in UTC.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    pub holder: &'a str,
    pub text: &'a str,
    pub local_s: Option<i64>,
    pub utc_s: Option<i64>,
}

/// The votes of a case.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ClockVotes {
    pub clocks: Vec<ClockVote>,
}

/// One clock.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClockVote {
    /// `phone` or `camera`.
    pub clock: &'static str,
    /// Device or folder that its items were taken from.
    pub holder: String,
    pub pairs: u64,
    /// Pairs that fit no time zone: a clock that was not set.
    pub fit_no_zone: u64,
    /// Most votes first.
    pub offsets: Vec<OffsetVote>,
    /// What applies the first of them; `None` when no offset has more votes than all others together.
    pub option: Option<String>,
    pub note: Option<&'static str>,
}

/// Pairs that say the same offset.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OffsetVote {
    pub offset: String,
    pub offset_s: i64,
    pub votes: u64,
    pub from_utc: String,
    pub to_utc: String,
    #[serde(skip)]
    period_s: (i64, i64),
    /// Least and greatest of local time less UTC less offset.
    pub residual_s: (i64, i64),
    /// Votes by what was compared.
    pub sources: BTreeMap<&'static str, u64>,
}

impl ClockVote {
    /// Votes for the first offset, and all other pairs.
    pub fn for_and_against(&self) -> (u64, u64) {
        let votes = self.offsets.first().map_or(0, |offset| offset.votes);
        (votes, self.pairs - votes)
    }
}

/// `+02:00`.
pub fn offset_text(offset_s: i64) -> String {
    let sign = if offset_s < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", offset_s.abs() / 3600, offset_s.abs() / 60 % 60)
}

/// The nearest offset of a time zone, and what is left.
fn zone_of(difference_s: i64, near_s: i64) -> Option<(i64, i64)> {
    let zone = (difference_s + QUARTER_S / 2).div_euclid(QUARTER_S) * QUARTER_S;
    let rest = difference_s - zone;
    (ZONES_S.contains(&zone) && rest.abs() <= near_s).then_some((zone, rest))
}

/// Counts the votes; messages that an item gives by local time and another one in UTC are pairs of the phone.
pub fn vote<'a>(items: impl IntoIterator<Item = &'a ItemClocks>, said: &[Said<'_>]) -> ClockVotes {
    let mut by_clock: BTreeMap<(String, &'static str), Vec<Pair>> = BTreeMap::new();
    for item in items {
        for pair in &item.pairs {
            by_clock.entry((item.holder.clone(), pair.clock)).or_default().push(pair.clone());
        }
    }
    for (holder, pair) in message_pairs(said) {
        by_clock.entry((holder.to_owned(), pair.clock)).or_default().push(pair);
    }
    ClockVotes { clocks: by_clock.into_iter().map(|((holder, clock), pairs)| count(holder, clock, &pairs)).collect() }
}

fn message_pairs<'a>(said: &[Said<'a>]) -> Vec<(&'a str, Pair)> {
    let mut by_text: HashMap<&str, Vec<i64>> = HashMap::new();
    for one in said.iter().filter(|one| one.local_s.is_none() && one.text.len() >= MESSAGE_LENGTH) {
        if let Some(utc_s) = one.utc_s {
            let moments = by_text.entry(one.text.trim()).or_default();
            if moments.len() < MOMENTS {
                moments.push(utc_s);
            }
        }
    }
    let mut pairs = Vec::new();
    for one in said {
        let Some(local_s) = one.local_s else { continue };
        for utc_s in by_text.get(one.text.trim()).into_iter().flatten() {
            if zone_of(local_s - utc_s, MESSAGE_NEAR_S).is_some() {
                let source = "the same message by local time and in UTC";
                pairs.push((one.holder, Pair { clock: "phone", local_s, utc_s: *utc_s, source }));
            }
        }
    }
    pairs
}

fn count(holder: String, clock: &'static str, pairs: &[Pair]) -> ClockVote {
    let mut by_offset: BTreeMap<i64, OffsetVote> = BTreeMap::new();
    let mut fit_no_zone = 0;
    for pair in pairs {
        let Some((zone, rest)) = zone_of(pair.local_s.saturating_sub(pair.utc_s), NEAR_S) else {
            fit_no_zone += 1;
            continue;
        };
        let vote = by_offset.entry(zone).or_insert_with(|| OffsetVote {
            offset: offset_text(zone),
            offset_s: zone,
            votes: 0,
            from_utc: String::new(),
            to_utc: String::new(),
            period_s: (pair.utc_s, pair.utc_s),
            residual_s: (rest, rest),
            sources: BTreeMap::new(),
        });
        vote.votes += 1;
        vote.period_s = (vote.period_s.0.min(pair.utc_s), vote.period_s.1.max(pair.utc_s));
        vote.residual_s = (vote.residual_s.0.min(rest), vote.residual_s.1.max(rest));
        *vote.sources.entry(pair.source).or_default() += 1;
    }
    let mut offsets: Vec<OffsetVote> = by_offset.into_values().collect();
    for vote in &mut offsets {
        let text = |seconds: i64| utc_text(seconds.saturating_mul(1_000_000_000));
        (vote.from_utc, vote.to_utc) = (text(vote.period_s.0), text(vote.period_s.1));
    }
    offsets.sort_by_key(|vote| (std::cmp::Reverse(vote.votes), vote.offset_s));
    let total = pairs.len() as u64;
    let note = note(&offsets);
    let won = offsets.first().filter(|vote| 2 * vote.votes > total);
    let option = won.map(|vote| format!("--utc-offset={}", vote.offset));
    ClockVote { clock, holder, pairs: total, fit_no_zone, offsets, option, note }
}

/// What two offsets of one clock mean.
fn note(offsets: &[OffsetVote]) -> Option<&'static str> {
    let [first, second, ..] = offsets else { return None };
    let apart = first.period_s.1 < second.period_s.0 || second.period_s.1 < first.period_s.0;
    match ((first.offset_s - second.offset_s).abs(), apart) {
        (3600, true) => Some(
            "the offset changes by an hour between two periods, consistent with daylight saving: apply each offset to the items \
             of its period alone",
        ),
        (_, true) => Some(
            "the offset changes between two periods, consistent with a journey or with a clock that was set: apply each offset \
             to the items of its period alone",
        ),
        (_, false) => Some("pairs of one period disagree: the items may come from several devices"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(pairs: &[(i64, i64)]) -> ItemClocks {
        let pair =
            |(local_s, utc_s): &(i64, i64)| Pair { clock: "camera", local_s: *local_s, utc_s: *utc_s, source: "index" };
        ItemClocks { holder: "card".to_owned(), pairs: pairs.iter().map(pair).collect() }
    }

    /// 1 May 2024 in UTC.
    const MAY: i64 = 1_714_521_600;

    #[test]
    fn most_pairs_win_and_a_clock_at_its_default_fits_no_zone() {
        let mut pairs: Vec<(i64, i64)> = (0..96).map(|n| (MAY + n * 60 + 7200 + n % 5, MAY + n * 60)).collect();
        pairs.push((315_532_800, MAY));
        let votes = vote([&item(&pairs)], &[]);
        let clock = &votes.clocks[0];
        assert_eq!((clock.for_and_against(), clock.fit_no_zone), ((96, 1), 1));
        assert_eq!(clock.option.as_deref(), Some("--utc-offset=+02:00"));
        assert_eq!((clock.offsets[0].residual_s, clock.note), ((0, 4), None));
        assert_eq!(clock.offsets[0].from_utc, "2024-05-01T00:00:00.000Z");
    }

    #[test]
    fn an_hour_between_two_periods_is_told_as_daylight_saving() {
        let winter = MAY - 120 * 86_400;
        let votes = vote([&item(&[(winter + 3600, winter), (MAY + 7200, MAY), (MAY + 7300, MAY + 100)])], &[]);
        let clock = &votes.clocks[0];
        assert_eq!(
            clock.offsets.iter().map(|o| (o.offset.as_str(), o.votes)).collect::<Vec<_>>(),
            [("+02:00", 2), ("+01:00", 1)]
        );
        assert!(clock.note.is_some_and(|note| note.contains("daylight saving")));
        let even = vote([&item(&[(winter + 3600, winter), (MAY + 7200, MAY)])], &[]);
        assert_eq!(even.clocks[0].option, None, "a draw names no option");
    }

    #[test]
    fn one_message_by_both_clocks_is_a_pair() {
        let said = |text, local_s, utc_s| Said { holder: "phone", text, local_s, utc_s };
        let all = [
            said("Home Point recorded.", Some(MAY - 6 * 3600), None),
            said("Home Point recorded.", None, Some(MAY + 1)),
            said("Home Point recorded.", None, Some(MAY + 400)),
            said("Landing", Some(MAY), None),
            said("Landing", None, Some(MAY)),
        ];
        let votes = vote([], &all);
        assert_eq!(votes.clocks.len(), 1);
        let clock = &votes.clocks[0];
        assert_eq!((clock.clock, clock.pairs, clock.option.as_deref()), ("phone", 1, Some("--utc-offset=-06:00")));
    }
}
