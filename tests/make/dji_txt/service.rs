//! The texts between an examiner and the key service: what is asked, what is answered.

use super::features;
use super::keys::FeatureKey;

/// Request body. `version` is that of the second aux block (3 in v13, 4 in v14).
pub fn request(version: u16, department: u8, sets: &[Vec<FeatureKey>]) -> String {
    let wrapped = |key: &FeatureKey| format!("\"aesCiphertext\":\"{}\"", base64(&key.wrapped));
    let chains = arrays(sets, wrapped);
    format!("{{\"version\":{version},\"department\":{department},\"keychainsArray\":{chains}}}")
}

/// The whole answer.
pub fn answer(sets: &[Vec<FeatureKey>]) -> String {
    format!("{{\"result\":{{\"code\":0,\"msg\":\"\"}},\"data\":{}}}", data(sets))
}

/// Only the keys of the answer.
pub fn data(sets: &[Vec<FeatureKey>]) -> String {
    arrays(sets, |key| format!("\"aesKey\":\"{}\",\"aesIv\":\"{}\"", base64(&key.key), base64(&key.iv)))
}

fn arrays(sets: &[Vec<FeatureKey>], fields: impl Fn(&FeatureKey) -> String) -> String {
    let entry = |key: &FeatureKey| format!("{{\"featurePoint\":\"{}\",{}}}", features::name(key.feature), fields(key));
    let array = |set: &Vec<FeatureKey>| format!("[{}]", set.iter().map(entry).collect::<Vec<_>>().join(","));
    format!("[{}]", sets.iter().map(array).collect::<Vec<_>>().join(","))
}

/// RFC 4648, section 4.
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(group.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * at) & 0x3F) as usize];
            out.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Log;
    use super::*;

    #[test]
    fn texts_are_those_of_the_service() {
        let mut log = Log::new(14);
        log.encrypt(3).recover();
        let request = log.key_request();
        let start =
            r#"{"version":4,"department":3,"keychainsArray":[[{"featurePoint":"FR_Standardization_Feature_Base_1","#;
        let entry = request.strip_prefix(start).and_then(|rest| rest.strip_prefix(r#""aesCiphertext":""#));
        assert_eq!(entry.and_then(|rest| rest.find('"')), Some(344), "{request}");
        assert_eq!((request.matches("aesCiphertext").count(), request.matches("}],[{").count()), (10, 1));
        let start =
            r#"{"result":{"code":0,"msg":""},"data":[[{"featurePoint":"FR_Standardization_Feature_Base_1","aesKey":""#;
        assert!(answer(log.keys()).starts_with(start));
        for text in [request, answer(log.keys()), data(log.keys())] {
            serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
        }
    }

    /// RFC 4648, section 10.
    #[test]
    fn base64_is_that_of_the_standard() {
        let vectors =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")];
        for (text, coded) in vectors {
            assert_eq!(base64(text.as_bytes()), coded);
        }
        assert_eq!(base64(&[0xFB, 0xFF, 0xBF]), "+/+/");
    }
}
