//! Tables of positions: one of many flights with a clock that starts at zero, one as a spreadsheet in another country saves it.

use super::clock::civil;
use super::math::LocalPlane;
use std::fmt::Write;

/// A table and what is true about it.
#[derive(Clone, Debug)]
pub struct TableSample {
    /// Below samples/.
    pub path: &'static str,
    pub about: &'static str,
    pub bytes: Vec<u8>,
    pub fixes: Vec<Fix>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    pub flight: &'static str,
    /// Where its row begins.
    pub offset: usize,
    /// As written; `None` where the cells are empty.
    pub place: Option<(f64, f64)>,
    pub elapsed_s: Option<f64>,
    pub utc_ms: Option<i64>,
    pub height_m: f64,
}

/// Take-off places near the other samples.
const FLIGHTS: [(&str, f64, f64); 3] =
    [("Survey 1", 54.0985, 8.8975), ("Survey 2", 54.1012, 8.9120), ("Transit", 54.0931, 8.8799)];

pub fn all() -> Vec<TableSample> {
    vec![three_flights(), spreadsheet()]
}

/// The n-th place of a flight that goes out and turns: metres north and east, metres up.
fn place(n: usize) -> (f64, f64, f64) {
    let n = n as f64;
    (6.0 * n, 0.08 * n * n, (2.5 * n).min(40.0))
}

/// Comma-separated, the flights one behind the other, seconds from the start of each; heights without a reference.
fn three_flights() -> TableSample {
    let mut text = String::from("flight,t,lat,lon,h\n");
    let mut fixes = Vec::new();
    for (number, (flight, lat, lon)) in FLIGHTS.into_iter().enumerate() {
        let plane = LocalPlane::at(lat, lon);
        for n in 0..30 + 10 * number {
            let (north, east, height_m) = place(n);
            let (lat, lon) = plane.degrees(north, east);
            let (lat, lon) = (format!("{lat:.7}"), format!("{lon:.7}"));
            let offset = text.len();
            writeln!(text, "{flight},{}.5,{lat},{lon},{height_m:.1}", n).expect("a String takes all");
            fixes.push(Fix {
                flight,
                offset,
                place: Some((lat.parse().expect("digits"), lon.parse().expect("digits"))),
                elapsed_s: Some(n as f64 + 0.5),
                utc_ms: None,
                height_m,
            });
        }
    }
    let about = "three flights in one table: seconds of each, height without a reference";
    TableSample { path: "track-csv/three-flights.csv", about, bytes: text.into_bytes(), fixes }
}

/// Semicolons, decimal commas, Latin-1, a title above the head, feet and knots, a remark over two lines, no fix at first.
fn spreadsheet() -> TableSample {
    let start_ms = super::clock::unix_ms(2023, 6, 17, 9, 30, 0);
    let plane = LocalPlane::at(54.1040, 8.9010);
    let mut bytes = b"Flugbuch Pr\xfcfflug;;;;;\r\n\r\n".to_vec();
    bytes.extend_from_slice(
        b"Zeit (UTC);Datetime (UTC);Latitude [\xb0];Longitude [\xb0];Altitude AMSL (ft);Speed (kts);Bemerkung\r\n",
    );
    let mut fixes = Vec::new();
    for n in 0..40_usize {
        let (north, east, _) = place(n);
        let (lat, lon) = plane.degrees(north, east);
        let utc_ms = start_ms + 500 * n as i64;
        let (year, month, day, second) = civil(utc_ms / 1000);
        let clock = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
        let feet = 100 + 2 * n;
        let (lat, lon) = (format!("{lat:.6}"), format!("{lon:.6}"));
        let has_fix = n >= 3;
        let place =
            if has_fix { format!("{};{}", lat.replace('.', ","), lon.replace('.', ",")) } else { ";".to_owned() };
        let remark = if n == 20 { "\"Foto; erstes\r\nnach dem \"\"Start\"\"\"" } else { "" };
        let offset = bytes.len();
        let row = format!(
            "{clock};{year}-{month:02}-{day:02} {clock}.{:03};{place};{feet},0;{},5;{remark}\r\n",
            utc_ms % 1000,
            8 + n % 5
        );
        bytes.extend_from_slice(row.as_bytes());
        fixes.push(Fix {
            flight: "aircraft",
            offset,
            place: has_fix.then(|| (lat.parse().expect("digits"), lon.parse().expect("digits"))),
            elapsed_s: None,
            utc_ms: Some(utc_ms),
            // The international foot.
            height_m: feet as f64 * 0.3048,
        });
    }
    let about =
        "as a spreadsheet saves it: semicolons, decimal commas, Latin-1, feet and knots, three rows without a fix";
    TableSample { path: "track-csv/spreadsheet.csv", about, bytes, fixes }
}
