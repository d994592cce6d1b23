//! A look inside modules, for tools: facts, code, listings.

use std::time::Duration;

pub use updraft_abi::{
    Bounds, CompiledFunc, InlinedBodies, Positions, SourceFrame, Tier, TrapSite, Traps,
};
pub use updraft_engine::{CodeOf, CompiledReport, FuncReport, Reason, TierEvent, TierEventKind};
pub use updraft_types::{
    BodyFacts, CustomSection, DataSegment, DeclaredFuncIndex, ElemSegment, EntityRef, FuncIndex,
    ImportKind, ModuleDesc, SectionInfo, SegmentMode, TrapCode, TypeIndex,
};

use crate::{Error, ErrorKind, Module, Result};

impl Module {
    /// What is known about the module.
    pub fn inspect(&self) -> &ModuleDesc {
        self.desc()
    }

    /// The bytes of the module.
    pub fn bytes(&self) -> &[u8] {
        self.native.bytes()
    }

    /// Compiles every function that has no code yet. `progress` gets the
    /// number of functions done, and of all.
    pub fn compile_all(&self, progress: &(dyn Fn(usize, usize) + Sync)) -> CompiledReport {
        self.native.compile_all(self.engine.inner.default_bounds(), progress)
    }

    /// Compiles one function, to look at it; what runs does not change.
    ///
    /// # Errors
    ///
    /// If the function cannot be compiled.
    pub fn compile_func(&self, func: DeclaredFuncIndex, listing: bool) -> Result<CompiledFunc> {
        let bounds = self.engine.inner.default_bounds();
        self.native
            .run_compiler(func, bounds, listing)
            .map_err(|e| Error::tagged(ErrorKind::Compile, e.to_string()))
    }

    /// Compiles one function by the compiler of a tier, to look at it, with the
    /// positions of all operators; what runs does not change.
    ///
    /// # Errors
    ///
    /// If that compiler cannot compile the function, or is not there.
    pub fn compile_func_for(&self, tier: Tier, func: DeclaredFuncIndex) -> Result<CompiledFunc> {
        let bounds = self.engine.inner.default_bounds();
        self.native
            .run_compiler_of(tier, func, bounds, true)
            .map_err(|e| Error::tagged(ErrorKind::Compile, e.to_string()))
    }

    /// What was compiled when, and why, if the engine keeps an account
    /// ([`Config::tier_log`](crate::Config::tier_log)); and how many events
    /// more there were than are kept.
    pub fn tier_events(&self) -> (Vec<TierEvent>, u64) {
        self.native.tier_events()
    }

    /// Why functions were left to the optimizing compiler by the baseline
    /// compiler, and how many.
    pub fn baseline_fallbacks(&self) -> Vec<(String, u64)> {
        self.native.baseline_fallbacks()
    }

    /// The tier of the code that calls of a function go to, if it has any.
    pub fn tier(&self, func: DeclaredFuncIndex) -> Option<Tier> {
        self.native.tier(func, self.engine.inner.default_bounds())
    }

    /// Time that all threads together spent compiling this module.
    pub fn compile_time(&self) -> Duration {
        self.native.stats().compile_time
    }
}
