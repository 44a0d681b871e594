//! Names and numbers of recordings.

use chrono::NaiveDate;

/// The last part of the path that the camera keeps.
pub fn file(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The camera's local time in `DJI_20251012104953_0001_D.MP4`, in seconds since 1970 as if it were UTC.
pub fn start(path: &str) -> Option<i64> {
    let digits = file(path).strip_prefix("DJI_")?.get(..14).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let day = NaiveDate::from_ymd_opt(part(0, 4)? as i32, part(4, 6)?, part(6, 8)?)?;
    Some(day.and_hms_opt(part(8, 10)?, part(10, 12)?, part(12, 14)?)?.and_utc().timestamp())
}

/// The number of the file, the last one in its name: 1 of `DJI_20251012104953_0001_D.MP4`, 159 of `DJI_0159.MOV`.
pub fn number(path: &str) -> Option<i64> {
    let stem = file(path).split('.').next()?;
    let is_number = |part: &&str| part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit());
    stem.split('_').rev().find(is_number)?.parse().ok()
}

/// The number of the folder: 1 of `DJI_001`, 100 of `100MEDIA`.
pub fn folder(path: &str) -> Option<i64> {
    let folder = path.rsplit('/').nth(1)?;
    let digits: String =
        folder.strip_prefix("DJI_").unwrap_or(folder).chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// How folder and file make one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// Folder << 18, file << 4, part: index version 12.
    Parts,
    /// Folder << 16, file: index version 4.
    Plain,
}

impl Numbering {
    pub const ALL: [Numbering; 2] = [Numbering::Parts, Numbering::Plain];

    /// Folder and file.
    pub fn split(self, index: i64) -> (i64, i64) {
        match self {
            Numbering::Parts => (index >> 18, index >> 4 & 0x3fff),
            Numbering::Plain => (index >> 16, index & 0xffff),
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Numbering::Parts => "folder << 18 | file << 4 | part",
            Numbering::Plain => "folder << 16 | file",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_generations() {
        let new = "/mnt/media_rw/sdcard0/DCIM/DJI_001/DJI_20251012104953_0001_D.MP4";
        // 2025-10-12 10:49:53 as if it were UTC: 20,373 days and 38,993 s.
        assert_eq!(start(new), Some(20_373 * 86_400 + 38_993));
        assert_eq!((folder(new), number(new)), (Some(1), Some(1)));
        let old = "/mnt/media_rw/sdcard0/DCIM/100MEDIA/DJI_0159.MOV";
        assert_eq!((start(old), folder(old), number(old)), (None, Some(100), Some(159)));
        assert_eq!(Numbering::Parts.split(262_160), (1, 1));
        assert_eq!(Numbering::Plain.split(0x64_009f), (100, 159));
    }
}
