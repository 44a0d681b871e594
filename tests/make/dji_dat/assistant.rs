//! What DJI Assistant exports: files one behind the other, each behind a header of 283 bytes.

use super::super::dji_txt::fields::Fields;

pub const HEADER: usize = 0x11B;

/// How the name stands in the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// At 7: the exports that are deflated.
    Plain,
    /// A product of five characters at 7, the path at 12.
    Tagged(&'static str),
}

/// An exported file.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: String,
    pub data: Vec<u8>,
}

impl Entry {
    pub fn new(name: &str, data: Vec<u8>) -> Self {
        Entry { name: name.to_owned(), data }
    }
}

/// The entries as a plain export; [`super::deflate::zlib`] makes the older kind of it.
pub fn export(entries: &[Entry], naming: Naming) -> Vec<u8> {
    let mut out = Vec::new();
    for entry in entries {
        let mut f = Fields::new(HEADER);
        f.u8(0, 0xA4).u32(1, entry.data.len() as u32);
        match naming {
            Naming::Plain => f.text(7, 255, &entry.name),
            Naming::Tagged(product) => f.text(7, 5, product).text(12, 255, &entry.name),
        };
        out.extend(f.whole());
        out.extend(&entry.data);
    }
    out
}

/// (offset, length) of the data of each entry in the plain export.
pub fn places(entries: &[Entry]) -> Vec<(usize, usize)> {
    let mut at = 0;
    let place = |entry: &Entry| {
        let start = at + HEADER;
        at = start + entry.data.len();
        (start, entry.data.len())
    };
    entries.iter().map(place).collect()
}
