//! The lengths that each version writes, and the contents of the smaller records.

use super::fields::Fields;

/// Content lengths, without the two bytes that scrambling adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub osd: usize,
    pub home: usize,
    pub gimbal: usize,
    pub rc: usize,
    pub deform: usize,
    pub center_battery: usize,
    pub recover: usize,
}

impl Shape {
    /// v4 and what came before it.
    pub const EARLY: Shape =
        Shape { osd: 50, home: 32, gimbal: 12, rc: 13, deform: 1, center_battery: 35, recover: 85 };
    /// v7, and v8 of the Android app.
    pub const ANDROID: Shape = Shape { home: 34, ..Shape::EARLY };
    /// v8 of the iOS app.
    pub const IOS: Shape = Shape { osd: 53, home: 69, gimbal: 20, rc: 16, deform: 2, center_battery: 40, recover: 110 };
    /// v11 of a Mavic 2.
    pub const LATE: Shape = Shape { osd: 55, home: 74, gimbal: 40, rc: 15, ..Shape::IOS };

    /// v14: real cipher texts are 80, 96, 64 and 32 bytes long.
    pub const FLY: Shape = Shape { osd: 70, home: 90, gimbal: 48, rc: 28, ..Shape::LATE };

    /// What is usual for a version. v9, v10, v12 and v13 have no real sample: they take the nearest known one.
    pub fn of(version: u8) -> Shape {
        match version {
            ..=6 => Shape::EARLY,
            7 | 8 => Shape::ANDROID,
            9 | 10 => Shape::IOS,
            11 => Shape::LATE,
            12 | 13 => Shape { rc: 28, ..Shape::LATE },
            _ => Shape::FLY,
        }
    }
}

/// Types 9, 10, 18, 24: later apps end their texts with a NUL.
pub fn text(text: &str, nul: bool) -> Vec<u8> {
    let mut out = text.as_bytes().to_vec();
    out.extend(nul.then_some(0));
    out
}

/// Type 13: who flies. Activation in ms (seconds in old apps).
#[derive(Clone, Debug, Default)]
pub struct Recover {
    pub product: u8,
    pub platform: u8,
    pub app: [u8; 3],
    pub aircraft_serial: String,
    pub name: String,
    pub activation: i64,
    pub camera_serial: String,
    pub controller_serial: String,
    pub battery_serial: String,
    /// 0x64 = none.
    pub gimbal: u8,
}

impl Recover {
    /// `len` 85: serials of 10 bytes; 110: of 16 bytes, and the gimbal.
    pub fn content(&self, len: usize) -> Vec<u8> {
        let width = if len < 100 { 10 } else { 16 };
        let mut f = Fields::new(5 + width + 32 + 8 + 3 * width + 1);
        f.u8(0, self.product).u8(1, self.platform).put(2, &self.app);
        f.text(5, width, &self.aircraft_serial).text(5 + width, 32, &self.name).i64(37 + width, self.activation);
        let serials = 45 + width;
        f.text(serials, width, &self.camera_serial);
        f.text(serials + width, width, &self.controller_serial);
        f.text(serials + 2 * width, width, &self.battery_serial);
        f.u8(serials + 3 * width, self.gimbal);
        f.cut(len)
    }
}

/// Type 15: (sender, sub, version) each.
pub fn firmware(entries: &[(u8, u8, [u8; 4])]) -> Vec<u8> {
    entries
        .iter()
        .flat_map(|&(sender, sub, version)| [sender, sub, version[0], version[1], version[2], version[3]])
        .collect()
}

/// Type 17: nested entries, each closed by FE.
pub fn vision_group(entries: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (sub, data) in entries {
        out.extend(sub.to_le_bytes());
        out.push(data.len() as u8);
        out.extend(data);
        out.push(0xFE);
    }
    out
}

/// Entry of a [`vision_group`], sub 0 to 5 (front, back, right, left, top, down): (cm, level) a sector.
pub fn radar(direction: u8, sectors: &[(u16, u8)], counter: u8) -> (u32, Vec<u8>) {
    let mut data = vec![sectors.len() as u8 & 0x1F | direction << 5];
    for &(distance, level) in sectors {
        data.extend(distance.to_le_bytes());
        data.push(level);
    }
    data.push(counter);
    (u32::from(direction), data)
}

/// Avoidance switched on.
pub const AVOID_ENABLED: u16 = 1;
/// The limit around the home point works.
pub const AVOID_RADIUS_LIMIT: u16 = 1 << 6;
/// The limit of an airport (or another site of the no-fly database) works.
pub const AVOID_AIRPORT_LIMIT: u16 = 1 << 7;
pub const AVOID_NEAR_BOUNDARY: u16 = 1 << 9;
/// The same limit, of the height.
pub const AVOID_AIRPORT_HEIGHT: u16 = 1 << 12;

/// Entry of a [`vision_group`], sub 8: the avoidance flags.
pub fn avoid_status(flags: u16) -> (u32, Vec<u8>) {
    (8, flags.to_le_bytes().to_vec())
}

/// Entry of a [`vision_group`] that nobody describes (9 guidance, 10 warning status).
pub fn vision_opaque(sub: u32, data: &[u8]) -> (u32, Vec<u8>) {
    (sub, data.to_vec())
}

/// Type 19: 0 hover, 1 land, 2 go home; then b0 MVO, b1 avoidance, b2 user's avoidance.
pub fn mc_params(failsafe: u8, vision: u8) -> Vec<u8> {
    vec![failsafe, vision]
}

/// Type 20.
pub fn app_operation(operation: u32, argument: u8) -> Vec<u8> {
    let mut out = operation.to_le_bytes().to_vec();
    out.push(argument);
    out
}

/// Type 25. MB and s.
#[derive(Clone, Debug, Default)]
pub struct Camera {
    pub connected: bool,
    pub usb: bool,
    pub time_synced: bool,
    /// 1 = a single photo.
    pub capturing: u8,
    pub recording: u8,
    pub sd_inserted: bool,
    pub sd_state: u8,
    /// 0 photo, 1 video, 2 playback.
    pub work_mode: u8,
    pub sd_size: u32,
    pub sd_left: u32,
    pub photos_left: u32,
    pub seconds_left: u32,
    pub record_time: u16,
    pub kind: u8,
}

impl Camera {
    pub fn content(&self) -> Vec<u8> {
        let mut f = Fields::new(26);
        let state = u8::from(self.connected) | u8::from(self.usb) << 1 | u8::from(self.time_synced) << 2;
        f.u8(0, state | self.capturing << 3 | self.recording << 6);
        f.u8(1, u8::from(self.sd_inserted) << 1 | self.sd_state << 2).u8(4, self.work_mode);
        f.u32(5, self.sd_size).u32(9, self.sd_left).u32(13, self.photos_left).u32(17, self.seconds_left);
        f.u16(21, self.record_time).u8(23, self.kind);
        f.whole()
    }
}

/// Type 28: 32 hex characters that name the no-fly database.
pub fn fly_forbid_db(uuid: &str) -> Vec<u8> {
    assert_eq!(uuid.len(), 32);
    uuid.as_bytes().to_vec()
}

/// Type 40: 1 camera, 2 flight controller, 3 remote controller, 4 battery, 5 SSD, 6 gimbal.
pub fn component_serial(component: u8, index: u8, serial: &str) -> Vec<u8> {
    let mut out = vec![component, index, serial.len() as u8 + 1];
    out.extend(text(serial, true));
    out
}

/// Type 49: signal in %, of the uplink or the downlink, and the strength at two antennas.
pub fn ofdm(signal: u8, uplink: bool, antennas: [i8; 2]) -> Vec<u8> {
    vec![signal & 0x7F | u8::from(uplink) << 7, antennas[0] as u8, antennas[1] as u8]
}

/// Type 51: 14 bytes, fields unknown; the first is 1 in the real ones.
pub fn fly_safe_limit(value: u8) -> Vec<u8> {
    let mut f = Fields::new(14);
    f.u8(0, 1).u8(2, value);
    f.whole()
}

/// Type 52, action on an unlock licence. Only the name is known; the bytes are of this encoder's choice.
pub fn unlock_licence(action: u8) -> Vec<u8> {
    vec![action, 0, 0, 0]
}

/// Type 56, v13+: the wrapped key of a feature.
pub fn key_storage(feature: u16, wrapped: &[u8]) -> Vec<u8> {
    let mut out = feature.to_le_bytes().to_vec();
    out.extend((wrapped.len() as u16).to_le_bytes());
    out.extend(wrapped);
    out
}
