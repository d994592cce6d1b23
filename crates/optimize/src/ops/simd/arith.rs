//! Lane-wise arithmetic, comparisons, conversions and reductions.
//!
//! Owns: the CLIF of every vector operator that computes. Called by the
//! operator table in [`super`]. Must not know: memory, or the processor: the
//! instruction patterns here are the ones that Cranelift's x64 rules turn into
//! single instructions, but each is right on any target.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F64X2, I8X16, I32, I32X4, I64X2};
use cranelift_codegen::ir::{InstBuilder, Type, Value};
use cranelift_frontend::FunctionBuilder;

use crate::flags::LANES;
use crate::translator::FuncTranslator;

/// The lanes of the same shape that hold a comparison of `ty`'s lanes.
fn mask_type(ty: Type) -> Type {
    ty.as_truthy()
}

/// Which half of a vector, and how its lanes become twice as wide.
#[derive(Clone, Copy)]
pub(super) enum Widen {
    LowS,
    LowU,
    HighS,
    HighU,
}

impl Widen {
    fn apply(self, b: &mut FunctionBuilder<'_>, vector: Value) -> Value {
        match self {
            Widen::LowS => b.ins().swiden_low(vector),
            Widen::LowU => b.ins().uwiden_low(vector),
            Widen::HighS => b.ins().swiden_high(vector),
            Widen::HighU => b.ins().uwiden_high(vector),
        }
    }
}

impl FuncTranslator<'_> {
    pub(super) fn simd_unary(
        &mut self,
        ty: Type,
        op: impl FnOnce(&mut FunctionBuilder<'_>, Value) -> Value,
    ) {
        let x = self.pop_v(ty);
        let value = op(&mut self.b, x);
        self.push_v(value);
    }

    pub(super) fn simd_binary(
        &mut self,
        ty: Type,
        op: impl FnOnce(&mut FunctionBuilder<'_>, Value, Value) -> Value,
    ) {
        let rhs = self.pop_v(ty);
        let lhs = self.pop_v(ty);
        let value = op(&mut self.b, lhs, rhs);
        self.push_v(value);
    }

    /// A float operator whose NaN results have a payload that the
    /// specification leaves open.
    pub(super) fn simd_float_unary(
        &mut self,
        ty: Type,
        op: impl FnOnce(&mut FunctionBuilder<'_>, Value) -> Value,
    ) {
        let x = self.pop_v(ty);
        let value = op(&mut self.b, x);
        let made = self.b.func.dfg.value_type(value);
        let value = self.canonicalize_nan(value, made);
        self.push_v(value);
    }

    /// As [`Self::simd_float_unary`], of two operands.
    pub(super) fn simd_float_binary(
        &mut self,
        ty: Type,
        op: impl FnOnce(&mut FunctionBuilder<'_>, Value, Value) -> Value,
    ) {
        let rhs = self.pop_v(ty);
        let lhs = self.pop_v(ty);
        let value = op(&mut self.b, lhs, rhs);
        let made = self.b.func.dfg.value_type(value);
        let value = self.canonicalize_nan(value, made);
        self.push_v(value);
    }

    /// A shift by a scalar. CLIF takes the amount modulo the lane's width, as
    /// wasm does.
    pub(super) fn simd_shift(
        &mut self,
        ty: Type,
        op: impl FnOnce(&mut FunctionBuilder<'_>, Value, Value) -> Value,
    ) {
        let amount = self.pop();
        let vector = self.pop_v(ty);
        let value = op(&mut self.b, vector, amount);
        self.push_v(value);
    }

    pub(super) fn simd_icmp(&mut self, ty: Type, cc: IntCC) {
        self.simd_binary(ty, |b, lhs, rhs| b.ins().icmp(cc, lhs, rhs));
    }

    pub(super) fn simd_fcmp(&mut self, ty: Type, cc: FloatCC) {
        let rhs = self.pop_unfolded(ty);
        let lhs = self.pop_unfolded(ty);
        let value = self.b.ins().fcmp(cc, lhs, rhs);
        self.push_v(value);
    }

    /// `lhs & !rhs`.
    pub(super) fn simd_and_not(&mut self) {
        self.simd_binary(I8X16, |b, lhs, rhs| {
            let rhs = b.ins().bnot(rhs);
            b.ins().band(lhs, rhs)
        });
    }

    /// The lanes are named as the mask's are: a mask that a comparison made is
    /// then seen to be all ones or all zeros, which makes this a blend.
    pub(super) fn simd_bitselect(&mut self) {
        let mask = self.pop_any_lanes();
        let ty = self.b.func.dfg.value_type(mask);
        let if_clear = self.pop_v(ty);
        let if_set = self.pop_v(ty);
        let value = self.b.ins().bitselect(mask, if_set, if_clear);
        self.push_v(value);
    }

    /// Whether any bit is set: the lane type does not matter, so the
    /// comparison below, if any, stays visible.
    pub(super) fn simd_any_true(&mut self) {
        let vector = self.pop_any_lanes();
        let ty = self.b.func.dfg.value_type(vector);
        let vector = self.as_lanes(vector, mask_type(ty));
        let any = self.b.ins().vany_true(vector);
        let any = self.b.ins().uextend(I32, any);
        self.push(any);
    }

    pub(super) fn simd_all_true(&mut self, ty: Type) {
        let vector = self.pop_v(ty);
        let all = self.b.ins().vall_true(vector);
        let all = self.b.ins().uextend(I32, all);
        self.push(all);
    }

    pub(super) fn simd_bitmask(&mut self, ty: Type) {
        let vector = self.pop_v(ty);
        let bits = self.b.ins().vhigh_bits(I32, vector);
        self.push(bits);
    }

    pub(super) fn simd_widen(&mut self, from: Type, how: Widen) {
        self.simd_unary(from, |b, x| how.apply(b, x));
    }

    /// The product of widened halves: never overflows.
    pub(super) fn simd_extmul(&mut self, from: Type, how: Widen) {
        self.simd_binary(from, |b, lhs, rhs| {
            let lhs = how.apply(b, lhs);
            let rhs = how.apply(b, rhs);
            b.ins().imul(lhs, rhs)
        });
    }

    /// Sums of neighbours, widened first.
    pub(super) fn simd_extadd_pairwise(&mut self, from: Type, low: Widen, high: Widen) {
        self.simd_unary(from, |b, x| {
            let low = low.apply(b, x);
            let high = high.apply(b, x);
            b.ins().iadd_pairwise(low, high)
        });
    }

    /// Sums of neighbouring products; wraps only for two products of the two
    /// least lanes.
    pub(super) fn simd_dot(&mut self, from: Type) {
        self.simd_binary(from, |b, lhs, rhs| {
            let (l, r) = (b.ins().swiden_low(lhs), b.ins().swiden_low(rhs));
            let low = b.ins().imul(l, r);
            let (l, r) = (b.ins().swiden_high(lhs), b.ins().swiden_high(rhs));
            let high = b.ins().imul(l, r);
            b.ins().iadd_pairwise(low, high)
        });
    }

    /// `rhs < lhs ? rhs : lhs`: the left operand if they are unordered or
    /// equal, bits untouched.
    pub(super) fn simd_pmin(&mut self, ty: Type) {
        let rhs = self.pop_unfolded(ty);
        let lhs = self.pop_unfolded(ty);
        let less = self.b.ins().fcmp(FloatCC::LessThan, rhs, lhs);
        let mask = self.b.ins().bitcast(ty, LANES, less);
        let value = self.b.ins().bitselect(mask, rhs, lhs);
        self.push_v(value);
    }

    /// `lhs < rhs ? rhs : lhs`, as [`Self::simd_pmin`].
    pub(super) fn simd_pmax(&mut self, ty: Type) {
        let rhs = self.pop_unfolded(ty);
        let lhs = self.pop_unfolded(ty);
        let less = self.b.ins().fcmp(FloatCC::LessThan, lhs, rhs);
        let mask = self.b.ins().bitcast(ty, LANES, less);
        let value = self.b.ins().bitselect(mask, rhs, lhs);
        self.push_v(value);
    }

    /// `i32x4.trunc_sat_f64x2_s_zero`. x64 knows the conversion to `i64x2`
    /// only under this narrowing with a zero constant.
    pub(super) fn simd_trunc_sat_f64x2_s_zero(&mut self) {
        let x = self.pop_v(F64X2);
        let wide = self.b.ins().fcvt_to_sint_sat(I64X2, x);
        let zero = self.vector_const(I64X2, [0; 16]);
        let value = self.b.ins().snarrow(wide, zero);
        self.push_v(value);
    }

    /// As [`Self::simd_trunc_sat_f64x2_s_zero`], unsigned.
    pub(super) fn simd_trunc_sat_f64x2_u_zero(&mut self) {
        let x = self.pop_v(F64X2);
        let wide = self.b.ins().fcvt_to_uint_sat(I64X2, x);
        let zero = self.vector_const(I64X2, [0; 16]);
        let value = self.b.ins().uunarrow(wide, zero);
        self.push_v(value);
    }

    pub(super) fn simd_convert_low_s(&mut self) {
        self.simd_unary(I32X4, |b, x| {
            let wide = b.ins().swiden_low(x);
            b.ins().fcvt_from_sint(F64X2, wide)
        });
    }

    pub(super) fn simd_convert_low_u(&mut self) {
        self.simd_unary(I32X4, |b, x| {
            let wide = b.ins().uwiden_low(x);
            b.ins().fcvt_from_uint(F64X2, wide)
        });
    }
}
