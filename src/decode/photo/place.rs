//! One row of one track: where the camera was, how high and how it looked, and what devices say who they are.

use geo::{Distance as _, Geodesic, Point};

use super::Photo;
use super::tags::Tags;
use super::taken::{Stated, Taken};
use super::xmp::Property;
use crate::bytes::exif::Directory;
use crate::bytes::number::Decimal;
use crate::decode::cells::{Cells, origin};
use crate::decode::{Diagnostic, Event, EventKind, Fact, Moment, Part, Property as Said};
use crate::evidence::{Extent, Span};
use crate::layout::Value;

/// EXIF and XMP of one photo say the same place with different digits: EXIF of DJI to 1/100 second of arc at worst (0.3 m), XMP to
/// 1e-5 degrees at worst (half of 1.1 m). What is further apart was not written as one place.
const AGREEING_M: f64 = 1.0;

const MAKE: u16 = 0x010f;
const MODEL: u16 = 0x0110;
const SOFTWARE: u16 = 0x0131;
const BODY_SERIAL: u16 = 0xa431;
const CAMERA_SERIAL: u16 = 0xc62f;

const MAKER_PITCH: u16 = 6;
const MAKER_YAW: u16 = 7;
const MAKER_ROLL: u16 = 8;
const MAKER_CAMERA_PITCH: u16 = 9;
const MAKER_CAMERA_YAW: u16 = 10;
const MAKER_CAMERA_ROLL: u16 = 11;

/// DJI's properties by name; the first of a name counts.
struct Dji<'p>(&'p [Property]);

impl Dji<'_> {
    fn property(&self, names: &[&str]) -> Option<&Property> {
        names.iter().find_map(|name| self.0.iter().find(|p| p.is_dji && p.name == *name))
    }

    fn number(&self, names: &[&str]) -> Option<(f64, Vec<Span>)> {
        let property = self.property(names)?;
        let number = Decimal::parse(property.value.trim().as_bytes(), false)?;
        Some((number.value(), property.at.spans().collect()))
    }

    /// Latitude and longitude; older cameras misspell the second.
    fn place(&self) -> Option<(f64, f64, Vec<Span>)> {
        let (lat, mut spans) = self.number(&["GpsLatitude", "Latitude"])?;
        let (lon, more) = self.number(&["GpsLongitude", "GpsLongtitude", "Longitude"])?;
        spans.extend(more);
        (lat.abs() <= 90.0 && lon.abs() <= 180.0).then_some((lat, lon, spans))
    }
}

/// Tells everything that the photo says about itself.
pub fn tell(photo: &mut Photo<'_, '_>) {
    let tags = photo.tags.take();
    let properties = std::mem::take(&mut photo.properties);
    let dji = Dji(&properties);
    let taken = Taken::of(tags.as_ref(), &properties);
    devices(photo, tags.as_ref(), &dji);
    clocks(photo, &taken);
    let exif = tags.as_ref().and_then(Tags::position);
    let xmp = dji.place();
    if let (Some((a, spans)), Some((lat, lon, more))) = (&exif, &xmp) {
        compare(photo, (a.lat, a.lon), (*lat, *lon), spans.iter().chain(more));
    }
    let place = match (&exif, &xmp) {
        (Some((position, spans)), _) => Some((position.lat, position.lon, "EXIF", spans.clone())),
        (None, Some((lat, lon, spans))) => Some((*lat, *lon, "XMP", spans.clone())),
        (None, None) => None,
    };
    let mut event_spans: Vec<Span> = taken.local.iter().chain(taken.utc()).flat_map(|s| s.spans.clone()).collect();
    if let Some((lat, lon, source, spans)) = &place {
        event_spans.extend(spans);
        if let Some(mut cells) = Cells::of(photo.tables, "photo") {
            cells.number("latitude", Some(*lat));
            cells.number("longitude", Some(*lon));
            cells.words("source", Some((*source).to_owned()));
            clock_cells(&mut cells, &taken);
            let altitude = exif.as_ref().and_then(|(position, _)| position.altitude_m);
            attitudes(&mut cells, tags.as_ref(), &dji, altitude);
            if let Some(at) = joined(spans) {
                cells.emit(&at, photo.sink);
            }
        }
    } else {
        let text = "the photo says no place".to_owned();
        photo.sink.fact(Fact::Note { text, at: crate::evidence::Origin::Item });
    }
    let moment = match (taken.utc(), &taken.local) {
        (Some(utc), _) => Some(Moment::Utc(utc.ns)),
        (None, Some(local)) => Some(Moment::Local(local.ns)),
        (None, None) => None,
    };
    let mut event = Event::new(EventKind::Photo, Part::Camera, "photo taken", origin(joined(&event_spans)));
    event.moment = moment;
    event.position = place.filter(|p| p.0.abs() > 1e-6 || p.1.abs() > 1e-6).map(|p| (p.0, p.1));
    photo.sink.event(event);
    photo.tags = tags;
}

/// Spans in the order of the item, as one extent.
fn joined(spans: &[Span]) -> Option<Extent> {
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    spans.dedup();
    Extent::of(&spans)
}

fn devices(photo: &mut Photo<'_, '_>, tags: Option<&Tags<'_>>, dji: &Dji<'_>) {
    let mut told = |part: Part, property: Said, value: Option<(String, Vec<Span>)>| {
        if let Some((value, spans)) = value.filter(|(value, _)| !value.trim().is_empty()) {
            let at = origin(joined(&spans));
            photo.sink.fact(Fact::Device { part, property, value: value.trim().to_owned(), at });
        }
    };
    let named = |names: &[&str]| dji.property(names).map(|p| (p.value.clone(), p.at.spans().collect::<Vec<Span>>()));
    told(Part::Aircraft, Said::Model, named(&["DroneModel"]));
    told(Part::Aircraft, Said::Serial, named(&["DroneSerialNumber"]));
    told(Part::Camera, Said::Serial, named(&["CameraSerialNumber"]));
    let Some(tags) = tags else { return };
    told(Part::Camera, Said::Serial, tags.text(Directory::Exif, BODY_SERIAL));
    told(Part::Camera, Said::Serial, tags.text(Directory::Image(0), CAMERA_SERIAL));
    told(Part::Camera, Said::Firmware, tags.text(Directory::Image(0), SOFTWARE));
    let make = tags.text(Directory::Image(0), MAKE);
    let model = tags.text(Directory::Image(0), MODEL);
    told(Part::Camera, Said::Model, model.clone());
    if let Some((make, spans)) = make {
        let text = format!("camera: {make} {}", model.map(|m| m.0).unwrap_or_default());
        photo.sink.fact(Fact::Note { text: text.trim().to_owned(), at: origin(joined(&spans)) });
    }
}

/// What the clocks are, and pairs of them.
fn clocks(photo: &mut Photo<'_, '_>, taken: &Taken) {
    if let Some(utc) = taken.utc() {
        let clock = match utc.by {
            "UTCAtExposure" | "GPSDateStamp and GPSTimeStamp" => "gnss",
            _ => "camera",
        };
        photo.sink.fact(Fact::Clock { clock, at: origin(joined(&utc.spans)) });
    } else if let Some(local) = &taken.local {
        photo.sink.fact(Fact::Clock { clock: "camera", at: origin(joined(&local.spans)) });
    }
    let seconds = |stated: &Stated| stated.ns.div_euclid(1_000_000_000);
    let pairs = [
        (&taken.exposure, "the photo's local time against UTCAtExposure"),
        (&taken.gps, "the photo's local time against the satellites' time in it"),
    ];
    for (utc, source) in pairs {
        if let (Some(local), Some(utc)) = (&taken.local, utc) {
            let at = origin(joined(&[&local.spans[..], &utc.spans[..]].concat()));
            let (local_s, utc_s) = (seconds(local), seconds(utc));
            photo.sink.fact(Fact::ClockPair { part: Part::Camera, local_s, utc_s, source, at });
            return;
        }
    }
}

fn clock_cells(cells: &mut Cells<'_>, taken: &Taken) {
    cells.clock("utc", taken.utc().map(|utc| utc.ns));
    cells.words("utc_source", taken.utc().map(|utc| utc.by.to_owned()));
    cells.clock("local", taken.local.as_ref().map(|local| local.ns));
}

fn attitudes(cells: &mut Cells<'_>, tags: Option<&Tags<'_>>, dji: &Dji<'_>, altitude: Option<f64>) {
    let named = |name: &str| dji.number(&[name]).map(|(number, _)| number);
    let maker = |tag: u16| tags.and_then(|tags| tags.numbers(Directory::Maker, tag)?.first().copied());
    cells.number("height_takeoff", named("RelativeAltitude"));
    cells.number("height_absolute", named("AbsoluteAltitude").or(altitude));
    cells.number("roll", named("FlightRollDegree").or(maker(MAKER_ROLL)));
    cells.number("pitch", named("FlightPitchDegree").or(maker(MAKER_PITCH)));
    cells.number("yaw", named("FlightYawDegree").or(maker(MAKER_YAW)));
    cells.number("gimbal_roll", named("GimbalRollDegree").or(maker(MAKER_CAMERA_ROLL)));
    cells.number("gimbal_pitch", named("GimbalPitchDegree").or(maker(MAKER_CAMERA_PITCH)));
    cells.number("gimbal_yaw", named("GimbalYawDegree").or(maker(MAKER_CAMERA_YAW)));
    let deviations = named("RtkStdLat").zip(named("RtkStdLon"));
    cells.number("accuracy", deviations.map(|(north, east)| north.hypot(east)).filter(|metres| *metres > 0.0));
    if let Some(flag) = named("RtkFlag").filter(|flag| (0.0..=255.0).contains(flag)) {
        cells.value("rtk_flag", Value::Unsigned(flag as u64));
    }
}

/// The places that the two blocks tell: one camera, one moment, so one place.
fn compare<'s>(photo: &mut Photo<'_, '_>, exif: (f64, f64), xmp: (f64, f64), spans: impl Iterator<Item = &'s Span>) {
    let point = |(lat, lon): (f64, f64)| Point::new(lon, lat);
    let metres = Geodesic.distance(point(exif), point(xmp));
    let spans: Vec<Span> = spans.copied().collect();
    let at = origin(joined(&spans));
    photo.sink.fact(Fact::Declared { name: "places_apart", value: metres, unit: "m", at: at.clone() });
    if metres > AGREEING_M {
        let message = format!(
            "EXIF says {:.7}, {:.7} and XMP {:.7}, {:.7}, {metres:.1} m apart: one of them was changed after the photo was \
             taken, or another program wrote it; the track holds the place of EXIF",
            exif.0, exif.1, xmp.0, xmp.1
        );
        photo.sink.diagnostic(Diagnostic::note("photo/places-differ", at, message));
    }
}
