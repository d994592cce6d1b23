//! The peers that are programs: Node.js, and how a process is run and looked at.

use crate::Result;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use updraft_test_programs::cache::Cache;
use updraft_test_programs::program::package_dir;
use updraft_test_programs::registry;

/// V8 with its baseline compiler alone, all of it at once, on one thread, and nothing remembered.
const LIFTOFF: &[&str] = &[
    "--single-threaded",
    "--no-wasm-native-module-cache",
    "--liftoff-only",
    "--no-wasm-lazy-compilation",
];

/// What `python3` is told, to learn how much memory a command needed. It is a small process: what
/// the parent has when it forks counts for the child too.
const WAIT4: &str = "\
import os, sys
null = os.open(os.devnull, os.O_RDWR)
actions = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=actions)
_, status, usage = os.wait4(pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
";

/// Node.js.
pub struct Node {
    bin: PathBuf,
}

impl Node {
    /// The pinned one.
    pub fn fetch(cache: &Cache) -> Result<Node> {
        Ok(Node { bin: registry::node(cache)? })
    }

    /// Milliseconds of processor time that V8's baseline compiler takes for the module at `path`,
    /// `rounds` times in a process of its own.
    pub fn liftoff(&self, path: &Path, rounds: usize) -> Result<Vec<f64>> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/liftoff.mjs");
        let mut command = Command::new(&self.bin);
        command.args(LIFTOFF).arg(script).arg(path).arg(rounds.to_string());
        let (_, printed) = run(&mut command)?;
        let micros: Vec<f64> = serde_json::from_str(&printed)?;
        if micros.len() != rounds {
            return Err(format!("node timed {} rounds", micros.len()).into());
        }
        Ok(micros.into_iter().map(|time| time / 1e3).collect())
    }

    /// The command that runs the WASI program at `path`, as `updraft run` would.
    pub fn wasi(&self, path: &Path, args: &[&str], env: &[(&str, &str)]) -> Command {
        let env: serde_json::Map<_, _> =
            env.iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
        let given = json!({ "module": path, "args": args, "env": env, "dirs": {} });
        let mut command = Command::new(&self.bin);
        command.arg("--no-warnings").arg(package_dir().join("node-host.mjs"));
        command.arg(given.to_string());
        command
    }
}

/// Runs `command` to its end, which must be a good one: the milliseconds that it took by the
/// clock, and what it printed.
pub fn run(command: &mut Command) -> Result<(f64, String)> {
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let millis = start.elapsed().as_secs_f64() * 1e3;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("{command:?}: {}\n{complaint}", output.status).into());
    }
    Ok((millis, String::from_utf8(output.stdout)?))
}

/// The most KiB that were resident at a time in a process that runs `command`.
pub fn peak_kib(command: &Command) -> Result<f64> {
    let mut waiter = Command::new("python3");
    waiter.args(["-c", WAIT4]).arg(command.get_program()).args(command.get_args());
    let (_, printed) = run(&mut waiter)?;
    match printed.split_whitespace().collect::<Vec<_>>()[..] {
        ["0", kib] => Ok(kib.parse()?),
        _ => Err(format!("{command:?}: exit code and KiB are {printed:?}").into()),
    }
}
