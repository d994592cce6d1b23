//! Broken modules, with the command `hostile` of `tests/hostile`.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::command;
use super::steps::{build, release};
use super::{Place, Row, row, seconds};

/// Flipped bits in small modules.
const N_FLIPS: u64 = 100_000;
/// Flipped bits in a large one.
const N_LARGE: u64 = 100;

/// Runs all three kinds.
pub fn run(place: &Place) -> Vec<Row> {
    if let Err(failed) = build(place, &["-p", "updraft-test-hostile"]) {
        return vec![failed];
    }
    let mut rows = vec![
        one(place, "truncations", &["truncations".to_owned()], 10_000),
        one(place, "flips", &["flips".to_owned(), N_FLIPS.to_string()], N_FLIPS),
    ];
    match large_module(place) {
        Ok(file) => {
            let args = ["large".to_owned(), N_LARGE.to_string(), file.display().to_string()];
            rows.push(one(place, "flips in a large module", &args, N_LARGE));
        }
        Err(why) => rows.push(row("flips in a large module", why, "a module", false)),
    }
    rows
}

fn one(place: &Place, what: &str, args: &[String], n_inputs: u64) -> Row {
    let bar = format!(">= {n_inputs} inputs, 0 wrong");
    let mut hostile = Command::new(release(place, "hostile"));
    let log = place.work.join(format!("hostile-{}", args[0]));
    let outcome = match command::run(hostile.args(args), &log, Duration::from_secs(1800)) {
        Ok(outcome) => outcome,
        Err(e) => return row(what, e.to_string(), bar, false),
    };
    let summary: serde_json::Value =
        serde_json::from_str(outcome.stdout.trim()).unwrap_or_default();
    let number = |key: &str| summary[key].as_u64();
    let (Some(inputs), Some(valid), Some(wrong)) =
        (number("inputs"), number("valid"), number("wrong"))
    else {
        let measured = format!("{}: {}", outcome.ending(), outcome.last_line());
        return row(what, measured, bar, false);
    };
    let took = seconds(outcome.took);
    let measured = format!("{inputs} inputs, {valid} valid, {wrong} wrong, {took}");
    row(what, measured, bar, outcome.is_success() && inputs >= n_inputs && wrong == 0)
}

/// A large module from the corpus of real programs.
fn large_module(place: &Place) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "run",
        "--quiet",
        "--release",
        "-p",
        "updraft-test-programs",
        "--example",
        "module",
    ]);
    cargo.arg("sql.js").current_dir(&place.root);
    let log = place.work.join("hostile-large-module");
    let outcome =
        command::run(&mut cargo, &log, Duration::from_secs(900)).map_err(|e| e.to_string())?;
    let path = PathBuf::from(outcome.stdout.trim());
    if outcome.is_success() && path.is_file() {
        Ok(path)
    } else {
        Err(outcome.last_line().to_owned())
    }
}
