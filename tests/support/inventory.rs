//! `INVENTORY.tsv` of a family of evidence: files, hashes, and the figures that an independent probe wrote as text.

use std::fs;
use std::path::PathBuf;

use super::evidence;

/// One line of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// As listed, `raw/…` for instance.
    pub name: String,
    pub path: PathBuf,
    pub bytes: u64,
    pub sha256: String,
    pub format: String,
    /// What the probe said: `OSD 2518, records 11594, JPEGs 8; first …`; empty for made files.
    pub figures: String,
}

impl Listed {
    pub fn read(&self) -> Vec<u8> {
        fs::read(&self.path).unwrap_or_else(|error| panic!("{} is listed: {error}", self.path.display()))
    }

    pub fn file_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// A flight record of this version, by the words of the list.
    pub fn version(&self) -> Option<u32> {
        if let Some(made) = self.name.strip_prefix("synthetic/syn_v").and_then(|name| name.strip_suffix(".txt")) {
            return made.parse().ok();
        }
        let digits: String = self.format.strip_prefix("DJI txt v")?.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    }

    /// A flight record that can be read without a key.
    pub fn is_clear_log(&self) -> bool {
        self.version().is_some_and(|version| version <= 12)
    }

    /// The file was saved as text once; nothing in it can be read.
    pub fn is_text_damaged(&self) -> bool {
        self.format.contains("UTF-8")
    }

    /// What stands behind `label` in the figures, up to the next blank, comma or semicolon.
    pub fn word(&self, label: &str) -> &str {
        let rest = self.after(label);
        rest.split([' ', ',', ';']).next().unwrap_or(rest)
    }

    pub fn number<T: std::str::FromStr>(&self, label: &str) -> T {
        let word = self.word(label);
        let digits = word.trim_end_matches('s');
        digits.parse().unwrap_or_else(|_| panic!("{}: {label:?} is followed by {word:?}, no number", self.name))
    }

    /// `first 41.2944872,-72.9644240`: latitude and longitude in degrees.
    pub fn place(&self, label: &str) -> (f64, f64) {
        let text = self.after(label).split(' ').next().unwrap_or_default();
        let (lat, lon) = text.split_once(',').unwrap_or_else(|| panic!("{}: no place behind {label:?}", self.name));
        (lat.parse().expect("a latitude"), lon.parse().expect("a longitude"))
    }

    fn after(&self, label: &str) -> &str {
        let at = self.figures.find(label).unwrap_or_else(|| panic!("{}: no {label:?} in the figures", self.name));
        &self.figures[at + label.len()..]
    }
}

/// The listed files of `family`; none without evidence. A list that is missing or empty is a failure.
pub fn inventory(family: &str) -> Vec<Listed> {
    let Some(folder) = evidence().map(|root| root.join(family)) else { return Vec::new() };
    let list = folder.join("INVENTORY.tsv");
    let text = fs::read_to_string(&list).unwrap_or_else(|error| panic!("{}: {error}", list.display()));
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let header = lines.next().unwrap_or_default();
    let column = |name: &str| {
        header
            .iter()
            .position(|column| column.starts_with(name))
            .unwrap_or_else(|| panic!("no column {name} in {}", list.display()))
    };
    let [file, bytes, sha256] = ["file", "bytes", "sha256"].map(column);
    let optional = |name: &str| header.iter().position(|column| column.starts_with(name));
    let figures = optional("own probe").or_else(|| optional("peer_or_script")).or_else(|| optional("verified"));
    let figures = figures.or_else(|| optional("peer says"));
    let (format, figures) = (optional("format"), figures);
    let listed: Vec<Listed> = lines
        .map(|row| {
            let text = |at: Option<usize>| at.and_then(|at| row.get(at)).copied().unwrap_or_default().to_owned();
            Listed {
                name: row[file].to_owned(),
                path: folder.join(row[file]),
                bytes: row[bytes].parse().expect("a size"),
                sha256: row[sha256].to_owned(),
                format: text(format),
                figures: text(figures),
            }
        })
        .collect();
    assert!(!listed.is_empty(), "{} lists nothing", list.display());
    listed
}
