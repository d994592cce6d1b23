//! Integer instructions: moves, arithmetic, shifts, bits, stack.
//!
//! Owns: their opcodes. Called by the code generator. Must not know: how the
//! bytes of an operand look (`asm`).

use super::asm::{Asm, Opc};
use super::{Cond, Gpr, Mem, Size};

/// The eight operations of one opcode family, numbered as in machine code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Alu {
    Add,
    Or,
    Adc,
    Sbb,
    And,
    Sub,
    Xor,
    Cmp,
}

/// Operations on one operand; those from `Mul` on work on `rdx:rax`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unary {
    Not = 2,
    Neg,
    Mul,
    Imul,
    Div,
    Idiv,
}

/// Shifts, numbered as in machine code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shift {
    Rol = 0,
    Ror = 1,
    Shl = 4,
    Shr = 5,
    Sar = 7,
}

/// The opcode of an operation that has a byte form one below.
#[inline(always)]
const fn sized(op: u8, size: Size) -> Opc {
    Opc::one((op & !1) | size.op_bit()).with(size.prefix())
}

/// REX bits of an operation of this size whose byte operands are `a` and `b`:
/// without REX, the numbers 4 to 7 name `ah` to `bh`.
#[inline(always)]
const fn rex(size: Size, a: Gpr, b: Gpr) -> u8 {
    if matches!(size, Size::S8) && (a.0 >= 4 || b.0 >= 4) { 0x40 } else { size.rex_w() }
}

#[inline(always)]
const fn fits8(imm: i32) -> bool {
    imm == imm as i8 as i32
}

/// Bytes of a full immediate of this size.
#[inline(always)]
const fn imm_len(size: Size) -> u32 {
    match size {
        Size::S8 => 1,
        Size::S16 => 2,
        Size::S32 | Size::S64 => 4,
    }
}

/// The immediate as the operation of this size sees it.
#[inline(always)]
const fn imm_of(size: Size, imm: i32) -> i32 {
    match size {
        Size::S8 => imm as i8 as i32,
        Size::S16 => imm as i16 as i32,
        Size::S32 | Size::S64 => imm,
    }
}

#[inline(always)]
const fn word(imm: i32) -> u64 {
    imm as u32 as u64
}

/// Moves.
impl Asm {
    /// `mov dst, src`, 32 (clears the upper half) or 64 bits.
    #[inline]
    pub(crate) fn mov_rr(&mut self, size: Size, dst: Gpr, src: Gpr) {
        self.op_r(sized(0x89, size), rex(size, dst, src), src.0, dst.0, 0, 0);
    }

    /// `mov dst, [m]`, 32 or 64 bits.
    #[inline]
    pub(crate) fn mov_rm(&mut self, size: Size, dst: Gpr, m: Mem) {
        self.op_m(sized(0x8B, size), rex(size, dst, dst), dst.0, m, 0, 0);
    }

    /// `mov [m], src`, any size.
    #[inline]
    pub(crate) fn mov_mr(&mut self, size: Size, m: Mem, src: Gpr) {
        self.op_m(sized(0x89, size), rex(size, src, src), src.0, m, 0, 0);
    }

    /// `mov [m], imm`, any size; 64 bits extend the sign.
    #[inline]
    pub(crate) fn mov_mi(&mut self, size: Size, m: Mem, imm: i32) {
        self.op_m(sized(0xC7, size), size.rex_w(), 0, m, word(imm), imm_len(size));
    }

    /// All 64 bits of `dst`. Leaves the flags alone.
    #[inline]
    pub(crate) fn mov_ri(&mut self, dst: Gpr, imm: u64) {
        if imm <= u64::from(u32::MAX) {
            self.op_o(Opc::one(0xB8), 0, dst.0, imm, 4);
        } else if imm as i64 == i64::from(imm as i32) {
            self.op_r(Opc::one(0xC7), 8, 0, dst.0, imm, 4);
        } else {
            self.op_o(Opc::one(0xB8), 8, dst.0, imm, 8);
        }
    }

    /// `xor dst, dst`: all 64 bits become 0. Changes the flags.
    #[inline]
    pub(crate) fn zero(&mut self, dst: Gpr) {
        self.alu_rr(Alu::Xor, Size::S32, dst, dst);
    }

    /// `movzx dst, src` from 8 or 16 bits to all 64.
    #[inline]
    pub(crate) fn movzx_rr(&mut self, from: Size, dst: Gpr, src: Gpr) {
        debug_assert!(from <= Size::S16);
        self.op_r(Opc::two(0xB6 | from.op_bit()), rex(from, src, src), dst.0, src.0, 0, 0);
    }

    /// `movzx dst, [m]` from 8 or 16 bits to all 64.
    #[inline]
    pub(crate) fn movzx_rm(&mut self, from: Size, dst: Gpr, m: Mem) {
        debug_assert!(from <= Size::S16);
        self.op_m(Opc::two(0xB6 | from.op_bit()), 0, dst.0, m, 0, 0);
    }

    #[inline(always)]
    fn movsx_op(from: Size) -> Opc {
        match from {
            Size::S8 => Opc::two(0xBE),
            Size::S16 => Opc::two(0xBF),
            Size::S32 | Size::S64 => Opc::one(0x63),
        }
    }

    /// `movsx dst, src` from 8, 16 or 32 bits to 32 or 64 bits.
    #[inline]
    pub(crate) fn movsx_rr(&mut self, from: Size, to: Size, dst: Gpr, src: Gpr) {
        debug_assert!(from < to && to >= Size::S32);
        let rex = to.rex_w() | rex(from, src, src) & 0x40;
        self.op_r(Self::movsx_op(from), rex, dst.0, src.0, 0, 0);
    }

    /// `movsx dst, [m]` from 8, 16 or 32 bits to 32 or 64 bits.
    #[inline]
    pub(crate) fn movsx_rm(&mut self, from: Size, to: Size, dst: Gpr, m: Mem) {
        debug_assert!(from < to && to >= Size::S32);
        self.op_m(Self::movsx_op(from), to.rex_w(), dst.0, m, 0, 0);
    }

    /// `lea dst, [m]`
    #[inline]
    pub(crate) fn lea(&mut self, size: Size, dst: Gpr, m: Mem) {
        self.op_m(Opc::one(0x8D), size.rex_w(), dst.0, m, 0, 0);
    }

    /// `xchg a, b`
    #[inline]
    pub(crate) fn xchg_rr(&mut self, size: Size, a: Gpr, b: Gpr) {
        // The one-byte form with `rax` twice would be `nop`, which does not
        // clear the upper half.
        if size >= Size::S32 && a != b && (a.0 == 0 || b.0 == 0) {
            self.op_o(Opc::one(0x90), size.rex_w(), a.0 | b.0, 0, 0);
        } else {
            self.op_r(sized(0x87, size), rex(size, a, b), a.0, b.0, 0, 0);
        }
    }

    /// `bswap r`, 32 or 64 bits.
    #[inline]
    pub(crate) fn bswap(&mut self, size: Size, r: Gpr) {
        self.op_o(Opc::two(0xC8), size.rex_w(), r.0, 0, 0);
    }
}

/// Arithmetic, comparison, tests.
impl Asm {
    /// `op dst, src`
    #[inline]
    pub(crate) fn alu_rr(&mut self, op: Alu, size: Size, dst: Gpr, src: Gpr) {
        let opc = sized((op as u8) << 3 | 1, size);
        self.op_r(opc, rex(size, dst, src), src.0, dst.0, 0, 0);
    }

    /// `op dst, [m]`
    #[inline]
    pub(crate) fn alu_rm(&mut self, op: Alu, size: Size, dst: Gpr, m: Mem) {
        self.op_m(sized((op as u8) << 3 | 3, size), rex(size, dst, dst), dst.0, m, 0, 0);
    }

    /// `op [m], src`
    #[inline]
    pub(crate) fn alu_mr(&mut self, op: Alu, size: Size, m: Mem, src: Gpr) {
        self.op_m(sized((op as u8) << 3 | 1, size), rex(size, src, src), src.0, m, 0, 0);
    }

    /// `op dst, imm`; 64 bits extend the sign.
    #[inline]
    pub(crate) fn alu_ri(&mut self, op: Alu, size: Size, dst: Gpr, imm: i32) {
        let imm = imm_of(size, imm);
        if size != Size::S8 && fits8(imm) {
            let opc = Opc::one(0x83).with(size.prefix());
            self.op_r(opc, size.rex_w(), op as u8, dst.0, word(imm), 1);
        } else if dst == Gpr::RAX {
            let opc = sized((op as u8) << 3 | 5, size);
            self.op_0(opc, size.rex_w(), word(imm), imm_len(size));
        } else {
            let rex = rex(size, dst, dst);
            self.op_r(sized(0x81, size), rex, op as u8, dst.0, word(imm), imm_len(size));
        }
    }

    /// `op [m], imm`; 64 bits extend the sign.
    #[inline]
    pub(crate) fn alu_mi(&mut self, op: Alu, size: Size, m: Mem, imm: i32) {
        let imm = imm_of(size, imm);
        if size != Size::S8 && fits8(imm) {
            let opc = Opc::one(0x83).with(size.prefix());
            self.op_m(opc, size.rex_w(), op as u8, m, word(imm), 1);
        } else {
            let opc = sized(0x81, size);
            self.op_m(opc, size.rex_w(), op as u8, m, word(imm), imm_len(size));
        }
    }

    /// `test a, b`
    #[inline]
    pub(crate) fn test_rr(&mut self, size: Size, a: Gpr, b: Gpr) {
        self.op_r(sized(0x85, size), rex(size, a, b), b.0, a.0, 0, 0);
    }

    /// `test a, imm`, in the size that is asked for: a smaller one would set
    /// the sign flag from another bit.
    #[inline]
    pub(crate) fn test_ri(&mut self, size: Size, a: Gpr, imm: i32) {
        if a == Gpr::RAX {
            self.op_0(sized(0xA9, size), size.rex_w(), word(imm), imm_len(size));
        } else {
            self.op_r(sized(0xF7, size), rex(size, a, a), 0, a.0, word(imm), imm_len(size));
        }
    }

    /// `test [m], imm`
    #[inline]
    pub(crate) fn test_mi(&mut self, size: Size, m: Mem, imm: i32) {
        self.op_m(sized(0xF7, size), size.rex_w(), 0, m, word(imm), imm_len(size));
    }

    /// `test [m], src`
    #[inline]
    pub(crate) fn test_mr(&mut self, size: Size, m: Mem, src: Gpr) {
        self.op_m(sized(0x85, size), rex(size, src, src), src.0, m, 0, 0);
    }

    /// `imul dst, src`
    #[inline]
    pub(crate) fn imul_rr(&mut self, size: Size, dst: Gpr, src: Gpr) {
        self.op_r(Opc::two(0xAF).with(size.prefix()), size.rex_w(), dst.0, src.0, 0, 0);
    }

    /// `imul dst, [m]`
    #[inline]
    pub(crate) fn imul_rm(&mut self, size: Size, dst: Gpr, m: Mem) {
        self.op_m(Opc::two(0xAF).with(size.prefix()), size.rex_w(), dst.0, m, 0, 0);
    }

    #[inline(always)]
    fn imul_imm(size: Size, imm: i32) -> (Opc, u64, u32) {
        debug_assert!(size != Size::S8);
        let imm = imm_of(size, imm);
        let (op, len) = if fits8(imm) { (0x6B, 1) } else { (0x69, imm_len(size)) };
        (Opc::one(op).with(size.prefix()), word(imm), len)
    }

    /// `imul dst, src, imm`
    #[inline]
    pub(crate) fn imul_rri(&mut self, size: Size, dst: Gpr, src: Gpr, imm: i32) {
        let (op, imm, len) = Self::imul_imm(size, imm);
        self.op_r(op, size.rex_w(), dst.0, src.0, imm, len);
    }

    /// `imul dst, [m], imm`
    #[inline]
    pub(crate) fn imul_rmi(&mut self, size: Size, dst: Gpr, m: Mem, imm: i32) {
        let (op, imm, len) = Self::imul_imm(size, imm);
        self.op_m(op, size.rex_w(), dst.0, m, imm, len);
    }

    /// `op r`
    #[inline]
    pub(crate) fn unary_r(&mut self, op: Unary, size: Size, r: Gpr) {
        self.op_r(sized(0xF7, size), rex(size, r, r), op as u8, r.0, 0, 0);
    }

    /// `op [m]`
    #[inline]
    pub(crate) fn unary_m(&mut self, op: Unary, size: Size, m: Mem) {
        self.op_m(sized(0xF7, size), size.rex_w(), op as u8, m, 0, 0);
    }

    /// `cdq`: the sign of `eax` fills `edx`.
    #[inline]
    pub(crate) fn cdq(&mut self) {
        self.op_0(Opc::one(0x99), 0, 0, 0);
    }

    /// `cqo`: the sign of `rax` fills `rdx`.
    #[inline]
    pub(crate) fn cqo(&mut self) {
        self.op_0(Opc::one(0x99), 8, 0, 0);
    }

    /// `inc r`
    #[inline]
    pub(crate) fn inc_r(&mut self, size: Size, r: Gpr) {
        self.op_r(sized(0xFF, size), rex(size, r, r), 0, r.0, 0, 0);
    }

    /// `dec r`
    #[inline]
    pub(crate) fn dec_r(&mut self, size: Size, r: Gpr) {
        self.op_r(sized(0xFF, size), rex(size, r, r), 1, r.0, 0, 0);
    }

    /// `inc [m]`
    #[inline]
    pub(crate) fn inc_m(&mut self, size: Size, m: Mem) {
        self.op_m(sized(0xFF, size), size.rex_w(), 0, m, 0, 0);
    }

    /// `dec [m]`
    #[inline]
    pub(crate) fn dec_m(&mut self, size: Size, m: Mem) {
        self.op_m(sized(0xFF, size), size.rex_w(), 1, m, 0, 0);
    }
}

/// Shifts and bits.
impl Asm {
    /// `op dst, cl`
    #[inline]
    pub(crate) fn shift_cl(&mut self, op: Shift, size: Size, dst: Gpr) {
        self.op_r(sized(0xD3, size), rex(size, dst, dst), op as u8, dst.0, 0, 0);
    }

    /// `op dst, imm`
    #[inline]
    pub(crate) fn shift_ri(&mut self, op: Shift, size: Size, dst: Gpr, imm: u8) {
        let rex = rex(size, dst, dst);
        if imm == 1 {
            self.op_r(sized(0xD1, size), rex, op as u8, dst.0, 0, 0);
        } else {
            self.op_r(sized(0xC1, size), rex, op as u8, dst.0, imm.into(), 1);
        }
    }

    #[inline(always)]
    fn count_op(&mut self, prefix: u8, op: u8, size: Size, dst: Gpr, src: Gpr) {
        self.op_r(Opc::two(op).with(prefix), size.rex_w(), dst.0, src.0, 0, 0);
    }

    /// `lzcnt dst, src`; needs the CPU's LZCNT.
    #[inline]
    pub(crate) fn lzcnt(&mut self, size: Size, dst: Gpr, src: Gpr) {
        self.count_op(0xF3, 0xBD, size, dst, src);
    }

    /// `tzcnt dst, src`; needs the CPU's BMI1.
    #[inline]
    pub(crate) fn tzcnt(&mut self, size: Size, dst: Gpr, src: Gpr) {
        self.count_op(0xF3, 0xBC, size, dst, src);
    }

    /// `popcnt dst, src`
    #[inline]
    pub(crate) fn popcnt(&mut self, size: Size, dst: Gpr, src: Gpr) {
        self.count_op(0xF3, 0xB8, size, dst, src);
    }

    /// `bsr dst, src`; of 0, `dst` is not defined.
    #[inline]
    pub(crate) fn bsr(&mut self, size: Size, dst: Gpr, src: Gpr) {
        self.count_op(0, 0xBD, size, dst, src);
    }

    /// `bsf dst, src`; of 0, `dst` is not defined.
    #[inline]
    pub(crate) fn bsf(&mut self, size: Size, dst: Gpr, src: Gpr) {
        self.count_op(0, 0xBC, size, dst, src);
    }

    /// `bt a, bit`: the carry flag gets the bit.
    #[inline]
    pub(crate) fn bt_ri(&mut self, size: Size, a: Gpr, bit: u8) {
        self.op_r(Opc::two(0xBA), size.rex_w(), 4, a.0, bit.into(), 1);
    }

    /// `bt a, b`
    #[inline]
    pub(crate) fn bt_rr(&mut self, size: Size, a: Gpr, b: Gpr) {
        self.op_r(Opc::two(0xA3), size.rex_w(), b.0, a.0, 0, 0);
    }
}

/// Conditions.
impl Asm {
    /// `setcc dst`: the low byte of `dst` becomes 0 or 1.
    #[inline]
    pub(crate) fn setcc(&mut self, cond: Cond, dst: Gpr) {
        self.op_r(Opc::two(0x90 | cond as u8), rex(Size::S8, dst, dst), 0, dst.0, 0, 0);
    }

    /// `cmovcc dst, src`
    #[inline]
    pub(crate) fn cmov(&mut self, cond: Cond, size: Size, dst: Gpr, src: Gpr) {
        self.op_r(Opc::two(0x40 | cond as u8), size.rex_w(), dst.0, src.0, 0, 0);
    }

    /// `cmovcc dst, [m]`: reads memory whatever the condition.
    #[inline]
    pub(crate) fn cmov_rm(&mut self, cond: Cond, size: Size, dst: Gpr, m: Mem) {
        self.op_m(Opc::two(0x40 | cond as u8), size.rex_w(), dst.0, m, 0, 0);
    }
}

/// Stack and control.
impl Asm {
    /// `push r`
    #[inline]
    pub(crate) fn push_r(&mut self, r: Gpr) {
        self.op_o(Opc::one(0x50), 0, r.0, 0, 0);
    }

    /// `pop r`
    #[inline]
    pub(crate) fn pop_r(&mut self, r: Gpr) {
        self.op_o(Opc::one(0x58), 0, r.0, 0, 0);
    }

    /// `push imm`: 64 bits, sign extended.
    #[inline]
    pub(crate) fn push_imm(&mut self, imm: i32) {
        if fits8(imm) {
            self.op_0(Opc::one(0x6A), 0, word(imm), 1);
        } else {
            self.op_0(Opc::one(0x68), 0, word(imm), 4);
        }
    }

    /// `push [m]`, 64 bits.
    #[inline]
    pub(crate) fn push_m(&mut self, m: Mem) {
        self.op_m(Opc::one(0xFF), 0, 6, m, 0, 0);
    }

    /// `pop [m]`, 64 bits. A base of `rsp` counts after the pop.
    #[inline]
    pub(crate) fn pop_m(&mut self, m: Mem) {
        self.op_m(Opc::one(0x8F), 0, 0, m, 0, 0);
    }

    /// `ret`
    #[inline]
    pub(crate) fn ret(&mut self) {
        self.op_0(Opc::one(0xC3), 0, 0, 0);
    }

    /// `ret bytes`: pops that much behind the return address.
    #[inline]
    pub(crate) fn ret_n(&mut self, bytes: u16) {
        self.op_0(Opc::one(0xC2), 0, bytes.into(), 2);
    }

    /// `leave`: takes the frame down.
    #[inline]
    pub(crate) fn leave(&mut self) {
        self.bytes(&[0xC9]);
    }

    /// `ud2`: traps.
    #[inline]
    pub(crate) fn ud2(&mut self) {
        self.op_0(Opc::two(0x0B), 0, 0, 0);
    }

    /// `int3`
    #[inline]
    pub(crate) fn int3(&mut self) {
        self.op_0(Opc::one(0xCC), 0, 0, 0);
    }
}
