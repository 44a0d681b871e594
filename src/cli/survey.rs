//! Examines many files at once, in bounded memory and in a fixed order; equal files are one.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use rayon::prelude::*;

use super::exit::{Outcome, Stop};
use super::{Session, progress};
use crate::evidence::{Evidence, Found, Sha256, Skipped, Walked, walk};
use crate::examine::{Completion, Examined, FileReport, examine};
use crate::track::{FlightSource, Track, group};
use crate::write::Mark;

/// One file: its reports, children behind it, and what the verb keeps of it.
pub struct Surveyed<T> {
    pub found: Found,
    pub reports: Vec<FileReport>,
    sources: Vec<FlightSource>,
    usable: bool,
    incomplete: bool,
    pub kept: T,
}

/// What the inputs came to.
pub struct Survey<T> {
    pub items: Vec<Surveyed<T>>,
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
        self.items.iter().flat_map(|item| &item.reports)
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
        let foreign = |item: &Surveyed<T>| item.found.named && item.reports[0].completeness == Completion::Unknown;
        let unopened = self.skipped.iter().any(|s| s.named || s.reason.contains("cannot be"));
        Outcome {
            finding: false,
            incomplete: self.items.iter().any(|item| item.incomplete || foreign(item)) || unopened,
            usable: self.items.iter().any(|item| item.usable),
            no_input: self.items.is_empty() && self.failed.is_empty(),
            internal: !self.failed.is_empty(),
        }
    }
}

impl<T> Surveyed<T> {
    /// One of the item's tracks belongs to this flight.
    pub fn is_of(&self, flights: &FlightIds, flight: &str) -> bool {
        self.reports.iter().any(|report| flights.in_item(&report.path, &report.sha256).any(|id| id == flight))
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

/// Examines every file below `inputs`; `keep` runs on the worker and says what stays of each, so tracks can go at once.
pub fn survey<T: Send>(
    session: &Session<'_>,
    inputs: &[PathBuf],
    keep: impl Fn(Examined) -> T + Sync,
) -> Result<Survey<T>, Stop> {
    let Walked { files, skipped } = walk(inputs);
    let mut survey = Survey { items: Vec::new(), skipped, failed: Vec::new() };
    let mut first: HashMap<Sha256, usize> = HashMap::new();
    each(
        session,
        files,
        |examined, evidence| {
            let all = examined.all();
            let reports = all.iter().map(|item| item.report.clone()).collect();
            let sources = all.iter().flat_map(|item| item.flights.iter().cloned()).collect();
            let usable = all.iter().any(|item| item.is_usable());
            let incomplete = all.iter().any(|item| item.is_incomplete());
            (reports, sources, evidence.sha256(), usable, incomplete, keep(examined))
        },
        |found, result| match result {
            Ok((reports, sources, sha256, usable, incomplete, kept)) => match first.get(&sha256) {
                Some(&index) => survey.items[index].reports[0].copies.push(found.label),
                None => {
                    first.insert(sha256, survey.items.len());
                    survey.items.push(Surveyed { found, reports, sources, usable, incomplete, kept });
                }
            },
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
    if survey.items.is_empty() {
        session.say("overflown: no input could be opened; name a file or a folder that holds flight records");
    }
    Ok(survey)
}

/// Goes through the surveyed items that have tracks once more, in order, for outputs that stream them.
pub fn revisit<T>(
    session: &Session<'_>,
    survey: &Survey<T>,
    wanted: impl Fn(&Surveyed<T>) -> bool,
    mut visit: impl FnMut(&Examined) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let files = survey.items.iter().filter(|item| !item.sources.is_empty() && wanted(item));
    let files = files.map(|item| item.found.clone()).collect();
    let mut result = Ok(());
    each(
        session,
        files,
        |examined, _| examined,
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
    files: Vec<Found>,
    work: impl Fn(Examined, &Evidence) -> T + Sync,
    mut take: impl FnMut(Found, Result<T, Failure>),
) -> Result<(), Stop> {
    let threads = session.global.threads.unwrap_or(0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|e| Stop { code: 6, message: format!("no worker threads: {e}") })?;
    let bar = progress::bar(session, files.len());
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

fn one<T>(session: &Session<'_>, found: &Found, work: &impl Fn(Examined, &Evidence) -> T) -> Result<T, Failure> {
    let tools = &session.tools;
    let evidence = Evidence::open(&found.path, found.label.clone(), &tools.limits, session.hashes)
        .map_err(|e| Failure::Unreadable(format!("cannot be read: {e}")))?;
    caught(|| work(examine(&evidence, tools), &evidence)).map_err(|panic| {
        Failure::Panic(format!("made the program fail ({panic}); the other files are not affected; please report it"))
    })
}

/// Catches a panic and gives its message.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        text.unwrap_or("no message").to_owned()
    })
}
