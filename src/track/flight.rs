//! Flights: tracks of one aircraft that overlap in time are one flight, over files. Its id is made of the flight's start and
//! the hash of its first source, so it is the same whatever the order of the files.

use chrono::DateTime;

use crate::evidence::Sha256;

/// The part of one item in a flight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlightSource {
    pub sha256: Sha256,
    pub label: String,
    /// Names of the item's tracks of this flight, the primary one first.
    pub tracks: Vec<String>,
    /// The item holds several flights, so that its hash alone names none of them.
    pub is_one_of_many: bool,
    /// The aircraft's serial number, if the log tells it.
    pub serial: Option<String>,
    /// First and last UTC of the aircraft's primary track, in nanoseconds.
    pub span_ns: Option<(i64, i64)>,
}

/// One flight of one aircraft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    pub id: String,
    /// Indices of its sources, first start first.
    pub sources: Vec<usize>,
}

/// Groups sources into flights, sorted by start, then by hash.
pub fn group(sources: &[FlightSource]) -> Vec<Flight> {
    let mut order: Vec<usize> = (0..sources.len()).collect();
    order.sort_by_key(|&i| {
        let s = &sources[i];
        (s.span_ns.is_none(), s.span_ns, s.sha256, &s.label, i)
    });
    let mut flights: Vec<(Flight, Option<i64>)> = Vec::new();
    for index in order {
        let source = &sources[index];
        // Without a serial number nothing ties logs together; each flight of an item of many is one of its own.
        let known = source.serial.as_ref().filter(|_| !source.is_one_of_many);
        let same = known.and_then(|serial| {
            flights.iter_mut().find(|(flight, end)| {
                let first = &sources[flight.sources[0]];
                let overlaps = source.span_ns.zip(*end).is_some_and(|((start, _), end)| start <= end);
                overlaps && first.serial.as_ref() == Some(serial) && !first.is_one_of_many
            })
        });
        match same {
            Some((flight, end)) => {
                flight.sources.push(index);
                *end = (*end).max(source.span_ns.map(|s| s.1));
            }
            None => flights.push((Flight { id: id(source), sources: vec![index] }, source.span_ns.map(|s| s.1))),
        }
    }
    flights.into_iter().map(|(flight, _)| flight).collect()
}

/// `20160926T181245Z-e8e2547c`: start in UTC and the first digits of the source's SHA-256; behind them the track's name where the
/// source holds several flights.
fn id(source: &FlightSource) -> String {
    let start =
        source.span_ns.map(|(start, _)| DateTime::from_timestamp_nanos(start).format("%Y%m%dT%H%M%SZ").to_string());
    let id = format!("{}-{}", start.as_deref().unwrap_or("undated"), source.sha256.short());
    match source.tracks.first() {
        Some(name) if source.is_one_of_many => format!("{id}-{name}"),
        _ => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, serial: &str, span: (i64, i64)) -> FlightSource {
        FlightSource {
            sha256: Sha256::of(name.as_bytes()),
            label: name.to_owned(),
            tracks: vec!["aircraft".to_owned()],
            is_one_of_many: false,
            serial: Some(serial.to_owned()),
            span_ns: Some((span.0 * 1_000_000_000, span.1 * 1_000_000_000)),
        }
    }

    #[test]
    fn overlapping_logs_of_one_aircraft_are_one_flight_in_any_order() {
        let mut sources = vec![
            source("phone copy", "A", (5, 50)),
            source("other aircraft", "B", (10, 60)),
            source("card", "A", (0, 30)),
            source("later", "A", (51, 80)),
        ];
        let names = |sources: &[FlightSource]| -> Vec<(String, Vec<String>)> {
            let labels = |f: &Flight| f.sources.iter().map(|&i| sources[i].label.clone()).collect();
            group(sources).iter().map(|f| (f.id.clone(), labels(f))).collect()
        };
        let flights = names(&sources);
        assert_eq!(flights.len(), 3);
        assert_eq!(flights[0].1, ["card", "phone copy"]);
        assert!(flights[0].0.starts_with("19700101T000000Z-"));
        sources.reverse();
        assert_eq!(names(&sources), flights);
    }

    #[test]
    fn each_flight_of_an_item_of_many_is_one_of_its_own() {
        let of_many = |track: &str, span_ns| FlightSource {
            tracks: vec![track.to_owned()],
            is_one_of_many: true,
            span_ns,
            ..source("table", "A", (0, 0))
        };
        let span = Some((0, 9_000_000_000));
        let sources = [of_many("F1", None), of_many("F2", None), of_many("F3", span), of_many("F4", span)];
        let sha8 = Sha256::of(b"table").short();
        let ids: Vec<String> = group(&sources).into_iter().map(|flight| flight.id).collect();
        let dated = |name: &str| format!("19700101T000000Z-{sha8}-{name}");
        let undated = |name: &str| format!("undated-{sha8}-{name}");
        assert_eq!(ids, [dated("F3"), dated("F4"), undated("F1"), undated("F2")]);
    }
}
