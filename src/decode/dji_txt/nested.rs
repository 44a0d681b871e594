//! Records inside records: the entries of a vision group, the tables of a battery group, the parts of a common OSD record.
//!
//! ```text
//! vision_group         sub u32 | len u8 | data[len] | FE    repeated to the end
//! smart_battery_group  kind u8 | data
//! common_osd           sub u16 | data
//! ```

use nom::IResult;
use nom::Parser as _;
use nom::bytes::complete::{tag, take};
use nom::combinator::consumed;
use nom::number::complete::{le_u8, le_u32};

/// One nested entry: where its frame lies in the content, and the name of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub table: &'static str,
    pub at: usize,
    pub len: usize,
    /// Bytes of the entry's frame before and behind its content.
    pub header: usize,
    pub trailer: usize,
    /// As [`super::super::Record::instance`].
    pub instance: u16,
}

const ENTRY_HEADER: usize = 5;
const ENTRY_END: u8 = 0xfe;
/// A battery table begins with its kind; the pack's index follows: 0 the sum, 1 and 2 the packs of a craft with two.
const BATTERY_SELECTOR: usize = 1;

/// Records that hold entries.
pub const HOLDING: [&str; 3] = ["vision_group", "smart_battery_group", "common_osd"];

/// Tables of entries.
pub const TABLES: [&str; 8] = [
    "vision_radar",
    "vision_avoid",
    "vision_guidance",
    "vision_warning",
    "battery_static",
    "battery_dynamic",
    "battery_cells",
    "common_osd_0",
];

/// The nested entries of a record of one of these types.
pub fn entries(record: &str, content: &[u8]) -> Vec<Entry> {
    match record {
        "vision_group" => vision_entries(content),
        "smart_battery_group" => selected(content, BATTERY_SELECTOR, |kind| match kind {
            1 => Some("battery_static"),
            2 => Some("battery_dynamic"),
            3 => Some("battery_cells"),
            _ => None,
        }),
        "common_osd" => selected(content, 2, |sub| (sub == 0).then_some("common_osd_0")),
        _ => Vec::new(),
    }
}

fn selected(content: &[u8], size: usize, table: impl Fn(u16) -> Option<&'static str>) -> Vec<Entry> {
    let Some(selector) = content.get(..size) else { return Vec::new() };
    let number = selector.iter().rev().fold(0, |number, byte| number << 8 | u16::from(*byte));
    let instance = content.get(size).copied().filter(|_| size == BATTERY_SELECTOR).unwrap_or(0).into();
    let entry = table(number);
    let entry = entry.map(|table| Entry { table, at: 0, len: content.len(), header: size, trailer: 0, instance });
    entry.into_iter().collect()
}

fn vision_entries(content: &[u8]) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut rest = content;
    while let Ok((behind, (frame, sub))) = consumed(vision_entry).parse(rest) {
        let table = match sub {
            0..=5 => Some("vision_radar"),
            8 => Some("vision_avoid"),
            9 => Some("vision_guidance"),
            10 => Some("vision_warning"),
            _ => None,
        };
        let at = content.len() - rest.len();
        found.extend(table.map(|table| Entry {
            table,
            at,
            len: frame.len(),
            header: ENTRY_HEADER,
            trailer: 1,
            instance: 0,
        }));
        rest = behind;
    }
    found
}

/// One framed entry; gives its sub number.
fn vision_entry(input: &[u8]) -> IResult<&[u8], u32> {
    let (input, (sub, len)) = (le_u32, le_u8).parse(input)?;
    let (input, _) = (take(len), tag(&[ENTRY_END][..])).parse(input)?;
    Ok((input, sub))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_gives_each_known_entry_and_stops_at_what_is_none() {
        let mut group = vec![8, 0, 0, 0, 2, 0x13, 0x00, 0xfe];
        group.extend([99, 0, 0, 0, 1, 7, 0xfe]);
        group.extend([2, 0, 0, 0, 4, 0x42, 1, 2, 3, 0xfe]);
        group.extend([8, 0, 0, 0, 2, 0, 0, 0]);
        let found: Vec<_> = entries("vision_group", &group).iter().map(|e| (e.table, e.at, e.len)).collect();
        assert_eq!(found, [("vision_avoid", 0, 8), ("vision_radar", 15, 10)]);
    }
}
