//! Bits and integer lanes.
//!
//! Owns: what computes on them. Called by the operator table in [`super`].
//! Must not know: memories, floats.

use super::emit::{Order, Pair};
use super::lane::Lanes;
use crate::x64::codegen::Codegen;
use crate::x64::regs::{SCRATCH, SCRATCH_X};
use crate::x64::value::{Rmi, Xm};
use crate::x64::{Alu, Size, Sse, VecShift, Xmm};

/// Which half of a vector becomes wider lanes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Half {
    Low,
    High,
}

/// The shifts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Direction {
    Left,
    Signed,
    Unsigned,
}

/// The shift instructions of lanes of 16 bits and more: by a constant, and by
/// a register. There is none of signed 64-bit lanes.
fn shift_ops(lanes: Lanes, direction: Direction) -> (VecShift, Sse) {
    use Direction::{Left, Signed, Unsigned};
    match (lanes, direction) {
        (Lanes::I8x16 | Lanes::I16x8, Left) => (VecShift::PSLLW, Sse::PSLLW),
        (Lanes::I8x16 | Lanes::I16x8, Signed) => (VecShift::PSRAW, Sse::PSRAW),
        (Lanes::I8x16 | Lanes::I16x8, Unsigned) => (VecShift::PSRLW, Sse::PSRLW),
        (Lanes::I32x4, Left) => (VecShift::PSLLD, Sse::PSLLD),
        (Lanes::I32x4, Signed) => (VecShift::PSRAD, Sse::PSRAD),
        (Lanes::I32x4, Unsigned) => (VecShift::PSRLD, Sse::PSRLD),
        (Lanes::I64x2, Left) => (VecShift::PSLLQ, Sse::PSLLQ),
        (Lanes::I64x2, Signed | Unsigned) => (VecShift::PSRLQ, Sse::PSRLQ),
    }
}

/// Whole operators of one instruction, logic, comparisons.
impl Codegen<'_> {
    /// `op(operand)`
    pub(super) fn simd_unary(&mut self, op: Sse) {
        let (src, dst) = self.simd_one(0);
        self.v2(op, dst.reg, src);
        self.simd_push_one(src, dst);
    }

    /// `op(first, second)`
    pub(super) fn simd_binary(&mut self, op: Sse, order: Order) {
        let pair = self.simd_pair(order, 0);
        self.v3(op, pair.dst.reg, pair.lhs, pair.rhs);
        self.simd_push_pair(pair);
    }

    pub(super) fn simd_not(&mut self) {
        let (src, dst) = self.simd_one_reg(0);
        self.v_not(dst.reg, src);
        self.simd_push_one(src, dst);
    }

    /// `op(first, second)`, turned over.
    pub(super) fn simd_binary_not(&mut self, op: Sse, order: Order) {
        let pair = self.simd_pair(order, 0);
        let dst = pair.dst.reg;
        self.v3(op, dst, pair.lhs, pair.rhs);
        self.v_not(dst, dst);
        self.simd_push_pair(pair);
    }

    /// An order as the left operand being the least, or the greatest, of both.
    pub(super) fn simd_is_extreme(&mut self, extreme: Sse, eq: Sse) {
        let pair = self.simd_extreme(extreme, eq);
        self.simd_push_pair(pair);
    }

    /// A strict order: the other one turned over.
    pub(super) fn simd_is_not_extreme(&mut self, extreme: Sse, eq: Sse) {
        let pair = self.simd_extreme(extreme, eq);
        self.v_not(pair.dst.reg, pair.dst.reg);
        self.simd_push_pair(pair);
    }

    fn simd_extreme(&mut self, extreme: Sse, eq: Sse) -> Pair {
        let pair = self.simd_pair(Order::AsIs, 0);
        self.v3(extreme, SCRATCH_X, pair.lhs, pair.rhs);
        self.v3(eq, pair.dst.reg, pair.lhs, SCRATCH_X);
        pair
    }

    /// The bits of the first operand where the mask, on top, has ones, those of
    /// the second elsewhere: `((first ^ second) & mask) ^ second`.
    pub(super) fn simd_bitselect(&mut self) {
        let mask = self.pop_xm();
        let second = self.pop_xm();
        let first = self.pop_xm();
        // Not the home of a local: it may be that of the other operands.
        let dst = match first {
            Xm::Reg(reg) if Self::is_temp_xmm(reg) => reg,
            _ => self.alloc_xmm(),
        };
        match first {
            Xm::Reg(first) => self.v3(Sse::PXOR, dst, first, second),
            Xm::Mem(first) => {
                self.v_load(dst, first);
                self.v3(Sse::PXOR, dst, dst, second);
            }
        }
        self.v3(Sse::PAND, dst, dst, mask);
        self.v3(Sse::PXOR, dst, dst, second);
        self.free_xm(mask);
        self.free_xm(second);
        self.push_xmm(dst, crate::x64::value::Ty::V128);
    }
}

/// Arithmetic.
impl Codegen<'_> {
    /// 0 minus the lanes.
    pub(super) fn simd_neg(&mut self, sub: Sse) {
        let (src, dst) = self.simd_one_apart();
        self.v_zero(dst.reg);
        self.v3(sub, dst.reg, dst.reg, src);
        self.simd_push_one(src, dst);
    }

    /// `(x ^ sign) - sign`, where all bits of `sign` are the lane's sign.
    pub(super) fn simd_abs64(&mut self) {
        let (src, dst) = self.simd_one_reg(0);
        self.v_zero(SCRATCH_X);
        self.v3(Sse::PCMPGTQ, SCRATCH_X, SCRATCH_X, src);
        self.v3(Sse::PXOR, dst.reg, src, SCRATCH_X);
        self.v3(Sse::PSUBQ, dst.reg, dst.reg, SCRATCH_X);
        self.simd_push_one(src, dst);
    }

    /// Both nibbles of each byte, looked up in a table of 16.
    pub(super) fn simd_popcnt(&mut self) {
        let (src, dst) = self.simd_one_reg(0);
        let tmp = self.alloc_xmm();
        let dst_reg = dst.reg;
        let mask = self.v_const8(0x0F);
        let table = self.v_const([0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4]);
        self.v3(Sse::PAND, tmp, src, mask);
        self.v_shift(VecShift::PSRLW, dst_reg, src, 4);
        self.v3(Sse::PAND, dst_reg, dst_reg, mask);
        self.v_load(SCRATCH_X, table);
        if self.cpu.avx {
            self.v3(Sse::PSHUFB, tmp, SCRATCH_X, tmp);
            self.v3(Sse::PSHUFB, dst_reg, SCRATCH_X, dst_reg);
            self.v3(Sse::PADDB, dst_reg, dst_reg, tmp);
        } else {
            // The table is overwritten, by the counts.
            self.v3(Sse::PSHUFB, SCRATCH_X, SCRATCH_X, tmp);
            self.v_load(tmp, table);
            self.v3(Sse::PSHUFB, tmp, tmp, dst_reg);
            self.v3(Sse::PADDB, tmp, tmp, SCRATCH_X);
            self.v_mov(dst_reg, tmp);
        }
        self.free_xmm(tmp);
        self.simd_push_one(src, dst);
    }

    /// The low 64 bits of products: the low halves' product, and the sum of the
    /// mixed ones, 32 bits further up.
    pub(super) fn simd_mul64(&mut self) {
        let pair = self.simd_pair(Order::Any, 0);
        let Pair { lhs, rhs, dst } = pair;
        let tmp = self.alloc_xmm();
        self.v_shift(VecShift::PSRLQ, tmp, lhs, 32);
        self.v3(Sse::PMULUDQ, tmp, tmp, rhs);
        let rhs_reg = match rhs {
            Xm::Reg(rhs) => rhs,
            Xm::Mem(rhs) => {
                self.v_load(SCRATCH_X, rhs);
                SCRATCH_X
            }
        };
        self.v_shift(VecShift::PSRLQ, SCRATCH_X, rhs_reg, 32);
        self.v3(Sse::PMULUDQ, SCRATCH_X, SCRATCH_X, lhs);
        self.v3(Sse::PADDQ, tmp, tmp, SCRATCH_X);
        self.v_shift(VecShift::PSLLQ, tmp, tmp, 32);
        self.v3(Sse::PMULUDQ, dst.reg, lhs, rhs);
        self.v3(Sse::PADDQ, dst.reg, dst.reg, tmp);
        self.free_xmm(tmp);
        self.simd_push_pair(pair);
    }

    /// `PMULHRSW` wraps in one case, -1 times -1, and only then gives -1: that
    /// becomes the greatest value.
    pub(super) fn simd_q15mulr(&mut self) {
        let pair = self.simd_pair(Order::Any, 0);
        let dst = pair.dst.reg;
        self.v3(Sse::PMULHRSW, dst, pair.lhs, pair.rhs);
        let least = self.v_const16(0x8000);
        if self.cpu.avx {
            self.v3(Sse::PCMPEQW, SCRATCH_X, dst, least);
        } else {
            self.v_load(SCRATCH_X, least);
            self.v3(Sse::PCMPEQW, SCRATCH_X, SCRATCH_X, dst);
        }
        self.v3(Sse::PXOR, dst, dst, SCRATCH_X);
        self.simd_push_pair(pair);
    }
}

/// Shifts. The count is taken modulo the width of a lane.
impl Codegen<'_> {
    pub(super) fn simd_shift(&mut self, lanes: Lanes, direction: Direction) {
        let bits = lanes.bytes() * 8;
        match self.pop_rmi() {
            Rmi::Imm(count) => {
                let count = (count as u32 & (bits - 1)) as u8;
                if count != 0 {
                    self.simd_shift_const(lanes, direction, count);
                }
            }
            count => self.simd_shift_by(lanes, direction, count),
        }
    }

    fn simd_shift_const(&mut self, lanes: Lanes, direction: Direction, count: u8) {
        let (src, dst) = self.simd_one_reg(0);
        let dst_reg = dst.reg;
        let (op, _) = shift_ops(lanes, direction);
        match (lanes, direction) {
            (Lanes::I8x16, Direction::Signed) => {
                let tmp = self.alloc_xmm();
                self.v_bytes_to_high(tmp, dst_reg, src);
                // A byte is the upper half of a lane now.
                self.v_shift(op, tmp, tmp, 8 + count);
                self.v_shift(op, dst_reg, dst_reg, 8 + count);
                self.v3(Sse::PACKSSWB, dst_reg, dst_reg, tmp);
                self.free_xmm(tmp);
            }
            (Lanes::I8x16, Direction::Left) if count == 1 => {
                self.v3(Sse::PADDB, dst_reg, src, src);
            }
            (Lanes::I8x16, _) => {
                let left = direction == Direction::Left;
                let kept = if left { 0xFF << count } else { 0xFF >> count };
                self.v_shift(op, dst_reg, src, count);
                let kept = self.v_const8(kept);
                self.v3(Sse::PAND, dst_reg, dst_reg, kept);
            }
            (Lanes::I64x2, Direction::Signed) => {
                let sign = self.v_const64(1 << (63 - count));
                self.v_shift(op, dst_reg, src, count);
                // Spreads the sign, which is a single bit, to the left.
                self.v3(Sse::PXOR, dst_reg, dst_reg, sign);
                self.v3(Sse::PSUBQ, dst_reg, dst_reg, sign);
            }
            _ => self.v_shift(op, dst_reg, src, count),
        }
        self.simd_push_one(src, dst);
    }

    fn simd_shift_by(&mut self, lanes: Lanes, direction: Direction, count: Rmi) {
        let (src, dst) = self.simd_one_reg(0);
        let dst_reg = dst.reg;
        let (_, op) = shift_ops(lanes, direction);
        // From here on scratch holds the count: nothing is allocated.
        let tmp = match (lanes, direction) {
            (Lanes::I8x16, _) | (Lanes::I64x2, Direction::Signed) => Some(self.alloc_xmm()),
            _ => None,
        };
        let extra = match (lanes, direction) {
            (Lanes::I8x16, Direction::Signed) => 8,
            _ => 0,
        };
        self.v_count(count, lanes.bytes() * 8, extra);
        match (lanes, direction, tmp) {
            (Lanes::I8x16, Direction::Signed, Some(tmp)) => {
                self.v_bytes_to_high(tmp, dst_reg, src);
                self.v3(op, tmp, tmp, SCRATCH_X);
                self.v3(op, dst_reg, dst_reg, SCRATCH_X);
                self.v3(Sse::PACKSSWB, dst_reg, dst_reg, tmp);
            }
            (Lanes::I8x16, _, Some(tmp)) => {
                // The bits of a byte that survive a shift to the right are as
                // many as the low ones that survive one to the left.
                self.v_ones(tmp);
                self.v_shift(VecShift::PSRLW, tmp, tmp, 8);
                self.v3(Sse::PSRLW, tmp, tmp, SCRATCH_X);
                self.v3(Sse::PACKUSWB, tmp, tmp, tmp);
                if direction == Direction::Left {
                    self.v3(Sse::PAND, dst_reg, src, tmp);
                    self.v3(op, dst_reg, dst_reg, SCRATCH_X);
                } else {
                    self.v3(op, dst_reg, src, SCRATCH_X);
                    self.v3(Sse::PAND, dst_reg, dst_reg, tmp);
                }
            }
            (Lanes::I64x2, Direction::Signed, Some(tmp)) => {
                let sign = self.v_const64(1 << 63);
                self.v_load(tmp, sign);
                self.v3(op, tmp, tmp, SCRATCH_X);
                self.v3(op, dst_reg, src, SCRATCH_X);
                self.v3(Sse::PXOR, dst_reg, dst_reg, tmp);
                self.v3(Sse::PSUBQ, dst_reg, dst_reg, tmp);
            }
            _ => self.v3(op, dst_reg, src, SCRATCH_X),
        }
        if let Some(tmp) = tmp {
            self.free_xmm(tmp);
        }
        self.simd_push_one(src, dst);
    }

    /// The count, modulo `bits` and plus `extra`, in the scratch vector.
    fn v_count(&mut self, count: Rmi, bits: u32, extra: i32) {
        let reg = match count {
            Rmi::Reg(count) if Self::is_temp(count) => count,
            Rmi::Reg(count) => {
                self.asm.mov_rr(Size::S32, SCRATCH, count);
                SCRATCH
            }
            Rmi::Mem(count) => {
                self.asm.mov_rm(Size::S32, SCRATCH, count);
                SCRATCH
            }
            Rmi::Imm(count) => {
                self.asm.mov_ri(SCRATCH, u64::from(count as u32));
                SCRATCH
            }
        };
        self.asm.alu_ri(Alu::And, Size::S32, reg, bits as i32 - 1);
        if extra != 0 {
            self.asm.alu_ri(Alu::Add, Size::S32, reg, extra);
        }
        self.v_low_from_gpr(Size::S32, SCRATCH_X, reg);
        self.free_gpr(reg);
    }

    /// Bytes as the upper halves of 16-bit lanes: the low eight in `low`, which
    /// may be `src`, the others in `high`.
    fn v_bytes_to_high(&mut self, high: Xmm, low: Xmm, src: Xmm) {
        self.v3(Sse::PUNPCKHBW, high, src, src);
        self.v3(Sse::PUNPCKLBW, low, src, src);
    }
}

/// Lanes that become wider.
impl Codegen<'_> {
    /// Half of the lanes, made wider by `op`, which takes the low ones.
    pub(super) fn simd_extend(&mut self, op: Sse, half: Half) {
        let (src, dst) = self.simd_one(0);
        self.v_extend(op, half, dst.reg, src);
        self.simd_push_one(src, dst);
    }

    fn v_extend(&mut self, op: Sse, half: Half, dst: Xmm, src: Xm) {
        match (half, src) {
            (Half::Low, src) => self.v2(op, dst, src),
            (Half::High, Xm::Mem(src)) => self.v2(op, dst, src.offset(8)),
            (Half::High, Xm::Reg(src)) => {
                self.v2i(Sse::PSHUFD, dst, src, 0b11_10_11_10);
                self.v2(op, dst, dst);
            }
        }
    }

    /// Products of 8-bit lanes.
    pub(super) fn simd_extmul8(&mut self, extend: Sse, half: Half) {
        let pair = self.simd_pair(Order::Any, 0);
        let Pair { lhs, rhs, dst } = pair;
        self.v_extend(extend, half, SCRATCH_X, rhs);
        self.v_extend(extend, half, dst.reg, Xm::Reg(lhs));
        self.v3(Sse::PMULLW, dst.reg, dst.reg, SCRATCH_X);
        self.simd_push_pair(pair);
    }

    /// Products of 16-bit lanes, from their high halves, which `high` makes,
    /// and their low halves.
    pub(super) fn simd_extmul16(&mut self, high: Sse, half: Half) {
        let pair = self.simd_pair(Order::Any, 0);
        let Pair { lhs, rhs, dst } = pair;
        let unpack = if half == Half::Low { Sse::PUNPCKLWD } else { Sse::PUNPCKHWD };
        self.v3(high, SCRATCH_X, lhs, rhs);
        self.v3(Sse::PMULLW, dst.reg, lhs, rhs);
        self.v3(unpack, dst.reg, dst.reg, SCRATCH_X);
        self.simd_push_pair(pair);
    }

    /// Products of 32-bit lanes: `mul` takes the even ones.
    pub(super) fn simd_extmul32(&mut self, mul: Sse, half: Half) {
        let pair = self.simd_pair(Order::Any, 0);
        let Pair { lhs, rhs, dst } = pair;
        let to_even = if half == Half::Low { 0b01_01_00_00 } else { 0b11_11_10_10 };
        self.v2i(Sse::PSHUFD, SCRATCH_X, rhs, to_even);
        self.v2i(Sse::PSHUFD, dst.reg, lhs, to_even);
        self.v3(mul, dst.reg, dst.reg, SCRATCH_X);
        self.simd_push_pair(pair);
    }

    /// Sums of neighbouring signed bytes: the instruction multiplies unsigned
    /// bytes, here ones, with signed ones and adds.
    pub(super) fn simd_extadd8_s(&mut self) {
        let (src, dst) = self.simd_one_apart();
        let ones = self.v_const8(1);
        self.v_load(dst.reg, ones);
        self.v3(Sse::PMADDUBSW, dst.reg, dst.reg, src);
        self.simd_push_one(src, dst);
    }

    pub(super) fn simd_extadd8_u(&mut self) {
        let (src, dst) = self.simd_one_reg(0);
        let ones = self.v_const8(1);
        self.v3(Sse::PMADDUBSW, dst.reg, src, ones);
        self.simd_push_one(src, dst);
    }

    pub(super) fn simd_extadd16_s(&mut self) {
        let (src, dst) = self.simd_one_reg(0);
        let ones = self.v_const16(1);
        self.v3(Sse::PMADDWD, dst.reg, src, ones);
        self.simd_push_one(src, dst);
    }

    pub(super) fn simd_extadd16_u(&mut self) {
        let (src, dst) = self.simd_one_reg(0);
        let low = self.v_const32(0xFFFF);
        self.v_shift(VecShift::PSRLD, SCRATCH_X, src, 16);
        self.v3(Sse::PAND, dst.reg, src, low);
        self.v3(Sse::PADDD, dst.reg, dst.reg, SCRATCH_X);
        self.simd_push_one(src, dst);
    }
}
