//! Constants behind the code.
//!
//! Owns: what they are, each once, and where they end up. Called by the code
//! generator; `Asm::finish` places them. Must not know: what they are for.

use super::{Asm, Label};
use std::collections::HashMap;

/// So many constants are searched one by one; beyond, by hash.
const FEW: usize = 8;

/// The constants of one piece of code, in the order of their first use.
#[derive(Default)]
pub(super) struct Pool {
    constants: Vec<Constant>,
    /// Places in `constants`, once those are more than a few.
    by_value: HashMap<(u32, u128), u32>,
}

#[derive(Clone, Copy)]
struct Constant {
    value: u128,
    /// In bytes: 4, 8 or 16.
    len: u32,
    label: Label,
}

impl Pool {
    pub(super) fn clear(&mut self) {
        self.constants.clear();
        if !self.by_value.is_empty() {
            self.by_value.clear();
        }
    }

    fn find(&self, value: u128, len: u32) -> Option<Label> {
        let same = |c: &&Constant| c.len == len && c.value == value;
        if let Some(found) = self.constants.iter().take(FEW).find(same) {
            return Some(found.label);
        }
        if self.by_value.is_empty() {
            return None;
        }
        self.by_value.get(&(len, value)).map(|&at| self.constants[at as usize].label)
    }

    fn add(&mut self, constant: Constant) {
        let at = self.constants.len();
        if at >= FEW {
            self.by_value.insert((constant.len, constant.value), at as u32);
        }
        self.constants.push(constant);
    }
}

impl Asm {
    /// The place of 16 bytes behind the code, at a multiple of 16.
    pub(crate) fn constant16(&mut self, bytes: [u8; 16]) -> Label {
        self.constant(u128::from_le_bytes(bytes), 16)
    }

    /// The place of 8 bytes behind the code, at a multiple of 8.
    pub(crate) fn constant8(&mut self, bytes: [u8; 8]) -> Label {
        self.constant(u64::from_le_bytes(bytes).into(), 8)
    }

    /// The place of 4 bytes behind the code, at a multiple of 4.
    pub(crate) fn constant4(&mut self, bytes: [u8; 4]) -> Label {
        self.constant(u32::from_le_bytes(bytes).into(), 4)
    }

    fn constant(&mut self, value: u128, len: u32) -> Label {
        if let Some(label) = self.pool.find(value, len) {
            return label;
        }
        let label = self.new_label();
        self.pool.add(Constant { value, len, label });
        label
    }

    /// Writes the constants, the largest first, so that only the first needs
    /// padding.
    pub(super) fn place_constants(&mut self) {
        if self.pool.constants.is_empty() {
            return;
        }
        let pool = std::mem::take(&mut self.pool);
        for len in [16, 8, 4] {
            let mut first = true;
            for constant in pool.constants.iter().filter(|c| c.len == len) {
                if std::mem::take(&mut first) {
                    self.pad_to(len);
                }
                self.bind(constant.label);
                self.bytes(&constant.value.to_le_bytes()[..len as usize]);
            }
        }
        self.pool = pool;
        self.pool.clear();
    }
}
