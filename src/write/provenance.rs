//! What an output was made by and for: the case, the examiner, the tool with its tables, the zones. It stands in every output
//! whose format has a place for it.

use serde::Serialize;

use super::document::{TableReport, ToolReport};
use crate::examine::Tools;
use crate::zones::ZoneFile;

/// What the examiner called the case; both parts as given.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CaseName {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub examiner: Option<String>,
}

/// The same for every output of one run, and without the time of day: equal runs give equal bytes.
#[derive(Clone, Debug, Serialize)]
pub struct Provenance {
    #[serde(flatten)]
    pub case: CaseName,
    pub tool: ToolReport,
    pub zones: Vec<ZoneHash>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ZoneHash {
    pub path: String,
    pub sha256: String,
}

impl Provenance {
    pub fn new(tools: &Tools, case: CaseName, zones: &[ZoneFile]) -> Self {
        let hash = |file: &ZoneFile| ZoneHash { path: file.label().to_owned(), sha256: file.sha256().to_string() };
        Provenance { case, tool: ToolReport::new(tools), zones: zones.iter().map(hash).collect() }
    }

    /// Name and version of the tool.
    pub fn tool(&self) -> String {
        format!("{} {}", self.tool.name, self.tool.version)
    }

    /// The same as name and value, for formats that hold flat texts: `case_id`, `examiner`, `tool`, a `table` a format, a `zones` a
    /// file, the last two with their SHA-256.
    pub fn entries(&self) -> Vec<(&'static str, String)> {
        let named = [("case_id", &self.case.case_id), ("examiner", &self.case.examiner)];
        let case = named.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        let tables =
            self.tool.tables.iter().map(|TableReport { id, sha256 }| ("table", format!("{id} sha256:{sha256}")));
        let zones = self.zones.iter().map(|ZoneHash { path, sha256 }| ("zones", format!("{path} sha256:{sha256}")));
        case.chain([("tool", self.tool())]).chain(tables).chain(zones).collect()
    }
}
