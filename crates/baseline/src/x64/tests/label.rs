//! Labels, jumps, operands relative to labels, constants.
//!
//! Owns: programs of a few instructions and where they jump. Must not know: the
//! instructions between.

#![cfg(test)]

use super::*;
use crate::x64::{Alu, Cond, Label, Size, Sse};

/// All instructions of `code`, one a line.
fn listing(code: &[u8]) -> Vec<(u64, Instruction)> {
    let mut decoder = Decoder::with_ip(64, code, 0, DecoderOptions::NONE);
    let mut lines = Vec::new();
    while decoder.can_decode() {
        let instruction = decoder.decode();
        assert!(!instruction.is_invalid());
        lines.push((instruction.ip(), instruction));
    }
    lines
}

fn fill(asm: &mut Asm, bytes: u32) {
    for _ in 0..bytes {
        asm.int3();
    }
}

#[test]
fn backward_jumps_are_short_where_they_reach() {
    for fill_bytes in 0..300 {
        let mut asm = Asm::new();
        let label = asm.label_here();
        fill(&mut asm, fill_bytes);
        asm.jmp(label);
        asm.jcc(Cond::LE, label);
        asm.call_label(label);
        asm.finish();
        let lines = listing(asm.code());
        let jumps = &lines[fill_bytes as usize..];
        assert_eq!(jumps.len(), 3);
        assert!(jumps.iter().all(|(_, jump)| jump.near_branch_target() == 0));
        assert_eq!(jumps[0].1.len() == 2, fill_bytes <= 126);
        assert_eq!(jumps[1].1.len() == 2, fill_bytes + 2 <= 126);
        assert_eq!(jumps[2].1.len(), 5);
    }
}

#[test]
fn forward_jumps_meet_their_label() {
    for fill_bytes in [0, 1, 126, 127, 128, 5000] {
        let mut asm = Asm::new();
        let (near, far) = (asm.new_label(), asm.new_label());
        asm.jmp(near);
        asm.jcc(Cond::B, far);
        asm.jcc(Cond::G, near);
        fill(&mut asm, fill_bytes);
        asm.bind(near);
        asm.jmp(far);
        asm.call_label(far);
        asm.bind(far);
        asm.ret();
        assert!(asm.is_bound(far));
        let (near, far) = (asm.label_offset(near).into(), asm.label_offset(far).into());
        asm.finish();
        let lines = listing(asm.code());
        let targets: Vec<u64> = lines
            .iter()
            .filter(|(_, line)| line.near_branch_target() != 0)
            .map(|(_, line)| line.near_branch_target())
            .collect();
        assert_eq!(targets, [near, far, near, far, far]);
    }
}

#[test]
fn short_jumps_meet_their_label() {
    let mut asm = Asm::new();
    let (a, b) = (asm.new_label(), asm.new_label());
    asm.jcc_short(Cond::E, a);
    asm.jmp_short(b);
    fill(&mut asm, 123);
    asm.jcc_short(Cond::NE, b);
    asm.bind(a);
    assert!(asm.is_used(b));
    asm.bind(b);
    let end = u64::from(asm.offset());
    asm.jmp_short(a);
    asm.finish();
    let lines = listing(asm.code());
    let jumps: Vec<_> = lines.iter().filter(|(_, line)| line.near_branch_target() != 0).collect();
    assert_eq!(jumps.len(), 4);
    assert!(jumps.iter().all(|(_, jump)| jump.len() == 2 && jump.near_branch_target() == end));
}

#[test]
fn many_jumps_to_one_label_are_linear() {
    let mut asm = Asm::new();
    let label = asm.new_label();
    for _ in 0..1_000_000 {
        asm.jmp(label);
    }
    asm.bind(label);
    asm.finish();
    assert!(asm.code().starts_with(&[0xE9]));
    assert_eq!(&asm.code()[asm.code().len() - 5..], [0xE9, 0, 0, 0, 0]);
    assert_eq!(&asm.code()[1..5], (4_999_995_u32).to_le_bytes());
}

/// Instructions with an operand relative to a label, with each length of what
/// follows the operand.
fn relative(asm: &mut Asm, label: Label) -> usize {
    let m = Mem::rip(label);
    asm.mov_rm(Size::S64, Gpr::R9, m);
    asm.lea(Size::S64, Gpr::RAX, m);
    asm.mov_mi(Size::S8, m, 1);
    asm.mov_mi(Size::S16, m, 1);
    asm.mov_mi(Size::S32, m, 1);
    asm.alu_mi(Alu::Cmp, Size::S32, m, 5);
    asm.alu_mi(Alu::Cmp, Size::S64, m, 0x1234);
    asm.sse_rm(Sse::PSHUFB, Xmm(9), m);
    asm.sse_rmi(Sse::PINSRB, Xmm(9), m, 3);
    asm.avx_rrm(Sse::PAND, Xmm(9), Xmm(1), m);
    asm.avx_rrmi(Sse::PALIGNR, Xmm(1), Xmm(9), m, 3);
    asm.jmp_m(m);
    12
}

#[test]
fn operands_relative_to_labels() {
    let mut asm = Asm::new();
    let (before, after) = (asm.label_here(), asm.new_label());
    asm.ret();
    let count = relative(&mut asm, before);
    relative(&mut asm, after);
    let place = asm.new_label();
    asm.mov_rm(Size::S32, Gpr::RAX, Mem::rip(after).offset(12));
    asm.mov_rm(Size::S32, Gpr::RAX, Mem::rip(before).offset(8));
    asm.bind(after);
    asm.bind(place);
    asm.finish();
    let end = u64::from(asm.label_offset(after));
    let lines = listing(asm.code());
    let mut expected = vec![0; count];
    expected.extend(vec![end; count]);
    expected.extend([end + 12, 8]);
    let found: Vec<u64> = lines[1..].iter().map(|(_, line)| line.ip_rel_memory_address()).collect();
    assert_eq!(found, expected);
    assert!(lines[1..].iter().all(|(_, line)| line.is_ip_rel_memory_operand()));
}

#[test]
fn constants_are_placed_once_and_aligned() {
    let mut asm = Asm::new();
    let mut labels = Vec::new();
    for i in 0..100_u8 {
        labels.push((asm.constant4([i; 4]), vec![i; 4]));
        labels.push((asm.constant16([i; 16]), vec![i; 16]));
        labels.push((asm.constant8([i; 8]), vec![i; 8]));
    }
    for &(label, ref value) in &labels {
        let again = match value.len() {
            4 => asm.constant4([value[0]; 4]),
            8 => asm.constant8([value[0]; 8]),
            _ => asm.constant16([value[0]; 16]),
        };
        assert_eq!(label, again);
        asm.sse_rm(Sse::MOVSS, Xmm(0), Mem::rip(label));
    }
    asm.ret();
    let code_end = asm.offset();
    let total = asm.finish();
    assert_eq!(total, code_end.next_multiple_of(16) + 100 * 28);
    for (i, (label, value)) in labels.iter().enumerate() {
        let place = asm.label_offset(*label) as usize;
        assert_eq!(place % value.len(), 0);
        assert_eq!(asm.code()[place..][..value.len()], value[..]);
        let mut decoder = Decoder::with_ip(64, &asm.code()[i * 8..], i as u64 * 8, 0);
        assert_eq!(decoder.decode().ip_rel_memory_address(), place as u64);
    }
}

#[test]
fn jump_tables_hold_distances() {
    let mut asm = Asm::new();
    let base = asm.new_label();
    let (a, b) = (asm.label_here(), asm.new_label());
    asm.ret();
    asm.pad_to(4);
    asm.bind(base);
    asm.jump_table(base, [a, b, base]);
    asm.bind(b);
    asm.ud2();
    asm.finish();
    let words: Vec<i32> = asm.code()[4..16]
        .chunks(4)
        .map(|word| i32::from_le_bytes(word.try_into().unwrap()))
        .collect();
    assert_eq!(words, [-4, 12, 0]);
}

#[test]
fn a_cleared_buffer_starts_again() {
    let mut asm = Asm::new();
    let label = asm.new_label();
    asm.jmp(label);
    asm.constant4([1; 4]);
    asm.clear();
    assert_eq!(asm.offset(), 0);
    let label = asm.new_label();
    asm.jmp(label);
    asm.bind(label);
    assert_eq!(asm.finish(), 5);
    assert_eq!(asm.code(), [0xE9, 0, 0, 0, 0]);
}
