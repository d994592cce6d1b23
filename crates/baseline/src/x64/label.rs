//! Labels, what waits for them, and the jumps that use them.
//!
//! Owns: the place of each label and the fixups. Called by the code generator
//! and by the encoder of memory operands. Must not know: blocks of wasm.
//!
//! # Essay: fixups
//!
//! A forward jump has a 32-bit distance that is not known yet. Until the label
//! is bound, the field holds the place of the previous such field of the same
//! label (0 ends the chain: a field is never the first byte of code), and the
//! label holds the newest. `bind` walks the chain once, so labels cost no
//! memory per jump and no search. Two rarer kinds are lists instead: short
//! jumps, whose field is a byte and which die young, and fields whose value is
//! only known at the end (operands relative to a label, jump tables).

use super::asm::{Asm, Opc};
use super::{Cond, Gpr, Mem};

/// A place in the code, bound once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Label(pub(super) u32);

/// Set in the state of a label that is bound; the rest is its place. Clear:
/// the rest is the head of the chain of fields that wait.
const BOUND: u32 = 1 << 31;

/// A 32-bit field that is written by `finish`.
struct Fixup {
    /// Where the field is.
    at: u32,
    /// What is taken from the place of the label, plus what is added to it.
    minus: i64,
    label: Label,
}

/// The labels of one piece of code.
#[derive(Default)]
pub(super) struct Labels {
    states: Vec<u32>,
    /// Where the newest of the bound labels is.
    newest: u32,
    /// One-byte fields of labels that are not bound.
    short: Vec<(Label, u32)>,
    late: Vec<Fixup>,
}

impl Labels {
    pub(super) fn clear(&mut self) {
        self.states.clear();
        self.newest = 0;
        self.short.clear();
        self.late.clear();
    }
}

impl Asm {
    /// A label that is not bound yet.
    #[inline]
    pub(crate) fn new_label(&mut self) -> Label {
        let label = Label(self.labels.states.len() as u32);
        self.labels.states.push(0);
        label
    }

    /// A label at this place.
    #[inline]
    pub(crate) fn label_here(&mut self) -> Label {
        let label = Label(self.labels.states.len() as u32);
        self.labels.newest = self.offset();
        self.labels.states.push(self.offset() | BOUND);
        label
    }

    /// Puts the label here. Jumps that wait for it learn its place.
    #[inline]
    pub(crate) fn bind(&mut self, label: Label) {
        let here = self.offset();
        self.labels.newest = here;
        let state = &mut self.labels.states[label.0 as usize];
        debug_assert!(*state & BOUND == 0, "a label is bound once");
        let mut at = *state;
        *state = here | BOUND;
        while at != 0 {
            let previous = self.read_u32(at);
            self.write_u32(at, here.wrapping_sub(at + 4));
            at = previous;
        }
        if !self.labels.short.is_empty() {
            self.bind_short(label, here);
        }
    }

    /// Fills the one-byte fields. Few wait at a time, as each label is bound
    /// less than 128 bytes later.
    #[cold]
    fn bind_short(&mut self, label: Label, here: u32) {
        let mut short = std::mem::take(&mut self.labels.short);
        short.retain(|&(waits_for, at)| {
            if waits_for == label {
                let distance = here - (at + 1);
                assert!(distance < 128, "a short jump is promised to reach its label");
                self.write_u8(at, distance as u8);
            }
            waits_for != label
        });
        self.labels.short = short;
    }

    /// Whether a jump may lead here: not all ways come from the instruction
    /// before.
    #[inline]
    pub(crate) fn is_target_here(&self) -> bool {
        self.labels.newest == self.offset()
    }

    /// Whether the label has its place.
    #[inline]
    pub(crate) fn is_bound(&self, label: Label) -> bool {
        self.labels.states[label.0 as usize] & BOUND != 0
    }

    /// Whether something has jumped to the label or it is bound.
    #[inline]
    pub(crate) fn is_used(&self, label: Label) -> bool {
        self.labels.states[label.0 as usize] != 0
            || self.labels.short.iter().any(|&(waits_for, _)| waits_for == label)
    }

    /// The place of a bound label.
    #[inline]
    pub(crate) fn label_offset(&self, label: Label) -> u32 {
        self.place(label).expect("the label is bound")
    }

    #[inline]
    pub(super) fn place(&self, label: Label) -> Option<u32> {
        let state = self.labels.states[label.0 as usize];
        (state & BOUND != 0).then_some(state & !BOUND)
    }

    /// Has `finish` write the place of `label` less `minus` at `at`.
    pub(super) fn fix_later(&mut self, at: u32, label: Label, minus: i64) {
        self.labels.late.push(Fixup { at, minus, label });
    }

    /// Writes the fields that waited for the end.
    pub(super) fn fix_late(&mut self) {
        let late = std::mem::take(&mut self.labels.late);
        for fixup in &late {
            let place = self.place(fixup.label).expect("every label in use is bound");
            self.write_u32(fixup.at, (i64::from(place) - fixup.minus) as u32);
        }
        self.labels.late = late;
        self.labels.late.clear();
        debug_assert!(self.labels.short.is_empty(), "every label in use is bound");
    }

    /// `long` is the opcode before a 32-bit distance, `short` before a byte.
    #[inline]
    fn jump(&mut self, short: u8, long: u64, long_len: u32, label: Label) {
        let state = self.labels.states[label.0 as usize];
        if state & BOUND != 0 {
            let back = self.offset() - (state & !BOUND);
            if short != 0 && back <= 126 {
                self.put(u64::from(short) | u64::from(254 - back) << 8, 2, 0, 0);
            } else {
                let distance = back.wrapping_add(long_len + 4).wrapping_neg();
                self.put(long, long_len, u64::from(distance), 4);
            }
        } else {
            self.put(long, long_len, u64::from(state), 4);
            self.labels.states[label.0 as usize] = self.offset() - 4;
        }
    }

    fn jump_short(&mut self, short: u8, label: Label) {
        self.put(u64::from(short), 2, 0, 0);
        let at = self.offset() - 1;
        self.labels.short.push((label, at));
    }

    /// `jmp label`
    #[inline]
    pub(crate) fn jmp(&mut self, label: Label) {
        self.jump(0xEB, 0xE9, 1, label);
    }

    /// `jcc label`
    #[inline]
    pub(crate) fn jcc(&mut self, cond: Cond, label: Label) {
        self.jump(0x70 | cond as u8, 0x800F | (cond as u64) << 8, 2, label);
    }

    /// `jmp label` in two bytes. The caller promises that the label is bound
    /// less than 128 bytes further.
    #[inline]
    pub(crate) fn jmp_short(&mut self, label: Label) {
        if self.is_bound(label) { self.jmp(label) } else { self.jump_short(0xEB, label) }
    }

    /// `jcc label` in two bytes, with the same promise as `jmp_short`.
    #[inline]
    pub(crate) fn jcc_short(&mut self, cond: Cond, label: Label) {
        if self.is_bound(label) {
            self.jcc(cond, label);
        } else {
            self.jump_short(0x70 | cond as u8, label);
        }
    }

    /// `call label`
    #[inline]
    pub(crate) fn call_label(&mut self, label: Label) {
        self.jump(0, 0xE8, 1, label);
    }

    /// `jmp [m]`
    #[inline]
    pub(crate) fn jmp_m(&mut self, m: Mem) {
        self.op_m(Opc::one(0xFF), 0, 4, m, 0, 0);
    }

    /// `jmp r`
    #[inline]
    pub(crate) fn jmp_r(&mut self, r: Gpr) {
        self.op_r(Opc::one(0xFF), 0, 4, r.0, 0, 0);
    }

    /// `call [m]`
    #[inline]
    pub(crate) fn call_m(&mut self, m: Mem) {
        self.op_m(Opc::one(0xFF), 0, 2, m, 0, 0);
    }

    /// `call r`
    #[inline]
    pub(crate) fn call_r(&mut self, r: Gpr) {
        self.op_r(Opc::one(0xFF), 0, 2, r.0, 0, 0);
    }

    /// Data: for each target its distance from `base`, as 32 bits with sign.
    pub(crate) fn jump_table(&mut self, base: Label, targets: impl IntoIterator<Item = Label>) {
        let base = self.label_offset(base);
        for target in targets {
            let at = self.offset();
            self.put(0, 4, 0, 0);
            self.fix_later(at, target, i64::from(base));
        }
    }
}
