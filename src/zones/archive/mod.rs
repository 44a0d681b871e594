//! Zone files in a zip archive: KMZ, zipped shapefiles, whatever else an authority packs. Each member that a reader claims is read
//! with the files beside it; an archive inside is opened too.

mod zip;

use std::collections::HashMap;

use super::draft::Draft;
use super::json;
use super::reader::{Input, READERS, Reader, Refused};
use super::report::{Report, short};
use super::text;
use crate::evidence::Evidence;
use zip::Member;

pub const READER: Reader = Reader { format: FORMAT, is_text: false, claims, read };

const FORMAT: &str = "zip";
/// Archives inside archives.
const DEPTH: usize = 3;
/// Bytes that may come out of one file, all members and archives inside together.
const UNPACKED: usize = 512 << 20;
/// Members that are no zone files and are named; more are counted.
const NAMED: usize = 20;
/// Extensions of files that belong to the one beside them.
const BESIDE: &[&str] = &["dbf", "prj", "cpg", "shx", "qpj", "sbn", "sbx"];

fn claims(input: &Input<'_>) -> bool {
    matches!(input.bytes, [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..])
}

fn read(input: &Input<'_>, report: &mut Report) -> Result<Vec<Draft>, Refused> {
    let mut walk = Walk { left: UNPACKED, drafts: Vec::new(), refused: Vec::new(), strangers: Vec::new(), read: 0 };
    let damaged = |why| Refused::Foreign(format!("a zip archive that is damaged: {why}"), "copy it again".to_owned());
    walk.archive(input.bytes, "", 1, report).map_err(damaged)?;
    if walk.read == 0 && report.skipped.is_empty() {
        return Err(match walk.refused.into_iter().next() {
            Some((_, refused)) => refused,
            None => {
                let what = format!("a zip archive without a zone file ({} members)", walk.strangers.len());
                Refused::Foreign(what, "give the zone files themselves".to_owned())
            }
        });
    }
    for (member, refused) in walk.refused {
        let reason = match refused {
            Refused::Foreign(looks_like, next_step) => format!("looks like {looks_like}; {next_step}"),
            Refused::Projection(name) => format!("its coordinates are in {name}, which is not converted"),
        };
        report.skip(member, None, reason);
    }
    let strangers = walk.strangers.len();
    walk.strangers.truncate(NAMED);
    report.ignored.extend(walk.strangers.into_iter().map(|name| format!("{name}: no zone file")));
    if strangers > NAMED {
        report.ignored.push(format!("{} more members that are no zone files", strangers - NAMED));
    }
    Ok(walk.drafts)
}

struct Walk {
    /// Bytes that may still be unpacked.
    left: usize,
    drafts: Vec<Draft>,
    /// Members that a reader claimed and refused.
    refused: Vec<(String, Refused)>,
    /// Members that no reader claimed.
    strangers: Vec<String>,
    /// Members that were read.
    read: usize,
}

/// The files beside each shapefile of an archive, by the name without its extension.
type Beside<'m, 'a> = HashMap<String, Vec<&'m Member<'a>>>;

impl Walk {
    /// Reads all members; `prefix` names the archive inside the outermost one.
    fn archive(&mut self, bytes: &[u8], prefix: &str, depth: usize, report: &mut Report) -> Result<(), String> {
        let members = zip::members(bytes)?;
        let shapefiles = members.iter().map(|member| parts(&member.name)).filter(|(_, extension)| extension == "shp");
        let mut beside: Beside<'_, '_> = shapefiles.map(|(stem, _)| (stem, Vec::new())).collect();
        let mut others = Vec::new();
        for member in &members {
            let (stem, extension) = parts(&member.name);
            match beside.get_mut(&stem).filter(|_| BESIDE.contains(&extension.as_str())) {
                Some(list) => list.push(member),
                None => others.push(member),
            }
        }
        for member in others {
            self.member(member, &beside, prefix, depth, report);
        }
        Ok(())
    }

    fn member(
        &mut self,
        member: &Member<'_>,
        beside: &Beside<'_, '_>,
        prefix: &str,
        depth: usize,
        report: &mut Report,
    ) {
        let name = format!("{prefix}{}", short(&member.name));
        let Some(bytes) = self.unpack(member, &name, report) else { return };
        let text = text::decode(&bytes);
        let bare = Input { bytes: &bytes, text: &text, companions: &[], json: json::Found::default() };
        let Some(reader) = READERS.iter().find(|reader| (reader.claims)(&bare)) else {
            self.strangers.push(name);
            return;
        };
        if reader.format == FORMAT {
            let inside = if depth == DEPTH {
                Err(format!("archives inside archives are opened {DEPTH} deep"))
            } else {
                self.archive(&bytes, &format!("{name}!/"), depth + 1, report)
            };
            if let Err(why) = inside {
                report.skip(name, None, format!("is an archive that cannot be read: {why}"));
            }
            return;
        }
        let (stem, extension) = parts(&member.name);
        let beside = beside.get(&stem).filter(|_| extension == "shp").into_iter().flatten();
        let companions: Vec<Evidence> = beside
            .filter_map(|other| Some(Evidence::from_bytes(&other.name, self.unpack(other, &other.name, report)?)))
            .collect();
        let mut inner = Report::default();
        match (reader.read)(&Input { companions: &companions, ..bare }, &mut inner) {
            Ok(drafts) => {
                self.read += 1;
                if let Some(warning) = text.warning.as_ref().filter(|_| reader.is_text) {
                    inner.warn_file(warning.clone());
                }
                report.absorb(&name, inner);
                for mut draft in drafts {
                    draft.place.index = format!("{name}: {}", draft.place.index);
                    self.drafts.push(draft);
                }
            }
            Err(refused) => self.refused.push((name, refused)),
        }
    }

    /// The content of a member, while the budget lasts.
    fn unpack(&mut self, member: &Member<'_>, name: &str, report: &mut Report) -> Option<Vec<u8>> {
        match member.read(self.left) {
            Ok(bytes) => {
                self.left -= bytes.len();
                Some(bytes)
            }
            Err(reason) => {
                report.skip(short(name), None, reason);
                None
            }
        }
    }
}

/// The name without its extension, and the extension, in lower case.
fn parts(name: &str) -> (String, String) {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    (stem.to_lowercase(), extension.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
