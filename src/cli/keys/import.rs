//! `keys import`: an answer of the key service is proved on its log before it is stored under the log's digest.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::{digest_in_name, scheme, store};
use crate::cli::exit::{Outcome, Stop};
use crate::cli::{Session, item};
use crate::decode::{FORMATS, KeyFile, KeyProof, KeyVerdict};
use crate::evidence::{Evidence, walk};
use crate::write::document::{ExitReport, ToolReport, write_document};
use crate::write::files;

/// Take answers of the key service, prove them on their logs, and store them for every later run
#[derive(Args)]
pub struct Import {
    /// Answers; one named <sha8>.* belongs to the log with that digest
    #[arg(required = true, value_name = "ANSWER")]
    answers: Vec<PathBuf>,
    /// The logs, folders of them, or requests when the logs are not at hand
    #[arg(long = "for", required = true, num_args = 1.., value_name = "LOG|REQUEST")]
    targets: Vec<PathBuf>,
    /// Store them here instead of the user's own folder; later runs find them by --keys DIR
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

#[derive(Serialize)]
struct Document {
    tool: ToolReport,
    imported: Vec<Imported>,
    exit: ExitReport,
}

/// What became of one answer.
#[derive(Serialize)]
struct Imported {
    answer: String,
    answer_sha256: String,
    /// The log, or the request, that it fits.
    path: Option<String>,
    sha256: Option<String>,
    /// File name in the folder of keys.
    stored: Option<String>,
    proofs: Vec<ProofReport>,
    /// Why it was not stored, or what is still missing.
    reason: Option<String>,
}

#[derive(Serialize)]
struct ProofReport {
    feature: String,
    set: usize,
    verdict: &'static str,
    tried: u64,
    right: u64,
}

impl From<&KeyProof> for ProofReport {
    fn from(proof: &KeyProof) -> Self {
        let KeyProof { feature, segment, verdict, tried, right } = proof;
        ProofReport { feature: feature.clone(), set: *segment, verdict: verdict.as_str(), tried: *tried, right: *right }
    }
}

/// Something that an answer may belong to.
enum Target {
    Log(Box<Evidence>),
    Request { path: PathBuf, bytes: Vec<u8> },
}

impl Import {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let folder = self
            .into
            .clone()
            .or_else(store::user_folder)
            .ok_or_else(|| Stop::usage("no home folder is known to keep keys in; give one by --into DIR"))?;
        let targets = self.targets(session);
        if targets.is_empty() {
            return Err(Stop::input("no log or request could be opened; name one by --for"));
        }
        let mut imported = Vec::new();
        for path in &self.answers {
            let keys = store::open(path)?;
            let mut result = best(session, path, &keys, &targets);
            if let Some(digest) = result.sha256.clone().filter(|_| result.reason.is_none() || is_some_proved(&result)) {
                let name = store::file_name(&digest);
                let stored = folder.join(&name);
                let mut file = files::create(&stored, &self.targets, true)?;
                file.write_all(&keys.bytes).and_then(|()| file.flush())?;
                result.stored = Some(name);
            }
            imported.push(result);
        }
        let outcome = Outcome {
            usable: imported.iter().any(|i| i.stored.is_some()),
            incomplete: imported.iter().any(|i| i.reason.is_some()),
            ..Outcome::default()
        };
        let mut out = std::io::stdout().lock();
        if session.json() {
            write_document(
                &Document { tool: ToolReport::new(&session.tools), imported, exit: outcome.report() },
                &mut out,
            )?;
        } else {
            imported.iter().try_for_each(|i| out.write_all(text(i, &folder).as_bytes()))?;
        }
        Ok(outcome.code())
    }

    fn targets(&self, session: &Session<'_>) -> Vec<Target> {
        let mut targets = Vec::new();
        for found in walk(&self.targets).files {
            let evidence = match item::open(session, &found.path) {
                Ok(item) => item.evidence,
                Err(stop) => {
                    session.say(&format!("overflown: {}", stop.message));
                    continue;
                }
            };
            match scheme(&session.tools, &evidence) {
                Ok(_) => targets.push(Target::Log(Box::new(evidence))),
                Err(reason) => match evidence.whole(&session.tools.limits) {
                    Ok(bytes) if bytes.trim_ascii_start().starts_with(b"{") => {
                        targets.push(Target::Request { path: found.path, bytes: bytes.into_owned() });
                    }
                    _ if found.named => session.say(&format!("overflown: {}: {reason}", found.label)),
                    _ => {}
                },
            }
        }
        targets
    }
}

/// Tries an answer on the targets that its name allows; the first on which a key proves itself is its own.
fn best(session: &Session<'_>, path: &Path, keys: &KeyFile, targets: &[Target]) -> Imported {
    let named = digest_in_name(path);
    let mut results = targets
        .iter()
        .filter(|target| named.as_ref().is_none_or(|n| target.has_digest(n)))
        .map(|target| target.try_on(session, keys));
    let first = results.next();
    let none = || Imported {
        reason: Some("no log or request given by --for has the digest that its name begins with".to_owned()),
        ..Imported::of(keys)
    };
    match first {
        Some(first) if !is_some_proved(&first) => results.find(is_some_proved).unwrap_or(first),
        Some(first) => first,
        None => none(),
    }
}

fn is_some_proved(imported: &Imported) -> bool {
    imported.proofs.iter().any(|proof| proof.verdict == KeyVerdict::Proved.as_str())
}

impl Imported {
    fn of(keys: &KeyFile) -> Self {
        Imported {
            answer: keys.label.clone(),
            answer_sha256: keys.sha256.to_string(),
            path: None,
            sha256: None,
            stored: None,
            proofs: Vec::new(),
            reason: None,
        }
    }
}

impl Target {
    fn has_digest(&self, digits: &str) -> bool {
        match self {
            Target::Log(evidence) => evidence.sha256().to_string().starts_with(digits),
            Target::Request { path, .. } => {
                digest_in_name(path).is_some_and(|own| own.starts_with(digits) || digits.starts_with(&own))
            }
        }
    }

    fn try_on(&self, session: &Session<'_>, keys: &KeyFile) -> Imported {
        let none = Imported::of(keys);
        match self {
            Target::Log(evidence) => {
                let proofs = scheme(&session.tools, evidence)
                    .and_then(|(scheme, tables)| (scheme.prove)(evidence, &session.tools.context(tables), keys));
                let (proofs, mut reason) = match proofs {
                    Ok(proofs) => (proofs, None),
                    Err(reason) => (Vec::new(), Some(reason)),
                };
                reason = reason.or_else(|| shortfall(&proofs));
                Imported {
                    path: Some(evidence.label.clone()),
                    sha256: Some(evidence.sha256().to_string()),
                    proofs: proofs.iter().map(Into::into).collect(),
                    reason,
                    ..none
                }
            }
            Target::Request { path, bytes } => {
                let fits =
                    FORMATS.iter().filter_map(|format| format.keys).map(|scheme| (scheme.fits)(bytes, &keys.bytes));
                let fits = fits.reduce(|a, b| a.or(b)).unwrap_or_else(|| Err("no format asks for keys".to_owned()));
                let digest = digest_in_name(path);
                let reason = fits.err().or_else(|| {
                    digest.is_none().then(|| {
                        "the request's name does not begin with the digest of its log; give the log by --for".to_owned()
                    })
                });
                let label = crate::evidence::label::of_argument(path);
                Imported { path: Some(label), sha256: digest.filter(|_| reason.is_none()), reason, ..none }
            }
        }
    }
}

/// What an answer leaves closed.
fn shortfall(proofs: &[KeyProof]) -> Option<String> {
    let list = |verdict: KeyVerdict| {
        let mut names: Vec<&str> = proofs.iter().filter(|p| p.verdict == verdict).map(|p| p.feature.as_str()).collect();
        names.dedup();
        names.join(", ")
    };
    let (refuted, missing) = (list(KeyVerdict::Refuted), list(KeyVerdict::Missing));
    let proved = proofs.iter().any(|p| p.verdict == KeyVerdict::Proved);
    match (proved, refuted.is_empty(), missing.is_empty()) {
        (false, false, _) => Some(format!(
            "its keys do not open this log ({refuted} tried): it is the answer for another log, or was changed; nothing was stored"
        )),
        (false, true, _) => Some("it has no key that this log needs; nothing was stored".to_owned()),
        (true, false, _) => Some(format!("wrong keys: {refuted}; the others were stored")),
        (true, true, false) => Some(format!("no keys for {missing}; what there is was stored")),
        (true, true, true) => None,
    }
}

fn text(imported: &Imported, folder: &Path) -> String {
    let of = imported.path.as_deref().map(|path| format!(" for {path}")).unwrap_or_default();
    let mut text = format!("{}{of}\n", imported.answer);
    for ProofReport { feature, set, verdict, tried, right } in &imported.proofs {
        let records = match *verdict {
            "missing" => format!("{tried} records need it"),
            "unused" => "no record needs it".to_owned(),
            _ => format!("{right} of {tried} records come out right"),
        };
        text += &format!("  {feature} in set {set}: {verdict} ({records})\n");
    }
    if let Some(name) = &imported.stored {
        let unproved = if imported.proofs.is_empty() { ", not proved yet: the log was not at hand" } else { "" };
        text += &format!("  stored as {}{unproved}\n", folder.join(name).display());
    }
    if let Some(reason) = &imported.reason {
        text += &format!("  {reason}\n");
    }
    text
}
