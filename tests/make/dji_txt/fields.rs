//! A record under construction: each field goes to its written offset, the length is settled at the end.

/// Little-endian bytes of a struct, zero where nothing was put.
#[derive(Clone, Debug)]
pub struct Fields(Vec<u8>);

impl Fields {
    pub fn new(len: usize) -> Self {
        Fields(vec![0; len])
    }

    pub fn put(&mut self, at: usize, bytes: &[u8]) -> &mut Self {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    pub fn u8(&mut self, at: usize, value: u8) -> &mut Self {
        self.put(at, &[value])
    }

    pub fn i8(&mut self, at: usize, value: i8) -> &mut Self {
        self.put(at, &value.to_le_bytes())
    }

    pub fn u16(&mut self, at: usize, value: u16) -> &mut Self {
        self.put(at, &value.to_le_bytes())
    }

    pub fn i16(&mut self, at: usize, value: i16) -> &mut Self {
        self.put(at, &value.to_le_bytes())
    }

    pub fn u32(&mut self, at: usize, value: u32) -> &mut Self {
        self.put(at, &value.to_le_bytes())
    }

    pub fn i32(&mut self, at: usize, value: i32) -> &mut Self {
        self.put(at, &value.to_le_bytes())
    }

    pub fn i64(&mut self, at: usize, value: i64) -> &mut Self {
        self.put(at, &value.to_le_bytes())
    }

    pub fn f32(&mut self, at: usize, value: f32) -> &mut Self {
        self.put(at, &value.to_le_bytes())
    }

    pub fn f64(&mut self, at: usize, value: f64) -> &mut Self {
        self.put(at, &value.to_le_bytes())
    }

    /// Text in a fixed field, cut to its width, zeros behind.
    pub fn text(&mut self, at: usize, width: usize, text: &str) -> &mut Self {
        let bytes = text.as_bytes();
        self.put(at, &bytes[..bytes.len().min(width)])
    }

    /// The struct as a firmware of this length writes it: shorter ones lack the later fields.
    pub fn cut(&self, len: usize) -> Vec<u8> {
        let mut bytes = self.0.clone();
        bytes.resize(len, 0);
        bytes
    }

    pub fn whole(&self) -> Vec<u8> {
        self.0.clone()
    }
}

/// Flags to bits, the first one to bit 0.
pub fn bits(flags: &[bool]) -> u8 {
    flags.iter().enumerate().fold(0, |byte, (at, &flag)| byte | u8::from(flag) << at)
}
