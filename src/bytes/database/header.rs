//! The first 100 bytes of a database.

use byteorder::{BigEndian as Be, ByteOrder as _};

/// What every SQLite 3 database begins with.
pub const MAGIC: &[u8] = b"SQLite format 3\0";

/// Length of the header.
pub const HEADER_LEN: usize = 100;

/// How texts are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// 512 to 65,536, a power of two.
    pub page_size: u32,
    /// Bytes at the end of each page that are not SQLite's.
    pub reserved: u8,
    /// 1 rollback journal, 2 write-ahead log.
    pub write_version: u8,
    pub read_version: u8,
    /// Counts transactions that changed the file.
    pub change_counter: u32,
    /// Size in pages as the header states it; believed only when `version_valid_for` is the change counter.
    pub stated_pages: u32,
    pub freelist_trunk: u32,
    pub freelist_pages: u32,
    pub schema_cookie: u32,
    pub schema_format: u32,
    /// Not 0: the database has pointer maps (auto-vacuum).
    pub largest_root: u32,
    pub encoding: Encoding,
    pub user_version: u32,
    pub incremental_vacuum: u32,
    pub application_id: u32,
    pub version_valid_for: u32,
    /// 3032002 is 3.32.2.
    pub sqlite_version: u32,
}

impl Header {
    /// # Errors
    /// What makes it no header of a database.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let head = bytes.get(..HEADER_LEN).ok_or("the header of 100 bytes is cut off")?;
        if !head.starts_with(MAGIC) {
            return Err("it does not begin with the signature of SQLite 3".to_owned());
        }
        let number = |at: usize| head.get(at..at + 4).map_or(0, Be::read_u32);
        let byte = |at: usize| head.get(at).copied().unwrap_or(0);
        let page_size = match head.get(16..18).map_or(0, Be::read_u16) {
            1 => 65_536,
            size if size >= 512 && size.is_power_of_two() => u32::from(size),
            size => return Err(format!("its page size is {size}, which SQLite does not know")),
        };
        let reserved = byte(20);
        if page_size - u32::from(reserved) < 480 {
            return Err(format!("{reserved} of {page_size} bytes of a page are reserved: too little is left"));
        }
        let encoding = match number(56) {
            2 => Encoding::Utf16Le,
            3 => Encoding::Utf16Be,
            // An empty database has none yet.
            0 | 1 => Encoding::Utf8,
            other => return Err(format!("its texts have the unknown encoding {other}")),
        };
        Ok(Header {
            page_size,
            reserved,
            write_version: byte(18),
            read_version: byte(19),
            change_counter: number(24),
            stated_pages: number(28),
            freelist_trunk: number(32),
            freelist_pages: number(36),
            schema_cookie: number(40),
            schema_format: number(44),
            largest_root: number(52),
            encoding,
            user_version: number(60),
            incremental_vacuum: number(64),
            application_id: number(68),
            version_valid_for: number(92),
            sqlite_version: number(96),
        })
    }

    /// Bytes of a page that are SQLite's.
    pub fn usable(&self) -> usize {
        (self.page_size - u32::from(self.reserved)) as usize
    }

    /// Pages of a database of so many bytes: as stated where that can be believed, else by its length.
    pub fn pages(&self, len: usize) -> u32 {
        let by_length = u32::try_from(len.div_ceil(self.page_size as usize)).unwrap_or(u32::MAX);
        let is_valid = self.stated_pages > 0 && self.version_valid_for == self.change_counter;
        if is_valid { self.stated_pages } else { by_length }
    }

    /// `3.32.2`.
    pub fn version(&self) -> String {
        let v = self.sqlite_version;
        format!("{}.{}.{}", v / 1_000_000, v / 1000 % 1000, v % 1000)
    }
}

impl Header {
    /// A header for pages of which the first one is missing.
    pub fn of_page_size(page_size: u32) -> Self {
        Header {
            page_size,
            reserved: 0,
            write_version: 2,
            read_version: 2,
            change_counter: 0,
            stated_pages: 0,
            freelist_trunk: 0,
            freelist_pages: 0,
            schema_cookie: 0,
            schema_format: 4,
            largest_root: 0,
            encoding: Encoding::Utf8,
            user_version: 0,
            incremental_vacuum: 0,
            application_id: 0,
            version_valid_for: 0,
            sqlite_version: 0,
        }
    }
}
