//! Texts of a database as UTF-8, and a digest of a row that two readers of it share.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher as _};

use super::header::Encoding;
use super::record::Stored;

/// Values and texts of rows.
pub struct Content;

impl Content {
    /// The text as UTF-8; what is none stands as `\xNN`, so that nothing is lost.
    pub fn text(bytes: &[u8], encoding: Encoding) -> Cow<'_, str> {
        match encoding {
            Encoding::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => Cow::Owned(bytes.utf8_chunks().fold(String::new(), |mut all, chunk| {
                    all.push_str(chunk.valid());
                    all.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
                    all
                })),
            },
            Encoding::Utf16Le => Cow::Owned(utf16(bytes, u16::from_le_bytes)),
            Encoding::Utf16Be => Cow::Owned(utf16(bytes, u16::from_be_bytes)),
        }
    }

    /// A number that is the same for equal rows, by whatever reader.
    pub fn digest<'v>(rowid: Option<i64>, values: impl IntoIterator<Item = &'v Stored<'v>>, encoding: Encoding) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write_i64(rowid.unwrap_or(0));
        for value in values {
            match value {
                Stored::Null => hasher.write_u8(0),
                Stored::Integer(number) => {
                    hasher.write_u8(1);
                    hasher.write_i64(*number);
                }
                // SQLite keeps no NaN; zero has one sign there.
                Stored::Real(number) => {
                    hasher.write_u8(2);
                    hasher.write_u64((number + 0.0).to_bits());
                }
                Stored::Text(bytes) => {
                    hasher.write_u8(3);
                    match encoding {
                        Encoding::Utf8 => {
                            hasher.write_usize(bytes.len());
                            hasher.write(bytes);
                        }
                        _ => {
                            let text = Content::text(bytes, encoding);
                            hasher.write_usize(text.len());
                            hasher.write(text.as_bytes());
                        }
                    }
                }
                Stored::Blob(bytes) => {
                    hasher.write_u8(4);
                    hasher.write_usize(bytes.len());
                    hasher.write(bytes);
                }
            }
        }
        hasher.finish()
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}
