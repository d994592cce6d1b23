//! Code that running loops go on in: which loops have it, or wait for it.
//!
//! Owns: [`OsrTable`], one per module. Called by `tiering` with what the
//! upcall and units find. Must not know: compilers, budgets, stacks.
//! `tests/loom` checks this very file.
//!
//! # Essay: from a spinning frame to optimized code
//!
//! Code for a loop is only asked for when the function's ordinary optimized
//! code is published and a back-edge of baseline code still runs out of
//! budget: that frame began before, and nothing but this ends it. A function
//! that is called often, with a short loop, never pays for it.
//!
//! 1. An underflow at a loop looks here. `Absent`: the loop becomes `Queued`,
//!    if the function may have one more, and a unit is queued.
//! 2. A worker exchanges `Queued` for `Compiling` (under the lock, so that only
//!    one does), compiles, and stores `Ready` with the code, or `Failed`.
//! 3. After `Ready` it zeroes the function's budget, so that every frame that
//!    still spins asks again when a back-edge of it is sampled.
//! 4. That underflow finds `Ready` and gets the address; the runtime moves the
//!    frame.
//!
//! 5. When no baseline code leads here any more, or room is needed, `take`
//!    makes code unreachable: its loop is absent again. An address that was
//!    found before is entered before its isolate reports (`code_gc`).
//!
//! An entry is per function, kind of bounds checks and loop. Entries are few:
//! limits per function bound them.

use std::collections::HashMap;

use updraft_abi::Bounds;
use updraft_runtime::code_space::CodeBlock;
use updraft_types::DeclaredFuncIndex;

use crate::lock_order::{Mutex, Rank};

/// A loop of a function, in code with these bounds checks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct LoopKey {
    pub func: DeclaredFuncIndex,
    pub bounds: Bounds,
    pub ordinal: u32,
}

enum Entry {
    Queued,
    Compiling,
    Ready { address: usize, block: CodeBlock },
    Failed,
}

/// What is known of a loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OsrState {
    /// Nobody asked yet.
    Absent,
    /// Somebody will compile it, or does.
    Pending,
    /// Go on here.
    Ready(usize),
    /// It cannot be had.
    Failed,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    n_asked: u32,
    n_failed: u32,
}

#[derive(Default)]
struct Inner {
    loops: HashMap<LoopKey, Entry>,
    counts: HashMap<(DeclaredFuncIndex, Bounds), Counts>,
}

impl Inner {
    /// A loop may be asked for again.
    fn give_back(&mut self, key: LoopKey) {
        if let Some(counts) = self.counts.get_mut(&(key.func, key.bounds)) {
            counts.n_asked = counts.n_asked.saturating_sub(1);
        }
    }
}

/// The loops of a module.
pub(crate) struct OsrTable {
    inner: Mutex<Inner>,
}

/// How many loops of one function are tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OsrLimits {
    pub max_loops: u32,
    pub max_failures: u32,
}

impl OsrTable {
    pub(crate) fn new() -> Self {
        Self { inner: Mutex::new(Rank::Osr, Inner::default()) }
    }

    /// What is known of a loop.
    pub(crate) fn state(&self, key: LoopKey) -> OsrState {
        match self.inner.lock().loops.get(&key) {
            None => OsrState::Absent,
            Some(Entry::Queued | Entry::Compiling) => OsrState::Pending,
            Some(Entry::Ready { address, .. }) => OsrState::Ready(*address),
            Some(Entry::Failed) => OsrState::Failed,
        }
    }

    /// Step 1: whether the caller is to queue a unit.
    pub(crate) fn ask(&self, key: LoopKey, limits: OsrLimits) -> bool {
        let mut inner = self.inner.lock();
        if inner.loops.contains_key(&key) {
            return false;
        }
        let counts = inner.counts.entry((key.func, key.bounds)).or_default();
        if counts.n_asked >= limits.max_loops || counts.n_failed >= limits.max_failures {
            return false;
        }
        counts.n_asked += 1;
        inner.loops.insert(key, Entry::Queued);
        true
    }

    /// Whether loops that nobody asked for yet would be refused.
    pub(crate) fn is_exhausted(
        &self,
        func: DeclaredFuncIndex,
        bounds: Bounds,
        limits: OsrLimits,
    ) -> bool {
        let inner = self.inner.lock();
        let counts = inner.counts.get(&(func, bounds)).copied().unwrap_or_default();
        counts.n_asked >= limits.max_loops || counts.n_failed >= limits.max_failures
    }

    /// Step 2: whether the caller is to compile.
    pub(crate) fn claim(&self, key: LoopKey) -> bool {
        match self.inner.lock().loops.get_mut(&key) {
            Some(entry @ Entry::Queued) => {
                *entry = Entry::Compiling;
                true
            }
            _ => false,
        }
    }

    /// Step 2: the code, or none.
    pub(crate) fn settle(&self, key: LoopKey, code: Option<(CodeBlock, usize)>) {
        let mut inner = self.inner.lock();
        let entry = match code {
            Some((block, address)) => Entry::Ready { address, block },
            None => {
                inner.counts.entry((key.func, key.bounds)).or_default().n_failed += 1;
                Entry::Failed
            }
        };
        // Compiling, which holds no code: nothing is dropped under the lock.
        inner.loops.insert(key, entry);
    }

    /// There is no code, but there may be another time.
    pub(crate) fn release(&self, key: LoopKey) {
        let mut inner = self.inner.lock();
        inner.loops.remove(&key);
        inner.give_back(key);
    }

    /// Step 5: takes the code of loops out, where `wanted` says so.
    pub(crate) fn take(
        &self,
        wanted: &dyn Fn(LoopKey, &CodeBlock) -> bool,
    ) -> Vec<(LoopKey, CodeBlock)> {
        let mut inner = self.inner.lock();
        let taken: Vec<_> = inner
            .loops
            .extract_if(|key, entry| match entry {
                Entry::Ready { block, .. } => wanted(*key, block),
                _ => false,
            })
            .collect();
        let mut code = Vec::with_capacity(taken.len());
        for (key, entry) in taken {
            inner.give_back(key);
            if let Entry::Ready { block, .. } = entry {
                code.push((key, block));
            }
        }
        code
    }

    /// Whether any loop of a function has code, or may get it.
    pub(crate) fn has_hope(&self, func: DeclaredFuncIndex, bounds: Bounds) -> bool {
        let inner = self.inner.lock();
        let counts = inner.counts.get(&(func, bounds)).copied().unwrap_or_default();
        counts.n_asked > counts.n_failed
    }

    /// Loops that have code.
    pub(crate) fn n_ready(&self) -> usize {
        let inner = self.inner.lock();
        inner.loops.values().filter(|e| matches!(e, Entry::Ready { .. })).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: OsrLimits = OsrLimits { max_loops: 3, max_failures: 2 };

    fn key(ordinal: u32) -> LoopKey {
        LoopKey { func: DeclaredFuncIndex::new(1), bounds: Bounds::Guarded, ordinal }
    }

    #[test]
    fn a_loop_is_asked_for_once_and_claimed_once() {
        let table = OsrTable::new();
        assert_eq!(table.state(key(0)), OsrState::Absent);
        assert!(!table.claim(key(0)));
        assert!(table.ask(key(0), LIMITS));
        assert!(!table.ask(key(0), LIMITS));
        assert!(table.claim(key(0)));
        assert!(!table.claim(key(0)));
        assert_eq!(table.state(key(0)), OsrState::Pending);
        table.settle(key(0), None);
        assert_eq!(table.state(key(0)), OsrState::Failed);
        assert!(!table.ask(key(0), LIMITS));
    }

    #[test]
    fn a_function_that_fails_or_has_enough_is_given_up() {
        let table = OsrTable::new();
        for ordinal in 0..2 {
            assert!(table.ask(key(ordinal), LIMITS) && table.claim(key(ordinal)));
            assert!(!table.is_exhausted(key(0).func, Bounds::Guarded, LIMITS));
            table.settle(key(ordinal), None);
        }
        assert!(table.is_exhausted(key(0).func, Bounds::Guarded, LIMITS));
        assert!(!table.ask(key(2), LIMITS));
        assert!(table.ask(LoopKey { bounds: Bounds::Checked, ..key(2) }, LIMITS));

        let table = OsrTable::new();
        assert!((0..3).all(|ordinal| table.ask(key(ordinal), LIMITS)));
        assert!(!table.ask(key(3), LIMITS));
    }
}
