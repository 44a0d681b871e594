//! When a clip was taken. The creation time of a movie is UTC by the standard; many cameras write their local time there. It
//! counts as UTC, or as local, only where another clock of the same clip proves it.

use super::super::{Event, EventKind, Fact, Moment, Part, Sink};
use super::movie::Movie;
use crate::evidence::{Origin, Span};

const NS: i64 = 1_000_000_000;
/// Offsets of civil time are multiples of this, up to 14 hours.
const QUARTER_S: i64 = 900;
const MOST_OFFSET_S: i64 = 14 * 3600;
/// A creation time is written at the start or at the end of a recording, a little late.
const LATE_S: i64 = 90;

/// What the creation time is, and by what.
enum Proof {
    None,
    /// Seconds east of UTC of the camera's clock, where the other clock is local.
    Utc {
        local_s: Option<i64>,
        by: &'static str,
    },
    Local {
        utc_s: Option<i64>,
        by: &'static str,
    },
}

/// Tells start and end of the clip, and pairs of clocks where they are proved. `ends`: the first and the last sample of telemetry,
/// where start and end have their position.
pub fn tell(
    movie: &Movie,
    file_name: &str,
    telemetry_utc_ns: Option<i64>,
    ends: Option<(Span, Span)>,
    sink: &mut dyn Sink,
) {
    let named = named(movie, file_name, sink);
    let duration_s = movie.duration_s.unwrap_or(0.0);
    if let Some(value) = movie.duration_s {
        sink.fact(Fact::Declared { name: "video_duration", value, unit: "s", at: Origin::Item });
    }
    let Some(created) = movie.created else {
        let text = "the clip states no creation time".to_owned();
        return sink.fact(Fact::Note { text, at: Origin::Item });
    };
    let at = Origin::Bytes(created.at.into());
    let slack_s = LATE_S + duration_s.min(86_400.0) as i64;
    let proof = proof(created.seconds, named, telemetry_utc_ns.map(|ns| ns.div_euclid(NS)), slack_s);
    let moment = civil_words(created.seconds);
    let (moment_of, words): (fn(i64) -> Moment, String) = match proof {
        Proof::Utc { by, .. } => (Moment::Utc, format!("creation time {moment}: UTC, as {by} shows")),
        Proof::Local { by, .. } => (Moment::Local, format!("creation time {moment}: local time, as {by} shows")),
        Proof::None => (
            Moment::Local,
            format!(
                "creation time {moment}: UTC by the standard, local time in the clips of many cameras; nothing here tells which, \
                 so it is given without an offset"
            ),
        ),
    };
    sink.fact(Fact::Note { text: words, at: at.clone() });
    let pair = match proof {
        Proof::Utc { local_s: Some(local_s), by } => Some((local_s, created.seconds, by)),
        Proof::Local { utc_s: Some(utc_s), by } => Some((created.seconds, utc_s, by)),
        _ => None,
    };
    if let Some((local_s, utc_s, source)) = pair {
        sink.fact(Fact::ClockPair { part: Part::Camera, local_s, utc_s, source, at: at.clone() });
    }
    sink.fact(Fact::Clock { clock: "camera", at });
    let start_ns = created.seconds.saturating_mul(NS);
    let end_ns = start_ns.saturating_add((duration_s.min(1e8) * 1e9) as i64);
    let (first, last) = ends.unwrap_or((created.at, created.at));
    for (kind, ns, at, words) in [
        (EventKind::VideoStart, start_ns, first, "clip begins (creation time)"),
        (EventKind::VideoStop, end_ns, last, "clip ends (creation time and duration)"),
    ] {
        let event = Event::new(kind, Part::Camera, words, Origin::Bytes(at.into()));
        sink.event(event.when(moment_of(ns)));
    }
}

/// What a clip that was never closed tells of its time: the local time in its name, at which it begins. `first`: where its first
/// sample with a fix lies, and its place.
pub fn tell_unclosed(file_name: &str, first: Option<(Span, (f64, f64))>, sink: &mut dyn Sink) {
    let Some(local_s) = local_in_name(file_name) else { return };
    sink.fact(Fact::LocalName { local_s, at: Origin::Item });
    let at = first.map_or(Origin::Item, |(span, _)| Origin::Bytes(span.into()));
    let event = Event::new(EventKind::VideoStart, Part::Camera, "clip begins (time in the file name)", at);
    let event = event.when(Moment::Local(local_s.saturating_mul(NS)));
    sink.event(match first {
        Some((_, (lat, lon))) => event.place(lat, lon),
        None => event,
    });
}

/// The local time in the name of the file, or in the name that it had in the aircraft.
fn named(movie: &Movie, file_name: &str, sink: &mut dyn Sink) -> Option<i64> {
    let on_card = movie.card_path.as_ref().and_then(|(path, at)| Some((path.rsplit('/').next()?, *at)));
    if let Some((name, at)) = on_card.filter(|(name, _)| !name.is_empty() && *name != file_name) {
        let text = format!("the aircraft called this file {name}");
        sink.fact(Fact::Note { text, at: Origin::Bytes(at.into()) });
    }
    let of_file = local_in_name(file_name).map(|local_s| (local_s, Origin::Item));
    let of_card = || on_card.and_then(|(name, at)| Some((local_in_name(name)?, Origin::Bytes(at.into()))));
    let (local_s, at) = of_file.or_else(of_card)?;
    sink.fact(Fact::LocalName { local_s, at });
    Some(local_s)
}

fn proof(created: i64, named: Option<i64>, telemetry_utc: Option<i64>, slack_s: i64) -> Proof {
    if let Some(utc) = telemetry_utc {
        return match offset(created, utc, slack_s) {
            Some(0) => Proof::Utc { local_s: None, by: "the UTC in the telemetry" },
            Some(_) => Proof::Local { utc_s: Some(utc), by: "the UTC in the telemetry" },
            None => Proof::None,
        };
    }
    match named.map(|local| (local, offset(local, created, slack_s))) {
        Some((_, Some(0))) => Proof::Local { utc_s: None, by: "the local time in the file name" },
        Some((local, Some(_))) => {
            Proof::Utc { local_s: Some(local), by: "the local time in the file name, some quarters of an hour away," }
        }
        _ => Proof::None,
    }
}

/// Seconds by which a local clock is ahead of UTC, to the quarter of an hour; `None` when the two differ by nothing of the kind.
fn offset(local_s: i64, utc_s: i64, slack_s: i64) -> Option<i64> {
    let apart = local_s.checked_sub(utc_s)?;
    let offset = (apart + QUARTER_S / 2).div_euclid(QUARTER_S) * QUARTER_S;
    let is_offset = offset.abs() <= MOST_OFFSET_S && (apart - offset).abs() <= slack_s.min(QUARTER_S / 3);
    is_offset.then_some(offset)
}

/// `DJI_20240514100320_0007_D.MP4`: seconds since 1970 as if it were UTC.
fn local_in_name(name: &str) -> Option<i64> {
    let digits = name.strip_prefix("DJI_")?.get(..14).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let time = chrono::NaiveDateTime::parse_from_str(digits, "%Y%m%d%H%M%S").ok()?;
    Some(time.and_utc().timestamp())
}

fn civil_words(seconds: i64) -> String {
    chrono::DateTime::from_timestamp(seconds, 0)
        .map_or(String::new(), |time| time.format("%Y-%m-%dT%H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_clock_proves_what_a_creation_time_is() {
        let created = 1_715_681_000;
        let told = |named, utc| match proof(created, named, utc, 120) {
            Proof::None => ("none", None),
            Proof::Utc { local_s, .. } => ("utc", local_s),
            Proof::Local { utc_s, .. } => ("local", utc_s),
        };
        assert_eq!(told(None, None), ("none", None));
        assert_eq!(told(Some(created - 3), None), ("local", None));
        assert_eq!(told(Some(created + 7200 - 5), None), ("utc", Some(created + 7195)));
        assert_eq!(told(Some(created + 4000), None), ("none", None), "no offset of civil time");
        assert_eq!(told(None, Some(created + 20)), ("utc", None));
        assert_eq!(told(None, Some(created - 7200)), ("local", Some(created - 7200)));
    }
}
