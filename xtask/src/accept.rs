//! `cargo xtask accept foundation`: everything that is promised, measured.
//!
//! Owns: the list of steps, the table, the verdict. A step runs commands that
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

/// Every step, cheap ones first.
const STEPS: &[Step] = &[
    Step { name: "tidy", what: "walls, heads, documents, licences", run: steps::tidy },
    Step { name: "clippy", what: "no warning in any target", run: steps::clippy },
    Step { name: "doc", what: "no warning in any document", run: steps::doc },
    Step { name: "deny", what: "licences, bans and sources of all packages", run: steps::deny },
    Step { name: "readme", what: "the README's two commands", run: steps::readme },
    Step { name: "spec", what: "five sets of the official suite in every mode", run: steps::spec },
    Step { name: "hostile", what: "broken modules by the hundred thousand", run: hostile::run },
    Step { name: "limits", what: "programs and modules at the limits", run: limits::run },
    Step { name: "programs", what: "real programs in every mode", run: steps::programs },
    Step { name: "kernels", what: "bench: kernels", run: steps::kernels },
    Step { name: "calls", what: "bench: calls", run: steps::calls },
    Step { name: "start", what: "bench: start", run: steps::start },
    Step { name: "memory", what: "bench: memory", run: steps::memory },
    Step { name: "fuzz", what: "every fuzz target for a minute", run: steps::fuzz },
];

const USAGE: &str = "\
Usage: cargo xtask accept foundation [--only STEP,…] [--skip STEP,…] [--list]
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
            println!("{:<9} {}", step.name, step.what);
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
    if args.next() != Some(&"foundation") {
        return Err("accept: which stage? There is `foundation`.\n".to_owned());
    }
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
            let step = STEPS.iter().find(|s| s.name == name);
            list.push(step.ok_or_else(|| format!("accept: no step {name}; see --list\n"))?.name);
        }
    }
    let wanted = |s: &&Step| (only.is_empty() || only.contains(&s.name)) && !skip.contains(&s.name);
    Ok(STEPS.iter().filter(wanted).collect())
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
        assert_eq!(names(&["foundation"]).unwrap().len(), STEPS.len());
        assert_eq!(names(&["foundation", "--only", "spec,tidy"]).unwrap(), ["tidy", "spec"]);
        let most = names(&["foundation", "--skip", "fuzz"]).unwrap();
        assert!(most.len() == STEPS.len() - 1 && !most.contains(&"fuzz"));
        assert!(names(&["foundation", "--only", "nothing"]).is_err());
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
