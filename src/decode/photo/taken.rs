//! When a photo was taken, by each clock that it names.

use super::tags::Tags;
use super::xmp::Property;
use crate::bytes::civil::Reader;
use crate::bytes::exif::Directory;
use crate::evidence::Span;

const DATE_TIME: u16 = 0x0132;
const DATE_TIME_ORIGINAL: u16 = 0x9003;
const OFFSET_TIME_ORIGINAL: u16 = 0x9011;
const SUB_SEC_ORIGINAL: u16 = 0x9291;
const GPS_TIME: u16 = 7;
const GPS_DATE: u16 = 29;

/// A moment with the bytes that say so.
#[derive(Clone, Debug)]
pub struct Stated {
    /// Nanoseconds since 1970; of a local clock as if it were UTC.
    pub ns: i64,
    pub spans: Vec<Span>,
    pub by: &'static str,
}

/// The clocks of a photo.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// The camera's local time.
    pub local: Option<Stated>,
    /// The camera's local time less the offset that it states.
    pub zoned: Option<Stated>,
    /// The satellites' time of the last fix, whole seconds in most cameras.
    pub gps: Option<Stated>,
    /// DJI's UTC of the exposure.
    pub exposure: Option<Stated>,
}

impl Taken {
    pub fn of(tags: Option<&Tags<'_>>, properties: &[Property]) -> Self {
        let mut taken = Taken::default();
        if let Some(tags) = tags {
            taken.camera(tags);
            taken.gps = gps(tags);
        }
        let exposure = properties.iter().find(|p| p.is_dji && p.name == "UTCAtExposure");
        taken.exposure = exposure.and_then(|property| {
            let civil = Reader::default().moment(iso(&property.value).as_bytes())?;
            let ns = civil.utc_ns().unwrap_or(civil.ns);
            Some(Stated { ns, spans: property.at.spans().collect(), by: "UTCAtExposure" })
        });
        taken
    }

    /// UTC by the best clock: that of the exposure, the camera's with its offset, the satellites'.
    pub fn utc(&self) -> Option<&Stated> {
        self.exposure.as_ref().or(self.zoned.as_ref()).or(self.gps.as_ref())
    }

    fn camera(&mut self, tags: &Tags<'_>) {
        let original = tags.text(Directory::Exif, DATE_TIME_ORIGINAL).map(|said| (said, "DateTimeOriginal"));
        let stated = original.or_else(|| Some((tags.text(Directory::Image(0), DATE_TIME)?, "DateTime")));
        let Some(((words, mut spans), by)) = stated else { return };
        let fraction = tags.text(Directory::Exif, SUB_SEC_ORIGINAL).filter(|_| by == "DateTimeOriginal");
        let fraction = fraction.filter(|(digits, _)| digits.bytes().all(|b| b.is_ascii_digit()));
        let mut moment = iso(&words);
        if let Some((digits, at)) = fraction {
            moment = format!("{moment}.{digits}");
            spans.extend(at);
        }
        let Some(civil) = Reader::default().moment(moment.as_bytes()) else { return };
        self.local = Some(Stated { ns: civil.ns, spans: spans.clone(), by });
        if let Some((zone, at)) = tags.text(Directory::Exif, OFFSET_TIME_ORIGINAL) {
            let civil = Reader::default().moment(format!("{moment}{zone}").as_bytes());
            spans.extend(at);
            let utc = civil.and_then(|civil| civil.utc_ns());
            self.zoned = utc.map(|ns| Stated { ns, spans, by: "DateTimeOriginal with OffsetTimeOriginal" });
        }
    }
}

fn gps(tags: &Tags<'_>) -> Option<Stated> {
    let (date, _) = tags.text(Directory::Gps, GPS_DATE)?;
    let time = tags.numbers(Directory::Gps, GPS_TIME)?;
    let &[hours, minutes, seconds] = time.first_chunk()?;
    let day = Reader::default().moment(format!("{} 00:00:00Z", date.trim().replace(':', "-")).as_bytes())?;
    let second = hours * 3600.0 + minutes * 60.0 + seconds;
    (0.0..86_401.0).contains(&second).then_some(())?;
    let ns = day.ns.checked_add((second * 1e9).round() as i64)?;
    Some(Stated {
        ns,
        spans: tags.spans_of(Directory::Gps, &[GPS_TIME, GPS_DATE]),
        by: "GPSDateStamp and GPSTimeStamp",
    })
}

/// `2017:11:07 18:56:07` as dates are written elsewhere.
fn iso(words: &str) -> String {
    let words = words.trim();
    match words.split_at_checked(10) {
        Some((date, rest)) => format!("{}{rest}", date.replace(':', "-")),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::iso;

    #[test]
    fn dates_with_colons_become_dates() {
        assert_eq!(iso("2017:11:07 18:56:07"), "2017-11-07 18:56:07");
        assert_eq!(iso("2023-05-04T12:00:00.5Z"), "2023-05-04T12:00:00.5Z");
        assert_eq!(iso("2023"), "2023");
    }
}
