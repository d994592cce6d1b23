//! What judges the encoder: an independent assembler, byte for byte, and an
//! independent decoder.
//!
//! Owns: the judges and the operands they are shown. Called by the tests of
//! each family. Must not know: how the encoder works.

#![cfg(test)]

mod avx;
mod int;
mod label;
mod sse;

use super::{Asm, Gpr, Mem, Xmm};
use cranelift_assembler_x64::{Amode, AmodeOffset, AmodeOffsetPlusKnownOffset, Inst, Scale};
use iced_x86::{Decoder, DecoderOptions, Formatter, Instruction, IntelFormatter};

/// The independent assembler's registers are numbers.
pub(super) struct Regs;

impl cranelift_assembler_x64::Registers for Regs {
    type ReadGpr = u8;
    type ReadWriteGpr = u8;
    type WriteGpr = u8;
    type ReadXmm = u8;
    type ReadWriteXmm = u8;
    type WriteXmm = u8;
}

/// The only instruction in `code`.
pub(super) fn decode(code: &[u8]) -> Instruction {
    let mut decoder = Decoder::with_ip(64, code, 0, DecoderOptions::NONE);
    let instruction = decoder.decode();
    assert!(!instruction.is_invalid(), "invalid: {code:02x?}");
    assert_eq!(instruction.len(), code.len(), "one instruction: {code:02x?}");
    instruction
}

/// The only instruction in `code`, in Intel's syntax.
pub(super) fn text(code: &[u8]) -> String {
    let mut formatter = IntelFormatter::new();
    formatter.options_mut().set_space_after_operand_separator(true);
    formatter.options_mut().set_use_pseudo_ops(false);
    let mut text = String::new();
    formatter.format(&decode(code), &mut text);
    text
}

/// What `emit` makes.
pub(super) fn bytes(emit: impl FnOnce(&mut Asm)) -> Vec<u8> {
    let mut asm = Asm::new();
    emit(&mut asm);
    asm.finish();
    asm.to_vec()
}

/// Checks one instruction against its text.
#[track_caller]
pub(super) fn reads(expected: &str, emit: impl FnOnce(&mut Asm)) {
    assert_eq!(text(&bytes(emit)), expected);
}

/// Compares with the independent assembler.
pub(super) struct Oracle {
    asm: Asm,
    theirs: Vec<u8>,
    /// How many instructions it saw, and how many had other bytes than theirs.
    pub(super) seen: usize,
    pub(super) other: usize,
}

impl Oracle {
    pub(super) fn new() -> Oracle {
        Oracle { asm: Asm::new(), theirs: Vec::new(), seen: 0, other: 0 }
    }

    /// The bytes must be the same, or no more with the same meaning.
    #[track_caller]
    pub(super) fn check(&mut self, emit: impl FnOnce(&mut Asm), theirs: impl Into<Inst<Regs>>) {
        self.asm.clear();
        emit(&mut self.asm);
        self.theirs.clear();
        theirs.into().encode(&mut self.theirs);
        self.seen += 1;
        let ours = self.asm.code();
        if ours == self.theirs {
            return;
        }
        let (read, expected) = (text(ours), text(&self.theirs));
        assert!(
            ours.len() <= self.theirs.len() && read == expected,
            "{read}: {ours:02x?}\n{expected}: {:02x?}",
            self.theirs
        );
        self.other += 1;
    }
}

pub(super) fn gprs() -> impl Iterator<Item = Gpr> {
    (0..16).map(Gpr)
}

pub(super) fn xmms() -> impl Iterator<Item = Xmm> {
    (0..16).map(Xmm)
}

/// Displacements at the borders of their forms.
const DISPS: [i32; 8] = [0, 1, 127, -128, 128, -129, i32::MAX, i32::MIN];

/// A memory operand for both assemblers.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) ours: Mem,
    pub(super) theirs: Amode<u8>,
}

fn simple(base: u8, disp: i32) -> Shape {
    let simm32 = AmodeOffsetPlusKnownOffset { simm32: AmodeOffset::new(disp), offset: None };
    Shape { ours: Mem::base(Gpr(base), disp), theirs: Amode::ImmReg { base, simm32, trap: None } }
}

fn indexed(base: u8, index: u8, scale: u8, disp: i32) -> Shape {
    // Such a base needs a displacement byte that the other order saves.
    let swap = base & 7 == 5 && index & 7 != 5 && scale == 0 && disp == 0;
    let (first, second) = if swap { (index, base) } else { (base, index) };
    Shape {
        ours: Mem::indexed(Gpr(base), Gpr(index), scale, disp),
        theirs: Amode::ImmRegRegShift {
            base: first,
            index: second.into(),
            scale: Scale::new(scale),
            simm32: AmodeOffset::new(disp),
            trap: None,
        },
    }
}

/// Each base, each pair of base and index with each scale, each displacement.
pub(super) fn all_shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for base in 0..16 {
        for disp in DISPS {
            shapes.push(simple(base, disp));
            for index in (0..16).filter(|&index| index != Gpr::RSP.0) {
                for scale in 0..4 {
                    shapes.push(indexed(base, index, scale, disp));
                }
            }
        }
    }
    shapes
}

/// Each base, each index, each scale and each displacement, but not with each
/// other.
pub(super) fn few_shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for base in 0..16 {
        for disp in [0, -128, 128] {
            shapes.push(simple(base, disp));
        }
        let index = if base == 11 { 5 } else { (base + 9) & 15 };
        shapes.push(indexed(base, index, base & 3, DISPS[usize::from(base >> 1)]));
    }
    shapes
}
