//! One header: numbers are octal digits, or binary where they are too large for that.

use super::BLOCK;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// As the header has it, the prefix in front.
    pub name: Vec<u8>,
    pub size: u64,
    pub kind: u8,
}

/// Where the check sum stands.
const SUM: std::ops::Range<usize> = 148..156;

/// The mark of POSIX and GNU archives stands in its place.
pub fn is_marked(block: &[u8]) -> bool {
    block.len() == BLOCK as usize && block.get(257..262) == Some(b"ustar")
}

impl Header {
    /// `None` unless the check sum fits.
    pub fn parse(block: &[u8]) -> Option<Self> {
        let block = block.get(..BLOCK as usize)?;
        let stated = number(block.get(SUM)?)?;
        let byte = |at: usize, byte: u8| if SUM.contains(&at) { b' ' } else { byte };
        let unsigned: u64 = block.iter().enumerate().map(|(at, b)| u64::from(byte(at, *b))).sum();
        // Some old programs add signed bytes.
        let signed: i64 = block.iter().enumerate().map(|(at, b)| i64::from(byte(at, *b) as i8)).sum();
        let fits = stated == unsigned || i64::try_from(stated).ok() == Some(signed);
        if !fits || block.iter().all(|byte| *byte == 0) {
            return None;
        }
        let own = until_zero(block.get(..100)?);
        let prefix = if block.get(257..263) == Some(b"ustar\0") { until_zero(block.get(345..500)?) } else { b"" };
        let name = if prefix.is_empty() { own.to_vec() } else { [prefix, b"/", own].concat() };
        Some(Header { name, size: number(block.get(124..136)?)?, kind: *block.get(156)? })
    }
}

fn until_zero(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or(field)
}

/// Octal digits between blanks and zeros, or base 256 behind a byte with the first bit set.
fn number(field: &[u8]) -> Option<u64> {
    if let Some((first, rest)) = field.split_first().filter(|(first, _)| **first & 0x80 != 0) {
        let mut value = u64::from(first & 0x7f);
        for byte in rest {
            value = value.checked_mul(256)?.checked_add(u64::from(*byte))?;
        }
        return Some(value);
    }
    let digits = field.iter().copied().filter(|byte| *byte != 0 && *byte != b' ');
    digits.into_iter().try_fold(0_u64, |sum, digit| {
        (b'0'..=b'7').contains(&digit).then_some(())?;
        sum.checked_mul(8)?.checked_add(u64::from(digit - b'0'))
    })
}

/// `path` and `size` of an extended header: lines of `length key=value`.
pub fn extended(bytes: &[u8]) -> (Option<Vec<u8>>, Option<u64>) {
    let (mut path, mut size) = (None, None);
    let mut rest = bytes;
    while let Some(blank) = memchr::memchr(b' ', rest) {
        let len = rest.get(..blank).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok());
        let Some(line) = len.and_then(|len| rest.get(blank + 1..len)?.strip_suffix(b"\n")) else { break };
        if let Some(value) = line.strip_prefix(b"path=") {
            path = Some(value.to_vec());
        } else if let Some(value) = line.strip_prefix(b"size=") {
            size = std::str::from_utf8(value).ok().and_then(|digits| digits.parse().ok());
        }
        rest = len.and_then(|len| rest.get(len..)).unwrap_or_default();
    }
    (path, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_both_codings_and_extended_headers() {
        assert_eq!(number(b"00000001750\0"), Some(1000));
        assert_eq!(number(b"   1750 \0"), Some(1000));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\x02\0\0\0\0"), Some(2 << 32));
        assert_eq!(number(b"0000000178\0"), None);
        assert_eq!(number(&[0xff; 12]), None);
        let lines = b"18 path=a b/c.txt\n12 size=4096\n";
        assert_eq!(extended(lines), (Some(b"a b/c.txt".to_vec()), None));
        assert_eq!(extended(b"18 path=a b/c.txt\n13 size=4096\n"), (Some(b"a b/c.txt".to_vec()), Some(4096)));
        assert_eq!(extended(b"999 path=x\n"), (None, None));
    }
}
