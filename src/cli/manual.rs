//! `completions` and `man`: made from the definitions that also parse the command line.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man as Page;

use super::exit::Stop;
use super::{Arguments, Session};
use crate::write::files::OutputFolder;

/// A shell's completions, on stdout
#[derive(Args)]
pub struct Completions {
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(&self) -> Result<u8, Stop> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "overflown", &mut script);
        io::stdout().lock().write_all(&script)?;
        Ok(0)
    }
}

/// The manual page, on stdout, or a page for each command in a folder
#[derive(Args)]
pub struct Man {
    /// A folder for overflown.1 and a page for each command
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl Man {
    pub fn run(&self, session: &Session<'_>) -> Result<u8, Stop> {
        let mut command = Arguments::command();
        command.build();
        let Some(folder) = &self.output else {
            let mut page = Vec::new();
            Page::new(command).render(&mut page)?;
            io::stdout().lock().write_all(&page)?;
            return Ok(0);
        };
        let mut folder = OutputFolder::create(folder, &[], session.global.force)?;
        let verbs = command.get_subcommands().filter(|verb| verb.get_name() != "help").cloned();
        for page in std::iter::once(command.clone()).chain(verbs) {
            let page = Page::new(page);
            folder.write(&page.get_filename(), |out| page.render(out))?;
        }
        Ok(0)
    }
}
