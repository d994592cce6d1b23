//! Integer operators.
//!
//! Owns: constants, arithmetic, shifts, bit counts, compares and extensions of
//! integers. Called by the visitor. Must not know: floats, memory, calls.
//!
//! Results of 32 bits come from 32-bit instructions, which clear the upper
//! half of the register: so the invariant of [`Val`] holds by itself.
//!
//! Division tests for a zero divisor; the one quotient that does not fit
//! faults in the instruction, and the fault is the trap.

use updraft_types::TrapCode;

use crate::x64::codegen::Codegen;
use crate::x64::regs::SCRATCH;
use crate::x64::value::{Entry, Home, Rmi, Ty, Val};
use crate::x64::{Alu, Cond, Gpr, Mem, Shift, Size, Unary};

/// The local of a result that is already in its home.
pub(super) type ResultLocal = Option<u32>;

macro_rules! alu {
    ($($visit:ident: $op:ident, $ty:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.alu(Alu::$op, Ty::$ty);
        }
    )*};
}

macro_rules! mul {
    ($($visit:ident: $ty:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.mul(Ty::$ty);
        }
    )*};
}

macro_rules! divide {
    ($($visit:ident: $signed:literal, $rem:literal, $ty:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.divide(Ty::$ty, $signed, $rem);
        }
    )*};
}

macro_rules! shift {
    ($($visit:ident: $op:ident, $ty:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.shift(Shift::$op, Ty::$ty);
        }
    )*};
}

macro_rules! count {
    ($($visit:ident: $count:ident, $ty:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.count(Count::$count, Ty::$ty);
        }
    )*};
}

macro_rules! compare {
    ($($visit:ident: $cond:ident, $ty:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.compare(Cond::$cond, Ty::$ty);
        }
    )*};
}

macro_rules! extend_low {
    ($($visit:ident: $from:ident, $ty:ident;)*) => {$(
        pub(crate) fn $visit(&mut self) {
            self.extend_low(Size::$from, Ty::$ty);
        }
    )*};
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Count {
    LeadingZeros,
    TrailingZeros,
    Ones,
}

impl Codegen<'_> {
    pub(crate) fn visit_i32_const(&mut self, value: i32) {
        self.push_const(u64::from(value as u32), Ty::I32);
    }

    pub(crate) fn visit_i64_const(&mut self, value: i64) {
        self.push_const(value as u64, Ty::I64);
    }

    alu! {
        visit_i32_add: Add, I32;
        visit_i32_sub: Sub, I32;
        visit_i32_and: And, I32;
        visit_i32_or: Or, I32;
        visit_i32_xor: Xor, I32;
        visit_i64_add: Add, I64;
        visit_i64_sub: Sub, I64;
        visit_i64_or: Or, I64;
        visit_i64_xor: Xor, I64;
    }

    pub(crate) fn visit_i64_and(&mut self) {
        // The one common mask that no instruction holds: a move clears the
        // upper half.
        if self.stack.last().is_some_and(|top| top.val == Val::Const(0xffff_ffff)) {
            self.pop_drop();
            return self.low_half(Ty::I64);
        }
        self.alu(Alu::And, Ty::I64);
    }

    mul! {
        visit_i32_mul: I32;
        visit_i64_mul: I64;
    }

    divide! {
        visit_i32_div_s: true, false, I32;
        visit_i32_div_u: false, false, I32;
        visit_i32_rem_s: true, true, I32;
        visit_i32_rem_u: false, true, I32;
        visit_i64_div_s: true, false, I64;
        visit_i64_div_u: false, false, I64;
        visit_i64_rem_s: true, true, I64;
        visit_i64_rem_u: false, true, I64;
    }

    shift! {
        visit_i32_shl: Shl, I32;
        visit_i32_shr_s: Sar, I32;
        visit_i32_shr_u: Shr, I32;
        visit_i32_rotl: Rol, I32;
        visit_i32_rotr: Ror, I32;
        visit_i64_shl: Shl, I64;
        visit_i64_shr_s: Sar, I64;
        visit_i64_shr_u: Shr, I64;
        visit_i64_rotl: Rol, I64;
        visit_i64_rotr: Ror, I64;
    }

    count! {
        visit_i32_clz: LeadingZeros, I32;
        visit_i32_ctz: TrailingZeros, I32;
        visit_i32_popcnt: Ones, I32;
        visit_i64_clz: LeadingZeros, I64;
        visit_i64_ctz: TrailingZeros, I64;
        visit_i64_popcnt: Ones, I64;
    }

    compare! {
        visit_i32_eq: E, I32;
        visit_i32_ne: NE, I32;
        visit_i32_lt_s: L, I32;
        visit_i32_lt_u: B, I32;
        visit_i32_gt_s: G, I32;
        visit_i32_gt_u: A, I32;
        visit_i32_le_s: LE, I32;
        visit_i32_le_u: BE, I32;
        visit_i32_ge_s: GE, I32;
        visit_i32_ge_u: AE, I32;
        visit_i64_eq: E, I64;
        visit_i64_ne: NE, I64;
        visit_i64_lt_s: L, I64;
        visit_i64_lt_u: B, I64;
        visit_i64_gt_s: G, I64;
        visit_i64_gt_u: A, I64;
        visit_i64_le_s: LE, I64;
        visit_i64_le_u: BE, I64;
        visit_i64_ge_s: GE, I64;
        visit_i64_ge_u: AE, I64;
    }

    /// May find the flags of a compare on top.
    pub(crate) fn visit_i32_eqz(&mut self) {
        if let Some(Entry { val: Val::Flags(cond), .. }) = self.stack.last_mut() {
            *cond = cond.invert();
            return;
        }
        let value = self.pop_rmi();
        self.compare_operands(Cond::E, Size::S32, value, Rmi::Imm(0));
    }

    pub(crate) fn visit_i64_eqz(&mut self) {
        let value = self.pop_rmi();
        self.compare_operands(Cond::E, Size::S64, value, Rmi::Imm(0));
    }

    extend_low! {
        visit_i32_extend8_s: S8, I32;
        visit_i32_extend16_s: S16, I32;
        visit_i64_extend8_s: S8, I64;
        visit_i64_extend16_s: S16, I64;
        visit_i64_extend32_s: S32, I64;
        visit_i64_extend_i32_s: S32, I64;
    }

    pub(crate) fn visit_i32_wrap_i64(&mut self) {
        // The low half of what is in memory is there already.
        let is_memory = self.top_is_memory();
        if let Some(top) = self.stack.last_mut() {
            match &mut top.val {
                Val::Const(bits) => *bits &= 0xffff_ffff,
                _ if is_memory => {}
                _ => return self.low_half(Ty::I32),
            }
            top.ty = Ty::I32;
        }
    }

    pub(crate) fn visit_i64_extend_i32_u(&mut self) {
        // Registers and constants are extended already, slots are not.
        if self.top_is_memory() {
            return self.low_half(Ty::I64);
        }
        if let Some(top) = self.stack.last_mut() {
            top.ty = Ty::I64;
        }
    }

    // ---- operands and results ----

    /// Whether the topmost operand is in the frame.
    pub(super) fn top_is_memory(&self) -> bool {
        match self.stack.last().map(|top| top.val) {
            Some(Val::Slot) => true,
            Some(Val::Local(local)) => self.locals[local as usize].home == Home::Frame,
            _ => false,
        }
    }

    /// The register for a result: the home of the local that takes it, or the
    /// temporary of an operand, or a new one. To be pushed by
    /// [`Self::push_result`].
    pub(super) fn result_gpr(&mut self, reuse: Rmi) -> (Gpr, ResultLocal) {
        if let Some((home, local)) = self.result_home() {
            return (home, Some(local));
        }
        match reuse {
            Rmi::Reg(reg) if Self::is_temp(reg) => (reg, None),
            _ => (self.alloc_gpr(), None),
        }
    }

    /// Pushes a result.
    pub(super) fn push_result(&mut self, (reg, local): (Gpr, ResultLocal), ty: Ty) {
        match local {
            Some(local) => self.push_home(local),
            None => self.push_gpr(reg, ty),
        }
    }

    /// Gives back the register of a popped operand, unless the result is there.
    pub(super) fn free_operand(&mut self, operand: Rmi, result: Gpr) {
        if let Rmi::Reg(reg) = operand
            && reg != result
        {
            self.free_gpr(reg);
        }
    }

    /// Moves an operand into a register. Changes the flags.
    pub(super) fn move_operand(&mut self, size: Size, dst: Gpr, operand: Rmi) {
        match operand {
            Rmi::Reg(src) => {
                if src != dst {
                    self.asm.mov_rr(size, dst, src);
                }
            }
            Rmi::Mem(mem) => self.asm.mov_rm(size, dst, mem),
            Rmi::Imm(0) => self.asm.zero(dst),
            Rmi::Imm(imm) if size == Size::S32 => self.asm.mov_ri(dst, u64::from(imm as u32)),
            Rmi::Imm(imm) => self.asm.mov_ri(dst, i64::from(imm) as u64),
        }
    }

    /// The low half of the topmost operand, extended by zeros.
    fn low_half(&mut self, ty: Ty) {
        let src = match self.pop() {
            // In memory, the low half comes first.
            entry @ Entry { val: Val::Const(_), .. } => Rmi::Reg(self.gpr_owned(entry)),
            entry => self.rmi(entry),
        };
        let result = self.result_gpr(src);
        match src {
            Rmi::Reg(reg) => self.asm.mov_rr(Size::S32, result.0, reg),
            _ => self.move_operand(Size::S32, result.0, src),
        }
        self.free_operand(src, result.0);
        self.push_result(result, ty);
    }

    // ---- arithmetic ----

    /// `lhs op rhs`, in place of a local in the frame: `local.get`, operator
    /// and `local.set` are one instruction then.
    fn alu_in_frame(&mut self, op: Alu, size: Size, rhs: Rmi) -> bool {
        let Some(Entry { val: Val::Local(local), .. }) = self.stack.last().copied() else {
            return false;
        };
        if self.byte(self.offset as usize + 1) != 0x21
            || self.next_set() != Some(local)
            || self.locals[local as usize].home != Home::Frame
        {
            return false;
        }
        let mem = self.local_slot(local);
        if matches!(rhs, Rmi::Mem(_)) {
            return false;
        }
        self.pop_drop();
        self.detach_local(local);
        match rhs {
            Rmi::Reg(reg) => self.asm.alu_mr(op, size, mem, reg),
            Rmi::Imm(1) if op == Alu::Add => self.asm.inc_m(size, mem),
            Rmi::Imm(-1) if op == Alu::Add => self.asm.dec_m(size, mem),
            Rmi::Imm(imm) => self.asm.alu_mi(op, size, mem, imm),
            Rmi::Mem(_) => {}
        }
        self.free_rmi(rhs);
        self.push_home(local);
        true
    }

    fn alu(&mut self, op: Alu, ty: Ty) {
        let size = ty.size();
        let (mut op, mut rhs) = (op, self.pop_rmi());
        // Subtracting is adding but for the one number without a negative.
        if let (Alu::Sub, Rmi::Imm(imm)) = (op, rhs)
            && imm != i32::MIN
        {
            (op, rhs) = (Alu::Add, Rmi::Imm(-imm));
        }
        if self.alu_in_frame(op, size, rhs) {
            return;
        }
        let mut lhs = self.pop_rmi();
        let is_temp = |operand| matches!(operand, Rmi::Reg(reg) if Self::is_temp(reg));
        let swaps = matches!(lhs, Rmi::Imm(_)) || is_temp(rhs) && !is_temp(lhs);
        if op != Alu::Sub && swaps {
            (lhs, rhs) = (rhs, lhs);
        }
        if op == Alu::And && ty == Ty::I32 && self.next_tests() {
            return self.test_operands(lhs, rhs);
        }
        let reuse = if op == Alu::Sub && matches!(lhs, Rmi::Imm(_)) { rhs } else { lhs };
        let result = self.result_gpr(reuse);
        let dst = result.0;
        let sets_flags = if op == Alu::Sub && rhs == Rmi::Reg(dst) && lhs != rhs {
            // lhs - dst = -dst + lhs
            self.asm.unary_r(Unary::Neg, size, dst);
            self.alu_to(Alu::Add, size, dst, lhs)
        } else if op != Alu::Sub && rhs == Rmi::Reg(dst) {
            self.alu_to(op, size, dst, lhs)
        } else if op == Alu::Sub && lhs == Rmi::Imm(0) {
            self.move_operand(size, dst, rhs);
            self.asm.unary_r(Unary::Neg, size, dst);
            true
        } else {
            self.alu_three(op, size, dst, lhs, rhs)
        };
        if sets_flags {
            self.note_zero_flag(dst, size);
        }
        self.free_operand(lhs, dst);
        self.free_operand(rhs, dst);
        self.push_result(result, ty);
    }

    /// Whether the next operator only asks whether its topmost operand is 0:
    /// `i32.eqz`, `if`, `br_if`, `select`. These take flags too.
    fn next_tests(&self) -> bool {
        matches!(self.byte(self.offset as usize + 1), 0x45 | 0x04 | 0x0d | 0x1b)
    }

    /// Pushes the flags that say whether `lhs & rhs` is not 0. If either is a
    /// constant, `rhs` is one.
    fn test_operands(&mut self, lhs: Rmi, rhs: Rmi) {
        // The scratch register is safe: nothing spills before the test.
        let lhs = match (lhs, rhs) {
            (Rmi::Imm(_), _) | (Rmi::Mem(_), Rmi::Mem(_)) => {
                self.move_operand(Size::S32, SCRATCH, lhs);
                Rmi::Reg(SCRATCH)
            }
            _ => lhs,
        };
        // Nobody asks for the sign, so the low byte is enough for a small mask.
        let size = if matches!(rhs, Rmi::Imm(0..=0xff)) { Size::S8 } else { Size::S32 };
        match (lhs, rhs) {
            (Rmi::Reg(lhs), Rmi::Reg(rhs)) => self.asm.test_rr(size, lhs, rhs),
            (Rmi::Reg(reg), Rmi::Mem(mem)) | (Rmi::Mem(mem), Rmi::Reg(reg)) => {
                self.asm.test_mr(size, mem, reg);
            }
            (Rmi::Reg(lhs), Rmi::Imm(imm)) => self.asm.test_ri(size, lhs, imm),
            (Rmi::Mem(lhs), Rmi::Imm(imm)) => self.asm.test_mi(size, lhs, imm),
            (Rmi::Mem(_), Rmi::Mem(_)) | (Rmi::Imm(_), _) => {
                unreachable!("one operand is a register, or memory beside a constant")
            }
        }
        self.free_rmi(lhs);
        self.free_rmi(rhs);
        self.push_flags(Cond::NE);
    }

    /// `dst = lhs op rhs`, where `rhs` is not in `dst` unless both are. Whether
    /// the flags are those of the result.
    fn alu_three(&mut self, op: Alu, size: Size, dst: Gpr, lhs: Rmi, rhs: Rmi) -> bool {
        match (op, lhs, rhs) {
            (Alu::Add, Rmi::Reg(lhs), Rmi::Imm(imm)) if lhs != dst => {
                self.asm.lea(size, dst, Mem::base(lhs, imm));
            }
            (Alu::Add, Rmi::Reg(lhs), Rmi::Reg(rhs)) if lhs != dst => {
                self.asm.lea(size, dst, Mem::indexed(lhs, rhs, 0, 0));
            }
            (Alu::And, Rmi::Reg(lhs), Rmi::Imm(0xff)) => {
                self.asm.movzx_rr(Size::S8, dst, lhs);
            }
            (Alu::And, Rmi::Reg(lhs), Rmi::Imm(0xffff)) => {
                self.asm.movzx_rr(Size::S16, dst, lhs);
            }
            _ => {
                self.move_operand(size, dst, lhs);
                return self.alu_to(op, size, dst, rhs);
            }
        }
        false
    }

    /// `dst = dst op rhs`. Whether the flags are those of the result.
    fn alu_to(&mut self, op: Alu, size: Size, dst: Gpr, rhs: Rmi) -> bool {
        match rhs {
            Rmi::Reg(reg) => self.asm.alu_rr(op, size, dst, reg),
            Rmi::Mem(mem) => self.asm.alu_rm(op, size, dst, mem),
            Rmi::Imm(imm) => return self.alu_imm(op, size, dst, imm),
        }
        true
    }

    /// `dst = dst op imm`, in the shortest form. Whether the flags are those of
    /// the result.
    fn alu_imm(&mut self, op: Alu, size: Size, dst: Gpr, imm: i32) -> bool {
        match (op, imm) {
            (Alu::Add | Alu::Sub | Alu::Or | Alu::Xor, 0) => return false,
            (Alu::Add, 1) => self.asm.inc_r(size, dst),
            (Alu::Add, -1) => self.asm.dec_r(size, dst),
            (Alu::Add, 128) => self.asm.alu_ri(Alu::Sub, size, dst, -128),
            (Alu::Xor, -1) => {
                self.asm.unary_r(Unary::Not, size, dst);
                return false;
            }
            // The upper half becomes 0 either way.
            (Alu::And, 0..) => self.asm.alu_ri(op, Size::S32, dst, imm),
            _ => self.asm.alu_ri(op, size, dst, imm),
        }
        true
    }

    fn mul(&mut self, ty: Ty) {
        let size = ty.size();
        let mut rhs = self.pop_rmi();
        let mut lhs = self.pop_rmi();
        let is_temp = |operand| matches!(operand, Rmi::Reg(reg) if Self::is_temp(reg));
        if matches!(lhs, Rmi::Imm(_)) || is_temp(rhs) && !is_temp(lhs) {
            (lhs, rhs) = (rhs, lhs);
        }
        let result = self.result_gpr(lhs);
        let dst = result.0;
        match (lhs, rhs) {
            (Rmi::Reg(lhs), Rmi::Imm(imm)) => self.asm.imul_rri(size, dst, lhs, imm),
            (Rmi::Mem(lhs), Rmi::Imm(imm)) => self.asm.imul_rmi(size, dst, lhs, imm),
            (Rmi::Imm(_), Rmi::Imm(imm)) => {
                self.move_operand(size, dst, lhs);
                self.asm.imul_rri(size, dst, dst, imm);
            }
            (lhs, rhs) => {
                let (lhs, rhs) = if rhs == Rmi::Reg(dst) { (rhs, lhs) } else { (lhs, rhs) };
                self.move_operand(size, dst, lhs);
                match rhs {
                    Rmi::Mem(mem) => self.asm.imul_rm(size, dst, mem),
                    Rmi::Reg(reg) => self.asm.imul_rr(size, dst, reg),
                    Rmi::Imm(imm) => self.asm.imul_rri(size, dst, dst, imm),
                }
            }
        }
        self.free_operand(lhs, dst);
        self.free_operand(rhs, dst);
        self.push_result(result, ty);
    }

    /// The dividend is in rax, the divisor where it is or in the scratch
    /// register; then the quotient is in rax, the remainder in rdx.
    fn divide(&mut self, ty: Ty, signed: bool, rem: bool) {
        let size = ty.size();
        // Both registers are made free before anything is popped: the operands
        // may be in them. The dividend may stay where it has to go.
        let lhs_at = self.stack.len() - 2;
        if self.stack[lhs_at].val == Val::Gpr(Gpr::RAX) {
            self.take_gpr(Gpr::RDX);
        } else {
            // A free one first: what moves out of the other does not go there.
            let rdx_first = self.is_free_gpr(Gpr::RDX);
            let (first, second) =
                if rdx_first { (Gpr::RDX, Gpr::RAX) } else { (Gpr::RAX, Gpr::RDX) };
            self.take_gpr(first);
            self.take_gpr(second);
        }
        let rhs = self.pop();
        let held = match rhs.val {
            Val::Const(_) => None,
            _ => Some(self.rmi(rhs)),
        };
        let lhs = self.pop();
        if lhs.val != Val::Gpr(Gpr::RAX) {
            self.load_gpr_at(Gpr::RAX, lhs, lhs_at);
            if let Val::Gpr(reg) = lhs.val {
                self.free_gpr(reg);
            }
        }
        // From here on nothing spills, so the scratch register is safe.
        let divisor = match held {
            Some(Rmi::Reg(reg)) => reg,
            Some(operand) => {
                self.move_operand(size, SCRATCH, operand);
                SCRATCH
            }
            None => {
                self.load_gpr_at(SCRATCH, rhs, lhs_at);
                SCRATCH
            }
        };
        let known = match rhs.val {
            Val::Const(bits) => Some(bits),
            _ => None,
        };
        if known.is_none_or(|bits| bits == 0) {
            self.asm.test_rr(size, divisor, divisor);
            let zero = self.trap_label(TrapCode::IntegerDivideByZero);
            self.asm.jcc(Cond::E, zero);
        }
        if !signed {
            self.asm.zero(Gpr::RDX);
            self.asm.unary_r(Unary::Div, size, divisor);
        } else if rem {
            let minus_one = if size == Size::S32 { u64::from(u32::MAX) } else { u64::MAX };
            let done = self.asm.new_label();
            if known.is_none_or(|bits| bits == minus_one) {
                // The remainder by -1 is 0, but the quotient may not fit.
                self.asm.zero(Gpr::RDX);
                self.asm.alu_ri(Alu::Cmp, size, divisor, -1);
                self.asm.jcc_short(Cond::E, done);
            }
            self.sign_to_rdx(size);
            self.asm.unary_r(Unary::Idiv, size, divisor);
            self.asm.bind(done);
        } else {
            self.sign_to_rdx(size);
            self.may_trap(TrapCode::IntegerOverflow);
            self.asm.unary_r(Unary::Idiv, size, divisor);
        }
        if let Some(operand) = held {
            self.free_rmi(operand);
        }
        let (result, other) = if rem { (Gpr::RDX, Gpr::RAX) } else { (Gpr::RAX, Gpr::RDX) };
        self.free_gpr(other);
        self.push_gpr(result, ty);
    }

    fn sign_to_rdx(&mut self, size: Size) {
        match size {
            Size::S64 => self.asm.cqo(),
            _ => self.asm.cdq(),
        }
    }

    // ---- shifts and bits ----

    fn shift(&mut self, op: Shift, ty: Ty) {
        let size = ty.size();
        let count = self.pop();
        if let Val::Const(count) = count.val {
            let count = count as u8 & (size.bytes() * 8 - 1) as u8;
            let lhs = self.pop_rmi();
            let result = self.result_gpr(lhs);
            let dst = result.0;
            match lhs {
                Rmi::Reg(reg) if reg != dst && op == Shift::Shl && count == 1 => {
                    self.asm.lea(size, dst, Mem::indexed(reg, reg, 0, 0));
                }
                _ => {
                    self.move_operand(size, dst, lhs);
                    if count != 0 {
                        self.asm.shift_ri(op, size, dst, count);
                    }
                }
            }
            self.free_operand(lhs, dst);
            return self.push_result(result, ty);
        }
        // Shifts take the count modulo the width, as wasm does.
        if self.cpu.bmi2 && !matches!(op, Shift::Rol | Shift::Ror) {
            let count = self.gpr(count);
            let lhs = self.pop_gpr();
            let reuse = if Self::is_temp(lhs) { lhs } else { count };
            let result = self.result_gpr(Rmi::Reg(reuse));
            match op {
                Shift::Shl => self.asm.shlx(size, result.0, lhs, count),
                Shift::Shr => self.asm.shrx(size, result.0, lhs, count),
                _ => self.asm.sarx(size, result.0, lhs, count),
            }
            self.free_operand(Rmi::Reg(count), result.0);
            self.free_operand(Rmi::Reg(lhs), result.0);
            return self.push_result(result, ty);
        }
        self.gpr_to(count, Gpr::RCX);
        let lhs = self.pop_rmi();
        let result = self.result_gpr(lhs);
        self.move_operand(size, result.0, lhs);
        self.asm.shift_cl(op, size, result.0);
        self.free_gpr(Gpr::RCX);
        self.free_operand(lhs, result.0);
        self.push_result(result, ty);
    }

    fn count(&mut self, count: Count, ty: Ty) {
        let size = ty.size();
        let bits = u64::from(size.bytes() * 8);
        let src = self.pop_gpr();
        let result = self.result_gpr(Rmi::Reg(src));
        let dst = result.0;
        match count {
            Count::Ones => self.asm.popcnt(size, dst, src),
            Count::LeadingZeros if self.cpu.lzcnt => self.asm.lzcnt(size, dst, src),
            Count::TrailingZeros if self.cpu.bmi1 => self.asm.tzcnt(size, dst, src),
            Count::LeadingZeros => {
                // Of 0, the place of the highest bit is said to be a number
                // that the `xor` turns into the width.
                self.asm.mov_ri(SCRATCH, 2 * bits - 1);
                self.asm.bsr(size, dst, src);
                self.asm.cmov(Cond::E, size, dst, SCRATCH);
                self.asm.alu_ri(Alu::Xor, size, dst, bits as i32 - 1);
            }
            Count::TrailingZeros => {
                self.asm.mov_ri(SCRATCH, bits);
                self.asm.bsf(size, dst, src);
                self.asm.cmov(Cond::E, size, dst, SCRATCH);
            }
        }
        self.free_operand(Rmi::Reg(src), dst);
        self.push_result(result, ty);
    }

    // ---- compares and extensions ----

    fn compare(&mut self, cond: Cond, ty: Ty) {
        let rhs = self.pop_rmi();
        let lhs = self.pop_rmi();
        self.compare_operands(cond, ty.size(), lhs, rhs);
    }

    /// Compares two popped operands and pushes the flags.
    fn compare_operands(&mut self, cond: Cond, size: Size, lhs: Rmi, rhs: Rmi) {
        let (cond, lhs, rhs) = match (lhs, rhs) {
            // The scratch register is safe: nothing spills before the compare.
            (Rmi::Imm(_), Rmi::Imm(_)) | (Rmi::Mem(_), Rmi::Mem(_)) => {
                self.move_operand(size, SCRATCH, lhs);
                (cond, Rmi::Reg(SCRATCH), rhs)
            }
            (Rmi::Imm(_), _) => (cond.swap(), rhs, lhs),
            _ => (cond, lhs, rhs),
        };
        match (lhs, rhs) {
            (Rmi::Reg(lhs), Rmi::Imm(0)) if matches!(cond, Cond::E | Cond::NE) => {
                self.test_zero(lhs, size);
            }
            (Rmi::Reg(lhs), Rmi::Imm(0)) => self.asm.test_rr(size, lhs, lhs),
            (Rmi::Reg(lhs), rhs) => {
                self.alu_to(Alu::Cmp, size, lhs, rhs);
            }
            (Rmi::Mem(lhs), Rmi::Imm(imm)) => self.asm.alu_mi(Alu::Cmp, size, lhs, imm),
            (Rmi::Mem(lhs), Rmi::Reg(rhs)) => self.asm.alu_mr(Alu::Cmp, size, lhs, rhs),
            (Rmi::Mem(_), Rmi::Mem(_)) | (Rmi::Imm(_), _) => {
                unreachable!("one operand is a register, or memory beside a constant")
            }
        }
        self.free_rmi(lhs);
        self.free_rmi(rhs);
        self.push_flags(cond);
    }

    fn extend_low(&mut self, from: Size, ty: Ty) {
        let src = match self.pop() {
            entry @ Entry { val: Val::Const(_), .. } => Rmi::Reg(self.gpr_owned(entry)),
            entry => self.rmi(entry),
        };
        let result = self.result_gpr(src);
        let dst = result.0;
        match src {
            Rmi::Reg(reg) => self.asm.movsx_rr(from, ty.size(), dst, reg),
            Rmi::Mem(mem) => self.asm.movsx_rm(from, ty.size(), dst, mem),
            Rmi::Imm(_) => unreachable!("constants were put into registers"),
        }
        self.free_operand(src, dst);
        self.push_result(result, ty);
    }
}
