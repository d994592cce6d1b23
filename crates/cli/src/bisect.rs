//! `updraft bisect`: finds the function that makes the tiers' runs of a
//! program differ.
//!
//! Owns: the command and the search. `trial` runs the program, `run` says with
//! which options. Must not know: how the engine gives functions their tiers.
//!
//! # Essay: what the search may rely on
//!
//! A trial runs the program with the first n functions in baseline code and
//! the others optimized. The trials with no function and with all of them in
//! baseline code differ. Between two numbers whose trials differ from one
//! another there are always two neighbours that differ, and halving finds such
//! a pair, whether or not everything between looks like one side or the other.
//! What tells the neighbours apart is the tier of one function. It need not be
//! the one that is wrong: a function that is inlined into another is compiled
//! with it.
//!
//! A program whose runs differ with nothing changed says nothing about tiers,
//! so both ends run twice before the search, and both neighbours once more
//! after it. How a run ended and its standard output go before standard error:
//! that is compared only if nothing else differs, and if it is steady.

mod trial;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::iter;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use updraft::Module;

use crate::CommandResult;
use crate::facts::{self, FuncFacts};
use crate::report::{Failure, Outcome, printable};
use crate::run::RunCommand;
use crate::source::{self, display_name};
use crate::units::{parse_duration, show_duration};
use trial::{Compared, End, Run, Runner};

const EXAMPLES: &str = "\
Examples:
  updraft bisect app.wasm one two
  updraft bisect --dir . --env A=b app.wasm     With what `run` would give it
  updraft bisect --invoke fib math.wat 30
  updraft bisect --stdin input.txt --deadline 10s app.wasm
  updraft bisect --random 20 app.wasm           If all baseline is as all optimized

The program runs many times, each in a process of its own. What it changes in
its directories stays changed.

Exit codes: 0 if the tiers agree; 1 if they differ, or if the program's runs
differ with nothing changed; 2 for wrong usage.";

/// Find the function that makes the tiers' runs of a program differ.
#[derive(Args, Clone, Debug)]
#[command(
    override_usage = "updraft bisect [OPTIONS] FILE [ARG]...",
    after_help = EXAMPLES,
    // They are refused: see `RunCommand::for_bisect`.
    mut_arg("time", |arg| arg.hide(true)),
    mut_arg("tier", |arg| arg.hide(true)),
    mut_arg("debug", |arg| arg.hide(true))
)]
pub struct BisectCommand {
    /// End each run after this time: 500ms, 2s, 1m, or seconds
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = parse_duration)]
    deadline: Duration,
    /// What each run reads from standard input: this file, or else nothing
    #[arg(long, value_name = "FILE")]
    stdin: Option<PathBuf>,
    /// If all baseline is as all optimized, try N times with half of the
    /// functions in baseline code, chosen by chance
    #[arg(long, value_name = "N", default_value_t = 0)]
    random: u64,
    #[command(flatten)]
    run: RunCommand,
}

/// Which functions are in baseline code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Tiers {
    /// Those below, imports not counted.
    below: u32,
    /// Of them only those that chance picks.
    seed: Option<u64>,
}

impl Tiers {
    /// The option of `run` that chooses them.
    fn option(self) -> String {
        match self.seed {
            Some(seed) => format!("-Sbaseline-below={},baseline-seed={seed}", self.below),
            None => format!("-Sbaseline-below={}", self.below),
        }
    }

    fn describe(self, n_all: u32) -> String {
        let chance =
            self.seed.map(|s| format!(", of these half by chance {s}")).unwrap_or_default();
        match self.below {
            0 => "all optimized".to_owned(),
            n if n == n_all => format!("all baseline{chance}"),
            n => format!("first {n} baseline{chance}"),
        }
    }
}

/// Runs the command.
pub fn run(command: &BisectCommand) -> CommandResult {
    let (file, settings) = command.run.for_bisect()?;
    let name = display_name(file);
    // Before anything runs: whether the module is one, and both tiers are there.
    let engine = settings.with_baseline_below(0).engine()?;
    let source = source::read(file).map_err(|e| Failure::new(format!("{name}: {e}")))?;
    let module = Module::from_vec(&engine, source.bytes).map_err(|e| Failure::engine(&name, &e))?;
    let funcs = facts::functions(&module);
    drop(module);

    let runner = Runner::new(command.run.arguments(), command.stdin.clone(), command.deadline)?;
    let mut bisection = Bisection { runner, funcs: &funcs, command };
    bisection.find()
}

struct Bisection<'a> {
    runner: Runner,
    funcs: &'a [FuncFacts],
    command: &'a BisectCommand,
}

impl Bisection<'_> {
    fn n_all(&self) -> u32 {
        self.funcs.len() as u32
    }

    fn find(&mut self) -> CommandResult {
        let all = self.n_all();
        let optimized = self.run_twice(Tiers { below: 0, seed: None })?;
        if optimized.steady.is_none() {
            return self.unsteady(optimized.tiers);
        }
        let seeds = (0..self.command.random).map(Some);
        // What is compared gets no more than what is steady everywhere.
        let mut steady = optimized.steady;
        for seed in iter::once(None).chain(seeds) {
            let baseline = self.run_twice(Tiers { below: all, seed })?;
            steady = steady.and_then(|a| Some(a.min(baseline.steady?)));
            let Some(steady) = steady else { return self.unsteady(baseline.tiers) };
            // Standard error, where a backtrace may say less in one tier, is
            // looked at only if nothing else differs.
            for compared in [Compared::Output, Compared::All] {
                if compared <= steady && !optimized.run.is_like(&baseline.run, compared) {
                    return self.narrow(&optimized.run, baseline.tiers, compared);
                }
            }
        }
        let mut out = io::stdout().lock();
        let reference = optimized.run;
        writeln!(out, "no difference: {}", reference.end)?;
        if let (true, Some(line)) = (reference.end != End::Code(0), reference.complaint()) {
            writeln!(out, "  standard error: {line}")?;
        }
        if steady == Some(Compared::Output) {
            writeln!(out, "  standard error differs with nothing changed: not compared")?;
        }
        if reference.end == End::Deadline {
            let deadline = show_duration(self.command.deadline);
            writeln!(out, "  but no run came to its end in {deadline}: see --deadline")?;
        }
        Ok(Outcome::Success)
    }

    /// Finds the function, given that the run with these tiers differs from
    /// the reference.
    fn narrow(&mut self, reference: &Run, tiers: Tiers, compared: Compared) -> CommandResult {
        // Functions that chance leaves alone change nothing: trials on both of
        // their sides are the same.
        let n = search(tiers.below, &mut |below| {
            Ok(self.run(Tiers { below, ..tiers })?.is_like(reference, compared))
        })?;
        let (good, bad) = (Tiers { below: n, ..tiers }, Tiers { below: n + 1, ..tiers });
        let right = self.run(good)?;
        let wrong = self.run(bad)?;
        if !right.is_like(reference, compared) {
            return self.unsteady(good);
        }
        if wrong.is_like(reference, compared) {
            return self.unsteady(bad);
        }
        self.report(&self.funcs[n as usize], (good, &right), (bad, &wrong))?;
        Ok(Outcome::Negative)
    }

    fn report(
        &self,
        func: &FuncFacts,
        (good, right): (Tiers, &Run),
        (bad, wrong): (Tiers, &Run),
    ) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let name = func.name.as_deref().map(|n| format!(" {}", printable(n))).unwrap_or_default();
        writeln!(out, "found: function {}{name}", func.index)?;
        writeln!(out, "  {} bytes at offset {:#x}, {}", func.body_bytes, func.offset, func.ty)?;
        writeln!(out, "with it optimized:        {}", right.end)?;
        writeln!(out, "with it in baseline code: {}", wrong.end)?;
        write!(out, "{}", right.difference(wrong))?;
        let arguments = shell(&self.runner.arguments);
        writeln!(out, "again:")?;
        writeln!(out, "  updraft run {} {arguments}", good.option())?;
        writeln!(out, "  updraft run {} {arguments}", bad.option())?;
        let file = shell(&self.command.run.file().map(Into::into).into_iter().collect::<Vec<_>>());
        writeln!(out, "  updraft explore {file} --func {} -o page.html", func.index)?;
        out.flush()
    }

    /// The program's runs differ with nothing changed.
    fn unsteady(&self, tiers: Tiers) -> CommandResult {
        let tiers = tiers.describe(self.n_all());
        let mut out = io::stdout().lock();
        writeln!(
            out,
            "cannot tell: two runs of the program differ with nothing changed ({tiers})"
        )?;
        Ok(Outcome::Negative)
    }

    fn run(&mut self, tiers: Tiers) -> Result<Run, Failure> {
        let run = self.runner.run(&tiers.option())?;
        let mut line = format!("{}: {}", tiers.describe(self.n_all()), run.end);
        let _ = write!(line, ", {} and {} bytes of output", run.stdout.bytes, run.stderr.bytes);
        // What nobody reads need not be said.
        let _ = writeln!(io::stderr(), "{line}");
        Ok(run)
    }

    fn run_twice(&mut self, tiers: Tiers) -> Result<Twice, Failure> {
        let (run, again) = (self.run(tiers)?, self.run(tiers)?);
        let steady =
            [Compared::All, Compared::Output].into_iter().find(|c| run.is_like(&again, *c));
        Ok(Twice { tiers, run, steady })
    }
}

/// Two runs with nothing changed.
struct Twice {
    tiers: Tiers,
    run: Run,
    /// The most that is the same.
    steady: Option<Compared>,
}

/// A number below `n` that is good, while the next is not. 0 is good, and `n`
/// is not.
fn search(n: u32, is_good: &mut dyn FnMut(u32) -> Result<bool, Failure>) -> Result<u32, Failure> {
    let (mut good, mut bad) = (0, n);
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        if is_good(middle)? {
            good = middle;
        } else {
            bad = middle;
        }
    }
    Ok(good)
}

/// Arguments as a shell takes them.
fn shell(arguments: &[std::ffi::OsString]) -> String {
    let quote = |a: &std::ffi::OsString| {
        let text = printable(&a.to_string_lossy());
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,+@%".contains(c);
        match !text.is_empty() && text.chars().all(is_plain) {
            true => text,
            false => format!("'{}'", text.replace('\'', "'\\''")),
        }
    };
    arguments.iter().map(quote).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_finds_the_one_function_and_asks_few_times() {
        for n in 1..70 {
            for guilty in 0..n {
                let mut asked = 0;
                let found = search(n, &mut |below| {
                    asked += 1;
                    assert!(below > 0 && below < n);
                    Ok(below <= guilty)
                });
                assert_eq!(found.unwrap(), guilty);
                assert!(asked <= n.ilog2() + 1, "{asked} of {n}");
            }
        }
    }

    #[test]
    fn a_found_pair_differs_whatever_lies_between() {
        let mut x = 1_u64;
        for _ in 0..200 {
            let mut good = [true; 50];
            for g in &mut good[1..] {
                x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                *g = x >> 63 == 0;
            }
            let is_good = |i: u32| good.get(i as usize).copied().unwrap_or(false);
            let found = search(50, &mut |i| Ok(is_good(i))).unwrap();
            assert!(is_good(found) && !is_good(found + 1));
        }
    }

    #[test]
    fn shown_commands_can_be_pasted() {
        let words: Vec<std::ffi::OsString> =
            ["a.wasm", "it's", "", "a b"].iter().map(Into::into).collect();
        assert_eq!(shell(&words), r"a.wasm 'it'\''s' '' 'a b'");
    }
}
