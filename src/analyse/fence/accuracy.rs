//! How well a place is known: one standard deviation of the fix, of the digits that the log keeps, and of the zone's outline,
//! put together as the root of the sum of squares. Where nothing is stated a table stands in, and it is said.

use super::path::Path;
use crate::track::{Estimate, FixState, Kind, Rows};
use crate::zones::{Zone, ZoneFile};

/// One standard deviation, and the words for where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Sigma {
    pub metres: f64,
    pub source: String,
}

/// Metres of position error for an HDOP of 1, where the receiver does not say.
const UERE_M: f64 = 3.0;
/// A fix of which nothing is known.
const DEFAULT_M: f64 = 10.0;
/// The vertical error of a satellite fix over its horizontal one.
const VERTICAL: f64 = 1.5;
/// Satellites at least, and the HDOP that so many usually give.
const HDOP_BY_SATELLITES: &[(f64, f64)] = &[(13.0, 0.8), (10.0, 1.0), (8.0, 1.3), (6.0, 2.0), (5.0, 3.0), (4.0, 5.0)];
/// Fewer than four satellites give no fix of their own.
const TOO_FEW_M: f64 = 30.0;
/// The least error, metres, up to a satellite signal level (0 to 5) as flight controllers show it.
const LEAST_BY_LEVEL: &[(f64, f64)] = &[(2.0, 10.0), (3.0, 5.0)];
/// Carrier-phase fixes without an accuracy of their own: some may be float solutions.
const RTK_M: f64 = 1.0;

/// Outlines whose file does not state an accuracy: format and what its outlines are good for, metres.
const OUTLINES: &[(&str, f64, &str)] = &[
    ("openair", 9.0, "corners to the second of arc"),
    ("osm", 5.0, "drawn from imagery"),
    ("overpass", 5.0, "drawn from imagery"),
];

/// What a track tells about the accuracy of its fixes.
pub struct Accuracy<'t> {
    horizontal: Option<&'t [f32]>,
    vertical: Option<&'t [f32]>,
    hdop: Option<&'t [f32]>,
    satellites: Option<&'t [f32]>,
    level: Option<&'t [f32]>,
    estimate: Estimate,
    /// Standard deviation of rounding, metres.
    rounding_m: f64,
}

impl<'t> Accuracy<'t> {
    pub fn of(rows: &'t Rows, kind: Kind) -> Self {
        Accuracy {
            horizontal: rows.column("accuracy.horizontal"),
            vertical: rows.column("accuracy.vertical"),
            hdop: rows.column("gps.hdop"),
            satellites: rows.column("satellites"),
            level: rows.column("gps.level"),
            estimate: kind.estimate,
            rounding_m: rounding_m(rows),
        }
    }

    /// Of the position at a place along the path: of its fix, or of the worse one beside it.
    pub fn horizontal(&self, path: &Path<'_>, s: f64) -> Sigma {
        let (before, behind) = path.fixes_around(s);
        let (a, b) = (self.of_fix(path.row(before)), self.of_fix(path.row(behind)));
        let mut worse = if b.metres > a.metres { b } else { a };
        if self.rounding_m > 0.0 {
            worse.metres = worse.metres.hypot(self.rounding_m);
            worse.source += &format!(", digits of the log {:.2} m", self.rounding_m);
        }
        worse
    }

    /// Of a height by satellites, metres.
    pub fn vertical_m(&self, path: &Path<'_>, s: f64) -> f64 {
        let (before, behind) = path.fixes_around(s);
        let of_row = |row: usize| {
            let stated = value(self.vertical, row).filter(|metres| *metres > 0.0);
            stated.unwrap_or_else(|| self.of_fix(row).metres * VERTICAL)
        };
        of_row(path.row(before)).max(of_row(path.row(behind)))
    }

    /// Of the fix in one row, digits of the log left out.
    pub fn of_fix(&self, row: usize) -> Sigma {
        if let Some(metres) = value(self.horizontal, row).filter(|metres| *metres > 0.0) {
            return Sigma { metres, source: format!("fix {metres:.1} m as the receiver states") };
        }
        if let Some(hdop) = value(self.hdop, row).filter(|hdop| *hdop > 0.0) {
            let metres = hdop * UERE_M;
            return Sigma { metres, source: format!("fix {metres:.1} m (HDOP {hdop:.1} times {UERE_M} m)") };
        }
        if let Some(satellites) = value(self.satellites, row) {
            let usual = HDOP_BY_SATELLITES.iter().find(|(least, _)| satellites >= *least);
            let metres = usual.map_or(TOO_FEW_M, |(_, hdop)| hdop * UERE_M);
            let level = value(self.level, row);
            let least = level.and_then(|level| LEAST_BY_LEVEL.iter().find(|(most, _)| level <= *most));
            return match (least, level) {
                (Some((_, least)), Some(level)) if *least > metres => Sigma {
                    metres: *least,
                    source: format!("fix {least:.1} m ({satellites} satellites, signal level {level} of 5)"),
                },
                _ => Sigma { metres, source: format!("fix {metres:.1} m (usual with {satellites} satellites)") },
            };
        }
        match self.estimate {
            Estimate::Rtk => {
                Sigma { metres: RTK_M, source: format!("fix {RTK_M:.1} m (assumed of a carrier-phase fix)") }
            }
            _ => Sigma { metres: DEFAULT_M, source: format!("fix {DEFAULT_M:.1} m (assumed: the log states nothing)") },
        }
    }
}

fn value(column: Option<&[f32]>, row: usize) -> Option<f64> {
    column?.get(row).map(|value| f64::from(*value)).filter(|value| value.is_finite())
}

/// With the outline of the zone.
pub fn with_outline(fix: Sigma, zone: &Zone, file: &ZoneFile) -> Sigma {
    let (outline_m, words) = match zone.about.accuracy_m.filter(|metres| metres.is_finite() && *metres >= 0.0) {
        Some(metres) => (metres, "as its file states"),
        None => OUTLINES
            .iter()
            .find(|(format, ..)| *format == file.format)
            .map_or((0.0, "taken as declared"), |(_, metres, words)| (*metres, *words)),
    };
    Sigma { metres: fix.metres.hypot(outline_m), source: format!("{}; outline {outline_m:.1} m, {words}", fix.source) }
}

/// Fixes that are looked at for the digits that a log keeps, and the fewest that tell.
const LOOKED_AT: usize = 2_000;
const TELLING: usize = 20;

/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_200.0;

/// The standard deviation of coordinates that the log keeps to so many decimals: a step over the square root of 12. Text states
/// its steps; of numbers they are found out.
fn rounding_m(rows: &Rows) -> f64 {
    if let Some(steps) = rows.column("position.step") {
        let coarsest = rows.fixes().map(|row| f64::from(steps[row])).filter(|step| *step > 0.0).fold(0.0, f64::max);
        return coarsest * DEGREE_M / 12.0_f64.sqrt();
    }
    let lats: Vec<f64> =
        rows.fixes().filter(|row| rows.fix[*row] == FixState::Valid).map(|row| rows.lat[row]).take(LOOKED_AT).collect();
    let is_kept = |step: f64| lats.iter().all(|lat| ((lat / step).round() * step - lat).abs() < 1e-4 * step);
    // Finer steps are a few centimetres.
    let Some(step) = [1e-3, 1e-4, 1e-5, 1e-6].into_iter().find(|step| is_kept(*step)) else { return 0.0 };
    let mut distinct = lats;
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    if distinct.len() < TELLING { 0.0 } else { step * DEGREE_M / 12.0_f64.sqrt() }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{add_column, rows};
    use super::*;

    fn sigma(kind: &str, channels: &[(&str, f32)]) -> Sigma {
        let mut rows = rows(&[(0.0, 50.0, 1.0)]);
        channels.iter().for_each(|(channel, value)| add_column(&mut rows, channel, &[*value]));
        let kind = kind.parse().expect("a kind");
        let path = Path::of(&rows, 5.0).expect("a fix");
        Accuracy::of(&rows, kind).horizontal(&path, 0.0)
    }

    #[test]
    fn the_best_statement_wins() {
        let gnss = "aircraft/gnss/recorded";
        let all = [("accuracy.horizontal", 1.5), ("gps.hdop", 2.0), ("satellites", 5.0)];
        assert_eq!(sigma(gnss, &all).metres, 1.5);
        // 2.0 x 3 m.
        assert_eq!(sigma(gnss, &all[1..]).metres, 6.0);
        // 3.0 x 3 m; 0.8 x 3 m.
        assert_eq!(sigma(gnss, &all[2..]).metres, 9.0);
        assert!((sigma(gnss, &[("satellites", 16.0)]).metres - 2.4).abs() < 1e-9);
        assert_eq!(sigma(gnss, &[("satellites", 16.0), ("gps.level", 2.0)]).metres, 10.0);
        assert_eq!(sigma(gnss, &[("satellites", 3.0)]).metres, 30.0);
        assert_eq!(sigma(gnss, &[("accuracy.horizontal", 0.0)]).metres, 10.0);
        let unknown = sigma("aircraft/fused/recorded", &[]);
        assert_eq!(unknown.metres, 10.0);
        assert!(unknown.source.contains("assumed"), "{}", unknown.source);
        assert_eq!(sigma("aircraft/rtk/recorded", &[]).metres, 1.0);
    }

    /// A ten-thousandth of a degree of latitude is 11.1 m; over the root of 12 that is 3.21 m.
    #[test]
    fn few_digits_are_found_out() {
        let coarse: Vec<_> = (0..40).map(|i| (f64::from(i), 50.0 + 0.0001 * f64::from(i), 1.0)).collect();
        assert!((rounding_m(&rows(&coarse)) - 3.21).abs() < 0.01);
        let fine: Vec<_> = (0..40).map(|i| (f64::from(i), 50.0 + 0.000_012_345_67 * f64::from(i), 1.0)).collect();
        assert_eq!(rounding_m(&rows(&fine)), 0.0);
        assert_eq!(rounding_m(&rows(&coarse[..5])), 0.0);
        let mut stated = rows(&coarse[..2]);
        add_column(&mut stated, "position.step", &[1e-6, 1e-4]);
        assert!((rounding_m(&stated) - 3.21).abs() < 0.01);
    }
}
