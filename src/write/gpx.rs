//! GPX 1.1. `<ele>` only for heights above mean sea level; every other height goes into flat extensions under a name that says
//! what it is measured from.

use std::fmt::Write as _;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::provenance::Provenance;
use super::{Mark, TrackItem, TrackWriter, runs, speed};
use crate::evidence::label::printable;
use crate::track::{FixState, Rows, UtcWriter, utc_text};

const NAMESPACES: [(&str, &str); 2] =
    [("xmlns", "http://www.topografix.com/GPX/1/1"), ("xmlns:ovf", "urn:overflown:gpx:1")];

/// Channels written as extensions of a point: channel, element.
const EXTENSIONS: [(&str, &str); 6] = [
    ("height.takeoff", "height_takeoff_m"),
    ("height.ellipsoid", "height_ellipsoid_m"),
    ("height.ground", "height_ground_m"),
    ("height.pressure", "height_pressure_m"),
    ("height.unknown", "height_unknown_m"),
    ("attitude.yaw", "yaw_deg"),
];

pub struct GpxWriter {
    provenance: Provenance,
    utc: UtcWriter,
}

impl GpxWriter {
    pub fn new(provenance: Provenance) -> Self {
        GpxWriter { provenance, utc: UtcWriter::default() }
    }

    fn points(&mut self, rows: &Rows, run: &[usize], text: &mut String) {
        let columns = EXTENSIONS.map(|(channel, element)| (rows.column(channel), element));
        let (amsl, satellites) = (rows.column("height.amsl"), rows.column("satellites"));
        let number = |column: Option<&[f32]>, row: usize| column.map(|c| c[row]).filter(|v| !v.is_nan());
        for &row in run {
            let _ = write!(text, "<trkpt lat=\"{}\" lon=\"{}\">", rows.lat[row], rows.lon[row]);
            if let Some(height) = number(amsl, row) {
                let _ = write!(text, "<ele>{height}</ele>");
            }
            if let Some(utc) = rows.utc(row) {
                text.push_str("<time>");
                self.utc.push(utc, text);
                text.push_str("</time>");
            }
            if let Some(satellites) = number(satellites, row) {
                let _ = write!(text, "<sat>{satellites}</sat>");
            }
            text.push_str("<extensions>");
            for (column, element) in columns {
                if let Some(value) = number(column, row) {
                    let _ = write!(text, "<ovf:{element}>{value}</ovf:{element}>");
                }
            }
            if let Some(speed) = speed(rows, row) {
                let _ = write!(text, "<ovf:speed_m_s>{speed}</ovf:speed_m_s>");
            }
            if rows.fix[row] == FixState::Suspect {
                text.push_str("<ovf:suspect>yes</ovf:suspect>");
            }
            let _ = writeln!(text, "<ovf:source_offset>{}</ovf:source_offset></extensions></trkpt>", rows.offset[row]);
        }
    }
}

impl TrackWriter for GpxWriter {
    fn begin(&mut self, marks: &[Mark], out: &mut dyn Write) -> io::Result<()> {
        let mut xml = Writer::new(&mut *out);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let mut root = quick_xml::events::BytesStart::new("gpx");
        root.push_attribute(("version", "1.1"));
        root.push_attribute(("creator", concat!("overflown ", env!("CARGO_PKG_VERSION"))));
        NAMESPACES.into_iter().for_each(|namespace| root.push_attribute(namespace));
        xml.write_event(Event::Start(root))?;
        xml.get_mut().write_all(b"\n<metadata><extensions>")?;
        for (name, value) in self.provenance.entries() {
            element(&mut xml, &format!("ovf:{name}"), &value)?;
        }
        xml.get_mut().write_all(b"</extensions></metadata>")?;
        for mark in marks {
            xml.get_mut().write_all(b"\n")?;
            let point = xml
                .create_element("wpt")
                .with_attributes([("lat", mark.lat.to_string().as_str()), ("lon", mark.lon.to_string().as_str())]);
            point.write_inner_content(|xml| {
                if let Some(utc) = mark.utc_ns {
                    element(xml, "time", &utc_text(utc))?;
                }
                element(xml, "name", mark.kind)?;
                element(xml, "desc", &mark.flight)?;
                element(xml, "src", &mark.source)?;
                element(xml, "type", mark.kind)
            })?;
        }
        out.write_all(b"\n")
    }

    fn track(&mut self, item: &TrackItem<'_>, out: &mut dyn Write) -> io::Result<()> {
        let (track, report) = (item.track, &item.item.report);
        let runs = runs(&track.rows);
        if runs.is_empty() {
            return Ok(());
        }
        let aircraft = [report.device.model.as_deref(), report.device.aircraft_serial.as_deref()];
        let mut xml = Writer::new(&mut *out);
        xml.get_mut().write_all(b"<trk>")?;
        let simulated = track.simulated.then_some("SIMULATED");
        let name = [simulated, Some(item.flight), Some(&track.name)];
        element(&mut xml, "name", &name.into_iter().flatten().collect::<Vec<_>>().join(" "))?;
        let simulated = simulated.map(|_| "SIMULATED flight, no aircraft was there");
        let aircraft: Vec<&str> = simulated.into_iter().chain(aircraft.into_iter().flatten()).collect();
        element(&mut xml, "desc", &aircraft.join(", "))?;
        element(&mut xml, "src", item.source())?;
        element(&mut xml, "type", &format!("{}/{}/{}", track.kind.subject, track.kind.estimate, track.kind.role))?;
        xml.get_mut().write_all(b"<extensions>")?;
        element(&mut xml, "ovf:sha256", &report.sha256)?;
        if track.simulated {
            element(&mut xml, "ovf:simulated", "yes")?;
        }
        xml.get_mut().write_all(b"</extensions>\n")?;
        let mut text = String::new();
        for run in runs {
            text.clear();
            text.push_str("<trkseg>\n");
            self.points(&track.rows, &run, &mut text);
            text.push_str("</trkseg>\n");
            out.write_all(text.as_bytes())?;
        }
        out.write_all(b"</trk>\n")
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"</gpx>\n")
    }
}

fn element<W: Write>(xml: &mut Writer<W>, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&printable(text)))?;
    Ok(())
}
