//! Items of a mission: single commands, and areas with the commands that were made of them.

use super::Plan;
use crate::bytes::json::Node;
use crate::decode::cells::Cells;
use crate::decode::plan::{height_field, record_of};
use crate::layout::Value;

/// Versions of complex items whose layout is known.
const COMPLEX_VERSIONS: &[f64] = &[1.0, 2.0, 3.0, 4.0, 5.0];

impl Plan<'_, '_> {
    pub fn item(&mut self, item: &Node) {
        if item.get("type").and_then(Node::text) != Some("ComplexItem") {
            return self.simple(item);
        }
        self.areas += 1;
        let kind = item.get("complexItemType").and_then(Node::text).unwrap_or("complex item");
        self.check_version(item.get("version"), COMPLEX_VERSIONS, kind);
        let name = format!("{kind} {}", self.areas);
        let transects = item.get("TransectStyleComplexItem");
        let made = transects.and_then(|t| t.get("Items")).map(Node::list).unwrap_or_default();
        // Without a way in the file the outline is all that tells where the aircraft is to fly: it makes a track.
        let record = if made.is_empty() { "outline" } else { "corner" };
        for outline in ["polygon", "polyline"] {
            for corner in item.get(outline).map(Node::list).unwrap_or_default() {
                self.place(corner, record, Some(&name));
            }
        }
        for point in transects.and_then(|t| t.get("VisualTransectPoints")).map(Node::list).unwrap_or_default() {
            self.place(point, "visual", Some(&name));
        }
        made.iter().for_each(|inner| self.simple(inner));
    }

    fn simple(&mut self, item: &Node) {
        let integer = |name: &str| item.get(name).and_then(Node::number).map(|number| number as i64);
        let Some(command) = integer("command") else { return };
        let frame = integer("frame").unwrap_or(-1);
        let params = item.get("params").map(Node::list).unwrap_or_default();
        let param = |at: usize| params.get(at).and_then(Node::number);
        let place = param(4).zip(param(5)).filter(|(lat, lon)| lat.abs() > 1e-6 || lon.abs() > 1e-6);
        let record = record_of(command, place.is_some());
        let Some(mut cells) = Cells::of(self.document.tables, record) else { return };
        cells.number("number", item.get("doJumpId").and_then(Node::number));
        cells.value("command", Value::Signed(command));
        cells.words("command_name", cells.name_of("command", command));
        if let Some((lat, lon)) = place.filter(|_| record != "command") {
            cells.value("latitude", Value::F64(lat));
            cells.value("longitude", Value::F64(lon));
            cells.number(height_field(frame), param(6));
        }
        let told: Vec<String> =
            params.iter().map(|p| p.number().map_or("null".to_owned(), |n| n.to_string())).collect();
        cells.words("params", Some(told.join(" ")));
        cells.value("frame", Value::Signed(frame));
        cells.emit(&self.document.span(&item.at).into(), self.document.sink);
        self.waypoints += usize::from(record == "waypoint");
    }

    /// A list `[lat, lon]` or `[lat, lon, height]`.
    pub fn place(&mut self, node: &Node, record: &str, name: Option<&str>) {
        let number = |at: usize| node.list().get(at).and_then(Node::number);
        let (Some(lat), Some(lon)) = (number(0), number(1)) else { return };
        if lat.abs() < 1e-6 && lon.abs() < 1e-6 {
            return;
        }
        let Some(mut cells) = Cells::of(self.document.tables, record) else { return };
        cells.words("name", name.map(str::to_owned));
        cells.value("latitude", Value::F64(lat));
        cells.value("longitude", Value::F64(lon));
        cells.number("height_amsl", number(2));
        cells.emit(&self.document.span(&node.at).into(), self.document.sink);
    }
}
