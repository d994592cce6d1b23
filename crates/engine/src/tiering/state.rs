//! How far the code of each function is, per kind of bounds checks.
//!
//! Owns: [`FuncStates`], and the code blocks that are published. Called by the
//! native module. Must not know: compilers, queues, why something is compiled
//! or evicted, when code that is not published any more is freed.
//! `tests/loom` checks this very file.
//!
//! # Essay: one compilation per function and tier
//!
//! Per function and tier there is a state.
//!
//! ```text
//!   ┌───────── replaced, evicted ────┐
//!   ▼                                 │
//! none ──► queued ──► compiling ──► done
//!   │         ▲          ▲   │        │
//!   │         └──────────┼───┼ anew ──┘
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
//! 4. Code is published under the lock of the blocks, unless a higher tier's
//!    is: baseline code that comes late cannot push optimized code away. A
//!    function has one published block, and the slot holds its address. What
//!    is replaced, or came late, is handed back to be retired.
//! 5. Done is stored after the slot, under the lock, so who finds done may
//!    call, and a function is done in the tier of its block and in no other.
//! 6. Evicting, under the lock: the slot gets the lazy stub, then the state is
//!    none. Who compiled meanwhile publishes after that. Only then is the
//!    block handed out, so nobody finds its address any more.
//!
//! 7. Code that turned out to be bad is compiled anew: done is exchanged for
//!    queued. It stays published until it is replaced, and if it cannot be,
//!    the state is done again.
//!
//! Who found done and calls later may meet the lazy stub, and asks again.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

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

type Blocks = HashMap<DeclaredFuncIndex, (Tier, CodeBlock), BuildHasherDefault<IndexHasher>>;

/// Spreads indices, which are dense and below the number of functions: nobody
/// can choose many that collide.
#[derive(Default)]
struct IndexHasher(u64);

impl Hasher for IndexHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_u32(u32::from(*b)));
    }
    fn write_u32(&mut self, index: u32) {
        // Tables look at the lowest and at the highest bits.
        let product = u128::from(self.0 ^ u64::from(index)) * 0x9e37_79b9_7f4a_7c15;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

/// The states of all functions for one kind of bounds checks.
pub(crate) struct FuncStates {
    states: [Box<[AtomicU8]>; 2],
    /// The published code of each function.
    blocks: Mutex<Blocks>,
    /// How many wait. To tell nobody costs a system call as well.
    waiting: Mutex<usize>,
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
            blocks: Mutex::new(Rank::Blocks, Blocks::default()),
            waiting: Mutex::new(Rank::Compiling, 0),
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

    /// Step 7: whether the caller is the one to queue a unit, if the published
    /// code is what starts at that address.
    pub(crate) fn queue_anew(&self, func: DeclaredFuncIndex, tier: Tier, start: usize) -> bool {
        let blocks = self.blocks.lock();
        let is_it = |(t, block): &(Tier, CodeBlock)| *t == tier && block.start() as usize == start;
        blocks.get(&func).is_some_and(is_it)
            && self.exchange(func, tier, Progress::Done, Progress::Queued)
    }

    /// Step 7: there is no new code. There may still be the old one.
    pub(crate) fn settle_as_before(&self, func: DeclaredFuncIndex, tier: Tier) {
        let blocks = self.blocks.lock();
        let is_there = blocks.get(&func).is_some_and(|(t, _)| *t == tier);
        let to = if is_there { Progress::Done } else { Progress::None };
        // Release: as in `settle`.
        self.state(func, tier).store(to as u8, Ordering::Release);
        drop(blocks);
        self.wake();
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
                        *lock += 1;
                        lock = lock.wait(&self.settled);
                        *lock -= 1;
                    }
                }
                settled => return Err(settled),
            }
        }
    }

    /// Settles a state that was claimed on another thread, or by somebody who
    /// kept no reference meanwhile.
    pub(crate) fn settle(&self, func: DeclaredFuncIndex, tier: Tier, to: Progress) {
        self.state(func, tier).store(to as u8, Ordering::Release);
        self.wake();
    }

    /// Wakes who waits for a state that was settled.
    fn wake(&self) {
        // Who waits looked at the state under this lock: before the state was
        // stored, and then it waits by now, or after.
        let n_waiting = *self.waiting.lock();
        if n_waiting > 0 {
            self.settled.notify_all();
        }
    }

    fn exchange(&self, func: DeclaredFuncIndex, tier: Tier, from: Progress, to: Progress) -> bool {
        let state = self.state(func, tier);
        // Both sides: a claim after another one's failure sees all it did.
        let (from, to) = (from as u8, to as u8);
        state.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Steps 4 and 5: makes calls go to code, unless there is better, and
    /// settles the state. Code that nobody reaches now, and its tier.
    pub(crate) fn publish(
        &self,
        table: &CodeTable,
        func: DeclaredFuncIndex,
        tier: Tier,
        block: CodeBlock,
        address: usize,
    ) -> Option<(Tier, CodeBlock)> {
        let mut blocks = self.blocks.lock();
        let is_late = blocks.get(&func).is_some_and(|(t, _)| t.index() > tier.index());
        let retired = if is_late {
            Some((tier, block))
        } else {
            table.publish(func, address);
            blocks.insert(func, (tier, block))
        };
        if let Some((tier, _)) = &retired {
            // Release: as in `settle`.
            self.state(func, *tier).store(Progress::None as u8, Ordering::Release);
        }
        if !is_late {
            self.state(func, tier).store(Progress::Done as u8, Ordering::Release);
        }
        drop(blocks);
        self.wake();
        retired
    }

    /// Step 6: makes calls of functions compile them again, where `wanted`
    /// says so of function, tier and code.
    pub(crate) fn evict(
        &self,
        table: &CodeTable,
        wanted: &dyn Fn(DeclaredFuncIndex, Tier, &CodeBlock) -> bool,
    ) -> Vec<(DeclaredFuncIndex, Tier, CodeBlock)> {
        let mut blocks = self.blocks.lock();
        let chosen: Vec<_> = blocks
            .iter()
            .filter(|(func, (tier, block))| wanted(**func, *tier, block))
            .map(|(func, _)| *func)
            .collect();
        let mut evicted = Vec::with_capacity(chosen.len());
        for func in chosen {
            if table.evict(func).is_err() {
                continue;
            }
            let (tier, block) = blocks.remove(&func).expect("chosen among them");
            // Release: who claims sees that the slot was stored.
            self.state(func, tier).store(Progress::None as u8, Ordering::Release);
            evicted.push((func, tier, block));
        }
        evicted
    }

    /// The tier that has code, and its bytes.
    pub(crate) fn published(&self, func: DeclaredFuncIndex) -> Option<(Tier, u64)> {
        self.blocks.lock().get(&func).map(|(tier, block)| (*tier, block.len() as u64))
    }

    /// Calls `f` with every function that has code, its tier and the bytes.
    pub(crate) fn for_each(&self, f: &mut dyn FnMut(DeclaredFuncIndex, Tier, u64)) {
        for (func, (tier, block)) in self.blocks.lock().iter() {
            f(*func, *tier, block.len() as u64);
        }
    }
}

impl Claim<'_> {
    /// The code is here: see [`FuncStates::publish`].
    pub(crate) fn publish(
        self,
        table: &CodeTable,
        block: CodeBlock,
        address: usize,
    ) -> Option<(Tier, CodeBlock)> {
        let (states, func, tier) = (self.states, self.func, self.tier);
        self.hand_over();
        states.publish(table, func, tier, block, address)
    }
    /// There is no code, but there may be another time.
    pub(crate) fn release(mut self) {
        self.outcome = Progress::None;
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
        claim.hand_over();
        states.settle(F, Tier::Optimized, Progress::Done);
        assert_eq!(states.progress(F, Tier::Optimized), Progress::Done);
        assert!(states.try_claim(F, Tier::Optimized).is_none());
        assert_eq!(states.progress(F, Tier::Optimized), Progress::Done);
        // The claim of the other tier was dropped without code.
        assert_eq!(states.claim(F, Tier::Baseline).err(), Some(Progress::Failed));
    }

    #[test]
    fn what_is_released_can_be_claimed_again() {
        let states = FuncStates::new(1);
        states.try_claim(F, Tier::Baseline).unwrap().release();
        assert_eq!(states.progress(F, Tier::Baseline), Progress::None);
        assert!(states.claim(F, Tier::Baseline).is_ok());
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
                        claim.hand_over();
                        states.settle(F, Tier::Baseline, Progress::Done);
                    }
                    Err(settled) => assert_eq!(settled, Progress::Done),
                });
            }
        });
        assert_eq!(n_compiled.into_inner(), 1);
    }
}
