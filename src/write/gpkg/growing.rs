//! Where a database grows while it is filled: in a file beside the output, so that its size is no matter of memory, or in memory where
//! nothing is to be written.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

/// Nobody but this run reads the file: there is nothing to roll back to, and no reader to wait for. Each connection may keep 8 MiB.
const SETTINGS: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192;";

/// A database on its way.
pub struct Growing {
    pub connection: Connection,
    part: Option<Part>,
}

/// The file, which goes with the value.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = fs::remove_file(&self.0);
    }
}

impl Growing {
    /// In a new file at `part`; in memory without one, or where such a file cannot be made: nothing that exists is touched.
    ///
    /// # Errors
    /// As SQLite says.
    pub fn new(part: Option<&Path>) -> rusqlite::Result<Self> {
        let made = part.filter(|path| File::options().write(true).create_new(true).open(path).is_ok());
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        match made.map(|path| Part(path.to_owned())) {
            Some(part) => {
                let connection = Connection::open_with_flags(&part.0, flags)?;
                connection.execute_batch(SETTINGS)?;
                Ok(Growing { connection, part: Some(part) })
            }
            // A database of the memdb kind gives its bytes without a copy of them.
            None => {
                let flags = flags | OpenFlags::SQLITE_OPEN_URI;
                let connection = Connection::open_with_flags("file:overflown?vfs=memdb", flags)?;
                Ok(Growing { connection, part: None })
            }
        }
    }

    /// Writes what it came to.
    ///
    /// # Errors
    /// As SQLite says; within that, as the file system does.
    pub fn finish(self, out: &mut dyn Write) -> rusqlite::Result<io::Result<()>> {
        let Growing { mut connection, part } = self;
        let Some(part) = part else {
            let bytes = connection.serialize("main")?;
            return Ok(out.write_all(&bytes));
        };
        connection.close().map_err(|(_, error)| error)?;
        Ok(File::open(&part.0).and_then(|mut file| io::copy(&mut file, out)).map(|_| ()))
    }
}
