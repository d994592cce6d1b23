//! What a compiler needs to walk a body without naming the parser: the
//! visitor traits, the list of operators, immediates, and a reader.
//!
//! ```
//! use updraft_decode::op::{self, VisitOperator};
//!
//! /// Counts operators.
//! struct Count(u32);
//!
//! macro_rules! count {
//!     ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {$(
//!         fn $visit(&mut self $($(, $arg: $argty)*)?) { $($(let _ = $arg;)*)? self.0 += 1; }
//!     )*};
//! }
//!
//! impl<'a> VisitOperator<'a> for Count {
//!     type Output = ();
//!     op::for_each_visit_operator!(count);
//! }
//!
//! let body = [0x00, 0x01, 0x01, 0x0b]; // no locals; nop nop end
//! let mut reader = op::BodyReader::new(&body, 0, &Default::default());
//! assert!(reader.locals().unwrap().is_empty());
//! let mut count = Count(0);
//! while !reader.is_done() {
//!     reader.visit(&mut count).unwrap();
//! }
//! assert_eq!(count.0, 3);
//! ```

use updraft_types::{BodyFacts, HeapType, ModuleDesc, RefType, TypeIndex, ValType};
pub use wasmparser::{
    BlockType, BrTable, FrameKind, FrameStack, Ieee32, Ieee64, MemArg, MemArgTarget, Operator,
    V128, VisitOperator, VisitSimdOperator, for_each_visit_operator, for_each_visit_simd_operator,
};

pub use crate::reader::BodyReader;
pub use crate::validating::ValidatingReader;
use crate::{DecodeError, convert};

/// A value type as an operator carries it.
pub type RawValType = wasmparser::ValType;
/// A reference type as an operator carries it.
pub type RawRefType = wasmparser::RefType;
/// A heap type as an operator carries it.
pub type RawHeapType = wasmparser::HeapType;
/// What the parser reports.
pub type RawError = wasmparser::Error;

/// Our word for a value type, if the features that are on have it.
pub fn val_type(ty: RawValType) -> Option<ValType> {
    convert::val_type(ty)
}

/// Our word for a reference type, if the features that are on have it.
pub fn ref_type(ty: RawRefType) -> Option<RefType> {
    convert::ref_type(ty)
}

/// Our word for a heap type, if the features that are on have it.
pub fn heap_type(ty: RawHeapType) -> Option<HeapType> {
    convert::heap_type(ty)
}

/// The type of a block, as small as an open block wants to keep it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlockSig {
    /// No parameters, no results.
    Empty,
    /// One result.
    One(ValType),
    /// A type of the module.
    Func(TypeIndex),
}

impl BlockSig {
    /// The type that an operator names, if the features that are on have it.
    pub fn new(ty: BlockType) -> Option<Self> {
        Some(match ty {
            BlockType::Empty => BlockSig::Empty,
            BlockType::Type(ty) => BlockSig::One(convert::val_type(ty)?),
            BlockType::FuncType(index) => BlockSig::Func(TypeIndex::new(index)),
        })
    }

    /// Types of the parameters.
    pub fn params<'m>(&'m self, module: &'m ModuleDesc) -> &'m [ValType] {
        match self {
            BlockSig::Empty | BlockSig::One(_) => &[],
            BlockSig::Func(ty) => module.types[*ty].params(),
        }
    }

    /// Types of the results.
    pub fn results<'m>(&'m self, module: &'m ModuleDesc) -> &'m [ValType] {
        match self {
            BlockSig::Empty => &[],
            BlockSig::One(ty) => std::slice::from_ref(ty),
            BlockSig::Func(ty) => module.types[*ty].results(),
        }
    }
}

/// A walk over a body: first its local declarations, then operator by
/// operator, then its end.
///
/// [`BodyReader`] for bodies that were validated, [`ValidatingReader`] for
/// those that were not. Compilers are generic over it, so that a choice is made
/// per body and not per operator.
pub trait ReadOps<'a> {
    /// Reads the declared locals, parameters excluded: adds runs of equal
    /// types. To be called first.
    fn locals(&mut self, runs: &mut Vec<(u32, ValType)>) -> Result<(), DecodeError>;
    /// Offset of the next operator in the module.
    fn offset(&self) -> usize;
    /// Whether there are no more operators.
    fn is_done(&self) -> bool;
    /// Decodes the next operator and hands it to the visitor.
    fn visit<V: VisitOperator<'a, Output = ()>>(
        &mut self,
        visitor: &mut V,
    ) -> Result<(), DecodeError>;
    /// Checks, behind the last operator, that it is one.
    fn end(&mut self) -> Result<(), DecodeError>;
    /// What was counted so far; nothing if nobody counts.
    fn counted(&self) -> Option<BodyFacts>;
}
