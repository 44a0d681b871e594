//! The aircraft's own log in words, `<counter> [L-MODULE]words`: starts and stops with their reasons, home points, zones nearby,
//! commands, faults, serial numbers, and the clock of the app.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use super::super::{Event, EventKind, Fact, Part, Property, Sink};
use crate::evidence::{Extent, Origin};

/// Follows the words through a log.
#[derive(Default)]
pub struct LogText {
    /// By id: what was last said of the zone.
    zones: BTreeMap<String, String>,
    in_air: bool,
    /// Faults as they were last told.
    faults: BTreeMap<String, String>,
    pub app_clock: AppClock,
    /// The aircraft's serial number as the words give it.
    pub serial: Option<String>,
}

/// What the app told the aircraft about its own clock.
#[derive(Default)]
pub struct AppClock {
    /// The log's own time in nanoseconds, and the app's local time in seconds as if it were UTC.
    pub told: Vec<(i64, i64)>,
    pub zone: Option<String>,
    pub at: Option<Extent>,
}

/// More are not needed to compare two clocks.
const MOST_TOLD: usize = 1000;
/// Zones and faults that are followed.
const MOST_KNOWN: usize = 4096;

impl LogText {
    pub fn record(&mut self, payload: &[u8], at: &Extent, time_ns: Option<i64>, sink: &mut dyn Sink) {
        let text = String::from_utf8_lossy(payload);
        for line in text.split(['\0', '\n', '\r']).map(str::trim).filter(|line| !line.is_empty()) {
            match module(line) {
                Some((module, words)) => self.words(module, words, at, time_ns, sink),
                None => first_generation(line, at, sink),
            }
        }
    }

    fn words(&mut self, module: &str, words: &str, at: &Extent, time_ns: Option<i64>, sink: &mut dyn Sink) {
        let mut tell = |kind, part, text: String| sink.event(Event::new(kind, part, text, Origin::Bytes(at.clone())));
        match module {
            "FMU/MOTOR" => {
                if let Some(reason) = words.strip_prefix("Start. reason:") {
                    tell(EventKind::MotorsOn, Part::Aircraft, format!("motors on, reason {reason}"));
                } else if let Some(reason) = words.strip_prefix("Stop. reason:") {
                    tell(EventKind::MotorsOff, Part::Aircraft, format!("motors off, reason {reason}"));
                } else if words.starts_with("Total start times") {
                    tell(EventKind::Message, Part::Aircraft, format!("motors: {words}"));
                    if let Some(value) = number_behind(words, "time:").filter(|value| (0.0..1e9).contains(value)) {
                        sink.fact(Fact::Declared {
                            name: "motor_time",
                            value,
                            unit: "s",
                            at: Origin::Bytes(at.clone()),
                        });
                    }
                }
            }
            "FMU/FSM" => match words.rsplit_once("cur:").map(|(_, state)| state.trim()) {
                Some("in air") => {
                    self.in_air = true;
                    tell(EventKind::TakeOff, Part::Aircraft, "take-off".to_owned());
                }
                Some("on ground") if std::mem::take(&mut self.in_air) => {
                    tell(EventKind::Landing, Part::Aircraft, "landing".to_owned());
                }
                _ => {}
            },
            "HOME" if words.contains("lati:") => {
                let at = Origin::Bytes(at.clone());
                let event = Event::new(EventKind::HomeSet, Part::Aircraft, format!("home point: {words}"), at);
                let place = number_behind(words, "lati:").zip(number_behind(words, "longti:"));
                let place = place.filter(|(lat, lon)| lat.abs() <= 90.0 && lon.abs() <= 180.0);
                sink.event(match place {
                    Some((lat, lon)) => event.place(lat, lon),
                    None => event,
                });
            }
            "HOME" => tell(EventKind::Message, Part::Aircraft, format!("home point: {words}")),
            "TAKEOFF" => {
                if let Some(metres) = number_behind(words, "alti:").filter(|m| (-1000.0..20_000.0).contains(m)) {
                    sink.fact(Fact::TakeOffAltitude { metres, at: Origin::Bytes(at.clone()) });
                    let fact = |value| Fact::Declared {
                        name: "take_off_altitude",
                        value,
                        unit: "m",
                        at: Origin::Bytes(at.clone()),
                    };
                    sink.fact(fact(metres));
                }
            }
            "FLYMODE" if words.contains("landing") => tell(EventKind::Action, Part::Aircraft, words.to_owned()),
            "FLYMODE" => tell(EventKind::ModeChange, Part::Aircraft, format!("flight mode: {words}")),
            "RC" => match words.split_once("rc cmd:") {
                Some((_, command)) => {
                    tell(EventKind::Command, Part::Controller, format!("remote control command: {}", command.trim()));
                }
                None if words.contains("landing") => tell(EventKind::Action, Part::Controller, words.to_owned()),
                None => {}
            },
            "SYS" if words.contains("app lost") => {
                tell(EventKind::SignalLost, Part::App, "connection to the app lost".to_owned());
            }
            "BATTERY" => match (words.split_once("=>"), words.split_once("Serial number")) {
                (Some((old, new)), _) => {
                    let (old, new) = (old.trim_start_matches("old:"), new.trim_start_matches(['=', '>']));
                    let new = new.trim_start_matches("new:");
                    tell(EventKind::Action, Part::Battery, format!("battery state: {} -> {}", old.trim(), new.trim()));
                }
                (None, Some((_, serial))) => serials(serial, Part::Battery, at, sink),
                (None, None) => {}
            },
            "GEO" => self.zone(words, at, sink),
            "FDI" if words.contains("fault on") || words.contains("fault off") => self.fault(words, at, sink),
            "CAMERA" => self.app_time(words, at, time_ns),
            "RECORDER" => {
                if let Some(zone) = words.strip_prefix("set timezone:") {
                    self.app_clock.zone = zone.split(',').next().map(|zone| zone.trim().to_owned());
                }
            }
            "FMU/VERSION" => self.version(words, at, sink),
            _ => {}
        }
    }

    /// `[70036736.0]:height:500,pi:1,pih:1,pa:0,...`: a zone near the aircraft; told when something about it changes.
    fn zone(&mut self, words: &str, at: &Extent, sink: &mut dyn Sink) {
        let Some((id, state)) = words.strip_prefix('[').and_then(|rest| rest.split_once("]:height:")) else { return };
        if self.zones.get(id).is_some_and(|known| known == state) || self.zones.len() >= MOST_KNOWN {
            return;
        }
        let (height, flags) = state.split_once(',').unwrap_or((state, ""));
        let text = format!("no-fly zone {id} near the aircraft, height limit {height} m ({flags})");
        sink.event(Event::new(EventKind::NoFlyZone, Part::Aircraft, text, Origin::Bytes(at.clone())));
        if !self.zones.contains_key(id) {
            let value = id.to_owned();
            sink.fact(Fact::Identifier { kind: "no-fly-zone", value, at: Origin::Bytes(at.clone()) });
        }
        self.zones.insert(id.to_owned(), state.to_owned());
    }

    /// `NS(0) GPS(1): fault on , stuck`: told when it comes and when it goes.
    fn fault(&mut self, words: &str, at: &Extent, sink: &mut dyn Sink) {
        let (what, state) = words.split_once(':').unwrap_or((words, ""));
        if self.faults.get(what).is_some_and(|known| known == state) || self.faults.len() >= MOST_KNOWN {
            return;
        }
        self.faults.insert(what.to_owned(), state.to_owned());
        let text = format!("fault detection: {words}");
        sink.event(Event::new(EventKind::Warning, Part::Aircraft, text, Origin::Bytes(at.clone())));
    }

    fn app_time(&mut self, words: &str, at: &Extent, time_ns: Option<i64>) {
        let Some(stated) = words.strip_prefix("cmd_handler_setting_date ") else { return };
        let Ok(local) = NaiveDateTime::parse_from_str(stated.trim(), "%Y-%m-%d, %H:%M:%S") else { return };
        if let Some(time_ns) = time_ns.filter(|_| self.app_clock.told.len() < MOST_TOLD) {
            self.app_clock.told.push((time_ns, local.and_utc().timestamp()));
            self.app_clock.at.get_or_insert_with(|| at.clone());
        }
    }

    fn version(&mut self, words: &str, at: &Extent, sink: &mut dyn Sink) {
        let Some((what, value)) = words.split_once(':') else { return };
        let (what, value) = (what.split_whitespace().collect::<Vec<_>>().join(" "), value.trim());
        let firmware = |name: &str| Fact::Device {
            part: Part::Module,
            property: Property::Firmware,
            value: format!("{name}: {value}"),
            at: Origin::Bytes(at.clone()),
        };
        match what.as_str() {
            "Mc ID" => self.serial = Some(value.to_owned()).filter(|v| !v.is_empty()),
            "Bat SN" => value.split('&').for_each(|serial| serials(serial, Part::Battery, at, sink)),
            "Mc Ver" => sink.fact(firmware("flight controller")),
            "Bat Ver" => sink.fact(firmware("battery")),
            "svn Ver" => sink.fact(firmware("flight controller source revision")),
            _ => {}
        }
    }
}

/// `   2715 [L-FMU/MOTOR]Start. ...`: the module, and what it says. Words of tasks (`{root}INFO:...`) have none.
fn module(line: &str) -> Option<(&str, &str)> {
    let (counter, rest) = line.split_once("[L-")?;
    let is_counter = counter.trim().bytes().all(|b| b.is_ascii_digit());
    let (module, words) = rest.split_once(']')?;
    is_counter.then(|| (module, words.trim()))
}

/// Phantom 3 and Inspire 1 name no module.
fn first_generation(line: &str, at: &Extent, sink: &mut dyn Sink) {
    let words = line.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
    let mut tell = |kind, text: String| {
        sink.event(Event::new(kind, Part::Aircraft, text, Origin::Bytes(at.clone())));
    };
    if let Some(rest) = words.strip_prefix("M.Start") {
        tell(EventKind::MotorsOn, format!("motors on{rest}"));
    } else if let Some(rest) = words.strip_prefix("M. Stop").or_else(|| words.strip_prefix("M.Stop")) {
        tell(EventKind::MotorsOff, format!("motors off{rest}"));
    } else if let Some((_, board)) = words.split_once(':').filter(|_| words.starts_with("Board")) {
        let value = format!("board: {}", board.trim());
        let fact =
            Fact::Device { part: Part::Module, property: Property::Version, value, at: Origin::Bytes(at.clone()) };
        sink.fact(fact);
    } else if let Some((_, id)) = words.split_once(':').filter(|_| words.starts_with("Mc  ID")) {
        serials(id, Part::Aircraft, at, sink);
    }
}

fn serials(value: &str, part: Part, at: &Extent, sink: &mut dyn Sink) {
    let value = value.trim_matches(|c: char| c.is_whitespace() || c == ':').to_owned();
    if !value.is_empty() {
        sink.fact(Fact::Device { part, property: Property::Serial, value, at: Origin::Bytes(at.clone()) });
    }
}

fn number_behind(words: &str, label: &str) -> Option<f64> {
    let rest = words.split_once(label)?.1.trim_start();
    let end = rest.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+')).unwrap_or(rest.len());
    rest[..end].parse().ok()
}
