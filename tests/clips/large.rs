//! A clip longer than what may be loaded, made as a sparse file.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};

use overflown::evidence::{Evidence, ExtraHashes, Limits};
use overflown::examine::{Completion, examine};

use super::{CREATED_S, moments};
use crate::make::clip::{Clip, Media, boxed, telemetry};
use crate::support::{assert_accounts, rows, tools};

/// 5 GB of media data, its samples at the far end, the movie behind them.
#[test]
fn the_media_data_are_never_loaded() {
    const GAP: u64 = 5_000_000_000;
    let moments = moments();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("DJI_0001.MP4");
    let mut file = File::create(&path).expect("a file");
    let ftyp = boxed(b"ftyp", b"mp42\0\0\0\0isom");
    file.write_all(&ftyp).expect("room");
    let mut media = Media::default();
    for (n, moment) in moments.iter().enumerate() {
        let sample = telemetry("dvtm_wm265e.proto", moment, n == 0, false);
        media.telemetry.push((ftyp.len() + 16 + GAP as usize + media.bytes.len(), sample.len()));
        media.bytes.extend_from_slice(&sample);
    }
    let size = 16 + GAP + media.bytes.len() as u64;
    file.write_all(&[1_u32.to_be_bytes().as_slice(), b"mdat", &size.to_be_bytes()].concat()).expect("room");
    file.seek(SeekFrom::Current(GAP as i64)).expect("a sparse file");
    file.write_all(&media.bytes).expect("room");
    let clip = Clip { wide: true, subtitles: None, ..Clip::new(moments.clone(), CREATED_S) };
    file.write_all(&clip.movie(&media)).expect("room");
    drop(file);

    // Asking for the whole of it would be an error.
    let limits = Limits::default();
    let evidence = Evidence::open(&path, "DJI_0001.MP4".into(), &limits, ExtraHashes::default()).expect("a file");
    assert!(evidence.len > GAP && evidence.whole(&limits).is_err());
    let examined = examine(&evidence, tools());
    assert_accounts("5 GB", &examined);
    assert_eq!(examined.report.completeness, Completion::Whole, "{:#?}", examined.report.diagnostics);
    assert_eq!(rows(&examined).len(), moments.len());
    assert_eq!(rows(&examined).offset[0], media.telemetry[0].0 as u64);
}
