//! How any thread asks something of an isolate, and how the isolate's thread
//! comes to see it.
//!
//! Owns: the limit word, the request bits and the descriptor that wakes; the
//! protocol between them. Called by the isolate, which tells when what
//! happens. Must not know: what the bits mean, beside which of them stop.
//! `tests/loom` checks this very file.
//!
//! # Essay: raising and servicing requests
//!
//! 1. Any thread: `raise` ors bits into `bits`, fences, then stores `u64::MAX`
//!    to `limit`, then makes the wake descriptor readable.
//! 2. The isolate's thread, at a check: `sp < limit`, so the `interrupt`
//!    builtin runs (`builtins::interrupt_body`). If the stack pointer is below
//!    the real limit the stack is exhausted: a trap.
//! 3. Otherwise it hands the bits to `Upcalls::interrupt`, which clears what
//!    it has dealt with and may ask for a trap.
//! 4. `settle` stores the real limit, fences, and rereads the bits: if any
//!    came meanwhile, it stores `u64::MAX` again. Of the two fences one comes
//!    first. If it is the one of `raise`, the reread sees the bits; if it is
//!    the one of `settle`, the `u64::MAX` of `raise` comes after the real
//!    limit. So no request is lost.
//! 5. Entering wasm from outside settles only if the real limit changes:
//!    an untouched limit word is either right already or `u64::MAX`.
//!
//! Who blocks polls the descriptor, which is made at first use. Whoever makes
//! it fences and rereads the bits; whoever raises fences and then looks for
//! it: one of the two makes it readable. `clear` drains it only after the last
//! bit that stops is gone, and makes it readable again if one came meanwhile.
//! A thread that raises may be so late to make it readable that its bit is
//! served and gone: so who was woken and finds no bit drains it too (`calm`),
//! or would be woken for nothing for ever.

use crate::sync::{AtomicU64, OnceLock, Ordering, fence};
use crate::sys::{Wake, WakeFd};

/// What can be asked of an isolate from any thread: bits of `REQUESTS`.
pub mod request {
    /// End the running call with a trap, once.
    pub const INTERRUPT: u64 = 1;
    /// End the running call and all later ones.
    pub const TERMINATE: u64 = 2;
    /// The deadline has passed: end all calls until it is moved.
    pub const DEADLINE: u64 = 4;
    /// Run the tasks that other threads handed over.
    pub const TASKS: u64 = 8;
    /// Report which code is on the stack.
    pub const CODE_GC: u64 = 16;
    /// What makes a thread that blocks or copies in bulk give up.
    pub const STOPS: u64 = INTERRUPT | TERMINATE | DEADLINE;
}

/// The two words that machine code and other threads meet at.
#[repr(C)]
pub(crate) struct Requests {
    /// What machine code compares its stack pointer with.
    pub(crate) limit: AtomicU64,
    pub(crate) bits: AtomicU64,
}

impl Requests {
    /// No request, and a limit that every stack pointer is below.
    pub(crate) fn new() -> Self {
        Self { limit: AtomicU64::new(u64::MAX), bits: AtomicU64::new(0) }
    }

    /// Asks something (step 1). From any thread.
    pub(crate) fn raise(&self, bits: u64, wake: &OnceLock<Wake>) {
        // AcqRel: what was done before is seen by who finds the bit.
        self.bits.fetch_or(bits, Ordering::AcqRel);
        // Pairs with the fences of `settle` and `wake_fd`.
        fence(Ordering::SeqCst);
        self.limit.store(u64::MAX, Ordering::Relaxed);
        // Only a stop concerns who blocks: all else waits, or is done on its behalf.
        if bits & request::STOPS != 0
            && let Some(wake) = wake.get()
        {
            wake.signal();
        }
    }

    /// Takes requests back.
    pub(crate) fn clear(&self, bits: u64, wake: &OnceLock<Wake>) {
        // AcqRel: pairs with `raise`.
        let left = self.bits.fetch_and(!bits, Ordering::AcqRel) & !bits;
        if left & request::STOPS == 0 {
            self.calm(wake);
        }
    }

    /// Makes the descriptor unreadable, found that no stop is pending.
    pub(crate) fn calm(&self, wake: &OnceLock<Wake>) {
        if let Some(wake) = wake.get() {
            wake.drain();
            // A request that came between would have been drained with it.
            if self.get() & request::STOPS != 0 {
                wake.signal();
            }
        }
    }

    /// What is asked now.
    pub(crate) fn get(&self) -> u64 {
        self.bits.load(Ordering::Acquire)
    }

    /// Stores the real limit and rereads the requests (step 4).
    pub(crate) fn settle(&self, real_limit: u64) {
        self.limit.store(real_limit, Ordering::Relaxed);
        // Pairs with the fence of `raise`.
        fence(Ordering::SeqCst);
        if self.bits.load(Ordering::Relaxed) != 0 {
            self.limit.store(u64::MAX, Ordering::Relaxed);
        }
    }

    /// The descriptor that is readable while a request to stop is pending.
    pub(crate) fn wake_fd<'a>(&self, wake: &'a OnceLock<Wake>) -> std::io::Result<WakeFd<'a>> {
        if wake.get().is_none() {
            let _ = wake.set(Wake::new()?);
            // Pairs with the fence of `raise`.
            fence(Ordering::SeqCst);
            if self.get() & request::STOPS != 0 {
                wake.get().expect("set above").signal();
            }
        }
        Ok(wake.get().expect("set above").fd())
    }
}
