//! Open blocks: what `else`, `end` and branches need to know.

use super::Label;
use crate::op::BlockSig;

/// What kind of block it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FrameKind {
    /// The function itself.
    Func,
    /// `block`, or the second arm of an `if`.
    Block,
    /// `loop`: where branches go, where it starts in the module, how many arms
    /// of `br_table`s came before, and where in the code its cost is written.
    Loop { header: Label, start: u32, n_arms: u32, cost_at: Option<u32> },
    /// The first arm of an `if`, and where its condition goes when false.
    If { otherwise: Label },
    /// Opened where nothing is reachable: holds nothing at all.
    Dead,
}

/// An open block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) kind: FrameKind,
    pub(crate) sig: BlockSig,
    /// Height of the operand stack below its parameters.
    pub(crate) height: usize,
    /// Where its end is.
    pub(crate) end: Label,
    /// Whether a jump table leads there.
    pub(crate) in_table: bool,
    /// Where a `br_table` goes for it, and the number of the latest one that
    /// does.
    pub(crate) edge: (u32, Label),
}

impl Frame {
    /// A block that is open from here on.
    pub(crate) fn new(kind: FrameKind, sig: BlockSig, height: usize, end: Label) -> Self {
        Self { kind, sig, height, end, in_table: false, edge: (0, end) }
    }
}
