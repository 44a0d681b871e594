//! EXIF 2.3 block of a photo: when and where it was taken. A TIFF of three directories (camera,
//! shot, receiver), long values behind the directory that names them.

use super::clock::civil;

/// What a camera notes.
#[derive(Clone, Debug)]
pub struct Exif {
    pub big_endian: bool,
    pub lat_deg: f64,
    pub lon_deg: f64,
    /// Metres above sea level, below it when negative.
    pub altitude_m: Option<f64>,
    /// ms since 1970 UTC.
    pub time_ms: i64,
    /// The camera's own clock shows local time and does not say which.
    pub utc_offset_h: i64,
    /// Date and time of the receiver, UTC, beside the camera's clock.
    pub gps_time: bool,
}

/// TIFF types.
const BYTE: u16 = 1;
const ASCII: u16 = 2;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;

/// Tag, type, number of values, their bytes.
type Entry = (u16, u16, u32, Vec<u8>);

impl Exif {
    /// Content of an APP1 segment.
    pub fn block(&self) -> Vec<u8> {
        let camera = [self.ascii(0x010F, "Sample"), self.ascii(0x0110, "OVF"), self.ascii(0x0132, &self.camera_time())];
        let shot = [self.ascii(0x9003, &self.camera_time())];
        // The first directory points to the two others, whose places follow from its own length.
        let main_at = 8;
        let pointers = [self.long(0x8769, 0), self.long(0x8825, 0)];
        let shot_at = main_at + self.directory(main_at, &[&camera[..], &pointers].concat()).len();
        let shot = self.directory(shot_at, &shot);
        let gps_at = shot_at + shot.len();
        let gps = self.directory(gps_at, &self.gps());
        let pointers = [self.long(0x8769, shot_at as u32), self.long(0x8825, gps_at as u32)];
        let main = self.directory(main_at, &[&camera[..], &pointers].concat());

        let order = if self.big_endian { b"MM" } else { b"II" };
        [b"Exif\0\0", &order[..], &self.u16(42), &self.u32(main_at as u32), &main, &shot, &gps].concat()
    }

    fn gps(&self) -> Vec<Entry> {
        let mut entries = vec![
            (0, BYTE, 4, vec![2, 3, 0, 0]),
            self.ascii(1, if self.lat_deg < 0.0 { "S" } else { "N" }),
            self.angle(2, self.lat_deg),
            self.ascii(3, if self.lon_deg < 0.0 { "W" } else { "E" }),
            self.angle(4, self.lon_deg),
        ];
        if let Some(altitude) = self.altitude_m {
            entries.push((5, BYTE, 1, vec![u8::from(altitude < 0.0)]));
            entries.push(self.rationals(6, &[((altitude.abs() * 1000.0).round() as u32, 1000)]));
        }
        if self.gps_time {
            let (year, month, day, second) = civil(self.time_ms / 1000);
            let time = [second / 3600, second / 60 % 60, second % 60].map(|part| (part as u32, 1));
            entries.push(self.rationals(7, &time));
            entries.push(self.ascii(29, &format!("{year:04}:{month:02}:{day:02}")));
        }
        entries
    }

    /// Degrees, minutes and seconds to 1/10000″, 3 mm.
    fn angle(&self, tag: u16, deg: f64) -> Entry {
        let parts = (deg.abs() * 36_000_000.0).round() as u64;
        let (minutes, rest) = (parts / 600_000, parts % 600_000);
        self.rationals(tag, &[((minutes / 60) as u32, 1), ((minutes % 60) as u32, 1), (rest as u32, 10_000)])
    }

    fn camera_time(&self) -> String {
        let (year, month, day, second) = civil(self.time_ms / 1000 + self.utc_offset_h * 3600);
        format!("{year:04}:{month:02}:{day:02} {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
    }

    fn ascii(&self, tag: u16, text: &str) -> Entry {
        let bytes = [text.as_bytes(), &[0]].concat();
        (tag, ASCII, bytes.len() as u32, bytes)
    }

    fn long(&self, tag: u16, value: u32) -> Entry {
        (tag, LONG, 1, self.u32(value).to_vec())
    }

    fn rationals(&self, tag: u16, values: &[(u32, u32)]) -> Entry {
        let bytes = values.iter().flat_map(|&(above, below)| [self.u32(above), self.u32(below)]).flatten().collect();
        (tag, RATIONAL, values.len() as u32, bytes)
    }

    /// A directory that begins at `at` of the TIFF; values longer than four bytes stand behind it, at even offsets.
    fn directory(&self, at: usize, entries: &[Entry]) -> Vec<u8> {
        let mut out = self.u16(entries.len() as u16).to_vec();
        let mut values = Vec::new();
        let values_at = at + 2 + 12 * entries.len() + 4;
        for (tag, kind, count, bytes) in entries {
            out.extend([self.u16(*tag), self.u16(*kind)].concat());
            out.extend(self.u32(*count));
            if bytes.len() <= 4 {
                out.extend(bytes);
                out.resize(out.len() + 4 - bytes.len(), 0);
            } else {
                out.extend(self.u32((values_at + values.len()) as u32));
                values.extend(bytes);
                values.resize(values.len().next_multiple_of(2), 0);
            }
        }
        out.extend(self.u32(0));
        out.extend(values);
        out
    }

    fn u16(&self, value: u16) -> [u8; 2] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn u32(&self, value: u32) -> [u8; 4] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 33° 51′ 24.4238″ S, 151° 12′ 55.0681″ E, 2025-04-05 14:23:20 UTC, all by hand.
    #[test]
    fn place_and_time_stand_in_both_byte_orders() {
        for big_endian in [false, true] {
            let exif = Exif {
                big_endian,
                lat_deg: -33.856_784_4,
                lon_deg: 151.215_296_7,
                altitude_m: None,
                time_ms: 1_743_863_000_000,
                utc_offset_h: 10,
                gps_time: true,
            };
            let block = exif.block();
            let number = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
            let holds = |wanted: &[u8]| block.windows(wanted.len()).any(|bytes| bytes == wanted);
            assert!(block.starts_with(if big_endian { b"Exif\0\0MM\0*" } else { b"Exif\0\0II*\0" }));
            assert!(holds(&[33, 1, 51, 1, 244_238, 10_000].map(number).concat()), "latitude");
            assert!(holds(&[151, 1, 12, 1, 550_681, 10_000].map(number).concat()), "longitude");
            assert!(holds(&[14, 1, 23, 1, 20, 1].map(number).concat()) && holds(b"2025:04:05\0"), "UTC");
            assert!(holds(b"2025:04:06 00:23:20\0"), "the camera's clock");
        }
    }
}
