//! Updraft and its peers side by side.
//!
//! One command with a subcommand per table. Engines alternate in one process, run by run, so that
//! what the machine does to one it does to the other; ratios bind, times are information. Exit
//! code 1 if a bar does not hold, 2 for wrong usage.

#![forbid(unsafe_code)]

mod append;
mod calls;
mod engines;
mod kernels;
mod memory;
mod options;
mod phases;
mod report;
mod start;
mod stats;
mod updraft_engine;
mod wasmtime_engine;

use crate::options::Options;
use std::process::ExitCode;

/// What goes wrong in a bench ends it.
type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

const USAGE: &str = "\
usage: updraft-benches kernels|calls|start|memory [OPTION]...

  --pairs N         alternating runs of each engine (default 30; start: 10)
  --filter TEXT     only rows whose name contains TEXT
  --bar NAME=VALUE  another value for a bar; `--bar NAME=none` only reports it
  --json FILE       write the table as JSON too (`-`: to standard output)
  --peer            start: measure the peer too (it compiles everything first)
  --self-test       the peer stands in for Updraft too: what the noise alone does
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let options = match Options::parse(&args) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let report = match options.command.as_str() {
        "kernels" => kernels::run(&options),
        "calls" => calls::run(&options),
        "start" => start::run(&options),
        "memory" => memory::run(&options),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match report.and_then(|report| report.finish(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
