//! Handles of isolates for other threads, and the thread that watches
//! deadlines.
//!
//! # Essay: a deadline
//!
//! 1. `set_deadline` stores the instant in the handle's shared cell, takes
//!    back a deadline that has passed, and queues (instant, cell) for the
//!    watcher, which it starts if there is none.
//! 2. The watcher sleeps until the earliest instant in its queue. Then it
//!    looks into the cell: only if the instant there has passed as well (it
//!    may have been moved) does it raise the request.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::sync::{Arc, Condvar, OnceLock, Weak};
use std::time::{Duration, Instant};

use updraft_runtime::{VmIsolate, request};

use crate::lock_order::{Mutex, Rank};
use crate::tasks::TaskQueue;
use crate::tiering::Units;

struct Shared {
    vm: Arc<VmIsolate>,
    deadline: Mutex<Option<Instant>>,
    tasks: Arc<TaskQueue>,
    units: Units,
}

/// An isolate as other threads see it: to interrupt it, to end it, to give it
/// a deadline.
#[derive(Clone)]
pub struct IsolateHandle {
    shared: Arc<Shared>,
}

impl IsolateHandle {
    /// A handle of an isolate.
    pub(crate) fn new(vm: &Arc<VmIsolate>, tasks: Arc<TaskQueue>, units: Units) -> Self {
        let deadline = Mutex::new(Rank::Deadline, None);
        Self { shared: Arc::new(Shared { vm: vm.clone(), deadline, tasks, units }) }
    }

    /// Has a task run on the isolate's thread: at the next check of machine
    /// code, or when the host runs tasks.
    pub fn post(&self, task: impl FnOnce() + Send + 'static) {
        self.shared.tasks.post(&self.shared.vm, Box::new(task));
    }

    /// Runs the tasks that are waiting, on this thread, which must be the
    /// isolate's. If the engine has no workers, also optimizes for a while what
    /// is hot. How many tasks, functions and loops there were.
    pub fn run_tasks(&self) -> usize {
        self.shared.tasks.run(&self.shared.vm) + self.shared.units.run_slice()
    }

    /// Ends the call that runs, or the next one, with a trap; later calls run
    /// again. Also ends a host call of ours that blocks.
    pub fn interrupt(&self) {
        self.shared.vm.raise(request::INTERRUPT);
    }

    /// Ends the call that runs and all later ones with a trap.
    pub fn terminate(&self) {
        self.shared.vm.raise(request::TERMINATE);
    }

    /// What other threads may touch of the isolate.
    pub fn vm(&self) -> &VmIsolate {
        &self.shared.vm
    }

    /// Sets the instant after which calls end with a trap, or takes it back.
    pub fn set_deadline(&self, deadline: Option<Instant>) {
        let mut cell = self.shared.deadline.lock();
        *cell = deadline;
        self.shared.vm.clear(request::DEADLINE);
        drop(cell);
        if let Some(deadline) = deadline {
            watcher().add(deadline, &self.shared);
        }
    }

    /// Sets the deadline to a time from now.
    pub fn set_timeout(&self, timeout: Duration) {
        // A time too far to be told from never.
        self.set_deadline(Instant::now().checked_add(timeout));
    }
}

impl fmt::Debug for IsolateHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IsolateHandle").finish_non_exhaustive()
    }
}

struct Entry {
    at: Instant,
    isolate: Weak<Shared>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at.cmp(&other.at)
    }
}

struct Watcher {
    queue: Mutex<BinaryHeap<Reverse<Entry>>>,
    changed: Condvar,
}

fn watcher() -> &'static Watcher {
    static WATCHER: OnceLock<Watcher> = OnceLock::new();
    WATCHER.get_or_init(|| {
        // If no thread can be had, deadlines are still checked where host
        // calls of ours block, and by nothing else; there is no one to tell.
        let _ =
            std::thread::Builder::new().name("updraft-deadlines".into()).spawn(|| watcher().run());
        Watcher { queue: Mutex::new(Rank::Deadlines, BinaryHeap::new()), changed: Condvar::new() }
    })
}

impl Watcher {
    fn add(&self, at: Instant, isolate: &Arc<Shared>) {
        let mut queue = self.queue.lock();
        queue.push(Reverse(Entry { at, isolate: Arc::downgrade(isolate) }));
        // Deadlines that are moved often must not pile up.
        if queue.len() > 1024 && queue.len().is_power_of_two() {
            let entries = std::mem::take(&mut *queue);
            *queue = entries
                .into_iter()
                .filter(|Reverse(e)| {
                    e.isolate.upgrade().is_some_and(|s| *s.deadline.lock() == Some(e.at))
                })
                .collect();
        }
        self.changed.notify_one();
    }

    fn run(&self) {
        let mut queue = self.queue.lock();
        loop {
            let now = Instant::now();
            let next = queue.peek().map(|Reverse(e)| e.at);
            match next {
                None => queue = queue.wait(&self.changed),
                Some(at) if at > now => {
                    queue = queue.wait_timeout(&self.changed, at - now);
                }
                Some(_) => {
                    let Some(Reverse(entry)) = queue.pop() else { continue };
                    let Some(shared) = entry.isolate.upgrade() else { continue };
                    let deadline = shared.deadline.lock();
                    if deadline.is_some_and(|d| d <= now) {
                        shared.vm.raise(request::DEADLINE);
                    }
                }
            }
        }
    }
}
