//! Subtitle telemetry as cameras write it, form by form, after real entries of each.

use super::clock::{civil, unix_ms};
use super::math::LocalPlane;
use std::fmt::Write;

/// A subtitle file and what is true about it.
#[derive(Clone, Debug)]
pub struct SubtitleSample {
    /// Below samples/.
    pub path: &'static str,
    pub about: &'static str,
    /// Its letter.
    pub form: char,
    pub bytes: Vec<u8>,
    pub moments: Vec<Moment>,
    /// Where each entry begins.
    pub offsets: Vec<usize>,
}

/// What a camera knows at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Degrees; `None` without a fix.
    pub place: Option<(f64, f64)>,
    pub home: (f64, f64),
    pub above_take_off_m: f64,
    pub absolute_m: f64,
    pub satellites: u32,
    /// Milliseconds since 1970 as if local time were UTC.
    pub local_ms: i64,
    /// Milliseconds of the video, from and to.
    pub cue_ms: (i64, i64),
    pub frame: u32,
}

/// The forms that have a letter.
pub const FORMS: [char; 11] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K'];

pub fn all() -> Vec<SubtitleSample> {
    let start = unix_ms(2024, 5, 14, 10, 3, 20);
    let about = |form| match form {
        'I' => "two heights in one bracket, a frame each 33 ms, no fix in the first three",
        'E' => "an entry a second, home and attitudes, no time in the text",
        _ => "camera settings and time, no position",
    };
    let files = [
        ('I', "dji-srt/DJI_20240514100320_0007_D.SRT", 33),
        ('E', "dji-srt/DJI_0012.SRT", 1000),
        ('F', "dji-srt/DJI_0031.SRT", 1000),
    ];
    let sample = |(form, path, step): (char, &'static str, i64)| {
        let moments = flight(start, 30, step);
        let (text, offsets) = write(form, &moments);
        SubtitleSample { path, about: about(form), form, bytes: text.into_bytes(), moments, offsets }
    };
    files.into_iter().map(sample).collect()
}

/// A flight out to sea that rises, `step_ms` between two moments; the first three have no fix.
pub fn flight(start_ms: i64, count: usize, step_ms: i64) -> Vec<Moment> {
    let home = (54.0985, 8.8975);
    let plane = LocalPlane::at(home.0, home.1);
    let moment = |n: usize| {
        let (north, east) = (4.0 * n as f64, 0.1 * (n * n) as f64);
        let at = step_ms * n as i64;
        Moment {
            place: (n >= 3).then(|| plane.degrees(north, east)),
            home,
            above_take_off_m: (1.5 * n as f64).min(40.0),
            absolute_m: 31.5 + (1.5 * n as f64).min(40.0),
            satellites: 11 + (n % 4) as u32,
            local_ms: start_ms + at,
            cue_ms: (at, at + step_ms),
            frame: n as u32 + 1,
        }
    };
    (0..count).map(moment).collect()
}

/// The whole text in one form, and where each entry begins.
pub fn write(form: char, moments: &[Moment]) -> (String, Vec<usize>) {
    let mut text = String::new();
    let mut offsets = Vec::new();
    for (n, moment) in moments.iter().enumerate() {
        offsets.push(text.len());
        writeln!(text, "{}", n + 1).expect("a String takes all");
        if form != 'J' {
            writeln!(text, "{} --> {}", cue(moment.cue_ms.0), cue(moment.cue_ms.1)).expect("a String takes all");
        }
        text += &words(form, moment);
        text += "\n\n";
    }
    (text, offsets)
}

/// `00:00:01,000`.
pub fn cue(ms: i64) -> String {
    format!("{:02}:{:02}:{:02},{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000)
}

/// Year, month, day, and the time of day, joined as each form joins them.
fn stamp(ms: i64, date: &str, behind: &str, is_padded: bool) -> String {
    let (year, month, day, second) = civil(ms.div_euclid(1000));
    let (hour, minute, second, ms) = (second / 3600, second / 60 % 60, second % 60, ms.rem_euclid(1000));
    let day = if is_padded { format!("{month:02}{date}{day:02}") } else { format!("{month}{date}{day}") };
    let fraction = match behind {
        "" => String::new(),
        "," => format!(",{ms:03},000"),
        _ => format!("{behind}{ms:03}"),
    };
    format!("{year}{date}{day} {hour:02}:{minute:02}:{second:02}{fraction}")
}

/// The words of one entry.
pub fn words(form: char, m: &Moment) -> String {
    let (lat, lon) = m.place.unwrap_or((0.0, 0.0));
    let (home_lat, home_lon) = m.home;
    let (height, absolute, satellites, frame) = (m.above_take_off_m, m.absolute_m, m.satellites, m.frame);
    let font = |counter: &str| format!("<font size=\"36\">{counter} : {frame}, DiffTime : 33ms\n");
    let camera =
        "[iso : 100] [shutter : 1/640.0] [fnum : 280] [ev : 0] [ct : 5031] [color_md : default] [focal_len : 240]";
    let dashed = stamp(m.local_ms, "-", ",", true);
    match form {
        'A' => format!(
            "HOME({home_lon:.4},{home_lat:.4}) {}\nGPS({lon:.4},{lat:.4},{satellites}) Hb:{height:.1} Hs:{height:.1}\nISO:100 TV:60 EV: 0 IR:F2.8",
            stamp(m.local_ms, ".", "", false)
        ),
        'B' => {
            let place = match m.place {
                Some((lat, lon)) => format!("{lon:.4},{lat:.4}"),
                None => "N/A,N/A".to_owned(),
            };
            format!(
                "HOME({home_lon:.4},{home_lat:.4}) {}\nGPS({place},{satellites}) BAROMETER:{height:.1}\nISO:100 Shutter:400 EV:-1/3 Fnum:F2.8 ",
                stamp(m.local_ms, ".", "", true)
            )
        }
        'C' => format!(
            "{}\nGPS({lat:.4},{lon:.4},{absolute:.1}M) BAROMETER:{height:.1}M",
            stamp(m.local_ms, ".", "", true)
        ),
        'D' => format!(
            "F/2.8, SS 30.15, ISO 260, EV -1.7, GPS ({lon:.4}, {lat:.4}, {satellites}), D 221.21m, H {height:.2}m, H.S n/a, V.S n/a "
        ),
        'E' => format!(
            "F/5.6, SS 400, ISO 100, EV 0, GPS ({lon:.6}, {lat:.6}, {satellites}), HOME ({home_lon:.6}, {home_lat:.6}, 7.60m), D 12.00m, H {height:.2}m, H.S 4.00m/s, V.S 0.00m/s, F.PRY (-8.9°, 2.9°, -75.0°), G.PRY (-27.3°, 0.0°, -76.0°)"
        ),
        'F' => format!("{}{dashed}\n{camera} </font>", font("FrameCnt")),
        'G' => format!(
            "{}{dashed}\n{camera} [latitude : {lat:.6}] [longtitude : {lon:.6}] [altitude: {absolute:.6}] </font>",
            font("FrameCnt")
        ),
        'H' => format!(
            "{}{dashed}\n{camera} [latitude: {lat:.6}] [longitude: {lon:.6}] [altitude: {absolute:.6}] </font>",
            font("SrtCnt")
        ),
        'I' => format!(
            "<font size=\"28\">FrameCnt: {frame}, DiffTime: 33ms\n{}\n[iso: 200] [shutter: 1/6400.0] [fnum: 1.8] [ev: -0.7] [color_md: dlog_m] [focal_len: 24.00] [latitude: {lat:.6}] [longitude: {lon:.6}] [rel_alt: {height:.3} abs_alt: {absolute:.3}] [ct: 5263] [gb_yaw: 12.5 gb_pitch: -30.0 gb_roll: 0.0] </font>",
            stamp(m.local_ms, "-", ".", true)
        ),
        'J' => format!(
            "{}\n[latitude : {lat:.4}] [longtitude : {lon:.4}] [iso : 100] [shutter : 1/60.0] [ev : 0] [fnum : 220]",
            stamp(m.local_ms, ".", ",", true)
        ),
        'K' => {
            format!("GPS({lat:.6},{lon:.6},{absolute:.3}) BAROMETER({absolute:.1}) HOME({home_lat:.6},{home_lon:.6})")
        }
        _ => String::new(),
    }
}
