//! Samples of archives and packed streams: the same flights as they come from clouds and cards.

use super::deflate::{Gzip, zlib};
use super::jpeg;
use super::samples::Sample;
use super::zip::{Descriptor, Member, zip};

/// A sample that other samples lie in.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// Below samples/.
    pub path: String,
    pub about: &'static str,
    pub bytes: Vec<u8>,
    /// What lies in it, by its label inside.
    pub logs: Vec<(String, Sample)>,
}

/// Every envelope, made of the clean logs.
pub fn all(samples: &[Sample]) -> Vec<Envelope> {
    let log = |part: &str| {
        let sample = samples.iter().find(|sample| sample.path.starts_with("dji-txt/") && sample.path.contains(part));
        let sample = sample.expect("a clean sample").clone();
        (sample.path.trim_start_matches("dji-txt/").to_owned(), sample)
    };
    let (oldest, second, third) = (log("2015-11-20"), log("2016-03-09"), log("2018-10-27"));
    // 2018-10-27T07:13:05Z, a second behind the last position.
    let header = Gzip { name: Some(&third.0), modified: 1_540_624_385, ..Gzip::default() };
    let folder = "DCIM/";
    let inside = |name: &str| format!("{folder}{name}");
    let card = zip(&[
        Member::folder(folder),
        Member::new(&inside(&second.0), &second.1.bytes),
        Member::stored(&inside("DJI_0001.JPG"), &jpeg::picture(16, 16, 60)),
        Member::stored("older.zip", &zip(&[Member::new(&oldest.0, &oldest.1.bytes)]).bytes)
            .with(|member| member.descriptor = Descriptor::Signed),
        Member::new("note.txt", b"two flights and a photo"),
    ]);
    vec![
        Envelope {
            path: format!("gzip/{}.zip", oldest.0),
            about: "as the maker's cloud gives it: named .zip, really a zlib stream",
            bytes: zlib(&oldest.1.bytes),
            logs: vec![oldest.clone()],
        },
        Envelope {
            path: "gzip/flight.gz".into(),
            about: "gzip with the name and the time of the log in its header",
            bytes: header.member(&third.1.bytes),
            logs: vec![third.clone()],
        },
        Envelope {
            path: "zip/card.zip".into(),
            about: "a card: a log and a photo in a folder, an archive in the archive, a text",
            bytes: card.bytes,
            logs: vec![(inside(&second.0), second.1), (format!("older.zip!/{}", oldest.0), oldest.1)],
        },
    ]
}
