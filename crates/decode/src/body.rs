//! A body that awaits validation: all that is needed for it, on any thread.

use std::fmt;
use std::ops::Range;

use updraft_types::{BodyFacts, DeclaredFuncIndex, WireBytes, limits};
use wasmparser::{
    BinaryReader, FrameKind, FrameStack, FuncToValidate, FuncValidator, FuncValidatorAllocations,
    ValidatorResources, VisitOperator, VisitSimdOperator, for_each_visit_operator,
};

use crate::DecodeError;

/// A body that awaits validation. Holds the bytes it needs.
pub struct BodyToValidate {
    pub(crate) func: DeclaredFuncIndex,
    pub(crate) check: FuncToValidate<ValidatorResources>,
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

    /// Validates the body and counts what is in it.
    pub fn validate(self, scratch: &mut ValidateScratch) -> Result<BodyFacts, DecodeError> {
        let Self { check, bytes, base, range, .. } = self;
        let body = &bytes[range.start - base..range.end - base];
        let reader = BinaryReader::new_features(body, range.start as u64, check.features);
        let mut validator = check.into_validator(std::mem::take(&mut scratch.allocations));
        let mut facts = BodyFacts { body_bytes: body.len() as u32, ..BodyFacts::default() };
        let mut beyond_limit = None;
        let result = run(&mut validator, reader, &mut facts, &mut beyond_limit);
        facts.n_locals = validator.len_locals();
        scratch.allocations = validator.into_allocations();
        match (beyond_limit, result) {
            (Some(fault), _) => Err(fault),
            (None, Err(fault)) => Err(fault.into()),
            (None, Ok(())) => Ok(facts),
        }
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
    allocations: FuncValidatorAllocations,
}

impl ValidateScratch {
    /// Empty scratch space.
    pub fn new() -> Self {
        Self::default()
    }
}

impl fmt::Debug for ValidateScratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValidateScratch").finish_non_exhaustive()
    }
}

fn run(
    validator: &mut FuncValidator<ValidatorResources>,
    mut reader: BinaryReader<'_>,
    facts: &mut BodyFacts,
    beyond_limit: &mut Option<DecodeError>,
) -> wasmparser::Result<()> {
    validator.read_locals(&mut reader)?;
    while !reader.eof() {
        let offset = reader.original_position();
        facts.n_ops += 1;
        let inner = validator.visitor(offset);
        reader.visit_operator(&mut Counter { inner, offset, facts, beyond_limit })??;
    }
    reader.finish_expression(&validator.visitor(reader.original_position()))
}

/// Counts operators on their way to the validator, in the same decoding.
struct Counter<'b, V> {
    inner: V,
    offset: u64,
    facts: &'b mut BodyFacts,
    beyond_limit: &'b mut Option<DecodeError>,
}

impl<V> Counter<'_, V> {
    fn br_table(&mut self, targets: u32) -> wasmparser::Result<()> {
        let max = limits::MAX_BR_TABLE_TARGETS;
        if targets > max {
            let message = format!("br_table size exceeds limit of {max}");
            *self.beyond_limit = Some(DecodeError::new(message, self.offset as usize));
            // Any error of the parser ends the walk; it is not reported.
            BinaryReader::new(&[], 0).read_u8()?;
        }
        self.facts.n_br_table_targets += targets + 1;
        Ok(())
    }
}

macro_rules! count_and_delegate {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {$(
        #[inline]
        fn $visit(&mut self $($(, $arg: $argty)*)?) -> Self::Output {
            count_and_delegate!(@count self $visit $($($arg)*)?);
            self.inner.$visit($($($arg),*)?)
        }
    )*};
    (@count $self:ident visit_block $ty:ident) => { $self.facts.n_blocks += 1 };
    (@count $self:ident visit_if $ty:ident) => { $self.facts.n_blocks += 1 };
    (@count $self:ident visit_loop $ty:ident) => {
        $self.facts.n_blocks += 1;
        $self.facts.n_loops += 1;
    };
    (@count $self:ident visit_br_table $targets:ident) => { $self.br_table($targets.len())? };
    (@count $self:ident visit_call $($arg:ident)*) => { $self.facts.n_calls += 1 };
    (@count $self:ident visit_call_indirect $($arg:ident)*) => { $self.facts.n_calls += 1 };
    (@count $self:ident visit_return_call $($arg:ident)*) => { $self.facts.n_calls += 1 };
    (@count $self:ident visit_return_call_indirect $($arg:ident)*) => {
        $self.facts.n_calls += 1
    };
    (@count $self:ident $visit:ident $($arg:ident)*) => {};
}

impl<'a, V> VisitOperator<'a> for Counter<'_, V>
where
    V: VisitOperator<'a, Output = wasmparser::Result<()>>,
{
    type Output = wasmparser::Result<()>;

    fn simd_visitor(
        &mut self,
    ) -> Option<&mut dyn VisitSimdOperator<'a, Output = wasmparser::Result<()>>> {
        self.inner.simd_visitor()
    }

    for_each_visit_operator!(count_and_delegate);
}

impl<V: FrameStack> FrameStack for Counter<'_, V> {
    fn current_frame(&self) -> Option<FrameKind> {
        self.inner.current_frame()
    }
}
