//! Values that are computed from other fields of the same record: `bitand(shift_r(state,1),1)`. Logs that describe themselves
//! write such fields, and tables may. Bounded in size and depth, so that no text can make reading a record slow.

use std::fmt;

use super::field::Scalar;

/// A computed value.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    text: String,
    root: Node,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Number(f64),
    Field(Scalar),
    Call(Op, Vec<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Op {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
    Negate,
    Abs,
    Sqrt,
    Asin,
    Atan2,
    Hypot,
    Degrees,
    /// Angles in radians of a rotation from body to north, east, down, given as the quaternion w, x, y, z.
    Roll,
    Pitch,
    Yaw,
}

/// Numbers, fields and operators of one expression, and how deep they may stand in each other.
const MOST_NODES: usize = 128;
const DEPTH: u32 = 24;

impl Expr {
    /// `field` gives the number that a name stands for.
    ///
    /// # Errors
    /// What cannot be understood, in words.
    pub fn parse(text: &str, field: impl Fn(&str) -> Option<Scalar>) -> Result<Self, String> {
        let mut parser = Parser { rest: text, nodes: 0, field: &field };
        let root = parser.sum(DEPTH)?;
        match parser.rest.trim_start() {
            "" => Ok(Expr { text: text.trim().to_owned(), root }),
            rest => Err(format!("{rest:?} is left over")),
        }
    }

    /// `None` when the record ends before one of the fields.
    pub fn number(&self, content: &[u8]) -> Option<f64> {
        self.root.number(content)
    }

    /// Whether everything that it is computed from begins behind the first `len` bytes of the content.
    pub fn lies_behind(&self, len: usize) -> bool {
        self.root.lies_behind(len)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Node {
    fn number(&self, content: &[u8]) -> Option<f64> {
        match self {
            Node::Number(number) => Some(*number),
            Node::Field(scalar) => scalar.number(content),
            Node::Call(op, parts) => {
                let part = |at: usize| parts.get(at)?.number(content);
                let first = part(0)?;
                if let Op::Roll | Op::Pitch | Op::Yaw = op {
                    return Some(op.of_rotation(first, part(1)?, part(2)?, part(3)?));
                }
                Some(match op {
                    Op::Negate => -first,
                    Op::Abs => first.abs(),
                    Op::Sqrt => first.sqrt(),
                    // Rounding leaves unit vectors a little too long.
                    Op::Asin => first.clamp(-1.0, 1.0).asin(),
                    Op::Degrees => first.to_degrees(),
                    _ => op.of_two(first, part(1)?),
                })
            }
        }
    }

    fn lies_behind(&self, len: usize) -> bool {
        match self {
            Node::Number(_) => true,
            Node::Field(scalar) => scalar.lies_behind(len),
            Node::Call(_, parts) => parts.iter().all(|part| part.lies_behind(len)),
        }
    }
}

impl Op {
    fn of_two(self, a: f64, b: f64) -> f64 {
        let bits = |combine: fn(i64, i64) -> i64| combine(a as i64, b as i64) as f64;
        match self {
            Op::Add => a + b,
            Op::Subtract => a - b,
            Op::Multiply => a * b,
            Op::Divide => a / b,
            Op::Remainder => a % b,
            Op::BitAnd => bits(|a, b| a & b),
            Op::BitOr => bits(|a, b| a | b),
            Op::BitXor => bits(|a, b| a ^ b),
            Op::ShiftLeft => bits(|a, b| a.checked_shl(u32::try_from(b).unwrap_or(64)).unwrap_or(0)),
            Op::ShiftRight => bits(|a, b| a.checked_shr(u32::try_from(b).unwrap_or(64)).unwrap_or(0)),
            Op::Atan2 => a.atan2(b),
            Op::Hypot => a.hypot(b),
            Op::Negate | Op::Abs | Op::Sqrt | Op::Asin | Op::Degrees | Op::Roll | Op::Pitch | Op::Yaw => f64::NAN,
        }
    }

    fn of_rotation(self, w: f64, x: f64, y: f64, z: f64) -> f64 {
        match self {
            Op::Roll => (2.0 * (w * x + y * z)).atan2(1.0 - 2.0 * (x * x + y * y)),
            // Rounding leaves unit quaternions a little too long.
            Op::Pitch => (2.0 * (w * y - z * x)).clamp(-1.0, 1.0).asin(),
            Op::Yaw => (2.0 * (w * z + x * y)).atan2(1.0 - 2.0 * (y * y + z * z)),
            _ => f64::NAN,
        }
    }

    /// The function of this name, and how many parts it takes.
    fn named(name: &str) -> Option<(Op, usize)> {
        Some(match name {
            "bitand" => (Op::BitAnd, 2),
            "bitor" => (Op::BitOr, 2),
            "bitxor" => (Op::BitXor, 2),
            "shift_l" => (Op::ShiftLeft, 2),
            "shift_r" => (Op::ShiftRight, 2),
            "abs" => (Op::Abs, 1),
            "sqrt" => (Op::Sqrt, 1),
            "asin" => (Op::Asin, 1),
            "atan2" => (Op::Atan2, 2),
            "hypot" => (Op::Hypot, 2),
            "deg" => (Op::Degrees, 1),
            "roll" => (Op::Roll, 4),
            "pitch" => (Op::Pitch, 4),
            "yaw" => (Op::Yaw, 4),
            _ => return None,
        })
    }
}

struct Parser<'t, 'f> {
    rest: &'t str,
    nodes: usize,
    field: &'f dyn Fn(&str) -> Option<Scalar>,
}

impl<'t> Parser<'t, '_> {
    fn sum(&mut self, depth: u32) -> Result<Node, String> {
        self.chain(depth, &[("+", Op::Add), ("-", Op::Subtract), ("|", Op::BitOr), ("^", Op::BitXor)], Self::product)
    }

    fn product(&mut self, depth: u32) -> Result<Node, String> {
        let operators = [
            ("*", Op::Multiply),
            ("/", Op::Divide),
            ("%", Op::Remainder),
            ("&", Op::BitAnd),
            ("<<", Op::ShiftLeft),
            (">>", Op::ShiftRight),
        ];
        self.chain(depth, &operators, Self::one)
    }

    fn chain(
        &mut self,
        depth: u32,
        operators: &[(&str, Op)],
        part: fn(&mut Self, u32) -> Result<Node, String>,
    ) -> Result<Node, String> {
        let mut all = part(self, depth)?;
        while let Some((_, op)) = operators.iter().find(|(sign, _)| self.take(sign)) {
            let next = part(self, depth)?;
            all = self.node(Node::Call(*op, vec![all, next]))?;
        }
        Ok(all)
    }

    fn one(&mut self, depth: u32) -> Result<Node, String> {
        let depth = depth.checked_sub(1).ok_or("too deep")?;
        if self.take("-") {
            let part = self.one(depth)?;
            return self.node(Node::Call(Op::Negate, vec![part]));
        }
        if self.take("(") {
            let part = self.sum(depth)?;
            return if self.take(")") { Ok(part) } else { Err(format!("\")\" is missing before {:?}", self.rest)) };
        }
        let word = self.word()?;
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            let number = match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
                Some(digits) => i64::from_str_radix(digits, 16).ok().map(|number| number as f64),
                None => word.parse().ok(),
            };
            return self.node(Node::Number(number.ok_or_else(|| format!("{word:?} is no number"))?));
        }
        if self.take("(") {
            return self.call(word, depth);
        }
        let scalar = (self.field)(word).ok_or_else(|| format!("there is no number {word:?} in the record"))?;
        self.node(Node::Field(scalar))
    }

    fn call(&mut self, name: &str, depth: u32) -> Result<Node, String> {
        let (op, count) = Op::named(name).ok_or_else(|| format!("{name:?} is no function that is known"))?;
        let mut parts = vec![self.sum(depth)?];
        while self.take(",") {
            parts.push(self.sum(depth)?);
        }
        if !self.take(")") || parts.len() != count {
            return Err(format!("{name} takes {count} parts in parentheses"));
        }
        self.node(Node::Call(op, parts))
    }

    /// A number or a name: letters, digits, and what names in definitions hold beside them.
    fn word(&mut self) -> Result<&'t str, String> {
        let text = self.rest.trim_start();
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']');
        let end = text.find(|c| !inside(c)).unwrap_or(text.len());
        if end == 0 {
            return Err(format!("a number or a name is missing before {text:?}"));
        }
        self.rest = &text[end..];
        Ok(&text[..end])
    }

    fn take(&mut self, sign: &str) -> bool {
        match self.rest.trim_start().strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn node(&mut self, node: Node) -> Result<Node, String> {
        self.nodes += 1;
        if self.nodes > MOST_NODES { Err("too long".to_owned()) } else { Ok(node) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{Field, Kind, Number, Scale};

    fn value(text: &str, content: &[u8]) -> Result<Option<f64>, String> {
        let byte = |name: &str| {
            let offset = ["a", "b[1]"].iter().position(|known| *known == name)?;
            Field::new(name.to_owned(), offset, Kind::Number(Number::U8), Scale::One).scalar()
        };
        Expr::parse(text, byte).map(|expr| expr.number(content))
    }

    #[test]
    fn fields_are_computed_with_the_usual_precedence() {
        // 0b1101_0110 shifted right by one is 0b0110_1011.
        assert_eq!(value("bitand(shift_r(a,1),1)", &[0b1101_0110, 0]), Ok(Some(1.0)));
        assert_eq!(value(" a + b[1] * 0x10 - (4 - 2)", &[3, 2]), Ok(Some(33.0)));
        assert_eq!(value("-a / 4", &[6, 0]), Ok(Some(-1.5)));
        assert_eq!(value("deg(atan2(a, b[1]))", &[1, 1]), Ok(Some(45.0)));
        // A turn to the right by 90 degrees about the vertical: w = z = sqrt(1/2).
        let yaw = value("deg(yaw(0.70710678, 0, 0, 0.70710678))", &[]).ok().flatten();
        assert!(yaw.is_some_and(|yaw| (yaw - 90.0).abs() < 1e-6), "{yaw:?}");
        // The record ends before the field.
        assert_eq!(value("a + b[1]", &[3]), Ok(None));
    }

    #[test]
    fn what_is_wrong_is_named_and_what_is_endless_refused() {
        assert!(value("a + nothing", &[]).is_err_and(|e| e.contains("nothing")));
        assert!(value("bitand(a)", &[]).is_err());
        assert!(value("a a", &[]).is_err());
        assert!(value(&"(".repeat(100_000), &[]).is_err());
        assert!(value(&"a+".repeat(100_000), &[]).is_err());
        // A shift beyond the width, and a division by zero, are numbers like others.
        assert_eq!(value("shift_r(a, 99)", &[3]), Ok(Some(0.0)));
        assert_eq!(value("shift_l(a, 0 - 1)", &[3]), Ok(Some(0.0)));
    }
}
