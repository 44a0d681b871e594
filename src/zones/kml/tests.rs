//! Small KML files that each show one trap of real ones.

use crate::evidence::{Evidence, Limits};
use crate::zones::{self, Reference, Shape, VerticalLimit, ZoneFile};

fn read(text: &str) -> ZoneFile {
    zones::read(&Evidence::from_bytes("doc.kml", text.into()), &[], &Limits::default()).expect("a zone file")
}

fn kml(content: &str) -> ZoneFile {
    read(&format!(
        "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>{content}</Document></kml>"
    ))
}

fn polygon(mode: &str, coordinates: &str) -> String {
    format!(
        "<Polygon>{mode}<outerBoundaryIs><LinearRing><coordinates>{coordinates}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    )
}

/// The corners of a square at one height.
fn square(height: &str) -> String {
    ["0,50", "0.1,50", "0.1,50.1", "0,50.1", "0,50"].map(|place| format!("{place},{height}")).join(" ")
}

fn words(limit: Option<&VerticalLimit>) -> Option<(Option<f64>, &str, Reference)> {
    limit.map(|l| (l.value, l.unit.as_str(), l.reference))
}

const GROUND: &str = "<altitudeMode>relativeToGround</altitudeMode>";
const SEA: &str = "<altitudeMode>absolute</altitudeMode>";

/// As the British airspace is drawn: a floor, a roof and a wall for each edge, all relativeToGround.
fn body(floor: &str, roof: &str, mode: &str) -> String {
    let corners = ["0,50", "0.1,50", "0.1,50.1", "0,50.1", "0,50"];
    let wall = |a: &str, b: &str| polygon(mode, &format!("{a},{floor} {b},{floor} {b},{roof} {a},{roof} {a},{floor}"));
    let walls: String = corners.windows(2).map(|edge| wall(edge[0], edge[1])).collect();
    format!("<MultiGeometry>{}{walls}{}</MultiGeometry>", polygon(mode, &square(floor)), polygon(mode, &square(roof)))
}

#[test]
fn a_body_of_six_faces_is_one_volume() {
    let file = kml(&format!("<Placemark id=\"x1\"><name> EG\n D001 </name>{}</Placemark>", body("300", "900", SEA)));
    let zone = &file.zones[0];
    assert_eq!(
        (file.format, zone.id.as_str(), zone.name.as_deref(), zone.index.as_str()),
        ("kml", "x1", Some("EG D001"), "Placemark 1")
    );
    assert_eq!(zone.volumes.len(), 1);
    assert!(matches!(&zone.volumes[0].shape, Shape::Polygons(parts) if parts.len() == 1));
    assert_eq!(words(zone.volumes[0].lower.as_ref()), Some((Some(300.0), "m", Reference::Amsl)));
    assert_eq!(words(zone.volumes[0].upper.as_ref()), Some((Some(900.0), "m", Reference::Amsl)));
    assert!(
        file.ignored[0].contains("4 upright walls") && file.ignored[0].contains("1 floors and roofs"),
        "{:?}",
        file.ignored
    );
    assert!(file.skipped.is_empty() && file.ambiguities.is_empty() && file.warnings.is_empty(), "{file:?}");
}

#[test]
fn words_count_before_what_is_drawn() {
    let table = "<description><![CDATA[<table><tr><td>Upper limit: 1000 FT MSL<br/>Lower limit: SFC<br/></td></tr></table>]]></description>";
    let file = kml(&format!("<Placemark><name>D</name>{table}{}</Placemark>", body("0", "304.8", GROUND)));
    let volume = &file.zones[0].volumes[0];
    assert_eq!(words(volume.lower.as_ref()), Some((Some(0.0), "m", Reference::Agl)));
    assert_eq!(words(volume.upper.as_ref()), Some((Some(1000.0), "ft", Reference::Amsl)));
    assert_eq!(file.ambiguities.len(), 1);
    assert!(
        file.ambiguities[0].contains("its ceiling is \"1000 FT MSL\" in words and 304.8 m, relativeToGround as drawn"),
        "{:?}",
        file.ambiguities
    );
}

#[test]
fn floors_and_roofs_of_other_drawings() {
    let limits = |geometry: &str| {
        let file = kml(&format!("<Placemark>{geometry}</Placemark>"));
        let volume = file.zones[0].volumes[0].clone();
        (volume.lower.and_then(|l| l.value), volume.upper.and_then(|l| l.value), file.ambiguities.len())
    };
    let extruded = format!("<extrude>1</extrude>{GROUND}");
    assert_eq!(limits(&polygon(&extruded, &square("120"))), (Some(0.0), Some(120.0), 0));
    assert_eq!(limits(&polygon(GROUND, &square("120"))), (None, None, 1));
    assert_eq!(limits(&polygon(GROUND, &square("0"))), (None, None, 0));
    assert_eq!(limits(&polygon("", &square("120"))), (None, None, 0), "clamped to the ground");
    // A roof and its walls.
    let roof = body("10", "50", SEA).replace(&polygon(SEA, &square("10")), "");
    assert_eq!(limits(&roof), (Some(10.0), Some(50.0), 0));
    let three = format!(
        "<MultiGeometry>{}{}{}</MultiGeometry>",
        polygon(SEA, &square("1")),
        polygon(SEA, &square("5")),
        polygon(SEA, &square("9"))
    );
    assert_eq!(limits(&three), (Some(1.0), Some(9.0), 1));
}

#[test]
fn holes_points_prefixes_and_extended_data() {
    let hole = "<k:innerBoundaryIs><k:LinearRing><k:coordinates>0.02,50.02 0.04,50.02 0.04,50.04 0.02,50.02</k:coordinates></k:LinearRing></k:innerBoundaryIs>";
    let outer = "<k:outerBoundaryIs><k:LinearRing><k:coordinates>0,50 0.1,50 0.1,50.1 0,50</k:coordinates></k:LinearRing></k:outerBoundaryIs>";
    let text = format!(
        "<k:kml xmlns:k='x'><k:Folder><k:name>Group</k:name><k:Placemark><k:ExtendedData><k:Data name='Type'><k:value>Power &amp; Gas</k:value></k:Data>\
         <k:SchemaData><k:SimpleData name='zone_id'>Z7</k:SimpleData></k:SchemaData></k:ExtendedData>\
         <k:Polygon>{outer}{hole}</k:Polygon></k:Placemark></k:Folder></k:kml>"
    );
    let file = read(&text);
    assert_eq!((file.zones[0].id.as_str(), file.zones[0].kind()), ("Z7", Some("Power & Gas")));
    assert!(matches!(&file.zones[0].volumes[0].shape, Shape::Polygons(p) if p[0].interiors().len() == 1));
    assert_eq!(file.ignored, ["Folder: 1 elements"]);

    let radius = "<ExtendedData><Data name=\"radius_m\"><value>250</value></Data></ExtendedData>";
    let point =
        kml(&format!("<Placemark>{radius}<Point><coordinates>14.5,50.25,300</coordinates></Point></Placemark>"));
    assert!(matches!(point.zones[0].volumes[0].shape, Shape::Circle { lat: 50.25, lon: 14.5, radius_m: 250.0 }));
}

#[test]
fn what_encloses_nothing_is_named() {
    let line = "<LineString><coordinates>0,50 1,50</coordinates></LineString>";
    let link = "<NetworkLink><name>More</name><Link><href>http://x/y.kml</href></Link></NetworkLink>";
    let file = kml(&format!(
        "<Placemark><name>Line</name>{line}</Placemark><Placemark><name>Nothing</name></Placemark>{link}<GroundOverlay/>\
         <Placemark><name>Fence</name>{}</Placemark><Placemark><name>Thin</name>{}</Placemark>\
         <Placemark><name>Both</name><MultiGeometry>{line}{}</MultiGeometry></Placemark>",
        polygon(SEA, "0,50,0 1,50,0 1,50,9 0,50,9 0,50,0"),
        polygon("", "0,50 1,50 0,50"),
        polygon("", &square("0"))
    ));
    let names: Vec<_> = file.skipped.iter().map(|s| s.name.as_deref().unwrap_or_default()).collect();
    assert_eq!(names, ["Line", "Nothing", "More", "Fence", "Thin", "Both"]);
    assert!(file.skipped[0].reason.contains("a LineString encloses nothing"));
    assert!(file.skipped[2].reason.contains("http://x/y.kml"));
    assert!(file.skipped[3].reason.contains("only upright walls"));
    assert_eq!(file.zones.len(), 1);
}

#[test]
fn damage_costs_one_placemark() {
    let good = |name: &str| format!("<Placemark><name>{name}</name>{}</Placemark>", polygon("", &square("0")));
    let bad = good("broken").replace("</name>", "");
    let file = kml(&format!("{}{bad}{}", good("a"), good("b")));
    let names: Vec<_> = file.zones.iter().filter_map(|z| z.name.as_deref()).collect();
    assert_eq!((names, file.skipped.len()), (vec!["a", "b"], 1));
    assert!(file.skipped[0].reason.contains("begins at byte "), "{:?}", file.skipped);
    let whole = format!("<kml>{}{}</kml>", good("a"), good("b"));
    let cut = read(&whole[..whole.rfind("</Placemark>").expect("an end")]);
    assert_eq!((cut.zones.len(), cut.skipped.len()), (1, 1));
    assert!(cut.skipped[0].reason.contains("ends inside it"), "{:?}", cut.skipped);
    let lost_quote = good("x").replace("<Placemark>", "<Placemark id=\"7>");
    let file = kml(&format!("{}{lost_quote}{}", good("a"), good("b")));
    assert_eq!(file.zones.iter().filter_map(|z| z.name.as_deref()).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn hostile_xml_is_read_in_bounds() {
    let bomb = "<!DOCTYPE kml [<!ENTITY a \"&b;&b;\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]>";
    let point = "<Placemark><name>&a;</name><Point><coordinates>&b;,50</coordinates></Point></Placemark>";
    let file = read(&format!("<?xml version='1.0'?>{bomb}<kml>{point}</kml>"));
    assert_eq!(file.skipped[0].name.as_deref(), Some("&a;"));
    assert!(file.ignored[0].contains("were not resolved"), "{:?}", file.ignored);
    let deep = format!("<kml><Placemark>{}", "<MultiGeometry>".repeat(200_000));
    assert!(read(&deep).skipped[0].reason.contains("levels"));
    let nested = "<MultiGeometry>".repeat(20) + &polygon("", &square("0")) + &"</MultiGeometry>".repeat(20);
    assert!(kml(&format!("<Placemark>{nested}</Placemark>")).skipped[0].reason.contains("nested too deep"));
    // Each opens a quote that never closes.
    let slow = format!("<kml>{}", "<Placemark a=\"".repeat(20_000));
    assert!(read(&slow).zones.is_empty());
}
