//! The gate of an isolate: whoever is found outside stands still while it is
//! looked at.

use std::sync::Arc;

use loom::cell::UnsafeCell;
use loom::thread;
use updraft_abi::isolate::State;

use super::product::{Gate, GateWaiters};
use crate::sync::{Ordering, process_barrier};

struct Vm {
    gate: Gate,
    waiters: GateWaiters,
    /// What a walk reads: frames, and where they begin.
    frames: UnsafeCell<u32>,
}

// SAFETY: whether threads keep off each other is what the models check.
unsafe impl Send for Vm {}
// SAFETY: as above.
unsafe impl Sync for Vm {}

impl Vm {
    fn new() -> Arc<Vm> {
        let (gate, waiters) = (Gate::new(), GateWaiters::new());
        Arc::new(Vm { gate, waiters, frames: UnsafeCell::new(0) })
    }

    /// A call from outside, as the thunks do it (E1 to E4).
    fn call(&self) {
        self.gate.state.store(State::InWasm as u32, Ordering::Relaxed);
        // The barrier of the other thread, which is for all.
        process_barrier();
        if self.gate.n_closed.load(Ordering::Acquire) != 0 {
            self.gate.wait(&self.waiters, State::Outside as u32);
        }
        // SAFETY: the checker fails if another thread looks.
        self.frames.with_mut(|frames| unsafe { *frames += 1 });
        self.gate.state.store(State::Outside as u32, Ordering::Release);
    }

    /// A call from outside with an upcall that stands still; it goes on in wasm.
    fn call_with_upcall(&self) {
        self.gate.state.store(State::InWasm as u32, Ordering::Relaxed);
        process_barrier();
        if self.gate.n_closed.load(Ordering::Acquire) != 0 {
            self.gate.wait(&self.waiters, State::Outside as u32);
        }
        // SAFETY: the checker fails if another thread looks.
        self.frames.with_mut(|frames| unsafe { *frames += 1 });
        assert!(self.gate.leave());
        self.gate.come_back(&self.waiters);
        // SAFETY: as above.
        self.frames.with_mut(|frames| unsafe { *frames += 1 });
    }

    /// As the collector does it (C1 to C4).
    fn look(&self) {
        self.gate.close();
        process_barrier();
        if self.gate.stands_still() {
            // SAFETY: the checker fails if another thread changes them.
            self.frames.with(|frames| unsafe { *frames });
        }
        self.gate.open(&self.waiters);
    }
}

/// A thread calls, while another looks at its stack, twice.
pub fn who_is_looked_at_stands_still() {
    let vm = Vm::new();
    let caller = {
        let vm = vm.clone();
        thread::spawn(move || vm.call())
    };
    vm.look();
    vm.look();
    caller.join().expect("it does not panic");
}

/// A thread is in an upcall, while another looks at its stack.
pub fn an_upcall_stands_still() {
    let vm = Vm::new();
    let caller = {
        let vm = vm.clone();
        thread::spawn(move || vm.call_with_upcall())
    };
    vm.look();
    caller.join().expect("it does not panic");
}

/// Two look at a thread that calls: it gets on after both.
pub fn who_waits_goes_on() {
    let vm = Vm::new();
    let look = || {
        let vm = vm.clone();
        thread::spawn(move || vm.look())
    };
    let others = [look(), look()];
    vm.call();
    for other in others {
        other.join().expect("it does not panic");
    }
}
