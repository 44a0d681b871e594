//! What a table is: where its head stands, what separates its cells, what each column was taken for and why. The heads of the
//! columns are asked first; where they leave it open, clocks above all, the values of the first rows decide.

use std::collections::HashSet;

use super::date::Order;
use super::dialect::Telling;
use super::name::{Head, KNOWN, Meaning, OF_PLACES, Quantity, seconds_exponent};
use super::split::{Cell, Row, Splitter};
use crate::bytes::civil::{Reader, YearLast, time_of_day};
use crate::bytes::number::Decimal;
use crate::bytes::text::Text;

/// The first that gives a latitude and a longitude is taken.
const SEPARATORS: &[u8] = b",;\t|";
/// Rows before the head that are looked through: titles, settings, `sep=;`.
const PREAMBLE: usize = 40;
/// Rows that decide what the heads leave open.
const SAMPLE: usize = 1000;

/// Seconds from 1990 to 2100: an epoch in any unit lies in its own range.
const EPOCH_S: std::ops::Range<f64> = 631_152_000.0..4_102_444_800.0;

/// A table, understood.
pub struct Table {
    pub separator: u8,
    /// The row of the heads.
    pub head: Row,
    pub columns: Vec<Column>,
    pub lat: usize,
    pub lon: usize,
    pub clocks: Clocks,
    /// Of dates with the year at their end.
    pub order: Order,
    /// Cells that rows have: as many as the head, or as most of the first rows.
    pub widths: std::ops::RangeInclusive<usize>,
    /// A decimal comma is understood.
    pub comma: bool,
    /// Columns that tell tracks apart.
    pub splits: bool,
}

/// A column of the table.
pub struct Column {
    /// As written.
    pub head: String,
    pub reading: Reading,
    /// What it was taken for, in words; empty when it is not used.
    pub why: String,
}

/// How the cells of a column are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// A number, times a factor, into this field.
    Number { field: &'static str, factor: f64 },
    /// Words into this field.
    Words { field: &'static str },
    /// `yes` or `no`: whether the position counts.
    Valid,
    /// A clock of [`Clocks`], kept as written.
    Clock,
    /// Events or devices; kept as written as well.
    Tells(Telling),
    /// Kept as written.
    Unused,
}

/// The clocks of a table; each of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clocks {
    /// Moments; those without a zone are UTC only where the head says so.
    pub moment: Option<Moment>,
    /// A column of local moments beside one of UTC.
    pub local: Option<usize>,
    /// The source's own clock and the power of ten of its unit in seconds.
    pub elapsed: Option<(usize, i32)>,
    /// Times of day without a date, the source's own clock as well.
    pub time_of_day: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    pub column: usize,
    pub form: Form,
    /// A moment without a zone is UTC.
    pub is_utc: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    Civil,
    /// The date stands in another column.
    Joined {
        date: usize,
    },
    /// Numbers since 1970, in units of this power of ten of a second.
    Epoch {
        exponent: i32,
    },
}

/// The head of a column and what it may mean.
struct Candidate {
    head: String,
    meaning: Option<Meaning>,
}

impl Table {
    /// `None` for a text that is no table of positions along a way. `name` is that of the file.
    pub fn of(text: &Text<'_>, name: &str) -> Option<Self> {
        let bytes = &*text.bytes;
        let (separator, head, candidates) = find_head(text, bytes)?;
        let sample = Sample::of(bytes, head.next, separator);
        let (lat, lon) = (place_of(&candidates, "latitude")?, place_of(&candidates, "longitude")?);
        let moments = ["date", "utc", "time", "local"].iter().flat_map(|field| places_of(&candidates, field));
        let mut table = Table {
            separator,
            head,
            columns: Vec::new(),
            lat,
            lon,
            clocks: Clocks::default(),
            order: Order::of(moments.flat_map(|column| sample.cells(column)), name),
            widths: sample.widths(candidates.len()),
            comma: separator != b',' || sample.has_decimal_commas(lat, lon),
            splits: false,
        };
        table.columns = candidates
            .iter()
            .map(|c| Column { head: c.head.clone(), reading: Reading::Unused, why: String::new() })
            .collect();
        table.numbers(&candidates);
        table.clocks(&candidates, &sample);
        let names_flights = table.names(&candidates, &sample);
        let is_timed = table.clocks != Clocks::default() || matches!(table.order, Order::Open(_));
        (is_timed || names_flights).then_some(())?;
        let readable = sample.rows.is_empty() || sample.rows.iter().any(|row| table.has_place(row, bytes));
        readable.then_some(table)
    }

    /// A row with numbers that are a place on earth, or with none at all.
    fn has_place(&self, row: &[Cell], bytes: &[u8]) -> bool {
        let (Some(lat), Some(lon)) = (row.get(self.lat), row.get(self.lon)) else { return false };
        let (lat, lon) = (lat.trimmed(bytes), lon.trimmed(bytes));
        let degrees = |words: &[u8]| Decimal::parse(words, self.comma).map(|number| number.value());
        let place = degrees(lat).zip(degrees(lon));
        lat.is_empty() && lon.is_empty() || place.is_some_and(|(lat, lon)| lat.abs() <= 180.0 && lon.abs() <= 360.0)
    }

    pub fn take(&mut self, column: usize, reading: Reading, why: String) {
        if let Some(column) = self.columns.get_mut(column) {
            column.reading = reading;
            column.why = why;
        }
    }

    /// Every quantity from its surest column.
    fn numbers(&mut self, candidates: &[Candidate]) {
        for known in KNOWN {
            if matches!(known.quantity, Quantity::Time | Quantity::Words) {
                continue;
            }
            let Some(column) = place_of(candidates, known.field) else { continue };
            let Some(meaning) = candidates.get(column).and_then(|c| c.meaning.as_ref()) else { continue };
            let factor = meaning.unit.as_ref().and_then(|unit| known.quantity.factor(unit));
            let unit = match (&meaning.unit, known.quantity) {
                (Some(unit), _) => format!(" in {unit}"),
                (None, Quantity::Length) => " in metres, no unit being named".to_owned(),
                (None, Quantity::Speed) => " in metres a second, no unit being named".to_owned(),
                (None, _) => String::new(),
            };
            let why = format!("{}{unit} (guessed from its name)", known.field);
            self.take(column, Reading::Number { field: known.field, factor: factor.unwrap_or(1.0) }, why);
        }
        if let Some(column) = place_of(candidates, "valid") {
            self.take(column, Reading::Valid, "whether the position counts (guessed from its name)".to_owned());
        }
    }

    /// Clocks by head and by the first value.
    fn clocks(&mut self, candidates: &[Candidate], sample: &Sample<'_>) {
        let of = |field: &str| places_of(candidates, field);
        for column in of("elapsed") {
            let unit = candidates[column].meaning.as_ref().and_then(|m| m.unit.clone());
            let plural = Head::of(&candidates[column].head).joined().starts_with("milli");
            let exponent = unit.as_deref().and_then(seconds_exponent).unwrap_or(if plural { -3 } else { 0 });
            if self.clocks.elapsed.is_none() && sample.number(column, self.comma).is_some() {
                self.clocks.elapsed = Some((column, exponent));
                self.take(column, Reading::Clock, format!("elapsed, {} (guessed from its name)", unit_words(exponent)));
            }
        }
        let date = of("date").into_iter().next();
        let named = |field: &str, clock: &'static str| of(field).into_iter().map(move |column| (column, clock));
        for (column, clock) in named("utc", "utc").chain(named("time", "")).chain(named("local", "local")) {
            let stated = candidates[column].meaning.as_ref().and_then(|m| m.clock);
            let unit = candidates[column].meaning.as_ref().and_then(|m| m.unit.clone());
            let date = date.filter(|date| candidates[*date].meaning.is_some());
            let date_is_utc = date.is_some_and(|date| {
                let head = &candidates[date];
                head.meaning.as_ref().is_some_and(|m| m.clock == Some("utc"))
                    || head.head.to_lowercase().contains("utc")
            });
            let clock = stated.unwrap_or(clock);
            self.clock(column, clock, unit.as_deref(), date.map(|date| (date, date_is_utc)), sample);
        }
    }

    /// One column that may be a clock.
    fn clock(
        &mut self,
        column: usize,
        clock: &str,
        unit: Option<&str>,
        date: Option<(usize, bool)>,
        sample: &Sample<'_>,
    ) {
        let free = self.clocks.moment.is_none();
        let mut reader = Reader::with(self.order.year_last());
        let civil = sample.first(column, |words| reader.moment(words));
        if let Some(civil) = civil {
            let zone = match (civil.offset_s, clock) {
                (Some(_), _) => "UTC, by the zone that is written with it",
                (None, "utc") => "UTC, by the column's name",
                (None, _) => "local time, no zone being written",
            };
            let is_utc = clock == "utc";
            if free {
                self.clocks.moment = Some(Moment { column, form: Form::Civil, is_utc });
            } else if civil.offset_s.is_none() && !is_utc && self.clocks.local.is_none() {
                self.clocks.local = Some(column);
            } else {
                return;
            }
            return self.take(column, Reading::Clock, zone.to_owned());
        }
        if sample.first(column, |words| time_of_day(words)).is_some() {
            let joined = date.filter(|(date, _)| sample.joins(*date, column, self.order.year_last()));
            match joined {
                Some((date, date_is_utc)) if free => {
                    let is_utc = clock == "utc" || date_is_utc;
                    let zone =
                        if is_utc { "UTC, by the column's name" } else { "local time, where no zone is written" };
                    self.clocks.moment = Some(Moment { column, form: Form::Joined { date }, is_utc });
                    self.take(date, Reading::Clock, format!("date of {:?}", self.columns[column].head));
                    self.take(column, Reading::Clock, format!("time of day, with its date {zone}"));
                }
                None if self.clocks.elapsed.is_none() && self.clocks.time_of_day.is_none() => {
                    self.clocks.time_of_day = Some(column);
                    self.take(column, Reading::Clock, "elapsed, seconds since midnight: no date is written".to_owned());
                }
                _ => {}
            }
            return;
        }
        let Some(number) = sample.number(column, self.comma) else { return };
        let stated = unit.and_then(seconds_exponent);
        let is_epoch = |exponent: &i32| EPOCH_S.contains(&(number * 10_f64.powi(*exponent)));
        let epoch = match stated {
            Some(exponent) => Some(exponent).filter(is_epoch),
            None => [0, -3, -6, -9].into_iter().find(is_epoch),
        };
        match (epoch, stated) {
            (Some(exponent), _) if free && clock != "local" => {
                self.clocks.moment = Some(Moment { column, form: Form::Epoch { exponent }, is_utc: true });
                let words = format!("UTC, {} since 1970 (guessed from its values)", unit_words(exponent));
                self.take(column, Reading::Clock, words);
            }
            (None, stated) if self.clocks.elapsed.is_none() && clock.is_empty() => {
                let exponent = stated.unwrap_or(0);
                self.clocks.elapsed = Some((column, exponent));
                let unit = if stated.is_some() { "" } else { ", no unit being named" };
                let words = format!("elapsed, {}{unit} (guessed from its name and values)", unit_words(exponent));
                self.take(column, Reading::Clock, words);
            }
            _ => {}
        }
    }

    /// Columns that tell one track from another; `true` when one names flights or tracks by its head.
    fn names(&mut self, candidates: &[Candidate], sample: &Sample<'_>) -> bool {
        if let Some(columns) = own_columns(candidates) {
            let fields = ["source", "track", "subject", "estimate", "role"];
            for (column, field) in columns.into_iter().zip(fields) {
                self.take(column, Reading::Words { field }, format!("{field} of the track (by its name)"));
            }
            self.splits = true;
            return true;
        }
        let guessed = |what: &str| format!("{what} (guessed from its name)");
        let flight = place_of(candidates, "flight");
        if let Some(column) = flight {
            self.take(column, Reading::Words { field: "track" }, guessed("name of the track"));
        }
        if let Some(column) = place_of(candidates, "aircraft") {
            let field = if flight.is_some() { "source" } else { "track" };
            self.take(column, Reading::Words { field }, guessed("name of the aircraft"));
            self.splits = true;
        } else if let Some(column) = place_of(candidates, "id").filter(|id| flight.is_none() && sample.repeats(*id)) {
            self.take(
                column,
                Reading::Words { field: "track" },
                "name of the track (its values come again)".to_owned(),
            );
            self.splits = true;
        }
        self.splits |= flight.is_some();
        flight.is_some()
    }
}

fn unit_words(exponent: i32) -> &'static str {
    match exponent {
        0 => "seconds",
        -3 => "milliseconds",
        -6 => "microseconds",
        _ => "nanoseconds",
    }
}

/// Columns of a kind, the surest first.
fn places_of(candidates: &[Candidate], field: &str) -> Vec<usize> {
    let ranked = candidates.iter().enumerate().filter_map(|(at, candidate)| {
        let meaning = candidate.meaning.as_ref()?;
        (meaning.known.field == field).then_some((meaning.rank, at))
    });
    let mut ranked: Vec<(usize, usize)> = ranked.collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, at)| at).collect()
}

fn place_of(candidates: &[Candidate], field: &str) -> Option<usize> {
    places_of(candidates, field).first().copied()
}

/// The columns `source,track,subject,estimate,role` of the track CSV that this program writes.
fn own_columns(candidates: &[Candidate]) -> Option<[usize; 5]> {
    const LEAD: [&str; 5] = ["source", "track", "subject", "estimate", "role"];
    let lead = candidates.iter().map(|c| c.head.as_str()).take(5);
    let rear = candidates.iter().any(|c| c.head == "source_offset");
    (rear && lead.eq(LEAD)).then_some([0, 1, 2, 3, 4])
}

/// The row that names latitude and longitude, and what separates its cells.
fn find_head(text: &Text<'_>, bytes: &[u8]) -> Option<(u8, Row, Vec<Candidate>)> {
    let mut best: Option<(u8, Row, Vec<Candidate>)> = None;
    for &separator in SEPARATORS {
        let mut splitter = Splitter::new(bytes, 0, separator);
        for _ in 0..PREAMBLE {
            let Some(row) = splitter.next_row() else { break };
            // A title or a picture; a head has neither so long a line nor zero bytes.
            if row.end - row.start > 16 << 10 || memchr::memchr(0, &bytes[row.start..row.end]).is_some() {
                break;
            }
            let head = |cell: &Cell| text.words(cell.trimmed(bytes)).into_owned();
            let heads = splitter.cells.iter().map(head);
            let candidates: Vec<Candidate> =
                heads.map(|head| Candidate { meaning: Head::of(&head).meaning(), head }).collect();
            if place_of(&candidates, "latitude").is_none() || place_of(&candidates, "longitude").is_none() {
                continue;
            }
            let is_better = best
                .as_ref()
                .is_none_or(|(_, known, heads)| (row.start, heads.len()) < (known.start, candidates.len()));
            if is_better {
                best = Some((separator, row, candidates));
            }
            break;
        }
    }
    best.filter(|(_, row, candidates)| {
        let of_places = candidates.iter().any(|c| OF_PLACES.contains(&Head::of(&c.head).joined().as_str()));
        !row.torn && !of_places
    })
}

/// The first rows, taken apart.
struct Sample<'t> {
    bytes: &'t [u8],
    rows: Vec<Vec<Cell>>,
}

impl<'t> Sample<'t> {
    fn of(bytes: &'t [u8], from: usize, separator: u8) -> Self {
        let mut splitter = Splitter::new(bytes, from, separator);
        let mut rows = Vec::new();
        while rows.len() < SAMPLE {
            let Some(row) = splitter.next_row() else { break };
            // A row without a line end may be cut, above all where only the beginning of a file is at hand.
            let is_ended = row.next > row.end;
            if !row.torn && (is_ended || rows.is_empty()) && row.end > row.start {
                rows.push(splitter.cells.clone());
            }
        }
        Sample { bytes, rows }
    }

    /// The first cell of a column that `read` understands, looked for among the first that are not empty.
    fn first<'s, T>(&'s self, column: usize, read: impl FnMut(&'s [u8]) -> Option<T>) -> Option<T> {
        const ASKED: usize = 20;
        self.cells(column).take(ASKED).find_map(read)
    }

    /// The cells of a column that are not empty.
    fn cells(&self, column: usize) -> impl Iterator<Item = &[u8]> {
        let cells = self.rows.iter().filter_map(move |row| row.get(column));
        cells.map(|cell| cell.trimmed(self.bytes)).filter(|words| !words.is_empty())
    }

    /// Whether positions hold decimal commas in quotes, as programs write them where the comma is the decimal sign.
    fn has_decimal_commas(&self, lat: usize, lon: usize) -> bool {
        let is_one = |words: &[u8]| Decimal::parse(words, false).is_none() && Decimal::parse(words, true).is_some();
        [lat, lon].into_iter().all(|column| self.first(column, |words| is_one(words).then_some(())).is_some())
    }

    fn number(&self, column: usize, comma: bool) -> Option<f64> {
        self.first(column, |words| Decimal::parse(words, comma)).map(|number| number.value())
    }

    /// Whether dates of one column and times of day of another make moments.
    fn joins(&self, date: usize, time: usize, order: Option<YearLast>) -> bool {
        let mut reader = Reader::with(order);
        self.rows.iter().any(|row| {
            let cell = |at: usize| row.get(at).map(|cell| cell.trimmed(self.bytes));
            cell(date).zip(cell(time)).is_some_and(|(date, time)| reader.joined(date, time).is_some())
        })
    }

    /// Whether a column names groups of rows rather than rows.
    fn repeats(&self, column: usize) -> bool {
        let words = |row: &Vec<Cell>| row.get(column).map(|cell| cell.trimmed(self.bytes));
        let all: Vec<&[u8]> = self.rows.iter().filter_map(words).filter(|words| !words.is_empty()).collect();
        let different: HashSet<&[u8]> = all.iter().copied().collect();
        all.len() >= 2 && different.len() * 2 <= all.len()
    }

    /// Numbers of cells that a row may have: that of the head, or that of most rows where they differ all alike.
    fn widths(&self, head: usize) -> std::ops::RangeInclusive<usize> {
        let mut counts: Vec<usize> = self.rows.iter().map(Vec::len).collect();
        counts.sort_unstable();
        let usual = counts.chunk_by(|a, b| a == b).max_by_key(|same| same.len()).and_then(|same| same.first().copied());
        let usual = usual.unwrap_or(head);
        usual.min(head)..=usual.max(head)
    }
}
