//! From a flight to a flight record: which app writes which records, how often and in which order.

mod instruments;

use super::craft::Craft;
use super::dji_txt::features::{AIR_LINK, DJI_FLY_CUSTOM, FIRST_VERSION};
use super::dji_txt::flying::{self, Custom};
use super::dji_txt::{Details, Log, Shape, content as small, power};
use super::flight::State;
use super::math::sin;
use super::prng::Prng;
use instruments::{channel, link_quality};

/// The app that writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    /// DJI GO 2 on Android: few types; distance is that to home; the phone's third value is an accuracy.
    Go2,
    /// DJI GO 4 on Android: many types; distance is the path; the phone's third value is an altitude.
    Go4,
    /// DJI Fly.
    Fly,
}

/// The app stops before state `at`, misses `lost` of them and is back `phone_ms` later by the phone's own clock.
#[derive(Clone, Copy, Debug)]
pub struct Restart {
    pub at: usize,
    pub lost: usize,
    pub phone_ms: i64,
}

/// A message of type 9, 10, 18 or 24 that goes with a state.
#[derive(Clone, Debug)]
pub struct Message {
    pub state: usize,
    pub kind: u8,
    pub text: String,
}

/// What most flights do not have.
#[derive(Clone, Debug)]
pub struct Options {
    /// The flight controller flies in its simulator.
    pub simulated: bool,
    /// The states in which the height limit of the no-fly database is on.
    pub height_limited: Vec<bool>,
    /// 32 hex characters that name the no-fly database; later apps only.
    pub fly_forbid_db: &'static str,
    /// States at which the pilot acts on an unlock licence; later apps only.
    pub unlocks: Vec<usize>,
    /// Two packs beside their sum; later apps only.
    pub dual_battery: bool,
    /// v13+: states before which a recover marker stands and the app begins anew under other keys.
    pub recovers: Vec<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            simulated: false,
            height_limited: Vec::new(),
            fly_forbid_db: "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            unlocks: Vec::new(),
            dual_battery: false,
            recovers: Vec::new(),
        }
    }
}

/// Everything that is needed to write a flight down.
#[derive(Clone, Debug)]
pub struct Recording<'a> {
    pub version: u8,
    pub app: App,
    pub craft: &'a Craft,
    pub states: &'a [State],
    /// Phone clock at the first state, ms since 1970 UTC.
    pub start_ms: i64,
    pub place: [&'static str; 4],
    pub restart: Option<Restart>,
    pub messages: Vec<Message>,
    /// North and east of the take-off point, m; the pilot walks a few metres about it.
    pub pilot: [f64; 2],
    /// The states in which the site limit of the no-fly database is on.
    pub limited: Vec<bool>,
    /// The FLYxxx.DAT number; one more after the restart.
    pub log_index: u16,
    pub uuid: &'static str,
    pub options: Options,
}

pub const FIRMWARE: [(u8, u8, [u8; 4]); 11] = [
    (1, 0, [0, 9, 1, 4]),
    (4, 0, [0, 1, 12, 76]),
    (11, 0, [2, 74, 6, 11]),
    (14, 0, [0, 1, 0, 2]),
    (3, 5, [0, 0, 0, 0]),
    (3, 6, [3, 4, 0, 51]),
    (9, 0, [0, 1, 0, 1]),
    (12, 0, [1, 1, 0, 72]),
    (12, 1, [1, 1, 0, 72]),
    (12, 2, [1, 1, 0, 72]),
    (12, 3, [1, 1, 0, 72]),
];

impl Recording<'_> {
    /// The states that reached the log, with the phone's clock in ms.
    pub fn written(&self) -> Vec<(usize, i64)> {
        let clock = |state: usize| match self.restart {
            Some(gap) if state >= gap.at => {
                self.start_ms + 100 * (gap.at as i64 - 1) + gap.phone_ms + 100 * (state - gap.at - gap.lost) as i64
            }
            _ => self.start_ms + 100 * state as i64,
        };
        let lost = self.restart.map_or(0..0, |gap| gap.at..gap.at + gap.lost);
        (0..self.states.len()).filter(|state| !lost.contains(state)).map(|state| (state, clock(state))).collect()
    }

    pub fn shape(&self) -> Shape {
        Shape::of(self.version)
    }

    /// All records; images and closing parts are the caller's. From v13 on they are encrypted, under keys of this flight.
    pub fn log(&self) -> Log {
        let mut log = Log::new(self.version);
        if self.version >= FIRST_VERSION {
            log.encrypt(self.start_ms as u64).prefix_byte_11(1);
        }
        let mut prng = Prng::new(u64::from(self.version) * 1000 + self.states.len() as u64);
        if self.app != App::Go2 {
            self.preface(&mut log);
        }
        let mut since_start = 0;
        for (row, (state, phone_ms)) in self.written().into_iter().enumerate() {
            if self.restart.is_some_and(|gap| gap.at + gap.lost == state) {
                log.separator();
                self.preface(&mut log);
                since_start = 0;
            }
            if self.options.recovers.contains(&state) {
                log.recover();
                self.preface(&mut log);
                since_start = 0;
            }
            let now = &self.states[state];
            log.record(1, &self.osd(now, row));
            let stamp = self.custom(now, phone_ms + prng.below(40) as i64);
            // The app misses its own frame now and then, but never one in which something happened.
            let keep = now.photo || now.video != 0 || !prng.chance(5);
            match self.app {
                App::Go2 => self.go2(&mut log, state, since_start, keep.then_some(stamp)),
                App::Go4 | App::Fly => {
                    self.go4(&mut log, state, since_start, phone_ms, keep.then_some(stamp), &mut prng)
                }
            }
            for message in self.messages.iter().filter(|message| message.state == state) {
                log.record(message.kind, &small::text(&message.text, self.version >= 8 && self.app != App::Go2));
            }
            since_start += 1;
        }
        log
    }

    fn go2(&self, log: &mut Log, state: usize, since: usize, stamp: Option<Custom>) {
        let now = &self.states[state];
        let shape = self.shape();
        if since % 10 == 8 {
            log.record(2, &self.home(state).content(shape.home));
        }
        log.record(3, &self.gimbal(now).content(shape.gimbal));
        log.record(4, &self.rc(now).content(shape.rc));
        if since % 5 == 4 {
            log.record(6, &flying::deform(true, 3, 2, shape.deform));
        }
        if since % 10 == 8 {
            log.record(7, &self.center_battery(now).content(shape.center_battery));
            log.record(8, &self.smart_battery(now).content());
            if self.version < 7 {
                log.record(11, &self.rc_gps(state, self.start_ms + 100 * state as i64, false).content());
            }
        }
        if let Some(stamp) = stamp {
            log.record(5, &stamp.content());
        }
        if self.version >= 7 && since % 10 == 8 {
            let (lat, lon) = self.pilot_at(state);
            log.record(14, &flying::app_gps(lat, lon, 5.0));
        }
        if self.version >= 8 {
            log.record(17, &[]);
            if since % 100 == 5 {
                log.record(19, &small::mc_params(2, 0));
            }
        }
        if since < 60 && since % 10 == 2 {
            log.record(13, &self.recover().content(shape.recover));
            log.record(15, &small::firmware(&FIRMWARE));
        }
    }

    /// What the later apps write when they connect.
    fn preface(&self, log: &mut Log) {
        let craft = self.craft;
        let parts = [
            (1, craft.camera_serial),
            (2, craft.aircraft_serial),
            (3, craft.controller_serial),
            (4, craft.battery_serial),
        ];
        for (component, serial) in parts {
            log.record(40, &small::component_serial(component, 0, serial));
        }
        log.record(28, &small::fly_forbid_db(self.options.fly_forbid_db));
        for index in self.packs() {
            log.record(22, &self.pack_static(index).content());
        }
        log.record(51, &small::fly_safe_limit(1));
        if self.version >= 14 {
            log.record_under(DJI_FLY_CUSTOM, 253, &[0; 20]);
        }
    }

    fn go4(&self, log: &mut Log, state: usize, since: usize, phone_ms: i64, stamp: Option<Custom>, prng: &mut Prng) {
        let now = &self.states[state];
        let shape = self.shape();
        if let Some(stamp) = stamp {
            log.record(5, &stamp.content());
        }
        log.record(4, &self.rc(now).content(shape.rc));
        log.record(3, &self.gimbal(now).content(shape.gimbal));
        if since % 5 == 1 {
            log.record(17, &self.vision_group(state));
        }
        if self.app == App::Go4 && since % 5 == 2 {
            let len = if since % 10 == 2 { 18 } else { 19 };
            log.record(16, &prng.bytes(len));
        }
        match since % 10 {
            3 => {
                log.record(2, &self.home(state).content(shape.home));
                log.record(8, &self.smart_battery(now).content());
                log.record(25, &self.camera(now).content());
            }
            5 => {
                let (lat, lon) = self.pilot_at(state);
                log.record(14, &flying::app_gps(lat, lon, 3.5 + 0.5 * sin(state as f64 / 90.0) as f32));
                log.record(49, &link_quality(now));
                log.record(7, &self.center_battery(now).content(shape.center_battery));
            }
            7 => {
                for index in self.packs() {
                    log.record(22, &self.pack_static(index).content());
                    log.record(22, &power::pack_cells(index, &self.pack_cells(now, index)));
                }
                log.record(6, &flying::deform(false, 3, 2, shape.deform));
            }
            9 if self.app == App::Go4 => {
                log.record(11, &self.rc_gps(state, phone_ms, true).content());
                // Later apps write these; they stand here once, so that one sample holds every table that fits its framing.
                if since == 9 {
                    log.record(62, &self.rc(now).display());
                    log.record(63, &power::common_osd(self.remaining(now), 25, 12, 18, 8));
                }
            }
            9 => {
                log.record(62, &self.rc(now).display());
                log.record(63, &power::common_osd(self.remaining(now), 25, 12, 18, 8));
                if self.version >= 14 {
                    log.record_under(AIR_LINK, 57, &prng.bytes(12));
                }
            }
            _ => {}
        }
        if since < 50 && since.is_multiple_of(10) {
            log.record(13, &self.recover().content(shape.recover));
            log.record(15, &small::firmware(&FIRMWARE));
        }
        if since % 100 == 4 {
            log.record(19, &small::mc_params(2, 0b110));
            log.record(20, &small::app_operation(0x0104, 2));
            for index in self.packs() {
                let len = if since % 200 == 4 { 35 } else { 135 };
                log.record(22, &self.pack_dynamic(now, index).content(len));
            }
            log.record(30, &[0, 2, 0, 0, 0, 0]);
            log.record(31, &[0; 14]);
            log.record(32, &[0; 7]);
        }
        if self.options.unlocks.contains(&state) {
            log.record(52, &small::unlock_licence(1));
        }
        if since % 200 == 150 {
            let channels: Vec<u16> = now.sticks[..4].iter().map(|&stick| channel(stick)).collect();
            log.record(29, &flying::joystick(&channels));
            log.record(33, &flying::virtual_stick(0b0000_1010, 0.5, -0.5, 12.0, 1.0));
        }
    }

    /// The details that go with the flight; distances in metres, in v13+ kilometres.
    pub fn details(&self) -> Details {
        let craft = self.craft;
        let first = self.states.iter().find(|state| state.has_fix).expect("a flight has a fix");
        let most = |value: fn(&State) -> f64| self.states.iter().map(value).fold(0.0, f64::max) as f32;
        let written = self.written();
        let distance = self.states.last().map_or(0.0, |last| last.path);
        Details {
            place: self.place.map(String::from),
            flags: [2, 1, 0],
            start_ms: self.start_ms,
            lat: first.lat_deg(),
            lon: first.lon_deg(),
            distance: (if self.version >= 13 { distance / 1000.0 } else { distance }) as f32,
            duration_ms: written.last().map_or(0, |&(_, ms)| ms + 100 - self.start_ms) as i32,
            max_height: most(|state| state.height),
            max_speed: most(State::ground_speed),
            max_climb: most(|state| state.velocity[2].abs()),
            photo_count: Some(self.states.iter().filter(|state| state.photo).count() as i32),
            video_s: self.states.iter().filter(|state| state.recording).count() as i64 / 10,
            user_id: craft.user_id.into(),
            takeoff_altitude: if self.version <= 5 { 0.0 } else { craft.home_altitude },
            product: craft.product,
            activation: if self.version <= 5 { craft.activation_ms / 1000 } else { craft.activation_ms },
            name: craft.name.into(),
            aircraft_serial: craft.aircraft_serial.into(),
            camera_serial: craft.camera_serial.into(),
            controller_serial: craft.controller_serial.into(),
            battery_serial: craft.battery_serial.into(),
            platform: craft.platform,
            app: craft.app,
            uuid: self.uuid.into(),
            ..Details::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::long;
    use super::*;

    #[test]
    fn options_reach_the_log() {
        let states = long::flight_record(14, 100, 1).states;
        let craft = super::super::craft::matrice_350();
        let plain = Recording {
            version: 14,
            app: App::Fly,
            craft: &craft,
            states: &states,
            start_ms: 0,
            place: [""; 4],
            restart: None,
            messages: Vec::new(),
            pilot: [0.0; 2],
            limited: Vec::new(),
            log_index: 1,
            uuid: "",
            options: Options::default(),
        };
        let options = Options {
            simulated: true,
            unlocks: vec![3, 40],
            dual_battery: true,
            recovers: vec![50],
            height_limited: vec![true; 10],
            ..Options::default()
        };
        let special = Recording { options, ..plain.clone() };
        let count = |recording: &Recording, kind: u8| recording.log().finish_with_truth().1.count(kind);
        // Before: static at the start, static and cells in each of ten seconds, one dynamic. A marker brings one more start.
        assert_eq!((count(&plain, 22), count(&special, 22)), (22, 3 * 24));
        assert_eq!((count(&plain, 52), count(&special, 52)), (0, 2));
        assert_eq!((count(&plain, 50), count(&special, 50)), (0, 1));
        let flags = |recording: &Recording| recording.home(60).content(90)[32] & 1;
        assert_eq!((flags(&plain), flags(&special)), (0, 1), "simulator");
        assert_ne!(plain.vision_group(6), special.vision_group(6), "height limit");
        let [sum, one, two] = [0, 1, 2].map(|index| special.pack_dynamic(&states[60], index));
        assert!((sum.left as i64 - i64::from(one.left) - i64::from(two.left)).abs() <= 1, "{sum:?} {one:?} {two:?}");
        assert_eq!((sum.full, one.full, two.full), (11_760, 5_880, 5_880));
    }
}
