//! A log of a few frames, small enough to be damaged at every single byte.

use overflown::examine::Examined;

use crate::make::dji_txt::features::FIRST_VERSION;
use crate::make::dji_txt::flying::{Custom, Gimbal, Home, Osd, Rc, app_gps};
use crate::make::dji_txt::power::CenterBattery;
use crate::make::dji_txt::{Details, Log, Shape, Truth, content, service};
use crate::make::jpeg;

/// Half past three in the afternoon of 2020-06-01 UTC, in ms.
const START_MS: i64 = 1_591_025_400_000;
pub const FRAMES: usize = 12;

/// A small log and where everything stands in it.
pub struct Small {
    pub bytes: Vec<u8>,
    pub truth: Truth,
    pub keys: Option<String>,
}

impl Small {
    pub fn examine(&self) -> Examined {
        super::examine_perhaps("small.txt", self.bytes.clone(), self.keys.as_deref())
    }
}

/// A frame's position in radians.
pub fn place(frame: usize) -> (f64, f64) {
    (0.83 + 1e-7 * frame as f64, 0.27 - 2e-7 * frame as f64)
}

/// Twelve frames with every record that a track or a device fact comes from; a photo and its thumbnail. From version 13 on it
/// is encrypted, and has the answer of its key service.
pub fn small_log(version: u8) -> Small {
    let shape = Shape::of(version);
    let mut log = Log::new(version);
    if version >= FIRST_VERSION {
        log.encrypt(u64::from(version));
    }
    for frame in 0..FRAMES {
        let (lat_rad, lon_rad) = place(frame);
        let tenth = frame as i16;
        let osd = Osd {
            lat_rad,
            lon_rad,
            height: 15 * tenth,
            velocity: [12, -25, -15],
            attitude: [-30, 20, 900 + tenth],
            mode: 6,
            ground_or_air: 2,
            motors_on: true,
            gps_used: true,
            gps_level: 5,
            satellites: 14,
            fly_time: 100 + frame as u16,
            ..Osd::default()
        };
        let custom = Custom { time_ms: START_MS + 100 * frame as i64, photo: frame == 5, ..Custom::default() };
        log.record(1, &osd.content(shape.osd));
        log.record(5, &custom.content());
        log.record(3, &Gimbal { pitch: -300, ..Gimbal::default() }.content(shape.gimbal));
        log.record(4, &Rc::default().content(shape.rc));
        // Each kind but the message stands twice at least: a kind that a log never repeats proves little about itself.
        match frame {
            2 | 7 => {
                log.record(2, &Home { lat_rad, lon_rad, recorded: true, ..Home::default() }.content(shape.home));
            }
            4 => {
                log.record(9, &content::text("Taking off", version >= 8));
            }
            5 | 10 => {
                log.record(14, &app_gps(47.6, 15.5, 4.0));
            }
            6 | 9 => {
                let battery = CenterBattery { percent: 80, voltage: 15_200, ..CenterBattery::default() };
                log.record(7, &battery.content(shape.center_battery));
            }
            // An empty record is a legal one from version 7 on.
            1 | 8 if version >= 7 => {
                log.record(17, &[]);
            }
            _ => {}
        }
    }
    log.photo(&jpeg::picture(8, 8, 0), 47.6, 15.5);
    log.thumbnail(&jpeg::picture(8, 8, 90));
    log.details(Details {
        start_ms: START_MS,
        duration_ms: 1_200,
        name: "Small".into(),
        aircraft_serial: "OVF0SMALL1".into(),
        product: 42,
        platform: 2,
        ..Details::default()
    });
    let (bytes, truth) = log.finish_with_truth();
    let keys = (version >= FIRST_VERSION).then(|| service::answer(log.keys()));
    Small { bytes, truth, keys }
}
