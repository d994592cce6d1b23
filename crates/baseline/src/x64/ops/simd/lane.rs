//! Vectors as lanes: constants, splats, single lanes, reductions to integers.
//!
//! Owns: what moves between vectors and scalars. Called by the operator table
//! in [`super`]. Must not know: memories (`memory`), what an arithmetic
//! operator computes.

use crate::x64::codegen::Codegen;
use crate::x64::regs::{SCRATCH, SCRATCH_X};
use crate::x64::value::{Rmi, Ty, Xm};
use crate::x64::{Cond, Mem, Size, Sse, Xmm};

/// The lanes of a vector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lanes {
    I8x16,
    I16x8,
    I32x4,
    I64x2,
}

impl Lanes {
    /// Width of a lane in bytes.
    pub(super) fn bytes(self) -> u32 {
        self.size().bytes()
    }

    pub(super) fn size(self) -> Size {
        match self {
            Lanes::I8x16 => Size::S8,
            Lanes::I16x8 => Size::S16,
            Lanes::I32x4 => Size::S32,
            Lanes::I64x2 => Size::S64,
        }
    }

    /// The instruction that puts an integer or memory into a lane.
    pub(super) fn insert(self) -> Sse {
        match self {
            Lanes::I8x16 => Sse::PINSRB,
            Lanes::I16x8 => Sse::PINSRW,
            Lanes::I32x4 => Sse::PINSRD,
            Lanes::I64x2 => Sse::PINSRQ,
        }
    }

    /// The instruction that takes a lane to an integer or memory.
    pub(super) fn extract(self) -> Sse {
        match self {
            Lanes::I8x16 => Sse::PEXTRB,
            Lanes::I16x8 => Sse::PEXTRW,
            Lanes::I32x4 => Sse::PEXTRD,
            Lanes::I64x2 => Sse::PEXTRQ,
        }
    }

    /// The type that a lane has as an operand.
    fn ty(self) -> Ty {
        if self == Lanes::I64x2 { Ty::I64 } else { Ty::I32 }
    }
}

/// The memory of a lane of a vector in memory.
fn lane_mem(vector: Mem, lane: u8, bytes: u32) -> Mem {
    vector.offset(i32::from(lane) * bytes as i32)
}

impl Codegen<'_> {
    pub(super) fn simd_const(&mut self, bytes: [u8; 16]) {
        let end = self.simd_opcode_end() + 16;
        let dst = match self.simd_home_at(end) {
            Some(home) => home,
            None => self.simd_temp(),
        };
        self.v_load_const(dst.reg, bytes);
        self.simd_push(dst);
    }

    pub(super) fn v_load_const(&mut self, dst: Xmm, bytes: [u8; 16]) {
        match u128::from_le_bytes(bytes) {
            0 => self.v_zero(dst),
            u128::MAX => self.v_ones(dst),
            _ => {
                let constant = self.v_const(bytes);
                self.v_load(dst, constant);
            }
        }
    }

    // ---- splats ----

    pub(super) fn simd_splat(&mut self, lanes: Lanes) {
        let src = self.pop_rmi();
        let dst = match self.simd_home_at(self.simd_opcode_end()) {
            Some(home) => home,
            None => self.simd_temp(),
        };
        let size = lanes.ty().size();
        match src {
            Rmi::Imm(imm) => {
                let mut bytes = [0; 16];
                let lane = i64::from(imm).to_le_bytes();
                for chunk in bytes.chunks_mut(lanes.bytes() as usize) {
                    chunk.copy_from_slice(&lane[..chunk.len()]);
                }
                self.v_load_const(dst.reg, bytes);
                return self.simd_push(dst);
            }
            Rmi::Reg(src) => {
                self.v_low_from_gpr(size, dst.reg, src);
                self.free_gpr(src);
            }
            Rmi::Mem(src) if size == Size::S64 => {
                self.v2(Sse::MOVDDUP, dst.reg, src);
                return self.simd_push(dst);
            }
            Rmi::Mem(src) => self.v2(Sse::MOVD, dst.reg, src),
        }
        self.v_splat_low(lanes, dst.reg);
        self.simd_push(dst);
    }

    /// Lane 0 to all lanes. Uses scratch.
    pub(super) fn v_splat_low(&mut self, lanes: Lanes, reg: Xmm) {
        match lanes {
            Lanes::I8x16 if self.cpu.avx2 => self.asm.avx_rr(Sse::VPBROADCASTB, reg, reg),
            Lanes::I8x16 => {
                self.v_zero(SCRATCH_X);
                self.v3(Sse::PSHUFB, reg, reg, SCRATCH_X);
            }
            Lanes::I16x8 if self.cpu.avx2 => self.asm.avx_rr(Sse::VPBROADCASTW, reg, reg),
            Lanes::I16x8 => {
                self.v2i(Sse::PSHUFLW, reg, reg, 0);
                self.v3(Sse::PUNPCKLQDQ, reg, reg, reg);
            }
            Lanes::I32x4 => self.v2i(Sse::PSHUFD, reg, reg, 0),
            Lanes::I64x2 => self.v3(Sse::PUNPCKLQDQ, reg, reg, reg),
        }
    }

    pub(super) fn simd_splat_f32(&mut self) {
        let (src, dst) = self.simd_one(0);
        match src {
            Xm::Reg(src) => self.v3i(Sse::SHUFPS, dst.reg, src, src, 0),
            Xm::Mem(src) => self.v_load_splat32(dst.reg, src),
        }
        self.simd_push_one(src, dst);
    }

    /// Four bytes of memory to all lanes. The first instruction loads.
    pub(super) fn v_load_splat32(&mut self, dst: Xmm, src: Mem) {
        if self.cpu.avx {
            self.asm.avx_rm(Sse::VBROADCASTSS, dst, src);
        } else {
            self.asm.sse_rm(Sse::MOVSS, dst, src);
            self.asm.sse_rri(Sse::SHUFPS, dst, dst, 0);
        }
    }

    pub(super) fn simd_splat_f64(&mut self) {
        let (src, dst) = self.simd_one(0);
        self.v2(Sse::MOVDDUP, dst.reg, src);
        self.simd_push_one(src, dst);
    }

    // ---- one lane ----

    fn simd_extract_int(&mut self, lane: u8, lanes: Lanes, signed: bool) {
        let src = self.pop_xm();
        let dst = self.alloc_gpr();
        let size = lanes.size();
        match src {
            Xm::Mem(src) => {
                let src = lane_mem(src, lane, lanes.bytes());
                if size >= Size::S32 {
                    self.asm.mov_rm(size, dst, src);
                } else if signed {
                    self.asm.movsx_rm(size, Size::S32, dst, src);
                } else {
                    self.asm.movzx_rm(size, dst, src);
                }
            }
            Xm::Reg(src) => {
                if size >= Size::S32 && lane == 0 {
                    self.v_low_to_gpr(size, dst, src);
                } else {
                    self.v_to_gpr_i(lanes.extract(), dst, src, lane);
                }
                if signed {
                    self.asm.movsx_rr(size, Size::S32, dst, dst);
                }
            }
        }
        self.free_xm(src);
        self.push_gpr(dst, lanes.ty());
    }

    pub(super) fn simd_extract(&mut self, lane: u8, lanes: Lanes) {
        self.simd_extract_int(lane, lanes, false);
    }

    pub(super) fn simd_extract_signed(&mut self, lane: u8, lanes: Lanes) {
        self.simd_extract_int(lane, lanes, true);
    }

    pub(super) fn simd_extract_f32(&mut self, lane: u8) {
        let dst = match self.pop_xm() {
            Xm::Mem(src) => {
                let dst = self.alloc_xmm();
                self.v2(Sse::MOVSS, dst, lane_mem(src, lane, 4));
                dst
            }
            Xm::Reg(src) => {
                let dst = if Self::is_temp_xmm(src) { src } else { self.alloc_xmm() };
                match lane {
                    0 => self.v_mov(dst, src),
                    1 => self.v2(Sse::MOVSHDUP, dst, src),
                    _ => self.v2i(Sse::PSHUFD, dst, src, lane),
                }
                dst
            }
        };
        self.push_xmm(dst, Ty::F32);
    }

    pub(super) fn simd_extract_f64(&mut self, lane: u8) {
        let dst = match self.pop_xm() {
            Xm::Mem(src) => {
                let dst = self.alloc_xmm();
                self.v2(Sse::MOVSD, dst, lane_mem(src, lane, 8));
                dst
            }
            Xm::Reg(src) => {
                let dst = if Self::is_temp_xmm(src) { src } else { self.alloc_xmm() };
                match lane {
                    0 => self.v_mov(dst, src),
                    _ => self.v3(Sse::UNPCKHPD, dst, src, src),
                }
                dst
            }
        };
        self.push_xmm(dst, Ty::F64);
    }

    pub(super) fn simd_replace(&mut self, lane: u8, lanes: Lanes) {
        let value = self.pop_rmi();
        let (src, dst) = self.simd_one_reg(1);
        let op = lanes.insert();
        match value {
            Rmi::Mem(value) => self.v3i(op, dst.reg, src, value, lane),
            Rmi::Reg(value) => {
                self.v_insert(op, dst.reg, src, value, lane);
                self.free_gpr(value);
            }
            Rmi::Imm(value) => {
                // A lane that is narrower takes the low bits.
                let bits = match lanes {
                    Lanes::I64x2 => i64::from(value) as u64,
                    _ => u64::from(value as u32),
                };
                self.asm.mov_ri(SCRATCH, bits);
                self.v_insert(op, dst.reg, src, SCRATCH, lane);
            }
        }
        self.simd_push_one(src, dst);
    }

    pub(super) fn simd_replace_f32(&mut self, lane: u8) {
        let value = self.pop_xm();
        let (src, dst) = self.simd_one_reg(1);
        // Bits 4 and 5: the lane that is written. Nothing is zeroed, and lane 0
        // is the source.
        self.v3i(Sse::INSERTPS, dst.reg, src, value, lane << 4);
        self.free_xm(value);
        self.simd_push_one(src, dst);
    }

    pub(super) fn simd_replace_f64(&mut self, lane: u8) {
        let value = self.pop_xm();
        let (src, dst) = self.simd_one_reg(1);
        let op = match (lane, value) {
            (0, Xm::Reg(_)) => Sse::MOVSD,
            (0, Xm::Mem(_)) => Sse::MOVLPD,
            (_, Xm::Reg(_)) => Sse::MOVLHPS,
            (_, Xm::Mem(_)) => Sse::MOVHPD,
        };
        self.v3(op, dst.reg, src, value);
        self.free_xm(value);
        self.simd_push_one(src, dst);
    }

    // ---- reductions ----

    pub(super) fn simd_any_true(&mut self) {
        let src = self.pop_xm();
        let reg = self.v_reg(src);
        self.v2(Sse::PTEST, reg, reg);
        self.free_xm(src);
        self.push_flags(Cond::NE);
    }

    /// No lane is 0.
    pub(super) fn simd_all_true(&mut self, eq: Sse) {
        let src = self.pop_xm();
        self.v_zero(SCRATCH_X);
        self.v3(eq, SCRATCH_X, SCRATCH_X, src);
        self.v2(Sse::PTEST, SCRATCH_X, SCRATCH_X);
        self.free_xm(src);
        self.push_flags(Cond::E);
    }

    pub(super) fn simd_bitmask(&mut self, lanes: Lanes) {
        let src = self.pop_xm();
        let dst = self.alloc_gpr();
        let reg = self.v_reg(src);
        match lanes {
            Lanes::I8x16 => self.v_to_gpr(Sse::PMOVMSKB, dst, reg),
            Lanes::I16x8 => {
                // Saturation keeps the signs.
                self.v3(Sse::PACKSSWB, SCRATCH_X, reg, reg);
                self.v_to_gpr(Sse::PMOVMSKB, dst, SCRATCH_X);
                self.asm.movzx_rr(Size::S8, dst, dst);
            }
            Lanes::I32x4 => self.v_to_gpr(Sse::MOVMSKPS, dst, reg),
            Lanes::I64x2 => self.v_to_gpr(Sse::MOVMSKPD, dst, reg),
        }
        self.free_xm(src);
        self.push_gpr(dst, Ty::I32);
    }
}
