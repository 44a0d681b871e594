//! Pieces to the sink: records with their content in clear, photos as children, holes and copies as diagnostics.

use std::sync::Arc;

use geo::{Distance as _, Geodesic, Point};

use super::super::{Child, Class, Diagnostic, Event, EventKind, Fact, Part, Payload, RawTime, Record, Sink};
use super::details::{Details, ImageLen, PhotoPlace};
use super::device;
use super::events::Watcher;
use super::features::RECOVER_MARKER;
use super::frame::Framing;
use super::nested;
use super::piece::{Hole, HoleKind, Image, Piece, Placed, Walked};
use super::sealed::{Opened, Opener};
use crate::bytes::exif;
use crate::evidence::{Extent, Origin, Span};
use crate::layout::{Field, Layout, Tables};

/// EXIF keeps hundredths of a second of arc at best, and the aircraft moves while the app lists the place.
const AGREEING_M: f64 = 50.0;
/// A licence to fly in a restricted zone was used; nobody describes the content.
const UNLOCK: u8 = 52;
/// The record type that opens a frame.
const OSD: u8 = 1;

/// What was emitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Emitted {
    pub records: u64,
    /// OSD records.
    pub rows: u64,
    /// Sealed records that a right key does not open.
    pub broken: u64,
}

/// What is done with the records of a layout.
#[derive(Clone, Copy)]
struct Use {
    /// The sink takes them, or events or facts may follow from them.
    read: bool,
    tells_facts: bool,
    holds_entries: bool,
}

impl Use {
    fn of(layout: &Layout, tables: &Tables, sink: &dyn Sink) -> Self {
        let events = sink.wants_events();
        let entries = || nested::TABLES.iter().flat_map(|name| tables.named(name)).any(|entry| sink.wants(entry));
        let holds_entries = nested::HOLDING.contains(&layout.name.as_str()) && (events || entries());
        Use {
            // Positions carry the clock of all the others.
            read: events || holds_entries || sink.wants(layout) || layout.record == Some(OSD.into()),
            tells_facts: events && device::TELLING.contains(&layout.name.as_str()),
            holds_entries,
        }
    }
}

pub struct Emitter<'a, 's> {
    bytes: &'a [u8],
    framing: Framing,
    opener: Opener,
    tables: &'a Tables,
    sink: &'s mut dyn Sink,
    watcher: Watcher<'a>,
    events: bool,
    /// By layout index.
    uses: Vec<Use>,
    /// By record type: no layout of it is read.
    unwanted: [bool; 256],
    fly_time: Option<&'a Field>,
    /// Layouts of each table of entries.
    entries: Vec<(&'static str, Vec<&'a Arc<Layout>>)>,
    now: RawTime,
    content: Vec<u8>,
    images: usize,
    photo_places: Vec<PhotoPlace>,
    counted: bool,
    emitted: Emitted,
}

impl<'a, 's> Emitter<'a, 's> {
    pub fn new(bytes: &'a [u8], framing: Framing, opener: Opener, tables: &'a Tables, sink: &'s mut dyn Sink) -> Self {
        let uses: Vec<Use> = tables.layouts.iter().map(|layout| Use::of(layout, tables, sink)).collect();
        let events = sink.wants_events();
        Emitter {
            bytes,
            framing,
            opener,
            unwanted: unwanted(tables, &uses),
            tables,
            sink,
            watcher: Watcher::new(tables),
            events,
            uses,
            fly_time: tables.structure("osd", usize::MAX).and_then(|osd| osd.field("fly_time")),
            entries: nested::TABLES.iter().map(|name| (*name, tables.named(name).collect())).collect(),
            now: RawTime(None),
            content: Vec::new(),
            images: 0,
            photo_places: Vec::new(),
            counted: true,
            emitted: Emitted::default(),
        }
    }

    /// `at` is where the block's bytes lie in the file.
    pub fn details(&mut self, details: &Details<'_>, version: u8, at: &Extent) {
        self.sink.claim(at, Class::Known, "details");
        self.sink.record(&Record::structure(Some(details.layout), at, Payload::Bytes(details.content)));
        device::details_facts(details, version, at, self.sink);
        self.photo_places = details.photo_places(&details.image_lens(self.bytes));
        for place in &self.photo_places {
            let Some(layout) = self.tables.structure("photo_position", usize::MAX) else { continue };
            let parts: Vec<Span> =
                [place.lon_at, place.lat_at].iter().flat_map(|part| at.part(*part as u64, 8)).collect();
            let Some(at) = Extent::of(&parts) else { continue };
            let content = [place.lon_at, place.lat_at].map(|part| &details.content[part..part + 8]).concat();
            self.sink.record(&Record {
                instance: place.number as u16,
                ..Record::structure(Some(layout), &at, Payload::Bytes(&content))
            });
        }
    }

    /// What a photo's own EXIF block says against the place that the details list for it.
    fn check_place(&mut self, name: &str, what: Option<ImageLen>, at: &Origin, picture: &[u8]) {
        let Some(exif) = exif::read(picture).and_then(|exif| exif.position) else { return };
        let number = what.filter(|what| what.kind == "photo").map(|what| what.number);
        let listed = self.photo_places.iter().find(|place| Some(place.number) == number);
        let stated = format!("{name}: EXIF position {:.7}, {:.7}", exif.lat, exif.lon);
        let Some(listed) = listed else {
            return self
                .sink
                .fact(Fact::Note { text: format!("{stated}, none listed in the details"), at: at.clone() });
        };
        let place = |lat, lon| Point::new(lon, lat);
        let metres = Geodesic.distance(place(exif.lat, exif.lon), place(listed.lat, listed.lon));
        let compared = format!("{stated}, {metres:.1} m from the one listed in the details");
        if metres <= AGREEING_M {
            return self.sink.fact(Fact::Note { text: compared, at: at.clone() });
        }
        let message = format!("{compared} ({:.7}, {:.7}): the picture may come from elsewhere", listed.lat, listed.lon);
        self.sink.diagnostic(Diagnostic::note("dji-txt/photo-place", at.clone(), message));
    }

    /// What stands behind the details: a firmware record in most logs from version 8 on. It is read like the others and not
    /// counted with the chain.
    pub fn tail(&mut self, walked: &Walked) {
        self.counted = false;
        self.pieces(walked);
    }

    pub fn pieces(&mut self, walked: &Walked) -> Emitted {
        for (i, piece) in walked.pieces.iter().enumerate() {
            match piece {
                Piece::Record(placed) => self.record(placed),
                Piece::Separator { at } => self.separator(*at, walked.pieces.get(i + 1)),
                Piece::Image(image) => self.image(image),
                Piece::Copy { at, len, of } => self.copy(*at, *len, *of),
                Piece::Hole(hole) => self.hole(hole),
            }
        }
        self.emitted
    }

    fn record(&mut self, placed: &Placed) {
        let (at, bytes) = (placed.extent(), placed.bytes(self.bytes));
        self.emitted.records += u64::from(self.counted);
        self.emitted.rows += u64::from(placed.kind == OSD);
        if placed.kind == RECOVER_MARKER {
            self.opener.next_segment();
        } else if placed.kind == UNLOCK && self.events {
            let text = "unlock licence action (its content is not described)".to_owned();
            let event = Event::new(EventKind::Unlock, Part::App, text, Origin::Bytes(at.clone()));
            self.sink.event(event);
        }
        let kind = u16::from(placed.kind);
        let sealed = self.opener.seals(placed.kind);
        let cipher_len = bytes.len() - self.framing.header() - self.framing.trailer();
        if !sealed && self.tables.layout(kind, cipher_len).is_some_and(|layout| !self.uses[layout.index].read) {
            return;
        }
        if sealed && self.unwanted[usize::from(placed.kind)] {
            return self.opener.pass(placed.kind, self.framing.last_block(&bytes, placed.kind));
        }
        self.content.clear();
        self.framing.content_into(&bytes, placed.kind, &mut self.content);
        let (is_open, pad, doubtful) = match sealed.then(|| self.opener.open(placed.kind, &mut self.content)) {
            None => (true, 0, 0),
            Some(Opened::Closed) => (false, 0, 0),
            Some(Opened::Content { pad, doubtful }) => (true, pad, doubtful),
            Some(Opened::Broken) => return self.broken(placed, &at),
            Some(Opened::Adrift) => {
                self.adrift(placed, &at);
                (false, 0, 0)
            }
        };
        if doubtful > 0 {
            self.doubtful(placed, &at);
        }
        let layout = if is_open { self.tables.layout(kind, self.content.len()) } else { None };
        let used = layout.map(|layout| self.uses[layout.index]);
        if used.is_some_and(|used| !used.read) {
            return;
        }
        if placed.kind == OSD && is_open {
            let seconds = self.fly_time.and_then(|f| f.number(&self.content));
            self.now = seconds.map_or(self.now, RawTime::from_seconds);
        }
        let record = Record {
            layout,
            kind,
            at: &at,
            header: self.framing.header(),
            trailer: self.framing.trailer() + pad,
            time: self.now,
            counted: self.counted,
            instance: 0,
            doubtful,
            payload: Payload::Bytes(&self.content),
        };
        self.sink.record(&record);
        if self.events {
            self.watcher.record(&record, |event| self.sink.event(event));
        }
        if used.is_some_and(|used| used.tells_facts) && doubtful == 0 {
            device::record_facts(&record, self.sink);
        }
        if let Some(layout) = layout.filter(|layout| self.uses[layout.index].holds_entries) {
            self.nested(&layout.name, &at, doubtful);
        }
    }

    /// The frame holds and the key holds, but what comes out has no right padding.
    fn broken(&mut self, placed: &Placed, at: &Extent) {
        self.emitted.broken += 1;
        self.sink.claim(at, Class::Damaged, "sealed record");
        let message = format!(
            "the record of type {} at {} does not come out under a key that opens the others: its bytes were changed",
            placed.kind, placed.at
        );
        self.sink.diagnostic(Diagnostic::loss("dji-txt/sealed", Origin::Bytes(at.clone()), message).losing(1));
    }

    fn doubtful(&mut self, placed: &Placed, at: &Extent) {
        let message = format!(
            "the first 16 bytes of the record of type {} at {} were opened with an IV that may not be theirs (records may be \
             missing before it): what they say is marked and not used",
            placed.kind, placed.at
        );
        self.sink.diagnostic(Diagnostic::damage("dji-txt/first-block", Origin::Bytes(at.clone()), message));
    }

    fn adrift(&mut self, placed: &Placed, at: &Extent) {
        let message = format!(
            "the record of type {} at {} is a single block that only the record before it opens, and that one is missing: it stays \
             closed",
            placed.kind, placed.at
        );
        self.sink.diagnostic(Diagnostic::damage("dji-txt/first-block", Origin::Bytes(at.clone()), message));
    }

    fn nested(&mut self, record: &str, parent: &Extent, doubtful: usize) {
        for entry in nested::entries(record, &self.content) {
            let content = &self.content[entry.at + entry.header..entry.at + entry.len - entry.trailer];
            let layouts = self.entries.iter().find(|(name, _)| *name == entry.table).map(|(_, layouts)| layouts);
            let fitting = layouts.into_iter().flatten().copied().filter(|layout| layout.min_len <= content.len());
            let Some(layout) = fitting.max_by_key(|layout| layout.min_len) else { continue };
            let skip = self.framing.header() + entry.at;
            let Some(at) = parent.sub(skip as u64, entry.len as u64) else { continue };
            let nested = Record {
                layout: Some(layout),
                kind: 0,
                at: &at,
                header: entry.header,
                trailer: entry.trailer,
                time: self.now,
                counted: false,
                instance: entry.instance,
                doubtful: doubtful.saturating_sub(entry.at + entry.header).min(content.len()),
                payload: Payload::Bytes(content),
            };
            self.sink.record(&nested);
            if self.events {
                self.watcher.record(&nested, |event| self.sink.event(event));
            }
        }
    }

    /// A separator with records behind it parts two runs of the app.
    fn separator(&mut self, at: usize, next: Option<&Piece>) {
        self.gap();
        self.sink.claim(&Span::new(at, 4).into(), Class::Known, "separator");
        if matches!(next, Some(Piece::Record(_) | Piece::Hole(_))) && self.emitted.rows > 0 {
            let text = "the app was restarted; the log goes on with a new run".to_owned();
            self.sink.restart();
            self.sink.event(Event::new(EventKind::Restart, Part::App, text, Origin::at(at, 4)));
        }
    }

    /// The chain of records is broken.
    fn gap(&mut self) {
        self.opener.gap();
        self.end_frame();
    }

    /// The frame of the last position ends here, and with it its clock.
    fn end_frame(&mut self) {
        self.now = RawTime(None);
        self.sink.gap();
    }

    fn image(&mut self, image: &Image) {
        let Image { at, len, what, damaged_at } = *image;
        self.images += 1;
        let name = match what {
            Some(what) => format!("{}-{}.jpg", what.kind, what.number),
            None => format!("image-{}.jpg", self.images),
        };
        let sound = damaged_at.unwrap_or(len);
        self.sink.claim(&Span::new(at, sound).into(), Class::Known, "photo");
        if sound < len {
            self.sink.claim(&Span::new(at + sound, len - sound).into(), Class::Damaged, "photo");
            let message =
                format!("{name}: no camera writes the bytes at {}; the picture is damaged from there on", at + sound);
            self.sink.diagnostic(Diagnostic::damage("dji-txt/photo", Origin::at(at + sound, len - sound), message));
        }
        let bytes = &self.bytes[at..at + len];
        self.check_place(&name, what, &Origin::at(at, len), bytes);
        self.sink.child(Child { name, at: Origin::at(at, len), bytes, format: Some("jpeg") });
    }

    fn copy(&mut self, at: usize, len: usize, of: usize) {
        self.gap();
        self.sink.claim(&Span::new(at, len).into(), Class::Known, "copy of earlier bytes");
        let message = format!(
            "{len} bytes at {at} repeat those at {of}; the copy is left out, the records of the original stand once"
        );
        self.sink.diagnostic(Diagnostic::damage("dji-txt/duplicate", Origin::at(at, len), message));
    }

    /// What is there of a photo that the end of the file cuts.
    fn cut_photo(&mut self, at: usize, len: usize) {
        self.images += 1;
        let name = format!("image-{}-cut.jpg", self.images);
        self.sink.claim(&Span::new(at, len).into(), Class::Known, "cut photo");
        let message = format!("the file ends inside the photo at {at}: its first {len} bytes are kept as {name}");
        self.sink.diagnostic(Diagnostic::loss("dji-txt/cut-photo", Origin::at(at, len), message));
        self.sink.child(Child {
            name,
            at: Origin::at(at, len),
            bytes: &self.bytes[at..at + len],
            format: Some("jpeg"),
        });
    }

    fn hole(&mut self, hole: &Hole) {
        let Hole { at, len, kind } = *hole;
        self.opener.hole(at);
        self.end_frame();
        let (code, message) = match kind {
            HoleKind::CutPhoto => return self.cut_photo(at, len),
            HoleKind::Trailing => {
                let message = format!("{len} bytes stand behind the end of the log at {at}; they are no part of it");
                let note = Diagnostic::note("dji-txt/trailing", Origin::at(at, len), message);
                return self.sink.diagnostic(note);
            }
            HoleKind::Cut => ("dji-txt/cut", format!("the file ends inside the record at {at}: it was cut here")),
            HoleKind::ZeroTail => {
                ("dji-txt/zero-tail", format!("zeros from {at} to the end: the file was never written there"))
            }
            HoleKind::Filled(byte) => {
                let what = format!("{len} bytes at {at} hold no valid record, a run of {byte:02X} stands in them");
                ("dji-txt/filled", format!("{what}; at least one record is lost"))
            }
            HoleKind::Garbage => {
                let then = if at + len == self.bytes.len() {
                    format!("no record follows in the {len} bytes to the end")
                } else {
                    format!("goes on {len} bytes later")
                };
                ("dji-txt/hole", format!("the chain of records breaks at {at} and {then}; at least one record is lost"))
            }
        };
        self.sink.claim(&Span::new(at, len).into(), Class::Damaged, "hole in the chain of records");
        self.sink.diagnostic(Diagnostic::loss(code, Origin::at(at, len), message).losing(1));
    }
}

/// Record types all of whose layouts nobody reads.
fn unwanted(tables: &Tables, uses: &[Use]) -> [bool; 256] {
    std::array::from_fn(|kind| {
        let mut layouts =
            tables.layouts.iter().filter(|layout| layout.record.map(usize::from) == Some(kind)).peekable();
        layouts.peek().is_some() && layouts.all(|layout| !uses[layout.index].read)
    })
}
