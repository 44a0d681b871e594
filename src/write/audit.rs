//! An encounter in one sentence that can be read aloud: who, which site, when by which clock, how deep or near, how high against
//! which limits, how certain and why, whether the zone was in force, and by which files.

use crate::analyse::Encounter;
use crate::analyse::fence::Whose;
use crate::evidence::label::printable;
use crate::examine::FileReport;

/// Digits of a hash that are read aloud.
const HASH_DIGITS: usize = 8;

/// `item` is the recording that the encounter's track is from; its clock counts as right within `clock_error_s` seconds.
pub fn sentence(encounter: &Encounter, item: &FileReport, clock_error_s: f64) -> String {
    let device: Vec<String> = [
        item.device.model.as_deref().map(printable),
        item.device.aircraft_serial.as_deref().map(|serial| format!("serial number {}", printable(serial))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let device = if device.is_empty() { String::new() } else { format!(" ({})", device.join(", ")) };
    let who = match encounter.verdict.whose {
        Whose::Aircraft => format!("The aircraft{device} recorded"),
        Whose::Planned => "The planned route".to_owned(),
        Whose::Broadcast => format!("The aircraft{device}, by the position that it broadcast,"),
        Whose::Media => format!("The camera{device}"),
        Whose::LastKnown => format!("The aircraft{device}, at its last known position,"),
        Whose::Pilot => "The pilot".to_owned(),
        Whose::Home => "The home point".to_owned(),
    };
    let site = printable(encounter.zone_name.as_deref().unwrap_or(&encounter.zone_id));
    let sector = encounter.sector.as_deref().map(|sector| format!(" ({})", printable(sector))).unwrap_or_default();
    let (closest, certainty) = (&encounter.closest, super::document::word(&encounter.certainty));
    let sigma = format!("standard deviation {:.1} m", closest.sigma_m);
    let (lies, leads) = match encounter.verdict.whose {
        Whose::Planned => ("lies", "leads through"),
        _ => ("was", "was inside"),
    };
    // Plans and last positions may state no time at all.
    let is_timed = closest.utc_ns.or(closest.local_ns).is_some() || closest.elapsed_s.is_some();
    let timed = |when: String| if is_timed { when } else { String::new() };
    let place = match encounter.entries.as_slice() {
        [] => {
            let when = timed(format!(", {}", closest.when()));
            format!("{lies} {:.1} m ({sigma}) from {site}{sector} at its closest{when}", closest.distance_m)
        }
        [first, ..] => {
            let stays = match encounter.entries.len() {
                1 => String::new(),
                count => format!(", the first of {count} stays"),
            };
            let when = timed(format!(" from {} to {}", first.entered(), first.left()));
            let depth = -closest.signed_distance_m;
            format!(
                "{leads} the outline of {site}{sector}{when}{stays}, at its deepest {depth:.1} m inside the edge ({sigma})"
            )
        }
    };
    let whose = item.time.clock.map_or_else(|| "by the log".to_owned(), |clock| format!("by the clock of the {clock}"));
    let clock = match (closest.utc_ns, closest.local_ns) {
        (Some(_), _) => format!("times are UTC {whose}, taken as right within {clock_error_s} s"),
        (None, Some(_)) => format!("times are local {whose}, whose offset from UTC is not stated"),
        (None, None) if !is_timed => "no time is stated".to_owned(),
        (None, None) => "times are those of the log's own clock, its UTC is not known".to_owned(),
    };
    let force = match encounter.time_reason.strip_prefix("unknown: ") {
        Some(reason) => format!("Whether the zone was in force is unknown: {reason}"),
        None => format!("The zone was {}", encounter.time_reason),
    };
    let restriction = encounter.restriction.map(|restriction| match restriction.forbids() {
        true => format!(" Restriction: {}.", restriction.as_str()),
        false => format!(" Restriction: {}, which forbids nothing.", restriction.as_str()),
    });
    let law = encounter.legal_basis.as_deref().map(|law| format!(" Legal basis: {}.", printable(law)));
    let rule = encounter.rule.as_ref().map(|rule| {
        let kept = if rule.breached { "was not kept" } else { "was kept" };
        format!(
            " The distance of {} m by {}, {} (rule {} of {}, SHA-256 {}) {kept}.",
            rule.distance_m,
            printable(&rule.legal_basis.statute),
            printable(&rule.legal_basis.article),
            rule.number,
            printable(&rule.pack),
            head(&rule.sha256)
        )
    });
    let law: String = [restriction, law, rule].into_iter().flatten().collect();
    format!(
        "{who} in {} (SHA-256 {}) {place}; {clock}. Height: {}. Certainty {certainty}: {}. {force}.{law} Zone {} of {} (SHA-256 {}).",
        item.path,
        head(&item.sha256),
        encounter.height_range.text,
        encounter.certainty_reason,
        printable(&encounter.zone_id),
        encounter.zone_source,
        head(&encounter.zone_sha256),
    )
}

fn head(hash: &str) -> &str {
    hash.get(..HASH_DIGITS).unwrap_or(hash)
}
