//! A walk over a body that validates it on the way: one decoding for the
//! validator and for whoever makes something of the operators.
//!
//! Called by [`BodyToValidate`](crate::BodyToValidate) and, through
//! [`op`](crate::op), by compilers. Must not know: what visitors make of
//! operators.
//!
//! # Essay: who sees an operator when
//!
//! 1. The limits of ours and the counts ([`Counter`]).
//! 2. The validator.
//! 3. The visitor, if neither had anything to say against the operator. So a
//!    visitor sees exactly what it would see of a body that was validated
//!    before, up to the fault, and may rely on it.
//!
//! A visitor that gave up does not end the walk: whether the body is valid is
//! still to be found out ([`ValidatingReader::validate_rest`]).

use std::fmt;

use updraft_types::{BodyFacts, ValType, limits};
use wasmparser::{
    BinaryReader, FrameKind, FrameStack, FuncValidator, ValidatorResources, VisitOperator,
    VisitSimdOperator, for_each_visit_operator, for_each_visit_simd_operator,
};

use crate::op::ReadOps;
use crate::{BodyToValidate, DecodeError, ValidateScratch, convert};

/// Walks a body that has not been validated: a visitor sees what is valid.
///
/// After a fault, the reader is of no use any more.
pub struct ValidatingReader<'a> {
    validator: FuncValidator<ValidatorResources>,
    reader: BinaryReader<'a>,
    facts: BodyFacts,
    /// Set when a limit of ours ended the walk.
    beyond_limit: Option<DecodeError>,
    read_locals: bool,
}

impl<'a> ValidatingReader<'a> {
    pub(crate) fn new(
        validator: FuncValidator<ValidatorResources>,
        body: &'a BodyToValidate,
    ) -> Self {
        let bytes = body.bytes();
        Self {
            validator,
            reader: BinaryReader::new_features(bytes, body.offset() as u64, body.features()),
            facts: BodyFacts { body_bytes: bytes.len() as u32, ..BodyFacts::default() },
            beyond_limit: None,
            read_locals: false,
        }
    }

    /// Validates what has not been visited, without a visitor.
    pub fn validate_rest(&mut self) -> Result<(), DecodeError> {
        self.rest().map_err(|fault| self.fault(fault))
    }

    fn rest(&mut self) -> wasmparser::Result<()> {
        if !self.read_locals {
            self.read_locals = true;
            self.validator.read_locals(&mut self.reader)?;
        }
        while !self.reader.eof() {
            let offset = self.reader.original_position();
            self.facts.n_ops += 1;
            let inner = self.validator.visitor(offset);
            let (facts, beyond_limit) = (&mut self.facts, &mut self.beyond_limit);
            self.reader.visit_operator(&mut Counter { inner, offset, facts, beyond_limit })??;
        }
        self.check_end()
    }

    fn check_end(&mut self) -> wasmparser::Result<()> {
        let offset = self.reader.original_position();
        self.reader.finish_expression(&self.validator.visitor(offset))
    }

    /// What was counted in a body that is valid to its end.
    ///
    /// Requires: [`ReadOps::end`] or `validate_rest` found no fault.
    pub fn finish(self, scratch: &mut ValidateScratch) -> BodyFacts {
        let facts = self.facts();
        scratch.allocations = self.validator.into_allocations();
        facts
    }

    fn facts(&self) -> BodyFacts {
        BodyFacts { n_locals: self.validator.len_locals(), ..self.facts }
    }

    /// What to report when the walk ended with a fault.
    #[cold]
    fn fault(&mut self, fault: wasmparser::Error) -> DecodeError {
        self.beyond_limit.take().unwrap_or_else(|| fault.into())
    }

    fn define_locals(&mut self, runs: &mut Vec<(u32, ValType)>) -> wasmparser::Result<()> {
        for _ in 0..self.reader.read_var_u32()? {
            let offset = self.reader.original_position();
            let count = self.reader.read()?;
            let ty = self.reader.read()?;
            self.validator.define_locals(offset, count, ty)?;
            if let Some(ty) = convert::val_type(ty) {
                runs.push((count, ty));
            } else {
                let fault = DecodeError::new("unsupported type of local", offset as usize);
                self.beyond_limit = Some(fault);
                return end_walk();
            }
        }
        Ok(())
    }
}

impl<'a> ReadOps<'a> for ValidatingReader<'a> {
    fn locals(&mut self, runs: &mut Vec<(u32, ValType)>) -> Result<(), DecodeError> {
        debug_assert!(!self.read_locals);
        self.read_locals = true;
        self.define_locals(runs).map_err(|fault| self.fault(fault))
    }

    #[inline]
    fn offset(&self) -> usize {
        self.reader.original_position() as usize
    }

    #[inline]
    fn is_done(&self) -> bool {
        self.read_locals && self.reader.eof()
    }

    #[inline]
    fn visit<V: VisitOperator<'a, Output = ()>>(
        &mut self,
        visitor: &mut V,
    ) -> Result<(), DecodeError> {
        let offset = self.reader.original_position();
        self.facts.n_ops += 1;
        let inner = self.validator.visitor(offset);
        let (facts, beyond_limit) = (&mut self.facts, &mut self.beyond_limit);
        let check = Counter { inner, offset, facts, beyond_limit };
        let result = self.reader.visit_operator(&mut Fused { check, visitor });
        result.flatten().map_err(|fault| self.fault(fault))
    }

    fn end(&mut self) -> Result<(), DecodeError> {
        Ok(self.check_end()?)
    }

    fn counted(&self) -> Option<BodyFacts> {
        Some(self.facts())
    }
}

impl fmt::Debug for ValidatingReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValidatingReader").field("facts", &self.facts).finish_non_exhaustive()
    }
}

/// Any error of the parser, to end the walk; it is not reported.
#[cold]
fn end_walk<T>() -> wasmparser::Result<T> {
    BinaryReader::new(&[], 0).read_u8()?;
    unreachable!("there is nothing to read")
}

/// Hands operators to a visitor once they are found valid.
struct Fused<'v, K, V> {
    check: K,
    visitor: &'v mut V,
}

macro_rules! check_and_visit {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {$(
        #[inline]
        fn $visit(&mut self $($(, $arg: $argty)*)?) -> Self::Output {
            self.check.$visit($($($arg.clone()),*)?)?;
            self.visitor.$visit($($($arg),*)?);
            Ok(())
        }
    )*};
}

impl<'a, K, V> VisitOperator<'a> for Fused<'_, K, V>
where
    K: VisitOperator<'a, Output = wasmparser::Result<()>>,
    V: VisitOperator<'a, Output = ()>,
{
    type Output = wasmparser::Result<()>;

    #[inline]
    fn simd_visitor(
        &mut self,
    ) -> Option<&mut dyn VisitSimdOperator<'a, Output = wasmparser::Result<()>>> {
        Some(self)
    }

    for_each_visit_operator!(check_and_visit);
}

macro_rules! check_and_visit_simd {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {$(
        fn $visit(&mut self $($(, $arg: $argty)*)?) -> Self::Output {
            let Some(check) = self.check.simd_visitor() else { return end_walk() };
            check.$visit($($($arg),*)?)?;
            if let Some(visitor) = self.visitor.simd_visitor() {
                visitor.$visit($($($arg),*)?);
            }
            Ok(())
        }
    )*};
}

impl<'a, K, V> VisitSimdOperator<'a> for Fused<'_, K, V>
where
    K: VisitOperator<'a, Output = wasmparser::Result<()>>,
    V: VisitOperator<'a, Output = ()>,
{
    for_each_visit_simd_operator!(check_and_visit_simd);
}

impl<K: FrameStack, V> FrameStack for Fused<'_, K, V> {
    #[inline]
    fn current_frame(&self) -> Option<FrameKind> {
        self.check.current_frame()
    }
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
            return end_walk();
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
