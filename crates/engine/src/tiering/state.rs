//! How far the code of each function is, per kind of bounds checks.
//!
//! Owns: [`FuncStates`], and the code blocks that are published. Called by the
//! native module. Must not know: compilers, queues, why something is compiled.
//! `tests/loom` checks this very file.
//!
//! # Essay: one compilation per function and tier
//!
//! Per function and tier there is a state.
//!
//! ```text
//! none ──► queued ──► compiling ──► done
//!   └────────────────────┘   └────► failed
//! ```
//!
//! 1. Who wants a unit queued exchanges none for queued; only who succeeds
//!    queues it. (A unit may be queued again with a higher priority: the state
//!    lets one of the two through.)
//! 2. Who wants code exchanges none or queued for compiling. Who succeeds
//!    compiles, and then must settle: done or failed, whatever happens on the
//!    way ([`Claim`] sees to it). Settling wakes all who wait.
//! 3. Who needs the code now and finds compiling waits until it is settled.
//!    Workers never wait: they leave.
//! 4. Code is published under the lock of the blocks: the block is added, and
//!    the slot is stored only if no higher tier has a block. So baseline code
//!    that comes late cannot push optimized code away, and the slot always
//!    holds the highest block's address.
//! 5. Done is stored after the slot, so who finds done may call.

use std::collections::HashMap;

use updraft_abi::Tier;
use updraft_runtime::CodeTable;
use updraft_runtime::code_space::CodeBlock;
use updraft_types::DeclaredFuncIndex;

use crate::lock_order::{Mutex, Rank};
use crate::sync::{AtomicU8, Condvar, Ordering};

/// How far the code of one tier is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Progress {
    None,
    Queued,
    Compiling,
    Done,
    Failed,
}

impl Progress {
    fn from_raw(raw: u8) -> Self {
        match raw {
            0 => Progress::None,
            1 => Progress::Queued,
            2 => Progress::Compiling,
            3 => Progress::Done,
            _ => Progress::Failed,
        }
    }
}

/// The published code of a function, by tier. Baseline code stays when
/// optimized code comes: frames may return into it.
type Blocks = [Option<CodeBlock>; 2];

/// The states of all functions for one kind of bounds checks.
pub(crate) struct FuncStates {
    states: [Box<[AtomicU8]>; 2],
    blocks: Mutex<HashMap<DeclaredFuncIndex, Blocks>>,
    waiting: Mutex<()>,
    settled: Condvar,
}

/// The right and the duty to settle a state.
pub(crate) struct Claim<'a> {
    states: &'a FuncStates,
    func: DeclaredFuncIndex,
    tier: Tier,
    outcome: Progress,
}

impl FuncStates {
    pub(crate) fn new(n_funcs: usize) -> Self {
        let states = || (0..n_funcs).map(|_| AtomicU8::new(Progress::None as u8)).collect();
        Self {
            states: [states(), states()],
            blocks: Mutex::new(Rank::Blocks, HashMap::new()),
            waiting: Mutex::new(Rank::Compiling, ()),
            settled: Condvar::new(),
        }
    }

    fn state(&self, func: DeclaredFuncIndex, tier: Tier) -> &AtomicU8 {
        &self.states[tier.index()][func.index()]
    }

    /// How far the code is.
    pub(crate) fn progress(&self, func: DeclaredFuncIndex, tier: Tier) -> Progress {
        // Pairs with the release of `settle`: who sees done sees the slot.
        Progress::from_raw(self.state(func, tier).load(Ordering::Acquire))
    }

    /// Step 1: whether the caller is the one to queue a unit.
    pub(crate) fn queue(&self, func: DeclaredFuncIndex, tier: Tier) -> bool {
        self.exchange(func, tier, Progress::None, Progress::Queued)
    }

    /// Step 2, without waiting.
    pub(crate) fn try_claim(&self, func: DeclaredFuncIndex, tier: Tier) -> Option<Claim<'_>> {
        let won = [Progress::None, Progress::Queued]
            .into_iter()
            .any(|from| self.exchange(func, tier, from, Progress::Compiling));
        // Made only when won: dropping a claim settles the state.
        won.then(|| Claim { states: self, func, tier, outcome: Progress::Failed })
    }

    /// Steps 2 and 3: a claim, or how the state was settled.
    pub(crate) fn claim(&self, func: DeclaredFuncIndex, tier: Tier) -> Result<Claim<'_>, Progress> {
        loop {
            match self.progress(func, tier) {
                Progress::None | Progress::Queued => {
                    if let Some(claim) = self.try_claim(func, tier) {
                        return Ok(claim);
                    }
                }
                Progress::Compiling => {
                    let mut lock = self.waiting.lock();
                    while self.progress(func, tier) == Progress::Compiling {
                        lock = lock.wait(&self.settled);
                    }
                }
                settled => return Err(settled),
            }
        }
    }

    /// Settles a state that was claimed on another thread, or by somebody who
    /// kept no reference meanwhile.
    pub(crate) fn settle(&self, func: DeclaredFuncIndex, tier: Tier, to: Progress) {
        let lock = self.waiting.lock();
        self.state(func, tier).store(to as u8, Ordering::Release);
        drop(lock);
        self.settled.notify_all();
    }

    fn exchange(&self, func: DeclaredFuncIndex, tier: Tier, from: Progress, to: Progress) -> bool {
        let state = self.state(func, tier);
        // Both sides: a claim after another one's failure sees all it did.
        let (from, to) = (from as u8, to as u8);
        state.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Step 4: adds code, and makes calls go there unless there is better.
    pub(crate) fn publish(
        &self,
        table: &CodeTable,
        func: DeclaredFuncIndex,
        tier: Tier,
        block: CodeBlock,
        address: usize,
    ) {
        let mut blocks = self.blocks.lock();
        let of_func = blocks.entry(func).or_default();
        let replaced = of_func[tier.index()].replace(block);
        if of_func[tier.index() + 1..].iter().all(|b| b.is_none()) {
            table.publish(func, address);
        }
        drop(blocks);
        debug_assert!(replaced.is_none(), "a tier is compiled once");
    }

    /// The highest tier that has code, and its bytes.
    pub(crate) fn published(&self, func: DeclaredFuncIndex) -> Option<(Tier, u64)> {
        highest(self.blocks.lock().get(&func)?)
    }

    /// Calls `f` with every function that has code, its highest tier and the
    /// bytes of that.
    pub(crate) fn for_each(&self, f: &mut dyn FnMut(DeclaredFuncIndex, Tier, u64)) {
        for (func, blocks) in self.blocks.lock().iter() {
            if let Some((tier, bytes)) = highest(blocks) {
                f(*func, tier, bytes);
            }
        }
    }
}

fn highest(blocks: &Blocks) -> Option<(Tier, u64)> {
    let of = |tier: Tier| blocks[tier.index()].as_ref().map(|b| (tier, b.len() as u64));
    of(Tier::Optimized).or_else(|| of(Tier::Baseline))
}

impl Claim<'_> {
    /// The code is published.
    pub(crate) fn done(mut self) {
        self.outcome = Progress::Done;
    }
    /// Gives the duty to who calls [`FuncStates::settle`].
    pub(crate) fn hand_over(self) {
        std::mem::forget(self);
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.states.settle(self.func, self.tier, self.outcome);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    const F: DeclaredFuncIndex = DeclaredFuncIndex::new(0);

    #[test]
    fn a_unit_is_queued_once_and_claimed_once() {
        let states = FuncStates::new(1);
        assert!(states.queue(F, Tier::Optimized));
        assert!(!states.queue(F, Tier::Optimized));
        let claim = states.try_claim(F, Tier::Optimized).unwrap();
        assert!(states.try_claim(F, Tier::Optimized).is_none());
        // Who lost has changed nothing.
        assert_eq!(states.progress(F, Tier::Optimized), Progress::Compiling);
        assert!(states.try_claim(F, Tier::Baseline).is_some());
        claim.done();
        assert_eq!(states.progress(F, Tier::Optimized), Progress::Done);
        assert!(states.try_claim(F, Tier::Optimized).is_none());
        assert_eq!(states.progress(F, Tier::Optimized), Progress::Done);
        // The claim of the other tier was dropped without code.
        assert_eq!(states.claim(F, Tier::Baseline).err(), Some(Progress::Failed));
    }

    #[test]
    fn threads_that_wait_get_one_compilation() {
        let states = FuncStates::new(1);
        let n_compiled = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| match states.claim(F, Tier::Baseline) {
                    Ok(claim) => {
                        std::thread::sleep(std::time::Duration::from_millis(5));
                        n_compiled.fetch_add(1, Ordering::Relaxed);
                        claim.done();
                    }
                    Err(settled) => assert_eq!(settled, Progress::Done),
                });
            }
        });
        assert_eq!(n_compiled.into_inner(), 1);
    }
}
