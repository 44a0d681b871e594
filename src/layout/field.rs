//! One row of a record table: where a field lies, what type it has, what it is measured in and against.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use byteorder::{ByteOrder as _, LittleEndian as Le};

use super::expr::Expr;
use super::value::Value;
use super::{Enumeration, Layout};

/// A number's type in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    U8,
    U16,
    U32,
    U64,
    I8,
    I16,
    I32,
    I64,
    F32,
    F64,
}

impl Number {
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "u8" => Number::U8,
            "u16" => Number::U16,
            "u32" => Number::U32,
            "u64" => Number::U64,
            "i8" => Number::I8,
            "i16" => Number::I16,
            "i32" => Number::I32,
            "i64" => Number::I64,
            "f32" => Number::F32,
            "f64" => Number::F64,
            _ => return None,
        })
    }

    pub fn size(self) -> usize {
        match self {
            Number::U8 | Number::I8 => 1,
            Number::U16 | Number::I16 => 2,
            Number::U32 | Number::I32 | Number::F32 => 4,
            Number::U64 | Number::I64 | Number::F64 => 8,
        }
    }

    pub fn is_integer(self) -> bool {
        !matches!(self, Number::F32 | Number::F64)
    }

    /// The integer in the first `size` bytes; `None` for a float.
    #[inline]
    pub(super) fn integer(self, bytes: &[u8]) -> Option<i64> {
        Some(match self {
            Number::U8 => bytes[0].into(),
            Number::U16 => Le::read_u16(bytes).into(),
            Number::U32 => Le::read_u32(bytes).into(),
            Number::U64 => Le::read_u64(bytes) as i64,
            Number::I8 => (bytes[0] as i8).into(),
            Number::I16 => Le::read_i16(bytes).into(),
            Number::I32 => Le::read_i32(bytes).into(),
            Number::I64 => Le::read_i64(bytes),
            Number::F32 | Number::F64 => return None,
        })
    }

    /// The number in the first `size` bytes as `f64`.
    #[inline]
    pub(super) fn wide(self, bytes: &[u8]) -> f64 {
        match self {
            Number::F32 => Le::read_f32(bytes).into(),
            Number::F64 => Le::read_f64(bytes),
            Number::U64 => Le::read_u64(bytes) as f64,
            Number::I16 => Le::read_i16(bytes).into(),
            Number::U8 => bytes[0].into(),
            Number::U16 => Le::read_u16(bytes).into(),
            _ => self.integer(bytes).map_or(f64::NAN, |v| v as f64),
        }
    }

    /// `bytes` holds at least `size` bytes.
    fn read(self, bytes: &[u8]) -> Value<'static> {
        match self {
            Number::U8 => Value::Unsigned(bytes[0].into()),
            Number::U16 => Value::Unsigned(Le::read_u16(bytes).into()),
            Number::U32 => Value::Unsigned(Le::read_u32(bytes).into()),
            Number::U64 => Value::Unsigned(Le::read_u64(bytes)),
            Number::I8 => Value::Signed((bytes[0] as i8).into()),
            Number::I16 => Value::Signed(Le::read_i16(bytes).into()),
            Number::I32 => Value::Signed(Le::read_i32(bytes).into()),
            Number::I64 => Value::Signed(Le::read_i64(bytes)),
            Number::F32 => Value::F32(Le::read_f32(bytes)),
            Number::F64 => Value::F64(Le::read_f64(bytes)),
        }
    }
}

/// What a field is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Number(Number),
    /// A fixed number of numbers, or as many as fit.
    Array(Number, Option<usize>),
    /// Text of a fixed length, ended by the first NUL.
    Chars(usize),
    /// Text to the end of the record, trailing NULs cut.
    Text,
    /// Raw bytes, of a fixed length or to the end.
    Hex(Option<usize>),
    /// Another table, repeated to the end.
    Entries(Arc<Layout>),
    /// A cell of a self-describing source: the decoder reads it and hands the value over with the record.
    Cell,
    /// Computed from other fields; it has no bytes of its own.
    Expr(Arc<Expr>),
}

/// As `records.tsv` writes it.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Number(number) => write!(f, "{number}"),
            Kind::Array(number, Some(count)) => write!(f, "{number}[{count}]"),
            Kind::Array(number, None) => write!(f, "{number}[]"),
            Kind::Chars(len) => write!(f, "char[{len}]"),
            Kind::Text => f.write_str("text"),
            Kind::Hex(Some(len)) => write!(f, "hex[{len}]"),
            Kind::Hex(None) => f.write_str("hex"),
            Kind::Entries(layout) => write!(f, "{}[]", layout.name),
            Kind::Cell => f.write_str("cell"),
            Kind::Expr(expr) => write!(f, "={expr}"),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Number::U8 => "u8",
            Number::U16 => "u16",
            Number::U32 => "u32",
            Number::U64 => "u64",
            Number::I8 => "i8",
            Number::I16 => "i16",
            Number::I32 => "i32",
            Number::I64 => "i64",
            Number::F32 => "f32",
            Number::F64 => "f64",
        })
    }
}

/// Turns the raw number into the unit. Tenths divide by ten, so that 516 reads 51.6 and not 51.6000000001.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    One,
    Times(f64),
    Per(f64),
}

impl Scale {
    pub fn new(factor: f64) -> Self {
        let inverse = (1.0 / factor).round();
        if factor == 1.0 {
            Scale::One
        } else if factor < 1.0 && (1.0 / factor - inverse).abs() < 1e-9 * inverse {
            Scale::Per(inverse)
        } else {
            Scale::Times(factor)
        }
    }

    #[inline(always)]
    pub(super) fn of(self, raw: f64) -> f64 {
        match self {
            Scale::One => raw,
            Scale::Times(factor) => raw * factor,
            Scale::Per(divisor) => raw / divisor,
        }
    }

    fn apply(self, value: Value<'static>) -> Value<'static> {
        let scaled = |v: f64| self.of(v);
        match (self, &value) {
            (Scale::One, _) => value,
            (_, Value::F32(v)) => Value::F32(scaled(f64::from(*v)) as f32),
            (_, v) => v.number().map_or(value.clone(), |v| Value::F64(scaled(v))),
        }
    }
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    /// Bytes from the start of the record's content.
    pub offset: usize,
    pub kind: Kind,
    /// First bit and number of bits, for a part of an integer.
    pub bits: Option<(u32, u32)>,
    pub scale: Scale,
    /// Empty for a plain number.
    pub unit: String,
    pub names: Option<Arc<Enumeration>>,
    /// Height reference, clock or frame; never empty.
    pub basis: String,
    /// On what the row rests.
    pub source: String,
    /// Line of the table, from 1.
    pub line: usize,
}

impl Field {
    /// A plain number, measured against nothing, of unknown source.
    pub fn new(name: String, offset: usize, kind: Kind, scale: Scale) -> Self {
        Field {
            name,
            offset,
            kind,
            bits: None,
            scale,
            unit: String::new(),
            names: None,
            basis: "none".to_owned(),
            source: String::new(),
            line: 0,
        }
    }

    /// The value in `content`; `None` when the record ends before or inside the field.
    pub fn read<'a>(&'a self, content: &'a [u8]) -> Option<Value<'a>> {
        let rest = content.get(self.offset..)?;
        match &self.kind {
            Kind::Number(number) => self.one(*number, rest),
            Kind::Array(number, count) => {
                let size = number.size();
                let count = count.unwrap_or(rest.len() / size);
                let bytes = rest.get(..count * size)?;
                Some(Value::List(bytes.chunks_exact(size).filter_map(|b| self.one(*number, b)).collect()))
            }
            Kind::Chars(len) => Some(Value::Text(text(until_nul(rest.get(..*len)?)))),
            Kind::Text => Some(Value::Text(text(trim_nuls(rest)))),
            Kind::Hex(len) => Some(Value::Bytes(Cow::Borrowed(match len {
                Some(len) => rest.get(..*len)?,
                None => rest,
            }))),
            Kind::Entries(layout) => {
                let entries = rest.chunks_exact(layout.extent(rest.len()).max(1));
                Some(Value::List(entries.map(|entry| Value::Entry(layout.read_all(entry).collect())).collect()))
            }
            Kind::Cell => None,
            Kind::Expr(expr) => Some(self.scale.apply(Value::F64(expr.number(content)?))),
        }
    }

    /// The number that it gives, however it comes by it; `None` for fields that are no single number.
    pub fn reading(&self) -> Option<Reading> {
        match &self.kind {
            Kind::Expr(expr) => Some(Reading::Computed(expr.clone(), self.scale)),
            _ => self.scalar().map(Reading::Stored),
        }
    }

    /// The short form of a field that is one number; `None` for the others.
    pub fn scalar(&self) -> Option<Scalar> {
        let Kind::Number(number) = self.kind else { return None };
        Some(self.scalar_at(self.offset, number))
    }

    /// One number of the field, which lies at `offset`.
    pub(super) fn scalar_at(&self, offset: usize, number: Number) -> Scalar {
        let bits = self.bits.map(|(first, count)| (first, mask(count)));
        Scalar { offset, number, bits, scale: self.scale }
    }

    /// The number in `content`, without the detour over a [`Value`]; `None` for fields that are no single number.
    pub fn number(&self, content: &[u8]) -> Option<f64> {
        self.scalar()?.number(content)
    }

    fn one(&self, number: Number, bytes: &[u8]) -> Option<Value<'static>> {
        let raw = number.read(bytes.get(..number.size())?);
        let part = match (self.bits, &raw) {
            (Some((first, count)), Value::Unsigned(v)) => Value::Unsigned(v >> first & mask(count)),
            (Some((first, count)), Value::Signed(v)) => Value::Unsigned((*v as u64) >> first & mask(count)),
            _ => raw,
        };
        Some(self.scale.apply(part))
    }

    /// The name of the value in the field's enum.
    pub fn value_name(&self, value: &Value<'_>) -> Option<&str> {
        self.names.as_ref()?.name(value.integer()?)
    }

    /// Bytes that the field covers in a record of `len` bytes; 0 when it is absent.
    pub fn covers(&self, len: usize) -> usize {
        let rest = len.saturating_sub(self.offset);
        let size = match &self.kind {
            Kind::Number(number) => number.size(),
            Kind::Array(number, Some(count)) => number.size() * count,
            Kind::Array(number, None) => rest / number.size() * number.size(),
            Kind::Chars(len) => *len,
            Kind::Hex(len) => len.unwrap_or(rest),
            Kind::Text | Kind::Cell => rest,
            Kind::Expr(_) => 0,
            Kind::Entries(layout) => {
                let entry = layout.extent(rest).max(1);
                rest / entry * entry
            }
        };
        if size <= rest { size } else { 0 }
    }
}

/// How the number of a field is come by.
#[derive(Clone, Debug)]
pub enum Reading {
    Stored(Scalar),
    Computed(Arc<Expr>, Scale),
}

impl Reading {
    /// Scaled to the unit; `None` when the record ends before or inside what it needs.
    #[inline(always)]
    pub fn number(&self, content: &[u8]) -> Option<f64> {
        match self {
            Reading::Stored(scalar) => scalar.number(content),
            Reading::Computed(expr, scale) => expr.number(content).map(|raw| scale.of(raw)),
        }
    }

    /// The same for all readings of one computed field; `None` for stored ones, which cost nothing to read again.
    pub fn computed(&self) -> Option<usize> {
        match self {
            Reading::Stored(_) => None,
            Reading::Computed(expr, _) => Some(Arc::as_ptr(expr) as usize),
        }
    }

    /// Whether it needs nothing of the first `len` bytes of the content.
    #[inline]
    pub fn lies_behind(&self, len: usize) -> bool {
        match self {
            Reading::Stored(scalar) => scalar.lies_behind(len),
            Reading::Computed(expr, _) => expr.lies_behind(len),
        }
    }
}

/// A field that is one number, as small as it can be: what is read a hundred thousand times a log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scalar {
    pub(super) offset: usize,
    pub(super) number: Number,
    /// First bit, and the mask of what is left behind the shift.
    pub(super) bits: Option<(u32, u64)>,
    pub(super) scale: Scale,
}

impl Scalar {
    /// Scaled to the unit; `None` when the record ends before or inside the field.
    #[inline(always)]
    pub fn number(&self, content: &[u8]) -> Option<f64> {
        let bytes = self.bytes(content)?;
        let raw = match self.bits {
            Some(_) => self.part(self.number.integer(bytes)?) as f64,
            None => self.number.wide(bytes),
        };
        Some(self.scale.of(raw))
    }

    /// The unscaled integer; `None` for floats, too.
    #[inline]
    pub fn integer(&self, content: &[u8]) -> Option<i64> {
        Some(self.part(self.number.integer(self.bytes(content)?)?))
    }

    /// Whether it begins behind the first `len` bytes of the content.
    #[inline]
    pub fn lies_behind(&self, len: usize) -> bool {
        self.offset >= len
    }

    #[inline]
    pub(super) fn bytes<'a>(&self, content: &'a [u8]) -> Option<&'a [u8]> {
        content.get(self.offset..self.offset + self.number.size())
    }

    #[inline]
    pub(super) fn part(&self, raw: i64) -> i64 {
        match self.bits {
            Some((first, mask)) => (raw as u64 >> first & mask) as i64,
            None => raw,
        }
    }
}

fn mask(count: u32) -> u64 {
    u64::MAX >> (64 - count.clamp(1, 64))
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    &bytes[..memchr::memchr(0, bytes).unwrap_or(bytes.len())]
}

fn trim_nuls(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1)]
}

/// UTF-8 where it is; else each wrong byte as `\xNN`, so that nothing is lost.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.utf8_chunks().fold(String::new(), |mut all, chunk| {
            all.push_str(chunk.valid());
            all.extend(chunk.invalid().iter().map(|b| format!("\\x{b:02x}")));
            all
        })),
    }
}
