//! Peak speed: kernels built from C, each run in turn by every engine.

use crate::Result;
use crate::engines::{Kernel, engines, renew_in_turn, thread_millis};
use crate::modes::settle;
use crate::options::Options;
use crate::report::{Cell, Report};
use crate::stats::{geometric_mean, ratios};
use std::path::{Path, PathBuf};
use updraft_test_programs::cache::Cache;
use updraft_test_programs::zig;

/// A kernel, in C.
pub struct KernelSource {
    /// The folder of this package that it is in.
    pub dir: &'static str,
    /// The name of its file, without `.c`.
    pub name: &'static str,
    /// 20 to 80 ms of work on the reference machine.
    pub n: i32,
    /// Whether the C compiler may use vectors.
    pub simd: bool,
}

const fn scalar(name: &'static str, n: i32) -> KernelSource {
    KernelSource { dir: "kernels", name, n, simd: false }
}

const fn simd(name: &'static str, n: i32) -> KernelSource {
    KernelSource { dir: "kernels", name, n, simd: true }
}

const fn second(name: &'static str, n: i32) -> KernelSource {
    KernelSource { dir: "kernels2", name, n, simd: false }
}

/// The kernels that the engine is tuned on.
pub const KERNELS: &[KernelSource] = &[
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

/// Kernels that nobody tunes on: what holds for the others should hold for them.
pub const KERNELS2: &[KernelSource] = &[
    second("queens", 2_000),
    second("fft", 1_200),
    second("paths", 25),
    second("base64", 400),
    second("huffman", 150),
    second("life", 600),
];

impl KernelSource {
    /// The kernel's module, built if need be.
    pub fn wasm(&self, cache: &Cache) -> Result<Vec<u8>> {
        Ok(std::fs::read(self.build(cache)?)?)
    }

    /// The file of the kernel's module, built if need be.
    pub fn build(&self, cache: &Cache) -> Result<PathBuf> {
        build(cache, self.dir, self.name, self.simd)
    }
}

/// The module of `name`, a C file in the folder `dir` of this package, built if need be.
pub fn build(cache: &Cache, dir: &str, name: &str, simd: bool) -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut watched = vec![here.join("kernels/kernel.h")];
    let mut flags = vec!["-O3", "-std=gnu11", "-nostdlib", "-Wall", "-Wextra", "-Werror"];
    flags.extend(["-fno-sanitize=undefined", "-Wl,--no-entry"]);
    if simd {
        flags.push("-msimd128");
    }
    let mut flags: Vec<String> = flags.into_iter().map(String::from).collect();
    if dir != "kernels" {
        flags.push(format!("-I{}", here.join("kernels").display()));
        for entry in std::fs::read_dir(here.join(dir))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "h") {
                watched.push(path);
            }
        }
        watched.sort();
    }
    let source = here.join(dir).join(format!("{name}.c"));
    let name = format!("{}-{name}", dir.strip_suffix('s').unwrap_or(dir));
    Ok(zig::build_freestanding(cache, &name, &[source], &watched, &flags)?)
}

struct Row {
    source: &'static KernelSource,
    kernels: [Box<dyn Kernel>; 3],
    times: [Vec<f64>; 3],
}

/// Runs `sources`, the kernels of the table called `table`.
pub fn run(options: &Options, table: &str, sources: &'static [KernelSource]) -> Result<Report> {
    let cache = Cache::open()?;
    let engines = engines(options)?;
    let pairs = options.pairs.unwrap_or(30);

    let mut rows = Vec::new();
    for source in sources.iter().filter(|source| options.wants(source.name)) {
        let wasm = source.wasm(&cache)?;
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
            // What is measured is peak speed: so not before the code stays as it is.
            if kernel.n_compiled() > 0 {
                settle(&mut **kernel, source.n, want)?;
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
                renew_in_turn(&mut **kernel, round, row.source.n)?;
                times.push(thread_millis(|| kernel.run(row.source.n))?.0);
            }
        }
    }
    eprintln!();

    let mut report = Report::new(
        table,
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
