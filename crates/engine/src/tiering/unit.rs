//! One compilation: what goes in, and what becomes of what comes out.
//!
//! Owns: [`Compilation`], the frozen input of one run of a compiler, and
//! [`Unit`], one that waits for its turn. Units are made by `tiering`, run by
//! the queue. Must not know: when anything is worth compiling.
//!
//! # Essay: a unit's life
//!
//! 1. Made under the right to be queued (function state or loop entry), with
//!    what was seen of the program up to then.
//! 2. Its turn comes: it takes the module, claims the state, freezes the input
//!    and lets go of the module; and so with modules that it imports from
//!    (`foreign`). So a module that nobody else wants any more goes at once,
//!    with all its code; nothing waits for a compiler.
//! 3. It compiles. A panic of the compiler is a failure like others.
//! 4. It takes the module again, adds and publishes the code, settles the
//!    state. If there is no module any more, there is no one to tell.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use updraft_abi::{Bounds, CompiledFunc, Tier, Tunables};
use updraft_compile::{CompileError, CompileInput, Effort, Feedback, FuncCompiler};
use updraft_decode::BodyToValidate;
use updraft_runtime::RuntimeModule;
use updraft_runtime::code_space::{CodeBlock, CodeInfo, CodeKind, CodeSpace, CodeSpaceError};
use updraft_types::{BodyFacts, DeclaredFuncIndex};

use super::config::BUDGET_NEVER;
use super::foreign::{Foreign, Kept};
use super::log::{CodeOf, Reason, TierEventKind};
use super::osr::LoopKey;
use super::queue::Run;
use super::seen::Seen;
use super::state::Progress;
use crate::NativeModule;
use crate::admission::admit;
use crate::bodies::Bodies;
use crate::native_module::NoCode;

/// Everything that one run of a compiler reads, without the module.
pub(crate) struct Compilation {
    runtime: Arc<RuntimeModule>,
    compiler: Arc<dyn FuncCompiler>,
    func: DeclaredFuncIndex,
    facts: BodyFacts,
    tunables: Tunables,
    effort: Effort,
    osr: Option<u32>,
    tiering: bool,
    bodies: Arc<Bodies>,
    /// The function's body, if it is to be validated on the way.
    body: Option<BodyToValidate>,
    /// See [`CompileInput::valid`].
    valid: Option<Box<[bool]>>,
    /// What it imports of other modules, so far as that is known.
    foreign: Foreign,
}

impl Compilation {
    /// Runs the compiler. If that validates the body on the way, the verdict
    /// is noted.
    pub(crate) fn run(
        &self,
        feedback: Option<&Feedback>,
        listing: bool,
    ) -> Result<CompiledFunc, CompileError> {
        let desc = self.runtime.desc();
        let (layout, wire) = (self.runtime.layout(), &self.runtime.bytes()[..]);
        let foreign = self.foreign.modules();
        let input = CompileInput {
            facts: self.facts,
            tunables: self.tunables,
            effort: self.effort,
            listing,
            valid: self.valid.as_deref(),
            feedback,
            osr: self.osr,
            tiering: self.tiering,
            foreign: &foreign,
            imports: self.foreign.imports(),
            ..CompileInput::new(desc, layout, wire, self.func)
        };
        let Some(body) = &self.body else { return self.compiler.compile(&input) };
        match self.compiler.validate_and_compile(&input, body) {
            Ok((facts, compiled)) => {
                self.bodies.settle(self.func, Ok(facts));
                compiled
            }
            Err(fault) => {
                self.bodies.settle(self.func, Err(fault.clone()));
                Err(CompileError::Invalid(fault))
            }
        }
    }
}

impl NativeModule {
    /// Freezes the input of one run of a compiler.
    pub(crate) fn compilation(
        &self,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        code: CodeOf,
    ) -> Result<Compilation, CompileError> {
        let (tier, osr) = match code {
            CodeOf::Baseline => (Tier::Baseline, None),
            CodeOf::Optimized => (Tier::Optimized, None),
            CodeOf::Loop(ordinal) => (Tier::Optimized, Some(ordinal)),
        };
        let body = match (tier, self.bodies().verdict(func)) {
            (_, Some(Err(fault))) => return Err(CompileError::Invalid(fault.clone())),
            (Tier::Baseline, _) => self.bodies().to_validate(self.runtime(), func),
            // What it costs is to be known before, and it reads bodies often.
            (Tier::Optimized, _) => {
                self.ensure_valid(func).map_err(CompileError::Invalid)?;
                None
            }
        };
        let valid = match tier {
            Tier::Baseline => None,
            Tier::Optimized => self.bodies().valid_now(),
        };
        let facts = self.facts(func);
        let effort = match tier {
            // One pass: its time and memory grow with the body alone.
            Tier::Baseline => Effort::Full,
            Tier::Optimized => admit(&facts)?,
        };
        Ok(Compilation {
            runtime: self.runtime().clone(),
            compiler: self
                .engine()
                .compiler(tier)
                .ok_or_else(|| CompileError::Unsupported(format!("no {} tier", tier.name())))?
                .clone(),
            func,
            facts,
            tunables: self.engine().tunables(bounds),
            effort,
            osr,
            tiering: tier == Tier::Baseline && self.plan(func).tiers_up,
            bodies: self.bodies().clone(),
            body,
            valid,
            foreign: Foreign::default(),
        })
    }

    /// Puts code into the code space; nothing calls it yet. The block and the
    /// address of its first instruction. `kept` is what the code keeps of other
    /// modules.
    pub(crate) fn add_code(
        &self,
        func: DeclaredFuncIndex,
        code: CodeOf,
        mut compiled: CompiledFunc,
        kept: Kept,
    ) -> Result<(CodeBlock, usize), NoCode> {
        let index = self.desc().func_index(func);
        let kind = match code {
            CodeOf::Loop(_) => CodeKind::Loop(index),
            _ => CodeKind::Func(index),
        };
        let mut info = CodeInfo::from_compiled(kind, &mut compiled);
        let owner: Arc<dyn Any + Send + Sync> = self.runtime().clone();
        let owner: Weak<dyn Any + Send + Sync> = Arc::downgrade(&owner);
        info.owner = Some(owner);
        info.foreign = kept;
        let mut info = Some(info);
        let mut n_tries = 0;
        let block = loop {
            let space = self.engine().code_space();
            let error = match space.try_allocate(&compiled.code, compiled.align.max(1), &mut info) {
                Ok(block) => break block,
                Err(error) => error,
            };
            n_tries += 1;
            let may_pass = matches!(error, CodeSpaceError::Exhausted { .. });
            let need = CodeSpace::bytes_for(compiled.code.len());
            // Others may take the room that was made.
            let try_again = may_pass && info.is_some() && n_tries < MAX_TRIES;
            if !try_again || !self.engine().code_gc().make_room(need) {
                return Err(NoCode { may_pass, ..NoCode::from(error.to_string()) });
            }
        };
        let address = block.start() as usize + compiled.entry as usize;
        Ok((block, address))
    }
}

/// How often room is made for the same code.
const MAX_TRIES: u32 = 8;

/// A compilation that waits for its turn. Optimized code only.
pub(crate) struct Unit {
    pub module: Weak<NativeModule>,
    pub func: DeclaredFuncIndex,
    pub bounds: Bounds,
    /// [`CodeOf::Optimized`] or [`CodeOf::Loop`].
    pub code: CodeOf,
    pub reason: Reason,
    pub seen: Seen,
    /// When it was asked for.
    pub asked: Instant,
}

impl Run for Unit {
    fn run(self) {
        let Some(module) = self.module.upgrade() else { return };
        if !self.claim(&module) {
            return;
        }
        let mut feedback = self.seen.feedback();
        feedback.heat = module.heat();
        feedback.missed = module.misses().all();
        let compilation = module.compilation(self.func, self.bounds, self.code);
        drop(module);

        let waited = self.asked.elapsed();
        let start = Instant::now();
        let result = compilation.and_then(|mut c| {
            if let Some(targets) = &self.seen.imports {
                c.foreign = Foreign::new(targets, self.bounds);
            }
            let compiled = catch_unwind(AssertUnwindSafe(|| c.run(Some(&feedback), false)))
                .unwrap_or_else(|_| Err(CompileError::Bug("the compiler panicked".into())))?;
            let kept = c.foreign.kept_by(&compiled);
            Ok((compiled, kept))
        });
        let time = start.elapsed();

        if let Some(module) = self.module.upgrade() {
            self.finish(&module, result, waited, time);
        }
    }
}

impl Unit {
    fn key(&self, ordinal: u32) -> LoopKey {
        LoopKey { func: self.func, bounds: self.bounds, ordinal }
    }

    fn claim(&self, module: &NativeModule) -> bool {
        match self.code {
            CodeOf::Loop(ordinal) => module.osr().claim(self.key(ordinal)),
            _ => match module.states(self.bounds).try_claim(self.func, Tier::Optimized) {
                Some(claim) => {
                    claim.hand_over();
                    true
                }
                None => false,
            },
        }
    }

    fn finish(
        &self,
        module: &NativeModule,
        result: Result<(CompiledFunc, Kept), CompileError>,
        waited: Duration,
        time: Duration,
    ) {
        let (func, bounds) = (self.func, self.bounds);
        let added = result.map_err(NoCode::from).and_then(|(compiled, kept)| {
            let (code_bytes, inlined) = (compiled.code.len() as u64, compiled.inlined);
            let table = module.runtime().code_table(bounds)?;
            Ok((table, (code_bytes, inlined), module.add_code(func, self.code, compiled, kept)?))
        });
        match added {
            Ok((table, (code_bytes, inlined), (block, address))) => {
                let body_bytes = module.facts(func).body_bytes;
                let (code, reason) = (self.code, self.reason);
                // Before the code can be found, so that an account of what
                // runs is never behind it.
                module.log().compiled(
                    func,
                    bounds,
                    TierEventKind::Compiled {
                        code,
                        reason,
                        waited,
                        time,
                        body_bytes,
                        code_bytes,
                        inlined,
                    },
                );
                match self.code {
                    CodeOf::Loop(ordinal) => {
                        module.osr().settle(self.key(ordinal), Some((block, address)));
                        module.set_budget(func, 0);
                        module.engine().code_gc().poll();
                    }
                    _ => {
                        let states = module.states(bounds);
                        let retired = states.publish(table, func, Tier::Optimized, block, address);
                        if module.wants_osr(func) {
                            module.set_budget(func, 0);
                        }
                        module.retire(func, bounds, retired);
                    }
                }
            }
            Err(error) => {
                let what = (self.code, self.reason);
                module.log().failed(func, bounds, what, &error.message, time);
                match self.code {
                    // The old code will do.
                    _ if matches!(self.reason, Reason::GuardMisses(_)) => {
                        module.states(bounds).settle_as_before(func, Tier::Optimized);
                    }
                    // No room now: hot code asks again.
                    CodeOf::Loop(ordinal) if error.may_pass => {
                        module.osr().release(self.key(ordinal));
                    }
                    _ if error.may_pass => {
                        module.states(bounds).settle(func, Tier::Optimized, Progress::None);
                    }
                    CodeOf::Loop(ordinal) => module.osr().settle(self.key(ordinal), None),
                    _ => {
                        module.states(bounds).settle(func, Tier::Optimized, Progress::Failed);
                        module.set_budget(func, BUDGET_NEVER);
                    }
                }
            }
        }
    }
}
