//! Diagnostics: what went wrong or deserves a word, where, and how often. Never an exception, always data.

use std::borrow::Cow;

use crate::evidence::Origin;

/// How much it matters; `Damage` and `Loss` make exit code 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is missing.
    Note,
    /// Bytes are not what they must be; no record is known to be missing.
    Damage,
    /// Something that was there is missing from the result.
    Loss,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Damage => "damage",
            Severity::Loss => "loss",
        }
    }
}

/// One finding about the bytes. Equal codes that follow one another are folded into one, which counts them and spans them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// `format/short`, stable.
    pub code: &'static str,
    pub at: Origin,
    pub message: Cow<'static, str>,
    pub count: u64,
    /// Records whose presence is proved and whose content is gone.
    pub lost: u64,
}

impl Diagnostic {
    pub fn new(severity: Severity, code: &'static str, at: Origin, message: impl Into<Cow<'static, str>>) -> Self {
        Diagnostic { severity, code, at, message: message.into(), count: 1, lost: 0 }
    }

    pub fn note(code: &'static str, at: Origin, message: impl Into<Cow<'static, str>>) -> Self {
        Diagnostic::new(Severity::Note, code, at, message)
    }

    pub fn damage(code: &'static str, at: Origin, message: impl Into<Cow<'static, str>>) -> Self {
        Diagnostic::new(Severity::Damage, code, at, message)
    }

    pub fn loss(code: &'static str, at: Origin, message: impl Into<Cow<'static, str>>) -> Self {
        Diagnostic::new(Severity::Loss, code, at, message)
    }

    #[must_use]
    pub fn losing(self, records: u64) -> Self {
        Diagnostic { lost: records, ..self }
    }
}
