//! A v14 log as it looks to someone without a key: every record framed and scrambled, what is inside unreadable.

use super::dji_txt::{Log, content};
use super::prng::Prng;

/// Features whose wrapped keys stand near the file start: Base, Vision, AirLink, AfterSales, DJIFlyCustom, Gimbal,
/// RC, Camera, Battery.
pub const FEATURES: [u16; 9] = [1, 2, 5, 6, 7, 10, 11, 12, 13];

/// `frames` OSD records and the company that DJI Fly gives them; lengths of plain content as in older versions.
pub fn log(frames: usize, messages: &[usize]) -> Log {
    let mut log = Log::new(14);
    let mut prng = Prng::new(0x5EA1ED);
    log.prefix_byte_11(1);
    for &feature in &FEATURES[..5] {
        log.record(56, &content::key_storage(feature, &prng.bytes(256)));
    }
    log.sealed(40, 20).sealed(22, 41).sealed(22, 41);
    for &feature in &FEATURES[5..] {
        log.record(56, &content::key_storage(feature, &prng.bytes(256)));
    }
    for row in 0..frames {
        log.sealed(1, 70).sealed(5, 18).sealed(4, 28).sealed(3, 48);
        match row % 10 {
            2 => {
                log.sealed(2, 90).sealed(8, 30);
            }
            4 => {
                log.sealed(25, 26).sealed(22, 35).sealed(17, 60);
            }
            6 => {
                log.sealed(14, 20).sealed(49, 3).sealed(62, 17);
            }
            8 => {
                log.sealed(57, 20).sealed(254, 10);
            }
            _ => {}
        }
        if row < 50 && row % 10 == 0 {
            log.sealed(13, 110).sealed(15, 66);
        }
        if messages.contains(&row) {
            log.sealed(9, 24 + row % 20);
        }
    }
    log
}
