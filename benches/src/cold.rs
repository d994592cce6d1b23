//! Whole processes, from nothing: `updraft run` against Node.js with the same program.
//!
//! Wall time, as a user waits. Neither keeps compiled code from one process to the next; the files
//! are in the system's memory for both. Of the phases of ours, `compile` is what was compiled at
//! first calls: a part of the phases after it, not one more.

use crate::Result;
use crate::options::Options;
use crate::peers::{Node, peak_kib, run as run_command};
use crate::report::{Cell, Report};
use crate::stats::ratios;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use updraft_test_programs::cache::Cache;
use updraft_test_programs::program::{find, repository_dir};
use updraft_test_programs::zig;

/// A program, and how long it may take in relation to Node.js.
struct Program {
    row: &'static str,
    /// Its name in the list of real programs; nothing is `hello.c`.
    name: Option<&'static str>,
    args: &'static [&'static str],
    stdout: &'static str,
    bar: &'static str,
    limit: f64,
    /// The most KiB that it may have resident at a time, if there is a bar on that.
    peak_limit: Option<f64>,
}

const PROGRAMS: &[Program] = &[
    Program {
        row: "hello",
        name: None,
        args: &[],
        stdout: "hello, world\n",
        bar: "cold-hello",
        limit: 0.15,
        peak_limit: None,
    },
    Program {
        row: "python print(1)",
        name: Some("python"),
        args: &["-c", "print(1)"],
        stdout: "1\n",
        bar: "cold-python",
        limit: 0.5,
        peak_limit: None,
    },
    Program {
        row: "esbuild --version",
        name: Some("esbuild"),
        args: &["--version"],
        stdout: "0.27.2\n",
        bar: "cold-esbuild",
        limit: 0.4,
        peak_limit: Some(100.0 * 1024.0),
    },
];

const ENV: &[(&str, &str)] = &[("PWD", "/")];

/// Measures the processes.
pub fn run(options: &Options) -> Result<Report> {
    let cache = Cache::open()?;
    let node = Node::fetch(&cache)?;
    let updraft = updraft()?;
    let pairs = options.pairs.unwrap_or(10);
    let mut report = Report::new("cold", &["updraft", "node", "updraft/node", "peak", "node's"]);
    for program in PROGRAMS.iter().filter(|program| options.wants(program.row)) {
        let path = program.module(&cache)?;
        let theirs = || node.wasi(&path, program.args, ENV);
        let ours = |extra: &[&str]| match options.self_test {
            true => theirs(),
            false => command(&updraft, extra, &path, program),
        };
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..=pairs {
            eprint!("\r{}: round {round} of {pairs}", program.row);
            for (mut command, times) in [ours(&[]), theirs()].into_iter().zip(&mut times) {
                let (millis, printed) = run_command(&mut command)?;
                if printed != program.stdout {
                    return Err(format!("{command:?} printed {printed:?}").into());
                }
                // The first round brings the files into memory.
                if round > 0 {
                    times.push(millis);
                }
            }
        }
        eprintln!();
        let ratio = ratios(&times[0], &times[1]);
        report.judge_pairs(options, program.bar, program.limit, program.row, &ratio);
        let peak = peak_kib(&ours(&[]))?;
        if let Some(limit) = program.peak_limit {
            report.judge(options, "cold-memory", limit, program.row, peak);
        }
        let [ours_ms, node_ms] = times.map(Cell::Millis);
        let cells = vec![
            ours_ms,
            node_ms,
            Cell::Ratio(ratio),
            Cell::Kib(peak),
            Cell::Kib(peak_kib(&theirs())?),
        ];
        report.row(program.row, cells);
        if !options.self_test {
            phases(&mut report, pairs.min(5), || ours(&["-D", "phases"]))?;
        }
    }
    Ok(report)
}

/// Adds a row for each phase that the command tells of.
fn phases(report: &mut Report, runs: usize, command: impl Fn() -> Command) -> Result<()> {
    let mut phases: Vec<(String, Vec<f64>)> = Vec::new();
    for _ in 0..runs {
        let output = command().stdin(Stdio::null()).output()?;
        for line in String::from_utf8_lossy(&output.stderr).lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let ["phase", name, millis, "ms"] = words[..] else { continue };
            let millis = millis.parse()?;
            match phases.iter_mut().find(|(known, _)| known == name) {
                Some((_, times)) => times.push(millis),
                None => phases.push((name.into(), vec![millis])),
            }
        }
    }
    if phases.is_empty() {
        return Err("the command tells of no phases".into());
    }
    for (name, times) in phases {
        report.row(&format!("  {name}"), vec![Cell::Millis(times)]);
    }
    Ok(())
}

fn command(updraft: &Path, extra: &[&str], module: &Path, program: &Program) -> Command {
    let mut command = Command::new(updraft);
    command.arg("run").args(extra);
    for (name, value) in ENV {
        command.arg("--env").arg(format!("{name}={value}"));
    }
    command.arg(module).args(program.args);
    command
}

/// The command of this repository, built for release: `$UPDRAFT_BIN`, or where Cargo puts it.
fn updraft() -> Result<PathBuf> {
    if let Some(bin) = std::env::var_os("UPDRAFT_BIN") {
        return Ok(bin.into());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| repository_dir().join("target"));
    let bin = target.join("release/updraft");
    if bin.is_file() {
        return Ok(bin);
    }
    let build = "cargo build --release -p updraft-cli";
    Err(format!("{}: not there; `{build}` makes it", bin.display()).into())
}

impl Program {
    fn module(&self, cache: &Cache) -> Result<PathBuf> {
        match self.name {
            Some(name) => Ok(find(name).ok_or("no such program")?.module(cache)?),
            None => {
                let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("cold/hello.c");
                Ok(zig::build_command(cache, &source)?)
            }
        }
    }
}
