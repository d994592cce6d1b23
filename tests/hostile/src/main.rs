//! The command `hostile`: checks broken modules by the hundred thousand, and
//! prints what came of them as one line of JSON.
//!
//! ```text
//! hostile truncations [SEED]     every module of the suite, cut short
//! hostile flips N [SEED]         the suite's modules with flipped bits
//! hostile large N FILE [SEED]    a large module with flipped bits
//! ```
//!
//! A module that shows a bug is kept in `target/hostile/`; the exit code is 1.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use updraft_test_hostile::execute::Engines;
use updraft_test_hostile::{Outcome, check, modules};
use updraft_test_verdict::{Random, flip};

const USAGE: &str = "usage: hostile truncations [SEED] | flips N [SEED] | large N FILE [SEED]";
/// Modules above this size are not part of the many.
const MAX_BYTES: usize = 50 << 10;
/// Modules up to this size are cut at every byte, others here and there.
const CUT_EVERYWHERE: usize = 512;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(|a| &**a).collect();
    let start = Instant::now();
    let run = match args[..] {
        ["truncations"] => truncations(1),
        ["truncations", seed] => truncations(number(seed)),
        ["flips", n] => flips(number(n), 1),
        ["flips", n, seed] => flips(number(n), number(seed)),
        ["large", n, file] => large(number(n), file, 1),
        ["large", n, file, seed] => large(number(n), file, number(seed)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    let summary = serde_json::json!({
        "what": args[0],
        "inputs": run.counts.values().sum::<u64>(),
        "valid": run.counts.get("valid"),
        "invalid": run.counts.get("invalid"),
        "wrong": run.wrong.len(),
        "seconds": start.elapsed().as_secs_f64(),
    });
    println!("{summary}");
    for wrong in &run.wrong {
        eprintln!("{wrong}");
    }
    if run.wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| {
        eprintln!("not a number: {text}\n{USAGE}");
        std::process::exit(2)
    })
}

/// What a run found.
struct Run {
    counts: BTreeMap<&'static str, u64>,
    wrong: Vec<String>,
}

fn truncations(seed: u64) -> Run {
    let modules = modules::suite(MAX_BYTES);
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for (i, module) in modules.iter().enumerate() {
        let mut random = Random::new(seed, i as u64);
        if module.len() <= CUT_EVERYWHERE {
            cuts.extend((0..module.len()).map(|at| (i, at)));
        } else {
            cuts.extend((0..64).map(|_| (i, random.below(module.len()))));
        }
    }
    each(cuts.len() as u64, seed, |index, _| {
        let (module, at) = cuts[index as usize];
        modules[module][..at].to_vec()
    })
}

fn flips(n: u64, seed: u64) -> Run {
    let modules = modules::suite(MAX_BYTES);
    each(n, seed, |_, random| {
        let mut bytes = modules[random.below(modules.len())].clone();
        flip(&mut bytes, random);
        bytes
    })
}

fn large(n: u64, file: &str, seed: u64) -> Run {
    let module = std::fs::read(file).unwrap_or_else(|e| {
        eprintln!("{file}: {e}");
        std::process::exit(2)
    });
    each(n, seed, |_, random| {
        let mut bytes = module.clone();
        flip(&mut bytes, random);
        bytes
    })
}

/// Checks `n` inputs on all processors.
fn each(n: u64, seed: u64, input: impl Fn(u64, &mut Random) -> Vec<u8> + Sync) -> Run {
    let engines = Engines::new().expect("engines with ordinary settings");
    let (next, run) = (AtomicU64::new(0), Mutex::new(Run::new()));
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= n {
                        return;
                    }
                    let mut random = Random::new(seed, index);
                    let bytes = input(index, &mut random);
                    let work = AssertUnwindSafe(|| check(&engines, &bytes, &mut random));
                    let outcome = catch_unwind(work)
                        .unwrap_or_else(|_| Outcome::Wrong("panicked".to_owned()));
                    run.lock().expect("only counts").note(index, &bytes, outcome);
                }
            });
        }
    });
    run.into_inner().expect("only counts")
}

impl Run {
    fn new() -> Run {
        Run { counts: BTreeMap::from([("valid", 0), ("invalid", 0)]), wrong: Vec::new() }
    }

    fn note(&mut self, index: u64, bytes: &[u8], outcome: Outcome) {
        let name = match outcome {
            Outcome::Valid => "valid",
            Outcome::Invalid => "invalid",
            Outcome::Wrong(what) => {
                let kept = keep(index, bytes);
                self.wrong.push(format!("input {index}, {}: {what}", kept.display()));
                "wrong"
            }
        };
        *self.counts.entry(name).or_default() += 1;
    }
}

/// Keeps a module that shows a bug.
fn keep(index: u64, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/hostile");
    let file = folder.join(format!("{index}.wasm"));
    let kept = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, bytes));
    if let Err(e) = kept {
        eprintln!("{}: {e}", file.display());
    }
    file
}
