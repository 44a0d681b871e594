//! The digests that identify an item: SHA-256 always, MD5 and SHA-1 where somebody still asks for them.

use std::fmt;

use serde::{Serialize, Serializer};
use sha2::Digest as _;

/// A SHA-256 digest; prints as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    pub fn of(bytes: &[u8]) -> Self {
        Sha256(sha2::Sha256::digest(bytes).into())
    }

    /// The first eight hexadecimal digits, short enough for file names.
    pub fn short(&self) -> String {
        hex(&self.0[..4])
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl Serialize for Sha256 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}

/// Which digests to make beside SHA-256.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExtraHashes {
    pub md5: bool,
    pub sha1: bool,
}

/// Hashes a stream of blocks in one pass.
pub struct Hasher {
    sha256: sha2::Sha256,
    md5: Option<md5::Md5>,
    sha1: Option<sha1::Sha1>,
}

/// The digests of one item: hexadecimal text for the optional ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    pub sha256: Sha256,
    pub md5: Option<String>,
    pub sha1: Option<String>,
}

impl Hasher {
    pub fn new(extra: ExtraHashes) -> Self {
        Hasher {
            sha256: sha2::Sha256::new(),
            md5: extra.md5.then(md5::Md5::new),
            sha1: extra.sha1.then(sha1::Sha1::new),
        }
    }

    pub fn update(&mut self, block: &[u8]) {
        self.sha256.update(block);
        if let Some(md5) = &mut self.md5 {
            md5.update(block);
        }
        if let Some(sha1) = &mut self.sha1 {
            sha1.update(block);
        }
    }

    pub fn finish(self) -> Digests {
        Digests {
            sha256: Sha256(self.sha256.finalize().into()),
            md5: self.md5.map(|h| hex(&h.finalize())),
            sha1: self.sha1.map(|h| hex(&h.finalize())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-2 appendix B.1 and RFC 1321 appendix A.5 give these digests of "abc".
    #[test]
    fn digests_of_abc() {
        let mut hasher = Hasher::new(ExtraHashes { md5: true, sha1: true });
        hasher.update(b"a");
        hasher.update(b"bc");
        let found = hasher.finish();
        assert_eq!(found.sha256.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(found.sha1.as_deref(), Some("a9993e364706816aba3e25717850c26c9cd0d89d"));
        assert_eq!(found.md5.as_deref(), Some("900150983cd24fb0d6963f7d28e17f72"));
        assert_eq!(found.sha256.short(), "ba7816bf");
    }
}
