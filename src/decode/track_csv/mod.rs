//! Tables of positions along a way: CSV, with any usual separator, of whatever program or person. The head of the table says
//! what its columns are; it becomes a layout of its own, and each row one record.
//!
//! ```text
//! preamble            titles, settings; kept, not interpreted
//! flight,t,lat,lon,h  the head: one row, in which latitude and longitude are named
//! F0001,0,50.1,8.2,60 a row: one position, from its first byte to its line end
//! ```

mod date;
mod dialect;
mod emit;
mod name;
mod split;
mod table;

use std::borrow::Cow;

use super::document::{claim_mark, tell_cut};
use super::{Context, Decoded, Diagnostic, Fact, Format, Probe, Score, Sink};
use crate::bytes::civil::YearLast;
use crate::bytes::text::{Encoding, Text};
use crate::evidence::{Evidence, Origin, Span};
use date::Order;
use dialect::Dialect;
use table::{Reading, Table};

pub static FORMAT: Format = Format {
    id: "track-csv",
    probe,
    decode,
    tables: [
        include_str!("../../../formats/track-csv/format.toml"),
        include_str!("../../../formats/track-csv/records.tsv"),
        include_str!("../../../formats/track-csv/enums.tsv"),
        include_str!("../../../formats/track-csv/channels.tsv"),
    ],
    keys: None,
};

/// As much of the start as the probe looks at: the head and some rows.
const HEAD: u64 = 64 << 10;

fn probe(evidence: &Evidence) -> Probe {
    let Ok(head) = evidence.read(Span { offset: 0, len: HEAD }) else { return Probe::NO };
    // Most of what is no text says so at once.
    if head.get(..512.min(head.len())).is_some_and(is_binary) {
        return Probe::NO;
    }
    let Some(table) = Table::of(&Text::of(&head), evidence.name()) else { return Probe::NO };
    let name = |at: usize| table.columns.get(at).map_or("", |column| column.head.as_str());
    let clock = match (table.clocks == table::Clocks::default(), &table.order) {
        (false, _) => "and a clock",
        (true, Order::Open(_)) => "and dates",
        (true, _) => "and names of tracks",
    };
    let why = format!("a table with latitude {:?}, longitude {:?} {clock}", name(table.lat), name(table.lon));
    Probe { score: Score::Likely, why: Cow::Owned(why) }
}

/// More control characters than damage puts into a text; zero bytes are every second one of UTF-16.
fn is_binary(start: &[u8]) -> bool {
    let controls = start.iter().filter(|byte| (0x01..0x09).contains(*byte) || (0x0e..0x20).contains(*byte)).count();
    controls * 50 > start.len()
}

fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Decoded {
    let Some(bytes) = crate::decode::whole(evidence, context, "track-csv/unread", sink) else {
        return Decoded::UNREADABLE;
    };
    let text = Text::of(&bytes);
    let Some(mut table) = Table::of(&text, evidence.name()) else {
        let message = "its beginning is a table of positions, the whole of it cannot be understood";
        sink.diagnostic(Diagnostic::damage("track-csv/head", Origin::Item, message));
        return Decoded::UNREADABLE;
    };
    tell_encoding(&text, bytes.len(), sink);
    let dialect = Dialect::of(&table);
    if let Some(dialect) = dialect {
        dialect.apply(&mut table, context.tables);
        dialect.notes().for_each(|note| sink.fact(Fact::Note { text: note.to_owned(), at: Origin::Item }));
    }
    tell_columns(&table, sink);
    let read = emit::rows(&text, &table, context.tables, sink);
    if read.rows == 0 {
        let message = "the table has a head and no row that can be read";
        sink.diagnostic(Diagnostic::note("track-csv/empty", Origin::Item, message));
        return Decoded::UNREADABLE;
    }
    Decoded::read(dialect.map(|dialect| dialect.name.to_owned()), read.is_damaged)
}

fn tell_encoding(text: &Text<'_>, len: usize, sink: &mut dyn Sink) {
    claim_mark(text, sink);
    let read_as = match text.encoding {
        Encoding::Utf8 => None,
        Encoding::EightBit => Some("the text is not UTF-8; what is not is read as Latin-1 (Windows-1252)"),
        Encoding::Utf16 => Some("the text is UTF-16"),
    };
    if let Some(words) = read_as {
        sink.diagnostic(Diagnostic::note("track-csv/encoding", Origin::Item, words));
    }
    tell_cut(text, len, "track-csv/cut", sink);
}

/// What each column was taken for, and which are not used.
fn tell_columns(table: &Table, sink: &mut dyn Sink) {
    let at = || Origin::Item;
    let used = || table.columns.iter().filter(|column| column.reading != Reading::Unused);
    // What a dialect says is no guess, so one line tells all of it.
    let sure: Vec<String> = used()
        .filter_map(|column| Some(format!("{} -> {}", column.head, column.why.split_once(" (column of ")?.0)))
        .collect();
    if !sure.is_empty() {
        sink.fact(Fact::Note { text: format!("columns by the dialect: {}", sure.join("; ")), at: at() });
    }
    for column in used().filter(|column| !column.why.contains(" (column of ")) {
        sink.fact(Fact::Note { text: format!("column {} -> {}", column.head, column.why), at: at() });
    }
    let unused = table.columns.iter().filter(|column| column.reading == Reading::Unused);
    let unused: Vec<&str> = unused.map(|column| column.head.as_str()).collect();
    if !unused.is_empty() {
        sink.fact(Fact::Note { text: format!("columns not used: {}", unused.join(", ")), at: at() });
    }
    match &table.order {
        Order::None => {}
        Order::Known(order, why) => {
            let first = if *order == YearLast::MonthFirst { "month" } else { "day" };
            sink.fact(Fact::Note { text: format!("dates are read with the {first} first, {why}"), at: at() });
        }
        Order::Open(date) => {
            let message = format!(
                "dates such as {date} can be read with the day or with the month first, and nothing in the table or in its name \
                 tells which: they are not read, rows have no time of day by them; a copy of the file with the date in its name, \
                 such as flight_2025-01-09.csv, settles it"
            );
            sink.diagnostic(Diagnostic::note("track-csv/dates", Origin::Item, message));
        }
    }
    if table.clocks.moment.is_some() {
        sink.fact(Fact::Clock { clock: "table", at: at() });
    }
}
