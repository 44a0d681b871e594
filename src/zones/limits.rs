//! Floor and ceiling of a volume in ED-269 and ED-318, where each is a number, its reference and a unit that both share; what
//! is not said there has a meaning, which is told.

use serde_json::Value;

use super::properties::text_of;
use super::report::{Place, Report, short};
use super::vertical::{Limits, Reference, Unit, VerticalLimit};

/// How a format calls them.
pub struct Names {
    pub lower: &'static str,
    pub lower_reference: &'static str,
    pub upper: &'static str,
    pub upper_reference: &'static str,
    pub unit: &'static str,
}

/// ED-269: members of a volume.
pub const VOLUME: Names = Names {
    lower: "lowerLimit",
    lower_reference: "lowerVerticalReference",
    upper: "upperLimit",
    upper_reference: "upperVerticalReference",
    unit: "uomDimensions",
};

/// ED-318: members of the `layer` of a geometry.
pub const LAYER: Names = Names {
    lower: "lower",
    lower_reference: "lowerReference",
    upper: "upper",
    upper_reference: "upperReference",
    unit: "uom",
};

/// A ceiling that stands for none (Switzerland).
const NO_CEILING: f64 = 99_999.0;

/// The unit of a volume; metres where none is said (the default of ED-318).
pub fn unit(object: &Value, names: &Names, place: &mut Place, report: &mut Report) -> Unit {
    let Some(word) = text_of(&object[names.unit]) else { return Unit::Metre };
    Unit::of(&word).unwrap_or_else(|| {
        let what = format!("its unit {:?} was not understood; metres were taken", short(&word));
        report.warn(place, "units that were not understood", what);
        Unit::Metre
    })
}

/// Reads both limits. A floor without a number is the surface, a ceiling without one no limit.
pub fn read(object: &Value, names: &Names, place: &mut Place, report: &mut Report) -> Limits {
    let unit = unit(object, names, place, report);
    let lower = match words(&object[names.lower]) {
        Some(raw) => Some(limit(&raw, &object[names.lower_reference], unit, place, report)),
        None => {
            report.deviation(&place.index, "the floor has no number: it is the surface");
            let raw = object[names.lower].to_string();
            Some(VerticalLimit { value: Some(0.0), unit, reference: Reference::Agl, raw })
        }
    };
    let upper = match words(&object[names.upper]) {
        Some(raw) => {
            let mut upper = limit(&raw, &object[names.upper_reference], unit, place, report);
            if upper.value == Some(NO_CEILING) {
                report.deviation(&place.index, "the ceiling is 99999, which stands for none: it is without limit");
                upper.value = Some(f64::INFINITY);
            }
            Some(upper)
        }
        None => {
            report.deviation(&place.index, "the ceiling has no number: it is without limit");
            let reference = reference(&object[names.upper_reference], place, report);
            let raw = object[names.upper].to_string();
            Some(VerticalLimit { value: Some(f64::INFINITY), unit, reference, raw })
        }
    };
    let limits = Limits { lower, upper };
    limits.tell_unknown(place, report);
    limits
}

/// What stands in place of a number, if anything does.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(_) | Value::Number(_) => text_of(value),
        other => Some(other.to_string()),
    }
}

fn limit(raw: &str, beside: &Value, unit: Unit, place: &mut Place, report: &mut Report) -> VerticalLimit {
    VerticalLimit::read(raw, Some(unit), Some(reference(beside, place, report)))
}

fn reference(value: &Value, place: &mut Place, report: &mut Report) -> Reference {
    let Some(word) = words(value) else { return Reference::Unknown };
    Reference::of(&word).unwrap_or_else(|| {
        let what = format!("its height reference {:?} was not understood; it counts as unknown", short(&word));
        report.warn(place, "height references that were not understood", what);
        Reference::Unknown
    })
}
