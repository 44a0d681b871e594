//! Versions 13 and 14: the content of most records is AES-256 cipher text. Everything in clear is read without a key: details,
//! framing, photos, wrapped keys. With keys that prove themselves the records are read like those of older versions.

use std::collections::BTreeSet;

use super::super::{Class, Completeness, Context, Decoded, Diagnostic, Fact, KeyNeed, KeyProof, KeyVerdict, Sink};
use super::aux_blocks::Aux;
use super::details::Details;
use super::emit::{Emitted, Emitter};
use super::features::{self, KEY_STORAGE};
use super::frame::Framing;
use super::header::Header;
use super::keychain::{self, Keychain};
use super::piece::{Piece, Placed, Walked};
use super::sealed::Opener;
use super::walk;
use super::{extent, missing_images};
use crate::evidence::{Evidence, Origin};
use crate::layout::Tables;

/// Details lie behind the info version and their own length.
const DETAILS_IN_INFO: usize = 3;
/// Aux version of the first assignment of record types to keys; 4 is the second.
const AUX_OF_13: u16 = 3;

/// A file of one of these versions, walked.
pub struct Locked {
    pub aux: Aux,
    pub framing: Framing,
    pub walked: Walked,
    details_in_info: std::ops::Range<usize>,
}

impl Locked {
    /// `headless`: the file begins with its records.
    pub fn walk(bytes: &[u8], header: &Header, headless: bool, tables: &Tables, sink: &mut dyn Sink) -> Self {
        let framing = Framing::Scrambled { wide: true, magic: header.magic };
        let aux = if headless { Aux::default() } else { Aux::read(bytes, header, tables, sink) };
        let details_end = aux.info.len().min(DETAILS_IN_INFO + usize::from(header.details_len));
        let details_in_info = DETAILS_IN_INFO.min(details_end)..details_end;
        let records_at = match usize::try_from(header.detail_offset) {
            Ok(at) if at >= aux.end && at < bytes.len() => at,
            _ => aux.end,
        };
        if records_at > aux.end {
            sink.claim(&extent(aux.end, records_at), Class::Known, "aux blocks");
        }
        let mut locked = Locked { aux, framing, walked: Walked::default(), details_in_info };
        let images = locked.details(header, tables).map(|d| d.image_lens(bytes)).unwrap_or_default();
        locked.walked = walk::walk(bytes, records_at..bytes.len(), framing, &images);
        locked
    }

    fn details<'a>(&'a self, header: &Header, tables: &'a Tables) -> Option<Details<'a>> {
        Details::at(&self.aux.info, self.details_in_info.clone(), header, tables, false)
            .filter(|d| !d.content.is_empty())
    }

    /// Feature of each record type: by the aux version where it says one of the two known ones, else by the file's version.
    fn feature_of(&self, header: &Header) -> [u8; 256] {
        let is_13 = match self.aux.version {
            Some(AUX_OF_13) => true,
            Some(4) => false,
            _ => header.version == 13,
        };
        features::of_types(is_13)
    }

    /// Tries the given keys. A type whose feature has no wrapped key in the file is as good as one without a feature: real logs
    /// hold records of Security (15) and never its key.
    pub fn judge(&self, bytes: &[u8], header: &Header, answers: &[Vec<Keychain>]) -> (Opener, Vec<KeyProof>) {
        let wrapped: BTreeSet<u16> = self.wrapped_keys(bytes).iter().flatten().map(|key| key.feature).collect();
        let given = |feature: u8| answers.iter().flatten().any(|set| set.contains_key(&feature));
        let mut feature_of = self.feature_of(header);
        feature_of.iter_mut().filter(|f| !wrapped.contains(&u16::from(**f)) && !given(**f)).for_each(|f| *f = 0);
        Opener::judge(bytes, self.framing, &feature_of, &self.walked, answers)
    }

    /// The wrapped keys of the file in file order, a set a segment. A feature that is stored again behind a hole begins a set,
    /// too: the hole swallowed the recover marker.
    pub fn wrapped_keys(&self, bytes: &[u8]) -> Vec<Vec<Wrapped>> {
        let mut sets = Vec::new();
        let mut set: Vec<Wrapped> = Vec::new();
        let mut behind_hole = false;
        for piece in &self.walked.pieces {
            match piece {
                Piece::Hole(_) => behind_hole = true,
                Piece::Record(placed) if placed.kind == features::RECOVER_MARKER => {
                    sets.push(std::mem::take(&mut set));
                    behind_hole = false;
                }
                Piece::Record(placed) if placed.kind == KEY_STORAGE => {
                    let Some(key) = self.wrapped_key(bytes, placed) else { continue };
                    if behind_hole && set.iter().any(|known| known.feature == key.feature) {
                        sets.push(std::mem::take(&mut set));
                        behind_hole = false;
                    }
                    set.push(key);
                }
                _ => {}
            }
        }
        sets.push(set);
        sets
    }

    fn wrapped_key(&self, bytes: &[u8], placed: &Placed) -> Option<Wrapped> {
        let mut content = Vec::new();
        self.framing.content_into(&placed.bytes(bytes), placed.kind, &mut content);
        let (head, cipher) = content.split_first_chunk::<4>()?;
        let [feature, len] = [[head[0], head[1]], [head[2], head[3]]].map(u16::from_le_bytes);
        let cipher = cipher.get(..usize::from(len)).unwrap_or(cipher).to_vec();
        Some(Wrapped { feature, cipher })
    }

    /// Features whose wrapped keys the file holds, in file order.
    fn wrapped_features(&self, bytes: &[u8], tables: &Tables) -> Vec<String> {
        let mut features: Vec<String> = Vec::new();
        for wrapped in self.wrapped_keys(bytes).iter().flatten() {
            let name = feature_name(tables, wrapped.feature);
            if !features.contains(&name) {
                features.push(name);
            }
        }
        features
    }
}

/// A key as only the maker's service can open it.
pub struct Wrapped {
    pub feature: u16,
    pub cipher: Vec<u8>,
}

pub fn decode(
    evidence: &Evidence,
    bytes: &[u8],
    header: &Header,
    headless: bool,
    context: &Context<'_>,
    sink: &mut dyn Sink,
) -> Decoded {
    let tables = context.tables;
    let locked = Locked::walk(bytes, header, headless, tables, sink);
    let answers = answers(evidence, context, sink);
    let (opener, proofs) = locked.judge(bytes, header, &answers);
    let details = locked.details(header, tables);
    let mut emitter = Emitter::new(bytes, locked.framing, opener, tables, sink);
    if let Some(details) = &details {
        let start = locked.aux.info_at + locked.details_in_info.start;
        emitter.details(details, header.version, &extent(start, start + locked.details_in_info.len()));
    }
    let read = emitter.pieces(&locked.walked);
    let photos_missing = missing_images(&locked.walked, sink);

    let version = Some(header.version.to_string());
    if read.records == 0 && details.is_none() {
        return Decoded { version, completeness: Completeness::Unreadable, key_need: None };
    }
    let name = |feature: &str| feature_name(tables, feature.parse().unwrap_or(0));
    for proof in proofs.iter().filter(|p| p.verdict == KeyVerdict::Refuted) {
        let message = format!(
            "the key given for {} in set {} opens {} of {} records that it can be tried on: it is not the right one, and none of \
             them was decoded",
            name(&proof.feature),
            proof.segment,
            proof.right,
            proof.tried
        );
        sink.diagnostic(Diagnostic::note("dji-txt/wrong-key", Origin::Item, message));
    }
    let proved: BTreeSet<String> =
        proofs.iter().filter(|p| p.verdict == KeyVerdict::Proved).map(|p| name(&p.feature)).collect();
    if !proved.is_empty() {
        let files: Vec<String> = context
            .keys
            .iter()
            .filter(|file| file.is_for(evidence.sha256()))
            .map(|file| format!("{} (sha256 {})", file.label, file.sha256))
            .collect();
        let features: Vec<&str> = proved.iter().map(String::as_str).collect();
        let text = format!("opened with keys of {}: {}", files.join(", "), features.join(", "));
        sink.fact(Fact::Note { text, at: Origin::Item });
    }
    let mut missing: Vec<String> = Vec::new();
    for proof in proofs.iter().filter(|p| matches!(p.verdict, KeyVerdict::Missing | KeyVerdict::Refuted)) {
        let name = name(&proof.feature);
        if !missing.contains(&name) {
            missing.push(name);
        }
    }
    let opened = !proved.is_empty();
    if opened {
        super::check_row_count(details.as_ref(), read.rows, &locked.walked, sink);
    }
    let damaged = locked.walked.damaged || photos_missing || read.broken > 0;
    let completeness = match (opened, missing.is_empty()) {
        (false, _) => Completeness::Locked,
        (true, true) if !damaged => Completeness::Whole,
        (true, _) => Completeness::Partial,
    };
    let key_need = (!missing.is_empty()).then(|| {
        let reason = if opened {
            format!("the keys given do not open everything: records of {} stay closed", missing.join(", "))
        } else {
            still_sealed(header, details.as_ref(), read)
        };
        KeyNeed {
            scheme: "AES-256-CBC, one key for each feature, wrapped for the maker's key service".to_owned(),
            reason,
            features: locked.wrapped_features(bytes, tables),
            missing,
            next_step: NEXT_STEP.to_owned(),
        }
    });
    Decoded { version, completeness, key_need }
}

const NEXT_STEP: &str = "overflown keys request FILE -o request.json writes what the maker's key service must be asked, for a \
    machine with a network; overflown keys import ANSWER --for FILE takes the answer; the aircraft's own log (DAT) or its copy on \
    the phone may hold the same flight in clear";

fn still_sealed(header: &Header, details: Option<&Details<'_>>, read: Emitted) -> String {
    let seconds = details.and_then(|d| d.number("duration")).filter(|s| *s > 0.0);
    let rate = seconds.map(|s| format!(" ({:.1} a second over {s:.1} s)", read.rows as f64 / s)).unwrap_or_default();
    format!(
        "format version {} encrypts what its records say: {} positions{rate} are in the file and cannot be read without its keys; \
         details, serial numbers, photos and record counts stand in clear",
        header.version, read.rows
    )
}

/// Sets of keys that the user gave for this item; what is no answer is told.
fn answers(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> Vec<Vec<Keychain>> {
    let mut answers = Vec::new();
    for file in context.keys.iter().filter(|file| file.is_for(evidence.sha256())) {
        match keychain::parse(&file.bytes) {
            Ok(sets) => answers.push(sets),
            Err(reason) => {
                let message = format!("the keys of {} were not used: {reason}", file.label);
                sink.diagnostic(Diagnostic::note("dji-txt/keys", Origin::Item, message));
            }
        }
    }
    answers
}

/// `Base (1)`.
pub fn feature_name(tables: &Tables, feature: u16) -> String {
    match feature_word(tables, feature) {
        Some(name) => format!("{name} ({feature})"),
        None => format!("feature {feature}"),
    }
}

/// The maker's word for a feature.
pub fn feature_word(tables: &Tables, feature: u16) -> Option<&str> {
    let layout = tables.named("key_storage").next()?;
    layout.field("feature")?.names.as_ref()?.name(feature.into())
}
