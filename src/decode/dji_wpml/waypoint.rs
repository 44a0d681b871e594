//! Placemarks of a plan: way points with their actions, and areas.

use super::settings::number;
use super::{Dialect, Walking};
use crate::bytes::xml::Element;
use crate::decode::cells::Cells;
use crate::layout::Value;

impl Walking<'_, '_> {
    pub fn placemark(&mut self, element: &Element) {
        let span = self.document.span(&element.at);
        match element.find("Point") {
            Some(point) => {
                let words = point.words("coordinates").unwrap_or_default();
                let numbers: Vec<f64> = words.split(',').filter_map(number).collect();
                let (Some(lon), Some(lat)) = (numbers.first(), numbers.get(1)) else {
                    let message = format!("the way point at {} has no longitude and latitude; it is lost", span.offset);
                    return self.document.lost(&span.into(), "a broken way point", "dji-wpml/waypoint", message);
                };
                self.waypoint(element, *lat, *lon, numbers.get(2).copied());
            }
            None => {
                self.document.known(&element.at, "placemark");
                self.area(element);
            }
        }
    }

    fn waypoint(&mut self, element: &Element, lat: f64, lon: f64, third: Option<f64>) {
        let span = self.document.span(&element.at);
        let index = element.words("index").map_or_else(|| self.waypoints.to_string(), str::to_owned);
        self.waypoints += 1;
        let (height_field, height) = self.height(element, third);
        let Some(mut cells) = Cells::of(self.document.tables, "waypoint") else { return };
        cells.words("index", Some(index.clone()));
        cells.value("latitude", Value::F64(lat));
        cells.value("longitude", Value::F64(lon));
        cells.number(height_field, height);
        let inner = |names: &[&str]| names.iter().find_map(|name| number(element.find(name)?.trimmed()));
        cells.number("speed", inner(&["waypointSpeed", "speed"]));
        cells.number("heading", inner(&["waypointHeadingAngle", "heading"]));
        cells.number("gimbal_pitch", inner(&["waypointGimbalPitchAngle", "gimbalPitchAngle", "gimbalPitch"]));
        let turn = ["waypointTurnMode", "turnMode"].iter().find_map(|name| element.find(name));
        cells.words("turn_mode", turn.map(|turn| turn.trimmed().to_owned()));
        cells.words("track", Some(self.track.clone()));
        cells.emit(&span.into(), self.document.sink);
        self.actions(element, &index);
        if self.dialect == Dialect::Wpml
            && let Some(poi) = element.find("waypointPoiPoint")
        {
            self.reference(poi, poi.trimmed(), "poi");
        }
    }

    /// What is to be done at a way point, or from it to another.
    fn actions(&mut self, element: &Element, index: &str) {
        for child in &element.children {
            match child.name.as_str() {
                "action" => {
                    let name = child.words("actionActuatorFunc").unwrap_or("action").to_owned();
                    let parameters = child.child("actionActuatorFuncParam").map(|inner| {
                        let told = inner.children.iter().filter(|p| p.children.is_empty() && !p.trimmed().is_empty());
                        told.map(|p| format!("{}={}", p.name, p.trimmed())).collect::<Vec<_>>().join(" ")
                    });
                    self.action(child, index, name, parameters);
                }
                // Pilot 1: the name is the text, the parameters are attributes.
                "actions" if !child.trimmed().is_empty() => {
                    let told = child.attributes.iter().map(|a| format!("{}={}", a.name, a.value));
                    let parameters = told.collect::<Vec<_>>().join(" ");
                    self.action(child, index, child.trimmed().to_owned(), Some(parameters));
                }
                _ => self.actions(child, index),
            }
        }
    }

    fn action(&mut self, element: &Element, index: &str, name: String, parameters: Option<String>) {
        let Some(mut cells) = Cells::of(self.document.tables, "action") else { return };
        cells.words("waypoint", Some(index.to_owned()));
        cells.words("name", Some(name));
        cells.words("parameters", parameters);
        cells.emit(&self.document.span(&element.at).into(), self.document.sink);
    }

    /// The outline of what is to be flown over: corners are records, for the way over it stands in the way lines.
    fn area(&mut self, element: &Element) {
        let Some(coordinates) = element.find("Polygon").and_then(|polygon| polygon.find("coordinates")) else { return };
        self.areas += 1;
        let name = element.words("name").map_or_else(|| format!("area {}", self.areas), str::to_owned);
        let span = self.document.span(&coordinates.at);
        for tuple in coordinates.text.split_ascii_whitespace() {
            let numbers: Vec<f64> = tuple.split(',').filter_map(number).collect();
            let (Some(lon), Some(lat)) = (numbers.first(), numbers.get(1)) else { continue };
            let Some(mut cells) = Cells::of(self.document.tables, "corner") else { return };
            cells.words("area", Some(name.clone()));
            cells.value("latitude", Value::F64(*lat));
            cells.value("longitude", Value::F64(*lon));
            cells.emit(&span.into(), self.document.sink);
        }
    }
}
