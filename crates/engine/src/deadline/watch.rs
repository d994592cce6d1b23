//! Deadlines and who watches them.
//!
//! Owns: [`Deadline`], the instant of one isolate, and [`Watch`], the queue of
//! the thread that watches all. Called by `deadline.rs`, which has the thread
//! and the clock. Must not know: what time is, beside that it has an order.
//! `tests/loom` checks this very file.
//!
//! # Essay: a deadline
//!
//! 1. `Deadline::set` stores the instant and takes back a deadline that has
//!    passed, both under the cell's lock. Then the setter queues (instant,
//!    cell) for the watcher, and wakes it.
//! 2. The watcher sleeps until the earliest instant in its queue. Then it
//!    looks into the cell: only if the instant there has passed as well (it
//!    may have been moved) does it raise the request, still under the cell's
//!    lock. So a request that is raised belongs to the deadline that is set,
//!    and none is taken back that belongs to a later one.
//! 3. The queue's lock is not held meanwhile: dropping the last reference to
//!    an isolate under it would be wrong.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use updraft_runtime::{VmIsolate, request};

use crate::lock_order::{Mutex, Rank};
use crate::sync::Condvar;

/// The deadline of one isolate. Holds nothing whose end needs a lock.
pub(crate) struct Deadline<T> {
    vm: Arc<VmIsolate>,
    pub(super) at: Mutex<Option<T>>,
}

impl<T: Copy + Ord> Deadline<T> {
    /// None yet.
    pub(crate) fn new(vm: Arc<VmIsolate>) -> Self {
        Self { vm, at: Mutex::new(Rank::Deadline, None) }
    }

    /// The isolate.
    pub(crate) fn vm(&self) -> &VmIsolate {
        &self.vm
    }

    /// Sets it or takes it back (step 1).
    pub(crate) fn set(&self, at: Option<T>) {
        let mut cell = self.at.lock();
        *cell = at;
        self.vm.clear(request::DEADLINE);
    }

    /// Raises the request if the deadline has passed (step 2).
    fn raise_if_passed(&self, now: T) {
        let cell = self.at.lock();
        if cell.is_some_and(|at| at <= now) {
            self.vm.raise(request::DEADLINE);
        }
    }
}

struct Entry<T> {
    at: T,
    deadline: Weak<Deadline<T>>,
}

impl<T: Ord> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}
impl<T: Ord> Eq for Entry<T> {}
impl<T: Ord> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T: Ord> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.cmp(&other.at)
    }
}

/// What the watching thread waits for.
pub(crate) struct Watch<T> {
    queue: Mutex<BinaryHeap<Reverse<Entry<T>>>>,
    changed: Condvar,
}

impl<T: Copy + Ord> Watch<T> {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self { queue: Mutex::new(Rank::Deadlines, BinaryHeap::new()), changed: Condvar::new() }
    }

    /// Has the watcher look at a deadline at an instant.
    pub(crate) fn add(&self, at: T, deadline: &Arc<Deadline<T>>) {
        let mut queue = self.queue.lock();
        queue.push(Reverse(Entry { at, deadline: Arc::downgrade(deadline) }));
        // Deadlines that are moved often must not pile up.
        if queue.len() > 1024 && queue.len().is_power_of_two() {
            let entries = std::mem::take(&mut *queue);
            *queue = entries
                .into_iter()
                .filter(|Reverse(e)| {
                    e.deadline.upgrade().is_some_and(|d| *d.at.lock() == Some(e.at))
                })
                .collect();
        }
        self.changed.notify_one();
    }

    /// One round of the watching thread: looks at one deadline that is due, or
    /// waits until there may be one. Whether one was due.
    pub(crate) fn round(&self, now: T, left: impl FnOnce(T) -> Duration) -> bool {
        let mut queue = self.queue.lock();
        match queue.peek().map(|Reverse(e)| e.at) {
            None => drop(queue.wait(&self.changed)),
            Some(at) if at > now => drop(queue.wait_timeout(&self.changed, left(at))),
            Some(_) => {
                let entry = queue.pop();
                drop(queue);
                if let Some(deadline) = entry.and_then(|Reverse(e)| e.deadline.upgrade()) {
                    deadline.raise_if_passed(now);
                }
                return true;
            }
        }
        false
    }
}
