//! Pages of a memory that another thread makes while this one fills them.
//!
//! Owns: [`Prefault`]. Called when active segments are applied. Must not know:
//! what is written, whose thread helps.
//!
//! The system zeroes a page before it is written, which takes longer than to
//! copy into it: half a millisecond for a large one, of which python's data
//! fills four (2026-11, two x86-64 cores). Threads that compile have nothing to
//! do then. So one of them makes pages from the last one on, and this thread,
//! which touches them from the first one on, finds about half of them made.
//! Both may come to one page: the system sorts that out, and nothing is written.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use crate::sys;

/// Work that ends soon and waits for nothing.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// Pages are made until this is dropped.
#[derive(Debug)]
pub(crate) struct Prefault {
    /// Whether more are wanted. Held while some are made.
    go_on: Arc<Mutex<bool>>,
}

impl Prefault {
    /// Has all but the first of these ranges of addresses made, if `spawn`
    /// finds a thread. Nothing for one range: it is as fast alone.
    ///
    /// # Safety
    ///
    /// They are mapped as long as this lives.
    pub(crate) unsafe fn start(parts: Vec<Range<usize>>, spawn: &dyn Fn(Job)) -> Option<Self> {
        if parts.len() < 2 {
            return None;
        }
        let go_on = Arc::new(Mutex::new(true));
        let helper = go_on.clone();
        spawn(Box::new(move || {
            for part in parts[1..].iter().rev() {
                let go_on = helper.lock().unwrap_or_else(PoisonError::into_inner);
                if !*go_on {
                    return;
                }
                // SAFETY: this does not end while the lock is held, and by the
                // contract the range is mapped until then.
                unsafe { sys::populate(part.start, part.len()) };
            }
        }));
        Some(Self { go_on })
    }
}

impl Drop for Prefault {
    fn drop(&mut self) {
        *self.go_on.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::memory::{LARGE_PAGE_BYTES, LinearMemory, MemoryKind, MemoryPlan};

    #[test]
    fn pages_are_made_until_nobody_wants_them() {
        for late in [false, true] {
            let plan = MemoryPlan { kind: MemoryKind::Guarded, min_pages: 200 };
            let mut memory = LinearMemory::new(plan).unwrap();
            let parts =
                (0..4).map(|i| i * LARGE_PAGE_BYTES as u64..(i + 1) * LARGE_PAGE_BYTES as u64);
            let parts: Vec<_> = parts.filter_map(|part| memory.expect_data(part)).collect();
            assert!(parts.len() >= 3);
            let jobs = RefCell::new(Vec::new());
            // SAFETY: the memory lives longer.
            let prefault = unsafe { Prefault::start(parts, &|job| jobs.borrow_mut().push(job)) };
            let job = jobs.borrow_mut().pop().unwrap();
            if late {
                drop(prefault);
                drop(memory);
                job();
            } else {
                let thread = std::thread::spawn(job);
                // SAFETY: no machine code runs.
                unsafe { memory.data_mut() }.fill(1);
                drop(prefault);
                thread.join().unwrap();
                // SAFETY: as above.
                assert!(unsafe { memory.data() }.iter().all(|byte| *byte == 1));
            }
        }
    }

    #[test]
    fn one_part_needs_no_help() {
        let part = std::iter::once(0..1);
        // SAFETY: there is no job.
        let prefault = unsafe { Prefault::start(part.collect(), &|_| unreachable!()) };
        assert!(prefault.is_none());
    }
}
