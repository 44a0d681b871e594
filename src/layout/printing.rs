//! Values as they print, straight from a record's bytes: wide tables have millions of cells.

use std::sync::Arc;

use super::expr::Expr;
use super::field::{Field, Kind, Number, Scalar, Scale};
use super::{Layout, decimal};

/// How the value of a field is printed, for fields without text; the same as its [`super::Value`] prints.
#[derive(Clone, Debug)]
pub enum Printing {
    Number(Digits),
    Computed(Arc<Expr>, Scale),
    /// A fixed number of numbers, or as many as fit.
    Array {
        offset: usize,
        each: Digits,
        count: Option<usize>,
    },
    /// Raw bytes, of a fixed length or to the end.
    Hex {
        offset: usize,
        len: Option<usize>,
    },
    /// A table repeated to the end.
    Entries {
        offset: usize,
        layout: Arc<Layout>,
        /// What stands before each value, and the value.
        fields: Vec<(String, Printing)>,
    },
}

impl Printing {
    /// `None` for fields with text, which may hold anything; what the others print needs no quotes in a table but for a sign before
    /// it.
    pub fn of(field: &Field) -> Option<Self> {
        let offset = field.offset;
        Some(match &field.kind {
            Kind::Number(number) => Printing::Number(Digits::of(field.scalar_at(offset, *number))),
            Kind::Expr(expr) => Printing::Computed(expr.clone(), field.scale),
            Kind::Array(number, count) => {
                Printing::Array { offset, each: Digits::of(field.scalar_at(0, *number)), count: *count }
            }
            Kind::Hex(len) => Printing::Hex { offset, len: *len },
            Kind::Entries(layout) => {
                let is_plain = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                let named = |field: &Field| {
                    let value = Printing::of(field).filter(|_| is_plain(&field.name))?;
                    Some((format!("{}=", field.name), value))
                };
                let fields = layout.fields.iter().map(named).collect::<Option<_>>()?;
                Printing::Entries { offset, layout: layout.clone(), fields }
            }
            Kind::Chars(_) | Kind::Text | Kind::Cell => return None,
        })
    }

    /// A single number.
    pub fn is_number(&self) -> bool {
        matches!(self, Printing::Number(_) | Printing::Computed(..))
    }

    /// Appends the value in `content`; `false`, and nothing is appended, when the record ends before or inside the field.
    pub fn push(&self, content: &[u8], out: &mut Vec<u8>) -> bool {
        self.append(content, out).is_some()
    }

    fn append(&self, content: &[u8], out: &mut Vec<u8>) -> Option<()> {
        match self {
            Printing::Number(digits) => digits.append(content, out)?,
            Printing::Computed(expr, scale) => decimal::push_f64(scale.of(expr.number(content)?), out),
            Printing::Array { offset, each, count } => {
                let rest = content.get(*offset..)?;
                let size = each.scalar.number.size();
                let bytes = rest.get(..count.unwrap_or(rest.len() / size) * size)?;
                for (at, number) in bytes.chunks_exact(size).enumerate() {
                    if at > 0 {
                        out.push(b' ');
                    }
                    each.append(number, out);
                }
            }
            Printing::Hex { offset, len } => {
                let rest = content.get(*offset..)?;
                push_hex(rest.get(..len.unwrap_or(rest.len()))?, out);
            }
            Printing::Entries { offset, layout, fields } => {
                let rest = content.get(*offset..)?;
                for (at, entry) in rest.chunks_exact(layout.extent(rest.len()).max(1)).enumerate() {
                    if at > 0 {
                        out.push(b' ');
                    }
                    push_entry(fields, entry, out);
                }
            }
        }
        Some(())
    }
}

fn push_entry(fields: &[(String, Printing)], entry: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    for (name, value) in fields {
        let end = out.len();
        if end > start {
            out.push(b' ');
        }
        out.extend_from_slice(name.as_bytes());
        if !value.push(entry, out) {
            out.truncate(end);
        }
    }
    out.push(b';');
}

fn push_hex(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.extend(bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]));
}

/// A number and how many decimals its scale gives it.
#[derive(Clone, Copy, Debug)]
pub struct Digits {
    scalar: Scalar,
    /// The power of ten that the integer is divided by.
    places: Option<u32>,
}

impl Digits {
    fn of(scalar: Scalar) -> Self {
        let places = match scalar.scale {
            Scale::Per(divisor) => places(divisor),
            Scale::One | Scale::Times(_) => None,
        };
        Digits { scalar, places }
    }

    fn append(&self, content: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let Scalar { number, bits, scale, .. } = self.scalar;
        let bytes = self.scalar.bytes(content)?;
        match number {
            Number::F32 => {
                // It has the digits of what is stored.
                decimal::push_f32(scale.of(number.wide(bytes)) as f32, out);
                return Some(());
            }
            Number::F64 => {
                decimal::push_f64(scale.of(number.wide(bytes)), out);
                return Some(());
            }
            _ => {}
        }
        let raw = self.scalar.part(number.integer(bytes)?);
        // A u64 is told from a negative number by its type.
        let is_unsigned = bits.is_some() || number == Number::U64;
        match (scale, self.places) {
            (Scale::One, _) if is_unsigned => decimal::push_unsigned(raw as u64, out),
            (Scale::One, _) => decimal::push_signed(raw, out),
            (_, Some(places)) if bits.is_some() || !is_unsigned => decimal::push_fraction(raw, places, out),
            _ if is_unsigned => decimal::push_f64(scale.of(raw as u64 as f64), out),
            _ => decimal::push_f64(scale.of(raw as f64), out),
        }
        Some(())
    }
}

/// The power of ten that this is.
fn places(divisor: f64) -> Option<u32> {
    const POWERS: [f64; 9] = [1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
    POWERS.iter().position(|power| *power == divisor).map(|at| at as u32 + 1)
}
