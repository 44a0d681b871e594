//! LOGH: logs of newer models, AES-128-CBC under a key that is derived from a key of the product and the file's own header. The
//! header stands in clear. No key is shipped; one that the user has opens the log, which then is a child.
//!
//! ```text
//! 0 LOGH | 8 data offset u64 | 16 data length u64 | 24 product [16] | 40 serial [16] | ..92 (24..92: context of the key)
//! ```

use std::collections::BTreeMap;
use std::io;

use aes::cipher::{BlockCipherEncrypt as _, BlockModeDecrypt as _, InnerIvInit as _, KeyInit as _};
use aes::{Aes128Dec, Aes128Enc, Block};
use serde::Deserialize;

use super::super::{
    Child, Class, Completeness, Context, Decoded, Diagnostic, Fact, KeyNeed, Part, Payload, Property, Record, Sink,
};
use crate::evidence::{Evidence, Extent, Origin, Span};

const LEN: usize = 92;
const BLOCK: usize = 16;
/// Headers that were described end at 128.
const LONGEST_HEADER: u64 = 4096;
/// What the end of the plain text is filled with.
const FILLER: u8 = 0x0C;

/// The header.
pub struct Header {
    data: Span,
    product: String,
    serial: String,
    context: [u8; 68],
}

impl Header {
    pub fn parse(head: &[u8]) -> Option<Self> {
        let header = head.get(..LEN).filter(|header| header.starts_with(b"LOGH"))?;
        let word = |at: usize| -> Option<u64> { header.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes) };
        let text = |at: usize| {
            let bytes = header.get(at..at + 16).unwrap_or_default();
            bytes.iter().map(|b| char::from(*b)).take_while(char::is_ascii_graphic).collect::<String>()
        };
        Some(Header {
            data: Span { offset: word(8)?, len: word(16)? },
            product: text(24),
            serial: text(40),
            context: header.get(24..LEN)?.try_into().ok()?,
        })
    }
}

pub fn decode(evidence: &Evidence, context: &Context<'_>, sink: &mut dyn Sink) -> io::Result<Decoded> {
    let version = Some("LOGH".to_owned());
    let head = evidence.read(Span { offset: 0, len: LEN as u64 })?;
    let Some(header) = Header::parse(&head) else {
        return Ok(Decoded { version, completeness: Completeness::Unreadable, key_need: None });
    };
    let at: Extent = Span::new(0, LEN).into();
    sink.record(&Record::structure(context.tables.structure("logh_header", LEN), &at, Payload::Bytes(&head)));
    sink.claim(&at, Class::Known, "header");
    let device =
        |property, value| Fact::Device { part: Part::Aircraft, property, value, at: Origin::Bytes(at.clone()) };
    sink.fact(device(Property::Model, format!("product {}", header.product)));
    if !header.serial.is_empty() {
        sink.fact(device(Property::Serial, header.serial.clone()));
    }
    let there = evidence.len.saturating_sub(header.data.offset).min(header.data.len);
    let data = Span { offset: header.data.offset.min(evidence.len), len: there };
    sink.claim(&data.into(), Class::Known, "ciphertext");
    if (LEN as u64..=LONGEST_HEADER).contains(&data.offset) {
        let rest = Span { offset: LEN as u64, len: data.offset - LEN as u64 };
        sink.claim(&rest.into(), Class::Known, "header, not interpreted");
    }
    if there < header.data.len {
        let message = format!(
            "the header states {} bytes of data from {} on, {there} are there",
            header.data.len, header.data.offset
        );
        sink.diagnostic(Diagnostic::loss("dji-dat/logh-cut", Origin::Bytes(data.into()), message));
    }
    let mut reason = format!("the content is encrypted under a key of the product {:?}", header.product);
    let keys = context.keys.iter().filter(|file| file.is_for(evidence.sha256()));
    for key in keys.filter_map(|file| product_key(&file.bytes, &header.product)) {
        match open(evidence, &header, data, &key, context)? {
            Some(plain) => {
                let name = "decrypted.DAT".to_owned();
                sink.child(Child { name, at: Origin::Bytes(data.into()), bytes: &plain, format: None });
                let completeness = if there < header.data.len { Completeness::Partial } else { Completeness::Whole };
                return Ok(Decoded { version, completeness, key_need: None });
            }
            None => reason += "; the key that was given does not open it",
        }
    }
    let key_need = KeyNeed {
        scheme: "LOGH, AES-128-CBC".to_owned(),
        reason,
        features: Vec::new(),
        missing: vec![header.product.clone()],
        next_step: format!(
            "give the product's key: --keys FILE, and in it [dji-dat.logh] and {} = \"32 hexadecimal digits\"; or ask the maker",
            header.product
        ),
    };
    Ok(Decoded { version, completeness: Completeness::Locked, key_need: Some(key_need) })
}

/// A file of keys: `[dji-dat.logh]`, and a line a product.
#[derive(Deserialize)]
struct KeyLines {
    #[serde(rename = "dji-dat")]
    dji_dat: Section,
}

#[derive(Deserialize)]
struct Section {
    logh: BTreeMap<String, String>,
}

fn product_key(file: &[u8], product: &str) -> Option<[u8; BLOCK]> {
    let lines: KeyLines = toml::from_str(std::str::from_utf8(file).ok()?).ok()?;
    let digits = lines.dji_dat.logh.get(product).filter(|digits| digits.is_ascii() && digits.len() == 2 * BLOCK)?;
    let mut key = [0; BLOCK];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(key)
}

/// The plain text, if the filler at its end shows that the key is right.
fn open(
    evidence: &Evidence,
    header: &Header,
    data: Span,
    key: &[u8; BLOCK],
    context: &Context<'_>,
) -> io::Result<Option<Vec<u8>>> {
    if data.len > context.limits.whole {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "longer than the limit for one log"));
    }
    let mut message = vec![1];
    message.extend_from_slice(b"LOG\0");
    message.extend_from_slice(&header.context);
    message.push(0x80);
    let data_key = cmac(key, &message);
    let mut plain = evidence.read(data)?.into_owned();
    plain.truncate(plain.len() / BLOCK * BLOCK);
    let (blocks, _) = Block::slice_as_chunks_mut(&mut plain);
    let cipher = Aes128Dec::new(&data_key.into());
    cbc::Decryptor::inner_iv_init(&cipher, &[0; BLOCK].into()).decrypt_blocks(blocks);
    if plain.last() != Some(&FILLER) || plain.len() <= BLOCK {
        return Ok(None);
    }
    let end = plain.iter().rev().take(BLOCK).take_while(|byte| **byte == FILLER).count();
    plain.truncate(plain.len() - end);
    plain.drain(..BLOCK.min(plain.len()));
    Ok(Some(plain))
}

/// AES-CMAC, RFC 4493.
fn cmac(key: &[u8; BLOCK], message: &[u8]) -> [u8; BLOCK] {
    let cipher = Aes128Enc::new(&(*key).into());
    let encrypt = |bytes: [u8; BLOCK]| -> [u8; BLOCK] {
        let mut block = Block::from(bytes);
        cipher.encrypt_block(&mut block);
        block.into()
    };
    let first = doubled(encrypt([0; BLOCK]));
    let second = doubled(first);
    let whole = message.len().saturating_sub(1) / BLOCK * BLOCK;
    let (blocks, rest) = message.split_at(whole);
    let mut state = [0; BLOCK];
    for block in blocks.chunks_exact(BLOCK) {
        state = encrypt(xor(state, block));
    }
    if rest.len() == BLOCK {
        return encrypt(xor(xor(state, rest), &first));
    }
    let mut last = rest.to_vec();
    last.push(0x80);
    encrypt(xor(xor(state, &last), &second))
}

fn xor(mut block: [u8; BLOCK], with: &[u8]) -> [u8; BLOCK] {
    block.iter_mut().zip(with).for_each(|(byte, with)| *byte ^= with);
    block
}

fn doubled(block: [u8; BLOCK]) -> [u8; BLOCK] {
    let number = u128::from_be_bytes(block);
    let carry = if number >> 127 == 1 { 0x87 } else { 0 };
    (number << 1 ^ carry).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(digits: &str) -> Vec<u8> {
        (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).expect("digits")).collect()
    }

    /// The examples of RFC 4493: nothing, one block, and a block with a part.
    #[test]
    fn authentication_codes_are_those_of_the_standard() {
        let key: [u8; BLOCK] = bytes("2b7e151628aed2a6abf7158809cf4f3c").try_into().expect("16 bytes");
        let message = bytes("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411");
        for (len, code) in [
            (0, "bb1d6929e95937287fa37d129b756746"),
            (16, "070a16b46b4d4144f79bdd9dd04a287c"),
            (40, "dfa66747de9ae63030ca32611497c827"),
        ] {
            assert_eq!(cmac(&key, &message[..len]).to_vec(), bytes(code), "{len} bytes");
        }
    }

    #[test]
    fn a_key_file_names_products() {
        let file = b"[dji-dat.logh]\ne3t_zv900 = \"000102030405060708090a0b0c0d0e0f\"\n";
        assert_eq!(product_key(file, "e3t_zv900"), Some(std::array::from_fn(|at| at as u8)));
        assert_eq!((product_key(file, "other"), product_key(b"{}", "e3t_zv900")), (None, None));
    }
}
