//! Layers of the FAA (US), known by their columns whatever file carries them: flight restrictions over national security sites
//! (14 CFR 99.7) and facility maps, whose cells are ceilings for quick authorisations and forbid nothing.

use super::instant::{self, Side};
use super::properties::Properties;
use super::report::{Place, Report, short};
use super::vertical::{Limits, Reference, Unit, VerticalLimit};
use super::window::Window;
use super::zone::{About, Restriction};

/// Completes what the columns of such a layer mean; other features stay as they are.
pub fn complete(
    properties: &Properties,
    about: &mut About,
    limits: &mut Limits,
    place: &mut Place,
    report: &mut Report,
) {
    let has = |names: &[&str]| names.iter().all(|name| properties.has(name));
    if has(&["faaid", "floor", "ceiling"]) && (properties.has("facility") || properties.has("base")) {
        security_restriction(properties, about, limits, place, report);
    } else if has(&["ceiling", "unit"]) && (properties.has("mapeff") || properties.has("apt1faaid")) {
        facility_map(properties, about, limits, place, report);
    }
}

/// Layers `DoD_Mar_13`, `Part_Time_National_Security_UAS_Flight_Restrictions`, `UAS_NSR_Pending`.
fn security_restriction(
    properties: &Properties,
    about: &mut About,
    limits: &mut Limits,
    place: &mut Place,
    report: &mut Report,
) {
    about.restriction = Some(Restriction::Prohibited);
    about.legal_basis = Some("faa-99.7-nsufr".to_owned());
    about.authority = properties.text(&["proponent"]);
    if let Some(ceiling) = limits.upper.as_mut().filter(|l| l.reference == Reference::Unknown && l.value.is_some()) {
        ceiling.reference = Reference::Agl;
        let what = format!(
            "its ceiling {:?} names no reference: the notices under 14 CFR 99.7 count from the ground, which was taken",
            short(&ceiling.raw)
        );
        report.ambiguous(place, "ceilings of security restrictions without a reference", what);
    }
    let (start, end) = (properties.find(&["activetime"]), properties.find(&["endtime"]));
    if start.is_none() && end.is_none() {
        return;
    }
    let mut bound = |value: Option<&serde_json::Value>, side| {
        instant::read(value?, side).map(|instant| instant.map(|i| i.ns)).unwrap_or_else(|words| {
            let what = format!("its time {words:?} was not understood; the restriction counts as in force there");
            report.warn(place, "times of validity that were not understood", what);
            None
        })
    };
    let (start_ns, end_ns) = (bound(start, Side::Start), bound(end, Side::End));
    let words = |name: &str, value: Option<&serde_json::Value>| value.map(|value| format!("{name} {value}"));
    let raw = [words("ACTIVETIME", start), words("ENDTIME", end)].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let (start_ns, end_ns) = match (start_ns, end_ns) {
        (Some(start), Some(end)) if end < start => {
            let what = "it ends before it becomes active; it counts as in force, since it may be".to_owned();
            report.warn(place, "times of validity that were not understood", what);
            (None, None)
        }
        both => both,
    };
    about.windows = vec![Window { start_ns, end_ns, permanent: false, periods: Vec::new(), raw }];
}

/// Layers `FAA_UAS_FacilityMap_Data`: from the surface to the height up to which a flight can be authorised at once. The
/// heights of facility maps are above ground.
fn facility_map(
    properties: &Properties,
    about: &mut About,
    limits: &mut Limits,
    place: &mut Place,
    report: &mut Report,
) {
    about.restriction = Some(Restriction::AuthorisationCeiling);
    about.legal_basis = Some("14 CFR 107.41".to_owned());
    about.facility = Some("facility map cell".to_owned());
    about.sector = None;
    if place.name.is_none() {
        place.name = properties.text(&["apt1name"]);
    }
    if let Some(upper) = limits.upper.as_mut() {
        upper.reference = Reference::Agl;
    }
    limits.lower = limits.lower.take().or_else(|| {
        let raw = String::new();
        Some(VerticalLimit { value: Some(0.0), unit: Unit::Foot, reference: Reference::Agl, raw })
    });
    // Maps take effect airport by airport; the file as a whole is what holds since the last of them.
    match properties.find(&["mapeff"]).map(|value| instant::read(value, Side::Start)) {
        Some(Ok(Some(instant))) => {
            let latest = report.issue.valid_from_ns.map_or(instant.ns, |known| known.max(instant.ns));
            report.issue.valid_from_ns = Some(latest);
        }
        Some(Err(words)) => {
            let what = format!("MAP_EFF {words:?} is no date; since when its ceiling holds is not known");
            report.warn(place, "facility map cells without a date", what);
        }
        Some(Ok(None)) | None => {}
    }
}
