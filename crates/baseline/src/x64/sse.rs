//! The list of vector instructions.
//!
//! Owns: prefix, map and opcode of each. Called by the code generator, which
//! hands them to the methods of `vec` (SSE encoding) and `avx` (VEX encoding).
//! Must not know: operands; which CPU has which instruction.
//!
//! To add one: a row in the list, of the form `NAME = prefix map opcode`, and
//! a row in `tests/sse.rs` or `tests/avx.rs`. The name is Intel's. An
//! instruction that loads and stores is one row with both opcodes.

use super::Size;
use super::asm::Opc;

/// A vector instruction but for its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Sse {
    /// The mandatory prefix as VEX numbers it: none, 66, F3, F2.
    pub(super) pp: u8,
    /// As VEX numbers it: 0F, 0F 38, 0F 3A.
    pub(super) map: u8,
    pub(super) op: u8,
    /// REX.W and VEX.W, where the size of no operand decides.
    pub(super) w: bool,
    /// Prefix and opcode of the form that stores.
    pub(super) store: (u8, u8),
}

/// A shift by an immediate: it is a member of a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct VecShift {
    pub(super) op: u8,
    pub(super) ext: u8,
}

impl Sse {
    /// The SSE encoding of the opcode.
    #[inline(always)]
    pub(super) const fn opc(self) -> Opc {
        let prefix = (0xF2F3_6600_u32 >> (self.pp * 8)) as u8;
        let op = self.op as u32;
        match self.map {
            1 => Opc { bytes: 0x0F | op << 8, len: 2, prefix },
            2 => Opc { bytes: 0x380F | op << 16, len: 3, prefix },
            _ => Opc { bytes: 0x3A0F | op << 16, len: 3, prefix },
        }
    }

    /// REX.W
    #[inline(always)]
    pub(super) const fn rex(self) -> u8 {
        if self.w { 8 } else { 0 }
    }

    /// The form for a general register or an integer of this size.
    #[inline(always)]
    pub(super) const fn sized(self, size: Size) -> Sse {
        Sse { w: self.w || matches!(size, Size::S64), ..self }
    }

    /// The form that stores.
    #[inline(always)]
    pub(super) const fn storing(self) -> Sse {
        Sse { pp: self.store.0, op: self.store.1, ..self }
    }
}

macro_rules! pp {
    (NP) => {
        0
    };
    (P66) => {
        1
    };
    (PF3) => {
        2
    };
    (PF2) => {
        3
    };
}

macro_rules! map {
    (M0F) => {
        1
    };
    (M38) => {
        2
    };
    (M3A) => {
        3
    };
}

macro_rules! w {
    () => {
        false
    };
    (W) => {
        true
    };
}

macro_rules! store {
    ($pp:ident $op:literal) => {
        // An instruction that only stores has one opcode.
        (pp!($pp), $op)
    };
    ($pp:ident $op:literal $store:literal) => {
        (pp!($pp), $store)
    };
    ($pp:ident $op:literal $store_pp:ident $store:literal) => {
        (pp!($store_pp), $store)
    };
}

macro_rules! list {
    ($($name:ident = $pp:ident $map:ident $op:literal $($w:ident)?
        $(, store $($store_pp:ident)? $store:literal)?;)*) => {
        impl Sse {
            $(pub(crate) const $name: Sse = Sse {
                pp: pp!($pp),
                map: map!($map),
                op: $op,
                w: w!($($w)?),
                store: store!($pp $op $($($store_pp)? $store)?),
            };)*

            /// All rows, by name.
            #[cfg(test)]
            pub(super) const ALL: &[(&str, Sse)] = &[$((stringify!($name), Sse::$name)),*];
        }
    };
}

list! {
    // Moves.
    MOVSS = PF3 M0F 0x10, store 0x11;
    MOVSD = PF2 M0F 0x10, store 0x11;
    MOVUPS = NP M0F 0x10, store 0x11;
    MOVUPD = P66 M0F 0x10, store 0x11;
    MOVAPS = NP M0F 0x28, store 0x29;
    MOVAPD = P66 M0F 0x28, store 0x29;
    MOVDQA = P66 M0F 0x6F, store 0x7F;
    MOVDQU = PF3 M0F 0x6F, store 0x7F;
    MOVD = P66 M0F 0x6E, store 0x7E;
    MOVQ = PF3 M0F 0x7E, store P66 0xD6;
    MOVLPS = NP M0F 0x12, store 0x13;
    MOVLPD = P66 M0F 0x12, store 0x13;
    MOVHPS = NP M0F 0x16, store 0x17;
    MOVHPD = P66 M0F 0x16, store 0x17;
    MOVHLPS = NP M0F 0x12;
    MOVLHPS = NP M0F 0x16;
    MOVDDUP = PF2 M0F 0x12;
    MOVSLDUP = PF3 M0F 0x12;
    MOVSHDUP = PF3 M0F 0x16;
    LDDQU = PF2 M0F 0xF0;

    // Arithmetic on floats.
    ADDSS = PF3 M0F 0x58;
    ADDSD = PF2 M0F 0x58;
    ADDPS = NP M0F 0x58;
    ADDPD = P66 M0F 0x58;
    SUBSS = PF3 M0F 0x5C;
    SUBSD = PF2 M0F 0x5C;
    SUBPS = NP M0F 0x5C;
    SUBPD = P66 M0F 0x5C;
    MULSS = PF3 M0F 0x59;
    MULSD = PF2 M0F 0x59;
    MULPS = NP M0F 0x59;
    MULPD = P66 M0F 0x59;
    DIVSS = PF3 M0F 0x5E;
    DIVSD = PF2 M0F 0x5E;
    DIVPS = NP M0F 0x5E;
    DIVPD = P66 M0F 0x5E;
    SQRTSS = PF3 M0F 0x51;
    SQRTSD = PF2 M0F 0x51;
    SQRTPS = NP M0F 0x51;
    SQRTPD = P66 M0F 0x51;
    MINSS = PF3 M0F 0x5D;
    MINSD = PF2 M0F 0x5D;
    MINPS = NP M0F 0x5D;
    MINPD = P66 M0F 0x5D;
    MAXSS = PF3 M0F 0x5F;
    MAXSD = PF2 M0F 0x5F;
    MAXPS = NP M0F 0x5F;
    MAXPD = P66 M0F 0x5F;
    HADDPS = PF2 M0F 0x7C;
    HADDPD = P66 M0F 0x7C;
    ROUNDSS = P66 M3A 0x0A;
    ROUNDSD = P66 M3A 0x0B;
    ROUNDPS = P66 M3A 0x08;
    ROUNDPD = P66 M3A 0x09;

    // Logic on floats: the bits of both widths are the same, the shortest
    // encoding is that of `PS`.
    ANDPS = NP M0F 0x54;
    ANDPD = P66 M0F 0x54;
    ANDNPS = NP M0F 0x55;
    ANDNPD = P66 M0F 0x55;
    ORPS = NP M0F 0x56;
    ORPD = P66 M0F 0x56;
    XORPS = NP M0F 0x57;
    XORPD = P66 M0F 0x57;

    // Comparisons of floats. CMPxx has an immediate: 0 eq, 1 lt, 2 le,
    // 3 unordered, 4 ne, 5 not lt, 6 not le, 7 ordered.
    CMPSS = PF3 M0F 0xC2;
    CMPSD = PF2 M0F 0xC2;
    CMPPS = NP M0F 0xC2;
    CMPPD = P66 M0F 0xC2;
    UCOMISS = NP M0F 0x2E;
    UCOMISD = P66 M0F 0x2E;
    COMISS = NP M0F 0x2F;
    COMISD = P66 M0F 0x2F;

    // Conversions. Those with SI have a general register or memory, whose
    // size is an argument of the method.
    CVTSI2SS = PF3 M0F 0x2A;
    CVTSI2SD = PF2 M0F 0x2A;
    CVTSS2SI = PF3 M0F 0x2D;
    CVTSD2SI = PF2 M0F 0x2D;
    CVTTSS2SI = PF3 M0F 0x2C;
    CVTTSD2SI = PF2 M0F 0x2C;
    CVTSS2SD = PF3 M0F 0x5A;
    CVTSD2SS = PF2 M0F 0x5A;
    CVTPS2PD = NP M0F 0x5A;
    CVTPD2PS = P66 M0F 0x5A;
    CVTDQ2PS = NP M0F 0x5B;
    CVTPS2DQ = P66 M0F 0x5B;
    CVTTPS2DQ = PF3 M0F 0x5B;
    CVTDQ2PD = PF3 M0F 0xE6;
    CVTPD2DQ = PF2 M0F 0xE6;
    CVTTPD2DQ = P66 M0F 0xE6;

    // Shuffles of floats.
    UNPCKLPS = NP M0F 0x14;
    UNPCKLPD = P66 M0F 0x14;
    UNPCKHPS = NP M0F 0x15;
    UNPCKHPD = P66 M0F 0x15;
    SHUFPS = NP M0F 0xC6;
    SHUFPD = P66 M0F 0xC6;
    INSERTPS = P66 M3A 0x21;
    EXTRACTPS = P66 M3A 0x17;
    BLENDPS = P66 M3A 0x0C;
    BLENDPD = P66 M3A 0x0D;

    // The mask is xmm0. With VEX: see `VBLENDVPS` and its siblings.
    BLENDVPS = P66 M38 0x14;
    BLENDVPD = P66 M38 0x15;
    PBLENDVB = P66 M38 0x10;

    // Lanes of integers: interleave, narrow, widen, shuffle.
    PUNPCKLBW = P66 M0F 0x60;
    PUNPCKLWD = P66 M0F 0x61;
    PUNPCKLDQ = P66 M0F 0x62;
    PUNPCKLQDQ = P66 M0F 0x6C;
    PUNPCKHBW = P66 M0F 0x68;
    PUNPCKHWD = P66 M0F 0x69;
    PUNPCKHDQ = P66 M0F 0x6A;
    PUNPCKHQDQ = P66 M0F 0x6D;
    PACKSSWB = P66 M0F 0x63;
    PACKSSDW = P66 M0F 0x6B;
    PACKUSWB = P66 M0F 0x67;
    PACKUSDW = P66 M38 0x2B;
    PMOVSXBW = P66 M38 0x20;
    PMOVSXBD = P66 M38 0x21;
    PMOVSXBQ = P66 M38 0x22;
    PMOVSXWD = P66 M38 0x23;
    PMOVSXWQ = P66 M38 0x24;
    PMOVSXDQ = P66 M38 0x25;
    PMOVZXBW = P66 M38 0x30;
    PMOVZXBD = P66 M38 0x31;
    PMOVZXBQ = P66 M38 0x32;
    PMOVZXWD = P66 M38 0x33;
    PMOVZXWQ = P66 M38 0x34;
    PMOVZXDQ = P66 M38 0x35;
    PSHUFB = P66 M38 0x00;
    PSHUFD = P66 M0F 0x70;
    PSHUFLW = PF2 M0F 0x70;
    PSHUFHW = PF3 M0F 0x70;
    PALIGNR = P66 M3A 0x0F;
    PBLENDW = P66 M3A 0x0E;
    PINSRB = P66 M3A 0x20;
    PINSRW = P66 M0F 0xC4;
    PINSRD = P66 M3A 0x22;
    PINSRQ = P66 M3A 0x22 W;
    PEXTRB = P66 M3A 0x14;
    PEXTRW = P66 M3A 0x15;
    PEXTRD = P66 M3A 0x16;
    PEXTRQ = P66 M3A 0x16 W;

    // Arithmetic on integers.
    PADDB = P66 M0F 0xFC;
    PADDW = P66 M0F 0xFD;
    PADDD = P66 M0F 0xFE;
    PADDQ = P66 M0F 0xD4;
    PADDSB = P66 M0F 0xEC;
    PADDSW = P66 M0F 0xED;
    PADDUSB = P66 M0F 0xDC;
    PADDUSW = P66 M0F 0xDD;
    PSUBB = P66 M0F 0xF8;
    PSUBW = P66 M0F 0xF9;
    PSUBD = P66 M0F 0xFA;
    PSUBQ = P66 M0F 0xFB;
    PSUBSB = P66 M0F 0xE8;
    PSUBSW = P66 M0F 0xE9;
    PSUBUSB = P66 M0F 0xD8;
    PSUBUSW = P66 M0F 0xD9;
    PMULLW = P66 M0F 0xD5;
    PMULLD = P66 M38 0x40;
    PMULHW = P66 M0F 0xE5;
    PMULHUW = P66 M0F 0xE4;
    PMULHRSW = P66 M38 0x0B;
    PMULUDQ = P66 M0F 0xF4;
    PMULDQ = P66 M38 0x28;
    PMADDWD = P66 M0F 0xF5;
    PMADDUBSW = P66 M38 0x04;
    PHADDW = P66 M38 0x01;
    PHADDD = P66 M38 0x02;
    PSADBW = P66 M0F 0xF6;
    PAVGB = P66 M0F 0xE0;
    PAVGW = P66 M0F 0xE3;
    PABSB = P66 M38 0x1C;
    PABSW = P66 M38 0x1D;
    PABSD = P66 M38 0x1E;
    PSIGNB = P66 M38 0x08;
    PSIGNW = P66 M38 0x09;
    PSIGND = P66 M38 0x0A;
    PMINSB = P66 M38 0x38;
    PMINSW = P66 M0F 0xEA;
    PMINSD = P66 M38 0x39;
    PMINUB = P66 M0F 0xDA;
    PMINUW = P66 M38 0x3A;
    PMINUD = P66 M38 0x3B;
    PMAXSB = P66 M38 0x3C;
    PMAXSW = P66 M0F 0xEE;
    PMAXSD = P66 M38 0x3D;
    PMAXUB = P66 M0F 0xDE;
    PMAXUW = P66 M38 0x3E;
    PMAXUD = P66 M38 0x3F;

    // Comparisons, logic and shifts of integers.
    PCMPEQB = P66 M0F 0x74;
    PCMPEQW = P66 M0F 0x75;
    PCMPEQD = P66 M0F 0x76;
    PCMPEQQ = P66 M38 0x29;
    PCMPGTB = P66 M0F 0x64;
    PCMPGTW = P66 M0F 0x65;
    PCMPGTD = P66 M0F 0x66;
    PCMPGTQ = P66 M38 0x37;
    PAND = P66 M0F 0xDB;
    PANDN = P66 M0F 0xDF;
    POR = P66 M0F 0xEB;
    PXOR = P66 M0F 0xEF;
    PTEST = P66 M38 0x17;
    // All lanes by the low 64 bits of the second operand.
    PSLLW = P66 M0F 0xF1;
    PSLLD = P66 M0F 0xF2;
    PSLLQ = P66 M0F 0xF3;
    PSRLW = P66 M0F 0xD1;
    PSRLD = P66 M0F 0xD2;
    PSRLQ = P66 M0F 0xD3;
    PSRAW = P66 M0F 0xE1;
    PSRAD = P66 M0F 0xE2;

    // To general registers: `sse_rx`.
    PMOVMSKB = P66 M0F 0xD7;
    MOVMSKPS = NP M0F 0x50;
    MOVMSKPD = P66 M0F 0x50;

    // VEX only, AVX: the mask is a fourth register.
    VBLENDVPS = P66 M3A 0x4A;
    VBLENDVPD = P66 M3A 0x4B;
    VPBLENDVB = P66 M3A 0x4C;
    VPERMILPS = P66 M38 0x0C;
    VPERMILPS_IMM = P66 M3A 0x04;
    // From memory alone before AVX2.
    VBROADCASTSS = P66 M38 0x18;

    // VEX only, AVX2.
    VPBROADCASTB = P66 M38 0x78;
    VPBROADCASTW = P66 M38 0x79;
    VPBROADCASTD = P66 M38 0x58;
    VPBROADCASTQ = P66 M38 0x59;
    VPBLENDD = P66 M3A 0x02;
    VPSLLVD = P66 M38 0x47;
    VPSLLVQ = P66 M38 0x47 W;
    VPSRLVD = P66 M38 0x45;
    VPSRLVQ = P66 M38 0x45 W;
    VPSRAVD = P66 M38 0x46;

    // VEX only, FMA: `dst` is the first factor (132, 213) or the addend (231).
    VFMADD132SS = P66 M38 0x99;
    VFMADD213SS = P66 M38 0xA9;
    VFMADD231SS = P66 M38 0xB9;
    VFMADD132SD = P66 M38 0x99 W;
    VFMADD213SD = P66 M38 0xA9 W;
    VFMADD231SD = P66 M38 0xB9 W;
    VFMADD132PS = P66 M38 0x98;
    VFMADD213PS = P66 M38 0xA8;
    VFMADD231PS = P66 M38 0xB8;
    VFMADD132PD = P66 M38 0x98 W;
    VFMADD213PD = P66 M38 0xA8 W;
    VFMADD231PD = P66 M38 0xB8 W;
    VFNMADD132PS = P66 M38 0x9C;
    VFNMADD213PS = P66 M38 0xAC;
    VFNMADD231PS = P66 M38 0xBC;
    VFNMADD132PD = P66 M38 0x9C W;
    VFNMADD213PD = P66 M38 0xAC W;
    VFNMADD231PD = P66 M38 0xBC W;
}

impl VecShift {
    pub(crate) const PSRLW: VecShift = VecShift { op: 0x71, ext: 2 };
    pub(crate) const PSRAW: VecShift = VecShift { op: 0x71, ext: 4 };
    pub(crate) const PSLLW: VecShift = VecShift { op: 0x71, ext: 6 };
    pub(crate) const PSRLD: VecShift = VecShift { op: 0x72, ext: 2 };
    pub(crate) const PSRAD: VecShift = VecShift { op: 0x72, ext: 4 };
    pub(crate) const PSLLD: VecShift = VecShift { op: 0x72, ext: 6 };
    pub(crate) const PSRLQ: VecShift = VecShift { op: 0x73, ext: 2 };
    /// The whole register by bytes, to the low end.
    pub(crate) const PSRLDQ: VecShift = VecShift { op: 0x73, ext: 3 };
    pub(crate) const PSLLQ: VecShift = VecShift { op: 0x73, ext: 6 };
    /// The whole register by bytes, to the high end.
    pub(crate) const PSLLDQ: VecShift = VecShift { op: 0x73, ext: 7 };
}
