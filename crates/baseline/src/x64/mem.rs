//! Memory operands.
//!
//! Owns: their shape. Called by the code generator, which makes them, and by
//! the encoder. Must not know: what lies in memory.

use super::{Gpr, Label};

/// What an address starts from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Base {
    /// The value of a register.
    Reg(Gpr),
    /// The place of a label; there is no index then.
    Rip(Label),
}

/// A memory operand: `base + (index << scale) + disp`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mem {
    /// What the address starts from.
    pub base: Base,
    /// Register and log2 of its scale. Never `rsp`: machine code has no room
    /// for it.
    pub index: Option<(Gpr, u8)>,
    /// Signed distance.
    pub disp: i32,
}

impl Mem {
    /// `[base + disp]`
    #[inline]
    pub(crate) const fn base(base: Gpr, disp: i32) -> Mem {
        Mem { base: Base::Reg(base), index: None, disp }
    }

    /// `[base + (index << scale_log2) + disp]`
    #[inline]
    pub(crate) const fn indexed(base: Gpr, index: Gpr, scale_log2: u8, disp: i32) -> Mem {
        Mem { base: Base::Reg(base), index: Some((index, scale_log2)), disp }
    }

    /// The place of a label, relative to the instruction.
    #[inline]
    pub(crate) const fn rip(label: Label) -> Mem {
        Mem { base: Base::Rip(label), index: None, disp: 0 }
    }

    /// The same operand, `by` bytes further. The sum must fit: the caller
    /// checked it.
    #[inline]
    pub(crate) const fn offset(self, by: i32) -> Mem {
        Mem { disp: self.disp + by, ..self }
    }

    /// Swaps base and index where that saves the displacement byte which
    /// `rbp` and `r13` need as a base.
    #[inline]
    pub(super) fn normal(mut self) -> Mem {
        if let (Base::Reg(base), Some((index, 0)), 0) = (self.base, self.index, self.disp)
            && base.0 & 7 == 5
            && index.0 & 7 != 5
        {
            self.base = Base::Reg(index);
            self.index = Some((base, 0));
        }
        self
    }

    /// The REX bits X (2) and B (1) of this operand.
    #[inline]
    pub(super) fn rex_xb(&self) -> u8 {
        let b = match self.base {
            Base::Reg(base) => base.0 >> 3,
            Base::Rip(_) => 0,
        };
        let x = match self.index {
            Some((index, _)) => index.0 >> 2 & 2,
            None => 0,
        };
        x | b
    }
}
