//! Peak speed: kernels built from C, each run in turn by every engine.

use crate::Result;
use crate::engines::{Kernel, engines, thread_millis};
use crate::options::Options;
use crate::report::{Cell, Report};
use crate::stats::{geometric_mean, ratios};
use std::path::{Path, PathBuf};
use updraft_test_programs::cache::Cache;
use updraft_test_programs::zig;

struct KernelSource {
    name: &'static str,
    /// 20 to 80 ms of work on the reference machine.
    n: i32,
    simd: bool,
}

const fn scalar(name: &'static str, n: i32) -> KernelSource {
    KernelSource { name, n, simd: false }
}

const fn simd(name: &'static str, n: i32) -> KernelSource {
    KernelSource { name, n, simd: true }
}

const KERNELS: &[KernelSource] = &[
    scalar("sha256", 120),
    scalar("siphash", 3000),
    scalar("crc32", 220),
    scalar("collatz", 150_000),
    scalar("bigint", 16_000),
    scalar("nbody", 700_000),
    scalar("mandelbrot", 900),
    scalar("spectral", 700),
    scalar("matmul", 28),
    scalar("stream", 400),
    scalar("transpose", 60),
    scalar("sieve", 25),
    scalar("fib", 36),
    scalar("tak", 150),
    scalar("vtable", 5000),
    scalar("qsort", 18),
    scalar("mergesort", 8),
    scalar("strsearch", 300),
    scalar("hashmap", 1_800_000),
    scalar("bytecode", 2_000_000),
    simd("simd_float", 70),
    simd("simd_bytes", 2000),
];

/// The module of kernel `name`, built if need be.
pub fn build(cache: &Cache, name: &str, simd: bool) -> Result<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("kernels");
    let mut flags = vec!["-O3", "-std=gnu11", "-nostdlib", "-Wall", "-Wextra", "-Werror"];
    flags.extend(["-fno-sanitize=undefined", "-Wl,--no-entry"]);
    if simd {
        flags.push("-msimd128");
    }
    let flags: Vec<String> = flags.into_iter().map(String::from).collect();
    let source = dir.join(format!("{name}.c"));
    let name = format!("kernel-{name}");
    Ok(zig::build_freestanding(cache, &name, &[source], &[dir.join("kernel.h")], &flags)?)
}

struct Row {
    source: &'static KernelSource,
    kernels: [Box<dyn Kernel>; 3],
    times: [Vec<f64>; 3],
}

/// Runs the kernels.
pub fn run(options: &Options) -> Result<Report> {
    let cache = Cache::open()?;
    let engines = engines(options)?;
    let pairs = options.pairs.unwrap_or(30);

    let mut rows = Vec::new();
    for source in KERNELS.iter().filter(|source| options.wants(source.name)) {
        let wasm = std::fs::read(build(&cache, source.name, source.simd)?)?;
        let mut kernels =
            [engines[0].kernel(&wasm)?, engines[1].kernel(&wasm)?, engines[2].kernel(&wasm)?];
        // Warm: code is compiled, memory is touched. And every engine must agree.
        let want = kernels[2].run(source.n)?;
        for (kernel, engine) in kernels.iter_mut().zip(&engines) {
            for n in [source.n, source.n] {
                let got = kernel.run(n)?;
                if got != want {
                    let (name, engine) = (source.name, engine.name());
                    return Err(format!("{name}: {engine} says {got:#x}, not {want:#x}").into());
                }
            }
        }
        rows.push(Row { source, kernels, times: Default::default() });
    }
    if rows.is_empty() {
        return Err("no kernel of that name".into());
    }

    // Rounds over all kernels, so that a slow spell of the machine does not hit one of them.
    for round in 0..pairs {
        eprint!("\rround {} of {pairs}", round + 1);
        for row in &mut rows {
            for (kernel, times) in row.kernels.iter_mut().zip(&mut row.times) {
                times.push(thread_millis(|| kernel.run(row.source.n))?.0);
            }
        }
    }
    eprintln!();

    let mut report = Report::new(
        "kernels",
        &[
            "updraft",
            "no checks",
            "wasmtime",
            "updraft/wasmtime",
            "no chk/wasmtime",
            "checks/no checks",
        ],
    );
    let mut all = [vec![Vec::new(); pairs], vec![Vec::new(); pairs], vec![Vec::new(); pairs]];
    for row in &rows {
        let [with, without, peer] = &row.times;
        let columns = [ratios(with, peer), ratios(without, peer), ratios(with, without)];
        for (rounds, column) in all.iter_mut().zip(&columns) {
            for (round, ratio) in rounds.iter_mut().zip(column) {
                round.push(*ratio);
            }
        }
        let mut cells: Vec<Cell> = row.times.iter().map(|t| Cell::Millis(t.clone())).collect();
        cells.extend(columns.iter().map(|ratios| Cell::Ratio(ratios.clone())));
        report.row(row.source.name, cells);
        report.judge_pairs(options, "kernel", 1.25, row.source.name, &columns[0]);
    }
    // The geometric mean over the kernels, once a round: as many values as there are pairs.
    let means = all.map(|rounds| rounds.iter().map(|r| geometric_mean(r)).collect::<Vec<_>>());
    let mut cells = vec![Cell::Text(String::new()); 3];
    cells.extend(means.iter().map(|means| Cell::Ratio(means.clone())));
    report.row("geometric mean", cells);
    report.judge_pairs(options, "kernels-mean", 1.05, "geometric mean", &means[0]);
    for row in &rows {
        let checks = ratios(&row.times[0], &row.times[1]);
        report.judge_pairs(options, "checks", 1.25, row.source.name, &checks);
    }
    report.judge_pairs(options, "checks-mean", 1.04, "geometric mean", &means[2]);
    Ok(report)
}
