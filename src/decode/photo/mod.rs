//! Photos: where, when, how high and by which camera a picture was taken, from its EXIF and XMP blocks and the notes of its
//! maker. The picture itself is never decoded.
//!
//! ```text
//! JPEG: FF D8 | segments FF xx len16 | FF DA picture FF D9 | further pictures
//!   E1 "Exif" 0 0 TIFF | E1 "http://ns.adobe.com/xap/1.0/" 0 XMP | E1 ".../xmp/extension/" 0 guid[32] len32 at32 part
//!   Ex "DJI-DBG" 0 text | E1 "FLIR" thermal data | others
//! TIFF, DNG: II or MM, 42, directories; XMP in tag 0x02bc
//! ```

mod parts;
mod place;
mod segments;
mod tags;
mod taken;
mod xmp;

use super::{Class, Context, Decoded, Diagnostic, Format, Probe, Score, Sink};
use crate::bytes::exif::{SIGNATURE, Tiff};
use crate::evidence::{Evidence, Origin, Span};
use crate::layout::Tables;
use tags::Tags;
use xmp::Property;

pub static FORMAT: Format = Format {
    id: "photo",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/photo/format.toml"),
        include_str!("../../../formats/photo/records.tsv"),
        include_str!("../../../formats/photo/enums.tsv"),
        include_str!("../../../formats/photo/channels.tsv"),
    ],
    keys: None,
};

/// As much of the start as the probe looks at.
const HEAD: u64 = 64 << 10;

/// What is gathered from a photo on the way through it.
struct Photo<'b, 's> {
    bytes: &'b [u8],
    tables: &'b Tables,
    sink: &'s mut dyn Sink,
    tags: Option<Tags<'b>>,
    properties: Vec<Property>,
    is_damaged: bool,
    /// What was claimed, to tell what was not.
    claimed: Vec<Span>,
}

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    let certain = |why: &'static str| Probe { score: Score::Certain, why: why.into() };
    if crate::bytes::jpeg::starts(&head) {
        let told = segments::Segments::of(&head).find_map(|segment| segments::Block::of(&head, &segment));
        return told.map_or(Probe::NO, |block| certain(block.words()));
    }
    let Some(tiff) = Tiff::of(&head) else { return Probe::NO };
    // The first directory mostly stands behind the picture.
    match tiff.first() {
        Some(first) if first as u64 >= head.len() as u64 && head.len() as u64 == HEAD => {
            let Ok(rest) = evidence.read(Span { offset: first as u64, len: HEAD }) else { return Probe::NO };
            let is_cut = evidence.len <= HEAD;
            if is_cut || tags::is_camera_directory(&head, &rest) {
                return Probe { score: Score::Likely, why: "a TIFF of a camera".into() };
            }
            Probe::NO
        }
        Some(first) if head.get(first..).is_some_and(|rest| tags::is_camera_directory(&head, rest)) => {
            certain("a TIFF whose directory names a camera, or leads to EXIF, GPS or XMP")
        }
        _ => Probe::NO,
    }
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let Some(bytes) = crate::decode::whole(evidence, context, "photo/unread", sink) else { return Decoded::UNREADABLE };
    let mut photo = Photo {
        bytes: &bytes,
        tables: context.tables,
        sink,
        tags: None,
        properties: Vec::new(),
        is_damaged: false,
        claimed: Vec::new(),
    };
    let is_jpeg = crate::bytes::jpeg::starts(&bytes);
    if is_jpeg {
        photo.jpeg()
    } else {
        photo.tiff()
    }
    let is_dng = photo.tags.as_ref().is_some_and(Tags::is_dng);
    place::tell(&mut photo);
    let version = if is_jpeg { "JPEG" } else { if is_dng { "DNG" } else { "TIFF" } };
    Decoded::read(Some(version.to_owned()), photo.is_damaged)
}

impl Photo<'_, '_> {
    fn claim(&mut self, at: usize, len: usize, class: Class, what: &'static str) {
        self.claimed.push(Span::new(at, len));
        self.sink.claim(&Span::new(at, len).into(), class, what);
    }

    fn damage(&mut self, code: &'static str, at: usize, len: usize, message: String) {
        self.is_damaged = true;
        self.claim(at, len, Class::Damaged, "damaged");
        self.sink.diagnostic(Diagnostic::damage(code, Origin::at(at, len), message));
    }

    /// Bytes of a TIFF that no directory leads to.
    fn tell_unclaimed(&mut self) {
        let mut spans = std::mem::take(&mut self.claimed);
        spans.sort_unstable();
        let (mut end, mut unclaimed, mut first) = (0, 0, None);
        for span in spans.into_iter().chain([Span::new(self.bytes.len(), 0)]) {
            if span.offset > end {
                unclaimed += span.offset - end;
                first = first.or(Some(end));
            }
            end = end.max(span.end());
        }
        if let Some(first) = first {
            let message = format!("{unclaimed} bytes, the first at {first}, are in no directory and in no picture");
            self.sink.diagnostic(Diagnostic::note("photo/unclaimed", Origin::at(first as usize, 0), message));
        }
    }

    /// A TIFF file is one block of directories.
    fn tiff(&mut self) {
        tags::block(self, 0, self.bytes.len());
        parts::thumbnail_tiff(self);
        let packet = self.tags.as_ref().and_then(Tags::xmp_packet);
        if let Some(at) = packet {
            xmp::packet(self, at);
        }
        self.tell_unclaimed();
    }

    fn jpeg(&mut self) {
        let mut extended = xmp::Extended::default();
        let mut end = 2;
        let bytes = self.bytes;
        self.claim(0, 2, Class::Known, "start of the picture");
        for segment in segments::Segments::of(bytes) {
            end = segment.data.end;
            let at = segment.at;
            self.claim(at, segment.data.start - at, Class::Known, "segment header");
            match segments::Block::of(bytes, &segment) {
                Some(segments::Block::Exif) => {
                    self.claim(segment.data.start, SIGNATURE.len(), Class::Known, "segment header");
                    let from = segment.data.start + SIGNATURE.len();
                    // The first block counts, as it does for viewers.
                    if self.tags.is_none() {
                        tags::block(self, from, segment.data.end - from)
                    } else {
                        self.claim(from, segment.data.end - from, Class::Known, "another EXIF block");
                    }
                }
                Some(segments::Block::Xmp) => {
                    let from = segment.data.start + segments::XMP.len();
                    self.claim(segment.data.start, segments::XMP.len(), Class::Known, "segment header");
                    xmp::packet(self, from..segment.data.end);
                }
                Some(segments::Block::ExtendedXmp) => {
                    self.claim(segment.data.start, segment.data.len(), Class::Known, "part of an XMP packet");
                    extended.add(bytes, segment.data.clone());
                }
                Some(segments::Block::DjiDebug) => parts::debug(self, segment.data.clone()),
                None => {
                    let what = parts::what(bytes.get(segment.data.clone()).unwrap_or_default(), segment.kind);
                    self.claim(segment.data.start, segment.data.len(), Class::Known, what);
                }
            }
        }
        extended.read(self);
        parts::picture(self, end);
    }
}
