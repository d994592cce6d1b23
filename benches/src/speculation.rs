//! Calls through tables, when the compiler knows from baseline code where they went: against the
//! peer, which does not, and, for a site whose targets change, against not having guessed.

use crate::Result;
use crate::engines::{EngineUnderTest, Kernel, thread_millis};
use crate::kernels::KernelSource;
use crate::modes::{Mode, TierKernel, settle};
use crate::options::Options;
use crate::report::{Cell, Report};
use crate::stats::ratios;
use crate::wasmtime_engine::Wasmtime;
use updraft_test_programs::cache::Cache;

/// A kernel, and what its time is judged against.
struct Case {
    source: KernelSource,
    /// The bar's name and default, if there is one.
    bar: Option<(&'static str, f64)>,
    /// Whether the bar is on the time without guesses, not on the peer's. Such a kernel learns
    /// with `n` and is measured with `-n`, where its calls go elsewhere.
    changes: bool,
}

const fn case(name: &'static str, n: i32, bar: Option<(&'static str, f64)>) -> Case {
    let source = KernelSource { dir: "speculation", name, n, simd: false };
    Case { source, bar, changes: false }
}

const CASES: &[Case] = &[
    case("sort", 150, Some(("speculation-sort", 0.75))),
    case("virtual1", 80_000, Some(("speculation-one", 0.55))),
    case("virtual4", 1_000, Some(("speculation-four", 0.35))),
    // Shown beside the row above: where the processor foresees every call, guards by hand in C
    // take 0.75 of the calls' time on V8, so no bar as low could hold.
    case("virtual4_turns", 80_000, None),
    Case { changes: true, ..case("changing", 25_000, Some(("speculation-changed", 1.15))) },
];

struct Row {
    case: &'static Case,
    /// With guesses, without, and the peer.
    kernels: [Box<dyn Kernel>; 3],
    times: [Vec<f64>; 3],
}

/// Measures the calls.
pub fn run(options: &Options) -> Result<Report> {
    let cache = Cache::open()?;
    let peer = Wasmtime::new()?;
    let mut engines = Vec::new();
    for mode in [Mode::Tiered, Mode::Optimize] {
        // In a self-test the peer stands in.
        engines.push((mode, if options.self_test { None } else { Some(mode.engine()?) }));
    }
    let pairs = options.pairs.unwrap_or(30);
    let mut rows = Vec::new();
    for case in CASES.iter().filter(|case| options.wants(case.source.name)) {
        eprintln!("{}: until nothing more is compiled", case.source.name);
        let wasm = case.source.wasm(&cache)?;
        let mut kernels = vec![];
        for (mode, engine) in &engines {
            let Some(engine) = engine else {
                kernels.push(peer.kernel(&wasm)?);
                continue;
            };
            let mut kernel = TierKernel::new(*mode, engine, &wasm)?;
            let want = kernel.run(case.source.n)?;
            settle(&mut kernel, case.source.n, want)?;
            kernel.check()?;
            kernels.push(Box::new(kernel));
        }
        kernels.push(peer.kernel(&wasm)?);
        let Ok(mut kernels) = <[Box<dyn Kernel>; 3]>::try_from(kernels) else {
            return Err("three engines".into());
        };
        // All agree, on what they learned with and on what they are measured with.
        for n in [case.source.n, case.measured()] {
            let want = kernels[2].run(n)?;
            for kernel in &mut kernels {
                let got = kernel.run(n)?;
                if got != want {
                    let name = case.source.name;
                    return Err(format!("{name}: {got:#x}, the peer says {want:#x}").into());
                }
            }
        }
        rows.push(Row { case, kernels, times: Default::default() });
    }
    if rows.is_empty() {
        return Err("no kernel of that name".into());
    }
    for round in 0..pairs {
        eprint!("\rround {} of {pairs}", round + 1);
        for Row { case, kernels, times } in &mut rows {
            for (kernel, times) in kernels.iter_mut().zip(times) {
                times.push(thread_millis(|| kernel.run(case.measured()))?.0);
            }
        }
    }
    eprintln!();
    for kernel in rows.iter().flat_map(|row| &row.kernels) {
        kernel.check()?;
    }

    let columns = ["guessed", "not guessed", "wasmtime", "guessed/not", "guessed/wasmtime"];
    let mut report = Report::new("speculation", &columns);
    for Row { case, times, .. } in &rows {
        let [guessed, not, peer] = times;
        let columns = [ratios(guessed, not), ratios(guessed, peer)];
        let judged = if case.changes { &columns[0] } else { &columns[1] };
        if let Some((bar, limit)) = case.bar {
            report.judge_pairs(options, bar, limit, case.source.name, judged);
        }
        let mut cells: Vec<Cell> = times.iter().map(|times| Cell::Millis(times.clone())).collect();
        cells.extend(columns.map(Cell::Ratio));
        report.row(case.source.name, cells);
    }
    Ok(report)
}

impl Case {
    /// What the kernel is measured with.
    fn measured(&self) -> i32 {
        if self.changes { -self.source.n } else { self.source.n }
    }
}
