//! A plausible flight, 0.1 s by 0.1 s: positions are the integral of the velocities, and stand on the WGS 84 ellipsoid.

use super::math::{LocalPlane, atan2, length, sin, wrap_deg};
use super::prng::Prng;

/// Seconds from one state to the next.
pub const DT: f64 = 0.1;

/// What the pilot does next. Metres from take-off, m/s, s, degrees.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Motors on, then up to this height.
    TakeOff(f64),
    Climb(f64),
    /// To a place; the next step begins a few metres before it, so that corners are round.
    Go {
        north: f64,
        east: f64,
        speed: f64,
    },
    /// The same with the mode switch on Sport.
    Rush {
        north: f64,
        east: f64,
        speed: f64,
    },
    Hover(f64),
    /// Turns to this heading on the spot.
    Look(f64),
    Gimbal(f64),
    Photo,
    VideoStart,
    VideoStop,
    /// Go home: up to this height if lower, above the take-off point, down, motors off.
    Return {
        height: f64,
    },
}

/// A flight to make. It must be back on the ground before `frames` are over.
#[derive(Clone, Debug)]
pub struct Plan {
    pub lat_deg: f64,
    pub lon_deg: f64,
    pub frames: usize,
    /// Frames at the start in which the receiver has no fix.
    pub blind: usize,
    /// Seconds on the ground before the first step.
    pub idle: f64,
    pub steps: Vec<Step>,
    pub seed: u64,
    pub cells: usize,
    pub capacity_mah: f64,
    pub battery_percent: f64,
}

/// The aircraft at one moment. SI units and degrees; velocities are north, east, down.
#[derive(Clone, Debug)]
pub struct State {
    /// Since the start of the log, on the aircraft's clock.
    pub t: f64,
    pub north: f64,
    pub east: f64,
    pub height: f64,
    pub lat_rad: f64,
    pub lon_rad: f64,
    pub velocity: [f64; 3],
    pub pitch: f64,
    pub roll: f64,
    pub yaw: f64,
    pub yaw_rate: f64,
    pub gimbal_pitch: f64,
    /// −1..1: aileron, elevator, throttle, rudder, gimbal wheel.
    pub sticks: [f64; 5],
    pub has_fix: bool,
    pub satellites: u8,
    pub gps_level: u8,
    pub motors: bool,
    pub airborne: bool,
    /// Flight mode by DJI's number.
    pub mode: u8,
    pub go_home_stage: u8,
    /// 0.1 s since the motors started.
    pub fly_time: u16,
    pub photo: bool,
    /// 0, 1 starts here, 2 stops here.
    pub video: u8,
    pub recording: bool,
    pub percent: f64,
    pub current_ma: f64,
    pub cells_mv: Vec<u16>,
    pub temperature_c: f64,
    /// Flown so far.
    pub path: f64,
}

impl State {
    pub fn lat_deg(&self) -> f64 {
        self.lat_rad.to_degrees()
    }

    pub fn lon_deg(&self) -> f64 {
        self.lon_rad.to_degrees()
    }

    pub fn ground_speed(&self) -> f64 {
        length(self.velocity[0], self.velocity[1])
    }

    pub fn home_distance(&self) -> f64 {
        length(self.north, self.east)
    }
}

const MODE_ATTI: u8 = 1;
const MODE_GPS: u8 = 6;
const MODE_ASSISTED_TAKEOFF: u8 = 10;
const MODE_AUTO_LANDING: u8 = 12;
const MODE_GO_HOME: u8 = 15;
const MODE_SPORT: u8 = 31;
const MODE_MOTORS_STARTED: u8 = 41;

/// What a step asks of the aircraft in this moment.
struct Wish {
    /// North, east, up, m/s.
    velocity: [f64; 3],
    yaw: Option<f64>,
    by_hand: bool,
    done: bool,
}

struct Simulator<'a> {
    plan: &'a Plan,
    prng: Prng,
    step: usize,
    in_step: f64,
    hold: [f64; 2],
    up: f64,
    gimbal_wish: f64,
    used_mah: f64,
    now: State,
}

/// The states of the whole flight.
///
/// # Panics
/// When the aircraft is not on the ground with its motors off at the end.
pub fn fly(plan: &Plan) -> Vec<State> {
    let mut simulator = Simulator::new(plan);
    let states: Vec<State> = (0..plan.frames).map(|frame| simulator.advance(frame)).collect();
    let landed = !simulator.now.motors && simulator.step == plan.steps.len();
    assert!(landed, "still at step {} of {} after {} frames", simulator.step, plan.steps.len(), plan.frames);
    states
}

impl<'a> Simulator<'a> {
    fn new(plan: &'a Plan) -> Self {
        let mut prng = Prng::new(plan.seed);
        let yaw = wrap_deg(180.0 * prng.signed());
        let now = State {
            t: 0.0,
            north: 0.0,
            east: 0.0,
            height: 0.0,
            lat_rad: 0.0,
            lon_rad: 0.0,
            velocity: [0.0; 3],
            pitch: 0.4,
            roll: -0.3,
            yaw,
            yaw_rate: 0.0,
            gimbal_pitch: 0.0,
            sticks: [0.0; 5],
            has_fix: false,
            satellites: 0,
            gps_level: 0,
            motors: false,
            airborne: false,
            mode: MODE_ATTI,
            go_home_stage: 0,
            fly_time: 0,
            photo: false,
            video: 0,
            recording: false,
            percent: plan.battery_percent,
            current_ma: 0.0,
            cells_mv: Vec::new(),
            temperature_c: 24.0,
            path: 0.0,
        };
        let used_mah = plan.capacity_mah * (1.0 - plan.battery_percent / 100.0);
        Simulator { plan, prng, step: 0, in_step: 0.0, hold: [0.0; 2], up: 0.0, gimbal_wish: 0.0, used_mah, now }
    }

    fn advance(&mut self, frame: usize) -> State {
        if frame > 0 {
            self.now.t = frame as f64 * DT;
            (self.now.photo, self.now.video) = (false, 0);
            let wish = self.wish();
            self.move_by(&wish);
            self.in_step += DT;
            if wish.done {
                self.next_step();
            }
        }
        self.receive(frame);
        self.discharge();
        let plane = LocalPlane::at(self.plan.lat_deg, self.plan.lon_deg);
        (self.now.lat_rad, self.now.lon_rad) = plane.radians(self.now.north, self.now.east);
        self.now.height = self.up;
        self.now.clone()
    }

    fn next_step(&mut self) {
        self.step += 1;
        self.in_step = 0.0;
        self.hold = [self.now.north, self.now.east];
    }

    fn wish(&mut self) -> Wish {
        let stay = Wish { velocity: [0.0; 3], yaw: None, by_hand: false, done: false };
        if self.now.t < self.plan.idle {
            return stay;
        }
        let Some(&step) = self.plan.steps.get(self.step) else {
            return stay;
        };
        if self.now.motors {
            self.now.mode = MODE_GPS;
        }
        match step {
            Step::TakeOff(height) => self.take_off(height),
            Step::Climb(height) => {
                let velocity = self.hover_at(self.hold[0], self.hold[1], height);
                Wish { velocity, by_hand: true, done: (height - self.up).abs() < 0.3, ..stay }
            }
            Step::Go { north, east, speed } => self.go(north, east, speed),
            Step::Rush { north, east, speed } => {
                self.now.mode = MODE_SPORT;
                self.go(north, east, speed)
            }
            Step::Hover(seconds) => {
                let velocity = self.hover_at(self.hold[0], self.hold[1], self.up);
                Wish { velocity, done: self.in_step >= seconds, ..stay }
            }
            Step::Look(yaw) => {
                let velocity = self.hover_at(self.hold[0], self.hold[1], self.up);
                let done = wrap_deg(yaw - self.now.yaw).abs() < 1.0;
                Wish { velocity, yaw: Some(yaw), by_hand: true, done }
            }
            Step::Gimbal(pitch) => {
                self.gimbal_wish = pitch;
                let velocity = self.hover_at(self.hold[0], self.hold[1], self.up);
                Wish { velocity, done: (self.now.gimbal_pitch - pitch).abs() < 0.2, ..stay }
            }
            Step::Photo => {
                self.now.photo = true;
                self.act()
            }
            Step::VideoStart => {
                (self.now.video, self.now.recording) = (1, true);
                self.act()
            }
            Step::VideoStop => {
                (self.now.video, self.now.recording) = (2, false);
                self.act()
            }
            Step::Return { height } => self.go_home(height),
        }
    }

    /// Something that takes one moment.
    fn act(&self) -> Wish {
        Wish { velocity: self.hover_at(self.hold[0], self.hold[1], self.up), yaw: None, by_hand: false, done: true }
    }

    fn hover_at(&self, north: f64, east: f64, height: f64) -> [f64; 3] {
        let (dn, de) = (north - self.now.north, east - self.now.east);
        [0.8 * dn, 0.8 * de, (0.9 * (height - self.up)).clamp(-2.5, 3.5)]
    }

    fn take_off(&mut self, height: f64) -> Wish {
        self.now.motors = true;
        self.now.mode = match (self.in_step < 2.0, self.up < 1.5) {
            (true, _) => MODE_MOTORS_STARTED,
            (_, true) => MODE_ASSISTED_TAKEOFF,
            _ => MODE_GPS,
        };
        let mut velocity = [0.0; 3];
        if self.in_step >= 2.0 {
            self.now.airborne = true;
            velocity = self.hover_at(0.0, 0.0, height);
        }
        Wish { velocity, yaw: None, by_hand: self.up >= 1.5, done: (height - self.up).abs() < 0.3 }
    }

    fn go(&mut self, north: f64, east: f64, speed: f64) -> Wish {
        let (dn, de) = (north - self.now.north, east - self.now.east);
        let rest = length(dn, de);
        let brisk = (9.0 + 2.0 * 2.0 * rest).sqrt().min(speed);
        let velocity = [brisk * dn / rest.max(0.1), brisk * de / rest.max(0.1), 0.0];
        let heading = atan2(de, dn).to_degrees();
        Wish { velocity, yaw: (rest > 8.0).then_some(heading), by_hand: true, done: rest < 3.0 }
    }

    fn go_home(&mut self, height: f64) -> Wish {
        let rest = self.now.home_distance();
        let heading = atan2(-self.now.east, -self.now.north).to_degrees();
        let mut wish = Wish { velocity: [0.0; 3], yaw: None, by_hand: false, done: false };
        self.now.mode = MODE_GO_HOME;
        if rest > 1.5 && self.up < height - 0.5 {
            self.now.go_home_stage = 3;
            wish.velocity = self.hover_at(self.hold[0], self.hold[1], height);
        } else if rest > 1.5 {
            let off = wrap_deg(heading - self.now.yaw).abs() > 20.0 && rest > 15.0;
            self.now.go_home_stage = if off { 2 } else { 4 };
            wish.yaw = (rest > 8.0).then_some(heading);
            let speed = if off { 0.0 } else { (0.3 + 2.0 * 1.2 * rest).sqrt().min(9.0) };
            wish.velocity = [-speed * self.now.north / rest, -speed * self.now.east / rest, 0.0];
        } else {
            (self.now.mode, self.now.go_home_stage) = (MODE_AUTO_LANDING, 0);
            wish.velocity = self.hover_at(0.0, 0.0, self.up);
            wish.velocity[2] = -(0.35 * self.up).clamp(0.5, 3.0);
            if self.up <= 0.03 {
                (self.now.motors, self.now.airborne, self.now.mode) = (false, false, MODE_GPS);
                wish.velocity = [0.0; 3];
                wish.done = true;
            }
        }
        wish
    }

    fn move_by(&mut self, wish: &Wish) {
        let before = self.now.velocity;
        let gust = if self.now.airborne { 0.03 } else { 0.0 };
        let mut change = [wish.velocity[0] - before[0], wish.velocity[1] - before[1]];
        let wanted = length(change[0], change[1]);
        let most = 2.5 * DT;
        if wanted > most {
            change = [change[0] * most / wanted, change[1] * most / wanted];
        }
        let lift = (wish.velocity[2] + before[2]).clamp(-2.0 * DT, 2.0 * DT);
        let mut after = [
            before[0] + change[0] + gust * self.prng.signed(),
            before[1] + change[1] + gust * self.prng.signed(),
            before[2] - lift,
        ];
        if !self.now.airborne {
            after = [0.0; 3];
        }
        let mean = |axis: usize| (before[axis] + after[axis]) / 2.0 * DT;
        let (dn, de) = (mean(0), mean(1));
        if self.now.airborne {
            self.now.north += dn;
            self.now.east += de;
            self.now.path += length(dn, de);
            self.up = (self.up - mean(2)).max(0.0);
        } else {
            self.up = 0.0;
        }
        if self.up == 0.0 && self.now.airborne && after[2] > 0.0 {
            after[2] = 0.0;
        }
        self.now.velocity = after;
        self.turn(wish, [(after[0] - before[0]) / DT, (after[1] - before[1]) / DT]);
        if self.now.motors {
            self.now.fly_time += 1;
        }
    }

    /// Heading, tilt, gimbal and the sticks that would ask for it.
    fn turn(&mut self, wish: &Wish, acceleration: [f64; 2]) {
        let off = wish.yaw.map_or(0.0, |yaw| wrap_deg(yaw - self.now.yaw));
        self.now.yaw_rate = if self.now.airborne { (1.5 * off).clamp(-60.0, 60.0) } else { 0.0 };
        self.now.yaw = wrap_deg(self.now.yaw + self.now.yaw_rate * DT);
        let (s, c) = super::math::sin_cos(self.now.yaw.to_radians());
        let ahead = |v: [f64; 2]| v[0] * c + v[1] * s;
        let right = |v: [f64; 2]| -v[0] * s + v[1] * c;
        let v = [self.now.velocity[0], self.now.velocity[1]];
        if self.now.airborne {
            self.now.pitch = -(2.5 * ahead(acceleration) + 1.3 * ahead(v)).clamp(-30.0, 30.0);
            self.now.roll = (2.5 * right(acceleration) + 1.3 * right(v)).clamp(-30.0, 30.0);
        } else {
            (self.now.pitch, self.now.roll) = (0.4, -0.3);
        }
        let gimbal_step = (self.gimbal_wish - self.now.gimbal_pitch).clamp(-2.0, 2.0);
        self.now.gimbal_pitch += gimbal_step;
        self.now.sticks = [0.0; 5];
        if wish.by_hand {
            let asked = [wish.velocity[0], wish.velocity[1]];
            let full = if self.now.mode == MODE_SPORT { 20.0 } else { 15.0 };
            self.now.sticks =
                [right(asked) / full, ahead(asked) / full, wish.velocity[2] / 4.0, self.now.yaw_rate / 100.0, 0.0];
        }
        self.now.sticks[4] = gimbal_step / 4.0;
        for stick in &mut self.now.sticks {
            *stick = stick.clamp(-1.0, 1.0);
        }
    }

    fn receive(&mut self, frame: usize) {
        let since = frame.saturating_sub(self.plan.blind);
        self.now.has_fix = frame >= self.plan.blind;
        let seen = 8.0 + 8.0 * (1.0 - 1.0 / (1.0 + since as f64 / 80.0)) + sin(self.now.t / 17.0);
        self.now.satellites = if self.now.has_fix { seen as u8 } else { (frame / 3) as u8 };
        self.now.gps_level = if self.now.has_fix { (3 + since / 30).min(5) as u8 } else { 0 };
        if self.now.mode == MODE_ATTI && self.now.has_fix {
            self.now.mode = MODE_GPS;
        }
    }

    fn discharge(&mut self) {
        let work = if self.now.airborne {
            9_500.0 + 260.0 * self.now.ground_speed() - 900.0 * self.now.velocity[2]
        } else {
            2_600.0
        };
        self.now.current_ma = -(if self.now.motors { work } else { 780.0 } + 120.0 * self.prng.signed());
        self.used_mah -= self.now.current_ma * DT / 3600.0;
        self.now.percent = 100.0 * (1.0 - self.used_mah / self.plan.capacity_mah);
        self.now.temperature_c = (self.now.temperature_c + if self.now.motors { 0.004 } else { 0.0 }).min(48.0);
        let resting = 3_450.0 + 7.2 * self.now.percent + self.now.current_ma * 0.009;
        self.now.cells_mv = (0..self.plan.cells).map(|cell| (resting + 4.0 * cell as f64) as u16).collect();
    }
}
