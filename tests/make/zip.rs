//! ZIP archives, written from APPNOTE.TXT, with every field open to lies.

use super::deflate::{crc32, deflate};

/// How check sum and sizes follow the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Descriptor {
    #[default]
    None,
    Signed,
    Bare,
    /// Signed, sizes of 64 bits.
    Long,
}

/// A member; what is `None` is as it must be.
#[derive(Clone, Debug, Default)]
pub struct Member {
    pub name: Vec<u8>,
    pub content: Vec<u8>,
    pub stored: bool,
    /// The data as they stand in the archive.
    pub data: Option<Vec<u8>>,
    pub method: Option<u16>,
    pub flags: u16,
    pub crc32: Option<u32>,
    pub packed: Option<u32>,
    pub unpacked: Option<u32>,
    pub descriptor: Descriptor,
    /// Sizes and offset in the zip64 field.
    pub zip64: bool,
    pub extra: Vec<u8>,
    pub local_name: Option<Vec<u8>>,
    /// Not in the directory.
    pub unlisted: bool,
}

impl Member {
    pub fn new(name: &str, content: &[u8]) -> Self {
        Member { name: name.into(), content: content.to_vec(), ..Member::default() }
    }

    pub fn stored(name: &str, content: &[u8]) -> Self {
        Member { stored: true, ..Member::new(name, content) }
    }

    pub fn folder(name: &str) -> Self {
        Member::stored(name, b"")
    }

    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// Where a member lies in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub header: usize,
    pub data: usize,
    pub len: usize,
    /// Behind the descriptor.
    pub end: usize,
}

/// A finished archive.
#[derive(Clone, Debug)]
pub struct Built {
    pub bytes: Vec<u8>,
    pub places: Vec<Place>,
    /// The first central header.
    pub directory: usize,
    /// The end record, the zip64 one where there is one.
    pub end: usize,
}

pub fn zip(members: &[Member]) -> Built {
    zip_with(members, b"", false)
}

/// With a comment, and with the 64-bit end record.
pub fn zip_with(members: &[Member], comment: &[u8], zip64: bool) -> Built {
    let mut out = Vec::new();
    let mut places = Vec::new();
    for member in members {
        places.push(local(member, &mut out));
    }
    let directory = out.len();
    let listed: Vec<_> = members.iter().zip(&places).filter(|(member, _)| !member.unlisted).collect();
    for (member, place) in &listed {
        central(member, place, &mut out);
    }
    let (end, len) = (out.len(), out.len() - directory);
    if zip64 {
        out.extend(b"PK\x06\x06");
        out.extend(44_u64.to_le_bytes());
        out.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for number in [listed.len(), listed.len(), len, directory] {
            out.extend((number as u64).to_le_bytes());
        }
        out.extend(b"PK\x06\x07\0\0\0\0");
        out.extend((end as u64).to_le_bytes());
        out.extend(1_u32.to_le_bytes());
    }
    let short = |number: usize| if zip64 { u16::MAX } else { number as u16 };
    let long = |number: usize| if zip64 { u32::MAX } else { number as u32 };
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([short(listed.len()); 2].map(u16::to_le_bytes).concat());
    out.extend([long(len), long(directory)].map(u32::to_le_bytes).concat());
    out.extend((comment.len() as u16).to_le_bytes());
    out.extend(comment);
    Built { bytes: out, places, directory, end }
}

struct Numbers {
    method: u16,
    crc32: u32,
    packed: u32,
    unpacked: u32,
}

fn numbers(member: &Member, packed: usize) -> Numbers {
    let method = if member.stored { 0 } else { 8 };
    Numbers {
        method: member.method.unwrap_or(method),
        crc32: member.crc32.unwrap_or_else(|| crc32(&member.content)),
        packed: member.packed.unwrap_or(packed as u32),
        unpacked: member.unpacked.unwrap_or(member.content.len() as u32),
    }
}

/// From the flags to the sizes, the same in both headers. 2020-06-01 14:30:10.
fn middle(member: &Member, numbers: &Numbers, sized: bool, out: &mut Vec<u8>) {
    let flags = member.flags | if member.descriptor == Descriptor::None { 0 } else { 8 };
    let (time, date) = (14_u16 << 11 | 30 << 5 | 5, 40_u16 << 9 | 6 << 5 | 1);
    out.extend([flags, numbers.method, time, date].map(u16::to_le_bytes).concat());
    let long = if member.zip64 { [u32::MAX; 2] } else { [numbers.packed, numbers.unpacked] };
    let written = if sized { [numbers.crc32, long[0], long[1]] } else { [0; 3] };
    out.extend(written.map(u32::to_le_bytes).concat());
}

fn zip64(numbers: &[u64]) -> Vec<u8> {
    let mut field = vec![1, 0, 8 * numbers.len() as u8, 0];
    field.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    field
}

fn local(member: &Member, out: &mut Vec<u8>) -> Place {
    let header = out.len();
    let packed = || if member.stored { member.content.clone() } else { deflate(&member.content) };
    let data = member.data.clone().unwrap_or_else(packed);
    let numbers = numbers(member, data.len());
    let sized = member.descriptor == Descriptor::None;
    let mut extra = member.extra.clone();
    if member.zip64 && sized {
        extra.extend(zip64(&[member.content.len() as u64, data.len() as u64]));
    }
    let name = member.local_name.as_ref().unwrap_or(&member.name);
    out.extend(b"PK\x03\x04\x14\0");
    middle(member, &numbers, sized, out);
    out.extend([name.len() as u16, extra.len() as u16].map(u16::to_le_bytes).concat());
    out.extend(name);
    out.extend(extra);
    let at = out.len();
    out.extend(&data);
    let sum = numbers.crc32.to_le_bytes();
    let short = [numbers.packed, numbers.unpacked].map(u32::to_le_bytes).concat();
    let long = [numbers.packed, numbers.unpacked].map(|number| u64::from(number).to_le_bytes()).concat();
    match member.descriptor {
        Descriptor::None => {}
        Descriptor::Signed => out.extend([b"PK\x07\x08", &sum[..], &short].concat()),
        Descriptor::Bare => out.extend([&sum[..], &short].concat()),
        Descriptor::Long => out.extend([b"PK\x07\x08", &sum[..], &long].concat()),
    }
    Place { header, data: at, len: data.len(), end: out.len() }
}

fn central(member: &Member, place: &Place, out: &mut Vec<u8>) {
    let numbers = numbers(member, place.len);
    let mut extra = member.extra.clone();
    if member.zip64 {
        extra.extend(zip64(&[member.content.len() as u64, place.len as u64, place.header as u64]));
    }
    out.extend(b"PK\x01\x02\x1e\x03\x14\0");
    middle(member, &numbers, true, out);
    out.extend([member.name.len() as u16, extra.len() as u16, 0, 0, 0].map(u16::to_le_bytes).concat());
    out.extend(0o100_644_u32.wrapping_shl(16).to_le_bytes());
    out.extend(if member.zip64 { u32::MAX } else { place.header as u32 }.to_le_bytes());
    out.extend(&member.name);
    out.extend(extra);
}
