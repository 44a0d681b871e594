//! Payloads of early logs (V1), as a Phantom 3 writes them.

use super::super::dji_txt::fields::{Fields, bits};

/// Type 0, 43 bytes: stick commands -10000..10000, modes, motors.
#[derive(Clone, Debug, Default)]
pub struct Controller {
    pub counter: u32,
    /// Aileron, elevator, throttle, rudder, -1..1.
    pub sticks: [f64; 4],
    pub mode: u8,
    pub motors: bool,
    /// mV.
    pub voltage: u16,
    pub gps_level: u8,
}

impl Controller {
    pub fn content(&self) -> Vec<u8> {
        let mut f = Fields::new(43);
        f.u32(0, self.counter);
        for (at, stick) in self.sticks.iter().enumerate() {
            f.i16(4 + 2 * at, (10_000.0 * stick).round() as i16);
        }
        f.u8(28, self.mode).u8(29, self.mode).u8(32, u8::from(self.motors)).u16(37, self.voltage);
        f.u8(41, self.gps_level).u8(42, self.gps_level);
        f.whole()
    }
}

/// Type 12: what is sent to the app. 49, 50, 52, 53 and 55 bytes were seen by others.
#[derive(Clone, Debug, Default)]
pub struct Osd {
    pub lat_rad: f64,
    pub lon_rad: f64,
    /// 0.1 m above take-off.
    pub height: i16,
    /// North, east, down, 0.1 m/s.
    pub velocity: [i16; 3],
    /// Pitch, roll, yaw, 0.1 degrees.
    pub attitude: [i16; 3],
    pub mode: u8,
    pub airborne: bool,
    pub motors: bool,
    pub gps_used: bool,
    pub gps_level: u8,
    pub satellites: u8,
    pub action: u8,
    pub percent: u8,
    /// 0.1 s.
    pub fly_time: u16,
    pub starts: u8,
    pub product: u8,
}

impl Osd {
    pub fn content(&self, len: usize) -> Vec<u8> {
        let mut f = Fields::new(55);
        f.f64(0, self.lon_rad).f64(8, self.lat_rad).i16(16, self.height);
        for (at, (&speed, &angle)) in self.velocity.iter().zip(&self.attitude).enumerate() {
            f.i16(18 + 2 * at, speed).i16(24 + 2 * at, angle);
        }
        let state = u32::from(bits(&[false, !self.airborne, self.airborne, self.motors]));
        let state = state | u32::from(self.gps_used) << 15 | u32::from(self.gps_level) << 18 | 2 << 22;
        f.u8(30, self.mode).u32(32, state).u8(36, self.satellites).u8(37, self.action);
        f.u8(39, if self.gps_used { 0 } else { 2 }).u8(40, self.percent).u16(42, self.fly_time).u8(44, self.starts);
        f.u8(45, 30).u8(46, 10).u8(48, self.product);
        f.cut(len)
    }
}

/// Type 17, 45 bytes: mAh, mV, mA, 0.1 K.
#[derive(Clone, Debug, Default)]
pub struct Battery {
    pub full: u16,
    pub left: u16,
    pub current: i16,
    pub percent: u8,
    pub temperature: i16,
    pub serial: u16,
    /// Up to six.
    pub cells: Vec<u16>,
}

impl Battery {
    pub fn content(&self) -> Vec<u8> {
        let mut f = Fields::new(45);
        f.u16(0, self.full).u16(2, self.full).u16(4, self.left).u16(6, self.cells.iter().sum()).i16(8, self.current);
        f.u8(10, 97).u8(11, self.percent).i16(12, self.temperature).u16(14, 21).u16(16, self.serial);
        for (at, &cell) in self.cells.iter().take(6).enumerate() {
            f.u16(18 + 2 * at, cell);
        }
        f.i16(30, self.current);
        f.whole()
    }
}

/// Type 54, 35 bytes: thrust and pulse width of eight motors, 0.01 %; a Phantom has four.
pub fn motors(pulse: [u16; 4]) -> Vec<u8> {
    let mut f = Fields::new(35);
    f.u8(0, u8::from(pulse[0] > 0));
    for (at, &pulse) in pulse.iter().enumerate() {
        f.u16(3 + 2 * at, pulse).u16(19 + 2 * at, pulse);
    }
    f.whole()
}
