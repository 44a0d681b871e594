//! The tables of the index to recordings, events, facts and places of photos.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::super::database::{Database, Reader, Row, State};
use super::super::{Diagnostic, Event, EventKind, Fact, Moment, Part, Payload, Property, Record, Sink};
use super::name::{self, Numbering};
use super::recording::{Recording, arrange};
use super::vote::{Pair, Vote};
use crate::bytes::civil;
use crate::bytes::exif::{self, Exif};
use crate::evidence::{Extent, Origin};
use crate::layout::{Layout, Tables, Value};

const NS: i64 = 1_000_000_000;

/// Columns of one table by name: they grow from version to version.
type Columns = HashMap<String, usize>;

/// Length and model of a video.
struct Video {
    duration_ms: Option<i64>,
    model: Option<String>,
}

/// Row of `gis_info_table` with the rows that it points to.
struct Listed {
    recording: Recording,
    video: Option<i64>,
    image: Option<i64>,
}

pub struct Index {
    recording: Option<Arc<Layout>>,
    photo: Option<Arc<Layout>>,
    /// Name and columns of each table.
    tables: HashMap<usize, (String, Columns)>,
    version: Option<i64>,
    listed: Vec<Listed>,
    videos: HashMap<i64, Video>,
    mtimes: HashMap<i64, i64>,
    images: HashMap<i64, (Exif, Extent)>,
}

/// Rows that are kept; no card holds as many files.
const MOST: usize = 1 << 20;

impl Index {
    pub fn new(tables: &Tables) -> Self {
        Index {
            recording: tables.structure("recording", 0).cloned(),
            photo: tables.structure("photo", 0).cloned(),
            tables: HashMap::new(),
            version: None,
            listed: Vec::new(),
            videos: HashMap::new(),
            mtimes: HashMap::new(),
            images: HashMap::new(),
        }
    }

    pub fn version(&self) -> Option<i64> {
        self.version
    }
}

impl Reader for Index {
    fn begin(&mut self, database: &Database<'_>, _sink: &mut dyn Sink) {
        for (number, object, table) in database.tables() {
            let columns = table.columns.iter().enumerate().map(|(at, column)| (column.name.to_ascii_lowercase(), at));
            self.tables.insert(number, (object.name.clone(), columns.collect()));
        }
    }

    fn row(&mut self, row: &Row<'_>, values: &[Value<'_>], _sink: &mut dyn Sink) {
        let Some((table, columns)) = self.tables.get(&row.table) else { return };
        let cell = |name: &str| columns.get(name).and_then(|at| values.get(*at));
        let integer = |name: &str| cell(name).and_then(Value::integer);
        let text = |name: &str| cell(name).and_then(Value::text).map(str::to_owned);
        let is_live = matches!(row.state, State::Live | State::Log);
        match table.as_str() {
            "version_table" if is_live => self.version = integer("version").or(self.version),
            "mtime_table" if is_live => {
                if let (Some(index), Some(mtime)) = (integer("dcf_index"), integer("mtime")) {
                    self.mtimes.insert(index, mtime);
                }
            }
            "video_info_table" => {
                if let Some(id) = integer("id").or(row.rowid) {
                    let model = text("model_name").filter(|model| !model.is_empty());
                    self.videos.insert(id, Video { duration_ms: integer("duration"), model });
                }
            }
            "image_info_table" => {
                if let (Some(id), Some(Value::Bytes(block))) = (integer("id").or(row.rowid), cell("exif"))
                    && let Some(exif) = exif::read_block(block).or_else(|| exif::read(block))
                {
                    self.images.insert(id, (exif, row.at.clone()));
                }
            }
            "gis_info_table" if self.listed.len() < MOST => {
                let (Some(path), Some(dcf_index)) = (text("file_name"), integer("dcf_index")) else { return };
                let recording = Recording {
                    id: integer("id").or(row.rowid).unwrap_or(0),
                    start_s: name::start(&path),
                    path,
                    dcf_index,
                    result: integer("result"),
                    is_live,
                    at: row.at.clone(),
                    duration_ms: None,
                    model: None,
                    mtime_s: None,
                    is_newest: false,
                    is_photo: false,
                    generation: 1,
                };
                let points = |name: &str| integer(name).filter(|to| *to > 0);
                self.listed.push(Listed { recording, video: points("video_index"), image: points("image_index") });
            }
            _ => {}
        }
    }

    fn end(&mut self, _database: &Database<'_>, sink: &mut dyn Sink) {
        let listed = std::mem::take(&mut self.listed);
        let mut recordings: Vec<Recording> = Vec::with_capacity(listed.len());
        for Listed { mut recording, video: video_id, image } in listed {
            if let Some(video) = video_id.and_then(|id| self.videos.get(&id)) {
                recording.duration_ms = video.duration_ms;
                recording.model = video.model.clone();
            }
            recording.mtime_s = self.mtimes.get(&recording.dcf_index).copied();
            recording.is_photo = image.is_some() && video_id.is_none();
            if let Some((exif, at)) = image.and_then(|id| self.images.get(&id)) {
                self.tell_photo(&recording, exif, at, sink);
            } else if recording.is_photo {
                let text = format!("photo {}; camera clock", recording.file());
                let event = Event::new(EventKind::Photo, Part::Camera, text, Origin::Bytes(recording.at.clone()));
                let start_ns = recording.start_s.map(|s| Moment::Local(s.saturating_mul(NS)));
                sink.event(Event { moment: start_ns, ..event });
            }
            recordings.push(recording);
        }
        let (mut live, gone): (Vec<Recording>, Vec<Recording>) = recordings.into_iter().partition(|r| r.is_live);
        let numbering = Numbering::ALL.into_iter().find(|numbering| {
            let fits = |r: &Recording| {
                let by_name = (name::folder(&r.path), name::number(&r.path));
                by_name == (Some(numbering.split(r.dcf_index).0), Some(numbering.split(r.dcf_index).1))
            };
            !live.is_empty() && live.iter().all(fits)
        });
        arrange(&mut live, numbering);
        sink.fact(Fact::Clock { clock: "camera", at: Origin::Item });
        let vote = tell_vote(&live, sink);
        self.tell_totals(&live, numbering, sink);
        for recording in &live {
            self.tell(recording, vote.as_ref(), sink);
        }
        for recording in &gone {
            let text = format!("deleted from the index: {}", recording.path);
            sink.fact(Fact::Note { text, at: Origin::Bytes(recording.at.clone()) });
        }
    }
}

/// The vote on the camera's clock, told and handed on.
fn tell_vote(live: &[Recording], sink: &mut dyn Sink) -> Option<Vote> {
    let mut pairs = Vec::new();
    for recording in live.iter().filter(|recording| recording.is_newest) {
        let (Some(local_s), Some(utc_s)) = (recording.end_s(), recording.mtime_s) else { continue };
        pairs.push(Pair { local_s, utc_s });
        if recording.end_utc_s().is_some() {
            sink.fact(Fact::ClockPair {
                part: Part::Camera,
                local_s: local_s.round() as i64,
                utc_s,
                source: "media index: start by the file's name and its length, against mtime",
                at: Origin::Bytes(recording.at.clone()),
            });
        }
    }
    let vote = Vote::of(&pairs)?;
    let text = format!(
        "camera clock: {} of {} newest recordings agree that it is {} (mtime less local end {:+.2} h; residual {:+.2} to {:+.2} s; \
         {} to {}). Nothing is converted; --utc-offset applies it",
        vote.votes,
        vote.of,
        vote.zone(),
        -vote.offset_s as f64 / 3600.0,
        vote.residual_s.0,
        vote.residual_s.1,
        civil::date_text(vote.period_s.0),
        civil::date_text(vote.period_s.1)
    );
    sink.fact(Fact::Note { text, at: Origin::Item });
    Some(vote)
}

/// A value under the name of its field.
struct Named<'v> {
    field: &'static str,
    value: Value<'v>,
}

fn emit(layout: &Option<Arc<Layout>>, at: &Extent, named: &[Named<'_>], sink: &mut dyn Sink) {
    let Some(layout) = layout else { return };
    let value = |name: &str| {
        let found = named.iter().find(|named| named.field == name);
        found.map_or(Value::Absent, |named| named.value.clone())
    };
    let values: Vec<Value<'_>> = layout.fields.iter().map(|field| value(&field.name)).collect();
    sink.record(&Record::structure(Some(layout), at, Payload::Values(&values)));
}

fn optional(number: Option<i64>) -> Value<'static> {
    number.map_or(Value::Absent, Value::Signed)
}

impl Index {
    fn tell_totals(&self, live: &[Recording], numbering: Option<Numbering>, sink: &mut dyn Sink) {
        let mut declare = |name: &'static str, value: f64, unit: &'static str| {
            sink.fact(Fact::Declared { name, value, unit, at: Origin::Item });
        };
        let newest = live.iter().filter(|recording| recording.is_newest).count();
        let total_ms: i64 = live.iter().filter_map(|r| r.duration_ms).fold(0, i64::saturating_add);
        declare("recordings", live.len() as f64, "recordings");
        declare("newest_of_their_number", newest as f64, "recordings");
        declare("recorded", total_ms as f64 / 1000.0, "s");
        let mut note = |text: String| sink.fact(Fact::Note { text, at: Origin::Item });
        let generations: Vec<String> = live
            .chunk_by(|a, b| a.generation == b.generation)
            .map(|run| {
                let first = run.first().and_then(|r| r.start_s).map(civil::date_text).unwrap_or_default();
                format!("{}{}{first}", run.len(), if first.is_empty() { "" } else { " from " })
            })
            .collect();
        if generations.len() > 1 {
            note(format!(
                "file numbers begin anew {} times: runs of {} recordings. The card was formatted, emptied or changed; which of \
                 these, the index does not say",
                generations.len() - 1,
                generations.join(", ")
            ));
        }
        let stale = live.len() - newest;
        if stale > 0 {
            note(format!(
                "{stale} recordings share their number with a later one; the time in mtime_table is that of the later one and \
                 is not taken for theirs"
            ));
        }
        if let Some(numbering) = numbering {
            note(format!("dcf_index is {}: true for all {} names", numbering.words(), live.len()));
        }
        let mut models: Vec<(&str, &Recording)> = Vec::new();
        for recording in live {
            if let Some(model) = recording.model.as_deref()
                && !models.iter().any(|(known, _)| *known == model)
            {
                models.push((model, recording));
            }
        }
        for (model, recording) in models {
            let at = Origin::Bytes(recording.at.clone());
            sink.fact(Fact::Device { part: Part::Camera, property: Property::Model, value: model.to_owned(), at });
        }
    }

    fn tell(&self, recording: &Recording, vote: Option<&Vote>, sink: &mut dyn Sink) {
        let at = || Origin::Bytes(recording.at.clone());
        let file = recording.file();
        let start_ns = recording.start_s.map(|s| s.saturating_mul(NS));
        let end_ns = recording.end_s().map(|s| (s * 1e9) as i64);
        let duration_s = recording.duration_ms.map(|ms| ms as f64 / 1000.0);
        let abnormal = recording.abnormal(self.version);
        let named = [
            Named { field: "id", value: Value::Signed(recording.id) },
            Named { field: "file_name", value: Value::Text(Cow::Borrowed(&recording.path)) },
            Named { field: "start_local", value: optional(start_ns) },
            Named { field: "duration", value: duration_s.map_or(Value::Absent, Value::F64) },
            Named { field: "end_utc", value: optional(recording.end_utc_s().map(|s| s.saturating_mul(NS))) },
            Named {
                field: "model",
                value: recording.model.as_deref().map_or(Value::Absent, |m| Value::Text(m.into())),
            },
            Named { field: "result", value: optional(recording.result) },
            Named { field: "generation", value: Value::Unsigned(recording.generation.into()) },
            Named { field: "newest", value: Value::Unsigned(recording.is_newest.into()) },
            Named { field: "abnormal_end", value: abnormal.map_or(Value::Absent, |why| Value::Text(why.into())) },
        ];
        emit(&self.recording, &recording.at, &named, sink);
        sink.fact(Fact::Listed { name: recording.path.clone(), at: at() });
        if recording.is_photo {
            return;
        }
        let clock = match vote {
            Some(vote) => format!("; camera clock, {} by vote", vote.zone()),
            None => "; camera clock, offset unknown".to_owned(),
        };
        let model = recording.model.as_ref().map(|model| format!(", {model}")).unwrap_or_default();
        let length = duration_s.map(|s| format!(", {s:.3} s")).unwrap_or_default();
        if let Some(start) = start_ns {
            let text = format!("recording {file} begins{length}{model}{clock}");
            sink.event(Event::new(EventKind::VideoStart, Part::Camera, text, at()).when(Moment::Local(start)));
        }
        if let (Some(end), None) = (end_ns, abnormal) {
            let text = format!("recording {file} ends{clock}");
            sink.event(Event::new(EventKind::VideoStop, Part::Camera, text, at()).when(Moment::Local(end)));
        } else if let (None, Some(utc)) = (start_ns, recording.end_utc_s()) {
            let text = format!("recording {file} ends{length}{model}; end in UTC by the index");
            let moment = Moment::Utc(utc.saturating_mul(NS));
            sink.event(Event::new(EventKind::VideoStop, Part::Camera, text, at()).when(moment));
        }
        if let Some(why) = abnormal {
            let text =
                format!("recording {file} seems not to have ended as usual (power cut, crash, loss): {why}{clock}");
            let event = Event::new(EventKind::Warning, Part::Camera, text.clone(), at());
            sink.event(match end_ns {
                Some(end) => event.when(Moment::Local(end)),
                None => event,
            });
            sink.diagnostic(Diagnostic::note("dji-media-index/abnormal-end", at(), text));
        }
    }

    /// The place of a photo, as its own EXIF block has it.
    fn tell_photo(&self, recording: &Recording, exif: &Exif, at: &Extent, sink: &mut dyn Sink) {
        let local = exif.taken.as_deref().and_then(|taken| {
            let taken = taken.replacen(':', "-", 2);
            civil::Reader::default().moment(taken.as_bytes()).map(|civil| civil.ns)
        });
        let text = format!("photo {}; camera clock", recording.file());
        let mut event = Event::new(EventKind::Photo, Part::Camera, text, Origin::Bytes(at.clone()));
        if let Some(local) = local {
            event = event.when(Moment::Local(local));
        }
        if let Some(place) = &exif.position {
            event = event.place(place.lat, place.lon);
            let named = [
                Named { field: "photo", value: Value::Text(Cow::Borrowed(recording.file())) },
                Named { field: "latitude", value: Value::F64(place.lat) },
                Named { field: "longitude", value: Value::F64(place.lon) },
                Named { field: "local", value: optional(local) },
            ];
            emit(&self.photo, at, &named, sink);
        }
        sink.event(event);
    }
}
