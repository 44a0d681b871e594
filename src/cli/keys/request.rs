//! `keys request`: the body for the maker's key service, one a log.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::scheme;
use crate::cli::exit::{Outcome, Stop};
use crate::cli::{Session, item};
use crate::decode::KeyRequest;
use crate::evidence::label::number_of;
use crate::evidence::{Sha256, walk};
use crate::write::files::{self, OutputFolder};

/// Write what the maker's key service must be asked, for a machine that has a network
#[derive(Args)]
pub struct Request {
    /// Encrypted logs, or folders of them
    #[arg(required = true, value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// The request of one log; for several a new folder, which gets <sha8>.request.json each; stdout without it
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Also print the call that sends it, for the other machine and the user's own API key
    #[arg(long)]
    curl: bool,
}

/// One log's request.
struct Asked {
    label: String,
    sha256: Sha256,
    request: KeyRequest,
}

impl Request {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let (asked, mut outcome) = self.ask(session);
        let several = self.inputs.len() > 1 || self.inputs.iter().any(|input| input.is_dir());
        let mut out = std::io::stdout().lock();
        match (&self.output, several) {
            (None, false) if !self.curl => asked.iter().try_for_each(|a| writeln!(out, "{}", a.request.body))?,
            (None, false) => asked.iter().try_for_each(|a| writeln!(out, "{}", curl(&a.request, None, a)))?,
            (None, true) => return Err(Stop::usage("requests of several logs need -o DIR")),
            (Some(path), false) => {
                for a in &asked {
                    let mut file = files::create(path, &self.inputs, session.global.force)?;
                    file.write_all(a.request.body.as_bytes())?;
                    file.flush()?;
                    self.tell(session, a, path, &mut out)?;
                }
            }
            (Some(folder), true) => {
                let mut outputs = OutputFolder::create(folder, &self.inputs, session.global.force)?;
                for a in &asked {
                    let name = format!("{}.request.json", a.sha256.short());
                    outputs.write(&name, |out| out.write_all(a.request.body.as_bytes()))?;
                    self.tell(session, a, &folder.join(name), &mut out)?;
                }
            }
        }
        outcome.usable = !asked.is_empty();
        Ok(outcome.code())
    }

    /// The requests of all inputs; what needs none is told when it was named.
    fn ask(&self, session: &Session<'_>) -> (Vec<Asked>, Outcome) {
        let walked = walk(&self.inputs);
        let mut outcome = Outcome { no_input: walked.files.is_empty(), ..Outcome::default() };
        let mut asked: Vec<Asked> = Vec::new();
        for skipped in &walked.skipped {
            session.say(&format!("overflown: {} {}", skipped.label, skipped.reason));
            outcome.incomplete |= skipped.named;
        }
        for found in &walked.files {
            let request = item::open(session, &found.path).map_err(|stop| stop.message).and_then(|item| {
                let evidence = item.evidence;
                let (scheme, tables) = scheme(&session.tools, &evidence)?;
                let request = (scheme.request)(&evidence, &session.tools.context(tables))?;
                Ok(Asked { label: evidence.label.clone(), sha256: evidence.sha256(), request })
            });
            match request {
                Ok(a) if asked.iter().any(|other| other.sha256 == a.sha256) => {}
                Ok(a) => asked.push(a),
                Err(reason) if found.named => {
                    session.say(&format!("overflown: {}: {reason}", found.label));
                    outcome.incomplete = true;
                }
                Err(_) => {}
            }
        }
        if asked.is_empty() && !outcome.no_input && !outcome.incomplete {
            let files = number_of(walked.files.len(), "file", "files");
            session.say(&format!(
                "overflown: nothing in {files} is an encrypted log that asks for keys; nothing was written"
            ));
        }
        (asked, outcome)
    }

    fn tell(
        &self,
        session: &Session<'_>,
        asked: &Asked,
        path: &Path,
        out: &mut impl std::io::Write,
    ) -> Result<(), Stop> {
        session.say(&format!(
            "overflown: {}: asks for {} in {}",
            asked.label,
            asked.request.features.join(", "),
            path.display()
        ));
        if self.curl {
            writeln!(out, "{}", curl(&asked.request, Some(path), asked))?;
        }
        Ok(())
    }
}

/// The call as a shell takes it. The credential comes from the environment of the other machine and stands in no file.
fn curl(request: &KeyRequest, body: Option<&Path>, asked: &Asked) -> String {
    let name = body.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let data = match name {
        Some(name) => format!("@{}", quoted(&name)),
        None => quoted(&request.body),
    };
    format!(
        "# on a machine with a network, with {source} in $API_KEY\n\
         curl --fail-with-body -X POST {url} -H 'Content-Type: application/json' -H 'Accept: application/json' \
         -H \"{header}: $API_KEY\" --data-binary {data} -o {sha8}.answer.json",
        source = request.credential_source,
        url = request.url,
        header = request.credential,
        sha8 = asked.sha256.short()
    )
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
