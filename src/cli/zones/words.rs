//! Zones in words for people.

use crate::evidence::label::printable;
use crate::track::utc_text;
use crate::zones::{
    ALL_DAYS, Clock, DAY_NAMES, Edge, EdgeRule, Issue, Period, Reference, Shape, SunEvent, Unit, VerticalLimit, Volume,
    Window, Zone,
};

/// What a file says about itself, where it does.
pub fn issue(issue: &Issue) -> Option<String> {
    let time = |word: &str, ns: Option<i64>| ns.map(|ns| format!("{word} {}", utc_text(ns)));
    let parts = [
        issue.provider.as_deref().map(|name| format!("by {}", printable(name))),
        time("issued", issue.issued_ns),
        time("valid from", issue.valid_from_ns),
        time("valid to", issue.valid_to_ns),
    ];
    let words = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    (!words.is_empty()).then_some(words)
}

/// A line for what it is, one for each volume and one for when it is in force.
pub fn zone(zone: &Zone) -> String {
    let about = &zone.about;
    let facility = about.facility.as_deref().filter(|word| Some(*word) != about.sector.map(|sector| sector.as_str()));
    let parts = [
        about.sector.map(|sector| sector.as_str().to_owned()),
        facility.map(|word| format!("the source says {}", printable(word))),
        about.restriction.map(|restriction| format!("restriction {}", restriction.as_str())),
        about.authority.as_deref().map(|name| format!("by {}", printable(name))),
        about.accuracy_m.map(|metres| format!("outline within {metres} m")),
    ];
    let title = std::iter::once(printable(zone.title())).chain(parts.into_iter().flatten());
    let mut text = format!("  {}\n", title.collect::<Vec<_>>().join(", "));
    for volume in &zone.volumes {
        text += &format!("    {}\n", volume_words(volume));
    }
    for window in &about.windows {
        text += &format!("    in force {}\n", window_words(window));
    }
    text
}

fn volume_words(volume: &Volume) -> String {
    let shape = match &volume.shape {
        Shape::Circle { lat, lon, radius_m } => {
            format!("circle of {} m around {}, {}", rounded(*radius_m, 3), rounded(*lat, 7), rounded(*lon, 7))
        }
        Shape::Polygons(polygons) => {
            let corners: usize = polygons.iter().map(|p| p.exterior().0.len().saturating_sub(1)).sum();
            let holes: usize = polygons.iter().map(|p| p.interiors().len()).sum();
            let edges = match volume.edges {
                EdgeRule::Straight => "",
                EdgeRule::Geodesic => ", edges are geodesics",
                EdgeRule::Unstated => ", how corners are joined is not stated",
            };
            format!(
                "{}, {}, {}{edges}",
                count(polygons.len(), "polygon"),
                count(corners, "corner"),
                count(holes, "hole")
            )
        }
    };
    let lower = volume.lower.as_ref().filter(|limit| limit.raw != "null").map_or("surface".to_owned(), limit);
    format!("{shape}, from {lower} to {}", volume.upper.as_ref().map_or("unlimited".to_owned(), limit))
}

/// For people: what stands behind so many digits is no place.
fn rounded(number: f64, digits: i32) -> f64 {
    let scale = 10.0_f64.powi(digits);
    (number * scale).round() / scale
}

fn count(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// A floor or ceiling with its unit and what it is measured from; the file's own words where it is not understood.
fn limit(limit: &VerticalLimit) -> String {
    let reference = limit.reference.as_str();
    match limit.value {
        Some(value) if value.is_infinite() => "unlimited".to_owned(),
        Some(0.0) if limit.reference == Reference::Agl => "surface".to_owned(),
        Some(value) if limit.unit == Unit::FlightLevel => format!("FL{value}"),
        Some(value) => format!("{value} {} {reference}", limit.unit.as_str()),
        None => format!("{:?} (not understood)", printable(&limit.raw)),
    }
}

/// `from 2022-06-15T09:00:00.000Z, SAT SUN 17:00 to 24:00 UTC`
fn window_words(window: &Window) -> String {
    let time = |word: &str, ns: Option<i64>| ns.map(|ns| format!("{word} {}", utc_text(ns)));
    let hours: Vec<String> = window.periods.iter().map(period_words).collect();
    let parts = [
        window.permanent.then(|| "permanently".to_owned()),
        time("from", window.start_ns),
        time("until", window.end_ns),
        Some(hours.join(" and ")).filter(|hours| !hours.is_empty()),
    ];
    let words = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    if words.is_empty() { "always".to_owned() } else { words }
}

fn period_words(period: &Period) -> String {
    let named = DAY_NAMES.iter().enumerate().filter(|(bit, _)| period.days >> bit & 1 == 1).map(|(_, name)| *name);
    let days = if period.days == ALL_DAYS { "every day".to_owned() } else { named.collect::<Vec<_>>().join(" ") };
    if period.is_whole_week() {
        return days;
    }
    format!("{days} {} to {}", edge_words(period.start), edge_words(period.end))
}

fn edge_words(edge: Edge) -> String {
    let (second, clock) = match edge {
        Edge::Sun(SunEvent::MorningTwilight) => return "the begin of civil twilight".to_owned(),
        Edge::Sun(SunEvent::Sunrise) => return "sunrise".to_owned(),
        Edge::Sun(SunEvent::Sunset) => return "sunset".to_owned(),
        Edge::Sun(SunEvent::EveningTwilight) => return "the end of civil twilight".to_owned(),
        Edge::Clock { second, clock } => (second, clock),
    };
    let seconds = if second % 60 == 0 { String::new() } else { format!(":{:02}", second % 60) };
    let zone = match clock {
        Clock::Local => "local time".to_owned(),
        Clock::Offset(0) => "UTC".to_owned(),
        Clock::Offset(east) => {
            let sign = if east < 0 { '-' } else { '+' };
            format!("UTC{sign}{:02}:{:02}", east.unsigned_abs() / 3600, east.unsigned_abs() / 60 % 60)
        }
    };
    format!("{:02}:{:02}{seconds} {zone}", second / 3600, second / 60 % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights() {
        let volume = |lower: Option<&str>, upper: Option<&str>| {
            let read = |words: Option<&str>| words.map(|words| VerticalLimit::read(words, None, None));
            let shape = Shape::Circle { lat: 50.0, lon: 10.0, radius_m: 5.0 };
            volume_words(&Volume { lower: read(lower), upper: read(upper), ..Volume::new(shape, EdgeRule::Straight) })
        };
        assert_eq!(volume(None, None), "circle of 5 m around 50, 10, from surface to unlimited");
        assert!(volume(Some("GND"), Some("UNL")).ends_with("from surface to unlimited"));
        assert!(volume(Some("FL 65"), Some("BY NOTAM")).ends_with("from FL65 to \"BY NOTAM\" (not understood)"));
    }

    #[test]
    fn times() {
        let utc = |second| Edge::Clock { second, clock: Clock::Offset(0) };
        let mut window =
            Window { start_ns: Some(0), end_ns: None, permanent: false, periods: Vec::new(), raw: String::new() };
        assert_eq!(window_words(&window), "from 1970-01-01T00:00:00.000Z");
        window.start_ns = None;
        assert_eq!(window_words(&window), "always");
        window.periods = vec![Period { days: 0b110_0000, start: utc(61_200), end: utc(86_400) }];
        assert_eq!(window_words(&window), "SAT SUN 17:00 UTC to 24:00 UTC");
        let local = Edge::Clock { second: 30_630, clock: Clock::Local };
        window.periods = vec![Period { days: ALL_DAYS, start: local, end: Edge::Sun(SunEvent::Sunset) }];
        assert_eq!(window_words(&window), "every day 08:30:30 local time to sunset");
    }
}
