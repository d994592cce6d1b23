//! What each register is for, and who has it.
//!
//! # Essay: roles
//!
//! ```text
//! rsp rbp          stack and frame pointer
//! r11 xmm15        scratch of single operators; never holds an operand
//! r14              vmctx, always
//! rbx              guarded code: first byte of memory 0; checked code: its
//!                  definition. Loaded in the prologue if anything uses it
//! rax rcx rdx rsi rdi, xmm0–7   temporaries: operands
//! r12 r13 r15      homes of locals, saved for the caller
//! r8 r9 r10, xmm8–14            homes of locals, saved around calls
//! ```

use super::{Gpr, Xmm};

/// Where code keeps `vmctx`: the stubs of baseline code rely on it.
pub(crate) const VMCTX: Gpr = Gpr::R14;
/// The first byte, or the definition, of memory 0.
pub(crate) const MEMORY: Gpr = Gpr::RBX;
/// Scratch of single operators.
pub(crate) const SCRATCH: Gpr = Gpr::R11;
/// Scratch of single operators.
pub(crate) const SCRATCH_X: Xmm = Xmm::XMM15;

/// Registers that hold operands.
pub(crate) const TEMP_GPRS: u16 = 0b0000_0000_1100_0111;
/// Vector registers that hold operands.
pub(crate) const TEMP_XMMS: u16 = 0x00ff;

/// Homes of locals that callees keep.
pub(crate) const KEPT_HOMES: [Gpr; 3] = [Gpr::R12, Gpr::R13, Gpr::R15];
/// Homes of locals that calls destroy.
pub(crate) const LOST_HOMES: [Gpr; 3] = [Gpr::R8, Gpr::R9, Gpr::R10];
/// Homes of float locals; calls destroy them.
pub(crate) const XMM_HOMES: [Xmm; 7] =
    [Xmm::XMM8, Xmm::XMM9, Xmm::XMM10, Xmm::XMM11, Xmm::XMM12, Xmm::XMM13, Xmm::XMM14];

/// Who has a temporary that is not free: an operand, by its position, or the
/// operator that is being compiled.
pub(crate) const BY_OPERATOR: u32 = u32::MAX;

/// The temporaries of one class.
#[derive(Clone, Debug)]
pub(crate) struct Temps {
    free: u16,
    all: u16,
    owner: [u32; 16],
}

impl Temps {
    pub(crate) fn new(all: u16) -> Self {
        Self { free: all, all, owner: [BY_OPERATOR; 16] }
    }

    /// Takes a free one for the operator.
    #[inline]
    pub(crate) fn take_any(&mut self) -> Option<u8> {
        let reg = self.free.trailing_zeros() as u8;
        if reg >= 16 {
            return None;
        }
        self.free &= self.free - 1;
        self.owner[usize::from(reg)] = BY_OPERATOR;
        Some(reg)
    }

    /// Takes a certain one, which is free.
    pub(crate) fn take(&mut self, reg: u8) {
        debug_assert!(self.is_free(reg));
        self.free &= !(1 << reg);
        self.owner[usize::from(reg)] = BY_OPERATOR;
    }

    pub(crate) fn is_free(&self, reg: u8) -> bool {
        self.free & (1 << reg) != 0
    }

    /// Gives one back. Registers that are no temporaries stay what they are.
    #[inline]
    pub(crate) fn release(&mut self, reg: u8) {
        self.free |= (1 << reg) & self.all;
    }

    pub(crate) fn owner(&self, reg: u8) -> u32 {
        self.owner[usize::from(reg)]
    }

    #[inline]
    pub(crate) fn set_owner(&mut self, reg: u8, owner: u32) {
        debug_assert!(self.all & (1 << reg) != 0 && !self.is_free(reg));
        self.owner[usize::from(reg)] = owner;
    }

    /// The deepest operand that has a register.
    pub(crate) fn deepest(&self) -> Option<u32> {
        let mut deepest = BY_OPERATOR;
        for reg in self.taken() {
            deepest = deepest.min(self.owner(reg));
        }
        (deepest != BY_OPERATOR).then_some(deepest)
    }

    /// Those that are not free.
    pub(crate) fn taken(&self) -> impl Iterator<Item = u8> + use<> {
        let mut left = self.all & !self.free;
        std::iter::from_fn(move || {
            let reg = left.trailing_zeros() as u8;
            if reg >= 16 {
                return None;
            }
            left &= left - 1;
            Some(reg)
        })
    }
}
