//! Clips that were never closed, as an aircraft leaves them that lost its power: `ftyp`, `free`, `free` and media data from byte 512
//! on, the first telemetry sample in front, video between the others, no movie box. After notes on two such clips of an Air 3S.

use super::clip::{boxed, telemetry};
use super::prng::Prng;
use super::subtitles::Moment;

/// How a clip was left.
#[derive(Clone, Debug)]
pub struct Unclosed {
    pub moments: Vec<Moment>,
    pub protocol: &'static str,
    /// Coordinates in degrees with the flag, or in radians without.
    pub degrees: bool,
    /// Bytes of video behind each sample.
    pub noise: usize,
    pub length: Length,
}

/// What the head of the media data states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// To the end of the file.
    Open,
    /// Far beyond the end of the file.
    Beyond,
    /// A length of 64 bits that was never filled in.
    Empty,
    /// Nothing but zeros stands where the head belongs.
    Unwritten,
}

/// Where the media data begin in every clip of this kind.
pub const MEDIA: usize = 512;

impl Unclosed {
    pub fn new(moments: Vec<Moment>) -> Self {
        Unclosed { moments, protocol: "dvtm_Air3s.proto", degrees: false, noise: 2000, length: Length::Open }
    }

    /// The file, and where each sample lies.
    pub fn write(&self) -> (Vec<u8>, Vec<(usize, usize)>) {
        let ftyp = boxed(b"ftyp", &[b"mp42".as_slice(), &0_u32.to_be_bytes(), b"isom", b"mp42"].concat());
        let head: Vec<u8> = match self.length {
            Length::Open => [&0_u32.to_be_bytes(), b"mdat".as_slice()].concat(),
            Length::Beyond => [&0x7000_0000_u32.to_be_bytes(), b"mdat".as_slice()].concat(),
            Length::Empty => [&1_u32.to_be_bytes(), b"mdat".as_slice(), &[0; 8]].concat(),
            Length::Unwritten => vec![0; 16],
        };
        let short = boxed(b"free", &[0; 24]);
        let long = boxed(b"free", &vec![0; MEDIA - ftyp.len() - short.len() - head.len() - 8]);
        let mut bytes = [ftyp, short, long, head].concat();
        assert_eq!(bytes.len(), MEDIA, "media data begin there");
        let mut samples = Vec::new();
        let mut noise = Prng::new(20_240_514);
        for (n, moment) in self.moments.iter().enumerate() {
            let sample = telemetry(self.protocol, moment, n == 0, self.degrees);
            samples.push((bytes.len(), sample.len()));
            bytes.extend(sample);
            bytes.extend(video(&mut noise, self.noise));
        }
        (bytes, samples)
    }
}

/// What coded video looks like: lengths and heads of its units, then noise.
pub fn video(noise: &mut Prng, len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len);
    while bytes.len() < len {
        let unit = 40 + noise.below(4000) as usize;
        bytes.extend((unit as u32 + 2).to_be_bytes());
        bytes.extend([0x02, 0x01]);
        bytes.extend(noise.bytes(unit));
    }
    bytes.truncate(len);
    bytes
}
