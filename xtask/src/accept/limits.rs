//! Programs and modules at the limits, through the command `updraft`: each
//! ends in time, with the right result or with one clear line, and with little
//! memory.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::command::{self, Outcome};
use super::steps::{build, release};
use super::wasm::{Module, i32_const, leb};
use super::{Place, Row, row, seconds};

/// How a case may end.
#[derive(Clone, Copy, Debug)]
enum End {
    /// With this result.
    Result(&'static str),
    /// With one of these results.
    OneOf(&'static [&'static str]),
    /// With this exit code and one line that says this.
    Error(i32, &'static str),
    /// With this result, or one line that says why not.
    Either(&'static str),
}

struct Case {
    what: &'static str,
    args: &'static [&'static str],
    module: fn() -> Vec<u8>,
    end: End,
    seconds: u64,
    /// The most memory that the process may have, in MiB.
    peak: u64,
}

const INVOKE: &[&str] = &["--invoke", "run"];

const CASES: &[Case] = &[
    Case {
        what: "a memory above --max-memory",
        args: &["--max-memory", "1MiB", "--invoke", "run"],
        module: || text(r#"(memory 100) (func (export "run") (result i32) i32.const 1)"#),
        end: End::Error(134, "memory"),
        seconds: 5,
        peak: 64,
    },
    Case {
        what: "growing above --max-memory",
        args: &["--max-memory", "1MiB", "--invoke", "run"],
        module: || {
            text(r#"(memory 1) (func (export "run") (result i32) i32.const 100 memory.grow)"#)
        },
        end: End::Result("-1"),
        seconds: 5,
        peak: 64,
    },
    Case {
        what: "an endless loop with --timeout",
        args: &["--timeout", "500ms", "--invoke", "run"],
        module: || text(r#"(func (export "run") (result i32) (loop br 0) i32.const 1)"#),
        end: End::Error(134, "wasm trap"),
        seconds: 3,
        peak: 64,
    },
    Case {
        what: "endless growing and copying with --timeout",
        args: &["--timeout", "500ms", "--max-memory", "64MiB", "--invoke", "run"],
        module: || {
            text(
                r#"(memory 1) (func (export "run") (result i32)
                    (drop (memory.grow (i32.const 1000)))
                    (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 65000000)) (br 0))
                    (i32.const 1))"#,
            )
        },
        end: End::Error(134, "wasm trap"),
        seconds: 3,
        peak: 160,
    },
    Case {
        what: "recursion without end",
        args: INVOKE,
        module: || text(r#"(func $f (export "run") (result i32) (i32.add (call $f) (call $f)))"#),
        end: End::Error(134, "call stack exhausted"),
        seconds: 5,
        peak: 64,
    },
    Case {
        what: "a tail call to itself, with --timeout",
        args: &["--timeout", "500ms", "--invoke", "run"],
        module: || text(r#"(func $f (export "run") (result i32) return_call $f)"#),
        end: End::Error(134, "wasm trap"),
        seconds: 3,
        peak: 64,
    },
    Case {
        what: "memory.grow to 4 GiB",
        args: INVOKE,
        module: || {
            text(r#"(memory 1) (func (export "run") (result i32) i32.const 65535 memory.grow)"#)
        },
        end: End::OneOf(&["1", "-1"]),
        seconds: 5,
        peak: 64,
    },
    Case {
        what: "memory.grow to 4 GiB, the last byte written",
        args: INVOKE,
        module: || {
            text(
                r#"(memory 1) (func (export "run") (result i32)
                    (if (i32.eq (memory.grow (i32.const 65535)) (i32.const -1))
                        (then (return (i32.const 7))))
                    (i32.store8 (i32.const -1) (i32.const 7))
                    (i32.load8_u (i32.const -1)))"#,
            )
        },
        end: End::Result("7"),
        seconds: 5,
        peak: 64,
    },
    Case {
        what: "a table of 10,000,000 elements",
        args: INVOKE,
        module: || {
            text(
                r#"(table 10000000 funcref) (func (export "run") (result i32)
                    table.size 0)"#,
            )
        },
        end: End::Either("10000000"),
        seconds: 10,
        peak: 1024,
    },
    Case {
        what: "1,000,000 functions",
        args: INVOKE,
        module: || functions(1_000_000),
        end: End::Either("42"),
        seconds: 60,
        peak: 2048,
    },
    Case {
        what: "1,000,001 functions",
        args: INVOKE,
        module: || functions(1_000_001),
        end: End::Error(1, "limit"),
        seconds: 60,
        peak: 2048,
    },
    Case {
        what: "a section that claims 1,000,000 functions",
        args: INVOKE,
        module: || [b"\0asm\x01\0\0\0\x03\x03".as_slice(), &leb(1_000_000)].concat(),
        end: End::Error(1, "unexpected end"),
        seconds: 5,
        peak: 64,
    },
    Case {
        what: "100 MB of text",
        args: INVOKE,
        module: || {
            let comment = format!(";; {}\n", "x".repeat(96)).repeat(1_000_000);
            text(&format!(r#"{comment} (func (export "run") (result i32) i32.const 9)"#))
        },
        end: End::Either("9"),
        seconds: 120,
        peak: 4096,
    },
    Case {
        what: "100 MB of parentheses",
        args: INVOKE,
        module: || b"(".repeat(100_000_000),
        end: End::Error(1, ""),
        seconds: 120,
        peak: 4096,
    },
    Case {
        what: "a function of 7 MB",
        args: INVOKE,
        module: || {
            let mut code = i32_const(0);
            code.extend([i32_const(1), vec![0x6a]].concat().repeat(2_333_333));
            single(0, &code)
        },
        end: End::Either("2333333"),
        seconds: 120,
        peak: 4096,
    },
    Case {
        what: "a function of 7 MB with many calls",
        args: &["--timeout", "60s", "--invoke", "run"],
        module: || {
            let mut module = Module::default();
            module.func(0, &i32_const(3));
            module.func(0, &[i32_const(4), [0x10, 0, 0x6a].repeat(2_300_000)].concat());
            module.finish()
        },
        end: End::Either("6900004"),
        seconds: 120,
        peak: 4096,
    },
    Case {
        what: "br_table with 65,520 targets",
        args: INVOKE,
        module: || {
            // Two blocks; every target but the last leaves the inner one.
            let targets = [vec![0; 65_519], vec![1]].concat();
            let table = [i32_const(65_519), vec![0x0e], leb(65_520), targets, vec![0]].concat();
            let inner = [vec![0x02, 0x40, 0x02, 0x40], table, vec![0x0b]].concat();
            single(0, &[inner, i32_const(1), vec![0x0f, 0x0b], i32_const(2)].concat())
        },
        end: End::Either("2"),
        seconds: 60,
        peak: 1024,
    },
    Case {
        what: "a function of 50,000 locals",
        args: INVOKE,
        module: || {
            let set = [i32_const(5), vec![0x21], leb(49_999), vec![0x20], leb(49_999)].concat();
            single(50_000, &set)
        },
        end: End::Result("5"),
        seconds: 60,
        peak: 1024,
    },
    Case {
        what: "50,000 locals, each set in a block of its own",
        args: INVOKE,
        module: || {
            let set =
                |i: u32| [vec![0x02, 0x40], i32_const(i), vec![0x21], leb(i), vec![0x0b]].concat();
            let sets: Vec<u8> = (0..50_000).flat_map(set).collect();
            single(50_000, &[sets, vec![0x20], leb(49_999)].concat())
        },
        end: End::Either("49999"),
        seconds: 120,
        peak: 4096,
    },
    Case {
        what: "a function of 7 MB with many loops",
        args: &["--timeout", "60s", "--invoke", "run"],
        module: || single(0, &[[0x03, 0x40, 0x0b].repeat(2_400_000), i32_const(8)].concat()),
        end: End::Either("8"),
        seconds: 120,
        peak: 4096,
    },
    Case {
        what: "100,000 loops above 1,000 operands",
        args: &["--timeout", "60s", "--invoke", "run"],
        module: || {
            let (push, pop) = (i32_const(9).repeat(1_000), [0x1a].repeat(999));
            single(0, &[push, [0x03, 0x40, 0x0b].repeat(100_000), pop].concat())
        },
        end: End::Either("9"),
        seconds: 60,
        peak: 1024,
    },
    Case {
        what: "ifs with 1,000 parameters, 100,000 deep",
        args: INVOKE,
        module: || {
            let (push, pop) = (i32_const(1).repeat(1_000), [0x1a].repeat(999));
            let (open, close) = ([0x41, 1, 0x04, 1].repeat(100_000), [0x0b].repeat(100_000));
            one_of_type(1_000, &[push, open, close, pop].concat())
        },
        end: End::Either("1"),
        seconds: 60,
        peak: 1024,
    },
    Case {
        what: "loops with 1,000 parameters, 100,000 deep",
        args: INVOKE,
        module: || {
            let (push, pop) = (i32_const(1).repeat(1_000), [0x1a].repeat(999));
            let (open, close) = ([0x03, 1].repeat(100_000), [0x0b].repeat(100_000));
            one_of_type(1_000, &[push, open, close, pop].concat())
        },
        end: End::Either("1"),
        seconds: 60,
        peak: 1024,
    },
    Case {
        what: "br_table to 65,000 blocks of 1,000 results",
        args: INVOKE,
        module: || {
            let (push, pop) = (i32_const(1).repeat(1_000), [0x1a].repeat(999));
            let targets: Vec<u8> = (0..65_000).flat_map(leb).collect();
            let table = [i32_const(0), vec![0x0e], leb(65_000), targets, vec![0]].concat();
            let (open, close) = ([0x02, 1].repeat(65_000), [0x0b].repeat(65_000));
            let mut module = Module::with_type(0, 1_000);
            module.func(0, &[open, push, table, close, pop].concat());
            module.finish()
        },
        end: End::Either("1"),
        seconds: 60,
        peak: 2048,
    },
    Case {
        what: "20,000 calls with 1,000 arguments and results",
        args: INVOKE,
        module: || {
            let mut module = Module::with_type(1_000, 1_000);
            let same: Vec<u8> = (0..1_000).flat_map(|i| [vec![0x20], leb(i)].concat()).collect();
            module.func_of(1, 0, &same);
            let (push, pop) = (i32_const(1).repeat(1_000), [0x1a].repeat(999));
            module.func(0, &[push, [0x10, 0].repeat(20_000), pop].concat());
            module.finish()
        },
        end: End::Either("1"),
        seconds: 60,
        peak: 2048,
    },
    Case {
        what: "7,000 calls with 1,000 results that are dropped",
        args: INVOKE,
        module: || {
            let mut module = Module::with_type(0, 1_000);
            module.func_of(1, 0, &i32_const(1).repeat(1_000));
            let call = [vec![0x10, 0], vec![0x1a; 1_000]].concat();
            module.func(0, &[call.repeat(7_000), i32_const(5)].concat());
            module.finish()
        },
        end: End::Either("5"),
        seconds: 60,
        peak: 1024,
    },
    Case {
        what: "1,000,000 operands on the stack",
        args: INVOKE,
        module: || {
            let (push, pop) = ([0x20, 0].repeat(1_000_000), [0x1a].repeat(1_000_000));
            single(1, &[push, pop, i32_const(3)].concat())
        },
        end: End::Either("3"),
        seconds: 60,
        peak: 1024,
    },
    Case {
        what: "blocks 100,000 deep",
        args: INVOKE,
        module: || {
            let (open, close) = ([0x02, 0x7f].repeat(100_000), [0x0b].repeat(100_000));
            single(0, &[open, i32_const(6), close].concat())
        },
        end: End::Either("6"),
        seconds: 60,
        peak: 1024,
    },
    Case {
        what: "loops 100,000 deep",
        args: INVOKE,
        module: || {
            let (open, close) = ([0x03, 0x7f].repeat(100_000), [0x0b].repeat(100_000));
            single(0, &[open, i32_const(6), close].concat())
        },
        end: End::Either("6"),
        seconds: 60,
        peak: 1024,
    },
    Case {
        what: "text nested 100,000 deep",
        args: INVOKE,
        module: || {
            let (open, close) = ("(block (result i32) ".repeat(100_000), ")".repeat(100_000));
            text(&format!(r#"(func (export "run") (result i32) {open} i32.const 6 {close})"#))
        },
        end: End::Either("6"),
        seconds: 60,
        peak: 1024,
    },
];

fn text(fields: &str) -> Vec<u8> {
    format!("(module {fields})\n").into_bytes()
}

fn single(n_locals: u32, code: &[u8]) -> Vec<u8> {
    let mut module = Module::default();
    module.func(n_locals, code);
    module.finish()
}

/// A function of type 0 in a module whose type 1 has `n` parameters and `n`
/// results.
fn one_of_type(n: u32, code: &[u8]) -> Vec<u8> {
    let mut module = Module::with_type(n, n);
    module.func(0, code);
    module.finish()
}

fn functions(n: u32) -> Vec<u8> {
    let mut module = Module::default();
    for _ in 0..n {
        module.func(0, &i32_const(42));
    }
    module.finish()
}

/// Runs every case.
pub fn run(place: &Place) -> Vec<Row> {
    if let Err(failed) = build(place, &["-p", "updraft-cli"]) {
        return vec![failed];
    }
    let folder = place.work.join("limits");
    if let Err(e) = fs::create_dir_all(&folder) {
        return vec![row("folder", e.to_string(), "a folder", false)];
    }
    CASES.iter().flat_map(|case| one(place, &folder, case)).collect()
}

/// How each case is run: as users run it, and by the baseline compiler alone,
/// which compiles on the thread that calls.
const TIERS: &[(&str, &[&str])] = &[("default", &[]), ("baseline", &["--tier", "baseline"])];

fn one(place: &Place, folder: &Path, case: &Case) -> Vec<Row> {
    let bytes = (case.module)();
    let end = if bytes.starts_with(b"\0asm") { "wasm" } else { "wat" };
    let name: String =
        case.what.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let file = folder.join(&name).with_extension(end);
    let bar = format!("{} in {} s, {} MiB", wanted(case.end), case.seconds, case.peak);
    if let Err(e) = fs::write(&file, bytes) {
        return vec![row(case.what, e.to_string(), bar, false)];
    }
    let run = |(tier, flags): &(&str, &[&str])| {
        let mut updraft = Command::new(release(place, "updraft"));
        updraft.arg("run").args(*flags).args(case.args).args(file.file_name());
        // Past the bar, so that what misses it is seen to end at all.
        let deadline = Duration::from_secs(case.seconds * 4);
        let log = folder.join(format!("{name}-{tier}"));
        let what = format!("{}, {tier}", case.what);
        match command::run(updraft.current_dir(folder), &log, deadline) {
            Ok(outcome) => Row { what, ..judge(case, &outcome, bar.clone()) },
            Err(e) => row(what, e.to_string(), bar.clone(), false),
        }
    };
    let rows = TIERS.iter().map(run).collect();
    // Some of them are large.
    let _ = fs::remove_file(&file);
    rows
}

fn wanted(end: End) -> String {
    match end {
        End::Result(result) => result.to_owned(),
        End::OneOf(results) => results.join(" or "),
        End::Error(code, "") => format!("code {code} and one line"),
        End::Error(code, what) => format!("code {code} and one line with {what:?}"),
        End::Either(result) => format!("{result} or one line"),
    }
}

fn judge(case: &Case, outcome: &Outcome, bar: String) -> Row {
    let result = outcome.is_success().then(|| outcome.stdout.trim());
    let complaint = complaint(outcome);
    let ended = match case.end {
        End::Result(wanted) => result == Some(wanted),
        End::OneOf(wanted) => result.is_some_and(|r| wanted.contains(&r)),
        End::Error(code, what) => {
            let has_code = outcome.status.and_then(|s| s.code()) == Some(code);
            has_code && complaint.is_some_and(|c| c.contains(what))
        }
        End::Either(wanted) => result == Some(wanted) || complaint.is_some(),
    };
    let peak = outcome.peak_bytes >> 20;
    let in_time = outcome.took <= Duration::from_secs(case.seconds);
    let said = match result {
        Some(result) => result.to_owned(),
        None => {
            let line = complaint.unwrap_or(outcome.last_line());
            format!("{}, {}", outcome.ending(), line.splitn(3, ": ").last().unwrap_or(line))
        }
    };
    let said: String = said.chars().take(60).collect();
    let measured = format!("{said} in {}, {peak} MiB", seconds(outcome.took));
    row(case.what, measured, bar, ended && in_time && peak <= case.peak)
}

/// The one clear line, if that is how it ended: a code of the command's own,
/// exactly one line with the error and no panic.
fn complaint(outcome: &Outcome) -> Option<&str> {
    let code = outcome.status?.code()?;
    let mut errors = outcome.stderr.lines().filter(|l| l.starts_with("error: "));
    let error = errors.next()?;
    let is_clear = errors.next().is_none() && error.len() < 1000;
    let panicked = outcome.stderr.contains("panicked at");
    (matches!(code, 1 | 134) && is_clear && !panicked).then_some(error)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::ExitStatus;

    use super::*;

    fn outcome(status: i32, stdout: &str, stderr: &str) -> Outcome {
        Outcome {
            status: Some(ExitStatus::from_raw(status)),
            stdout: stdout.to_owned(),
            stderr: stderr.to_owned(),
            took: Duration::from_secs(1),
            peak_bytes: 1 << 20,
        }
    }

    fn passes(end: End, outcome: &Outcome) -> bool {
        let case = Case { what: "x", args: INVOKE, module: Vec::new, end, seconds: 1, peak: 1 };
        judge(&case, outcome, String::new()).pass
    }

    #[test]
    fn a_result_must_be_right() {
        let good = outcome(0, "7\n", "");
        assert!(passes(End::Result("7"), &good) && passes(End::Either("7"), &good));
        assert!(passes(End::OneOf(&["6", "7"]), &good));
        assert!(!passes(End::Result("8"), &good) && !passes(End::Either("8"), &good));
        assert!(!passes(End::OneOf(&["6", "8"]), &good));
        assert!(!passes(End::Error(1, ""), &good));
    }

    #[test]
    fn an_error_must_be_one_clear_line() {
        let refused = outcome(1 << 8, "", "error: x.wasm: too large\n");
        assert!(passes(End::Error(1, "large"), &refused) && passes(End::Either("7"), &refused));
        assert!(!passes(End::Error(134, "large"), &refused));
        assert!(!passes(End::Error(1, "small"), &refused));
        assert!(!passes(End::Result("7"), &refused));
        let twice = outcome(1 << 8, "", "error: x\nerror: y\n");
        assert!(!passes(End::Either("7"), &twice));
        let panicked = outcome(101 << 8, "", "thread 'main' panicked at x\nerror: x\n");
        assert!(!passes(End::Either("7"), &panicked));
        assert!(!passes(End::Either("7"), &outcome(11, "", "error: x\n")));
    }

    #[test]
    fn time_and_memory_count() {
        let mut late = outcome(0, "7\n", "");
        late.took = Duration::from_secs(2);
        assert!(!passes(End::Result("7"), &late));
        let mut fat = outcome(0, "7\n", "");
        fat.peak_bytes = 2 << 20;
        assert!(!passes(End::Result("7"), &fat));
        let mut endless = outcome(0, "7\n", "");
        endless.status = None;
        assert!(!passes(End::Either("7"), &endless));
    }
}
