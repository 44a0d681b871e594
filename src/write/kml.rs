//! KML 2.2 with `gx:Track`. KML knows heights above the sea (`absolute`) and above the ground (`relativeToGround`), and none above
//! take-off: each height of a track becomes a placemark of its own that says what it is measured from and how it is drawn.

mod sites;

use std::fmt::Write as _;
use std::io::{self, Write};

use quick_xml::escape::escape;

use super::document::FlightVerdict;
use super::provenance::Provenance;
use super::{Mark, TrackItem, TrackWriter, runs, speed};
use crate::evidence::label::printable;
use crate::track::{FixState, Role, Rows, Subject, Track, UtcWriter, utc_text};
use crate::zones::ZoneFile;

/// How a height of a track is drawn: channel, name, mode, what the reader must know.
const DRAWN: [(&str, &str, &str, &str); 3] = [
    ("height.amsl", "height above mean sea level", "absolute", "Heights are above mean sea level, as recorded."),
    (
        "height.takeoff",
        "height above take-off",
        "relativeToGround",
        "Heights are above the place of take-off, as recorded. KML has no such mode: they are drawn above the ground below each \
         point, which is right over level ground alone.",
    ),
    ("height.ground", "height above ground", "relativeToGround", "Heights are above the ground, as recorded."),
];
const FLAT: (&str, &str, &str, &str) = (
    "",
    "no height that KML can draw",
    "clampToGround",
    "Drawn on the ground: these fixes have no height that KML can draw.",
);

/// Style, colour (alpha, blue, green, red) and width of the lines of each role: what was not recorded by an aircraft looks unlike it.
const LINES: [(&str, &str, &str); 8] = [
    ("aircraft", "ffd26400", "3"),
    ("planned", "a0808080", "2"),
    ("broadcast", "ffd2d200", "2"),
    ("media", "ff00a5ff", "2"),
    ("last-known", "ff00a5ff", "2"),
    ("pilot", "ff3c9600", "2"),
    ("home", "ff3c9600", "2"),
    ("simulated", "ffc800c8", "2"),
];

/// Writes flights, and the sites and encounters of a check.
pub struct KmlWriter<'a> {
    provenance: Provenance,
    zones: &'a [ZoneFile],
    verdicts: &'a [FlightVerdict],
    utc: UtcWriter,
}

impl<'a> KmlWriter<'a> {
    pub fn new(provenance: Provenance) -> Self {
        KmlWriter { provenance, zones: &[], verdicts: &[], utc: UtcWriter::default() }
    }

    /// With the sites of a case, and what came over or near them.
    #[must_use]
    pub fn with_sites(self, zones: &'a [ZoneFile], verdicts: &'a [FlightVerdict]) -> Self {
        KmlWriter { zones, verdicts, ..self }
    }

    fn placemark(&mut self, item: &TrackItem<'_>, drawn: &Drawn, text: &mut String) {
        let (track, report) = (item.track, &item.item.report);
        let style = style(track);
        let told = match style {
            "aircraft" => String::new(),
            "simulated" => "SIMULATED, ".to_owned(),
            other => format!("{}, ", other.to_uppercase()),
        };
        let (_, reference, mode, note) = drawn.kind;
        text.push_str("<Placemark>");
        element(text, "name", &format!("{} {} ({told}{reference})", item.flight, track.name));
        if drawn.is_second {
            text.push_str("<visibility>0</visibility>");
        }
        let simulated = if track.simulated { "SIMULATED flight: no aircraft was there. " } else { "" };
        element(text, "description", &format!("{simulated}{note}"));
        let _ = write!(text, "<styleUrl>#{style}</styleUrl>");
        let device = &report.device;
        let entries = [
            ("flight", Some(item.flight)),
            ("track", Some(track.name.as_str())),
            ("subject", Some(track.kind.subject.as_str())),
            ("estimate", Some(track.kind.estimate.as_str())),
            ("role", Some(track.kind.role.as_str())),
            ("simulated", Some(if track.simulated { "yes" } else { "no" })),
            ("height_reference", Some(drawn.kind.0.trim_start_matches("height."))),
            ("model", device.model.as_deref()),
            ("aircraft_serial", device.aircraft_serial.as_deref()),
            ("source", Some(item.source())),
            ("sha256", Some(report.sha256.as_str())),
        ];
        extended_data(
            text,
            entries.into_iter().filter_map(|(name, value)| Some((name, value.filter(|v| !v.is_empty())?))),
        );
        let dated: Vec<&Vec<usize>> = drawn.runs.iter().filter(|run| is_dated(&track.rows, run)).collect();
        let undated: Vec<&Vec<usize>> = drawn.runs.iter().filter(|run| !is_dated(&track.rows, run)).collect();
        // A track needs a time for each place; what has none is a line.
        if !undated.is_empty() {
            text.push_str("\n<MultiGeometry>");
        }
        if !dated.is_empty() {
            let _ =
                write!(text, "\n<gx:MultiTrack><altitudeMode>{mode}</altitudeMode><gx:interpolate>0</gx:interpolate>");
            for run in dated {
                self.timed(&track.rows, drawn, run, text);
            }
            text.push_str("</gx:MultiTrack>");
        }
        for run in &undated {
            let shape = if run.len() > 1 { "LineString" } else { "Point" };
            let _ = write!(text, "\n<{shape}><altitudeMode>{mode}</altitudeMode><coordinates>");
            for &row in run.iter() {
                place(&track.rows, drawn, row, ',', text);
                text.push('\n');
            }
            let _ = write!(text, "</coordinates></{shape}>");
        }
        if !undated.is_empty() {
            text.push_str("</MultiGeometry>");
        }
        text.push_str("</Placemark>\n");
    }

    fn timed(&mut self, rows: &Rows, drawn: &Drawn, run: &[usize], text: &mut String) {
        let _ = write!(text, "\n<gx:Track><altitudeMode>{}</altitudeMode>\n", drawn.kind.2);
        for &row in run {
            text.push_str("<when>");
            self.utc.push(rows.utc(row).unwrap_or_default(), text);
            text.push_str("</when>\n");
        }
        for &row in run {
            text.push_str("<gx:coord>");
            place(rows, drawn, row, ' ', text);
            text.push_str("</gx:coord>\n");
        }
        let attitude = ["attitude.yaw", "attitude.pitch", "attitude.roll"].map(|channel| rows.column(channel));
        if let [Some(yaw), Some(pitch), Some(roll)] = attitude {
            for &row in run {
                let angles = [yaw[row], pitch[row], roll[row]];
                match angles.iter().all(|angle| angle.is_finite()) {
                    true => drop(writeln!(text, "<gx:angles>{} {} {}</gx:angles>", angles[0], angles[1], angles[2])),
                    false => text.push_str("<gx:angles/>\n"),
                }
            }
        }
        text.push_str("<ExtendedData><SchemaData schemaUrl=\"#fix\">");
        let mut array = |name: &str, value: &dyn Fn(usize) -> String| {
            let _ = write!(text, "\n<gx:SimpleArrayData name=\"{name}\">");
            run.iter().for_each(|&row| *text += &format!("<gx:value>{}</gx:value>", value(row)));
            text.push_str("</gx:SimpleArrayData>");
        };
        let word = |value: Option<f32>| value.map(|v| v.to_string()).unwrap_or_default();
        array("speed_m_s", &|row| word(speed(rows, row)));
        if rows.column("satellites").is_some() {
            array("satellites", &|row| word(rows.value("satellites", row)));
        }
        if run.iter().any(|&row| rows.fix[row] == FixState::Suspect) {
            array("valid", &|row| rows.fix[row].as_str().to_owned());
        }
        array("source_offset", &|row| rows.offset[row].to_string());
        text.push_str("</SchemaData></ExtendedData></gx:Track>");
    }
}

impl TrackWriter for KmlWriter<'_> {
    fn begin(&mut self, marks: &[Mark], out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\" \
             xmlns:gx=\"http://www.google.com/kml/ext/2.2\">\n<Document>",
        );
        let title = self.provenance.case.case_id.as_deref().unwrap_or("overflown");
        element(&mut text, "name", title);
        text.push('\n');
        for (id, colour, width) in LINES {
            let _ = writeln!(
                text,
                "<Style id=\"{id}\"><IconStyle><color>{colour}</color></IconStyle><LineStyle><color>{colour}</color>\
                 <width>{width}</width></LineStyle></Style>"
            );
        }
        text.push_str(sites::STYLES);
        let entries = self.provenance.entries();
        extended_data(&mut text, entries.iter().map(|(name, value)| (*name, value.as_str())));
        text.push_str("\n<Schema id=\"fix\" name=\"fix\">");
        for (name, kind) in
            [("speed_m_s", "float"), ("satellites", "int"), ("valid", "string"), ("source_offset", "string")]
        {
            let _ = write!(text, "<gx:SimpleArrayField name=\"{name}\" type=\"{kind}\"/>");
        }
        text.push_str("</Schema>\n");
        sites::zones(self.zones, self.verdicts, &mut text);
        sites::encounters(self.verdicts, &mut text);
        if !marks.is_empty() {
            text.push_str("<Folder><name>Take-off, landing, home, pilot</name>\n");
            marks.iter().for_each(|m| mark(m, &mut text));
            text.push_str("</Folder>\n");
        }
        text.push_str("<Folder><name>Flights</name>\n");
        out.write_all(text.as_bytes())
    }

    fn track(&mut self, item: &TrackItem<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::new();
        for drawn in drawings(&item.track.rows) {
            text.clear();
            self.placemark(item, &drawn, &mut text);
            out.write_all(text.as_bytes())?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"</Folder>\n</Document>\n</kml>\n")
    }
}

/// The fixes that are drawn by one height, in runs of which each has times or has none.
struct Drawn {
    /// An entry of [`DRAWN`].
    kind: (&'static str, &'static str, &'static str, &'static str),
    /// Another height of the track is drawn already: not shown until the user asks.
    is_second: bool,
    runs: Vec<Vec<usize>>,
}

/// Each height that KML can draw, and on the ground what has none of them: every fix is drawn at least once.
fn drawings(rows: &Rows) -> Vec<Drawn> {
    let has = |channel: &str, row: usize| rows.value(channel, row).is_some_and(f32::is_finite);
    let of = |wanted: &dyn Fn(usize) -> bool| -> Vec<Vec<usize>> {
        let mut parts: Vec<Vec<usize>> = Vec::new();
        for run in runs(rows) {
            let mut last: Option<usize> = None;
            for row in run.into_iter().filter(|&row| wanted(row)) {
                let same = last.replace(row).is_some_and(|last| rows.utc(last).is_some() == rows.utc(row).is_some());
                match parts.last_mut().filter(|_| same) {
                    Some(part) => part.push(row),
                    None => parts.push(vec![row]),
                }
            }
        }
        parts
    };
    let drawn = DRAWN.iter().map(|kind| (*kind, of(&|row| has(kind.0, row))));
    let bare = |row: usize| DRAWN.iter().all(|kind| !has(kind.0, row));
    let all = drawn.chain([(FLAT, of(&bare))]).filter(|(_, runs)| !runs.is_empty());
    // What has no height stands beside the first, not in its place.
    let second = |number: usize, kind: &str| number > 0 && !kind.is_empty();
    all.enumerate().map(|(number, (kind, runs))| Drawn { is_second: second(number, kind.0), kind, runs }).collect()
}

fn is_dated(rows: &Rows, run: &[usize]) -> bool {
    run.first().is_some_and(|&row| rows.utc(row).is_some())
}

fn place(rows: &Rows, drawn: &Drawn, row: usize, between: char, text: &mut String) {
    let _ = write!(text, "{}{between}{}", rows.lon[row], rows.lat[row]);
    if let Some(height) = rows.value(drawn.kind.0, row) {
        let _ = write!(text, "{between}{height}");
    }
}

/// The style of a track, after whose place it is and how it is known.
fn style(track: &Track) -> &'static str {
    match (track.kind.subject, track.kind.role) {
        _ if track.simulated => "simulated",
        (Subject::Pilot | Subject::Controller, _) => "pilot",
        (Subject::Home, _) => "home",
        (_, Role::Planned) => "planned",
        (_, Role::Broadcast) => "broadcast",
        (Subject::Camera, _) | (_, Role::Media) => "media",
        (_, Role::LastKnown) => "last-known",
        (Subject::Aircraft, Role::Recorded) => "aircraft",
    }
}

fn mark(mark: &Mark, text: &mut String) {
    text.push_str("<Placemark>");
    element(text, "name", mark.kind);
    element(text, "description", &mark.flight);
    if let Some(utc) = mark.utc_ns {
        let _ = write!(text, "<TimeStamp><when>{}</when></TimeStamp>", utc_text(utc));
    }
    let style = if mark.kind == "pilot" { "pilot" } else { "home" };
    let _ = write!(text, "<styleUrl>#{style}</styleUrl>");
    extended_data(text, [("flight", mark.flight.as_str()), ("source", &mark.source), ("sha256", &mark.sha256)]);
    let _ = writeln!(text, "<Point><coordinates>{},{}</coordinates></Point></Placemark>", mark.lon, mark.lat);
}

fn element(text: &mut String, name: &str, content: &str) {
    let _ = write!(text, "<{name}>{}</{name}>", escape(printable(content).as_str()));
}

fn extended_data<'t>(text: &mut String, entries: impl IntoIterator<Item = (&'t str, &'t str)>) {
    text.push_str("<ExtendedData>");
    for (name, value) in entries {
        let _ = write!(text, "<Data name=\"{name}\">");
        element(text, "value", value);
        text.push_str("</Data>");
    }
    text.push_str("</ExtendedData>");
}
