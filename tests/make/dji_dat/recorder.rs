//! From a flight to the log of its aircraft: which generation writes which records, how often and in which order.

pub mod early_log;
pub mod later_log;

use std::ops::Range;

use super::super::craft::Craft;
use super::super::flight::State;
use super::super::math::LocalPlane;
use super::content::{Home, Inertial, Receiver};
use super::{Dat, Definition, Fix, Record};

/// Metres north and east by which the solution with corrections lies beside the place that the app shows.
pub const CORRECTED_BESIDE: [f64; 2] = [0.4, -0.3];
/// The same for the fused solution, which knows no corrections, and for the bare receiver.
pub const FUSED_BESIDE: [f64; 2] = [-3.9, 4.3];
/// Ellipsoid above the pressure altitudes, m.
pub const ELLIPSOID_ABOVE: f64 = 27.25;

/// Everything that is needed to write a flight down as its aircraft does.
#[derive(Clone, Debug)]
pub struct Recording<'a> {
    pub craft: &'a Craft,
    pub states: &'a [State],
    /// By GPS, at the first state; ms since 1970.
    pub utc_ms: i64,
    /// The counter at the first state as if it had never wrapped.
    pub first_tick: u64,
    /// Ticks a second as the counter really runs; the header has the round number.
    pub rate: f64,
    /// Added to the ticks of V3 records, which else are multiples of 256 as on a Matrice 350.
    pub low_bits: u64,
    /// The number in FLYnnn.DAT.
    pub log_number: u16,
    /// States of which nothing reached the log.
    pub gaps: Vec<Range<usize>>,
    /// What the log says about its records; they are streamed from its start on, most of them inside other records.
    pub definitions: &'a [Definition],
    /// By how much the app's clock is ahead of GPS, ms.
    pub app_ahead_ms: i64,
    /// Of the app's clock.
    pub utc_offset_h: i64,
}

/// A log and what is true about its positions, in file order.
#[derive(Clone, Debug)]
pub struct Made {
    pub dat: Dat,
    pub fixes: Vec<Fix>,
}

/// One moment of the flight as records are made of it.
#[derive(Clone, Copy)]
pub(super) struct Moment<'a> {
    at: usize,
    now: &'a State,
    pub(super) ticks: u64,
    utc_ns: i64,
}

impl Moment<'_> {
    fn tick(&self) -> u32 {
        self.ticks as u32
    }

    pub(super) fn record(&self, kind: u16, payload: Vec<u8>) -> Record {
        Record::new(kind, self.tick(), payload)
    }

    fn fix(&self, kind: u16, (lat_deg, lon_deg): (f64, f64)) -> Fix {
        let valid = self.now.has_fix;
        Fix { kind, tick: self.tick(), ticks: self.ticks, lat_deg, lon_deg, valid, utc_ns: self.utc_ns, state: self.at }
    }
}

impl Recording<'_> {
    /// The counter `slot` ms behind a state.
    fn ticks(&self, state: usize, slot: u64) -> u64 {
        self.first_tick + ((self.states[state].t + slot as f64 / 1e3) * self.rate) as u64
    }

    fn moment(&self, at: usize, ticks: u64) -> Moment<'_> {
        let since_ns = (ticks as f64 - self.first_tick as f64) / self.rate * 1e9;
        Moment { at, now: &self.states[at], ticks, utc_ns: self.utc_ms * 1_000_000 + since_ns as i64 }
    }

    fn written(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.states.len()).filter(|state| !self.gaps.iter().any(|gap| gap.contains(state)))
    }

    /// Latitude and longitude in radians, `beside` metres north and east of where the aircraft is.
    fn place(&self, now: &State, beside: [f64; 2]) -> (f64, f64) {
        if !now.has_fix {
            return (0.0, 0.0);
        }
        if beside == [0.0; 2] {
            return (now.lat_rad, now.lon_rad);
        }
        LocalPlane::at(now.lat_deg(), now.lon_deg()).radians(beside[0], beside[1])
    }

    /// Altitude of the take-off point by pressure, m.
    pub fn takeoff_altitude(&self) -> f64 {
        f64::from(self.craft.home_altitude) / 10.0
    }

    fn inertial(&self, moment: &Moment) -> Inertial {
        self.inertial_between(moment, 0.0)
    }

    /// `behind` seconds behind the state.
    pub(super) fn inertial_between(&self, moment: &Moment, behind: f64) -> Inertial {
        let now = moment.now;
        let beside = |axis: usize| FUSED_BESIDE[axis] + behind * now.velocity[axis];
        let (lat_rad, lon_rad) = self.place(now, [beside(0), beside(1)]);
        let altitude = (self.takeoff_altitude() + now.height) as f32;
        Inertial {
            lat_rad,
            lon_rad,
            pressure_altitude: altitude + 0.125,
            altitude,
            attitude: [now.roll, now.pitch, now.yaw],
            velocity: now.velocity,
            temperature: 6500,
            satellites: u16::from(now.satellites),
            counter: moment.at as u16,
        }
    }

    fn receiver(&self, moment: &Moment) -> Receiver {
        let now = moment.now;
        let utc_s = if now.has_fix { moment.utc_ns.div_euclid(1_000_000_000) } else { 0 };
        let (lat_e7, lon_e7) = self.single(now);
        Receiver {
            utc_s,
            lat_e7,
            lon_e7,
            height: ((self.takeoff_altitude() + now.height + ELLIPSOID_ABOVE) * 1e3).round() as i32,
            velocity: now.velocity,
            satellites: u16::from(now.satellites),
            counter: moment.at as u16,
        }
    }

    /// The bare receiver's latitude and longitude, 1e-7 degrees.
    fn single(&self, now: &State) -> (i32, i32) {
        let (lat, lon) = self.place(now, FUSED_BESIDE);
        let e7 = |rad: f64| (rad.to_degrees() * 1e7).round() as i32;
        (e7(lat), e7(lon))
    }

    fn home(&self, now: &State) -> Home {
        let set = now.fly_time > 0;
        let origin = self.states.iter().find(|state| state.has_fix).filter(|_| set);
        Home {
            lat_rad: origin.map_or(0.0, |state| state.lat_rad),
            lon_rad: origin.map_or(0.0, |state| state.lon_rad),
            altitude: self.craft.home_altitude,
            set,
            return_height: 50,
            log_number: self.log_number,
            serial: self.craft.aircraft_serial,
        }
    }
}

fn degrees((lat_rad, lon_rad): (f64, f64)) -> (f64, f64) {
    (lat_rad.to_degrees(), lon_rad.to_degrees())
}

/// What a reader makes of the receiver's integers.
fn degrees_of_e7((lat, lon): (i32, i32)) -> (f64, f64) {
    (f64::from(lat) / 1e7, f64::from(lon) / 1e7)
}
