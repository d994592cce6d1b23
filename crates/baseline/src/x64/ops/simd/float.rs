//! Float lanes, and conversions from and to them.
//!
//! Owns: what computes on them, and what becomes of NaNs. Called by the
//! operator table in [`super`]. Must not know: memories.

use super::emit::{Order, Pair};
use crate::x64::codegen::Codegen;
use crate::x64::regs::SCRATCH_X;
use crate::x64::value::Xm;
use crate::x64::{Sse, VecShift, Xmm};

/// The lanes of a vector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Floats {
    F32x4,
    F64x2,
}

impl Floats {
    /// The instruction that compares, by an immediate.
    fn cmp(self) -> Sse {
        match self {
            Floats::F32x4 => Sse::CMPPS,
            Floats::F64x2 => Sse::CMPPD,
        }
    }
}

/// Immediates of comparisons.
pub(super) const EQ: u8 = 0;
pub(super) const LT: u8 = 1;
pub(super) const LE: u8 = 2;
const UNORDERED: u8 = 3;
pub(super) const NE: u8 = 4;
const ORDERED: u8 = 7;

/// Immediates of roundings, none of which raises a flag.
pub(super) const NEAREST: u8 = 8;
pub(super) const FLOOR: u8 = 9;
pub(super) const CEIL: u8 = 10;
pub(super) const TRUNC: u8 = 11;

/// Signs, comparisons, arithmetic.
impl Codegen<'_> {
    /// All bits but the signs.
    pub(super) fn simd_float_abs(&mut self, floats: Floats) {
        let (src, dst) = self.simd_one_reg(0);
        let mask = match floats {
            Floats::F32x4 => self.v_const32(!(1 << 31)),
            Floats::F64x2 => self.v_const64(!(1 << 63)),
        };
        self.v3(Sse::ANDPS, dst.reg, src, mask);
        self.simd_push_one(src, dst);
    }

    pub(super) fn simd_float_neg(&mut self, floats: Floats) {
        let (src, dst) = self.simd_one_reg(0);
        let sign = match floats {
            Floats::F32x4 => self.v_const32(1 << 31),
            Floats::F64x2 => self.v_const64(1 << 63),
        };
        self.v3(Sse::XORPS, dst.reg, src, sign);
        self.simd_push_one(src, dst);
    }

    pub(super) fn simd_float_compare(&mut self, floats: Floats, how: u8, order: Order) {
        let pair = self.simd_pair(order, 0);
        self.v3i(floats.cmp(), pair.dst.reg, pair.lhs, pair.rhs, how);
        self.simd_push_pair(pair);
    }

    /// `op(operand)`; the result has lanes `floats`.
    pub(super) fn simd_float_unary(&mut self, op: Sse, floats: Floats) {
        let (src, dst) = self.simd_one(0);
        self.v2(op, dst.reg, src);
        self.v_canonicalize(dst.reg, floats);
        self.simd_push_one(src, dst);
    }

    pub(super) fn simd_round(&mut self, op: Sse, how: u8, floats: Floats) {
        let (src, dst) = self.simd_one(0);
        self.v2i(op, dst.reg, src, how);
        self.v_canonicalize(dst.reg, floats);
        self.simd_push_one(src, dst);
    }

    pub(super) fn simd_float_binary(&mut self, op: Sse, floats: Floats, order: Order) {
        let pair = self.simd_pair(order, 0);
        self.v3(op, pair.dst.reg, pair.lhs, pair.rhs);
        self.v_canonicalize(pair.dst.reg, floats);
        self.simd_push_pair(pair);
    }

    /// Makes every NaN the canonical one, if that is wanted.
    fn v_canonicalize(&mut self, reg: Xmm, floats: Floats) {
        if !self.input.tunables.canonical_nans {
            return;
        }
        let nan = match floats {
            Floats::F32x4 => self.v_const32(0x7FC0_0000),
            Floats::F64x2 => self.v_const64(0x7FF8_0000_0000_0000),
        };
        self.v3i(floats.cmp(), SCRATCH_X, reg, reg, ORDERED);
        self.v3(Sse::ANDPS, reg, reg, SCRATCH_X);
        self.v3(Sse::ANDNPS, SCRATCH_X, SCRATCH_X, nan);
        self.v3(Sse::ORPS, reg, reg, SCRATCH_X);
    }

    /// The instruction gives its second operand if the operands are unordered
    /// or both zero, so it is computed both ways.
    fn v_both_ways(&mut self, op: Sse, pair: Pair) {
        let Pair { lhs, rhs, dst } = pair;
        match rhs {
            Xm::Reg(rhs) => self.v3(op, SCRATCH_X, rhs, lhs),
            Xm::Mem(rhs) => {
                self.v_load(SCRATCH_X, rhs);
                self.v3(op, SCRATCH_X, SCRATCH_X, lhs);
            }
        }
        self.v3(op, dst.reg, lhs, rhs);
    }

    /// Lanes of scratch that are NaN become quiet NaNs without payload in
    /// `dst`, the others are moved there. `dst` holds a mask of the NaNs.
    fn v_quiet(&mut self, dst: Xmm, floats: Floats) {
        // All bits behind the first of the payload, where there is a NaN.
        match floats {
            Floats::F32x4 => self.v_shift(VecShift::PSRLD, dst, dst, 10),
            Floats::F64x2 => self.v_shift(VecShift::PSRLQ, dst, dst, 13),
        }
        self.v3(Sse::ANDNPS, dst, dst, SCRATCH_X);
    }

    /// `min`: NaN if there is one, and -0 is less than 0.
    pub(super) fn simd_min(&mut self, op: Sse, floats: Floats) {
        let pair = self.simd_pair(Order::Any, 0);
        let dst = pair.dst.reg;
        self.v_both_ways(op, pair);
        // Differing results are zeros, whose signs this unites, or NaNs.
        self.v3(Sse::ORPS, SCRATCH_X, SCRATCH_X, dst);
        self.v3i(floats.cmp(), dst, dst, SCRATCH_X, UNORDERED);
        self.v3(Sse::ORPS, SCRATCH_X, SCRATCH_X, dst);
        self.v_quiet(dst, floats);
        self.v_canonicalize(dst, floats);
        self.simd_push_pair(pair);
    }

    /// `max`, as [`Self::simd_min`].
    pub(super) fn simd_max(&mut self, op: Sse, sub: Sse, floats: Floats) {
        let pair = self.simd_pair(Order::Any, 0);
        let dst = pair.dst.reg;
        self.v_both_ways(op, pair);
        // Zeros of two signs: the difference is -0, so is the union, and -0
        // minus -0 is 0. NaNs stay NaNs, and become quiet. All else has no
        // difference.
        self.v3(Sse::XORPS, dst, dst, SCRATCH_X);
        self.v3(Sse::ORPS, SCRATCH_X, SCRATCH_X, dst);
        self.v3(sub, SCRATCH_X, SCRATCH_X, dst);
        self.v3i(floats.cmp(), dst, dst, SCRATCH_X, UNORDERED);
        self.v_quiet(dst, floats);
        self.v_canonicalize(dst, floats);
        self.simd_push_pair(pair);
    }
}

/// Conversions. Those of floats to integers give the least integer for what is
/// out of range.
impl Codegen<'_> {
    pub(super) fn simd_trunc_sat_f32_s(&mut self) {
        let (src, dst) = self.simd_one_reg(0);
        let dst_reg = dst.reg;
        // NaNs become 0.
        self.v3i(Sse::CMPPS, SCRATCH_X, src, src, ORDERED);
        self.v3(Sse::ANDPS, dst_reg, src, SCRATCH_X);
        // What is too great becomes the least integer, turned over.
        self.v_at_least_2_31(dst_reg);
        self.v2(Sse::CVTTPS2DQ, dst_reg, dst_reg);
        self.v3(Sse::PXOR, dst_reg, dst_reg, SCRATCH_X);
        self.simd_push_one(src, dst);
    }

    /// Scratch: all ones where `reg` is 2³¹ or more.
    fn v_at_least_2_31(&mut self, reg: Xmm) {
        let bound = self.v_const32(2_147_483_648_f32.to_bits());
        self.v_load(SCRATCH_X, bound);
        self.v3i(Sse::CMPPS, SCRATCH_X, SCRATCH_X, reg, LE);
    }

    /// In two parts, the one below 2³¹ and the one above.
    pub(super) fn simd_trunc_sat_f32_u(&mut self) {
        let (src, dst) = self.simd_one_reg(0);
        let dst_reg = dst.reg;
        let above = self.alloc_xmm();
        // NaNs, -0 and what is below become 0: the second operand.
        self.v_zero(SCRATCH_X);
        self.v3(Sse::MAXPS, dst_reg, src, SCRATCH_X);
        let bound = self.v_const32(2_147_483_648_f32.to_bits());
        self.v3(Sse::SUBPS, above, dst_reg, bound);
        // Of the part above: no more than 2³¹-1, no less than 0.
        self.v_at_least_2_31(above);
        self.v2(Sse::CVTTPS2DQ, above, above);
        self.v3(Sse::PXOR, above, above, SCRATCH_X);
        self.v_zero(SCRATCH_X);
        self.v3(Sse::PMAXSD, above, above, SCRATCH_X);
        // The part below is 2³¹, the least integer, if there is one above.
        self.v2(Sse::CVTTPS2DQ, dst_reg, dst_reg);
        self.v3(Sse::PADDD, dst_reg, dst_reg, above);
        self.free_xmm(above);
        self.simd_push_one(src, dst);
    }

    /// In two halves, which are exact: only their sum is rounded.
    pub(super) fn simd_convert_i32_u(&mut self) {
        let (src, dst) = self.simd_one_reg(0);
        let dst_reg = dst.reg;
        let low = self.v_const32(0xFFFF);
        let scale = self.v_const32(65_536_f32.to_bits());
        self.v_shift(VecShift::PSRLD, SCRATCH_X, src, 16);
        self.v3(Sse::PAND, dst_reg, src, low);
        self.v2(Sse::CVTDQ2PS, SCRATCH_X, SCRATCH_X);
        self.v3(Sse::MULPS, SCRATCH_X, SCRATCH_X, scale);
        self.v2(Sse::CVTDQ2PS, dst_reg, dst_reg);
        self.v3(Sse::ADDPS, dst_reg, dst_reg, SCRATCH_X);
        self.simd_push_one(src, dst);
    }

    /// NaNs become 0 and what is too great the greatest integer, as the second
    /// operand of a minimum.
    pub(super) fn simd_trunc_sat_f64_s(&mut self) {
        let (src, dst) = self.simd_one_reg(0);
        let greatest = self.v_const64(f64::from(i32::MAX).to_bits());
        self.v3i(Sse::CMPPD, SCRATCH_X, src, src, ORDERED);
        self.v3(Sse::ANDPS, SCRATCH_X, SCRATCH_X, greatest);
        self.v3(Sse::MINPD, dst.reg, src, SCRATCH_X);
        // Clears the upper half.
        self.v2(Sse::CVTTPD2DQ, dst.reg, dst.reg);
        self.simd_push_one(src, dst);
    }

    /// An integer below 2⁵² is the low bits of itself plus 2⁵².
    pub(super) fn simd_trunc_sat_f64_u(&mut self) {
        let (src, dst) = self.simd_one_reg(0);
        let dst_reg = dst.reg;
        let greatest = self.v_const64(f64::from(u32::MAX).to_bits());
        let two_52 = self.v_const64(4_503_599_627_370_496_f64.to_bits());
        // NaNs, -0 and what is below become 0: the second operand.
        self.v_zero(SCRATCH_X);
        self.v3(Sse::MAXPD, dst_reg, src, SCRATCH_X);
        self.v3(Sse::MINPD, dst_reg, dst_reg, greatest);
        self.v2i(Sse::ROUNDPD, dst_reg, dst_reg, TRUNC);
        self.v3(Sse::ADDPD, dst_reg, dst_reg, two_52);
        // The low halves of both lanes, then zeros.
        self.v3i(Sse::SHUFPS, dst_reg, dst_reg, SCRATCH_X, 0b10_00_10_00);
        self.simd_push_one(src, dst);
    }

    /// The low bits of 2⁵², then minus that.
    pub(super) fn simd_convert_low_u(&mut self) {
        let (src, dst) = self.simd_one_reg(0);
        let two_52 = 4_503_599_627_370_496_f64.to_bits();
        let high = self.v_const32((two_52 >> 32) as u32);
        let two_52 = self.v_const64(two_52);
        self.v3(Sse::UNPCKLPS, dst.reg, src, high);
        self.v3(Sse::SUBPD, dst.reg, dst.reg, two_52);
        self.simd_push_one(src, dst);
    }
}
