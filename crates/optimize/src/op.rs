//! The operator visitor and its immediates, in one place.

pub(crate) use wasmparser::{
    BinaryReader, BlockType, BrTable, Ieee32, Ieee64, MemArg, MemArgTarget, OperatorsReader, V128,
    VisitOperator, VisitSimdOperator, for_each_visit_operator, for_each_visit_simd_operator,
};
