//! A location as iOS archives it (NSKeyedArchiver of a CLLocation): numbers under names that end in what they are.

use super::tree::{Content, Node, utc_ns};

#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    pub latitude: f64,
    pub longitude: f64,
    pub altitude: Option<f64>,
    /// Metres; negative where there is none.
    pub accuracy: Option<f64>,
    pub utc_ns: Option<i64>,
}

/// The location in an archive: the first object that holds a latitude and a longitude.
pub fn of(archive: &Node<'_>) -> Option<Location> {
    let Content::Array(objects) = &archive.get("$objects")?.content else { return one(archive, &[]) };
    objects.iter().find_map(|object| one(object, objects))
}

fn one(object: &Node<'_>, objects: &[Node<'_>]) -> Option<Location> {
    let Content::Dictionary(entries) = &object.content else { return None };
    let named = |ending: &str| entries.iter().find(|(key, _)| key.ends_with(ending)).map(|(_, node)| node);
    let number = |ending: &str| named(ending)?.number();
    let seconds = named("Timestamp").and_then(|node| match node.content {
        // A date is an object of its own.
        Content::Uid(index) => objects.get(usize::try_from(index).ok()?)?.get("NS.time")?.number(),
        _ => node.number(),
    });
    Some(Location {
        latitude: number("Latitude")?,
        longitude: number("Longitude")?,
        altitude: number("Altitude"),
        accuracy: number("HorizontalAccuracy"),
        utc_ns: seconds.and_then(utc_ns),
    })
}
