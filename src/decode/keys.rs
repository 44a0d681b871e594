//! Keys for encrypted items, across an air gap: a format says what must be asked for, the answer comes back as a file, and the
//! format proves it on the item before it is believed. Nothing here opens a connection.

use super::Context;
use crate::evidence::{Evidence, Sha256};

/// A file of keys that the user gave. A format takes from it what it understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile {
    /// How outputs name it.
    pub label: String,
    pub sha256: Sha256,
    pub bytes: Vec<u8>,
    /// First digits of the SHA-256 of the item that it is for; `None`: tried on every one.
    pub item: Option<String>,
}

impl KeyFile {
    /// Whether it may be tried on an item with this digest.
    pub fn is_for(&self, item: Sha256) -> bool {
        self.item.as_ref().is_none_or(|digits| item.to_string().starts_with(digits))
    }
}

/// How a format asks for keys and judges them.
pub struct KeyScheme {
    /// What the key service needs to know of this item.
    ///
    /// # Errors
    /// Why nothing can be asked for it, in words.
    pub request: fn(&Evidence, &Context<'_>) -> Result<KeyRequest, String>,
    /// Whether a file of keys opens this item.
    ///
    /// # Errors
    /// Why the file holds no keys that could be tried, in words.
    pub prove: fn(&Evidence, &Context<'_>, &KeyFile) -> Result<Vec<KeyProof>, String>,
    /// Whether a file of keys answers a request, for when the item itself is not at hand.
    ///
    /// # Errors
    /// What does not fit, in words.
    pub fits: fn(request: &[u8], answer: &[u8]) -> Result<(), String>,
}

/// What is to be sent from a machine with a network, with the user's own credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRequest {
    /// The exact body.
    pub body: String,
    pub url: &'static str,
    /// The header that carries the user's credential.
    pub credential: &'static str,
    /// Where such a credential is to be had.
    pub credential_source: &'static str,
    /// What is asked for, in words.
    pub features: Vec<String>,
}

/// What a key did on the records that need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyProof {
    pub feature: String,
    /// Set of keys in the item, from 1.
    pub segment: usize,
    pub verdict: KeyVerdict,
    /// Records that could be tried, and those that came out right.
    pub tried: u64,
    pub right: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyVerdict {
    /// It opens them.
    Proved,
    /// It does not: none of them is decoded.
    Refuted,
    /// Records need a key that was not given.
    Missing,
    /// A key that no record of the item needs.
    Unused,
}

impl KeyVerdict {
    /// The stable word in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            KeyVerdict::Proved => "proved",
            KeyVerdict::Refuted => "refuted",
            KeyVerdict::Missing => "missing",
            KeyVerdict::Unused => "unused",
        }
    }
}
