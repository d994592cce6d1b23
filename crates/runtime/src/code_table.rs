//! The code table: where calls of a module's functions go.
//!
//! Owns: [`CodeTable`]. Written by the engine, read by machine code and by
//! entries. Must not know: whose code it is, and when it may be freed.
//! `tests/loom` checks this very file.

use updraft_types::DeclaredFuncIndex;

use crate::entries;
use crate::sync::{AtomicUsize, Ordering};

/// The code addresses of a module's declared functions: what direct calls and
/// entries jump through. Data, never code.
///
/// Slots are written by one atomic store each and read by machine code with
/// plain loads. A slot holds the address of published code or of the
/// function's lazy stub.
pub struct CodeTable {
    slots: Box<[AtomicUsize]>,
}

impl CodeTable {
    pub(crate) fn new(n: usize) -> Result<Self, String> {
        let slots = (0..n as u32)
            .map(|i| entries::lazy_stub(i).map(AtomicUsize::new))
            .collect::<Result<_, _>>()?;
        Ok(Self { slots })
    }

    /// Makes calls of a function go to `code`. The code must be complete:
    /// this store releases it.
    pub fn publish(&self, func: DeclaredFuncIndex, code: usize) {
        self.slots[func.index()].store(code, Ordering::Release);
    }

    /// Makes the next call of a function compile it.
    pub fn evict(&self, func: DeclaredFuncIndex) -> Result<(), String> {
        self.slots[func.index()].store(entries::lazy_stub(func.raw())?, Ordering::Release);
        Ok(())
    }

    /// Where calls of a function go; nothing if it has no code.
    pub fn address(&self, func: DeclaredFuncIndex) -> Option<usize> {
        let slot = self.slots[func.index()].load(Ordering::Acquire);
        self.is_published(func).then_some(slot)
    }

    /// Whether a function has code.
    pub fn is_published(&self, func: DeclaredFuncIndex) -> bool {
        let slot = self.slots[func.index()].load(Ordering::Acquire);
        entries::lazy_stub(func.raw()).is_ok_and(|stub| stub != slot)
    }

    /// The word that holds the address of a function's code.
    pub fn slot(&self, func: DeclaredFuncIndex) -> *const usize {
        std::ptr::from_ref(&self.slots[func.index()]).cast()
    }

    /// The function that this is the slot of.
    pub(crate) fn func_of(&self, slot: *const usize) -> Option<DeclaredFuncIndex> {
        let offset = (slot as usize).checked_sub(self.base() as usize)?;
        let at = offset / size_of::<AtomicUsize>();
        let func = DeclaredFuncIndex::new(u32::try_from(at).ok()?);
        (at < self.slots.len() && self.slot(func) == slot).then_some(func)
    }

    pub(crate) fn base(&self) -> *const AtomicUsize {
        self.slots.as_ptr()
    }
}
