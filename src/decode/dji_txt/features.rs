//! Which key opens which record type. The maker seals records by feature; the assignment changed between versions 13 and 14.
//! Source: the community parser and the official library; features 1, 7 and 10 of version 14 verified on a made file only.

/// Never sealed: the recover marker and the wrapped keys.
pub const IN_CLEAR: [u8; 2] = [RECOVER_MARKER, KEY_STORAGE];
/// A new set of keys holds from here on.
pub const RECOVER_MARKER: u8 = 50;
pub const KEY_STORAGE: u8 = 56;

/// Record types, their feature in version 13 and in version 14.
const FEATURES: [(&[u8], u8, u8); 15] = [
    (&[1, 2, 6, 13, 14, 15, 40], 1, 1),
    (&[3], 1, 10),
    (&[4, 11, 29, 33], 1, 11),
    (&[7, 8], 1, 13),
    (&[22], 6, 13),
    (&[25], 1, 12),
    (&[17, 18], 2, 2),
    (&[31, 32, 34, 35, 36, 38, 39], 3, 3),
    (&[21, 41, 43, 44, 45, 46, 47, 48], 4, 4),
    (&[49], 5, 5),
    (&[12, 16, 19, 26, 27], 6, 6),
    (&[5, 9, 10, 20, 24, 30, 54], 7, 7),
    (&[28, 51, 52], 6, 14),
    (&[53], 9, 9),
    (&[55], 6, 15),
];

/// The feature of each record type, 0 where none is known: types 42, 57 to 63, 253 and 254 are sealed under a feature that the
/// sources do not name, or not with one voice. Their records tell it themselves.
pub fn of_types(is_13: bool) -> [u8; 256] {
    let mut features = [0; 256];
    for (types, of_13, of_14) in FEATURES {
        for kind in types {
            features[usize::from(*kind)] = if is_13 { of_13 } else { of_14 };
        }
    }
    features
}
