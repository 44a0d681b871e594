//! Encounters, what counts most first, each with the sentence that can be read aloud.

use super::markup::{name, text};
use super::{Contents, count, duration, flight_mark, markup::Table, metres, reference};
use crate::analyse::Encounter;
use crate::analyse::fence::{HeightVerdict, TimeVerdict, Whose};
use crate::write::document::{FlightVerdict, word};
use crate::zones::Restriction;

/// Encounters that the report shows at most; encounters.csv holds all.
const MOST: usize = 400;

/// How much an encounter matters, most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Flown inside, by all that is known.
    Inside,
    /// Flown near.
    Near,
    /// Flown, but above, below or out of time for certain, or the zone forbids nothing.
    Excused,
    /// Planned, or where pilot or home were.
    NotFlown,
    Simulated,
}

/// An encounter in its place in the report.
pub struct Met<'a> {
    /// From 1, in the order of the report.
    pub number: usize,
    pub weight: Weight,
    pub flight: Option<usize>,
    pub verdict: &'a FlightVerdict,
    pub encounter: &'a Encounter,
}

/// All encounters, what matters most first, else in the order of the flights.
pub fn ranked<'a>(contents: &Contents<'a>) -> Vec<Met<'a>> {
    let mut met: Vec<Met<'a>> = Vec::new();
    for verdict in contents.checked.flights {
        let flight = contents.flight(&verdict.flight);
        met.extend(verdict.encounters.iter().map(|encounter| Met {
            number: 0,
            weight: weight(verdict, encounter),
            flight,
            verdict,
            encounter,
        }));
    }
    met.sort_by_key(|met| (met.weight, met.encounter.certainty as u8, met.flight));
    for (at, met) in met.iter_mut().enumerate() {
        met.number = at + 1;
    }
    met
}

fn weight(verdict: &FlightVerdict, encounter: &Encounter) -> Weight {
    let out = matches!(encounter.height_verdict, HeightVerdict::Above | HeightVerdict::Below)
        || encounter.time_verdict == TimeVerdict::Inactive
        || !encounter.restriction.is_none_or(Restriction::forbids);
    match encounter.verdict.whose {
        _ if verdict.track.simulated => Weight::Simulated,
        Whose::Planned | Whose::Pilot | Whose::Home => Weight::NotFlown,
        _ if out => Weight::Excused,
        _ if encounter.verdict.inside || encounter.rule.as_ref().is_some_and(|rule| rule.breached) => Weight::Inside,
        _ => Weight::Near,
    }
}

/// The table; below each row its audit sentence.
pub fn table(contents: &Contents<'_>, met: &[Met<'_>]) -> String {
    let caption = match contents.checked.within_m {
        0.0 => "Sites that a track entered".to_owned(),
        within => format!("Sites that a track entered or came within {} of", metres(within)),
    };
    let columns =
        ["#No.", "Verdict", "Site", "Flight", "From", "#Stay", "#Depth or distance", "Certainty", "Height", "In force"];
    let mut table = Table::new("encounter-table", &caption, &columns);
    for met in met.iter().take(MOST) {
        let encounter = met.encounter;
        let kind = encounter.sector.as_deref().or(encounter.facility.as_deref());
        let dwell: Vec<f64> = encounter.entries.iter().filter_map(|entry| entry.dwell_s).collect();
        let stays = match encounter.entries.len() {
            0 | 1 => String::new(),
            stays => format!("<small>{stays} stays</small>"),
        };
        let closest = &encounter.closest;
        let height = match (closest.height_m, closest.height_reference) {
            (Some(height), Some(name)) => format!("<small>{height:.1} m {}</small>", reference(name)),
            _ => String::new(),
        };
        let cells = [
            met.number.to_string(),
            format!("<span class=\"badge {}\">{}</span>", class(met.weight), encounter.verdict.as_str()),
            format!(
                "{}{}<button type=\"button\" class=\"see\" data-encounter=\"{}\" hidden>see on the map</button>",
                name(encounter.zone_name.as_deref().unwrap_or(&encounter.zone_id)),
                kind.map(|kind| format!("<small>{}</small>", text(kind))).unwrap_or_default(),
                met.number
            ),
            flight_mark(met.flight),
            encounter.begun(),
            match dwell.is_empty() {
                true => stays,
                false => format!("{}{stays}", duration(dwell.iter().sum())),
            },
            match encounter.verdict.inside {
                true => format!("{} inside", metres(-closest.signed_distance_m)),
                false => format!("{} away", metres(closest.distance_m)),
            },
            word(&encounter.certainty),
            format!("{}{height}", word(&encounter.height_verdict)),
            match encounter.time_verdict {
                TimeVerdict::Active => "yes",
                TimeVerdict::Inactive => "no",
                TimeVerdict::Unknown => "unknown",
            }
            .to_owned(),
        ];
        table.row(&format!("id=\"e{}\" class=\"{}\"", met.number, class(met.weight)), &cells);
        let notes: Vec<String> = encounter.edge_rule.iter().chain(&encounter.warnings).map(|w| text(w)).collect();
        let notes = if notes.is_empty() { String::new() } else { format!(" <em>Note: {}</em>", notes.join("; ")) };
        table.more("audit", &format!("<p>{}{notes}</p>", text(&encounter.audit)));
    }
    let mut html = table.html(match contents.zones.is_empty() {
        true => "No sites were given: <code>case --zones</code> takes them.",
        false => "No site was entered or came near.",
    });
    if met.len() > MOST {
        html.push_str(&format!(
            "<p class=\"note\">{} more in <code>encounters.csv</code>.</p>\n",
            count(met.len() - MOST, "encounter", "encounters")
        ));
    }
    html
}

fn class(weight: Weight) -> &'static str {
    match weight {
        Weight::Inside => "grave",
        Weight::Near => "mild",
        Weight::Excused | Weight::NotFlown | Weight::Simulated => "plain",
    }
}
