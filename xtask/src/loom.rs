//! `cargo xtask loom`: the models of what threads share.
//!
//! Owns: where they lie and how they are started. Must not know: what they
//! check, and how long that may take; they bound it themselves.

use std::path::Path;
use std::process::{Command, ExitCode};

/// Runs the models whose names contain one of the arguments; all without any.
pub fn run(root: &Path, args: &[&str]) -> ExitCode {
    let mut command = Command::new("cargo");
    command.args(["test", "--quiet", "--lib", "--"]).args(args);
    match command.current_dir(root.join("tests/loom")).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("loom: cargo: {e}");
            ExitCode::FAILURE
        }
    }
}
