//! Write-ahead logs and rollback journals as items of their own: pages of a database, newer or older ones.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::super::{Class, Completeness, Decoded, Diagnostic, Fact, Sink};
use super::emit::{Emitter, Reader, Row, State, extent};
use super::item::{Digests, Found, digests, state_of, structure};
use super::pages::Pages;
use super::{Database, rows};
use crate::bytes::database::{
    Content, Frame, FrameState, Header, Journal, LOG_HEADER, Log, Node, NodeKind, Page, Use, View, Walk,
};
use crate::evidence::{Extent, Origin, Span};
use crate::layout::{Tables, Value};

/// Bytes of a frame in front of its page.
fn head_of(frame: &Frame) -> Span {
    Span { offset: frame.offset, len: frame.content - frame.offset }
}

fn unreadable(sink: &mut dyn Sink, reason: &str) -> Decoded {
    let message = format!("not decoded: {reason}");
    sink.diagnostic(Diagnostic::damage("database/unreadable", Origin::Item, message));
    Decoded { version: None, completeness: Completeness::Unreadable, key_need: None }
}

/// The database of a log or journal, empty where there is none that fits.
fn fitting<'a>(main: Option<&'a [u8]>, page_size: u32, what: &str, sink: &mut dyn Sink) -> &'a [u8] {
    let Some(main) = main else {
        let message = format!("the database of this {what} is not beside it; what the pages tell alone is read");
        sink.diagnostic(Diagnostic::note("database/alone", Origin::Item, message));
        return &[];
    };
    match Header::parse(main) {
        Ok(header) if header.page_size == page_size => main,
        _ => {
            let message = format!("the database beside this {what} does not fit it; what the pages tell alone is read");
            sink.diagnostic(Diagnostic::note("database/alone", Origin::Item, message));
            &[]
        }
    }
}

pub fn log(
    bytes: &[u8],
    main: Option<&[u8]>,
    tables: &Tables,
    sink: &mut dyn Sink,
    reader: &mut dyn Reader,
) -> Decoded {
    let log = match Log::parse(bytes) {
        Ok(log) => log,
        Err(reason) => return unreadable(sink, &reason),
    };
    let main = fitting(main, log.page_size, "write-ahead log", sink);
    if let Some(layout) = tables.structure("log", 0) {
        let whole = if log.is_header_whole { "yes" } else { "no" };
        let values = [
            Value::Unsigned(log.page_size.into()),
            Value::Unsigned(log.checkpoint.into()),
            Value::Bytes(Cow::Borrowed(&log.salt)),
            Value::Text(Cow::Borrowed(whole)),
        ];
        structure(layout, Span::new(0, LOG_HEADER), &values, sink);
    }
    if !log.is_header_whole {
        let message = "the sums of the log's header are wrong: SQLite would read nothing of it";
        sink.diagnostic(Diagnostic::damage("database/log-header", Origin::at(0, LOG_HEADER), message));
    }
    frames(&log.frames, tables, sink);
    tell_frames(&log, sink);
    if log.rest > 0 {
        let at = bytes.len() - log.rest;
        sink.claim(&Span::new(at, log.rest).into(), Class::Damaged, "part of a frame");
        let message = format!("the log ends inside a frame: {} bytes are left of it", log.rest);
        sink.diagnostic(Diagnostic::note("database/log-cut", Origin::at(at, log.rest), message));
    }
    let view = View::with_log(main, bytes, log.committed(), log.page_size)
        .unwrap_or_else(|_| View::of_frames(bytes, log.frames.iter(), log.page_size));
    read(bytes, main, view, &log.frames, false, tables, sink, reader);
    Decoded { version: Some("write-ahead log".to_owned()), completeness: Completeness::Whole, key_need: None }
}

pub fn journal(
    bytes: &[u8],
    main: Option<&[u8]>,
    tables: &Tables,
    sink: &mut dyn Sink,
    reader: &mut dyn Reader,
) -> Decoded {
    let journal = match Journal::parse(bytes) {
        Ok(journal) => journal,
        Err(reason) => return unreadable(sink, &reason),
    };
    let main = fitting(main, journal.page_size, "rollback journal", sink);
    for at in &journal.headers {
        let end = (at + u64::from(journal.sector_size)).min(bytes.len() as u64);
        sink.claim(&Span { offset: *at, len: end - at }.into(), Class::Known, "header of a journal");
    }
    frames(&journal.frames, tables, sink);
    for frame in &journal.frames {
        let sum = Span { offset: frame.content + u64::from(journal.page_size), len: 4 };
        sink.claim(&sum.into(), Class::Decoded, "sum of a page");
    }
    let broken = journal.frames.iter().filter(|frame| frame.state == FrameState::Broken).count();
    if broken > 0 {
        let message = format!("the sums of {broken} of {} pages are wrong", journal.frames.len());
        sink.diagnostic(Diagnostic::damage("database/journal-sum", Origin::Item, message));
    }
    let text = format!(
        "{} pages of the database as they were before its last transaction; a journal that was left behind means that the \
         transaction did not end",
        journal.frames.len()
    );
    sink.fact(Fact::Note { text, at: Origin::Item });
    let view = View::of_main(main)
        .or_else(|_| View::with_log(&[], bytes, journal.frames.iter(), journal.page_size))
        .unwrap_or_else(|_| View::of_frames(bytes, journal.frames.iter(), journal.page_size));
    read(bytes, main, view, &journal.frames, true, tables, sink, reader);
    Decoded { version: Some("rollback journal".to_owned()), completeness: Completeness::Whole, key_need: None }
}

fn frames(frames: &[Frame], tables: &Tables, sink: &mut dyn Sink) {
    let layout = tables.structure("frame", 0);
    for frame in frames {
        let state = match frame.state {
            FrameState::Committed => "committed",
            FrameState::Uncommitted => "uncommitted",
            FrameState::Stale => "stale",
            FrameState::Broken => "broken",
        };
        match layout {
            Some(layout) => {
                let values = [
                    Value::Unsigned(frame.page.into()),
                    Value::Unsigned(frame.commit.into()),
                    Value::Text(Cow::Borrowed(state)),
                ];
                structure(layout, head_of(frame), &values, sink);
            }
            None => sink.claim(&head_of(frame).into(), Class::Known, "head of a frame"),
        }
    }
}

fn tell_frames(log: &Log, sink: &mut dyn Sink) {
    let count = |state: FrameState| log.frames.iter().filter(|frame| frame.state == state).count();
    let (committed, uncommitted) = (count(FrameState::Committed), count(FrameState::Uncommitted));
    let (stale, broken) = (count(FrameState::Stale), count(FrameState::Broken));
    let text = format!(
        "{} frames: {committed} of {} transactions, {uncommitted} without a commit, {stale} from before the log was started \
         anew, {broken} with wrong sums",
        log.frames.len(),
        log.commits()
    );
    sink.fact(Fact::Note { text, at: Origin::Item });
    if let (true, Some(first)) = (broken > 0, log.frames.iter().find(|frame| frame.state == FrameState::Broken)) {
        let message = format!("the sums of {broken} frames do not follow; SQLite stops before the first one");
        sink.diagnostic(Diagnostic::damage("database/log-sum", Origin::Bytes(head_of(first).into()), message));
    }
}

/// The tree of each page, as far as any state tells.
fn trees(database: &Database<'_>) -> HashMap<u32, Use> {
    let mut walk = Walk::new(&database.view);
    for (number, object) in database.objects.iter().enumerate().filter(|(_, object)| object.root > 0) {
        walk.tree(object.root, number as u32, &mut |_| {});
    }
    walk.freelist();
    (0_u32..).zip(walk.uses).filter(|(_, used)| *used != Use::None).collect()
}

#[expect(clippy::too_many_arguments, reason = "one call for each of the two kinds")]
fn read(
    bytes: &[u8],
    main: &[u8],
    view: View<'_>,
    frames: &[Frame],
    is_journal: bool,
    tables: &Tables,
    sink: &mut dyn Sink,
    reader: &mut dyn Reader,
) {
    let database = Database::of(view);
    // Rows of the database as it stands: what equals one of them is told there.
    let older = View::of_main(main).map(Database::of).map(|database| digests(&database)).unwrap_or_default();
    reader.begin(&database, sink);
    let uses = trees(&database);
    let mut emitter = Emitter::new(tables, &database, sink, reader);
    let mut pages = Pages::new(&database);
    let mut found = Found::new(&database);
    let mut told = Told { older, seen: HashSet::new(), same: 0, unnamed: 0 };

    // First what SQLite reads, rows with their overflow pages; then the other frames, page by page.
    let mut current: HashSet<u64> = HashSet::new();
    if !is_journal {
        for number in 1..=database.view.pages().min(database.view.highest()) {
            current.extend(database.view.page(number).filter(|page| page.in_log).map(|page| page.offset));
        }
        let mut walk = Walk::new(&database.view);
        for (number, object) in database.objects.iter().enumerate().filter(|(_, object)| object.root > 0) {
            walk.tree(object.root, number as u32, &mut |cell| {
                let Some(at) = extent(&cell.pieces, true) else { return };
                let Some(table) = object.table.as_ref().filter(|_| cell.page.in_log) else {
                    return emitter.sink.claim(&at, Class::Known, "entry of an index, or the rest of a row");
                };
                match rows::columns(table, cell.rowid, &cell.payload) {
                    Ok(columns) => {
                        let digest = Content::digest(cell.rowid, &columns, database.view.header.encoding);
                        if told.is_new(&object.name, number, cell.rowid, digest) {
                            let row = Row { table: number, rowid: cell.rowid, state: State::Log, at: &at };
                            emitter.row(&database, &row, columns);
                        } else {
                            emitter.sink.claim(&at, Class::Known, "a row that stands elsewhere, too");
                        }
                    }
                    Err(reason) => found.lose(at, reason, emitter.sink),
                }
            });
        }
    }
    for frame in frames {
        let start = usize::try_from(frame.content).unwrap_or(usize::MAX);
        let size = database.view.header.page_size as usize;
        let Some(content) = start.checked_add(size).and_then(|end| bytes.get(start..end)) else { continue };
        let page = Page { number: frame.page, bytes: content, offset: frame.content, in_log: true };
        let used = uses.get(&frame.page).copied().unwrap_or(Use::None);
        if current.contains(&frame.content) {
            pages.page(page, used, emitter.sink);
            continue;
        }
        let state = if is_journal { State::Journal } else { state_of(frame.state) };
        old_page(&database, page, used, state, &mut told, &mut pages, &mut emitter);
    }
    pages.carved(&mut emitter);
    found.tell_bad(emitter.sink);
    let Emitter { sink, reader, .. } = emitter;
    reader.end(&database, sink);
    if told.unnamed > 0 {
        let message = format!(
            "{} rows lie on pages of which no schema at hand says to what table they belong; they are left as bytes. Give the \
             database beside its log",
            told.unnamed
        );
        sink.diagnostic(Diagnostic::note("database/no-schema", Origin::Item, message));
    }
    let text =
        format!("{} rows on its pages equal rows of the database or of newer pages; they are told once", told.same);
    sink.fact(Fact::Note { text, at: Origin::Item });
}

/// Rows that were told already.
struct Told {
    older: Digests,
    seen: HashSet<(usize, u64)>,
    same: u64,
    unnamed: u64,
}

impl Told {
    fn is_new(&mut self, name: &str, table: usize, rowid: Option<i64>, digest: u64) -> bool {
        let key = (name.to_owned(), rowid.unwrap_or(digest as i64));
        let is_new = self.seen.insert((table, digest)) && self.older.get(&key) != Some(&digest);
        self.same += u64::from(!is_new);
        is_new
    }
}

/// A page of which a newer version, or none that SQLite reads, is at hand: as many rows as lie on it whole.
fn old_page<'a>(
    database: &Database<'a>,
    page: Page<'a>,
    used: Use,
    state: State,
    told: &mut Told,
    pages: &mut Pages<'a, '_>,
    emitter: &mut Emitter<'_>,
) {
    let usable = database.view.header.usable();
    let node = Node::parse(page, usable).ok();
    let Use::Tree(tree) = used else {
        match node {
            // Rows, and nobody knows of which table.
            Some(node) if node.kind == NodeKind::TableLeaf && used == Use::None => {
                told.unnamed += node.cells as u64;
                pages.free(page, 0, usable.min(page.bytes.len()), None, false, emitter.sink);
            }
            _ => pages.page(page, used, emitter.sink),
        }
        return;
    };
    let object = database.objects.get(tree as usize);
    let table = object.and_then(|object| object.table.as_ref());
    let (Some(node), Some(object), Some(table)) = (node, object, table) else {
        return pages.page(page, used, emitter.sink);
    };
    if node.kind == NodeKind::TableLeaf && !table.without_rowid || table.without_rowid && !node.kind.is_table() {
        for cell in node.pointers().filter_map(|at| node.cell(at).ok()) {
            let at = Extent::from(page.piece(cell.at, cell.len).span);
            let columns = rows::ordered(table, cell.rowid, rows::partial(cell.local));
            let digest = Content::digest(cell.rowid, &columns, database.view.header.encoding);
            if told.is_new(&object.name, tree as usize, cell.rowid, digest) {
                emitter.row(database, &Row { table: tree as usize, rowid: cell.rowid, state, at: &at }, columns);
            } else {
                emitter.sink.claim(&at, Class::Known, "a row that stands elsewhere, too");
            }
        }
        pages.tree(page, tree, emitter.sink);
    } else {
        pages.page(page, used, emitter.sink);
    }
}
