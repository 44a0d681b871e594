//! The words of an entry, in all the ways in which cameras write them: `[key: value]`, `KEY(a, b, c)`, `KEY:value`, `KEY value`,
//! `F/2.8`, a date with a time of day, tags of a font. What is opened and not closed was cut off and is given as such.

use std::ops::Range;

use chrono::NaiveDate;

use super::lines::digits;

/// How a pair of key and value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `[key: value]`.
    Bracket,
    /// `KEY(a, b)`.
    Round,
    /// `KEY (a, b)`.
    RoundApart,
    /// `KEY:value`.
    Colon,
    /// `KEY value`.
    Blank,
    /// `F/2.8`.
    Slash,
}

/// A piece of an entry; places count in what was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'t> {
    Pair {
        key: &'t [u8],
        value: &'t [u8],
        shape: Shape,
    },
    /// Nanoseconds since 1970 as if it were UTC.
    Moment(i64),
    /// A word of no known form.
    Other(&'t [u8]),
    /// From an opening mark without its closing one to the end of the line.
    Cut(Range<usize>),
}

/// Takes the lines of an entry apart, and hands over what it finds.
pub fn tokens<'t>(text: &'t [u8], take: &mut dyn FnMut(Token<'t>)) {
    let mut base = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n' || *byte == b'\r') {
        let content = line.trim_ascii_end();
        Line { text: content, at: 0, base }.tokens(take);
        base += line.len();
    }
}

struct Line<'t> {
    text: &'t [u8],
    at: usize,
    base: usize,
}

impl<'t> Line<'t> {
    fn tokens(mut self, take: &mut dyn FnMut(Token<'t>)) {
        loop {
            self.skip(|byte| byte.is_ascii_whitespace() || byte == b',');
            let Some(first) = self.text.get(self.at) else { return };
            match first {
                b'<' => match self.to(b'>', b'<') {
                    // A tag says nothing of the flight.
                    Some(end) => self.at = end + 1,
                    None => self.cut(take),
                },
                b'[' => match self.to(b']', b'[') {
                    Some(end) => {
                        pairs(self.part(self.at + 1, end), take);
                        self.at = end + 1;
                    }
                    None => self.cut(take),
                },
                b'0'..=b'9' => match moment(self.part(self.at, self.text.len())) {
                    Some((ns, len)) => {
                        self.at += len;
                        take(Token::Moment(ns));
                    }
                    None => self.other(take),
                },
                _ => self.keyed(take),
            }
        }
    }

    /// A key, and its value in whatever way it stands behind.
    fn keyed(&mut self, take: &mut dyn FnMut(Token<'t>)) {
        let start = self.at;
        let is_key = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        self.skip(is_key);
        let key = self.part(start, self.at);
        let key_end = self.at;
        self.skip(|byte| byte == b' ' || byte == b'\t');
        let shape = match self.text.get(self.at) {
            _ if key.is_empty() => None,
            Some(b'(') if self.at == key_end => Some(Shape::Round),
            Some(b'(') => Some(Shape::RoundApart),
            Some(b':') => Some(Shape::Colon),
            Some(b'/') if self.at == key_end => Some(Shape::Slash),
            Some(_) if self.at > key_end => Some(Shape::Blank),
            _ => None,
        };
        match shape {
            Some(shape @ (Shape::Round | Shape::RoundApart)) => match self.to(b')', b'(') {
                Some(end) => {
                    take(Token::Pair { key, value: self.part(self.at + 1, end), shape });
                    self.at = end + 1;
                }
                None => {
                    self.at = start;
                    self.cut(take);
                }
            },
            Some(shape @ (Shape::Colon | Shape::Slash)) => {
                self.at += 1;
                self.skip(|byte| byte == b' ' || byte == b'\t');
                take(Token::Pair { key, value: self.value(), shape });
            }
            Some(shape) => {
                let value = self.value();
                let is_value =
                    value == b"n/a" || value.iter().find(|b| !b"+-".contains(b)).is_some_and(u8::is_ascii_digit);
                if is_value {
                    take(Token::Pair { key, value, shape });
                } else {
                    self.at = start;
                    self.other(take);
                }
            }
            None => {
                self.at = start;
                self.other(take);
            }
        }
    }

    /// Up to a blank, a comma or something that opens.
    fn value(&mut self) -> &'t [u8] {
        let start = self.at;
        self.skip(|byte| !byte.is_ascii_whitespace() && !b",<[(".contains(&byte));
        self.part(start, self.at)
    }

    fn other(&mut self, take: &mut dyn FnMut(Token<'t>)) {
        let start = self.at;
        self.skip(|byte| !byte.is_ascii_whitespace() && !b"<[".contains(&byte));
        self.at = self.at.max(start + 1).min(self.text.len());
        take(Token::Other(self.part(start, self.at)));
    }

    /// What is opened here and not closed, to the end of the line.
    fn cut(&mut self, take: &mut dyn FnMut(Token<'t>)) {
        take(Token::Cut(self.base + self.at..self.base + self.text.len()));
        self.at = self.text.len();
    }

    /// The place of `close` behind here, before another `open`.
    fn to(&self, close: u8, open: u8) -> Option<usize> {
        let rest = self.text.get(self.at + 1..)?;
        let at = memchr::memchr2(close, open, rest)?;
        (rest[at] == close).then_some(self.at + 1 + at)
    }

    fn skip(&mut self, is_wanted: impl Fn(u8) -> bool) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| is_wanted(**byte)).count();
    }

    fn part(&self, from: usize, to: usize) -> &'t [u8] {
        self.text.get(from..to).unwrap_or_default()
    }
}

/// `iso: 100`, and two in one: `rel_alt: 6.000 abs_alt: -122.769`, `shift x: 0.00, y: 0.00`.
fn pairs<'t>(content: &'t [u8], take: &mut dyn FnMut(Token<'t>)) {
    let mut rest = content;
    while let Some(colon) = memchr::memchr(b':', rest) {
        let key = rest[..colon].trim_ascii();
        let behind = &rest[colon + 1..];
        // The next key is the word before the next colon.
        let end = memchr::memchr(b':', behind).map_or(behind.len(), |next| {
            let before = behind[..next].trim_ascii_end();
            before.iter().rposition(|byte| *byte == b' ').map_or(behind.len(), |blank| blank + 1)
        });
        let value = behind[..end].trim_ascii();
        take(Token::Pair { key, value: value.strip_suffix(b",").unwrap_or(value), shape: Shape::Bracket });
        rest = &behind[end..];
    }
    if !rest.trim_ascii().is_empty() {
        take(Token::Other(rest.trim_ascii()));
    }
}

/// A date and a time of day: `2017.8.5 14:11:51`, `2020-04-02 15:19:58,720,764` (milliseconds, microseconds),
/// `2026-05-27 13:14:22.911`. Nanoseconds since 1970 as if it were UTC, and how many bytes it takes.
pub fn moment(words: &[u8]) -> Option<(i64, usize)> {
    let mut at = 0;
    let mut next = |ends: &[u8]| {
        let rest = words.get(at..)?;
        let len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let value = digits(&rest[..len])?;
        at += len;
        if !ends.is_empty() {
            words.get(at).filter(|byte| ends.contains(byte))?;
            at += 1;
        }
        Some((value, len))
    };
    let (year, _) = next(b"-./").filter(|(_, len)| *len == 4)?;
    let (month, _) = next(b"-./")?;
    let (day, _) = next(b" T")?;
    let (hour, _) = next(b":")?;
    let (minute, _) = next(b":")?;
    let (second, _) = next(b"")?;
    let unsigned = |value: i64| u32::try_from(value).ok();
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, unsigned(month)?, unsigned(day)?)?;
    let time = date.and_hms_opt(unsigned(hour)?, unsigned(minute)?, unsigned(second)?)?;
    let mut ns = time.and_utc().timestamp().checked_mul(1_000_000_000)?;
    // One group of digits is a fraction; several are milliseconds, microseconds and what one camera writes a second time.
    let mut unit = 1_000_000;
    let fraction_at = at;
    while let Some(rest) = words.get(at + 1..).filter(|_| words.get(at).is_some_and(|byte| b",.".contains(byte))) {
        let group = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let Some(value) = digits(&rest[..group.min(9)]) else { break };
        ns += match group {
            3 => value * unit,
            _ if at == fraction_at => value * 10_i64.pow(9 - group.min(9) as u32),
            _ => 0,
        };
        unit = if at == fraction_at { 1000 } else { 0 };
        at += 1 + group;
    }
    Some((ns, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        tokens(text.as_bytes(), &mut |token| {
            found.push(match token {
                Token::Pair { key, value, .. } => format!("{}={}", show(key), show(value)),
                Token::Moment(ns) => format!("@{ns}"),
                Token::Other(word) => format!("?{}", show(word)),
                Token::Cut(range) => format!("cut {}", &text[range]),
            });
        });
        found
    }

    #[test]
    fn every_way_of_writing_a_pair() {
        let d =
            "F/2.8, SS 30.15, ISO 260, EV -1.7, GPS (-121.7, 48.0, 17), D 221.21m, H.S n/a, F.PRY (2.7°, -7.0°, 1°)";
        assert_eq!(
            words(d),
            [
                "F=2.8",
                "SS=30.15",
                "ISO=260",
                "EV=-1.7",
                "GPS=-121.7, 48.0, 17",
                "D=221.21m",
                "H.S=n/a",
                "F.PRY=2.7°, -7.0°, 1°"
            ]
        );
        assert_eq!(words("ISO:100 TV:60 EV: 0 IR:F2.8"), ["ISO=100", "TV=60", "EV=0", "IR=F2.8"]);
        assert_eq!(
            words(
                "<font size=\"28\">FrameCnt : 2, DiffTime : 40ms\n[rel_alt: 6.0 abs_alt: -1.5] [shift x: 0.00, y: 1] </font>"
            ),
            ["FrameCnt=2", "DiffTime=40ms", "rel_alt=6.0", "abs_alt=-1.5", "shift x=0.00", "y=1"]
        );
        assert_eq!(words("[pp_target:0.996, -0.004]"), ["pp_target=0.996, -0.004"]);
        assert_eq!(words("Hello, world"), ["?Hello,", "?world"]);
    }

    #[test]
    fn what_is_not_closed_was_cut() {
        assert_eq!(words("[iso : 100] [latit"), ["iso=100", "cut [latit"]);
        assert_eq!(words("[latitude : 1] [lo\n[x: 1]"), ["latitude=1", "cut [lo", "x=1"]);
        assert_eq!(words("GPS(-58.4563,-34."), ["cut GPS(-58.4563,-34."]);
        assert_eq!(words("<font size"), ["cut <font size"]);
    }

    /// 1501942311 is 2017-08-05 14:11:51 read as UTC (`date -u`).
    #[test]
    fn moments_with_fractions_in_groups() {
        let at = |text: &str| moment(text.as_bytes());
        let second = 1_501_942_311_000_000_000;
        assert_eq!(at("2017.8.5 14:11:51"), Some((second, 17)));
        assert_eq!(at("2017.08.05 14:11:51,393,525,393,525"), Some((second + 393_525_000, 35)));
        assert_eq!(at("2017-08-05 14:11:51.911"), Some((second + 911_000_000, 23)));
        assert_eq!(at("2017-08-05 14:11:51.5 x"), Some((second + 500_000_000, 21)));
        for none in
            ["2017-13-05 14:11:51", "17-08-05 14:11:51", "2017-08-05", "2017-08-05 14:11:", "2017-08-05 24:11:51"]
        {
            assert_eq!(at(none), None, "{none}");
        }
    }
}
