//! The border between host and code: what one crossing costs.

use crate::Result;
use crate::engines::{Calls, engines, thread_millis};
use crate::kernels::build;
use crate::options::Options;
use crate::report::{Cell, Report};
use crate::stats::ratios;
use updraft_test_programs::cache::Cache;

type Way = fn(&mut dyn Calls, u32) -> Result<i64>;

struct Row {
    name: &'static str,
    way: Way,
    /// The bar's name and default, for ways that have one.
    bar: Option<(&'static str, f64)>,
}

const ROWS: &[Row] = &[
    Row { name: "typed host to wasm", way: |c, n| c.typed_in(n), bar: Some(("calls-in", 0.8)) },
    Row { name: "typed wasm to host", way: |c, n| c.typed_out(n), bar: Some(("calls-out", 1.1)) },
    Row { name: "untyped host to wasm", way: |c, n| c.untyped_in(n), bar: None },
    Row { name: "untyped wasm to host", way: |c, n| c.untyped_out(n), bar: None },
];

/// Crossings in one run: some milliseconds.
const CROSSINGS: u32 = 400_000;

/// Measures the crossings.
pub fn run(options: &Options) -> Result<Report> {
    let cache = Cache::open()?;
    let wasm = std::fs::read(build(&cache, "kernels", "calls", false)?)?;
    let engines = engines(options)?;
    let pairs = options.pairs.unwrap_or(30);
    let mut report = Report::new("calls", &["updraft", "wasmtime", "updraft/wasmtime"]);
    for row in ROWS.iter().filter(|row| options.wants(row.name)) {
        let mut sides = [engines[0].calls(&wasm)?, engines[2].calls(&wasm)?];
        let want = (row.way)(&mut *sides[1], CROSSINGS)?;
        for (side, engine) in sides.iter_mut().zip(["updraft", "wasmtime"]) {
            let got = (row.way)(&mut **side, CROSSINGS)?;
            if got != want {
                return Err(format!("{}: {engine} says {got}, not {want}", row.name).into());
            }
        }
        let mut nanos = [Vec::new(), Vec::new()];
        for _ in 0..pairs {
            for (side, nanos) in sides.iter_mut().zip(&mut nanos) {
                let (millis, _) = thread_millis(|| (row.way)(&mut **side, CROSSINGS))?;
                nanos.push(millis * 1e6 / f64::from(CROSSINGS));
            }
        }
        let column = ratios(&nanos[0], &nanos[1]);
        if let Some((bar, limit)) = row.bar {
            report.judge_pairs(options, bar, limit, row.name, &column);
        }
        let [ours, peers] = nanos;
        report.row(row.name, vec![Cell::Nanos(ours), Cell::Nanos(peers), Cell::Ratio(column)]);
    }
    Ok(report)
}
