//! From text to entries: a number, a cue line, lines of words, a blank line. One form has no cue lines, damaged files have no
//! numbers or no blank lines, so each of them alone may begin an entry.

use std::ops::Range;

/// One entry: places in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// From its first byte to the first of the next one.
    pub start: usize,
    pub end: usize,
    pub number: Option<u64>,
    /// Start and end by the cue line, in nanoseconds of the video.
    pub cue: Option<(i64, i64)>,
    /// The lines behind number and cue line, without their line ends.
    pub words: Range<usize>,
}

/// Walks through the entries of a text; every byte is in one of them or before the first.
pub struct Entries<'t> {
    text: &'t [u8],
    at: usize,
}

/// Number, cue times in milliseconds, and where the words begin.
type Head = (Option<u64>, Option<(i64, i64)>, usize);

impl<'t> Entries<'t> {
    pub fn new(text: &'t [u8]) -> Self {
        Entries { text, at: 0 }
    }

    /// The line at `at` without its end, and where the next one begins.
    fn line(&self, at: usize) -> Option<(&'t [u8], usize)> {
        let rest = self.text.get(at..).filter(|rest| !rest.is_empty())?;
        let (len, end) = match memchr::memchr2(b'\n', b'\r', rest) {
            Some(len) if rest[len..].starts_with(b"\r\n") => (len, 2),
            Some(len) => (len, 1),
            None => (rest.len(), 0),
        };
        Some((&rest[..len], at + len + end))
    }

    /// What an entry begins with at `at`: its number, its cue line, and where its words begin.
    fn head(&self, at: usize) -> Option<Head> {
        let (first, next) = self.line(at)?;
        if let Some(cue) = cue_line(first) {
            return Some((None, Some(cue), next));
        }
        let number = number(first)?;
        match self.line(next).and_then(|(line, behind)| Some((cue_line(line)?, behind))) {
            Some((cue, behind)) => Some((Some(number), Some(cue), behind)),
            None => Some((Some(number), None, next)),
        }
    }
}

impl Iterator for Entries<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let start = self.at;
        let mut at = start;
        // Blank lines before it belong to it.
        while let Some((_, next)) = self.line(at).filter(|(line, _)| line.trim_ascii().is_empty()) {
            at = next;
        }
        let (number, cue, from) = match self.head(at) {
            Some(head) => head,
            None if at < self.text.len() => (None, None, at),
            // Only blank lines are left.
            None if at > start => {
                self.at = at;
                return Some(Entry { start, end: at, words: at..at, ..Entry::default() });
            }
            None => return None,
        };
        let mut words = from..from;
        at = from;
        while let Some((line, next)) = self.line(at) {
            if line.trim_ascii().is_empty() {
                // A blank line between the cue line and its words ends nothing.
                let is_early = words.is_empty() && cue.is_some() && self.head(next).is_none() && next < self.text.len();
                if !is_early {
                    break;
                }
                words = next..next;
            } else {
                // The blank line before the next entry is missing.
                let begins = at > from && self.head(at).is_some_and(|(_, cue, _)| cue.is_some());
                if begins {
                    break;
                }
                words.end = at + line.len();
            }
            at = next;
        }
        while let Some((_, next)) = self.line(at).filter(|(line, _)| line.trim_ascii().is_empty()) {
            at = next;
        }
        self.at = at;
        Some(Entry { start, end: at, number, cue, words })
    }
}

/// A line of up to ten digits and nothing else.
fn number(line: &[u8]) -> Option<u64> {
    let line = line.trim_ascii();
    let is_number = (1..=10).contains(&line.len()) && line.iter().all(u8::is_ascii_digit);
    is_number.then(|| line.iter().fold(0, |all, digit| all * 10 + u64::from(digit - b'0')))
}

/// `00:00:01,000 --> 00:00:02,000`, hours with two digits or more; nanoseconds.
fn cue_line(line: &[u8]) -> Option<(i64, i64)> {
    let line = line.trim_ascii();
    let arrow = memchr::memmem::find(line, b"-->")?;
    let (from, to) = (line.get(..arrow)?.trim_ascii(), line.get(arrow + 3..)?.trim_ascii());
    // Settings of a cue may stand behind its end.
    let to = to.split(|byte| *byte == b' ').next()?;
    Some((cue_time(from)?, cue_time(to)?))
}

/// No video is eleven years long; far beyond, nanoseconds have no room.
const LONGEST_H: i64 = 100_000;

fn cue_time(words: &[u8]) -> Option<i64> {
    let mut parts = words.splitn(3, |byte| *byte == b':');
    let (hours, minutes, seconds) = (digits(parts.next()?)?, digits(parts.next()?)?, parts.next()?);
    let (whole, fraction) = match seconds.iter().position(|byte| b",.".contains(byte)) {
        Some(at) => (&seconds[..at], &seconds[at + 1..]),
        None => (seconds, b"0".as_slice()),
    };
    let places = u32::try_from(fraction.len()).ok().filter(|places| (1..=9).contains(places))?;
    let fraction_ns = digits(fraction)? * 10_i64.pow(9 - places);
    (hours < LONGEST_H && minutes < 60).then_some(())?;
    Some(((hours * 60 + minutes) * 60 + digits(whole)?) * 1_000_000_000 + fraction_ns)
}

/// One to nine digits.
pub fn digits(words: &[u8]) -> Option<i64> {
    let is_number = (1..=9).contains(&words.len()) && words.iter().all(u8::is_ascii_digit);
    is_number.then(|| words.iter().fold(0, |all, digit| all * 10 + i64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(Option<u64>, Option<i64>, &str)> {
        let entries = Entries::new(text.as_bytes());
        entries.map(|e| (e.number, e.cue.map(|cue| cue.0 / 1_000_000), &text[e.words])).collect()
    }

    #[test]
    fn entries_begin_with_a_number_a_cue_line_or_both() {
        let text = "1\n00:00:00,000 --> 00:00:00,033\na\nb\n\n2\r\n01:00:00,033 --> 00:00:00,066\r\nc\r\n\r\n\r\n3\n2017.08.05\nd";
        assert_eq!(
            words(text),
            [(Some(1), Some(0), "a\nb"), (Some(2), Some(3_600_033), "c"), (Some(3), None, "2017.08.05\nd")]
        );
        assert_eq!(words("00:00:01,5 --> 00:00:02.000\nx"), [(None, Some(1500), "x")]);
    }

    #[test]
    fn hours_that_no_video_has_are_no_cue() {
        assert_eq!(cue_time(b"99999:59:59,999").map(|ns| ns / 1_000_000), Some(359_999_999_999));
        assert_eq!(cue_time(b"999999999:59:59,999"), None);
    }

    #[test]
    fn a_missing_or_an_extra_blank_line_moves_no_words() {
        let text = "1\n00:00:00,000 --> 00:00:01,000\na\n2\n00:00:01,000 --> 00:00:02,000\nb\n";
        assert_eq!(words(text), [(Some(1), Some(0), "a"), (Some(2), Some(1000), "b")]);
        let early = "1\n00:00:00,000 --> 00:00:01,000\n\na\n\n2\n00:00:01,000 --> 00:00:02,000\n\n3\n";
        assert_eq!(words(early), [(Some(1), Some(0), "a"), (Some(2), Some(1000), ""), (Some(3), None, "")]);
    }

    #[test]
    fn the_entries_are_the_text() {
        for text in ["", "\n", "1\n", "x\n\n\ny", "\n\n1\r\n\r\n", "1\r00:00:00,000 --> 00:00:00,033\ra\r\r2"] {
            let mut at = 0;
            for entry in Entries::new(text.as_bytes()) {
                assert_eq!(entry.start, at, "{text:?}");
                assert!(entry.end > entry.start && entry.words.end <= entry.end, "{text:?}: {entry:?}");
                at = entry.end;
            }
            assert_eq!(at, text.len(), "{text:?}");
        }
    }
}
