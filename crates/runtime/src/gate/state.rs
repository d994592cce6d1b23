//! Where an isolate is, and whether it may go into wasm: two words, and who
//! waits.
//!
//! Owns: the atomics of the protocol that `gate.rs` tells. Used by the gate
//! and by the isolate. Must not know: stacks, what a collector looks for.
//! `tests/loom` checks this very file.

use updraft_abi::isolate::State;

use crate::sync::{AtomicU32, Condvar, Mutex, Ordering, PoisonError, compiler_fence};

/// The two words that thunks and other threads meet at.
#[repr(C)]
pub(crate) struct Gate {
    /// Where the isolate is.
    pub(crate) state: AtomicU32,
    /// Number of those who keep the gate closed.
    pub(crate) n_closed: AtomicU32,
}

/// Who waits for a gate to open.
pub(crate) struct GateWaiters {
    /// Held to open a gate, and between finding it closed and waiting.
    lock: Mutex<()>,
    opened: Condvar,
}

impl GateWaiters {
    /// Nobody.
    pub(crate) fn new() -> Self {
        Self { lock: Mutex::new(()), opened: Condvar::new() }
    }
}

impl Gate {
    /// Outside, and open.
    pub(crate) fn new() -> Self {
        Self { state: AtomicU32::new(State::Outside as u32), n_closed: AtomicU32::new(0) }
    }

    /// Waits until the gate is open (E2). `state` is where the isolate came
    /// from; on return it is in wasm again.
    pub(crate) fn wait(&self, waiters: &GateWaiters, state: u32) {
        loop {
            // Release: pairs with the collector's load of the state.
            self.state.store(state, Ordering::Release);
            let mut guard = waiters.lock.lock().unwrap_or_else(PoisonError::into_inner);
            while self.n_closed.load(Ordering::Acquire) != 0 {
                guard = waiters.opened.wait(guard).unwrap_or_else(PoisonError::into_inner);
            }
            drop(guard);
            // E1 and E2 once more; the barrier of C2 orders them on the processor.
            self.state.store(State::InWasm as u32, Ordering::Relaxed);
            compiler_fence(Ordering::SeqCst);
            if self.n_closed.load(Ordering::Acquire) == 0 {
                return;
            }
        }
    }

    /// Leaves wasm for Rust that may take long. False if the isolate is not in
    /// wasm: then there is nothing to come back to.
    pub(crate) fn leave(&self) -> bool {
        if self.stands_still() {
            return false;
        }
        // Release: E4; pairs with the collector's load of the state.
        self.state.store(State::InHost as u32, Ordering::Release);
        true
    }

    /// Goes back to wasm (E1, E2).
    pub(crate) fn come_back(&self, waiters: &GateWaiters) {
        self.state.store(State::InWasm as u32, Ordering::Relaxed);
        // The barrier of C2 orders the two on the processor.
        compiler_fence(Ordering::SeqCst);
        if self.n_closed.load(Ordering::Acquire) != 0 {
            self.wait(waiters, State::InHost as u32);
        }
    }

    /// Closes the gate (C1).
    pub(crate) fn close(&self) {
        self.n_closed.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether the isolate stands still: not if it is in wasm (C3).
    pub(crate) fn stands_still(&self) -> bool {
        // Acquire: pairs with the stores of E4 and with `wait`.
        self.state.load(Ordering::Acquire) != State::InWasm as u32
    }

    /// Opens the gate (C4), if nobody else keeps it closed.
    pub(crate) fn open(&self, waiters: &GateWaiters) {
        let guard = waiters.lock.lock().unwrap_or_else(PoisonError::into_inner);
        // Release: threads that come through see what was done before.
        let n_before = self.n_closed.fetch_sub(1, Ordering::Release);
        drop(guard);
        if n_before == 1 {
            waiters.opened.notify_all();
        }
    }

    /// Whether no frame of wasm is on the stack. On the isolate's thread.
    pub(crate) fn is_outside(&self) -> bool {
        self.state.load(Ordering::Relaxed) == State::Outside as u32
    }
}
