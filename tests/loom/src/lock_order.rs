//! What the engine calls `crate::lock_order`, with the checker's lock. The
//! order itself is checked in the engine.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use loom::sync::Condvar;

/// Places in the order.
#[allow(missing_docs, reason = "the engine says what they are")]
pub enum Rank {
    Deadlines,
    Deadline,
    Tasks,
    Room,
    Compiling,
    Blocks,
    Osr,
    CodeGc,
    Units,
}

/// A lock.
pub struct Mutex<T>(loom::sync::Mutex<T>);

/// A held lock.
pub struct MutexGuard<'a, T>(loom::sync::MutexGuard<'a, T>);

impl<T> Mutex<T> {
    /// An open lock.
    pub fn new(_: Rank, value: T) -> Self {
        Self(loom::sync::Mutex::new(value))
    }
    /// Locks it.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard(self.0.lock().expect("models do not poison"))
    }
}

impl<T> MutexGuard<'_, T> {
    /// Waits for `condvar`.
    pub fn wait(self, condvar: &Condvar) -> Self {
        Self(condvar.wait(self.0).expect("models do not poison"))
    }
    /// Waits for `condvar`, at most for a time.
    pub fn wait_timeout(self, condvar: &Condvar, timeout: Duration) -> Self {
        Self(condvar.wait_timeout(self.0, timeout).expect("models do not poison").0)
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
