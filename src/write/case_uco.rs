//! CASE 1.5 / UCO 1.5 as JSON-LD: the items with their hashes, the aircraft, the places of first and last fixes, take-offs, pilots
//! and encounters, and the examination that they come from. Ids are UUIDs of version 5, made of hashes: equal cases have equal ids.

use std::collections::HashSet;
use std::io::{self, Write};

use serde_json::{Value, json};
use sha1::Digest as _;

use super::Mark;
use super::document::{FlightVerdict, write_document};
use super::provenance::Provenance;
use crate::evidence::label::printable;
use crate::examine::FileReport;
use crate::track::utc_text;

/// What the bundle is made of.
pub struct CaseFacts<'a> {
    pub provenance: &'a Provenance,
    pub reports: &'a [&'a FileReport],
    pub marks: &'a [Mark],
    pub verdicts: &'a [FlightVerdict],
}

/// # Errors
/// When `out` cannot be written.
pub fn case_uco(facts: &CaseFacts<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut graph = Graph::default();
    let provenance = facts.provenance;
    let tool = graph.add("tool", &provenance.tool(), || {
        json!({
            "@type": "uco-tool:AnalyticTool",
            "uco-core:name": provenance.tool.name,
            "uco-tool:version": provenance.tool.version,
            "uco-core:description": provenance.entries().iter().filter(|(name, _)| *name == "table" || *name == "zones")
                .map(|(name, value)| format!("{name} {}", printable(value))).collect::<Vec<_>>(),
        })
    });
    let examiner = provenance.case.examiner.as_deref().map(|name| {
        graph.add("examiner", name, || json!({ "@type": "uco-identity:Identity", "uco-core:name": printable(name) }))
    });
    let files: Vec<Value> = facts.reports.iter().map(|report| file(&mut graph, report)).collect();
    let mut results: Vec<Value> = Vec::new();
    for report in facts.reports {
        results.extend(places(&mut graph, report));
    }
    facts.marks.iter().for_each(|mark| results.extend(mark_place(&mut graph, mark)));
    for verdict in facts.verdicts {
        results.extend(encounters(&mut graph, verdict));
    }
    let of_all = facts.reports.iter().map(|report| report.sha256.as_str()).collect::<Vec<_>>().join(" ");
    let input = graph.add("input", &of_all, || {
        json!({
            "@type": "case-investigation:ProvenanceRecord",
            "uco-core:description": "The items that were examined",
            "uco-core:object": files,
        })
    });
    let output = graph.add("output", &of_all, || {
        json!({
            "@type": "case-investigation:ProvenanceRecord",
            "uco-core:description": "Aircraft, places and encounters that the items tell",
            "uco-core:object": results,
        })
    });
    let action = graph.add("examination", &of_all, || {
        let mut action = json!({
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": "examination of flight records",
            "uco-action:instrument": [tool],
            "uco-action:object": [input],
            "uco-action:result": [output],
        });
        if let Some(examiner) = examiner {
            action["uco-action:performer"] = examiner;
        }
        action
    });
    if let Some(case_id) = &provenance.case.case_id {
        graph.add("investigation", case_id, || {
            json!({
                "@type": "case-investigation:Investigation",
                "uco-core:name": printable(case_id),
                "uco-core:object": [action],
            })
        });
    }
    let id = id("bundle", &of_all);
    let document = json!({
        "@context": {
            "kb": "urn:overflown:",
            "case-investigation": "https://ontology.caseontology.org/case/investigation/",
            "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
            "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
            "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
            "uco-location": "https://ontology.unifiedcyberontology.org/uco/location/",
            "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
            "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
            "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": id,
        "@type": "uco-core:Bundle",
        "uco-core:name": "drone flight records",
        "uco-core:object": graph.objects,
    });
    write_document(&document, out)
}

/// The objects of the bundle, each once.
#[derive(Default)]
struct Graph {
    objects: Vec<Value>,
    known: HashSet<String>,
}

impl Graph {
    /// Adds what `object` gives unless it is there, and refers to it.
    fn add(&mut self, kind: &str, name: &str, object: impl FnOnce() -> Value) -> Value {
        let id = id(kind, name);
        if self.known.insert(id.clone()) {
            let mut object = object();
            object["@id"] = Value::from(id.as_str());
            self.objects.push(object);
        }
        json!({ "@id": id })
    }

    /// `told` says more than the kind of relation does.
    fn relation(&mut self, source: &Value, target: &Value, kind: &str, utc: Option<&str>, told: Option<&str>) -> Value {
        let name = format!("{source} {target} {kind} {}", utc.unwrap_or_default());
        self.add("relation", &name, || {
            let mut relation = json!({
                "@type": "uco-core:Relationship",
                "uco-core:source": source,
                "uco-core:target": target,
                "uco-core:kindOfRelationship": kind,
                "uco-core:isDirectional": true,
            });
            if let Some(utc) = utc {
                relation["uco-core:startTime"] = json!([{ "@type": "xsd:dateTime", "@value": utc }]);
            }
            if let Some(told) = told {
                relation["uco-core:description"] = told.into();
            }
            relation
        })
    }
}

fn file(graph: &mut Graph, report: &FileReport) -> Value {
    let hash = |method: &str, value: &str| {
        json!({
            "@id": id("hash", &format!("{method} {value} of {}", report.path)),
            "@type": "uco-types:Hash",
            "uco-types:hashMethod": method,
            "uco-types:hashValue": { "@type": "xsd:hexBinary", "@value": value },
        })
    };
    let more = [("MD5", &report.md5), ("SHA1", &report.sha1)];
    let more = more.into_iter().filter_map(|(method, value)| Some(hash(method, value.as_deref()?)));
    let hashes: Vec<Value> = std::iter::once(hash("SHA256", &report.sha256)).chain(more).collect();
    let name = report.path.rsplit('/').next().unwrap_or(&report.path);
    graph.add("file", &file_name(report), || {
        let mut file = json!({
            "@type": "uco-observable:File",
            "uco-core:hasFacet": [
                {
                    "@id": id("file-facet", &file_name(report)),
                    "@type": "uco-observable:FileFacet",
                    "uco-observable:fileName": name,
                    "uco-observable:filePath": report.path,
                    "uco-observable:sizeInBytes": report.bytes,
                },
                {
                    "@id": id("content-facet", &file_name(report)),
                    "@type": "uco-observable:ContentDataFacet",
                    "uco-observable:hash": hashes,
                    "uco-observable:sizeInBytes": report.bytes,
                },
            ],
        });
        if let Some(parent) = &report.parent {
            file["uco-core:description"] = format!("lies in {}", parent.path).into();
        }
        file
    })
}

fn file_name(report: &FileReport) -> String {
    format!("{} {}", report.sha256, report.path)
}

/// The aircraft of an item by its serial number, else the one that the item tells of.
fn aircraft(graph: &mut Graph, report: &FileReport) -> Value {
    let device = &report.device;
    let name = device.aircraft_serial.clone().unwrap_or_else(|| format!("of {}", report.sha256));
    graph.add("aircraft", &name, || {
        let mut facet = json!({ "@id": id("device-facet", &name), "@type": "uco-observable:DeviceFacet" });
        for (key, value) in [("model", &device.model), ("serialNumber", &device.aircraft_serial)] {
            if let Some(value) = value {
                facet[format!("uco-observable:{key}")] = printable(value).into();
            }
        }
        json!({ "@type": "uco-observable:Drone", "uco-core:hasFacet": [facet] })
    })
}

fn location(graph: &mut Graph, what: &str, lat: f64, lon: f64) -> Value {
    let name = format!("{what} {lat} {lon}");
    graph.add("location", &name, || {
        json!({
            "@type": "uco-location:Location",
            "uco-core:name": printable(what),
            "uco-core:hasFacet": [{
                "@id": id("place-facet", &name),
                "@type": "uco-location:LatLongCoordinatesFacet",
                "uco-location:latitude": { "@type": "xsd:decimal", "@value": lat.to_string() },
                "uco-location:longitude": { "@type": "xsd:decimal", "@value": lon.to_string() },
            }],
        })
    })
}

/// First and last fix of each primary track.
fn places(graph: &mut Graph, report: &FileReport) -> Vec<Value> {
    let mut all = Vec::new();
    for track in report.tracks.iter().filter(|track| track.primary && track.fixes > 0) {
        let aircraft = aircraft(graph, report);
        let role = if track.simulated { "simulated" } else { track.role };
        for (what, place) in [("first", &track.first), ("last", &track.last)] {
            let Some(place) = place else { continue };
            let name = format!("{what} fix of {} in {} at offset {}", track.name, report.path, place.offset);
            let location = location(graph, &name, place.lat, place.lon);
            let relation =
                graph.relation(&aircraft, &location, &format!("{role} position"), place.utc.as_deref(), None);
            all.extend([location, relation]);
        }
        all.push(aircraft);
    }
    all
}

fn mark_place(graph: &mut Graph, mark: &Mark) -> [Value; 2] {
    let utc = mark.utc_ns.map(utc_text);
    let location = location(graph, &format!("{} in {}", mark.kind, mark.source), mark.lat, mark.lon);
    let file = json!({ "@id": id("file", &format!("{} {}", mark.sha256, mark.source)) });
    let relation = graph.relation(&file, &location, &format!("tells {}", mark.kind), utc.as_deref(), None);
    [location, relation]
}

fn encounters(graph: &mut Graph, verdict: &FlightVerdict) -> Vec<Value> {
    let mut all = Vec::new();
    let file = json!({ "@id": id("file", &format!("{} {}", verdict.sha256, verdict.path)) });
    for encounter in &verdict.encounters {
        let closest = &encounter.closest;
        let zone = encounter.zone_name.as_deref().unwrap_or(&encounter.zone_id);
        let word = encounter.verdict.as_str();
        let location = location(graph, &format!("{word} {zone}"), closest.lat, closest.lon);
        let utc = closest.utc_ns.map(utc_text);
        let told = Some(encounter.audit.as_str());
        let relation = graph.relation(&file, &location, &format!("tells {word}"), utc.as_deref(), told);
        all.extend([location, relation]);
    }
    all
}

/// `kb:file-…`, with the UUID of version 5 (RFC 9562, 5.5) of the name.
fn id(kind: &str, name: &str) -> String {
    /// Of names that are URLs, by appendix A of RFC 9562.
    const URL: [u8; 16] =
        [0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
    format!("kb:{kind}-{}", uuid_5(&URL, &format!("urn:overflown:{kind}:{name}")))
}

fn uuid_5(namespace: &[u8; 16], name: &str) -> String {
    let digest = sha1::Sha1::new().chain_update(namespace).chain_update(name.as_bytes()).finalize();
    let mut bytes: Vec<u8> = digest.iter().copied().take(16).collect();
    for (at, keep, set) in [(6, 0x0f, 0x50), (8, 0x3f, 0x80)] {
        bytes[at] = bytes[at] & keep | set;
    }
    let text = crate::evidence::hex(&bytes);
    [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::uuid_5;

    /// The example of RFC 9562, appendix A.4.
    #[test]
    fn ids_are_uuids_of_version_5() {
        let dns = [0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
        assert_eq!(uuid_5(&dns, "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }
}
