//! Open blocks: what `else`, `end` and branches need to know.

use updraft_types::{ModuleDesc, TypeIndex, ValType};

use super::Label;

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
    /// `loop`: where branches go, where it starts in the module, and where in
    /// the code its cost is written.
    Loop { header: Label, start: u32, cost_at: Option<u32> },
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
}
