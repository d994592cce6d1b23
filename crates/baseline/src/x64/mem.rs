//! Memory operands.
//!
//! Owns: their shape. Called by the code generator, which makes them, and by
//! the encoder. Must not know: what lies in memory.

use super::{Gpr, Label};

/// A memory operand: `base + (index << scale) + disp`, or the place of a label
/// and some bytes.
///
/// Every instruction that touches the frame has one, and mostly its base is
/// known where it is made. So it is kept as machine code has it: its parts are
/// put together once, and as constants where they are known, and it fits a
/// register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Mem {
    /// Signed distance; the number of the label, if it starts from one.
    pub(crate) disp: i32,
    /// ModRM without the register.
    pub(super) modrm: u8,
    /// SIB, if there is one: see `n_bytes`. Bytes behind the label, if it starts
    /// from one.
    pub(super) sib: u8,
    /// The REX bits X (2) and B (1).
    pub(super) rex_xb: u8,
    /// Bytes of the displacement, and [`HAS_SIB`]; [`FROM_LABEL`] alone.
    pub(super) n_bytes: u8,
}

/// There is a SIB byte.
const HAS_SIB: u8 = 8;

/// The address starts from a label.
const FROM_LABEL: u8 = 16;

/// Stands for no index: the number of `rsp`, for which machine code has no
/// room there.
const NO_INDEX: u8 = 4;

impl Mem {
    /// `[base + disp]`
    #[inline(always)]
    pub(crate) const fn base(base: Gpr, disp: i32) -> Mem {
        Self::new(base.0, NO_INDEX, 0, disp)
    }

    /// `[base + (index << scale_log2) + disp]`
    #[inline(always)]
    pub(crate) const fn indexed(base: Gpr, index: Gpr, scale_log2: u8, disp: i32) -> Mem {
        debug_assert!(index.0 != NO_INDEX && scale_log2 < 4);
        // A base of `rbp` or `r13` needs a displacement.
        if base.0 & 7 == 5 && index.0 & 7 != 5 && scale_log2 == 0 && disp == 0 {
            return Self::new(index.0, base.0, 0, 0);
        }
        Self::new(base.0, index.0, scale_log2, disp)
    }

    #[inline(always)]
    const fn new(base: u8, index: u8, scale_log2: u8, disp: i32) -> Mem {
        // A base of `rbp` or `r13` without displacement is another form.
        let (mode, disp_bytes) = if disp == 0 && base & 7 != 5 {
            (0, 0)
        } else if disp == disp as i8 as i32 {
            (0x40, 1)
        } else {
            (0x80, 4)
        };
        // A base of `rsp` or `r12` means a SIB byte, here without index.
        let has_sib = index != NO_INDEX || base & 7 == 4;
        Mem {
            disp,
            modrm: mode | if has_sib { 4 } else { base & 7 },
            sib: scale_log2 << 6 | (index & 7) << 3 | base & 7,
            rex_xb: (index >> 2 & 2) | base >> 3,
            n_bytes: disp_bytes | if has_sib { HAS_SIB } else { 0 },
        }
    }

    /// The place of a label, relative to the instruction.
    #[inline]
    pub(crate) const fn rip(label: Label) -> Mem {
        Mem { disp: label.0 as i32, modrm: 5, sib: 0, rex_xb: 0, n_bytes: FROM_LABEL }
    }

    /// The label that the address starts from, and the bytes behind it.
    #[inline(always)]
    pub(super) const fn label(self) -> Option<(Label, u8)> {
        if self.n_bytes == FROM_LABEL {
            return Some((Label(self.disp as u32), self.sib));
        }
        None
    }

    #[inline(always)]
    pub(super) const fn has_sib(self) -> bool {
        self.n_bytes & HAS_SIB != 0
    }

    #[inline(always)]
    pub(super) const fn disp_bytes(self) -> u32 {
        self.n_bytes as u32 & 7
    }

    /// The same operand, `by` bytes further: few, if it starts from a label.
    /// The sum must fit: the caller checked it.
    pub(crate) const fn offset(self, by: i32) -> Mem {
        if self.n_bytes == FROM_LABEL {
            debug_assert!(by >= 0 && self.sib as i32 + by < 256);
            return Mem { sib: self.sib + by as u8, ..self };
        }
        let base = self.sib & 7 | (self.rex_xb & 1) << 3;
        let index = self.sib >> 3 & 7 | (self.rex_xb & 2) << 2;
        let disp = self.disp + by;
        if index == NO_INDEX {
            return Self::base(Gpr(base), disp);
        }
        Self::indexed(Gpr(base), Gpr(index), self.sib >> 6, disp)
    }
}
