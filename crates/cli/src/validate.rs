//! `updraft validate`: checks modules without running them.

use std::ffi::OsString;
use std::io::{self, Write};

use clap::Args;
use updraft::Module;

use crate::CommandResult;
use crate::options::EngineOptions;
use crate::report::{Failure, Outcome, one_line, print_failure};
use crate::source::{self, SourceError, display_name};

const EXAMPLES: &str = "\
Examples:
  updraft validate app.wasm plugin.wat   One line for each file
  updraft validate -W simd=n app.wasm    Does it work without vectors?
  curl … | updraft validate -            Standard input

Prints `FILE: valid`, or `FILE: invalid @+0xOFFSET: REASON` with the offset in
the module (`@LINE:COL` for text). Exit code 1 if any file is not valid.";

/// Check modules without running them.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ValidateCommand {
    #[command(flatten)]
    engine: EngineOptions,
    /// Modules, binary or text; - is standard input
    #[arg(required_unless_present_any = ["wasm", "optimize", "stress"], value_name = "FILE")]
    files: Vec<OsString>,
}

/// Runs the command.
pub fn run(command: &ValidateCommand) -> CommandResult {
    let engine = command.engine.resolve()?.engine()?;
    if command.files.is_empty() {
        return Err(Failure::no_file());
    }
    let mut out = io::stdout().lock();
    let mut all_valid = true;
    for file in &command.files {
        let name = display_name(file);
        let verdict = match source::read(file) {
            Ok(source) => match Module::validate(&engine, &source.bytes) {
                Ok(()) => Ok(()),
                Err(e) => Err(reason(&e)),
            },
            Err(SourceError::Text { line, col, message }) => {
                Err(format!("@{line}:{col}: {message}"))
            }
            Err(SourceError::NotWasm(message)) => Err(format!("@+0x0: {message}")),
            Err(e @ SourceError::Io(_)) => {
                out.flush()?;
                print_failure(&Failure::new(format!("{name}: {e}")));
                all_valid = false;
                continue;
            }
        };
        match verdict {
            Ok(()) => writeln!(out, "{name}: valid")?,
            Err(reason) => {
                all_valid = false;
                writeln!(out, "{name}: invalid {reason}")?;
            }
        }
    }
    out.flush()?;
    Ok(if all_valid { Outcome::Success } else { Outcome::Negative })
}

fn reason(error: &updraft::Error) -> String {
    let text = one_line(&format!("{error:#}"));
    match error.offset() {
        Some(offset) => format!("@+{offset:#x}: {text}"),
        None => text,
    }
}
