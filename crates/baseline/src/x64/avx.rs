//! Instructions in the VEX encoding: vectors with three operands, of 128 bits,
//! and the integer instructions of BMI.
//!
//! Owns: the VEX prefix. Called by the code generator, on CPUs that have AVX,
//! BMI1 or BMI2. Must not know: the vector instructions themselves (`sse`).
//!
//! Code that uses these uses no SSE encoding for vectors: the upper halves of
//! the registers stay clean either way, but a mix of both costs encoding
//! length and, with foreign code's dirty halves, time.

use super::asm::Asm;
use super::{Gpr, Mem, Size, Sse, VecShift, Xmm};

/// An integer instruction of BMI.
#[derive(Clone, Copy)]
struct Bmi {
    pp: u8,
    map: u8,
    op: u8,
}

impl Bmi {
    #[inline(always)]
    const fn sse(self, size: Size) -> Sse {
        let w = matches!(size, Size::S64);
        Sse { pp: self.pp, map: self.map, op: self.op, w, store: (0, 0) }
    }
}

impl Asm {
    /// VEX prefix and opcode with their length in bits. `xb` are the bits of
    /// the operand in ModRM.
    #[inline(always)]
    fn vex(op: Sse, reg: u8, vvvv: u8, xb: u8) -> (u64, u32) {
        let not_r = u64::from(!reg & 8) << 4;
        let last = u64::from((!vvvv & 15) << 3 | op.pp);
        let code = u64::from(op.op);
        if op.map == 1 && !op.w && xb == 0 {
            (0xC5 | (not_r | last) << 8 | code << 16, 24)
        } else {
            let not_xb = u64::from(!xb & 3) << 5;
            let last = last | u64::from(op.w) << 7;
            (0xC4 | (not_r | not_xb | u64::from(op.map)) << 8 | last << 16 | code << 24, 32)
        }
    }

    #[inline(always)]
    fn vex_r(&mut self, op: Sse, reg: u8, vvvv: u8, rm: u8, imm: u8, imm_len: u32) {
        let (head, bits) = Self::vex(op, reg, vvvv, rm >> 3);
        self.put_r(head, bits, reg, rm, imm.into(), imm_len);
    }

    #[inline(always)]
    fn vex_m(&mut self, op: Sse, reg: u8, vvvv: u8, m: Mem, imm: u8, imm_len: u32) {
        let (head, bits) = Self::vex(op, reg, vvvv, m.rex_xb);
        self.put_m(head, bits, reg, m, imm.into(), imm_len);
    }

    /// `vop dst, a, b`
    #[inline]
    pub(crate) fn avx_rrr(&mut self, op: Sse, dst: Xmm, a: Xmm, b: Xmm) {
        self.vex_r(op, dst.0, a.0, b.0, 0, 0);
    }

    /// `vop dst, a, [m]`
    #[inline]
    pub(crate) fn avx_rrm(&mut self, op: Sse, dst: Xmm, a: Xmm, m: Mem) {
        self.vex_m(op, dst.0, a.0, m, 0, 0);
    }

    /// `vop dst, a, b, imm`
    #[inline]
    pub(crate) fn avx_rrri(&mut self, op: Sse, dst: Xmm, a: Xmm, b: Xmm, imm: u8) {
        self.vex_r(op, dst.0, a.0, b.0, imm, 1);
    }

    /// `vop dst, a, [m], imm`
    #[inline]
    pub(crate) fn avx_rrmi(&mut self, op: Sse, dst: Xmm, a: Xmm, m: Mem, imm: u8) {
        self.vex_m(op, dst.0, a.0, m, imm, 1);
    }

    /// `vop dst, a, b, c`: `VBLENDVPS` and its siblings; `c` is the mask.
    #[inline]
    pub(crate) fn avx_rrrr(&mut self, op: Sse, dst: Xmm, a: Xmm, b: Xmm, c: Xmm) {
        self.vex_r(op, dst.0, a.0, b.0, c.0 << 4, 1);
    }

    /// `vop dst, src` of an instruction with two operands.
    #[inline]
    pub(crate) fn avx_rr(&mut self, op: Sse, dst: Xmm, src: Xmm) {
        self.vex_r(op, dst.0, 0, src.0, 0, 0);
    }

    /// `vop dst, [m]` of an instruction with two operands.
    #[inline]
    pub(crate) fn avx_rm(&mut self, op: Sse, dst: Xmm, m: Mem) {
        self.vex_m(op, dst.0, 0, m, 0, 0);
    }

    /// `vop [m], src`: the storing form of a move.
    #[inline]
    pub(crate) fn avx_mr(&mut self, op: Sse, m: Mem, src: Xmm) {
        let op = op.storing();
        self.vex_m(op, src.0, 0, m, 0, 0);
    }

    /// `vop dst, src, imm` of an instruction with two operands.
    #[inline]
    pub(crate) fn avx_rri(&mut self, op: Sse, dst: Xmm, src: Xmm, imm: u8) {
        self.vex_r(op, dst.0, 0, src.0, imm, 1);
    }

    /// `vop dst, [m], imm` of an instruction with two operands.
    #[inline]
    pub(crate) fn avx_rmi(&mut self, op: Sse, dst: Xmm, m: Mem, imm: u8) {
        self.vex_m(op, dst.0, 0, m, imm, 1);
    }

    /// `vop [m], src, imm`: a lane to memory.
    #[inline]
    pub(crate) fn avx_mri(&mut self, op: Sse, m: Mem, src: Xmm, imm: u8) {
        self.vex_m(op, src.0, 0, m, imm, 1);
    }

    /// `vmovaps dst, src`, whichever of its two forms is shorter.
    #[inline]
    pub(crate) fn avx_mov(&mut self, dst: Xmm, src: Xmm) {
        if src.0 >= 8 && dst.0 < 8 {
            self.vex_r(Sse::MOVAPS.storing(), src.0, 0, dst.0, 0, 0);
        } else {
            self.avx_rr(Sse::MOVAPS, dst, src);
        }
    }

    /// `vop dst, src, imm`
    #[inline]
    pub(crate) fn avx_shift_ri(&mut self, op: VecShift, dst: Xmm, src: Xmm, imm: u8) {
        let group = Sse { pp: 1, map: 1, op: op.op, w: false, store: (0, 0) };
        self.vex_r(group, op.ext, dst.0, src.0, imm, 1);
    }

    /// `vop dst, a, src` from a general register of this size: `CVTSI2SS`,
    /// `CVTSI2SD`; the upper lanes come from `a`.
    #[inline]
    pub(crate) fn avx_xr(&mut self, op: Sse, size: Size, dst: Xmm, a: Xmm, src: Gpr) {
        self.vex_r(op.sized(size), dst.0, a.0, src.0, 0, 0);
    }

    /// `vop dst, a, [m]` from an integer of this size.
    #[inline]
    pub(crate) fn avx_xm(&mut self, op: Sse, size: Size, dst: Xmm, a: Xmm, m: Mem) {
        self.vex_m(op.sized(size), dst.0, a.0, m, 0, 0);
    }

    /// `vop dst, src` to a general register of this size.
    #[inline]
    pub(crate) fn avx_rx(&mut self, op: Sse, size: Size, dst: Gpr, src: Xmm) {
        self.vex_r(op.sized(size), dst.0, 0, src.0, 0, 0);
    }

    /// `vop dst, src, imm`, a lane to a general register: `PEXTRx`,
    /// `EXTRACTPS`.
    #[inline]
    pub(crate) fn avx_rxi(&mut self, op: Sse, dst: Gpr, src: Xmm, imm: u8) {
        if op == Sse::PEXTRW {
            let short = Sse { map: 1, op: 0xC5, ..op };
            self.vex_r(short, dst.0, 0, src.0, imm, 1);
        } else {
            self.vex_r(op, src.0, 0, dst.0, imm, 1);
        }
    }

    /// `vop dst, a, src, imm`, a general register to a lane of `a`: `PINSRx`.
    #[inline]
    pub(crate) fn avx_xri(&mut self, op: Sse, dst: Xmm, a: Xmm, src: Gpr, imm: u8) {
        self.vex_r(op, dst.0, a.0, src.0, imm, 1);
    }

    /// `vmovd dst, src` or `vmovq dst, src`, by size.
    #[inline]
    pub(crate) fn avx_mov_xr(&mut self, size: Size, dst: Xmm, src: Gpr) {
        self.vex_r(Sse::MOVD.sized(size), dst.0, 0, src.0, 0, 0);
    }

    /// `vmovd dst, src` or `vmovq dst, src`, by size.
    #[inline]
    pub(crate) fn avx_mov_rx(&mut self, size: Size, dst: Gpr, src: Xmm) {
        self.vex_r(Sse::MOVD.storing().sized(size), src.0, 0, dst.0, 0, 0);
    }

    #[inline(always)]
    fn bmi(&mut self, op: Bmi, size: Size, reg: u8, vvvv: u8, rm: Gpr) {
        self.vex_r(op.sse(size), reg, vvvv, rm.0, 0, 0);
    }

    /// `shlx dst, src, count`; BMI2. Leaves the flags alone, as its siblings.
    #[inline]
    pub(crate) fn shlx(&mut self, size: Size, dst: Gpr, src: Gpr, count: Gpr) {
        self.bmi(Bmi { pp: 1, map: 2, op: 0xF7 }, size, dst.0, count.0, src);
    }

    /// `shrx dst, src, count`; BMI2.
    #[inline]
    pub(crate) fn shrx(&mut self, size: Size, dst: Gpr, src: Gpr, count: Gpr) {
        self.bmi(Bmi { pp: 3, map: 2, op: 0xF7 }, size, dst.0, count.0, src);
    }

    /// `sarx dst, src, count`; BMI2.
    #[inline]
    pub(crate) fn sarx(&mut self, size: Size, dst: Gpr, src: Gpr, count: Gpr) {
        self.bmi(Bmi { pp: 2, map: 2, op: 0xF7 }, size, dst.0, count.0, src);
    }

    /// `rorx dst, src, imm`; BMI2.
    #[inline]
    pub(crate) fn rorx(&mut self, size: Size, dst: Gpr, src: Gpr, imm: u8) {
        let op = Bmi { pp: 3, map: 3, op: 0xF0 }.sse(size);
        self.vex_r(op, dst.0, 0, src.0, imm, 1);
    }

    /// `andn dst, a, b`: `!a & b`; BMI1.
    #[inline]
    pub(crate) fn andn(&mut self, size: Size, dst: Gpr, a: Gpr, b: Gpr) {
        self.bmi(Bmi { pp: 0, map: 2, op: 0xF2 }, size, dst.0, a.0, b);
    }

    /// `blsr dst, src`: clears the lowest set bit; BMI1.
    #[inline]
    pub(crate) fn blsr(&mut self, size: Size, dst: Gpr, src: Gpr) {
        self.bmi(Bmi { pp: 0, map: 2, op: 0xF3 }, size, 1, dst.0, src);
    }
}
