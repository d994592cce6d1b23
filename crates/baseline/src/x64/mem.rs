//! Memory operands.
//!
//! Owns: their shape. Called by the code generator, which makes them, and by
//! the encoder. Must not know: what lies in memory.

use super::{Gpr, Label};

/// A memory operand: `base + (index << scale) + disp`, or the place of a label
/// and some bytes.
///
/// Every instruction that touches the frame passes one: it fits a register, and
/// its parts are as machine code has them, so that few of them are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mem {
    /// Signed distance; the number of the label, if it starts from one.
    pub(crate) disp: i32,
    /// Number of the register that the address starts from, or [`RIP`].
    pub(super) base: u8,
    /// Number of the index register, or [`NO_INDEX`].
    pub(super) index: u8,
    /// Logarithm of the index's scale; bytes behind the label, if it starts
    /// from one.
    pub(super) scale: u8,
}

/// Stands for a label as the base. No number of a register, and no bits that
/// instructions have of one.
pub(super) const RIP: u8 = 0x40;

/// Stands for no index: the number of `rsp`, for which machine code has no
/// room there.
pub(super) const NO_INDEX: u8 = 4;

impl Mem {
    /// `[base + disp]`
    #[inline]
    pub(crate) const fn base(base: Gpr, disp: i32) -> Mem {
        Mem { disp, base: base.0, index: NO_INDEX, scale: 0 }
    }

    /// `[base + (index << scale_log2) + disp]`
    #[inline]
    pub(crate) const fn indexed(base: Gpr, index: Gpr, scale_log2: u8, disp: i32) -> Mem {
        debug_assert!(index.0 != NO_INDEX && scale_log2 < 4);
        Mem { disp, base: base.0, index: index.0, scale: scale_log2 }
    }

    /// The place of a label, relative to the instruction.
    #[inline]
    pub(crate) const fn rip(label: Label) -> Mem {
        Mem { disp: label.0 as i32, base: RIP, index: NO_INDEX, scale: 0 }
    }

    /// The label that the address starts from.
    #[inline]
    pub(super) const fn label(self) -> Label {
        debug_assert!(self.base == RIP);
        Label(self.disp as u32)
    }

    /// The same operand, `by` bytes further: few, if it starts from a label.
    /// The sum must fit: the caller checked it.
    #[inline]
    pub(crate) const fn offset(self, by: i32) -> Mem {
        if self.base == RIP {
            debug_assert!(by >= 0 && self.scale as i32 + by < 256);
            return Mem { scale: self.scale + by as u8, ..self };
        }
        Mem { disp: self.disp + by, ..self }
    }

    /// Swaps base and index where that saves the displacement byte which
    /// `rbp` and `r13` need as a base.
    #[inline]
    pub(super) const fn normal(self) -> Mem {
        let is_odd = self.base & 7 == 5 && self.disp == 0;
        if is_odd && self.index != NO_INDEX && self.scale == 0 && self.index & 7 != 5 {
            return Mem { base: self.index, index: self.base, ..self };
        }
        self
    }

    /// The REX bits X (2) and B (1) of this operand.
    #[inline]
    pub(super) const fn rex_xb(self) -> u8 {
        (self.index >> 2 & 2) | (self.base >> 3 & 1)
    }
}
