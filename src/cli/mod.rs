//! The command line: one module a verb. Data goes to stdout, words to stderr.

mod case;
mod check;
mod compare;
mod convert;
mod distance;
mod exit;
mod exposure;
mod extract;
mod formats;
mod inspect;
mod item;
mod judgement;
mod keys;
mod manual;
mod offset;
mod progress;
mod records;
mod screen;
mod show;
mod sites;
mod survey;
mod zones;

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::analyse::exposure::Reveal;
use crate::decode::FORMATS;
use crate::evidence::ExtraHashes;
use crate::examine::{Examined, Tools};
use crate::layout::{TableText, Tables};
use crate::track::{Estimate, Subject, Track};
use crate::write::Redaction;
use exit::Stop;

/// Reads drone flight records as evidence: where it flew, what it flew over, and how complete the log is.
#[derive(Parser)]
#[command(name = "overflown", version, max_term_width = 110)]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    global: Global,
}

#[derive(Subcommand)]
enum Verb {
    Case(case::Case),
    Inspect(inspect::Inspect),
    Convert(convert::Convert),
    Check(check::Check),
    Compare(compare::Compare),
    Exposure(exposure::Exposure),
    Records(records::Records),
    Show(show::Show),
    Extract(extract::Extract),
    Keys(keys::Keys),
    Zones(zones::Zones),
    Formats(formats::Formats),
    Verify(case::verify::Verify),
    Completions(manual::Completions),
    Man(manual::Man),
}

/// Options of every verb.
#[derive(Args)]
struct Global {
    /// How results are printed
    #[arg(long, global = true, value_enum, default_value = "text")]
    format: Format,
    /// Fewer words on stderr
    #[arg(short, long, global = true)]
    quiet: bool,
    /// More words on stderr
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Files examined at the same time; by default one a processor
    #[arg(long, global = true, value_name = "N")]
    threads: Option<usize>,
    /// No progress bar
    #[arg(long, global = true)]
    no_progress: bool,
    /// Colour in text for people
    #[arg(long, global = true, value_enum, default_value = "auto")]
    color: Color,
    /// Local time zone, such as +02:00, for items that do not tell theirs; told beside each local time
    #[arg(long, global = true, value_name = "±HH:MM", value_parser = offset::seconds, allow_hyphen_values = true)]
    utc_offset: Option<i64>,
    /// Tables of formats from this folder instead of the built-in ones; their hash stands in the output
    #[arg(long, global = true, value_name = "DIR")]
    formats: Option<PathBuf>,
    /// Keys for encrypted logs: an answer of the key service, or a folder of stored ones; each is proved before it is used
    #[arg(long, global = true, value_name = "FILE|DIR")]
    keys: Vec<PathBuf>,
    /// More digests of every input, beside SHA-256
    #[arg(long, global = true, value_enum, value_delimiter = ',', value_name = "md5,sha1")]
    hash: Vec<Hash>,
    /// Overwrite outputs that exist
    #[arg(long, global = true)]
    force: bool,
    /// Show tokens, passwords and signatures, which are otherwise replaced by the first digits of their SHA-256
    #[arg(long, global = true)]
    reveal_secrets: bool,
}

impl Global {
    /// Every file and folder that is read.
    fn read(&self) -> impl Iterator<Item = &PathBuf> {
        self.keys.iter().chain(&self.formats)
    }

    /// The same, to be set to where they are now.
    fn read_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.keys.iter_mut().chain(&mut self.formats)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Hash {
    Md5,
    Sha1,
}

/// Which tracks of an item: `primary`, `all`, or `SUBJECT[/ESTIMATE]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tracks {
    Primary,
    All,
    Of(Subject, Option<Estimate>),
}

impl FromStr for Tracks {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "primary" => Ok(Tracks::Primary),
            "all" => Ok(Tracks::All),
            _ => match text.split_once('/') {
                Some((subject, estimate)) => Ok(Tracks::Of(subject.parse()?, Some(estimate.parse()?))),
                None => Ok(Tracks::Of(text.parse()?, None)),
            },
        }
    }
}

impl Tracks {
    fn of(self, item: &Examined) -> impl Iterator<Item = &Track> {
        item.tracks.iter().filter(move |track| match self {
            Tracks::Primary => track.primary,
            Tracks::All => true,
            Tracks::Of(subject, estimate) => {
                track.kind.subject == subject && estimate.is_none_or(|e| track.kind.estimate == e)
            }
        })
    }
}

/// What the verbs share: options made ready.
struct Session<'a> {
    global: &'a Global,
    tools: Tools,
    hashes: ExtraHashes,
}

impl Session<'_> {
    fn json(&self) -> bool {
        self.global.format == Format::Json
    }

    /// Whether text on stdout is coloured.
    fn color(&self) -> bool {
        match self.global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        }
    }

    /// How secrets are shown.
    fn redaction(&self) -> Redaction {
        Redaction { reveal: self.global.reveal_secrets }
    }

    /// A word for the user, unless asked to be quiet.
    fn say(&self, message: &str) {
        if !self.global.quiet {
            eprintln!("{message}");
        }
    }
}

/// Runs the verb; gives the exit code.
pub fn run(arguments: &Arguments) -> u8 {
    // A verdict rests on tracks alone.
    let tracks_only = matches!(arguments.verb, Verb::Check(_));
    let exposure = matches!(arguments.verb, Verb::Case(_) | Verb::Exposure(_));
    let result = session(&arguments.global, tracks_only, exposure).and_then(|session| match &arguments.verb {
        Verb::Case(verb) => verb.run(&session),
        Verb::Check(verb) => verb.run(&session),
        Verb::Compare(verb) => verb.run(&session),
        Verb::Exposure(verb) => verb.run(&session),
        Verb::Inspect(verb) => verb.run(&session),
        Verb::Convert(verb) => verb.run(&session),
        Verb::Records(verb) => verb.run(&session),
        Verb::Show(verb) => verb.run(&session),
        Verb::Extract(verb) => verb.run(&session),
        Verb::Keys(verb) => verb.run(&session),
        Verb::Zones(verb) => verb.run(&session),
        Verb::Formats(verb) => verb.run(&session),
        Verb::Verify(verb) => verb.run(&session),
        Verb::Completions(verb) => verb.run(),
        Verb::Man(verb) => verb.run(&session),
    });
    result.unwrap_or_else(|stop| {
        if !stop.message.is_empty() {
            eprintln!("overflown: {}", stop.message);
        }
        stop.code
    })
}

fn session(global: &Global, tracks_only: bool, exposure: bool) -> Result<Session<'_>, Stop> {
    let tables = tables(global)?;
    let hashes = ExtraHashes { md5: global.hash.contains(&Hash::Md5), sha1: global.hash.contains(&Hash::Sha1) };
    Ok(Session {
        global,
        tools: Tools {
            tables: Arc::new(tables),
            utc_offset_s: global.utc_offset,
            tracks_only,
            exposure,
            reveal: if global.reveal_secrets { Reveal::Yes } else { Reveal::No },
            keys: Arc::new(keys::store::load(&global.keys)?),
            ..Tools::default()
        },
        hashes,
    })
}

/// The tables of every format; those that the given folder holds instead of the built-in ones.
fn tables(global: &Global) -> Result<Vec<Tables>, Stop> {
    let given = |id: &str| global.formats.as_ref().filter(|folder| folder.join(id).is_dir());
    if let Some(folder) = &global.formats
        && !FORMATS.iter().any(|format| given(format.id).is_some())
    {
        let ids: Vec<&str> = FORMATS.iter().map(|format| format.id).collect();
        let message =
            format!("{} holds the tables of no format; folders in it are named {}", folder.display(), ids.join(", "));
        return Err(Stop::usage(message));
    }
    let text = |format: &&crate::decode::Format| match given(format.id) {
        Some(folder) => TableText::from_folder(folder, format.id),
        None => Ok(format.table_text()),
    };
    FORMATS
        .iter()
        .map(|format| Tables::parse(&text(format)?))
        .collect::<Result<_, _>>()
        .map_err(|error| Stop::usage(format!("{error}; correct the table, or leave out --formats")))
}
