//! Runs of text in bytes that no format recognises: ASCII and UTF-8, and UTF-16 in both byte orders where it holds ASCII.

/// Shorter runs name nothing.
const SHORTEST: usize = 8;
/// Longer runs are cut at a line end.
const PIECE: usize = 64 << 10;
/// Bytes of one item that are looked through.
pub const MOST: usize = 32 << 20;

/// Calls `take` with each run and its offset.
pub fn text_runs(bytes: &[u8], mut take: impl FnMut(usize, &str)) {
    let bytes = bytes.get(..MOST).unwrap_or(bytes);
    let mut at = 0;
    while at < bytes.len() {
        // One of a run's first bytes stands at each multiple of the shortest length.
        let is_text = |b: &u8| TEXT[usize::from(*b)];
        let Some(probe) = bytes.get(at + SHORTEST - 1) else { break };
        if !is_text(probe) {
            at += SHORTEST;
            continue;
        }
        let back = bytes.get(at..at + SHORTEST).map_or(0, |run| run.iter().rev().take_while(|b| is_text(b)).count());
        let start = at + SHORTEST - back;
        let length = bytes.get(start..).map_or(0, |rest| rest.iter().take_while(|b| is_text(b)).count());
        if length >= SHORTEST {
            let run = bytes.get(start..start + length).unwrap_or_default();
            let mut offset = start;
            for chunk in run.utf8_chunks() {
                pieces(chunk.valid(), |skip, piece| take(offset + skip, piece));
                offset += chunk.valid().len() + chunk.invalid().len();
            }
        }
        at = start + length.max(1);
    }
    wide_runs(bytes, take);
}

/// A long run line by line, the lines of a short one together.
fn pieces(run: &str, mut take: impl FnMut(usize, &str)) {
    let mut skip = 0;
    while let Some(rest) = run.get(skip..).filter(|rest| rest.len() >= SHORTEST) {
        let cut = (0..=PIECE.min(rest.len())).rev().find(|cut| rest.is_char_boundary(*cut)).unwrap_or(rest.len());
        let cut = if cut < rest.len() {
            rest.get(..cut).and_then(|piece| piece.rfind('\n')).map_or(cut, |line| line + 1)
        } else {
            cut
        };
        take(skip, rest.get(..cut).unwrap_or_default());
        skip += cut.max(1);
    }
}

/// Printable ASCII, tab, line ends, and bytes of UTF-8 sequences.
const TEXT: [bool; 256] = {
    let mut text = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        text[byte] = matches!(byte, 9 | 10 | 13 | 0x20..=0x7e | 0x80..=0xf4);
        byte += 1;
    }
    text
};

/// Two-byte units with one byte zero and the other printable ASCII.
fn wide_runs(bytes: &[u8], mut take: impl FnMut(usize, &str)) {
    let printable = |b: u8| matches!(b, 9 | 10 | 13 | 0x20..=0x7e);
    let mut text = String::new();
    let mut past = 0;
    for zero in memchr::memchr_iter(0, bytes) {
        // A run is taken from its first zero on: the letter before it, or the one behind it.
        if zero < past {
            continue;
        }
        for (start, letter, gap) in [(zero.wrapping_sub(1), 0, 1), (zero, 1, 0)] {
            let Some(units) = bytes.get(start..) else { continue };
            let unit = |u: &[u8]| u.get(gap) == Some(&0) && u.get(letter).is_some_and(|b| printable(*b));
            let count = units.chunks_exact(2).take_while(|u| unit(u)).count();
            if count >= SHORTEST {
                text.clear();
                text.extend(units.chunks_exact(2).take(count).filter_map(|u| u.get(letter).map(|b| char::from(*b))));
                take(start, &text);
                past = start + 2 * count;
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_keep_their_offsets() {
        let mut bytes = vec![0xff, 1, 2];
        bytes.extend_from_slice(b"pilot@example.org\0\x01");
        let wide_at = bytes.len();
        bytes.extend("wide text here".bytes().flat_map(|b| [b, 0]));
        bytes.extend_from_slice(b"\x01\x02short\x03");
        let mut runs = Vec::new();
        text_runs(&bytes, |at, text| runs.push((at, text.to_owned())));
        assert_eq!(runs, [(3, "pilot@example.org".to_owned()), (wide_at, "wide text here".to_owned())]);
    }

    #[test]
    fn every_run_of_eight_is_found_wherever_it_begins() {
        for lead in 0..20 {
            let mut bytes = vec![1u8; lead];
            bytes.extend_from_slice(b"12345678\x01");
            let mut found = 0;
            text_runs(&bytes, |at, _| found += usize::from(at == lead));
            assert_eq!(found, 1, "behind {lead} bytes");
        }
    }
}
