//! Constant expressions: initial values and offsets.

use std::fmt;
use std::ops::Deref;
use std::slice;

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
    pub ops: ConstOps,
}

/// The instructions of a constant expression: a slice, without memory of its
/// own for a single instruction, because modules have many such expressions.
#[derive(Clone)]
pub struct ConstOps(Repr);

#[derive(Clone)]
enum Repr {
    One(ConstOp),
    Many(Box<[ConstOp]>),
}

impl Deref for ConstOps {
    type Target = [ConstOp];
    fn deref(&self) -> &[ConstOp] {
        match &self.0 {
            Repr::One(op) => slice::from_ref(op),
            Repr::Many(ops) => ops,
        }
    }
}

impl From<Vec<ConstOp>> for ConstOps {
    fn from(ops: Vec<ConstOp>) -> Self {
        match ops[..] {
            [op] => op.into(),
            _ => ConstOps(Repr::Many(ops.into())),
        }
    }
}

impl From<ConstOp> for ConstOps {
    fn from(op: ConstOp) -> Self {
        ConstOps(Repr::One(op))
    }
}

impl<'a> IntoIterator for &'a ConstOps {
    type Item = &'a ConstOp;
    type IntoIter = slice::Iter<'a, ConstOp>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Default for ConstOps {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl PartialEq for ConstOps {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}

impl fmt::Debug for ConstOps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self[..].fmt(f)
    }
}
