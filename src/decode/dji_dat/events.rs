//! What happened, from what the records of numbers say: fields to watch, and what a change of each means.

use std::collections::HashMap;
use std::sync::Arc;

use geo::{Distance as _, Geodesic, Point};

use super::super::{Event, EventKind, Part, Record};
use crate::evidence::Origin;
use crate::layout::{Field, Layout, Scalar, Value};

/// What a change of a field means.
enum Rule {
    /// From 0 to another value, and back. `at_start`: told too when the log begins with it set.
    Flag { rise: (EventKind, &'static str), fall: Option<(EventKind, &'static str)>, at_start: bool },
    /// A new value; those listed mean something of their own.
    Name { what: &'static str, kind: EventKind, special: &'static [(i64, EventKind)] },
}

struct Watch {
    record: &'static str,
    field: &'static str,
    part: Part,
    rule: Rule,
}

const fn flag(record: &'static str, field: &'static str, kind: EventKind, text: &'static str) -> Watch {
    let rule = Rule::Flag { rise: (kind, text), fall: None, at_start: true };
    Watch { record, field, part: Part::Aircraft, rule }
}

const fn named(record: &'static str, field: &'static str, kind: EventKind, what: &'static str) -> Watch {
    Watch { record, field, part: Part::Aircraft, rule: Rule::Name { what, kind, special: &[] } }
}

/// A byte of the aircraft's own fault record. What its values mean is not known: a change is told.
const fn fault(field: &'static str) -> Watch {
    named("err_code", field, EventKind::Warning, field)
}

/// Flight mode 15 is the return home; flight action 20 a landing that an airport zone forces.
const GO_HOME_MODE: &[(i64, EventKind)] = &[(15, EventKind::GoHome), (36, EventKind::GoHome)];

static WATCHES: &[Watch] = &[
    Watch {
        record: "mr_controller",
        field: "ctrl_mode",
        part: Part::Aircraft,
        rule: Rule::Name { what: "control mode", kind: EventKind::ModeChange, special: GO_HOME_MODE },
    },
    Watch {
        record: "mr_controller",
        field: "motor_state",
        part: Part::Aircraft,
        rule: Rule::Flag {
            rise: (EventKind::MotorsOn, "motor state: on"),
            fall: Some((EventKind::MotorsOff, "motor state: off")),
            at_start: false,
        },
    },
    flag("mr_controller", "in_sim_mode", EventKind::Simulator, "simulator mode: no aircraft flew"),
    flag("mr_controller", "sim_model", EventKind::Simulator, "simulator mode: no aircraft flew"),
    Watch {
        record: "osd_general",
        field: "motor_on",
        part: Part::Aircraft,
        rule: Rule::Flag {
            rise: (EventKind::MotorsOn, "motors on"),
            fall: Some((EventKind::MotorsOff, "motors off")),
            at_start: false,
        },
    },
    Watch {
        record: "osd_general",
        field: "in_air",
        part: Part::Aircraft,
        rule: Rule::Flag {
            rise: (EventKind::TakeOff, "take-off"),
            fall: Some((EventKind::Landing, "landing")),
            at_start: false,
        },
    },
    Watch {
        record: "osd_general",
        field: "rc_lost",
        part: Part::Controller,
        rule: Rule::Flag {
            rise: (EventKind::SignalLost, "remote control signal lost"),
            fall: Some((EventKind::SignalBack, "remote control signal back")),
            at_start: true,
        },
    },
    Watch {
        record: "osd_general",
        field: "mode",
        part: Part::Aircraft,
        rule: Rule::Name { what: "flight mode", kind: EventKind::ModeChange, special: GO_HOME_MODE },
    },
    Watch {
        record: "osd_general",
        field: "flight_action",
        part: Part::Aircraft,
        rule: Rule::Name {
            what: "flight action",
            kind: EventKind::Action,
            special: &[(12, EventKind::GoHome), (20, EventKind::GeofenceLimit)],
        },
    },
    named("osd_general", "latest_cmd", EventKind::Command, "command"),
    flag("osd_general", "out_of_limit", EventKind::GeofenceLimit, "beyond the limits"),
    named("gps_hw_status_0", "jammingstate", EventKind::Gnss, "GNSS jamming state"),
    named("gps_hw_status_0", "spoofstate", EventKind::Gnss, "GNSS spoofing state"),
    Watch {
        record: "rc_debug_info",
        field: "data_lost",
        part: Part::Controller,
        rule: Rule::Flag {
            rise: (EventKind::SignalLost, "remote control data lost"),
            fall: Some((EventKind::SignalBack, "remote control data back")),
            at_start: true,
        },
    },
    flag("svo_avoid_data", "al_wf", EventKind::GeofenceLimit, "airport limit at work"),
    flag("svo_avoid_data", "rl_wf", EventKind::GeofenceLimit, "radius limit at work"),
    flag("adv_fl_limit_data", "in_warn_zone", EventKind::GeofenceLimit, "in a warning zone"),
    fault("imu0_fault"),
    fault("imu1_fault"),
    fault("imu2_fault"),
    fault("gcm0_fault"),
    fault("gcm1_fault"),
    fault("gcm2_fault"),
    fault("mc_fault"),
    fault("imu1_break"),
    fault("imu2_break"),
    fault("gcm0_break"),
    fault("gcm1_break"),
    fault("gcm2_break"),
    flag("sys_err", "sd_fail", EventKind::Warning, "the aircraft's card failed"),
];

struct Watched {
    field: Field,
    scalar: Scalar,
    watch: &'static Watch,
    /// Place of its last value.
    slot: usize,
}

/// Follows the watched fields through a log.
#[derive(Default)]
pub struct Watcher {
    /// By layout index.
    watched: HashMap<usize, Vec<Watched>>,
    last: Vec<Option<i64>>,
    /// Changes of each.
    changes: Vec<u64>,
    homes: HashMap<usize, [Scalar; 2]>,
    home: Option<Point>,
}

impl Watcher {
    pub fn new<'l>(layouts: impl Iterator<Item = &'l Arc<Layout>>) -> Self {
        let mut watcher =
            Watcher { last: vec![None; WATCHES.len()], changes: vec![0; WATCHES.len()], ..Watcher::default() };
        for layout in layouts {
            let watched: Vec<Watched> = WATCHES
                .iter()
                .enumerate()
                .filter(|(_, watch)| watch.record == layout.name)
                .filter_map(|(slot, watch)| {
                    let field = layout.field(watch.field)?;
                    Some(Watched { field: field.clone(), scalar: field.scalar()?, watch, slot })
                })
                .collect();
            if !watched.is_empty() {
                watcher.watched.insert(layout.index, watched);
            }
            let scalar = |name: &str| layout.field(name)?.scalar();
            if let (HOME, Some(lat), Some(lon)) = (layout.name.as_str(), scalar("latitude"), scalar("longtitude")) {
                watcher.homes.insert(layout.index, [lat, lon]);
            }
        }
        watcher
    }

    /// Whether events may follow from records of this layout.
    pub fn uses(&self, layout: &Layout) -> bool {
        self.watched.contains_key(&layout.index) || self.homes.contains_key(&layout.index)
    }

    /// Events that this record makes, in the order of the watch list.
    pub fn record(&mut self, record: &Record<'_>, mut emit: impl FnMut(Event)) {
        let Some(layout) = record.layout else { return };
        for Watched { field, scalar, watch, slot } in self.watched.get(&layout.index).into_iter().flatten() {
            let Some(now) = scalar.integer(record.content()) else { continue };
            let before = self.last.get_mut(*slot).and_then(|last| last.replace(now));
            if let Some(changes) = self.changes.get_mut(*slot).filter(|_| before.is_some_and(|before| before != now)) {
                *changes += 1;
            }
            if let Some((kind, text)) = watch.rule.change(field, before, now) {
                emit(Event::new(kind, watch.part, text, Origin::Bytes(record.at.clone())));
            }
        }
        if let Some((text, home)) =
            self.homes.get(&layout.index).and_then(|home| home_set(&mut self.home, home, record.content()))
        {
            let event = Event::new(EventKind::HomeSet, Part::Aircraft, text, Origin::Bytes(record.at.clone()));
            emit(event.place(home.y(), home.x()));
        }
    }

    /// States of the receiver that a reader asks for though nothing happened.
    pub fn steady(&self) -> Vec<String> {
        let states = WATCHES.iter().zip(&self.last).zip(&self.changes);
        states
            .filter_map(|((watch, last), changes)| match (&watch.rule, last) {
                (Rule::Name { what, kind: EventKind::Gnss, .. }, Some(last)) if *changes == 0 => {
                    Some(format!("{what}: {last} from the first to the last record, no change"))
                }
                _ => None,
            })
            .collect()
    }
}

/// The record of the home point.
const HOME: &str = "osd_home_data";
/// Homes that differ by less are one home: the receiver's noise moves it by decimetres.
const HOME_MOVED_M: f64 = 5.0;

/// Told when the home point is set and when it goes elsewhere; none is set while the values are no place on Earth.
fn home_set(last: &mut Option<Point>, [lat, lon]: &[Scalar; 2], content: &[u8]) -> Option<(String, Point)> {
    let (lat, lon) = (lat.number(content)?.to_degrees(), lon.number(content)?.to_degrees());
    let set = lat.abs() <= 90.0 && lon.abs() <= 180.0 && !(lat.abs() < 1e-6 && lon.abs() < 1e-6);
    let now = set.then(|| Point::new(lon, lat))?;
    let Some(before) = last else {
        *last = Some(now);
        return Some(("home point set".to_owned(), now));
    };
    let metres = Geodesic.distance(*before, now);
    if metres < HOME_MOVED_M {
        return None;
    }
    *before = now;
    Some((format!("home point moved by {metres:.1} m"), now))
}

impl Rule {
    fn change(&self, field: &Field, before: Option<i64>, now: i64) -> Option<(EventKind, String)> {
        match self {
            Rule::Flag { rise, fall, at_start } => match (before.map(|v| v != 0), now != 0) {
                (Some(false), true) => Some(*rise),
                (None, true) if *at_start => Some(*rise),
                (Some(true), false) => *fall,
                _ => None,
            }
            .map(|(kind, text)| (kind, text.to_owned())),
            Rule::Name { what, kind, special } => {
                let before = before.filter(|v| *v != now)?;
                let kind = special.iter().find(|(value, _)| *value == now).map_or(*kind, |(_, kind)| *kind);
                Some((kind, format!("{what}: {} -> {}", with_name(field, before), with_name(field, now))))
            }
        }
    }
}

fn with_name(field: &Field, value: i64) -> String {
    match field.value_name(&Value::Signed(value)) {
        Some(name) => format!("{name} ({value})"),
        None => value.to_string(),
    }
}
