//! From bytes to the first result of a large module.
//!
//! The floor is validation: the module may not run before every body is known to be valid, so the
//! bar compares the whole way, first call included, with a parser that validates and does nothing
//! else, on as many threads, in the same run. Wall time: the work is spread over threads.

use crate::Result;
use crate::append::{ANSWER, NAME, append_answer};
use crate::options::Options;
use crate::phases::validate;
use crate::report::{Cell, Report};
use crate::stats::ratios;
use std::time::Instant;
use updraft::{Config, Engine, Linker, Module, Store};
use updraft_test_programs::cache::Cache;
use updraft_test_programs::program::find;
use updraft_wasi::{I32Exit, MemoryOutputPipe, WasiCtx, WasiCtxBuilder, add_to_linker};

/// Threads on both sides.
const THREADS: usize = 2;

/// A program, started to its end.
struct Program {
    name: &'static str,
    args: &'static [&'static str],
    stdout: &'static str,
}

const PROGRAMS: &[Program] = &[
    Program { name: "esbuild", args: &["--version"], stdout: "0.27.2\n" },
    Program { name: "python", args: &["-c", "print(1)"], stdout: "1\n" },
];

/// Milliseconds of each phase of a start.
const PHASES: [&str; 4] = ["module", "instantiate", "run", "all"];

/// Measures the starts.
pub fn run(options: &Options) -> Result<Report> {
    let cache = Cache::open()?;
    let runs = options.pairs.unwrap_or(10);
    let mut report =
        Report::new("start", &["updraft", "validate", "updraft/validate", "functions"]);
    if options.wants("esbuild, trivial call") {
        trivial_call(options, &cache, runs, &mut report)?;
    }
    for program in PROGRAMS {
        let row = format!("{} {}", program.name, program.args.join(" "));
        if options.wants(&row) {
            whole_program(&cache, program, &row, runs, &mut report)?;
        }
    }
    if options.peer {
        peer_start(options, &cache, &mut report)?;
    }
    Ok(report)
}

fn wasm_of(cache: &Cache, name: &str) -> Result<Vec<u8>> {
    let program = find(name).ok_or("no such program")?;
    Ok(std::fs::read(program.module(cache)?)?)
}

fn engine() -> Result<Engine> {
    let mut config = Config::new();
    config.compile_workers(THREADS);
    Ok(Engine::new(&config)?)
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

fn trivial_call(options: &Options, cache: &Cache, runs: usize, report: &mut Report) -> Result<()> {
    let wasm = append_answer(&wasm_of(cache, "esbuild")?)?;
    let (mut ours, mut floor, mut phases) = (Vec::new(), Vec::new(), [const { Vec::new() }; 4]);
    let mut compiled = 0;
    for round in 0..=runs {
        // An engine of its own each time: nothing is found ready.
        let engine = engine()?;
        let mut linker: Linker<WasiCtx> = Linker::new(&engine);
        add_to_linker(&mut linker, |ctx| ctx)?;
        let mut store = Store::new(&engine, WasiCtxBuilder::new().build());
        let bytes = wasm.clone();

        let start = Instant::now();
        let module = Module::from_vec(&engine, bytes)?;
        let made = millis(start);
        let instance = linker.instantiate(&mut store, &module)?;
        let instantiated = millis(start);
        let answer = instance.get_typed_func::<(), i32>(&mut store, NAME)?;
        let got = answer.call(&mut store, ())?;
        let all = millis(start);
        if got != i32::from(ANSWER) {
            return Err(format!("the function returned {got}").into());
        }
        compiled = module.stats().n_compiled;
        if compiled == 0 {
            return Err("a function ran that was never compiled".into());
        }
        drop((instance, store, linker, module, engine));

        let start = Instant::now();
        validate(&wasm, THREADS)?;
        let validated = millis(start);
        // The first round brings the files and the code of both into memory.
        if round > 0 {
            ours.push(all);
            floor.push(validated);
            let times = [made, instantiated - made, all - instantiated, all];
            for (phase, time) in phases.iter_mut().zip(times) {
                phase.push(time);
            }
        }
    }
    let ratio = ratios(&ours, &floor);
    let row = "esbuild, trivial call";
    report.judge_pairs(options, "start", 1.3, row, &ratio);
    report.judge(options, "start-compiled", 1.0, row, compiled as f64);
    report.row(
        row,
        vec![Cell::Millis(ours), Cell::Millis(floor), Cell::Ratio(ratio), Cell::Count(compiled)],
    );
    for (name, times) in PHASES.iter().zip(phases).take(3) {
        report.row(&format!("  {name}"), vec![Cell::Millis(times)]);
    }
    Ok(())
}

fn whole_program(
    cache: &Cache,
    program: &Program,
    row: &str,
    runs: usize,
    report: &mut Report,
) -> Result<()> {
    let wasm = wasm_of(cache, program.name)?;
    let (mut phases, mut floor) = ([const { Vec::new() }; 4], Vec::new());
    let mut compiling = Vec::new();
    let mut compiled = 0;
    for round in 0..=runs.min(5) {
        let engine = engine()?;
        let mut linker: Linker<WasiCtx> = Linker::new(&engine);
        add_to_linker(&mut linker, |ctx| ctx)?;
        let stdout = MemoryOutputPipe::new(1 << 20);
        let mut args = vec![program.name];
        args.extend(program.args);
        let ctx = WasiCtxBuilder::new().args(&args).env("PWD", "/").stdout(stdout.clone()).build();
        let mut store = Store::new(&engine, ctx);
        let bytes = wasm.clone();

        let start = Instant::now();
        let module = Module::from_vec(&engine, bytes)?;
        let made = millis(start);
        let instance = linker.instantiate(&mut store, &module)?;
        let instantiated = millis(start);
        let main = instance.get_typed_func::<(), ()>(&mut store, "_start")?;
        match main.call(&mut store, ()) {
            Ok(()) => {}
            Err(error) if error.downcast_ref::<I32Exit>().is_some_and(|exit| exit.0 == 0) => {}
            Err(error) => return Err(format!("{row}: {error:#}").into()),
        }
        let all = millis(start);
        let printed = String::from_utf8_lossy(&stdout.contents()).into_owned();
        if printed != program.stdout {
            return Err(format!("{row}: printed {printed:?}").into());
        }
        let stats = module.stats();
        compiled = stats.n_compiled;
        drop((instance, store, linker, module, engine));

        let start = Instant::now();
        validate(&wasm, THREADS)?;
        let validated = millis(start);
        if round > 0 {
            floor.push(validated);
            compiling.push(stats.compile_time.as_secs_f64() * 1e3);
            let times = [made, instantiated - made, all - instantiated, all];
            for (phase, time) in phases.iter_mut().zip(times) {
                phase.push(time);
            }
        }
    }
    let ratio = ratios(&phases[3], &floor);
    let all = phases[3].clone();
    report.row(
        row,
        vec![Cell::Millis(all), Cell::Millis(floor), Cell::Ratio(ratio), Cell::Count(compiled)],
    );
    for (name, times) in PHASES.iter().zip(phases).take(3) {
        report.row(&format!("  {name}"), vec![Cell::Millis(times)]);
    }
    report.row("  of it compiling", vec![Cell::Millis(compiling)]);
    Ok(())
}

/// The peer's way from bytes to the same result, once: it compiles every function first.
fn peer_start(options: &Options, cache: &Cache, report: &mut Report) -> Result<()> {
    let row = "esbuild, trivial call (wasmtime)";
    if !options.wants(row) {
        return Ok(());
    }
    let wasm = append_answer(&wasm_of(cache, "esbuild")?)?;
    let start = Instant::now();
    let engine = wasmtime::Engine::default();
    let module = wasmtime::Module::new(&engine, &wasm)?;
    let mut store = wasmtime::Store::new(&engine, ());
    let mut linker = wasmtime::Linker::new(&engine);
    linker.define_unknown_imports_as_traps(&module)?;
    let instance = linker.instantiate(&mut store, &module)?;
    let answer = instance.get_typed_func::<(), i32>(&mut store, NAME)?;
    if answer.call(&mut store, ())? != i32::from(ANSWER) {
        return Err("the peer's function returned something else".into());
    }
    report.row(row, vec![Cell::Millis(vec![millis(start)])]);
    Ok(())
}
