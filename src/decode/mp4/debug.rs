//! DJI debug tracks (`dbgi`): a message a frame, without a published schema, of some thousand bytes. Its texts are listed where
//! they stand, and places by their looks; nothing in it is taken for a position of the craft that its telemetry does not bear out
//! or that does not move as a craft does.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Context, Diagnostic, Fact, Sink};
use super::frame::{MOST_DEPTH, looks_like_position, path_words, position_of};
use super::movie::Track;
use super::row::Row;
use crate::bytes::protobuf::{Fields, Wire, is_message};
use crate::evidence::{Evidence, Origin, Span};
use crate::layout::Value;

/// Bytes of debug data that are gone through in one track: half an hour of the longest seen.
const MOST_BYTES: u64 = 512 << 20;
const MOST_SAMPLE: u64 = 4 << 20;
/// Texts that are listed of one track; the shortest one, and the longest.
const MOST_TEXTS: usize = 512;
const TEXT_LEN: std::ops::RangeInclusive<usize> = 6..=1024;
/// Paths that are watched for places.
const MOST_PATHS: usize = 64;
/// Places that must follow one another closely before a path counts.
const PROVED_BY: usize = 3;
/// Degrees between two samples; to the first place of the telemetry; and to it for a pair that has no flag.
const STEP_DEG: f64 = 0.02;
const NEAR_DEG: f64 = 1.0;
const PAIR_DEG: f64 = 0.1;

/// Goes through the samples. `near`: the first place of the telemetry.
pub fn read(evidence: &Evidence, track: &Track, near: Option<(f64, f64)>, context: &Context<'_>, sink: &mut dyn Sink) {
    let mut debug = Debug {
        track,
        near,
        context,
        sink,
        texts: BTreeMap::new(),
        listed: 0,
        unlisted: 0,
        protocol: None,
        paths: BTreeMap::new(),
        places: 0,
    };
    let Ok(mut windows) = evidence.windows() else { return };
    let (mut messages, mut others, mut unread) = (0_u64, 0_u64, 0_u64);
    // Samples that lie upon one another would make a small file endless.
    let mut left = evidence.len.saturating_mul(2).min(MOST_BYTES);
    for sample in track.samples.samples() {
        let at = sample.at;
        if at.end() > evidence.len || at.len > left || at.len > MOST_SAMPLE {
            unread += 1;
            continue;
        }
        left -= at.len;
        let Ok(bytes) = windows.read(at) else {
            unread += 1;
            continue;
        };
        if bytes.is_empty() || !is_message(bytes) {
            others += 1;
            continue;
        }
        messages += 1;
        let place = Place { number: sample.number, start_ns: track.ns(sample.start), base: at.offset };
        debug.message(&place, bytes, 0, &mut Vec::new());
    }
    debug.finish(messages, others, unread);
}

/// Which sample a message belongs to, and where its first byte lies.
#[derive(Clone, Copy)]
struct Place {
    number: u64,
    start_ns: Option<i64>,
    base: u64,
}

/// A place that was seen at a path.
#[derive(Clone, Copy)]
struct Seen {
    sample: Place,
    at: Span,
    degrees: (f64, f64),
    unit: &'static str,
}

#[derive(Default)]
struct Watched {
    /// Those that wait for the path to be proved.
    waiting: Vec<Seen>,
    is_proved: bool,
    last: Option<(f64, f64)>,
}

struct Debug<'a, 's> {
    track: &'a Track,
    near: Option<(f64, f64)>,
    context: &'a Context<'a>,
    sink: &'s mut dyn Sink,
    /// Texts that were met, by their paths.
    texts: BTreeMap<Vec<u64>, BTreeSet<String>>,
    listed: usize,
    unlisted: u64,
    protocol: Option<String>,
    paths: BTreeMap<Vec<u64>, Watched>,
    places: u64,
}

impl Debug<'_, '_> {
    /// A message of a sample, `from` bytes behind the sample's start.
    fn message(&mut self, sample: &Place, message: &[u8], from: u64, path: &mut Vec<u64>) {
        if !path.is_empty() && looks_like_position(message) {
            let position = position_of(message, false);
            let at = Span { offset: sample.base + from, len: message.len() as u64 };
            if let Some(degrees) = position.place() {
                self.place(path, Seen { sample: *sample, at, degrees, unit: position.unit });
            }
            return;
        }
        let mut fields = Fields::of(message);
        let mut before: Option<(u64, f64, u64)> = None;
        while let Some(Ok(field)) = fields.next() {
            let end = (message.len() - fields.left()) as u64;
            path.push(field.number);
            let eight = match field.value {
                Wire::Eight(bits) => Some((field.number, f64::from_bits(bits), from + end - 8)),
                _ => None,
            };
            if let (Some((first, lat, lat_at)), Some((second, lon, _))) = (before, eight)
                && second == first + 1
            {
                let at = Span { offset: sample.base + lat_at, len: from + end - lat_at };
                self.pair(path, sample, at, (lat, lon));
            }
            before = eight;
            if let Wire::Bytes(inside) = field.value {
                let start = from + end - inside.len() as u64;
                if let Some(text) = text(inside) {
                    let at = Span { offset: sample.base + start, len: inside.len() as u64 };
                    self.text(path, text, sample, at);
                } else if path.len() < MOST_DEPTH && !inside.is_empty() && is_message(inside) {
                    self.message(sample, inside, start, path);
                }
            }
            path.pop();
        }
    }

    /// Two doubles without a flag are a place only where the telemetry says that the craft was.
    fn pair(&mut self, path: &[u64], sample: &Place, at: Span, pair: (f64, f64)) {
        let Some(near) = self.near else { return };
        let in_degrees = |(lat, lon): (f64, f64)| (lat.to_degrees(), lon.to_degrees());
        for (degrees, unit) in [(pair, "degrees"), (in_degrees(pair), "radians")] {
            if apart(degrees, near) <= PAIR_DEG {
                self.place(path, Seen { sample: *sample, at, degrees, unit });
            }
        }
    }

    fn place(&mut self, path: &[u64], seen: Seen) {
        if self.near.is_some_and(|near| apart(near, seen.degrees) > NEAR_DEG) {
            return;
        }
        if !self.paths.contains_key(path) {
            if self.paths.len() >= MOST_PATHS {
                return;
            }
            self.paths.insert(path.to_vec(), Watched::default());
        }
        let Some(watched) = self.paths.get_mut(path) else { return };
        let is_step = watched.last.is_none_or(|last| apart(last, seen.degrees) <= STEP_DEG);
        watched.last = Some(seen.degrees);
        if watched.is_proved {
            if is_step {
                self.emit_place(path, seen);
            }
            return;
        }
        if !is_step {
            watched.waiting.clear();
        }
        watched.waiting.push(seen);
        if watched.waiting.len() >= PROVED_BY {
            watched.is_proved = true;
            for seen in std::mem::take(&mut watched.waiting) {
                self.emit_place(path, seen);
            }
        }
    }

    fn emit_place(&mut self, path: &[u64], seen: Seen) {
        self.places += 1;
        let values = [
            ("track", Value::Unsigned(self.track.id.into())),
            ("sample", Value::Unsigned(seen.sample.number)),
            ("start", seconds(seen.sample.start_ns)),
            ("latitude", Value::F64(seen.degrees.0)),
            ("longitude", Value::F64(seen.degrees.1)),
            ("unit", Value::Text(seen.unit.into())),
            ("path", Value::Text(format!("{} (found by its looks)", path_words(path)).into())),
        ];
        Row { record: "debug_place", at: &seen.at.into(), start_ns: seen.sample.start_ns, values: &values }
            .emit(self.context.tables, self.sink);
    }

    /// A text is listed where it stands first.
    fn text(&mut self, path: &[u64], text: &str, sample: &Place, at: Span) {
        if self.texts.get(path).is_some_and(|known| known.contains(text)) {
            return;
        }
        if self.listed >= MOST_TEXTS {
            self.unlisted += 1;
            return;
        }
        self.listed += 1;
        self.texts.entry(path.to_vec()).or_default().insert(text.to_owned());
        if text.ends_with(".proto") {
            self.protocol.get_or_insert_with(|| text.to_owned());
        }
        let looks = looks(text);
        let values = [
            ("track", Value::Unsigned(self.track.id.into())),
            ("sample", Value::Unsigned(sample.number)),
            ("path", Value::Text(path_words(path).into())),
            ("text", Value::Text(text.to_owned().into())),
            ("looks", looks.map_or(Value::Absent, |looks| Value::Text(looks.into()))),
        ];
        Row { record: "debug_text", at: &at.into(), start_ns: sample.start_ns, values: &values }
            .emit(self.context.tables, self.sink);
    }

    fn finish(self, messages: u64, others: u64, unread: u64) {
        let id = self.track.id;
        let origin = || Origin::Bytes(self.track.at.into());
        if messages + others + unread == 0 {
            return;
        }
        if messages == 0 && unread == 0 {
            let text = format!(
                "track {id}: none of {others} debug samples is a message: encrypted, packed or of another kind; named and not read"
            );
            return self.sink.fact(Fact::Note { text, at: origin() });
        }
        let protocol = self.protocol.as_ref().map_or(String::new(), |name| format!(", protocol {name}"));
        let more = if self.unlisted > 0 { format!(" and {} more that are not", self.unlisted) } else { String::new() };
        let text = format!(
            "track {id}: {messages} debug samples{protocol}: {} texts are listed{more}; {} places by their looks (nobody describes \
             this track: they are guesses, in no track)",
            self.listed, self.places
        );
        self.sink.fact(Fact::Note { text, at: origin() });
        if others + unread > 0 {
            let message = format!(
                "track {id}: {others} debug samples are no messages, {unread} lie behind the end of the file or beyond the \
                 {MOST_BYTES} bytes that are gone through: they are not read"
            );
            self.sink.diagnostic(Diagnostic::note("mp4/debug", origin(), message));
        }
    }
}

fn seconds(ns: Option<i64>) -> Value<'static> {
    ns.map_or(Value::Absent, |ns| Value::F64(ns as f64 / 1e9))
}

/// Degrees of latitude or longitude, whichever is more.
fn apart(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).abs().max((a.1 - b.1).abs())
}

/// Printable ASCII with a letter or a digit in it.
fn text(bytes: &[u8]) -> Option<&str> {
    let is_text = TEXT_LEN.contains(&bytes.len())
        && bytes.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte == b'\n')
        && bytes.iter().any(u8::is_ascii_alphanumeric);
    is_text.then_some(bytes).and_then(|bytes| std::str::from_utf8(bytes).ok())
}

/// What a text may be by its form alone.
fn looks(text: &str) -> Option<&'static str> {
    let count = |is: fn(&u8) -> bool| text.bytes().filter(is).count();
    let (digits, capitals) = (count(u8::is_ascii_digit), count(u8::is_ascii_uppercase));
    let is_serial = (14..=20).contains(&text.len()) && digits + capitals == text.len() && digits >= 4 && capitals >= 2;
    let is_version =
        digits >= 2 && text.contains('.') && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match text {
        _ if text.ends_with(".proto") => Some("protocol"),
        _ if is_serial => Some("serial number"),
        _ if is_version => Some("version"),
        _ => None,
    }
}
