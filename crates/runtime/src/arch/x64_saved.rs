//! The area in which stubs keep registers, for x86-64: one layout for all.
//!
//! Owns: [`SavedRegisters`], and the lists of registers as text for stubs.
//! Used by the stubs of this folder. Must not know: why a stub runs.
//!
//! A stub makes room for [`SAVED_BYTES`] at its stack pointer, saves there what
//! the body it calls may change, and loads it again with the stack pointer at
//! the same place.

/// Registers of machine code that waits, by their numbers.
#[derive(Debug)]
#[repr(C, align(16))]
pub(crate) struct SavedRegisters {
    pub ints: [u64; 16],
    pub vecs: [u128; 16],
}

/// Bytes of the area.
pub(crate) const SAVED_BYTES: usize = size_of::<SavedRegisters>();

/// Number of rbx.
pub(crate) const RBX: usize = 3;
/// Number of rsp.
pub(crate) const RSP: usize = 4;
/// Number of rbp.
pub(crate) const RBP: usize = 5;
/// Number of rsi.
pub(crate) const RSI: usize = 6;
/// Number of rdi.
pub(crate) const RDI: usize = 7;

// What the lists below say.
const _: () = {
    assert!(SAVED_BYTES == 384);
    assert!(std::mem::offset_of!(SavedRegisters, ints) == 0);
    assert!(std::mem::offset_of!(SavedRegisters, vecs) == 128);
};

/// `save` or `load` for registers at 8 times their number, `save_vecs` or
/// `load_vecs` for vector registers.
macro_rules! moves {
    (save: $($reg:ident $number:literal),*) => {
        concat!($("mov [rsp + 8*", $number, "], ", stringify!($reg), "\n"),*)
    };
    (load: $($reg:ident $number:literal),*) => {
        concat!($("mov ", stringify!($reg), ", [rsp + 8*", $number, "]\n"),*)
    };
    (save_vecs: $($number:literal)*) => {
        concat!($("movups [rsp + 128 + 16*", $number, "], xmm", $number, "\n"),*)
    };
    (load_vecs: $($number:literal)*) => {
        concat!($("movups xmm", $number, ", [rsp + 128 + 16*", $number, "]\n"),*)
    };
}
pub(super) use moves;

/// Saves or loads what a System V function may change.
macro_rules! volatile {
    (@ints $how:ident) => {
        $crate::arch::x64_saved::moves!(
            $how: rax 0, rcx 1, rdx 2, rsi 6, rdi 7, r8 8, r9 9, r10 10, r11 11
        )
    };
    (@vecs $how:ident) => {
        $crate::arch::x64_saved::moves!($how: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    (save) => {
        concat!(
            $crate::arch::x64_saved::volatile!(@ints save),
            $crate::arch::x64_saved::volatile!(@vecs save_vecs)
        )
    };
    (load) => {
        concat!(
            $crate::arch::x64_saved::volatile!(@vecs load_vecs),
            $crate::arch::x64_saved::volatile!(@ints load)
        )
    };
}
pub(super) use volatile;

/// Saves or loads what a System V function keeps, rsp and rbp aside.
macro_rules! kept {
    ($how:ident) => {
        $crate::arch::x64_saved::moves!($how: rbx 3, r12 12, r13 13, r14 14, r15 15)
    };
}
pub(super) use kept;
