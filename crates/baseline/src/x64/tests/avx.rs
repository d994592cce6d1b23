//! The VEX encoding: vectors and BMI.
//!
//! Owns: which row of the list each judge knows by which name. Must not know:
//! the SSE encoding.

#![cfg(test)]

use super::*;
use crate::x64::{Size, Sse, VecShift};
use cranelift_assembler_x64::inst;

/// Rows whose judge takes `dst, a, b` or `dst, a, [m]`.
macro_rules! rrm {
    ($($theirs:ident $op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in xmms() {
            for b in xmms() {
                let a = Xmm((dst.0 * 3 + b.0 * 5 + 1) & 15);
                let theirs = inst::$theirs::<Regs>::new(dst.0, a.0, b.0);
                oracle.check(|asm| asm.avx_rrr(Sse::$op, dst, a, b), theirs);
            }
            for shape in few_shapes() {
                let a = Xmm((dst.0 * 3 + 1) & 15);
                let theirs = inst::$theirs::<Regs>::new(dst.0, a.0, shape.theirs);
                oracle.check(|asm| asm.avx_rrm(Sse::$op, dst, a, shape.ours), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

/// The same with an immediate.
macro_rules! rrmi {
    ($($theirs:ident $op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in xmms() {
            for b in xmms() {
                let a = Xmm((dst.0 * 3 + b.0 * 5 + 1) & 15);
                let theirs = inst::$theirs::<Regs>::new(dst.0, a.0, b.0, 0x81);
                oracle.check(|asm| asm.avx_rrri(Sse::$op, dst, a, b, 0x81), theirs);
            }
            for shape in few_shapes() {
                let a = Xmm((dst.0 * 3 + 1) & 15);
                let theirs = inst::$theirs::<Regs>::new(dst.0, a.0, shape.theirs, 7);
                oracle.check(|asm| asm.avx_rrmi(Sse::$op, dst, a, shape.ours, 7), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

/// Rows whose judge takes `dst, src` or `dst, [m]`.
macro_rules! rm {
    ($($theirs:ident $op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in xmms() {
            for src in xmms() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, src.0);
                oracle.check(|asm| asm.avx_rr(Sse::$op, dst, src), theirs);
            }
            for shape in few_shapes() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, shape.theirs);
                oracle.check(|asm| asm.avx_rm(Sse::$op, dst, shape.ours), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

/// The same with an immediate.
macro_rules! rmi {
    ($($theirs:ident $op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in xmms() {
            for src in xmms() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, src.0, 0x1B);
                oracle.check(|asm| asm.avx_rri(Sse::$op, dst, src, 0x1B), theirs);
            }
            for shape in few_shapes() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, shape.theirs, 2);
                oracle.check(|asm| asm.avx_rmi(Sse::$op, dst, shape.ours, 2), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

/// Rows with four registers.
macro_rules! rrrr {
    ($($theirs:ident $op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in xmms() {
            for b in xmms() {
                let (a, c) = (Xmm((dst.0 * 3 + b.0 + 1) & 15), Xmm((dst.0 + b.0 * 7) & 15));
                let theirs = inst::$theirs::<Regs>::new(dst.0, a.0, b.0, c.0);
                oracle.check(|asm| asm.avx_rrrr(Sse::$op, dst, a, b, c), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

/// Moves between a register and memory.
macro_rules! moves {
    ($($load:ident $store:ident $op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for r in xmms() {
            for shape in few_shapes() {
                let theirs = inst::$load::<Regs>::new(r.0, shape.theirs);
                oracle.check(|asm| asm.avx_rm(Sse::$op, r, shape.ours), theirs);
                let theirs = inst::$store::<Regs>::new(shape.theirs, r.0);
                oracle.check(|asm| asm.avx_mr(Sse::$op, shape.ours, r), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

#[test]
fn three_operands() {
    rrm! {
        vaddss_b ADDSS, vaddsd_b ADDSD, vaddps_b ADDPS, vaddpd_b ADDPD, vsubss_b SUBSS,
        vsubsd_b SUBSD, vsubps_b SUBPS, vsubpd_b SUBPD, vmulss_b MULSS, vmulsd_b MULSD,
        vmulps_b MULPS, vmulpd_b MULPD, vdivss_b DIVSS, vdivsd_b DIVSD, vdivps_b DIVPS,
        vdivpd_b DIVPD, vsqrtss_b SQRTSS, vsqrtsd_b SQRTSD, vminss_b MINSS, vminsd_b MINSD,
        vminps_b MINPS, vminpd_b MINPD, vmaxss_b MAXSS, vmaxsd_b MAXSD, vmaxps_b MAXPS,
        vmaxpd_b MAXPD, vandps_b ANDPS, vandpd_b ANDPD, vandnps_b ANDNPS, vandnpd_b ANDNPD,
        vorps_b ORPS, vorpd_b ORPD, vxorps_b XORPS, vxorpd_b XORPD, vcvtss2sd_b CVTSS2SD,
        vcvtsd2ss_b CVTSD2SS, vunpcklps_b UNPCKLPS, vunpcklpd_b UNPCKLPD, vunpckhps_b UNPCKHPS,
        vpunpcklbw_b PUNPCKLBW, vpunpcklwd_b PUNPCKLWD, vpunpckldq_b PUNPCKLDQ,
        vpunpcklqdq_b PUNPCKLQDQ, vpunpckhbw_b PUNPCKHBW, vpunpckhwd_b PUNPCKHWD,
        vpunpckhdq_b PUNPCKHDQ, vpunpckhqdq_b PUNPCKHQDQ, vpacksswb_b PACKSSWB,
        vpackssdw_b PACKSSDW, vpackuswb_b PACKUSWB, vpackusdw_b PACKUSDW, vpshufb_b PSHUFB,
        vpaddb_b PADDB, vpaddw_b PADDW, vpaddd_b PADDD, vpaddq_b PADDQ, vpaddsb_b PADDSB,
        vpaddsw_b PADDSW, vpaddusb_b PADDUSB, vpaddusw_b PADDUSW, vpsubb_b PSUBB, vpsubw_b PSUBW,
        vpsubd_b PSUBD, vpsubq_b PSUBQ, vpsubsb_b PSUBSB, vpsubsw_b PSUBSW, vpsubusb_b PSUBUSB,
        vpsubusw_b PSUBUSW, vpmullw_b PMULLW, vpmulld_b PMULLD, vpmulhw_b PMULHW,
        vpmulhuw_b PMULHUW, vpmulhrsw_b PMULHRSW, vpmuludq_b PMULUDQ, vpmuldq_b PMULDQ,
        vpmaddwd_b PMADDWD, vpmaddubsw_b PMADDUBSW, vphaddw_b PHADDW, vphaddd_b PHADDD,
        vpavgb_b PAVGB, vpavgw_b PAVGW, vpminsb_b PMINSB, vpminsw_b PMINSW, vpminsd_b PMINSD,
        vpminub_b PMINUB, vpminuw_b PMINUW, vpminud_b PMINUD, vpmaxsb_b PMAXSB, vpmaxsw_b PMAXSW,
        vpmaxsd_b PMAXSD, vpmaxub_b PMAXUB, vpmaxuw_b PMAXUW, vpmaxud_b PMAXUD,
        vpcmpeqb_b PCMPEQB, vpcmpeqw_b PCMPEQW, vpcmpeqd_b PCMPEQD, vpcmpeqq_b PCMPEQQ,
        vpcmpgtb_b PCMPGTB, vpcmpgtw_b PCMPGTW, vpcmpgtd_b PCMPGTD, vpcmpgtq_b PCMPGTQ,
        vpand_b PAND, vpandn_b PANDN, vpor_b POR, vpxor_b PXOR, vpsllw_c PSLLW, vpslld_c PSLLD,
        vpsllq_c PSLLQ, vpsrlw_c PSRLW, vpsrld_c PSRLD, vpsrlq_c PSRLQ, vpsraw_c PSRAW,
        vpsrad_c PSRAD, vfmadd132ss_a VFMADD132SS, vfmadd213ss_a VFMADD213SS,
        vfmadd231ss_a VFMADD231SS, vfmadd132sd_a VFMADD132SD, vfmadd213sd_a VFMADD213SD,
        vfmadd231sd_a VFMADD231SD, vfmadd132ps_a VFMADD132PS, vfmadd213ps_a VFMADD213PS,
        vfmadd231ps_a VFMADD231PS, vfmadd132pd_a VFMADD132PD, vfmadd213pd_a VFMADD213PD,
        vfmadd231pd_a VFMADD231PD, vfnmadd132ps_a VFNMADD132PS, vfnmadd213ps_a VFNMADD213PS,
        vfnmadd231ps_a VFNMADD231PS, vfnmadd132pd_a VFNMADD132PD, vfnmadd213pd_a VFNMADD213PD,
        vfnmadd231pd_a VFNMADD231PD,
    }
}

#[test]
fn three_operands_and_an_immediate() {
    rrmi! {
        vroundss_rvmi ROUNDSS, vroundsd_rvmi ROUNDSD, vcmpss_b CMPSS, vcmpsd_b CMPSD,
        vcmpps_b CMPPS, vcmppd_b CMPPD, vshufps_b SHUFPS, vshufpd_b SHUFPD, vinsertps_b INSERTPS,
        vpalignr_b PALIGNR, vpblendw_rvmi PBLENDW,
    }
}

#[test]
fn two_operands() {
    rm! {
        vmovups_a MOVUPS, vmovupd_a MOVUPD, vmovaps_a MOVAPS, vmovapd_a MOVAPD, vmovdqa_a MOVDQA,
        vmovdqu_a MOVDQU, vmovddup_a MOVDDUP, vsqrtps_b SQRTPS, vsqrtpd_b SQRTPD,
        vucomiss_a UCOMISS, vucomisd_a UCOMISD, vcvtps2pd_a CVTPS2PD, vcvtpd2ps_a CVTPD2PS,
        vcvtdq2ps_a CVTDQ2PS, vcvttps2dq_a CVTTPS2DQ, vcvtdq2pd_a CVTDQ2PD,
        vcvttpd2dq_a CVTTPD2DQ, vpmovsxbw_a PMOVSXBW, vpmovsxbd_a PMOVSXBD, vpmovsxbq_a PMOVSXBQ,
        vpmovsxwd_a PMOVSXWD, vpmovsxwq_a PMOVSXWQ, vpmovsxdq_a PMOVSXDQ, vpmovzxbw_a PMOVZXBW,
        vpmovzxbd_a PMOVZXBD, vpmovzxbq_a PMOVZXBQ, vpmovzxwd_a PMOVZXWD, vpmovzxwq_a PMOVZXWQ,
        vpmovzxdq_a PMOVZXDQ, vpabsb_a PABSB, vpabsw_a PABSW, vpabsd_a PABSD, vptest_rm PTEST,
        vpbroadcastb_a VPBROADCASTB, vpbroadcastw_a VPBROADCASTW, vpbroadcastd_a VPBROADCASTD,
        vpbroadcastq_a VPBROADCASTQ,
    }
}

#[test]
fn two_operands_and_an_immediate() {
    rmi! {
        vroundps_rmi ROUNDPS, vroundpd_rmi ROUNDPD, vpshufd_a PSHUFD, vpshuflw_a PSHUFLW,
        vpshufhw_a PSHUFHW,
    }
}

#[test]
fn four_operands() {
    rrrr! {
        vblendvps_rvmr VBLENDVPS, vblendvpd_rvmr VBLENDVPD, vpblendvb_rvmr VPBLENDVB,
    }
}

#[test]
fn loads_and_stores() {
    moves! {
        vmovss_d vmovss_c_m MOVSS, vmovsd_d vmovsd_c_m MOVSD, vmovaps_a vmovaps_b MOVAPS,
        vmovapd_a vmovapd_b MOVAPD, vmovups_a vmovups_b MOVUPS, vmovupd_a vmovupd_b MOVUPD,
        vmovdqa_a vmovdqa_b MOVDQA, vmovdqu_a vmovdqu_b MOVDQU, vmovd_a vmovd_b MOVD,
    }
    let mut oracle = Oracle::new();
    for shape in all_shapes() {
        let theirs = inst::vmovups_a::<Regs>::new(9, shape.theirs);
        oracle.check(|asm| asm.avx_rm(Sse::MOVUPS, Xmm(9), shape.ours), theirs);
    }
    assert_eq!(oracle.other, 0);
}

#[test]
fn moves_between_registers() {
    let mut oracle = Oracle::new();
    for dst in xmms() {
        for src in xmms() {
            let a = Xmm((dst.0 + src.0 * 3) & 15);
            let theirs = inst::vmovss_b::<Regs>::new(dst.0, a.0, src.0);
            oracle.check(|asm| asm.avx_rrr(Sse::MOVSS, dst, a, src), theirs);
            let theirs = inst::vmovsd_b::<Regs>::new(dst.0, a.0, src.0);
            oracle.check(|asm| asm.avx_rrr(Sse::MOVSD, dst, a, src), theirs);
            let theirs = inst::vmovlhps_rvm::<Regs>::new(dst.0, a.0, src.0);
            oracle.check(|asm| asm.avx_rrr(Sse::MOVLHPS, dst, a, src), theirs);
            let theirs = inst::vbroadcastss_a_r::<Regs>::new(dst.0, src.0);
            oracle.check(|asm| asm.avx_rr(Sse::VBROADCASTSS, dst, src), theirs);
            let expected = format!("vmovaps xmm{}, xmm{}", dst.0, src.0);
            let code = bytes(|asm| asm.avx_mov(dst, src));
            assert_eq!(text(&code), expected);
            assert_eq!(code.len(), if dst.0 < 8 || src.0 < 8 { 4 } else { 5 });
        }
        for r in gprs() {
            let theirs = inst::vmovd_a::<Regs>::new(dst.0, r.0);
            oracle.check(|asm| asm.avx_mov_xr(Size::S32, dst, r), theirs);
            let theirs = inst::vmovq_a::<Regs>::new(dst.0, r.0);
            oracle.check(|asm| asm.avx_mov_xr(Size::S64, dst, r), theirs);
            let theirs = inst::vmovd_b::<Regs>::new(r.0, dst.0);
            oracle.check(|asm| asm.avx_mov_rx(Size::S32, r, dst), theirs);
            let theirs = inst::vmovq_b::<Regs>::new(r.0, dst.0);
            oracle.check(|asm| asm.avx_mov_rx(Size::S64, r, dst), theirs);
        }
        for shape in few_shapes() {
            let theirs = inst::vmovhps_b::<Regs>::new(dst.0, 9, shape.theirs);
            oracle.check(|asm| asm.avx_rrm(Sse::MOVHPS, dst, Xmm(9), shape.ours), theirs);
            let theirs = inst::vbroadcastss_a_m::<Regs>::new(dst.0, shape.theirs);
            oracle.check(|asm| asm.avx_rm(Sse::VBROADCASTSS, dst, shape.ours), theirs);
            // Theirs has the form for general registers, which can be longer.
            let theirs = inst::vmovq_a::<Regs>::new(dst.0, shape.theirs);
            oracle.check(|asm| asm.avx_rm(Sse::MOVQ, dst, shape.ours), theirs);
            let theirs = inst::vmovq_b::<Regs>::new(shape.theirs, dst.0);
            oracle.check(|asm| asm.avx_mr(Sse::MOVQ, shape.ours, dst), theirs);
        }
    }
}

/// Conversions from a general register or memory, by width.
macro_rules! from_int {
    ($($theirs:ident $op:ident $size:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in xmms() {
            let a = Xmm((dst.0 * 3 + 1) & 15);
            for src in gprs() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, a.0, src.0);
                oracle.check(|asm| asm.avx_xr(Sse::$op, Size::$size, dst, a, src), theirs);
            }
            for shape in few_shapes() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, a.0, shape.theirs);
                oracle.check(|asm| asm.avx_xm(Sse::$op, Size::$size, dst, a, shape.ours), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

/// Instructions that write a general register.
macro_rules! to_int {
    ($($theirs:ident $op:ident $size:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in gprs() {
            for src in xmms() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, src.0);
                oracle.check(|asm| asm.avx_rx(Sse::$op, Size::$size, dst, src), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

#[test]
fn conversions() {
    from_int! {
        vcvtsi2ssl_b CVTSI2SS S32, vcvtsi2ssq_b CVTSI2SS S64,
        vcvtsi2sdl_b CVTSI2SD S32, vcvtsi2sdq_b CVTSI2SD S64,
    }
    to_int! {
        vcvtss2si_a CVTSS2SI S32, vcvtss2si_aq CVTSS2SI S64,
        vcvtsd2si_a CVTSD2SI S32, vcvtsd2si_aq CVTSD2SI S64,
        vcvttss2si_a CVTTSS2SI S32, vcvttss2si_aq CVTTSS2SI S64,
        vcvttsd2si_a CVTTSD2SI S32, vcvttsd2si_aq CVTTSD2SI S64,
        vpmovmskb_rm PMOVMSKB S32, vmovmskps_rm MOVMSKPS S32, vmovmskpd_rm MOVMSKPD S32,
    }
}

/// Lanes into and out of a vector.
macro_rules! lanes {
    ($($insert:ident $extract:ident $in_op:ident $out_op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for x in xmms() {
            let a = Xmm((x.0 * 3 + 1) & 15);
            for r in gprs() {
                let theirs = inst::$insert::<Regs>::new(x.0, a.0, r.0, 1);
                oracle.check(|asm| asm.avx_xri(Sse::$in_op, x, a, r, 1), theirs);
                let theirs = inst::$extract::<Regs>::new(r.0, x.0, 1);
                oracle.check(|asm| asm.avx_rxi(Sse::$out_op, r, x, 1), theirs);
            }
            for shape in few_shapes() {
                let theirs = inst::$insert::<Regs>::new(x.0, a.0, shape.theirs, 1);
                oracle.check(|asm| asm.avx_rrmi(Sse::$in_op, x, a, shape.ours, 1), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

/// Lanes to memory.
macro_rules! lanes_out {
    ($($extract:ident $op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for x in xmms() {
            for shape in few_shapes() {
                let theirs = inst::$extract::<Regs>::new(shape.theirs, x.0, 1);
                oracle.check(|asm| asm.avx_mri(Sse::$op, shape.ours, x, 1), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

#[test]
fn lanes() {
    lanes! {
        vpinsrb_b vpextrb_a PINSRB PEXTRB, vpinsrw_b vpextrw_a PINSRW PEXTRW,
        vpinsrd_b vpextrd_a PINSRD PEXTRD, vpinsrq_b vpextrq_a PINSRQ PEXTRQ,
    }
    lanes_out! {
        vpextrb_a PEXTRB, vpextrw_b PEXTRW, vpextrd_a PEXTRD, vpextrq_a PEXTRQ,
        vextractps_b EXTRACTPS,
    }
}

/// Shifts of lanes by an immediate.
macro_rules! shifts {
    ($($theirs:ident $op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in xmms() {
            for src in xmms() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, src.0, 9);
                oracle.check(|asm| asm.avx_shift_ri(VecShift::$op, dst, src, 9), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

#[test]
fn shifts_of_lanes() {
    shifts! {
        vpsllw_d PSLLW, vpslld_d PSLLD, vpsllq_d PSLLQ, vpsrlw_d PSRLW, vpsrld_d PSRLD,
        vpsrlq_d PSRLQ, vpsraw_d PSRAW, vpsrad_d PSRAD,
    }
    reads("vpslldq xmm1, xmm9, 8", |asm| {
        asm.avx_shift_ri(VecShift::PSLLDQ, Xmm(1), Xmm(9), 8);
    });
}

#[test]
fn bmi() {
    let mut oracle = Oracle::new();
    macro_rules! shift {
        ($method:ident $narrow:ident $wide:ident) => {
            for dst in gprs() {
                for src in gprs() {
                    let count = Gpr((dst.0 + 5 * src.0) & 15);
                    let theirs = inst::$narrow::<Regs>::new(dst.0, src.0, count.0);
                    oracle.check(|asm| asm.$method(Size::S32, dst, src, count), theirs);
                    let theirs = inst::$wide::<Regs>::new(dst.0, src.0, count.0);
                    oracle.check(|asm| asm.$method(Size::S64, dst, src, count), theirs);
                }
            }
        };
    }
    shift!(shlx shlxl_rmv shlxq_rmv);
    shift!(shrx shrxl_rmv shrxq_rmv);
    shift!(sarx sarxl_rmv sarxq_rmv);
    shift!(andn andnl_rvm andnq_rvm);
    for dst in gprs() {
        for src in gprs() {
            let theirs = inst::rorxl_rmi::<Regs>::new(dst.0, src.0, 7);
            oracle.check(|asm| asm.rorx(Size::S32, dst, src, 7), theirs);
            let theirs = inst::rorxq_rmi::<Regs>::new(dst.0, src.0, 33);
            oracle.check(|asm| asm.rorx(Size::S64, dst, src, 33), theirs);
            let theirs = inst::blsrl_vm::<Regs>::new(dst.0, src.0);
            oracle.check(|asm| asm.blsr(Size::S32, dst, src), theirs);
            let theirs = inst::blsrq_vm::<Regs>::new(dst.0, src.0);
            oracle.check(|asm| asm.blsr(Size::S64, dst, src), theirs);
        }
    }
    assert_eq!(oracle.other, 0);
}

#[test]
fn rows_without_an_oracle() {
    let (a, b, c) = (Xmm(1), Xmm(9), Xmm(10));
    let m = Mem::base(Gpr::RDI, 8);
    reads("vpermilps xmm1, xmm9, xmm10", |asm| asm.avx_rrr(Sse::VPERMILPS, a, b, c));
    reads("vpermilps xmm1, xmm9, 5", |asm| asm.avx_rri(Sse::VPERMILPS_IMM, a, b, 5));
    reads("vpblendd xmm1, xmm9, xmm10, 5", |asm| asm.avx_rrri(Sse::VPBLENDD, a, b, c, 5));
    reads("vpsllvd xmm1, xmm9, xmm10", |asm| asm.avx_rrr(Sse::VPSLLVD, a, b, c));
    reads("vpsllvq xmm1, xmm9, xmm10", |asm| asm.avx_rrr(Sse::VPSLLVQ, a, b, c));
    reads("vpsravd xmm1, xmm9, xmm10", |asm| asm.avx_rrr(Sse::VPSRAVD, a, b, c));
    reads("vpsadbw xmm1, xmm9, xmm10", |asm| asm.avx_rrr(Sse::PSADBW, a, b, c));
    reads("vpsignd xmm1, xmm9, xmm10", |asm| asm.avx_rrr(Sse::PSIGND, a, b, c));
    reads("vmovq xmm1, xmm9", |asm| asm.avx_rr(Sse::MOVQ, a, b));
    reads("vmovlps xmm1, xmm9, [rdi+8]", |asm| asm.avx_rrm(Sse::MOVLPS, a, b, m));
    reads("vmovlps [rdi+8], xmm9", |asm| asm.avx_mr(Sse::MOVLPS, m, b));
    reads("vmovhlps xmm1, xmm9, xmm10", |asm| asm.avx_rrr(Sse::MOVHLPS, a, b, c));
}
