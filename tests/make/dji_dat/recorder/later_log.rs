//! V3, as the app of a Matrice 350 keeps it.

use super::super::super::clock::civil;
use super::super::header::V3Header;
use super::super::later::{Battery, Controller, Rtk, Shown, receiver_state, solution};
use super::super::{Dat, Definition, Fix, Record, TEXT};
use super::{CORRECTED_BESIDE, ELLIPSOID_ABOVE, FUSED_BESIDE, Made, Moment, Recording, degrees, degrees_of_e7};

pub const BUILD: &str = "Jun 16 2023 21:12:36";
pub const TICKS_PER_SECOND: u32 = 3_840_000;
/// The second serial number stands behind an ampersand.
pub const SECOND_BATTERY: &str = "OVF0BATTERY106";
pub const FIRMWARE: &str = "v5.5.0.33";

impl Recording<'_> {
    /// The header that goes with [`Recording::v3`].
    pub fn v3_header(&self) -> V3Header {
        V3Header {
            product: u32::from(self.craft.drone_type),
            build: BUILD.to_owned(),
            ticks_per_second: TICKS_PER_SECOND,
            serial: self.craft.aircraft_serial.to_owned(),
            tail: [0x2B, 0xED, 0x0D, 0x71],
        }
    }

    /// A V3 log with every kind of record that a track or a fact comes from.
    pub fn v3(&self) -> Made {
        let mut fixes = Vec::new();
        let mut records = self.boot_lines();
        let mut late = Vec::new();
        for state in self.written() {
            self.telemetry(state, &mut records, &mut fixes);
            records.append(&mut late);
            records.extend(self.lines(state));
            // Written with the state that follows: ticks go back now and then.
            if state % 10 == 4 {
                late.push(self.v3_moment(state, 9).record(10085, solution(state as u32)));
            }
        }
        records.append(&mut late);
        let mut dat = Dat::with_header(self.v3_header().bytes());
        dat.records(woven(records, self.definitions));
        Made { dat, fixes }
    }

    /// On the multiples of 256 of these logs, unless low bits are asked for.
    pub(in super::super) fn v3_moment(&self, state: usize, slot: u64) -> Moment<'_> {
        self.moment(state, self.ticks(state, slot) / 256 * 256 + self.low_bits)
    }

    pub(in super::super) fn telemetry(&self, state: usize, records: &mut Vec<Record>, fixes: &mut Vec<Fix>) {
        let every = |n: usize, phase: usize| state % n == phase;
        let at = |slot: u64| self.v3_moment(state, slot);
        if every(2, 0) {
            let moment = at(0);
            fixes.push(moment.fix(2048, degrees(self.place(moment.now, FUSED_BESIDE))));
            records.push(moment.record(2048, self.inertial(&moment).content()));
        }
        if every(2, 1) {
            let moment = at(1);
            fixes.push(moment.fix(2096, degrees_of_e7(self.single(moment.now))));
            records.push(moment.record(2096, self.receiver(&moment).content(76)));
            let moment = at(2);
            let (lat_deg, lon_deg) = degrees(self.place(moment.now, CORRECTED_BESIDE));
            fixes.push(moment.fix(53234, (lat_deg, lon_deg)));
            records.push(moment.record(53234, self.rtk(&moment, lat_deg, lon_deg).content()));
        }
        if every(4, 2) {
            let moment = at(3);
            fixes.push(moment.fix(2211, degrees(self.place(moment.now, [0.0; 2]))));
            records.push(moment.record(2211, self.shown(&moment).content()));
        }
        if every(5, 0) {
            let moment = at(4);
            records.push(moment.record(13, self.home(moment.now).content(83)));
        }
        // Motors start and stop between two of the others, too.
        let turned = state > 0 && self.states[state].motors != self.states[state - 1].motors;
        if every(5, 1) || turned {
            records.push(at(5).record(1000, self.controller(state).content()));
        }
        if every(10, 3) {
            records.push(at(6).record(1710, self.battery(state).content()));
        }
        if every(50, 7) {
            records.push(at(7).record(20014, receiver_state(3, 1)));
            records.push(at(8).record(60806, vec![0xFF; 3]));
        }
    }

    fn rtk(&self, moment: &Moment, lat_deg: f64, lon_deg: f64) -> Rtk {
        let now = moment.now;
        let height = self.takeoff_altitude() + now.height + ELLIPSOID_ABOVE;
        let (lat, lon) = self.single(now);
        Rtk {
            utc_ms: if now.has_fix { moment.utc_ns.div_euclid(1_000_000) } else { 0 },
            lat_deg,
            lon_deg,
            height: height as f32,
            single: [lat, lon, (height * 1e3).round() as i32],
            velocity: now.velocity,
            yaw: now.yaw as f32,
            satellites: now.satellites,
        }
    }

    fn shown(&self, moment: &Moment) -> Shown {
        let now = moment.now;
        let (lat_rad, lon_rad) = self.place(now, [0.0; 2]);
        let single = self.place(now, FUSED_BESIDE);
        Shown {
            lat_rad,
            lon_rad,
            altitude: (self.takeoff_altitude() + now.height) as f32,
            height: if now.has_fix { (now.height + 187.8) as f32 } else { 0.0 },
            velocity: now.velocity,
            attitude: [now.roll, now.pitch, now.yaw],
            single_rad: [single.0, single.1],
            counter: moment.at as u32,
        }
    }

    pub(in super::super) fn controller(&self, state: usize) -> Controller {
        let now = &self.states[state];
        Controller {
            counter: 5 * state as u32,
            sticks: [now.sticks[1], now.sticks[0], now.sticks[3], now.sticks[2]].map(|stick| stick as f32),
            mode: now.mode,
            mode_switch: if now.mode == 31 { 2 } else { 1 },
            motors: now.motors,
            max_height: 120.0,
            max_radius: 8_000.0,
            from_home: [now.north as f32, now.east as f32],
            return_height: 50,
        }
    }

    fn battery(&self, state: usize) -> Battery {
        let now = &self.states[state];
        Battery {
            voltage: now.cells_mv.iter().map(|&cell| i32::from(cell)).sum(),
            current: now.current_ma as i32,
            left: (f64::from(self.craft.capacity_mah) * now.percent / 100.0) as u32,
            percent: now.percent.round() as u8,
            temperature: (now.temperature_c * 10.0).round() as i16,
            lowest_cell: now.cells_mv.iter().min().copied().unwrap_or_default(),
        }
    }

    /// What the firmware says before the first state, on ticks of its own.
    fn boot_lines(&self) -> Vec<Record> {
        let lines = [
            "{root}INFO:PM:add root work: pm_on_tick\r\n",
            "      0 [L-GPS]<GPS INFO>drv_gps_init\r\n",
            "      0 [L-FAN]fan cfg synced",
        ];
        let first = self.ticks(0, 0).saturating_sub(3_000_000);
        let record =
            |(at, line): (usize, &&str)| Record::text(TEXT, (first + 0x1_0543 * at as u64 + 0x2F) as u32, line);
        lines.iter().enumerate().map(record).collect()
    }

    /// The log book of a state.
    fn lines(&self, state: usize) -> Vec<Record> {
        let now = &self.states[state];
        let was = &self.states[state.saturating_sub(1)];
        let mut lines = Vec::new();
        if state == 0 {
            lines.push(format!("[L-FMU/VERSION]Mc  ID  :{}", self.craft.aircraft_serial));
            lines.push(format!("[L-FMU/VERSION]Bat SN  :{} & {SECOND_BATTERY}", self.craft.battery_serial));
            lines.push(format!("[L-FMU/VERSION]Mc  Ver :{FIRMWARE}"));
        }
        if state == 8 {
            let app_s = (self.moment(state, self.ticks(state, 0)).utc_ns / 1_000_000 + self.app_ahead_ms) / 1000;
            let (year, month, day, second) = civil(app_s + 3600 * self.utc_offset_h);
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            let date = format!("{year}-{month:02}-{day:02}, {hour:02}:{minute:02}:{second:02}");
            lines.push(format!("[L-CAMERA]cmd_handler_setting_date {date}\r\n"));
            lines.push(format!("[L-RECORDER]set timezone:{}, result:0", 10 * self.utc_offset_h));
            lines.push("[L-GEO][TZ]nfz_db num:1, no_valid_pos:0".to_owned());
            lines.push("[L-GEO][70090001.0]:height:60,pi:0,pih:0,pa:0,pab:0,isd:1".to_owned());
        }
        if !was.motors && now.motors {
            lines.push("[L-RC]rc cmd:STD_START_MOTOR".to_owned());
            lines.push("[L-FMU/MOTOR]Start. reason:MR_REQ_RC_NORMAL".to_owned());
            lines.push(format!("[L-TAKEOFF]alti: {:.6} tors: 92.171043", self.takeoff_altitude()));
        }
        if was.motors && !now.motors {
            lines.push("[L-FMU/MOTOR] Stop. reason:ACT.landing".to_owned());
            let seconds = f64::from(now.fly_time) / 10.0;
            lines.push(format!("[L-FMU/MOTOR]Total start times: 1, time: {seconds:.2}"));
        }
        let first = self.ticks(state, 10);
        let record = |(at, line): (usize, &String)| {
            let tick = first + 0x2D * at as u64 + 0x11;
            Record::text(TEXT, tick as u32, &format!("{:7} {line}", 100 + 5 * state))
        };
        lines.iter().enumerate().map(record).collect()
    }
}

/// Streams the definitions between the records and inside them: in front of the check of the length, in the middle, in
/// front of the last byte, two in one record, and one inside another.
fn woven(records: Vec<Record>, definitions: &[Definition]) -> Vec<Record> {
    let mut waiting = definitions.iter().flat_map(Definition::texts).peekable();
    let mut out = Vec::with_capacity(records.len());
    for (turn, host) in records.into_iter().enumerate() {
        let tick = host.tick.wrapping_add(0x4_2B61 + 7 * turn as u32) | 1;
        let mut next = || waiting.next().map(|text| Record::text(super::super::definitions::KIND, tick, &text));
        let mut host = host;
        let last = host.len() - 1;
        let places: &[usize] = match turn % 6 {
            0 => {
                out.extend(next());
                &[]
            }
            1 => &[1 + turn / 6 % 4],
            2 => &[last / 2],
            3 => &[3, last - 1],
            4 => {
                if let Some(outer) = next() {
                    let middle = outer.len() / 2;
                    let outer = match next() {
                        Some(inner) => outer.around(middle, inner),
                        None => outer,
                    };
                    host = host.around(12, outer);
                }
                &[]
            }
            _ => &[last],
        };
        for place in places {
            if let Some(definition) = next() {
                host = host.around(*place, definition);
            }
        }
        out.push(host);
    }
    out.extend(waiting.map(|text| Record::text(super::super::definitions::KIND, 0x1F3, &text)));
    out
}
