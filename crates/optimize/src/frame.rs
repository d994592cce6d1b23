//! Blocks that are open: what `else`, `end` and branches need to know.

use cranelift_codegen::ir::Block;
use updraft_types::{ModuleDesc, TypeIndex, ValType};

/// The type of a block.
#[derive(Clone, Copy, Debug)]
pub(crate) enum BlockSig {
    /// No parameters, no results.
    Empty,
    /// One result.
    One(ValType),
    /// A type of the module.
    Func(TypeIndex),
}

impl BlockSig {
    /// Types of the parameters.
    pub(crate) fn params<'m>(&'m self, module: &'m ModuleDesc) -> &'m [ValType] {
        match self {
            BlockSig::Empty | BlockSig::One(_) => &[],
            BlockSig::Func(ty) => module.types[*ty].params(),
        }
    }
    /// Types of the results.
    pub(crate) fn results<'m>(&'m self, module: &'m ModuleDesc) -> &'m [ValType] {
        match self {
            BlockSig::Empty => &[],
            BlockSig::One(ty) => std::slice::from_ref(ty),
            BlockSig::Func(ty) => module.types[*ty].results(),
        }
    }
}

/// What kind of block it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FrameKind {
    /// The function itself.
    Func,
    /// `block`, or the second arm of an `if`.
    Block,
    /// `loop`, and the block that branches go to.
    Loop(Block),
    /// The first arm of an `if`, and where its condition goes when false. That
    /// block is not sealed yet: it may become the end.
    If(Block),
    /// Opened where nothing is reachable: holds no CLIF at all.
    Dead,
}

/// An open block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// What kind of block it is.
    pub(crate) kind: FrameKind,
    /// Its type.
    pub(crate) sig: BlockSig,
    /// Height of the operand stack below its parameters.
    pub(crate) height: usize,
    /// Where its end is; made by the first branch that needs it.
    pub(crate) end: Option<Block>,
}
