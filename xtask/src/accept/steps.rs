//! The steps that run one command each and read what it says.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::command::{self, Outcome};
use super::{Place, Row, row, seconds};
use crate::tree::Tree;

/// How many files the sets of the official suite have.
const SPEC_SETS: &[(&str, u64)] =
    &[("wasm-v2", 90), ("simd", 59), ("extended-const", 3), ("multi-memory", 41), ("tail-call", 2)];

/// Longer than this no command takes, however slow the machine.
const HOUR: Duration = Duration::from_secs(3600);

/// Runs a shell command in the root; its log is called `name`.
fn shell(place: &Place, name: &str, script: &str) -> Result<Outcome, Row> {
    let mut bash = Command::new("bash");
    bash.args(["-c", script]).current_dir(&place.root);
    bash.env("CARGO_TERM_COLOR", "never");
    command::run(&mut bash, &place.work.join(name), HOUR)
        .map_err(|e| row(script, e.to_string(), "runs", false))
}

/// Runs a shell command that is to end well, and nothing more.
pub fn plain(place: &Place, name: &str, script: &str) -> Vec<Row> {
    let outcome = match shell(place, name, script) {
        Ok(outcome) => outcome,
        Err(failed) => return vec![failed],
    };
    vec![row(script, said(&outcome), "exit code 0", outcome.is_success())]
}

/// How a command ended, with its last words if it ended badly.
fn said(outcome: &Outcome) -> String {
    let took = seconds(outcome.took);
    if outcome.is_success() {
        return format!("exit code 0, {took}");
    }
    let last: String = outcome.last_line().chars().take(90).collect();
    format!("{}, {took}: {last}", outcome.ending())
}

/// Builds with the release profile; the row says why it failed.
pub fn build(place: &Place, packages: &[&str]) -> Result<(), Row> {
    let script = format!("cargo build --quiet --release {}", packages.join(" "));
    let outcome = shell(place, "build", &script)?;
    if outcome.is_success() {
        return Ok(());
    }
    Err(row(script, said(&outcome), "exit code 0", false))
}

/// A program that [`build`] built.
pub fn release(place: &Place, name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| place.root.join("target")).join("release").join(name)
}

/// The rules of tidy.
pub fn tidy(place: &Place) -> Vec<Row> {
    let measured = match Tree::read(&place.root) {
        Ok(tree) => crate::tidy::check(&tree).len().to_string(),
        Err(e) => e.to_string(),
    };
    let pass = measured == "0";
    vec![row("faults", measured, "0", pass)]
}

/// No warnings of clippy.
pub fn clippy(place: &Place) -> Vec<Row> {
    let script = "cargo clippy --workspace --all-targets --all-features -- -D warnings";
    plain(place, "clippy", script)
}

/// No warnings of rustdoc.
pub fn doc(place: &Place) -> Vec<Row> {
    let script = "RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --all-features";
    plain(place, "doc", script)
}

/// cargo-deny; `.ci/run tools` installs it.
pub fn deny(place: &Place) -> Vec<Row> {
    let script = "PATH=target/ci-tools/bin:$PATH cargo deny check licenses bans sources";
    plain(place, "deny", script)
}

/// The two commands that the README opens with.
pub fn readme(place: &Place) -> Vec<Row> {
    let text = fs::read_to_string(place.root.join("README.md")).unwrap_or_default();
    let commands = console_commands(&text);
    let [run, test] = commands[..] else {
        let measured = format!("{} commands", commands.len());
        return vec![row("commands", measured, "2", false)];
    };
    let mut rows = Vec::new();
    let bars = [("run", run, 900), ("test", test, 900)];
    for (name, script, bar) in bars {
        match shell(place, &format!("readme-{name}"), script) {
            Ok(outcome) => {
                let in_time = outcome.took <= Duration::from_secs(bar);
                let printed = !outcome.stdout.trim().is_empty();
                let bar = format!("exit code 0, output, <= {bar} s");
                let pass = outcome.is_success() && in_time && printed;
                rows.push(row(script, said(&outcome), bar, pass));
            }
            Err(failed) => rows.push(failed),
        }
    }
    rows
}

/// The commands above the first heading within a document: one a fence.
fn console_commands(text: &str) -> Vec<&str> {
    let opening = text.split("\n## ").next().unwrap_or_default();
    let fences = opening.split("```console\n").skip(1);
    fences.filter_map(|rest| rest.split("```").next()).map(str::trim).collect()
}

/// The official suite, by the summary that its test writes; in how many modes
/// it must have run.
pub fn spec(place: &Place, n_modes: usize) -> Vec<Row> {
    let summary = place.work.join("spec.json");
    let _ = fs::remove_file(&summary);
    let script =
        format!("SPEC_SUMMARY='{}' cargo test -p updraft-wast --test spec", summary.display());
    let outcome = match shell(place, "spec", &script) {
        Ok(outcome) => outcome,
        Err(failed) => return vec![failed],
    };
    let mut rows = vec![row("test", said(&outcome), "exit code 0", outcome.is_success())];
    let text = fs::read_to_string(&summary).unwrap_or_default();
    rows.extend(spec_rows(&serde_json::from_str(&text).unwrap_or_default(), n_modes));
    rows
}

fn spec_rows(summary: &Value, n_modes: usize) -> Vec<Row> {
    let mut modes: BTreeMap<&str, BTreeMap<&str, &Value>> = BTreeMap::new();
    for entry in summary.as_array().into_iter().flatten() {
        if let (Some(set), Some(mode)) = (entry["set"].as_str(), entry["mode"].as_str()) {
            modes.entry(mode).or_default().insert(set, entry);
        }
    }
    let bar = format!(">= {n_modes}");
    let mut rows = vec![row("modes", modes.len().to_string(), bar, modes.len() >= n_modes)];
    for (mode, sets) in modes {
        for (set, n_files) in SPEC_SETS {
            let number = |key: &str| sets.get(set).and_then(|e| e[key].as_u64()).unwrap_or(0);
            let (files, directives) = (number("files"), number("directives"));
            let passed = number("passed");
            let measured = format!("{files} files, {passed} of {directives}");
            let bar = format!("{n_files} files, all");
            let pass = files == *n_files && directives > 0 && passed == directives;
            rows.push(row(format!("{set}, {mode}"), measured, bar, pass));
        }
    }
    rows
}

/// Real programs in every mode.
pub fn programs(place: &Place) -> Vec<Row> {
    let script = "UPDRAFT_REQUIRE_NET=1 UPDRAFT_PROGRAMS=full \
                  cargo test -p updraft-test-programs --test programs";
    let outcome = match shell(place, "programs", script) {
        Ok(outcome) => outcome,
        Err(failed) => return vec![failed],
    };
    let counts = outcome.stdout.lines().find_map(|l| l.strip_prefix("programs: "));
    let measured = format!("{} ({})", counts.unwrap_or("no counts"), said(&outcome));
    let none_skipped = counts.is_some_and(|c| c.contains(" 0 failed") && c.contains(" 0 skipped"));
    let bar = "all pass, none skipped";
    vec![row("cases", measured, bar, outcome.is_success() && none_skipped)]
}

/// The bench of whole processes, and the command that it runs.
pub fn cold(place: &Place) -> Vec<Row> {
    match build(place, &["-p", "updraft-cli"]) {
        Ok(()) => bench(place, "cold"),
        Err(failed) => vec![failed],
    }
}

/// A table of the benches, by the bars in its JSON.
pub fn bench(place: &Place, name: &str) -> Vec<Row> {
    let json = place.work.join(format!("bench-{name}.json"));
    let _ = fs::remove_file(&json);
    let script = format!(
        "cargo run --quiet --release --manifest-path benches/Cargo.toml -- {name} --json '{}'",
        json.display()
    );
    let outcome = match shell(place, &format!("bench-{name}"), &script) {
        Ok(outcome) => outcome,
        Err(failed) => return vec![failed],
    };
    let text = fs::read_to_string(&json).unwrap_or_default();
    let table: Value = serde_json::from_str(&text).unwrap_or_default();
    let mut rows = bench_rows(&table);
    if rows.is_empty() || !outcome.is_success() {
        rows.push(row(
            "command",
            said(&outcome),
            "exit code 0, bars",
            outcome.is_success() && !rows.is_empty(),
        ));
    }
    rows
}

fn bench_rows(table: &Value) -> Vec<Row> {
    let bars = table["bars"].as_array().into_iter().flatten();
    bars.map(|bar| {
        let text = |key: &str| bar[key].as_str().unwrap_or("?").to_owned();
        let limit = bar["limit"].as_f64();
        let value = bar["value"].as_f64();
        let measured = value.map_or("nothing".to_owned(), |v| format!("{v:.3}"));
        let sign = text("sign");
        let wanted = limit.map_or("none".to_owned(), |l| format!("{sign} {l}"));
        // Judged again: a table that only claims to hold does not.
        let holds = |(v, l): (f64, f64)| match &*sign {
            "<=" => v <= l,
            ">=" => v >= l,
            _ => false,
        };
        let pass = limit.is_none() || value.zip(limit).is_some_and(holds);
        row(format!("{}, {}", text("bar"), text("row")), measured, wanted, pass)
    })
    .collect()
}

/// Every fuzz target for some seconds.
pub fn fuzz(place: &Place, seconds: u32) -> Vec<Row> {
    let mut targets: Vec<String> = fs::read_dir(place.root.join("fuzz/targets"))
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.path().file_stem()?.to_str().map(str::to_owned))
        .collect();
    targets.sort();
    let mut rows = Vec::new();
    for target in targets {
        let script = format!("fuzz/run {target} {seconds}");
        let outcome = match shell(place, &format!("fuzz-{target}"), &script) {
            Ok(outcome) => outcome,
            Err(failed) => {
                rows.push(failed);
                continue;
            }
        };
        let stat = |name: &str| {
            let line = outcome.stderr.lines().find_map(|l| l.strip_prefix(name))?;
            line.trim().parse::<u64>().ok()
        };
        let n = stat("stat::number_of_executed_units:").unwrap_or(0);
        let measured = format!("{n} inputs, {}", said(&outcome));
        let bar = ">= 100 inputs, no find";
        rows.push(row(target, measured, bar, outcome.is_success() && n >= 100));
    }
    rows
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_commands_of_a_readme_are_found() {
        let text = "# X\n```console\ncargo run\n```\nand\n```console\ncargo test\n```\n\
                    ## More\n```console\nno\n```\n";
        assert_eq!(console_commands(text), ["cargo run", "cargo test"]);
    }

    fn summary(files: u64, passed: u64) -> Value {
        let mut entries = Vec::new();
        for mode in ["a", "b", "c"] {
            for (set, n) in SPEC_SETS {
                let files = if *set == "simd" { files } else { *n };
                entries.push(json!({
                    "set": set, "mode": mode, "files": files, "directives": 9, "passed": passed,
                }));
            }
        }
        Value::Array(entries)
    }

    #[test]
    fn the_suite_must_be_whole_and_pass() {
        let n_failed = |v: &Value| spec_rows(v, 3).iter().filter(|r| !r.pass).count();
        assert_eq!((spec_rows(&summary(59, 9), 3).len(), n_failed(&summary(59, 9))), (16, 0));
        assert_eq!(n_failed(&summary(58, 9)), 3);
        assert_eq!(n_failed(&summary(59, 8)), 15);
        assert_eq!(n_failed(&Value::Null), 1);
        let mut one_missing = summary(59, 9);
        one_missing.as_array_mut().unwrap().pop();
        assert_eq!(n_failed(&one_missing), 1);
    }

    #[test]
    fn bars_of_benches_are_judged_again() {
        let table = json!({ "held": true, "bars": [
            { "bar": "ratio", "row": "fib", "value": 1.0, "sign": "<=", "limit": 1.1 },
            { "bar": "ratio", "row": "sha", "value": 1.2, "sign": "<=", "limit": 1.1 },
            { "bar": "ratio", "row": "nan", "value": null, "sign": "<=", "limit": 1.1 },
            { "bar": "ratio", "row": "off", "value": 9.0, "sign": "<=", "limit": null },
            { "bar": "speed", "row": "sql", "value": 1.4, "sign": ">=", "limit": 1.5 },
            { "bar": "speed", "row": "go", "value": 1.6, "sign": ">=", "limit": 1.5 },
            { "bar": "speed", "row": "odd", "value": 1.6, "limit": 1.5 },
        ]});
        let passed: Vec<bool> = bench_rows(&table).iter().map(|r| r.pass).collect();
        assert_eq!(passed, [true, false, false, true, false, true, false]);
    }
}
