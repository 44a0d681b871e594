//! Whatever stands where something else is expected, and wherever a file is cut: no reader panics, and the zones that it gives
//! are places on Earth.

use serde_json::{Value, json};

use super::dialects::{AUTEL, DJI, ED269, ESRI, OVERPASS};
use super::*;

const ED318: &str = r#"{"type":"FeatureCollection","metadata":{"validFrom":"2018-12-31T15:59:59Z","provider":[{"text":"P",
    "lang":"en"}]},"features":[{"type":"Feature","properties":{"identifier":"A","name":[{"text":"N","lang":"en"}],
    "type":"PROHIBITED","variant":"COMMON","reason":["NATURE"],"limitedApplicability":[{"startDateTime":
    "2018-12-31T15:59:59Z","schedule":[{"day":["ANY"],"startTime":"16:00:00Z","endEvent":"SS"}]}]},"geometry":
    {"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[2,50],"extent":{"subType":"Circle",
    "radius":3500},"layer":{"upper":150,"upperReference":"AGL","lower":50,"lowerReference":"AGL","uom":"m"}}]}}]}"#;

const SAMPLES: [&str; 6] = [ED269, ED318, ESRI, DJI, AUTEL, OVERPASS];

fn read_any(text: &str) {
    let Ok(file) = read_bytes(text.as_bytes()) else { return };
    for volume in file.zones.iter().flat_map(|zone| &zone.volumes) {
        let bbox = volume.bbox;
        assert!(bbox.south >= -90.0 && bbox.north <= 90.0, "{bbox:?} of {text}");
        if let Shape::Circle { radius_m, .. } = volume.shape {
            assert!(radius_m.is_finite() && radius_m >= 0.0, "{radius_m} of {text}");
        }
    }
}

/// How many values a tree has.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// Puts `other` in place of the value with this number, counted from the root.
fn put(value: &mut Value, number: &mut usize, other: &Value) {
    if *number == 0 {
        *value = other.clone();
        *number = usize::MAX;
        return;
    }
    *number -= 1;
    let inner: Vec<&mut Value> = match value {
        Value::Array(list) => list.iter_mut().collect(),
        Value::Object(map) => map.values_mut().collect(),
        _ => Vec::new(),
    };
    for value in inner {
        if *number == usize::MAX {
            return;
        }
        put(value, number, other);
    }
}

#[test]
fn wrong_types_everywhere() {
    let others = [
        json!(null),
        json!([]),
        json!({}),
        json!("x"),
        json!(-1e300),
        json!(true),
        json!([[[[[[[1, 2]]]]]]]),
        json!([{"type":"way","ref":1}]),
    ];
    for sample in SAMPLES {
        let tree: Value = serde_json::from_str(sample).expect("a sound sample");
        for number in 0..count(&tree) {
            for other in &others {
                let mut changed = tree.clone();
                put(&mut changed, &mut number.clone(), other);
                read_any(&changed.to_string());
            }
        }
    }
}

#[test]
fn numbers_that_are_none() {
    for sample in SAMPLES {
        for word in ["NaN", "1e999", "-Infinity", "999999999999999999999999", "0x10"] {
            for (digit, _) in sample.match_indices(|c: char| c.is_ascii_digit()).step_by(3) {
                read_any(&format!("{}{word}{}", &sample[..digit], &sample[digit + 1..]));
            }
        }
    }
}

#[test]
fn cuts_anywhere() {
    for sample in SAMPLES {
        for end in (0..sample.len()).filter(|end| sample.is_char_boundary(*end)) {
            read_any(&sample[..end]);
        }
    }
}

#[test]
fn nesting_without_end() {
    for open in ["[", "{\"features\":[", "{\"data\":", "{\"geometry\":[", "{\"features\":[{\"attributes\":"] {
        read_any(&open.repeat(100_000));
    }
    for sample in SAMPLES {
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        read_any(&sample.replacen("null", &deep, 1).replacen("[2,50]", &deep, 1).replacen("[1,2]", &deep, 1));
    }
}
