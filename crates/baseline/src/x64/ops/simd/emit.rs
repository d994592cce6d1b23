//! Vector instructions in the encoding that the processor has.
//!
//! Owns: the choice between the SSE and the VEX form of an instruction, and
//! where a vector operator finds its operands and leaves its result. Called by
//! the other files of [`super`]. Must not know: what an operator computes.
//!
//! Names: `v2` is an instruction `dst = op(src)`, `v3` is `dst = op(lhs, rhs)`,
//! with `i` they have an immediate. Without AVX the first operand of `v3` is
//! moved to `dst` first, so `rhs` must not be `dst` then, unless `lhs` is too.

use crate::x64::codegen::Codegen;
use crate::x64::regs::SCRATCH_X;
use crate::x64::value::{Home, Ty, Xm};
use crate::x64::{Gpr, Mem, Size, Sse, VecShift, Xmm};

/// What the last operand of a vector instruction may be.
pub(super) trait Source: Copy {
    fn xm(self) -> Xm;
}

impl Source for Xm {
    #[inline(always)]
    fn xm(self) -> Xm {
        self
    }
}

impl Source for Xmm {
    #[inline(always)]
    fn xm(self) -> Xm {
        Xm::Reg(self)
    }
}

impl Source for Mem {
    #[inline(always)]
    fn xm(self) -> Xm {
        Xm::Mem(self)
    }
}

/// Which operand of a binary operator goes first into the instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    /// The left one.
    AsIs,
    /// The right one.
    Swapped,
    /// Whichever makes better code.
    Any,
}

/// Where a result goes: a temporary, or the home of the local that the next
/// operator sets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dst {
    pub(super) reg: Xmm,
    local: Option<u32>,
}

/// The operands of a binary operator, in the order of the instruction.
///
/// `Invariant:` `dst` may be the register of an operand, but without AVX it is
/// that of `rhs` only if it is that of `lhs` too.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) lhs: Xmm,
    pub(super) rhs: Xm,
    pub(super) dst: Dst,
}

fn is_temp(xm: Xm) -> bool {
    matches!(xm, Xm::Reg(reg) if Codegen::is_temp_xmm(reg))
}

/// Instructions.
impl Codegen<'_> {
    /// `dst = op(lhs, rhs)`
    #[inline]
    pub(super) fn v3(&mut self, op: Sse, dst: Xmm, lhs: Xmm, rhs: impl Source) {
        let rhs = rhs.xm();
        if self.cpu.avx {
            return match rhs {
                Xm::Reg(rhs) => self.asm.avx_rrr(op, dst, lhs, rhs),
                Xm::Mem(rhs) => self.asm.avx_rrm(op, dst, lhs, rhs),
            };
        }
        self.first_to(dst, lhs, rhs);
        match rhs {
            Xm::Reg(rhs) => self.asm.sse_rr(op, dst, rhs),
            Xm::Mem(rhs) => self.asm.sse_rm(op, dst, rhs),
        }
    }

    /// `dst = op(lhs, rhs, imm)`
    #[inline]
    pub(super) fn v3i(&mut self, op: Sse, dst: Xmm, lhs: Xmm, rhs: impl Source, imm: u8) {
        let rhs = rhs.xm();
        if self.cpu.avx {
            return match rhs {
                Xm::Reg(rhs) => self.asm.avx_rrri(op, dst, lhs, rhs, imm),
                Xm::Mem(rhs) => self.asm.avx_rrmi(op, dst, lhs, rhs, imm),
            };
        }
        self.first_to(dst, lhs, rhs);
        match rhs {
            Xm::Reg(rhs) => self.asm.sse_rri(op, dst, rhs, imm),
            Xm::Mem(rhs) => self.asm.sse_rmi(op, dst, rhs, imm),
        }
    }

    /// Moves the first operand to where an SSE instruction overwrites it.
    fn first_to(&mut self, dst: Xmm, lhs: Xmm, rhs: Xm) {
        if dst != lhs {
            debug_assert!(rhs != Xm::Reg(dst), "the move would overwrite the other operand");
            self.asm.sse_rr(Sse::MOVAPS, dst, lhs);
        }
    }

    /// `dst = op(src)`
    #[inline]
    pub(super) fn v2(&mut self, op: Sse, dst: Xmm, src: impl Source) {
        match (src.xm(), self.cpu.avx) {
            (Xm::Reg(src), true) => self.asm.avx_rr(op, dst, src),
            (Xm::Mem(src), true) => self.asm.avx_rm(op, dst, src),
            (Xm::Reg(src), false) => self.asm.sse_rr(op, dst, src),
            (Xm::Mem(src), false) => self.asm.sse_rm(op, dst, src),
        }
    }

    /// `dst = op(src, imm)`
    #[inline]
    pub(super) fn v2i(&mut self, op: Sse, dst: Xmm, src: impl Source, imm: u8) {
        match (src.xm(), self.cpu.avx) {
            (Xm::Reg(src), true) => self.asm.avx_rri(op, dst, src, imm),
            (Xm::Mem(src), true) => self.asm.avx_rmi(op, dst, src, imm),
            (Xm::Reg(src), false) => self.asm.sse_rri(op, dst, src, imm),
            (Xm::Mem(src), false) => self.asm.sse_rmi(op, dst, src, imm),
        }
    }

    /// `dst = op(src, imm)`: a shift.
    #[inline]
    pub(super) fn v_shift(&mut self, op: VecShift, dst: Xmm, src: Xmm, imm: u8) {
        if self.cpu.avx {
            self.asm.avx_shift_ri(op, dst, src, imm);
        } else {
            if dst != src {
                self.asm.sse_rr(Sse::MOVAPS, dst, src);
            }
            self.asm.sse_shift_ri(op, dst, imm);
        }
    }

    /// `[m] = src`: the storing form of a move.
    #[inline]
    pub(super) fn v_store(&mut self, op: Sse, m: Mem, src: Xmm) {
        if self.cpu.avx {
            self.asm.avx_mr(op, m, src);
        } else {
            self.asm.sse_mr(op, m, src);
        }
    }

    /// `[m] = op(src, imm)`: a lane.
    #[inline]
    pub(super) fn v_store_i(&mut self, op: Sse, m: Mem, src: Xmm, imm: u8) {
        if self.cpu.avx {
            self.asm.avx_mri(op, m, src, imm);
        } else {
            self.asm.sse_mri(op, m, src, imm);
        }
    }

    /// `dst = op(src, imm)`: a lane to a general register.
    #[inline]
    pub(super) fn v_to_gpr_i(&mut self, op: Sse, dst: Gpr, src: Xmm, imm: u8) {
        if self.cpu.avx {
            self.asm.avx_rxi(op, dst, src, imm);
        } else {
            self.asm.sse_rxi(op, dst, src, imm);
        }
    }

    /// `dst = op(src)`: the signs of the lanes to a general register.
    #[inline]
    pub(super) fn v_to_gpr(&mut self, op: Sse, dst: Gpr, src: Xmm) {
        if self.cpu.avx {
            self.asm.avx_rx(op, Size::S32, dst, src);
        } else {
            self.asm.sse_rx(op, Size::S32, dst, src);
        }
    }

    /// The low 32 or 64 bits to a general register.
    #[inline]
    pub(super) fn v_low_to_gpr(&mut self, size: Size, dst: Gpr, src: Xmm) {
        if self.cpu.avx {
            self.asm.avx_mov_rx(size, dst, src);
        } else {
            self.asm.mov_rx(size, dst, src);
        }
    }

    /// The low 32 or 64 bits from a general register; the rest is cleared.
    #[inline]
    pub(super) fn v_low_from_gpr(&mut self, size: Size, dst: Xmm, src: Gpr) {
        if self.cpu.avx {
            self.asm.avx_mov_xr(size, dst, src);
        } else {
            self.asm.mov_xr(size, dst, src);
        }
    }

    /// `dst = op(lhs, src, imm)`: a general register to a lane.
    #[inline]
    pub(super) fn v_insert(&mut self, op: Sse, dst: Xmm, lhs: Xmm, src: Gpr, imm: u8) {
        if self.cpu.avx {
            self.asm.avx_xri(op, dst, lhs, src, imm);
        } else {
            if dst != lhs {
                self.asm.sse_rr(Sse::MOVAPS, dst, lhs);
            }
            self.asm.sse_xri(op, dst, src, imm);
        }
    }

    /// Moves a whole register.
    #[inline]
    pub(super) fn v_mov(&mut self, dst: Xmm, src: Xmm) {
        if dst == src {
        } else if self.cpu.avx {
            self.asm.avx_mov(dst, src);
        } else {
            self.asm.sse_rr(Sse::MOVAPS, dst, src);
        }
    }

    /// A whole vector from wherever it is; memory is that of slots or of
    /// constants, which are aligned.
    #[inline]
    pub(super) fn v_load(&mut self, dst: Xmm, src: impl Source) {
        match src.xm() {
            Xm::Reg(src) => self.v_mov(dst, src),
            Xm::Mem(src) => self.v2(Sse::MOVAPS, dst, src),
        }
    }

    /// All bits 0.
    #[inline]
    pub(super) fn v_zero(&mut self, dst: Xmm) {
        self.v3(Sse::XORPS, dst, dst, dst);
    }

    /// All bits 1.
    #[inline]
    pub(super) fn v_ones(&mut self, dst: Xmm) {
        self.v3(Sse::PCMPEQD, dst, dst, dst);
    }

    /// All bits of a register turned over. Uses scratch.
    pub(super) fn v_not(&mut self, dst: Xmm, src: Xmm) {
        self.v_ones(SCRATCH_X);
        self.v3(Sse::PXOR, dst, src, SCRATCH_X);
    }

    /// The operand in a register: its own, or scratch.
    #[inline]
    pub(super) fn v_reg(&mut self, src: Xm) -> Xmm {
        match src {
            Xm::Reg(src) => src,
            Xm::Mem(src) => {
                self.v_load(SCRATCH_X, src);
                SCRATCH_X
            }
        }
    }
}

/// Constants.
impl Codegen<'_> {
    pub(super) fn v_const(&mut self, bytes: [u8; 16]) -> Mem {
        Mem::rip(self.asm.constant16(bytes))
    }

    /// The same 32 bits in all lanes.
    pub(super) fn v_const32(&mut self, lane: u32) -> Mem {
        let lane = u128::from(lane);
        self.v_const((lane | lane << 32 | lane << 64 | lane << 96).to_le_bytes())
    }

    /// The same 16 bits in all lanes.
    pub(super) fn v_const16(&mut self, lane: u16) -> Mem {
        self.v_const32(u32::from(lane) * 0x0001_0001)
    }

    /// The same byte in all lanes.
    pub(super) fn v_const8(&mut self, lane: u8) -> Mem {
        self.v_const32(u32::from(lane) * 0x0101_0101)
    }

    /// The same 64 bits in both lanes.
    pub(super) fn v_const64(&mut self, lane: u64) -> Mem {
        let lane = u128::from(lane);
        self.v_const((lane | lane << 64).to_le_bytes())
    }
}

/// Operands and results.
impl Codegen<'_> {
    /// Where a LEB128 number ends.
    pub(super) fn leb_end(&self, mut at: usize) -> usize {
        while self.byte(at) >= 0x80 {
            at += 1;
        }
        at + 1
    }

    /// Where the opcode of the current vector operator ends, behind its
    /// prefix.
    pub(super) fn simd_opcode_end(&self) -> usize {
        self.leb_end(self.offset as usize + 1)
    }

    /// The home of the local that takes the result of this operator, which
    /// ends at `end`, if that is a register; with operands that stood for the
    /// local detached.
    pub(super) fn simd_home_at(&mut self, end: usize) -> Option<Dst> {
        let local = self.set_at(end)?;
        match self.locals.get(local as usize)?.home {
            Home::Xmm(reg) => {
                self.detach_local(local);
                Some(Dst { reg, local: Some(local) })
            }
            _ => None,
        }
    }

    fn simd_home(&mut self, imm_bytes: usize) -> Option<Dst> {
        let end = self.simd_opcode_end() + imm_bytes;
        self.simd_home_at(end)
    }

    /// A temporary for a result.
    pub(super) fn simd_temp(&mut self) -> Dst {
        Dst { reg: self.alloc_xmm(), local: None }
    }

    /// Pops the operands of a binary operator whose opcode `imm_bytes` bytes
    /// follow.
    pub(super) fn simd_pair(&mut self, order: Order, imm_bytes: usize) -> Pair {
        let top = self.pop_xm();
        let below = self.pop_xm();
        let swap = match order {
            Order::AsIs => false,
            Order::Swapped => true,
            Order::Any => {
                !is_temp(below)
                    && (is_temp(top) || matches!((below, top), (Xm::Mem(_), Xm::Reg(_))))
            }
        };
        let (lhs, rhs) = if swap { (top, below) } else { (below, top) };
        let home = self.simd_home(imm_bytes).filter(|home| {
            // Without AVX, moving `lhs` there must not overwrite `rhs`.
            self.cpu.avx || rhs != Xm::Reg(home.reg) || lhs == rhs
        });
        let dst = match home {
            Some(home) => home,
            None => match (lhs, rhs) {
                (Xm::Reg(lhs), _) if Self::is_temp_xmm(lhs) => Dst { reg: lhs, local: None },
                (_, Xm::Reg(rhs)) if self.cpu.avx && Self::is_temp_xmm(rhs) => {
                    Dst { reg: rhs, local: None }
                }
                _ => self.simd_temp(),
            },
        };
        let lhs = match lhs {
            Xm::Reg(lhs) => lhs,
            Xm::Mem(lhs) => {
                let reg = if rhs == Xm::Reg(dst.reg) { self.alloc_xmm() } else { dst.reg };
                self.v_load(reg, lhs);
                reg
            }
        };
        Pair { lhs, rhs, dst }
    }

    /// Pushes the result of a binary operator.
    pub(super) fn simd_push_pair(&mut self, Pair { lhs, rhs, dst }: Pair) {
        if lhs != dst.reg {
            self.free_xmm(lhs);
        }
        self.simd_push_one(rhs, dst);
    }

    /// Pops the operand of a unary operator. The result may be in its register.
    pub(super) fn simd_one(&mut self, imm_bytes: usize) -> (Xm, Dst) {
        let src = self.pop_xm();
        self.simd_one_of(src, imm_bytes)
    }

    /// As [`Self::simd_one`], of a popped operand.
    pub(super) fn simd_one_of(&mut self, src: Xm, imm_bytes: usize) -> (Xm, Dst) {
        let dst = match (self.simd_home(imm_bytes), src) {
            (Some(home), _) => home,
            (None, Xm::Reg(src)) if Self::is_temp_xmm(src) => Dst { reg: src, local: None },
            _ => self.simd_temp(),
        };
        (src, dst)
    }

    /// As [`Self::simd_one`], with the operand in a register.
    pub(super) fn simd_one_reg(&mut self, imm_bytes: usize) -> (Xmm, Dst) {
        let (src, dst) = self.simd_one(imm_bytes);
        match src {
            Xm::Reg(src) => (src, dst),
            Xm::Mem(src) => {
                self.v_load(dst.reg, src);
                (dst.reg, dst)
            }
        }
    }

    /// Pops the operand of a unary operator whose result must not be in its
    /// register.
    pub(super) fn simd_one_apart(&mut self) -> (Xm, Dst) {
        let src = self.pop_xm();
        match self.simd_home(0) {
            Some(home) if src != Xm::Reg(home.reg) => (src, home),
            _ => (src, self.simd_temp()),
        }
    }

    /// Pushes the result of a unary operator.
    pub(super) fn simd_push_one(&mut self, src: impl Source, dst: Dst) {
        let src = src.xm();
        if src != Xm::Reg(dst.reg) {
            self.free_xm(src);
        }
        self.simd_push(dst);
    }

    pub(super) fn simd_push(&mut self, dst: Dst) {
        match dst.local {
            Some(local) => self.push_home(local),
            None => self.push_xmm(dst.reg, Ty::V128),
        }
    }
}
