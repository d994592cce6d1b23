//! Names of registers, operand sizes and conditions.
//!
//! Owns: their numbers in machine code. Called by everyone in `x64` and by the
//! code generator. Must not know: which register has which job.

/// A general register, by its number in machine code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Gpr(pub u8);

impl Gpr {
    pub(crate) const RAX: Gpr = Gpr(0);
    pub(crate) const RCX: Gpr = Gpr(1);
    pub(crate) const RDX: Gpr = Gpr(2);
    pub(crate) const RBX: Gpr = Gpr(3);
    pub(crate) const RSP: Gpr = Gpr(4);
    pub(crate) const RBP: Gpr = Gpr(5);
    pub(crate) const RSI: Gpr = Gpr(6);
    pub(crate) const RDI: Gpr = Gpr(7);
    pub(crate) const R8: Gpr = Gpr(8);
    pub(crate) const R9: Gpr = Gpr(9);
    pub(crate) const R10: Gpr = Gpr(10);
    pub(crate) const R11: Gpr = Gpr(11);
    pub(crate) const R12: Gpr = Gpr(12);
    pub(crate) const R13: Gpr = Gpr(13);
    pub(crate) const R14: Gpr = Gpr(14);
    pub(crate) const R15: Gpr = Gpr(15);
}

/// A vector register, by its number in machine code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Xmm(pub u8);

impl Xmm {
    pub(crate) const XMM0: Xmm = Xmm(0);
    pub(crate) const XMM1: Xmm = Xmm(1);
    pub(crate) const XMM2: Xmm = Xmm(2);
    pub(crate) const XMM3: Xmm = Xmm(3);
    pub(crate) const XMM4: Xmm = Xmm(4);
    pub(crate) const XMM5: Xmm = Xmm(5);
    pub(crate) const XMM6: Xmm = Xmm(6);
    pub(crate) const XMM7: Xmm = Xmm(7);
    pub(crate) const XMM8: Xmm = Xmm(8);
    pub(crate) const XMM9: Xmm = Xmm(9);
    pub(crate) const XMM10: Xmm = Xmm(10);
    pub(crate) const XMM11: Xmm = Xmm(11);
    pub(crate) const XMM12: Xmm = Xmm(12);
    pub(crate) const XMM13: Xmm = Xmm(13);
    pub(crate) const XMM14: Xmm = Xmm(14);
    pub(crate) const XMM15: Xmm = Xmm(15);
}

/// Width of an integer operand. Operations on 32 bits clear the upper half of
/// the register they write; those on 8 and 16 bits keep the rest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Size {
    S8,
    S16,
    S32,
    S64,
}

impl Size {
    /// Width in bytes.
    #[inline]
    pub(crate) const fn bytes(self) -> u32 {
        1 << self as u32
    }

    /// The REX.W bit, in its place.
    #[inline]
    pub(super) const fn rex_w(self) -> u8 {
        if matches!(self, Size::S64) { 8 } else { 0 }
    }

    /// The operand-size prefix, 0 for none.
    #[inline]
    pub(super) const fn prefix(self) -> u8 {
        if matches!(self, Size::S16) { 0x66 } else { 0 }
    }

    /// The lowest bit of most integer opcodes: clear for bytes.
    #[inline]
    pub(super) const fn op_bit(self) -> u8 {
        !matches!(self, Size::S8) as u8
    }
}

/// A condition on the flags, numbered as in machine code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Cond {
    O,
    NO,
    B,
    AE,
    E,
    NE,
    BE,
    A,
    S,
    NS,
    P,
    NP,
    L,
    GE,
    LE,
    G,
}

impl Cond {
    /// All conditions, in the order of their numbers.
    pub(crate) const ALL: [Cond; 16] = {
        use Cond::*;
        [O, NO, B, AE, E, NE, BE, A, S, NS, P, NP, L, GE, LE, G]
    };

    /// The condition that holds exactly when this one does not.
    #[inline]
    pub(crate) const fn invert(self) -> Cond {
        Cond::ALL[self as usize ^ 1]
    }

    /// The condition that asks the same after the operands of the comparison
    /// changed places. Conditions that are no order stay as they are.
    #[inline]
    pub(crate) const fn swap(self) -> Cond {
        match self {
            Cond::B => Cond::A,
            Cond::A => Cond::B,
            Cond::AE => Cond::BE,
            Cond::BE => Cond::AE,
            Cond::L => Cond::G,
            Cond::G => Cond::L,
            Cond::GE => Cond::LE,
            Cond::LE => Cond::GE,
            other => other,
        }
    }
}
