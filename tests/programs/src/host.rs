//! Who runs a program: the `updraft` command in one of its modes, or an independent engine.

use crate::cache::TempDir;
use crate::case::{Answer, Case, copy_fixtures};
use crate::program::{Program, package_dir};
use crate::{Fetched, Missing, failed};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A way to run programs with the `updraft` command.
#[derive(Clone, Copy, Debug)]
pub struct Mode {
    /// Its name in the test's output.
    pub name: &'static str,
    /// What goes before the module on the command line.
    pub flags: &'static [&'static str],
    /// Whether the fast set runs it too.
    pub fast: bool,
}

/// Every mode that programs run in. A new tier or strategy is one row here.
pub const MODES: &[Mode] = &[
    Mode { name: "default", flags: &[], fast: true },
    Mode { name: "baseline", flags: &["--tier", "baseline"], fast: true },
    Mode { name: "optimize", flags: &["--tier", "optimize"], fast: false },
    Mode { name: "eager", flags: &["--tier", "optimize", "-O", "eager"], fast: false },
    Mode { name: "checked", flags: &["-O", "bounds=explicit"], fast: false },
    Mode {
        name: "baseline-checked",
        flags: &["--tier", "baseline", "-O", "bounds=explicit"],
        fast: false,
    },
    Mode { name: "tier-up-now", flags: &["-S", "tier-up-now"], fast: false },
    // Every loop of large programs, each a compilation of its own, takes hours.
    Mode { name: "osr-sample-1", flags: &["-S", "osr-sample=1/8"], fast: false },
    Mode { name: "osr-sample-2", flags: &["-S", "osr-sample=2/8"], fast: false },
    Mode { name: "random-tiers", flags: &["-S", "random-tiers=1"], fast: false },
    Mode { name: "lazy-validation", flags: &["-O", "lazy-validation"], fast: false },
    // At each first call, the same.
    Mode { name: "evict", flags: &["-S", "evict=1/200,code-gc-always"], fast: false },
    Mode { name: "small-budget", flags: &["-O", "code-budget=2MiB"], fast: false },
];

/// An engine that programs run on.
#[derive(Clone, Debug)]
pub enum Host {
    /// The `updraft` command at this path, with flags after `run`.
    Updraft(PathBuf, &'static [&'static str]),
    /// Node's WASI on V8: where the expected answers come from.
    Node,
}

/// No program takes longer than this on an engine that works, not even in a debug build.
const TIMEOUT: Duration = Duration::from_secs(600);

impl Host {
    /// Runs `case` of `program`, whose module is at `module`, in a fresh copy of its fixtures.
    pub fn run(
        &self,
        program: &Program,
        module: &Path,
        case: &Case,
        scratch: &TempDir,
    ) -> Fetched<Answer> {
        copy_fixtures(program, scratch.path())?;
        let dirs = case.dirs.iter().map(|(host, guest)| (scratch.path().join(host), guest));
        let mut command = match self {
            Host::Updraft(bin, flags) => {
                let mut command = Command::new(bin);
                command.arg("run").args(*flags);
                for (name, value) in &case.env {
                    command.arg("--env").arg(format!("{name}={value}"));
                }
                for (host, guest) in dirs {
                    command.arg("--dir").arg(format!("{}::{guest}", host.display()));
                }
                command.arg(module).args(&case.args);
                command
            }
            Host::Node => {
                let given = serde_json::json!({
                    "module": module.display().to_string(),
                    "args": case.args,
                    "env": object(case.env.iter().map(|(k, v)| (k.clone(), v.clone()))),
                    "dirs": object(dirs.map(|(h, g)| (g.clone(), h.display().to_string()))),
                });
                let mut command = Command::new("node");
                command.args(["--no-warnings", "--stack-size=900"]);
                command.arg(package_dir().join("node-host.mjs")).arg(given.to_string());
                command
            }
        };
        let (status, stdout, stderr) = run_to_end(&mut command, &case.stdin)?;
        let Some(exit) = status.code() else {
            return failed(format!("{command:?}: {status}\n{}", String::from_utf8_lossy(&stderr)));
        };
        let files = case
            .outputs
            .iter()
            .map(|name| (name.clone(), fs::read(scratch.path().join(name)).ok()));
        Ok(Answer { exit, stdout, stderr, files: files.collect() })
    }
}

/// Validates and compiles every function of `module` with the `updraft` command at `bin`.
pub fn compile_only(bin: &Path, module: &Path) -> Fetched<()> {
    let mut command = Command::new(bin);
    command.arg("compile").arg(module);
    let (status, _, stderr) = run_to_end(&mut command, &[])?;
    match status.success() {
        true => Ok(()),
        false => failed(format!("{command:?}: {status}\n{}", String::from_utf8_lossy(&stderr))),
    }
}

fn object(pairs: impl Iterator<Item = (String, String)>) -> serde_json::Value {
    serde_json::Value::Object(pairs.map(|(k, v)| (k, v.into())).collect())
}

fn run_to_end(command: &mut Command, stdin: &[u8]) -> Fetched<(ExitStatus, Vec<u8>, Vec<u8>)> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| Missing::Failed(format!("{command:?}: {e}")))?;
    let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        // A program that does not read its input closes the pipe: not an error.
        scope.spawn(move || input.map(|mut pipe| pipe.write_all(stdin)));
        let output = scope.spawn(move || read_all(output));
        let errors = scope.spawn(move || read_all(errors));
        let status = wait(&mut child);
        let output = output.join().unwrap_or_default();
        let errors = errors.join().unwrap_or_default();
        match status? {
            Some(status) => Ok((status, output, errors)),
            None => failed(format!("{command:?}: still running after {TIMEOUT:?}")),
        }
    })
}

fn read_all(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        // What was read before an error is the answer; the comparison finds what is missing.
        let _ = pipe.read_to_end(&mut bytes);
    }
    bytes
}

/// The status of `child`, or `None` if it had to be killed.
fn wait(child: &mut Child) -> Fetched<Option<ExitStatus>> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() > TIMEOUT {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}
