//! What a plan says about itself: who made it and when, for which aircraft, from where, and how heights are meant.

use super::{Dialect, Walking};
use crate::bytes::number;
use crate::bytes::xml::Element;
use crate::decode::Fact;
use crate::decode::cells::Cells;
use crate::layout::Value;

impl Walking<'_, '_> {
    /// An element outside placemarks, and every one in it.
    pub fn setting(&mut self, element: &Element) {
        self.document.known(&element.at, "setting");
        self.each("", element);
    }

    fn each(&mut self, path: &str, element: &Element) {
        let path = if path.is_empty() { element.name.clone() } else { format!("{path}/{}", element.name) };
        if !element.children.is_empty() {
            for child in &element.children {
                self.each(&path, child);
            }
            return;
        }
        let value = element.trimmed();
        if value.is_empty() {
            return;
        }
        self.meaning(element, value);
        if let Some(mut cells) = Cells::of(self.document.tables, "setting") {
            cells.words("name", Some(path));
            cells.words("value", Some(value.to_owned()));
            if element.name == "droneEnumValue"
                && let Some(drone) = value.parse().ok().and_then(|number| cells.name_of("drone", number))
            {
                self.note(format!("planned for {drone} (droneEnumValue {value})"), element);
                cells.words("drone", Some(drone));
            }
            cells.emit(&self.document.span(&element.at).into(), self.document.sink);
        }
    }

    fn meaning(&mut self, element: &Element, value: &str) {
        match element.name.as_str() {
            "executeHeightMode" => {
                self.executes = true;
                self.height_field = height_field(value);
            }
            "heightMode" => self.height_field = height_field(value),
            "globalHeight" => self.global_height = number(value),
            "templateId" => self.track = format!("template {value}"),
            "waylineId" => self.track = format!("way line {value}"),
            "createTime" | "updateTime" => {
                let word = if element.name == "createTime" { "created" } else { "last changed" };
                let utc = value.parse::<i64>().ok().and_then(chrono::DateTime::from_timestamp_millis);
                if let Some(utc) = utc {
                    let utc = utc.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
                    self.note(format!("{word} {utc} by the clock of the device that planned it"), element);
                }
            }
            "author" => {
                let at = self.document.origin(&element.at);
                self.document.sink.fact(Fact::Identifier { kind: "author", value: value.to_owned(), at });
            }
            "takeOffRefPoint" => self.reference(element, value, "home"),
            "waypointPoiPoint" => self.reference(element, value, "poi"),
            _ => {}
        }
    }

    /// A point with its latitude first; zeros stand where there is none.
    pub fn reference(&mut self, element: &Element, value: &str, record: &str) {
        let numbers: Vec<f64> = value.split(',').filter_map(number).collect();
        let (Some(lat), Some(lon)) = (numbers.first(), numbers.get(1)) else { return };
        if lat.abs() < 1e-6 && lon.abs() < 1e-6 {
            return;
        }
        let Some(mut cells) = Cells::of(self.document.tables, record) else { return };
        cells.value("latitude", Value::F64(*lat));
        cells.value("longitude", Value::F64(*lon));
        cells.number("height_unknown", numbers.get(2).copied());
        cells.emit(&self.document.span(&element.at).into(), self.document.sink);
        if record == "poi" {
            self.note(format!("a target: {lat}, {lon}"), element);
        }
    }

    /// Pilot 1 does not say what its heights are measured from.
    pub fn height(&self, element: &Element, third: Option<f64>) -> (&'static str, Option<f64>) {
        if self.dialect == Dialect::Pilot1 {
            return ("height_unknown", third);
        }
        let stated = ["executeHeight", "height", "ellipsoidHeight"].iter().find_map(|name| {
            let words = element.words(name)?;
            Some((*name, number(words)?))
        });
        let is_global = element.words("useGlobalHeight") == Some("1");
        match stated {
            Some(("executeHeight", metres)) => (self.height_field, Some(metres)),
            _ if is_global && self.global_height.is_some() => (self.height_field, self.global_height),
            Some(("height", metres)) => (self.height_field, Some(metres)),
            Some((_, metres)) => ("height_ellipsoid", Some(metres)),
            None => (self.height_field, self.global_height),
        }
    }
}

pub fn number(words: &str) -> Option<f64> {
    number::number(words.as_bytes())
}

/// The column of heights by the words for what they are measured from.
fn height_field(mode: &str) -> &'static str {
    match mode {
        "relativeToStartPoint" => "height_takeoff",
        "WGS84" => "height_ellipsoid",
        "EGM96" => "height_amsl",
        "realTimeFollowSurface" | "aboveGroundLevel" => "height_ground",
        _ => "height_unknown",
    }
}
