//! The media index of DJI cameras (`MISC/dji_finfo.db`, `MISC/FC8885.db`): an SQLite database with a row for each recording, which
//! outlives the recording itself. Names of files hold the camera's local time, `mtime_table` the end of the recording in UTC.
//!
//! ```text
//! gis_info_table    ID | dcf_index | file_name | result | video_index | image_index ...
//! video_info_table  ID = video_index | duration, ms | model_name ...        image_info_table  ID = image_index | exif ...
//! mtime_table       dcf_index | mtime: only of the newest recording with that number
//! ```

mod index;
mod name;
mod recording;
mod vote;

use std::borrow::Cow;

use super::{Context, Decoded, Format, Probe, Score, Sink, database};
use crate::bytes::database::{Header, MAGIC};
use crate::evidence::{Evidence, Span};

pub static FORMAT: Format = Format {
    id: "dji-media-index",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/dji-media-index/format.toml"),
        include_str!("../../../formats/dji-media-index/records.tsv"),
        include_str!("../../../formats/dji-media-index/enums.tsv"),
        include_str!("../../../formats/dji-media-index/channels.tsv"),
    ],
    keys: None,
};

/// The schema stands on the first page, or on the pages right behind it.
const HEAD: u64 = 64 << 10;

/// What makes a database a media index: the statements that create its tables.
const TABLES: [&str; 3] = ["CREATE TABLE gis_info_table", "CREATE TABLE video_info_table", "CREATE TABLE mtime_table"];

fn probe(evidence: &Evidence) -> Probe {
    let Ok(start) = evidence.read(Span { offset: 0, len: 100 }) else { return Probe::NO };
    if !start.starts_with(MAGIC) || Header::parse(&start).is_err() {
        return Probe::NO;
    }
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    if TABLES.into_iter().all(|table| memchr::memmem::find(&head, table.as_bytes()).is_some()) {
        let why = "an SQLite database with the tables of a media index: gis_info_table, video_info_table, mtime_table";
        return Probe { score: Score::Certain, why: Cow::Borrowed(why) };
    }
    Probe::NO
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let mut index = index::Index::new(context.tables);
    let decoded = database::decode(evidence, context, sink, &mut index);
    Decoded { version: index.version().map(|version| version.to_string()).or(decoded.version), ..decoded }
}
