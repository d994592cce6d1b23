//! `updraft wast`: runs spec scripts.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use updraft_wast::{Options, Report};

use crate::CommandResult;
use crate::options::EngineOptions;
use crate::report::{Failure, Outcome, one_line, printable};
use crate::units::show_duration;

const EXAMPLES: &str = "\
Examples:
  updraft wast tests/                    Every .wast below a directory
  updraft wast -W wasm2,tail-call f.wast WebAssembly 2.0 and one feature more
  updraft wast -O bounds=explicit f.wast With checked memory accesses

Prints `FILE:LINE:COL: REASON` for each directive that fails, then a summary.
Exit code 1 if any fails.";

/// Run spec scripts (.wast).
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct WastCommand {
    #[command(flatten)]
    engine: EngineOptions,
    /// Also print where the text of a message differs from the script's
    #[arg(long)]
    notes: bool,
    /// Print what scripts print through spectest
    #[arg(long)]
    print: bool,
    /// Scripts, or directories with scripts; - is standard input
    #[arg(required_unless_present_any = ["wasm", "optimize", "stress"], value_name = "FILE")]
    files: Vec<OsString>,
}

/// Runs the command.
pub fn run(command: &WastCommand) -> CommandResult {
    let settings = command.engine.resolve()?;
    if command.files.is_empty() {
        return Err(Failure::no_file());
    }
    // An engine that cannot be made is a wrong option, not a failing script.
    settings.engine()?;
    let mut options = Options::new().configure(move |config| settings.apply(config));
    if command.print {
        options = options.on_print(|line| {
            // A reader that has gone is found out at the next line of ours.
            let _ = writeln!(io::stdout(), "{line}");
        });
    }

    let start = Instant::now();
    let (mut n_files, mut directives, mut passed, mut failed) = (0, 0, 0, 0);
    for file in &command.files {
        for script in scripts(Path::new(file))? {
            let report = run_script(&script, &options)?;
            n_files += 1;
            directives += report.directives;
            passed += report.passed;
            failed += report.failures.len();
            let mut out = io::stdout().lock();
            for failure in &report.failures {
                let (file, line, col) = (&failure.file, failure.line, failure.col);
                writeln!(out, "{}:{line}:{col}: {}", printable(file), one_line(&failure.message))?;
            }
            for note in report.notes.iter().filter(|_| command.notes) {
                let (file, line, col) = (&note.file, note.line, note.col);
                writeln!(
                    out,
                    "{}:{line}:{col}: note: {}",
                    printable(file),
                    one_line(&note.message)
                )?;
            }
        }
    }
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{n_files} file{}, {directives} directives: {passed} passed, {failed} failed in {}",
        if n_files == 1 { "" } else { "s" },
        show_duration(start.elapsed())
    )?;
    out.flush()?;
    Ok(if failed == 0 { Outcome::Success } else { Outcome::Negative })
}

fn run_script(script: &Path, options: &Options) -> Result<Report, Failure> {
    if script.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin()
            .read_to_string(&mut text)
            .map_err(|e| Failure::new(format!("<stdin>: cannot be read: {e}")))?;
        return Ok(updraft_wast::run_str("<stdin>", &text, options));
    }
    Ok(updraft_wast::run_file(script, options))
}

/// The scripts that a file name stands for.
fn scripts(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let cannot = |e: io::Error| Failure::new(format!("{}: cannot be read: {e}", path.display()));
    if path.as_os_str() == "-" || !fs::metadata(path).map_err(cannot)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut pending = vec![path.to_owned()];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(&directory).map_err(cannot)? {
            let entry = entry.map_err(cannot)?;
            let path = entry.path();
            // Symbolic links to directories are not followed: they may form a
            // circle.
            if entry.file_type().map_err(cannot)?.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|e| e == "wast") {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        return Err(Failure::new(format!("{}: no .wast files in it", path.display())));
    }
    found.sort();
    Ok(found)
}
