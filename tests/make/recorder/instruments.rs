//! What each instrument says about a state of the flight.

use super::super::clock::civil;
use super::super::dji_txt::content::{
    self as small, AVOID_AIRPORT_HEIGHT, AVOID_AIRPORT_LIMIT, AVOID_ENABLED, Camera, Recover,
};
use super::super::dji_txt::flying::{Custom, Gimbal, Home, NO_HOME, Osd, Rc, RcGps};
use super::super::dji_txt::power::{self, CenterBattery, PackDynamic, PackStatic, SmartBattery};
use super::super::flight::State;
use super::super::math::{LocalPlane, length, sin};
use super::{App, Recording};

/// Frames of the old receivers hold what is left of zero before the first fix: not 0.0, but no place either.
const NO_FIX_NOISE_RAD: f64 = 3.54e-9;

impl Recording<'_> {
    pub(super) fn osd(&self, now: &State, row: usize) -> Vec<u8> {
        // Two thirds of the blind frames are 0, the rest almost 0: both were seen in real logs.
        let (lat_rad, lon_rad) = match now.has_fix {
            true => (now.lat_rad, now.lon_rad),
            false if row % 3 == 2 => (NO_FIX_NOISE_RAD, -NO_FIX_NOISE_RAD / 4.0),
            false => (0.0, 0.0),
        };
        Osd {
            lat_rad,
            lon_rad,
            height: tenths(now.height),
            velocity: now.velocity.map(tenths),
            attitude: [now.pitch, now.roll, now.yaw].map(tenths),
            mode: now.mode,
            app_command: if now.mode == 15 { 6 } else { 0 },
            ground_or_air: if now.airborne { 2 } else { 0 },
            motors_on: now.motors,
            ultrasonic: now.height < 8.0,
            go_home_stage: now.go_home_stage,
            vision_used: now.airborne && now.height < 8.0,
            imu_preheated: true,
            mode_channel: if now.mode == 31 { 2 } else { 1 },
            gps_used: now.has_fix,
            gps_level: now.gps_level,
            battery_type: 2,
            satellites: now.satellites,
            action: if now.mode == 15 { 12 } else { 0 },
            non_gps_cause: if now.has_fix { 0 } else { 2 },
            byte_40: 112,
            ultrasonic_height: if now.height < 8.0 { tenths(now.height) as u8 } else { 0 },
            fly_time: now.fly_time,
            starts: u8::from(now.fly_time > 0),
            low_battery: 30,
            serious_battery: 10,
            fc_version: self.craft.fc_version,
            drone_type: self.craft.drone_type,
            yaw_rate: tenths(now.yaw_rate),
            ..Osd::default()
        }
        .content(self.shape().osd)
    }

    pub(super) fn home(&self, state: usize) -> Home {
        let set = self.states[state].fly_time > 0;
        let plane_origin = self.states.iter().find(|state| state.has_fix);
        let (lat_rad, lon_rad) = match plane_origin {
            Some(origin) if set => (origin.lat_rad, origin.lon_rad),
            _ => (NO_HOME, NO_HOME),
        };
        let after_restart = self.restart.is_some_and(|gap| state >= gap.at);
        Home {
            lat_rad,
            lon_rad,
            altitude: self.craft.home_altitude,
            recorded: set,
            fixed_height: true,
            has_go_home: true,
            go_home_height: 50,
            sd_percent: 20,
            log_index: self.log_index + u16::from(after_restart),
            simulator: self.options.simulated,
            max_height: 120.0,
            force_landing_height: 5,
            serial: self.craft.aircraft_serial.to_string(),
            ..Home::default()
        }
    }

    pub(super) fn gimbal(&self, now: &State) -> Gimbal {
        Gimbal {
            pitch: tenths(now.gimbal_pitch),
            yaw: tenths(now.yaw),
            mode: 2,
            version: 1,
            pitch_limit: now.gimbal_pitch <= -90.0,
            ..Gimbal::default()
        }
    }

    pub(super) fn rc(&self, now: &State) -> Rc {
        Rc {
            channels: now.sticks.map(channel),
            mode_switch: if now.mode == 31 { 2 } else { 1 },
            shutter: now.photo,
            record: now.video != 0,
            gimbal_enable: 4,
            right_wheel: 1024,
            ..Rc::default()
        }
    }

    pub(super) fn custom(&self, now: &State, time_ms: i64) -> Custom {
        let [north, east, _] = now.velocity.map(|v| f64::from(tenths(v)) / 10.0);
        let distance = if self.app == App::Go2 { now.home_distance() } else { now.path };
        Custom {
            photo: now.photo,
            video: now.video,
            speed: length(north, east) as f32,
            distance: distance as f32,
            time_ms,
        }
    }

    pub(super) fn center_battery(&self, now: &State) -> CenterBattery {
        CenterBattery {
            percent: now.percent.round() as u8,
            voltage: now.cells_mv.iter().sum(),
            capacity_now: (f64::from(self.craft.capacity_mah) * now.percent / 100.0) as u16,
            capacity_full: self.craft.capacity_mah,
            life_percent: 97,
            cycles: 21,
            error: 0,
            current: now.current_ma as i16,
            cells: now.cells_mv.clone(),
            serial: 4711,
            date: power::packed_date(2015, 9, 21),
            temperature: ((now.temperature_c + 273.15) * 10.0).round() as u16,
            ..CenterBattery::default()
        }
    }

    /// Seconds of flight left.
    pub(super) fn remaining(&self, now: &State) -> u16 {
        (f64::from(self.craft.capacity_mah) * now.percent / 100.0 / 11_000.0 * 3600.0) as u16
    }

    pub(super) fn smart_battery(&self, now: &State) -> SmartBattery {
        SmartBattery {
            useful_time: self.remaining(now),
            go_home_time: (now.home_distance() / 9.0) as u16,
            land_time: (now.height / 2.0) as u16,
            go_home_percent: 18,
            land_percent: 8,
            safe_radius: 3_200.0,
            consumption: 5.6,
            voltage: now.cells_mv.iter().sum(),
            percent: now.percent.round() as u8,
            low_warning: 30,
            serious_warning: 10,
            ..SmartBattery::default()
        }
    }

    /// Numbers of the packs as records of type 22 count them: 0 is the only one, or the sum of 1 and 2.
    pub fn packs(&self) -> std::ops::RangeInclusive<u8> {
        0..=if self.options.dual_battery { 2 } else { 0 }
    }

    /// Two packs lie side by side and share capacity and current; the first is a little fuller and carries a little more.
    fn share(&self, index: u8, whole: f64) -> f64 {
        match index {
            0 => whole,
            1 => whole * 0.51,
            _ => whole * 0.49,
        }
    }

    pub fn pack_static(&self, index: u8) -> PackStatic {
        let half = if index == 0 { 1 } else { 2 };
        PackStatic {
            index,
            design_capacity: u32::from(self.craft.capacity_mah) / half,
            cycles: 21 + u16::from(index),
            full_voltage: 4_350 * self.craft.cells as u32,
            serial: 4711 + u16::from(index),
            name: "OVF CELLS".into(),
            version: "OVF01".into(),
            life_percent: 97,
            kind: 0,
        }
    }

    pub fn pack_dynamic(&self, now: &State, index: u8) -> PackDynamic {
        let whole = f64::from(self.craft.capacity_mah);
        let full = if index == 0 { whole } else { whole / 2.0 };
        let left = self.share(index, whole * now.percent / 100.0).min(full);
        let cells = self.pack_cells(now, index);
        PackDynamic {
            index,
            voltage: cells.iter().map(|&cell| i32::from(cell)).sum(),
            current: self.share(index, now.current_ma) as i32,
            full: full as u32,
            left: left as u32,
            temperature: tenths(now.temperature_c) + 4 * i16::from(index),
            cells: cells.len() as u8,
            percent: (left / full * 100.0).round() as u8,
            state: 0,
        }
    }

    /// mV.
    pub fn pack_cells(&self, now: &State, index: u8) -> Vec<u16> {
        now.cells_mv.iter().map(|cell| cell - 3 * u16::from(index)).collect()
    }

    pub(super) fn camera(&self, now: &State) -> Camera {
        Camera {
            connected: true,
            time_synced: true,
            recording: if now.recording { 2 } else { 0 },
            sd_inserted: true,
            work_mode: u8::from(now.recording),
            sd_size: 30_436,
            sd_left: 26_596,
            photos_left: 1_983,
            seconds_left: 2_239,
            record_time: 0,
            kind: 23,
            ..Camera::default()
        }
    }

    pub(super) fn vision_group(&self, state: usize) -> Vec<u8> {
        const FAR: (u16, u8) = (10_000, 1);
        let counter = (state / 5) as u8;
        let below = ((self.states[state].height * 100.0) as u16 + 20, 3);
        let mut entries = vec![
            small::radar(0, &[FAR, (2_300, 2), FAR, FAR], counter),
            small::radar(1, &[FAR; 4], counter),
            small::radar(2, &[FAR; 4], counter),
            small::radar(3, &[FAR; 4], counter),
        ];
        if state.is_multiple_of(2) {
            entries.extend([small::radar(4, &[FAR], counter), small::radar(5, &[below], counter)]);
        }
        let on = |states: &[bool], flag: u16| if states.get(state) == Some(&true) { flag } else { 0 };
        let limits = on(&self.limited, AVOID_AIRPORT_LIMIT) | on(&self.options.height_limited, AVOID_AIRPORT_HEIGHT);
        entries.push(small::avoid_status(AVOID_ENABLED | limits));
        if state % 50 < 5 {
            entries.push(small::vision_opaque(9, &[0xF6, 0x0F, 0xFF, 0x0F, 0xFF, 0x5F, counter]));
            entries.push(small::vision_opaque(10, &[0; 15]));
        }
        small::vision_group(&entries)
    }

    pub(super) fn recover(&self) -> Recover {
        let craft = self.craft;
        let seconds = self.version < 6;
        Recover {
            product: craft.product,
            platform: craft.platform,
            app: craft.app,
            aircraft_serial: craft.aircraft_serial.into(),
            name: craft.name.into(),
            activation: if seconds { craft.activation_ms / 1000 } else { craft.activation_ms },
            camera_serial: craft.camera_serial.into(),
            controller_serial: craft.controller_serial.into(),
            battery_serial: craft.battery_serial.into(),
            gimbal: 0x64,
        }
    }

    /// The pilot's place in degrees: within three metres of where he stands.
    pub fn pilot_at(&self, state: usize) -> (f64, f64) {
        let origin = self.states.iter().find(|state| state.has_fix).expect("a flight has a fix");
        let plane = LocalPlane::at(origin.lat_deg(), origin.lon_deg());
        let t = self.states[state].t;
        plane.degrees(self.pilot[0] + 2.0 * sin(t / 41.0), self.pilot[1] + 2.0 * sin(t / 29.0 + 1.0))
    }

    pub(super) fn rc_gps(&self, state: usize, phone_ms: i64, place: bool) -> RcGps {
        let (lat, lon) = if place { self.pilot_at(state) } else { (0.0, 0.0) };
        let (year, month, day, seconds) = civil(phone_ms / 1000);
        RcGps {
            time: [(seconds / 3600) as u8, (seconds / 60 % 60) as u8, (seconds % 60) as u8],
            year: year as u16,
            month: month as u8,
            day: day as u8,
            lat_e7: (lat * 1e7).round() as i32,
            lon_e7: (lon * 1e7).round() as i32,
            satellites: if place { 11 } else { 0 },
            accuracy: if place { 3.0 } else { 0.0 },
            valid: u16::from(place),
            ..RcGps::default()
        }
    }
}

/// The link gets weaker with the distance.
pub(super) fn link_quality(now: &State) -> Vec<u8> {
    let signal = 100.0 - now.home_distance() / 25.0;
    small::ofdm(signal as u8, true, [-60, -63])
}

fn tenths(value: f64) -> i16 {
    (value * 10.0).round() as i16
}

/// −1..1 to 364..1684.
pub(super) fn channel(stick: f64) -> u16 {
    (1024.0 + 660.0 * stick).round() as u16
}
