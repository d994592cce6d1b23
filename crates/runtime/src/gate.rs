//! Looking at the stacks of isolates that are not in wasm, from any thread.
//!
//! Owns: the gate in each isolate, which keeps it from entering and from
//! returning to wasm (its atomics are in `gate/state.rs`), and the lists of
//! code addresses on a stack. Called by
//! the engine's code collector, and by thunks that find the gate closed. Must
//! not know: what the lists are for.
//!
//! # Essay: the gate
//!
//! The thread of an isolate, in the thunks between host and wasm:
//! - E1. It stores the state *in wasm*, with a plain store.
//! - E2. It loads the gate, with a plain load. If it is closed, it stores the
//!   state it came from again, waits until the gate is open, and goes to E1.
//! - E3. Only then does it change what a walk reads: it makes an entry frame,
//!   or returns into wasm, or leaves frames of wasm because the host said so.
//! - E4. When it leaves for the host it stores `EXIT_FP` first and the state
//!   *in host* second; when a call ends, the former `EXIT_FP` and `ENTRY_SP`
//!   first and the former state second.
//!
//! The collector, on any thread:
//! - C1. It closes the gates of all isolates that it wants to look at.
//! - C2. One `membarrier`: every thread of the process executes a full barrier.
//! - C3. It reads an isolate's state. *Outside* or *in host*: the thread stays
//!   there. Either it did E1 before the barrier, and then C3 sees that or a
//!   later state (E4); or it does E1 after it, and then E2 sees the gate
//!   closed. So `ENTRY_SP`, `EXIT_FP` and all frames of wasm stand still, and
//!   the collector reads them: E4's order makes them fit the state.
//!   *In wasm*: it must wait for the isolate's own report, or look again: a
//!   thread on its way to E2 and back shows that for a moment.
//! - C4. It opens the gates. What it wrote before (code table slots) is seen by
//!   threads that come through.
//!
//! E1, E2 and E4 need that the processor does not reorder stores with stores
//! nor loads with loads: x86-64 does not, another processor's thunks must say
//! so. The store of E1 may come after the load of E2, and C2 pays for that.
//!
//! The stack of a thread that waits, or that runs the host, does not go away:
//! host frames stand on the frames of wasm, and leaving those is E3. A thread
//! may close the gate of an isolate that waits for the host on the very same
//! thread, if it opens it before it returns.
//!
//! An upcall that may take long, or waits for other threads, does so in the
//! state *in host* ([`VmIsolate::stand_still`]), so that nobody waits for it:
//! the stub that called it has stored `EXIT_FP`, and no wasm runs before it
//! returns, so both halves of the protocol hold for it as for a host function.
//!
//! What is on no stack: an address that was looked up to be jumped to. Machine
//! code loads slots in the state *in wasm* only; addresses that an upcall
//! returns are not to be held across a report (`Upcalls::tier_up`). A thread
//! whose fault is being turned into a trap is in wasm, too, and reports nothing
//! before it has left.

mod state;

use std::sync::Arc;

use crate::frames;
use crate::isolate::VmIsolate;
use crate::sys;
use crate::trap::signal;

pub(crate) use state::{Gate, GateWaiters};

/// What thunks call that found the gate closed (E2). `state` is where the
/// isolate came from; on return it is in wasm again.
pub(crate) extern "C" fn wait(vm: &VmIsolate, state: u32) {
    vm.gate.wait(&vm.at_gate, state);
}

/// Isolates that cannot get into wasm until this is dropped, unless they are
/// there already.
pub struct ClosedGates {
    isolates: Vec<Arc<VmIsolate>>,
}

impl ClosedGates {
    /// Closes the gates of isolates (C1, C2). Nothing if the system has no
    /// barrier for all threads: then only isolates themselves can report.
    pub fn close(isolates: Vec<Arc<VmIsolate>>) -> Option<Self> {
        for vm in &isolates {
            vm.gate.close();
        }
        // From here on dropping opens them.
        let closed = Self { isolates };
        sys::process_barrier().then_some(closed)
    }

    /// The isolates.
    pub fn isolates(&self) -> &[Arc<VmIsolate>] {
        &self.isolates
    }

    /// Adds the addresses that the stack of the `i`-th isolate may return to,
    /// host and stubs included (C3). False, and nothing is added, if it is in
    /// wasm now: it may be asked again, or must report for itself.
    pub fn live_return_pcs(&self, i: usize, into: &mut Vec<usize>) -> bool {
        let vm = &self.isolates[i];
        let stands_still = vm.gate.stands_still();
        if stands_still {
            collect(vm, into);
        }
        stands_still
    }
}

impl Drop for ClosedGates {
    fn drop(&mut self) {
        for vm in &self.isolates {
            vm.gate.open(&vm.at_gate);
        }
    }
}

impl std::fmt::Debug for ClosedGates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClosedGates({})", self.isolates.len())
    }
}

impl VmIsolate {
    /// Runs `f` so that others may look at the stack meanwhile, as if it was a
    /// host function. In an upcall, or elsewhere where it changes nothing.
    ///
    /// `f` must not lead into wasm of this isolate without an entry thunk, and
    /// no address of code that was found before or in it is jumped to after
    /// it: the code may be gone. No lock may be held, since this may wait.
    pub fn stand_still<R>(&self, f: impl FnOnce() -> R) -> R {
        struct ComeBack<'a>(&'a VmIsolate);
        impl Drop for ComeBack<'_> {
            fn drop(&mut self) {
                self.0.gate.come_back(&self.0.at_gate);
            }
        }
        let _come_back = self.gate.leave().then(|| ComeBack(self));
        f()
    }

    /// Adds the addresses that this isolate's stack may return to, host and
    /// stubs included: an isolate's own report. False, and nothing is added,
    /// if it does not run on the calling thread.
    ///
    /// To be called in an upcall or a host function, the only places where
    /// code of others runs on the thread of a running isolate. Code that an
    /// interrupt stopped is found by the return address of the stub.
    pub fn own_live_return_pcs(&self, into: &mut Vec<usize>) -> bool {
        if signal::current() != std::ptr::from_ref(self).cast_mut().cast() {
            return false;
        }
        collect(self, into);
        true
    }
}

fn collect(vm: &VmIsolate, into: &mut Vec<usize>) {
    frames::walk_pcs(vm, None, &mut |pc, _, _| {
        into.push(pc);
        true
    });
}
