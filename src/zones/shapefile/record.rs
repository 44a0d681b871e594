//! The records of a `.shp` file (Esri, "Shapefile Technical Description", July 1998), read one after the other without the index.
//!
//! ```text
//! 0    u32 BE  9994             | record: 0  i32 BE  number
//! 24   i32 BE  length / 2       |         4  i32 BE  length of what follows / 2
//! 28   i32 LE  1000             |         8  i32 LE  shape type, then the shape
//! 32   i32 LE  shape type       |
//! 100  records                  |
//! ```

use geo::Coord;

pub const HEADER_LEN: usize = 100;
const RECORD_HEADER: usize = 8;

/// A record, or a stretch in which one is damaged.
pub enum Found<'a> {
    /// From its shape type on.
    Record(&'a [u8]),
    /// Where it begins and what is wrong.
    Damage(usize, String),
}

/// All records in file order. Behind a damaged one the next is looked for by its number and type.
pub fn records(bytes: &[u8]) -> Vec<Found<'_>> {
    let kind = i32_at(bytes, 32, false).unwrap_or_default();
    let mut found = Vec::new();
    let mut at = HEADER_LEN;
    let mut last = None;
    while at < bytes.len() {
        if let Some((number, content)) = record(bytes, at) {
            found.push(Found::Record(content));
            at += RECORD_HEADER + content.len();
            last = Some(number);
            continue;
        }
        let rest = bytes.len() - at;
        let expected = last.map(|number: i32| number.wrapping_add(1));
        let next = next_record(bytes, at + 2, kind, expected);
        let what = match next {
            None => {
                format!("the record does not fit into the {rest} bytes that are left: the file was cut or is damaged")
            }
            Some(next) => format!("{} bytes are no record; the next one was found at byte {next}", next - at),
        };
        found.push(Found::Damage(at, what));
        let Some(next) = next else { break };
        at = next;
    }
    found
}

/// Number and content of the record at `at`, when it fits.
fn record(bytes: &[u8], at: usize) -> Option<(i32, &[u8])> {
    let number = i32_at(bytes, at, true)?;
    let words = usize::try_from(i32_at(bytes, at + 4, true)?).ok()?;
    let start = at + RECORD_HEADER;
    let content = bytes.get(start..start.checked_add(words.checked_mul(2)?)?)?;
    (content.len() >= 4).then_some((number, content))
}

/// A place that looks like the beginning of a record: of the file's type, numbered not far behind the last one, and followed by
/// another or by the end.
fn next_record(bytes: &[u8], from: usize, kind: i32, expected: Option<i32>) -> Option<usize> {
    let plausible = |at: usize| {
        let (number, content) = record(bytes, at)?;
        let near = expected.is_none_or(|e| (e..e.saturating_add(1000)).contains(&number));
        let own_kind = i32_at(content, 0, false)?;
        (near && (own_kind == kind || own_kind == 0)).then_some(at + RECORD_HEADER + content.len())
    };
    (from..bytes.len())
        .step_by(2)
        .find(|at| plausible(*at).is_some_and(|end| end == bytes.len() || record(bytes, end).is_some()))
}

pub fn i32_at(bytes: &[u8], at: usize, big_endian: bool) -> Option<i32> {
    let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(if big_endian { i32::from_be_bytes(four) } else { i32::from_le_bytes(four) })
}

fn place_at(bytes: &[u8], at: usize) -> Option<Coord<f64>> {
    let number = |at: usize| bytes.get(at..at + 8)?.try_into().ok().map(f64::from_le_bytes);
    Some(Coord { x: number(at)?, y: number(at + 8)? })
}

/// What a record draws, in the numbers of the file.
pub enum Drawn {
    Nothing,
    Points(Vec<Coord<f64>>),
    Lines,
    /// Rings in file order, outer ones and holes.
    Rings(Vec<Vec<Coord<f64>>>),
    /// Rings whose roles are stated: an outer one and its holes each.
    Patches(Vec<Vec<Vec<Coord<f64>>>>),
}

/// Takes a record apart. Third and fourth numbers of places are not used.
///
/// # Errors
/// What does not fit.
pub fn drawn(content: &[u8]) -> Result<Drawn, String> {
    let cut = || "its places do not fit into the record".to_owned();
    match i32_at(content, 0, false).ok_or_else(cut)? {
        0 => Ok(Drawn::Nothing),
        1 | 11 | 21 => place_at(content, 4).map(|place| Drawn::Points(vec![place])).ok_or_else(cut),
        8 | 18 | 28 => places(content, 36, 40).map(Drawn::Points).ok_or_else(cut),
        3 | 13 | 23 => Ok(Drawn::Lines),
        5 | 15 | 25 => {
            let (parts, places) = parts(content, 4).ok_or_else(cut)?;
            slices(&parts, &places).map(Drawn::Rings)
        }
        31 => {
            let (firsts, places) = parts(content, 8).ok_or_else(cut)?;
            let rings = slices(&firsts, &places)?;
            let kinds = 44 + 4 * rings.len();
            let kinds = (0..rings.len()).map(|i| i32_at(content, kinds + 4 * i, false)).collect::<Option<Vec<i32>>>();
            Ok(Drawn::Patches(patches(&kinds.ok_or_else(cut)?, &rings)?))
        }
        other => Err(format!("shape type {other} is not known")),
    }
}

/// `count` at `count_at`, then that many places at `start`.
fn places(content: &[u8], count_at: usize, start: usize) -> Option<Vec<Coord<f64>>> {
    let count = usize::try_from(i32_at(content, count_at, false)?).ok()?;
    if content.len() < start.checked_add(count.checked_mul(16)?)? {
        return None;
    }
    (0..count).map(|i| place_at(content, start + 16 * i)).collect()
}

/// First places of the parts, and all places; `part_len` bytes stand in the record for each part before them.
fn parts(content: &[u8], part_len: usize) -> Option<(Vec<usize>, Vec<Coord<f64>>)> {
    let count = usize::try_from(i32_at(content, 36, false)?).ok()?;
    let start = 44_usize.checked_add(count.checked_mul(part_len)?)?;
    if content.len() < start {
        return None;
    }
    let firsts = (0..count).map(|i| usize::try_from(i32_at(content, 44 + 4 * i, false)?).ok());
    Some((firsts.collect::<Option<Vec<usize>>>()?, places(content, 40, start)?))
}

fn slices(firsts: &[usize], places: &[Coord<f64>]) -> Result<Vec<Vec<Coord<f64>>>, String> {
    let ends = firsts.iter().skip(1).copied().chain([places.len()]);
    let rings = firsts.iter().zip(ends).map(|(first, end)| places.get(*first..end).map(<[_]>::to_vec));
    rings.collect::<Option<Vec<_>>>().ok_or_else(|| "its parts do not follow each other".to_owned())
}

/// The faces of a multipatch: each triangle of a strip or fan, each outer ring with the inner rings behind it.
fn patches(kinds: &[i32], rings: &[Vec<Coord<f64>>]) -> Result<Vec<Vec<Vec<Coord<f64>>>>, String> {
    let mut faces: Vec<Vec<Vec<Coord<f64>>>> = Vec::new();
    for (kind, ring) in kinds.iter().zip(rings) {
        match kind {
            0 => faces.extend(ring.windows(3).map(|t| vec![t.to_vec()])),
            1 => {
                let Some(first) = ring.first() else { continue };
                let edges = ring.get(1..).unwrap_or_default().windows(2);
                faces.extend(edges.map(|edge| vec![std::iter::once(first).chain(edge).copied().collect()]));
            }
            2 | 4 => faces.push(vec![ring.clone()]),
            3 | 5 => match faces.last_mut() {
                Some(face) => face.push(ring.clone()),
                None => return Err("an inner ring stands before any outer one".to_owned()),
            },
            other => return Err(format!("part type {other} is not known")),
        }
    }
    Ok(faces)
}
