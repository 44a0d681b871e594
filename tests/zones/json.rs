//! The formats that are JSON. Counts are those of the list; heights, places and times were read off the files by hand.

use overflown::zones::{Clock, Edge, Period, Restriction, Sector, Shape, Volume, Zone, ZoneFile};

use super::{listed, read};

fn zone<'f>(file: &'f ZoneFile, id: &str) -> &'f Zone {
    file.zones.iter().find(|zone| zone.id == id).unwrap_or_else(|| panic!("no zone {id} in {}", file.label()))
}

/// Floor and ceiling as value, unit and reference.
fn heights(volume: &Volume) -> [(Option<f64>, &'static str, &'static str); 2] {
    [&volume.lower, &volume.upper].map(|limit| match limit {
        Some(limit) => (limit.value, limit.unit.as_str(), limit.reference.as_str()),
        None => (None, "", ""),
    })
}

fn metres(value: f64, reference: &'static str) -> (Option<f64>, &'static str, &'static str) {
    (Some(value), "m", reference)
}

fn feet(value: f64, reference: &'static str) -> (Option<f64>, &'static str, &'static str) {
    (Some(value), "ft", reference)
}

/// Corners of the outer ring, as the file counts them: the first stands at the end again.
fn corners(volume: &Volume) -> usize {
    match &volume.shape {
        Shape::Polygons(polygons) => polygons.iter().map(|polygon| polygon.exterior().0.len()).sum(),
        Shape::Circle { .. } => 0,
    }
}

/// Seconds since 1970 (`date -d ... +%s`) of a time in nanoseconds.
fn seconds(ns: Option<i64>) -> Option<i64> {
    ns.map(|ns| ns / 1_000_000_000)
}

/// Format, zones, volumes and what is not used of each listed file that is JSON and holds sites.
const COUNTS: [(&str, &str, usize, usize, usize); 21] = [
    ("dji/ua_all_zones.geojson", "geojson", 1, 1, 0),
    // 14 areas with 28 sub areas; three areas forbid in one part and limit heights in another.
    ("dji/ua_kyiv-zones.json", "dji-geo", 17, 28, 0),
    ("ed269/che_cis_source_sample_ed269.json", "ed269", 1, 1, 0),
    ("ed269/interuss_test_eurocae_ed269.json", "ed269", 6, 10, 0),
    ("ed269/nor01ber_frequentis.json", "ed318", 1, 1, 0),
    ("ed318/Example_Collection.json", "ed318", 2, 3, 0),
    ("ed318/Example_GeoZone_2_Layers.json", "ed318", 1, 2, 0),
    ("ed318/Example_GeoZone_Circle.json", "ed318", 1, 1, 0),
    ("ed318/Example_GeoZone_with_extension.json", "ed318", 1, 1, 0),
    ("ed318/InvalidExample_GeoZone_2_Layers.json", "ed318", 1, 2, 0),
    ("ed318/che_cis_source_sample_ed318.json", "ed318", 3, 3, 0),
    ("faa/own_synthetic_nsufr_esri.json", "esri-json", 1, 1, 0),
    ("faa/own_synthetic_nsufr_parttime.geojson", "geojson", 1, 1, 0),
    ("faa/own_synthetic_uasfm_esri_3857.json", "esri-json", 1, 1, 0),
    ("geojson/b1_IE.geojson", "ed318", 87, 87, 0),
    ("geojson/b1_LU.geojson", "geojson", 47, 47, 0),
    ("geojson/no_prisons.geojson", "geojson", 4, 4, 0),
    ("geojson/ro_permanent_zones.json", "geojson", 15, 15, 0),
    // One closed way; a line and a relation that says where to turn enclose nothing.
    ("osm/plepe_small.osm.json", "overpass", 1, 1, 2),
    ("osm/se_firestations.geojson", "geojson", 488, 488, 0),
    ("osm/se_powerplants.geojson", "geojson", 168, 168, 0),
];

#[test]
fn every_file_gives_what_was_counted() {
    let listed = listed();
    for (name, format, zones, volumes, skipped) in COUNTS {
        let Some(file) = read(name) else { return };
        let found = (file.format, file.zones.len(), file.volumes(), file.skipped.len());
        assert_eq!(found, (format, zones, volumes, skipped), "{name}: {:?}", file.skipped);
        // The list counts the features of the files that have a list of them.
        let item = listed.iter().find(|item| item.name == name).expect("listed");
        let counted = item.figures.split(' ').nth(1).and_then(|word| word.parse::<usize>().ok());
        if let Some(features) = counted.filter(|_| format != "dji-geo") {
            assert_eq!(zones, features, "{name}: {}", item.figures);
        }
        assert!(file.zones.iter().all(|zone| !zone.volumes.is_empty()), "{name}");
    }
}

/// The test set of the InterUSS geo-awareness suite: circles about longitude, latitude; feet; hours of weekends.
#[test]
fn ed269_of_the_conformance_suite() {
    let Some(file) = read("ed269/interuss_test_eurocae_ed269.json") else { return };
    let concert = zone(&file, "Montreux Concert Area");
    assert!(
        matches!(concert.volumes[0].shape, Shape::Circle { lat: 46.430758, lon: 6.913146, radius_m: 3000.0 }),
        "{:?}",
        concert.volumes
    );
    assert_eq!(heights(&concert.volumes[0]), [metres(0.0, "agl"), metres(6259.0, "amsl")]);
    assert_eq!(concert.about.restriction, Some(Restriction::Prohibited));
    assert_eq!(concert.about.reasons, ["OTHER", "Concert Area"]);
    assert_eq!(concert.about.authority.as_deref(), Some("Local Canton"));
    assert_eq!((concert.kind(), concert.about.sector), (None, None), "COMMON is no kind of site");
    let [window] = &concert.about.windows[..] else { panic!("{:?}", concert.about.windows) };
    assert_eq!((seconds(window.start_ns), seconds(window.end_ns)), (Some(1_655_283_600), Some(1_686_819_600)));
    let edge = |second| Edge::Clock { second, clock: Clock::Offset(0) };
    // Saturday and Sunday from 17:00; 23:59:59 is the end of the day.
    assert_eq!(window.periods, [Period { days: 0b110_0000, start: edge(61_200), end: edge(86_400) }]);

    let airfield = zone(&file, "Flugplatz Reichenbach");
    let radius = |volume: &Volume| match volume.shape {
        Shape::Circle { radius_m, .. } => radius_m,
        Shape::Polygons(_) => f64::NAN,
    };
    let radii: Vec<f64> = airfield.volumes.iter().map(radius).collect();
    assert_eq!(radii, [1000.0, 2500.0, 3500.0]);
    assert_eq!(heights(&airfield.volumes[2]), [metres(100.0, "agl"), metres(120.0, "agl")]);
    let park = zone(&file, "Gantrisch Nature Park");
    assert_eq!(heights(&park.volumes[0]), [feet(0.0, "agl"), feet(250.0, "agl")]);
    assert_eq!(park.about.restriction, Some(Restriction::None));
    assert_eq!(zone(&file, "Gantrisch Nature Park#2").about.restriction, Some(Restriction::Authorisation));
    assert!(park.about.windows[0].permanent);
}

/// Trap 8: another wrapper, another name for the schedule, a number as a text, a ceiling of null.
#[test]
fn ed269_of_switzerland() {
    let Some(file) = read("ed269/che_cis_source_sample_ed269.json") else { return };
    let [city] = &file.zones[..] else { panic!("{:?}", file.zones) };
    assert_eq!((city.id.as_str(), city.index.as_str()), ("LSXX", "/UASZoneList/0"));
    assert_eq!(heights(&city.volumes[0]), [metres(0.0, "agl"), metres(f64::INFINITY, "agl")]);
    assert_eq!(city.about.windows.len(), 1);
    assert!(city.about.windows[0].permanent && city.about.windows[0].periods.is_empty());
    assert_eq!(seconds(file.issue.issued_ns), Some(1_669_819_833));
    assert!(file.warnings.iter().any(|w| w.contains("without limit")), "{:?}", file.warnings);
}

#[test]
fn ed318_examples_of_eurocontrol() {
    let Some(file) = read("ed318/Example_Collection.json") else { return };
    assert_eq!(seconds(file.issue.issued_ns), Some(1_543_679_999));
    assert_eq!(seconds(file.issue.valid_from_ns), Some(1_546_271_999));
    assert_eq!(file.issue.valid_to_ns, None);
    let layers = zone(&file, "NFZ6547");
    assert_eq!(layers.name.as_deref(), Some("LFPG-2"));
    assert_eq!(heights(&layers.volumes[0]), [metres(50.0, "agl"), metres(150.0, "agl")]);
    assert_eq!(heights(&layers.volumes[1]), [metres(0.0, "agl"), metres(50.0, "agl")]);
    assert_eq!((corners(&layers.volumes[0]), corners(&layers.volumes[1])), (5, 4));
    let [window] = &layers.about.windows[..] else { panic!("{:?}", layers.about.windows) };
    assert_eq!(seconds(window.end_ns), Some(1_577_807_999));
    let days: Vec<u8> = window.periods.iter().map(|period| period.days).collect();
    assert_eq!(days, [0b111_1111, 0b100_0000]);
    let circle = zone(&file, "ABC1234");
    assert!(matches!(circle.volumes[0].shape, Shape::Circle { lat: 50.122901, lon: 2.636866, radius_m: 3500.0 }));
    assert_eq!(circle.about.reasons, ["POPULATION", "NATURE", "Castle and nature reserve"]);
    assert!(circle.about.windows.is_empty(), "without limits of applicability it is permanent");
    assert!(file.warnings.is_empty() && file.ambiguities.is_empty(), "{:?}", file.warnings);
}

/// The example that is invalid on purpose: every fault is told, nothing is lost.
#[test]
fn ed318_with_faults() {
    let Some(file) = read("ed318/InvalidExample_GeoZone_2_Layers.json") else { return };
    assert_eq!(file.issue.valid_from_ns, None);
    assert_eq!(seconds(file.issue.issued_ns), Some(1_543_679_999));
    assert_eq!(file.zones[0].about.restriction, Some(Restriction::Authorisation));
    for fault in ["purposely_invalid", "REQ_AUTHORISATION", "text without a language"] {
        assert!(file.warnings.iter().any(|w| w.contains(fault)), "{fault}: {:?}", file.warnings);
    }
    assert_eq!(file.warnings.len(), 3, "{:?}", file.warnings);
}

/// Traps 8, 9 and 10.
#[test]
fn ed318_of_switzerland_and_norway() {
    let Some(file) = read("ed318/che_cis_source_sample_ed318.json") else { return };
    let shown: Vec<_> = file.zones.iter().map(|z| (z.id.as_str(), corners(&z.volumes[0]))).collect();
    assert_eq!(shown, [("LSZB003", 28), ("BLns058", 18), ("LSTB002", 9)]);
    assert_eq!(heights(&file.zones[0].volumes[0]), [metres(60.0, "agl"), metres(f64::INFINITY, "agl")]);
    assert_eq!(file.zones[0].volumes[0].upper.as_ref().map(|l| l.raw.as_str()), Some("99999"));
    assert!(file.warnings.iter().any(|w| w.contains("99999")), "{:?}", file.warnings);
    assert_eq!(file.issue.provider.as_deref(), Some("FOCA"));
    assert_eq!(seconds(file.issue.valid_from_ns), Some(1_473_890_400));
    assert_eq!(seconds(file.issue.issued_ns), Some(1_741_870_680));

    let Some(norway) = read("ed269/nor01ber_frequentis.json") else { return };
    assert_eq!(seconds(norway.issue.valid_to_ns), Some(1_774_871_835));
    assert_eq!(norway.zones[0].about.authority.as_deref(), Some("Frequentis"));
    assert!(norway.warnings.iter().any(|w| w.contains("e-mail")), "{:?}", norway.warnings);
}

/// Trap 9 and the mixed references of Ireland: from the ground to a height above the sea, in feet.
#[test]
fn ed318_of_ireland() {
    let Some(file) = read("geojson/b1_IE.geojson") else { return };
    let mixed = file.zones.iter().filter(|z| {
        let [lower, upper] = heights(&z.volumes[0]);
        (lower.1, lower.2, upper.1, upper.2) == ("ft", "agl", "ft", "amsl")
    });
    assert_eq!(mixed.count(), 78);
    let count = |wanted| file.zones.iter().filter(|z| z.about.restriction == Some(wanted)).count();
    assert_eq!(
        [Restriction::Authorisation, Restriction::Conditional, Restriction::Prohibited, Restriction::None].map(count),
        [76, 7, 3, 1]
    );
    let green = zone(&file, "U66");
    let Shape::Polygons(polygons) = &green.volumes[0].shape else { panic!("{green:?}") };
    assert_eq!(polygons[0].interiors().len(), 2);
    assert_eq!(green.about.authority.as_deref(), Some("AirNav Ireland"));
    let stadium = zone(&file, "T1");
    assert_eq!(stadium.about.windows.len(), 6);
    assert_eq!(seconds(stadium.about.windows[0].start_ns), Some(1_779_966_000));
    assert_eq!(file.zones.iter().filter(|z| !z.about.windows.is_empty()).count(), 11);
    assert_eq!(zone(&file, "U104").about.reasons, ["AIR_TRAFFIC", "SAFETY"]);
    for told in ["its name is one text", "\"SAFETY\" is none of ED-318", "one word instead of a list"] {
        assert!(file.warnings.iter().any(|w| w.contains(told)), "{told}: {:?}", file.warnings);
    }
}

#[test]
fn plain_geojson_of_luxembourg_romania_and_norway() {
    let Some(lu) = read("geojson/b1_LU.geojson") else { return };
    let count = |wanted| lu.zones.iter().filter(|z| z.about.restriction == Some(wanted)).count();
    assert_eq!(
        [Restriction::Authorisation, Restriction::Conditional, Restriction::Prohibited].map(count),
        [20, 16, 11]
    );
    let first = zone(&lu, "SPECI12");
    assert_eq!(first.about.reasons, ["SENSITIVE", "POPULATION"]);
    assert_eq!(first.about.authority.as_deref(), Some("Direction de l'Aviation Civile"));
    assert_eq!(heights(&first.volumes[0]), [metres(0.0, "agl"), metres(120.0, "agl")]);

    // Trap 13: heights in words.
    let Some(ro) = read("geojson/ro_permanent_zones.json") else { return };
    let nuclear = zone(&ro, "permanent.0");
    assert_eq!(nuclear.name.as_deref(), Some("LRP2 CERNAVODĂ"));
    assert_eq!(heights(&nuclear.volumes[0]), [metres(0.0, "agl"), feet(4000.0, "amsl")]);
    assert_eq!(nuclear.about.restriction, Some(Restriction::Prohibited));
    let high = zone(&ro, "permanent.13");
    assert_eq!(heights(&high.volumes[0]), [(Some(165.0), "fl", "standard"), (Some(410.0), "fl", "standard")]);
    assert_eq!(ro.zones.iter().filter(|z| z.about.restriction == Some(Restriction::Conditional)).count(), 13);
    assert!(ro.zones.iter().all(|z| z.volumes[0].upper.as_ref().is_some_and(|l| l.value.is_some())));

    let Some(no) = read("geojson/no_prisons.geojson") else { return };
    assert!(no.zones.iter().all(|z| z.about.sector == Some(Sector::Prison)));
    assert_eq!(seconds(no.issue.issued_ns), Some(1_782_280_966));
}

/// Trap 16: features without properties.
#[test]
fn points_without_properties() {
    let Some(police) = read("osm/se_policeStations.geojson") else { return };
    assert_eq!((police.zones.len(), police.skipped.len()), (274, 0));
    assert!(matches!(
        police.zones[0].volumes[0].shape,
        Shape::Circle { lat: 57.930105, lon: 12.529608, radius_m: 0.0 }
    ));
}

#[test]
fn layers_of_the_faa() {
    let Some(full) = read("faa/own_synthetic_nsufr_esri.json") else { return };
    let site = zone(&full, "SYN-001");
    assert_eq!((site.about.restriction, site.about.sector), (Some(Restriction::Prohibited), Some(Sector::Military)));
    assert_eq!(site.about.legal_basis.as_deref(), Some("faa-99.7-nsufr"));
    assert_eq!(site.about.reasons, ["National Security"]);
    assert_eq!(heights(&site.volumes[0]), [metres(0.0, "agl"), feet(400.0, "agl")]);
    assert!(site.about.windows.is_empty());

    let Some(part) = read("faa/own_synthetic_nsufr_parttime.geojson") else { return };
    let [window] = &part.zones[0].about.windows[..] else { panic!("{:?}", part.zones[0].about) };
    assert_eq!((seconds(window.start_ns), seconds(window.end_ns)), (Some(1_795_341_600), Some(1_795_345_200)));

    let Some(map) = read("faa/own_synthetic_uasfm_esri_3857.json") else { return };
    let cell = &map.zones[0];
    assert_eq!(cell.about.restriction, Some(Restriction::AuthorisationCeiling));
    assert!(!cell.about.restriction.is_some_and(Restriction::forbids));
    assert_eq!(heights(&cell.volumes[0]), [feet(0.0, "agl"), feet(200.0, "agl")]);
    assert_eq!((cell.name.as_deref(), cell.about.sector), (Some("Synthetic Field"), None));
    assert_eq!(seconds(map.issue.valid_from_ns), Some(1_790_812_800));
    // Inverse of the spherical Mercator projection, by hand.
    let bbox = cell.volumes[0].bbox;
    assert!((bbox.west - -77.060_000_354_6).abs() < 1e-9 && (bbox.south - 38.883_516_369_3).abs() < 1e-9, "{bbox:?}");
}

/// The level says "restricted" of height zones too; the colour tells.
#[test]
fn dji_areas_by_colour() {
    let Some(file) = read("dji/ua_kyiv-zones.json") else { return };
    let count = |wanted| {
        file.zones.iter().filter(|z| z.about.restriction == Some(wanted)).map(|z| z.volumes.len()).sum::<usize>()
    };
    // Sub areas by colour: #DE4329, #979797, #1088F2.
    assert_eq!([Restriction::Prohibited, Restriction::HeightLimit, Restriction::Authorisation].map(count), [5, 15, 8]);
    let limits = zone(&file, "30282371 height-limit");
    assert_eq!(limits.name.as_deref(), Some("Kiev Zhuliany International Airport"));
    let floors: Vec<_> = limits.volumes.iter().map(|volume| heights(volume)[0]).collect();
    let at = |value| metres(value, "takeoff");
    assert_eq!(floors, [at(60.0), at(60.0), at(150.0), at(150.0)]);
    let runway = zone(&file, "30282371 prohibited");
    assert_eq!((runway.volumes.len(), corners(&runway.volumes[0])), (1, 5));
    let bbox = runway.volumes[0].bbox;
    assert_eq!((bbox.west, bbox.south), (30.3941828709, 50.3938735484));
    let circle = zone(&file, "60012640");
    assert_eq!(circle.about.restriction, Some(Restriction::HeightLimit), "its own colour is red, its sub area's grey");
    assert!(matches!(circle.volumes[0].shape, Shape::Circle { radius_m: 50_000.0, .. }));
    assert!(file.zones.iter().all(|z| z.about.windows.is_empty()));
    assert!(file.ambiguities.iter().any(|a| a.contains("above take-off")), "{:?}", file.ambiguities);

    let Some(all) = read("dji/ua_all_zones.geojson") else { return };
    assert!(matches!(&all.zones[0].volumes[0].shape, Shape::Polygons(parts) if parts.len() == 105));
}

#[test]
fn openstreetmap_elements() {
    let Some(file) = read("osm/plepe_small.osm.json") else { return };
    let stand = &file.zones[0];
    assert_eq!((stand.id.as_str(), stand.name.as_deref()), ("way/810158846", Some("Hot Dogs")));
    assert_eq!((stand.about.sector, stand.kind()), (None, Some("amenity=fast_food")));
    assert_eq!(corners(&stand.volumes[0]), 5);
    assert_eq!(seconds(file.issue.issued_ns), Some(1_538_233_562));
    let skipped: Vec<_> = file.skipped.iter().map(|s| s.index.as_str()).collect();
    assert_eq!(skipped, ["/elements/0", "/elements/11"]);
}

/// Fuels of the Global Power Plant Database, as counted in its column `primary_fuel`: 200 nuclear of 9,998.
#[test]
fn power_plants_by_fuel() {
    let Some(file) = read("points/wri_powerplants_GEODB.csv") else { return };
    let count = |wanted| file.zones.iter().filter(|z| z.about.sector == Some(wanted)).count();
    assert_eq!((file.format, file.zones.len(), file.skipped.len()), ("csv", 9998, 0));
    assert_eq!((count(Sector::Nuclear), count(Sector::PowerGeneration)), (200, 9798));
}

/// Trap 21: files that are wrong on purpose. What can be used is used, and what was done about it is told.
#[test]
fn nasty_files_are_told() {
    // Zones, skipped, and a word of what is told.
    let expected = [
        ("nasty/own_bowtie.geojson", 1, 0, "crosses itself"),
        ("nasty/own_unclosed_ring.geojson", 1, 0, "was not closed"),
        ("nasty/own_duplicate_points_spike.geojson", 1, 0, "spikes"),
        ("nasty/own_world_mask.geojson", 1, 0, "perhaps a mask"),
        ("nasty/own_long_edge_60N.geojson", 1, 0, "long edges"),
        ("nasty/own_nan_inf.json", 0, 1, "no usable number"),
        ("nasty/own_utf16.geojson", 1, 0, "UTF-16"),
        ("nasty/own_crs_3857.geojson", 1, 0, "Web Mercator"),
        ("nasty/own_antimeridian_minus.geojson", 1, 0, "antimeridian"),
    ];
    for (name, zones, skipped, word) in expected {
        let Some(file) = read(name) else { return };
        assert_eq!((file.zones.len(), file.skipped.len()), (zones, skipped), "{name}: {:?}", file.skipped);
        let reasons = file.skipped.iter().map(|s| &s.reason);
        let told = file.warnings.iter().chain(&file.repairs).chain(reasons).any(|line| line.contains(word));
        assert!(told, "{name} says nothing of {word:?}: {:?} {:?}", file.warnings, file.repairs);
    }
    // A clockwise outer ring is no fault (trap 1).
    let Some(file) = read("nasty/own_cw_outer.geojson") else { return };
    assert!(file.repairs.is_empty() && file.warnings.is_empty() && file.zones.len() == 1);
}
