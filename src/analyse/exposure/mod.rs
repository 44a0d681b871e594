//! What apps held of people, phones, aircraft and sites: identifiers in the text values of records, in what decoders state, and,
//! where no format recognises an item, in its runs of text. Precision goes before volume: check digits, the words around a
//! value and the name of its field decide, and each sighting says which of them it rests on. `formats/exposure/` holds the rules.
//!
//! ```text
//!   records, facts, events ─┐
//!                           ├─► watch ─► sightings of one item ─► inventory of a case
//!   runs of text ───────────┘
//! ```

mod address;
mod digits;
mod holder;
mod inventory;
mod key;
mod places;
mod runs;
mod scan;
mod secret;
mod tables;
mod watch;

use serde::Serialize;

pub use holder::holder_of;
pub use inventory::{Identifier, Inventory, ItemExposure, SeenIn};
pub use places::{ExposedPlace, places};
pub use secret::{Reveal, holds_secret, redact, redact_value};
pub use tables::{KindRow, RateRow, kind_rows, rate_rows};
pub use watch::Watch;

/// Bytes of an item without a known format that are looked through for runs of text.
pub const TEXT_LIMIT: u64 = runs::MOST as u64;

macro_rules! kinds {
    ($($variant:ident => $word:literal),+) => {
        /// What an identifier is; `formats/exposure/kinds.tsv` has the rule of each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($variant),+ }

        impl Kind {
            /// Every kind, in the order of outputs.
            pub const ALL: &[Kind] = &[$(Kind::$variant),+];

            /// The stable name in outputs.
            pub fn as_str(self) -> &'static str {
                match self { $(Kind::$variant => $word),+ }
            }
        }
    };
}

kinds! {
    Imei => "imei", Imsi => "imsi", Iccid => "iccid", AndroidId => "android-id", AdvertisingId => "advertising-id",
    DeviceId => "device-id", AppId => "app-id", Mac => "mac", Ssid => "ssid", PhoneNumber => "phone-number", Email => "e-mail",
    Account => "account", PersonName => "person-name", DeviceName => "device-name", PlaceName => "place-name",
    Position => "position", AircraftSerial => "aircraft-serial", CameraSerial => "camera-serial",
    ControllerSerial => "controller-serial", BatterySerial => "battery-serial", DeviceSerial => "device-serial",
    Token => "token", Host => "host", Url => "url"
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What a sighting rests on; later ones are worth more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// The value looks like one, and nothing around it says so.
    Shape,
    /// The name of its field, or the words before it, say so.
    Key,
    /// Check digit and context agree.
    Proved,
}

impl Grade {
    /// The stable name in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Grade::Shape => "shape",
            Grade::Key => "key",
            Grade::Proved => "proved",
        }
    }
}

/// An identifier as one stretch of text shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub kind: Kind,
    /// In its normal form; a secret as it stands.
    pub value: String,
    pub grade: Grade,
    /// How it was recognised: check digit, country, key.
    pub how: String,
    /// Bytes from the start of the text.
    pub at: usize,
}

/// An identifier in one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sighting {
    pub kind: Kind,
    /// In its normal form; of a secret the first digits of its SHA-256, unless secrets are shown.
    pub value: String,
    pub grade: Grade,
    pub how: String,
    /// The member of a container that it stands in, where no format recognises that member.
    pub inside: Option<String>,
    /// Different places in the item.
    pub count: u64,
    /// The first of them.
    pub places: Vec<PlaceInItem>,
}

/// Where in an item an identifier stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PlaceInItem {
    /// Of the record, or of the text where no record is known; `None`: the item as a whole, its name for instance.
    pub offset: Option<u64>,
    /// Record and field.
    pub field: String,
}
