//! How an engine is set up.

use std::sync::Arc;

use updraft_baseline::{BaselineCompiler, BaselineOptions};
use updraft_compile::FuncCompiler;
use updraft_engine::{
    EngineConfig, Evict, Pinned, Platform, Strategy as EngineStrategy, ThreadPool, Tiering,
};
use updraft_optimize::{OptimizeOptions, OptimizingCompiler};
use updraft_runtime::IsolateConfig;

use crate::{Error, ErrorKind, Features, Result};

/// Which compilers an engine uses.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Strategy {
    /// What is best: now [`Strategy::Tiered`].
    #[default]
    Auto,
    /// The baseline compiler at the first call; the optimizing compiler, in
    /// the background, for what turns out to be hot, loops that run included.
    Tiered,
    /// The baseline compiler alone. Functions that it cannot do are left to
    /// the optimizing compiler.
    Baseline,
    /// The optimizing compiler alone.
    Optimize,
}

/// Settings of an [`Engine`](crate::Engine).
///
/// ```
/// use updraft::{Config, Engine};
///
/// let mut config = Config::new();
/// config.max_wasm_stack(512 << 10).canonical_nans(true);
/// let engine = Engine::new(&config)?;
/// # Ok::<(), updraft::Error>(())
/// ```
#[derive(Clone)]
pub struct Config {
    features: Features,
    canonical_nans: bool,
    interrupt_checks: bool,
    eager: bool,
    lazy_validation: bool,
    code_budget: u64,
    max_wasm_stack: usize,
    memory_reservation: bool,
    workers: Option<usize>,
    platform: Option<Arc<dyn Platform>>,
    debug_verifier: bool,
    stress_inlining: bool,
    strategy: Strategy,
    tiering: Tiering,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            features: Features::default(),
            canonical_nans: false,
            interrupt_checks: true,
            eager: false,
            lazy_validation: false,
            code_budget: 1 << 30,
            max_wasm_stack: 1 << 20,
            memory_reservation: true,
            workers: None,
            platform: None,
            debug_verifier: cfg!(debug_assertions),
            stress_inlining: false,
            strategy: Strategy::Auto,
            tiering: Tiering::default(),
        }
    }
}

macro_rules! wasm_features {
    ($($(#[$doc:meta])* $fn:ident $field:ident;)*) => {$(
        $(#[$doc])*
        pub fn $fn(&mut self, on: bool) -> &mut Self {
            self.features.$field = on;
            self
        }
    )*};
}

impl Config {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Which proposals modules may use, all at once.
    pub fn features(&mut self, features: Features) -> &mut Self {
        self.features = features;
        self
    }

    /// Switches a proposal by its command-line name.
    ///
    /// # Errors
    ///
    /// If there is none of that name.
    pub fn wasm_feature(&mut self, name: &str, on: bool) -> Result<&mut Self> {
        if self.features.set(name, on) {
            return Ok(self);
        }
        Err(Error::msg(format!("unknown WebAssembly feature `{name}`")))
    }

    wasm_features! {
        /// Whether modules may use 128-bit vectors. On by default.
        wasm_simd simd;
        /// Whether modules may use tail calls. On by default.
        wasm_tail_call tail_call;
        /// Whether modules may have several memories. On by default.
        wasm_multi_memory multi_memory;
        /// Whether constant expressions may compute. On by default.
        wasm_extended_const extended_const;
        /// Whether functions and blocks may have several results. On by
        /// default.
        wasm_multi_value multi_value;
        /// Whether modules may use bulk operators. On by default.
        wasm_bulk_memory bulk_memory;
        /// Whether modules may use references. On by default.
        wasm_reference_types reference_types;
    }

    /// Which compilers are used: [`Strategy::Auto`] by default.
    pub fn strategy(&mut self, strategy: Strategy) -> &mut Self {
        self.strategy = strategy;
        self
    }

    /// How much a function runs in baseline code before it is compiled again
    /// by the optimizing compiler: in bytes of its body that are executed,
    /// roughly, and as much again for each 4 KiB of the body, because those take
    /// longer to compile. By default 4,000,000. Of use with
    /// [`Strategy::Tiered`].
    pub fn tier_up_budget(&mut self, bytes: u32) -> &mut Self {
        self.tiering.budget = i32::try_from(bytes).unwrap_or(i32::MAX);
        self
    }

    /// Whether a loop that runs in baseline code is moved to optimized code
    /// when there is some, instead of running to its end where it is. On by
    /// default.
    pub fn on_stack_replacement(&mut self, on: bool) -> &mut Self {
        self.tiering.osr = on;
        self
    }

    /// Whether hot functions are compiled at once, by the thread that found
    /// them hot, so that what is compiled when does not depend on time. Off by
    /// default.
    pub fn synchronous_tier_up(&mut self, on: bool) -> &mut Self {
        self.tiering.synchronous = on;
        self
    }

    /// Whether modules keep an account of what was compiled when, and why.
    /// Off by default.
    pub fn tier_log(&mut self, on: bool) -> &mut Self {
        self.tiering.log = on;
        self
    }

    /// For tests: the first sign of use makes a function hot.
    #[doc(hidden)]
    pub fn debug_tier_up_now(&mut self, on: bool) -> &mut Self {
        self.tiering.stress.tier_up_now = on;
        self
    }

    /// For tests: every loop is moved to optimized code when it first repeats.
    #[doc(hidden)]
    pub fn debug_osr_everywhere(&mut self, on: bool) -> &mut Self {
        self.tiering.stress.osr_everywhere = on;
        self
    }

    /// For tests: with [`Config::debug_osr_everywhere`], only the loops of one
    /// in so many functions, chosen by the seed.
    #[doc(hidden)]
    pub fn debug_osr_sample(&mut self, seed: u64, one_in: u32) -> &mut Self {
        self.tiering.stress.osr_sample = Some((seed, one_in));
        self
    }

    /// For tests: chance decides about the compiler of each function.
    #[doc(hidden)]
    pub fn debug_random_tiers(&mut self, seed: Option<u64>) -> &mut Self {
        self.tiering.stress.random_tiers = seed;
        self
    }

    /// For the search of a function that makes tiers differ, with
    /// [`Strategy::Tiered`]: functions below this number, imports not counted,
    /// are in baseline code (with a seed, half of them by chance), the others
    /// are optimized, and none is compiled again.
    #[doc(hidden)]
    pub fn debug_pinned_tiers(&mut self, baseline_below: u32, seed: Option<u64>) -> &mut Self {
        self.tiering.stress.pinned = Some(Pinned { baseline_below, seed });
        self
    }

    /// Whether every NaN that an operator makes has the canonical payload, so
    /// that results are the same everywhere. Off by default.
    pub fn canonical_nans(&mut self, on: bool) -> &mut Self {
        self.canonical_nans = on;
        self
    }

    /// Whether code looks for interrupts and the end of the stack. On by
    /// default; off only to measure what that costs: programs that do not end
    /// or recurse without end then take the process with them.
    #[doc(hidden)]
    pub fn interrupt_checks(&mut self, on: bool) -> &mut Self {
        self.interrupt_checks = on;
        self
    }

    /// Whether the optimizing compiler inlines whatever it can, as if all was
    /// hot. Off by default; on only to test that it changes nothing else.
    #[doc(hidden)]
    pub fn stress_inlining(&mut self, on: bool) -> &mut Self {
        self.stress_inlining = on;
        self
    }

    /// Whether modules are compiled whole when they are made, by all threads
    /// of the engine, instead of function by function at first calls. Off by
    /// default.
    pub fn eager_compilation(&mut self, on: bool) -> &mut Self {
        self.eager = on;
        self
    }

    /// Whether a function's body is validated when it is first called, and not
    /// when its module is made: then nothing but the sections is checked. The
    /// call of an invalid function traps with the fault and its offset, every
    /// time. Without effect where modules are compiled whole when they are
    /// made. Off by default.
    ///
    /// [`Module::validate`](crate::Module::validate) always checks everything.
    pub fn lazy_validation(&mut self, on: bool) -> &mut Self {
        self.lazy_validation = on;
        self
    }

    /// Bytes of machine code that the engine may hold: 1 GiB by default. When
    /// a function does not fit, code that is not running goes: first baseline
    /// code, then that of modules which were not used for long. It is compiled
    /// again when it is called. If all code is running, the call that needs
    /// more ends with a trap.
    pub fn code_budget(&mut self, bytes: u64) -> &mut Self {
        self.code_budget = bytes;
        self
    }

    /// For tests: code that nobody reaches is freed at once.
    #[doc(hidden)]
    pub fn debug_code_gc_always(&mut self, on: bool) -> &mut Self {
        self.tiering.stress.code_gc_always = on;
        self
    }

    /// For tests: one in so many first calls evicts code that is not running:
    /// all of it if the seed is 0, else what chance says.
    #[doc(hidden)]
    pub fn debug_evict(&mut self, seed: u64, one_in: u32) -> &mut Self {
        self.tiering.stress.evict = Some(Evict { seed, one_in });
        self
    }

    /// Bytes of the thread's stack that wasm may use: 1 MiB by default. On a
    /// smaller stack, what there is.
    pub fn max_wasm_stack(&mut self, bytes: usize) -> &mut Self {
        self.max_wasm_stack = bytes;
        self
    }

    /// Whether memories get 4 GiB of address space each, so that most accesses
    /// need no check. On by default. Where the system refuses, accesses are
    /// checked, with no change in what programs do.
    pub fn memory_reservation(&mut self, on: bool) -> &mut Self {
        self.memory_reservation = on;
        self
    }

    /// Threads that the engine may start: by default as many as there are
    /// processors. With 0 all work is done by the threads that call.
    pub fn compile_workers(&mut self, n: usize) -> &mut Self {
        self.workers = Some(n);
        self
    }

    /// Runs the engine's jobs on threads of the embedder's.
    pub fn platform(&mut self, platform: Arc<dyn Platform>) -> &mut Self {
        self.platform = Some(platform);
        self
    }

    /// Whether the compiler checks its own intermediate code. On in debug
    /// builds.
    pub fn debug_verifier(&mut self, on: bool) -> &mut Self {
        self.debug_verifier = on;
        self
    }

    pub(crate) fn build(&self) -> Result<EngineConfig> {
        if self.max_wasm_stack < 64 << 10 {
            return Err(Error::msg("max_wasm_stack must be at least 64 KiB"));
        }
        let mut options = OptimizeOptions::default();
        options.verifier = self.debug_verifier;
        options.stress_inlining = self.stress_inlining;
        let optimizing = OptimizingCompiler::new(options)
            .map_err(|e| Error::tagged(ErrorKind::Compile, e.to_string()))?;
        let platform = self.platform.clone().unwrap_or_else(|| {
            let processors = || std::thread::available_parallelism().map_or(1, |n| n.get());
            Arc::new(ThreadPool::new(self.workers.unwrap_or_else(processors)))
        });
        Ok(EngineConfig {
            features: self.features,
            canonical_nans: self.canonical_nans,
            interrupt_checks: self.interrupt_checks,
            lazy_validation: self.lazy_validation,
            max_code_bytes: self.code_budget,
            isolate: IsolateConfig {
                max_wasm_stack: self.max_wasm_stack,
                memory_reservation: self.memory_reservation,
            },
            baseline: self.baseline()?,
            optimizing: Some(Arc::new(optimizing)),
            strategy: self.engine_strategy(),
            tiering: self.tiering,
            platform,
        })
    }

    /// The baseline compiler.
    fn baseline(&self) -> Result<Option<Arc<dyn FuncCompiler>>> {
        let compiler = BaselineCompiler::new(BaselineOptions::default())
            .map_err(|e| Error::tagged(ErrorKind::Compile, e.to_string()))?;
        Ok(Some(Arc::new(compiler)))
    }

    fn engine_strategy(&self) -> EngineStrategy {
        match (self.strategy, self.eager) {
            (Strategy::Auto | Strategy::Tiered, false) => EngineStrategy::Lazy,
            (Strategy::Auto | Strategy::Tiered, true) => EngineStrategy::EagerBaseline,
            (Strategy::Baseline, false) => EngineStrategy::BaselineOnly,
            (Strategy::Baseline, true) => EngineStrategy::BaselineEager,
            (Strategy::Optimize, false) => EngineStrategy::OptimizeOnly,
            (Strategy::Optimize, true) => EngineStrategy::OptimizeEager,
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("features", &self.features)
            .field("strategy", &self.strategy)
            .field("eager", &self.eager)
            .field("lazy_validation", &self.lazy_validation)
            .field("max_wasm_stack", &self.max_wasm_stack)
            .field("memory_reservation", &self.memory_reservation)
            .finish_non_exhaustive()
    }
}
