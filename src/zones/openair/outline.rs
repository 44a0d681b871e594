//! The outline of one OpenAir record, built line by line: points, arcs, circles, and the middle line of an airway.

use geo::{Bearing as _, Coord, Distance as _, Geodesic, Point};

use super::coordinates::{Written, coordinate};
use super::notes::Notes;
use crate::zones::report::{Place, Report, short};
use crate::zones::shape::arc::{Arc, MAX_RADIUS_M, strip};
use crate::zones::shape::polygon::polygon;
use crate::zones::zone::Shape;

const METRES_PER_NM: f64 = 1852.0;
/// Radii at both ends of an arc that differ by more than this and by more than 1 % are told: whole seconds explain less.
const RADIUS_DIFFERENCE_M: f64 = 100.0;
/// Chords of all arcs of one file.
pub const CHORD_BUDGET: usize = 5_000_000;

#[derive(Default)]
pub struct Outline {
    centre: Option<Coord<f64>>,
    is_counter_clockwise: bool,
    /// Of an airway, from edge to edge.
    width_m: Option<f64>,
    points: Vec<Coord<f64>>,
    /// Centre and radius in metres.
    circles: Vec<(Coord<f64>, f64)>,
    airway: Vec<Coord<f64>>,
    has_arcs: bool,
}

impl Outline {
    pub fn is_empty(&self) -> bool {
        self.points.is_empty() && self.circles.is_empty() && self.airway.is_empty()
    }

    /// Whether some of it is drawn with chords.
    pub fn has_chords(&self) -> bool {
        self.has_arcs || !self.airway.is_empty()
    }

    /// Takes one line of geometry. `budget` holds the chords that the file may still use.
    ///
    /// # Errors
    /// Why the line cannot be used, and so the record.
    pub fn line(&mut self, command: &str, words: &str, budget: &mut usize, notes: &mut Notes) -> Result<(), String> {
        match command {
            "DP" => {
                let place = only_place(words, notes)?;
                self.push(place);
            }
            "DY" => self.airway.push(only_place(words, notes)?),
            "DC" => {
                let radius = length(words)?;
                self.circles.push((self.centre()?, radius));
            }
            "DA" => self.arc_by_angles(words, budget, notes)?,
            "DB" => self.arc_by_ends(words, budget, notes)?,
            other => return Err(format!("{} is no known command of an outline", short(other))),
        }
        Ok(())
    }

    /// Takes the words of a `V` line; `false` when it says nothing about the outline.
    ///
    /// # Errors
    /// As [`Outline::line`].
    pub fn variable(&mut self, words: &str, notes: &mut Notes) -> Result<bool, String> {
        let (name, value) = words.split_once('=').unwrap_or((words, ""));
        match name.trim().to_ascii_uppercase().as_str() {
            "X" => self.centre = Some(only_place(value, notes)?),
            "D" => {
                self.is_counter_clockwise = match value.trim() {
                    "+" => false,
                    "-" => true,
                    other => return Err(format!("V D={} is no direction, which is + or -", short(other))),
                }
            }
            "W" => self.width_m = Some(length(value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn centre(&self) -> Result<Coord<f64>, String> {
        self.centre.ok_or_else(|| "has no centre (V X=) before it".to_owned())
    }

    /// Ends of arcs are stated twice by habit: that is no repetition.
    fn push(&mut self, place: Coord<f64>) {
        if self.points.last() != Some(&place) {
            self.points.push(place);
        }
    }

    /// `DA radius, start, end`: nautical miles and degrees clockwise from north.
    fn arc_by_angles(&mut self, words: &str, budget: &mut usize, notes: &mut Notes) -> Result<(), String> {
        let centre = self.centre()?;
        let fields: Vec<&str> = words.split(',').map(str::trim).collect();
        let [radius, start, end] = fields[..] else {
            return Err(format!("{:?} are not radius, first and last angle", short(words.trim())));
        };
        let angle = |word: &str| {
            let angle = word.parse::<f64>().ok().filter(|a| (-360.0..=720.0).contains(a));
            angle.ok_or_else(|| format!("{:?} is no angle", short(word)))
        };
        let (radius, start, end) = (length(radius)?, angle(start)?, angle(end)?);
        let sweep_deg = self.sweep(start, end, notes);
        let arc = Arc { centre, start_deg: start, sweep_deg, start_radius_m: radius, end_radius_m: radius };
        spend(&arc, budget)?;
        arc.points().for_each(|place| self.push(place));
        self.has_arcs = true;
        Ok(())
    }

    /// `DB first, last`: both ends as places.
    fn arc_by_ends(&mut self, words: &str, budget: &mut usize, notes: &mut Notes) -> Result<(), String> {
        let centre = self.centre()?;
        let first = coordinate(words)?;
        let last = coordinate(first.rest)?;
        notes.written(&first);
        notes.written(&last);
        notes.behind(last.rest);
        let to = |place: Coord<f64>| {
            let (from, to) = (Point::from(centre), Point::from(place));
            (Geodesic.bearing(from, to), Geodesic.distance(from, to))
        };
        let ((start_deg, start_radius_m), (end_deg, end_radius_m)) = (to(first.place), to(last.place));
        let difference = (start_radius_m - end_radius_m).abs();
        if difference > RADIUS_DIFFERENCE_M && difference > 0.01 * start_radius_m {
            notes.warn(
                "arcs whose ends are not equally far from the centre",
                format!(
                    "an arc begins {start_radius_m:.0} m and ends {end_radius_m:.0} m from its centre; its radius was \
                     taken to change evenly"
                ),
            );
        }
        let sweep_deg = self.sweep(start_deg, end_deg, notes);
        let arc = Arc { centre, start_deg, sweep_deg, start_radius_m, end_radius_m };
        spend(&arc, budget)?;
        let inner = arc.chords().saturating_sub(1);
        self.push(first.place);
        arc.points().skip(1).take(inner).for_each(|place| self.push(place));
        self.push(last.place);
        self.has_arcs = true;
        Ok(())
    }

    /// Clockwise positive; from an angle to itself it is a whole turn.
    fn sweep(&self, start_deg: f64, end_deg: f64, notes: &mut Notes) -> f64 {
        let sign = if self.is_counter_clockwise { -1.0 } else { 1.0 };
        let sweep = (sign * (end_deg - start_deg)).rem_euclid(360.0);
        if sweep > 0.0 {
            return sign * sweep;
        }
        if start_deg == end_deg {
            notes.ambiguous(
                "arcs from an angle to itself",
                "an arc ends where it begins: nothing or a whole circle; it was taken as a whole circle".to_owned(),
            );
        }
        sign * 360.0
    }

    /// All shapes of the record; parts that cannot be used are skipped unless nothing else is left.
    ///
    /// # Errors
    /// Why there is no shape at all.
    pub fn shapes(self, budget: &mut usize, place: &mut Place, report: &mut Report) -> Result<Vec<Shape>, String> {
        let mut shapes = Vec::new();
        let mut reasons = Vec::new();
        if !self.points.is_empty() {
            match polygon(&[&self.points], "", place, report) {
                Ok(polygon) => shapes.push(Shape::Polygons(vec![polygon])),
                Err(reason) => reasons.push(reason),
            }
        }
        if !self.airway.is_empty() {
            match corridor(&self.airway, self.width_m, budget, place, report) {
                Ok(shape) => shapes.push(shape),
                Err(reason) => reasons.push(reason),
            }
        }
        let circle = |&(c, radius_m): &(Coord<f64>, f64)| Shape::Circle { lat: c.y, lon: c.x, radius_m };
        shapes.extend(self.circles.iter().map(circle));
        if shapes.is_empty() {
            return Err(reasons.into_iter().next().unwrap_or_else(|| "has no outline".to_owned()));
        }
        for reason in reasons {
            report.skip(place.index.clone(), place.name.clone(), format!("a part of its outline: {reason}"));
        }
        Ok(shapes)
    }
}

/// An airway: all within half its width of its middle line, ends and bends round.
fn corridor(
    line: &[Coord<f64>],
    width_m: Option<f64>,
    budget: &mut usize,
    place: &mut Place,
    report: &mut Report,
) -> Result<Shape, String> {
    let width = width_m.filter(|w| *w > 0.0).ok_or("it is an airway (DY) without a width (V W=)")?;
    let mut strips = Vec::new();
    for (a, b) in line.iter().zip(line.iter().skip(1)).filter(|(a, b)| a != b) {
        let end = Arc { centre: *a, start_deg: 0.0, sweep_deg: 360.0, start_radius_m: width, end_radius_m: width };
        spend(&end, budget)?;
        strips.push(polygon(&[&closed(strip(*a, *b, width / 2.0))], "", place, report)?);
    }
    if strips.is_empty() {
        return Err("it is an airway (DY) with less than two places".to_owned());
    }
    let what = format!(
        "is an airway of {:.3} NM width: taken as all that lies within half of it of the middle line, its ends round",
        width / METRES_PER_NM
    );
    report.ambiguous(place, "airways", what);
    Ok(Shape::Polygons(strips))
}

fn closed(mut ring: Vec<Coord<f64>>) -> Vec<Coord<f64>> {
    ring.extend(ring.first().copied());
    ring
}

/// Refuses an arc that is too large, or one chord too many for the file.
fn spend(arc: &Arc, budget: &mut usize) -> Result<(), String> {
    if arc.start_radius_m.max(arc.end_radius_m) > MAX_RADIUS_M {
        return Err(format!("an arc of more than {:.0} NM is not drawn", MAX_RADIUS_M / METRES_PER_NM));
    }
    let left = budget.checked_sub(arc.chords());
    *budget = left.ok_or_else(|| format!("the arcs of the file need more than {CHORD_BUDGET} chords"))?;
    Ok(())
}

/// A place with nothing behind it.
fn only_place(words: &str, notes: &mut Notes) -> Result<Coord<f64>, String> {
    let written: Written<'_> = coordinate(words)?;
    notes.written(&written);
    notes.behind(written.rest);
    Ok(written.place)
}

/// Nautical miles in metres.
fn length(words: &str) -> Result<f64, String> {
    let words = words.trim();
    let number = words.strip_suffix("NM").or_else(|| words.strip_suffix("nm")).unwrap_or(words).trim();
    let metres = number.parse::<f64>().ok().map(|nm| nm * METRES_PER_NM);
    // Half the circumference of the Earth is the farthest that a place can be.
    let usable = metres.filter(|m| (0.0..20_037_508.0).contains(m));
    usable.ok_or_else(|| format!("{:?} is no length in nautical miles", short(words)))
}
