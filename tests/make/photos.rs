//! Photos of drones: EXIF, XMP as attributes and as elements, a packet in two parts, a debug block, a preview; and a DNG with
//! directories in directories.

use super::clock::unix_ms;
use super::exif::Exif;
use super::jpeg;

/// A photo and what is true about it.
#[derive(Clone, Debug)]
pub struct Photo {
    /// Below samples/.
    pub path: &'static str,
    pub about: &'static str,
    pub bytes: Vec<u8>,
    pub lat: f64,
    pub lon: f64,
}

/// Inside the sample water works.
pub const ATTRIBUTES: (f64, f64) = (54.106_30, 8.903_80);
pub const ELEMENTS: (f64, f64) = (54.093_72, 8.880_61);
pub const RAW: (f64, f64) = (-33.856_784, 151.215_297);

pub fn all() -> Vec<Photo> {
    vec![attributes(), elements(), raw()]
}

fn exif((lat_deg, lon_deg): (f64, f64), big_endian: bool, gps_time: bool) -> Exif {
    let time_ms = unix_ms(2024, 5, 14, 8, 4, 37);
    Exif { big_endian, lat_deg, lon_deg, altitude_m: Some(61.25), time_ms, utc_offset_h: 2, gps_time }
}

/// Puts segments behind the first one.
fn with_segments(picture: &[u8], segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let first = 4 + usize::from(u16::from_be_bytes([picture[4], picture[5]]));
    let mut out = picture[..first].to_vec();
    for (kind, data) in segments {
        out.extend([0xff, *kind]);
        out.extend((data.len() as u16 + 2).to_be_bytes());
        out.extend(data);
    }
    out.extend(&picture[first..]);
    out
}

fn xmp(packet: &str) -> Vec<u8> {
    [b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat()
}

/// Newer cameras: attributes with signs, the same place in EXIF and XMP, both clocks; zeros and a preview behind the picture.
fn attributes() -> Photo {
    let (lat, lon) = ATTRIBUTES;
    let packet = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n \
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n  <rdf:Description rdf:about=\"DJI Meta Data\"\n    \
         xmlns:drone-dji=\"http://www.dji.com/drone-dji/1.0/\"\n   drone-dji:GpsLatitude=\"{lat:+.7}\"\n   \
         drone-dji:GpsLongitude=\"{lon:+.7}\"\n   drone-dji:AbsoluteAltitude=\"+61.25\"\n   \
         drone-dji:RelativeAltitude=\"+42.10\"\n   drone-dji:GimbalPitchDegree=\"-89.90\"\n   \
         drone-dji:GimbalYawDegree=\"+12.30\"\n   drone-dji:GimbalRollDegree=\"+0.00\"\n   \
         drone-dji:FlightYawDegree=\"+11.80\"\n   drone-dji:FlightPitchDegree=\"-4.20\"\n   \
         drone-dji:FlightRollDegree=\"+1.10\"\n   drone-dji:RtkFlag=\"50\"\n   drone-dji:RtkStdLat=\"0.03\"\n   \
         drone-dji:RtkStdLon=\"0.04\"/>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>"
    );
    let debug = b"DJI-DBG\0[sensor_id:7][FlightDegree(Y,P,R):118,-42,11][FlightSpeed(X,Y,Z):31,-4,0]".to_vec();
    let picture = jpeg::photo(24, 16, 40, &exif(ATTRIBUTES, false, true));
    let mut bytes = with_segments(&picture, &[(0xe1, xmp(&packet)), (0xe7, debug)]);
    bytes.extend([0; 6]);
    bytes.extend(jpeg::picture(8, 8, 41));
    let about = "photo: EXIF and XMP agree, RTK, gimbal, both clocks, debug block, preview behind it";
    Photo { path: "photo/DJI_20240514100437_0001.JPG", about, bytes, lat, lon }
}

/// Older spelling, elements, serial numbers and the UTC of the exposure; EXIF says a place some 30 m north of it.
fn elements() -> Photo {
    let (lat, lon) = ELEMENTS;
    let head = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>";
    let packet = format!(
        "{head}<rdf:Description rdf:about='' xmlns:dd='http://www.dji.com/drone-dji/1.0/' \
         xmlns:xmpNote='http://ns.adobe.com/xmp/note/'><dd:GpsLatitude>{:.7}</dd:GpsLatitude>\
         <dd:GpsLongtitude>{lon:.7}</dd:GpsLongtitude><dd:RelativeAltitude>18.4</dd:RelativeAltitude>\
         <dd:DroneModel>Sample 3E</dd:DroneModel><dd:DroneSerialNumber>OVF0SAMPLE0007</dd:DroneSerialNumber>\
         <dd:CameraSerialNumber>OVFCAM0007</dd:CameraSerialNumber>\
         <dd:UTCAtExposure>2024:05:14 08:04:37.250</dd:UTCAtExposure>\
         <xmpNote:HasExtendedXMP>0123456789ABCDEF0123456789ABCDEF</xmpNote:HasExtendedXMP></rdf:Description></rdf:RDF></x:xmpmeta>",
        lat - 0.000_27
    );
    let long = format!(
        "{head}<rdf:Description xmlns:Camera='http://pix4d.com/camera/1.0/' xmlns:drone-parrot='http://www.parrot.com/drone-parrot/1.0/' \
         Camera:Yaw='17.5'><Camera:BandName><rdf:Seq><rdf:li>Red</rdf:li><rdf:li>Green</rdf:li></rdf:Seq></Camera:BandName>\
         <drone-parrot:CameraYawDegree>17.25</drone-parrot:CameraYawDegree></rdf:Description></rdf:RDF></x:xmpmeta>"
    );
    let part = |from: usize, to: usize| {
        let sizes = [(long.len() as u32).to_be_bytes(), (from as u32).to_be_bytes()].concat();
        let head = b"http://ns.adobe.com/xmp/extension/\x000123456789ABCDEF0123456789ABCDEF";
        (0xe1, [&head[..], &sizes, &long.as_bytes()[from..to]].concat())
    };
    let middle = long.find("Seq").expect("a list") + 1;
    let picture = jpeg::photo(16, 16, 70, &exif(ELEMENTS, true, false));
    let bytes = with_segments(&picture, &[part(middle, long.len()), (0xe1, xmp(&packet)), part(0, middle)]);
    let about =
        "photo: EXIF and XMP 30 m apart, misspelt longitude, serial numbers, UTC of the exposure, XMP in two parts";
    Photo { path: "photo/DJI_0007.JPG", about, bytes, lat, lon }
}

/// Tag, type, count, value or what it leads to.
type Tag = (u16, u16, u32, Vec<u8>);

fn directory(at: usize, tags: &[Tag]) -> Vec<u8> {
    let mut out = (tags.len() as u16).to_le_bytes().to_vec();
    let mut values = Vec::new();
    let values_at = at + 2 + 12 * tags.len() + 4;
    for (tag, kind, count, bytes) in tags {
        out.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        out.extend(count.to_le_bytes());
        if bytes.len() <= 4 {
            out.extend(bytes);
            out.extend(vec![0; 4 - bytes.len()]);
        } else {
            out.extend(((values_at + values.len()) as u32).to_le_bytes());
            values.extend(bytes);
            values.resize(values.len().next_multiple_of(2), 0);
        }
    }
    out.extend([0; 4]);
    out.extend(values);
    out
}

/// A raw photo: strips in a sub directory, a thumbnail, XMP in its tag, a maker note, south and east.
fn raw() -> Photo {
    let (lat, lon) = RAW;
    let ascii = |tag: u16, text: &str| -> Tag { (tag, 2, text.len() as u32 + 1, [text.as_bytes(), &[0]].concat()) };
    let long = |tag: u16, value: usize| -> Tag { (tag, 4, 1, (value as u32).to_le_bytes().to_vec()) };
    let angle = |tag: u16, deg: f64| -> Tag {
        let parts = (deg.abs() * 36_000_000.0).round() as u64;
        let (minutes, rest) = (parts / 600_000, parts % 600_000);
        let numbers = [(minutes / 60, 1), (minutes % 60, 1), (rest, 10_000)];
        (tag, 5, 3, numbers.iter().flat_map(|(a, b)| [*a as u32, *b as u32]).flat_map(u32::to_le_bytes).collect())
    };
    let float = |tag: u16, value: f32| -> Tag { (tag, 11, 1, value.to_le_bytes().to_vec()) };
    let packet = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
                  <rdf:Description xmlns:drone-dji=\"http://www.dji.com/drone-dji/1.0/\" drone-dji:RelativeAltitude=\"-3.50\"/>\
                  </rdf:RDF></x:xmpmeta>";
    let thumbnail = jpeg::picture(8, 8, 90);
    let strip: Vec<u8> = (0..512u32).map(|i| (i * 29 % 253) as u8).collect();
    let gps = |at| directory(at, &[ascii(1, "S"), angle(2, lat), ascii(3, "E"), angle(4, lon)]);
    let note = |at| {
        directory(
            at,
            &[ascii(1, "DJI"), float(6, -4.5), float(7, 101.25), float(8, 0.5), float(9, -30.0), float(10, 100.0)],
        )
    };
    let sub =
        |at, strip_at| directory(at, &[long(0x0100, 16), long(0x0101, 16), long(0x0111, strip_at), long(0x0117, 512)]);
    let shot = |at, note_at: usize, len: usize| {
        directory(
            at,
            &[
                ascii(0x9003, "2025:04:06 00:23:20"),
                ascii(0x9011, "+10:00"),
                // Four bytes are where it stands, as of every long value.
                (0x927c, 7, len as u32, (note_at as u32).to_le_bytes().to_vec()),
                ascii(0x9291, "75"),
                ascii(0xa431, "OVFCAM0008"),
            ],
        )
    };
    let main = |at, places: [usize; 4]| {
        let [sub_at, shot_at, gps_at, thumbnail_at] = places;
        directory(
            at,
            &[
                ascii(0x010f, "DJI"),
                ascii(0x0110, "FC9999"),
                long(0x014a, sub_at),
                long(0x0201, thumbnail_at),
                long(0x0202, thumbnail.len()),
                (0x02bc, 1, packet.len() as u32, packet.as_bytes().to_vec()),
                long(0x8769, shot_at),
                long(0x8825, gps_at),
                (0xc612, 1, 4, vec![1, 4, 0, 0]),
            ],
        )
    };
    let main_at = 8;
    let sub_at = main_at + main(main_at, [0; 4]).len();
    let shot_at = sub_at + sub(sub_at, 0).len();
    let note_len = note(0).len();
    let gps_at = shot_at + shot(shot_at, 0, note_len).len();
    let note_at = gps_at + gps(gps_at).len();
    let thumbnail_at = note_at + note_len;
    let strip_at = thumbnail_at + thumbnail.len();
    let mut bytes = b"II\x2a\0\x08\0\0\0".to_vec();
    bytes.extend(main(main_at, [sub_at, shot_at, gps_at, thumbnail_at]));
    bytes.extend(sub(sub_at, strip_at));
    bytes.extend(shot(shot_at, note_at, note_len));
    bytes.extend(gps(gps_at));
    bytes.extend(note(note_at));
    bytes.extend(&thumbnail);
    bytes.extend(&strip);
    let about =
        "raw photo: directories in directories, maker note, thumbnail, camera clock with its offset, south and east";
    Photo { path: "photo/DJI_0008.DNG", about, bytes, lat, lon }
}
