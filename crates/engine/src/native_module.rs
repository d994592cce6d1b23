//! A module as the engine shares it: facts, code, and who compiles what.
//!
//! Owns: [`NativeModule`]. Instances in all isolates hold the module; it knows
//! none of them. How far each function is, is the business of
//! `tiering::state`, when it is compiled again that of `tiering`.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};

use updraft_abi::{Bounds, CompiledFunc, Tier};
use updraft_compile::CompileError;
use updraft_decode::{
    BodyValidator, DecodeError, DecodedModule, LowestFault, WireBytes, decode_whole,
};
use updraft_runtime::RuntimeModule;
use updraft_runtime::code_space::{CodeBlock, CodeSpace};
use updraft_types::{BodyFacts, DeclaredFuncIndex, ModuleDesc};

use crate::Engine;
use crate::bodies::Bodies;
use crate::code_gc::Retired;
use crate::lock_order::{Mutex, Rank};
use crate::pool::InFlight;
use crate::tiering::{
    CodeOf, FuncStates, Kept, LoopKey, Misses, OsrTable, Progress, Reason, TierEvent,
    TierEventKind, TierLog, TierStats,
};
use crate::validate::decode_and_validate;

/// Why a module could not be made.
#[derive(Clone, Debug)]
pub enum ModuleError {
    /// The bytes are no valid module.
    Invalid(DecodeError),
    /// A function could not be compiled (eager compilation only).
    Compile(DeclaredFuncIndex, String),
    /// The engine lacks something.
    Setup(String),
}

impl fmt::Display for ModuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ModuleError::Invalid(e) => e.fmt(f),
            ModuleError::Compile(func, e) => write!(f, "function {}: {e}", func.raw()),
            ModuleError::Setup(e) => f.write_str(e),
        }
    }
}

impl std::error::Error for ModuleError {}

/// What has been compiled of a module so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModuleStats {
    /// Compilations that succeeded, by any tier.
    pub n_compiled: u64,
    /// Bytes of machine code made.
    pub code_bytes: u64,
    /// Time that threads spent compiling.
    pub compile_time: Duration,
    /// Code of functions by the baseline compiler.
    pub baseline: TierStats,
    /// Code of functions by the optimizing compiler.
    pub optimized: TierStats,
    /// Code for running loops by the optimizing compiler.
    pub loops: TierStats,
    /// Functions that the baseline compiler left to the optimizing one.
    pub n_baseline_fallbacks: u64,
    /// Times that a budget was used up.
    pub n_budget_underflows: u64,
    /// Times that a running loop went on in optimized code.
    pub n_osr_entries: u64,
    /// Calls that a body stands in place of, in all code that was made.
    pub n_inlined: u64,
    /// Those of them that are calls of functions of other modules.
    pub n_inlined_imports: u64,
}

/// What became of one function in [`NativeModule::compile_all`].
#[derive(Clone, Debug)]
pub struct FuncReport {
    /// The function.
    pub func: DeclaredFuncIndex,
    /// Bytes of machine code, or why there is none.
    pub result: Result<u64, String>,
    /// Time to compile it; zero if it was compiled before.
    pub time: Duration,
}

/// What became of all functions.
#[derive(Clone, Debug, Default)]
pub struct CompiledReport {
    /// By function.
    pub funcs: Vec<FuncReport>,
}

/// Why a function has no code of a tier.
#[derive(Clone, Debug)]
pub(crate) struct NoCode {
    pub message: String,
    /// Whether that is nothing but a limit of the compiler: another may do.
    pub is_limit: bool,
    /// Whether it may be otherwise another time.
    pub may_pass: bool,
}

impl From<CompileError> for NoCode {
    fn from(error: CompileError) -> Self {
        let is_limit = matches!(error, CompileError::TooLarge(_) | CompileError::Unsupported(_));
        NoCode { message: error.to_string(), is_limit, may_pass: false }
    }
}

impl From<String> for NoCode {
    fn from(message: String) -> Self {
        NoCode { message, is_limit: false, may_pass: false }
    }
}

/// A module, shared by all isolates.
pub struct NativeModule {
    engine: Engine,
    runtime: Arc<RuntimeModule>,
    bodies: Arc<Bodies>,
    states: [OnceLock<FuncStates>; 2],
    errors: Mutex<HashMap<(DeclaredFuncIndex, Tier), NoCode>>,
    /// How often the budget of each function was used up.
    priorities: Box<[AtomicU32]>,
    osr: OsrTable,
    misses: Misses,
    log: TierLog,
    /// For what refers to it without keeping it.
    me: Weak<NativeModule>,
    /// Its number among the engine's modules.
    number: u64,
    /// When it was used last, on the engine's clock.
    last_use: AtomicU64,
}

impl NativeModule {
    /// Decodes a module; validates its bodies, unless that is to be done at
    /// their first calls; compiles them if the engine is eager. The verdict
    /// does not depend on how that is divided.
    pub fn new(engine: &Engine, bytes: WireBytes) -> Result<Arc<Self>, ModuleError> {
        let config = engine.config();
        let is_eager = config.strategy.is_eager();
        let compile_validates = is_eager && config.strategy.first_tier() == Tier::Baseline;
        if !config.lazy_validation && !compile_validates {
            let (decoded, facts) = Self::validate(engine, bytes)?;
            return Self::make(engine, decoded, |_| Bodies::validated(facts));
        }

        let module = decode_whole(bytes.clone(), &config.features, &mut |_| ())
            .map_err(ModuleError::Invalid)
            .and_then(|decoded| {
                let n = decoded.desc.n_declared_funcs();
                Self::make(engine, decoded, |validator| Bodies::unknown(validator, n))
            });
        match module {
            // There may be a fault before the one that was found.
            Err(error) if is_eager => match Self::validate(engine, bytes) {
                Ok(_) => Err(error),
                Err(invalid) => Err(invalid),
            },
            module => module,
        }
    }

    fn validate(
        engine: &Engine,
        bytes: WireBytes,
    ) -> Result<(DecodedModule, Vec<BodyFacts>), ModuleError> {
        decode_and_validate(engine.platform(), bytes, &engine.config().features)
            .map_err(ModuleError::Invalid)
    }

    fn make(
        engine: &Engine,
        decoded: DecodedModule,
        bodies: impl FnOnce(BodyValidator) -> Bodies,
    ) -> Result<Arc<Self>, ModuleError> {
        let DecodedModule { desc, bytes, bodies: validator } = decoded;
        let n_funcs = desc.n_declared_funcs();
        let runtime = RuntimeModule::new(Arc::new(desc), bytes).map_err(ModuleError::Setup)?;
        let config = engine.config();
        if config.strategy.tiers_up() {
            let tiering = &config.tiering;
            runtime.set_budgets(tiering.full_budget(), tiering.sampling_period());
        }
        // No other module gets the same tick.
        let number = engine.code_gc().tick();
        let module = Arc::new_cyclic(|me| Self {
            engine: engine.clone(),
            runtime,
            priorities: (0..n_funcs).map(|_| AtomicU32::new(0)).collect(),
            bodies: Arc::new(bodies(validator)),
            states: [OnceLock::new(), OnceLock::new()],
            errors: Mutex::new(Rank::Errors, HashMap::new()),
            osr: OsrTable::new(),
            misses: Misses::new(),
            log: TierLog::new(config.tiering.log),
            me: me.clone(),
            number,
            last_use: AtomicU64::new(number),
        });
        engine.code_gc().add_module(&module);
        if config.strategy.is_eager() {
            let report = module.compile_all(engine.default_bounds(), &|_, _| {});
            let mut lowest = LowestFault::new();
            for func in &report.funcs {
                lowest.check(module.ensure_valid(func.func));
            }
            lowest.into_result().map_err(ModuleError::Invalid)?;
            for func in report.funcs {
                if let Err(e) = func.result {
                    return Err(ModuleError::Compile(func.func, e));
                }
            }
        }
        engine.count_module();
        Ok(module)
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
    /// Facts of the module.
    pub fn desc(&self) -> &Arc<ModuleDesc> {
        self.runtime.desc()
    }
    /// Bytes of the module.
    pub fn bytes(&self) -> &WireBytes {
        self.runtime.bytes()
    }
    /// What instances share.
    pub fn runtime(&self) -> &Arc<RuntimeModule> {
        &self.runtime
    }
    /// What validation counted in a body; but for its bytes nothing if it was
    /// not validated yet, or is not valid.
    pub fn facts(&self, func: DeclaredFuncIndex) -> BodyFacts {
        match self.bodies.verdict(func) {
            Some(Ok(facts)) => facts,
            _ => {
                let body_bytes = self.desc().bodies[func].bytes.len() as u32;
                BodyFacts { body_bytes, ..BodyFacts::default() }
            }
        }
    }
    pub(crate) fn bodies(&self) -> &Arc<Bodies> {
        &self.bodies
    }
    /// Validates a body, unless that was done before.
    pub(crate) fn ensure_valid(&self, func: DeclaredFuncIndex) -> Result<BodyFacts, DecodeError> {
        self.bodies.ensure(&self.runtime, func)
    }

    /// What has been compiled so far.
    pub fn stats(&self) -> ModuleStats {
        let [mut baseline, mut optimized, mut loops] = self.log.tiers();
        let inlined = self.log.n_inlined();
        for states in self.states.iter().filter_map(|s| s.get()) {
            states.for_each(&mut |_, tier, _| match tier {
                Tier::Baseline => baseline.n_published += 1,
                Tier::Optimized => optimized.n_published += 1,
            });
        }
        loops.n_published = self.osr.n_ready() as u64;
        let all = [baseline, optimized, loops];
        ModuleStats {
            n_compiled: all.iter().map(|t| t.n_compiled).sum(),
            code_bytes: all.iter().map(|t| t.code_bytes).sum(),
            compile_time: all.iter().map(|t| t.compile_time).sum(),
            baseline,
            optimized,
            loops,
            n_baseline_fallbacks: self.log.n_fallbacks(),
            n_budget_underflows: self.log.n_underflows(),
            n_osr_entries: self.log.n_osr_entries(),
            n_inlined: inlined.0,
            n_inlined_imports: inlined.1,
        }
    }

    /// Why functions were left to the optimizing compiler, and how many.
    pub fn baseline_fallbacks(&self) -> Vec<(String, u64)> {
        self.log.fallbacks()
    }

    /// What tiering did, if the engine keeps events, and how many events more
    /// there were than are kept.
    pub fn tier_events(&self) -> (Vec<TierEvent>, u64) {
        self.log.events()
    }

    pub(crate) fn states(&self, bounds: Bounds) -> &FuncStates {
        self.states[bounds.index()].get_or_init(|| FuncStates::new(self.desc().n_declared_funcs()))
    }
    pub(crate) fn osr(&self) -> &OsrTable {
        &self.osr
    }
    pub(crate) fn me(&self) -> &Weak<NativeModule> {
        &self.me
    }
    pub(crate) fn misses(&self) -> &Misses {
        &self.misses
    }
    pub(crate) fn log(&self) -> &TierLog {
        &self.log
    }
    pub(crate) fn priorities(&self) -> &[AtomicU32] {
        &self.priorities
    }
    pub(crate) fn budget(&self, func: DeclaredFuncIndex) -> i32 {
        self.runtime.budget(func).load(Ordering::Relaxed)
    }
    pub(crate) fn set_budget(&self, func: DeclaredFuncIndex, budget: i32) {
        self.runtime.budget(func).store(budget, Ordering::Relaxed);
    }

    /// Makes sure that a function has code: of the tier it starts with, or of
    /// the optimizing compiler where the baseline compiler will not.
    pub fn compile(&self, func: DeclaredFuncIndex, bounds: Bounds) -> Result<(), String> {
        self.touch();
        let code_gc = self.engine.code_gc();
        code_gc.stress();
        let result = self.compile_for(func, bounds, Reason::FirstCall);
        code_gc.poll();
        result
    }

    fn compile_for(
        &self,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        reason: Reason,
    ) -> Result<(), String> {
        let mut first = self.plan(func).first;
        if first == Tier::Optimized {
            // The plan may be another one for what was counted.
            self.ensure_valid(func).map_err(|fault| CompileError::Invalid(fault).to_string())?;
            first = self.plan(func).first;
        }
        let result = match self.compile_tier(func, bounds, first, reason) {
            Err(e) if e.is_limit && first == Tier::Baseline => {
                self.compile_tier(func, bounds, Tier::Optimized, reason)
            }
            other => other,
        };
        result.map_err(|e| e.message)
    }

    fn compile_tier(
        &self,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        tier: Tier,
        reason: Reason,
    ) -> Result<(), NoCode> {
        let claim = match self.states(bounds).claim(func, tier) {
            Ok(claim) => claim,
            Err(Progress::Done) => return Ok(()),
            Err(_) => {
                let error = self.errors.lock().get(&(func, tier)).cloned();
                // A panic of the compiler leaves none.
                return Err(error.unwrap_or_else(|| String::from("compilation failed").into()));
            }
        };
        let table = self.runtime.code_table(bounds)?;
        if table.is_published(func) {
            // By another tier, since who is here went to the lazy stub.
            claim.release();
            return Ok(());
        }
        let start = Instant::now();
        match self.compile_now(func, bounds, tier, reason, start) {
            Ok((block, address)) => {
                // Who asked for the code looks after the rest.
                if let Some(retired) = claim.publish(table, block, address) {
                    self.retire(func, bounds, Some(retired));
                }
                Ok(())
            }
            Err(e) => {
                let code = CodeOf::func(tier);
                self.log.failed(func, bounds, (code, reason), &e.message, start.elapsed());
                if e.may_pass {
                    claim.release();
                    return Err(e);
                }
                if e.is_limit && tier == Tier::Baseline {
                    self.log.fell_back(&e.message);
                }
                self.errors.lock().insert((func, tier), e.clone());
                drop(claim);
                Err(e)
            }
        }
    }

    fn compile_now(
        &self,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        tier: Tier,
        reason: Reason,
        start: Instant,
    ) -> Result<(CodeBlock, usize), NoCode> {
        let code = CodeOf::func(tier);
        let compiled = self.compilation(func, bounds, code)?.run(None, false)?;
        let (code_bytes, inlined) = (compiled.code.len() as u64, compiled.inlined);
        let (block, address) = self.add_code(func, code, compiled, Kept::default())?;
        let body_bytes = self.facts(func).body_bytes;
        let (waited, time) = (Duration::ZERO, start.elapsed());
        self.log.compiled(
            func,
            bounds,
            TierEventKind::Compiled { code, reason, waited, time, body_bytes, code_bytes, inlined },
        );
        Ok((block, address))
    }

    /// The module is used now.
    pub fn touch(&self) {
        self.last_use.store(self.engine.code_gc().tick(), Ordering::Relaxed);
    }
    /// Its number among the engine's modules.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }
    pub(crate) fn last_use(&self) -> u64 {
        self.last_use.load(Ordering::Relaxed)
    }

    fn retired(
        &self,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        code: CodeOf,
        block: CodeBlock,
    ) -> Retired {
        Retired { block, module: self.me.clone(), owner: self.number, func, bounds, code }
    }

    /// Code of a function was replaced.
    pub(crate) fn retire(
        &self,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        code: Option<(Tier, CodeBlock)>,
    ) {
        let retired =
            code.map(|(tier, block)| self.retired(func, bounds, CodeOf::func(tier), block));
        self.engine.code_gc().retire(retired.into_iter().collect());
        self.engine.code_gc().poll();
    }

    /// Baseline code of functions is gone: takes the code of their loops, that
    /// nothing leads to now.
    pub(crate) fn take_loops_of(&self, funcs: &[(DeclaredFuncIndex, Bounds)]) -> Vec<Retired> {
        let has_baseline = |func, bounds| {
            self.states(bounds).published(func).is_some_and(|(tier, _)| tier == Tier::Baseline)
        };
        let gone: HashSet<_> =
            funcs.iter().copied().filter(|(func, bounds)| !has_baseline(*func, *bounds)).collect();
        if gone.is_empty() {
            return Vec::new();
        }
        let loops = self.osr.take(&|key, _| gone.contains(&(key.func, key.bounds)));
        loops.into_iter().map(|(key, block)| self.retired_loop(key, block)).collect()
    }

    fn retired_loop(&self, key: LoopKey, block: CodeBlock) -> Retired {
        self.retired(key.func, key.bounds, CodeOf::Loop(key.ordinal), block)
    }

    /// Makes code unreachable where `wanted` says so of what it is and where it
    /// starts. Functions start anew: they are compiled when they are called.
    pub(crate) fn evict(&self, wanted: &dyn Fn(CodeOf, usize) -> bool) -> Vec<Retired> {
        let mut evicted = Vec::new();
        let is_wanted = |code, block: &CodeBlock| wanted(code, block.start() as usize);
        for bounds in [Bounds::Guarded, Bounds::Checked] {
            let states = self.states[bounds.index()].get();
            let (Some(states), Ok(table)) = (states, self.runtime.code_table(bounds)) else {
                continue;
            };
            let funcs = states.evict(table, &|_, tier, block| is_wanted(CodeOf::func(tier), block));
            for (func, tier, block) in funcs {
                if self.plan(func).tiers_up {
                    self.set_budget(func, self.engine.config().tiering.full_budget());
                    self.priorities[func.index()].store(0, Ordering::Relaxed);
                }
                evicted.push(self.retired(func, bounds, CodeOf::func(tier), block));
            }
        }
        let loops = self.osr.take(&|key, block| is_wanted(CodeOf::Loop(key.ordinal), block));
        evicted.extend(loops.into_iter().map(|(key, block)| self.retired_loop(key, block)));
        for e in &evicted {
            self.log.evicted(e.func, e.bounds, e.code, CodeSpace::bytes_for(e.block.len()));
        }
        evicted
    }

    /// What the compiler of a function's highest tier makes of it, without
    /// adding it. For listings.
    pub fn run_compiler(
        &self,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        listing: bool,
    ) -> Result<CompiledFunc, CompileError> {
        self.run_compiler_of(self.engine.config().strategy.last_tier(), func, bounds, listing)
    }

    /// What the compiler of a tier makes of a function, without adding it.
    pub fn run_compiler_of(
        &self,
        tier: Tier,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        listing: bool,
    ) -> Result<CompiledFunc, CompileError> {
        self.compilation(func, bounds, CodeOf::func(tier))?.run(None, listing)
    }

    /// Compiles every function that has no code yet, on this thread and the
    /// engine's. `progress` gets the number of functions done and of all.
    pub fn compile_all(
        self: &Arc<Self>,
        bounds: Bounds,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> CompiledReport {
        let n = self.desc().n_declared_funcs();
        let work = Arc::new(CompileAll {
            module: self.clone(),
            bounds,
            next: AtomicUsize::new(0),
            reports: Mutex::new(Rank::Work, Vec::new()),
            in_flight: InFlight::default(),
        });
        let helpers = self.engine.platform().n_workers().min(n.saturating_sub(1));
        for _ in 0..helpers {
            let work = work.clone();
            self.engine.platform().spawn(Box::new(move || while work.step() {}));
        }
        while work.step() {
            progress(work.next.load(Ordering::Relaxed).min(n), n);
        }
        work.in_flight.wait();
        self.engine.code_gc().poll();
        progress(n, n);
        let mut funcs = std::mem::take(&mut *work.reports.lock());
        funcs.sort_by_key(|r| r.func);
        CompiledReport { funcs }
    }

    /// Bytes of the code that calls of a function go to, if it has any.
    pub fn code_bytes(&self, func: DeclaredFuncIndex, bounds: Bounds) -> Option<u64> {
        self.states(bounds).published(func).map(|(_, bytes)| bytes)
    }

    /// The tier of the code that calls of a function go to, if it has any.
    pub fn tier(&self, func: DeclaredFuncIndex, bounds: Bounds) -> Option<Tier> {
        self.states(bounds).published(func).map(|(tier, _)| tier)
    }
}

impl Drop for NativeModule {
    fn drop(&mut self) {
        self.engine.code_gc().forget_module(self.number);
    }
}

impl fmt::Debug for NativeModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NativeModule")
            .field("name", &self.desc().names.module())
            .field("funcs", &self.desc().n_declared_funcs())
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

struct CompileAll {
    module: Arc<NativeModule>,
    bounds: Bounds,
    next: AtomicUsize,
    reports: Mutex<Vec<FuncReport>>,
    in_flight: InFlight,
}

impl CompileAll {
    fn step(&self) -> bool {
        let guard = self.in_flight.enter();
        let i = self.next.fetch_add(1, Ordering::Relaxed);
        if i >= self.module.desc().n_declared_funcs() {
            return false;
        }
        let func = DeclaredFuncIndex::new(i as u32);
        let start = Instant::now();
        let result = self.module.compile_for(func, self.bounds, Reason::Eager);
        let report = FuncReport {
            func,
            result: result.map(|()| self.module.code_bytes(func, self.bounds).unwrap_or(0)),
            time: start.elapsed(),
        };
        self.reports.lock().push(report);
        drop(guard);
        true
    }
}
