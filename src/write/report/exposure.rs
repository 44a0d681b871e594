//! What apps kept of people: identifiers by whom or what they name, what each rests on, and where it stands.

use std::collections::HashSet;

use super::items::{Items, Place};
use super::markup::{Table, cut, name, text};
use super::{Contents, count, grouped};
use crate::analyse::exposure::{Grade, Identifier, Kind};

/// Identifiers of one kind that the report shows; exposure.csv holds all.
const MOST: usize = 50;
/// Items that a row links to.
const LINKS: usize = 4;
/// Characters of a value, and of how it was recognised.
const LONGEST: usize = 160;

/// Identifiers that are read together.
struct Group {
    id: &'static str,
    caption: &'static str,
    /// What is said where there is none.
    none: &'static str,
    kinds: &'static [Kind],
}

const PEOPLE: Group = Group {
    id: "people-table",
    caption: "Accounts, addresses, numbers and names",
    none: "No account, address, number or name of a person was found",
    kinds: &[Kind::Account, Kind::Email, Kind::PhoneNumber, Kind::PersonName, Kind::DeviceName, Kind::PlaceName],
};
const PHONES: Group = Group {
    id: "phone-table",
    caption: "Phones, SIM cards, installed apps and networks",
    none: "No identifier of a phone, a SIM card, an installed app or a network was found",
    kinds: &[
        Kind::Imei,
        Kind::Imsi,
        Kind::Iccid,
        Kind::AndroidId,
        Kind::AdvertisingId,
        Kind::DeviceId,
        Kind::AppId,
        Kind::Mac,
        Kind::Ssid,
    ],
};
const SERIALS: Group = Group {
    id: "serial-table",
    caption: "Serial numbers that stand in texts and fields and that no decoder takes for those of an aircraft above",
    none: "",
    kinds: &[Kind::AircraftSerial, Kind::CameraSerial, Kind::ControllerSerial, Kind::BatterySerial, Kind::DeviceSerial],
};
const SERVERS: Group = Group {
    id: "server-table",
    caption: "Servers that items name",
    none: "No server is named",
    kinds: &[Kind::Host, Kind::Url],
};

/// What a grade says.
const GRADES: &str = "<p class=\"note\"><b>proved</b>: check digit and context agree; <b>key</b>: the name of its field or the words \
before it say so; <b>shape</b>: nothing but its form does. An identifier names an account, a phone or a device, not who used it. \
<code>exposure.csv</code> holds all of them with all places.</p>\n";

/// Accounts and names, then servers and secrets.
pub fn people(contents: &Contents<'_>, items: &Items<'_>) -> String {
    let grades = if contents.inventory.identifiers.is_empty() { "" } else { GRADES };
    format!("{grades}{}", group(contents, items, &PEOPLE, &HashSet::new()))
}

/// Phones and networks.
pub fn phones(contents: &Contents<'_>, items: &Items<'_>) -> String {
    group(contents, items, &PHONES, &HashSet::new())
}

/// Serial numbers but for those that the tables of aircraft and parts hold.
pub fn serials(contents: &Contents<'_>, items: &Items<'_>) -> String {
    let parts = contents.identities.aircraft.iter().flat_map(|aircraft| aircraft.serials.iter().chain(&aircraft.parts));
    let known: HashSet<&str> = parts.chain(&contents.identities.alone).map(|seen| seen.serial.as_str()).collect();
    let is_other = |one: &&Identifier| SERIALS.kinds.contains(&one.kind) && !known.contains(one.value.as_str());
    match contents.inventory.identifiers.iter().any(|one| is_other(&one)) {
        true => group(contents, items, &SERIALS, &known),
        false => String::new(),
    }
}

/// Servers, and secrets by their hashes.
pub fn servers(contents: &Contents<'_>, items: &Items<'_>) -> String {
    let caption = match contents.reveals_secrets {
        true => "Secrets as they stand, for --reveal-secrets was given",
        false => "Secrets, such as tokens and signatures; the first digits of their SHA-256 stand for them",
    };
    let secrets = Group {
        id: "secret-table",
        caption,
        none: "No secret, such as a token or a signature, was found",
        kinds: &[Kind::Token],
    };
    group(contents, items, &SERVERS, &HashSet::new()) + &group(contents, items, &secrets, &HashSet::new())
}

/// How many identifiers of people there are, in words: what the head of the report tells of them.
pub fn in_short(contents: &Contents<'_>) -> Vec<String> {
    let words = |kind: Kind, one: &str, many: &str| {
        let all = contents.inventory.identifiers.iter().filter(|known| known.kind == kind).count();
        (all > 0).then(|| count(all, one, many))
    };
    let phone = [Kind::Imei, Kind::Imsi, Kind::Iccid, Kind::AndroidId, Kind::AdvertisingId, Kind::DeviceId];
    let phones = contents.inventory.identifiers.iter().filter(|known| phone.contains(&known.kind)).count();
    [
        words(Kind::Account, "account", "accounts"),
        words(Kind::Email, "e-mail address", "e-mail addresses"),
        words(Kind::PhoneNumber, "phone number", "phone numbers"),
        words(Kind::PersonName, "name of a person", "names of persons"),
        (phones > 0).then(|| count(phones, "identifier of a phone or SIM", "identifiers of phones and SIMs")),
        words(Kind::Token, "secret", "secrets"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn group(contents: &Contents<'_>, items: &Items<'_>, group: &Group, without: &HashSet<&str>) -> String {
    let columns = ["Value", "Kind", "Rests on", "#Places", "First item, offset", "Also in"];
    let mut table = Table::new(group.id, group.caption, &columns);
    let mut missing = Vec::new();
    let mut left = 0;
    for kind in group.kinds {
        let of_kind = |one: &&Identifier| one.kind == *kind && !without.contains(one.value.as_str());
        let mut all: Vec<&Identifier> = contents.inventory.identifiers.iter().filter(of_kind).collect();
        if all.is_empty() {
            missing.push(kind.as_str());
        }
        all.sort_by_key(|one| std::cmp::Reverse((one.grade, one.seen_in.len(), one.count)));
        left += all.len().saturating_sub(MOST);
        for one in all.into_iter().take(MOST) {
            table.row("", &cells(one, items));
        }
    }
    let mut html = table.html(&format!("{}; looked for: {}.", group.none, missing.join(", ")));
    if left > 0 {
        html.push_str(&format!(
            "<p class=\"note\">{} more in <code>exposure.csv</code>; of each kind those that rest on most come first.</p>\n",
            count(left, "identifier", "identifiers")
        ));
    }
    if !missing.is_empty() && missing.len() < group.kinds.len() && without.is_empty() {
        html.push_str(&format!("<p class=\"note\">Looked for and not found: {}.</p>\n", missing.join(", ")));
    }
    html
}

fn cells(one: &Identifier, items: &Items<'_>) -> [String; 6] {
    let first = one.seen_in.first();
    let place = first.and_then(|seen| seen.places.first());
    let stands = first.map(|seen| {
        let field = place.map(|place| text(&cut(&place.field, LONGEST))).unwrap_or_default();
        let app = seen.app.as_deref().map(|app| format!(", {}", text(app))).unwrap_or_default();
        let about = format!("<span class=\"quiet\">{field}{app}</span>");
        items.named_place(&seen.path, place.and_then(|place| place.offset), &about)
    });
    let others: Vec<Place<'_>> = (one.seen_in.iter().skip(1))
        .map(|seen| (seen.path.as_str(), seen.places.first().and_then(|place| place.offset)))
        .collect();
    let class = if one.grade == Grade::Shape { "mild" } else { "plain" };
    [
        name(&cut(&one.value, LONGEST)),
        one.kind.as_str().to_owned(),
        format!(
            "<span class=\"badge {class}\">{}</span> <small>{}</small>",
            one.grade.as_str(),
            // The badge has said that it is a key.
            text(&cut(one.how.strip_prefix("key ").unwrap_or(&one.how), LONGEST))
        ),
        grouped(one.count),
        stands.unwrap_or_default(),
        items.places(&others, LINKS),
    ]
}
