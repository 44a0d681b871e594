//! Payloads of later logs (V3), as a Matrice 350 writes them.

use super::super::dji_txt::fields::Fields;
use super::content::quaternion;

/// Seconds between the epoch of GPS and that of Unix time.
const GPS_EPOCH_S: i64 = 315_964_800;
/// Leap seconds since 2017.
const LEAP_S: i64 = 18;

/// Type 53234, 78 bytes: the receiver with corrections. All zero without a position.
#[derive(Clone, Debug, Default)]
pub struct Rtk {
    /// ms since 1970; it is written as week and ms of GPS.
    pub utc_ms: i64,
    pub lat_deg: f64,
    pub lon_deg: f64,
    /// m above the ellipsoid.
    pub height: f32,
    /// The receiver's own solution.
    pub single: [i32; 3],
    pub velocity: [f64; 3],
    pub yaw: f32,
    pub satellites: u8,
}

impl Rtk {
    pub fn content(&self) -> Vec<u8> {
        let mut f = Fields::new(78);
        if self.utc_ms == 0 {
            return f.whole();
        }
        let gps_ms = self.utc_ms - (GPS_EPOCH_S - LEAP_S) * 1000;
        let week_ms = 604_800_000;
        f.u32(0, (gps_ms / week_ms) as u32).u32(4, (gps_ms % week_ms) as u32);
        f.f64(8, self.lon_deg).f64(16, self.lat_deg).f32(24, self.height);
        f.i32(28, self.single[1]).i32(32, self.single[0]).i32(36, self.single[2]);
        for (at, &speed) in self.velocity.iter().enumerate() {
            f.f32(40 + 4 * at, speed as f32);
        }
        f.f32(52, self.yaw)
            .u8(56, self.satellites)
            .u8(57, self.satellites)
            .f32(58, 0.6)
            .put(66, &[50, 50, 16, 16, 50, 50]);
        f.u16(72, 0x37).f32(74, -33.5);
        f.whole()
    }
}

/// Type 2211, 128 bytes, which no log defines: the position that the app shows.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    pub lat_rad: f64,
    pub lon_rad: f64,
    /// m, as the inertial solution has it.
    pub altitude: f32,
    /// m above take-off, on a pedestal of its own; 0 before the first fix.
    pub height: f32,
    pub velocity: [f64; 3],
    pub attitude: [f64; 3],
    /// Without corrections.
    pub single_rad: [f64; 2],
    pub counter: u32,
}

impl Shown {
    pub fn content(&self) -> Vec<u8> {
        let mut f = Fields::new(128);
        f.f32(8, -self.altitude);
        for (at, &speed) in self.velocity.iter().enumerate() {
            f.f32(12 + 4 * at, speed as f32);
        }
        for (at, part) in quaternion(self.attitude).into_iter().enumerate() {
            f.f32(24 + 4 * at, part);
        }
        f.f64(64, self.single_rad[1]).f64(72, self.single_rad[0]).f64(80, self.lon_rad).f64(88, self.lat_rad);
        f.f32(96, self.height).u32(124, self.counter);
        f.whole()
    }
}

/// Type 1000, 60 bytes: sticks -1..1, mode, motors, limits.
#[derive(Clone, Debug, Default)]
pub struct Controller {
    pub counter: u32,
    /// Pitch, roll, yaw, throttle.
    pub sticks: [f32; 4],
    pub mode: u8,
    pub mode_switch: u8,
    pub motors: bool,
    pub max_height: f32,
    pub max_radius: f32,
    /// North and east of home, m.
    pub from_home: [f32; 2],
    pub return_height: u16,
}

impl Controller {
    pub fn content(&self) -> Vec<u8> {
        let mut f = Fields::new(60);
        f.u32(0, self.counter);
        for (at, &stick) in self.sticks.iter().enumerate() {
            f.f32(4 + 4 * at, 10_000.0 * stick);
        }
        f.u8(20, self.mode).u8(21, self.mode_switch).u8(22, u8::from(self.motors)).u8(23, 5).u8(24, 5);
        f.f32(26, self.max_height).f32(30, self.max_radius).f32(41, self.from_home[0]).f32(45, self.from_home[1]);
        f.u8(49, 1).u16(58, self.return_height);
        f.whole()
    }
}

/// Type 1710, 151 bytes: both packs together.
#[derive(Clone, Debug, Default)]
pub struct Battery {
    /// mV.
    pub voltage: i32,
    /// mA, negative while it is discharged.
    pub current: i32,
    /// mAh.
    pub left: u32,
    pub percent: u8,
    /// 0.1 degrees Celsius.
    pub temperature: i16,
    pub lowest_cell: u16,
}

impl Battery {
    pub fn content(&self) -> Vec<u8> {
        let mut f = Fields::new(151);
        f.f32(0, self.voltage as f32).f32(4, -self.current as f32).u32(10, self.left).u16(14, self.lowest_cell);
        f.f32(16, 3500.0).i32(20, self.voltage).i32(24, self.voltage).i32(28, self.current).u8(32, self.percent);
        f.i16(33, self.temperature).u8(52, 1);
        f.whole()
    }
}

/// Type 10085: 19 of the 20 numbers that its definition names.
pub fn solution(counter: u32) -> Vec<u8> {
    let mut f = Fields::new(76);
    f.f32(0, counter as f32).f32(72, 1.0);
    f.whole()
}

/// Type 20014, 8 bytes: noise, gain, jamming indicator, jamming and spoofing state.
pub fn receiver_state(jamming: u8, spoofing: u8) -> Vec<u8> {
    let mut f = Fields::new(8);
    f.u16(0, 97).u16(2, 94).i8(5, -4).u8(6, jamming).u8(7, spoofing);
    f.whole()
}
