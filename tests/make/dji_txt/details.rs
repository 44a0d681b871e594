//! The details block: 400 bytes (436 from v12 on), an "old" arrangement of its second part up to v5.

use super::fields::Fields;

/// Summary of a flight as the app writes it. Lengths of text are those of the fields; longer text is cut.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Sub street, street, city, area.
    pub place: [String; 4],
    /// isFavorite (2 = no), isNew, needUpload.
    pub flags: [u8; 3],
    /// OSD lines; `None`: as many as the log holds.
    pub lines: Option<i32>,
    /// ms since 1970 UTC.
    pub start_ms: i64,
    /// Degrees.
    pub lat: f64,
    pub lon: f64,
    /// Metres, in v14 kilometres: as given.
    pub distance: f32,
    pub duration_ms: i32,
    /// m, m/s, m/s.
    pub max_height: f32,
    pub max_speed: f32,
    pub max_climb: f32,
    /// `None`: as many as photos were added.
    pub photo_count: Option<i32>,
    /// Seconds.
    pub video_s: i64,
    /// 16 hex characters.
    pub user_id: String,
    /// Decimetres, pressure altitude (metres in the old layout, where samples hold 0).
    pub takeoff_altitude: f32,
    pub product: u8,
    /// ms since 1970 (seconds in the old layout).
    pub activation: i64,
    pub name: String,
    pub aircraft_serial: String,
    pub camera_serial: String,
    pub controller_serial: String,
    pub battery_serial: String,
    pub platform: u8,
    pub app: [u8; 3],
    /// v12+: 36 characters.
    pub uuid: String,
}

/// One stored picture's place, radians.
#[derive(Clone, Copy, Debug, Default)]
pub struct PhotoSpot {
    pub lat_rad: f64,
    pub lon_rad: f64,
}

/// What the block tells about the images behind the records.
#[derive(Clone, Debug, Default)]
pub struct ImageIndex {
    pub photos: Vec<(usize, PhotoSpot)>,
    pub thumbnails: Vec<usize>,
}

pub fn length(version: u8) -> usize {
    if version >= 12 { 436 } else { 400 }
}

/// The block's bytes; `osd` and `images` fill what the details leave open.
pub fn encode(details: &Details, version: u8, osd: usize, images: &ImageIndex) -> Vec<u8> {
    let d = details;
    let mut f = Fields::new(length(version));
    for (at, text) in d.place.iter().enumerate() {
        f.text(at * 20, 20, text);
    }
    f.put(80, &d.flags);
    f.i32(83, d.lines.unwrap_or(osd as i32)).i32(87, 12345).i64(91, d.start_ms);
    f.f64(99, d.lon).f64(107, d.lat).f32(115, d.distance).i32(119, d.duration_ms);
    f.f32(123, d.max_height).f32(127, d.max_speed).f32(131, d.max_climb);
    f.i32(135, d.photo_count.unwrap_or(images.photos.len() as i32)).i64(139, d.video_s);
    assert!(images.photos.len() <= 4 && images.thumbnails.len() <= 4, "the block has room for four of each");
    for (at, &(len, spot)) in images.photos.iter().enumerate() {
        f.i32(147 + 4 * at, len as i32);
        f.f64(179 + 8 * at, spot.lon_rad).f64(211 + 8 * at, spot.lat_rad);
    }
    for (at, &len) in images.thumbnails.iter().enumerate() {
        f.i32(163 + 4 * at, len as i32);
    }
    f.text(251, 16, &d.user_id);
    if version <= 5 {
        old_part(d, &mut f)
    } else {
        new_part(d, &mut f)
    }
    if version >= 12 {
        f.text(400, 36, &d.uuid);
    }
    f.whole()
}

fn old_part(d: &Details, f: &mut Fields) {
    f.text(267, 10, &d.aircraft_serial).u8(277, d.product).text(278, 25, &d.name);
    f.i64(310, d.activation).text(318, 10, &d.camera_serial);
    f.text(328, 10, &d.controller_serial).text(338, 10, &d.battery_serial);
    f.u8(348, d.platform).put(349, &d.app).f32(352, d.takeoff_altitude);
}

fn new_part(d: &Details, f: &mut Fields) {
    f.f32(267, d.takeoff_altitude).u8(271, d.product).i64(272, d.activation).text(280, 32, &d.name);
    f.text(312, 16, &d.aircraft_serial).text(328, 16, &d.camera_serial);
    f.text(344, 16, &d.controller_serial).text(360, 16, &d.battery_serial);
    f.u8(376, d.platform).put(377, &d.app);
}
