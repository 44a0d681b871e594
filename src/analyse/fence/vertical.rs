//! Whether the aircraft was between the floor and the ceiling of a volume while it was inside its outline. Heights are linear
//! between fixes; the volume is held against three readings of them: for certain (two standard deviations and all that is
//! unknown), as they stand, and possible at all.

use serde::Serialize;

use super::encounter::HeightVerdict;
use super::heights::{Height, Heights};
use super::path::{Path, Stretch, united};
use super::plane::most_m;
use crate::zones::{Reference, VerticalLimit, Volume};

/// A stated limit this high is none for a drone: sources write 99999 and the like for "unlimited".
const UNLIMITED_M: f64 = 20_000.0;
/// Terrain is looked at this often along the way, metres, but not more often than `MOST_SAMPLES` in a piece.
const SAMPLE_M: f64 = 20.0;
const MOST_SAMPLES: f64 = 64.0;

/// The heights of a stay against the limits of the volume.
#[derive(Clone, Debug, Default, Serialize)]
pub struct HeightRange {
    /// What the numbers are measured from; `None` when the track has no height.
    pub reference: Option<&'static str>,
    /// Lowest and highest height of the stay, metres.
    pub lowest_m: Option<f64>,
    pub highest_m: Option<f64>,
    /// One standard deviation of them.
    pub sigma_m: Option<f64>,
    /// Floor and ceiling above the same reference; `None` where there is none or it cannot be converted.
    pub lower_m: Option<f64>,
    pub upper_m: Option<f64>,
    pub text: String,
}

/// What is known of the height of one or more stays.
pub struct Judged {
    pub verdict: HeightVerdict,
    /// Not beyond doubt: unknown, or inside by less than two standard deviations.
    pub in_doubt: bool,
    /// Where the aircraft may have been between the limits.
    pub possible: Vec<Stretch>,
    /// Where it was by the heights as they stand; `None` when they say nothing.
    pub between: Option<Vec<Stretch>>,
    pub range: HeightRange,
}

/// A limit as the test wants it.
#[derive(Clone, Copy)]
enum Bound {
    /// Nothing limits here.
    Open,
    At {
        metres: f64,
        reference: Reference,
    },
    /// The words are not understood, or do not say what they are measured from.
    Unclear,
}

impl Bound {
    fn floor(limit: Option<&VerticalLimit>) -> Bound {
        match Bound::of(limit) {
            // Nothing flies below the ground.
            Bound::At { metres, reference: Reference::Agl } if metres <= 0.0 => Bound::Open,
            bound => bound,
        }
    }

    fn ceiling(limit: Option<&VerticalLimit>) -> Bound {
        match limit.and_then(VerticalLimit::metres) {
            Some(metres) if metres >= UNLIMITED_M => Bound::Open,
            _ => Bound::of(limit),
        }
    }

    fn of(limit: Option<&VerticalLimit>) -> Bound {
        let Some(limit) = limit else { return Bound::Open };
        match limit.metres() {
            Some(metres) if metres.is_finite() && limit.reference != Reference::Unknown => {
                Bound::At { metres, reference: limit.reference }
            }
            _ => Bound::Unclear,
        }
    }

    fn reference(self) -> Option<Reference> {
        match self {
            Bound::At { reference, .. } => Some(reference),
            Bound::Open | Bound::Unclear => None,
        }
    }
}

/// Metres on the right side of a limit in three readings; negative is on the wrong side.
#[derive(Clone, Copy)]
struct Margin {
    certain: f64,
    stands: f64,
    possible: f64,
}

impl Margin {
    const OPEN: Margin = Margin { certain: FAR, stands: FAR, possible: FAR };
    const UNKNOWN: Margin = Margin { certain: -FAR, stands: -FAR, possible: FAR };

    fn is_unknown(self) -> bool {
        self.certain == -FAR && self.possible == FAR
    }

    /// `over` is the height less the floor, or the ceiling less the height.
    fn of(over: f64, height: Height) -> Margin {
        let doubt = 2.0 * height.sigma_m;
        Margin {
            certain: over - height.slack_m - doubt,
            stands: over - height.slack_m,
            possible: over + height.slack_m + doubt,
        }
    }
}

/// Stands for no limit; finite so that it can be interpolated.
const FAR: f64 = 1e9;

/// Judges the stays of one volume. A place that is no stay is a stretch of no length.
pub fn judge(path: &Path<'_>, heights: &Heights<'_>, volume: &Volume, stays: &[Stretch]) -> Judged {
    let (floor, ceiling) = (Bound::floor(volume.lower.as_ref()), Bound::ceiling(volume.upper.as_ref()));
    let at = |s: f64| (margin(heights, floor, s, false), margin(heights, ceiling, s, true));
    let mut seen = Seen::default();
    for stay in stays {
        let mut last: Option<(f64, (Margin, Margin))> = None;
        for s in samples(path, *stay, heights.has_terrain()) {
            let here = at(s);
            seen.take(s, s, here, here);
            if let Some((before, margins)) = last {
                seen.take(before, s, margins, here);
            }
            last = Some((s, here));
        }
    }
    let (verdict, in_doubt) = seen.verdict();
    let range = range(path, heights, volume, (floor, ceiling), stays, verdict, in_doubt);
    let says_nothing = matches!(floor, Bound::Unclear) || matches!(ceiling, Bound::Unclear) || seen.unknown;
    Judged {
        verdict,
        in_doubt,
        possible: united(seen.possible),
        between: (!says_nothing).then(|| united(seen.between)),
        range,
    }
}

fn margin(heights: &Heights<'_>, bound: Bound, s: f64, is_ceiling: bool) -> Margin {
    match bound {
        Bound::Open => Margin::OPEN,
        Bound::Unclear => Margin::UNKNOWN,
        Bound::At { metres, reference } => heights.above(reference, s).map_or(Margin::UNKNOWN, |height| {
            Margin::of(if is_ceiling { metres - height.metres } else { height.metres - metres }, height)
        }),
    }
}

/// Places along a stay between which heights count as linear.
fn samples(path: &Path<'_>, stay: Stretch, has_terrain: bool) -> Vec<f64> {
    let fixes = path.fixes_in(stay).map(|fix| (fix as f64).clamp(stay.from, stay.to));
    let mut samples: Vec<f64> = vec![stay.from];
    for s in fixes.chain([stay.to]) {
        let from = samples.last().copied().unwrap_or(stay.from);
        if has_terrain {
            let pieces = (most_m(path.at(from), path.at(s)) / SAMPLE_M).ceil().clamp(1.0, MOST_SAMPLES);
            samples.extend((1..pieces as usize).map(|i| from + (s - from) * i as f64 / pieces));
        }
        if s > from {
            samples.push(s);
        }
    }
    samples
}

/// What the pieces of the stays showed.
#[derive(Default)]
struct Seen {
    any: bool,
    certain: bool,
    stands: bool,
    unknown: bool,
    not_above: bool,
    not_below: bool,
    possible: Vec<Stretch>,
    between: Vec<Stretch>,
}

impl Seen {
    /// One piece of a stay, with the margins to floor and ceiling at its ends.
    fn take(&mut self, from: f64, to: f64, start: (Margin, Margin), end: (Margin, Margin)) {
        let whole = |a: Margin, b: Margin| if a.is_unknown() || b.is_unknown() { [Margin::UNKNOWN; 2] } else { [a, b] };
        let (low, high) = (whole(start.0, end.0), whole(start.1, end.1));
        let part = |of: fn(Margin) -> f64| positive(low.map(of), high.map(of));
        let stretch = |(t, u): (f64, f64)| Stretch { from: from + (to - from) * t, to: from + (to - from) * u };
        self.any = true;
        self.certain |= part(|m| m.certain).is_some();
        self.unknown |= low.iter().chain(&high).any(|m| m.is_unknown());
        if let Some(found) = part(|m| m.stands) {
            self.stands = true;
            self.between.push(stretch(found));
        }
        self.possible.extend(part(|m| m.possible).map(stretch));
        self.not_above |= high.iter().any(|m| m.possible >= 0.0);
        self.not_below |= low.iter().any(|m| m.possible >= 0.0);
    }

    fn verdict(&self) -> (HeightVerdict, bool) {
        match self {
            Seen { any: false, .. } => (HeightVerdict::Unknown, true),
            Seen { certain: true, .. } => (HeightVerdict::Inside, false),
            Seen { stands: true, .. } => (HeightVerdict::Inside, true),
            Seen { possible, .. } if !possible.is_empty() => (HeightVerdict::Unknown, true),
            Seen { not_above: false, .. } => (HeightVerdict::Above, false),
            Seen { not_below: false, .. } => (HeightVerdict::Below, false),
            // Above in one stay and below in another.
            _ => (HeightVerdict::Above, false),
        }
    }
}

/// The fractions of a piece between which two linear margins are both not negative.
fn positive(low: [f64; 2], high: [f64; 2]) -> Option<(f64, f64)> {
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for [a, b] in [low, high] {
        match (a >= 0.0, b >= 0.0) {
            (true, true) => {}
            (false, false) => return None,
            (true, false) => to = to.min(a / (a - b)),
            (false, true) => from = from.max(a / (a - b)),
        }
    }
    (from <= to).then_some((from, to))
}

/// The judgements of several volumes as one: inside one of them is inside.
pub fn together(judged: Vec<Judged>) -> Option<Judged> {
    let rank = |one: &Judged| match (one.verdict, one.in_doubt) {
        (HeightVerdict::Inside, false) => 0,
        (HeightVerdict::Inside, true) => 1,
        (HeightVerdict::Unknown, _) => 2,
        (HeightVerdict::Above | HeightVerdict::Below, _) => 3,
    };
    let count = judged.len();
    let mut possible = Vec::new();
    let mut between = judged.iter().all(|one| one.between.is_some()).then(Vec::new);
    let mut best: Option<Judged> = None;
    for one in judged {
        possible.extend_from_slice(&one.possible);
        if let Some((all, own)) = between.as_mut().zip(one.between.as_ref()) {
            all.extend_from_slice(own);
        }
        if best.as_ref().is_none_or(|so_far| rank(&one) < rank(so_far)) {
            best = Some(one);
        }
    }
    let mut best = best?;
    if count > 1 {
        best.range.text += &format!(" (the zone has {count} volumes here; this one decides)");
    }
    Some(Judged { possible: united(possible), between: between.map(united), ..best })
}

/// The numbers and the sentence.
fn range(
    path: &Path<'_>,
    heights: &Heights<'_>,
    volume: &Volume,
    (floor, ceiling): (Bound, Bound),
    stays: &[Stretch],
    verdict: HeightVerdict,
    in_doubt: bool,
) -> HeightRange {
    let places: Vec<f64> = stays.iter().flat_map(|stay| samples(path, *stay, heights.has_terrain())).collect();
    let wanted = [ceiling.reference(), floor.reference()].into_iter().flatten();
    let found = wanted.chain(heights.logged()).find_map(|reference| extremes(heights, reference, &places));
    let volume_words = format!("the volume reaches from {} to {}", floor_words(volume), ceiling_words(volume));
    let Some(found) = found else {
        let text = match verdict {
            HeightVerdict::Inside => format!("{volume_words}: inside at any height"),
            _ => format!("{volume_words}; the track has no height here: unknown"),
        };
        return HeightRange { text, ..HeightRange::default() };
    };
    let Extremes { reference, lowest, highest } = found;
    let words = if highest.metres - lowest.metres < 0.05 {
        format!("{:.1} m", lowest.metres)
    } else {
        format!("{:.1} to {:.1} m", lowest.metres, highest.metres)
    };
    let slack = if lowest.slack_m > 0.0 { format!(", give or take {:.0} m", lowest.slack_m) } else { String::new() };
    let sigma_m = lowest.sigma_m.max(highest.sigma_m);
    let conclusion = match verdict {
        HeightVerdict::Inside if !in_doubt => "inside".to_owned(),
        HeightVerdict::Inside => "inside by the heights as they stand, but not by two standard deviations".to_owned(),
        HeightVerdict::Above => "above the ceiling all the time".to_owned(),
        HeightVerdict::Below => "below the floor all the time".to_owned(),
        HeightVerdict::Unknown => unknown_words(volume, (floor, ceiling), &found),
    };
    let text = format!(
        "{words} {} ({}, standard deviation {sigma_m:.1} m{slack}); {volume_words}: {conclusion}",
        words_of(reference),
        lowest.by
    );
    let in_reference = |bound: Bound| match bound {
        Bound::At { metres, reference: own } if own == reference => Some(rounded(metres)),
        _ => None,
    };
    HeightRange {
        reference: Some(name_of(reference)),
        lowest_m: Some(rounded(lowest.metres)),
        highest_m: Some(rounded(highest.metres)),
        sigma_m: Some(rounded(sigma_m)),
        lower_m: in_reference(Bound::of(volume.lower.as_ref())),
        upper_m: in_reference(Bound::of(volume.upper.as_ref())),
        text,
    }
}

struct Extremes {
    reference: Reference,
    lowest: Height,
    highest: Height,
}

fn extremes(heights: &Heights<'_>, reference: Reference, places: &[f64]) -> Option<Extremes> {
    let mut known = places.iter().filter_map(|s| heights.above(reference, *s));
    let first = known.next()?;
    let (lowest, highest) = known.fold((first, first), |(lowest, highest), height| {
        let lower = if height.metres < lowest.metres { height } else { lowest };
        (lower, if height.metres > highest.metres { height } else { highest })
    });
    Some(Extremes { reference, lowest, highest })
}

/// Why it cannot be told, and for which ground it would be inside.
fn unknown_words(volume: &Volume, (floor, ceiling): (Bound, Bound), found: &Extremes) -> String {
    for (bound, limit, name) in [(ceiling, &volume.upper, "ceiling"), (floor, &volume.lower, "floor")] {
        if let (Bound::Unclear, Some(limit)) = (bound, limit) {
            return match limit.metres() {
                Some(_) => format!("unknown, for the {name} does not say what it is measured from"),
                None => format!("unknown, for the {name} is not understood"),
            };
        }
    }
    let (lowest, highest) = (found.lowest.metres, found.highest.metres);
    let above_ground = |bound: Bound| match bound {
        Bound::At { metres, reference: Reference::Agl } => Some(metres),
        _ => None,
    };
    let above_sea = |bound: Bound| match bound {
        Bound::At { metres, reference: Reference::Amsl } => Some(metres),
        _ => None,
    };
    let only_ground = matches!(
        (floor, ceiling),
        (
            Bound::Open | Bound::At { reference: Reference::Agl, .. },
            Bound::Open | Bound::At { reference: Reference::Agl, .. }
        )
    );
    let only_sea = matches!(
        (floor, ceiling),
        (
            Bound::Open | Bound::At { reference: Reference::Amsl, .. },
            Bound::Open | Bound::At { reference: Reference::Amsl, .. }
        )
    );
    match found.reference {
        // Level ground at h is right when lowest - h <= ceiling and highest - h >= floor.
        Reference::Takeoff if only_ground => {
            let high = highest - above_ground(floor).unwrap_or(0.0);
            match above_ground(ceiling).map(|ceiling| lowest - ceiling) {
                Some(low) => format!(
                    "unknown, but inside for any level ground between {low:.1} and {high:.1} m relative to the place of take-off"
                ),
                None => format!(
                    "unknown, but inside for any level ground up to {high:.1} m relative to the place of take-off"
                ),
            }
        }
        Reference::Amsl if only_ground => {
            let high = highest - above_ground(floor).unwrap_or(0.0);
            match above_ground(ceiling).map(|ceiling| lowest - ceiling) {
                Some(low) => {
                    format!("unknown, but inside for any level ground between {low:.1} and {high:.1} m above the sea")
                }
                None => format!("unknown, but inside for any level ground up to {high:.1} m above the sea"),
            }
        }
        Reference::Takeoff if only_sea => {
            let low = above_sea(floor).map(|floor| floor - highest);
            let high = above_sea(ceiling).map(|ceiling| ceiling - lowest);
            let place = match (low, high) {
                (Some(low), Some(high)) => format!("between {low:.1} and {high:.1} m"),
                (Some(low), None) => format!("at {low:.1} m or more"),
                (None, Some(high)) => format!("at {high:.1} m or less"),
                (None, None) => return "unknown".to_owned(),
            };
            format!("unknown, but inside if the place of take-off lies {place} above the sea")
        }
        reference if [floor, ceiling].iter().any(|bound| bound.reference() == Some(reference)) => {
            let is_near = found.lowest.slack_m == 0.0;
            if is_near {
                "unknown: too near to a limit, or a limit above another reference cannot be compared".to_owned()
            } else {
                "unknown, because the pressure of the day is not known".to_owned()
            }
        }
        _ => "unknown, for the heights cannot be compared with these limits".to_owned(),
    }
}

fn floor_words(volume: &Volume) -> String {
    match &volume.lower {
        None => "the surface (no floor is stated)".to_owned(),
        Some(limit) => limit_words(limit),
    }
}

fn ceiling_words(volume: &Volume) -> String {
    match &volume.upper {
        None => "any height (no ceiling is stated)".to_owned(),
        Some(limit) if limit.metres().is_some_and(|metres| metres >= UNLIMITED_M) => {
            format!("any height (\"{}\")", crate::evidence::label::printable(&limit.raw))
        }
        Some(limit) => limit_words(limit),
    }
}

fn limit_words(limit: &VerticalLimit) -> String {
    let raw = crate::evidence::label::printable(&limit.raw);
    match (limit.metres(), limit.unit, limit.value) {
        (Some(metres), unit, Some(value)) if metres.is_finite() => {
            let number = match unit {
                crate::zones::Unit::Metre => format!("{value} m"),
                crate::zones::Unit::Foot => format!("{value} ft ({metres:.1} m)"),
                crate::zones::Unit::FlightLevel => return format!("FL{value} ({metres:.0} m pressure altitude)"),
            };
            format!("{number} {}", words_of(limit.reference))
        }
        _ => format!("\"{raw}\""),
    }
}

/// The words for heights above a reference.
fn words_of(reference: Reference) -> &'static str {
    match reference {
        Reference::Agl => "above ground",
        Reference::Amsl => "above the sea",
        Reference::Wgs84 => "above the WGS 84 ellipsoid",
        Reference::Takeoff => "above take-off",
        Reference::Standard => "pressure altitude",
        Reference::Unknown => "above something that is not stated",
    }
}

/// The name of a reference in outputs, as in the columns of a track.
fn name_of(reference: Reference) -> &'static str {
    match reference {
        Reference::Agl => "ground",
        Reference::Amsl => "amsl",
        Reference::Wgs84 => "ellipsoid",
        Reference::Takeoff => "takeoff",
        Reference::Standard => "pressure",
        Reference::Unknown => "unknown",
    }
}

fn rounded(metres: f64) -> f64 {
    (metres * 1e3).round() / 1e3 + 0.0
}
