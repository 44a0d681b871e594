//! Flatbuffers, as far as FlatGeobuf needs them, with each offset checked: a table points back to its list of field offsets, a
//! field that is not listed has its default.

use crate::bytes::little_endian::{u16_at, u32_at};

/// A buffer of one root table.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Offsets of its fields from `at`, two bytes each.
    fields: &'a [u8],
}

impl<'a> Table<'a> {
    /// The root table of a buffer.
    pub fn root(bytes: &'a [u8]) -> Option<Self> {
        Table::at(bytes, u32_at(bytes, 0)? as usize)
    }

    fn at(bytes: &'a [u8], at: usize) -> Option<Self> {
        let back = i64::from(u32_at(bytes, at)?.cast_signed());
        let list = usize::try_from(i64::try_from(at).ok()?.checked_sub(back)?).ok()?;
        let len = usize::from(u16_at(bytes, list)?);
        let fields = bytes.get(list.checked_add(4)?..list.checked_add(len)?)?;
        Some(Table { bytes, at, fields })
    }

    /// Where field `number` stands; `None` when it has its default.
    fn field(&self, number: usize) -> Option<usize> {
        let offset = usize::from(u16_at(self.fields, 2 * number)?);
        (offset != 0).then(|| self.at.checked_add(offset)).flatten()
    }

    pub fn u8(&self, number: usize) -> Option<u8> {
        self.bytes.get(self.field(number)?).copied()
    }

    pub fn u16(&self, number: usize) -> Option<u16> {
        u16_at(self.bytes, self.field(number)?)
    }

    pub fn i32(&self, number: usize) -> Option<i32> {
        u32_at(self.bytes, self.field(number)?).map(u32::cast_signed)
    }

    pub fn u64(&self, number: usize) -> Option<u64> {
        let at = self.field(number)?;
        self.bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
    }

    /// The place that a field points to.
    fn target(&self, number: usize) -> Option<usize> {
        let at = self.field(number)?;
        at.checked_add(u32_at(self.bytes, at)? as usize)
    }

    /// A vector of elements of `size` bytes, as bytes.
    pub fn vector(&self, number: usize, size: usize) -> Option<&'a [u8]> {
        let at = self.target(number)?;
        let len = (u32_at(self.bytes, at)? as usize).checked_mul(size)?;
        let start = at.checked_add(4)?;
        self.bytes.get(start..start.checked_add(len)?)
    }

    pub fn text(&self, number: usize) -> Option<String> {
        self.vector(number, 1).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// A vector of tables; those whose offsets lead nowhere are left out.
    pub fn tables(&self, number: usize) -> impl Iterator<Item = Table<'a>> + use<'a> {
        let bytes = self.bytes;
        let start = self.target(number).and_then(|at| at.checked_add(4));
        let offsets = self.vector(number, 4).unwrap_or_default();
        let places = offsets.chunks_exact(4).enumerate().filter_map(move |(i, offset)| {
            let own = start?.checked_add(4 * i)?;
            own.checked_add(u32_at(offset, 0)? as usize)
        });
        places.filter_map(move |at| Table::at(bytes, at))
    }

    /// A table in a field.
    pub fn table(&self, number: usize) -> Option<Table<'a>> {
        Table::at(self.bytes, self.target(number)?)
    }
}
