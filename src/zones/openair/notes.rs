//! What is noticed about a record while its lines come in, before its name is known.

use super::coordinates::Written;
use crate::zones::report::{Place, Report, short};

#[derive(Default)]
pub struct Notes {
    warnings: Vec<(&'static str, String)>,
    ambiguities: Vec<(&'static str, String)>,
    /// Places with minutes or seconds of 60.
    carried: usize,
}

impl Notes {
    pub fn warn(&mut self, kind: &'static str, what: String) {
        self.warnings.push((kind, what));
    }

    pub fn ambiguous(&mut self, kind: &'static str, what: String) {
        self.ambiguities.push((kind, what));
    }

    /// Notes how a place was written.
    pub fn written(&mut self, written: &Written<'_>) {
        self.carried += usize::from(written.carried);
    }

    /// Notes words that stand behind all that a line needs.
    pub fn behind(&mut self, rest: &str) {
        let rest = rest.trim();
        if !rest.is_empty() {
            self.warn("words behind a place", format!("{:?} behind a place was not used", short(rest)));
        }
    }

    pub fn tell(self, place: &mut Place, report: &mut Report) {
        if self.carried > 0 {
            let what = format!(
                "{} places have minutes or seconds of 60; they were carried to the next degree or minute",
                self.carried
            );
            report.repair(place, &what);
        }
        for (kind, what) in self.warnings {
            report.warn(place, kind, what);
        }
        for (kind, what) in self.ambiguities {
            report.ambiguous(place, kind, what);
        }
    }
}
