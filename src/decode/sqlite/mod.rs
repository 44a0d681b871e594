//! SQLite 3 databases, their write-ahead logs and rollback journals, of whatever program. Rows of all tables are records; columns
//! that look like positions, times, serial numbers and accounts are harvested and told as guesses. Encrypted databases are named.

mod guess;
mod harvest;
mod locked;

use std::borrow::Cow;

use super::{Context, Decoded, Format, Probe, Score, Sink, database};
use crate::bytes::database::Header;
use crate::evidence::{Evidence, Span};
use database::ItemKind;

pub static FORMAT: Format = Format {
    id: "sqlite",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/sqlite/format.toml"),
        include_str!("../../../formats/sqlite/records.tsv"),
        include_str!("../../../formats/sqlite/enums.tsv"),
        include_str!("../../../formats/sqlite/channels.tsv"),
    ],
    keys: None,
};

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: 100 }) else { return Probe::NO };
    let likely = |why: String| Probe { score: Score::Likely, why: Cow::Owned(why) };
    match database::kind_of(&head) {
        Some(ItemKind::Database) => match Header::parse(&head) {
            Ok(header) => likely(format!(
                "header of an SQLite database, pages of {} bytes, last written by SQLite {}",
                header.page_size,
                header.version()
            )),
            Err(reason) => {
                likely(format!("signature of an SQLite database, with a header that does not fit: {reason}"))
            }
        },
        Some(ItemKind::Log) => likely("header of a write-ahead log of SQLite".to_owned()),
        Some(ItemKind::Journal) => likely("header of a rollback journal of SQLite".to_owned()),
        None => locked::probe(evidence),
    }
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let is_open = evidence.read(Span { offset: 0, len: 32 }).is_ok_and(|head| database::kind_of(&head).is_some());
    if !is_open {
        return locked::decode(evidence, sink);
    }
    let mut harvest = harvest::Harvest::new(context.tables);
    database::decode(evidence, context, sink, &mut harvest)
}
