//! The readers of zone files, and what each is given. Content decides which one reads a file: the first whose `claims` holds.

use super::draft::Draft;
use super::json;
use super::json::dialect::Dialect;
use super::json::outline::Outline;
use super::report::Report;
use super::text::Text;
use super::{
    archive, autel, dji_geo, ed269, ed318, esri, flatgeobuf, geojson, geopackage, kml, openair, overpass, points,
    shapefile,
};
use crate::evidence::Evidence;

/// A zone file, and the files beside it.
pub struct Input<'a> {
    pub bytes: &'a [u8],
    pub text: &'a Text<'a>,
    /// Files of the same name with other extensions (`.dbf`, `.prj`, `.cpg` of a shapefile); found by [`Input::companion`].
    pub companions: &'a [Evidence],
    /// What the text holds if it is JSON, once somebody asks.
    pub json: json::Found,
}

impl Input<'_> {
    /// The parts of a text that begins as JSON does, and which format they are in.
    pub fn json(&self) -> Option<(&Outline, Dialect)> {
        if !matches!(self.first_char(), Some('{' | '[')) {
            return None;
        }
        let (outline, dialect) = self.json.of(self.text);
        Some((outline, *dialect))
    }

    /// Whether the text is JSON of this format.
    pub fn is_json(&self, wanted: Dialect) -> bool {
        self.json().is_some_and(|(_, dialect)| dialect == wanted)
    }

    /// The first character that is no white space and no record separator.
    pub fn first_char(&self) -> Option<char> {
        self.text.text.chars().find(|c| !c.is_whitespace() && *c != '\u{1e}')
    }

    /// The file beside it with this extension, in any case.
    pub fn companion(&self, extension: &str) -> Option<&Evidence> {
        self.companions
            .iter()
            .find(|file| file.name().rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case(extension)))
    }
}

/// One kind of zone file.
pub struct Reader {
    /// The stable name in outputs.
    pub format: &'static str,
    /// Its files are text, so that their encoding is worth a word.
    pub is_text: bool,
    pub claims: fn(&Input<'_>) -> bool,
    pub read: fn(&Input<'_>, &mut Report) -> Result<Vec<Draft>, Refused>,
}

/// Why a file gave no zones.
pub enum Refused {
    /// It is something else: what, and the next step.
    Foreign(String, String),
    /// Its places are in a projection that is not converted.
    Projection(String),
}

/// Every kind that is read, the ones that are easily mistaken for another first.
pub static READERS: &[Reader] = &[
    archive::READER,
    shapefile::READER,
    geopackage::READER,
    flatgeobuf::READER,
    ed269::READER,
    ed318::READER,
    esri::READER,
    dji_geo::READER,
    autel::READER,
    overpass::READER,
    geojson::READER,
    kml::READER,
    openair::READER,
    points::READER,
];
