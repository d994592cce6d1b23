//! `cargo xtask test-all`: every test that there is, those that take hours
//! included.
//!
//! Owns: the list of steps, and which of them have passed. A step is a shell
//! command that ends well or does not; what passed on a tree is not run again
//! on the same tree, so a run that was cut off goes on where it was. Logs are
//! in `target/test-all/`. What is measured is the business of `accept`.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

const USAGE: &str = "\
Usage: cargo xtask test-all [--fuzz SECONDS] [--only PREFIX] [--fresh] [--list]

  --fuzz SECONDS  for how long each fuzz target runs (default: 300)
  --only PREFIX   only steps whose names start so
  --fresh         run what has passed on this tree too
";

/// What the arguments ask for.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    fuzz_seconds: u32,
    only: String,
    fresh: bool,
    list: bool,
}

/// A command that must end well.
#[derive(Debug)]
struct Step {
    name: String,
    script: String,
}

fn step(name: impl Into<String>, script: impl Into<String>) -> Step {
    Step { name: name.into(), script: script.into() }
}

/// Runs the command with what follows its name.
pub fn run(root: &Path, args: &[&str]) -> ExitCode {
    let options = match parse(args) {
        Ok(options) => options,
        Err(message) => {
            eprint!("{message}{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run_steps(root, &options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("test-all: {e}");
            ExitCode::FAILURE
        }
    }
}

fn parse(args: &[&str]) -> Result<Options, String> {
    let mut options = Options { fuzz_seconds: 300, only: String::new(), fresh: false, list: false };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("test-all: {arg} wants a value\n"));
        match *arg {
            "--fuzz" => {
                let text = value()?;
                options.fuzz_seconds =
                    text.parse().map_err(|_| format!("test-all: not a number: {text}\n"))?;
            }
            "--only" => options.only = (*value()?).to_owned(),
            "--fresh" => options.fresh = true,
            "--list" => options.list = true,
            other => return Err(format!("test-all: unknown argument {other}\n")),
        }
    }
    Ok(options)
}

/// All steps, cheap ones first.
fn steps(root: &Path, fuzz_seconds: u32) -> io::Result<Vec<Step>> {
    let mut steps = vec![
        step("tidy", "cargo xtask tidy"),
        step("clippy", "cargo clippy --workspace --all-targets --all-features -- -D warnings"),
        // The suite in every mode, scripts about tiers and the fast programs.
        step("workspace", "cargo test --workspace"),
        step("fuzz-bodies", "cd fuzz && cargo test"),
        step("loom", "cargo xtask loom"),
    ];
    for mode in program_modes(root)? {
        let script = format!(
            "UPDRAFT_REQUIRE_NET=1 UPDRAFT_PROGRAMS=full \
             cargo test -p updraft-test-programs --test programs -- '[{mode}]'"
        );
        steps.push(step(format!("programs-{mode}"), script));
    }
    let compile = "UPDRAFT_REQUIRE_NET=1 UPDRAFT_PROGRAMS=full \
                   cargo test -p updraft-test-programs --test programs -- ::compile";
    steps.push(step("programs-compiled", compile));
    steps.push(step("hostile", "cargo xtask accept tiering --only hostile"));
    steps.push(step("limits", "cargo xtask accept tiering --only limits"));
    for target in fuzz_targets(root)? {
        steps.push(step(format!("fuzz-{target}"), format!("fuzz/run {target} {fuzz_seconds}")));
    }
    Ok(steps)
}

/// The modes of programs, by the names of the cases.
fn program_modes(root: &Path) -> io::Result<Vec<String>> {
    let output = Command::new("cargo")
        .args(["test", "--quiet", "-p", "updraft-test-programs", "--test", "programs"])
        .args(["--", "--list"])
        .env("UPDRAFT_PROGRAMS", "full")
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()?;
    let modes = modes_of(&String::from_utf8_lossy(&output.stdout));
    match modes.is_empty() {
        true => Err(io::Error::other("the programs have no modes")),
        false => Ok(modes),
    }
}

/// What stands in brackets behind the names of tests, each once, in order.
fn modes_of(list: &str) -> Vec<String> {
    let mut modes: Vec<String> = Vec::new();
    for line in list.lines() {
        let mode = line.split_once(" [").and_then(|(_, rest)| rest.split_once(']'));
        if let Some((mode, _)) = mode
            && !modes.iter().any(|m| m == mode)
        {
            modes.push(mode.to_owned());
        }
    }
    modes
}

fn fuzz_targets(root: &Path) -> io::Result<BTreeSet<String>> {
    let mut targets = BTreeSet::new();
    for entry in fs::read_dir(root.join("fuzz/targets"))? {
        if let Some(stem) = entry?.path().file_stem().and_then(|stem| stem.to_str()) {
            targets.insert(stem.to_owned());
        }
    }
    Ok(targets)
}

/// A name for the contents of all files that git knows.
fn tree_id(root: &Path) -> io::Result<String> {
    let script = "git rev-parse \"$(s=$(git stash create); echo ${s:-HEAD})^{tree}\"";
    let output = Command::new("bash").args(["-c", script]).current_dir(root).output()?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned())),
    }
}

/// Whether all steps that were asked for pass.
fn run_steps(root: &Path, options: &Options) -> io::Result<bool> {
    let mut steps = steps(root, options.fuzz_seconds)?;
    steps.retain(|step| step.name.starts_with(&options.only));
    if options.list {
        steps.iter().for_each(|step| println!("{:<24} {}", step.name, step.script));
        return Ok(true);
    }
    let work = root.join("target/test-all");
    fs::create_dir_all(&work)?;
    let mut passed = Passed::read(work.join("passed"), &tree_id(root)?, options.fresh)?;
    let mut failed = Vec::new();
    for step in &steps {
        if passed.contains(&step.name) {
            println!("test-all: {}: passed before", step.name);
            continue;
        }
        let log = work.join(format!("{}.log", step.name));
        let file = File::create(&log)?;
        let start = Instant::now();
        let status = Command::new("bash")
            .args(["-c", &step.script])
            .current_dir(root)
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .status()?;
        let seconds = start.elapsed().as_secs();
        if status.success() {
            passed.add(&step.name)?;
            println!("test-all: {}: passed in {seconds} s", step.name);
        } else {
            println!("test-all: {}: FAILED in {seconds} s, see {}", step.name, log.display());
            failed.push(&*step.name);
        }
    }
    match failed.is_empty() {
        true => println!("test-all: all {} steps pass", steps.len()),
        false => println!("test-all: failed: {}", failed.join(", ")),
    }
    Ok(failed.is_empty())
}

/// The steps that have passed on a tree: a file, the tree in its first line.
struct Passed {
    file: PathBuf,
    tree: String,
    names: BTreeSet<String>,
}

impl Passed {
    fn read(file: PathBuf, tree: &str, fresh: bool) -> io::Result<Self> {
        let text = match fs::read_to_string(&file) {
            Ok(text) if !fresh => text,
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => String::new(),
        };
        let mut lines = text.lines();
        let same = lines.next() == Some(tree);
        let names = lines.filter(|_| same).map(str::to_owned).collect();
        Ok(Self { file, tree: tree.to_owned(), names })
    }

    fn contains(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Written at once: the run may be cut off in the next step.
    fn add(&mut self, name: &str) -> io::Result<()> {
        self.names.insert(name.to_owned());
        let names: Vec<&str> = self.names.iter().map(|n| &**n).collect();
        fs::write(&self.file, format!("{}\n{}\n", self.tree, names.join("\n")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_stand_behind_the_names_of_cases() {
        let list = "a::one [default]: test\na::two [default]: test\na::one [x-y]: test\nb::compile: test\n";
        assert_eq!(modes_of(list), ["default", "x-y"]);
    }

    #[test]
    fn options_are_read() {
        let options = parse(&["--fuzz", "7", "--only", "fuzz-"]).unwrap();
        assert_eq!((options.fuzz_seconds, &*options.only), (7, "fuzz-"));
        assert!(parse(&["--fuzz"]).is_err() && parse(&["--fuzz", "x"]).is_err());
        assert!(parse(&["all"]).is_err());
    }

    #[test]
    fn what_passed_is_known_for_the_same_tree_only() {
        let file = std::env::temp_dir().join(format!("test-all-{}", std::process::id()));
        let mut passed = Passed::read(file.clone(), "t1", false).unwrap();
        passed.add("tidy").unwrap();
        passed.add("loom").unwrap();
        let again = |tree, fresh| Passed::read(file.clone(), tree, fresh).unwrap();
        assert!(again("t1", false).contains("tidy") && again("t1", false).contains("loom"));
        assert!(!again("t2", false).contains("tidy"));
        assert!(!again("t1", true).contains("tidy"));
        fs::remove_file(&file).unwrap();
    }
}
