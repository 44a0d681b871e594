//! Recordings that an index lists and that are not among the files beside it.

use std::collections::HashSet;

use super::Finding;

/// The index of a card, and what it says exists.
pub struct Index<'a> {
    /// The label of the index.
    pub path: &'a str,
    pub sha256: &'a str,
    /// Paths as the camera writes them.
    pub names: &'a [String],
}

/// Folder of recordings on every card.
const MEDIA: &str = "dcim/";
/// Folder of the index beside it.
const INDEX: &str = "misc";
/// Names that the finding gives.
const NAMED: usize = 5;

/// Holds the index against the labels of all items of a case; `None` where all are there, and where the case holds no folder of
/// recordings beside the index: then nothing can be missed.
pub fn absent<'l>(index: &Index<'_>, labels: impl Iterator<Item = &'l str>) -> Option<Finding> {
    let own = index.path.to_lowercase();
    let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
    let root = match folder.rsplit_once('/') {
        Some((root, INDEX)) => format!("{root}/"),
        None if folder == INDEX => String::new(),
        _ => format!("{folder}/"),
    };
    let start = format!("{root}{MEDIA}");
    let there: HashSet<String> =
        labels.map(str::to_lowercase).filter_map(|label| label.strip_prefix(&start).map(str::to_owned)).collect();
    if there.is_empty() || index.names.is_empty() {
        return None;
    }
    let below = |name: &str| {
        let name = name.to_lowercase();
        name.rfind(MEDIA).map(|at| name[at + MEDIA.len()..].to_owned())
    };
    let missing: Vec<&str> = index
        .names
        .iter()
        .map(String::as_str)
        .filter(|name| below(name).is_some_and(|n| !there.contains(&n)))
        .collect();
    let first: Vec<&str> = missing.iter().take(NAMED).map(|name| name.rsplit('/').next().unwrap_or(name)).collect();
    let more = if missing.len() > NAMED { format!(" and {} more", missing.len() - NAMED) } else { String::new() };
    (!missing.is_empty()).then(|| Finding {
        rule: "listed-and-absent",
        observation: format!(
            "the index lists {} recordings not present on this card, of {} that it lists: {}{more}",
            missing.len(),
            index.names.len(),
            first.join(", ")
        ),
        threshold: "a recording that the media index lists has no file of its name in DCIM beside it",
        path: index.path.to_owned(),
        sha256: index.sha256.to_owned(),
        offset: None,
        innocent_causes: &[
            "files were moved to a computer, or deleted there",
            "the card was formatted, or another one was used: the index may outlive both",
            "only a part of the card was given",
        ],
        false_findings: "not measured: no card with its index was at hand",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_card_with_recordings_can_miss_some() {
        let names: Vec<String> = ["DJI_001/DJI_0001.MP4", "DJI_001/DJI_0002.MP4"]
            .map(|name| format!("/mnt/media_rw/sdcard0/DCIM/{name}"))
            .to_vec();
        let index = Index { path: "card/MISC/FC0000.db", sha256: "00", names: &names };
        let labels = ["card/MISC/FC0000.db", "card/dcim/DJI_001/dji_0002.mp4", "other/DCIM/DJI_001/DJI_0001.MP4"];
        let finding = absent(&index, labels.into_iter()).expect("one is gone");
        assert_eq!(
            finding.observation,
            "the index lists 1 recordings not present on this card, of 2 that it lists: DJI_0001.MP4"
        );
        assert_eq!(absent(&index, labels[..1].iter().copied()), None, "no folder of recordings was given");
        let all = ["card/DCIM/DJI_001/DJI_0001.MP4", "card/DCIM/DJI_001/DJI_0002.MP4"];
        assert_eq!(absent(&index, all.into_iter()), None);
        let bare = Index { path: "MISC/FC0000.db", ..index };
        assert!(absent(&bare, ["DCIM/DJI_001/DJI_0001.MP4"].into_iter()).is_some());
    }
}
