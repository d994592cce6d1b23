//! The engine: what all modules and isolates of a configuration share.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use updraft_abi::{Bounds, Tier, Tunables};
use updraft_compile::FuncCompiler;
use updraft_runtime::IsolateConfig;
use updraft_runtime::code_space::{CodeSpace, CodeSpaceConfig, CodeSpaceStats};
use updraft_types::Features;

use crate::code_gc::{CodeGc, CodeGcConfig};
use crate::pool::{Job, Platform};
use crate::tiering::{Strategy, TierQueue, Tiering, Unit, unit_jobs};

/// How an engine is set up. Validated by the public API.
pub struct EngineConfig {
    /// Which proposals modules may use.
    pub features: Features,
    /// Whether NaNs that operators make are canonical.
    pub canonical_nans: bool,
    /// Whether code checks for interrupts and the end of the stack.
    pub interrupt_checks: bool,
    /// Bytes of machine code that the engine may hold: beyond, code is evicted.
    pub max_code_bytes: u64,
    /// Whether a body is validated when it is first compiled, and not when its
    /// module is made.
    pub lazy_validation: bool,
    /// How isolates are set up.
    pub isolate: IsolateConfig,
    /// The one-pass compiler, if there is one for this processor.
    pub baseline: Option<Arc<dyn FuncCompiler>>,
    /// The optimizing compiler.
    pub optimizing: Option<Arc<dyn FuncCompiler>>,
    /// Which of them compiles what, and when.
    pub strategy: Strategy,
    /// When code is hot.
    pub tiering: Tiering,
    /// Where jobs run.
    pub platform: Arc<dyn Platform>,
}

/// What an engine holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EngineStats {
    /// Modules made so far.
    pub modules_made: u64,
    /// Machine code.
    pub code: CodeSpaceStats,
    /// Functions and loops that wait to be optimized.
    pub tier_queue_depth: usize,
    /// Bytes of machine code that it may hold.
    pub code_budget: u64,
    /// Rounds of the code collector so far.
    pub n_collections: u64,
    /// Functions and loops whose code was evicted so far.
    pub n_evictions: u64,
}

struct Inner {
    config: EngineConfig,
    code_space: CodeSpace,
    code_gc: Arc<CodeGc>,
    tier_queue: Arc<TierQueue<Unit>>,
    modules_made: AtomicU64,
}

/// An engine. Clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

impl Engine {
    /// Makes an engine.
    pub fn new(config: EngineConfig) -> Result<Self, String> {
        let compilers = [&config.baseline, &config.optimizing];
        for tier in [config.strategy.first_tier(), config.strategy.last_tier()] {
            if compilers[tier.index()].is_none() {
                return Err(format!("there is no {} compiler", tier.name()));
            }
        }
        let space =
            CodeSpaceConfig { max_code_bytes: config.max_code_bytes, ..CodeSpaceConfig::default() };
        let code_space = CodeSpace::new(space).map_err(|e| e.to_string())?;
        let tier_queue = TierQueue::new(&config.platform, unit_jobs(config.platform.n_workers()));
        let gc = CodeGcConfig {
            budget: config.max_code_bytes,
            checks: config.interrupt_checks,
            tiers_up: config.strategy.tiers_up(),
            always: config.tiering.stress.code_gc_always,
            evict: config.tiering.stress.evict,
        };
        let code_gc = Arc::new(CodeGc::new(gc, code_space.clone()));
        let modules_made = AtomicU64::new(0);
        let inner = Inner { config, code_space, code_gc, tier_queue, modules_made };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// How it was set up.
    pub fn config(&self) -> &EngineConfig {
        &self.inner.config
    }
    /// Whether both are the same engine.
    pub fn same(&self, other: &Engine) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
    /// What it holds.
    pub fn stats(&self) -> EngineStats {
        let gc = self.inner.code_gc.stats();
        EngineStats {
            modules_made: self.inner.modules_made.load(Ordering::Relaxed),
            code: self.inner.code_space.stats(),
            tier_queue_depth: self.inner.tier_queue.depth(),
            code_budget: self.inner.code_gc.budget(),
            n_collections: gc.n_collections,
            n_evictions: gc.n_evictions,
        }
    }

    /// The bounds checks of instances whose memories can be reserved.
    pub fn default_bounds(&self) -> Bounds {
        if self.inner.config.isolate.memory_reservation { Bounds::Guarded } else { Bounds::Checked }
    }

    /// Gives a job to a thread of the platform, if it has any.
    pub fn spawn(&self, job: Job) {
        if self.platform().n_workers() > 0 {
            self.platform().spawn(job);
        }
    }

    pub(crate) fn platform(&self) -> &Arc<dyn Platform> {
        &self.inner.config.platform
    }
    pub(crate) fn compiler(&self, tier: Tier) -> Option<&Arc<dyn FuncCompiler>> {
        match tier {
            Tier::Baseline => self.inner.config.baseline.as_ref(),
            Tier::Optimized => self.inner.config.optimizing.as_ref(),
        }
    }
    pub(crate) fn tier_queue(&self) -> &Arc<TierQueue<Unit>> {
        &self.inner.tier_queue
    }
    pub(crate) fn code_gc(&self) -> &Arc<CodeGc> {
        &self.inner.code_gc
    }
    pub(crate) fn code_space(&self) -> &CodeSpace {
        &self.inner.code_space
    }
    pub(crate) fn tunables(&self, bounds: Bounds) -> Tunables {
        Tunables {
            bounds,
            canonical_nans: self.inner.config.canonical_nans,
            interrupt_checks: self.inner.config.interrupt_checks,
        }
    }
    pub(crate) fn count_module(&self) {
        self.inner.modules_made.fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
