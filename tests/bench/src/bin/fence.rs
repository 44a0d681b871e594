//! Checks the tracks of a workload against its zones with the program itself, from the files to the JSON document, and holds
//! the verdicts, the processor time and the memory against what is expected, and against other programs run in turn with it.

use std::collections::HashMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use overflown_bench::Failure;
use serde_json::Value;

const REPETITIONS: u32 = 3;
/// The distance that the expected pairs were made with.
const WITHIN: &str = "500m";
/// Expected distances are up to 0.44 mm high, as those who made them say; printed ones have four decimals.
const ALLOWED_MM: f64 = 2.0;
const ALLOWED_MB: f64 = 300.0;

/// Closest distances in metres by track and zone; 0 for an entered zone.
type Pairs = HashMap<(String, String), f64>;

/// What a process used.
#[derive(Clone, Copy)]
struct Used {
    user_s: f64,
    peak_mb: f64,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let [program, folder, expected, others @ ..] = arguments.as_slice() else {
        let usage = "usage: fence OVERFLOWN FOLDER EXPECTED.csv|- ['OTHER PROGRAM']...; the folder holds zones.geojson and tracks.csv";
        return Err(usage.into());
    };
    let folder = Path::new(folder);
    let ours = |document: Stdio| {
        let mut command = Command::new(program);
        let [tracks, zones] = ["tracks.csv", "zones.geojson"].map(|name| folder.join(name));
        command.args([OsStr::new("check"), tracks.as_os_str(), OsStr::new("--zones"), zones.as_os_str()]);
        command.args(["--within", WITHIN, "--format", "json", "--quiet"]).stdout(document);
        command
    };

    let mut best: Vec<Option<Used>> = vec![None; 1 + others.len()];
    for _ in 0..REPETITIONS {
        keep(&mut best[0], measure(ours(Stdio::null()))?);
        for (best, other) in best[1..].iter_mut().zip(others) {
            let words = other.to_string_lossy().into_owned();
            let mut words = words.split_whitespace();
            let mut command = Command::new(words.next().ok_or("an empty command")?);
            command.args(words).stdout(Stdio::null());
            keep(best, measure(command)?);
        }
    }
    let Some(own) = best[0] else { return Err("nothing was measured".into()) };
    println!("best of {REPETITIONS}, whole processes");
    println!("overflown   {:7.3} s user, {:6.1} MB", own.user_s, own.peak_mb);
    for (used, other) in best[1..].iter().flatten().zip(others) {
        let ratio = used.user_s / own.user_s;
        println!("{:7.3} s user, {:6.1} MB, ratio {ratio:.1}: {}", used.user_s, used.peak_mb, other.to_string_lossy());
    }
    if own.peak_mb > ALLOWED_MB {
        println!("more than {ALLOWED_MB} MB");
    }
    if expected == "-" {
        return Ok(());
    }
    let output = ours(Stdio::piped()).output()?;
    compare(&pairs(&serde_json::from_slice(&output.stdout)?), &read_pairs(&fs::read_to_string(expected)?)?)
}

/// The least time and the least memory of several runs.
fn keep(best: &mut Option<Used>, now: Used) {
    *best = Some(
        best.map_or(now, |best| Used { user_s: best.user_s.min(now.user_s), peak_mb: best.peak_mb.min(now.peak_mb) }),
    );
}

/// Runs a program under GNU time, which is asked for what the system counted.
fn measure(command: Command) -> Result<Used, Failure> {
    let counts = env::temp_dir().join(format!("overflown-bench-{}", std::process::id()));
    let mut timed = Command::new("/usr/bin/time");
    timed
        .args(["--quiet", "--format", "%U %M", "--output"])
        .arg(&counts)
        .arg(command.get_program())
        .args(command.get_args());
    timed.stdout(Stdio::null()).status().map_err(|e| format!("/usr/bin/time (GNU) is needed: {e}"))?;
    let text = fs::read_to_string(&counts)?;
    fs::remove_file(&counts)?;
    let mut numbers = text.split_whitespace().map(str::parse::<f64>);
    let (Some(user), Some(kib)) = (numbers.next(), numbers.next()) else {
        return Err(format!("no times in {text:?}").into());
    };
    Ok(Used { user_s: user?, peak_mb: kib? * 1024.0 / 1e6 })
}

/// The encounters of a check document.
fn pairs(document: &Value) -> Pairs {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let words = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut pairs = Pairs::new();
    for flight in list(&document["flights"]) {
        for encounter in list(&flight["encounters"]) {
            let distance = encounter["closest"]["distance_m"].as_f64().unwrap_or(f64::NAN);
            pairs.insert((words(&flight["track"]["name"]), words(&encounter["zone_id"])), distance);
        }
    }
    pairs
}

fn compare(found: &Pairs, expected: &Pairs) -> Result<(), Failure> {
    let entered = |pairs: &Pairs| pairs.values().filter(|d| **d == 0.0).count();
    let missing = expected.keys().filter(|pair| !found.contains_key(*pair)).count();
    let foreign = found.keys().filter(|pair| !expected.contains_key(*pair)).count();
    let differences = found.iter().filter_map(|(pair, d)| Some((d - expected.get(pair)?).abs()));
    let worst_mm = differences.fold(0.0, f64::max) * 1e3;
    println!("pairs within {WITHIN}: {}, expected {}", found.len(), expected.len());
    println!("entered: {}, expected {}", entered(found), entered(expected));
    println!("greatest difference of distance: {worst_mm:.2} mm");
    if missing + foreign > 0 || entered(found) != entered(expected) || worst_mm > ALLOWED_MM {
        return Err(format!("{missing} expected pairs are missing, {foreign} others were found").into());
    }
    Ok(())
}

/// Lines of `flight,zone,distance,...` behind a header.
fn read_pairs(text: &str) -> Result<Pairs, Failure> {
    let mut pairs = Pairs::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let (Some(flight), Some(zone), Some(distance)) = (cells.next(), cells.next(), cells.next()) else {
            return Err(format!("no pair: {line}").into());
        };
        pairs.insert((flight.to_owned(), zone.to_owned()), distance.parse()?);
    }
    Ok(pairs)
}
