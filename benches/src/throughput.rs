//! How fast the baseline compiler is, validation included: real modules, compiled whole on one
//! thread, against the baseline compilers of V8 and Wasmtime.
//!
//! A figure is megabytes of the code section in a second of processor time. Each side compiles
//! three times in a row, from fresh bytes, and the middle one counts: so no side's figure is that
//! of its first touch of its memory.

use crate::Result;
use crate::engines::thread_millis;
use crate::modes::{Compiled, Mode, compiled};
use crate::options::Options;
use crate::peers::Node;
use crate::phases::validate;
use crate::report::{Cell, Report};
use crate::stats::{median, ratios};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use updraft::Module;
use updraft_test_programs::cache::Cache;
use updraft_test_programs::program::{LARGE_MODULES, find};
use wasmparser::{Parser, Payload};

/// The modules: C, C++, an interpreter, Go.
const MODULES: [&str; 4] = ["sql.js", "canvaskit", "python", "esbuild"];

/// Compilations in a row; the middle one counts.
const IN_A_ROW: usize = 3;

struct Row {
    name: &'static str,
    wasm: Vec<u8>,
    path: PathBuf,
    /// Megabytes of the code section.
    code_mb: f64,
    /// What came of our compiler's work.
    ours: Option<Compiled>,
    /// Why Winch cannot compile it.
    refused: Option<String>,
    /// Milliseconds of ours, Liftoff, Winch and validation alone, round by round.
    times: [Vec<f64>; 4],
}

/// Measures the compilers.
pub fn run(options: &Options) -> Result<Report> {
    let cache = Cache::open()?;
    let node = Node::fetch(&cache)?;
    let winch = winch()?;
    let mut rows = Vec::new();
    for name in MODULES.iter().copied().filter(|name| options.wants(name)) {
        let path = module(&cache, name)?;
        let wasm = std::fs::read(&path)?;
        let code_mb = code_section_bytes(&wasm)? as f64 / 1e6;
        let refused = compile_winch(&winch, &wasm).err().map(|error| error.to_string());
        rows.push(Row {
            name,
            wasm,
            path,
            code_mb,
            ours: None,
            refused,
            times: Default::default(),
        });
    }
    if rows.is_empty() {
        return Err("no module of that name".into());
    }

    let pairs = options.pairs.unwrap_or(10);
    for round in 0..pairs {
        eprint!("\rround {} of {pairs}", round + 1);
        for row in &mut rows {
            let ours = if options.self_test {
                in_a_row(|| compile_winch(&winch, &row.wasm))?
            } else {
                let Row { wasm, ours, .. } = &mut *row;
                in_a_row(|| compile(wasm, ours))?
            };
            row.times[0].push(ours);
            row.times[1].push(median(&node.liftoff(&row.path, IN_A_ROW)?));
            if row.refused.is_none() {
                row.times[2].push(in_a_row(|| compile_winch(&winch, &row.wasm))?);
            }
            let validation = in_a_row(|| thread_millis(|| validate(&row.wasm, 1)))?;
            row.times[3].push(validation);
        }
    }
    eprintln!();
    Ok(report(options, &rows))
}

fn report(options: &Options, rows: &[Row]) -> Report {
    let mut report = Report::new(
        "throughput",
        &["updraft", "liftoff", "winch", "validation", "x liftoff", "x winch", "code/wasm", "left"],
    );
    for row in rows {
        let rates = |times: &[f64]| -> Vec<f64> {
            times.iter().map(|millis| row.code_mb / millis * 1e3).collect()
        };
        let [ours, liftoff, winch, validation] = &row.times;
        let against_liftoff = ratios(liftoff, ours);
        let against_winch = ratios(winch, ours);
        report.judge_pairs_at_least(options, "throughput-liftoff", 1.5, row.name, &against_liftoff);
        let mut cells = vec![Cell::Rate(rates(ours)), Cell::Rate(rates(liftoff))];
        match &row.refused {
            None => cells.push(Cell::Rate(rates(winch))),
            Some(_) => cells.push(Cell::Text("cannot".into())),
        }
        cells.extend([Cell::Rate(rates(validation)), Cell::Speed(against_liftoff)]);
        if row.refused.is_none() {
            report.judge_pairs_at_least(options, "throughput-winch", 5.0, row.name, &against_winch);
            cells.push(Cell::Speed(against_winch));
        } else {
            cells.push(Cell::Text("-".into()));
        }
        if let Some(compiled) = row.ours {
            let size = compiled.code_bytes as f64 / 1e6 / row.code_mb;
            report.judge(options, "throughput-size", 3.0, row.name, size);
            let n_left = compiled.n_left as f64;
            report.judge(options, "throughput-left", 0.0, row.name, n_left);
            cells.extend([Cell::Exact(size), Cell::Count(compiled.n_left)]);
        }
        report.row(row.name, cells);
        if let Some(why) = &row.refused {
            let why = why.lines().next().unwrap_or_default();
            report.row("  winch cannot", vec![Cell::Text(why.chars().take(120).collect())]);
        }
    }
    sum(options, rows, &mut report);
    report
}

/// The row of all modules together; that of Winch's ratio, of those that it can compile.
fn sum(options: &Options, rows: &[Row], report: &mut Report) {
    let total = |side: usize, rows: &[&Row]| -> Vec<f64> {
        let n = rows.iter().map(|row| row.times[side].len()).min().unwrap_or(0);
        (0..n).map(|round| rows.iter().map(|row| row.times[side][round]).sum()).collect()
    };
    let all: Vec<&Row> = rows.iter().collect();
    let compiled: Vec<&Row> = rows.iter().filter(|row| row.refused.is_none()).collect();
    let rates = |side: usize, rows: &[&Row]| -> Cell {
        let mb: f64 = rows.iter().map(|row| row.code_mb).sum();
        Cell::Rate(total(side, rows).iter().map(|millis| mb / millis * 1e3).collect())
    };
    let mut cells = vec![rates(0, &all), rates(1, &all)];
    let nothing = || Cell::Text("-".into());
    cells.push(if compiled.is_empty() { nothing() } else { rates(2, &compiled) });
    cells.extend([rates(3, &all), Cell::Speed(ratios(&total(1, &all), &total(0, &all)))]);
    cells.push(if compiled.is_empty() {
        nothing()
    } else {
        Cell::Speed(ratios(&total(2, &compiled), &total(0, &compiled)))
    });
    if let Some(ours) = rows.iter().map(|row| row.ours).collect::<Option<Vec<Compiled>>>() {
        let bytes: u64 = ours.iter().map(|compiled| compiled.code_bytes).sum();
        let mb: f64 = rows.iter().map(|row| row.code_mb).sum();
        let size = bytes as f64 / 1e6 / mb;
        report.judge(options, "throughput-size-sum", 2.6, "sum", size);
        cells.push(Cell::Exact(size));
        cells.push(Cell::Count(ours.iter().map(|compiled| compiled.n_left).sum()));
    }
    report.row("sum", cells);
}

fn module(cache: &Cache, name: &str) -> Result<PathBuf> {
    if let Some(program) = find(name) {
        return Ok(program.module(cache)?);
    }
    let module = LARGE_MODULES.iter().find(|module| module.name == name).ok_or("no such module")?;
    Ok(module.module(cache)?)
}

fn code_section_bytes(wasm: &[u8]) -> Result<u32> {
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionStart { size, .. } = payload? {
            return Ok(size);
        }
    }
    Err("no code section".into())
}

/// The middle of some timings in a row.
fn in_a_row<T>(mut time: impl FnMut() -> Result<(f64, T)>) -> Result<f64> {
    let times: Result<Vec<f64>> = (0..IN_A_ROW).map(|_| Ok(time()?.0)).collect();
    Ok(median(&times?))
}

/// Ours, in an engine of its own: nothing is found ready.
fn compile(wasm: &[u8], account: &mut Option<Compiled>) -> Result<(f64, ())> {
    let engine = Mode::EagerBaseline.engine()?;
    let bytes = wasm.to_vec();
    let (millis, module) = thread_millis(|| Ok(Module::from_vec(&engine, bytes)?))?;
    *account = Some(compiled(&module)?);
    Ok((millis, ()))
}

fn winch() -> Result<wasmtime::Engine> {
    let mut config = wasmtime::Config::new();
    config.strategy(wasmtime::Strategy::Winch).parallel_compilation(false);
    Ok(wasmtime::Engine::new(&config)?)
}

/// Wasmtime's baseline compiler. It may panic on what it does not know.
fn compile_winch(engine: &wasmtime::Engine, wasm: &[u8]) -> Result<(f64, ())> {
    let compile = || thread_millis(|| Ok(wasmtime::Module::new(engine, wasm)?));
    let (millis, _) =
        catch_unwind(AssertUnwindSafe(compile)).map_err(|_| "the compiler panicked")??;
    Ok((millis, ()))
}
