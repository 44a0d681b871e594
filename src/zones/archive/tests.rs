//! Archives made by hand, so that their damage and their tricks are known.

use super::zip;
use crate::evidence::{Evidence, Limits};
use crate::zones::{self, ZoneError, ZoneFile};

const KML: &str = "<kml><Placemark><name>A</name><Polygon><outerBoundaryIs><LinearRing><coordinates>0,50 1,50 1,51 0,50\
                   </coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>";
const CSV: &str = "name,lat,lon,radius\nB,50,14,10\n";

/// Writes an archive with data descriptors, as streaming writers do: sizes and check sums of local headers are zero.
fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut data, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let offset = data.len() as u32;
        let packed = miniz_oxide::deflate::compress_to_vec(content, 6);
        let sizes = [
            ::crc::Crc::<u32>::new(&::crc::CRC_32_ISO_HDLC).checksum(content),
            packed.len() as u32,
            content.len() as u32,
        ];
        let sizes: Vec<u8> = sizes.iter().flat_map(|n| n.to_le_bytes()).collect();
        let name_len = (name.len() as u16).to_le_bytes();
        data.extend(b"PK\x03\x04\x14\0\x08\0\x08\0\0\0\0\0");
        data.extend([0; 12]);
        data.extend(name_len);
        data.extend([0; 2]);
        data.extend(name.as_bytes());
        data.extend(&packed);
        data.extend(b"PK\x07\x08");
        data.extend(&sizes);
        directory.extend(b"PK\x01\x02\x14\0\x14\0\x08\0\x08\0\0\0\0\0");
        directory.extend(&sizes);
        directory.extend(name_len);
        directory.extend([0; 12]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = data.len() as u32;
    let count = (members.len() as u16).to_le_bytes();
    data.extend(&directory);
    data.extend(b"PK\x05\x06\0\0\0\0");
    data.extend(count);
    data.extend(count);
    data.extend((directory.len() as u32).to_le_bytes());
    data.extend(start.to_le_bytes());
    data.extend([0; 2]);
    data
}

fn read(bytes: Vec<u8>) -> Result<ZoneFile, ZoneError> {
    zones::read(&Evidence::from_bytes("zones.kmz", bytes), &[], &Limits::default())
}

fn read_whole(members: &[(&str, &[u8])]) -> ZoneFile {
    read(archive(members)).expect("zones")
}

#[test]
fn every_member_is_read_by_its_content() {
    let inner = archive(&[("b.csv", CSV.as_bytes())]);
    let file = read_whole(&[("doc.kml", KML.as_bytes()), ("files/icon.png", b"\x89PNG\r\n"), ("more.zip", &inner)]);
    let zones: Vec<_> = file.zones.iter().map(|z| (z.title(), z.index.as_str())).collect();
    assert_eq!(zones, [("A", "doc.kml: Placemark 1"), ("B", "more.zip!/b.csv: line 2")]);
    assert_eq!((file.format, file.ignored.as_slice()), ("zip", ["files/icon.png: no zone file".to_owned()].as_slice()));
    assert!(file.skipped.is_empty());
}

#[test]
fn a_damaged_member_costs_itself() {
    let mut bytes = archive(&[("doc.kml", KML.as_bytes()), ("b.csv", CSV.as_bytes())]);
    bytes[45] ^= 0x10;
    let file = read(bytes).expect("zones");
    assert_eq!((file.zones.len(), file.skipped[0].index.as_str()), (1, "doc.kml"));
    let words = &file.skipped[0].reason;
    assert!(words.contains("damaged") || words.contains("cannot be unpacked"), "{words}");
}

#[test]
fn archives_without_zones_are_refused_by_name() {
    let refused = |bytes: Vec<u8>| read(bytes).err().map(|e| e.to_string()).unwrap_or_default();
    let whole = archive(&[("doc.kml", KML.as_bytes())]);
    assert!(refused(whole[..whole.len() - 30].to_vec()).contains("directory"));
    assert!(refused(archive(&[("a.txt", b"hello")])).contains("without a zone file (1 members)"));
    let mut damaged = whole.clone();
    let at = memchr::memmem::find(&damaged, b"PK\x01\x02").expect("a directory");
    damaged[at] = 0;
    assert!(refused(damaged).contains("entry 1 of 1"));
}

#[test]
fn bombs_do_not_go_off() {
    let length = |bytes: &mut Vec<u8>, stated: u32| {
        let at = memchr::memmem::find(bytes, b"PK\x01\x02").expect("a directory");
        bytes[at + 24..at + 28].copy_from_slice(&stated.to_le_bytes());
    };
    let mut bomb = archive(&[("doc.kml", KML.as_bytes())]);
    length(&mut bomb, 600 << 20);
    let file = read(bomb).expect("told");
    assert!(file.zones.is_empty() && file.skipped[0].reason.contains("no more than"), "{:?}", file.skipped);
    let mut nested = archive(&[("b.csv", CSV.as_bytes())]);
    for _ in 0..4 {
        nested = archive(&[("in.zip", &nested)]);
    }
    let file = read(nested).expect("told");
    assert!(file.skipped[0].reason.contains("3 deep"), "{:?}", file.skipped);
    // A length that is a lie.
    let mut liar = archive(&[("doc.kml", KML.as_bytes())]);
    length(&mut liar, 10);
    assert!(zip::members(&liar).expect("a directory")[0].read(1000).is_err());
}
