//! Integer instructions.
//!
//! Owns: which method each judge knows by which name. Must not know: vectors.

#![cfg(test)]

use super::*;
use crate::x64::{Alu, Cond, Shift, Size, Unary};
use cranelift_assembler_x64::{TrapCode, inst};

/// Immediates at the borders of their forms.
const IMMS: [i32; 10] = [0, 1, -1, 127, -128, 128, -129, 0x1234_5678, i32::MAX, i32::MIN];

macro_rules! alu {
    ($oracle:ident, $op:ident, $bi:ident $wi:ident $li:ident $qi:ident,
        $bmi:ident $wmi:ident $lmi:ident $qmi:ident, $lsxb:ident $qsxb:ident,
        $bmr:ident $wmr:ident $lmr:ident $qmr:ident,
        $brm:ident $wrm:ident $lrm:ident $qrm:ident) => {{
        let op = Alu::$op;
        let o = &mut $oracle;
        for a in gprs() {
            for b in gprs() {
                let t = inst::$bmr::<Regs>::new(a.0, b.0);
                o.check(|asm| asm.alu_rr(op, Size::S8, a, b), t);
                let t = inst::$wmr::<Regs>::new(a.0, b.0);
                o.check(|asm| asm.alu_rr(op, Size::S16, a, b), t);
                let t = inst::$lmr::<Regs>::new(a.0, b.0);
                o.check(|asm| asm.alu_rr(op, Size::S32, a, b), t);
                let t = inst::$qmr::<Regs>::new(a.0, b.0);
                o.check(|asm| asm.alu_rr(op, Size::S64, a, b), t);
            }
            for imm in IMMS {
                let emit = |size| move |asm: &mut Asm| asm.alu_ri(op, size, a, imm);
                if a == Gpr::RAX {
                    o.check(emit(Size::S8), inst::$bi::<Regs>::new(0, imm as u8));
                    o.check(emit(Size::S16), inst::$wi::<Regs>::new(0, imm as u16));
                } else {
                    o.check(emit(Size::S8), inst::$bmi::<Regs>::new(a.0, imm as u8));
                    o.check(emit(Size::S16), inst::$wmi::<Regs>::new(a.0, imm as u16));
                }
                if let Ok(imm) = i8::try_from(imm) {
                    o.check(emit(Size::S32), inst::$lsxb::<Regs>::new(a.0, imm));
                    o.check(emit(Size::S64), inst::$qsxb::<Regs>::new(a.0, imm));
                } else if a == Gpr::RAX {
                    o.check(emit(Size::S32), inst::$li::<Regs>::new(0, imm));
                    o.check(emit(Size::S64), inst::$qi::<Regs>::new(0, imm));
                } else {
                    o.check(emit(Size::S32), inst::$lmi::<Regs>::new(a.0, imm));
                    o.check(emit(Size::S64), inst::$qmi::<Regs>::new(a.0, imm));
                }
            }
            for shape in few_shapes() {
                let (m, n) = (shape.ours, shape.theirs);
                o.check(|s| s.alu_mr(op, Size::S8, m, a), inst::$bmr::<Regs>::new(n, a.0));
                o.check(|s| s.alu_mr(op, Size::S16, m, a), inst::$wmr::<Regs>::new(n, a.0));
                o.check(|s| s.alu_mr(op, Size::S32, m, a), inst::$lmr::<Regs>::new(n, a.0));
                o.check(|s| s.alu_mr(op, Size::S64, m, a), inst::$qmr::<Regs>::new(n, a.0));
                o.check(|s| s.alu_rm(op, Size::S8, a, m), inst::$brm::<Regs>::new(a.0, n));
                o.check(|s| s.alu_rm(op, Size::S16, a, m), inst::$wrm::<Regs>::new(a.0, n));
                o.check(|s| s.alu_rm(op, Size::S32, a, m), inst::$lrm::<Regs>::new(a.0, n));
                o.check(|s| s.alu_rm(op, Size::S64, a, m), inst::$qrm::<Regs>::new(a.0, n));
            }
        }
        for shape in few_shapes() {
            for imm in IMMS {
                let n = shape.theirs;
                let emit = |size| move |asm: &mut Asm| asm.alu_mi(op, size, shape.ours, imm);
                o.check(emit(Size::S8), inst::$bmi::<Regs>::new(n, imm as u8));
                o.check(emit(Size::S16), inst::$wmi::<Regs>::new(n, imm as u16));
                if let Ok(imm) = i8::try_from(imm) {
                    o.check(emit(Size::S32), inst::$lsxb::<Regs>::new(n, imm));
                    o.check(emit(Size::S64), inst::$qsxb::<Regs>::new(n, imm));
                } else {
                    o.check(emit(Size::S32), inst::$lmi::<Regs>::new(n, imm));
                    o.check(emit(Size::S64), inst::$qmi::<Regs>::new(n, imm));
                }
            }
        }
    }};
}

#[test]
#[rustfmt::skip]
fn alu() {
    let mut oracle = Oracle::new();
    alu!(oracle, Add, addb_i addw_i addl_i addq_i_sxl, addb_mi addw_mi addl_mi addq_mi_sxl,
        addl_mi_sxb addq_mi_sxb, addb_mr addw_mr addl_mr addq_mr, addb_rm addw_rm addl_rm addq_rm);
    alu!(oracle, Or, orb_i orw_i orl_i orq_i_sxl, orb_mi orw_mi orl_mi orq_mi_sxl,
        orl_mi_sxb orq_mi_sxb, orb_mr orw_mr orl_mr orq_mr, orb_rm orw_rm orl_rm orq_rm);
    alu!(oracle, Adc, adcb_i adcw_i adcl_i adcq_i_sxl, adcb_mi adcw_mi adcl_mi adcq_mi_sxl,
        adcl_mi_sxb adcq_mi_sxb, adcb_mr adcw_mr adcl_mr adcq_mr, adcb_rm adcw_rm adcl_rm adcq_rm);
    alu!(oracle, Sbb, sbbb_i sbbw_i sbbl_i sbbq_i_sxl, sbbb_mi sbbw_mi sbbl_mi sbbq_mi_sxl,
        sbbl_mi_sxb sbbq_mi_sxb, sbbb_mr sbbw_mr sbbl_mr sbbq_mr, sbbb_rm sbbw_rm sbbl_rm sbbq_rm);
    alu!(oracle, And, andb_i andw_i andl_i andq_i_sxl, andb_mi andw_mi andl_mi andq_mi_sxl,
        andl_mi_sxb andq_mi_sxb, andb_mr andw_mr andl_mr andq_mr, andb_rm andw_rm andl_rm andq_rm);
    alu!(oracle, Sub, subb_i subw_i subl_i subq_i_sxl, subb_mi subw_mi subl_mi subq_mi_sxl,
        subl_mi_sxb subq_mi_sxb, subb_mr subw_mr subl_mr subq_mr, subb_rm subw_rm subl_rm subq_rm);
    alu!(oracle, Xor, xorb_i xorw_i xorl_i xorq_i_sxl, xorb_mi xorw_mi xorl_mi xorq_mi_sxl,
        xorl_mi_sxb xorq_mi_sxb, xorb_mr xorw_mr xorl_mr xorq_mr, xorb_rm xorw_rm xorl_rm xorq_rm);
    alu!(oracle, Cmp, cmpb_i cmpw_i cmpl_i cmpq_i, cmpb_mi cmpw_mi cmpl_mi cmpq_mi,
        cmpl_mi_sxb cmpq_mi_sxb, cmpb_mr cmpw_mr cmpl_mr cmpq_mr, cmpb_rm cmpw_rm cmpl_rm cmpq_rm);
    // Theirs has no 16-bit operation with an 8-bit immediate.
    assert!(oracle.other < oracle.seen / 4);
}

#[test]
fn moves() {
    let mut o = Oracle::new();
    for a in gprs() {
        for b in gprs() {
            o.check(|s| s.mov_rr(Size::S32, a, b), inst::movl_mr::<Regs>::new(a.0, b.0));
            o.check(|s| s.mov_rr(Size::S64, a, b), inst::movq_mr::<Regs>::new(a.0, b.0));
            let (s8, s16, s32, s64) = (Size::S8, Size::S16, Size::S32, Size::S64);
            o.check(|s| s.movzx_rr(s8, a, b), inst::movzbl_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.movzx_rr(s16, a, b), inst::movzwl_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.movsx_rr(s8, s32, a, b), inst::movsbl_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.movsx_rr(s8, s64, a, b), inst::movsbq_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.movsx_rr(s16, s32, a, b), inst::movswl_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.movsx_rr(s16, s64, a, b), inst::movswq_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.movsx_rr(s32, s64, a, b), inst::movslq_rm::<Regs>::new(a.0, b.0));
        }
        for shape in few_shapes() {
            let (m, n) = (shape.ours, shape.theirs);
            let (s8, s16, s32, s64) = (Size::S8, Size::S16, Size::S32, Size::S64);
            o.check(|s| s.mov_rm(s32, a, m), inst::movl_rm::<Regs>::new(a.0, n));
            o.check(|s| s.mov_rm(s64, a, m), inst::movq_rm::<Regs>::new(a.0, n));
            o.check(|s| s.mov_mr(s8, m, a), inst::movb_mr::<Regs>::new(n, a.0));
            o.check(|s| s.mov_mr(s16, m, a), inst::movw_mr::<Regs>::new(n, a.0));
            o.check(|s| s.mov_mr(s32, m, a), inst::movl_mr::<Regs>::new(n, a.0));
            o.check(|s| s.mov_mr(s64, m, a), inst::movq_mr::<Regs>::new(n, a.0));
            o.check(|s| s.movzx_rm(s8, a, m), inst::movzbl_rm::<Regs>::new(a.0, n));
            o.check(|s| s.movzx_rm(s16, a, m), inst::movzwl_rm::<Regs>::new(a.0, n));
            o.check(|s| s.movsx_rm(s8, s32, a, m), inst::movsbl_rm::<Regs>::new(a.0, n));
            o.check(|s| s.movsx_rm(s8, s64, a, m), inst::movsbq_rm::<Regs>::new(a.0, n));
            o.check(|s| s.movsx_rm(s16, s32, a, m), inst::movswl_rm::<Regs>::new(a.0, n));
            o.check(|s| s.movsx_rm(s16, s64, a, m), inst::movswq_rm::<Regs>::new(a.0, n));
            o.check(|s| s.movsx_rm(s32, s64, a, m), inst::movslq_rm::<Regs>::new(a.0, n));
            o.check(|s| s.lea(s32, a, m), inst::leal_rm::<Regs>::new(a.0, n));
            o.check(|s| s.lea(s64, a, m), inst::leaq_rm::<Regs>::new(a.0, n));
        }
    }
    for shape in all_shapes() {
        let (m, n) = (shape.ours, shape.theirs);
        for a in gprs() {
            o.check(|s| s.mov_rm(Size::S64, a, m), inst::movq_rm::<Regs>::new(a.0, n));
            o.check(|s| s.mov_mr(Size::S8, m, a), inst::movb_mr::<Regs>::new(n, a.0));
        }
        for imm in IMMS {
            o.check(|s| s.mov_mi(Size::S8, m, imm), inst::movb_mi::<Regs>::new(n, imm as u8));
            o.check(|s| s.mov_mi(Size::S16, m, imm), inst::movw_mi::<Regs>::new(n, imm as u16));
            o.check(|s| s.mov_mi(Size::S32, m, imm), inst::movl_mi::<Regs>::new(n, imm));
            o.check(|s| s.mov_mi(Size::S64, m, imm), inst::movq_mi_sxl::<Regs>::new(n, imm));
        }
    }
    // Theirs has a REX prefix for the byte registers it thinks of.
    assert!(o.other < o.seen / 10);
}

#[test]
fn constants() {
    let mut o = Oracle::new();
    for a in gprs() {
        for imm in IMMS {
            let low = imm as u32;
            o.check(|s| s.mov_ri(a, low.into()), inst::movl_oi::<Regs>::new(a.0, low));
            if imm < 0 {
                let theirs = inst::movq_mi_sxl::<Regs>::new(a.0, imm);
                o.check(|s| s.mov_ri(a, i64::from(imm) as u64), theirs);
            }
        }
        for imm in [1 << 32, u64::MAX >> 1, 0xFFFF_FFFF_7FFF_FFFF, 1 << 63] {
            o.check(|s| s.mov_ri(a, imm), inst::movabsq_oi::<Regs>::new(a.0, imm));
        }
        o.check(|s| s.zero(a), inst::xorl_mr::<Regs>::new(a.0, a.0));
    }
    assert_eq!(o.other, 0);
}

#[test]
fn tests_and_products() {
    let mut o = Oracle::new();
    let (s8, s16, s32, s64) = (Size::S8, Size::S16, Size::S32, Size::S64);
    for a in gprs() {
        for b in gprs() {
            o.check(|s| s.test_rr(s8, a, b), inst::testb_mr::<Regs>::new(a.0, b.0));
            o.check(|s| s.test_rr(s16, a, b), inst::testw_mr::<Regs>::new(a.0, b.0));
            o.check(|s| s.test_rr(s32, a, b), inst::testl_mr::<Regs>::new(a.0, b.0));
            o.check(|s| s.test_rr(s64, a, b), inst::testq_mr::<Regs>::new(a.0, b.0));
            o.check(|s| s.imul_rr(s32, a, b), inst::imull_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.imul_rr(s64, a, b), inst::imulq_rm::<Regs>::new(a.0, b.0));
            for imm in IMMS {
                let emit = |size| move |asm: &mut Asm| asm.imul_rri(size, a, b, imm);
                if let Ok(imm) = i8::try_from(imm) {
                    o.check(emit(s32), inst::imull_rmi_sxb::<Regs>::new(a.0, b.0, imm));
                    o.check(emit(s64), inst::imulq_rmi_sxb::<Regs>::new(a.0, b.0, imm));
                } else {
                    o.check(emit(s32), inst::imull_rmi::<Regs>::new(a.0, b.0, imm));
                    o.check(emit(s64), inst::imulq_rmi_sxl::<Regs>::new(a.0, b.0, imm));
                }
            }
        }
        for imm in IMMS {
            let emit = |size| move |asm: &mut Asm| asm.test_ri(size, a, imm);
            if a == Gpr::RAX {
                o.check(emit(s8), inst::testb_i::<Regs>::new(0, imm as u8));
                o.check(emit(s16), inst::testw_i::<Regs>::new(0, imm as u16));
                o.check(emit(s32), inst::testl_i::<Regs>::new(0, imm));
                o.check(emit(s64), inst::testq_i::<Regs>::new(0, imm));
            } else {
                o.check(emit(s8), inst::testb_mi::<Regs>::new(a.0, imm as u8));
                o.check(emit(s16), inst::testw_mi::<Regs>::new(a.0, imm as u16));
                o.check(emit(s32), inst::testl_mi::<Regs>::new(a.0, imm));
                o.check(emit(s64), inst::testq_mi::<Regs>::new(a.0, imm));
            }
        }
        for shape in few_shapes() {
            let (m, n) = (shape.ours, shape.theirs);
            o.check(|s| s.imul_rm(s32, a, m), inst::imull_rm::<Regs>::new(a.0, n));
            o.check(|s| s.imul_rm(s64, a, m), inst::imulq_rm::<Regs>::new(a.0, n));
            o.check(|s| s.imul_rmi(s32, a, m, -3), inst::imull_rmi_sxb::<Regs>::new(a.0, n, -3));
            let theirs = inst::imulq_rmi_sxl::<Regs>::new(a.0, n, 0x1234);
            o.check(|s| s.imul_rmi(s64, a, m, 0x1234), theirs);
            o.check(|s| s.test_mr(s8, m, a), inst::testb_mr::<Regs>::new(n, a.0));
            o.check(|s| s.test_mr(s64, m, a), inst::testq_mr::<Regs>::new(n, a.0));
            o.check(|s| s.test_mi(s8, m, 0x80), inst::testb_mi::<Regs>::new(n, 0x80));
            o.check(|s| s.test_mi(s32, m, 0x80), inst::testl_mi::<Regs>::new(n, 0x80));
            o.check(|s| s.test_mi(s64, m, -2), inst::testq_mi::<Regs>::new(n, -2));
        }
    }
    assert_eq!(o.other, 0);
}

#[test]
fn unary() {
    let mut o = Oracle::new();
    let trap = TrapCode(std::num::NonZeroU8::MIN);
    let (s8, s32, s64) = (Size::S8, Size::S32, Size::S64);
    for a in gprs() {
        o.check(|s| s.unary_r(Unary::Not, s8, a), inst::notb_m::<Regs>::new(a.0));
        o.check(|s| s.unary_r(Unary::Not, s32, a), inst::notl_m::<Regs>::new(a.0));
        o.check(|s| s.unary_r(Unary::Not, s64, a), inst::notq_m::<Regs>::new(a.0));
        o.check(|s| s.unary_r(Unary::Neg, s32, a), inst::negl_m::<Regs>::new(a.0));
        o.check(|s| s.unary_r(Unary::Neg, s64, a), inst::negq_m::<Regs>::new(a.0));
        o.check(|s| s.unary_r(Unary::Mul, s32, a), inst::mull_m::<Regs>::new(0, 2, a.0));
        o.check(|s| s.unary_r(Unary::Mul, s64, a), inst::mulq_m::<Regs>::new(0, 2, a.0));
        o.check(|s| s.unary_r(Unary::Imul, s64, a), inst::imulq_m::<Regs>::new(0, 2, a.0));
        o.check(|s| s.unary_r(Unary::Div, s32, a), inst::divl_m::<Regs>::new(0, 2, a.0, trap));
        o.check(|s| s.unary_r(Unary::Div, s64, a), inst::divq_m::<Regs>::new(0, 2, a.0, trap));
        o.check(|s| s.unary_r(Unary::Idiv, s32, a), inst::idivl_m::<Regs>::new(0, 2, a.0, trap));
        o.check(|s| s.unary_r(Unary::Idiv, s64, a), inst::idivq_m::<Regs>::new(0, 2, a.0, trap));
        o.check(|s| s.push_r(a), inst::pushq_o::<Regs>::new(a.0));
        o.check(|s| s.pop_r(a), inst::popq_o::<Regs>::new(a.0));
        o.check(|s| s.bswap(s32, a), inst::bswapl_o::<Regs>::new(a.0));
        o.check(|s| s.bswap(s64, a), inst::bswapq_o::<Regs>::new(a.0));
        o.check(|s| s.bt_ri(s32, a, 31), inst::btl_mi::<Regs>::new(a.0, 31));
        o.check(|s| s.bt_ri(s64, a, 63), inst::btq_mi::<Regs>::new(a.0, 63));
        for b in gprs() {
            o.check(|s| s.lzcnt(s32, a, b), inst::lzcntl_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.lzcnt(s64, a, b), inst::lzcntq_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.tzcnt(s32, a, b), inst::tzcntl_a::<Regs>::new(a.0, b.0));
            o.check(|s| s.tzcnt(s64, a, b), inst::tzcntq_a::<Regs>::new(a.0, b.0));
            o.check(|s| s.popcnt(s32, a, b), inst::popcntl_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.popcnt(s64, a, b), inst::popcntq_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.bsr(s32, a, b), inst::bsrl_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.bsf(s64, a, b), inst::bsfq_rm::<Regs>::new(a.0, b.0));
            o.check(|s| s.bt_rr(s32, a, b), inst::btl_mr::<Regs>::new(a.0, b.0));
        }
    }
    for shape in few_shapes() {
        let (m, n) = (shape.ours, shape.theirs);
        o.check(|s| s.unary_m(Unary::Neg, s64, m), inst::negq_m::<Regs>::new(n));
        o.check(|s| s.unary_m(Unary::Not, s8, m), inst::notb_m::<Regs>::new(n));
        o.check(|s| s.push_m(m), inst::pushq_m::<Regs>::new(n));
        o.check(|s| s.pop_m(m), inst::popq_m::<Regs>::new(n));
        o.check(|s| s.jmp_m(m), inst::jmpq_m::<Regs>::new(n));
        o.check(|s| s.call_m(m), inst::callq_m::<Regs>::new(n));
    }
    o.check(|s| s.cdq(), inst::cltd_zo::<Regs>::new(2, 0));
    o.check(|s| s.cqo(), inst::cqto_zo::<Regs>::new(2, 0));
    assert_eq!(o.other, 0);
}

macro_rules! shift {
    ($oracle:ident, $op:ident, $($cl:ident $imm:ident $one:ident $size:ident),*) => {
        $(for a in gprs() {
            let (op, size) = (Shift::$op, Size::$size);
            $oracle.check(|s| s.shift_cl(op, size, a), inst::$cl::<Regs>::new(a.0, 1));
            $oracle.check(|s| s.shift_ri(op, size, a, 5), inst::$imm::<Regs>::new(a.0, 5));
            $oracle.check(|s| s.shift_ri(op, size, a, 1), inst::$one::<Regs>::new(a.0));
        })*
    };
}

#[test]
#[rustfmt::skip]
fn shifts() {
    let mut oracle = Oracle::new();
    shift!(oracle, Rol, rolb_mc rolb_mi rolb_m1 S8, rolw_mc rolw_mi rolw_m1 S16, roll_mc roll_mi roll_m1 S32, rolq_mc rolq_mi rolq_m1 S64);
    shift!(oracle, Ror, rorb_mc rorb_mi rorb_m1 S8, rorw_mc rorw_mi rorw_m1 S16, rorl_mc rorl_mi rorl_m1 S32, rorq_mc rorq_mi rorq_m1 S64);
    shift!(oracle, Shl, shlb_mc shlb_mi shlb_m1 S8, shlw_mc shlw_mi shlw_m1 S16, shll_mc shll_mi shll_m1 S32, shlq_mc shlq_mi shlq_m1 S64);
    shift!(oracle, Shr, shrb_mc shrb_mi shrb_m1 S8, shrw_mc shrw_mi shrw_m1 S16, shrl_mc shrl_mi shrl_m1 S32, shrq_mc shrq_mi shrq_m1 S64);
    shift!(oracle, Sar, sarb_mc sarb_mi sarb_m1 S8, sarw_mc sarw_mi sarw_m1 S16, sarl_mc sarl_mi sarl_m1 S32, sarq_mc sarq_mi sarq_m1 S64);
    // Theirs has a REX prefix for the byte registers it thinks of.
    assert!(oracle.other < oracle.seen / 10);
}

macro_rules! cond {
    ($oracle:ident, $cond:ident, $set:ident, $narrow:ident, $wide:ident) => {
        for a in gprs() {
            let cond = Cond::$cond;
            $oracle.check(|s| s.setcc(cond, a), inst::$set::<Regs>::new(a.0));
            for b in gprs() {
                let theirs = inst::$narrow::<Regs>::new(a.0, b.0);
                $oracle.check(|s| s.cmov(cond, Size::S32, a, b), theirs);
                let theirs = inst::$wide::<Regs>::new(a.0, b.0);
                $oracle.check(|s| s.cmov(cond, Size::S64, a, b), theirs);
            }
            for shape in few_shapes() {
                let theirs = inst::$wide::<Regs>::new(a.0, shape.theirs);
                $oracle.check(|s| s.cmov_rm(cond, Size::S64, a, shape.ours), theirs);
            }
        }
    };
}

#[test]
fn conditions() {
    let mut oracle = Oracle::new();
    cond!(oracle, O, seto_m, cmovol_rm, cmovoq_rm);
    cond!(oracle, NO, setno_m, cmovnol_rm, cmovnoq_rm);
    cond!(oracle, B, setb_m, cmovbl_rm, cmovbq_rm);
    cond!(oracle, AE, setae_m, cmovael_rm, cmovaeq_rm);
    cond!(oracle, E, sete_m, cmovel_rm, cmoveq_rm);
    cond!(oracle, NE, setne_m, cmovnel_rm, cmovneq_rm);
    cond!(oracle, BE, setbe_m, cmovbel_rm, cmovbeq_rm);
    cond!(oracle, A, seta_m, cmoval_rm, cmovaq_rm);
    cond!(oracle, S, sets_m, cmovsl_rm, cmovsq_rm);
    cond!(oracle, NS, setns_m, cmovnsl_rm, cmovnsq_rm);
    cond!(oracle, P, setp_m, cmovpl_rm, cmovpq_rm);
    cond!(oracle, NP, setnp_m, cmovnpl_rm, cmovnpq_rm);
    cond!(oracle, L, setl_m, cmovll_rm, cmovlq_rm);
    cond!(oracle, GE, setge_m, cmovgel_rm, cmovgeq_rm);
    cond!(oracle, LE, setle_m, cmovlel_rm, cmovleq_rm);
    cond!(oracle, G, setg_m, cmovgl_rm, cmovgq_rm);
    assert_eq!(oracle.other, 0);
}

#[test]
fn inverted_and_swapped_conditions() {
    for cond in Cond::ALL {
        assert_eq!(cond.invert().invert(), cond);
        assert_eq!(cond.swap().swap(), cond);
    }
    assert_eq!(Cond::B.invert(), Cond::AE);
    assert_eq!(Cond::L.swap(), Cond::G);
    assert_eq!(Cond::LE.invert(), Cond::G);
    assert_eq!(Cond::E.swap(), Cond::E);
}

#[test]
fn atomics() {
    let mut o = Oracle::new();
    let (s8, s16, s32, s64) = (Size::S8, Size::S16, Size::S32, Size::S64);
    for a in gprs() {
        for shape in few_shapes() {
            let (m, n) = (shape.ours, shape.theirs);
            o.check(|s| s.xchg_mr(s8, m, a), inst::xchgb_rm::<Regs>::new(a.0, n));
            o.check(|s| s.xchg_mr(s16, m, a), inst::xchgw_rm::<Regs>::new(a.0, n));
            o.check(|s| s.xchg_mr(s32, m, a), inst::xchgl_rm::<Regs>::new(a.0, n));
            o.check(|s| s.xchg_mr(s64, m, a), inst::xchgq_rm::<Regs>::new(a.0, n));
            o.check(|s| s.lock_xadd_mr(s8, m, a), inst::lock_xaddb_mr::<Regs>::new(n, a.0));
            o.check(|s| s.lock_xadd_mr(s16, m, a), inst::lock_xaddw_mr::<Regs>::new(n, a.0));
            o.check(|s| s.lock_xadd_mr(s64, m, a), inst::lock_xaddq_mr::<Regs>::new(n, a.0));
            let theirs = inst::lock_cmpxchgb_mr::<Regs>::new(n, a.0, 0);
            o.check(|s| s.lock_cmpxchg_mr(s8, m, a), theirs);
            let theirs = inst::lock_cmpxchgw_mr::<Regs>::new(n, a.0, 0);
            o.check(|s| s.lock_cmpxchg_mr(s16, m, a), theirs);
            let theirs = inst::lock_cmpxchgq_mr::<Regs>::new(n, a.0, 0);
            o.check(|s| s.lock_cmpxchg_mr(s64, m, a), theirs);
            let theirs = inst::lock_andw_mr::<Regs>::new(n, a.0);
            o.check(|s| s.lock_alu_mr(Alu::And, s16, m, a), theirs);
            let theirs = inst::lock_orl_mi_sxb::<Regs>::new(n, 0);
            o.check(|s| s.lock_alu_mi(Alu::Or, s32, m, 0), theirs);
        }
    }
    o.check(|s| s.mfence(), inst::mfence_zo::new());
    assert_eq!(o.other, 0);
}

#[test]
fn without_an_oracle() {
    let m = Mem::base(Gpr::R12, 16);
    reads("ret", |asm| asm.ret());
    reads("ret 20h", |asm| asm.ret_n(32));
    reads("ud2", |asm| asm.ud2());
    reads("int3", |asm| asm.int3());
    reads("push 0FFFFFFFFFFFFFFFFh", |asm| asm.push_imm(-1));
    reads("push 12345678h", |asm| asm.push_imm(0x1234_5678));
    reads("jmp r9", |asm| asm.jmp_r(Gpr::R9));
    reads("call rdx", |asm| asm.call_r(Gpr::RDX));
    reads("xchg rcx, rax", |asm| asm.xchg_rr(Size::S64, Gpr::RAX, Gpr::RCX));
    reads("xchg r9d, eax", |asm| asm.xchg_rr(Size::S32, Gpr::R9, Gpr::RAX));
    reads("xchg eax, eax", |asm| asm.xchg_rr(Size::S32, Gpr::RAX, Gpr::RAX));
    reads("xchg r9, rcx", |asm| asm.xchg_rr(Size::S64, Gpr::RCX, Gpr::R9));
    assert_eq!(bytes(|asm| asm.xchg_rr(Size::S64, Gpr::RAX, Gpr::RCX)).len(), 2);
    reads("inc dword ptr [r12+10h]", |asm| asm.inc_m(Size::S32, m));
    reads("dec qword ptr [r12+10h]", |asm| asm.dec_m(Size::S64, m));
    reads("inc r9d", |asm| asm.inc_r(Size::S32, Gpr::R9));
    reads("dec rsi", |asm| asm.dec_r(Size::S64, Gpr::RSI));
}
