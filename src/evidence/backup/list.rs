//! The list of a backup: ids of files, and where each lay.

use std::collections::HashMap;

use super::{database, id_in, mbdb};

/// The longest list that is read, bytes: that of a full phone has some 100 MB.
pub const LONGEST: u64 = 512 << 20;

/// Domain and path by the id of the file.
pub struct List {
    paths: HashMap<String, String>,
    /// Why it could not be read, or not to its end.
    pub fault: Option<String>,
}

/// Whether a file of this name is the list of the backup in its folder.
pub fn is_list(name: &str) -> bool {
    ["Manifest.db", "Manifest.mbdb"].contains(&name)
}

impl List {
    pub fn parse(bytes: Vec<u8>) -> Self {
        let mut paths = HashMap::new();
        let add = |id: String, domain: &str, path: &str| {
            paths.insert(id, format!("{domain}/{path}"));
        };
        let read = if mbdb::is_list(&bytes) { mbdb::read(&bytes, add) } else { database::read(bytes, add) };
        List { paths, fault: read.err() }
    }

    /// Where the file of this name lay: domain and path.
    pub fn path_of(&self, name: &str) -> Option<&str> {
        self.paths.get(id_in(name)?).map(String::as_str)
    }

    /// Files that it names.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }
}
