//! How commands end: exit codes, and errors as people read them.
//!
//! Owns: [`Outcome`], [`Failure`] and [`exit`]. Every command returns through
//! here. Must not know: any command.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::process;

use updraft::{Trap, WasmBacktrace};

/// After a trap, a timeout or a limit; what an aborted process has.
pub const EXIT_TRAP: i32 = 134;
/// Wrong usage.
pub const EXIT_USAGE: i32 = 2;
/// Anything else that went wrong.
pub const EXIT_FAILURE: i32 = 1;

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
    let mut text = String::new();
    if let Some(trap) = error.downcast_ref::<Trap>() {
        let _ = write!(text, "{file}: {}", one_line(&trap_message(*trap)));
    } else {
        // A backtrace is a context in the chain; its text comes last and in
        // our own form.
        let shown = backtrace.map(|b| b.to_string());
        let mut causes = error.chain().map(|e| e.to_string()).filter(|e| Some(e) != shown.as_ref());
        let first = causes.next().unwrap_or_else(|| "unknown error".into());
        let _ = write!(text, "{file}: {}", first.trim_end());
        for cause in causes {
            let _ = write!(text, "\n  caused by: {}", one_line(&cause));
        }
    }
    if let Some(backtrace) = backtrace.filter(|b| !b.frames().is_empty()) {
        text.push_str("\nwasm backtrace:");
        for (i, frame) in backtrace.frames().iter().enumerate() {
            let offset = match frame.module_offset() {
                Some(offset) => format!("{offset:#x}"),
                None => "?".into(),
            };
            let module = frame.module().name().unwrap_or("<unknown>").to_owned();
            let func = match frame.func_name() {
                Some(name) => name.to_owned(),
                None => format!("<wasm function {}>", frame.func_index()),
            };
            let _ = write!(text, "\n  {i}: {offset} - {}!{}", printable(&module), printable(&func));
        }
    }
    text
}

/// A trap, in the words that users match.
fn trap_message(trap: Trap) -> String {
    let text = trap.to_string();
    if text.starts_with("wasm trap: ") { text } else { format!("wasm trap: {text}") }
}

/// The same text without line breaks.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name of a module as it may be shown: without control characters, which
/// could rewrite the terminal.
pub fn printable(name: &str) -> String {
    name.chars()
        .flat_map(|c| {
            let plain = (!c.is_control()).then_some(c);
            let escaped = c.is_control().then(|| c.escape_unicode());
            plain.into_iter().chain(escaped.into_iter().flatten())
        })
        .collect()
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

/// Ends the process.
pub fn exit(outcome: Result<Outcome, Failure>) -> ! {
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
    process::exit(code)
}
