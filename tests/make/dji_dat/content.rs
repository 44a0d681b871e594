//! Payloads that early and later logs share: inertial solution, receiver, home point.

use super::super::clock::civil;
use super::super::dji_txt::fields::Fields;
use super::super::math::sin_cos;

/// Type 1 (V1), 2048 to 2050 (V3), 120 bytes: the fused solution of one inertial unit.
#[derive(Clone, Debug, Default)]
pub struct Inertial {
    pub lat_rad: f64,
    pub lon_rad: f64,
    /// m, by pressure.
    pub pressure_altitude: f32,
    /// m, fused.
    pub altitude: f32,
    /// Roll, pitch, yaw in degrees.
    pub attitude: [f64; 3],
    /// North, east, down, m/s.
    pub velocity: [f64; 3],
    /// 0.01 degrees Celsius.
    pub temperature: i16,
    pub satellites: u16,
    pub counter: u16,
}

impl Inertial {
    pub fn content(&self) -> Vec<u8> {
        let mut f = Fields::new(120);
        f.f64(0, self.lon_rad)
            .f64(8, self.lat_rad)
            .f32(16, self.pressure_altitude)
            .f32(28, -1.0)
            .f32(44, self.altitude);
        for (at, part) in quaternion(self.attitude).into_iter().enumerate() {
            f.f32(48 + 4 * at, part);
        }
        f.f32(72, -1.0);
        for (at, &speed) in self.velocity.iter().enumerate() {
            f.f32(76 + 4 * at, speed as f32);
        }
        f.i16(106, self.temperature).u16(112, 0x1264).u16(116, self.satellites).u16(118, self.counter);
        f.whole()
    }
}

/// w, x, y, z of roll, pitch and yaw, turned in the order yaw, pitch, roll.
pub fn quaternion([roll, pitch, yaw]: [f64; 3]) -> [f32; 4] {
    let [(sr, cr), (sp, cp), (sy, cy)] = [roll, pitch, yaw].map(|deg| sin_cos(deg.to_radians() / 2.0));
    [cr * cp * cy + sr * sp * sy, sr * cp * cy - cr * sp * sy, cr * sp * cy + sr * cp * sy, cr * cp * sy - sr * sp * cy]
        .map(|part| part as f32)
}

/// Type 5 (V1, 68 bytes), 2096 to 2098 (V3, 66 to 76): what the receiver says. All zero before the first fix.
#[derive(Clone, Debug, Default)]
pub struct Receiver {
    /// Seconds since 1970.
    pub utc_s: i64,
    pub lat_e7: i32,
    pub lon_e7: i32,
    /// mm; above the ellipsoid in later logs.
    pub height: i32,
    /// North, east, down, m/s; written in cm/s.
    pub velocity: [f64; 3],
    pub satellites: u16,
    pub counter: u16,
}

impl Receiver {
    pub fn content(&self, len: usize) -> Vec<u8> {
        let mut f = Fields::new(76);
        if self.utc_s == 0 {
            f.f32(32, 9999.0).f32(36, 9999.0).u16(64, self.satellites);
            return f.cut(len);
        }
        let (year, month, day, second) = civil(self.utc_s);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        f.u32(0, (year * 10_000 + month * 100 + day) as u32).u32(4, (hour * 10_000 + minute * 100 + second) as u32);
        f.i32(8, self.lon_e7).i32(12, self.lat_e7).i32(16, self.height);
        for (at, speed) in self.velocity.iter().enumerate() {
            f.f32(20 + 4 * at, (speed * 100.0) as f32);
        }
        f.f32(32, 61.0).f32(36, 112.0).f32(40, 3.0).f32(44, 633.0).f32(48, 900.0).f32(52, 40.0);
        let gps = u32::from(self.satellites) * 2 / 3;
        f.u32(56, gps).u32(60, u32::from(self.satellites) - gps).u16(64, self.satellites).u16(66, self.counter);
        f.cut(len)
    }
}

/// Type 13: 34 bytes in V1, 83 in the logs of a Matrice 350.
#[derive(Clone, Debug)]
pub struct Home {
    /// Radians; (0, 0) while it is not set.
    pub lat_rad: f64,
    pub lon_rad: f64,
    /// 0.1 m.
    pub altitude: f32,
    pub set: bool,
    /// m.
    pub return_height: u16,
    /// The number in FLYnnn.DAT.
    pub log_number: u16,
    pub serial: &'static str,
}

impl Home {
    pub fn content(&self, len: usize) -> Vec<u8> {
        let mut f = Fields::new(83);
        f.f64(0, self.lon_rad).f64(8, self.lat_rad).f32(16, self.altitude).u16(20, u16::from(self.set));
        f.u16(22, self.return_height).u8(27, 40).u16(30, self.log_number).u8(36, 1).f32(37, 120.0).u8(45, 5);
        f.text(52, 20, self.serial).u8(82, 1);
        f.cut(len)
    }
}
