//! The ways that Updraft's tiers are set up, and what they did.
//!
//! The only file that names the settings of tiers, so that a change of theirs is a change here.

use crate::Result;
use crate::engines::Kernel;
use std::sync::Arc;
use std::time::{Duration, Instant};
use updraft::{Config, Engine, Instance, Job, Module, Platform, Store, Strategy, TypedFunc};

/// A way to set up Updraft.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// The optimizing compiler alone, at first calls.
    Optimize,
    /// Baseline code that counts, as what may tier up does, and never tiers up.
    Held,
    /// Baseline code first, optimized code for what is hot.
    Tiered,
    /// Baseline code alone, all of it when a module is made, on the calling thread.
    EagerBaseline,
}

/// Takes jobs and runs none, so that what is hot waits in vain. Even the largest budget is used up
/// by a kernel of many calls, so a budget alone holds nothing off.
struct Idle;

impl Platform for Idle {
    fn n_workers(&self) -> usize {
        1
    }

    fn spawn(&self, _: Job) {}
}

impl Mode {
    /// An engine that is set up this way.
    pub fn engine(self) -> Result<Engine> {
        let mut config = Config::new();
        match self {
            Mode::Optimize => config.strategy(Strategy::Optimize),
            Mode::Held => {
                config.strategy(Strategy::Tiered).tier_up_budget(u32::MAX).platform(Arc::new(Idle))
            }
            Mode::Tiered => config.strategy(Strategy::Tiered),
            Mode::EagerBaseline => {
                config.strategy(Strategy::Baseline).eager_compilation(true).compile_workers(0)
            }
        };
        Ok(Engine::new(&config)?)
    }
}

/// A kernel's instance, and what its module was compiled to.
pub struct TierKernel {
    mode: Mode,
    module: Module,
    store: Store<()>,
    run: TypedFunc<i32, i64>,
}

impl TierKernel {
    /// Instantiates a kernel in `engine`, which was set up by `mode`.
    pub fn new(mode: Mode, engine: &Engine, wasm: &[u8]) -> Result<TierKernel> {
        TierKernel::of(mode, Module::new(engine, wasm)?)
    }

    fn of(mode: Mode, module: Module) -> Result<TierKernel> {
        let mut store = Store::new(module.engine(), ());
        let instance = Instance::new(&mut store, &module, &[])?;
        let run = instance.get_typed_func(&mut store, "run")?;
        Ok(TierKernel { mode, module, store, run })
    }
}

impl Kernel for TierKernel {
    fn run(&mut self, n: i32) -> Result<i64> {
        Ok(self.run.call(&mut self.store, n)?)
    }

    fn renew(&mut self) -> Result<()> {
        *self = TierKernel::of(self.mode, self.module.clone())?;
        Ok(())
    }

    fn n_compiled(&self) -> u64 {
        let stats = self.module.stats();
        stats.baseline.n_compiled + stats.optimized.n_compiled + stats.loops.n_compiled
    }

    /// A mode that silently ran on another tier would make a comparison of nothing.
    fn check(&self) -> Result<()> {
        let stats = self.module.stats();
        let (baseline, optimized) = (stats.baseline.n_compiled, stats.optimized.n_compiled);
        let n_loops = stats.loops.n_compiled;
        let right = match self.mode {
            Mode::Optimize => baseline == 0 && optimized > 0,
            Mode::Held | Mode::EagerBaseline => {
                baseline > 0 && optimized + n_loops + stats.n_baseline_fallbacks == 0
            }
            Mode::Tiered => baseline > 0,
        };
        if right {
            return Ok(());
        }
        let mode = self.mode;
        Err(format!(
            "{mode:?}: {baseline} functions in baseline code, {optimized} optimized, {n_loops} loops"
        )
        .into())
    }
}

/// Runs `kernel` until nothing more of it is compiled: for at least half a second and ten runs, and
/// until as much again has passed without new code. What it must return is `want`.
pub fn settle(kernel: &mut dyn Kernel, n: i32, want: i64) -> Result<()> {
    const QUIET: (Duration, usize) = (Duration::from_millis(500), 10);
    const GIVE_UP: Duration = Duration::from_secs(60);
    let start = Instant::now();
    let (mut compiled, mut since, mut runs) = (kernel.n_compiled(), start, 0);
    while since.elapsed() < QUIET.0 || runs < QUIET.1 {
        let got = kernel.run(n)?;
        if got != want {
            return Err(format!("run({n}) returned {got:#x}, not {want:#x}").into());
        }
        runs += 1;
        let now = kernel.n_compiled();
        if now != compiled {
            (compiled, since, runs) = (now, Instant::now(), 0);
        }
        if start.elapsed() > GIVE_UP {
            return Err("there is new code after a minute still".into());
        }
    }
    Ok(())
}

/// What became of a module that was compiled whole.
#[derive(Clone, Copy, Debug)]
pub struct Compiled {
    /// Bytes of baseline code.
    pub code_bytes: u64,
    /// Functions that the baseline compiler left to the optimizing one.
    pub n_left: u64,
}

/// The account of `module`.
pub fn compiled(module: &Module) -> Result<Compiled> {
    let stats = module.stats();
    if stats.baseline.n_compiled == 0 {
        return Err("no function was compiled to baseline code".into());
    }
    Ok(Compiled { code_bytes: stats.baseline.code_bytes, n_left: stats.n_baseline_fallbacks })
}

/// Sets how many bytes of code the engine may hold before it gives code back.
pub fn code_budget(config: &mut Config, bytes: u64) {
    config.code_budget(bytes);
}
