//! What happened, from what the records say: the fields to watch, and what their values mean.

use std::collections::BTreeMap;

use super::super::watch::{Home, Rule, Watch, flag, link, named, switch};
use super::super::{Event, EventKind, Part, Record};
use crate::evidence::Origin;
use crate::layout::{Field, Layout, Scalar, Tables};

const fn text(record: &'static str, kind: EventKind) -> Watch {
    Watch { record, field: "text", part: Part::App, rule: Rule::Text(kind) }
}

const fn each(
    record: &'static str,
    field: &'static str,
    part: Part,
    values: &'static [(i64, EventKind, &'static str)],
) -> Watch {
    Watch { record, field, part, rule: Rule::Each(values) }
}

/// Flight mode 15 is the return home; flight action 20 a landing that an airport zone forces; motor start failure 23 a no-fly zone.
static WATCHES: &[Watch] = &[
    Watch { record: "fly_forbid_db", field: "uuid", part: Part::App, rule: Rule::Text(EventKind::NoFlyDatabase) },
    text("app_tip", EventKind::Message),
    text("app_warn", EventKind::Warning),
    text("vision_warn", EventKind::Warning),
    text("app_serious_warn", EventKind::Warning),
    each("custom", "photo", Part::Camera, &[(1, EventKind::Photo, "photo taken")]),
    each(
        "custom",
        "video",
        Part::Camera,
        &[(1, EventKind::VideoStart, "video recording started"), (2, EventKind::VideoStop, "video recording stopped")],
    ),
    switch("osd", "motors_on", 1, (EventKind::MotorsOn, "motors on"), (EventKind::MotorsOff, "motors off")),
    switch("osd", "ground_or_air", 2, (EventKind::TakeOff, "take-off"), (EventKind::Landing, "landing")),
    link("osd", "rc_signal_lost", "remote control signal lost", "remote control signal back"),
    named("osd", "flight_mode", EventKind::ModeChange, "flight mode", &[(15, EventKind::GoHome)]),
    named(
        "osd",
        "flight_action",
        EventKind::Action,
        "flight action",
        &[(12, EventKind::GoHome), (20, EventKind::GeofenceLimit)],
    ),
    each(
        "osd",
        "motor_start_fail",
        Part::Aircraft,
        &[(23, EventKind::GeofenceLimit, "motors refused to start: fly forbidden (no-fly zone)")],
    ),
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

/// Where the records of the home point have it.
struct HomePoint {
    layout: usize,
    latitude: Scalar,
    longitude: Scalar,
    last: Home,
}

impl HomePoint {
    fn of(layout: &Layout) -> Option<Self> {
        let scalar = |name: &str| layout.field(name)?.scalar();
        let (latitude, longitude) = (scalar("latitude")?, scalar("longitude")?);
        Some(HomePoint { layout: layout.index, latitude, longitude, last: Home::default() })
    }

    /// How far the home point went since the last record.
    fn moved(&mut self, content: &[u8]) -> Option<f64> {
        let (_, metres) = self.last.reach(self.latitude.number(content)?, self.longitude.number(content)?)?;
        metres
    }
}

/// GO 4 and the iOS apps write `Title__text`.
fn title_and_text(text: &str) -> String {
    match text.split_once("__") {
        Some((title, text)) => format!("{title}: {text}"),
        None => text.to_owned(),
    }
}
