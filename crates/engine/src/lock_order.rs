//! The order in which the engine's locks are taken.
//!
//! Owns: [`Rank`], the one list of the engine's locks, and [`Mutex`], a lock
//! that checks the order in debug builds. Every lock of this crate is one of
//! these. Must not know: what the locks guard.
//!
//! # Essay: the order
//!
//! A thread takes a lock only if it holds none of the same rank or a later
//! one. While a lock is held, nothing of the embedder's is called and no last
//! reference to code is dropped: that may take locks of its own. What is to be
//! dropped is taken out under the lock and dropped after it.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, PoisonError};
use std::time::Duration;

/// The engine's locks, outermost first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub(crate) enum Rank {
    /// A deadline watcher's queue.
    Deadlines = 1,
    /// The instant of one isolate's deadline.
    Deadline,
    /// Tasks of one isolate.
    Tasks,
    /// The last snapshot of what one isolate has seen.
    Seen,
    /// Who makes room for code.
    Room,
    /// Who waits for a function to be compiled.
    Compiling,
    /// Code blocks of a module.
    Blocks,
    /// Code for loops of a module.
    Osr,
    /// Which guards of a module do not hold, or when an isolate met the last.
    Misses,
    /// Code that nobody reaches, and who owes a report.
    CodeGc,
    /// All isolates, and all modules, of an engine.
    Registry,
    /// Compile errors of a module.
    Errors,
    /// What threads that help with one thing share.
    Work,
    /// Pieces that are being worked on.
    InFlight,
    /// Units that wait for a worker.
    Units,
    /// The thread pool's queue.
    Pool,
    /// What tiering notes of a module.
    TierLog,
}

thread_local! {
    /// A bit per rank that this thread holds.
    static HELD: Cell<u32> = const { Cell::new(0) };
}

/// A lock with a place in the order. A panic while it is held does not poison
/// it: what these locks guard is whole after every statement.
#[derive(Debug)]
pub(crate) struct Mutex<T> {
    rank: Rank,
    inner: std::sync::Mutex<T>,
}

impl<T> Mutex<T> {
    pub(crate) const fn new(rank: Rank, value: T) -> Self {
        Self { rank, inner: std::sync::Mutex::new(value) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        let bit = 1 << self.rank as u32;
        if cfg!(debug_assertions) {
            let held = HELD.get();
            assert!(held < bit, "lock {:?} taken while holding {held:#b}", self.rank);
            HELD.set(held | bit);
        }
        let guard = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        MutexGuard { guard: Some(guard), bit }
    }
}

/// A held lock.
pub(crate) struct MutexGuard<'a, T> {
    /// None only while it is taken apart.
    guard: Option<std::sync::MutexGuard<'a, T>>,
    bit: u32,
}

impl<'a, T> MutexGuard<'a, T> {
    /// Waits for `condvar`; the lock counts as held meanwhile.
    pub(crate) fn wait(mut self, condvar: &Condvar) -> Self {
        let guard = self.guard.take().expect("held");
        self.guard = Some(condvar.wait(guard).unwrap_or_else(PoisonError::into_inner));
        self
    }

    /// Waits for `condvar`, at most for a time.
    pub(crate) fn wait_timeout(mut self, condvar: &Condvar, timeout: Duration) -> Self {
        let guard = self.guard.take().expect("held");
        let waited = condvar.wait_timeout(guard, timeout);
        self.guard = Some(waited.unwrap_or_else(PoisonError::into_inner).0);
        self
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if cfg!(debug_assertions) {
            HELD.set(HELD.get() & !self.bit);
        }
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.guard.as_ref().expect("held")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.guard.as_mut().expect("held")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(debug_assertions)]
    fn the_wrong_order_is_noticed() {
        let outer = Mutex::new(Rank::Blocks, ());
        let inner = Mutex::new(Rank::Pool, ());
        let right = outer.lock();
        drop(inner.lock());
        drop(right);
        let held = inner.lock();
        let wrong = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(outer.lock())));
        assert!(wrong.is_err());
        drop(held);
        drop(outer.lock());
    }
}
