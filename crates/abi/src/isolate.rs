//! Layout of the isolate context: the part of an isolate that machine code
//! and stubs read and write. Offsets in bytes from its start; one list, which
//! `runtime`'s struct is checked against.
//!
//! # Essay: the limit word
//!
//! Entries and loop headers of machine code load [`LIMIT`] and compare the
//! stack pointer (not so entries of functions without calls and loops, which
//! end soon and need one small frame; calls from the host look first):
//! `sp < limit` (unsigned) branches to a cold block that calls the `interrupt`
//! builtin. A loop header may compare with `u64::MAX` instead: the function's
//! entry has looked at the stack. Raising an interrupt is: or a bit into
//! [`REQUESTS`], then store `u64::MAX` to [`LIMIT`]. Whoever stores a real
//! limit fences and rereads [`REQUESTS`] afterwards.

macro_rules! layout {
    ($($(#[$doc:meta])* $name:ident = $offset:literal;)*) => {
        $($(#[$doc])* pub const $name: u32 = $offset;)*
        /// Names and offsets, for listings and checks.
        pub const FIELDS: &[(&str, u32)] = &[$((stringify!($name), $offset),)*];
    };
}

layout! {
    /// u64: the stack pointer must not be below it; `u64::MAX` to interrupt.
    LIMIT = 0;
    /// u64, atomic: bits of what is asked of the isolate.
    REQUESTS = 8;
    /// u64: stack pointer that the innermost entry stub saved, to unwind to.
    ENTRY_SP = 16;
    /// u64: frame pointer of the stub that left wasm last; a stack walk
    /// starts at its return address.
    EXIT_FP = 24;
    /// u64: top of this thread's service stack while the isolate runs.
    SERVICE_SP = 32;
    /// u32: where the isolate is; see [`State`].
    STATE = 40;
    /// u32, atomic: not 0 while the way into wasm is closed. Looked at by entry
    /// and exit thunks, right after they stored that machine code runs.
    GATE = 44;
    /// u64: the limit that holds when nothing is requested.
    REAL_LIMIT = 48;
    /// u64: pointer to the store of the embedder while the isolate runs.
    HOST_CONTEXT = 56;
    /// u64: where a loop that is replaced on the stack leaves its values.
    OSR_BUFFER = 64;
    /// u64: address of the code that `lazy_common` of this isolate is at.
    LAZY_COMMON = 72;
    /// u32: calls that guards did not expect before `runtime` is told of one.
    GUARD_MISSES = 80;
    /// u64: the function record that a builtin that keeps all registers gets,
    /// or results in.
    KEPT_RECORD = 88;
    /// 5 × 8 bytes: integers that such a builtin gets; the first one is also
    /// what it results in.
    KEPT_INTS = 96;
    /// 8 × 16 bytes: as above, floats and vectors.
    KEPT_VECS = 144;
}

/// Bytes of the isolate context that are fixed.
pub const BYTES: u32 = 272;

/// Integers at [`KEPT_INTS`].
pub const N_KEPT_INTS: usize = 5;
/// Floats and vectors at [`KEPT_VECS`].
pub const N_KEPT_VECS: usize = 8;

/// Where an isolate is. Written with plain stores by entry and exit stubs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum State {
    /// No frame of wasm is on the stack.
    Outside = 0,
    /// Machine code runs.
    InWasm = 1,
    /// Machine code called the host.
    InHost = 2,
}
