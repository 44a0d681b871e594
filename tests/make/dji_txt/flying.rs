//! Record contents that tell how the aircraft flies: OSD, home, gimbal, controller, and the frame's own clock.

use super::fields::{Fields, bits};

/// Type 1. Angles in 0.1°, speeds in 0.1 m/s, heights in 0.1 m above take-off, times in 0.1 s since motor start.
#[derive(Clone, Debug, Default)]
pub struct Osd {
    pub lat_rad: f64,
    pub lon_rad: f64,
    pub height: i16,
    /// North, east, down.
    pub velocity: [i16; 3],
    /// Pitch, roll, yaw.
    pub attitude: [i16; 3],
    pub mode: u8,
    pub rc_lost: bool,
    pub app_command: u8,
    pub can_ioc: bool,
    /// 0, 1 on the ground; 2, 3 in the air.
    pub ground_or_air: u8,
    pub motors_on: bool,
    pub ultrasonic: bool,
    pub go_home_stage: u8,
    pub vision_used: bool,
    pub battery_warning: u8,
    pub imu_preheated: bool,
    pub mode_channel: u8,
    pub gps_used: bool,
    pub compass_error: bool,
    pub wave_error: bool,
    pub gps_level: u8,
    pub battery_type: u8,
    /// Byte 35 as it stands: out of limit, go-home height changed, catapult, motor (2 bits), barometer dead, vibrating, acc over range.
    pub faults: u8,
    pub satellites: u8,
    pub action: u8,
    pub start_fail: u8,
    pub non_gps_cause: u8,
    pub waypoint_limit: bool,
    /// Called battery %, not to be believed in real logs.
    pub byte_40: u8,
    pub ultrasonic_height: u8,
    pub fly_time: u16,
    pub starts: u8,
    pub low_battery: u8,
    pub serious_battery: u8,
    pub fc_version: u8,
    pub drone_type: u8,
    pub imu_fail: u8,
    pub motor_fail: u8,
    pub control_device: u8,
    /// 0.1 °/s.
    pub yaw_rate: i16,
}

impl Osd {
    /// `len` is 50, 53 or 55; nobody knows what the bytes beyond are (v14), they are 0.
    pub fn content(&self, len: usize) -> Vec<u8> {
        let mut f = Fields::new(55);
        f.f64(0, self.lon_rad).f64(8, self.lat_rad).i16(16, self.height);
        for at in 0..3 {
            f.i16(18 + 2 * at, self.velocity[at]).i16(24 + 2 * at, self.attitude[at]);
        }
        f.u8(30, self.mode & 0x7F | u8::from(self.rc_lost) << 7).u8(31, self.app_command);
        f.u8(
            32,
            u8::from(self.can_ioc)
                | self.ground_or_air << 1
                | bits(&[self.motors_on, self.ultrasonic]) << 3
                | self.go_home_stage << 5,
        );
        f.u8(
            33,
            u8::from(self.vision_used)
                | self.battery_warning << 1
                | u8::from(self.imu_preheated) << 4
                | self.mode_channel << 5
                | u8::from(self.gps_used) << 7,
        );
        f.u8(34, bits(&[self.compass_error, self.wave_error]) | self.gps_level << 2 | self.battery_type << 6);
        f.u8(35, self.faults).u8(36, self.satellites).u8(37, self.action).u8(38, self.start_fail);
        f.u8(39, self.non_gps_cause & 0x0F | u8::from(self.waypoint_limit) << 4);
        f.u8(40, self.byte_40).u8(41, self.ultrasonic_height).u16(42, self.fly_time).u8(44, self.starts);
        f.u8(45, self.low_battery).u8(46, self.serious_battery).u8(47, self.fc_version).u8(48, self.drone_type);
        f.u8(49, self.imu_fail).u8(50, self.motor_fail).u8(52, self.control_device).i16(53, self.yaw_rate);
        f.cut(len)
    }
}

/// What stands in a home record's coordinates before a home point is set.
pub const NO_HOME: f64 = 800_000.0;

/// Type 2.
#[derive(Clone, Debug, Default)]
pub struct Home {
    pub lat_rad: f64,
    pub lon_rad: f64,
    /// Decimetres of pressure altitude.
    pub altitude: f32,
    pub recorded: bool,
    pub fixed_height: bool,
    pub head_direction: bool,
    pub dynamic: bool,
    pub near_distance_limit: bool,
    pub near_height_limit: bool,
    pub multiple_mode: bool,
    pub has_go_home: bool,
    pub compass_state: u8,
    pub compass_adjusting: bool,
    pub beginner: bool,
    pub ioc_on: bool,
    pub ioc_mode: u8,
    /// Metres.
    pub go_home_height: u16,
    /// 0.1°.
    pub course_lock: i16,
    pub sd_state: u8,
    pub sd_percent: u8,
    pub sd_time_left: u16,
    /// Number of the aircraft's own FLYxxx.DAT.
    pub log_index: u16,
    pub simulator: bool,
    pub gale_warning: bool,
    pub serious_gale: bool,
    pub relative_limit: bool,
    /// Metres.
    pub max_height: f32,
    /// Metres.
    pub force_landing_height: u8,
    pub serial: String,
}

impl Home {
    /// `len` is 32, 34, 69, 73, 74 or (v14) 90. The filler AA AA BB BB stands at 41, as in every real v11 log.
    pub fn content(&self, len: usize) -> Vec<u8> {
        let mut f = Fields::new(74);
        f.f64(0, self.lon_rad).f64(8, self.lat_rad).f32(16, self.altitude);
        let go_home = [self.recorded, self.fixed_height, self.head_direction, self.dynamic];
        let limits = [self.near_distance_limit, self.near_height_limit, self.multiple_mode, self.has_go_home];
        f.u8(20, bits(&go_home) | bits(&limits) << 4);
        f.u8(
            21,
            self.compass_state & 3
                | bits(&[self.compass_adjusting, self.beginner, self.ioc_on]) << 2
                | self.ioc_mode << 5,
        );
        f.u16(22, self.go_home_height).i16(24, self.course_lock);
        f.u8(26, self.sd_state).u8(27, self.sd_percent).u16(28, self.sd_time_left).u16(30, self.log_index);
        f.u16(32, u16::from(self.simulator) | u16::from(self.gale_warning) << 14);
        f.u8(34, u8::from(self.serious_gale) << 4).u8(36, u8::from(self.relative_limit) << 5);
        if len > 41 && !self.serial.is_empty() {
            f.f32(37, self.max_height).put(41, &[0xAA, 0xAA, 0xBB, 0xBB]).u8(45, self.force_landing_height);
            f.text(52, 16, &self.serial);
        }
        f.cut(len)
    }
}

/// Type 3. 0.1°; mode 0 free, 1 FPV, 2 yaw follow.
#[derive(Clone, Debug, Default)]
pub struct Gimbal {
    pub pitch: i16,
    pub roll: i16,
    pub yaw: i16,
    pub reset: bool,
    pub mode: u8,
    pub roll_adjust: i8,
    /// Relative to the aircraft.
    pub yaw_angle: i16,
    pub pitch_limit: bool,
    pub roll_limit: bool,
    pub yaw_limit: bool,
    pub stuck: bool,
    pub version: u8,
}

impl Gimbal {
    /// `len` is 12, 19, 20, 24, 40 or (v14) 48; from 40 on with the four floats.
    pub fn content(&self, len: usize) -> Vec<u8> {
        let mut f = Fields::new(40);
        f.i16(0, self.pitch).i16(2, self.roll).i16(4, self.yaw);
        f.u8(6, u8::from(self.reset) << 5 | self.mode << 6).i8(7, self.roll_adjust).i16(8, self.yaw_angle);
        f.u8(10, bits(&[self.pitch_limit, self.roll_limit, self.yaw_limit]) | u8::from(self.stuck) << 6);
        f.u8(11, self.version & 0x0F);
        if len >= 40 {
            f.f32(24, 1.0);
        }
        f.cut(len)
    }
}

/// Type 4. Channels have their centre at 1024 and run from 364 to 1684.
#[derive(Clone, Debug)]
pub struct Rc {
    /// Aileron, elevator, throttle, rudder, gimbal wheel.
    pub channels: [u16; 5],
    pub wheel_offset: u8,
    pub go_home_button: bool,
    pub mode_switch: u8,
    pub gear: u8,
    pub playback: bool,
    pub shutter: bool,
    pub record: bool,
    pub bandwidth: u8,
    pub gimbal_enable: u8,
    pub right_wheel: u16,
}

impl Default for Rc {
    fn default() -> Self {
        Rc {
            channels: [1024; 5],
            wheel_offset: 0,
            go_home_button: false,
            mode_switch: 0,
            gear: 0,
            playback: false,
            shutter: false,
            record: false,
            bandwidth: 0,
            gimbal_enable: 0,
            right_wheel: 0,
        }
    }
}

impl Rc {
    /// `len` is 13, 15, 16, 26 or 28; the right wheel needs 17 or more.
    pub fn content(&self, len: usize) -> Vec<u8> {
        let mut f = Fields::new(28);
        for (at, &channel) in self.channels.iter().enumerate() {
            f.u16(2 * at, channel);
        }
        f.u8(10, self.wheel_offset << 1)
            .u8(11, u8::from(self.go_home_button) << 3 | self.mode_switch << 4 | self.gear << 6);
        f.u8(12, bits(&[self.playback, self.shutter, self.record]) << 5);
        f.u8(13, self.bandwidth).u8(14, self.gimbal_enable).u16(15, self.right_wheel);
        f.cut(len)
    }

    /// Type 62: seven unknown bytes, then the five channels.
    pub fn display(&self) -> Vec<u8> {
        let mut f = Fields::new(17);
        for (at, &channel) in self.channels.iter().enumerate() {
            f.u16(7 + 2 * at, channel);
        }
        f.whole()
    }
}

/// Type 5: the phone's clock in ms UTC, m/s, and a distance in metres (to home in GO 2.x, flown so far in later apps).
#[derive(Clone, Debug, Default)]
pub struct Custom {
    pub photo: bool,
    /// 0 nothing, 1 start, 2 stop.
    pub video: u8,
    pub speed: f32,
    pub distance: f32,
    pub time_ms: i64,
}

impl Custom {
    pub fn content(&self) -> Vec<u8> {
        let mut f = Fields::new(18);
        f.u8(0, u8::from(self.photo)).u8(1, self.video);
        f.f32(2, self.speed).f32(6, self.distance).i64(10, self.time_ms);
        f.whole()
    }
}

/// Type 6: status 1 folded .. 3 stretched .. 5 stopped, mode 0 pack, 1 protect, 2 normal.
pub fn deform(protected: bool, status: u8, mode: u8, len: usize) -> Vec<u8> {
    let mut content = vec![u8::from(protected) | status << 1 | mode << 4];
    content.resize(len, 0);
    content
}

/// Type 11: the controller's own receiver; the clock is UTC, positions 1e-7°, speeds as written.
#[derive(Clone, Debug, Default)]
pub struct RcGps {
    /// Hour, minute, second.
    pub time: [u8; 3],
    pub year: u16,
    pub month: u8,
    pub day: u8,
    pub lat_e7: i32,
    pub lon_e7: i32,
    pub speed_x: i32,
    pub speed_y: i32,
    pub satellites: u8,
    pub accuracy: f32,
    pub valid: u16,
}

impl RcGps {
    pub fn content(&self) -> Vec<u8> {
        let mut f = Fields::new(30);
        f.put(0, &self.time).u16(3, self.year).u8(5, self.month).u8(6, self.day);
        f.i32(7, self.lat_e7).i32(11, self.lon_e7).i32(15, self.speed_x).i32(19, self.speed_y);
        f.u8(23, self.satellites).f32(24, self.accuracy).u16(28, self.valid);
        f.whole()
    }
}

/// Type 14: the phone's place in degrees, latitude first; the third value is an accuracy or an altitude in metres.
pub fn app_gps(lat_deg: f64, lon_deg: f64, third: f32) -> Vec<u8> {
    let mut f = Fields::new(20);
    f.f64(0, lat_deg).f64(8, lon_deg).f32(16, third);
    f.whole()
}

/// Type 33: a stick moved by an app; frame, yaw, vertical and roll/pitch modes are bits of `flags`.
pub fn virtual_stick(flags: u8, roll: f32, pitch: f32, yaw: f32, throttle: f32) -> Vec<u8> {
    let mut f = Fields::new(17);
    f.u8(0, flags).f32(1, roll).f32(5, pitch).f32(9, yaw).f32(13, throttle);
    f.whole()
}

/// Type 29: 11-bit channels packed from the low bit up, then a CRC-8. Only that much is described; the number of
/// channels, the bit order and the polynomial (here 0x31) are choices of this encoder.
pub fn joystick(channels: &[u16]) -> Vec<u8> {
    let mut out = vec![0u8; (channels.len() * 11).div_ceil(8)];
    for (at, &channel) in channels.iter().enumerate() {
        for bit in 0..11 {
            let place = at * 11 + bit;
            out[place / 8] |= ((channel >> bit & 1) as u8) << (place % 8);
        }
    }
    let crc = out.iter().fold(0u8, |mut crc, &byte| {
        crc ^= byte;
        for _ in 0..8 {
            crc = if crc & 0x80 != 0 { crc << 1 ^ 0x31 } else { crc << 1 };
        }
        crc
    });
    out.push(crc);
    out
}
