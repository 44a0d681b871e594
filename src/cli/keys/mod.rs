//! `keys`: keys of encrypted logs across an air gap. `request` writes what the maker's key service must be asked, `import` proves
//! its answer on the log and stores it. Nothing here opens a connection.

mod import;
mod request;
pub mod store;

use std::path::Path;

use clap::{Args, Subcommand};

use super::Session;
use super::exit::Stop;
use crate::decode::KeyScheme;
use crate::evidence::Evidence;
use crate::examine::Tools;
use crate::identify::identify;
use crate::layout::Tables;

/// Keys of encrypted logs, without a network on this machine
#[derive(Args)]
pub struct Keys {
    #[command(subcommand)]
    verb: KeysVerb,
}

#[derive(Subcommand)]
enum KeysVerb {
    Request(request::Request),
    Import(import::Import),
}

impl Keys {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        match &self.verb {
            KeysVerb::Request(verb) => verb.run(session),
            KeysVerb::Import(verb) => verb.run(session),
        }
    }
}

/// The format of an item, when it is one that may need keys.
fn scheme<'t>(tools: &'t Tools, evidence: &Evidence) -> Result<(&'static KeyScheme, &'t Tables), String> {
    let identity = identify(evidence);
    let format = identity.format.ok_or_else(|| format!("it is not recognised: {}", identity.why))?;
    let scheme = format.keys.ok_or_else(|| format!("logs of the format {} need no keys", format.id))?;
    tools.tables_of(format).map(|tables| (scheme, tables)).ok_or_else(|| format!("no tables of {}", format.id))
}

/// The first eight digits of a digest that a file name begins with, as the requests and answers of several logs are named.
fn digest_in_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let (head, _) = name.split_once('.')?;
    ((8..=64).contains(&head.len()) && head.bytes().all(|b| b.is_ascii_hexdigit())).then(|| head.to_owned())
}
