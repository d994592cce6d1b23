//! Float operators.
//!
//! Arithmetic may make NaNs, so its results are canonicalized if the tunables
//! ask; `abs`, `neg` and `copysign` only touch the sign and pass NaNs through.

use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{InstBuilder, types};

use crate::translator::FuncTranslator;

macro_rules! arithmetic {
    ($($visit:ident: $inst:ident($($arg:ident),+), $ty:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            arithmetic!(@pop self, $($arg),+);
            let value = self.b.ins().$inst($($arg),+);
            let value = self.canonicalize_nan(value, types::$ty);
            self.push(value);
        }
    )*};
    (@pop $self:ident, $a:ident) => { let $a = $self.pop(); };
    (@pop $self:ident, $a:ident, $b:ident) => { let ($a, $b) = $self.pop2(); };
}

macro_rules! sign {
    ($($visit:ident: $inst:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            let value = self.pop();
            let value = self.b.ins().$inst(value);
            self.push(value);
        }
    )*};
}

macro_rules! compare {
    ($($visit:ident: $cc:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            let (lhs, rhs) = self.pop2();
            let value = self.b.ins().fcmp(FloatCC::$cc, lhs, rhs);
            let value = self.b.ins().uextend(types::I32, value);
            self.push(value);
        }
    )*};
}

impl FuncTranslator<'_> {
    arithmetic! {
        visit_f32_ceil: ceil(x), F32;
        visit_f32_floor: floor(x), F32;
        visit_f32_trunc: trunc(x), F32;
        visit_f32_nearest: nearest(x), F32;
        visit_f32_sqrt: sqrt(x), F32;
        visit_f32_add: fadd(x, y), F32;
        visit_f32_sub: fsub(x, y), F32;
        visit_f32_mul: fmul(x, y), F32;
        visit_f32_div: fdiv(x, y), F32;
        visit_f32_min: fmin(x, y), F32;
        visit_f32_max: fmax(x, y), F32;
        visit_f64_ceil: ceil(x), F64;
        visit_f64_floor: floor(x), F64;
        visit_f64_trunc: trunc(x), F64;
        visit_f64_nearest: nearest(x), F64;
        visit_f64_sqrt: sqrt(x), F64;
        visit_f64_add: fadd(x, y), F64;
        visit_f64_sub: fsub(x, y), F64;
        visit_f64_mul: fmul(x, y), F64;
        visit_f64_div: fdiv(x, y), F64;
        visit_f64_min: fmin(x, y), F64;
        visit_f64_max: fmax(x, y), F64;
    }

    sign! {
        visit_f32_abs: fabs;
        visit_f32_neg: fneg;
        visit_f64_abs: fabs;
        visit_f64_neg: fneg;
    }

    fn copysign(&mut self) {
        let (lhs, rhs) = self.pop2();
        let value = self.b.ins().fcopysign(lhs, rhs);
        self.push(value);
    }

    pub(crate) fn visit_f32_copysign(&mut self) {
        self.copysign();
    }

    pub(crate) fn visit_f64_copysign(&mut self) {
        self.copysign();
    }

    compare! {
        visit_f32_eq: Equal;
        visit_f32_ne: NotEqual;
        visit_f32_lt: LessThan;
        visit_f32_gt: GreaterThan;
        visit_f32_le: LessThanOrEqual;
        visit_f32_ge: GreaterThanOrEqual;
        visit_f64_eq: Equal;
        visit_f64_ne: NotEqual;
        visit_f64_lt: LessThan;
        visit_f64_gt: GreaterThan;
        visit_f64_le: LessThanOrEqual;
        visit_f64_ge: GreaterThanOrEqual;
    }
}
