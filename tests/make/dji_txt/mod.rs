//! DJI app flight records, versions 1 to 14, written from the format description.
//!
//! ```text
//! v1-5    prefix 12  | records                  | [12345] images | details | [firmware record]
//! v6-11   prefix 100 | records                  | [12345] images | details | [firmware record]
//! v12     prefix 100 | details 436 | records    | 12345 images
//! v13-14  prefix 100 | aux info, version | recs | 12345 images
//! ```
//! A record is `type u8, length u8 (u16 from v13), body, FF`; from v7 the body is scrambled and has a check byte, from v13
//! most contents are encrypted before that.

pub mod content;
pub mod details;
pub mod features;
pub mod fields;
pub mod flying;
pub mod keys;
pub mod power;
pub mod scramble;
pub mod service;
pub mod truth;

pub use content::Shape;
pub use details::Details;
pub use keys::{FeatureKey, KeyChain};
pub use truth::{Placed, Truth};

use super::prng::Prng;
use details::{ImageIndex, PhotoSpot};

const SEPARATOR: [u8; 4] = 12345i32.to_le_bytes();

/// One thing in the record area, in the order in which it was added.
#[derive(Clone, Debug)]
enum Item {
    Record {
        kind: u8,
        /// As it is scrambled.
        content: Vec<u8>,
        /// Bytes before encryption.
        plain: usize,
        key: Option<(usize, u16)>,
    },
    Separator,
    /// A JPEG between the records: it has no frame.
    LooseJpeg(Vec<u8>),
    /// Bytes that no rule explains.
    Foreign(Vec<u8>),
}

#[derive(Clone, Debug)]
struct Photo {
    jpeg: Vec<u8>,
    spot: PhotoSpot,
}

/// A flight record in the making. `finish` may be called at any point and any number of times, with the same result.
#[derive(Clone, Debug)]
pub struct Log {
    version: u8,
    scrambled: bool,
    closing_separator: bool,
    prefix_byte_11: u8,
    department: u8,
    seed: u64,
    keys: Option<KeyChain>,
    items: Vec<Item>,
    photos: Vec<Photo>,
    thumbnails: Vec<Vec<u8>>,
    details: Option<Details>,
    firmware_tail: Option<Vec<u8>>,
}

impl Log {
    /// Scrambled from v7 on; closed by a separator from v9 on, as the real logs of those versions are.
    pub fn new(version: u8) -> Self {
        assert!((1..=14).contains(&version), "versions 1 to 14 are described");
        Log {
            version,
            scrambled: version >= 7,
            closing_separator: version >= 9,
            prefix_byte_11: 0,
            department: 3,
            seed: u64::from(version),
            keys: None,
            items: Vec::new(),
            photos: Vec::new(),
            thumbnails: Vec::new(),
            details: None,
            firmware_tail: None,
        }
    }

    pub fn version(&self) -> u8 {
        self.version
    }

    /// Other scramble seeds (and, in v13+, another signature).
    pub fn seed(&mut self, seed: u64) -> &mut Self {
        self.seed = seed;
        self
    }

    /// For v6, of which no real file decides whether it is scrambled.
    pub fn scrambled(&mut self, yes: bool) -> &mut Self {
        assert!(yes || self.version < 7, "from v7 on every log is scrambled");
        assert!(!yes || self.version > 5, "up to v5 every log is plain");
        self.scrambled = yes;
        self
    }

    /// Whether 12345 stands between the records and the images.
    pub fn closing_separator(&mut self, yes: bool) -> &mut Self {
        self.closing_separator = yes;
        self
    }

    /// The unexplained last byte of the 12: 0, 1, 2 and 255 were seen.
    pub fn prefix_byte_11(&mut self, value: u8) -> &mut Self {
        self.prefix_byte_11 = value;
        self
    }

    /// v13+: 3 = DJI Fly, 7 = Pilot.
    pub fn department(&mut self, department: u8) -> &mut Self {
        self.department = department;
        self
    }

    /// v13+: from here on records are encrypted, under keys that the seed decides. Those that real logs have at their start
    /// are stored at once, the others before the first record of their feature.
    pub fn encrypt(&mut self, seed: u64) -> &mut Self {
        assert!(self.version >= features::FIRST_VERSION, "AES came with v13");
        self.keys = Some(KeyChain::new(seed));
        self.store_first_keys()
    }

    /// A recover marker: what follows is encrypted under other keys. Its content is not described and stays empty.
    pub fn recover(&mut self) -> &mut Self {
        self.keys.as_mut().expect("only encrypted logs have the marker").next_segment();
        self.push(50, Vec::new(), 0, None);
        self.store_first_keys()
    }

    fn store_first_keys(&mut self) -> &mut Self {
        for &feature in features::at_start(self.version) {
            self.store_key(feature);
        }
        self
    }

    fn store_key(&mut self, feature: u16) {
        let key = self.keys.as_mut().and_then(|keys| keys.add(feature));
        if let Some(stored) = key.map(|key| content::key_storage(feature, &key.wrapped)) {
            let len = stored.len();
            self.push(56, stored, len, None);
        }
    }

    /// The keys that open the log, segment by segment; none when it is not encrypted.
    pub fn keys(&self) -> &[Vec<FeatureKey>] {
        self.keys.as_ref().map_or(&[], KeyChain::sets)
    }

    /// What to ask the key service for.
    pub fn key_request(&self) -> String {
        service::request(self.aux_version(), self.department, self.keys())
    }

    /// Adds a record. Content is at most 253 bytes (255 in plain versions, 65,533 in v13+) and may be empty. In an encrypted
    /// log the type must have a feature.
    pub fn record(&mut self, kind: u8, content: &[u8]) -> &mut Self {
        if self.keys.is_none() {
            return self.push(kind, content.to_vec(), content.len(), None);
        }
        let feature = features::of(self.version, kind);
        self.record_under(feature.expect("the maps say nothing of this type: choose a feature"), kind, content)
    }

    /// Adds a record to an encrypted log under a feature of the caller's choice.
    pub fn record_under(&mut self, feature: u16, kind: u8, content: &[u8]) -> &mut Self {
        if feature == features::PLAIN {
            return self.push(kind, content.to_vec(), content.len(), None);
        }
        self.store_key(feature);
        let keys = self.keys.as_mut().expect("an encrypted log");
        let (cipher, key) = (keys.encrypt(feature, content), (keys.segment(), feature));
        self.push(kind, cipher, content.len(), Some(key))
    }

    /// Adds a record of v13+ whose content nobody can read: noise as long as AES-CBC makes `plain` bytes.
    pub fn sealed(&mut self, kind: u8, plain: usize) -> &mut Self {
        assert!(self.version >= features::FIRST_VERSION, "AES came with v13");
        let mut prng = Prng::new(self.seed << 32 | self.items.len() as u64);
        let cipher = prng.bytes((plain / 16 + 1) * 16);
        let len = cipher.len();
        self.push(kind, cipher, len, None)
    }

    fn push(&mut self, kind: u8, content: Vec<u8>, plain: usize, key: Option<(usize, u16)>) -> &mut Self {
        assert!(kind != 0 && kind != 255, "types 0 and 255 are never valid");
        let room = if self.version >= 13 { 65_535 } else { 255 };
        let room = if self.scrambled { room - 2 } else { room };
        assert!(content.len() <= room, "a length field of v{} holds no {}", self.version, content.len());
        self.items.push(Item::Record { kind, content, plain, key });
        self
    }

    /// A 12345 in the middle: the app was restarted and went on in the same file.
    pub fn separator(&mut self) -> &mut Self {
        self.items.push(Item::Separator);
        self
    }

    /// A JPEG between the records.
    pub fn loose_jpeg(&mut self, jpeg: &[u8]) -> &mut Self {
        self.items.push(Item::LooseJpeg(jpeg.to_vec()));
        self
    }

    /// Bytes that belong to nothing, between the records.
    pub fn foreign(&mut self, bytes: &[u8]) -> &mut Self {
        self.items.push(Item::Foreign(bytes.to_vec()));
        self
    }

    /// A photo of the end section, with the place where it was taken in degrees. At most four.
    pub fn photo(&mut self, jpeg: &[u8], lat_deg: f64, lon_deg: f64) -> &mut Self {
        let spot = PhotoSpot { lat_rad: lat_deg.to_radians(), lon_rad: lon_deg.to_radians() };
        self.photos.push(Photo { jpeg: jpeg.to_vec(), spot });
        self
    }

    /// A thumbnail of the end section. At most four.
    pub fn thumbnail(&mut self, jpeg: &[u8]) -> &mut Self {
        self.thumbnails.push(jpeg.to_vec());
        self
    }

    /// Closes the log. Without details the prefix says 0 (v1 to v11), or the block in front is all zeros (v12 to v14).
    pub fn details(&mut self, details: Details) -> &mut Self {
        self.details = Some(details);
        self
    }

    /// v6 to v11: a type 15 record behind the details.
    pub fn firmware_tail(&mut self, content: &[u8]) -> &mut Self {
        assert!(self.version < 12, "from v12 on the details stand in front");
        self.firmware_tail = Some(content.to_vec());
        self
    }

    pub fn finish(&self) -> Vec<u8> {
        self.finish_with_truth().0
    }

    /// The file, and where in it everything went.
    pub fn finish_with_truth(&self) -> (Vec<u8>, Truth) {
        let mut truth = Truth::default();
        let mut prng = Prng::new(self.seed);
        let mut out = self.front(&mut prng, &mut truth);
        truth.records_start = out.len();
        for item in &self.items {
            let at = out.len();
            match item {
                Item::Record { kind, content, plain, key } => {
                    let framed = self.frame(&mut out, &mut prng, *kind, content);
                    truth.records.push(Placed { content: *plain, key: *key, ..framed });
                }
                Item::Separator => {
                    out.extend(SEPARATOR);
                    truth.separators.push(at);
                }
                Item::LooseJpeg(jpeg) => {
                    out.extend(jpeg);
                    truth.images.push((at, jpeg.len()));
                }
                Item::Foreign(bytes) => {
                    out.extend(bytes);
                    truth.foreign.push((at, bytes.len()));
                }
            }
        }
        truth.records_end = out.len();
        if self.closing_separator {
            truth.separators.push(out.len());
            out.extend(SEPARATOR);
        }
        for jpeg in self.photos.iter().map(|photo| &photo.jpeg).chain(&self.thumbnails) {
            truth.images.push((out.len(), jpeg.len()));
            out.extend(jpeg);
        }
        if self.version < 12 {
            self.back(&mut out, &mut prng, &mut truth);
        }
        truth.total = out.len();
        (out, truth)
    }

    /// Everything before the records.
    fn front(&self, prng: &mut Prng, truth: &mut Truth) -> Vec<u8> {
        let mut out = vec![0; if self.version < 6 { 12 } else { 100 }];
        out[8..10].copy_from_slice(&(details::length(self.version) as u16).to_le_bytes());
        out[10] = self.version;
        out[11] = self.prefix_byte_11;
        if self.version < 12 {
            return out;
        }
        let block = self.details_block();
        if self.version == 12 {
            truth.details = Some((out.len(), block.len()));
            out.extend(block);
        } else {
            out.extend(self.aux_blocks(&block, prng));
        }
        let first_record = out.len() as u64;
        out[..8].copy_from_slice(&first_record.to_le_bytes());
        out
    }

    /// v13+: the signed details (scrambled as type 0), then the version block whose last byte is junk in real logs.
    fn aux_blocks(&self, details: &[u8], prng: &mut Prng) -> Vec<u8> {
        let mut info = vec![0u8];
        info.extend((details.len() as u16).to_le_bytes());
        info.extend(details);
        info.extend(256u16.to_le_bytes());
        info.extend(prng.bytes(256));
        let info = scramble::scramble(0, prng.byte(), &info);
        let mut out = vec![0u8];
        out.extend((info.len() as u16).to_le_bytes());
        out.extend(info);
        out.extend([1, 4, 0]);
        out.extend(self.aux_version().to_le_bytes());
        out.extend([self.department, 0x83]);
        out
    }

    /// v13+: the number of the feature map, and what the key service knows the version by.
    fn aux_version(&self) -> u16 {
        u16::from(self.version) - 10
    }

    /// Up to v11: details behind the images, and what may follow them.
    fn back(&self, out: &mut Vec<u8>, prng: &mut Prng, truth: &mut Truth) {
        if self.details.is_none() {
            return;
        }
        let at = out.len();
        let block = self.details_block();
        truth.details = Some((at, block.len()));
        out.extend(block);
        out[..8].copy_from_slice(&(at as u64).to_le_bytes());
        if let Some(content) = &self.firmware_tail {
            truth.tail = Some(self.frame(out, prng, 15, content));
        }
    }

    fn details_block(&self) -> Vec<u8> {
        let Some(known) = &self.details else {
            return vec![0; details::length(self.version)];
        };
        let osd = self.items.iter().filter(|item| matches!(item, Item::Record { kind: 1, .. })).count();
        let images = ImageIndex {
            photos: self.photos.iter().map(|photo| (photo.jpeg.len(), photo.spot)).collect(),
            thumbnails: self.thumbnails.iter().map(Vec::len).collect(),
        };
        details::encode(known, self.version, osd, &images)
    }

    fn frame(&self, out: &mut Vec<u8>, prng: &mut Prng, kind: u8, content: &[u8]) -> Placed {
        let offset = out.len();
        let body = if self.scrambled { scramble::scramble(kind, prng.byte(), content) } else { content.to_vec() };
        out.push(kind);
        match self.version {
            ..=12 => out.push(body.len() as u8),
            _ => out.extend((body.len() as u16).to_le_bytes()),
        }
        out.extend(body);
        out.push(0xFF);
        Placed { kind, offset, len: out.len() - offset, content: content.len(), key: None }
    }
}
