//! A comparison on one screen.

use std::fmt::Write as _;

use crate::analyse::compare::{Clock, ClockOffset, Comparison, Pair};
use crate::evidence::label::printable;
use crate::examine::Examined;

pub fn text(a: &Examined, b: &Examined, comparison: &Comparison, why_nothing: &[String]) -> String {
    let mut text = String::new();
    for (name, item) in [("A", a), ("B", b)] {
        let report = &item.report;
        let serial = report.device.aircraft_serial.as_deref();
        let serial = serial.map(|serial| format!(", aircraft {}", printable(serial))).unwrap_or_default();
        let version = report.version.as_deref().map(|version| format!(" version {version}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "{name}  {}: {}{version}, {}{serial}",
            printable(&report.path),
            report.format.unwrap_or("?"),
            report.completeness.as_str()
        );
    }
    for reason in why_nothing {
        let _ = writeln!(text, "  not compared  {}", printable(reason));
    }
    if let Some(offset) = &comparison.clock {
        clock(offset, &mut text);
    }
    pairs(&comparison.pairs, &mut text);
    for found in &comparison.contradictions {
        let _ = writeln!(text, "  CONTRADICTION {}: {}", found.rule, printable(&found.observation));
        let _ =
            writeln!(text, "                ({}; may also be: {})", found.threshold, found.innocent_causes.join("; "));
    }
    if comparison.contradictions.is_empty() && !comparison.pairs.is_empty() {
        text.push_str("  no contradiction within the stated errors\n");
    }
    for note in &comparison.notes {
        let _ = writeln!(text, "  note  {}", printable(note));
    }
    text
}

fn clock(offset: &ClockOffset, text: &mut String) {
    let ahead = |seconds: f64| {
        let side = if seconds < 0.0 { "behind" } else { "ahead of" };
        format!("{:.2} s {side}", seconds.abs())
    };
    let is_absolute = offset.clock_a != Clock::Elapsed && offset.clock_b != Clock::Elapsed;
    let head = match offset.zone_s {
        Some(zone) => {
            let sign = if zone < 0 { '-' } else { '+' };
            let zone_text = format!("{sign}{:02}:{:02}", zone.abs() / 3600, zone.abs() / 60 % 60);
            format!("B's clock is at {zone_text} from A's and {} it", ahead(offset.ahead_s - zone as f64))
        }
        None if is_absolute => format!("B's clock is {} A's", ahead(offset.ahead_s)),
        None => format!("B's clock reads {:+.2} s more than A's (their zeros differ)", offset.ahead_s),
    };
    let sure = match offset.interval_s {
        Some(interval) => format!("+-{interval:.3} s (95 %, by spread and motion)"),
        None => "no interval".to_owned(),
    };
    let stamps = match offset.stamps_s {
        seconds if seconds > 0.0 => format!(", and +-{seconds:.1} s for whole seconds"),
        _ => String::new(),
    };
    let _ = writeln!(text, "  clock  {head}, {sure}{stamps}: {}", offset.sureness.as_str());
    let _ =
        writeln!(text, "         by {} and {}: {}", printable(&offset.track_a), printable(&offset.track_b), offset.why);
    if !offset.others_s.is_empty() {
        let others: Vec<String> = offset.others_s.iter().map(|s| format!("{s:+.1} s")).collect();
        let _ = writeln!(text, "         others that fit nearly as well: {}", others.join(", "));
    }
}

fn pairs(pairs: &[Pair], text: &mut String) {
    if pairs.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "  {:<22}{:>6} {:>8} {:>8} {:>8} {:>8}  {:>9} {:>8}  {:>16}",
        "distance (A / B)", "rows", "mean m", "p50", "p95", "max", "p95 less", "beyond", "own offset"
    );
    let _ = writeln!(text, "  {:<22}{:>6} {:>8} {:>8} {:>8} {:>8}  {:>9}", "", "", "", "", "", "", "the shift");
    for pair in pairs {
        let residual = &pair.residual;
        let spread = &residual.horizontal;
        let own = match (pair.own_ahead_s, pair.own_interval_s) {
            (Some(own), Some(interval)) => format!("{own:.2} +-{interval:.2} s"),
            _ => "-".to_owned(),
        };
        let names = format!("{} / {}", printable(&pair.track_a), printable(&pair.track_b));
        let _ = writeln!(
            text,
            "  {names:<22}{:>6} {:>8.3} {:>8.3} {:>8.3} {:>8.3}  {:>9.3} {:>8}  {own:>16}",
            residual.rows,
            spread.mean_m,
            spread.p50_m,
            spread.p95_m,
            spread.max_m,
            residual.p95_without_shift_m,
            residual.beyond
        );
        let _ = writeln!(
            text,
            "    over {:.1} s, B less A on average {:+.2} m north, {:+.2} m east",
            residual.overlap_s, residual.shift_north_m, residual.shift_east_m
        );
        for height in &residual.heights {
            let spread = &height.spread;
            let _ = writeln!(
                text,
                "    height ({}): B less A {:+.2} m on average; apart mean {:.2}, p50 {:.2}, p95 {:.2}, max {:.2} m ({} rows)",
                height.reference, height.shift_m, spread.mean_m, spread.p50_m, spread.p95_m, spread.max_m, height.rows
            );
        }
        if residual.heights.is_empty() {
            let _ = writeln!(text, "    height: the two have none against the same reference");
        }
    }
}
