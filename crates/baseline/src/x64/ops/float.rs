//! Float operators.
//!
//! Owns: constants, arithmetic, rounding and compares of floats. Called by the
//! visitor. Must not know: integers, memory, calls.
//!
//! Arithmetic may make NaNs, so its results are made canonical if the tunables
//! ask; `abs`, `neg` and `copysign` only touch the sign and pass NaNs through.
//!
//! Where the processor has AVX, its three-operand forms save moves; the older
//! forms of the rest are as good, as upper halves are always clean.

use super::int::ResultLocal;
use crate::op::{Ieee32, Ieee64};
use crate::x64::codegen::Codegen;
use crate::x64::regs::{SCRATCH, SCRATCH_X};
use crate::x64::value::{Entry, Ty, Val, Xm};
use crate::x64::{Alu, Cond, Mem, Size, Sse, Xmm};

/// The instructions of one width.
#[derive(Clone, Copy)]
pub(super) struct Width {
    pub(super) ty: Ty,
    pub(super) add: Sse,
    pub(super) sub: Sse,
    pub(super) round: Sse,
    pub(super) compare: Sse,
}

pub(super) const F32: Width = Width {
    ty: Ty::F32,
    add: Sse::ADDSS,
    sub: Sse::SUBSS,
    round: Sse::ROUNDSS,
    compare: Sse::UCOMISS,
};

pub(super) const F64: Width = Width {
    ty: Ty::F64,
    add: Sse::ADDSD,
    sub: Sse::SUBSD,
    round: Sse::ROUNDSD,
    compare: Sse::UCOMISD,
};

/// The rounding mode of `ROUNDSx` where the mode is said; inexact results are
/// no exceptions.
mod rounding {
    pub(super) const NEAREST: u8 = 8;
    pub(super) const DOWN: u8 = 9;
    pub(super) const UP: u8 = 10;
    pub(super) const TO_ZERO: u8 = 11;
}

macro_rules! binary {
    ($($visit:ident: $op:ident, $commutes:literal, $width:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.float_binary(Sse::$op, $commutes, $width.ty);
        }
    )*};
}

macro_rules! min_max {
    ($($visit:ident: $op:ident, $equal:ident, $width:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.float_min_max(Sse::$op, Sse::$equal, $width);
        }
    )*};
}

macro_rules! round {
    ($($visit:ident: $mode:ident, $width:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.float_unary($width.round, Some(rounding::$mode), $width.ty);
        }
    )*};
}

macro_rules! sign {
    ($($visit:ident: $op:ident, $mask:ident, $width:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.float_sign(Sse::$op, Mask::$mask, $width.ty);
        }
    )*};
}

macro_rules! compare {
    ($($visit:ident: $order:ident, $width:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.float_compare(Order::$order, $width);
        }
    )*};
}

/// How two floats compare.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Eq,
    Ne,
    Lt,
    Gt,
    Le,
    Ge,
}

/// Bits of all lanes.
#[derive(Clone, Copy)]
enum Mask {
    Sign,
    AllButSign,
}

impl Codegen<'_> {
    pub(crate) fn visit_f32_const(&mut self, value: Ieee32) {
        self.push_const(u64::from(value.bits()), Ty::F32);
    }

    pub(crate) fn visit_f64_const(&mut self, value: Ieee64) {
        self.push_const(value.bits(), Ty::F64);
    }

    binary! {
        visit_f32_add: ADDSS, true, F32;
        visit_f32_sub: SUBSS, false, F32;
        visit_f32_mul: MULSS, true, F32;
        visit_f32_div: DIVSS, false, F32;
        visit_f64_add: ADDSD, true, F64;
        visit_f64_sub: SUBSD, false, F64;
        visit_f64_mul: MULSD, true, F64;
        visit_f64_div: DIVSD, false, F64;
    }

    min_max! {
        visit_f32_min: MINSS, ORPS, F32;
        visit_f32_max: MAXSS, ANDPS, F32;
        visit_f64_min: MINSD, ORPS, F64;
        visit_f64_max: MAXSD, ANDPS, F64;
    }

    round! {
        visit_f32_ceil: UP, F32;
        visit_f32_floor: DOWN, F32;
        visit_f32_trunc: TO_ZERO, F32;
        visit_f32_nearest: NEAREST, F32;
        visit_f64_ceil: UP, F64;
        visit_f64_floor: DOWN, F64;
        visit_f64_trunc: TO_ZERO, F64;
        visit_f64_nearest: NEAREST, F64;
    }

    pub(crate) fn visit_f32_sqrt(&mut self) {
        self.float_unary(Sse::SQRTSS, None, Ty::F32);
    }

    pub(crate) fn visit_f64_sqrt(&mut self) {
        self.float_unary(Sse::SQRTSD, None, Ty::F64);
    }

    sign! {
        visit_f32_abs: ANDPS, AllButSign, F32;
        visit_f32_neg: XORPS, Sign, F32;
        visit_f64_abs: ANDPS, AllButSign, F64;
        visit_f64_neg: XORPS, Sign, F64;
    }

    pub(crate) fn visit_f32_copysign(&mut self) {
        self.float_copysign(Ty::F32);
    }

    pub(crate) fn visit_f64_copysign(&mut self) {
        self.float_copysign(Ty::F64);
    }

    compare! {
        visit_f32_eq: Eq, F32;
        visit_f32_ne: Ne, F32;
        visit_f32_lt: Lt, F32;
        visit_f32_gt: Gt, F32;
        visit_f32_le: Le, F32;
        visit_f32_ge: Ge, F32;
        visit_f64_eq: Eq, F64;
        visit_f64_ne: Ne, F64;
        visit_f64_lt: Lt, F64;
        visit_f64_gt: Gt, F64;
        visit_f64_le: Le, F64;
        visit_f64_ge: Ge, F64;
    }

    // ---- operands and results ----

    /// A constant behind the code: the float with these bits.
    pub(super) fn float_constant(&mut self, bits: u64, ty: Ty) -> Mem {
        let label = match ty {
            Ty::F32 => self.asm.constant4((bits as u32).to_le_bytes()),
            _ => self.asm.constant8(bits.to_le_bytes()),
        };
        Mem::rip(label)
    }

    /// Pops a float as what an instruction can name, constants included.
    fn pop_float(&mut self) -> Xm {
        let entry = self.pop();
        match entry.val {
            Val::Const(bits) if bits != 0 => Xm::Mem(self.float_constant(bits, entry.ty)),
            _ => self.xm(entry),
        }
    }

    /// The register for a result: the home of the local that takes it, or the
    /// temporary of an operand, or a new one. To be pushed by
    /// [`Self::push_float`].
    pub(super) fn result_xmm(&mut self, reuse: Xmm) -> (Xmm, ResultLocal) {
        if let Some((home, local)) = self.result_home_xmm() {
            return (home, Some(local));
        }
        if Self::is_temp_xmm(reuse) { (reuse, None) } else { (self.alloc_xmm(), None) }
    }

    /// Pushes a result.
    pub(super) fn push_float(&mut self, (reg, local): (Xmm, ResultLocal), ty: Ty) {
        match local {
            Some(local) => self.push_home(local),
            None => self.push_xmm(reg, ty),
        }
    }

    /// Gives back the register of a popped operand, unless the result is there.
    pub(super) fn free_float(&mut self, operand: Xmm, result: Xmm) {
        if operand != result {
            self.free_xmm(operand);
        }
    }

    pub(super) fn move_float(&mut self, dst: Xmm, src: Xmm) {
        if src != dst {
            self.asm.sse_rr(Sse::MOVAPS, dst, src);
        }
    }

    /// `dst = dst op src`
    pub(super) fn float_to(&mut self, op: Sse, dst: Xmm, src: Xm) {
        match src {
            Xm::Reg(src) => self.asm.sse_rr(op, dst, src),
            Xm::Mem(src) => self.asm.sse_rm(op, dst, src),
        }
    }

    /// Replaces a NaN by the canonical one, if the tunables ask.
    pub(super) fn canonicalize(&mut self, reg: Xmm, ty: Ty) {
        if !self.input.tunables.canonical_nans {
            return;
        }
        let (compare, canonical) = match ty {
            Ty::F32 => (Sse::UCOMISS, 0x7fc0_0000),
            _ => (Sse::UCOMISD, 0x7ff8_0000_0000_0000),
        };
        let done = self.asm.new_label();
        self.asm.sse_rr(compare, reg, reg);
        self.asm.jcc_short(Cond::NP, done);
        let canonical = self.float_constant(canonical, ty);
        self.load_xmm_mem(reg, canonical, ty);
        self.asm.bind(done);
    }

    // ---- operators ----

    fn float_binary(&mut self, op: Sse, commutes: bool, ty: Ty) {
        let mut rhs = self.pop_float();
        let lhs = self.pop();
        let mut lhs = self.xm(lhs);
        if commutes && matches!((lhs, rhs), (Xm::Mem(_), Xm::Reg(_))) {
            (lhs, rhs) = (rhs, lhs);
        }
        let lhs = match lhs {
            Xm::Reg(reg) => reg,
            Xm::Mem(mem) => {
                let reg = self.alloc_xmm();
                self.load_xmm_mem(reg, mem, ty);
                reg
            }
        };
        // With three operands the result may replace either of them.
        let reuse = match rhs {
            Xm::Reg(rhs) if (self.cpu.avx || commutes) && !Self::is_temp_xmm(lhs) => rhs,
            _ => lhs,
        };
        let result = self.result_xmm(reuse);
        let dst = result.0;
        if self.cpu.avx {
            match rhs {
                Xm::Reg(rhs) => self.asm.avx_rrr(op, dst, lhs, rhs),
                Xm::Mem(rhs) => self.asm.avx_rrm(op, dst, lhs, rhs),
            }
        } else if rhs != Xm::Reg(dst) {
            self.move_float(dst, lhs);
            self.float_to(op, dst, rhs);
        } else if commutes || lhs == dst {
            self.asm.sse_rr(op, dst, lhs);
        } else {
            self.asm.sse_rr(Sse::MOVAPS, SCRATCH_X, lhs);
            self.asm.sse_rr(op, SCRATCH_X, dst);
            self.asm.sse_rr(Sse::MOVAPS, dst, SCRATCH_X);
        }
        self.free_float(lhs, dst);
        if let Xm::Reg(rhs) = rhs {
            self.free_float(rhs, dst);
        }
        self.canonicalize(dst, ty);
        self.push_float(result, ty);
    }

    /// An operator with one operand, whose instruction keeps the upper lanes
    /// of another register.
    pub(super) fn float_unary(&mut self, op: Sse, imm: Option<u8>, ty: Ty) {
        let src = self.pop_xmm();
        let result = self.result_xmm(src);
        let dst = result.0;
        // With `src` for the upper lanes, nothing waits for what was in `dst`.
        match (imm, self.cpu.avx) {
            (Some(imm), true) => self.asm.avx_rrri(op, dst, src, src, imm),
            (Some(imm), false) => self.asm.sse_rri(op, dst, src, imm),
            (None, true) => self.asm.avx_rrr(op, dst, src, src),
            (None, false) => self.asm.sse_rr(op, dst, src),
        }
        self.free_float(src, dst);
        self.canonicalize(dst, ty);
        self.push_float(result, ty);
    }

    fn float_mask(&mut self, mask: Mask, ty: Ty) -> Mem {
        let mut bytes = match mask {
            Mask::Sign => [0; 16],
            Mask::AllButSign => [0xff; 16],
        };
        let step = if ty == Ty::F32 { 4 } else { 8 };
        for byte in bytes.iter_mut().skip(step - 1).step_by(step) {
            *byte ^= 0x80;
        }
        Mem::rip(self.asm.constant16(bytes))
    }

    fn float_sign(&mut self, op: Sse, mask: Mask, ty: Ty) {
        let src = self.pop_xmm();
        let result = self.result_xmm(src);
        let dst = result.0;
        let mask = self.float_mask(mask, ty);
        if dst == src {
            self.asm.sse_rm(op, dst, mask);
        } else if self.cpu.avx {
            self.asm.avx_rrm(op, dst, src, mask);
        } else {
            self.asm.sse_rm(Sse::MOVAPS, dst, mask);
            self.asm.sse_rr(op, dst, src);
        }
        self.free_float(src, dst);
        self.push_float(result, ty);
    }

    fn float_copysign(&mut self, ty: Ty) {
        let sign = self.pop_xmm();
        let value = self.pop_xmm();
        let result = self.result_xmm(value);
        let dst = result.0;
        let sign_mask = self.float_mask(Mask::Sign, ty);
        let value_mask = self.float_mask(Mask::AllButSign, ty);
        // The result may replace the sign, so that goes first.
        self.asm.sse_rm(Sse::MOVAPS, SCRATCH_X, sign_mask);
        self.asm.sse_rr(Sse::ANDPS, SCRATCH_X, sign);
        self.move_float(dst, value);
        self.asm.sse_rm(Sse::ANDPS, dst, value_mask);
        self.asm.sse_rr(Sse::ORPS, dst, SCRATCH_X);
        self.free_float(sign, dst);
        self.free_float(value, dst);
        self.push_float(result, ty);
    }

    /// The instruction gives its second operand for equal operands, zeros of
    /// unlike signs included, and for NaNs: so the second operand is made the
    /// result in those cases. `equal` joins the signs of equal operands.
    fn float_min_max(&mut self, op: Sse, equal: Sse, width: Width) {
        let ty = width.ty;
        let rhs = self.pop_float();
        let lhs = self.pop_xmm();
        let result = self.result_xmm(lhs);
        let dst = result.0;
        // A copy that may be written; nothing spills from here on.
        let rhs = match rhs {
            Xm::Reg(reg) if Self::is_temp_xmm(reg) => reg,
            Xm::Reg(reg) => {
                self.move_float(SCRATCH_X, reg);
                SCRATCH_X
            }
            Xm::Mem(mem) => {
                self.load_xmm_mem(SCRATCH_X, mem, ty);
                SCRATCH_X
            }
        };
        let [nan, ready] = [self.asm.new_label(), self.asm.new_label()];
        self.asm.sse_rr(width.compare, lhs, rhs);
        self.asm.jcc_short(Cond::P, nan);
        self.asm.jcc_short(Cond::NE, ready);
        self.asm.sse_rr(equal, rhs, lhs);
        self.asm.jmp_short(ready);
        self.asm.bind(nan);
        self.asm.sse_rr(width.add, rhs, lhs);
        self.asm.bind(ready);
        self.move_float(dst, lhs);
        self.asm.sse_rr(op, dst, rhs);
        self.free_float(lhs, dst);
        self.free_float(rhs, dst);
        self.canonicalize(dst, ty);
        self.push_float(result, ty);
    }

    fn float_compare(&mut self, order: Order, width: Width) {
        let rhs = self.pop_float();
        let lhs = self.pop_float();
        // Of unordered operands the instruction says: equal and below. So
        // "above" is asked, of the operands in the order that makes it right.
        let swaps = match order {
            Order::Lt | Order::Le => true,
            Order::Gt | Order::Ge => false,
            Order::Eq | Order::Ne => matches!(lhs, Xm::Mem(_)),
        };
        let (a, b) = if swaps { (rhs, lhs) } else { (lhs, rhs) };
        let first = match a {
            Xm::Reg(reg) => reg,
            Xm::Mem(mem) => {
                self.load_xmm_mem(SCRATCH_X, mem, width.ty);
                SCRATCH_X
            }
        };
        self.float_to(width.compare, first, b);
        self.free_xm(a);
        self.free_xm(b);
        match order {
            Order::Lt | Order::Gt => self.push_flags(Cond::A),
            Order::Le | Order::Ge => self.push_flags(Cond::AE),
            Order::Eq | Order::Ne => {
                // Equal alone has the zero flag without the carry flag: only
                // then their difference is 1, otherwise it is 0 or -1.
                self.asm.setcc(Cond::E, SCRATCH);
                self.asm.alu_ri(Alu::Sbb, Size::S8, SCRATCH, 0);
                self.push_flags(if order == Order::Eq { Cond::G } else { Cond::LE });
            }
        }
    }

    /// Changes the type of the topmost operand if its bits may stay where they
    /// are; both types have one size and unlike register classes.
    pub(super) fn reinterpret_in_place(&mut self, ty: Ty) -> bool {
        let in_memory = self.top_is_memory();
        match self.stack.last_mut() {
            Some(Entry { val, ty: old }) if in_memory || matches!(val, Val::Const(_)) => {
                *old = ty;
                true
            }
            _ => false,
        }
    }
}
