//! What is known of the bodies of a module: what was counted in them, or what
//! is wrong with them, or nothing yet.
//!
//! Owns: [`Bodies`]. Called by the native module and by compilations. Must not
//! know: what is compiled, and when.
//!
//! # Essay: bodies that are validated late
//!
//! A module is made with all its bodies validated, or with none: where they
//! are compiled at once by a compiler that validates on the way, or where the
//! engine is to validate a body at its first call. From unknown, a body
//! becomes valid or invalid, once and for good; who finds that out twice finds
//! the same.
//!
//! Nothing is compiled of a body that is unknown but by
//! `FuncCompiler::validate_and_compile`. A compiler that looks at bodies other
//! than its function's is told which of them are valid, frozen when its input
//! is.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use updraft_decode::{BodyToValidate, BodyValidator, DecodeError, ValidateScratch};
use updraft_runtime::RuntimeModule;
use updraft_types::{BodyFacts, DeclaredFuncIndex};

/// The bodies of a module.
pub(crate) struct Bodies {
    /// Nothing if all were validated before.
    validator: Option<BodyValidator>,
    verdicts: Box<[OnceLock<Result<BodyFacts, DecodeError>>]>,
    n_valid: AtomicUsize,
}

impl Bodies {
    /// Bodies that have all been validated.
    pub(crate) fn validated(facts: Vec<BodyFacts>) -> Self {
        let n_valid = AtomicUsize::new(facts.len());
        let verdicts = facts.into_iter().map(|f| OnceLock::from(Ok(f))).collect();
        Self { validator: None, verdicts, n_valid }
    }

    /// Bodies of which nothing is known.
    pub(crate) fn unknown(validator: BodyValidator, n: usize) -> Self {
        let verdicts = (0..n).map(|_| OnceLock::new()).collect();
        Self { validator: Some(validator), verdicts, n_valid: AtomicUsize::new(0) }
    }

    /// The verdict on a body, if there is one.
    pub(crate) fn verdict(
        &self,
        func: DeclaredFuncIndex,
    ) -> Option<&Result<BodyFacts, DecodeError>> {
        self.verdicts[func.index()].get()
    }

    /// A body, if nothing is known of it.
    pub(crate) fn to_validate(
        &self,
        module: &RuntimeModule,
        func: DeclaredFuncIndex,
    ) -> Option<BodyToValidate> {
        if self.verdict(func).is_some() {
            return None;
        }
        self.validator.as_ref()?.body(module.desc(), module.bytes(), func)
    }

    /// The verdict was found.
    pub(crate) fn settle(&self, func: DeclaredFuncIndex, verdict: Result<BodyFacts, DecodeError>) {
        let is_valid = verdict.is_ok();
        if self.verdicts[func.index()].set(verdict).is_ok() && is_valid {
            // Pairs with the acquire in `valid_now`: who sees all counted may
            // rely on every verdict.
            self.n_valid.fetch_add(1, Ordering::Release);
        }
    }

    /// Validates a body, unless that was done before.
    pub(crate) fn ensure(
        &self,
        module: &RuntimeModule,
        func: DeclaredFuncIndex,
    ) -> Result<BodyFacts, DecodeError> {
        if let Some(body) = self.to_validate(module, func) {
            self.settle(func, body.validate(&mut ValidateScratch::new()));
        }
        self.verdict(func).cloned().expect("a body without a verdict can be validated")
    }

    /// Which bodies are known to be valid; nothing if all are.
    pub(crate) fn valid_now(&self) -> Option<Box<[bool]>> {
        if self.n_valid.load(Ordering::Acquire) == self.verdicts.len() {
            return None;
        }
        Some(self.verdicts.iter().map(|v| matches!(v.get(), Some(Ok(_)))).collect())
    }
}

impl fmt::Debug for Bodies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bodies")
            .field("n", &self.verdicts.len())
            .field("n_valid", &self.n_valid)
            .finish_non_exhaustive()
    }
}
