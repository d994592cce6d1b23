//! `cargo xtask accept STAGE`: everything that a stage of the engine promises,
//! measured.
//!
//! Owns: the lists of steps, the table, the verdict. A step runs commands that
//! users have too and turns what they print into rows; it knows nothing of the
//! engine. Logs of all commands are kept in `target/accept/`.

mod command;
mod hostile;
mod limits;
mod steps;
mod wasm;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// One thing that was measured.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// What.
    pub what: String,
    /// What came out.
    pub measured: String,
    /// What was to come out.
    pub bar: String,
    /// Whether it did.
    pub pass: bool,
}

/// A row.
fn row(
    what: impl Into<String>,
    measured: impl Into<String>,
    bar: impl Into<String>,
    pass: bool,
) -> Row {
    Row { what: what.into(), measured: measured.into(), bar: bar.into(), pass }
}

/// Where a step works.
#[derive(Debug)]
pub struct Place {
    /// The repository.
    pub root: PathBuf,
    /// The folder for logs and inputs.
    pub work: PathBuf,
}

struct Step {
    name: &'static str,
    what: &'static str,
    run: fn(&Place) -> Vec<Row>,
}

/// What is promised together.
struct Stage {
    name: &'static str,
    /// Cheap ones first.
    steps: &'static [Step],
}

const TIDY: Step =
    Step { name: "tidy", what: "walls, heads, documents, licences", run: steps::tidy };
const CLIPPY: Step = Step { name: "clippy", what: "no warning in any target", run: steps::clippy };
const DOC: Step = Step { name: "doc", what: "no warning in any document", run: steps::doc };
const DENY: Step =
    Step { name: "deny", what: "licences, bans and sources of all packages", run: steps::deny };
const README: Step = Step { name: "readme", what: "the README's two commands", run: steps::readme };
const HOSTILE: Step =
    Step { name: "hostile", what: "broken modules by the hundred thousand", run: hostile::run };
const LIMITS: Step =
    Step { name: "limits", what: "programs and modules at the limits", run: limits::run };
const PROGRAMS: Step =
    Step { name: "programs", what: "real programs in every mode", run: steps::programs };

const fn bench(name: &'static str, what: &'static str, run: fn(&Place) -> Vec<Row>) -> Step {
    Step { name, what, run }
}

const STAGES: &[Stage] = &[
    Stage {
        name: "foundation",
        steps: &[
            TIDY,
            CLIPPY,
            DOC,
            DENY,
            README,
            Step {
                name: "spec",
                what: "five sets of the official suite in every mode",
                run: |place| steps::spec(place, 3),
            },
            HOSTILE,
            LIMITS,
            PROGRAMS,
            bench("kernels", "bench: peak speed", |place| steps::bench(place, "kernels")),
            bench("calls", "bench: host and code", |place| steps::bench(place, "calls")),
            bench("start", "bench: bytes to first result", |place| steps::bench(place, "start")),
            bench("memory", "bench: what stays", |place| steps::bench(place, "memory")),
            Step {
                name: "fuzz",
                what: "every fuzz target for a minute",
                run: |place| steps::fuzz(place, 60),
            },
        ],
    },
    Stage {
        name: "tiering",
        steps: &[
            TIDY,
            CLIPPY,
            DOC,
            DENY,
            README,
            Step {
                name: "loom",
                what: "what threads share, in every schedule",
                run: |place| steps::plain(place, "loom", "cargo xtask loom"),
            },
            // Both tiers, lazy and eager, tier-up and moved loops at once,
            // tiers by chance, memories with and without guards.
            Step {
                name: "spec",
                what: "five sets of the official suite in every mode",
                run: |place| steps::spec(place, 10),
            },
            HOSTILE,
            LIMITS,
            PROGRAMS,
            bench("throughput", "bench: baseline compilers", |place| {
                steps::bench(place, "throughput")
            }),
            bench("tiers", "bench: baseline, first calls, steady state", |place| {
                steps::bench(place, "tiers")
            }),
            bench("kernels2", "bench: peak speed where nobody tunes", |place| {
                steps::bench(place, "kernels2")
            }),
            bench("speculation", "bench: calls through tables", |place| {
                steps::bench(place, "speculation")
            }),
            bench("cold", "bench: whole processes", steps::cold),
            bench("budget", "bench: much code under a small budget", |place| {
                steps::bench(place, "budget")
            }),
            bench("memory", "bench: what stays", |place| steps::bench(place, "memory")),
            Step {
                name: "fuzz",
                what: "every fuzz target for five minutes",
                run: |place| steps::fuzz(place, 300),
            },
        ],
    },
];

const USAGE: &str = "\
Usage: cargo xtask accept foundation|tiering [--only STEP,…] [--skip STEP,…] [--list]
";

/// Runs the command with what follows its name.
pub fn run(root: &Path, args: &[&str]) -> ExitCode {
    let steps = match select(args) {
        Ok(steps) => steps,
        Err(message) => {
            eprint!("{message}{USAGE}");
            return ExitCode::from(2);
        }
    };
    if args.contains(&"--list") {
        for step in steps {
            println!("{:<11} {}", step.name, step.what);
        }
        return ExitCode::SUCCESS;
    }
    let place = Place { root: root.to_owned(), work: root.join("target/accept") };
    if let Err(e) = fs::create_dir_all(&place.work) {
        eprintln!("accept: {}: {e}", place.work.display());
        return ExitCode::FAILURE;
    }
    let mut rows = Vec::new();
    for step in steps {
        eprintln!("accept: {} …", step.name);
        let start = Instant::now();
        let mut found = (step.run)(&place);
        if found.is_empty() {
            found.push(row("anything", "nothing", "a row", false));
        }
        eprintln!("accept: {} took {}", step.name, seconds(start.elapsed()));
        rows.extend(
            found.into_iter().map(|r| Row { what: format!("{}: {}", step.name, r.what), ..r }),
        );
    }
    print!("{}", table(&rows));
    let n_failed = rows.iter().filter(|r| !r.pass).count();
    println!("accept: {} of {} pass", rows.len() - n_failed, rows.len());
    if n_failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The steps that the arguments ask for.
fn select(args: &[&str]) -> Result<Vec<&'static Step>, String> {
    let mut args = args.iter();
    let name = args.next().copied().unwrap_or_default();
    let Some(stage) = STAGES.iter().find(|stage| stage.name == name) else {
        let names: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
        return Err(format!("accept: which stage? There are: {}.\n", names.join(", ")));
    };
    let (mut only, mut skip) = (Vec::new(), Vec::new());
    while let Some(arg) = args.next() {
        let list = match *arg {
            "--only" => &mut only,
            "--skip" => &mut skip,
            "--list" => continue,
            other => return Err(format!("accept: unknown argument {other}\n")),
        };
        let names = args.next().ok_or_else(|| format!("accept: {arg} wants steps\n"))?;
        for name in names.split(',') {
            let step = stage.steps.iter().find(|s| s.name == name);
            list.push(step.ok_or_else(|| format!("accept: no step {name}; see --list\n"))?.name);
        }
    }
    let wanted = |s: &&Step| (only.is_empty() || only.contains(&s.name)) && !skip.contains(&s.name);
    Ok(stage.steps.iter().filter(wanted).collect())
}

/// The rows in columns.
fn table(rows: &[Row]) -> String {
    let width = |of: fn(&Row) -> &str, head: &str| {
        rows.iter().map(|r| of(r).chars().count()).chain([head.len()]).max().unwrap_or(0)
    };
    let widths =
        [width(|r| &r.what, "what"), width(|r| &r.measured, "measured"), width(|r| &r.bar, "bar")];
    let line = |what: &str, measured: &str, bar: &str, verdict: &str| {
        let [a, b, c] = widths;
        format!("{what:<a$}  {measured:<b$}  {bar:<c$}  {verdict}\n")
    };
    let mut text = line("what", "measured", "bar", "");
    for r in rows {
        text += &line(&r.what, &r.measured, &r.bar, if r.pass { "pass" } else { "FAIL" });
    }
    text
}

/// A duration in seconds.
fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(args: &[&str]) -> Result<Vec<&'static str>, String> {
        select(args).map(|steps| steps.iter().map(|s| s.name).collect())
    }

    #[test]
    fn steps_can_be_selected() {
        let all = names(&["foundation"]).unwrap();
        assert!(all.contains(&"kernels") && !all.contains(&"loom"));
        assert!(names(&["tiering"]).unwrap().contains(&"loom"));
        assert_eq!(names(&["foundation", "--only", "spec,tidy"]).unwrap(), ["tidy", "spec"]);
        let most = names(&["foundation", "--skip", "fuzz"]).unwrap();
        assert!(most.len() == all.len() - 1 && !most.contains(&"fuzz"));
        assert!(names(&["foundation", "--only", "nothing"]).is_err());
        assert!(names(&["foundation", "--only", "tiers"]).is_err());
        assert!(names(&["foundation", "--only"]).is_err());
        assert!(names(&["roof"]).is_err());
    }

    #[test]
    fn the_table_says_what_failed() {
        let rows = [row("one", "1 s", "<= 2 s", true), row("another", "3 s", "<= 2 s", false)];
        let text = table(&rows);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "one      1 s       <= 2 s  pass");
        assert_eq!(lines[2], "another  3 s       <= 2 s  FAIL");
    }
}
