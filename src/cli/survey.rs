//! Examines many files at once, in bounded memory and in a fixed order; equal files are one.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use rayon::prelude::*;

use super::exit::{Outcome, Stop};
use super::{Session, item, progress};
use crate::evidence::{Evidence, Found, Skipped, Walked, walk};
use crate::examine::{Examined, FileReport, examine, examine_beside};
use crate::track::{FlightSource, Track, group};
use crate::write::Mark;

/// One item, a file or something inside one, and what the verb keeps of it.
pub struct Surveyed<T> {
    /// The file that the item is or lies in.
    pub found: Found,
    pub report: FileReport,
    sources: Vec<FlightSource>,
    pub kept: T,
}

/// What the inputs came to.
pub struct Survey<T> {
    /// Every item once: children stand behind what they lie in, equal ones count as copies of the first.
    pub items: Vec<Surveyed<T>>,
    /// Files that were read, copies of others left out.
    pub files: usize,
    usable: bool,
    incomplete: bool,
    /// Not opened, or not readable, with the reason.
    pub skipped: Vec<Skipped>,
    /// Files in which a panic was caught.
    pub failed: Vec<Skipped>,
}

enum Failure {
    Unreadable(String),
    Panic(String),
}

impl<T> Survey<T> {
    /// All reports, in the order of the items.
    pub fn reports(&self) -> impl Iterator<Item = &FileReport> {
        self.items.iter().map(|item| &item.report)
    }

    /// Flight ids by item and track.
    pub fn flights(&self) -> FlightIds {
        let sources: Vec<FlightSource> = self.items.iter().flat_map(|item| item.sources.iter().cloned()).collect();
        let mut ids = FlightIds { by_item: HashMap::new(), ids: Vec::new(), places: Vec::new() };
        for flight in group(&sources) {
            let mut items: Vec<ItemKey> = Vec::new();
            for source in flight.sources.iter().map(|&i| &sources[i]) {
                let item = (source.label.clone(), source.sha256.to_string());
                let tracks = ids.by_item.entry(item.clone()).or_default();
                tracks.extend(source.tracks.iter().map(|track| (track.clone(), ids.ids.len())));
                items.push(item);
            }
            items.dedup();
            ids.places.push(items.len());
            ids.ids.push(flight.id);
        }
        ids
    }

    /// The outcome as far as reading goes. What a folder holds that is not ours never counts.
    pub fn outcome(&self) -> Outcome {
        let unopened = self.skipped.iter().any(|s| s.named || s.reason.contains("cannot be"));
        Outcome {
            finding: false,
            incomplete: self.incomplete || unopened,
            usable: self.usable,
            no_input: self.files == 0 && self.failed.is_empty(),
            internal: !self.failed.is_empty(),
        }
    }
}

impl<T> Surveyed<T> {
    /// The item's tracks belong to this flight.
    pub fn is_of(&self, flights: &FlightIds, flight: &str) -> bool {
        flights.in_item(&self.report.path, &self.report.sha256).any(|id| id == flight)
    }
}

/// Label and SHA-256 of an item.
type ItemKey = (String, String);

/// Ids of flights by the tracks that tell of them.
pub struct FlightIds {
    /// By item: names of its tracks, and the numbers of their flights.
    by_item: HashMap<ItemKey, HashMap<String, usize>>,
    ids: Vec<String>,
    /// Of each flight the number of items that it lies in.
    places: Vec<usize>,
}

impl FlightIds {
    /// Number and id of the flight of a track, by label and SHA-256 of its item, and its name.
    pub fn of(&self, label: &str, sha256: &str, track: &str) -> Option<(usize, &str)> {
        let number = *self.by_item.get(&(label.to_owned(), sha256.to_owned()))?.get(track)?;
        Some((number, self.ids.get(number)?))
    }

    pub fn of_track(&self, item: &Examined, track: &Track) -> Option<(usize, &str)> {
        self.of(&item.report.path, &item.report.sha256, &track.name)
    }

    /// The id of the flight that a mark belongs to.
    pub fn id_of_mark(&self, mark: &Mark) -> String {
        self.of(&mark.source, &mark.sha256, &mark.track).map_or_else(String::new, |(_, id)| id.to_owned())
    }

    /// The flights of an item, in their order.
    pub fn of_item(&self, item: &Examined) -> Vec<(usize, &str)> {
        let mut flights: Vec<(usize, &str)> =
            item.tracks.iter().filter_map(|track| self.of_track(item, track)).collect();
        flights.sort_unstable();
        flights.dedup();
        flights
    }

    fn in_item(&self, label: &str, sha256: &str) -> impl Iterator<Item = &str> {
        let tracks = self.by_item.get(&(label.to_owned(), sha256.to_owned()));
        tracks.into_iter().flat_map(HashMap::values).filter_map(|number| self.ids.get(*number).map(String::as_str))
    }

    /// Whether all of the flight lies in one item.
    pub fn is_in_one_item(&self, number: usize) -> bool {
        self.places.get(number) == Some(&1)
    }

    /// Every flight, first start first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(String::as_str)
    }
}

/// One item of a file, on its way from the worker.
struct Part<T> {
    report: FileReport,
    sources: Vec<FlightSource>,
    kept: T,
}

/// Examines every file below `inputs`; `keep` runs on the worker, once for each item in a file, and says what stays of it, so
/// tracks can go at once.
pub fn survey<T: Send>(
    session: &Session<'_>,
    inputs: &[PathBuf],
    keep: impl Fn(&Examined) -> T + Sync,
) -> Result<Survey<T>, Stop> {
    let (inside, inputs): (Vec<PathBuf>, Vec<PathBuf>) = inputs.iter().cloned().partition(|path| item::is_inside(path));
    let Walked { mut files, skipped } = walk(&inputs);
    files.extend(inside.into_iter().map(|path| {
        let label = item::label(&path);
        Found { path, label, named: true, original: None }
    }));
    files.sort_by(|a, b| a.label.cmp(&b.label));
    let mut survey =
        Survey { items: Vec::new(), files: 0, usable: false, incomplete: false, skipped, failed: Vec::new() };
    let mut first: HashMap<String, usize> = HashMap::new();
    each(
        session,
        "examined",
        files,
        |examined| {
            let all = examined.all();
            let usable = all.iter().any(|item| item.is_usable());
            let incomplete = all.iter().any(|item| item.is_incomplete());
            let part = |item: &&Examined| Part {
                report: item.report.clone(),
                sources: item.flights.clone(),
                kept: keep(item),
            };
            (all.iter().map(part).collect::<Vec<_>>(), usable, incomplete)
        },
        |found, result| match result {
            Ok((parts, usable, incomplete)) => {
                let is_copy = parts.first().is_some_and(|file| first.contains_key(&file.report.sha256));
                if !is_copy {
                    survey.files += 1;
                    survey.usable |= usable;
                    // What is named and gives nothing is missed, whatever it is.
                    survey.incomplete |= incomplete || found.named && !usable;
                }
                // Everything in a copy is a copy of what is in the first.
                let parts = parts.into_iter().take(if is_copy { 1 } else { usize::MAX });
                for Part { report, sources, kept } in parts {
                    match first.get(&report.sha256) {
                        Some(&index) => survey.items[index].report.copies.push(report.path),
                        None => {
                            first.insert(report.sha256.clone(), survey.items.len());
                            survey.items.push(Surveyed { found: found.clone(), report, sources, kept });
                        }
                    }
                }
            }
            Err(Failure::Unreadable(reason)) => {
                survey.skipped.push(Skipped { label: found.label, named: found.named, reason });
            }
            Err(Failure::Panic(reason)) => {
                survey.failed.push(Skipped { label: found.label, named: found.named, reason });
            }
        },
    )?;
    for skipped in survey.skipped.iter().chain(&survey.failed) {
        session.say(&format!("overflown: {} {}", skipped.label, skipped.reason));
    }
    if survey.files == 0 {
        session.say("overflown: no input could be opened; name a file or a folder that holds flight records");
    }
    Ok(survey)
}

/// Goes once more through the files of surveyed items that have tracks, in order, for outputs that stream them; copies come
/// along, and have no flight of their own.
pub fn revisit<T>(
    session: &Session<'_>,
    survey: &Survey<T>,
    wanted: impl Fn(&Surveyed<T>) -> bool,
    mut visit: impl FnMut(&Examined) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let wanted = survey.items.iter().filter(|item| !item.sources.is_empty() && wanted(item));
    let mut files: Vec<Found> = wanted.map(|item| item.found.clone()).collect();
    // Items of one file follow each other.
    files.dedup();
    let mut result = Ok(());
    each(
        session,
        "written",
        files,
        |examined| examined,
        |found, again| {
            if result.is_err() {
                return;
            }
            result = match again {
                Ok(examined) => examined.all().into_iter().try_for_each(&mut visit),
                Err(Failure::Unreadable(reason) | Failure::Panic(reason)) => {
                    Err(Stop::input(format!("{} was read before and {reason}", found.label)))
                }
            };
        },
    )?;
    result
}

/// Runs `work` over the files on the workers, a few at a time, and `take` over the results in order: at most two items a
/// worker are alive.
fn each<T: Send>(
    session: &Session<'_>,
    done: &'static str,
    files: Vec<Found>,
    work: impl Fn(Examined) -> T + Sync,
    mut take: impl FnMut(Found, Result<T, Failure>),
) -> Result<(), Stop> {
    let threads = session.global.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|e| Stop { code: 6, message: format!("no worker threads: {e}") })?;
    let bar = progress::bar(session, files.len(), done);
    let mut files = files.into_iter();
    loop {
        let chunk: Vec<Found> = files.by_ref().take(2 * pool.current_num_threads()).collect();
        if chunk.is_empty() {
            break;
        }
        let results: Vec<_> = pool.install(|| chunk.par_iter().map(|found| one(session, found, &work)).collect());
        for (found, result) in chunk.into_iter().zip(results) {
            bar.inc(1);
            take(found, result);
        }
    }
    bar.finish_and_clear();
    Ok(())
}

fn one<T>(session: &Session<'_>, found: &Found, work: &impl Fn(Examined) -> T) -> Result<T, Failure> {
    let tools = &session.tools;
    let failed = |panic| {
        Failure::Panic(format!("made the program fail ({panic}); the other files are not affected; please report it"))
    };
    if item::is_inside(&found.path) {
        let item = item::open(session, &found.path).map_err(|stop| Failure::Unreadable(stop.message))?;
        let beside = item.beside(&tools.limits);
        return caught(|| work(examine_beside(&item.evidence, &beside, tools))).map_err(failed);
    }
    let mut evidence = Evidence::open(&found.path, found.label.clone(), &tools.limits, session.hashes)
        .map_err(|e| Failure::Unreadable(format!("cannot be read: {e}")))?;
    evidence.original.clone_from(&found.original);
    caught(|| work(examine(&evidence, tools))).map_err(failed)
}

/// Catches a panic and gives its message.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        text.unwrap_or("no message").to_owned()
    })
}
