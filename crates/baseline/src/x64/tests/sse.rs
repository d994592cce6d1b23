//! The SSE encoding of vector instructions, and the list of them.
//!
//! Owns: which row of the list each judge knows by which name. Must not know:
//! the VEX encoding.

#![cfg(test)]

use super::*;
use crate::x64::{Size, Sse, VecShift};
use cranelift_assembler_x64::inst;

/// Rows whose judge takes `dst, src` or `dst, [m]`.
macro_rules! rm {
    ($($theirs:ident $op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in xmms() {
            for src in xmms() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, src.0);
                oracle.check(|asm| asm.sse_rr(Sse::$op, dst, src), theirs);
            }
            for shape in few_shapes() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, shape.theirs);
                oracle.check(|asm| asm.sse_rm(Sse::$op, dst, shape.ours), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

/// The same, with the mask in `xmm0`.
macro_rules! rm0 {
    ($($theirs:ident $op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in xmms() {
            for src in xmms() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, src.0, 0);
                oracle.check(|asm| asm.sse_rr(Sse::$op, dst, src), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

/// Rows with an immediate.
macro_rules! rmi {
    ($($theirs:ident $op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in xmms() {
            for src in xmms() {
                for imm in [0_u8, 3, 0x80, 0xFF] {
                    let theirs = inst::$theirs::<Regs>::new(dst.0, src.0, imm);
                    oracle.check(|asm| asm.sse_rri(Sse::$op, dst, src, imm), theirs);
                }
            }
            for shape in few_shapes() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, shape.theirs, 5);
                oracle.check(|asm| asm.sse_rmi(Sse::$op, dst, shape.ours, 5), theirs);
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
                oracle.check(|asm| asm.sse_rm(Sse::$op, r, shape.ours), theirs);
                let theirs = inst::$store::<Regs>::new(shape.theirs, r.0);
                oracle.check(|asm| asm.sse_mr(Sse::$op, shape.ours, r), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

#[test]
fn two_operands() {
    rm! {
        movups_a MOVUPS, movupd_a MOVUPD, movaps_a MOVAPS, movapd_a MOVAPD, movdqa_a MOVDQA,
        movdqu_a MOVDQU, movddup_a MOVDDUP, addss_a ADDSS, addsd_a ADDSD, addps_a ADDPS,
        addpd_a ADDPD, subss_a SUBSS, subsd_a SUBSD, subps_a SUBPS, subpd_a SUBPD, mulss_a MULSS,
        mulsd_a MULSD, mulps_a MULPS, mulpd_a MULPD, divss_a DIVSS, divsd_a DIVSD, divps_a DIVPS,
        divpd_a DIVPD, sqrtss_a SQRTSS, sqrtsd_a SQRTSD, sqrtps_a SQRTPS, sqrtpd_a SQRTPD,
        minss_a MINSS, minsd_a MINSD, minps_a MINPS, minpd_a MINPD, maxss_a MAXSS, maxsd_a MAXSD,
        maxps_a MAXPS, maxpd_a MAXPD, andps_a ANDPS, andpd_a ANDPD, andnps_a ANDNPS,
        andnpd_a ANDNPD, orps_a ORPS, orpd_a ORPD, xorps_a XORPS, xorpd_a XORPD,
        ucomiss_a UCOMISS, ucomisd_a UCOMISD, cvtss2sd_a CVTSS2SD, cvtsd2ss_a CVTSD2SS,
        cvtps2pd_a CVTPS2PD, cvtpd2ps_a CVTPD2PS, cvtdq2ps_a CVTDQ2PS, cvttps2dq_a CVTTPS2DQ,
        cvtdq2pd_a CVTDQ2PD, cvttpd2dq_a CVTTPD2DQ, unpcklps_a UNPCKLPS, unpcklpd_a UNPCKLPD,
        unpckhps_a UNPCKHPS, punpcklbw_a PUNPCKLBW, punpcklwd_a PUNPCKLWD, punpckldq_a PUNPCKLDQ,
        punpcklqdq_a PUNPCKLQDQ, punpckhbw_a PUNPCKHBW, punpckhwd_a PUNPCKHWD,
        punpckhdq_a PUNPCKHDQ, punpckhqdq_a PUNPCKHQDQ, packsswb_a PACKSSWB, packssdw_a PACKSSDW,
        packuswb_a PACKUSWB, packusdw_a PACKUSDW, pmovsxbw_a PMOVSXBW, pmovsxbd_a PMOVSXBD,
        pmovsxbq_a PMOVSXBQ, pmovsxwd_a PMOVSXWD, pmovsxwq_a PMOVSXWQ, pmovsxdq_a PMOVSXDQ,
        pmovzxbw_a PMOVZXBW, pmovzxbd_a PMOVZXBD, pmovzxbq_a PMOVZXBQ, pmovzxwd_a PMOVZXWD,
        pmovzxwq_a PMOVZXWQ, pmovzxdq_a PMOVZXDQ, pshufb_a PSHUFB, paddb_a PADDB, paddw_a PADDW,
        paddd_a PADDD, paddq_a PADDQ, paddsb_a PADDSB, paddsw_a PADDSW, paddusb_a PADDUSB,
        paddusw_a PADDUSW, psubb_a PSUBB, psubw_a PSUBW, psubd_a PSUBD, psubq_a PSUBQ,
        psubsb_a PSUBSB, psubsw_a PSUBSW, psubusb_a PSUBUSB, psubusw_a PSUBUSW, pmullw_a PMULLW,
        pmulld_a PMULLD, pmulhw_a PMULHW, pmulhuw_a PMULHUW, pmulhrsw_a PMULHRSW,
        pmuludq_a PMULUDQ, pmuldq_a PMULDQ, pmaddwd_a PMADDWD, pmaddubsw_a PMADDUBSW,
        phaddw_a PHADDW, phaddd_a PHADDD, pavgb_a PAVGB, pavgw_a PAVGW, pabsb_a PABSB,
        pabsw_a PABSW, pabsd_a PABSD, pminsb_a PMINSB, pminsw_a PMINSW, pminsd_a PMINSD,
        pminub_a PMINUB, pminuw_a PMINUW, pminud_a PMINUD, pmaxsb_a PMAXSB, pmaxsw_a PMAXSW,
        pmaxsd_a PMAXSD, pmaxub_a PMAXUB, pmaxuw_a PMAXUW, pmaxud_a PMAXUD, pcmpeqb_a PCMPEQB,
        pcmpeqw_a PCMPEQW, pcmpeqd_a PCMPEQD, pcmpeqq_a PCMPEQQ, pcmpgtb_a PCMPGTB,
        pcmpgtw_a PCMPGTW, pcmpgtd_a PCMPGTD, pcmpgtq_a PCMPGTQ, pand_a PAND, pandn_a PANDN,
        por_a POR, pxor_a PXOR, ptest_rm PTEST, psllw_a PSLLW, pslld_a PSLLD, psllq_a PSLLQ,
        psrlw_a PSRLW, psrld_a PSRLD, psrlq_a PSRLQ, psraw_a PSRAW, psrad_a PSRAD,
    }
}

#[test]
fn two_operands_and_xmm0() {
    rm0! {
        blendvps_rm0 BLENDVPS, blendvpd_rm0 BLENDVPD, pblendvb_rm PBLENDVB,
    }
}

#[test]
fn two_operands_and_an_immediate() {
    rmi! {
        roundss_rmi ROUNDSS, roundsd_rmi ROUNDSD, roundps_rmi ROUNDPS, roundpd_rmi ROUNDPD,
        cmpss_a CMPSS, cmpsd_a CMPSD, cmpps_a CMPPS, cmppd_a CMPPD, shufps_a SHUFPS,
        shufpd_a SHUFPD, insertps_a INSERTPS, pshufd_a PSHUFD, pshuflw_a PSHUFLW,
        pshufhw_a PSHUFHW, palignr_a PALIGNR, pblendw_rmi PBLENDW,
    }
}

#[test]
fn loads_and_stores() {
    moves! {
        movss_a_m movss_c_m MOVSS, movsd_a_m movsd_c_m MOVSD, movaps_a movaps_b MOVAPS,
        movapd_a movapd_b MOVAPD, movups_a movups_b MOVUPS, movupd_a movupd_b MOVUPD,
        movdqa_a movdqa_b MOVDQA, movdqu_a movdqu_b MOVDQU, movd_a movd_b MOVD,
    }
}

#[test]
fn moves_between_registers() {
    let mut oracle = Oracle::new();
    for dst in xmms() {
        for src in xmms() {
            let theirs = inst::movss_a_r::<Regs>::new(dst.0, src.0);
            oracle.check(|asm| asm.sse_rr(Sse::MOVSS, dst, src), theirs);
            let theirs = inst::movsd_a_r::<Regs>::new(dst.0, src.0);
            oracle.check(|asm| asm.sse_rr(Sse::MOVSD, dst, src), theirs);
            let theirs = inst::movlhps_rm::<Regs>::new(dst.0, src.0);
            oracle.check(|asm| asm.sse_rr(Sse::MOVLHPS, dst, src), theirs);
        }
        for r in gprs() {
            let theirs = inst::movd_a::<Regs>::new(dst.0, r.0);
            oracle.check(|asm| asm.mov_xr(Size::S32, dst, r), theirs);
            let theirs = inst::movq_a::<Regs>::new(dst.0, r.0);
            oracle.check(|asm| asm.mov_xr(Size::S64, dst, r), theirs);
            let theirs = inst::movd_b::<Regs>::new(r.0, dst.0);
            oracle.check(|asm| asm.mov_rx(Size::S32, r, dst), theirs);
            let theirs = inst::movq_b::<Regs>::new(r.0, dst.0);
            oracle.check(|asm| asm.mov_rx(Size::S64, r, dst), theirs);
        }
        for shape in few_shapes() {
            let theirs = inst::movhps_a::<Regs>::new(dst.0, shape.theirs);
            oracle.check(|asm| asm.sse_rm(Sse::MOVHPS, dst, shape.ours), theirs);
            // Theirs loads with the form for general registers, a byte longer.
            let theirs = inst::movq_a::<Regs>::new(dst.0, shape.theirs);
            oracle.check(|asm| asm.sse_rm(Sse::MOVQ, dst, shape.ours), theirs);
            let theirs = inst::movq_b::<Regs>::new(shape.theirs, dst.0);
            oracle.check(|asm| asm.sse_mr(Sse::MOVQ, shape.ours, dst), theirs);
        }
    }
    for shape in all_shapes() {
        let theirs = inst::movups_a::<Regs>::new(9, shape.theirs);
        oracle.check(|asm| asm.sse_rm(Sse::MOVUPS, Xmm(9), shape.ours), theirs);
    }
}

/// Conversions from a general register or memory, by width.
macro_rules! from_int {
    ($($theirs:ident $op:ident $size:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in xmms() {
            for src in gprs() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, src.0);
                oracle.check(|asm| asm.sse_xr(Sse::$op, Size::$size, dst, src), theirs);
            }
            for shape in few_shapes() {
                let theirs = inst::$theirs::<Regs>::new(dst.0, shape.theirs);
                oracle.check(|asm| asm.sse_xm(Sse::$op, Size::$size, dst, shape.ours), theirs);
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
                oracle.check(|asm| asm.sse_rx(Sse::$op, Size::$size, dst, src), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

#[test]
fn conversions() {
    from_int! {
        cvtsi2ssl_a CVTSI2SS S32, cvtsi2ssq_a CVTSI2SS S64,
        cvtsi2sdl_a CVTSI2SD S32, cvtsi2sdq_a CVTSI2SD S64,
    }
    to_int! {
        cvtss2si_a CVTSS2SI S32, cvtss2si_aq CVTSS2SI S64,
        cvtsd2si_a CVTSD2SI S32, cvtsd2si_aq CVTSD2SI S64,
        cvttss2si_a CVTTSS2SI S32, cvttss2si_aq CVTTSS2SI S64,
        cvttsd2si_a CVTTSD2SI S32, cvttsd2si_aq CVTTSD2SI S64,
        pmovmskb_rm PMOVMSKB S32, movmskps_rm MOVMSKPS S32, movmskpd_rm MOVMSKPD S32,
    }
}

/// Lanes into and out of a vector.
macro_rules! lanes {
    ($($insert:ident $extract:ident $in_op:ident $out_op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for x in xmms() {
            for r in gprs() {
                let theirs = inst::$insert::<Regs>::new(x.0, r.0, 1);
                oracle.check(|asm| asm.sse_xri(Sse::$in_op, x, r, 1), theirs);
                let theirs = inst::$extract::<Regs>::new(r.0, x.0, 1);
                oracle.check(|asm| asm.sse_rxi(Sse::$out_op, r, x, 1), theirs);
            }
            for shape in few_shapes() {
                let theirs = inst::$insert::<Regs>::new(x.0, shape.theirs, 1);
                oracle.check(|asm| asm.sse_rmi(Sse::$in_op, x, shape.ours, 1), theirs);
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
                oracle.check(|asm| asm.sse_mri(Sse::$op, shape.ours, x, 1), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

#[test]
fn lanes() {
    lanes! {
        pinsrb_a pextrb_a PINSRB PEXTRB, pinsrw_a pextrw_a PINSRW PEXTRW,
        pinsrd_a pextrd_a PINSRD PEXTRD, pinsrq_a pextrq_a PINSRQ PEXTRQ,
    }
    lanes_out! {
        pextrb_a PEXTRB, pextrw_b PEXTRW, pextrd_a PEXTRD, pextrq_a PEXTRQ,
        extractps_a EXTRACTPS,
    }
    reads("extractps r9d, xmm10, 2", |asm| asm.sse_rxi(Sse::EXTRACTPS, Gpr::R9, Xmm(10), 2));
}

/// Shifts of lanes by an immediate.
macro_rules! shifts {
    ($($theirs:ident $op:ident,)*) => {{
        let mut oracle = Oracle::new();
        $(for dst in xmms() {
            for imm in [0_u8, 1, 31, 255] {
                let theirs = inst::$theirs::<Regs>::new(dst.0, imm);
                oracle.check(|asm| asm.sse_shift_ri(VecShift::$op, dst, imm), theirs);
            }
        })*
        assert_eq!(oracle.other, 0);
    }};
}

#[test]
fn shifts_of_lanes() {
    shifts! {
        psllw_b PSLLW, pslld_b PSLLD, psllq_b PSLLQ, psrlw_b PSRLW, psrld_b PSRLD,
        psrlq_b PSRLQ, psraw_b PSRAW, psrad_b PSRAD,
    }
    reads("psrldq xmm9, 8", |asm| asm.sse_shift_ri(VecShift::PSRLDQ, Xmm(9), 8));
    reads("pslldq xmm1, 8", |asm| asm.sse_shift_ri(VecShift::PSLLDQ, Xmm(1), 8));
}

/// The decoder's name of what `emit` makes, if it is whole. The last byte may
/// be an immediate that the instruction does not have.
fn name_of(emit: impl FnOnce(&mut Asm)) -> Option<String> {
    let code = bytes(emit);
    let mut decoder = Decoder::new(64, &code, DecoderOptions::NONE);
    let read = decoder.decode();
    let whole = !read.is_invalid() && read.len() + 1 >= code.len();
    whole.then(|| format!("{:?}", read.mnemonic()).to_uppercase())
}

#[test]
fn every_row_reads_as_its_name() {
    let (x, y, m) = (Xmm(3), Xmm(11), Mem::indexed(Gpr::R13, Gpr::R9, 1, 0));
    for &(name, op) in Sse::ALL {
        let name = name.strip_suffix("_IMM").unwrap_or(name);
        let (sse, avx) = if name.starts_with('V') {
            (None, name.to_string())
        } else {
            (Some(name.to_string()), format!("V{name}"))
        };
        if sse.is_some() {
            let by_register = name_of(|asm| asm.sse_rri(op, x, y, 1));
            let by_memory = name_of(|asm| asm.sse_rmi(op, x, m, 1));
            assert!(by_register == sse || by_memory == sse, "{name}: {by_register:?}");
        }
        // With a mask in `xmm0` VEX has no such form, but one with four operands.
        if ["BLENDVPS", "BLENDVPD", "PBLENDVB"].contains(&name) {
            continue;
        }
        let avx = Some(avx);
        let found = [
            name_of(|asm| asm.avx_rrri(op, x, y, y, 1)),
            name_of(|asm| asm.avx_rrmi(op, x, y, m, 1)),
            name_of(|asm| asm.avx_rri(op, x, y, 1)),
            name_of(|asm| asm.avx_rmi(op, x, m, 1)),
        ];
        assert!(found.contains(&avx), "{name}: {found:?}");
    }
}

#[test]
fn every_store_reads_as_its_name() {
    let m = Mem::base(Gpr::R12, 0);
    for &(name, op) in Sse::ALL.iter().filter(|(_, op)| op.store != (op.pp, op.op)) {
        assert_eq!(name_of(|asm| asm.sse_mr(op, m, Xmm(8))).as_deref(), Some(name));
        let expected = format!("V{name}");
        assert_eq!(name_of(|asm| asm.avx_mr(op, m, Xmm(8))), Some(expected));
    }
}

#[test]
fn rows_without_an_oracle() {
    let m = Mem::base(Gpr::RDI, 8);
    reads("movq xmm1, xmm9", |asm| asm.sse_rr(Sse::MOVQ, Xmm(1), Xmm(9)));
    reads("movlps xmm1, [rdi+8]", |asm| asm.sse_rm(Sse::MOVLPS, Xmm(1), m));
    reads("movhlps xmm9, xmm1", |asm| asm.sse_rr(Sse::MOVHLPS, Xmm(9), Xmm(1)));
    reads("psadbw xmm9, xmm1", |asm| asm.sse_rr(Sse::PSADBW, Xmm(9), Xmm(1)));
    reads("psignd xmm9, xmm1", |asm| asm.sse_rr(Sse::PSIGND, Xmm(9), Xmm(1)));
    reads("cvtpd2dq xmm9, xmm1", |asm| asm.sse_rr(Sse::CVTPD2DQ, Xmm(9), Xmm(1)));
    reads("unpckhpd xmm9, xmm1", |asm| asm.sse_rr(Sse::UNPCKHPD, Xmm(9), Xmm(1)));
    reads("blendps xmm9, xmm1, 5", |asm| asm.sse_rri(Sse::BLENDPS, Xmm(9), Xmm(1), 5));
    reads("comisd xmm9, xmm1", |asm| asm.sse_rr(Sse::COMISD, Xmm(9), Xmm(1)));
}
