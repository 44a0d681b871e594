//! The way to the keys of versions 13 and 14: what the maker's key service must be asked, and whether its answer is right.
//! Service, body and names: the community parser and the official library; answers verified on a made file only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::super::{Context, KeyFile, KeyProof, KeyRequest, KeyScheme, Sink};
use super::header::{FIRST_LOCKED, Header, NEWEST};
use super::keychain::{self, Keychain};
use super::locked::{self, Locked, Wrapped};
use crate::evidence::Evidence;

pub static SCHEME: KeyScheme = KeyScheme { request, prove, fits };

const URL: &str = "https://dev.dji.com/openapi/v1/flight-records/keychains";
/// The department of DJI Fly; the service knows no others but the listed ones.
const DEPARTMENT_FLY: u8 = 3;
const DEPARTMENTS: std::ops::RangeInclusive<u8> = 1..=8;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    version: u16,
    department: u8,
    keychains_array: Vec<Vec<Asked>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    feature_point: String,
    aes_ciphertext: String,
}

/// Nothing is kept of the walk but its pieces.
struct Nowhere;

impl Sink for Nowhere {}

fn walked<T>(
    evidence: &Evidence,
    context: &Context<'_>,
    then: impl FnOnce(&[u8], &Header, &Locked) -> T,
) -> Result<T, String> {
    let bytes = evidence.whole(context.limits).map_err(|e| e.to_string())?;
    let header = Header::parse(&bytes).ok_or("it has no prefix of a flight record")?;
    if header.version < FIRST_LOCKED {
        return Err(format!("format version {} is not encrypted: it needs no keys", header.version));
    }
    if header.version > NEWEST {
        return Err(format!("format version {} is newer than {NEWEST}, the newest that is known", header.version));
    }
    let locked = Locked::walk(&bytes, &header, false, context.tables, &mut Nowhere);
    Ok(then(&bytes, &header, &locked))
}

fn request(evidence: &Evidence, context: &Context<'_>) -> Result<KeyRequest, String> {
    walked(evidence, context, |bytes, header, locked| {
        let word = |feature| locked::feature_word(context.tables, feature);
        let mut features = Vec::new();
        let mut asked = |wrapped: &Wrapped| {
            let name = locked::feature_name(context.tables, wrapped.feature);
            if !features.contains(&name) {
                features.push(name);
            }
            let feature_point = match word(wrapped.feature) {
                Some(word) => format!("FR_Standardization_Feature_{word}_{}", wrapped.feature),
                None => format!("FR_Standardization_Feature_{}", wrapped.feature),
            };
            Asked { feature_point, aes_ciphertext: STANDARD.encode(&wrapped.cipher) }
        };
        let sets: Vec<Vec<Asked>> =
            locked.wrapped_keys(bytes).iter().map(|set| set.iter().map(&mut asked).collect()).collect();
        if features.is_empty() {
            return Err("it holds no wrapped keys (they stand near its start, which may be missing): nothing can be asked for it"
                .to_owned());
        }
        let body = Body {
            version: locked.aux.version.unwrap_or(u16::from(header.version) - 10),
            department: locked.aux.department.filter(|d| DEPARTMENTS.contains(d)).unwrap_or(DEPARTMENT_FLY),
            keychains_array: sets,
        };
        Ok(KeyRequest {
            body: serde_json::to_string(&body).map_err(|e| e.to_string())?,
            url: URL,
            credential: "Api-Key",
            credential_source: "the App Key of an app of type Open API on developer.dji.com",
            features,
        })
    })?
}

fn prove(evidence: &Evidence, context: &Context<'_>, keys: &KeyFile) -> Result<Vec<KeyProof>, String> {
    let sets = keychain::parse(&keys.bytes)?;
    walked(evidence, context, |bytes, header, locked| {
        let (_, proofs) = locked.judge(bytes, header, &[sets]);
        let named = |proof: KeyProof| KeyProof {
            feature: locked::feature_name(context.tables, proof.feature.parse().unwrap_or(0)),
            ..proof
        };
        proofs.into_iter().map(named).collect()
    })
}

fn fits(request: &[u8], answer: &[u8]) -> Result<(), String> {
    let asked: Body = serde_json::from_slice(request).map_err(|e| format!("the request cannot be read: {e}"))?;
    let answered = keychain::parse(answer)?;
    for (i, set) in asked.keychains_array.iter().enumerate() {
        let lacks = |feature: &u8| !answered.get(i).is_some_and(|given: &Keychain| given.contains_key(feature));
        let missing: Vec<u8> =
            set.iter().filter_map(|a| keychain::feature_number(&a.feature_point)).filter(lacks).collect();
        if !missing.is_empty() && missing.len() == set.len() {
            return Err(format!(
                "it answers none of the {} features asked for in set {}: it belongs to another request",
                set.len(),
                i + 1
            ));
        }
    }
    Ok(())
}
