//! What happened, from what the records say: a table of fields to watch, and one rule for each kind of change.

use std::collections::BTreeMap;

use geo::{Distance as _, Geodesic, Point};

use super::super::{Event, EventKind, Part, Record};
use crate::evidence::Origin;
use crate::layout::{Field, Layout, Scalar, Tables, Value};

/// What a change of a field means.
enum Rule {
    /// From below to at or above the number, and back. `at_start`: also told when the log begins with it set.
    Flag { from: i64, rise: (EventKind, &'static str), fall: Option<(EventKind, &'static str)>, at_start: bool },
    /// A new value of an enum; the values listed mean something of their own.
    Name { what: &'static str, kind: EventKind, special: &'static [(i64, EventKind)] },
    /// Each record that holds one of these values.
    Each(&'static [(i64, EventKind, &'static str)]),
    /// The text of the record.
    Text(EventKind),
}

struct Watch {
    record: &'static str,
    field: &'static str,
    part: Part,
    rule: Rule,
}

const fn flag(record: &'static str, field: &'static str, kind: EventKind, text: &'static str) -> Watch {
    let rule = Rule::Flag { from: 1, rise: (kind, text), fall: None, at_start: true };
    Watch { record, field, part: Part::Aircraft, rule }
}

const fn text(record: &'static str, kind: EventKind) -> Watch {
    Watch { record, field: "text", part: Part::App, rule: Rule::Text(kind) }
}

/// Flight mode 15 is the return home; flight action 20 a landing that an airport zone forces; motor start failure 23 a no-fly zone.
static WATCHES: &[Watch] = &[
    Watch { record: "fly_forbid_db", field: "uuid", part: Part::App, rule: Rule::Text(EventKind::NoFlyDatabase) },
    text("app_tip", EventKind::Message),
    text("app_warn", EventKind::Warning),
    text("vision_warn", EventKind::Warning),
    text("app_serious_warn", EventKind::Warning),
    Watch {
        record: "custom",
        field: "photo",
        part: Part::Camera,
        rule: Rule::Each(&[(1, EventKind::Photo, "photo taken")]),
    },
    Watch {
        record: "custom",
        field: "video",
        part: Part::Camera,
        rule: Rule::Each(&[
            (1, EventKind::VideoStart, "video recording started"),
            (2, EventKind::VideoStop, "video recording stopped"),
        ]),
    },
    Watch {
        record: "osd",
        field: "motors_on",
        part: Part::Aircraft,
        rule: Rule::Flag {
            from: 1,
            rise: (EventKind::MotorsOn, "motors on"),
            fall: Some((EventKind::MotorsOff, "motors off")),
            at_start: false,
        },
    },
    Watch {
        record: "osd",
        field: "ground_or_air",
        part: Part::Aircraft,
        rule: Rule::Flag {
            from: 2,
            rise: (EventKind::TakeOff, "take-off"),
            fall: Some((EventKind::Landing, "landing")),
            at_start: false,
        },
    },
    Watch {
        record: "osd",
        field: "rc_signal_lost",
        part: Part::Controller,
        rule: Rule::Flag {
            from: 1,
            rise: (EventKind::SignalLost, "remote control signal lost"),
            fall: Some((EventKind::SignalBack, "remote control signal back")),
            at_start: true,
        },
    },
    Watch {
        record: "osd",
        field: "flight_mode",
        part: Part::Aircraft,
        rule: Rule::Name { what: "flight mode", kind: EventKind::ModeChange, special: &[(15, EventKind::GoHome)] },
    },
    Watch {
        record: "osd",
        field: "flight_action",
        part: Part::Aircraft,
        rule: Rule::Name {
            what: "flight action",
            kind: EventKind::Action,
            special: &[(12, EventKind::GoHome), (20, EventKind::GeofenceLimit)],
        },
    },
    Watch {
        record: "osd",
        field: "motor_start_fail",
        part: Part::Aircraft,
        rule: Rule::Each(&[(23, EventKind::GeofenceLimit, "motors refused to start: fly forbidden (no-fly zone)")]),
    },
    flag("osd", "out_of_limit", EventKind::GeofenceLimit, "out of the flight limit"),
    flag("home", "simulator", EventKind::Simulator, "the flight controller is in simulation: nothing here was flown"),
    flag("home", "home_recorded", EventKind::HomeSet, "home point recorded"),
    flag("home", "near_distance_limit", EventKind::GeofenceLimit, "near the distance limit"),
    flag("home", "near_height_limit", EventKind::GeofenceLimit, "near the height limit"),
    flag("vision_avoid", "radius_limit", EventKind::GeofenceLimit, "radius limit works"),
    flag("vision_avoid", "airport_limit", EventKind::GeofenceLimit, "airport limit works"),
    flag("vision_avoid", "near_boundary", EventKind::GeofenceLimit, "near a zone boundary"),
    flag("vision_avoid", "vertical_airport_limit", EventKind::GeofenceLimit, "vertical airport limit works"),
    flag("vision_avoid", "roof_limit", EventKind::GeofenceLimit, "roof limit works"),
    flag("vision_warning", "near_no_fly_zone", EventKind::GeofenceLimit, "near a no-fly zone"),
    flag("vision_warning", "in_no_fly_zone", EventKind::GeofenceLimit, "in a no-fly zone"),
    flag("vision_warning", "in_restricted_zone", EventKind::GeofenceLimit, "in a restricted zone"),
    flag("vision_warning", "distance_limit_reached", EventKind::GeofenceLimit, "distance limit reached"),
    flag("vision_warning", "height_limit_reached", EventKind::GeofenceLimit, "height limit reached"),
];

/// A watch on one field of a table.
struct Watched<'t> {
    field: &'t Field,
    scalar: Option<Scalar>,
    watch: &'static Watch,
    /// Place of its last value.
    slot: usize,
}

/// Follows the watched fields through a log.
pub struct Watcher<'t> {
    /// By layout index.
    watched: Vec<Vec<Watched<'t>>>,
    last: Vec<Option<i64>>,
    home: Option<HomePoint>,
}

impl<'t> Watcher<'t> {
    pub fn new(tables: &'t Tables) -> Self {
        let mut slots: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut watched: Vec<Vec<_>> = tables.layouts.iter().map(|_| Vec::new()).collect();
        for watch in WATCHES {
            let next = slots.len();
            let slot = *slots.entry((watch.record, watch.field)).or_insert(next);
            for layout in tables.named(watch.record) {
                watched[layout.index].extend(layout.field(watch.field).map(|field| Watched {
                    field,
                    scalar: field.scalar(),
                    watch,
                    slot,
                }));
            }
        }
        let home = tables.structure("home", usize::MAX).and_then(|layout| HomePoint::of(layout));
        Watcher { watched, last: vec![None; slots.len()], home }
    }

    /// Events that this record makes, in the order of the watch list.
    pub fn record(&mut self, record: &Record<'_>, mut emit: impl FnMut(Event)) {
        let Some(layout) = record.layout else { return };
        for Watched { field, scalar, watch, slot } in &self.watched[layout.index] {
            let content = record.content();
            let found = match &watch.rule {
                Rule::Text(_) if record.doubtful > 0 => None,
                Rule::Text(kind) => field.read(content).and_then(|value| {
                    value.text().filter(|text| !text.is_empty()).map(|text| (*kind, title_and_text(text)))
                }),
                rule => scalar
                    .filter(|s| s.lies_behind(record.doubtful))
                    .and_then(|scalar| scalar.integer(content))
                    .and_then(|now| {
                        let before = self.last[*slot].replace(now);
                        rule.change(field, before, now)
                    }),
            };
            if let Some((kind, text)) = found {
                emit(Event::new(kind, watch.part, text, Origin::Bytes(record.at.clone())));
            }
        }
        let moved = self
            .home
            .as_mut()
            .filter(|home| home.layout == layout.index && record.doubtful == 0)
            .and_then(|home| home.moved(record.content()));
        if let Some(metres) = moved {
            let text = format!("home point moved by {metres:.1} m");
            emit(Event::new(EventKind::HomeSet, Part::Aircraft, text, Origin::Bytes(record.at.clone())));
        }
    }
}

/// The home point as the last record gave it.
struct HomePoint {
    layout: usize,
    latitude: Scalar,
    longitude: Scalar,
    last: Option<Point>,
}

/// Homes that differ by less are one home: the receiver's noise moves it by decimetres.
const HOME_MOVED_M: f64 = 5.0;

impl HomePoint {
    fn of(layout: &Layout) -> Option<Self> {
        let scalar = |name: &str| layout.field(name)?.scalar();
        let (latitude, longitude) = (scalar("latitude")?, scalar("longitude")?);
        Some(HomePoint { layout: layout.index, latitude, longitude, last: None })
    }

    /// How far the home point went since the last record; no home is set while the values are no place on Earth.
    fn moved(&mut self, content: &[u8]) -> Option<f64> {
        let (lat, lon) = (self.latitude.number(content)?.to_degrees(), self.longitude.number(content)?.to_degrees());
        let set = lat.abs() <= 90.0 && lon.abs() <= 180.0 && !(lat.abs() < 1e-6 && lon.abs() < 1e-6);
        let now = set.then(|| Point::new(lon, lat))?;
        let metres = Geodesic.distance(*self.last.get_or_insert(now), now);
        if metres < HOME_MOVED_M {
            return None;
        }
        self.last = Some(now);
        Some(metres)
    }
}

impl Rule {
    fn change(&self, field: &Field, before: Option<i64>, now: i64) -> Option<(EventKind, String)> {
        match self {
            Rule::Flag { from, rise, fall, at_start } => {
                let was = before.map(|v| v >= *from);
                match (was, now >= *from) {
                    (Some(false), true) => Some(*rise),
                    (None, true) if *at_start => Some(*rise),
                    (Some(true), false) => *fall,
                    _ => None,
                }
                .map(|(kind, text)| (kind, text.to_owned()))
            }
            Rule::Name { what, kind, special } => {
                let before = before.filter(|v| *v != now)?;
                let kind = special.iter().find(|(value, _)| *value == now).map_or(*kind, |(_, kind)| *kind);
                Some((kind, format!("{what}: {} -> {}", named(field, before), named(field, now))))
            }
            Rule::Each(values) => {
                values.iter().find(|(value, ..)| *value == now).map(|(_, kind, text)| (*kind, (*text).to_owned()))
            }
            Rule::Text(_) => None,
        }
    }
}

fn named(field: &Field, value: i64) -> String {
    match field.value_name(&Value::Signed(value)) {
        Some(name) => format!("{name} ({value})"),
        None => value.to_string(),
    }
}

/// GO 4 and the iOS apps write `Title__text`.
fn title_and_text(text: &str) -> String {
    match text.split_once("__") {
        Some((title, text)) => format!("{title}: {text}"),
        None => text.to_owned(),
    }
}
