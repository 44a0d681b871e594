//! Zones as ED-318 (EUROCAE, 2024): circles as points with an extent, heights as layers, times as limited applicability. What
//! the standard cannot say stands in the normal form in `extendedProperties`, and is told.

use std::collections::HashSet;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{
    BEYOND_180, Unsaid, geometry, instant, normal_form, passes_antimeridian, sources, time_period, write_collection,
};
use crate::zones::{
    Clock, Edge, Issue, NORMAL_FORM, Reference, Restriction, Shape, Unit, VerticalLimit, Volume, Zone, ZoneFile,
};

/// Longest `identifier`, characters.
const IDENTIFIER: usize = 7;
/// Longest short text, characters.
const SHORT_TEXT: usize = 200;
/// Most reasons of a zone.
const REASONS_OF_ONE: usize = 9;
const REASONS: [&str; 9] =
    ["AIR_TRAFFIC", "SENSITIVE", "PRIVACY", "POPULATION", "NATURE", "NOISE", "EMERGENCY", "DAR", "OTHER"];
/// The language of texts whose language is not known (ISO 639-2).
const LANGUAGE: &str = "und";
/// The country of a zone that states none: a code that ISO 3166-1 leaves to its users.
const COUNTRY: &str = "ZZZ";

/// Writes all zones of all files; gives what the format could not say.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_ed318(files: &[ZoneFile], out: &mut dyn Write) -> io::Result<Vec<String>> {
    let mut unsaid = Unsaid::default();
    let mut head = Map::new();
    head.insert("normal_form".to_owned(), NORMAL_FORM.into());
    head.insert("sources".to_owned(), sources(files));
    head.insert("metadata".to_owned(), metadata(files));
    let zones = || files.iter().flat_map(|file| &file.zones);
    let mut identifiers = Identifiers::new(zones());
    let features = zones().map(|zone| {
        let identifier = identifiers.of(zone, &mut unsaid);
        feature(zone, identifier, &mut unsaid)
    });
    write_collection(&head, features, out)?;
    Ok(unsaid.lines())
}

fn metadata(files: &[ZoneFile]) -> Value {
    let issues: Vec<Issue> = files.iter().map(|file| file.issue.clone()).collect();
    let Issue { provider, issued_ns, valid_from_ns, valid_to_ns } = Issue::of_all(&issues);
    let mut stated = Map::new();
    stated.extend(provider.map(|name| ("provider".to_owned(), texts(&[name]))));
    for (key, ns) in [("issued", issued_ns), ("validFrom", valid_from_ns), ("validTo", valid_to_ns)] {
        stated.extend(ns.map(|ns| (key.to_owned(), Value::from(instant(ns)))));
    }
    Value::Object(stated)
}

/// Identifiers of seven characters at most, each once.
struct Identifiers {
    /// Those that zones have themselves, and whether one got it.
    own: HashSet<String>,
    given: HashSet<String>,
    last: usize,
}

impl Identifiers {
    fn new<'z>(zones: impl Iterator<Item = &'z Zone>) -> Self {
        let fits = |id: &&String| (1..=IDENTIFIER).contains(&id.chars().count());
        Identifiers { own: zones.map(|z| &z.id).filter(fits).cloned().collect(), given: HashSet::new(), last: 0 }
    }

    fn of(&mut self, zone: &Zone, unsaid: &mut Unsaid) -> String {
        if self.own.contains(&zone.id) && self.given.insert(zone.id.clone()) {
            return zone.id.clone();
        }
        unsaid.note("its id is longer than 7 characters or used twice; the identifier is a counted one", zone);
        loop {
            self.last += 1;
            let counted = format!("Z{:06}", self.last);
            if !self.own.contains(&counted) {
                return counted;
            }
        }
    }
}

fn feature(zone: &Zone, identifier: String, unsaid: &mut Unsaid) -> Value {
    if passes_antimeridian(zone) {
        unsaid.note(BEYOND_180, zone);
    }
    zone.volumes.iter().for_each(|volume| note_limits(volume, zone, unsaid));
    json!({
        "type": "Feature",
        "geometry": geometry(zone, |volume, geometry| {
            if let Shape::Circle { radius_m, .. } = volume.shape {
                geometry.insert("extent".to_owned(), json!({ "subType": "Circle", "radius": radius_m }));
            }
            geometry.extend(layer(volume).map(|layer| ("layer".to_owned(), layer)));
        }),
        "properties": properties(zone, identifier, unsaid),
    })
}

fn properties(zone: &Zone, identifier: String, unsaid: &mut Unsaid) -> Value {
    let about = &zone.about;
    let (kind, condition) = kind(about.restriction);
    let mut stated = Map::new();
    let mut say = |key: &str, value: Value| stated.insert(key.to_owned(), value);
    say("identifier", identifier.into());
    if about.country.is_none() {
        unsaid.note("states no country; its country is ZZZ", zone);
    }
    say("country", about.country.as_deref().unwrap_or(COUNTRY).into());
    if let Some(name) = &zone.name {
        say("name", texts(std::slice::from_ref(name)));
    }
    say("type", kind.into());
    say("variant", "COMMON".into());
    if let Some((condition, what)) = condition {
        say("restrictionConditions", condition.into());
        unsaid.note(what, zone);
    }
    let (known, own): (Vec<&String>, Vec<&String>) =
        about.reasons.iter().partition(|reason| REASONS.contains(&reason.as_str()));
    let known: Vec<&String> = known.into_iter().take(REASONS_OF_ONE).collect();
    if !known.is_empty() {
        say("reason", json!(known));
    }
    if !own.is_empty() {
        say("otherReasonInfo", texts(&own.into_iter().cloned().collect::<Vec<_>>()));
    }
    let purpose = if about.restriction == Some(Restriction::Authorisation) { "AUTHORIZATION" } else { "INFORMATION" };
    let mut authority = Map::new();
    authority.insert("purpose".to_owned(), purpose.into());
    authority.extend(about.authority.as_ref().map(|name| ("name".to_owned(), texts(std::slice::from_ref(name)))));
    say("zoneAuthority", json!([authority]));
    if let Some(periods) = applicability(zone, unsaid) {
        say("limitedApplicability", periods);
    }
    say("extendedProperties", Value::Object(normal_form(zone)));
    Value::Object(stated)
}

/// The type of a zone; for what the standard has no word for the nearest one, its words as a condition, and what is told.
fn kind(restriction: Option<Restriction>) -> (&'static str, Option<(&'static str, &'static str)>) {
    let Some(restriction) = restriction else {
        return (
            "CONDITIONAL",
            Some(("The source states no restriction.", "states no known restriction; its type is CONDITIONAL")),
        );
    };
    let told = match restriction {
        Restriction::HeightLimit => {
            Some(("Flying is limited in height.", "is a height limit, which has no type; its type is CONDITIONAL"))
        }
        Restriction::Warning => {
            Some(("The source warns of this zone.", "is a warning, which has no type; its type is CONDITIONAL"))
        }
        Restriction::AuthorisationCeiling => Some((
            "Up to its ceiling flights can be authorised quickly; it forbids nothing.",
            "is a ceiling for quick authorisation, which has no type; its type is CONDITIONAL",
        )),
        _ => None,
    };
    let kind = match restriction.in_ed318() {
        Restriction::Prohibited => "PROHIBITED",
        Restriction::Authorisation => "REQ_AUTHORIZATION",
        Restriction::None => "NO_RESTRICTION",
        _ => "CONDITIONAL",
    };
    (kind, told)
}

/// When it is in force; `None` when always. A schedule beside "permanent" is left out, for it would make the zone smaller.
fn applicability(zone: &Zone, unsaid: &mut Unsaid) -> Option<Value> {
    let windows = &zone.about.windows;
    if windows.iter().any(|w| w.permanent && (w.start_ns.is_some() || w.end_ns.is_some() || !w.periods.is_empty())) {
        unsaid.note("is permanent beside limits in time; it is written as always in force", zone);
    }
    let local = |edge| matches!(edge, Edge::Clock { clock: Clock::Local, .. });
    if windows.iter().flat_map(|w| &w.periods).any(|p| local(p.start) || local(p.end)) {
        unsaid.note("has times of day without an offset from UTC, which the standard asks for", zone);
    }
    let always =
        |w: &crate::zones::Window| w.permanent || w.start_ns.is_none() && w.end_ns.is_none() && w.periods.is_empty();
    let limited = !windows.is_empty() && !windows.iter().any(always);
    limited.then(|| windows.iter().map(|window| Value::Object(time_period(window))).collect())
}

/// A layer can hold numbers of metres and feet above ground, sea or ellipsoid.
fn in_layer(limit: Option<&VerticalLimit>) -> Option<(&VerticalLimit, f64)> {
    let limit = limit?;
    let value = limit.value.filter(|value| value.is_finite())?;
    let fits = limit.unit != Unit::FlightLevel && !matches!(limit.reference, Reference::Takeoff | Reference::Standard);
    fits.then_some((limit, value))
}

/// Floor and ceiling of a volume; `None` when there is nothing to say.
fn layer(volume: &Volume) -> Option<Value> {
    let (lower, upper) = (in_layer(volume.lower.as_ref()), in_layer(volume.upper.as_ref()));
    let unit = common_unit(lower, upper);
    let mut layer = Map::new();
    for (limit, value, reference) in [(lower, "lower", "lowerReference"), (upper, "upper", "upperReference")] {
        let Some((limit, number)) = limit else { continue };
        let number = if limit.unit == unit { number } else { limit.metres().unwrap_or(number) };
        layer.insert(value.to_owned(), json!(number));
        let name = match limit.reference {
            Reference::Agl => "AGL",
            Reference::Amsl => "AMSL",
            Reference::Wgs84 => "WGS84",
            _ => continue,
        };
        layer.insert(reference.to_owned(), name.into());
    }
    if layer.is_empty() {
        return None;
    }
    layer.insert("uom".to_owned(), unit.as_str().into());
    Some(Value::Object(layer))
}

/// The unit of both; metres when they differ. Zero is the same in any.
fn common_unit(lower: Option<(&VerticalLimit, f64)>, upper: Option<(&VerticalLimit, f64)>) -> Unit {
    let mut units =
        [lower, upper].into_iter().flatten().filter(|(_, value)| *value != 0.0).map(|(limit, _)| limit.unit);
    match (units.next(), units.next()) {
        (Some(one), None) => one,
        (Some(one), Some(other)) if one == other => one,
        _ => Unit::Metre,
    }
}

/// Tells what of the limits of a volume its layer does not say.
fn note_limits(volume: &Volume, zone: &Zone, unsaid: &mut Unsaid) {
    for limit in [&volume.lower, &volume.upper].into_iter().flatten() {
        let what = match limit {
            VerticalLimit { value: None, .. } => {
                "has a floor or ceiling that was not understood; its layer leaves it out"
            }
            VerticalLimit { value: Some(value), .. } if !value.is_finite() => continue,
            VerticalLimit { reference: Reference::Standard, .. } | VerticalLimit { unit: Unit::FlightLevel, .. } => {
                "has a floor or ceiling by standard pressure; its layer leaves it out"
            }
            VerticalLimit { reference: Reference::Takeoff, .. } => {
                "has a floor or ceiling above take-off; its layer leaves it out"
            }
            VerticalLimit { reference: Reference::Unknown, .. } => {
                "has a floor or ceiling above nobody says what; its layer has no reference for it"
            }
            _ => continue,
        };
        unsaid.note(what, zone);
    }
    let numbers = [in_layer(volume.lower.as_ref()), in_layer(volume.upper.as_ref())];
    let unit = common_unit(numbers[0], numbers[1]);
    if numbers.into_iter().flatten().any(|(limit, value)| value != 0.0 && limit.unit != unit) {
        unsaid.note("has a floor and a ceiling in different units; its layer has both in metres", zone);
    }
}

/// A list of texts whose language is not known, cut to the length that the standard allows.
fn texts(list: &[String]) -> Value {
    let text = |text: &String| {
        let cut: String = text.chars().take(SHORT_TEXT).collect();
        json!({ "text": cut, "lang": LANGUAGE })
    };
    list.iter().map(text).collect()
}
