//! Samples of app preferences: a map of Android, property lists of iOS in both forms, and the encrypted day log of an app.

use super::prng::Prng;

/// A file of preferences and what is true about it.
#[derive(Clone, Debug)]
pub struct Preferences {
    /// Below samples/.
    pub path: &'static str,
    pub about: &'static str,
    pub bytes: Vec<u8>,
    /// Latitude, longitude, and seconds of UTC where there is a time.
    pub fixes: Vec<(f64, f64, Option<i64>)>,
    /// What no output may show.
    pub secret: &'static str,
}

pub const EMAIL: &str = "pilot@sample.example";
pub const TOKEN: &str = "SAMPLE-TOKEN-0123456789";
pub const SERIAL: &str = "0V0SAMPLE0001";
pub const FMD: (f64, f64) = (54.1062890, 8.9038220);
pub const LAST: (f64, f64) = (54.0985, 8.8975);
/// 2024-05-14T08:11:05Z.
pub const FOUND_S: i64 = 1_715_674_265;
/// Seconds from 1970 to 2001.
const TO_2001: i64 = 978_307_200;

pub fn all() -> Vec<Preferences> {
    vec![android(), binary(), xml(), encrypted()]
}

pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let word = three.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= three.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

fn android() -> Preferences {
    let bits = |degrees: f64| degrees.to_bits() as i64;
    let text = format!(
        "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n\
         \x20   <string name=\"key_account_email\">{}&#10;</string>\n\
         \x20   <string name=\"key_account_token\">{}</string>\n\
         \x20   <string name=\"device_sn\">{SERIAL}</string>\n\
         \x20   <string name=\"fmd_latitude\">{:.7}</string>\n\
         \x20   <string name=\"fmd_longitude\">{:.7}</string>\n\
         \x20   <long name=\"KEY_CC_LAST_FLYC_LAT\" value=\"{}\" />\n\
         \x20   <long name=\"KEY_CC_LAST_FLYC_LNG\" value=\"{}\" />\n\
         \x20   <boolean name=\"beginner_mode\" value=\"false\" />\n\
         \x20   <set name=\"seen &amp; closed\">\n        <string>tip 1</string>\n        <string>tip 2</string>\n    </set>\n\
         </map>\n",
        base64(EMAIL.as_bytes()),
        base64(TOKEN.as_bytes()),
        FMD.0,
        FMD.1,
        bits(LAST.0),
        bits(LAST.1),
    );
    Preferences {
        path: "android-prefs/dji.go.v4_preferences.xml",
        about: "account in base64, a token, a serial number, two last known positions, a set",
        bytes: text.into_bytes(),
        fixes: vec![(LAST.0, LAST.1, None), (FMD.0, FMD.1, None)],
        secret: TOKEN,
    }
}

/// A value of a property list.
pub enum Value {
    Text(&'static str),
    Unicode(&'static str),
    Integer(i64),
    Real(f64),
    True,
    Date(f64),
    Data(Vec<u8>),
    Uid(u8),
    Array(Vec<Value>),
    Dictionary(Vec<(&'static str, Value)>),
}

/// A binary property list: references and offsets of two bytes, objects in the order in which they are met.
pub fn bplist(root: &Value) -> Vec<u8> {
    let mut objects: Vec<Vec<u8>> = Vec::new();
    let root = put(root, &mut objects);
    let mut bytes = b"bplist00".to_vec();
    let mut offsets = Vec::new();
    for object in &objects {
        offsets.push(bytes.len() as u16);
        bytes.extend_from_slice(object);
    }
    let table = bytes.len() as u64;
    offsets.iter().for_each(|offset| bytes.extend_from_slice(&offset.to_be_bytes()));
    bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 2, 2]);
    for number in [objects.len() as u64, u64::from(root), table] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes
}

/// Marker with a length, which follows as an integer when it is 15 or more.
fn head(kind: u8, len: usize) -> Vec<u8> {
    match u8::try_from(len) {
        Ok(short @ ..15) => vec![kind << 4 | short],
        Ok(byte) => vec![kind << 4 | 15, 0x10, byte],
        Err(_) => [&[kind << 4 | 15, 0x11], (len as u16).to_be_bytes().as_slice()].concat(),
    }
}

fn put(value: &Value, objects: &mut Vec<Vec<u8>>) -> u16 {
    let at = objects.len();
    objects.push(Vec::new());
    let joined = |head: Vec<u8>, content: &[u8]| [head.as_slice(), content].concat();
    let references = |list: &[u16]| list.iter().flat_map(|reference| reference.to_be_bytes()).collect::<Vec<u8>>();
    objects[at] = match value {
        Value::Text(text) => joined(head(5, text.len()), text.as_bytes()),
        Value::Unicode(text) => {
            let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            joined(head(6, units.len() / 2), &units)
        }
        Value::Integer(number) => joined(vec![0x13], &number.to_be_bytes()),
        Value::Real(number) => joined(vec![0x23], &number.to_be_bytes()),
        Value::True => vec![0x09],
        Value::Date(seconds) => joined(vec![0x33], &seconds.to_be_bytes()),
        Value::Data(data) => joined(head(4, data.len()), data),
        Value::Uid(index) => vec![0x80, *index],
        Value::Array(values) => {
            let list: Vec<u16> = values.iter().map(|value| put(value, objects)).collect();
            joined(head(10, list.len()), &references(&list))
        }
        Value::Dictionary(entries) => {
            let keys: Vec<u16> = entries.iter().map(|(key, _)| put(&Value::Text(key), objects)).collect();
            let values: Vec<u16> = entries.iter().map(|(_, value)| put(value, objects)).collect();
            joined(head(13, keys.len()), &references(&[keys, values].concat()))
        }
    };
    at as u16
}

/// A location as iOS archives it.
fn location() -> Vec<u8> {
    bplist(&Value::Dictionary(vec![
        ("$version", Value::Integer(100_000)),
        ("$archiver", Value::Text("NSKeyedArchiver")),
        ("$top", Value::Dictionary(vec![("root", Value::Uid(1))])),
        (
            "$objects",
            Value::Array(vec![
                Value::Text("$null"),
                Value::Dictionary(vec![
                    ("kCLLocationCodingKeyCoordinateLatitude", Value::Real(FMD.0)),
                    ("kCLLocationCodingKeyCoordinateLongitude", Value::Real(FMD.1)),
                    ("kCLLocationCodingKeyAltitude", Value::Real(12.5)),
                    ("kCLLocationCodingKeyHorizontalAccuracy", Value::Real(-1.0)),
                    ("kCLLocationCodingKeyTimestamp", Value::Real((FOUND_S - TO_2001) as f64)),
                    ("$class", Value::Uid(2)),
                ]),
                Value::Dictionary(vec![("$classname", Value::Text("CLLocation"))]),
            ]),
        ),
    ]))
}

fn binary() -> Preferences {
    let bytes = bplist(&Value::Dictionary(vec![
        ("DJIACCOUNTMANAGER_LASTUSEREMAIL", Value::Text(EMAIL)),
        ("AIRCRAFT_FLIGHT_LOG_DEVICE_SN", Value::Text(SERIAL)),
        ("cached_product_name_key", Value::Unicode("Sample Quad \u{b5}")),
        ("LastLaunchDate", Value::Date((FOUND_S - 60 - TO_2001) as f64)),
        ("launches", Value::Integer(-3)),
        ("beginner", Value::True),
        (
            "FIND_AIRCRAFT_LAST_LOCATION",
            Value::Dictionary(vec![("LAST_HEADING", Value::Real(271.5)), ("LAST_LOCATION", Value::Data(location()))]),
        ),
    ]));
    Preferences {
        path: "ios-plist/com.dji.go.plist",
        about: "binary: account, serial number, an archived location with its time",
        bytes,
        fixes: vec![(FMD.0, FMD.1, Some(FOUND_S))],
        secret: "",
    }
}

fn xml() -> Preferences {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n<dict>\n\t<key>cached_sn_key</key>\n\t<string>{SERIAL}</string>\n\
         \t<key>LastLaunchDate</key>\n\t<date>2024-05-14T08:10:05Z</date>\n\
         \t<key>FIND_AIRCRAFT_LAST_LOCATION</key>\n\t<dict>\n\t\t<key>LAST_LOCATION</key>\n\t\t<data>\n\t\t{}\n\t\t</data>\n\t</dict>\n\
         \t<key>zones</key>\n\t<array>\n\t\t<integer>4</integer>\n\t\t<true/>\n\t\t<string>A &amp; B</string>\n\t</array>\n\
         </dict>\n</plist>\n",
        base64(&location())
    );
    Preferences {
        path: "ios-plist/exported.plist",
        about: "XML: serial number, an archived location in base64, a list",
        bytes: text.into_bytes(),
        fixes: vec![(FMD.0, FMD.1, Some(FOUND_S))],
        secret: "",
    }
}

/// Lines of whole blocks that look like noise.
fn encrypted() -> Preferences {
    let mut noise = Prng::new(20_250_405);
    let mut text = String::new();
    for blocks in [2, 5, 3, 9, 4, 2, 7] {
        let bytes: Vec<u8> = noise.bytes(16 * blocks);
        text += &base64(&bytes);
        text.push('\n');
    }
    Preferences {
        path: "dji-fly-log/log-2025-04-05.log",
        about: "seven lines of ciphertext",
        bytes: text.into_bytes(),
        fixes: Vec::new(),
        secret: "",
    }
}
