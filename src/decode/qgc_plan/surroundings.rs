//! What a plan says beside its way: the home that was assumed, fences and rally points.

use super::Plan;
use crate::bytes::json::Node;
use crate::decode::Fact;
use crate::decode::cells::Cells;
use crate::layout::Value;

impl Plan<'_, '_> {
    pub fn home(&mut self, mission: &Node) {
        if let Some(home) = mission.get("plannedHomePosition") {
            self.place(home, "home", None);
        }
        for (name, what) in [("cruiseSpeed", "cruise speed"), ("hoverSpeed", "hover speed")] {
            if let Some(node) = mission.get(name)
                && let Some(speed) = node.number()
            {
                let at = self.document.origin(&node.at);
                self.document.sink.fact(Fact::Note { text: format!("{what} {speed} m/s"), at });
            }
        }
    }

    pub fn fences(&mut self, root: &Node) {
        let fence = root.get("geoFence");
        let list = |name: &str| fence.and_then(|fence| fence.get(name)).map(Node::list).unwrap_or_default();
        for (number, circle) in list("circles").iter().enumerate() {
            self.circle(circle, number + 1);
        }
        for (number, polygon) in list("polygons").iter().enumerate() {
            let name = format!("fence {}", number + 1);
            for corner in polygon.get("polygon").map(Node::list).unwrap_or_default() {
                self.place(corner, "fence", Some(&name));
            }
        }
        // The first version had one polygon.
        for corner in list("polygon") {
            self.place(corner, "fence", Some("fence"));
        }
        let rally = root.get("rallyPoints").and_then(|rally| rally.get("points"));
        for point in rally.map(Node::list).unwrap_or_default() {
            self.place(point, "rally", None);
        }
    }

    fn circle(&mut self, circle: &Node, number: usize) {
        let inner = circle.get("circle").unwrap_or(circle);
        let Some(center) = inner.get("center") else { return };
        let place = |at: usize| center.list().get(at).and_then(Node::number);
        let (Some(lat), Some(lon)) = (place(0), place(1)) else { return };
        let Some(mut cells) = Cells::of(self.document.tables, "fence") else { return };
        cells.words("name", Some(format!("circle {number}")));
        cells.value("latitude", Value::F64(lat));
        cells.value("longitude", Value::F64(lon));
        cells.number("radius", inner.get("radius").and_then(Node::number));
        cells.emit(&self.document.span(&circle.at).into(), self.document.sink);
    }
}
