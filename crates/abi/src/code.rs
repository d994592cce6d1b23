//! What a compiler hands over: code and the tables that describe it.
//!
//! A compiled function is inert: bytes that run at any address and call
//! nothing but what they find through `vmctx`, so there is nothing to relocate
//! and it can be kept, written to disk and shared. The one exception is code
//! with bodies of other modules in it ([`CompiledFunc::foreign`]), which knows
//! them by addresses of this process.

mod packed;
mod positions;
mod traps;

use crate::OsrMap;

pub use positions::{
    BodyNumber, InlinedBody, ModuleNumber, Position, Positions, PositionsBuilder, SourceFrame,
    SourceFrames, SourcePosition,
};
pub use traps::{TrapSite, Traps, TrapsBuilder};

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

/// How many bodies stand in place of calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct InlinedBodies {
    /// Of functions of the code's own module.
    pub own: u32,
    /// Of functions of other modules.
    pub foreign: u32,
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
    /// Trapping instructions.
    pub traps: Traps,
    /// Positions. Cover at least all calls and traps.
    pub positions: Positions,
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
    /// Other modules whose bodies are in the code, sorted. It compares slots of
    /// their code tables, so those must stay where they are as long as it does.
    pub foreign: Vec<ModuleNumber>,
    /// How many bodies were inlined.
    pub inlined: InlinedBodies,
    /// The intermediate representation as text, if it was asked for.
    pub listing: Option<String>,
}
