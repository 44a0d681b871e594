//! v13+: the keys of a log. Each segment (up to a recover marker, up to the end) has a set of its own; within it every
//! feature has a key and a first IV, and each record's last cipher block is the IV of the feature's next record.

use super::super::prng::Prng;
use aes::Aes256;
use cbc::Encryptor;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use std::collections::BTreeMap;

/// What opens the records of a feature in a segment, and what stands for it in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureKey {
    pub feature: u16,
    pub key: [u8; 32],
    pub iv: [u8; 16],
    /// 256 bytes, here noise: RSA-2048 under a key that only the service has.
    pub wrapped: Vec<u8>,
}

impl FeatureKey {
    fn new(seed: u64, segment: usize, feature: u16) -> Self {
        let mut prng = Prng::new(seed << 16 ^ (segment as u64) << 8 ^ u64::from(feature));
        let key = prng.bytes(32).try_into().expect("32 bytes");
        let iv = prng.bytes(16).try_into().expect("16 bytes");
        FeatureKey { feature, key, iv, wrapped: prng.bytes(256) }
    }
}

/// The keys that a log has stored so far, segment by segment, and how far their chains are.
#[derive(Clone, Debug)]
pub struct KeyChain {
    seed: u64,
    sets: Vec<Vec<FeatureKey>>,
    next_ivs: BTreeMap<u16, [u8; 16]>,
}

impl KeyChain {
    /// One segment, without any key yet. Other seeds give other keys.
    pub fn new(seed: u64) -> Self {
        KeyChain { seed, sets: vec![Vec::new()], next_ivs: BTreeMap::new() }
    }

    /// From here on all keys are new ones.
    pub fn next_segment(&mut self) {
        self.sets.push(Vec::new());
        self.next_ivs.clear();
    }

    pub fn segment(&self) -> usize {
        self.sets.len() - 1
    }

    /// Makes the feature's key for this segment; `None` when it has one.
    pub fn add(&mut self, feature: u16) -> Option<&FeatureKey> {
        if self.next_ivs.contains_key(&feature) {
            return None;
        }
        let key = FeatureKey::new(self.seed, self.segment(), feature);
        self.next_ivs.insert(feature, key.iv);
        let set = self.sets.last_mut().expect("there is a segment");
        set.push(key);
        set.last()
    }

    /// The content of a record, 1 to 16 bytes longer. The feature must have a key.
    pub fn encrypt(&mut self, feature: u16, plain: &[u8]) -> Vec<u8> {
        let set = self.sets.last().expect("there is a segment");
        let key = &set.iter().find(|key| key.feature == feature).expect("the feature has a key").key;
        let iv = self.next_ivs.get_mut(&feature).expect("a key has a chain");
        let cipher = encrypt(key, iv, plain);
        iv.copy_from_slice(&cipher[cipher.len() - 16..]);
        cipher
    }

    /// Segment by segment, in the order in which the log stores them.
    pub fn sets(&self) -> &[Vec<FeatureKey>] {
        &self.sets
    }
}

/// AES-256-CBC with PKCS#7.
fn encrypt(key: &[u8; 32], iv: &[u8; 16], plain: &[u8]) -> Vec<u8> {
    let mut out = plain.to_vec();
    out.resize((plain.len() / 16 + 1) * 16, 0);
    let encryptor = Encryptor::<Aes256>::new(key.into(), iv.into());
    encryptor.encrypt_padded::<Pkcs7>(&mut out, plain.len()).expect("there is room for the padding");
    out
}

#[cfg(test)]
mod tests {
    use super::super::Log;
    use super::*;
    use cbc::cipher::{BlockModeDecrypt, block_padding::NoPadding};

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        std::array::from_fn(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal"))
    }

    /// NIST SP 800-38A, F.2.5.
    #[test]
    fn the_cipher_is_that_of_the_standard() {
        let key = bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        let plain: [u8; 32] = bytes("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
        let cipher = encrypt(&key, &bytes("000102030405060708090a0b0c0d0e0f"), &plain);
        let expected: [u8; 32] = bytes("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d");
        assert_eq!((&cipher[..32], cipher.len()), (&expected[..], 48), "a whole block of padding behind");
    }

    /// All records of a feature in a segment, one behind the other, are one CBC message.
    #[test]
    fn a_chain_runs_through_its_segment() {
        let mut chain = KeyChain::new(5);
        let plain: [&[u8]; 4] = [b"", b"fifteen bytes..", b"sixteen bytes...", &[7; 40]];
        for _ in 0..2 {
            chain.add(1);
            chain.add(10);
            let mut cipher = Vec::new();
            let mut expected = Vec::new();
            for record in plain {
                cipher.extend(chain.encrypt(1, record));
                chain.encrypt(10, record);
                let padding = 16 - record.len() % 16;
                expected.extend_from_slice(record);
                expected.extend(vec![padding as u8; padding]);
            }
            let key = &chain.sets()[chain.segment()][0];
            let decryptor = cbc::Decryptor::<Aes256>::new((&key.key).into(), (&key.iv).into());
            let len = decryptor.decrypt_padded::<NoPadding>(&mut cipher).expect("whole blocks").len();
            assert_eq!(&cipher[..len], expected);
            chain.next_segment();
        }
        let [first, second, _] = chain.sets() else { panic!("two used segments and an empty one") };
        assert_ne!((first[0].key, first[0].iv), (second[0].key, second[0].iv));
    }

    /// As in real logs: some keys at the start, the others before the first record of their feature; both anew behind a marker.
    #[test]
    fn keys_are_stored_before_they_are_needed() {
        let mut log = Log::new(14);
        log.encrypt(1).record(1, &[0; 55]).record(3, &[0; 12]).record(1, &[0; 55]).recover().record(3, &[0; 12]);
        let (_, truth) = log.finish_with_truth();
        let kinds: Vec<u8> = truth.records.iter().map(|record| record.kind).collect();
        assert_eq!(kinds, [56, 56, 56, 56, 56, 1, 56, 3, 1, 50, 56, 56, 56, 56, 56, 56, 3]);
        let features = |set: &Vec<FeatureKey>| set.iter().map(|key| key.feature).collect::<Vec<_>>();
        assert_eq!(log.keys().iter().map(features).collect::<Vec<_>>(), [[1, 2, 5, 11, 13, 10]; 2]);
        assert_eq!((truth.records[8].key, truth.records[16].key), (Some((0, 1)), Some((1, 10))));
        assert_eq!((truth.records[8].content, truth.records[8].len), (55, 1 + 2 + 1 + 64 + 1 + 1));
    }
}
