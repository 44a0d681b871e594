//! Findings: none on a clean log, and one for each declaration that the log does not bear out.

use crate::support::{clear_logs, evidence, examine_bytes};

/// The rate that each finding states was measured here.
#[test]
fn clean_logs_give_no_finding() {
    if evidence().is_none() {
        return;
    }
    assert_eq!(clear_logs().len(), 14, "the number of logs that the rates are stated of");
    for log in clear_logs() {
        assert!(log.whole.report.findings.is_empty(), "{}: {:#?}", log.name, log.whole.report.findings);
    }
}

#[test]
fn a_declaration_that_does_not_hold_is_a_finding_and_no_damage() {
    let made = crate::make::samples::all().into_iter().find(|s| s.path.contains("2021-08-02_[18-20-05].txt")).unwrap();
    let (details, _) = made.truth.details.expect("the log was closed");
    // Offsets inside the details, as the format description gives them: rows, duration in ms, photos.
    let declarations =
        [(83, 700, "declared-row-count"), (119, 1_000_000, "declared-duration"), (135, 9, "declared-photo-count")];
    for (offset, value, rule) in declarations {
        let mut bytes = made.bytes.clone();
        bytes[details + offset..details + offset + 4].copy_from_slice(&i32::to_le_bytes(value));
        let examined = examine_bytes(&made.path, bytes);
        let rules: Vec<&str> = examined.report.findings.iter().map(|f| f.rule).collect();
        assert_eq!(rules, [rule]);
        assert!(!examined.is_incomplete(), "{rule}: an observation is no loss");
        assert!(examined.report.findings.iter().all(|f| !f.innocent_causes.is_empty() && !f.threshold.is_empty()));
    }
}
