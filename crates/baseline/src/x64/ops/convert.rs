//! Conversions between integers and floats.
//!
//! Owns: `convert`, `trunc`, `trunc_sat`, `promote`, `demote`, `reinterpret`.
//! Called by the visitor. Must not know: memory, calls.
//!
//! # Essay: truncation
//!
//! `cvttsx2si` gives the most negative integer for NaN and for what does not
//! fit. Conversions to 32 bits use the 64-bit form: what fits into 32 bits is
//! exact there, and everything else shows in the upper half. Conversions to
//! signed 64 bits look closer at the most negative result; those to unsigned
//! 64 bits convert what is 2^63 or more less that.
//!
//! The saturating operators have two bytes or more, so their results never go
//! straight to a local.

use updraft_types::TrapCode;

use super::float::{F32, F64, Width};
use super::int::ResultLocal;
use crate::x64::codegen::Codegen;
use crate::x64::regs::{SCRATCH, SCRATCH_X};
use crate::x64::value::{Rmi, Ty, Xm};
use crate::x64::{Alu, Cond, Gpr, Shift, Size, Sse, Unary, Xmm};

/// The sign bit of 64 bits.
const SIGN: u64 = 1 << 63;

macro_rules! truncate {
    ($($visit:ident: $method:ident, $width:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.$method($width);
        }
    )*};
}

macro_rules! convert {
    ($($visit:ident: $method:ident, $op:ident, $from:ident, $to:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.$method(Sse::$op, Ty::$from, $to);
        }
    )*};
}

impl Codegen<'_> {
    truncate! {
        visit_i32_trunc_f32_s: truncate_i32_s, F32;
        visit_i32_trunc_f32_u: truncate_i32_u, F32;
        visit_i32_trunc_f64_s: truncate_i32_s, F64;
        visit_i32_trunc_f64_u: truncate_i32_u, F64;
        visit_i64_trunc_f32_s: truncate_i64_s, F32;
        visit_i64_trunc_f32_u: truncate_i64_u, F32;
        visit_i64_trunc_f64_s: truncate_i64_s, F64;
        visit_i64_trunc_f64_u: truncate_i64_u, F64;
        visit_i32_trunc_sat_f32_s: saturate_i32_s, F32;
        visit_i32_trunc_sat_f32_u: saturate_i32_u, F32;
        visit_i32_trunc_sat_f64_s: saturate_i32_s, F64;
        visit_i32_trunc_sat_f64_u: saturate_i32_u, F64;
        visit_i64_trunc_sat_f32_s: saturate_i64_s, F32;
        visit_i64_trunc_sat_f32_u: saturate_i64_u, F32;
        visit_i64_trunc_sat_f64_s: saturate_i64_s, F64;
        visit_i64_trunc_sat_f64_u: saturate_i64_u, F64;
    }

    convert! {
        visit_f32_convert_i32_s: convert_signed, CVTSI2SS, I32, F32;
        visit_f32_convert_i32_u: convert_i32_u, CVTSI2SS, I32, F32;
        visit_f32_convert_i64_s: convert_signed, CVTSI2SS, I64, F32;
        visit_f32_convert_i64_u: convert_i64_u, CVTSI2SS, I64, F32;
        visit_f64_convert_i32_s: convert_signed, CVTSI2SD, I32, F64;
        visit_f64_convert_i32_u: convert_i32_u, CVTSI2SD, I32, F64;
        visit_f64_convert_i64_s: convert_signed, CVTSI2SD, I64, F64;
        visit_f64_convert_i64_u: convert_i64_u, CVTSI2SD, I64, F64;
    }

    pub(crate) fn visit_f32_demote_f64(&mut self) {
        self.float_unary(Sse::CVTSD2SS, None, Ty::F32);
    }

    pub(crate) fn visit_f64_promote_f32(&mut self) {
        self.float_unary(Sse::CVTSS2SD, None, Ty::F64);
    }

    pub(crate) fn visit_i32_reinterpret_f32(&mut self) {
        self.reinterpret_to_int(Ty::I32);
    }

    pub(crate) fn visit_i64_reinterpret_f64(&mut self) {
        self.reinterpret_to_int(Ty::I64);
    }

    pub(crate) fn visit_f32_reinterpret_i32(&mut self) {
        self.reinterpret_to_float(Ty::I32, Ty::F32);
    }

    pub(crate) fn visit_f64_reinterpret_i64(&mut self) {
        self.reinterpret_to_float(Ty::I64, Ty::F64);
    }

    // ---- reinterpretation ----

    fn reinterpret_to_int(&mut self, to: Ty) {
        if self.reinterpret_in_place(to) {
            return;
        }
        let src = self.pop_xmm();
        let result = self.result_gpr(Rmi::Imm(0));
        self.asm.mov_rx(to.size(), result.0, src);
        self.free_xmm(src);
        self.push_result(result, to);
    }

    fn reinterpret_to_float(&mut self, from: Ty, to: Ty) {
        if self.reinterpret_in_place(to) {
            return;
        }
        let src = self.pop_gpr();
        let result = self.result_xmm(SCRATCH_X);
        self.asm.mov_xr(from.size(), result.0, src);
        self.free_gpr(src);
        self.push_float(result, to);
    }

    // ---- integers to floats ----

    /// A zero in a register for the result of a conversion, which keeps the
    /// upper lanes: it must not wait for what was there.
    fn converted(&mut self) -> (Xmm, ResultLocal) {
        let result = self.result_xmm(SCRATCH_X);
        self.asm.sse_rr(Sse::XORPS, result.0, result.0);
        result
    }

    fn convert_signed(&mut self, op: Sse, from: Ty, to: Width) {
        let src = self.pop_rmi();
        let result = self.converted();
        let dst = result.0;
        match src {
            Rmi::Reg(reg) => self.asm.sse_xr(op, from.size(), dst, reg),
            Rmi::Mem(mem) => self.asm.sse_xm(op, from.size(), dst, mem),
            Rmi::Imm(_) => {
                self.move_operand(from.size(), SCRATCH, src);
                self.asm.sse_xr(op, from.size(), dst, SCRATCH);
            }
        }
        self.free_rmi(src);
        self.push_float(result, to.ty);
    }

    /// As 64 bits, the integer is not negative.
    fn convert_i32_u(&mut self, op: Sse, from: Ty, to: Width) {
        let src = self.pop_rmi();
        let result = self.converted();
        let reg = match src {
            Rmi::Reg(reg) => reg,
            _ => {
                self.move_operand(from.size(), SCRATCH, src);
                SCRATCH
            }
        };
        self.asm.sse_xr(op, Size::S64, result.0, reg);
        self.free_rmi(src);
        self.push_float(result, to.ty);
    }

    /// From 2^63 on, half of the integer is converted and doubled. The bit
    /// that is lost is kept in the lowest one, so that rounding sees it.
    fn convert_i64_u(&mut self, op: Sse, from: Ty, to: Width) {
        let src = self.pop_gpr_owned();
        let result = self.converted();
        let dst = result.0;
        let size = from.size();
        let [large, done] = [self.asm.new_label(), self.asm.new_label()];
        self.asm.test_rr(size, src, src);
        self.asm.jcc_short(Cond::S, large);
        self.asm.sse_xr(op, size, dst, src);
        self.asm.jmp_short(done);
        self.asm.bind(large);
        self.asm.mov_rr(size, SCRATCH, src);
        self.asm.shift_ri(Shift::Shr, size, SCRATCH, 1);
        self.asm.alu_ri(Alu::And, Size::S32, src, 1);
        self.asm.alu_rr(Alu::Or, size, SCRATCH, src);
        self.asm.sse_xr(op, size, dst, SCRATCH);
        self.asm.sse_rr(to.add, dst, dst);
        self.asm.bind(done);
        self.free_gpr(src);
        self.push_float(result, to.ty);
    }

    // ---- floats to integers, or traps ----

    fn truncate_to(&mut self, width: Width, size: Size, dst: Gpr, src: Xmm) {
        let op = if width.ty == Ty::F32 { Sse::CVTTSS2SI } else { Sse::CVTTSD2SI };
        self.asm.sse_rx(op, size, dst, src);
    }

    fn trap_if_nan(&mut self, width: Width, src: Xmm) {
        self.asm.sse_rr(width.compare, src, src);
        let invalid = self.trap_label(TrapCode::InvalidConversion);
        self.asm.jcc(Cond::P, invalid);
    }

    fn trap_if_overflow(&mut self, cond: Cond) {
        let overflow = self.trap_label(TrapCode::IntegerOverflow);
        self.asm.jcc(cond, overflow);
    }

    fn truncate_i32_s(&mut self, width: Width) {
        let src = self.pop_xmm();
        let result = self.result_gpr(Rmi::Imm(0));
        let dst = result.0;
        self.trap_if_nan(width, src);
        self.truncate_to(width, Size::S64, dst, src);
        self.asm.movsx_rr(Size::S32, Size::S64, SCRATCH, dst);
        self.asm.alu_rr(Alu::Cmp, Size::S64, SCRATCH, dst);
        self.trap_if_overflow(Cond::NE);
        self.asm.mov_rr(Size::S32, dst, dst);
        self.free_xmm(src);
        self.push_result(result, Ty::I32);
    }

    fn truncate_i32_u(&mut self, width: Width) {
        let src = self.pop_xmm();
        let result = self.result_gpr(Rmi::Imm(0));
        let dst = result.0;
        self.trap_if_nan(width, src);
        self.truncate_to(width, Size::S64, dst, src);
        self.asm.mov_rr(Size::S32, SCRATCH, dst);
        self.asm.alu_rr(Alu::Cmp, Size::S64, SCRATCH, dst);
        self.trap_if_overflow(Cond::NE);
        self.free_xmm(src);
        self.push_result(result, Ty::I32);
    }

    fn truncate_i64_s(&mut self, width: Width) {
        let src = self.pop_xmm();
        let result = self.result_gpr(Rmi::Imm(0));
        let dst = result.0;
        let done = self.asm.new_label();
        self.truncate_to(width, Size::S64, dst, src);
        // Overflows for the most negative integer alone.
        self.asm.alu_ri(Alu::Cmp, Size::S64, dst, 1);
        self.asm.jcc_short(Cond::NO, done);
        self.trap_if_nan(width, src);
        // -2^63 itself fits; no float lies between it and -2^63 - 1.
        let min = self.power_of_two(width, true);
        self.float_to(width.compare, src, min);
        self.trap_if_overflow(Cond::NE);
        self.asm.bind(done);
        self.free_xmm(src);
        self.push_result(result, Ty::I64);
    }

    fn truncate_i64_u(&mut self, width: Width) {
        let src = self.pop_xmm();
        let result = self.result_gpr(Rmi::Imm(0));
        let dst = result.0;
        let [large, done] = [self.asm.new_label(), self.asm.new_label()];
        let limit = self.power_of_two(width, false);
        self.float_to(width.compare, src, limit);
        // NaN counts as below.
        self.asm.jcc_short(Cond::AE, large);
        self.truncate_to(width, Size::S64, dst, src);
        self.asm.test_rr(Size::S64, dst, dst);
        self.asm.jcc_short(Cond::NS, done);
        self.trap_if_nan(width, src);
        let overflow = self.trap_label(TrapCode::IntegerOverflow);
        self.asm.jmp(overflow);
        self.asm.bind(large);
        self.truncate_large(width, dst, src);
        self.asm.test_rr(Size::S64, dst, dst);
        self.trap_if_overflow(Cond::S);
        self.asm.mov_ri(SCRATCH, SIGN);
        self.asm.alu_rr(Alu::Or, Size::S64, dst, SCRATCH);
        self.asm.bind(done);
        self.free_xmm(src);
        self.push_result(result, Ty::I64);
    }

    /// 2^63 or -2^63 as a float.
    fn power_of_two(&mut self, width: Width, negative: bool) -> Xm {
        let bits = match (width.ty, negative) {
            (Ty::F32, false) => u64::from(9_223_372_036_854_775_808_f32.to_bits()),
            (Ty::F32, true) => u64::from((-9_223_372_036_854_775_808_f32).to_bits()),
            (_, false) => 9_223_372_036_854_775_808_f64.to_bits(),
            (_, true) => (-9_223_372_036_854_775_808_f64).to_bits(),
        };
        Xm::Mem(self.float_constant(bits, width.ty))
    }

    /// A float from 2^63 on, less that, to an integer; negative if it does not
    /// fit. The difference is exact.
    fn truncate_large(&mut self, width: Width, dst: Gpr, src: Xmm) {
        let limit = self.power_of_two(width, false);
        self.move_float(SCRATCH_X, src);
        self.float_to(width.sub, SCRATCH_X, limit);
        self.truncate_to(width, Size::S64, dst, SCRATCH_X);
    }

    // ---- floats to integers, always ----

    fn saturate_i32_s(&mut self, width: Width) {
        self.saturate_s(width, Ty::I32);
    }

    fn saturate_i64_s(&mut self, width: Width) {
        self.saturate_s(width, Ty::I64);
    }

    fn saturate_s(&mut self, width: Width, to: Ty) {
        let size = to.size();
        let src = self.pop_xmm();
        let dst = self.alloc_gpr();
        let done = self.asm.new_label();
        self.truncate_to(width, size, dst, src);
        // Overflows for the most negative integer alone.
        self.asm.alu_ri(Alu::Cmp, size, dst, 1);
        self.asm.jcc_short(Cond::NO, done);
        self.asm.sse_rr(Sse::XORPS, SCRATCH_X, SCRATCH_X);
        self.asm.sse_rr(width.compare, SCRATCH_X, src);
        // A negative float, whose result stands.
        self.asm.jcc_short(Cond::AE, done);
        // `not` leaves the flags alone: positive, or NaN.
        self.asm.unary_r(Unary::Not, size, dst);
        self.asm.jcc_short(Cond::NP, done);
        self.asm.zero(dst);
        self.asm.bind(done);
        self.free_xmm(src);
        self.push_gpr(dst, to);
    }

    fn saturate_i32_u(&mut self, width: Width) {
        let src = self.pop_xmm();
        let dst = self.alloc_gpr();
        let done = self.asm.new_label();
        self.truncate_to(width, Size::S64, dst, src);
        self.asm.mov_rr(Size::S32, SCRATCH, dst);
        self.asm.alu_rr(Alu::Cmp, Size::S64, SCRATCH, dst);
        self.asm.jcc_short(Cond::E, done);
        self.asm.zero(dst);
        self.asm.sse_rr(Sse::XORPS, SCRATCH_X, SCRATCH_X);
        self.asm.sse_rr(width.compare, src, SCRATCH_X);
        // Negative, or NaN.
        self.asm.jcc_short(Cond::BE, done);
        self.asm.dec_r(Size::S32, dst);
        self.asm.bind(done);
        self.free_xmm(src);
        self.push_gpr(dst, Ty::I32);
    }

    fn saturate_i64_u(&mut self, width: Width) {
        let src = self.pop_xmm();
        let dst = self.alloc_gpr();
        let [large, done] = [self.asm.new_label(), self.asm.new_label()];
        let limit = self.power_of_two(width, false);
        self.float_to(width.compare, src, limit);
        // NaN counts as below.
        self.asm.jcc_short(Cond::AE, large);
        self.truncate_to(width, Size::S64, dst, src);
        self.asm.test_rr(Size::S64, dst, dst);
        self.asm.jcc_short(Cond::NS, done);
        self.asm.zero(dst);
        self.asm.jmp_short(done);
        self.asm.bind(large);
        self.truncate_large(width, dst, src);
        // All ones if it does not fit.
        self.asm.mov_rr(Size::S64, SCRATCH, dst);
        self.asm.shift_ri(Shift::Sar, Size::S64, SCRATCH, 63);
        self.asm.alu_rr(Alu::Or, Size::S64, dst, SCRATCH);
        self.asm.mov_ri(SCRATCH, SIGN);
        self.asm.alu_rr(Alu::Or, Size::S64, dst, SCRATCH);
        self.asm.bind(done);
        self.free_xmm(src);
        self.push_gpr(dst, Ty::I64);
    }
}
