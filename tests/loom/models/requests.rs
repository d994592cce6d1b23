//! Requests to an isolate: none is lost, and whoever blocks is woken.

use std::sync::Arc;

use loom::thread;

use super::product::{Requests, request};
use crate::sync::{OnceLock, Ordering};
use crate::sys::Wake;

const REAL_LIMIT: u64 = 100;

struct Vm {
    requests: Requests,
    wake: OnceLock<Wake>,
}

impl Vm {
    fn new() -> Arc<Vm> {
        Arc::new(Vm { requests: Requests::new(), wake: OnceLock::new() })
    }

    /// A thread that raises something.
    fn raiser(self: &Arc<Vm>, bits: u64) -> thread::JoinHandle<()> {
        let vm = self.clone();
        thread::spawn(move || vm.requests.raise(bits, &vm.wake))
    }

    fn limit(&self) -> u64 {
        self.requests.limit.load(Ordering::Relaxed)
    }

    fn is_woken(&self) -> bool {
        self.wake.get().is_some_and(Wake::is_readable)
    }
}

/// A check of machine code, twice, while others raise: what is not served in
/// the end is seen by the next check.
pub fn no_request_is_lost() {
    let vm = Vm::new();
    let others = [vm.raiser(request::INTERRUPT), vm.raiser(request::TASKS)];
    vm.requests.settle(REAL_LIMIT);
    if vm.limit() == u64::MAX {
        vm.requests.clear(vm.requests.get(), &vm.wake);
        vm.requests.settle(REAL_LIMIT);
    }
    for other in others {
        other.join().expect("it does not panic");
    }
    if vm.requests.get() != 0 {
        assert_eq!(vm.limit(), u64::MAX, "a request was lost");
    }
}

/// A thread makes the descriptor to block on it, while another wants it.
pub fn whoever_blocks_is_woken() {
    let vm = Vm::new();
    let other = vm.raiser(request::TERMINATE);
    vm.requests.wake_fd(&vm.wake).expect("there are descriptors");
    other.join().expect("it does not panic");
    assert!(vm.is_woken(), "nobody woke it");
}

/// A request to stop is taken back while another comes.
pub fn a_stop_outlives_another() {
    let vm = Vm::new();
    vm.requests.wake_fd(&vm.wake).expect("there are descriptors");
    vm.requests.raise(request::INTERRUPT, &vm.wake);
    let other = vm.raiser(request::TERMINATE);
    vm.requests.clear(request::INTERRUPT, &vm.wake);
    other.join().expect("it does not panic");
    assert!(vm.is_woken(), "nobody woke it");
}

/// A request is served before the thread that raised it gets to waking.
pub fn nobody_is_woken_for_ever() {
    let vm = Vm::new();
    vm.requests.wake_fd(&vm.wake).expect("there are descriptors");
    let other = vm.raiser(request::INTERRUPT);
    if vm.requests.get() & request::STOPS != 0 {
        vm.requests.clear(request::INTERRUPT, &vm.wake);
    }
    other.join().expect("it does not panic");
    if vm.requests.get() & request::STOPS == 0 {
        // As `Isolate::pending_stop` does for who was woken.
        vm.requests.calm(&vm.wake);
        assert!(!vm.is_woken(), "woken for nothing");
    }
}
