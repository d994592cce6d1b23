//! Integer operators.
//!
//! Shift counts are taken modulo the width by CLIF as by WebAssembly. Division
//! traps where the specification wants it, with Cranelift's own trap codes:
//! a zero divisor is tested, the one overflowing quotient faults.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, InstructionData, Opcode, Value, types};

use crate::translator::FuncTranslator;

macro_rules! unary {
    ($($visit:ident: $inst:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            let value = self.pop();
            let value = self.b.ins().$inst(value);
            self.push(value);
        }
    )*};
}

macro_rules! binary {
    ($($visit:ident: $inst:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            let (lhs, rhs) = self.pop2();
            let value = self.b.ins().$inst(lhs, rhs);
            self.push(value);
        }
    )*};
}

macro_rules! trapping {
    ($($visit:ident: $inst:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.mark_position();
            let (lhs, rhs) = self.pop2();
            let value = self.b.ins().$inst(lhs, rhs);
            self.push(value);
        }
    )*};
}

macro_rules! compare {
    ($($visit:ident: $cc:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            let (lhs, rhs) = self.pop2();
            let value = self.b.ins().icmp(IntCC::$cc, lhs, rhs);
            let value = self.b.ins().uextend(types::I32, value);
            self.push(value);
        }
    )*};
}

macro_rules! extend_low {
    ($($visit:ident: $from:ident, $to:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            let value = self.pop();
            let value = self.b.ins().ireduce(types::$from, value);
            let value = self.b.ins().sextend(types::$to, value);
            self.push(value);
        }
    )*};
}

impl FuncTranslator<'_> {
    unary! {
        visit_i32_clz: clz;
        visit_i32_ctz: ctz;
        visit_i32_popcnt: popcnt;
        visit_i64_clz: clz;
        visit_i64_ctz: ctz;
        visit_i64_popcnt: popcnt;
    }

    binary! {
        visit_i32_add: iadd;
        visit_i32_sub: isub;
        visit_i32_mul: imul;
        visit_i32_and: band;
        visit_i32_or: bor;
        visit_i32_xor: bxor;
        visit_i32_shl: ishl;
        visit_i32_shr_s: sshr;
        visit_i32_shr_u: ushr;
        visit_i32_rotl: rotl;
        visit_i32_rotr: rotr;
        visit_i64_add: iadd;
        visit_i64_sub: isub;
        visit_i64_mul: imul;
        visit_i64_and: band;
        visit_i64_or: bor;
        visit_i64_xor: bxor;
        visit_i64_shl: ishl;
        visit_i64_shr_s: sshr;
        visit_i64_shr_u: ushr;
        visit_i64_rotl: rotl;
        visit_i64_rotr: rotr;
    }

    trapping! {
        visit_i32_div_s: sdiv;
        visit_i32_div_u: udiv;
        visit_i32_rem_s: srem;
        visit_i32_rem_u: urem;
        visit_i64_div_s: sdiv;
        visit_i64_div_u: udiv;
        visit_i64_rem_s: srem;
        visit_i64_rem_u: urem;
    }

    compare! {
        visit_i32_lt_s: SignedLessThan;
        visit_i32_lt_u: UnsignedLessThan;
        visit_i32_gt_s: SignedGreaterThan;
        visit_i32_gt_u: UnsignedGreaterThan;
        visit_i32_le_s: SignedLessThanOrEqual;
        visit_i32_le_u: UnsignedLessThanOrEqual;
        visit_i32_ge_s: SignedGreaterThanOrEqual;
        visit_i32_ge_u: UnsignedGreaterThanOrEqual;
        visit_i64_eq: Equal;
        visit_i64_ne: NotEqual;
        visit_i64_lt_s: SignedLessThan;
        visit_i64_lt_u: UnsignedLessThan;
        visit_i64_gt_s: SignedGreaterThan;
        visit_i64_gt_u: UnsignedGreaterThan;
        visit_i64_le_s: SignedLessThanOrEqual;
        visit_i64_le_u: UnsignedLessThanOrEqual;
        visit_i64_ge_s: SignedGreaterThanOrEqual;
        visit_i64_ge_u: UnsignedGreaterThanOrEqual;
    }

    /// Whether two integers of 32 bits are equal, or not.
    ///
    /// The compiler turns `x + step == constant` into `x == constant - step`.
    /// Where that saves the sum it is good; where the sum is the next index of
    /// a loop, it keeps the last index alive beside it, which costs a move and
    /// a jump on the way back. It does not see through what makes the sum 64
    /// bits wide, and that is free.
    fn equal(&mut self, cc: IntCC, lhs: Value, rhs: Value) {
        let constant = self.constant_i32(rhs).filter(|c| *c >= 0 && self.is_next(lhs));
        let value = match constant {
            Some(constant) => {
                let wide = self.b.ins().uextend(types::I64, lhs);
                let constant = self.b.ins().iconst(types::I64, i64::from(constant));
                self.b.ins().icmp(cc, wide, constant)
            }
            None => self.b.ins().icmp(cc, lhs, rhs),
        };
        let value = self.b.ins().uextend(types::I32, value);
        self.push(value);
    }

    /// Whether a value is the sum of another one and a constant, and was just
    /// put into a local.
    fn is_next(&self, value: Value) -> bool {
        self.last_set == Some(value)
            && matches!(
                self.made_by(value),
                Some(InstructionData::Binary { opcode: Opcode::Iadd, args: [_, step] })
                    if self.constant_i32(step).is_some()
            )
    }

    pub(crate) fn visit_i32_eq(&mut self) {
        let (lhs, rhs) = self.pop2();
        self.equal(IntCC::Equal, lhs, rhs);
    }

    pub(crate) fn visit_i32_ne(&mut self) {
        let (lhs, rhs) = self.pop2();
        self.equal(IntCC::NotEqual, lhs, rhs);
    }

    pub(crate) fn visit_i32_eqz(&mut self) {
        let value = self.pop();
        let zero = self.b.ins().iconst(types::I32, 0);
        self.equal(IntCC::Equal, value, zero);
    }

    pub(crate) fn visit_i64_eqz(&mut self) {
        let value = self.pop();
        let value = self.b.ins().icmp_imm_u(IntCC::Equal, value, 0);
        let value = self.b.ins().uextend(types::I32, value);
        self.push(value);
    }

    extend_low! {
        visit_i32_extend8_s: I8, I32;
        visit_i32_extend16_s: I16, I32;
        visit_i64_extend8_s: I8, I64;
        visit_i64_extend16_s: I16, I64;
        visit_i64_extend32_s: I32, I64;
    }

    pub(crate) fn visit_i32_wrap_i64(&mut self) {
        let value = self.pop();
        let value = self.b.ins().ireduce(types::I32, value);
        self.push(value);
    }

    pub(crate) fn visit_i64_extend_i32_s(&mut self) {
        let value = self.pop();
        let value = self.b.ins().sextend(types::I64, value);
        self.push(value);
    }

    pub(crate) fn visit_i64_extend_i32_u(&mut self) {
        let value = self.pop();
        let value = self.b.ins().uextend(types::I64, value);
        self.push(value);
    }
}
