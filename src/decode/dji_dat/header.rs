//! The header: which product, which firmware, whose serial number, how fast the tick counts.

use super::super::{Class, Fact, Part, Payload, Property, Record, Sink};
use super::frame;
use super::models::{self, Model};
use crate::evidence::{Extent, Origin, Span};
use crate::layout::Tables;

const BUILD_AT: usize = 16;
const MARKER_AT: usize = 242;
const MARKER: &[u8] = b"DJI_LOG_V3";
const RATE_AT: usize = 48;
/// The serial number, every byte XOR 0x55.
const SERIAL: std::ops::Range<usize> = 58..108;
const SERIAL_KEY: u8 = 0x55;
/// A tick that counts slower or faster was never seen: the field is then something else.
const PLAUSIBLE_HZ: std::ops::RangeInclusive<u32> = 100_000..=100_000_000;

/// What a file header says.
pub struct Header {
    pub version: u8,
    /// Length in bytes; records stand behind it.
    pub len: usize,
    pub product: u32,
    pub build: String,
    pub tick_hz: Option<f64>,
    pub serial: Option<String>,
}

impl Header {
    /// `head`: the first kilobytes of the item.
    pub fn parse(head: &[u8]) -> Option<Self> {
        let build = head.get(BUILD_AT..BUILD_AT + 32).filter(|text| text.starts_with(b"BUILD"))?;
        let word = |at: usize| head.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let stands_at = |at: usize| frame::chain_at(head, at, 1).is_some_and(|found| found < at + 64);
        // The marker may be damaged: records tell where the header ends.
        let is_third = head.get(MARKER_AT..).is_some_and(|rest| rest.starts_with(MARKER))
            || !stands_at(128) && head.len() >= 256 && stands_at(256);
        let text = |bytes: &[u8]| -> String {
            let end = bytes.iter().position(|b| !(0x20..0x7f).contains(b)).unwrap_or(bytes.len());
            String::from_utf8_lossy(&bytes[..end]).trim().to_owned()
        };
        let build = text(build);
        if !is_third {
            let product = head.first().copied().unwrap_or_default().into();
            return Some(Header { version: 1, len: 128, product, build, tick_hz: None, serial: None });
        }
        let serial: String = head
            .get(SERIAL)?
            .iter()
            .map(|byte| char::from(byte ^ SERIAL_KEY))
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        Some(Header {
            version: 3,
            len: 256,
            product: word(0),
            build,
            tick_hz: Some(word(RATE_AT)).filter(|hz| PLAUSIBLE_HZ.contains(hz)).map(f64::from),
            serial: Some(serial).filter(|serial| serial.len() >= 8),
        })
    }

    /// Ticks a second as the header says, else as the model has them.
    pub fn hz(&self) -> Option<f64> {
        self.tick_hz.or_else(|| self.model()?.tick_hz)
    }

    /// When the firmware was built, `BUILD Jun 16 2023 21:12:36`: nanoseconds since 1970, a day early, for its zone is not known.
    pub fn built_ns(&self) -> Option<i64> {
        let built = self.build.strip_prefix("BUILD ")?.split_whitespace().collect::<Vec<_>>().join(" ");
        let built = chrono::NaiveDateTime::parse_from_str(&built, "%b %d %Y %H:%M:%S").ok()?;
        built.and_utc().timestamp_nanos_opt()?.checked_sub(86_400_000_000_000)
    }

    /// Which firmware wrote the log, so that what its logs say about their records holds for all of them.
    pub fn names_build(&self) -> bool {
        self.version == 3 && self.build.len() > "BUILD ".len()
    }

    /// The same product and the same build.
    pub fn is_of_same_firmware(&self, other: &Header) -> bool {
        self.names_build() && (self.version, self.product, &self.build) == (other.version, other.product, &other.build)
    }

    pub fn model(&self) -> Option<&'static Model> {
        models::of_product(self.product)
    }

    /// The generation whose layouts hold: version 1 was written by the first one alone.
    pub fn generation(&self) -> Option<&'static str> {
        self.model().map(|model| model.generation).or((self.version == 1).then_some("p3"))
    }

    /// The header as a record, with the serial number in clear, and what it tells; not the serial number, which other records
    /// hold in full.
    pub fn emit(&self, head: &[u8], tables: &Tables, sink: &mut dyn Sink) {
        let at: Extent = Span::new(0, self.len.min(head.len())).into();
        let mut content = head.get(..self.len).unwrap_or(head).to_vec();
        if self.version == 3 {
            content.iter_mut().take(SERIAL.end).skip(SERIAL.start).for_each(|byte| *byte ^= SERIAL_KEY);
        }
        sink.claim(&at, Class::Known, "file header");
        let name = if self.version == 3 { "file_header_v3" } else { "file_header_v1" };
        let layout = tables.named(name).next();
        sink.record(&Record::structure(layout, &at, Payload::Bytes(&content)));
        let product = i64::from(self.product);
        let name = layout.and_then(|l| l.field("product")?.names.as_ref()?.name(product).map(str::to_owned));
        let model = format!("{} (product {product})", name.as_deref().unwrap_or("unknown model"));
        let device = |part, property, value| Fact::Device { part, property, value, at: Origin::Bytes(at.clone()) };
        sink.fact(device(Part::Aircraft, Property::Model, model));
        let firmware = format!("flight controller, {}", self.build.replacen("BUILD", "built", 1));
        sink.fact(device(Part::Module, Property::Firmware, firmware));
    }
}
