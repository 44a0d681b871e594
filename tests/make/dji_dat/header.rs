//! What stands in front of the records.

use super::super::dji_txt::fields::Fields;

pub const V1: usize = 128;
pub const V3: usize = 256;

/// 128 bytes: model code, `BUILD` and the date of the firmware. Every byte from 48 on is unknown and left 0.
pub fn v1(model: u8, build: &str) -> Vec<u8> {
    let mut f = Fields::new(V1);
    f.u8(0, model).text(16, 32, &format!("BUILD {build}"));
    f.whole()
}

/// The 256 bytes of later logs.
#[derive(Clone, Debug)]
pub struct V3Header {
    pub product: u32,
    /// As in `Jun 16 2023 21:12:36`.
    pub build: String,
    /// 0 where an older firmware leaves it out.
    pub ticks_per_second: u32,
    /// At most 16 characters fit; the rest is cut.
    pub serial: String,
    /// Behind the marker, of unknown meaning.
    pub tail: [u8; 4],
}

impl V3Header {
    pub fn bytes(&self) -> Vec<u8> {
        let mut f = Fields::new(V3);
        f.u32(0, self.product).u32(4, 3).u32(8, 92).text(0x10, 32, &format!("BUILD {}", self.build));
        f.u32(0x30, self.ticks_per_second).u32(0x34, 7).u8(0x39, 3);
        // 50 characters XOR 55: the serial number, then A5 as filler, then NUL.
        let mut serial = [0xA5; 50];
        let known = &self.serial.as_bytes()[..self.serial.len().min(16)];
        serial[..known.len()].copy_from_slice(known);
        serial[42..].fill(0);
        f.put(0x3A, &serial.map(|byte| byte ^ 0x55));
        f.text(0xF2, 10, "DJI_LOG_V3").put(0xFC, &self.tail);
        f.whole()
    }
}
