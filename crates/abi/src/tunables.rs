//! The choices that change what machine code a body becomes.

/// How accesses to memory are kept inside of it. A property of code, not of
/// instances: an instance is bound to guarded code only if all its memories
/// have guards.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Bounds {
    /// The hardware faults: memory lies in a reservation of 4 GiB plus a guard
    /// of [`GUARD_BYTES`] and never moves.
    Guarded,
    /// Every access compares against the length, reloaded after anything that
    /// may grow the memory. Runs on any memory.
    Checked,
}

impl Bounds {
    /// Both, in the order of a native module's code tables.
    pub const ALL: [Bounds; 2] = [Bounds::Guarded, Bounds::Checked];

    /// Position among [`Bounds::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// Addresses a 32-bit memory can reach before an offset is added.
pub const RESERVATION_BYTES: u64 = 4 << 30;

/// Inaccessible bytes behind a reservation. An access whose constant offset
/// plus width is at most this needs no check in guarded code: 64 MiB.
pub const GUARD_BYTES: u64 = 64 << 20;

/// What a compiler is told beside the function itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Tunables {
    /// How memory accesses are bounded.
    pub bounds: Bounds,
    /// Whether every NaN that an operator makes has the canonical payload.
    pub canonical_nans: bool,
    /// Whether entries and loop headers check the limit word. Off only to
    /// measure what the checks cost: code without them cannot be interrupted
    /// and does not notice the end of the stack.
    pub interrupt_checks: bool,
}

impl Default for Tunables {
    fn default() -> Self {
        Self { bounds: Bounds::Guarded, canonical_nans: false, interrupt_checks: true }
    }
}
