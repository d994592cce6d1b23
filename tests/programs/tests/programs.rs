//! Runs every case of every program through the `updraft` command, in several modes.
//!
//! Environment:
//! - `UPDRAFT_PROGRAMS=full`: every case in every mode, and modules that are only compiled, with
//!   the release build of the command; else the fast ones, with the command in this test's profile.
//! - `UPDRAFT_BIN`: the command to test, instead of one that is built now.
//! - `UPDRAFT_REQUIRE_NET=1`: a program that cannot be fetched is a failure, not a skip.
//! - `UPDRAFT_PROGRAMS_HOST=node`: run the cases on the independent engine instead; with
//!   `UPDRAFT_BLESS=1` record its answers as the expected ones.

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use updraft_test_programs::cache::Cache;
use updraft_test_programs::case::{Case, Expected, cases};
use updraft_test_programs::host::{Host, MODES, compile_only};
use updraft_test_programs::program::{LARGE_MODULES, PROGRAMS, Program};
use updraft_test_programs::{Fetched, Missing};

fn main() -> ExitCode {
    match test_main() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn flag(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| !value.is_empty() && value != "0")
}

fn test_main() -> Fetched<ExitCode> {
    let args = Arguments::from_args();
    let cache = Cache::open()?;
    let node = std::env::var("UPDRAFT_PROGRAMS_HOST").is_ok_and(|host| host == "node");
    if node && flag("UPDRAFT_BLESS") {
        bless(&cache, &args)?;
        return Ok(ExitCode::SUCCESS);
    }
    let full = node || std::env::var("UPDRAFT_PROGRAMS").is_ok_and(|set| set == "full");
    let hosts: Vec<(&str, Host)> = if node {
        vec![("node", Host::Node)]
    } else {
        let bin = if args.list { PathBuf::new() } else { updraft_bin(full)? };
        let modes = MODES.iter().filter(|mode| mode.fast || full);
        modes.map(|mode| (mode.name, Host::Updraft(bin.clone(), mode.flags))).collect()
    };

    let mut plan =
        Plan { args: &args, cache: &cache, full, trials: Vec::new(), skipped: Vec::new() };
    for program in PROGRAMS {
        plan.program(program, &hosts)?;
    }
    if full && !node {
        plan.large_modules(&hosts);
    }
    let Plan { trials, skipped, .. } = plan;

    let conclusion = libtest_mimic::run(&args, trials);
    println!(
        "programs: {} passed, {} failed, {} skipped, {} filtered out; modes: {}",
        conclusion.num_passed,
        conclusion.num_failed,
        conclusion.num_ignored,
        conclusion.num_filtered_out,
        hosts.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
    );
    for (name, why) in &skipped {
        println!("SKIPPED, all cases of {name}: {why}");
    }
    Ok(conclusion.exit_code())
}

/// What will be run, and what cannot be.
struct Plan<'a> {
    args: &'a Arguments,
    cache: &'a Cache,
    full: bool,
    trials: Vec<Trial>,
    skipped: Vec<(&'static str, String)>,
}

impl Plan<'_> {
    fn program(&mut self, program: &'static Program, hosts: &[(&str, Host)]) -> Fetched<()> {
        let expected = Arc::new(Expected::read(program)?);
        let mut runs = Vec::new();
        for (mode, host) in hosts {
            let all = cases(program)?.into_iter();
            for case in all.filter(|case| self.full || !case.slow) {
                runs.push((
                    format!("{}::{} [{mode}]", program.name, case.name),
                    host.clone(),
                    case,
                ));
            }
        }
        let module =
            self.module(program.name, runs.iter().map(|run| &run.0), |cache| program.module(cache));
        for (name, host, case) in runs {
            let (module, expected) = (module.clone(), expected.clone());
            let cache = self.cache.clone();
            self.add(name, &module.clone(), move || {
                let Ok(module) = module else { return Ok(()) };
                run_case(&cache, program, &module, &host, &case, &expected)
            });
        }
        Ok(())
    }

    /// Modules that are only validated and compiled, every function of them.
    fn large_modules(&mut self, hosts: &[(&str, Host)]) {
        let Some((_, Host::Updraft(bin, _))) = hosts.first() else { return };
        for large in LARGE_MODULES {
            let name = format!("{}::compile", large.name);
            let module = self.module(large.name, [&name].into_iter(), |cache| large.module(cache));
            let bin = bin.clone();
            self.add(name, &module.clone(), move || match module {
                Ok(module) => Ok(compile_only(&bin, &module).map_err(|e| e.to_string())?),
                Err(_) => Ok(()),
            });
        }
    }

    /// The module, if any of the trials called `names` will run. An error says why there is none.
    fn module<'n>(
        &mut self,
        of: &'static str,
        mut names: impl Iterator<Item = &'n String>,
        fetch: impl FnOnce(&Cache) -> Fetched<PathBuf>,
    ) -> Result<PathBuf, Absent> {
        if self.args.list || !names.any(|name| selected(self.args, name)) {
            return Ok(PathBuf::new());
        }
        fetch(self.cache).map_err(|error| match error {
            Missing::Offline(why) if !flag("UPDRAFT_REQUIRE_NET") => {
                eprintln!("SKIPPING {of}: its registry does not answer: {why}");
                self.skipped.push((of, why));
                Absent::Skip
            }
            error => Absent::Fail(error.to_string()),
        })
    }

    fn add(
        &mut self,
        name: String,
        module: &Result<PathBuf, Absent>,
        run: impl FnOnce() -> Result<(), Failed> + Send + 'static,
    ) {
        self.trials.push(match module {
            Ok(_) => Trial::test(name, run),
            Err(Absent::Skip) => Trial::test(name, run).with_ignored_flag(true),
            Err(Absent::Fail(why)) => {
                let why = why.clone();
                Trial::test(name, move || Err(why.into()))
            }
        });
    }
}

#[derive(Clone)]
enum Absent {
    Skip,
    Fail(String),
}

fn run_case(
    cache: &Cache,
    program: &Program,
    module: &Path,
    host: &Host,
    case: &Case,
    expected: &Expected,
) -> Result<(), Failed> {
    let scratch = cache.temp_dir(&format!("run-{}", program.name))?;
    let answer = host.run(program, module, case, &scratch)?;
    Ok(expected.check(case, &answer)?)
}

/// Records the independent engine's answers. Each case runs twice: an answer that changes from
/// run to run cannot be expected.
fn bless(cache: &Cache, args: &Arguments) -> Fetched<()> {
    for program in PROGRAMS.iter().filter(|program| program.cases == program.name) {
        let module = match selected(args, program.name) {
            true => program.module(cache)?,
            false => continue,
        };
        let all = cases(program)?;
        let mut expected = Expected::read(program)?;
        for case in &all {
            let run = || {
                let scratch = cache.temp_dir(&format!("bless-{}", program.name))?;
                Host::Node.run(program, &module, case, &scratch)
            };
            expected.record(case, &run()?);
            if let Err(why) = expected.check(case, &run()?) {
                return Err(Missing::Failed(format!("{}::{}: {why}", program.name, case.name)));
            }
            println!("blessed {}::{}", program.name, case.name);
        }
        expected.write(&all)?;
    }
    Ok(())
}

/// Whether the command line picks the trial called `name`, by libtest's rules.
fn selected(args: &Arguments, name: &str) -> bool {
    let matches = |filter: &str| if args.exact { name == filter } else { name.contains(filter) };
    args.filter.as_deref().is_none_or(matches) && !args.skip.iter().any(|skip| matches(skip))
}

/// The `updraft` command, built now: in release, or in the profile of this test.
fn updraft_bin(release: bool) -> Fetched<PathBuf> {
    if let Some(bin) = std::env::var_os("UPDRAFT_BIN") {
        return Ok(bin.into());
    }
    let failed = |why: &str| Missing::Failed(format!("cannot build the updraft command: {why}"));
    let exe = std::env::current_exe()?;
    // target/<profile folder>/deps/programs-<hash>
    let own_dir = exe.parent().and_then(Path::parent).ok_or_else(|| failed("no folder"))?;
    let target = own_dir.parent().ok_or_else(|| failed("no target folder"))?;
    let profile_dir = if release { target.join("release") } else { own_dir.to_owned() };
    let profile = match profile_dir.file_name().and_then(|name| name.to_str()) {
        Some("debug") => "dev",
        Some(name) => name,
        None => return Err(failed("no profile")),
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--package", "updraft-cli", "--bin", "updraft"])
        .args(["--profile", profile, "--target-dir"])
        .arg(target)
        .current_dir(updraft_test_programs::program::repository_dir())
        .status()?;
    match status.success() {
        true => Ok(profile_dir.join("updraft")),
        false => Err(failed("cargo build failed")),
    }
}
