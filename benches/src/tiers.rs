//! What the tiers are worth: kernels in baseline code, from their first call on, and when all that
//! is hot was compiled again; each against the optimizing compiler alone, and the peer.

use crate::Result;
use crate::engines::{EngineUnderTest, Kernel, renew_in_turn, thread_millis};
use crate::kernels::{KERNELS, KERNELS2, KernelSource};
use crate::modes::{Mode, TierKernel, settle};
use crate::options::Options;
use crate::peers::run as run_command;
use crate::report::{Cell, Report};
use crate::stats::{geometric_mean, median, ratios};
use crate::wasmtime_engine::Wasmtime;
use std::process::Command;
use std::time::Instant;
use updraft::Engine;
use updraft_test_programs::cache::Cache;

/// The hidden command that makes one first call, in a process of its own.
pub const FIRST_CALL: &str = "first-call";

/// What a first call may take beyond its share of the steady time: to be compiled twice, and to be
/// found hot.
const FIRST_CALL_MILLIS: f64 = 15.0;
const FIRST_CALL_SHARE: f64 = 1.3;

/// The engines that the columns stand for.
struct Engines {
    /// Ours, by mode; none if the peer stands in for them.
    ours: Vec<(Mode, Engine)>,
    peer: Wasmtime,
}

/// One column: a kernel's instance, and what its runs took.
struct Side {
    kernel: Box<dyn Kernel>,
    times: Vec<f64>,
}

struct Row {
    source: &'static KernelSource,
    want: i64,
    optimize: Side,
    held: Side,
    tiered: Side,
    peer: Side,
    /// Milliseconds of first calls, in processes of their own.
    first: Vec<f64>,
}

impl Engines {
    fn new(options: &Options) -> Result<Engines> {
        let modes = [Mode::Optimize, Mode::Held, Mode::Tiered];
        let modes = modes.into_iter().filter(|_| !options.self_test);
        let ours: Result<_> = modes.map(|mode| Ok((mode, mode.engine()?))).collect();
        Ok(Engines { ours: ours?, peer: Wasmtime::new()? })
    }

    /// A kernel that has run once, on the tier that its mode says.
    fn warm(&self, mode: Mode, wasm: &[u8], n: i32, want: i64) -> Result<Box<dyn Kernel>> {
        let Some((_, engine)) = self.ours.iter().find(|(ours, _)| *ours == mode) else {
            return self.peer.kernel(wasm);
        };
        let mut kernel = TierKernel::new(mode, engine, wasm)?;
        let got = kernel.run(n)?;
        if got != want {
            return Err(format!("{mode:?} says {got:#x}, not {want:#x}").into());
        }
        if mode == Mode::Tiered {
            settle(&mut kernel, n, want)?;
        }
        kernel.check()?;
        Ok(Box::new(kernel))
    }
}

impl Side {
    fn new(kernel: Box<dyn Kernel>) -> Side {
        Side { kernel, times: Vec::new() }
    }

    fn time(&mut self, round: usize, n: i32) -> Result<()> {
        renew_in_turn(&mut *self.kernel, round, n)?;
        self.times.push(thread_millis(|| self.kernel.run(n))?.0);
        Ok(())
    }
}

/// Measures the tiers.
pub fn run(options: &Options) -> Result<Report> {
    let cache = Cache::open()?;
    let engines = Engines::new(options)?;
    let pairs = options.pairs.unwrap_or(30);
    let mut rows = Vec::new();
    for source in KERNELS.iter().filter(|source| options.wants(source.name)) {
        eprintln!("{}: until nothing more is compiled", source.name);
        let wasm = source.wasm(&cache)?;
        let mut peer = engines.peer.kernel(&wasm)?;
        let want = peer.run(source.n)?;
        let warm = |mode| {
            let made = engines.warm(mode, &wasm, source.n, want).map(Side::new);
            made.map_err(|error| format!("{}: {error}", source.name))
        };
        let (optimize, held, tiered) =
            (warm(Mode::Optimize)?, warm(Mode::Held)?, warm(Mode::Tiered)?);
        let peer = Side::new(peer);
        rows.push(Row { source, want, optimize, held, tiered, peer, first: Vec::new() });
    }
    if rows.is_empty() {
        return Err("no kernel of that name".into());
    }

    // Rounds over all kernels, so that a slow spell of the machine does not hit one of them.
    for round in 0..pairs {
        eprint!("\rround {} of {pairs}", round + 1);
        for row in &mut rows {
            let n = row.source.n;
            for side in [&mut row.optimize, &mut row.held, &mut row.tiered, &mut row.peer] {
                side.time(round, n)?;
            }
            row.first.push(first_call_elsewhere(options, row.source, row.want)?);
        }
    }
    eprintln!();
    for row in &rows {
        for side in [&row.optimize, &row.held, &row.tiered, &row.peer] {
            side.kernel.check().map_err(|error| format!("{}: {error}", row.source.name))?;
        }
    }
    Ok(report(options, pairs, &rows))
}

fn report(options: &Options, pairs: usize, rows: &[Row]) -> Report {
    let mut report = Report::new(
        "tiers",
        &[
            "optimize",
            "baseline",
            "tiered",
            "wasmtime",
            "first call",
            "baseline/opt",
            "tiered/opt",
            "tiered/wasmtime",
            "first/allowed",
        ],
    );
    let mut all: [_; 3] = std::array::from_fn(|_| vec![Vec::new(); pairs]);
    for row in rows {
        let [optimize, held, tiered, peer] =
            [&row.optimize, &row.held, &row.tiered, &row.peer].map(|side| &side.times);
        let columns = [ratios(held, optimize), ratios(tiered, optimize), ratios(tiered, peer)];
        for (rounds, column) in all.iter_mut().zip(&columns) {
            for (round, ratio) in rounds.iter_mut().zip(column) {
                round.push(*ratio);
            }
        }
        let allowed = FIRST_CALL_SHARE * median(optimize) + FIRST_CALL_MILLIS;
        let first: Vec<f64> = row.first.iter().map(|millis| millis / allowed).collect();
        report.judge_pairs(options, "tiers-first", 1.0, row.source.name, &first);
        let times = [optimize, held, tiered, peer, &row.first];
        let mut cells: Vec<Cell> = times.map(|times| Cell::Millis(times.clone())).into();
        cells.extend(columns.map(Cell::Ratio));
        cells.push(Cell::Ratio(first));
        report.row(row.source.name, cells);
    }
    // The geometric mean over the kernels, once a round: as many values as there are pairs.
    let means = all.map(|rounds| rounds.iter().map(|r| geometric_mean(r)).collect::<Vec<_>>());
    let mut cells = vec![Cell::Text(String::new()); 5];
    cells.extend(means.iter().map(|means| Cell::Ratio(means.clone())));
    report.row("geometric mean", cells);
    let bars = [("tiers-baseline", 1.7), ("tiers-steady", 1.02), ("tiers-peer", 1.0)];
    for ((bar, limit), means) in bars.into_iter().zip(&means) {
        report.judge_pairs(options, bar, limit, "geometric mean", means);
    }
    report
}

/// Milliseconds of the first call of a kernel in a new process.
fn first_call_elsewhere(options: &Options, source: &KernelSource, want: i64) -> Result<f64> {
    let mut command = Command::new(std::env::current_exe()?);
    let who = if options.self_test { "wasmtime" } else { "updraft" };
    command.args([FIRST_CALL, source.name, who]);
    let (_, printed) = run_command(&mut command)?;
    let (millis, got) = printed.trim().split_once(' ').ok_or("a first call printed one word")?;
    if got.parse() != Ok(want) {
        return Err(format!("{}: a first call returned {got}, not {want}", source.name).into());
    }
    Ok(millis.parse()?)
}

/// The other end of [`first_call_elsewhere`]: prints the milliseconds by the clock, and the result.
pub fn first_call(args: &[String]) -> Result<()> {
    let [name, who] = args else { return Err("wants a kernel and an engine".into()) };
    let mut sources = KERNELS.iter().chain(KERNELS2);
    let source = sources.find(|source| source.name == *name).ok_or("no kernel of that name")?;
    let wasm = source.wasm(&Cache::open()?)?;
    let mut kernel: Box<dyn Kernel> = if who == "wasmtime" {
        Wasmtime::new()?.kernel(&wasm)?
    } else {
        Box::new(TierKernel::new(Mode::Tiered, &Mode::Tiered.engine()?, &wasm)?)
    };
    let start = Instant::now();
    let got = kernel.run(source.n)?;
    println!("{} {got}", start.elapsed().as_secs_f64() * 1e3);
    Ok(())
}
