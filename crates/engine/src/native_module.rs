//! A module as the engine shares it: facts, code, and who compiles what.
//!
//! Owns: the state of each function's code. Instances in all isolates hold
//! the module; it knows none of them.
//!
//! # Essay: one compilation per function
//!
//! Per function and kind of bounds checks there is a state: none, compiling,
//! done, failed.
//! 1. Who wants code exchanges none for compiling. Who succeeds compiles,
//!    adds the code, publishes it in the code table, stores done, and wakes
//!    all who wait.
//! 2. Who finds compiling waits until it is something else.
//! 3. Who finds done has nothing to do; who finds failed reports the error
//!    that was recorded.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, OnceLock, Weak};
use std::time::{Duration, Instant};

use updraft_abi::{Bounds, CompiledFunc};
use updraft_compile::{CompileError, CompileInput};
use updraft_decode::{DecodeError, WireBytes};
use updraft_runtime::RuntimeModule;
use updraft_runtime::code_space::{CodeBlock, CodeInfo, CodeKind};
use updraft_types::{BodyFacts, DeclaredFuncIndex, ModuleDesc};

use crate::Engine;
use crate::admission::admit;
use crate::lock_order::{Mutex, Rank};
use crate::pool::InFlight;
use crate::validate::decode_and_validate;

const NONE: u8 = 0;
const COMPILING: u8 = 1;
const DONE: u8 = 2;
const FAILED: u8 = 3;

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
    /// Compilations of functions.
    pub n_compiled: u64,
    /// Bytes of machine code.
    pub code_bytes: u64,
    /// Time that threads spent compiling.
    pub compile_time: Duration,
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

struct Functions {
    states: Box<[AtomicU8]>,
    blocks: Mutex<HashMap<DeclaredFuncIndex, CodeBlock>>,
}

/// A module, shared by all isolates.
pub struct NativeModule {
    engine: Engine,
    runtime: Arc<RuntimeModule>,
    facts: Box<[BodyFacts]>,
    functions: [OnceLock<Functions>; 2],
    errors: Mutex<HashMap<DeclaredFuncIndex, String>>,
    waiting: Mutex<()>,
    settled: Condvar,
    n_compiled: AtomicU64,
    code_bytes: AtomicU64,
    compile_nanos: AtomicU64,
}

impl NativeModule {
    /// Decodes and validates a module; compiles it if the engine is eager.
    pub fn new(engine: &Engine, bytes: WireBytes) -> Result<Arc<Self>, ModuleError> {
        let (decoded, facts) =
            decode_and_validate(engine.platform(), bytes, &engine.config().features)
                .map_err(ModuleError::Invalid)?;
        let runtime = RuntimeModule::new(Arc::new(decoded.desc), decoded.bytes)
            .map_err(ModuleError::Setup)?;
        let module = Arc::new(Self {
            engine: engine.clone(),
            runtime,
            facts: facts.into(),
            functions: [OnceLock::new(), OnceLock::new()],
            errors: Mutex::new(Rank::Errors, HashMap::new()),
            waiting: Mutex::new(Rank::Compiling, ()),
            settled: Condvar::new(),
            n_compiled: AtomicU64::new(0),
            code_bytes: AtomicU64::new(0),
            compile_nanos: AtomicU64::new(0),
        });
        engine.count_module();
        if engine.config().eager {
            let report = module.compile_all(engine.default_bounds(), &|_, _| {});
            for func in report.funcs {
                if let Err(e) = func.result {
                    return Err(ModuleError::Compile(func.func, e));
                }
            }
        }
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
    /// What validation counted in a body.
    pub fn facts(&self, func: DeclaredFuncIndex) -> BodyFacts {
        self.facts[func.index()]
    }

    /// What has been compiled so far.
    pub fn stats(&self) -> ModuleStats {
        ModuleStats {
            n_compiled: self.n_compiled.load(Ordering::Relaxed),
            code_bytes: self.code_bytes.load(Ordering::Relaxed),
            compile_time: Duration::from_nanos(self.compile_nanos.load(Ordering::Relaxed)),
        }
    }

    fn functions(&self, bounds: Bounds) -> &Functions {
        self.functions[bounds.index()].get_or_init(|| Functions {
            states: (0..self.desc().n_declared_funcs()).map(|_| AtomicU8::new(NONE)).collect(),
            blocks: Mutex::new(Rank::Blocks, HashMap::new()),
        })
    }

    /// Makes sure that a function has code.
    pub fn compile(&self, func: DeclaredFuncIndex, bounds: Bounds) -> Result<(), String> {
        let state = &self.functions(bounds).states[func.index()];
        loop {
            match state.compare_exchange(NONE, COMPILING, Ordering::Acquire, Ordering::Acquire) {
                Ok(_) => break,
                Err(DONE) => return Ok(()),
                Err(FAILED) => {
                    let errors = self.errors.lock();
                    return Err(errors.get(&func).cloned().unwrap_or_default());
                }
                Err(_) => {
                    let mut lock = self.waiting.lock();
                    while state.load(Ordering::Acquire) == COMPILING {
                        lock = lock.wait(&self.settled);
                    }
                }
            }
        }
        // From here on the state must not stay `COMPILING`, whatever happens.
        let settle = Settle { module: self, state, to: FAILED };
        let result = self.compile_now(func, bounds);
        match &result {
            Ok(()) => settle.finish(DONE),
            Err(message) => {
                let mut errors = self.errors.lock();
                errors.insert(func, message.clone());
                drop(errors);
                settle.finish(FAILED);
            }
        }
        result
    }

    fn compile_now(&self, func: DeclaredFuncIndex, bounds: Bounds) -> Result<(), String> {
        let table = self.runtime.code_table(bounds)?;
        let start = Instant::now();
        let mut compiled = self.run_compiler(func, bounds, false).map_err(|e| e.to_string())?;
        let index = self.desc().func_index(func);
        let mut info = CodeInfo::from_compiled(CodeKind::Func(index), &mut compiled);
        let owner: Arc<dyn Any + Send + Sync> = self.runtime.clone();
        let owner: Weak<dyn Any + Send + Sync> = Arc::downgrade(&owner);
        info.owner = Some(owner);
        let block = self
            .engine
            .code_space()
            .allocate(&compiled.code, compiled.align.max(1), info)
            .map_err(|e| e.to_string())?;
        self.n_compiled.fetch_add(1, Ordering::Relaxed);
        self.code_bytes.fetch_add(compiled.code.len() as u64, Ordering::Relaxed);
        self.compile_nanos.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
        let address = block.start() as usize + compiled.entry as usize;
        let mut blocks = self.functions(bounds).blocks.lock();
        blocks.insert(func, block);
        drop(blocks);
        table.publish(func, address);
        Ok(())
    }

    /// What the compiler makes of a function, without adding it. For listings.
    pub fn run_compiler(
        &self,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        listing: bool,
    ) -> Result<CompiledFunc, CompileError> {
        let facts = self.facts(func);
        let range = self.desc().bodies[func].bytes.clone();
        let input = CompileInput {
            module: self.desc(),
            layout: self.runtime.layout(),
            func,
            body: &self.bytes()[range.clone()],
            body_offset: range.start,
            facts,
            tunables: self.engine.tunables(bounds),
            effort: admit(&facts)?,
            listing,
            wire: &self.bytes()[..],
            feedback: None,
            osr: None,
            tiering: false,
        };
        self.engine.compiler().compile(&input)
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
        progress(n, n);
        let mut funcs = std::mem::take(&mut *work.reports.lock());
        funcs.sort_by_key(|r| r.func);
        CompiledReport { funcs }
    }

    /// Bytes of a function's code, if it has any.
    pub fn code_bytes(&self, func: DeclaredFuncIndex, bounds: Bounds) -> Option<u64> {
        let blocks = self.functions(bounds).blocks.lock();
        blocks.get(&func).map(|b| b.len() as u64)
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

/// Settles a function's state even if the compiler panics.
struct Settle<'a> {
    module: &'a NativeModule,
    state: &'a AtomicU8,
    to: u8,
}

impl Settle<'_> {
    fn finish(mut self, to: u8) {
        self.to = to;
    }
}

impl Drop for Settle<'_> {
    fn drop(&mut self) {
        let lock = self.module.waiting.lock();
        self.state.store(self.to, Ordering::Release);
        drop(lock);
        self.module.settled.notify_all();
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
        let result = self.module.compile(func, self.bounds);
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
