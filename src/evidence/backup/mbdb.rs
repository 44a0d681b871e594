//! `Manifest.mbdb`, the list of backups before iOS 10. Numbers are big-endian; ids are not written but follow from domain and path.
//!
//! ```text
//! mbdb 05 00 | file: domain, path, link, digest, key | mode u16 | inode u64 | owner, group, times 5 * u32 | length u64 | class,
//!            properties 2 * u8 | property: name, value                     text: length u16, bytes; length FFFF: none
//! ```

use super::id_of;

const MAGIC: &[u8] = b"mbdb\x05\0";
/// Bytes of the numbers behind the five texts; the last one is the number of properties.
const NUMBERS: usize = 40;

pub fn is_list(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Hands over id, domain and path of every file.
///
/// # Errors
/// Where the list breaks.
pub fn read(bytes: &[u8], mut add: impl FnMut(String, &str, &str)) -> Result<(), String> {
    let mut rest = bytes.get(MAGIC.len()..).unwrap_or_default();
    while !rest.is_empty() {
        let at = bytes.len() - rest.len();
        let (domain, path) = file(&mut rest).ok_or_else(|| format!("its entry at offset {at} is cut"))?;
        if let (Ok(domain), Ok(path)) = (std::str::from_utf8(domain), std::str::from_utf8(path)) {
            add(id_of(domain, path), domain, path);
        }
    }
    Ok(())
}

/// One entry.
fn file<'a>(rest: &mut &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let (domain, path) = (text(rest)?, text(rest)?);
    for _ in 0..3 {
        text(rest)?;
    }
    let (numbers, behind) = rest.split_at_checked(NUMBERS)?;
    *rest = behind;
    for _ in 0..2 * usize::from(*numbers.last()?) {
        text(rest)?;
    }
    Some((domain, path))
}

fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, behind) = rest.split_first_chunk::<2>()?;
    let len = match u16::from_be_bytes(*len) {
        u16::MAX => 0,
        len => usize::from(len),
    };
    let (text, behind) = behind.split_at_checked(len)?;
    *rest = behind;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(domain: &str, path: &str, properties: u8) -> Vec<u8> {
        let text = |text: &str| [&(text.len() as u16).to_be_bytes(), text.as_bytes()].concat();
        let mut entry = [text(domain), text(path), vec![0xff; 6], vec![0; NUMBERS - 1], vec![properties]].concat();
        (0..properties).for_each(|_| entry.extend([text("name"), text("value")].concat()));
        entry
    }

    /// The id is that of `AppDomain-com.dji.go-Documents/FlightLogs/tips.json` by sha1sum.
    #[test]
    fn ids_follow_from_the_entries_and_a_cut_one_is_told() {
        let list = [
            MAGIC.to_vec(),
            entry("HomeDomain", "", 2),
            entry("AppDomain-com.dji.go", "Documents/FlightLogs/tips.json", 0),
        ];
        let list = list.concat();
        let mut found = Vec::new();
        read(&list, |id, _, path| found.push((id, path.to_owned()))).expect("whole");
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].0, "752f1356c91049495dbac3d5eb69d59d922c421d");
        for cut in MAGIC.len() + 1..list.len() {
            let mut files = 0;
            let read = read(&list[..cut], |_, _, _| files += 1);
            assert!(files < 2 && (read.is_err() || files == 1), "cut at {cut}");
        }
    }
}
