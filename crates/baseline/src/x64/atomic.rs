//! Atomic read-modify-write instructions and fences.
//!
//! Owns: their opcodes. Called by the code generator. Must not know: which
//! wasm operator they serve.

use super::asm::{Asm, Opc};
use super::{Alu, Gpr, Mem, Size};

impl Asm {
    /// Prefix LOCK, which comes before all others.
    #[inline]
    fn lock(&mut self) {
        self.put(0xF0, 1, 0, 0);
    }

    #[inline(always)]
    fn rex8(size: Size, r: Gpr) -> u8 {
        if size == Size::S8 && r.0 >= 4 { 0x40 } else { size.rex_w() }
    }

    /// `xchg [m], r`: atomic without a prefix.
    #[inline]
    pub(crate) fn xchg_mr(&mut self, size: Size, m: Mem, r: Gpr) {
        let op = Opc::one(0x86 | size.op_bit()).with(size.prefix());
        self.op_m(op, Self::rex8(size, r), r.0, m, 0, 0);
    }

    /// `lock xadd [m], r`
    #[inline]
    pub(crate) fn lock_xadd_mr(&mut self, size: Size, m: Mem, r: Gpr) {
        self.lock();
        let op = Opc::two(0xC0 | size.op_bit()).with(size.prefix());
        self.op_m(op, Self::rex8(size, r), r.0, m, 0, 0);
    }

    /// `lock cmpxchg [m], r`: compares with `rax`.
    #[inline]
    pub(crate) fn lock_cmpxchg_mr(&mut self, size: Size, m: Mem, r: Gpr) {
        self.lock();
        let op = Opc::two(0xB0 | size.op_bit()).with(size.prefix());
        self.op_m(op, Self::rex8(size, r), r.0, m, 0, 0);
    }

    /// `lock op [m], r`
    #[inline]
    pub(crate) fn lock_alu_mr(&mut self, op: Alu, size: Size, m: Mem, r: Gpr) {
        debug_assert!(op != Alu::Cmp);
        self.lock();
        self.alu_mr(op, size, m, r);
    }

    /// `lock op [m], imm`: on the stack's top a cheaper fence than `mfence`.
    #[inline]
    pub(crate) fn lock_alu_mi(&mut self, op: Alu, size: Size, m: Mem, imm: i32) {
        debug_assert!(op != Alu::Cmp);
        self.lock();
        self.alu_mi(op, size, m, imm);
    }

    /// `mfence`
    #[inline]
    pub(crate) fn mfence(&mut self) {
        self.put(0xF0AE0F, 3, 0, 0);
    }
}
