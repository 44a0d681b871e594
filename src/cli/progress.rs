//! A progress bar on stderr, when it is a terminal and the work is long.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Session;

/// Fewer files than this are done before a bar is worth drawing.
const WORTH_IT: usize = 8;

/// `done` says what is done with each file.
pub fn bar(session: &Session<'_>, files: usize, done: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(files as u64);
    let hidden = session.global.no_progress || session.global.quiet || files < WORTH_IT;
    // The draw target hides itself when stderr is no terminal.
    bar.set_draw_target(if hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() });
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files {msg} {elapsed}, {eta} to go") {
        bar.set_style(style);
    }
    bar.set_message(done);
    bar
}
