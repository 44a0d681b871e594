//! From bytes to records, events, facts and diagnostics. A decoder returns no error: damage is data, it goes to the [`Sink`],
//! and the decoder goes on. All state comes in through the [`Context`]; decoders know nothing of each other.

pub mod android_backup;
pub mod android_prefs;
pub mod app_session;
mod cells;
pub mod database;
mod diagnostic;
pub mod dji_dat;
pub mod dji_fly_log;
pub mod dji_media_index;
pub mod dji_srt;
pub mod dji_tip_log;
pub mod dji_txt;
pub mod dji_upgrade_log;
pub mod dji_wpml;
mod document;
mod fact;
pub mod gpx_track;
pub mod gzip;
pub mod ios_plist;
mod keys;
pub mod kml_track;
mod known_key;
pub mod litchi_mission;
pub mod mmkv;
pub mod mp4;
pub mod photo;
mod plan;
pub mod qgc_plan;
pub mod qgc_wpl;
pub mod secret;
pub mod sqlite;
mod structure;
pub mod tar;
pub mod track_csv;
mod watch;
pub mod zip;

use std::borrow::Cow;
use std::sync::Arc;

pub use diagnostic::{Diagnostic, Severity};
pub use fact::{Event, EventKind, Fact, Moment, Part, Property};
pub use keys::{KeyFile, KeyProof, KeyRequest, KeyScheme, KeyVerdict};

use crate::evidence::{Evidence, Extent, Limits, Origin, Span};
use crate::layout::{Layout, TableError, TableText, Tables, Value};

/// What a format offers. Its `id` is also the name of its folders in `formats/` and `samples/`.
pub struct Format {
    pub id: &'static str,
    pub probe: fn(&Evidence) -> Probe,
    pub decode: fn(&Evidence, &Context<'_>, &mut dyn Sink) -> Decoded,
    /// The embedded `format.toml`, `records.tsv`, `enums.tsv`, `channels.tsv`.
    pub tables: [&'static str; 4],
    /// How keys are asked for and judged, for a format that may be encrypted.
    pub keys: Option<&'static KeyScheme>,
}

impl Format {
    /// The embedded tables as text.
    pub fn table_text(&self) -> TableText {
        let [description, records, enums, channels] = self.tables.map(str::to_owned);
        TableText { id: self.id.to_owned(), description, records, enums, channels }
    }
}

/// Every format that is read, one line each.
#[rustfmt::skip]
pub static FORMATS: &[&Format] = &[
    &dji_txt::FORMAT,
    &dji_dat::FORMAT,
    &dji_srt::FORMAT,
    &mp4::FORMAT,
    &dji_tip_log::FORMAT,
    &dji_upgrade_log::FORMAT,
    &app_session::FORMAT,
    &android_prefs::FORMAT,
    &ios_plist::FORMAT,
    &mmkv::FORMAT,
    &dji_fly_log::FORMAT,
    &gzip::FORMAT,
    &zip::FORMAT,
    &tar::FORMAT,
    &android_backup::FORMAT,
    &track_csv::FORMAT,
    &sqlite::FORMAT,
    &dji_media_index::FORMAT,
    &photo::FORMAT,
    &gpx_track::FORMAT,
    &kml_track::FORMAT,
    &dji_wpml::FORMAT,
    &qgc_plan::FORMAT,
    &qgc_wpl::FORMAT,
    &litchi_mission::FORMAT,
];

/// How sure a format is that an item is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Score {
    No,
    Likely,
    Certain,
}

/// A format's answer about an item, with the reason in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    pub score: Score,
    pub why: Cow<'static, str>,
}

impl Probe {
    pub const NO: Probe = Probe { score: Score::No, why: Cow::Borrowed("") };
}

/// What a decoder may use beside the bytes.
pub struct Context<'a> {
    pub tables: &'a Tables,
    pub limits: &'a Limits,
    pub keys: &'a [KeyFile],
    /// What stands beside the item: a write-ahead log beside its database, logs of the same aircraft beside each other.
    pub siblings: &'a dyn Siblings,
}

/// The items beside one item, in the same folder or archive.
pub trait Siblings {
    /// The bytes of the item of this name, which is one part of a label.
    fn read(&self, name: &str) -> Option<Vec<u8>>;

    /// Names of the items beside it, the next ones by name first; its own is not among them.
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    /// A part of the item of this name, cut at its end.
    fn part(&self, _name: &str, _span: Span) -> Option<Vec<u8>> {
        None
    }
}

/// Whether an item inside a container is read with others beside it, so that it has to wait for them.
pub fn reads_siblings(name: &str, bytes: &[u8]) -> bool {
    crate::bytes::database::is_part(bytes) || mmkv::is_part(name, bytes) || dji_dat::reads_siblings(bytes)
}

/// Nothing stands beside the item.
pub struct Alone;

impl Siblings for Alone {
    fn read(&self, _name: &str) -> Option<Vec<u8>> {
        None
    }
}

/// How far an item was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// All that is there was read.
    Whole,
    /// Something was lost or damaged; the rest was read.
    Partial,
    /// Encrypted: what is in clear was read, the rest needs a key.
    Locked,
    /// Recognised, but nothing in it can be used.
    Unreadable,
}

/// What would unlock an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyNeed {
    pub scheme: String,
    pub reason: String,
    /// The key groups that the item's records use.
    pub features: Vec<String>,
    /// Those that records need and no key at hand opens.
    pub missing: Vec<String>,
    pub next_step: String,
}

/// What a decoder says at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    pub version: Option<String>,
    pub completeness: Completeness,
    /// What stays closed for want of a key.
    pub key_need: Option<KeyNeed>,
}

impl Decoded {
    /// Nothing of the item can be used.
    pub const UNREADABLE: Decoded = Decoded { version: None, completeness: Completeness::Unreadable, key_need: None };

    /// Read, but for what was damaged.
    pub fn read(version: Option<String>, is_damaged: bool) -> Self {
        let completeness = if is_damaged { Completeness::Partial } else { Completeness::Whole };
        Decoded { version, completeness, key_need: None }
    }
}

/// All bytes of an item, for a format that needs them at once; `None`, and a loss called `code`, where they are too many or
/// cannot be read.
fn whole<'e>(
    evidence: &'e Evidence,
    context: &Context<'_>,
    code: &'static str,
    sink: &mut dyn Sink,
) -> Option<Cow<'e, [u8]>> {
    match evidence.whole(context.limits) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            sink.diagnostic(Diagnostic::loss(code, Origin::Item, format!("not decoded: {error}")));
            None
        }
    }
}

/// Takes what a decoder finds, in file order. A sink that wants only some of it leaves the rest out.
pub trait Sink {
    /// Whether records of this layout are of any use; asked once a layout. The content of the others need not be read.
    fn wants(&self, _layout: &Layout) -> bool {
        true
    }
    /// Whether events, and facts from records, are of any use.
    fn wants_events(&self) -> bool {
        true
    }
    /// The item describes its records itself: those of this layout follow. Its index lies behind the layouts of the tables; the
    /// channels of the format's tables hold for its fields by their names.
    fn layout(&mut self, _layout: &Arc<Layout>) {}
    fn record(&mut self, _record: &Record<'_>) {}
    /// The chain of records is broken here: what follows joins no row until a record opens one.
    fn gap(&mut self) {}
    /// The log begins a new run here.
    fn restart(&mut self) {}
    fn event(&mut self, _event: Event) {}
    fn fact(&mut self, _fact: Fact) {}
    /// These bytes are of this class, for this reason. Records claim their own bytes.
    fn claim(&mut self, _at: &Extent, _class: Class, _what: &'static str) {}
    /// Whether the member of this name is of any use; asked before it is unpacked. The name is that of [`Sink::child`], without what
    /// marks a cut or repeated one.
    fn wants_child(&self, _name: &str) -> bool {
        true
    }
    fn child(&mut self, _child: Child<'_>) {}
    fn diagnostic(&mut self, _diagnostic: Diagnostic) {}
}

/// The class of a byte; where claims overlap the lower one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Covered by a row of a layout, frame and check bytes included.
    Decoded,
    /// Its role is proved, its content not interpreted.
    Known,
    /// Something claims it and its check fails, or it stands where a record must stand.
    Damaged,
}

/// One record, its fields unread until somebody asks.
pub struct Record<'a> {
    /// `None`: a proved record of a type without a table (opaque).
    pub layout: Option<&'a Arc<Layout>>,
    /// The record type in the file.
    pub kind: u16,
    /// Frame included.
    pub at: &'a Extent,
    /// Bytes of the frame before the content.
    pub header: usize,
    /// Bytes of the frame behind the content.
    pub trailer: usize,
    pub time: RawTime,
    /// Counts as a record. Entries inside a record do not, nor do structures outside the chain of records: prefix, details.
    pub counted: bool,
    /// Which of several equal parts it is about (battery pack 1 or 2), 0 for the whole or the only one.
    pub instance: u16,
    /// Bytes at the start of the content that may be wrong though the record is proved (decryption behind a hole).
    pub doubtful: usize,
    pub payload: Payload<'a>,
}

impl<'a> Record<'a> {
    /// A structure outside the chain of records, without a frame; the base of other records, too.
    pub fn structure(layout: Option<&'a Arc<Layout>>, at: &'a Extent, payload: Payload<'a>) -> Self {
        Record {
            layout,
            kind: 0,
            at,
            header: 0,
            trailer: 0,
            time: RawTime(None),
            counted: false,
            instance: 0,
            doubtful: 0,
            payload,
        }
    }
}

impl Record<'_> {
    /// The table's name, `type_16` for an opaque record.
    pub fn name(&self) -> Cow<'_, str> {
        match self.layout {
            Some(layout) => Cow::Borrowed(&layout.name),
            None => Cow::Owned(format!("type_{}", self.kind)),
        }
    }

    /// The content as bytes; empty for a record that came as values.
    pub fn content(&self) -> &[u8] {
        match &self.payload {
            Payload::Bytes(bytes) => bytes,
            Payload::Values(_) => &[],
        }
    }

    /// Every field that is there.
    pub fn fields(&self) -> Vec<(&str, Value<'_>)> {
        match (&self.payload, self.layout) {
            (Payload::Bytes(bytes), Some(layout)) => layout.read_all(bytes).collect(),
            (Payload::Bytes(bytes), None) => vec![("content", Value::Bytes(Cow::Borrowed(bytes)))],
            (Payload::Values(values), Some(layout)) => {
                let fields = layout.fields.iter().map(|f| f.name.as_str()).zip(values.iter().cloned());
                fields.filter(|(_, value)| *value != Value::Absent).collect()
            }
            (Payload::Values(_), None) => Vec::new(),
        }
    }
}

/// The content of a record.
pub enum Payload<'a> {
    /// To be read by the layout.
    Bytes(&'a [u8]),
    /// Read already, one value a field of the layout, [`Value::Absent`] where it is empty.
    Values(&'a [Value<'a>]),
}

/// The source's own clock, in nanoseconds, where it has one; `track` makes UTC of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RawTime(pub Option<i64>);

impl RawTime {
    /// Seconds to the nearest nanosecond.
    pub fn from_seconds(seconds: f64) -> Self {
        RawTime(Some((seconds * 1e9 + 0.5_f64.copysign(seconds)) as i64))
    }
}

/// An item inside the item: a photo, a member of an archive.
pub struct Child<'a> {
    pub name: String,
    pub at: Origin,
    pub bytes: &'a [u8],
    /// What the container says that it is, `jpeg` for instance.
    pub format: Option<&'static str>,
}

/// The embedded tables of every format, parsed once.
///
/// # Errors
/// A table that does not follow the grammar; `tests/contract` sees to it that none is shipped.
pub fn embedded_tables() -> Result<Vec<Tables>, TableError> {
    FORMATS.iter().map(|format| Tables::parse(&format.table_text())).collect()
}
