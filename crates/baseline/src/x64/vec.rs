//! Vector instructions in the SSE encoding: two operands, the first of which
//! is read and written.
//!
//! Owns: which operand goes into which field. Called by the code generator.
//! Must not know: the instructions themselves (`sse`).

use super::asm::{Asm, Opc};
use super::{Gpr, Mem, Size, Sse, VecShift, Xmm};

impl Asm {
    /// `op dst, src`
    #[inline]
    pub(crate) fn sse_rr(&mut self, op: Sse, dst: Xmm, src: Xmm) {
        self.op_r(op.opc(), op.rex(), dst.0, src.0, 0, 0);
    }

    /// `op dst, [m]`
    #[inline]
    pub(crate) fn sse_rm(&mut self, op: Sse, dst: Xmm, m: Mem) {
        self.op_m(op.opc(), op.rex(), dst.0, m, 0, 0);
    }

    /// `op [m], src`: the storing form of a move.
    #[inline]
    pub(crate) fn sse_mr(&mut self, op: Sse, m: Mem, src: Xmm) {
        let op = op.storing();
        self.op_m(op.opc(), op.rex(), src.0, m, 0, 0);
    }

    /// `op dst, src, imm`
    #[inline]
    pub(crate) fn sse_rri(&mut self, op: Sse, dst: Xmm, src: Xmm, imm: u8) {
        self.op_r(op.opc(), op.rex(), dst.0, src.0, imm.into(), 1);
    }

    /// `op dst, [m], imm`
    #[inline]
    pub(crate) fn sse_rmi(&mut self, op: Sse, dst: Xmm, m: Mem, imm: u8) {
        self.op_m(op.opc(), op.rex(), dst.0, m, imm.into(), 1);
    }

    /// `op [m], src, imm`: a lane to memory.
    #[inline]
    pub(crate) fn sse_mri(&mut self, op: Sse, m: Mem, src: Xmm, imm: u8) {
        self.op_m(op.opc(), op.rex(), src.0, m, imm.into(), 1);
    }

    /// `op dst, imm`
    #[inline]
    pub(crate) fn sse_shift_ri(&mut self, op: VecShift, dst: Xmm, imm: u8) {
        self.op_r(Opc::two(op.op).with(0x66), 0, op.ext, dst.0, imm.into(), 1);
    }

    /// `op dst, src` from a general register of this size: `CVTSI2SS`,
    /// `CVTSI2SD`.
    #[inline]
    pub(crate) fn sse_xr(&mut self, op: Sse, size: Size, dst: Xmm, src: Gpr) {
        self.op_r(op.opc(), op.rex() | size.rex_w(), dst.0, src.0, 0, 0);
    }

    /// `op dst, [m]` from an integer of this size: `CVTSI2SS`, `CVTSI2SD`.
    #[inline]
    pub(crate) fn sse_xm(&mut self, op: Sse, size: Size, dst: Xmm, m: Mem) {
        self.op_m(op.opc(), op.rex() | size.rex_w(), dst.0, m, 0, 0);
    }

    /// `op dst, src` to a general register of this size: `CVTTSS2SI` and its
    /// kin; `PMOVMSKB`, `MOVMSKPS`, `MOVMSKPD` with 32 bits.
    #[inline]
    pub(crate) fn sse_rx(&mut self, op: Sse, size: Size, dst: Gpr, src: Xmm) {
        self.op_r(op.opc(), op.rex() | size.rex_w(), dst.0, src.0, 0, 0);
    }

    /// `op dst, src, imm`, a lane to a general register: `PEXTRx`,
    /// `EXTRACTPS`. The upper bits of `dst` are cleared.
    #[inline]
    pub(crate) fn sse_rxi(&mut self, op: Sse, dst: Gpr, src: Xmm, imm: u8) {
        if op == Sse::PEXTRW {
            // The older form is a byte shorter; it has no store.
            self.op_r(Opc::two(0xC5).with(0x66), 0, dst.0, src.0, imm.into(), 1);
        } else {
            self.op_r(op.opc(), op.rex(), src.0, dst.0, imm.into(), 1);
        }
    }

    /// `op dst, src, imm`, a general register to a lane: `PINSRx`.
    #[inline]
    pub(crate) fn sse_xri(&mut self, op: Sse, dst: Xmm, src: Gpr, imm: u8) {
        self.op_r(op.opc(), op.rex(), dst.0, src.0, imm.into(), 1);
    }

    /// `movd dst, src` or `movq dst, src`, by size. Clears the rest of `dst`.
    #[inline]
    pub(crate) fn mov_xr(&mut self, size: Size, dst: Xmm, src: Gpr) {
        self.sse_xr(Sse::MOVD, size, dst, src);
    }

    /// `movd dst, src` or `movq dst, src`, by size.
    #[inline]
    pub(crate) fn mov_rx(&mut self, size: Size, dst: Gpr, src: Xmm) {
        let op = Sse::MOVD.storing();
        self.op_r(op.opc(), size.rex_w(), src.0, dst.0, 0, 0);
    }
}
