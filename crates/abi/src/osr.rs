//! How a running loop of baseline code is moved to optimized code.
//!
//! # Essay: the transfer
//!
//! 1. Baseline code calls the `tier_up` builtin at a loop's header, with its
//!    ordinal. At every loop header all locals are at their homes and the whole
//!    operand stack lies in the frame, so one [`OsrMap`] per function and one
//!    list of places per loop describe all values.
//! 2. If the engine has code for the loop, the runtime copies locals, then the
//!    operand stack from bottom to top, into the buffer that
//!    [`crate::isolate::OSR_BUFFER`] points to, [`OSR_SLOT_BYTES`] each.
//! 3. It restores the registers that the baseline function saved for its
//!    caller, pops its frame, so that the return address is on top, puts
//!    `vmctx` and the pointer to the result area where arguments go, and jumps.
//! 4. The entry of the code loads every value before anything else, and goes
//!    on at the loop header.
//!
//! The ordinal of a loop is its position among the `loop` operators of the
//! body, those in unreachable code included.

/// Bytes of a value in the buffer.
pub const OSR_SLOT_BYTES: u32 = 16;

/// Values of one loop at most: with more there is no on-stack replacement.
pub const MAX_OSR_SLOTS: usize = 1024;

/// Where a value lies at a loop header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OsrPlace {
    /// A general-purpose register, by its number.
    Int(u8),
    /// A vector register, by its number.
    Float(u8),
    /// 8 bytes at so many bytes from the frame pointer.
    Frame(i32),
    /// 16 bytes at so many bytes from the frame pointer.
    WideFrame(i32),
}

/// A loop that can be left for optimized code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OsrLoop {
    /// Its ordinal.
    pub ordinal: u32,
    /// The operand stack at the header, bottom to top.
    pub stack: Box<[OsrPlace]>,
}

/// Where baseline code keeps what a loop needs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OsrMap {
    /// Registers saved for the caller and where: number, bytes from the frame
    /// pointer.
    pub saved: Box<[(u8, i32)]>,
    /// Where the pointer to the caller's result area lies, in bytes from the
    /// frame pointer, if there is one.
    pub result_area: Option<i32>,
    /// The locals, parameters first.
    pub locals: Box<[OsrPlace]>,
    /// Loops, by ordinal. Those that cannot be replaced are left out.
    pub loops: Box<[OsrLoop]>,
}

impl OsrMap {
    /// The loop of that ordinal.
    pub fn find(&self, ordinal: u32) -> Option<&OsrLoop> {
        let at = self.loops.binary_search_by_key(&ordinal, |l| l.ordinal).ok()?;
        self.loops.get(at)
    }
}
