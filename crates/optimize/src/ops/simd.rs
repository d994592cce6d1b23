//! Operators of fixed-width vectors.
//!
//! Owns: the table from operators to what computes them; `lane` has constants,
//! lane moves and memory, `arith` all that computes. A `v128` on the operand
//! stack always has the CLIF type `I8X16`; operators take lanes with
//! [`FuncTranslator::pop_v`] and leave them with [`FuncTranslator::push_v`].
//! Called by the operator dispatch only, where code is reachable. Must not
//! know how memories lie: addresses come from [`FuncTranslator::heap_addr`].

mod arith;
mod lane;

use cranelift_codegen::ir::InstBuilder;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::types::{F32X4, F64X2, I8X16, I16X8, I32X4, I64X2};

use self::arith::Widen;
use self::lane::ExtendLoad;
use crate::op::{MemArg, V128, VisitSimdOperator, for_each_visit_simd_operator};
use crate::translator::FuncTranslator;
use crate::visit::Dispatch;

macro_rules! dispatch {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        $(dispatch!(one @$proposal $op $({ $($arg: $argty),* })? => $visit);)*
    };
    (one @simd $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident) => {
        fn $visit(&mut self $($(, $arg: $argty)*)?) {
            if self.0.reachable {
                self.0.$visit($($($arg),*)?);
            }
        }
    };
    (one @relaxed_simd $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident) => {
        fn $visit(&mut self $($(, $arg: $argty)*)?) {
            $($(let _ = $arg;)*)?
            self.0.unsupported(stringify!($op));
        }
    };
}

impl<'a> VisitSimdOperator<'a> for Dispatch<'_, '_> {
    for_each_visit_simd_operator!(dispatch);
}

/// Operators that one CLIF instruction on lanes computes:
/// `family { operator: lanes instruction, … }`.
macro_rules! by_instruction {
    ($family:ident(1) { $($visit:ident: $ty:ident $inst:ident,)* }) => {
        $(pub(crate) fn $visit(&mut self) {
            self.$family($ty, |b, x| b.ins().$inst(x));
        })*
    };
    ($family:ident(2) { $($visit:ident: $ty:ident $inst:ident,)* }) => {
        $(pub(crate) fn $visit(&mut self) {
            self.$family($ty, |b, x, y| b.ins().$inst(x, y));
        })*
    };
    ($family:ident(into) { $($visit:ident: $from:ident $inst:ident $to:ident,)* }) => {
        $(pub(crate) fn $visit(&mut self) {
            self.$family($from, |b, x| b.ins().$inst($to, x));
        })*
    };
}

/// Operators that a method computes, given constants:
/// `method { operator: constants, … }`.
macro_rules! by_method {
    ($method:ident $args:tt { $($visit:ident: $constants:tt,)* }) => {
        $(by_method!(one $visit $method $args $constants);)*
    };
    (one $visit:ident $method:ident ($($arg:ident: $argty:ty),*) ($($constant:expr),*)) => {
        pub(crate) fn $visit(&mut self $(, $arg: $argty)*) {
            self.$method($($arg,)* $($constant),*);
        }
    };
}

/// Bits, constants, lanes and memory.
impl FuncTranslator<'_> {
    pub(crate) fn visit_v128_const(&mut self, value: V128) {
        self.simd_const(*value.bytes());
    }

    by_method! { simd_load(memarg: MemArg) {
        visit_v128_load: (),
    } }

    by_method! { simd_store(memarg: MemArg) {
        visit_v128_store: (),
    } }

    by_method! { simd_load_extend(memarg: MemArg) {
        visit_v128_load8x8_s: (ExtendLoad::S8x8),
        visit_v128_load8x8_u: (ExtendLoad::U8x8),
        visit_v128_load16x4_s: (ExtendLoad::S16x4),
        visit_v128_load16x4_u: (ExtendLoad::U16x4),
        visit_v128_load32x2_s: (ExtendLoad::S32x2),
        visit_v128_load32x2_u: (ExtendLoad::U32x2),
    } }

    by_method! { simd_load_splat(memarg: MemArg) {
        visit_v128_load8_splat: (I8X16),
        visit_v128_load16_splat: (I16X8),
        visit_v128_load32_splat: (I32X4),
        visit_v128_load64_splat: (I64X2),
    } }

    by_method! { simd_load_zero(memarg: MemArg) {
        visit_v128_load32_zero: (I32X4),
        visit_v128_load64_zero: (I64X2),
    } }

    by_method! { simd_load_lane(memarg: MemArg, lane: u8) {
        visit_v128_load8_lane: (I8X16),
        visit_v128_load16_lane: (I16X8),
        visit_v128_load32_lane: (I32X4),
        visit_v128_load64_lane: (I64X2),
    } }

    by_method! { simd_store_lane(memarg: MemArg, lane: u8) {
        visit_v128_store8_lane: (I8X16),
        visit_v128_store16_lane: (I16X8),
        visit_v128_store32_lane: (I32X4),
        visit_v128_store64_lane: (I64X2),
    } }

    by_method! { simd_shuffle(lanes: [u8; 16]) {
        visit_i8x16_shuffle: (),
    } }

    by_method! { simd_swizzle() {
        visit_i8x16_swizzle: (),
    } }

    by_method! { simd_splat() {
        visit_i8x16_splat: (I8X16),
        visit_i16x8_splat: (I16X8),
        visit_i32x4_splat: (I32X4),
        visit_i64x2_splat: (I64X2),
        visit_f32x4_splat: (F32X4),
        visit_f64x2_splat: (F64X2),
    } }

    by_method! { simd_extract(lane: u8) {
        visit_i32x4_extract_lane: (I32X4),
        visit_i64x2_extract_lane: (I64X2),
        visit_f32x4_extract_lane: (F32X4),
        visit_f64x2_extract_lane: (F64X2),
    } }

    by_method! { simd_extract_signed(lane: u8) {
        visit_i8x16_extract_lane_s: (I8X16),
        visit_i16x8_extract_lane_s: (I16X8),
    } }

    by_method! { simd_extract_unsigned(lane: u8) {
        visit_i8x16_extract_lane_u: (I8X16),
        visit_i16x8_extract_lane_u: (I16X8),
    } }

    by_method! { simd_replace(lane: u8) {
        visit_i8x16_replace_lane: (I8X16),
        visit_i16x8_replace_lane: (I16X8),
        visit_i32x4_replace_lane: (I32X4),
        visit_i64x2_replace_lane: (I64X2),
        visit_f32x4_replace_lane: (F32X4),
        visit_f64x2_replace_lane: (F64X2),
    } }

    by_instruction! { simd_unary(1) {
        visit_v128_not: I8X16 bnot,
    } }

    by_instruction! { simd_binary(2) {
        visit_v128_and: I8X16 band,
        visit_v128_or: I8X16 bor,
        visit_v128_xor: I8X16 bxor,
    } }

    by_method! { simd_and_not() {
        visit_v128_andnot: (),
    } }

    by_method! { simd_bitselect() {
        visit_v128_bitselect: (),
    } }

    by_method! { simd_any_true() {
        visit_v128_any_true: (),
    } }

    by_method! { simd_all_true() {
        visit_i8x16_all_true: (I8X16),
        visit_i16x8_all_true: (I16X8),
        visit_i32x4_all_true: (I32X4),
        visit_i64x2_all_true: (I64X2),
    } }

    by_method! { simd_bitmask() {
        visit_i8x16_bitmask: (I8X16),
        visit_i16x8_bitmask: (I16X8),
        visit_i32x4_bitmask: (I32X4),
        visit_i64x2_bitmask: (I64X2),
    } }
}

/// Comparisons: all ones where they hold.
impl FuncTranslator<'_> {
    by_method! { simd_icmp() {
        visit_i8x16_eq: (I8X16, IntCC::Equal),
        visit_i8x16_ne: (I8X16, IntCC::NotEqual),
        visit_i8x16_lt_s: (I8X16, IntCC::SignedLessThan),
        visit_i8x16_lt_u: (I8X16, IntCC::UnsignedLessThan),
        visit_i8x16_gt_s: (I8X16, IntCC::SignedGreaterThan),
        visit_i8x16_gt_u: (I8X16, IntCC::UnsignedGreaterThan),
        visit_i8x16_le_s: (I8X16, IntCC::SignedLessThanOrEqual),
        visit_i8x16_le_u: (I8X16, IntCC::UnsignedLessThanOrEqual),
        visit_i8x16_ge_s: (I8X16, IntCC::SignedGreaterThanOrEqual),
        visit_i8x16_ge_u: (I8X16, IntCC::UnsignedGreaterThanOrEqual),
        visit_i16x8_eq: (I16X8, IntCC::Equal),
        visit_i16x8_ne: (I16X8, IntCC::NotEqual),
        visit_i16x8_lt_s: (I16X8, IntCC::SignedLessThan),
        visit_i16x8_lt_u: (I16X8, IntCC::UnsignedLessThan),
        visit_i16x8_gt_s: (I16X8, IntCC::SignedGreaterThan),
        visit_i16x8_gt_u: (I16X8, IntCC::UnsignedGreaterThan),
        visit_i16x8_le_s: (I16X8, IntCC::SignedLessThanOrEqual),
        visit_i16x8_le_u: (I16X8, IntCC::UnsignedLessThanOrEqual),
        visit_i16x8_ge_s: (I16X8, IntCC::SignedGreaterThanOrEqual),
        visit_i16x8_ge_u: (I16X8, IntCC::UnsignedGreaterThanOrEqual),
        visit_i32x4_eq: (I32X4, IntCC::Equal),
        visit_i32x4_ne: (I32X4, IntCC::NotEqual),
        visit_i32x4_lt_s: (I32X4, IntCC::SignedLessThan),
        visit_i32x4_lt_u: (I32X4, IntCC::UnsignedLessThan),
        visit_i32x4_gt_s: (I32X4, IntCC::SignedGreaterThan),
        visit_i32x4_gt_u: (I32X4, IntCC::UnsignedGreaterThan),
        visit_i32x4_le_s: (I32X4, IntCC::SignedLessThanOrEqual),
        visit_i32x4_le_u: (I32X4, IntCC::UnsignedLessThanOrEqual),
        visit_i32x4_ge_s: (I32X4, IntCC::SignedGreaterThanOrEqual),
        visit_i32x4_ge_u: (I32X4, IntCC::UnsignedGreaterThanOrEqual),
        visit_i64x2_eq: (I64X2, IntCC::Equal),
        visit_i64x2_ne: (I64X2, IntCC::NotEqual),
        visit_i64x2_lt_s: (I64X2, IntCC::SignedLessThan),
        visit_i64x2_gt_s: (I64X2, IntCC::SignedGreaterThan),
        visit_i64x2_le_s: (I64X2, IntCC::SignedLessThanOrEqual),
        visit_i64x2_ge_s: (I64X2, IntCC::SignedGreaterThanOrEqual),
    } }

    by_method! { simd_fcmp() {
        visit_f32x4_eq: (F32X4, FloatCC::Equal),
        visit_f32x4_ne: (F32X4, FloatCC::NotEqual),
        visit_f32x4_lt: (F32X4, FloatCC::LessThan),
        visit_f32x4_gt: (F32X4, FloatCC::GreaterThan),
        visit_f32x4_le: (F32X4, FloatCC::LessThanOrEqual),
        visit_f32x4_ge: (F32X4, FloatCC::GreaterThanOrEqual),
        visit_f64x2_eq: (F64X2, FloatCC::Equal),
        visit_f64x2_ne: (F64X2, FloatCC::NotEqual),
        visit_f64x2_lt: (F64X2, FloatCC::LessThan),
        visit_f64x2_gt: (F64X2, FloatCC::GreaterThan),
        visit_f64x2_le: (F64X2, FloatCC::LessThanOrEqual),
        visit_f64x2_ge: (F64X2, FloatCC::GreaterThanOrEqual),
    } }
}

/// Integer lanes.
impl FuncTranslator<'_> {
    by_instruction! { simd_unary(1) {
        visit_i8x16_abs: I8X16 iabs,
        visit_i8x16_neg: I8X16 ineg,
        visit_i16x8_abs: I16X8 iabs,
        visit_i16x8_neg: I16X8 ineg,
        visit_i32x4_abs: I32X4 iabs,
        visit_i32x4_neg: I32X4 ineg,
        visit_i64x2_abs: I64X2 iabs,
        visit_i64x2_neg: I64X2 ineg,
        visit_i8x16_popcnt: I8X16 popcnt,
    } }

    by_instruction! { simd_binary(2) {
        visit_i8x16_add: I8X16 iadd,
        visit_i8x16_sub: I8X16 isub,
        visit_i8x16_add_sat_s: I8X16 sadd_sat,
        visit_i8x16_add_sat_u: I8X16 uadd_sat,
        visit_i8x16_sub_sat_s: I8X16 ssub_sat,
        visit_i8x16_sub_sat_u: I8X16 usub_sat,
        visit_i8x16_avgr_u: I8X16 avg_round,
        visit_i8x16_min_s: I8X16 smin,
        visit_i8x16_min_u: I8X16 umin,
        visit_i8x16_max_s: I8X16 smax,
        visit_i8x16_max_u: I8X16 umax,
        visit_i16x8_add: I16X8 iadd,
        visit_i16x8_sub: I16X8 isub,
        visit_i16x8_mul: I16X8 imul,
        visit_i16x8_add_sat_s: I16X8 sadd_sat,
        visit_i16x8_add_sat_u: I16X8 uadd_sat,
        visit_i16x8_sub_sat_s: I16X8 ssub_sat,
        visit_i16x8_sub_sat_u: I16X8 usub_sat,
        visit_i16x8_avgr_u: I16X8 avg_round,
        visit_i16x8_min_s: I16X8 smin,
        visit_i16x8_min_u: I16X8 umin,
        visit_i16x8_max_s: I16X8 smax,
        visit_i16x8_max_u: I16X8 umax,
        visit_i32x4_add: I32X4 iadd,
        visit_i32x4_sub: I32X4 isub,
        visit_i32x4_mul: I32X4 imul,
        visit_i32x4_min_s: I32X4 smin,
        visit_i32x4_min_u: I32X4 umin,
        visit_i32x4_max_s: I32X4 smax,
        visit_i32x4_max_u: I32X4 umax,
        visit_i64x2_add: I64X2 iadd,
        visit_i64x2_sub: I64X2 isub,
        visit_i64x2_mul: I64X2 imul,
        visit_i16x8_q15mulr_sat_s: I16X8 sqmul_round_sat,
        visit_i8x16_narrow_i16x8_s: I16X8 snarrow,
        visit_i8x16_narrow_i16x8_u: I16X8 unarrow,
        visit_i16x8_narrow_i32x4_s: I32X4 snarrow,
        visit_i16x8_narrow_i32x4_u: I32X4 unarrow,
    } }

    by_instruction! { simd_shift(2) {
        visit_i8x16_shl: I8X16 ishl,
        visit_i8x16_shr_s: I8X16 sshr,
        visit_i8x16_shr_u: I8X16 ushr,
        visit_i16x8_shl: I16X8 ishl,
        visit_i16x8_shr_s: I16X8 sshr,
        visit_i16x8_shr_u: I16X8 ushr,
        visit_i32x4_shl: I32X4 ishl,
        visit_i32x4_shr_s: I32X4 sshr,
        visit_i32x4_shr_u: I32X4 ushr,
        visit_i64x2_shl: I64X2 ishl,
        visit_i64x2_shr_s: I64X2 sshr,
        visit_i64x2_shr_u: I64X2 ushr,
    } }

    by_method! { simd_widen() {
        visit_i16x8_extend_low_i8x16_s: (I8X16, Widen::LowS),
        visit_i16x8_extend_high_i8x16_s: (I8X16, Widen::HighS),
        visit_i16x8_extend_low_i8x16_u: (I8X16, Widen::LowU),
        visit_i16x8_extend_high_i8x16_u: (I8X16, Widen::HighU),
        visit_i32x4_extend_low_i16x8_s: (I16X8, Widen::LowS),
        visit_i32x4_extend_high_i16x8_s: (I16X8, Widen::HighS),
        visit_i32x4_extend_low_i16x8_u: (I16X8, Widen::LowU),
        visit_i32x4_extend_high_i16x8_u: (I16X8, Widen::HighU),
        visit_i64x2_extend_low_i32x4_s: (I32X4, Widen::LowS),
        visit_i64x2_extend_high_i32x4_s: (I32X4, Widen::HighS),
        visit_i64x2_extend_low_i32x4_u: (I32X4, Widen::LowU),
        visit_i64x2_extend_high_i32x4_u: (I32X4, Widen::HighU),
    } }

    by_method! { simd_extmul() {
        visit_i16x8_extmul_low_i8x16_s: (I8X16, Widen::LowS),
        visit_i16x8_extmul_high_i8x16_s: (I8X16, Widen::HighS),
        visit_i16x8_extmul_low_i8x16_u: (I8X16, Widen::LowU),
        visit_i16x8_extmul_high_i8x16_u: (I8X16, Widen::HighU),
        visit_i32x4_extmul_low_i16x8_s: (I16X8, Widen::LowS),
        visit_i32x4_extmul_high_i16x8_s: (I16X8, Widen::HighS),
        visit_i32x4_extmul_low_i16x8_u: (I16X8, Widen::LowU),
        visit_i32x4_extmul_high_i16x8_u: (I16X8, Widen::HighU),
        visit_i64x2_extmul_low_i32x4_s: (I32X4, Widen::LowS),
        visit_i64x2_extmul_high_i32x4_s: (I32X4, Widen::HighS),
        visit_i64x2_extmul_low_i32x4_u: (I32X4, Widen::LowU),
        visit_i64x2_extmul_high_i32x4_u: (I32X4, Widen::HighU),
    } }

    by_method! { simd_extadd_pairwise() {
        visit_i16x8_extadd_pairwise_i8x16_s: (I8X16, Widen::LowS, Widen::HighS),
        visit_i16x8_extadd_pairwise_i8x16_u: (I8X16, Widen::LowU, Widen::HighU),
        visit_i32x4_extadd_pairwise_i16x8_s: (I16X8, Widen::LowS, Widen::HighS),
        visit_i32x4_extadd_pairwise_i16x8_u: (I16X8, Widen::LowU, Widen::HighU),
    } }

    by_method! { simd_dot() {
        visit_i32x4_dot_i16x8_s: (I16X8),
    } }
}

/// Float lanes, and conversions from and to them.
impl FuncTranslator<'_> {
    by_instruction! { simd_unary(1) {
        visit_f32x4_abs: F32X4 fabs,
        visit_f32x4_neg: F32X4 fneg,
        visit_f64x2_abs: F64X2 fabs,
        visit_f64x2_neg: F64X2 fneg,
    } }

    by_instruction! { simd_float_unary(1) {
        visit_f32x4_ceil: F32X4 ceil,
        visit_f32x4_floor: F32X4 floor,
        visit_f32x4_trunc: F32X4 trunc,
        visit_f32x4_nearest: F32X4 nearest,
        visit_f32x4_sqrt: F32X4 sqrt,
        visit_f64x2_ceil: F64X2 ceil,
        visit_f64x2_floor: F64X2 floor,
        visit_f64x2_trunc: F64X2 trunc,
        visit_f64x2_nearest: F64X2 nearest,
        visit_f64x2_sqrt: F64X2 sqrt,
        visit_f32x4_demote_f64x2_zero: F64X2 fvdemote,
        visit_f64x2_promote_low_f32x4: F32X4 fvpromote_low,
    } }

    by_instruction! { simd_float_binary(2) {
        visit_f32x4_add: F32X4 fadd,
        visit_f32x4_sub: F32X4 fsub,
        visit_f32x4_mul: F32X4 fmul,
        visit_f32x4_div: F32X4 fdiv,
        visit_f32x4_min: F32X4 fmin,
        visit_f32x4_max: F32X4 fmax,
        visit_f64x2_add: F64X2 fadd,
        visit_f64x2_sub: F64X2 fsub,
        visit_f64x2_mul: F64X2 fmul,
        visit_f64x2_div: F64X2 fdiv,
        visit_f64x2_min: F64X2 fmin,
        visit_f64x2_max: F64X2 fmax,
    } }

    by_method! { simd_pmin() {
        visit_f32x4_pmin: (F32X4),
        visit_f64x2_pmin: (F64X2),
    } }

    by_method! { simd_pmax() {
        visit_f32x4_pmax: (F32X4),
        visit_f64x2_pmax: (F64X2),
    } }

    by_instruction! { simd_unary(into) {
        visit_i32x4_trunc_sat_f32x4_s: F32X4 fcvt_to_sint_sat I32X4,
        visit_i32x4_trunc_sat_f32x4_u: F32X4 fcvt_to_uint_sat I32X4,
        visit_f32x4_convert_i32x4_s: I32X4 fcvt_from_sint F32X4,
        visit_f32x4_convert_i32x4_u: I32X4 fcvt_from_uint F32X4,
    } }

    by_method! { simd_trunc_sat_f64x2_s_zero() {
        visit_i32x4_trunc_sat_f64x2_s_zero: (),
    } }

    by_method! { simd_trunc_sat_f64x2_u_zero() {
        visit_i32x4_trunc_sat_f64x2_u_zero: (),
    } }

    by_method! { simd_convert_low_s() {
        visit_f64x2_convert_low_i32x4_s: (),
    } }

    by_method! { simd_convert_low_u() {
        visit_f64x2_convert_low_i32x4_u: (),
    } }
}
