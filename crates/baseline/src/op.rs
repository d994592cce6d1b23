//! The operator visitor, its immediates, and the walk over a body.

pub(crate) use updraft_decode::op::{
    BlockSig, BlockType, BodyReader, BrTable, Ieee32, Ieee64, MemArg, MemArgTarget, RawHeapType,
    RawValType, ReadOps, V128, VisitOperator, VisitSimdOperator, for_each_visit_operator,
    for_each_visit_simd_operator, heap_type, val_type,
};
