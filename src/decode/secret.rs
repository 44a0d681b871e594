//! Values that open an account or a download: outputs show that there is one, and its hash, so that two can be compared.

use crate::evidence::Sha256;

/// `sha256:` and 16 digits.
pub fn fingerprint(value: &str) -> String {
    let digest = Sha256::of(value.as_bytes()).to_string();
    format!("sha256:{}", digest.get(..16).unwrap_or(&digest))
}
