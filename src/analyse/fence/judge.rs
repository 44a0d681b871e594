//! One zone and one track put together: where, how high, when, how certain. All of this is worked out for zones that the track
//! came to, and for no other.

use std::borrow::Cow;
use std::cell::OnceCell;

use geo::Coord;

use super::accuracy::{Accuracy, with_outline};
use super::approach::{self, Approach};
use super::certainty::{self, Grounds};
use super::deepest::deepest;
use super::edges;
use super::encounter::{Closest, Encounter, Entry, Verdict, Whose, rounded_m};
use super::footprint::{Footprint, ON_EDGE_M, Part};
use super::heights::Heights;
use super::path::{Path, Stretch, united};
use super::{Fence, force, inside, stay, vertical};
use crate::track::Kind;
use crate::zones::{EdgeRule, Volume, nearest_turn, polygon_bbox};

/// A track on its way through the zones.
pub struct Flown<'p> {
    path: &'p Path<'p>,
    kind: Kind,
    accuracy: OnceCell<Accuracy<'p>>,
}

impl<'p> Flown<'p> {
    pub fn of(path: &'p Path<'p>, kind: Kind) -> Self {
        Flown { path, kind, accuracy: OnceCell::new() }
    }

    fn accuracy(&self) -> &Accuracy<'p> {
        self.accuracy.get_or_init(|| Accuracy::of(self.path.rows(), self.kind))
    }
}

/// The horizontal part of an encounter.
struct Met {
    /// Along the path: where the encounter begins, and the closest approach or the deepest place.
    begins: f64,
    s: f64,
    /// Metres to the edge, negative inside.
    signed_m: f64,
    edge: Coord<f64>,
    stays: Vec<Stretch>,
    /// Parts of the path to be judged by height, volume by volume.
    by_volume: Vec<(usize, Vec<Stretch>)>,
}

impl Fence<'_> {
    /// The encounter with the zone of these parts, and where along the path it begins.
    pub(super) fn encounter(&self, flown: &Flown<'_>, parts: &[usize]) -> Option<(f64, Encounter)> {
        let path = flown.path;
        let number = self.index.zone_of(*parts.first()?);
        let (zone, file) = (self.index.zones[number], self.index.files[number]);
        let rule_m = self.rules.distance_m(number);
        let within_m = self.settings.within_m.max(rule_m);
        let (owners, footprints): (Vec<usize>, Vec<Footprint>) = parts
            .iter()
            .flat_map(|&part| {
                let placed = self.index.footprints(part, &path.bbox, within_m + 2.0 * ON_EDGE_M);
                placed.into_iter().map(move |footprint| (part, footprint))
            })
            .unzip();
        let met = entered(path, &owners, &footprints).or_else(|| came_near(path, &owners, &footprints, within_m))?;
        let inside = !met.stays.is_empty();

        let accuracy = flown.accuracy();
        let heights = Heights::of(path, accuracy, self.terrain);
        let judged = vertical::together(
            self.volumes(&met).into_iter().map(|(volume, s)| vertical::judge(path, &heights, volume, &s)).collect(),
        )?;
        let entries: Vec<Entry> =
            met.stays.iter().map(|one| stay::entry(path, *one, judged.between.as_deref())).collect();
        let is_weak = if inside {
            entries.iter().all(|entry| entry.weak)
        } else {
            rests_on_weak(path, met.s) && approach::closest_sound(path, &footprints, within_m).is_none()
        };
        let sigma = with_outline(accuracy.horizontal(path, met.s), zone, file);
        let certainty = certainty::judge(&Grounds {
            signed_m: met.signed_m,
            sigma: &sigma,
            is_weak,
            height_in_doubt: judged.in_doubt,
            // What is near by a rule is judged by the distance of that rule.
            within_m: if met.signed_m <= rule_m { rule_m } else { within_m },
        });
        let whole = if inside { met.stays.clone() } else { vec![Stretch { from: met.s, to: met.s }] };
        let spans = if judged.possible.is_empty() { &whole } else { &judged.possible };
        let time = force::judge(path, zone, spans, self.settings.clock_error_s);

        let rule = self.rules.applied(number, met.signed_m.max(0.0));
        let law = rule.as_ref().map(|rule| format!("{}, {}", rule.legal_basis.statute, rule.legal_basis.article));

        let mut warnings = zone.warnings.clone();
        warnings.extend(force::file_warnings(path, file));
        let encounter = Encounter {
            zone_id: zone.id.clone(),
            zone_name: zone.name.clone(),
            sector: zone.kind().map(str::to_owned),
            zone_source: zone.source.label.clone(),
            verdict: Verdict { whose: Whose::from(flown.kind), inside },
            certainty: certainty.certainty,
            height_verdict: judged.verdict,
            time_verdict: time.verdict,
            closest: closest(path, &met, sigma.metres, sigma.source),
            entries,
            certainty_reason: certainty.text,
            possibly_inside: certainty.possibly_inside,
            height_range: judged.range,
            time_reason: time.text,
            restriction: zone.about.restriction.or(rule.as_ref().and_then(|rule| rule.restriction)),
            legal_basis: zone.about.legal_basis.clone().or(law),
            rule,
            facility: zone.about.facility.clone(),
            authority: zone.about.authority.clone(),
            edge_rule: self.edge_rule(path, parts, inside),
            warnings,
            zone_sha256: zone.source.sha256.to_string(),
            audit: String::new(),
        };
        Some((met.begins, encounter))
    }

    /// What is judged by height: the parts of one volume together.
    fn volumes(&self, met: &Met) -> Vec<(&Volume, Vec<Stretch>)> {
        let mut volumes: Vec<(&Volume, Vec<Stretch>)> = Vec::new();
        for (part, stretches) in &met.by_volume {
            let volume = self.index.volume_of(*part);
            match volumes.iter_mut().find(|(known, _)| std::ptr::eq(*known, volume)) {
                Some((_, known)) => known.extend_from_slice(stretches),
                None => volumes.push((volume, stretches.clone())),
            }
        }
        volumes.into_iter().map(|(volume, stretches)| (volume, united(stretches))).collect()
    }

    /// Whether the verdict would be another one with the corners joined the other way, in words.
    fn edge_rule(&self, path: &Path<'_>, parts: &[usize], inside: bool) -> Option<String> {
        /// Less cannot be told from rounding.
        const TOLD_M: f64 = 0.05;
        let mut separation_m: f64 = 0.0;
        let mut rule = EdgeRule::Straight;
        let mut other_inside = false;
        for &part in parts {
            let polygon = self.index.polygon_of(part);
            let apart_m = polygon.map_or(0.0, edges::separation_m);
            let placed = match polygon.filter(|_| apart_m > TOLD_M) {
                Some(polygon) => {
                    separation_m = separation_m.max(apart_m);
                    rule = self.index.volume_of(part).edges;
                    let other = match rule {
                        EdgeRule::Geodesic => Cow::Borrowed(polygon),
                        EdgeRule::Straight | EdgeRule::Unstated => edges::along_geodesics(polygon),
                    };
                    let bbox = polygon_bbox(&other);
                    self.index.placed(&Part::Polygon(other), bbox, &path.bbox, 2.0 * ON_EDGE_M)
                }
                None => self.index.footprints(part, &path.bbox, 2.0 * ON_EDGE_M),
            };
            other_inside |= placed.iter().any(|footprint| !inside::stretches(path, footprint).is_empty());
        }
        if separation_m <= TOLD_M || other_inside == inside {
            return None;
        }
        let (taken, other) = match rule {
            EdgeRule::Geodesic => {
                ("by the shortest lines on the ground, as its format has it", "straight in longitude and latitude")
            }
            EdgeRule::Straight => {
                ("straight in longitude and latitude, as its format has it", "by the shortest lines on the ground")
            }
            EdgeRule::Unstated => {
                ("straight in longitude and latitude; its format does not say", "by the shortest lines on the ground")
            }
        };
        let verdict = if other_inside { "inside" } else { "not inside" };
        Some(format!(
            "the verdict depends on how the corners of the outline are joined: {taken}; {other} it would be {verdict} \
             (the two run about {separation_m:.1} m apart)"
        ))
    }
}

/// A path that is inside.
fn entered(path: &Path<'_>, owners: &[usize], footprints: &[Footprint]) -> Option<Met> {
    let by_part: Vec<Vec<Stretch>> = footprints.iter().map(|footprint| inside::stretches(path, footprint)).collect();
    let stays = united(by_part.iter().flatten().copied().collect());
    let begins = stays.first()?.from;
    let deep = deepest(path, footprints, &by_part, &stays);
    let by_volume = owners.iter().copied().zip(by_part).filter(|(_, stretches)| !stretches.is_empty()).collect();
    Some(Met { begins, s: deep.s, signed_m: -deep.depth_m, edge: deep.edge, stays, by_volume })
}

/// A path that is not inside.
fn came_near(path: &Path<'_>, owners: &[usize], footprints: &[Footprint], within_m: f64) -> Option<Met> {
    /// Volumes above each other have the same outline.
    const SAME_M: f64 = 0.01;
    let Approach { s, metres, edge } =
        (within_m > 0.0).then(|| approach::closest(path, footprints, within_m)).flatten()?;
    let place = path.at(s);
    let is_nearest = |footprint: &Footprint| match footprint.radius_m {
        Some(radius_m) => super::plane::geodesic_m(place, footprint.centre()) - radius_m <= metres + SAME_M,
        None => approach::from_edge(place, footprint).0 <= metres + SAME_M,
    };
    let here = vec![Stretch { from: s, to: s }];
    let nearest = owners.iter().zip(footprints).filter(|(_, footprint)| is_nearest(footprint));
    let by_volume = nearest.map(|(owner, _)| (*owner, here.clone())).collect();
    // A place that is not inside is at least the last printed digit away.
    Some(Met { begins: s, s, signed_m: metres.max(1e-4), edge, stays: Vec::new(), by_volume })
}

/// Whether an approach lies on a piece that proves nothing by itself, or at a suspect fix.
fn rests_on_weak(path: &Path<'_>, s: f64) -> bool {
    match path.fix_at(s) {
        Some(fix) => path.is_suspect(fix),
        None => path.is_weak(s.max(0.0) as usize),
    }
}

fn closest(path: &Path<'_>, met: &Met, sigma_m: f64, sigma_source: String) -> Closest {
    let moment = path.moment(met.s);
    let (lat, lon) = path.lat_lon(met.s);
    let (height_m, height_reference) = path.height(met.s).unzip();
    let round = |degrees: f64| (degrees * 1e9).round() / 1e9;
    Closest {
        distance_m: rounded_m(met.signed_m.max(0.0)),
        signed_distance_m: rounded_m(met.signed_m),
        sigma_m: (sigma_m * 100.0).round() / 100.0,
        sigma_source,
        edge_lat: round(met.edge.y),
        edge_lon: round(nearest_turn(met.edge.x, 0.0)),
        utc_ns: moment.utc_ns,
        local_ns: moment.local_ns,
        elapsed_s: moment.elapsed_ns.map(|ns| ns as f64 / 1e9),
        lat,
        lon,
        height_m,
        height_reference,
    }
}
