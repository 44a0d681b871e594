//! One item of a database: the database itself, and beside it what its log changes; or the log, or the journal.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::super::{Class, Completeness, Context, Decoded, Diagnostic, Fact, Payload, Record, Severity, Sink};
use super::check::{self, Sum};
use super::emit::{Emitter, Reader, Row, State, extent};
use super::ids::{self, Ids};
use super::pages::{self, Pages, Space};
use super::{Database, logs, rows};
use crate::bytes::database::{
    Content, Encoding, FrameState, Header, JOURNAL_MAGIC, Log, MAGIC, RowCell, Use, View, Walk, is_log,
};
use crate::evidence::{Evidence, Extent, Origin, Span};
use crate::layout::{Tables, Value};

/// Which of the files of a database an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    Database,
    Log,
    Journal,
}

/// By the first bytes.
pub fn kind_of(head: &[u8]) -> Option<ItemKind> {
    if head.starts_with(MAGIC) {
        Some(ItemKind::Database)
    } else if is_log(head) {
        Some(ItemKind::Log)
    } else if head.starts_with(JOURNAL_MAGIC) {
        Some(ItemKind::Journal)
    } else {
        None
    }
}

/// Nothing in the item can be used.
fn unreadable(sink: &mut dyn Sink, reason: &str) -> Decoded {
    let message = format!("not decoded: {reason}");
    sink.diagnostic(Diagnostic::damage("database/unreadable", Origin::Item, message));
    Decoded { version: None, completeness: Completeness::Unreadable, key_need: None }
}

/// Decodes a database, a log or a journal.
pub fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink, reader: &mut dyn Reader) -> Decoded {
    let bytes = match evidence.whole(context.limits) {
        Ok(bytes) => bytes,
        Err(error) => return unreadable(sink, &error.to_string()),
    };
    let name = evidence.name();
    match kind_of(&bytes) {
        Some(ItemKind::Database) => {
            let log = context.siblings.read(&format!("{name}-wal"));
            database(&bytes, log.as_deref(), context.tables, sink, reader)
        }
        Some(ItemKind::Log) => {
            let main = name.strip_suffix("-wal").and_then(|name| context.siblings.read(name));
            logs::log(&bytes, main.as_deref(), context.tables, sink, reader)
        }
        Some(ItemKind::Journal) => {
            let main = name.strip_suffix("-journal").and_then(|name| context.siblings.read(name));
            logs::journal(&bytes, main.as_deref(), context.tables, sink, reader)
        }
        None => unreadable(sink, "it does not begin as a database, a log or a journal"),
    }
}

/// Rows of a state: by table and row id the digest of the values; of tables without row ids the digest twice.
pub type Digests = HashMap<(String, i64), u64>;

pub fn digests(database: &Database<'_>) -> Digests {
    let encoding = database.view.header.encoding;
    let mut found = Digests::new();
    for (number, object, _) in database.tables().skip(1) {
        database.each(number, &mut |rowid, columns| {
            let digest = Content::digest(rowid, &columns, encoding);
            found.insert((object.name.clone(), rowid.unwrap_or(digest as i64)), digest);
        });
    }
    found
}

fn database(
    bytes: &[u8],
    log: Option<&[u8]>,
    tables: &Tables,
    sink: &mut dyn Sink,
    reader: &mut dyn Reader,
) -> Decoded {
    let view = match View::of_main(bytes) {
        Ok(view) => view,
        Err(reason) => return unreadable(sink, &reason),
    };
    header(&view.header, tables, sink);
    let database = Database::of(view);
    let joined = log.and_then(|log| joined(bytes, log, &database, sink));
    let newer = joined.as_ref().map(digests);

    reader.begin(&database, sink);
    let mut found = Found::new(&database);
    let mut emitter = Emitter::new(tables, &database, sink, reader);
    let mut walk = Walk::new(&database.view);
    let mut changed = Changed::default();
    for (number, object) in database.objects.iter().enumerate().filter(|(_, object)| object.root > 0) {
        walk.tree(object.root, number as u32, &mut |cell| {
            let state = |key: (String, i64), digest: u64| match &newer {
                Some(newer) if number > 0 => match newer.get(&key) {
                    Some(same) if *same == digest => State::Live,
                    Some(_) => State::Superseded,
                    None => State::Removed,
                },
                _ => State::Live,
            };
            found.row(&database, number, cell, &mut emitter, &state, &mut changed);
        });
    }
    walk.freelist();
    let is_superseded = newer.is_some();
    tell_faults(&database, &walk, is_superseded, emitter.sink);
    let space = account(&database, &walk, bytes, &mut emitter);
    found.tell_bad(emitter.sink);
    if let Some(newer) = &newer {
        tell_difference(&changed, newer.len() as u64, emitter.sink);
    }
    let Emitter { sink, reader, .. } = emitter;
    reader.end(&database, sink);
    ids::tell(&database, &found.ids, sink);
    tell_space(&database, &walk, space, sink);
    // While a log holds newer pages the database alone may be half of a state.
    if !is_superseded {
        check::compare(&database, &found.sums, sink);
    } else if let Some(joined) = &joined {
        check::compare(joined, &sums(joined), sink);
    }
    Decoded { version: Some(database.view.header.version()), completeness: Completeness::Whole, key_need: None }
}

/// The state that SQLite would show, database and log together; `None` when the log holds nothing of it.
fn joined<'a>(main: &'a [u8], log: &'a [u8], database: &Database<'a>, sink: &mut dyn Sink) -> Option<Database<'a>> {
    let parsed = match Log::parse(log) {
        Ok(parsed) => parsed,
        Err(_) if log.is_empty() => return None,
        Err(reason) => {
            let message = format!("what is named as its write-ahead log is none: {reason}");
            sink.diagnostic(Diagnostic::note("database/log", Origin::Item, message));
            return None;
        }
    };
    if parsed.commits() == 0 {
        return None;
    }
    match View::with_log(main, log, parsed.committed(), database.view.header.page_size) {
        Ok(view) if parsed.page_size == view.header.page_size => Some(Database::of(view)),
        _ => {
            let message = "the write-ahead log beside it has pages of another size: it belongs to another database";
            sink.diagnostic(Diagnostic::note("database/log", Origin::Item, message));
            None
        }
    }
}

fn sums(database: &Database<'_>) -> Vec<Sum> {
    let encoding = database.view.header.encoding;
    let mut sums = vec![Sum::default(); database.objects.len()];
    for (number, sum) in sums.iter_mut().enumerate() {
        database.each(number, &mut |rowid, columns| sum.add(Content::digest(rowid, &columns, encoding)));
    }
    sums
}

/// What the log changes.
#[derive(Default)]
struct Changed {
    same: u64,
    superseded: u64,
    removed: u64,
}

fn tell_difference(changed: &Changed, newer: u64, sink: &mut dyn Sink) {
    let Changed { same, superseded, removed } = *changed;
    let added = newer.saturating_sub(same + superseded);
    let text = format!(
        "its write-ahead log lies beside it and holds a newer state: {added} rows are only in the log, {superseded} rows are \
         changed by it, {removed} rows of the database are removed by it, {same} are the same in both"
    );
    sink.fact(Fact::Note { text, at: Origin::Item });
    for (name, value) in
        [("rows_only_in_log", added), ("rows_changed_by_log", superseded), ("rows_removed_by_log", removed)]
    {
        sink.fact(Fact::Declared { name, value: value as f64, unit: "rows", at: Origin::Item });
    }
}

/// What came of the rows of one item.
pub struct Found {
    pub sums: Vec<Sum>,
    pub ids: BTreeMap<usize, Ids>,
    /// Cells that hold no record: number, and the first one.
    bad: Option<(u64, Origin, &'static str)>,
}

impl Found {
    pub fn new(database: &Database<'_>) -> Self {
        Found { sums: vec![Sum::default(); database.objects.len()], ids: BTreeMap::new(), bad: None }
    }

    fn row(
        &mut self,
        database: &Database<'_>,
        number: usize,
        cell: RowCell<'_>,
        emitter: &mut Emitter<'_>,
        state: &dyn Fn((String, i64), u64) -> State,
        changed: &mut Changed,
    ) {
        let Some(at) = extent(&cell.pieces, false) else { return };
        let Some(object) = database.objects.get(number) else { return };
        let Some(table) = &object.table else {
            // Entries of indexes are accounted for with their pages, but for what lies on overflow pages.
            for piece in cell.pieces.iter().skip(1) {
                emitter.sink.claim(&piece.span.into(), Class::Known, "entry of an index");
            }
            return;
        };
        if !cell.is_whole {
            return emitter.sink.claim(&at, Class::Damaged, "a row that is cut off");
        }
        let columns = match rows::columns(table, cell.rowid, &cell.payload) {
            Ok(columns) => columns,
            Err(reason) => return self.lose(at, reason, emitter.sink),
        };
        let digest = Content::digest(cell.rowid, &columns, database.view.header.encoding);
        if let Some(sum) = self.sums.get_mut(number) {
            sum.add(digest);
        }
        if let Some(id) = cell.rowid {
            let mut ids = self.ids.remove(&number);
            Ids::add(&mut ids, id);
            ids.map(|ids| self.ids.insert(number, ids));
        }
        let state = state((object.name.clone(), cell.rowid.unwrap_or(digest as i64)), digest);
        if number > 0 {
            match state {
                State::Superseded => changed.superseded += 1,
                State::Removed => changed.removed += 1,
                _ => changed.same += 1,
            }
        }
        emitter.row(database, &Row { table: number, rowid: cell.rowid, state, at: &at }, columns);
    }

    pub fn lose(&mut self, at: Extent, reason: &'static str, sink: &mut dyn Sink) {
        sink.claim(&at, Class::Damaged, "a row that cannot be read");
        let bad = self.bad.get_or_insert((0, Origin::Bytes(at), reason));
        bad.0 += 1;
    }

    pub fn tell_bad(&mut self, sink: &mut dyn Sink) {
        if let Some((count, at, reason)) = self.bad.take() {
            let message = format!("{count} cells hold no row that can be read; the first one: {reason}");
            sink.diagnostic(Diagnostic::loss("database/record", at, message).losing(count));
        }
    }
}

fn header(header: &Header, tables: &Tables, sink: &mut dyn Sink) {
    let Some(layout) = tables.structure("header", 0) else {
        return sink.claim(&Span::new(0, 100).into(), Class::Known, "header");
    };
    let encoding = match header.encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16Le => "UTF-16, little-endian",
        Encoding::Utf16Be => "UTF-16, big-endian",
    };
    let number = |field: &str| match field {
        "page_size" => u64::from(header.page_size),
        "write_version" => u64::from(header.write_version),
        "reserved" => u64::from(header.reserved),
        "change_counter" => u64::from(header.change_counter),
        "pages" => u64::from(header.stated_pages),
        "freelist_pages" => u64::from(header.freelist_pages),
        "schema_cookie" => u64::from(header.schema_cookie),
        "largest_root" => u64::from(header.largest_root),
        "user_version" => u64::from(header.user_version),
        "application_id" => u64::from(header.application_id),
        "version_valid_for" => u64::from(header.version_valid_for),
        _ => 0,
    };
    let value = |field: &str| match field {
        "encoding" => Value::Text(Cow::Borrowed(encoding)),
        "sqlite_version" => Value::Text(Cow::Owned(header.version())),
        other => Value::Unsigned(number(other)),
    };
    let values: Vec<Value<'_>> = layout.fields.iter().map(|field| value(&field.name)).collect();
    structure(layout, Span::new(0, 100), &values, sink);
}

/// A structure that is no row.
pub fn structure(layout: &std::sync::Arc<crate::layout::Layout>, at: Span, values: &[Value<'_>], sink: &mut dyn Sink) {
    sink.record(&Record::structure(Some(layout), &at.into(), Payload::Values(values)));
}

fn tell_faults(database: &Database<'_>, walk: &Walk<'_, '_>, is_superseded: bool, sink: &mut dyn Sink) {
    let code = |kind: &str| match kind {
        "page-missing" => "database/page-missing",
        "page-twice" => "database/page-twice",
        "tree-page" => "database/tree-page",
        "too-deep" => "database/too-deep",
        "overflow" => "database/overflow",
        "freelist" => "database/freelist",
        _ => "database/cell",
    };
    // The walk through all trees meets what the walk through the schema met.
    let faults = if walk.faults.is_empty() { &database.faults } else { &walk.faults };
    for fault in faults {
        let severity = match fault.lost {
            _ if is_superseded => Severity::Note,
            0 => Severity::Damage,
            _ => Severity::Loss,
        };
        let at = fault.at.map_or(Origin::Item, |piece| Origin::Bytes(piece.span.into()));
        let diagnostic = Diagnostic::new(severity, code(fault.kind), at, fault.message.clone());
        sink.diagnostic(diagnostic.losing(if is_superseded { 0 } else { fault.lost }));
    }
}

/// Goes through all pages of the database's own file.
fn account<'a>(database: &Database<'a>, walk: &Walk<'a, '_>, bytes: &'a [u8], emitter: &mut Emitter<'_>) -> Space {
    let size = database.view.header.page_size;
    let mut pages = Pages::new(database);
    let slack: HashMap<u32, usize> = walk.slack.iter().copied().collect();
    for number in 1..=database.view.highest() {
        let Some(page) = database.view.page(number) else { continue };
        if page.bytes.len() < size as usize {
            break;
        }
        let used = walk.uses.get(number as usize).copied().unwrap_or(Use::None);
        pages.page(page, used, emitter.sink);
        if let Some(at) = slack.get(&number) {
            pages.slack(page, *at, emitter.sink);
        }
    }
    if let Some(tail) = pages::tail(bytes.len(), size) {
        let message =
            format!("the file ends {} bytes behind its last whole page: it was cut, or copied while in use", tail.len);
        emitter.sink.claim(&tail.into(), Class::Damaged, "part of a page");
        emitter.sink.diagnostic(Diagnostic::damage("database/cut", Origin::Bytes(tail.into()), message));
    }
    let (stated, there) = (database.view.pages(), (bytes.len() / size as usize) as u32);
    if stated > there {
        let message =
            format!("the header states {stated} pages, the file holds {there}: {} are missing", stated - there);
        emitter.sink.diagnostic(Diagnostic::damage("database/cut", Origin::at(bytes.len(), 0), message));
    }
    pages.carved(emitter);
    pages.space
}

fn tell_space(database: &Database<'_>, walk: &Walk<'_, '_>, space: Space, sink: &mut dyn Sink) {
    let free = walk.uses.iter().filter(|used| matches!(used, Use::FreeTrunk | Use::FreeLeaf)).count();
    let mut declare = |name: &'static str, value: u64, unit: &'static str| {
        sink.fact(Fact::Declared { name, value: value as f64, unit, at: Origin::Item });
    };
    declare("pages", u64::from(database.view.pages()), "pages");
    declare("free_pages", free as u64, "pages");
    declare("freeblocks", space.freeblocks, "bytes");
    declare("free_bytes_not_zero", space.residue, "bytes");
    declare("carved_rows", space.carved, "rows");
    let Space { freeblocks, residue, in_freeblocks, carved, .. } = space;
    let text = match (carved, residue) {
        (0, residue) if freeblocks > 0 && in_freeblocks == 0 => {
            let pointers = match residue {
                0 => String::new(),
                residue => format!("; {residue} bytes of old pointers to cells are left"),
            };
            Some(format!(
                "rows were deleted, and the {freeblocks} bytes of their cells were overwritten with zeros (secure_delete): \
                 nothing is left to carve{pointers}"
            ))
        }
        (0, 0) if free > 0 => Some(format!("{free} pages are free and hold zeros: nothing is left to carve")),
        (0, 0) => None,
        (0, residue) => {
            Some(format!("{residue} bytes of free space are not zero, and hold no row that can be recognised"))
        }
        (carved, residue) => Some(format!(
            "{carved} rows were carved from free space; they were deleted or changed and count in no table. {residue} more \
             bytes of free space are not zero"
        )),
    };
    if let Some(text) = text {
        sink.fact(Fact::Note { text, at: Origin::Item });
    }
    if space.stray > 0 {
        let message =
            format!("nothing leads to {} pages that are not empty; they were searched like free ones", space.stray);
        sink.diagnostic(Diagnostic::note("database/stray-page", Origin::Item, message));
    }
}

/// The state of rows in frames that SQLite does not read.
pub fn state_of(frame: FrameState) -> State {
    match frame {
        FrameState::Committed => State::LogOld,
        FrameState::Uncommitted => State::LogUncommitted,
        FrameState::Stale | FrameState::Broken => State::LogStale,
    }
}
