//! The project's own commands: `cargo xtask tidy`, `cargo xtask loom`, `cargo
//! xtask test-all`, `cargo xtask accept`.
//!
//! Owns: the command line of all. Knows the repository, not the engine: what
//! is measured is measured through commands that users have too.

#![forbid(unsafe_code)]

mod accept;
mod layout;
mod loom;
mod manifest;
mod source;
mod test_all;
mod tidy;
mod tree;

use std::path::Path;
use std::process::ExitCode;

use crate::tree::Tree;

const USAGE: &str = "\
Usage: cargo xtask <COMMAND>

Commands:
  tidy               Check the rules that neither the compiler nor clippy knows
  loom               Check what threads share in every schedule; arguments go to the tests
  test-all           Run every test, hours of them; goes on where it was cut off
  accept foundation  Measure what is promised, as a table; --list shows the steps
  accept tiering     The same for the tiers: compilers, first calls, budgets of code
";

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root");
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(|a| &**a).collect();
    match args[..] {
        ["tidy"] => match Tree::read(root) {
            Ok(tree) => tidy::run(&tree),
            Err(e) => {
                eprintln!("tidy: {e}");
                ExitCode::FAILURE
            }
        },
        ["loom", ref rest @ ..] => loom::run(root, rest),
        ["test-all", ref rest @ ..] => test_all::run(root, rest),
        ["accept", ref rest @ ..] => accept::run(root, rest),
        ["-h" | "--help" | "help"] => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprint!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
