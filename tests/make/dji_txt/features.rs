//! v13+: which feature's key a record type is encrypted with, and what the key service calls the features.

/// The first version whose records are encrypted.
pub const FIRST_VERSION: u8 = 13;
/// The recover marker and the wrapped keys are never encrypted.
pub const PLAIN: u16 = 8;
/// Takes in types that the maps leave out: three real v14 logs store this key right before their first record of type 253.
pub const DJI_FLY_CUSTOM: u16 = 7;
/// By its name that of type 57, which the maps leave out too.
pub const AIR_LINK: u16 = 5;

/// Features whose keys stand at the start of every real v14 log; the others stand before the first record that needs them.
pub fn at_start(version: u8) -> &'static [u16] {
    if version >= 14 { &[1, 2, 5, 11, 13] } else { &[1, 2, 5] }
}

const NAMES: [&str; 15] = [
    "Base",
    "Vision",
    "Waypoint",
    "Agriculture",
    "AirLink",
    "AfterSales",
    "DJIFlyCustom",
    "Plaintext",
    "FlightHub",
    "Gimbal",
    "RC",
    "Camera",
    "Battery",
    "FlySafe",
    "Security",
];

/// The feature point as requests and answers spell it.
pub fn name(feature: u16) -> String {
    format!("FR_Standardization_Feature_{}_{feature}", NAMES[usize::from(feature) - 1])
}

/// The feature of a record type; `None` where the maps of v13 ("13_1") and v14 ("13_2") say nothing.
pub fn of(version: u8, kind: u8) -> Option<u16> {
    let late = version >= 14;
    Some(match kind {
        1 | 2 | 6 | 13 | 14 | 15 | 40 | 58 | 59 | 63 => 1,
        3 => [1, 10][usize::from(late)],
        4 | 11 | 29 | 33 => [1, 11][usize::from(late)],
        7 | 8 => [1, 13][usize::from(late)],
        22 => [6, 13][usize::from(late)],
        25 => [1, 12][usize::from(late)],
        17 | 18 => 2,
        31 | 32 | 34 | 35 | 36 | 38 | 39 => 3,
        21 | 41 | 43 | 44 | 45 | 46 | 47 | 48 => 4,
        49 => 5,
        12 | 16 | 19 | 26 | 27 => 6,
        5 | 9 | 10 | 20 | 24 | 30 | 54 => 7,
        28 | 51 | 52 => [6, 14][usize::from(late)],
        53 => 9,
        55 => [6, 15][usize::from(late)],
        50 | 56 => PLAIN,
        62 => 11,
        _ => return None,
    })
}
