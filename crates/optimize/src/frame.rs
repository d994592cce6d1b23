//! Blocks that are open: what `else`, `end` and branches need to know.

use cranelift_codegen::ir::Block;

use crate::op::BlockSig;

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
    /// Whether branches that lead there are rarely taken, all of them so far.
    pub(crate) rare: bool,
}

impl Frame {
    /// One that no branch leads to the end of yet.
    pub(crate) fn new(kind: FrameKind, sig: BlockSig, height: usize) -> Self {
        Self { kind, sig, height, end: None, rare: true }
    }
}
