//! Updraft and its peers side by side.
//!
//! One command with a subcommand per table. Engines alternate in one process, run by run, so that
//! what the machine does to one it does to the other; ratios bind, times are information. Exit
//! code 1 if a bar does not hold, 2 for wrong usage.

#![forbid(unsafe_code)]

mod append;
mod budget;
mod calls;
mod cold;
mod engines;
mod kernels;
mod memory;
mod modes;
mod options;
mod peers;
mod phases;
mod report;
mod speculation;
mod start;
mod stats;
mod throughput;
mod tiers;
mod updraft_engine;
mod wasmtime_engine;

use crate::options::Options;
use std::process::ExitCode;

/// What goes wrong in a bench ends it.
type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

const USAGE: &str = "\
usage: updraft-benches TABLE [OPTION]...

  kernels      peak speed
  kernels2     the same, with kernels that nobody tunes on
  calls        the border between host and code
  start        from bytes to the first result of a large module
  memory       what stays after much came and went
  throughput   baseline compilers: ours, V8's, Winch
  tiers        baseline code, first calls, and the steady state after them
  speculation  calls through tables whose targets were seen before
  cold         whole processes: `updraft run` and Node.js
  budget       a thousand modules under a small budget of code

  --pairs N         alternating runs of each engine (default 30; start, throughput, cold: 10)
  --filter TEXT     only rows whose name contains TEXT
  --bar NAME=VALUE  another value for a bar; `--bar NAME=none` only reports it
  --json FILE       write the table as JSON too (`-`: to standard output)
  --peer            start: measure the peer too (it compiles everything first)
  --self-test       the peer stands in for Updraft too: what the noise alone does
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [command, rest @ ..] = &args[..]
        && command == tiers::FIRST_CALL
    {
        return match tiers::first_call(rest) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&*error),
        };
    }
    let options = match Options::parse(&args) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let report = match options.command.as_str() {
        "kernels" => kernels::run(&options, "kernels", kernels::KERNELS),
        "kernels2" => kernels::run(&options, "kernels2", kernels::KERNELS2),
        "calls" => calls::run(&options),
        "start" => start::run(&options),
        "memory" => memory::run(&options),
        "throughput" => throughput::run(&options),
        "tiers" => tiers::run(&options),
        "speculation" => speculation::run(&options),
        "cold" => cold::run(&options),
        "budget" => budget::run(&options),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match report.and_then(|report| report.finish(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => fail(&*error),
    }
}

fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::FAILURE
}
