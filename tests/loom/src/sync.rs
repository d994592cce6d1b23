//! What the product calls `crate::sync`, with the checker's primitives.

use loom::cell::UnsafeCell;
pub use loom::sync::atomic::{
    AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence,
};
pub use loom::sync::{Condvar, Mutex};
pub use std::sync::PoisonError;

/// A fence for the compiler alone is used where another thread pays for both
/// with a barrier for the whole process: then it orders as a full one does.
pub fn compiler_fence(order: Ordering) {
    fence(order);
}

/// The barrier for the whole process.
pub fn process_barrier() {
    fence(Ordering::SeqCst);
}

const EMPTY: usize = 0;
const BUSY: usize = 1;
const FULL: usize = 2;

/// `std::sync::OnceLock`, as far as it is used, with the orderings that its
/// documents promise.
pub struct OnceLock<T> {
    state: AtomicUsize,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: as for the standard library's: the value is written once, by one
// thread, before `state` lets others read it.
unsafe impl<T: Send> Send for OnceLock<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}

impl<T> OnceLock<T> {
    /// Empty.
    pub fn new() -> Self {
        Self { state: AtomicUsize::new(EMPTY), value: UnsafeCell::new(None) }
    }

    /// The value, if there is one.
    pub fn get(&self) -> Option<&T> {
        if self.state.load(Ordering::Acquire) != FULL {
            return None;
        }
        // SAFETY: it is full, and never written again.
        self.value.with(|value| unsafe { (*value).as_ref() })
    }

    /// Sets the value, if there is none.
    pub fn set(&self, value: T) -> Result<(), T> {
        let (ok, err) = (Ordering::Acquire, Ordering::Acquire);
        if self.state.compare_exchange(EMPTY, BUSY, ok, err).is_err() {
            return Err(value);
        }
        // SAFETY: this thread alone made it busy.
        self.value.with_mut(|place| unsafe { *place = Some(value) });
        self.state.store(FULL, Ordering::Release);
        Ok(())
    }
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self::new()
    }
}
