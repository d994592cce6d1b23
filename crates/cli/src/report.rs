//! How commands end: exit codes, and errors as people read them.
//!
//! Owns: [`Outcome`], [`Failure`] and [`finish`]. Every command returns through
//! here. Must not know: any command.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use updraft::{FrameInfo, Trap, WasmBacktrace};

/// After a trap, a timeout or a limit; what an aborted process has.
pub const EXIT_TRAP: i32 = 134;
/// Wrong usage.
pub const EXIT_USAGE: i32 = 2;
/// Anything else that went wrong.
pub const EXIT_FAILURE: i32 = 1;

/// Frames of a long backtrace that are shown at each end.
const SHOWN_FRAMES: usize = 20;

/// A command that did its work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Nothing to complain about.
    Success,
    /// Its output says what is wrong: a module is invalid, a script failed.
    Negative,
    /// The exit code that a program chose.
    Exit(i32),
}

/// A command that could not do its work.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    code: i32,
    /// What to print; nothing for a closed pipe.
    text: Option<String>,
}

impl Failure {
    /// A plain message.
    pub fn new(message: impl Into<String>) -> Failure {
        Failure { code: EXIT_FAILURE, text: Some(message.into()) }
    }

    /// A wrong option.
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure { code: EXIT_USAGE, text: Some(message.into()) }
    }

    /// No file was given.
    pub fn no_file() -> Failure {
        Failure::usage("no FILE was given; for more information, try '--help'")
    }

    /// An error of the engine while it worked on `file`.
    pub fn engine(file: &str, error: &updraft::Error) -> Failure {
        let code = if error.is::<Trap>() { EXIT_TRAP } else { EXIT_FAILURE };
        Failure { code, text: Some(describe(file, error)) }
    }

    /// An end of that code, with nothing to say.
    pub fn silent(code: i32) -> Failure {
        Failure { code, text: None }
    }

    /// Whether it has nothing to say.
    pub fn is_silent(&self) -> bool {
        self.text.is_none()
    }

    /// The same failure with another exit code.
    pub fn with_code(mut self, code: i32) -> Failure {
        self.code = code;
        self
    }

    /// The same failure with a line more.
    pub fn with_note(mut self, note: &str) -> Failure {
        if let Some(text) = &mut self.text {
            let _ = write!(text, "\n{note}");
        }
        self
    }
}

/// Output of ours that cannot be written. A reader that has gone away wants no
/// more, and no complaint either.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Failure { code: 0, text: None }
        } else {
            Failure::new(format!("cannot write output: {error}"))
        }
    }
}

/// One line for what happened, then the chain of causes, then the frames.
fn describe(file: &str, error: &updraft::Error) -> String {
    let backtrace = error.downcast_ref::<WasmBacktrace>();
    // The trap comes first, whatever surrounds it. A backtrace is a context
    // in the chain; it comes last and in a form of our own.
    let trap = error.downcast_ref::<Trap>().map(|t| t.to_string());
    let shown = [trap.clone(), backtrace.map(|b| b.to_string())];
    let causes = error.chain().map(|e| e.to_string()).filter(|e| !shown.contains(&Some(e.clone())));
    let mut lines = trap.into_iter().chain(causes).map(|line| one_line(&line));
    let first = lines.next().unwrap_or_else(|| "unknown error".into());
    let mut text = format!("{file}: {first}");
    if let Some(offset) = error.offset() {
        let _ = write!(text, " (at offset {offset:#x})");
    }
    for cause in lines {
        let _ = write!(text, "\n  caused by: {cause}");
    }
    if let Some(backtrace) = backtrace {
        write_frames(&mut text, backtrace.frames());
    }
    text
}

/// One line a frame, the innermost first; of many, those at both ends.
fn write_frames(text: &mut String, frames: &[FrameInfo]) {
    if frames.is_empty() {
        return;
    }
    text.push_str("\nwasm backtrace:");
    for (i, frame) in frames.iter().enumerate() {
        let hidden = SHOWN_FRAMES..frames.len().saturating_sub(SHOWN_FRAMES);
        if hidden.contains(&i) {
            if i == hidden.start {
                let _ = write!(text, "\n  ... {} frames ...", hidden.len());
            }
            continue;
        }
        let offset = match frame.module_offset() {
            Some(offset) => format!("{offset:#x}"),
            None => "?".into(),
        };
        let module = printable(frame.module_name().unwrap_or("<unknown>"));
        let func = match frame.func_name() {
            Some(name) => printable(name),
            None => format!("<wasm function {}>", frame.func_index()),
        };
        let _ = write!(text, "\n  {i}: {offset} - {module}!{func}");
    }
}

/// The same text on one line, and fit to be shown: messages quote names of
/// modules.
pub fn one_line(text: &str) -> String {
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A name of a module as it may be shown: without control characters, which
/// could rewrite the terminal, and without those that reorder text.
pub fn printable(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_control() || is_reordering(c) {
            text.extend(c.escape_unicode());
        } else {
            text.push(c);
        }
    }
    text
}

/// Characters that change the order in which others are shown.
fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Prints a failure to standard error. A standard error that is closed is
/// nobody's problem.
pub fn print_failure(failure: &Failure) {
    let Some(text) = &failure.text else { return };
    let mut stderr = io::stderr().lock();
    let _ = match color(&stderr) {
        true => writeln!(stderr, "\x1b[1;31merror:\x1b[0m {text}"),
        false => writeln!(stderr, "error: {text}"),
    };
}

/// Whether that stream should get colors.
pub fn color(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// Reports how a command ended, and gives its exit code.
pub fn finish(outcome: Result<Outcome, Failure>) -> ExitCode {
    let code = match outcome {
        Ok(Outcome::Success) => 0,
        Ok(Outcome::Negative) => EXIT_FAILURE,
        Ok(Outcome::Exit(code)) => code,
        Err(failure) => {
            print_failure(&failure);
            failure.code
        }
    };
    // Buffered output of ours goes out first; nothing is left to do if the
    // reader has gone.
    let _ = io::stdout().flush();
    // The system keeps eight bits of what a program chooses.
    ExitCode::from((code & 0xff) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_control_the_terminal() {
        assert_eq!(printable("plain é"), "plain é");
        assert_eq!(printable("\u{1b}[31m"), "\\u{1b}[31m");
        assert_eq!(printable("a\u{202e}b\n"), "a\\u{202e}b\\u{a}");
        assert_eq!(one_line("a\n  b\u{7}"), "a b\\u{7}");
    }
}
