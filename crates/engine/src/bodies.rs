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
pub(crate) enum Bodies {
    /// All were validated before.
    Validated(Box<[BodyFacts]>),
    /// They are validated one by one.
    Late(LateBodies),
}

/// Bodies that are validated when somebody wants to know.
pub(crate) struct LateBodies {
    validator: BodyValidator,
    verdicts: Box<[OnceLock<Result<BodyFacts, DecodeError>>]>,
    n_valid: AtomicUsize,
}

impl Bodies {
    /// Bodies that have all been validated.
    pub(crate) fn validated(facts: Vec<BodyFacts>) -> Self {
        Self::Validated(facts.into())
    }

    /// Bodies of which nothing is known.
    pub(crate) fn unknown(validator: BodyValidator, n: usize) -> Self {
        let verdicts = (0..n).map(|_| OnceLock::new()).collect();
        Self::Late(LateBodies { validator, verdicts, n_valid: AtomicUsize::new(0) })
    }

    /// The verdict on a body, if there is one.
    pub(crate) fn verdict(
        &self,
        func: DeclaredFuncIndex,
    ) -> Option<Result<BodyFacts, &DecodeError>> {
        match self {
            Self::Validated(facts) => Some(Ok(facts[func.index()])),
            Self::Late(late) => match late.verdicts[func.index()].get()? {
                Ok(facts) => Some(Ok(*facts)),
                Err(fault) => Some(Err(fault)),
            },
        }
    }

    /// A body, if nothing is known of it.
    pub(crate) fn to_validate(
        &self,
        module: &RuntimeModule,
        func: DeclaredFuncIndex,
    ) -> Option<BodyToValidate> {
        let Self::Late(late) = self else { return None };
        if late.verdicts[func.index()].get().is_some() {
            return None;
        }
        late.validator.body(module.desc(), module.bytes(), func)
    }

    /// The verdict was found.
    pub(crate) fn settle(&self, func: DeclaredFuncIndex, verdict: Result<BodyFacts, DecodeError>) {
        let Self::Late(late) = self else { return };
        let is_valid = verdict.is_ok();
        if late.verdicts[func.index()].set(verdict).is_ok() && is_valid {
            // Pairs with the acquire in `valid_now`: who sees all counted may
            // rely on every verdict.
            late.n_valid.fetch_add(1, Ordering::Release);
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
        let verdict = self.verdict(func).expect("a body without a verdict can be validated");
        verdict.map_err(DecodeError::clone)
    }

    /// Which bodies are known to be valid; nothing if all are.
    pub(crate) fn valid_now(&self) -> Option<Box<[bool]>> {
        let Self::Late(late) = self else { return None };
        if late.n_valid.load(Ordering::Acquire) == late.verdicts.len() {
            return None;
        }
        Some(late.verdicts.iter().map(|v| matches!(v.get(), Some(Ok(_)))).collect())
    }
}

impl fmt::Debug for Bodies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, n_valid) = match self {
            Self::Validated(facts) => (facts.len(), facts.len()),
            Self::Late(late) => (late.verdicts.len(), late.n_valid.load(Ordering::Relaxed)),
        };
        let mut f = f.debug_struct("Bodies");
        f.field("n", &n).field("n_valid", &n_valid).finish_non_exhaustive()
    }
}
