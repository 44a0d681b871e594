//! V1, as a Phantom 3 keeps it.

use super::super::early::{Battery, Controller, Osd, motors};
use super::super::{Dat, Fix, Record, TEXT, header};
use super::{FUSED_BESIDE, Made, Moment, Recording, degrees, degrees_of_e7};

/// Ticks a second; no header says so.
pub const TICKS_PER_SECOND: u32 = 600;
/// Phantom 3 and Inspire 1.
pub const MODEL: u8 = 6;
pub const BUILD: &str = "Nov 13 2015 11:34:52";

impl Recording<'_> {
    /// A V1 log.
    pub fn v1(&self) -> Made {
        let mut fixes = Vec::new();
        let mut dat = Dat::with_header(header::v1(MODEL, BUILD));
        let boot = self.ticks(0, 0).saturating_sub(400) as u32;
        dat.record(Record::text(TEXT, boot, "Board : wm321")).record(Record::text(TEXT, boot + 7, "Init ok\r\n"));
        for state in self.written() {
            dat.records(self.early_records(state, &mut fixes));
        }
        Made { dat, fixes }
    }

    fn early_records(&self, state: usize, fixes: &mut Vec<Fix>) -> Vec<Record> {
        let every = |n: usize, phase: usize| state % n == phase;
        // Records of one round have one tick.
        let moment = self.moment(state, self.ticks(state, 0));
        let now = moment.now;
        let mut records = Vec::new();
        if every(2, 0) {
            fixes.push(moment.fix(1, degrees(self.place(now, FUSED_BESIDE))));
            records.push(moment.record(1, self.inertial(&moment).content()));
            records.push(moment.record(54, motors([if now.motors { 4200 } else { 0 }; 4])));
        }
        if every(2, 1) {
            fixes.push(moment.fix(5, degrees_of_e7(self.single(now))));
            records.push(moment.record(5, self.receiver(&moment).content(68)));
            fixes.push(moment.fix(12, degrees(self.place(now, [0.0; 2]))));
            records.push(moment.record(12, self.osd(&moment).content(50)));
        }
        let was = &self.states[state.saturating_sub(1)];
        if every(5, 2) || was.motors != now.motors {
            records.push(moment.record(0, self.early_controller(&moment).content()));
        }
        if every(10, 4) {
            records.push(moment.record(13, self.home(now).content(34)));
            records.push(moment.record(17, self.early_battery(&moment).content()));
        }
        if !was.motors && now.motors {
            records.push(Record::text(TEXT, moment.tick() + 3, &format!("{:7} M.Start:RC", 50 * state / 10)));
        }
        if was.motors && !now.motors {
            records.push(Record::text(TEXT, moment.tick() + 3, &format!("{:7} M. Stop:landing", 50 * state / 10)));
        }
        records
    }

    fn osd(&self, moment: &Moment) -> Osd {
        let now = moment.now;
        let (lat_rad, lon_rad) = self.place(now, [0.0; 2]);
        Osd {
            lat_rad,
            lon_rad,
            height: tenths(now.height),
            velocity: now.velocity.map(tenths),
            attitude: [now.pitch, now.roll, now.yaw].map(tenths),
            mode: now.mode,
            airborne: now.airborne,
            motors: now.motors,
            gps_used: now.has_fix,
            gps_level: now.gps_level,
            satellites: now.satellites,
            action: if now.mode == 15 { 12 } else { 0 },
            percent: now.percent.round() as u8,
            fly_time: now.fly_time,
            starts: u8::from(now.fly_time > 0),
            product: self.craft.drone_type,
        }
    }

    fn early_controller(&self, moment: &Moment) -> Controller {
        let now = moment.now;
        Controller {
            counter: moment.tick(),
            sticks: [now.sticks[0], now.sticks[1], now.sticks[2], now.sticks[3]],
            mode: now.mode,
            motors: now.motors,
            voltage: now.cells_mv.iter().sum(),
            gps_level: now.gps_level,
        }
    }

    fn early_battery(&self, moment: &Moment) -> Battery {
        let now = moment.now;
        Battery {
            full: self.craft.capacity_mah,
            left: (f64::from(self.craft.capacity_mah) * now.percent / 100.0) as u16,
            current: now.current_ma as i16,
            percent: now.percent.round() as u8,
            temperature: ((now.temperature_c + 273.15) * 10.0).round() as i16,
            serial: 4711,
            cells: now.cells_mv.clone(),
        }
    }
}

fn tenths(value: f64) -> i16 {
    (value * 10.0).round() as i16
}
