//! DJI aircraft logs (.DAT), written from the format description: the streams of records V1 and V3, and what they come in.
//!
//! ```text
//! V1        header 128 | records                      Phantom 3, Inspire 1: 600 ticks a second
//! V3        header 256 | records                      later aircraft: the header says how many
//! record    55 | length u16 | CRC-8 | type u16 | tick u32 | payload ^ tick | CRC-16
//! export    (A4 | length u32 | 2 | path | 16 | data)*  plain or deflated
//! LOGH      LOGH | data offset, length | product | serial number | ... | cipher text
//! ```
//! A record may be torn in two or more pieces by others that were written into it; V3 logs describe their own records.

pub mod assistant;
pub mod content;
pub mod crc;
pub mod definitions;
pub mod deflate;
pub mod early;
pub mod header;
pub mod later;
pub mod logh;
pub mod long;
pub mod record;
pub mod recorder;
pub mod truth;

pub use definitions::Definition;
pub use record::Record;
pub use truth::{Fix, Placed, Truth};

/// Lines of the log book.
pub const TEXT: u16 = 0x8000;

#[derive(Clone, Debug)]
enum Item {
    Record(Record),
    Zeros(usize),
    Foreign(Vec<u8>),
}

/// A log in the making. `finish` may be called at any point and any number of times, with the same result.
#[derive(Clone, Debug, Default)]
pub struct Dat {
    header: Vec<u8>,
    items: Vec<Item>,
}

impl Dat {
    /// A stream without a header.
    pub fn headerless() -> Self {
        Dat::default()
    }

    pub fn with_header(header: Vec<u8>) -> Self {
        Dat { header, items: Vec::new() }
    }

    pub fn record(&mut self, record: Record) -> &mut Self {
        self.items.push(Item::Record(record));
        self
    }

    pub fn records(&mut self, records: impl IntoIterator<Item = Record>) -> &mut Self {
        self.items.extend(records.into_iter().map(Item::Record));
        self
    }

    /// Zeros between two records, as some firmware pads.
    pub fn zeros(&mut self, n: usize) -> &mut Self {
        self.items.push(Item::Zeros(n));
        self
    }

    /// Bytes that belong to nothing.
    pub fn foreign(&mut self, bytes: &[u8]) -> &mut Self {
        self.items.push(Item::Foreign(bytes.to_vec()));
        self
    }

    /// Goes on with the records of another log.
    pub fn append(&mut self, other: &Dat) -> &mut Self {
        self.items.extend(other.items.iter().cloned());
        self
    }

    /// Takes the header away.
    pub fn beheaded(&self) -> Self {
        Dat { header: Vec::new(), items: self.items.clone() }
    }

    /// The file, and where in it everything went.
    pub fn finish(&self) -> (Vec<u8>, Truth) {
        let mut out = self.header.clone();
        let mut truth = Truth { header: out.len(), ..Truth::default() };
        for item in &self.items {
            let at = out.len();
            match item {
                Item::Record(record) => put(record, &mut out, &mut truth.records),
                Item::Zeros(n) => {
                    out.resize(at + n, 0);
                    truth.zeros.push((at, *n));
                }
                Item::Foreign(bytes) => {
                    out.extend(bytes);
                    truth.foreign.push((at, bytes.len()));
                }
            }
        }
        truth.total = out.len();
        (out, truth)
    }
}

fn put(record: &Record, out: &mut Vec<u8>, placed: &mut Vec<Placed>) {
    let framed = record.framed();
    let index = placed.len();
    placed.push(Placed { kind: record.kind, tick: record.tick, payload: record.payload.len(), spans: Vec::new() });
    let mut from = 0;
    for (at, other) in &record.inside {
        if *at > from {
            placed[index].spans.push((out.len(), at - from));
            out.extend(&framed[from..*at]);
            from = *at;
        }
        put(other, out, placed);
    }
    placed[index].spans.push((out.len(), framed.len() - from));
    out.extend(&framed[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_lie_around_what_was_written_into_them() {
        let inner = Record::text(0xFFFD, 5, "inner").around(3, Record::text(0xFFFD, 6, "innermost"));
        let outer = Record::new(2096, 256, vec![7; 20]).around(2, inner).around(30, Record::text(0xFFFD, 7, "last"));
        let whole = outer.framed();
        let (bytes, truth) = Dat::with_header(vec![0; 8]).record(outer).finish();
        assert_eq!(truth.records.len(), 4);
        assert_eq!(truth.records[0].spans, [(8, 2), (50, 28), (95, 2)]);
        assert_eq!(truth.records[1].spans, [(10, 3), (35, 15)]);
        let joined: Vec<u8> =
            truth.records[0].spans.iter().flat_map(|&(at, len)| bytes[at..at + len].to_vec()).collect();
        assert_eq!(joined, whole);
        assert_eq!(truth.records.iter().map(Placed::len).sum::<usize>() + 8, bytes.len());
    }
}
