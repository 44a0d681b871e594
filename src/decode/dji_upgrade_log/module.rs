//! What an entry says about the firmware of the aircraft's modules, as `module 0xc1 06.05.50.35 (Upgrading)`.

/// Firmware that was never told.
const NONE: &str = "00.00.00.00";

pub fn versions(said: &str) -> Vec<String> {
    let mut found = Vec::new();
    let first = said.lines().next().unwrap_or_default();
    if let Some(rest) = first.strip_prefix("sub module info: modueID: ") {
        found.extend(sub_module(rest));
    } else if let Some(rest) = first.strip_prefix("need upgrade m") {
        found.extend(outdated(rest));
    } else if let Some((_, rest)) = first.split_once("device pack version : ") {
        found.extend(rest.split([' ', ',']).next().filter(|v| is_version(v)).map(|v| format!("device pack {v}")));
    } else if first.starts_with("versions: (") {
        found.extend(said.lines().skip(1).filter_map(listed));
    }
    found
}

/// `0xc1, firmwareVersion: 06.05.50.35, state:Upgrading. (code 1), progress: 0%`
fn sub_module(rest: &str) -> Option<String> {
    let (module, rest) = rest.split_once(", firmwareVersion: ")?;
    let (version, rest) = rest.split_once(", state:")?;
    let state = rest.split(['.', ',']).next()?;
    (is_version(version) && version != NONE).then(|| format!("module {module} {version} ({state})"))
}

/// `1300: 02.35.00.00, device version: 02.32.00.00`
fn outdated(rest: &str) -> Option<String> {
    let (module, rest) = rest.split_once(": ")?;
    let (newer, version) = rest.split_once(", device version: ")?;
    is_version(version.trim()).then(|| format!("module m{module} {} ({newer} offered)", version.trim()))
}

/// `    "1300 : 01.00.00.89, loader: 02.01.00.00",`
fn listed(line: &str) -> Option<String> {
    let inner = line.trim().trim_end_matches(',').trim_matches('"');
    let (module, rest) = inner.split_once(" : ")?;
    let (version, loader) = rest.split_once(", loader: ")?;
    is_version(version).then(|| match loader {
        "(null)" => format!("module {module} {version}"),
        loader => format!("module {module} {version} (loader {loader})"),
    })
}

fn is_version(word: &str) -> bool {
    !word.is_empty() && word.len() < 24 && word.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_telling_a_version() {
        let cases = [
            (
                "sub module info: modueID: 0xc1, firmwareVersion: 06.05.50.35, state:Version Match. (code 5), progress: 100%",
                vec!["module 0xc1 06.05.50.35 (Version Match)"],
            ),
            (
                "sub module info: modueID: 0x28, firmwareVersion: 00.00.00.00, state:Upgrading. (code 1), progress: 0%",
                vec![],
            ),
            (
                "need upgrade m1300: 02.35.00.00, device version: 02.32.00.00",
                vec!["module m1300 02.32.00.00 (02.35.00.00 offered)"],
            ),
            (
                "server pack version : 01.00.0000 , device pack version : 01.00.0000 , isBigger:0",
                vec!["device pack 01.00.0000"],
            ),
            (
                "versions: (\n    \"0200 : 4.1.5, loader: (null)\",\n    \"1300 : 01.00.00.89, loader: 02.01.00.00\"\n)",
                vec!["module 0200 4.1.5", "module 1300 01.00.00.89 (loader 02.01.00.00)"],
            ),
            ("need upgrade groups: (", vec![]),
        ];
        for (said, expected) in cases {
            assert_eq!(versions(said), expected, "{said}");
        }
    }
}
