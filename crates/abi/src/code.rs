//! What a compiler hands over: code and the tables that describe it.
//!
//! A compiled function is inert: bytes that run at any address and call
//! nothing but what they find through `vmctx`, so there is nothing to relocate
//! and it can be kept, written to disk and shared.

use updraft_types::{FuncIndex, TrapCode};

use crate::OsrMap;

/// An instruction that may trap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrapSite {
    /// Offset of the instruction in the code.
    pub code_offset: u32,
    /// Why it traps.
    pub code: TrapCode,
}

/// The position a [`Position`] refers to: an offset in a function, possibly
/// inlined into another place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SourcePosition {
    /// The place that this function was inlined into, as an index into
    /// [`CompiledFunc::sources`]; [`SourcePosition::NO_PARENT`] if none.
    pub parent: u32,
    /// The function.
    pub func: FuncIndex,
    /// Offset of the operator in the module.
    pub module_offset: u32,
}

impl SourcePosition {
    /// The function is the compiled function itself.
    pub const NO_PARENT: u32 = u32::MAX;
}

/// From `code_offset` on, up to the next entry, code belongs to a position.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// Offset in the code.
    pub code_offset: u32,
    /// Index into [`CompiledFunc::sources`].
    pub source: u32,
}

/// What kind of reference a stack slot holds at a safepoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefKind {
    /// An `externref`: u32 index, 0 for null.
    Extern,
}

/// A call at which references live in the frame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Safepoint {
    /// Return address of the call, as an offset in the code.
    pub code_offset: u32,
    /// Slots, as bytes from the stack pointer at the call, and their kinds.
    pub slots: Box<[(u32, RefKind)]>,
}

/// Which kind of compiler made a piece of code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Tier {
    /// The one-pass compiler: soon there, counts what it runs.
    Baseline,
    /// The optimizing compiler.
    #[default]
    Optimized,
}

impl Tier {
    /// Both, lowest first.
    pub const ALL: [Tier; 2] = [Tier::Baseline, Tier::Optimized];

    /// Position among [`Tier::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
    /// The name, as tables show it.
    pub const fn name(self) -> &'static str {
        match self {
            Tier::Baseline => "baseline",
            Tier::Optimized => "optimized",
        }
    }
}

/// The result of compiling one function.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CompiledFunc {
    /// Machine code, constants included. Position-independent.
    pub code: Vec<u8>,
    /// Offset of the first instruction. What lies before it is never executed;
    /// it puts loops where the processor likes them.
    pub entry: u32,
    /// Alignment of the first byte: a power of two, at most 64.
    pub align: u32,
    /// Trapping instructions, sorted by offset.
    pub traps: Vec<TrapSite>,
    /// Positions, sorted by offset. Cover at least all calls and traps.
    pub positions: Vec<Position>,
    /// What positions refer to.
    pub sources: Vec<SourcePosition>,
    /// Calls with live references, sorted by offset.
    pub safepoints: Vec<Safepoint>,
    /// Bytes of the frame below the return address and the frame pointer.
    pub frame_bytes: u32,
    /// Distance from the stack pointer at a call up to the frame pointer: what
    /// turns the slots of a safepoint into addresses.
    pub sp_to_fp_bytes: u32,
    /// What made the code.
    pub tier: Tier,
    /// How running loops can be left for optimized code. Baseline code only.
    pub osr: Option<Box<OsrMap>>,
    /// Sites of the feedback vector that the code uses; see [`crate::feedback`].
    pub n_feedback_sites: u32,
    /// The intermediate representation as text, if it was asked for.
    pub listing: Option<String>,
}

impl CompiledFunc {
    /// The position of a code offset.
    pub fn position(&self, code_offset: u32) -> Option<&SourcePosition> {
        find_position(&self.positions, &self.sources, code_offset)
    }
}

/// The position of a code offset in a sorted table.
pub fn find_position<'a>(
    positions: &[Position],
    sources: &'a [SourcePosition],
    code_offset: u32,
) -> Option<&'a SourcePosition> {
    let after = positions.partition_point(|p| p.code_offset <= code_offset);
    let position = positions.get(after.checked_sub(1)?)?;
    sources.get(position.source as usize)
}
