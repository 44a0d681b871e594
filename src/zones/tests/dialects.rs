//! The formats that are JSON beside GeoJSON: the smallest text that shows what each does differently.

use super::*;

pub(super) const ED269: &str = r#"{"title":"T","features":[{"identifier":"LONGER-THAN-SEVEN","country":"FIN",
    "name":"Airport","type":"COMMON","restriction":"REQ_AUTHORISATION","reason":["AIR_TRAFFIC"],
    "applicability":[{"permanent":"NO","startDateTime":"2024-01-01T00:00:00Z","schedule":[
        {"day":["MON"],"startTime":"08:00:00Z","endTime":"16:00:00Z"}]}],
    "zoneAuthority":[{"name":"Traficom","purpose":"AUTHORIZATION"}],
    "geometry":[
        {"uomDimensions":"M","lowerLimit":null,"lowerVerticalReference":"AGL","upperLimit":null,
         "upperVerticalReference":"AMSL",
         "horizontalProjection":{"type":"Circle","center":[25.0,60.2],"radius":500}},
        {"uomDimensions":"FT","lowerLimit":"100","lowerVerticalReference":"AGL","upperLimit":99999,
         "upperVerticalReference":"AMSL",
         "horizontalProjection":{"type":"Polygon","coordinates":[[[25,60],[25,60.1],[25.1,60.1],[25,60]]]}},
        {"uomDimensions":"M","lowerLimit":0,"upperLimit":120,
         "horizontalProjection":{"type":"Corridor","centreline":[[25,60],[26,61]],"width":100}}]}]}"#;

pub(super) const ESRI: &str = r#"{"geometryType":"esriGeometryPolygon","spatialReference":{"wkid":4326},
    "exceededTransferLimit":true,"fields":[{"name":"F1","alias":"Facility name"},{"name":"F2","alias":"Type"}],
    "features":[{"attributes":{"OBJECTID":7,"F1":"Island","F2":"Dam"},"geometry":{"rings":[
        [[2,2],[4,2],[4,4],[2,4],[2,2]],[[0,0],[0,6],[6,6],[6,0],[0,0]],[[10,0],[10,1],[11,1],[11,0],[10,0]]]}},
        {"attributes":{"OBJECTID":8},"geometry":{"x":1.5,"y":2.5}},
        {"attributes":{"OBJECTID":9},"geometry":{"paths":[[[0,0],[1,1]]]}}]}"#;

pub(super) const DJI: &str = r##"{"code":0,"data":{"areas":[
    {"area_id":1,"name":"Circle","level":2,"lat":50,"lng":14,"radius":100,"color":"#de4329","height":0,
     "begin_at":1700000000,"end_at":1700003600,"sub_areas":[],"polygon_points":null},
    {"area_id":2,"name":"Unknown","level":7,"lat":50,"lng":14,"radius":100,"color":"#00BE00","height":0,
     "begin_at":0,"end_at":0,"sub_areas":null},
    {"area_id":3,"name":"Grey","level":2,"color":"#979797","height":60,
     "sub_areas":[{"color":"#979797","height":120,"level":6,"polygon_points":[[[14,50],[14.1,50],[14,50.1]]]},
                  {"color":"#979797","height":0,"level":6,"lat":50,"lng":14,"radius":5}]}]}}"##;

pub(super) const AUTEL: &str = r#"[{"continent":"America","nfz_name":"Field","nfz_type":"Airport ","nfz_dots":[
    {"dot_type":1,"locations":[{"longitude":-122.5,"latitude":37.5,"longitude_type":"W","latitude_type":"N",
     "nofly_radius":1000,"height_limit_radius":2000,"warning_radius":0}]},
    {"dot_type":9,"locations":[]}]},
    {"nfz_name":"Letters","nfz_type":"Special Area","nfz_dots":[{"dot_type":1,"locations":[
     {"longitude":"70.5","latitude":33.5,"longitude_type":"W","latitude_type":"S","warning_radius":50}]}]}]"#;

pub(super) const OVERPASS: &str = r#"{"version":0.6,"osm3s":{"timestamp_osm_base":"2026-01-01T00:00:00Z"},"elements":[
    {"type":"node","id":1,"lat":50,"lon":14},{"type":"node","id":2,"lat":50,"lon":15},
    {"type":"node","id":3,"lat":51,"lon":15,"tags":{"highway":"crossing"}},{"type":"node","id":4,"lat":51,"lon":14},
    {"type":"way","id":10,"nodes":[1,2]},{"type":"way","id":11,"nodes":[3,2]},{"type":"way","id":12,"nodes":[3,4,1]},
    {"type":"relation","id":20,"members":[{"type":"way","ref":12,"role":"outer"},{"type":"way","ref":10,"role":"outer"},
        {"type":"way","ref":11,"role":"outer"},{"type":"way","ref":30,"role":"inner","geometry":[
        {"lat":50.4,"lon":14.4},{"lat":50.4,"lon":14.6},{"lat":50.6,"lon":14.6},{"lat":50.4,"lon":14.4}]}],
     "tags":{"type":"multipolygon","power":"plant","plant:source":"nuclear","name":"Plant","operator":"Op"}},
    {"type":"way","id":21,"geometry":[{"lat":1,"lon":1},{"lat":2,"lon":2}],"tags":{"power":"line","name":"Line"}},
    {"type":"way","id":22,"center":{"lat":50.5,"lon":14.5},"tags":{"amenity":"prison"}},
    {"type":"node","id":23,"lat":50.2,"lon":14.2,"tags":{"man_made":"communications_tower"}}]}"#;

/// Value, unit, reference, words.
type Stated<'v> = Option<(Option<f64>, &'static str, &'static str, &'v str)>;

fn limits(volume: &Volume) -> [Stated<'_>; 2] {
    [&volume.lower, &volume.upper]
        .map(|l| l.as_ref().map(|l| (l.value, l.unit.as_str(), l.reference.as_str(), l.raw.as_str())))
}

fn told(list: &[String], words: &str) -> bool {
    list.iter().any(|line| line.contains(words))
}

/// Traps 7, 8, 9, 15: no floor, no ceiling, numbers as texts, long identifiers, corridors.
#[test]
fn ed269_limits_and_shapes() {
    let file = read_text(ED269);
    assert_eq!((file.format, ids(&file)), ("ed269", vec!["LONGER-THAN-SEVEN"]));
    let zone = &file.zones[0];
    let [circle, polygon] = &zone.volumes[..] else { unreachable!("{:?}", zone.volumes) };
    let unlimited = f64::INFINITY;
    assert_eq!(limits(circle), [Some((Some(0.0), "m", "agl", "null")), Some((Some(unlimited), "m", "amsl", "null"))]);
    assert_eq!(
        limits(polygon),
        [Some((Some(100.0), "ft", "agl", "100")), Some((Some(unlimited), "ft", "amsl", "99999"))]
    );
    assert!(told(&file.warnings, "the floor has no number") && told(&file.warnings, "99999"), "{:?}", file.warnings);
    assert_eq!(skipped(&file), [("/features/0/geometry/2", Some("Airport"))]);
    assert!(file.skipped[0].reason.contains("Corridor"), "{:?}", file.skipped);
    assert_eq!(zone.about.windows[0].periods.len(), 1);
    assert_eq!(zone.about.restriction_word.as_deref(), Some("REQ_AUTHORISATION"));
    assert!(file.ignored.contains(&"member title of the file".to_owned()), "{:?}", file.ignored);
}

#[test]
fn ed269_damage_costs_one_zone_and_one_volume() {
    let volume = |x: &str| {
        format!(
            r#"{{"uomDimensions":"FT","horizontalProjection":{{"type":"Circle","center":[{x},60],"radius":1000}}}}"#
        )
    };
    let zone = |id: &str, volumes: &str| format!(r#"{{"identifier":"{id}","name":"N {id}","geometry":[{volumes}]}}"#);
    let text = format!(
        r#"{{"features":[{},{},{},{}]}}"#,
        zone("A", &format!("{},{}", volume("NaN"), volume("25"))),
        zone("B", &volume("25")).replace("}]}", "}}"),
        zone("C", ""),
        zone("D", &volume("25"))
    );
    let file = read_text(&text);
    assert_eq!(ids(&file), ["A", "D"]);
    assert_eq!(
        skipped(&file),
        [("/features/0/geometry/0", Some("N A")), ("/features/1", Some("N B")), ("/features/2/geometry", Some("N C"))]
    );
    // 1000 ft.
    assert_eq!(circle(&file), (60.0, 25.0, 304.8));
    assert!(told(&file.ambiguities, "radius of its circle is in feet"), "{:?}", file.ambiguities);
}

/// Trap 18: latitude first, though the format and the country say otherwise.
#[test]
fn swapped_axes_are_noticed_by_the_country() {
    let swapped = ED269.replace("[25.0,60.2]", "[60.2,25.0]");
    let file = read_text(&swapped);
    assert!(told(&file.warnings, "outside of FIN"), "{:?}", file.warnings);
    assert!(!told(&read_text(ED269).warnings, "outside of"));
}

/// Trap 12: the national maps of Estonia and Lithuania have ED-269 volumes among the properties, and a mask.
#[test]
fn volumes_among_the_properties() {
    let properties = r#"{"identifier":"EYX","name":"X","type":"COMMON","restriction":"PROHIBITED","reason":["SENSITIVE"],
        "applicability":[{"permanent":"YES"}],"geometry":{"uomDimensions":"M","lowerLimit":0,
        "lowerVerticalReference":"AGL","upperLimit":50,"upperVerticalReference":"AGL",
        "horizontalProjection":{"type":"Circle","center":[25,55],"radius":700}}}"#;
    let polygon = r#"{"type":"Polygon","coordinates":[[[25,55],[25.01,55],[25,55.01],[25,55]]]}"#;
    let file = one(properties, polygon);
    assert_eq!((file.format, ids(&file), circle(&file)), ("geojson", vec!["EYX"], (55.0, 25.0, 700.0)));
    let zone = &file.zones[0];
    assert_eq!(zone.about.restriction, Some(Restriction::Prohibited));
    assert_eq!(zone.volumes[0].upper.as_ref().and_then(|l| l.value), Some(50.0));
    assert!(zone.about.windows[0].permanent);

    let without = r#"{"identifier":"EYY","geometry":[{"lowerLimit":10,"upperLimit":60,"uomDimensions":"M"}]}"#;
    let file = one(without, polygon);
    assert!(matches!(file.zones[0].volumes[0].shape, Shape::Polygons(_)));
    assert_eq!(file.zones[0].volumes[0].lower.as_ref().and_then(|l| l.value), Some(10.0));
    assert!(one(r#"{"geometry":[{"lowerLimit":1}]}"#, "null").zones.is_empty());

    let mask = r#"{"type":"Polygon","coordinates":[[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]}"#;
    let file = one(without, mask);
    assert!(told(&file.zones[0].warnings, "perhaps a mask"), "{:?}", file.zones[0].warnings);
}

/// Trap 14: flat properties, `permanent` 0 and times in milliseconds.
#[test]
fn windows_of_flat_properties() {
    let file = one(r#"{"id":"LV","permanent":0,"startDateTime":1655283600000,"endDateTime":"2022-06-16"}"#, SQUARE);
    let [window] = &file.zones[0].about.windows[..] else { unreachable!("{:?}", file.zones[0].about) };
    assert_eq!((window.permanent, window.start_ns), (false, Some(1_655_283_600_000_000_000)));
    assert_eq!(window.end_ns, Some(1_655_423_999_999_999_999));
    assert!(told(&file.ambiguities, "names no offset"), "{:?}", file.ambiguities);
    assert!(one(r#"{"permanent":1}"#, SQUARE).zones[0].about.windows.is_empty());
    let table = read_text("lat,lon,radius,valid_from,type\n50,14,10,2024-01-01T00:00:00Z,Prison\n");
    assert_eq!(table.zones[0].about.windows[0].start_ns, Some(1_704_067_200_000_000_000));
    assert_eq!(table.zones[0].about.sector, Some(Sector::Prison));
}

/// Traps 5 and 7 in plain GeoJSON: ED-269 volumes that were flattened into properties.
#[test]
fn flattened_volumes() {
    let properties = r#"{"identifier":"EFX","restriction":"ASK_FIRST","uomDimensions":"M","lowerLimit":null,
        "lowerVerticalReference":"AGL","upperLimit":null,"upperVerticalReference":"AGL","applicability":[{"permanent":"YES",
        "schedule":[{"day":["MON"],"startTime":"08:00:00Z","endTime":"09:00:00Z"}]}]}"#;
    let file = one(properties, SQUARE);
    assert_eq!(file.format, "geojson");
    let unlimited = Some((Some(f64::INFINITY), "m", "agl", "null"));
    assert_eq!(limits(&file.zones[0].volumes[0]), [Some((Some(0.0), "m", "agl", "null")), unlimited]);
    assert!(
        told(&file.warnings, "the floor has no number") && told(&file.warnings, "ASK_FIRST"),
        "{:?}",
        file.warnings
    );
    assert!(told(&file.ambiguities, "permanent and has a schedule"), "{:?}", file.ambiguities);
    assert!(file.ignored.is_empty(), "{:?}", file.ignored);
}

/// Traps 9 and 11: texts and words that are not as the standard has them.
#[test]
fn ed318_words() {
    let properties = r#"{"identifier":"I","name":"Plain","type":" REQ_AUTHORISATION ","variant":"COMMON",
        "reason":"SAFETY","limitedApplicability":[{"schedule":[{"day":["ANY"],"startEvent":"SR","endEvent":"EECT"}]}]}"#;
    let file = one(properties, SQUARE);
    assert_eq!((file.format, file.zones[0].name.as_deref()), ("ed318", Some("Plain")));
    let about = &file.zones[0].about;
    assert_eq!(
        (about.restriction, about.reasons.clone()),
        (Some(Restriction::Authorisation), vec!["SAFETY".to_owned()])
    );
    let period = about.windows[0].periods[0];
    assert_eq!((period.start, period.end), (Edge::Sun(SunEvent::Sunrise), Edge::Sun(SunEvent::EveningTwilight)));
    for words in ["its name is one text", "\"SAFETY\"", "REQ_AUTHORISATION", "one word instead of a list"] {
        assert!(told(&file.warnings, words), "{words}: {:?}", file.warnings);
    }
    assert!(file.zones[0].warnings.is_empty(), "of the file, not of the zone");
    let wgs84 = r#"{"type":"Polygon","coordinates":[[[0,50],[0.02,50],[0.02,50.01],[0,50]]],
        "layer":{"upper":90,"upperReference":"WGS84","lower":0,"lowerReference":"AGL"}}"#;
    let file = one(r#"{"type":"USPACE"}"#, wgs84);
    assert_eq!(limits(&file.zones[0].volumes[0])[1], Some((Some(90.0), "m", "wgs84", "90")));
    assert_eq!(file.zones[0].about.restriction, Some(Restriction::Conditional));
}

#[test]
fn esri_rings_nest_by_direction() {
    let file = read_text(ESRI);
    assert_eq!((file.format, ids(&file)), ("esri-json", vec!["7", "8"]));
    let dam = &file.zones[0];
    assert_eq!((dam.name.as_deref(), dam.about.sector), (Some("Island"), Some(Sector::Dam)));
    let Shape::Polygons(parts) = &dam.volumes[0].shape else { unreachable!("{dam:?}") };
    let holes: Vec<usize> = parts.iter().map(|part| part.interiors().len()).collect();
    assert_eq!(holes, [1, 0]);
    assert_eq!(dam.volumes[0].edges, EdgeRule::Unstated);
    assert!(told(&file.warnings, "exceededTransferLimit"), "{:?}", file.warnings);
    assert_eq!(skipped(&file), [("/features/2", Some("9"))]);
    let reversed = read_text(
        r#"{"spatialReference":{},"features":[{"attributes":{"id":1},"geometry":{"rings":[
            [[0,0],[6,0],[6,6],[0,6],[0,0]],[[2,2],[2,4],[4,4],[4,2],[2,2]]]}}]}"#,
    );
    assert!(matches!(&reversed.zones[0].volumes[0].shape, Shape::Polygons(p) if p[0].interiors().len() == 1));
    assert!(told(&reversed.warnings, "reversed") && told(&reversed.ambiguities, "no spatial reference"));
    let other = refused(ESRI.replace("4326", "2263").as_bytes());
    assert!(other.contains("wkid 2263"), "{other}");
    let curves = ESRI.replace("\"paths\"", "\"curveRings\"");
    assert!(read_text(&curves).skipped[0].reason.contains("curves"));
}

#[test]
fn facility_maps_forbid_nothing() {
    let file = one(r#"{"OBJECTID":1,"CEILING":0,"UNIT":"Feet","APT1_NAME":"Field","MAP_EFF":"later"}"#, SQUARE);
    let zone = &file.zones[0];
    assert_eq!(zone.about.restriction, Some(Restriction::AuthorisationCeiling));
    assert_eq!(limits(&zone.volumes[0])[1], Some((Some(0.0), "ft", "agl", "0")));
    assert!(told(&file.warnings, "MAP_EFF"), "{:?}", file.warnings);
    let nsufr = r#"{"FAA_ID":"F","Facility":"X","Floor":"SFC","Ceiling":"400 ft","ACTIVETIME":"2 hours before"}"#;
    let file = one(nsufr, SQUARE);
    assert_eq!(limits(&file.zones[0].volumes[0])[1], Some((Some(400.0), "ft", "agl", "400 ft")));
    assert!(told(&file.ambiguities, "names no reference") && told(&file.warnings, "2 hours before"));
    assert_eq!(file.zones[0].about.windows[0].start_ns, None);
}

#[test]
fn dji_areas() {
    let file = read_text(DJI);
    assert_eq!((file.format, ids(&file)), ("dji-geo", vec!["1", "2", "3"]));
    assert_eq!(file.zones[0].index, "/data/areas/0");
    assert_eq!(file.zones[0].about.restriction, Some(Restriction::Prohibited));
    let window = &file.zones[0].about.windows[0];
    assert_eq!((window.start_ns, window.end_ns), (Some(1_700_000_000_000_000_000), Some(1_700_003_600_000_000_000)));
    assert_eq!((file.zones[1].about.restriction, file.zones[1].about.windows.len()), (None, 0));
    assert!(told(&file.warnings, "#00BE00"), "{:?}", file.warnings);
    let floors: Vec<_> = file.zones[2].volumes.iter().map(|v| limits(v)[0]).collect();
    assert_eq!(floors, [Some((Some(120.0), "m", "takeoff", "120")), Some((None, "m", "takeoff", "0"))]);
}

/// 2,693 of 4,845 zones say W beside a number that is negative already.
#[test]
fn autel_letters_never_turn_a_negative_number() {
    let file = read_text(AUTEL);
    assert_eq!((file.format, ids(&file)), ("autel-nfz", vec!["/0 prohibited", "/0 height-limit", "/1 warning"]));
    assert_eq!((circle(&file), file.zones[0].about.sector), ((37.5, -122.5, 1000.0), Some(Sector::Airport)));
    assert_eq!(file.zones[1].about.restriction, Some(Restriction::HeightLimit));
    assert_eq!(file.zones[1].volumes[0].lower.as_ref().map(|l| l.value), Some(None));
    let Shape::Circle { lat, lon, radius_m } = file.zones[2].volumes[0].shape else { unreachable!() };
    assert_eq!((lat, lon, radius_m), (-33.5, -70.5, 50.0));
    assert_eq!((file.repairs.len(), skipped(&file)), (2, vec![("/0/nfz_dots/1", Some("Field"))]));
    assert_eq!(file.zones[2].about.facility.as_deref(), Some("Special Area"));
}

#[test]
fn overpass_elements() {
    let file = read_text(OVERPASS);
    assert_eq!((file.format, ids(&file)), ("overpass", vec!["relation/20", "way/22", "node/23"]));
    let plant = &file.zones[0];
    assert_eq!((plant.about.sector, plant.name.as_deref()), (Some(Sector::Nuclear), Some("Plant")));
    assert_eq!(plant.about.facility.as_deref(), Some("plant:source=nuclear, operated by Op"));
    let Shape::Polygons(parts) = &plant.volumes[0].shape else { unreachable!("{plant:?}") };
    assert_eq!((parts.len(), parts[0].exterior().0.len(), parts[0].interiors().len()), (1, 5, 1));
    assert!(told(&file.zones[1].warnings, "centre alone"));
    assert_eq!(file.zones[1].about.sector, Some(Sector::Prison));
    assert_eq!(file.zones[2].about.sector, Some(Sector::Telecom));
    assert_eq!(skipped(&file), [("/elements/8", Some("Line"))]);
    assert_eq!(file.issue.issued_ns, Some(1_767_225_600_000_000_000));
}

/// What no verdict uses is listed once with its count.
#[test]
fn unused_members_are_listed() {
    let file = one(r#"{"id":"a","phone":"1","Radius (m)":"","colour":null}"#, SQUARE);
    assert_eq!(file.ignored, ["property phone"]);
    let rows = read_text("lat,lon,radius,phone\n50,14,10,1\n50,15,10,2\n");
    assert_eq!(rows.ignored, ["column phone (2 times)"]);
}
