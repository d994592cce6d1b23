//! Constant expressions: initial values and offsets.

use crate::{FuncIndex, GlobalIndex, RefType};

/// One instruction of a constant expression, in the order of the binary.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ConstOp {
    /// `i32.const`
    I32(i32),
    /// `i64.const`
    I64(i64),
    /// `f32.const`, as bits.
    F32(u32),
    /// `f64.const`, as bits.
    F64(u64),
    /// `v128.const`, as little-endian bits.
    V128(u128),
    /// `ref.null`
    RefNull(RefType),
    /// `ref.func`
    RefFunc(FuncIndex),
    /// `global.get`
    GlobalGet(GlobalIndex),
    /// `i32.add`
    I32Add,
    /// `i32.sub`
    I32Sub,
    /// `i32.mul`
    I32Mul,
    /// `i64.add`
    I64Add,
    /// `i64.sub`
    I64Sub,
    /// `i64.mul`
    I64Mul,
}

/// A validated constant expression: a program for a stack of values.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ConstExpr {
    /// The instructions, `end` excluded.
    pub ops: Vec<ConstOp>,
}
