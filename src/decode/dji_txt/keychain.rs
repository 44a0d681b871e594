//! The key service's answer: for each segment of a log, a key and a first IV for each feature. The whole answer and its bare
//! `data` array are both read.
//!
//! ```text
//! {"result": {"code": 0, "msg": ""}, "data": [[{"featurePoint": "FR_..._Base_1", "aesKey": base64, "aesIv": base64}, ...], ...]}
//! ```

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

/// A key as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeatureKey {
    pub key: [u8; 32],
    pub iv: [u8; 16],
}

/// Keys by feature number.
pub type Keychain = BTreeMap<u8, FeatureKey>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    feature_point: String,
    aes_key: String,
    aes_iv: String,
}

/// One set of keys a segment, in file order.
///
/// # Errors
/// In words: what the text is instead, or what the service says.
pub fn parse(bytes: &[u8]) -> Result<Vec<Keychain>, String> {
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|e| format!("it is no JSON ({e}); give the file as the key service answered it"))?;
    let data = match &value {
        Value::Array(_) => &value,
        Value::Object(answer) => {
            refusal(&value)?;
            if answer.contains_key("keychainsArray") {
                return Err("it is a request, not an answer; send it to the key service first".to_owned());
            }
            answer.get("data").ok_or("it holds no data; give the file as the key service answered it")?
        }
        _ => return Err("it is JSON but no answer of the key service".to_owned()),
    };
    let chains = match data.as_array() {
        Some(sets) if sets.iter().all(Value::is_array) => sets.iter().map(keychain).collect::<Result<Vec<_>, _>>()?,
        // A single set without the array around it.
        Some(sets) if sets.iter().all(Value::is_object) => vec![keychain(data)?],
        _ => return Err("its data is no array of sets of keys".to_owned()),
    };
    if chains.iter().all(BTreeMap::is_empty) {
        return Err("it holds no key at all".to_owned());
    }
    Ok(chains)
}

/// What the service answers when it gives no keys.
fn refusal(answer: &Value) -> Result<(), String> {
    let code = &answer["result"]["code"];
    if code.as_i64().is_none_or(|code| code == 0) {
        return Ok(());
    }
    let says = answer["result"]["msg"].as_str().unwrap_or_default();
    Err(format!(
        "the key service gave no keys: code {code}, {says:?}; check the API key and the request, and ask again"
    ))
}

fn keychain(set: &Value) -> Result<Keychain, String> {
    let entries: Vec<Entry> =
        serde_json::from_value(set.clone()).map_err(|e| format!("a set of keys is not as it must be: {e}"))?;
    let mut keychain = Keychain::new();
    for entry in entries {
        let name = &entry.feature_point;
        let feature = feature_number(name).ok_or_else(|| format!("{name:?} names no feature"))?;
        let key = FeatureKey { key: bytes(name, "aesKey", &entry.aes_key)?, iv: bytes(name, "aesIv", &entry.aes_iv)? };
        if keychain.insert(feature, key).is_some_and(|before| before != key) {
            return Err(format!("two different keys for {name} in one set"));
        }
    }
    Ok(keychain)
}

/// `FR_Standardization_Feature_Base_1` is 1.
pub fn feature_number(name: &str) -> Option<u8> {
    name.rsplit_once('_')?.1.parse().ok().filter(|number| *number > 0)
}

fn bytes<const N: usize>(name: &str, what: &str, text: &str) -> Result<[u8; N], String> {
    let decoded = STANDARD.decode(text.trim()).map_err(|e| format!("{what} of {name} is no base64: {e}"))?;
    let len = decoded.len();
    decoded.try_into().map_err(|_| format!("{what} of {name} has {len} bytes where {N} must be"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "T+cuRaXskDSM5caFESISbJbL9QJEDvqAl4OSiLD7yNc=";
    const IV: &str = "4yefLdJad+xb02g7/GR4vg==";

    fn entry(feature: &str) -> String {
        format!(r#"{{"featurePoint":"FR_Standardization_Feature_{feature}","aesKey":"{KEY}","aesIv":"{IV}"}}"#)
    }

    #[test]
    fn the_whole_answer_and_its_data_alone_are_the_same() {
        let data = format!("[[{}],[{},{}]]", entry("Base_1"), entry("Base_1"), entry("Gimbal_10"));
        let whole = format!(r#"{{"result":{{"code":0,"msg":""}},"data":{data}}}"#);
        let chains = parse(data.as_bytes()).expect("the bare array");
        assert_eq!(parse(whole.as_bytes()), Ok(chains.clone()));
        assert_eq!(
            chains.iter().map(|c| c.keys().copied().collect()).collect::<Vec<Vec<u8>>>(),
            [vec![1], vec![1, 10]]
        );
        assert_eq!(chains[0][&1].key[..4], [0x4f, 0xe7, 0x2e, 0x45]);
    }

    #[test]
    fn answers_without_keys_say_why() {
        let why = |text: &str| parse(text.as_bytes()).expect_err(text);
        assert!(why(r#"{"result":{"code":1001,"msg":"invalid api key"}}"#).contains("code 1001, \"invalid api key\""));
        assert!(why(r#"{"version":4,"department":3,"keychainsArray":[]}"#).contains("a request"));
        assert!(why("<html>403 Forbidden</html>").contains("no JSON"));
        assert!(why("[[]]").contains("no key at all"));
        assert!(why(&format!("[[{}]]", entry("Base"))).contains("names no feature"));
        assert!(why(r#"[[{"featurePoint":"F_1","aesKey":"AAAA","aesIv":"AAAA"}]]"#).contains("3 bytes where 32"));
    }
}
