//! What happened, from what the records of numbers say: the fields to watch, and what their values mean.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::watch::{Home, Rule, Watch, flag, link, named, switch};
use super::super::{Event, EventKind, Part, Record};
use crate::evidence::Origin;
use crate::layout::{Field, Layout, Scalar};

/// A byte of the aircraft's own fault record. What its values mean is not known: a change is told.
const fn fault(field: &'static str) -> Watch {
    named("err_code", field, EventKind::Warning, field, &[])
}

/// Flight mode 15 is the return home; flight action 20 a landing that an airport zone forces.
const GO_HOME_MODE: &[(i64, EventKind)] = &[(15, EventKind::GoHome), (36, EventKind::GoHome)];

static WATCHES: &[Watch] = &[
    named("mr_controller", "ctrl_mode", EventKind::ModeChange, "control mode", GO_HOME_MODE),
    switch(
        "mr_controller",
        "motor_state",
        1,
        (EventKind::MotorsOn, "motor state: on"),
        (EventKind::MotorsOff, "motor state: off"),
    ),
    flag("mr_controller", "in_sim_mode", EventKind::Simulator, "simulator mode: no aircraft flew"),
    flag("mr_controller", "sim_model", EventKind::Simulator, "simulator mode: no aircraft flew"),
    switch("osd_general", "motor_on", 1, (EventKind::MotorsOn, "motors on"), (EventKind::MotorsOff, "motors off")),
    switch("osd_general", "in_air", 1, (EventKind::TakeOff, "take-off"), (EventKind::Landing, "landing")),
    link("osd_general", "rc_lost", "remote control signal lost", "remote control signal back"),
    named("osd_general", "mode", EventKind::ModeChange, "flight mode", GO_HOME_MODE),
    named(
        "osd_general",
        "flight_action",
        EventKind::Action,
        "flight action",
        &[(12, EventKind::GoHome), (20, EventKind::GeofenceLimit)],
    ),
    named("osd_general", "latest_cmd", EventKind::Command, "command", &[]),
    flag("osd_general", "out_of_limit", EventKind::GeofenceLimit, "beyond the limits"),
    named("gps_hw_status_0", "jammingstate", EventKind::Gnss, "GNSS jamming state", &[]),
    named("gps_hw_status_0", "spoofstate", EventKind::Gnss, "GNSS spoofing state", &[]),
    link("rc_debug_info", "data_lost", "remote control data lost", "remote control data back"),
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
    home: Home,
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
        let stated = self.homes.get(&layout.index).and_then(|[lat, lon]| {
            let content = record.content();
            lat.number(content).zip(lon.number(content))
        });
        if let Some((home, moved)) = stated.and_then(|(lat, lon)| self.home.reach(lat, lon)) {
            let text = moved.map_or("home point set".to_owned(), |metres| format!("home point moved by {metres:.1} m"));
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
