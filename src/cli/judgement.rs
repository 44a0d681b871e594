//! What the judgement of encounters takes for granted, as `check` and `case` ask for it.

use std::path::PathBuf;

use clap::Args;

use super::exit::Stop;
use super::sites::Sites;
use super::{Session, distance};
use crate::analyse::rules::RulePack;
use crate::analyse::terrain::Terrain;
use crate::analyse::{Fence, Settings};
use crate::evidence::{Evidence, walk};
use crate::write::document::{RulesReport, TerrainReport};

#[derive(Args)]
pub struct JudgementArgs {
    /// Report sites up to this far away: 250, 250m, 0.5km, 800ft
    #[arg(long, default_value = "0", value_name = "M", value_parser = distance::metres)]
    within: f64,
    /// The flight's clock may be off by so many seconds, either way
    #[arg(long, default_value = "2", value_name = "SECONDS", value_parser = seconds)]
    clock_error: f64,
    /// Heights of the ground: a folder of SRTM .hgt or GeoTIFF tiles
    #[arg(long, value_name = "DIR")]
    terrain: Option<PathBuf>,
    /// Distances that a law asks for around kinds of sites, each with its statute
    #[arg(long, value_name = "FILE.toml")]
    rules: Vec<PathBuf>,
}

/// The same, ready.
pub struct Judgement {
    pub settings: Settings,
    terrain: Option<Terrain>,
    rules: Vec<RulePack>,
}

impl JudgementArgs {
    /// Files and folders that are read.
    pub fn inputs(&self) -> impl Iterator<Item = &PathBuf> {
        self.terrain.iter().chain(&self.rules)
    }

    /// The same, to be set to where they are now.
    pub fn inputs_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.terrain.iter_mut().chain(&mut self.rules)
    }

    /// # Errors
    /// 5 when there is no terrain where it was said to be or a rule pack cannot be read, 2 when a rule is refused.
    pub fn judgement(&self, session: &Session<'_>) -> Result<Judgement, Stop> {
        let settings = Settings { within_m: self.within, clock_error_s: self.clock_error, ..Settings::default() };
        let terrain = self.terrain.as_deref().map(Terrain::open);
        if let (Some(terrain), Some(folder)) = (&terrain, &self.terrain)
            && terrain.is_empty()
        {
            tell_unusable(session, terrain);
            return Err(Stop::input(format!(
                "{}: no terrain tile was found; give --terrain a folder of .hgt or GeoTIFF tiles",
                folder.display()
            )));
        }
        let mut rules = Vec::new();
        let walked = walk(&self.rules);
        if let Some(skipped) = walked.skipped.first() {
            return Err(Stop::input(format!("rules: {} {}", skipped.label, skipped.reason)));
        }
        for found in walked.files {
            let limits = &session.tools.limits;
            let read = Evidence::open(&found.path, found.label.clone(), limits, session.hashes)
                .and_then(|evidence| evidence.whole(limits).map(|bytes| bytes.to_vec()))
                .map_err(|error| Stop::input(format!("rules: {}: cannot be read: {error}", found.label)))?;
            rules.push(RulePack::parse(&found.label, &read).map_err(|e| Stop::usage(format!("rules: {e}")))?);
        }
        Ok(Judgement { settings, terrain, rules })
    }
}

impl Judgement {
    pub fn fence<'a>(&'a self, sites: &'a Sites) -> Fence<'a> {
        let fence = Fence::new(&sites.files, self.settings).with_rules(&self.rules);
        match &self.terrain {
            Some(terrain) => fence.with_terrain(terrain),
            None => fence,
        }
    }

    /// What came of the terrain, once all flights are checked.
    pub fn terrain_report(&self) -> Option<TerrainReport> {
        self.terrain.as_ref().map(|terrain| TerrainReport { tiles: terrain.used(), unusable: terrain.unusable() })
    }

    /// The rule packs, and how many zones each rule fits.
    pub fn rules_report(&self, sites: &Sites) -> Vec<RulesReport> {
        let zones = || sites.files.iter().flat_map(|file| &file.zones);
        self.rules.iter().map(|pack| RulesReport::of(pack, zones())).collect()
    }

    /// Says what of this had no effect, once all flights are checked.
    pub fn tell(&self, session: &Session<'_>, sites: &Sites) {
        self.terrain.iter().for_each(|terrain| tell_unusable(session, terrain));
        for pack in self.rules_report(sites) {
            for rule in pack.rules.iter().filter(|rule| rule.zones == 0) {
                session.say(&format!(
                    "overflown: rules: {}: rule {} ({}) fits no zone",
                    pack.path, rule.number, rule.kind
                ));
            }
        }
    }
}

fn tell_unusable(session: &Session<'_>, terrain: &Terrain) {
    for tile in terrain.unusable() {
        session.say(&format!("overflown: terrain: {}: {}; no height was taken from it", tile.path, tile.reason));
    }
}

/// A number of seconds up to a year.
fn seconds(text: &str) -> Result<f64, String> {
    match text.trim().trim_end_matches('s').trim().parse::<f64>() {
        Ok(seconds) if (0.0..=31_557_600.0).contains(&seconds) => Ok(seconds),
        _ => Err(format!("{text:?} is no number of seconds from 0 to a year")),
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn seconds_are_numbers_up_to_a_year() {
        assert_eq!((seconds("2"), seconds("0.5 s"), seconds("3600s")), (Ok(2.0), Ok(0.5), Ok(3600.0)));
        for wrong in ["", "-1", "NaN", "inf", "1e9", "soon"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
