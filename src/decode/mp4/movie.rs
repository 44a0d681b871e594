//! The movie box: its boxes inside boxes, and what they tell of the clip and its tracks.

use super::super::{Class, Diagnostic, Sink};
use super::row::Row;
use super::samples::SampleTable;
use super::user_data;
use crate::bytes::boxes::{Head, name, u32_at, u64_at};
use crate::evidence::{Extent, Origin, Span};
use crate::layout::{Tables, Value};

/// Boxes inside boxes inside boxes; clips have six.
const MOST_DEPTH: usize = 12;
/// Boxes and tracks of one movie.
const MOST_BOXES: usize = 1 << 14;
const MOST_TRACKS: usize = 64;

/// From 1904 to 1970, seconds.
const EPOCH_1904: i64 = 2_082_844_800;

/// A time that a head states, seconds since 1970 by a clock that is UTC by the standard and often local; with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Created {
    pub seconds: i64,
    pub at: Span,
}

#[derive(Debug, Default)]
pub struct Movie {
    pub created: Option<Created>,
    pub duration_s: Option<f64>,
    /// Path of the file in the aircraft (`fsid`), and where it stands.
    pub card_path: Option<(String, Span)>,
    pub tracks: Vec<Track>,
    boxes: usize,
    is_damaged: bool,
}

#[derive(Clone, Debug)]
pub struct Track {
    pub at: Span,
    pub id: u32,
    pub created: Option<i64>,
    pub handler: [u8; 4],
    pub name: String,
    /// Of its first sample description.
    pub format: [u8; 4],
    pub mime: Option<String>,
    pub time_scale: u32,
    pub duration: u64,
    pub samples: SampleTable,
}

impl Movie {
    /// Reads what is inside a movie box; `true` when something in it is damaged.
    pub fn read(&mut self, bytes: &[u8], base: u64, tables: &Tables, sink: &mut dyn Sink) -> bool {
        self.read_inside(*b"moov", bytes, base, tables, sink)
    }

    /// Reads what is inside another box of this kind.
    pub fn read_inside(
        &mut self,
        kind: [u8; 4],
        bytes: &[u8],
        base: u64,
        tables: &Tables,
        sink: &mut dyn Sink,
    ) -> bool {
        let mut reader = Inside { movie: self, tables, sink };
        match &kind {
            b"meta" => reader.metadata("meta", bytes, base),
            _ => reader.boxes(&name(kind), bytes, base, 0),
        }
        self.is_damaged
    }
}

struct Inside<'m, 's> {
    movie: &'m mut Movie,
    tables: &'m Tables,
    sink: &'s mut dyn Sink,
}

impl Inside<'_, '_> {
    /// Boxes one behind the other, which lie at `base` in the file.
    fn boxes(&mut self, path: &str, bytes: &[u8], base: u64, depth: usize) {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let here = Span { offset: base + at as u64, len: rest.len() as u64 };
            // Four zero bytes may end user data.
            if rest.len() < 8 && rest.iter().all(|byte| *byte == 0) {
                return self.sink.claim(&here.into(), Class::Known, "end of user data");
            }
            self.movie.boxes += 1;
            let head = Head::of(rest).filter(|_| self.movie.boxes <= MOST_BOXES && depth < MOST_DEPTH);
            let Some(head) = head else {
                let message = if self.movie.boxes > MOST_BOXES || depth >= MOST_DEPTH {
                    format!("{path}: more boxes, or boxes inside boxes, than any clip has: these are not looked at")
                } else {
                    format!("{path}: {} bytes stand where a box must stand and are none", rest.len())
                };
                return self.damaged("mp4/no-box", here, message);
            };
            let size = head.size.unwrap_or(here.len);
            let whole = Span { len: size.min(here.len), ..here };
            let path = format!("{path}/{}", head.name());
            if size > here.len {
                self.movie.is_damaged = true;
                let message = format!("box {path} states {size} bytes, {} are left where it stands", here.len);
                self.sink.diagnostic(Diagnostic::damage("mp4/box-size", Origin::Bytes(whole.into()), message));
            }
            let len = whole.len as usize;
            let inside = rest.get((head.len as usize).min(len)..len).unwrap_or_default();
            self.one(&path, head, whole, inside, depth);
            at += len.max(1);
        }
    }

    fn damaged(&mut self, code: &'static str, at: Span, message: String) {
        self.movie.is_damaged = true;
        self.sink.claim(&at.into(), Class::Damaged, "no box");
        self.sink.diagnostic(Diagnostic::damage(code, Origin::Bytes(at.into()), message));
    }

    fn one(&mut self, path: &str, head: Head, whole: Span, inside: &[u8], depth: usize) {
        let base = whole.offset + head.len.min(whole.len);
        let in_user_data = path.contains("/udta/") || path.starts_with("udta/");
        match &head.kind {
            b"trak" if self.movie.tracks.len() < MOST_TRACKS => {
                self.movie.tracks.push(Track::at(whole));
                self.container(path, head, whole);
                self.boxes(path, inside, base, depth + 1);
            }
            b"mdia" | b"minf" | b"stbl" | b"udta" | b"edts" | b"dinf" => {
                self.container(path, head, whole);
                self.boxes(path, inside, base, depth + 1);
            }
            b"meta" => {
                self.container(path, head, whole);
                self.metadata(path, inside, base);
            }
            _ if in_user_data => {
                if head.kind == *b"fsid" {
                    self.movie.card_path =
                        user_data::plain(inside).map(|path| (path, whole)).or(self.movie.card_path.take());
                }
                user_data::read(head, path, whole, inside, self.tables, self.sink);
            }
            _ => {
                let known = self.known(&head.kind, whole, inside);
                if known.is_none() {
                    self.container(path, head, whole);
                    let content = Span { offset: base, len: inside.len() as u64 };
                    self.sink.claim(&content.into(), Class::Known, "content of a box");
                }
            }
        }
    }

    /// A box of which the head alone is a record.
    fn container(&mut self, path: &str, head: Head, whole: Span) {
        let at = Extent::from(Span { len: head.len.min(whole.len), ..whole });
        let values = [("path", Value::Text(path.into())), ("bytes", Value::Unsigned(whole.len))];
        Row { record: "box", at: &at, start_ns: None, values: &values }.emit(self.tables, self.sink);
    }

    /// `meta` is a full box in MP4 and a plain one in QuickTime; in both a list of keys may stand in it.
    fn metadata(&mut self, path: &str, inside: &[u8], base: u64) {
        let skip = if inside.get(4..8) == Some(b"hdlr") || inside.len() < 4 { 0 } else { 4 };
        self.sink.claim(&Span { offset: base, len: skip as u64 }.into(), Class::Decoded, "version and flags");
        let (inside, base) = (inside.get(skip..).unwrap_or_default(), base + skip as u64);
        self.movie.is_damaged |= user_data::metadata(path, inside, base, self.tables, self.sink);
    }

    /// Boxes that are understood; `None` for the others, and for those that are too short.
    fn known(&mut self, kind: &[u8; 4], whole: Span, inside: &[u8]) -> Option<()> {
        let (version, content) = inside.split_first()?;
        let content = content.get(3..)?;
        let at = Extent::from(whole);
        let wide = *version == 1;
        let unsigned = |value: u64| Value::Unsigned(value);
        let text = |words: &str| Value::Text(words.to_owned().into());
        let mut emit = |record: &'static str, values: &[(&'static str, Value<'_>)]| {
            Row { record, at: &at, start_ns: None, values }.emit(self.tables, self.sink);
        };
        match kind {
            b"mvhd" => {
                let times = Times::of(content, wide)?;
                let duration_s = times.duration_s();
                let created = times.created_s();
                emit(
                    "movie",
                    &[
                        ("created", created.map_or(Value::Absent, Value::Signed)),
                        ("time_scale", unsigned(times.scale.into())),
                        ("duration", duration_s.map_or(Value::Absent, Value::F64)),
                    ],
                );
                self.movie.created = created.map(|seconds| Created { seconds, at: whole });
                self.movie.duration_s = duration_s;
            }
            b"tkhd" => {
                // Track number and a reserved word stand where the time scale stands in the others.
                let created = if wide { u64_at(content, 0)? } else { u32_at(content, 0)?.into() };
                let id = u32_at(content, if wide { 16 } else { 8 })?;
                let created = since_1970(created);
                emit(
                    "track_head",
                    &[("track", unsigned(id.into())), ("created", created.map_or(Value::Absent, Value::Signed))],
                );
                let track = self.movie.tracks.last_mut()?;
                (track.id, track.created) = (id, created);
            }
            b"mdhd" => {
                let times = Times::of(content, wide)?;
                emit(
                    "media_head",
                    &[
                        ("created", times.created_s().map_or(Value::Absent, Value::Signed)),
                        ("time_scale", unsigned(times.scale.into())),
                        ("duration", times.duration_s().map_or(Value::Absent, Value::F64)),
                    ],
                );
                let track = self.movie.tracks.last_mut()?;
                (track.time_scale, track.duration) = (times.scale, times.duration);
            }
            b"hdlr" => {
                let handler: [u8; 4] = content.get(4..8)?.try_into().ok()?;
                let words = content.get(20..).unwrap_or_default();
                // QuickTime writes the length in front.
                let words = match words.split_first() {
                    Some((len, rest)) if usize::from(*len) == rest.len() && *len < 0x20 => rest,
                    _ => words,
                };
                let words: Vec<u8> = words.iter().copied().take_while(|byte| *byte != 0).collect();
                let words = String::from_utf8_lossy(&words).into_owned();
                emit("handler", &[("handler", text(&name(handler))), ("name", text(&words))]);
                // A data handler of `minf` comes behind that of the media.
                let track = self.movie.tracks.last_mut()?;
                if track.handler == [0; 4] {
                    (track.handler, track.name) = (handler, words);
                }
            }
            b"stsd" => {
                let format: [u8; 4] = content.get(8..12)?.try_into().ok()?;
                let entry = content.get(4..).unwrap_or_default();
                // Parrot names what is in its metadata track by a type of content.
                let mime = (format == *b"mett").then(|| {
                    let words = entry.get(16..).unwrap_or_default();
                    let parts: Vec<String> = words
                        .split(|byte| *byte == 0)
                        .map(|part| String::from_utf8_lossy(part).into_owned())
                        .filter(|part| part.contains('/'))
                        .collect();
                    parts.join(" ")
                });
                emit(
                    "sample_description",
                    &[("format", text(&name(format))), ("mime", mime.as_deref().map_or(Value::Absent, text))],
                );
                let track = self.movie.tracks.last_mut()?;
                (track.format, track.mime) = (format, mime);
            }
            b"stts" | b"stsc" | b"stsz" | b"stco" | b"co64" => {
                let track = self.movie.tracks.last_mut()?;
                match track.samples.take(kind, content) {
                    Some(entries) => {
                        emit("sample_table", &[("table", text(&name(*kind))), ("entries", unsigned(entries))]);
                    }
                    None => {
                        let message = format!("table {} is shorter than it says; it is not used", name(*kind));
                        self.damaged("mp4/table", whole, message);
                    }
                }
            }
            _ => return None,
        }
        Some(())
    }
}

/// Creation time, time scale and duration as `mvhd` and `mdhd` hold them.
struct Times {
    created: u64,
    scale: u32,
    duration: u64,
}

impl Times {
    fn of(content: &[u8], wide: bool) -> Option<Self> {
        Some(if wide {
            Times { created: u64_at(content, 0)?, scale: u32_at(content, 16)?, duration: u64_at(content, 20)? }
        } else {
            Times {
                created: u32_at(content, 0)?.into(),
                scale: u32_at(content, 8)?,
                // All bits set: not known.
                duration: Some(u32_at(content, 12)?).filter(|d| *d != u32::MAX).map_or(0, u64::from),
            }
        })
    }

    fn created_s(&self) -> Option<i64> {
        since_1970(self.created)
    }

    fn duration_s(&self) -> Option<f64> {
        (self.scale > 0 && self.duration > 0).then(|| self.duration as f64 / f64::from(self.scale))
    }
}

/// Seconds since 1970 of seconds since 1904; `None` for zero, which stands for "not set", and beyond the year 2200.
fn since_1970(seconds: u64) -> Option<i64> {
    let seconds = i64::try_from(seconds).ok().filter(|s| (1..9_343_000_000).contains(s))?;
    Some(seconds - EPOCH_1904)
}

impl Track {
    fn at(at: Span) -> Self {
        Track {
            at,
            id: 0,
            created: None,
            handler: [0; 4],
            name: String::new(),
            format: [0; 4],
            mime: None,
            time_scale: 0,
            duration: 0,
            samples: SampleTable::default(),
        }
    }

    /// What the track is, in words.
    pub fn words(&self) -> String {
        let what = match (&self.handler, &self.format) {
            (_, b"djmd") => "DJI telemetry",
            (_, b"dbgi") => "DJI debug data, searched for texts and places",
            (_, b"tx3g" | b"text" | b"sbtl") => "subtitles",
            (_, b"mett") => "timed metadata (Parrot and others), named and not read",
            (_, b"gpmd") => "GoPro telemetry, named and not read",
            (_, b"tmcd") => "time code",
            (b"vide", _) => "video",
            (b"soun", _) => "sound",
            _ => "of a kind that is not read",
        };
        let mime = self.mime.as_ref().map_or(String::new(), |mime| format!(", {mime}"));
        let called = if self.name.is_empty() { String::new() } else { format!(", called {:?}", self.name) };
        format!(
            "track {}: {what} ({} {}{mime}{called}), {} samples",
            self.id,
            name(self.handler),
            name(self.format),
            self.samples.count()
        )
    }

    /// Nanoseconds of so many units of the track's time scale.
    pub fn ns(&self, units: u64) -> Option<i64> {
        let ns = u128::from(units) * 1_000_000_000 / u128::from(Some(self.time_scale).filter(|scale| *scale > 0)?);
        i64::try_from(ns).ok()
    }
}
