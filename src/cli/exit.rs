//! Exit codes, stable: 0 whole, 1 finding, 2 usage, 3 incomplete, 4 nothing usable, 5 input or output, 6 internal.

use crate::write::document::ExitReport;
use crate::write::files::OutputError;

/// What a run came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Something that was asked to be reported was found.
    pub finding: bool,
    /// Something recognised was lost, damaged, locked, cut or unreadable, or a zone feature was skipped.
    pub incomplete: bool,
    /// At least one input gave something.
    pub usable: bool,
    /// No input could be opened, or no zone loaded.
    pub no_input: bool,
    /// A panic in some file was caught.
    pub internal: bool,
}

impl Outcome {
    /// When several hold: 6, 5, 1, 3, 4, 0. Code 3 means that results were written, so nothing usable is 4.
    pub fn code(self) -> u8 {
        if self.internal {
            6
        } else if self.no_input {
            5
        } else if self.finding {
            1
        } else if !self.usable {
            4
        } else if self.incomplete {
            3
        } else {
            0
        }
    }

    pub fn report(self) -> ExitReport {
        ExitReport { code: self.code(), finding: self.finding, incomplete: self.incomplete }
    }
}

/// A run that ended early.
#[derive(Debug)]
pub struct Stop {
    pub code: u8,
    pub message: String,
}

impl Stop {
    pub fn usage(message: impl Into<String>) -> Self {
        Stop { code: 2, message: message.into() }
    }

    pub fn input(message: impl Into<String>) -> Self {
        Stop { code: 5, message: message.into() }
    }
}

impl From<OutputError> for Stop {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Refused(message) => Stop { code: 2, message },
            OutputError::Failed(message) => Stop { code: 5, message },
        }
    }
}

/// A reader of standard output that has seen enough is no error, and worth no words.
impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Stop { code: 0, message: String::new() };
        }
        Stop { code: 5, message: format!("the output cannot be written: {error}") }
    }
}
