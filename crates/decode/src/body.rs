//! A body that awaits validation: all that is needed for it, on any thread.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use updraft_types::{BodyFacts, DeclaredFuncIndex, TypeIndex, WireBytes};
use wasmparser::{FuncToValidate, FuncValidatorAllocations, ValidatorResources};

use crate::op::ValidatingReader;
use crate::plain;
use crate::{BodyHints, DecodeError};

/// A body that awaits validation. Holds the bytes it needs.
pub struct BodyToValidate {
    pub(crate) func: DeclaredFuncIndex,
    pub(crate) check: FuncToValidate<ValidatorResources>,
    /// For the short way, if the module has one.
    pub(crate) plain: Option<Arc<plain::Context>>,
    pub(crate) bytes: WireBytes,
    /// Offset of `bytes` in the module.
    pub(crate) base: usize,
    /// Where the body lies in the module.
    pub(crate) range: Range<usize>,
}

impl BodyToValidate {
    /// The function.
    pub fn func(&self) -> DeclaredFuncIndex {
        self.func
    }
    /// Where the body lies in the module.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }
    /// The body: local declarations and code.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.range.start - self.base..self.range.end - self.base]
    }

    /// Offset of the body's first byte in the module.
    pub fn offset(&self) -> usize {
        self.range.start
    }

    /// What is counted in the body, if a quick look finds it valid. It finds
    /// most bodies valid that compilers write; nothing says nothing. The hints
    /// are in `scratch` then.
    pub fn validate_plain(&self, scratch: &mut ValidateScratch) -> Option<BodyFacts> {
        let ty = TypeIndex::new(self.check.ty);
        self.plain.as_ref()?.check(self.bytes(), ty, &mut scratch.plain)
    }

    /// Validates the body and counts what is in it.
    pub fn validate(&self, scratch: &mut ValidateScratch) -> Result<BodyFacts, DecodeError> {
        if let Some(facts) = self.validate_plain(scratch) {
            return Ok(facts);
        }
        let mut reader = self.reader(scratch);
        reader.validate_rest()?;
        Ok(reader.finish(scratch))
    }

    /// A walk over the body that validates each operator before it hands it to
    /// a visitor.
    pub fn reader(&self, scratch: &mut ValidateScratch) -> ValidatingReader<'_> {
        let FuncToValidate { resources, index, ty, features } = &self.check;
        let check = FuncToValidate {
            resources: resources.clone(),
            index: *index,
            ty: *ty,
            features: *features,
        };
        let allocations = std::mem::take(&mut scratch.allocations);
        ValidatingReader::new(check.into_validator(allocations), self)
    }

    pub(crate) fn features(&self) -> wasmparser::WasmFeatures {
        self.check.features
    }
}

impl fmt::Debug for BodyToValidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyToValidate")
            .field("func", &self.func)
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

/// Memory that validation uses again for the next body: one for each thread.
#[derive(Default)]
pub struct ValidateScratch {
    pub(crate) allocations: FuncValidatorAllocations,
    pub(crate) plain: plain::Scratch,
}

impl ValidateScratch {
    /// Empty scratch space.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of the body that [`BodyToValidate::validate_plain`] found valid last.
    pub fn hints(&self) -> &BodyHints {
        &self.plain.hints
    }
}

impl fmt::Debug for ValidateScratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValidateScratch").finish_non_exhaustive()
    }
}
