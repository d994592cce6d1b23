//! Operators of fixed-width vectors.
//!
//! Owns: the table from operators to what computes them: `lane` has constants
//! and lanes, `shuffle` permutations, `memory` accesses, `int` and `float` all
//! that computes, `emit` the choice between SSE and VEX. Called by the operator
//! dispatch only, where code is reachable. Must not know how memories lie.

mod emit;
mod float;
mod int;
mod lane;
mod memory;
mod shuffle;

use self::emit::Order::{Any, AsIs, Swapped};
use self::float::Floats;
use self::int::{Direction, Half};
use self::lane::Lanes;
use crate::op::{MemArg, V128, VisitSimdOperator, for_each_visit_simd_operator};
use crate::x64::Sse;
use crate::x64::codegen::Codegen;
use crate::x64::visit::Dispatch;

macro_rules! dispatch {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        $(dispatch!(one @$proposal $op $({ $($arg: $argty),* })? => $visit);)*
    };
    (one @simd $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident) => {
        fn $visit(&mut self $($(, $arg: $argty)*)?) {
            if self.0.reachable {
                self.0.settle_flags();
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
impl Codegen<'_> {
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
        visit_v128_load8x8_s: (Sse::PMOVSXBW),
        visit_v128_load8x8_u: (Sse::PMOVZXBW),
        visit_v128_load16x4_s: (Sse::PMOVSXWD),
        visit_v128_load16x4_u: (Sse::PMOVZXWD),
        visit_v128_load32x2_s: (Sse::PMOVSXDQ),
        visit_v128_load32x2_u: (Sse::PMOVZXDQ),
    } }

    by_method! { simd_load_splat(memarg: MemArg) {
        visit_v128_load8_splat: (Lanes::I8x16),
        visit_v128_load16_splat: (Lanes::I16x8),
        visit_v128_load32_splat: (Lanes::I32x4),
        visit_v128_load64_splat: (Lanes::I64x2),
    } }

    by_method! { simd_load_zero(memarg: MemArg) {
        visit_v128_load32_zero: (Lanes::I32x4),
        visit_v128_load64_zero: (Lanes::I64x2),
    } }

    by_method! { simd_load_lane(memarg: MemArg, lane: u8) {
        visit_v128_load8_lane: (Lanes::I8x16),
        visit_v128_load16_lane: (Lanes::I16x8),
        visit_v128_load32_lane: (Lanes::I32x4),
        visit_v128_load64_lane: (Lanes::I64x2),
    } }

    by_method! { simd_store_lane(memarg: MemArg, lane: u8) {
        visit_v128_store8_lane: (Lanes::I8x16),
        visit_v128_store16_lane: (Lanes::I16x8),
        visit_v128_store32_lane: (Lanes::I32x4),
        visit_v128_store64_lane: (Lanes::I64x2),
    } }

    by_method! { simd_shuffle(lanes: [u8; 16]) {
        visit_i8x16_shuffle: (),
    } }

    by_method! { simd_swizzle() {
        visit_i8x16_swizzle: (),
    } }

    by_method! { simd_splat() {
        visit_i8x16_splat: (Lanes::I8x16),
        visit_i16x8_splat: (Lanes::I16x8),
        visit_i32x4_splat: (Lanes::I32x4),
        visit_i64x2_splat: (Lanes::I64x2),
    } }

    by_method! { simd_splat_f32() {
        visit_f32x4_splat: (),
    } }

    by_method! { simd_splat_f64() {
        visit_f64x2_splat: (),
    } }

    by_method! { simd_extract(lane: u8) {
        visit_i8x16_extract_lane_u: (Lanes::I8x16),
        visit_i16x8_extract_lane_u: (Lanes::I16x8),
        visit_i32x4_extract_lane: (Lanes::I32x4),
        visit_i64x2_extract_lane: (Lanes::I64x2),
    } }

    by_method! { simd_extract_signed(lane: u8) {
        visit_i8x16_extract_lane_s: (Lanes::I8x16),
        visit_i16x8_extract_lane_s: (Lanes::I16x8),
    } }

    by_method! { simd_extract_f32(lane: u8) {
        visit_f32x4_extract_lane: (),
    } }

    by_method! { simd_extract_f64(lane: u8) {
        visit_f64x2_extract_lane: (),
    } }

    by_method! { simd_replace(lane: u8) {
        visit_i8x16_replace_lane: (Lanes::I8x16),
        visit_i16x8_replace_lane: (Lanes::I16x8),
        visit_i32x4_replace_lane: (Lanes::I32x4),
        visit_i64x2_replace_lane: (Lanes::I64x2),
    } }

    by_method! { simd_replace_f32(lane: u8) {
        visit_f32x4_replace_lane: (),
    } }

    by_method! { simd_replace_f64(lane: u8) {
        visit_f64x2_replace_lane: (),
    } }

    by_method! { simd_not() {
        visit_v128_not: (),
    } }

    by_method! { simd_binary() {
        visit_v128_and: (Sse::PAND, Any),
        visit_v128_or: (Sse::POR, Any),
        visit_v128_xor: (Sse::PXOR, Any),
        visit_v128_andnot: (Sse::PANDN, Swapped),
    } }

    by_method! { simd_bitselect() {
        visit_v128_bitselect: (),
    } }

    by_method! { simd_any_true() {
        visit_v128_any_true: (),
    } }

    by_method! { simd_all_true() {
        visit_i8x16_all_true: (Sse::PCMPEQB),
        visit_i16x8_all_true: (Sse::PCMPEQW),
        visit_i32x4_all_true: (Sse::PCMPEQD),
        visit_i64x2_all_true: (Sse::PCMPEQQ),
    } }

    by_method! { simd_bitmask() {
        visit_i8x16_bitmask: (Lanes::I8x16),
        visit_i16x8_bitmask: (Lanes::I16x8),
        visit_i32x4_bitmask: (Lanes::I32x4),
        visit_i64x2_bitmask: (Lanes::I64x2),
    } }
}

/// Comparisons: all ones where they hold.
impl Codegen<'_> {
    by_method! { simd_binary() {
        visit_i8x16_eq: (Sse::PCMPEQB, Any),
        visit_i8x16_gt_s: (Sse::PCMPGTB, AsIs),
        visit_i8x16_lt_s: (Sse::PCMPGTB, Swapped),
        visit_i16x8_eq: (Sse::PCMPEQW, Any),
        visit_i16x8_gt_s: (Sse::PCMPGTW, AsIs),
        visit_i16x8_lt_s: (Sse::PCMPGTW, Swapped),
        visit_i32x4_eq: (Sse::PCMPEQD, Any),
        visit_i32x4_gt_s: (Sse::PCMPGTD, AsIs),
        visit_i32x4_lt_s: (Sse::PCMPGTD, Swapped),
        visit_i64x2_eq: (Sse::PCMPEQQ, Any),
        visit_i64x2_gt_s: (Sse::PCMPGTQ, AsIs),
        visit_i64x2_lt_s: (Sse::PCMPGTQ, Swapped),
    } }

    by_method! { simd_binary_not() {
        visit_i8x16_ne: (Sse::PCMPEQB, Any),
        visit_i16x8_ne: (Sse::PCMPEQW, Any),
        visit_i32x4_ne: (Sse::PCMPEQD, Any),
        visit_i64x2_ne: (Sse::PCMPEQQ, Any),
        visit_i64x2_le_s: (Sse::PCMPGTQ, AsIs),
        visit_i64x2_ge_s: (Sse::PCMPGTQ, Swapped),
    } }

    by_method! { simd_is_extreme() {
        visit_i8x16_le_s: (Sse::PMINSB, Sse::PCMPEQB),
        visit_i8x16_le_u: (Sse::PMINUB, Sse::PCMPEQB),
        visit_i8x16_ge_s: (Sse::PMAXSB, Sse::PCMPEQB),
        visit_i8x16_ge_u: (Sse::PMAXUB, Sse::PCMPEQB),
        visit_i16x8_le_s: (Sse::PMINSW, Sse::PCMPEQW),
        visit_i16x8_le_u: (Sse::PMINUW, Sse::PCMPEQW),
        visit_i16x8_ge_s: (Sse::PMAXSW, Sse::PCMPEQW),
        visit_i16x8_ge_u: (Sse::PMAXUW, Sse::PCMPEQW),
        visit_i32x4_le_s: (Sse::PMINSD, Sse::PCMPEQD),
        visit_i32x4_le_u: (Sse::PMINUD, Sse::PCMPEQD),
        visit_i32x4_ge_s: (Sse::PMAXSD, Sse::PCMPEQD),
        visit_i32x4_ge_u: (Sse::PMAXUD, Sse::PCMPEQD),
    } }

    by_method! { simd_is_not_extreme() {
        visit_i8x16_gt_u: (Sse::PMINUB, Sse::PCMPEQB),
        visit_i8x16_lt_u: (Sse::PMAXUB, Sse::PCMPEQB),
        visit_i16x8_gt_u: (Sse::PMINUW, Sse::PCMPEQW),
        visit_i16x8_lt_u: (Sse::PMAXUW, Sse::PCMPEQW),
        visit_i32x4_gt_u: (Sse::PMINUD, Sse::PCMPEQD),
        visit_i32x4_lt_u: (Sse::PMAXUD, Sse::PCMPEQD),
    } }

    by_method! { simd_float_compare() {
        visit_f32x4_eq: (Floats::F32x4, float::EQ, Any),
        visit_f32x4_ne: (Floats::F32x4, float::NE, Any),
        visit_f32x4_lt: (Floats::F32x4, float::LT, AsIs),
        visit_f32x4_gt: (Floats::F32x4, float::LT, Swapped),
        visit_f32x4_le: (Floats::F32x4, float::LE, AsIs),
        visit_f32x4_ge: (Floats::F32x4, float::LE, Swapped),
        visit_f64x2_eq: (Floats::F64x2, float::EQ, Any),
        visit_f64x2_ne: (Floats::F64x2, float::NE, Any),
        visit_f64x2_lt: (Floats::F64x2, float::LT, AsIs),
        visit_f64x2_gt: (Floats::F64x2, float::LT, Swapped),
        visit_f64x2_le: (Floats::F64x2, float::LE, AsIs),
        visit_f64x2_ge: (Floats::F64x2, float::LE, Swapped),
    } }
}

/// Integer lanes.
impl Codegen<'_> {
    by_method! { simd_unary() {
        visit_i8x16_abs: (Sse::PABSB),
        visit_i16x8_abs: (Sse::PABSW),
        visit_i32x4_abs: (Sse::PABSD),
    } }

    by_method! { simd_abs64() {
        visit_i64x2_abs: (),
    } }

    by_method! { simd_neg() {
        visit_i8x16_neg: (Sse::PSUBB),
        visit_i16x8_neg: (Sse::PSUBW),
        visit_i32x4_neg: (Sse::PSUBD),
        visit_i64x2_neg: (Sse::PSUBQ),
    } }

    by_method! { simd_popcnt() {
        visit_i8x16_popcnt: (),
    } }

    by_method! { simd_binary() {
        visit_i8x16_add: (Sse::PADDB, Any),
        visit_i8x16_sub: (Sse::PSUBB, AsIs),
        visit_i8x16_add_sat_s: (Sse::PADDSB, Any),
        visit_i8x16_sub_sat_s: (Sse::PSUBSB, AsIs),
        visit_i8x16_add_sat_u: (Sse::PADDUSB, Any),
        visit_i8x16_sub_sat_u: (Sse::PSUBUSB, AsIs),
        visit_i8x16_avgr_u: (Sse::PAVGB, Any),
        visit_i8x16_min_s: (Sse::PMINSB, Any),
        visit_i8x16_min_u: (Sse::PMINUB, Any),
        visit_i8x16_max_s: (Sse::PMAXSB, Any),
        visit_i8x16_max_u: (Sse::PMAXUB, Any),
        visit_i16x8_add: (Sse::PADDW, Any),
        visit_i16x8_sub: (Sse::PSUBW, AsIs),
        visit_i16x8_mul: (Sse::PMULLW, Any),
        visit_i16x8_add_sat_s: (Sse::PADDSW, Any),
        visit_i16x8_sub_sat_s: (Sse::PSUBSW, AsIs),
        visit_i16x8_add_sat_u: (Sse::PADDUSW, Any),
        visit_i16x8_sub_sat_u: (Sse::PSUBUSW, AsIs),
        visit_i16x8_avgr_u: (Sse::PAVGW, Any),
        visit_i16x8_min_s: (Sse::PMINSW, Any),
        visit_i16x8_min_u: (Sse::PMINUW, Any),
        visit_i16x8_max_s: (Sse::PMAXSW, Any),
        visit_i16x8_max_u: (Sse::PMAXUW, Any),
        visit_i32x4_add: (Sse::PADDD, Any),
        visit_i32x4_sub: (Sse::PSUBD, AsIs),
        visit_i32x4_mul: (Sse::PMULLD, Any),
        visit_i32x4_min_s: (Sse::PMINSD, Any),
        visit_i32x4_min_u: (Sse::PMINUD, Any),
        visit_i32x4_max_s: (Sse::PMAXSD, Any),
        visit_i32x4_max_u: (Sse::PMAXUD, Any),
        visit_i64x2_add: (Sse::PADDQ, Any),
        visit_i64x2_sub: (Sse::PSUBQ, AsIs),
        visit_i8x16_narrow_i16x8_s: (Sse::PACKSSWB, AsIs),
        visit_i8x16_narrow_i16x8_u: (Sse::PACKUSWB, AsIs),
        visit_i16x8_narrow_i32x4_s: (Sse::PACKSSDW, AsIs),
        visit_i16x8_narrow_i32x4_u: (Sse::PACKUSDW, AsIs),
        visit_i32x4_dot_i16x8_s: (Sse::PMADDWD, Any),
    } }

    by_method! { simd_mul64() {
        visit_i64x2_mul: (),
    } }

    by_method! { simd_q15mulr() {
        visit_i16x8_q15mulr_sat_s: (),
    } }

    by_method! { simd_shift() {
        visit_i8x16_shl: (Lanes::I8x16, Direction::Left),
        visit_i8x16_shr_s: (Lanes::I8x16, Direction::Signed),
        visit_i8x16_shr_u: (Lanes::I8x16, Direction::Unsigned),
        visit_i16x8_shl: (Lanes::I16x8, Direction::Left),
        visit_i16x8_shr_s: (Lanes::I16x8, Direction::Signed),
        visit_i16x8_shr_u: (Lanes::I16x8, Direction::Unsigned),
        visit_i32x4_shl: (Lanes::I32x4, Direction::Left),
        visit_i32x4_shr_s: (Lanes::I32x4, Direction::Signed),
        visit_i32x4_shr_u: (Lanes::I32x4, Direction::Unsigned),
        visit_i64x2_shl: (Lanes::I64x2, Direction::Left),
        visit_i64x2_shr_s: (Lanes::I64x2, Direction::Signed),
        visit_i64x2_shr_u: (Lanes::I64x2, Direction::Unsigned),
    } }

    by_method! { simd_extend() {
        visit_i16x8_extend_low_i8x16_s: (Sse::PMOVSXBW, Half::Low),
        visit_i16x8_extend_low_i8x16_u: (Sse::PMOVZXBW, Half::Low),
        visit_i16x8_extend_high_i8x16_s: (Sse::PMOVSXBW, Half::High),
        visit_i16x8_extend_high_i8x16_u: (Sse::PMOVZXBW, Half::High),
        visit_i32x4_extend_low_i16x8_s: (Sse::PMOVSXWD, Half::Low),
        visit_i32x4_extend_low_i16x8_u: (Sse::PMOVZXWD, Half::Low),
        visit_i32x4_extend_high_i16x8_s: (Sse::PMOVSXWD, Half::High),
        visit_i32x4_extend_high_i16x8_u: (Sse::PMOVZXWD, Half::High),
        visit_i64x2_extend_low_i32x4_s: (Sse::PMOVSXDQ, Half::Low),
        visit_i64x2_extend_low_i32x4_u: (Sse::PMOVZXDQ, Half::Low),
        visit_i64x2_extend_high_i32x4_s: (Sse::PMOVSXDQ, Half::High),
        visit_i64x2_extend_high_i32x4_u: (Sse::PMOVZXDQ, Half::High),
    } }

    by_method! { simd_extmul8() {
        visit_i16x8_extmul_low_i8x16_s: (Sse::PMOVSXBW, Half::Low),
        visit_i16x8_extmul_low_i8x16_u: (Sse::PMOVZXBW, Half::Low),
        visit_i16x8_extmul_high_i8x16_s: (Sse::PMOVSXBW, Half::High),
        visit_i16x8_extmul_high_i8x16_u: (Sse::PMOVZXBW, Half::High),
    } }

    by_method! { simd_extmul16() {
        visit_i32x4_extmul_low_i16x8_s: (Sse::PMULHW, Half::Low),
        visit_i32x4_extmul_low_i16x8_u: (Sse::PMULHUW, Half::Low),
        visit_i32x4_extmul_high_i16x8_s: (Sse::PMULHW, Half::High),
        visit_i32x4_extmul_high_i16x8_u: (Sse::PMULHUW, Half::High),
    } }

    by_method! { simd_extmul32() {
        visit_i64x2_extmul_low_i32x4_s: (Sse::PMULDQ, Half::Low),
        visit_i64x2_extmul_low_i32x4_u: (Sse::PMULUDQ, Half::Low),
        visit_i64x2_extmul_high_i32x4_s: (Sse::PMULDQ, Half::High),
        visit_i64x2_extmul_high_i32x4_u: (Sse::PMULUDQ, Half::High),
    } }

    by_method! { simd_extadd8_s() {
        visit_i16x8_extadd_pairwise_i8x16_s: (),
    } }

    by_method! { simd_extadd8_u() {
        visit_i16x8_extadd_pairwise_i8x16_u: (),
    } }

    by_method! { simd_extadd16_s() {
        visit_i32x4_extadd_pairwise_i16x8_s: (),
    } }

    by_method! { simd_extadd16_u() {
        visit_i32x4_extadd_pairwise_i16x8_u: (),
    } }
}

/// Float lanes, and conversions from and to them.
impl Codegen<'_> {
    by_method! { simd_float_abs() {
        visit_f32x4_abs: (Floats::F32x4),
        visit_f64x2_abs: (Floats::F64x2),
    } }

    by_method! { simd_float_neg() {
        visit_f32x4_neg: (Floats::F32x4),
        visit_f64x2_neg: (Floats::F64x2),
    } }

    by_method! { simd_round() {
        visit_f32x4_ceil: (Sse::ROUNDPS, float::CEIL, Floats::F32x4),
        visit_f32x4_floor: (Sse::ROUNDPS, float::FLOOR, Floats::F32x4),
        visit_f32x4_trunc: (Sse::ROUNDPS, float::TRUNC, Floats::F32x4),
        visit_f32x4_nearest: (Sse::ROUNDPS, float::NEAREST, Floats::F32x4),
        visit_f64x2_ceil: (Sse::ROUNDPD, float::CEIL, Floats::F64x2),
        visit_f64x2_floor: (Sse::ROUNDPD, float::FLOOR, Floats::F64x2),
        visit_f64x2_trunc: (Sse::ROUNDPD, float::TRUNC, Floats::F64x2),
        visit_f64x2_nearest: (Sse::ROUNDPD, float::NEAREST, Floats::F64x2),
    } }

    by_method! { simd_float_unary() {
        visit_f32x4_sqrt: (Sse::SQRTPS, Floats::F32x4),
        visit_f64x2_sqrt: (Sse::SQRTPD, Floats::F64x2),
        visit_f32x4_demote_f64x2_zero: (Sse::CVTPD2PS, Floats::F32x4),
        visit_f64x2_promote_low_f32x4: (Sse::CVTPS2PD, Floats::F64x2),
    } }

    by_method! { simd_float_binary() {
        visit_f32x4_add: (Sse::ADDPS, Floats::F32x4, Any),
        visit_f32x4_sub: (Sse::SUBPS, Floats::F32x4, AsIs),
        visit_f32x4_mul: (Sse::MULPS, Floats::F32x4, Any),
        visit_f32x4_div: (Sse::DIVPS, Floats::F32x4, AsIs),
        visit_f64x2_add: (Sse::ADDPD, Floats::F64x2, Any),
        visit_f64x2_sub: (Sse::SUBPD, Floats::F64x2, AsIs),
        visit_f64x2_mul: (Sse::MULPD, Floats::F64x2, Any),
        visit_f64x2_div: (Sse::DIVPD, Floats::F64x2, AsIs),
    } }

    by_method! { simd_min() {
        visit_f32x4_min: (Sse::MINPS, Floats::F32x4),
        visit_f64x2_min: (Sse::MINPD, Floats::F64x2),
    } }

    by_method! { simd_max() {
        visit_f32x4_max: (Sse::MAXPS, Sse::SUBPS, Floats::F32x4),
        visit_f64x2_max: (Sse::MAXPD, Sse::SUBPD, Floats::F64x2),
    } }

    // `a pmin b` is `b < a ? b : a`, bits untouched: the instruction with its
    // operands swapped.
    by_method! { simd_binary() {
        visit_f32x4_pmin: (Sse::MINPS, Swapped),
        visit_f32x4_pmax: (Sse::MAXPS, Swapped),
        visit_f64x2_pmin: (Sse::MINPD, Swapped),
        visit_f64x2_pmax: (Sse::MAXPD, Swapped),
    } }

    by_method! { simd_unary() {
        visit_f32x4_convert_i32x4_s: (Sse::CVTDQ2PS),
        visit_f64x2_convert_low_i32x4_s: (Sse::CVTDQ2PD),
    } }

    by_method! { simd_trunc_sat_f32_s() {
        visit_i32x4_trunc_sat_f32x4_s: (),
    } }

    by_method! { simd_trunc_sat_f32_u() {
        visit_i32x4_trunc_sat_f32x4_u: (),
    } }

    by_method! { simd_convert_i32_u() {
        visit_f32x4_convert_i32x4_u: (),
    } }

    by_method! { simd_trunc_sat_f64_s() {
        visit_i32x4_trunc_sat_f64x2_s_zero: (),
    } }

    by_method! { simd_trunc_sat_f64_u() {
        visit_i32x4_trunc_sat_f64x2_u_zero: (),
    } }

    by_method! { simd_convert_low_u() {
        visit_f64x2_convert_low_i32x4_u: (),
    } }
}
