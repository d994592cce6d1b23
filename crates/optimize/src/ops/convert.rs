//! Conversions between integers and floats.
//!
//! Truncations trap on NaN and on overflow with Cranelift's codes for the two;
//! the saturating ones never do.

use cranelift_codegen::ir::{InstBuilder, types};

use crate::flags::LANES;
use crate::translator::FuncTranslator;

macro_rules! convert {
    ($($visit:ident: $inst:ident, $ty:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            let value = self.pop();
            let value = self.b.ins().$inst(types::$ty, value);
            self.push(value);
        }
    )*};
}

macro_rules! truncate {
    ($($visit:ident: $inst:ident, $ty:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.mark_position();
            let value = self.pop();
            let value = self.b.ins().$inst(types::$ty, value);
            self.push(value);
        }
    )*};
}

macro_rules! reinterpret {
    ($($visit:ident: $ty:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            let value = self.pop();
            let value = self.b.ins().bitcast(types::$ty, LANES, value);
            self.push(value);
        }
    )*};
}

impl FuncTranslator<'_> {
    truncate! {
        visit_i32_trunc_f32_s: fcvt_to_sint, I32;
        visit_i32_trunc_f32_u: fcvt_to_uint, I32;
        visit_i32_trunc_f64_s: fcvt_to_sint, I32;
        visit_i32_trunc_f64_u: fcvt_to_uint, I32;
        visit_i64_trunc_f32_s: fcvt_to_sint, I64;
        visit_i64_trunc_f32_u: fcvt_to_uint, I64;
        visit_i64_trunc_f64_s: fcvt_to_sint, I64;
        visit_i64_trunc_f64_u: fcvt_to_uint, I64;
    }

    convert! {
        visit_i32_trunc_sat_f32_s: fcvt_to_sint_sat, I32;
        visit_i32_trunc_sat_f32_u: fcvt_to_uint_sat, I32;
        visit_i32_trunc_sat_f64_s: fcvt_to_sint_sat, I32;
        visit_i32_trunc_sat_f64_u: fcvt_to_uint_sat, I32;
        visit_i64_trunc_sat_f32_s: fcvt_to_sint_sat, I64;
        visit_i64_trunc_sat_f32_u: fcvt_to_uint_sat, I64;
        visit_i64_trunc_sat_f64_s: fcvt_to_sint_sat, I64;
        visit_i64_trunc_sat_f64_u: fcvt_to_uint_sat, I64;
        visit_f32_convert_i32_s: fcvt_from_sint, F32;
        visit_f32_convert_i32_u: fcvt_from_uint, F32;
        visit_f32_convert_i64_s: fcvt_from_sint, F32;
        visit_f32_convert_i64_u: fcvt_from_uint, F32;
        visit_f64_convert_i32_s: fcvt_from_sint, F64;
        visit_f64_convert_i32_u: fcvt_from_uint, F64;
        visit_f64_convert_i64_s: fcvt_from_sint, F64;
        visit_f64_convert_i64_u: fcvt_from_uint, F64;
    }

    reinterpret! {
        visit_i32_reinterpret_f32: I32;
        visit_i64_reinterpret_f64: I64;
        visit_f32_reinterpret_i32: F32;
        visit_f64_reinterpret_i64: F64;
    }

    pub(crate) fn visit_f32_demote_f64(&mut self) {
        let value = self.pop();
        let value = self.b.ins().fdemote(types::F32, value);
        let value = self.canonicalize_nan(value, types::F32);
        self.push(value);
    }

    pub(crate) fn visit_f64_promote_f32(&mut self) {
        let value = self.pop();
        let value = self.b.ins().fpromote(types::F64, value);
        let value = self.canonicalize_nan(value, types::F64);
        self.push(value);
    }
}
