//! Clips as cameras write them: boxes, sample tables, user data, a subtitle track and a telemetry track. After ISO/IEC 14496-12
//! and the QuickTime format; the telemetry after the paths that exiftool lists.

use super::prng::Prng;
use super::subtitles::{self, Moment};
use super::unclosed;

/// A clip and what is true about it.
#[derive(Clone, Debug)]
pub struct ClipSample {
    /// Below samples/.
    pub path: &'static str,
    pub about: &'static str,
    pub bytes: Vec<u8>,
    pub moments: Vec<Moment>,
    pub layout: Layout,
}

/// Where things lie.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Sample by sample.
    pub telemetry: Vec<(usize, usize)>,
    pub subtitles: Vec<(usize, usize)>,
    pub debug: Vec<(usize, usize)>,
    pub movie: (usize, usize),
    pub media: (usize, usize),
}

/// How a clip is put together.
#[derive(Clone, Debug)]
pub struct Clip {
    pub moments: Vec<Moment>,
    /// Seconds since 1970, whatever clock it is.
    pub created_s: i64,
    /// `dvtm_wm265e.proto`; none: no telemetry track.
    pub protocol: Option<&'static str>,
    /// Coordinates in degrees with the flag, or in radians without.
    pub degrees: bool,
    /// The form of the subtitles; none: no subtitle track.
    pub subtitles: Option<char>,
    pub movie_first: bool,
    /// 64-bit sizes and offsets.
    pub wide: bool,
    /// Bytes of video in front of each sample.
    pub video: usize,
    pub debug: Debug,
    /// The path that the aircraft gave the file.
    pub card_path: &'static str,
}

/// What the debug track holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debug {
    /// Messages without places.
    Plain,
    /// Messages with the place of the moment, and with numbers that only look like one.
    Places,
    /// Bytes that are no message.
    Sealed,
}

impl Clip {
    pub fn new(moments: Vec<Moment>, created_s: i64) -> Self {
        Clip {
            moments,
            created_s,
            protocol: Some("dvtm_wm265e.proto"),
            degrees: false,
            subtitles: Some('B'),
            movie_first: false,
            wide: false,
            video: 700,
            debug: Debug::Plain,
            card_path: "/mnt/media_rw/sdcard0/DCIM/DJI_001/DJI_20240514100320_0008_D.MP4",
        }
    }

    /// The file and its layout.
    pub fn write(&self) -> (Vec<u8>, Layout) {
        let ftyp = boxed(b"ftyp", &[b"mp42".as_slice(), &0_u32.to_be_bytes(), b"isom", b"mp42"].concat());
        let head = if self.wide { 16 } else { 8 };
        // The sizes of a movie do not depend on the offsets in it.
        let movie_len = self.movie(&Media::at(self, 0)).len();
        let front = if self.movie_first { movie_len } else { 0 };
        let media = Media::at(self, ftyp.len() + front + head);
        let movie = self.movie(&media);
        let mdat = if self.wide {
            let size = media.bytes.len() as u64 + 16;
            [1_u32.to_be_bytes().as_slice(), b"mdat", &size.to_be_bytes(), &media.bytes].concat()
        } else {
            boxed(b"mdat", &media.bytes)
        };
        let at = ftyp.len() + front;
        let movie_at = if self.movie_first { ftyp.len() } else { at + mdat.len() };
        let layout = Layout {
            telemetry: media.telemetry.clone(),
            subtitles: media.subtitles.clone(),
            debug: media.debug.clone(),
            movie: (movie_at, movie.len()),
            media: (at, mdat.len()),
        };
        let parts = if self.movie_first { [ftyp, movie, mdat] } else { [ftyp, mdat, movie] };
        (parts.concat(), layout)
    }

    fn seconds(&self) -> u32 {
        self.moments.len() as u32
    }

    pub fn movie(&self, media: &Media) -> Vec<u8> {
        let created = (self.created_s + 2_082_844_800) as u32;
        let times = |scale: u32| {
            [created.to_be_bytes(), created.to_be_bytes(), scale.to_be_bytes(), (self.seconds() * scale).to_be_bytes()]
                .concat()
        };
        let mvhd = full(b"mvhd", &[times(1000), vec![0; 80]].concat());
        let track = |id: u32, handler: &[u8; 4], name: &str, format: &[u8; 4], samples: &[(usize, usize)]| {
            let tkhd = [created.to_be_bytes(), created.to_be_bytes(), id.to_be_bytes(), [0; 4]].concat();
            let tkhd = full(b"tkhd", &[tkhd, vec![0; 64]].concat());
            let mdhd = full(b"mdhd", &[times(600), vec![0x55, 0xc4, 0, 0]].concat());
            let hdlr = [&[0; 4], handler.as_slice(), &[0; 12], name.as_bytes(), &[0]].concat();
            let entry = [16_u32.to_be_bytes().as_slice(), format, &[0, 0, 0, 0, 0, 0, 0, 1]].concat();
            let stsd = full(b"stsd", &[1_u32.to_be_bytes().as_slice(), &entry].concat());
            let count = samples.len() as u32;
            let numbers = |all: &[u32]| all.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<u8>>();
            let stts = full(b"stts", &numbers(&[1, count, 600]));
            let stsc = full(b"stsc", &numbers(&[1, 1, 1, 1]));
            let sizes: Vec<u32> = samples.iter().map(|(_, len)| *len as u32).collect();
            let stsz = full(b"stsz", &[numbers(&[0, count]), numbers(&sizes)].concat());
            let chunks = if self.wide {
                let offsets: Vec<u8> = samples.iter().flat_map(|(at, _)| (*at as u64).to_be_bytes()).collect();
                full(b"co64", &[numbers(&[count]), offsets].concat())
            } else {
                let offsets: Vec<u32> = samples.iter().map(|(at, _)| *at as u32).collect();
                full(b"stco", &[numbers(&[count]), numbers(&offsets)].concat())
            };
            let stbl = boxed(b"stbl", &[stsd, stts, stsc, stsz, chunks].concat());
            let dinf = boxed(b"dinf", &full(b"dref", &[0, 0, 0, 0]));
            let minf = boxed(b"minf", &[dinf, stbl].concat());
            let mdia = boxed(b"mdia", &[mdhd, full(b"hdlr", &hdlr), minf].concat());
            boxed(b"trak", &[tkhd, mdia].concat())
        };
        let mut parts = vec![mvhd, track(1, b"vide", "VideoHandler", b"hvc1", &media.video)];
        if self.subtitles.is_some() {
            parts.push(track(2, b"text", "DJI.Subtitle", b"text", &media.subtitles));
        }
        if self.protocol.is_some() {
            parts.push(track(3, b"meta", "DJI meta", b"djmd", &media.telemetry));
            parts.push(track(4, b"meta", "DJI dbgi", b"dbgi", &media.debug));
        }
        parts.push(self.user_data());
        parts.push(keys(&[("com.example.note", "made")]));
        boxed(b"moov", &parts.concat())
    }

    fn user_data(&self) -> Vec<u8> {
        let home = self.moments.first().map_or((0.0, 0.0), |moment| moment.home);
        let international = |kind: &[u8; 4], text: &str| {
            let head = [(text.len() as u16).to_be_bytes(), 0x15c7_u16.to_be_bytes()].concat();
            boxed(kind, &[head.as_slice(), text.as_bytes()].concat())
        };
        let place = format!("{:+.4}{:+09.4}+031.500/", home.0, home.1);
        let parts = [
            international(b"\xa9xyz", &place),
            international(b"\xa9mdl", "FC0000"),
            international(b"\xa9fyw", "-75.00"),
            boxed(b"fsid", self.card_path.as_bytes()),
            boxed(b"\xa9uid", &[0x00, 0xff, 0x13, 0x80]),
        ];
        boxed(b"udta", &parts.concat())
    }
}

/// The samples one behind the other, as they lie in the media data.
#[derive(Clone, Debug, Default)]
pub struct Media {
    pub bytes: Vec<u8>,
    pub video: Vec<(usize, usize)>,
    pub subtitles: Vec<(usize, usize)>,
    pub telemetry: Vec<(usize, usize)>,
    pub debug: Vec<(usize, usize)>,
}

impl Media {
    /// `base`: where the media data begin in the file.
    fn at(clip: &Clip, base: usize) -> Self {
        let mut media = Media::default();
        for (n, moment) in clip.moments.iter().enumerate() {
            let put = |bytes: &mut Vec<u8>, sample: &[u8]| {
                let place = (base + bytes.len(), sample.len());
                bytes.extend_from_slice(sample);
                place
            };
            let video: Vec<u8> = (0..clip.video).map(|at| (at * 31 + n * 7) as u8 | 0x80).collect();
            let place = put(&mut media.bytes, &video);
            media.video.push(place);
            if let Some(form) = clip.subtitles {
                let words = subtitles::words(form, moment);
                let sample = [&(words.len() as u16).to_be_bytes(), words.as_bytes()].concat();
                let place = put(&mut media.bytes, &sample);
                media.subtitles.push(place);
            }
            if let Some(protocol) = clip.protocol {
                let place = put(&mut media.bytes, &telemetry(protocol, moment, n == 0, clip.degrees));
                media.telemetry.push(place);
                let place = put(&mut media.bytes, &debug(clip.debug, moment, n == 0));
                media.debug.push(place);
            }
        }
        media
    }
}

/// A box with its size.
pub fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat()
}

/// A box with version and flags.
fn full(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    boxed(kind, &[&[0; 4], content].concat())
}

/// A list of keys with text values.
fn keys(pairs: &[(&str, &str)]) -> Vec<u8> {
    let hdlr = full(b"hdlr", &[&[0; 4], b"mdta".as_slice(), &[0; 12], &[0]].concat());
    let names = pairs.iter().flat_map(|(key, _)| boxed(b"mdta", key.as_bytes())).collect::<Vec<u8>>();
    let names = full(b"keys", &[(pairs.len() as u32).to_be_bytes().as_slice(), &names].concat());
    let item = |(at, (_, value)): (usize, &(&str, &str))| {
        let data = boxed(b"data", &[&1_u32.to_be_bytes(), &[0; 4], value.as_bytes()].concat());
        boxed(&(at as u32 + 1).to_be_bytes(), &data)
    };
    let values: Vec<u8> = pairs.iter().enumerate().flat_map(item).collect();
    boxed(b"meta", &[hdlr, names, boxed(b"ilst", &values)].concat())
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn key(number: u64, wire: u64) -> Vec<u8> {
    varint(number << 3 | wire)
}

/// A message or a text in a field.
pub fn message(number: u64, content: &[u8]) -> Vec<u8> {
    [key(number, 2), varint(content.len() as u64), content.to_vec()].concat()
}

/// An integer; zero is left out, as the encoding does.
fn integer(number: u64, value: i64) -> Vec<u8> {
    if value == 0 { Vec::new() } else { [key(number, 0), varint(value as u64)].concat() }
}

pub fn double(number: u64, value: f64) -> Vec<u8> {
    [key(number, 1), value.to_le_bytes().to_vec()].concat()
}

fn float(number: u64, value: f32) -> Vec<u8> {
    [key(number, 5), value.to_le_bytes().to_vec()].concat()
}

/// One sample: the head and what is said of the video in the first one, then the frame. Roll of the gimbal is zero, and so left
/// out.
pub fn telemetry(protocol: &str, moment: &Moment, is_first: bool, degrees: bool) -> Vec<u8> {
    telemetry_of("1581F0SAMPLE0001", protocol, moment, is_first, degrees)
}

/// Microseconds since power-on.
pub fn micros(moment: &Moment) -> i64 {
    5_000_000 + i64::from(moment.frame) * 1_000_000
}

pub fn telemetry_of(serial: &str, protocol: &str, moment: &Moment, is_first: bool, degrees: bool) -> Vec<u8> {
    let head = [
        message(1, protocol.as_bytes()),
        message(2, b"02.00.06"),
        message(3, b"2.0.1"),
        message(5, serial.as_bytes()),
        message(6, b"01.00.06.00"),
        integer(9, micros(moment)),
        message(10, b"Sample aircraft"),
    ];
    let video = message(3, &[integer(1, 3840), integer(2, 2160), float(3, 1.0)].concat());
    let head =
        if is_first { [message(1, &message(1, &head.concat())), message(2, &video)].concat() } else { Vec::new() };
    let position = moment.place.map_or_else(Vec::new, |(lat, lon)| {
        let (flag, lat, lon) = if degrees { (1, lat, lon) } else { (0, lat.to_radians(), lon.to_radians()) };
        [integer(1, flag), double(2, lat), double(3, lon)].concat()
    });
    let attitude = [integer(1, 29), integer(2, -89), integer(3, -750)].concat();
    let gimbal = [integer(1, -273), integer(3, -760)].concat();
    let place = [message(1, &position), integer(2, (moment.absolute_m * 1000.0).round() as i64)].concat();
    let height = float(1, (moment.above_take_off_m * 1000.0) as f32);
    let aircraft = [message(3, &attitude), message(4, &place), message(5, &height)].concat();
    let clock = [integer(1, moment.frame.into()), integer(2, micros(moment))].concat();
    let frame = [message(1, &clock), message(3, &aircraft), message(4, &message(3, &gimbal))].concat();
    [head, message(3, &frame)].concat()
}

/// One debug sample: which sensor in the first one, then a frame of statistics.
fn debug(kind: Debug, moment: &Moment, is_first: bool) -> Vec<u8> {
    let mut noise = Prng::new(moment.frame.into());
    if kind == Debug::Sealed {
        return [b"\xff\xff".as_slice(), &noise.bytes(200)].concat();
    }
    let named = [message(1, b"dbginfo_wm265e.proto"), message(2, b"02.00.02")].concat();
    let head = [message(1, &named), message(2, &message(1, b"OV48C40"))].concat();
    let head = if is_first { message(1, &head) } else { Vec::new() };
    let blob = [b"\x07".as_slice(), &noise.bytes(60)].concat();
    // A flag and two numbers that are a place by their looks, another one each time.
    let statistics = [double(2, 0.1 + noise.signed().abs()), double(3, 0.2 + noise.signed().abs())].concat();
    let place = match (kind, moment.place) {
        (Debug::Places, Some((lat, lon))) => {
            let flagged = message(9, &[integer(1, 1), double(2, lat), double(3, lon)].concat());
            let pair = message(11, &[integer(1, 5), double(6, lat.to_radians()), double(7, lon.to_radians())].concat());
            [flagged, pair].concat()
        }
        _ => Vec::new(),
    };
    let frame = [integer(1, micros(moment)), message(4, &blob), message(7, &statistics), place].concat();
    [head, message(2, &message(1, &frame))].concat()
}

pub fn all() -> Vec<ClipSample> {
    // 10:03:20 of the camera, two hours ahead of UTC.
    let local_ms = super::clock::unix_ms(2024, 5, 14, 10, 3, 20);
    let moments = subtitles::flight(local_ms, 20, 1000);
    let clip = Clip { video: 300, ..Clip::new(moments.clone(), local_ms / 1000 - 7200) };
    let (bytes, layout) = clip.write();
    let about = "a clip: telemetry of a known protocol, subtitles, user data; its creation time is UTC, its name local";
    let closed = ClipSample { path: "mp4/DJI_20240514100320_0008_D.MP4", about, bytes, moments, layout };
    let lost =
        unclosed::Unclosed { noise: 300, ..unclosed::Unclosed::new(subtitles::flight(local_ms + 600_000, 16, 33)) };
    let (bytes, telemetry) = lost.write();
    let about = "a clip that was not closed: no movie box, media data of no stated length, the last sample cut";
    let kept = telemetry[15].0 + 40;
    let layout = Layout { telemetry, ..Layout::default() };
    let path = "mp4/DJI_20240514101320_0009_D.MP4";
    let moments = lost.moments[..15].to_vec();
    vec![closed, ClipSample { path, about, bytes: bytes[..kept].to_vec(), moments, layout }]
}
