//! Whether the zone was in force while the aircraft was in it, and what a reader must know about the age of the zone file.

use super::encounter::TimeVerdict;
use super::path::{Path, Stretch};
use crate::track::utc_text;
use crate::zones::{Answer, Bbox, InForce, Place, Zone, ZoneFile, in_force};

/// The verdict and its sentence.
pub struct Judged {
    pub verdict: TimeVerdict,
    pub text: String,
}

/// `spans` are the parts of the path in which the aircraft was, or may have been, in the zone.
pub fn judge(path: &Path<'_>, zone: &Zone, spans: &[Stretch], clock_error_s: f64) -> Judged {
    let windows = &zone.about.windows;
    if windows.is_empty() {
        let text = "in force: its file states no times, so it holds always".to_owned();
        return Judged { verdict: TimeVerdict::Active, text };
    }
    let utc = |s: f64| path.moment(s).utc_ns;
    let times: Option<Vec<(i64, i64)>> = spans
        .iter()
        .map(|span| utc(span.from).zip(utc(span.to)).map(|(from, to)| (from.min(to), from.max(to))))
        .collect();
    let stated = stated(zone);
    let Some(times) = times else {
        if windows.iter().any(|window| window.permanent) {
            let text = format!("in force: its file calls it permanent ({stated}); the UTC of the flight is not known");
            return Judged { verdict: TimeVerdict::Active, text };
        }
        let text = format!("unknown: the UTC of the flight is not known, and the zone holds at times only ({stated})");
        return Judged { verdict: TimeVerdict::Unknown, text };
    };
    let found = in_force(windows, place(zone), &times, (clock_error_s * 1e9) as i64);
    Judged { verdict: verdict(found.answer), text: text(&found, &stated, clock_error_s) }
}

fn verdict(answer: Answer) -> TimeVerdict {
    match answer {
        Answer::Yes => TimeVerdict::Active,
        Answer::No => TimeVerdict::Inactive,
        Answer::Open => TimeVerdict::Unknown,
    }
}

fn text(found: &InForce, stated: &str, clock_error_s: f64) -> String {
    if found.too_long {
        return format!("unknown: the times of the stay span more than a flight can ({stated})");
    }
    let mut text = match found.answer {
        Answer::Yes => "in force".to_owned(),
        Answer::No => "not in force".to_owned(),
        Answer::Open => match found.as_recorded {
            Answer::Yes => {
                format!(
                    "unknown: in force by the times as recorded, but perhaps not with a clock {clock_error_s} s off"
                )
            }
            Answer::No => {
                format!(
                    "unknown: not in force by the times as recorded, but perhaps with a clock {clock_error_s} s off"
                )
            }
            Answer::Open => "unknown: it depends on what is not known exactly".to_owned(),
        },
    };
    text += &format!(" ({stated})");
    if found.answer != Answer::Open {
        text += &format!("; the same with the flight's clock up to {clock_error_s} s off");
    }
    if let Some((least, most)) = found.offsets_s {
        let offset = |seconds: i32| {
            format!("{}{:02}:{:02}", if seconds < 0 { '-' } else { '+' }, seconds.abs() / 3600, seconds.abs() / 60 % 60)
        };
        text += &format!(
            "; its times are local without an offset, and all from UTC{} to UTC{} were tried",
            offset(least),
            offset(most)
        );
    }
    if found.by_sun {
        text += "; sun events by NOAA's formula at the middle of the zone, 0.15 degrees of altitude allowed for";
    }
    if let Some(by_schedule) = found.by_schedule {
        let other = match by_schedule {
            Answer::Yes => "in force as well",
            Answer::No => "not in force",
            Answer::Open => "unknown",
        };
        text += &format!(
            "; it is called permanent, which counts here; by its dates and schedule alone it would be {other}"
        );
    }
    text
}

/// When the zone holds, in the words of its file.
fn stated(zone: &Zone) -> String {
    const SHOWN: usize = 3;
    let windows = &zone.about.windows;
    let mut words: Vec<String> =
        windows.iter().take(SHOWN).map(|window| crate::evidence::label::printable(window.raw.trim())).collect();
    words.retain(|word| !word.is_empty());
    if windows.len() > SHOWN {
        words.push(format!("and {} more", windows.len() - SHOWN));
    }
    if words.is_empty() { "times as its file states them".to_owned() } else { words.join("; ") }
}

fn place(zone: &Zone) -> Place {
    let bbox = zone.volumes.iter().map(|volume| volume.bbox).fold(Bbox::NOTHING, Bbox::join);
    let centre = bbox.centre();
    Place { lat: centre.y, lon: crate::zones::nearest_turn(centre.x, 0.0), half_width_deg: bbox.width() / 2.0 }
}

/// What the dates of the zone file say against the flight.
pub fn file_warnings(path: &Path<'_>, file: &ZoneFile) -> Vec<String> {
    let issue = &file.issue;
    if issue.issued_ns.or(issue.valid_from_ns).or(issue.valid_to_ns).is_none() {
        return Vec::new();
    }
    let rows = path.rows();
    let times = || rows.fixes().filter_map(|row| rows.utc(row));
    let Some((first, last)) = times().min().zip(times().max()) else { return Vec::new() };
    let label = file.label();
    let mut warnings = Vec::new();
    if let Some(issued) = issue.issued_ns.filter(|issued| *issued > last) {
        warnings.push(format!(
            "{label} was issued on {}, after this flight: whether the zone was declared then is not shown by it",
            utc_text(issued)
        ));
    }
    if let Some(from) = issue.valid_from_ns.filter(|from| *from > last) {
        warnings.push(format!("{label} is valid from {}, after this flight", utc_text(from)));
    }
    if let Some(to) = issue.valid_to_ns.filter(|to| *to < first) {
        warnings.push(format!("{label} was valid until {}, before this flight", utc_text(to)));
    }
    warnings
}
