//! Vectors from and to memories.
//!
//! Owns: the accesses. Called by the operator table in [`super`]. Must not
//! know: how memories lie: addresses come from `heap_addr`. An address may use
//! the scratch registers' general one, so all registers are taken before it is
//! made, and memory is the operand of the very next instruction.

use super::emit::Dst;
use super::lane::Lanes;
use crate::op::MemArg;
use crate::x64::codegen::Codegen;
use crate::x64::{Mem, Sse, Xmm};
use updraft_types::TrapCode;

impl Codegen<'_> {
    /// Where the memory argument of the current operator ends.
    fn simd_memarg_end(&self) -> usize {
        let flags_at = self.simd_opcode_end();
        let mut at = self.leb_end(flags_at);
        // Bit 6: the index of a memory follows.
        if self.byte(flags_at) & 0x40 != 0 {
            at = self.leb_end(at);
        }
        self.leb_end(at)
    }

    /// A load: pops the index, lets `emit` load `access_bytes` bytes with its
    /// first instruction, pushes.
    fn simd_load_by(
        &mut self,
        memarg: &MemArg,
        access_bytes: u32,
        emit: impl FnOnce(&mut Self, Xmm, Mem),
    ) {
        let dst = self.simd_load_dst(0);
        let addr = self.heap_addr(memarg, access_bytes);
        self.may_trap(TrapCode::MemoryOutOfBounds);
        emit(self, dst.reg, addr.mem);
        self.free_addr(addr);
        self.simd_push(dst);
    }

    /// Where a load goes whose memory argument `imm_bytes` bytes follow.
    fn simd_load_dst(&mut self, imm_bytes: usize) -> Dst {
        let end = self.simd_memarg_end() + imm_bytes;
        match self.simd_home_at(end) {
            Some(home) => home,
            None => self.simd_temp(),
        }
    }

    /// Loads 16 bytes at any address.
    pub(super) fn simd_load(&mut self, memarg: MemArg) {
        self.simd_load_by(&memarg, 16, |s, dst, mem| s.v2(Sse::MOVUPS, dst, mem));
    }

    pub(super) fn simd_store(&mut self, memarg: MemArg) {
        let src = self.pop_xmm();
        let addr = self.heap_addr(&memarg, 16);
        self.may_trap(TrapCode::MemoryOutOfBounds);
        self.v_store(Sse::MOVUPS, addr.mem, src);
        self.free_addr(addr);
        self.free_xmm(src);
    }

    /// 8 bytes by an instruction that makes wider lanes of them.
    pub(super) fn simd_load_extend(&mut self, memarg: MemArg, op: Sse) {
        self.simd_load_by(&memarg, 8, |s, dst, mem| s.v2(op, dst, mem));
    }

    pub(super) fn simd_load_splat(&mut self, memarg: MemArg, lanes: Lanes) {
        self.simd_load_by(&memarg, lanes.bytes(), |s, dst, mem| match lanes {
            Lanes::I8x16 if s.cpu.avx2 => s.asm.avx_rm(Sse::VPBROADCASTB, dst, mem),
            Lanes::I16x8 if s.cpu.avx2 => s.asm.avx_rm(Sse::VPBROADCASTW, dst, mem),
            Lanes::I8x16 | Lanes::I16x8 => {
                // The other lanes are whatever they were.
                s.v3i(lanes.insert(), dst, dst, mem, 0);
                s.v_splat_low(lanes, dst);
            }
            Lanes::I32x4 => s.v_load_splat32(dst, mem),
            Lanes::I64x2 => s.v2(Sse::MOVDDUP, dst, mem),
        });
    }

    pub(super) fn simd_load_zero(&mut self, memarg: MemArg, lanes: Lanes) {
        let op = if lanes == Lanes::I32x4 { Sse::MOVSS } else { Sse::MOVSD };
        self.simd_load_by(&memarg, lanes.bytes(), |s, dst, mem| s.v2(op, dst, mem));
    }

    pub(super) fn simd_load_lane(&mut self, memarg: MemArg, lane: u8, lanes: Lanes) {
        // In a temporary: what SSE moves there first must stay where it was if
        // the load traps, and the move must not come between.
        let reg = self.pop_xmm_owned();
        let addr = self.heap_addr(&memarg, lanes.bytes());
        self.may_trap(TrapCode::MemoryOutOfBounds);
        match (lanes, lane) {
            (Lanes::I64x2, 0) => self.v3(Sse::MOVLPS, reg, reg, addr.mem),
            (Lanes::I64x2, _) => self.v3(Sse::MOVHPS, reg, reg, addr.mem),
            _ => self.v3i(lanes.insert(), reg, reg, addr.mem, lane),
        }
        self.free_addr(addr);
        self.push_xmm(reg, crate::x64::value::Ty::V128);
    }

    pub(super) fn simd_store_lane(&mut self, memarg: MemArg, lane: u8, lanes: Lanes) {
        let src = self.pop_xmm();
        let addr = self.heap_addr(&memarg, lanes.bytes());
        self.may_trap(TrapCode::MemoryOutOfBounds);
        match (lanes, lane) {
            (Lanes::I32x4, 0) => self.v_store(Sse::MOVSS, addr.mem, src),
            (Lanes::I64x2, 0) => self.v_store(Sse::MOVLPS, addr.mem, src),
            (Lanes::I64x2, _) => self.v_store(Sse::MOVHPS, addr.mem, src),
            _ => self.v_store_i(lanes.extract(), addr.mem, src, lane),
        }
        self.free_addr(addr);
        self.free_xmm(src);
    }
}
