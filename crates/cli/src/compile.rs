//! `updraft compile`: compiles every function of modules, with times and
//! sizes.

use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use clap::Args;
use updraft::{Engine, Module};

use crate::CommandResult;
use crate::environment::Environment;
use crate::options::{DebugOptions, DebugSettings, EngineOptions};
use crate::phases::Phases;
use crate::progress::Progress;
use crate::report::{Failure, Outcome, one_line, print_failure, printable};
use crate::source::{self, display_name};
use crate::units::{show_duration, show_ms, show_size};
use crate::{dump, facts, tiers};

const EXAMPLES: &str = "\
Examples:
  updraft compile app.wasm                How long, and how much code
  updraft compile --functions app.wasm    …for each function
  updraft compile -D asm=fib* app.wasm    Show machine code
  updraft compile -O workers=1 *.wasm     On one thread

A progress bar is shown on a terminal. Exit code 1 if a function fails.";

/// Compile every function of modules, with times and sizes.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct CompileCommand {
    #[command(flatten)]
    engine: EngineOptions,
    #[command(flatten)]
    debug: DebugOptions,
    /// Also print a line for each function
    #[arg(long)]
    functions: bool,
    /// Modules, binary or text; - is standard input
    #[arg(required_unless_present_any = ["wasm", "optimize", "debug", "stress"], value_name = "FILE")]
    files: Vec<OsString>,
}

/// Runs the command.
pub fn run(command: &CompileCommand, env: &Environment) -> CommandResult {
    let debug = command.debug.resolve()?;
    let settings = command.engine.resolve()?.split_eager().0;
    let engine = settings.with_tier_log(debug.tiers.is_some()).engine()?;
    if command.files.is_empty() {
        return Err(Failure::no_file());
    }
    let mut all_good = true;
    for file in &command.files {
        let name = display_name(file);
        let mut phases = Phases::new(env.trace_phases || debug.phases);
        match compile_file(command, &engine, file, &name, &debug, &mut phases) {
            Ok(good) => all_good &= good,
            // The other files may be fine; but a closed output ends all.
            Err(failure) if failure.is_silent() => return Err(failure),
            Err(failure) => {
                print_failure(&failure);
                all_good = false;
            }
        }
        phases.print();
    }
    Ok(if all_good { Outcome::Success } else { Outcome::Negative })
}

/// Whether every function could be compiled.
fn compile_file(
    command: &CompileCommand,
    engine: &Engine,
    file: &OsString,
    name: &str,
    debug: &DebugSettings,
    phases: &mut Phases,
) -> Result<bool, Failure> {
    let source = source::read(file).map_err(|e| Failure::new(format!("{name}: {e}")))?;
    phases.add("read", source.read_time);
    if let Some(time) = source.text_time {
        phases.add("text", time);
    }
    let wasm_bytes = source.bytes.len() as u64;
    let module = phases
        .measure("validate", || Module::from_vec(engine, source.bytes))
        .map_err(|e| Failure::engine(name, &e))?;

    let start = Instant::now();
    let funcs = {
        let progress = Mutex::new(Progress::new(name));
        facts::compile_all(&module, &|done, total| {
            progress.lock().unwrap_or_else(PoisonError::into_inner).update(done, total);
        })
    };
    let time = start.elapsed();
    phases.add("compile", time);
    tiers::print(&module, debug.tiers);

    let mut out = io::stdout().lock();
    dump::show(&module, name, debug, &mut out)?;
    let (mut code_bytes, mut n_failed) = (0, 0);
    for report in &funcs {
        let func = &report.func;
        let label = match &func.name {
            Some(name) => format!("{} {}", func.index, printable(name)),
            None => func.index.to_string(),
        };
        match &report.result {
            Ok(bytes) => {
                code_bytes += bytes;
                if command.functions {
                    writeln!(
                        out,
                        "{name}: function {label}: {} bytes of wasm, {bytes} bytes of code, {}",
                        func.body_bytes,
                        show_ms(report.time)
                    )?;
                }
            }
            Err(reason) => {
                n_failed += 1;
                writeln!(out, "{name}: function {label}: failed: {}", one_line(reason))?;
            }
        }
    }
    let failed = if n_failed == 0 { String::new() } else { format!(", {n_failed} failed") };
    writeln!(
        out,
        "{name}: {} function{} in {}{failed}: {} of wasm, {} of code",
        funcs.len(),
        if funcs.len() == 1 { "" } else { "s" },
        show_duration(time),
        show_size(wasm_bytes),
        show_size(code_bytes),
    )?;
    out.flush()?;
    Ok(n_failed == 0)
}
