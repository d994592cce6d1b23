//! The program `updraft`: runs, checks, shows and compiles WebAssembly.
//!
//! Owns the command line and the exit code. Every command is a module of its
//! own; what they share is `options` (engine switches), `source` (reading
//! modules), `report` (errors and exit codes) and `units`. This program is the
//! only part of the project that reads the environment or prints. Must not
//! know: anything of the engine but its public API.

#![forbid(unsafe_code)]

mod bisect;
mod compile;
mod dump;
mod environment;
mod explore;
mod facts;
mod inspect;
mod invoke;
mod limits;
mod options;
mod phases;
mod progress;
mod report;
mod run;
mod signals;
mod source;
mod sparse;
mod tiers;
mod units;
mod validate;
mod wasi;
mod wast;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::report::Outcome;

const EXAMPLES: &str = "\
Examples:
  updraft app.wasm one two          Run a program with two arguments
  updraft --dir . app.wasm          …and let it use this directory
  updraft run --timeout 2s app.wat  Run a text module for at most two seconds
  updraft validate *.wasm           Check modules
  updraft inspect app.wasm          Show what is in a module

A first argument that is no command is a program to run. Options of the engine
come before the file; everything after it belongs to the program.

Exit codes: the program's own; 134 after a trap, a timeout or a limit; 130 after
Ctrl-C; 143 after SIGTERM; 2 for wrong usage; 1 for anything else.

Environment: UPDRAFT_TRACE=phases prints how long each phase takes; NO_COLOR
turns colors off.";

/// A WebAssembly engine that starts like an interpreter and ends like an
/// optimizing compiler.
#[derive(Parser)]
#[command(
    name = "updraft",
    version,
    after_help = EXAMPLES,
    override_usage = "updraft [OPTIONS] FILE [ARG]...\n       updraft <COMMAND>",
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::RunCommand,
}

#[derive(Subcommand)]
enum Command {
    /// Run a program (the default command)
    Run(run::RunCommand),
    /// Check modules without running them
    Validate(validate::ValidateCommand),
    /// Run spec scripts (.wast)
    Wast(wast::WastCommand),
    /// Show what is in a module
    Inspect(inspect::InspectCommand),
    /// Compile every function of modules, with times and sizes
    Compile(compile::CompileCommand),
    /// Show wasm text beside the machine code of both tiers, as a web page
    Explore(explore::ExploreCommand),
    /// Find the function that makes the tiers' runs of a program differ
    Bisect(bisect::BisectCommand),
}

/// What a command gives back to `main`.
type CommandResult = Result<Outcome, report::Failure>;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = environment::Environment::read().and_then(|env| match cli.command {
        None => run::run(cli.run, &env),
        Some(Command::Run(command)) => run::run(command, &env),
        Some(Command::Validate(command)) => validate::run(&command),
        Some(Command::Wast(command)) => wast::run(&command),
        Some(Command::Inspect(command)) => inspect::run(&command),
        Some(Command::Compile(command)) => compile::run(&command, &env),
        Some(Command::Explore(command)) => explore::run(&command),
        Some(Command::Bisect(command)) => bisect::run(&command),
    });
    report::finish(outcome)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
