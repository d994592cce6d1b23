//! Shuffles and swizzles.
//!
//! Owns: which instruction makes a fixed permutation of bytes. Called by the
//! operator table in [`super`]. Must not know: memories, arithmetic.

use super::emit::{Order, Pair};
use crate::x64::Sse;
use crate::x64::codegen::Codegen;
use crate::x64::regs::SCRATCH_X;
use crate::x64::value::{Ty, Xm};

/// A permutation of one vector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Single {
    /// The vector itself.
    Same,
    /// Whole 32-bit lanes: `PSHUFD`.
    Dwords(u8),
    /// Turned around by bytes, to the low end: `PALIGNR` of it twice.
    Turn(u8),
    /// Any bytes: `PSHUFB`.
    Bytes([u8; 16]),
}

/// What makes a permutation of the bytes of two vectors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Plan {
    Lhs(Single),
    Rhs(Single),
    /// One instruction, which takes its first operand from the left or, if
    /// swapped, from the right; with an immediate if that is not `None`.
    Both(Sse, Option<u8>, Order),
    /// Two `PSHUFB` and a merge.
    General,
}

/// The 32-bit lanes that `lanes` moves as they are.
fn dwords(lanes: &[u8; 16]) -> Option<[u8; 4]> {
    let mut dwords = [0; 4];
    for (dword, group) in dwords.iter_mut().zip(lanes.chunks_exact(4)) {
        let first = group[0];
        let whole = first % 4 == 0 && (1..4).all(|i| group[usize::from(i)] == first + i);
        if !whole {
            return None;
        }
        *dword = first / 4;
    }
    Some(dwords)
}

/// The lane that bytes start from if they follow each other, modulo `bytes`.
fn start(lanes: &[u8; 16], bytes: u8) -> Option<u8> {
    let first = lanes[0];
    (0..16).all(|i| lanes[usize::from(i)] == (first + i) % bytes).then_some(first)
}

/// Immediate that selects four lanes of four.
fn select(lanes: [u8; 4]) -> u8 {
    lanes.iter().rev().fold(0, |imm, lane| imm << 2 | (lane & 3))
}

/// The lanes that interleave halves of two vectors by lanes of `bytes` bytes.
fn interleaved(bytes: u8, high: bool) -> [u8; 16] {
    std::array::from_fn(|i| {
        let i = i as u8;
        let (pair, within) = (i / bytes, i % bytes);
        let from = if pair % 2 == 0 { 0 } else { 16 };
        from + if high { 8 } else { 0 } + pair / 2 * bytes + within
    })
}

/// The instructions that interleave low and high halves, by log2 of the
/// lanes' bytes.
const INTERLEAVE: [[Sse; 2]; 4] = [
    [Sse::PUNPCKLBW, Sse::PUNPCKHBW],
    [Sse::PUNPCKLWD, Sse::PUNPCKHWD],
    [Sse::PUNPCKLDQ, Sse::PUNPCKHDQ],
    [Sse::PUNPCKLQDQ, Sse::PUNPCKHQDQ],
];

fn interleave(lanes: &[u8; 16]) -> Option<Sse> {
    for (log, ops) in INTERLEAVE.into_iter().enumerate() {
        for (high, op) in ops.into_iter().enumerate() {
            if *lanes == interleaved(1 << log, high == 1) {
                return Some(op);
            }
        }
    }
    None
}

/// The immediate of `PBLENDW` that leaves each byte in its place.
fn blend(lanes: &[u8; 16]) -> Option<u8> {
    let mut imm = 0;
    for i in 0..8_u8 {
        let low = lanes[usize::from(i) * 2];
        let high = lanes[usize::from(i) * 2 + 1];
        if low % 16 != i * 2 || high != low + 1 {
            return None;
        }
        imm |= (low / 16) << i;
    }
    Some(imm)
}

fn single(lanes: [u8; 16]) -> Single {
    if let Some(first) = start(&lanes, 16) {
        return if first == 0 { Single::Same } else { Single::Turn(first) };
    }
    match dwords(&lanes) {
        Some(dwords) => Single::Dwords(select(dwords)),
        None => Single::Bytes(lanes),
    }
}

fn plan(lanes: [u8; 16]) -> Plan {
    if lanes.iter().all(|&lane| lane < 16) {
        return Plan::Lhs(single(lanes));
    }
    let swapped = lanes.map(|lane| lane ^ 16);
    if swapped.iter().all(|&lane| lane < 16) {
        return Plan::Rhs(single(swapped));
    }
    if let Some(imm) = blend(&lanes) {
        return Plan::Both(Sse::PBLENDW, Some(imm), Order::AsIs);
    }
    // `PALIGNR` has the vector that gives the low bytes as its last operand.
    match start(&lanes, 32) {
        Some(first) if first < 16 => {
            return Plan::Both(Sse::PALIGNR, Some(first), Order::Swapped);
        }
        Some(first) => return Plan::Both(Sse::PALIGNR, Some(first - 16), Order::AsIs),
        None => {}
    }
    for (lanes, order) in [(lanes, Order::AsIs), (swapped, Order::Swapped)] {
        if let Some(op) = interleave(&lanes) {
            return Plan::Both(op, None, order);
        }
        // The low two lanes of one vector, the high two of the other.
        if let Some(dwords @ [a, b, c, d]) = dwords(&lanes)
            && a.max(b) < 4
            && c.min(d) >= 4
        {
            return Plan::Both(Sse::SHUFPS, Some(select(dwords)), order);
        }
    }
    Plan::General
}

impl Codegen<'_> {
    pub(super) fn simd_shuffle(&mut self, lanes: [u8; 16]) {
        match plan(lanes) {
            Plan::Lhs(Single::Same) => self.pop_drop(),
            Plan::Rhs(Single::Same) => {
                let reg = self.pop_xmm_owned();
                self.pop_drop();
                self.push_xmm(reg, Ty::V128);
            }
            Plan::Lhs(how) => {
                self.pop_drop();
                let src = self.pop_xm();
                self.simd_permute(src, how);
            }
            Plan::Rhs(how) => {
                let src = self.pop_xm();
                self.pop_drop();
                self.simd_permute(src, how);
            }
            Plan::Both(op, imm, order) => {
                let pair = self.simd_pair(order, 16);
                match imm {
                    Some(imm) => self.v3i(op, pair.dst.reg, pair.lhs, pair.rhs, imm),
                    None => self.v3(op, pair.dst.reg, pair.lhs, pair.rhs),
                }
                self.simd_push_pair(pair);
            }
            Plan::General => {
                let pair = self.simd_pair(Order::AsIs, 16);
                let Pair { lhs, rhs, dst } = pair;
                // A lane number of 128 and more gives 0.
                let from_lhs = self.v_const(lanes.map(|l| if l < 16 { l } else { 0x80 }));
                let from_rhs = self.v_const(lanes.map(|l| if l < 16 { 0x80 } else { l - 16 }));
                match rhs {
                    Xm::Reg(rhs) => self.v3(Sse::PSHUFB, SCRATCH_X, rhs, from_rhs),
                    Xm::Mem(rhs) => {
                        self.v_load(SCRATCH_X, rhs);
                        self.v3(Sse::PSHUFB, SCRATCH_X, SCRATCH_X, from_rhs);
                    }
                }
                self.v3(Sse::PSHUFB, dst.reg, lhs, from_lhs);
                self.v3(Sse::POR, dst.reg, dst.reg, SCRATCH_X);
                self.simd_push_pair(pair);
            }
        }
    }

    /// A permutation of a popped vector.
    fn simd_permute(&mut self, src: Xm, how: Single) {
        let (src, dst) = self.simd_one_of(src, 16);
        if let Single::Dwords(imm) = how {
            self.v2i(Sse::PSHUFD, dst.reg, src, imm);
            return self.simd_push_one(src, dst);
        }
        let reg = match src {
            Xm::Reg(src) => src,
            Xm::Mem(src) => {
                self.v_load(dst.reg, src);
                dst.reg
            }
        };
        match how {
            Single::Turn(by) => self.v3i(Sse::PALIGNR, dst.reg, reg, reg, by),
            Single::Bytes(lanes) => {
                let lanes = self.v_const(lanes);
                self.v3(Sse::PSHUFB, dst.reg, reg, lanes);
            }
            Single::Same | Single::Dwords(_) => self.v_mov(dst.reg, reg),
        }
        self.simd_push_one(src, dst);
    }

    /// Lane numbers from 16 on give 0: saturation moves them to 128 and
    /// beyond, where `PSHUFB` does that, and leaves the low four bits of the
    /// others alone.
    pub(super) fn simd_swizzle(&mut self) {
        let pair = self.simd_pair(Order::AsIs, 0);
        let Pair { lhs, rhs, dst } = pair;
        let bias = self.v_const8(0x70);
        match rhs {
            Xm::Reg(rhs) if self.cpu.avx => self.v3(Sse::PADDUSB, SCRATCH_X, rhs, bias),
            _ => {
                self.v_load(SCRATCH_X, rhs);
                self.v3(Sse::PADDUSB, SCRATCH_X, SCRATCH_X, bias);
            }
        }
        self.v3(Sse::PSHUFB, dst.reg, lhs, SCRATCH_X);
        self.simd_push_pair(pair);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Vector = [u8; 16];

    const A: Vector = *b"abcdefghijklmnop";
    const B: Vector = *b"ABCDEFGHIJKLMNOP";

    fn pick32(imm: u8, i: usize) -> usize {
        usize::from(imm >> (i * 2) & 3)
    }

    /// What the manual says about the instructions.
    fn run_single(how: Single, x: Vector) -> Vector {
        std::array::from_fn(|i| match how {
            Single::Same => x[i],
            Single::Dwords(imm) => x[pick32(imm, i / 4) * 4 + i % 4],
            Single::Turn(by) => x[(i + usize::from(by)) % 16],
            Single::Bytes(lanes) => x[usize::from(lanes[i])],
        })
    }

    fn run(plan: Plan, lhs: Vector, rhs: Vector) -> Option<Vector> {
        let (op, imm, order) = match plan {
            Plan::Lhs(how) => return Some(run_single(how, lhs)),
            Plan::Rhs(how) => return Some(run_single(how, rhs)),
            Plan::General => return None,
            Plan::Both(op, imm, order) => (op, imm, order),
        };
        let (x, y) = if order == Order::Swapped { (rhs, lhs) } else { (lhs, rhs) };
        let unpack = |bytes: usize, from: usize| -> Vector {
            std::array::from_fn(|i| {
                let (pair, within) = (i / bytes, i % bytes);
                [x, y][pair % 2][from + pair / 2 * bytes + within]
            })
        };
        Some(match (op, imm) {
            (Sse::PBLENDW, Some(imm)) => {
                std::array::from_fn(|i| if imm >> (i / 2) & 1 == 1 { y[i] } else { x[i] })
            }
            (Sse::PALIGNR, Some(by)) => {
                let all = [y, x].concat();
                std::array::from_fn(|i| all[i + usize::from(by)])
            }
            (Sse::SHUFPS, Some(imm)) => std::array::from_fn(|i| {
                let from = if i < 8 { x } else { y };
                from[pick32(imm, i / 4) * 4 + i % 4]
            }),
            (Sse::PUNPCKLBW, None) => unpack(1, 0),
            (Sse::PUNPCKHBW, None) => unpack(1, 8),
            (Sse::PUNPCKLWD, None) => unpack(2, 0),
            (Sse::PUNPCKHWD, None) => unpack(2, 8),
            (Sse::PUNPCKLDQ, None) => unpack(4, 0),
            (Sse::PUNPCKHDQ, None) => unpack(4, 8),
            (Sse::PUNPCKLQDQ, None) => unpack(8, 0),
            (Sse::PUNPCKHQDQ, None) => unpack(8, 8),
            other => panic!("{other:?}"),
        })
    }

    fn check(lanes: [u8; 16]) -> Plan {
        let plan = plan(lanes);
        let expected = lanes.map(|l| [A, B].concat()[usize::from(l)]);
        if let Some(made) = run(plan, A, B) {
            assert_eq!(made, expected, "{lanes:?}: {plan:?}");
        }
        plan
    }

    #[test]
    fn every_plan_makes_its_permutation() {
        for first in 0..32 {
            let plan = check(std::array::from_fn(|i| (first + i as u8) % 32));
            assert_ne!(plan, Plan::General);
            check(std::array::from_fn(|i| first / 16 * 16 + (first + i as u8) % 16));
        }
        for dwords in 0..8_u32.pow(4) {
            check(std::array::from_fn(|i| (dwords >> (i / 4 * 3) & 7) as u8 * 4 + (i % 4) as u8));
        }
        for words in 0..256_u32 {
            check(std::array::from_fn(|i| (words >> (i / 2) & 1) as u8 * 16 + i as u8));
        }
        for log in 0..4 {
            for high in [false, true] {
                let lanes = interleaved(1 << log, high);
                assert!(matches!(check(lanes), Plan::Both(_, None, Order::AsIs)));
                let swapped = lanes.map(|l| l ^ 16);
                assert!(matches!(check(swapped), Plan::Both(_, None, Order::Swapped)));
            }
        }
        let mut seed = 1_u64;
        for _ in 0..10_000 {
            check(std::array::from_fn(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (seed >> 40) as u8 % 32
            }));
        }
    }
}
