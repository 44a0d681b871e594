//! Records that others were written into. The writer of app-side logs puts whole definition records between the bytes of another
//! record, its header included; taken out, the check sums of what is left hold. Seen: one or two in a record, never deeper.

use super::frame::{header_len, is_proved, record_len};
use crate::evidence::Span;

/// A record joined from its parts; the parts lie in the window.
pub struct Joined {
    pub bytes: Vec<u8>,
    pub spans: Vec<Span>,
}

/// No interrupted record reaches further: sixty of the longest ones inside one.
pub const REACH: usize = 64 << 10;
/// Records inside records inside records.
const DEPTH: u32 = 6;
/// Bytes that may be looked at a byte of progress, and saved up at most: bytes that are made to look like records in records
/// cannot hold the scan up.
pub const CREDIT_A_BYTE: usize = 32;
pub const MOST_CREDIT: usize = 4 << 20;

/// The interrupted record that begins at `at`, those that interrupt it behind it, and where it ends. `None` when taking records
/// out does not make it whole.
pub fn join(bytes: &[u8], at: usize, credit: &mut usize) -> Option<(Vec<Joined>, usize)> {
    let end = bytes.len().min(at + REACH);
    assemble(bytes.get(..end)?, at, DEPTH, credit)
}

fn assemble(bytes: &[u8], start: usize, depth: u32, credit: &mut usize) -> Option<(Vec<Joined>, usize)> {
    let mut own = Joined { bytes: vec![*bytes.get(start)?], spans: vec![Span::new(start, 1)] };
    let mut inner: Vec<Joined> = Vec::new();
    let (mut at, mut need) = (start + 1, 4);
    while own.bytes.len() < need {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        *credit = credit.checked_sub(1)?;
        if rest.first() == Some(&0x55)
            && let Some((mut found, end)) = at_once(bytes, at, credit).or_else(|| deeper(bytes, at, depth, credit))
        {
            inner.append(&mut found);
            at = end;
            continue;
        }
        let missing = (need - own.bytes.len()).min(rest.len());
        let to = at + memchr::memchr(0x55, rest.get(1..missing).unwrap_or_default()).map_or(missing, |found| found + 1);
        own.bytes.extend_from_slice(bytes.get(at..to)?);
        *credit = credit.saturating_sub(to - at);
        match own.spans.last_mut() {
            Some(last) if last.end() == at as u64 => last.len += (to - at) as u64,
            _ => own.spans.push(Span::new(at, to - at)),
        }
        at = to;
        if need == 4 && own.bytes.len() == 4 {
            need = header_len(&own.bytes)?;
        }
    }
    if inner.is_empty() || !is_proved(&own.bytes) {
        return None;
    }
    let mut all = vec![own];
    all.append(&mut inner);
    Some((all, at))
}

/// A whole record.
fn at_once(bytes: &[u8], at: usize, credit: &mut usize) -> Option<(Vec<Joined>, usize)> {
    let rest = bytes.get(at..)?;
    *credit = credit.checked_sub(header_len(rest).unwrap_or(4))?;
    let len = record_len(rest)?;
    Some((vec![Joined { bytes: rest.get(..len)?.to_vec(), spans: vec![Span::new(at, len)] }], at + len))
}

/// A record that is itself interrupted.
fn deeper(bytes: &[u8], at: usize, depth: u32, credit: &mut usize) -> Option<(Vec<Joined>, usize)> {
    let depth = depth.checked_sub(1)?;
    assemble(bytes, at, depth, credit)
}
