//! Units that wait for a worker: what is hottest first.
//!
//! Owns: [`TierQueue`], of which each engine has one. Filled by `tiering`, run
//! by jobs on the engine's platform, or by the threads of isolates where there
//! are no workers. Must not know: what running a unit does.
//! `tests/loom` checks this very file.
//!
//! # Essay: who runs units
//!
//! 1. `push` adds a unit under the lock. If fewer jobs are out than there may
//!    be for its priority, it counts one more, and spawns it after the lock.
//!    For what is urgent there may be more: it never waits until a long unit
//!    is done while a worker is idle.
//! 2. A job takes one unit and runs it, then spawns its successor, so that a
//!    burst of units does not keep other jobs of the platform waiting. A job
//!    that finds no unit, or more jobs out than there may be for the first
//!    one, counts itself out under the same lock. In the second case others
//!    are out: so a unit is never left with no job to come for it.
//! 3. Jobs hold the queue and nothing of the engine; units hold modules
//!    weakly. When engine or module go, what is queued does nothing, and
//!    nobody waits.
//! 4. Without workers nothing is spawned: `run_one` and `run_slice` are called
//!    where an isolate's thread may spare the time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::lock_order::{Mutex, Rank};
use crate::pool::Platform;

/// What is queued.
pub(crate) trait Run: Send + 'static {
    /// Does the work, if it is still wanted.
    fn run(self);
}

struct Entry<U> {
    priority: u32,
    /// Among equals the largest comes first: it takes longest.
    size: u32,
    /// Then the one that came first.
    number: u64,
    unit: U,
}

impl<U> Entry<U> {
    fn key(&self) -> (u32, u32, std::cmp::Reverse<u64>) {
        (self.priority, self.size, std::cmp::Reverse(self.number))
    }
}
impl<U> PartialEq for Entry<U> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}
impl<U> Eq for Entry<U> {}
impl<U> PartialOrd for Entry<U> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<U> Ord for Entry<U> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

struct State<U> {
    heap: BinaryHeap<Entry<U>>,
    n_pushed: u64,
    /// `Invariant:` jobs that were spawned and have not counted themselves out.
    n_jobs: usize,
}

/// Units by priority.
pub(crate) struct TierQueue<U> {
    state: Mutex<State<U>>,
    /// Weak: a job in the platform's own queue must not keep it alive.
    platform: Weak<dyn Platform>,
    limits: JobLimits,
}

/// How many jobs may be out at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct JobLimits {
    /// When none of the units is urgent; 0 if and only if there are no workers.
    pub usual: usize,
    /// When the first unit is; not less.
    pub urgent: usize,
    /// The lowest priority that is urgent.
    pub urgent_from: u32,
}

impl JobLimits {
    fn at(&self, priority: u32) -> usize {
        if priority >= self.urgent_from { self.urgent } else { self.usual }
    }
}

impl<U: Run> TierQueue<U> {
    pub(crate) fn new(platform: &Arc<dyn Platform>, limits: JobLimits) -> Arc<Self> {
        let state = State { heap: BinaryHeap::new(), n_pushed: 0, n_jobs: 0 };
        Arc::new(Self {
            state: Mutex::new(Rank::Units, state),
            platform: Arc::downgrade(platform),
            limits,
        })
    }

    /// Whether threads of the platform run units.
    pub(crate) fn has_workers(&self) -> bool {
        self.limits.usual > 0
    }

    /// Units that wait, those included that turn out to be done already.
    pub(crate) fn depth(&self) -> usize {
        self.state.lock().heap.len()
    }

    /// Step 1.
    pub(crate) fn push(self: &Arc<Self>, priority: u32, size: u32, unit: U) {
        let mut state = self.state.lock();
        let number = state.n_pushed;
        state.n_pushed += 1;
        state.heap.push(Entry { priority, size, number, unit });
        let spawn = state.n_jobs < self.limits.at(priority);
        state.n_jobs += usize::from(spawn);
        drop(state);
        if spawn {
            self.spawn();
        }
    }

    fn spawn(self: &Arc<Self>) {
        let Some(platform) = self.platform.upgrade() else { return };
        let queue = self.clone();
        platform.spawn(Box::new(move || queue.job()));
    }

    /// Step 2.
    fn job(self: Arc<Self>) {
        let mut state = self.state.lock();
        let n_jobs = state.n_jobs;
        let first = state.heap.peek_mut().filter(|e| n_jobs <= self.limits.at(e.priority));
        let Some(entry) = first.map(PeekMut::pop) else {
            state.n_jobs -= 1;
            return;
        };
        drop(state);
        run(entry.unit);
        self.spawn();
    }

    /// Runs the first unit on this thread; whether there was one.
    pub(crate) fn run_one(&self) -> bool {
        let entry = self.state.lock().heap.pop();
        entry.map(|e| run(e.unit)).is_some()
    }

    /// Step 4: if there are no workers, runs units on this thread for about
    /// that long. How many.
    pub(crate) fn run_slice(&self, slice: Duration) -> usize {
        if self.has_workers() {
            return 0;
        }
        let start = Instant::now();
        let mut n = 0;
        while self.run_one() {
            n += 1;
            if start.elapsed() >= slice {
                break;
            }
        }
        n
    }
}

/// A unit reports its own failures; a panic in one must not take the job, or
/// the guest's thread, from the others.
fn run<U: Run>(unit: U) {
    let _ = catch_unwind(AssertUnwindSafe(|| unit.run()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::{Job, ThreadPool};

    struct Note(u32, Arc<std::sync::Mutex<Vec<u32>>>);
    impl Run for Note {
        fn run(self) {
            self.1.lock().unwrap().push(self.0);
            assert_ne!(self.0, 13, "a unit that panics");
        }
    }

    fn note(seen: &Arc<std::sync::Mutex<Vec<u32>>>, n: u32) -> Note {
        Note(n, seen.clone())
    }

    fn limits(platform: &Arc<dyn Platform>) -> JobLimits {
        let n = platform.n_workers();
        JobLimits { usual: n, urgent: n, urgent_from: 16 }
    }

    #[test]
    fn what_is_hot_then_large_then_old_comes_first() {
        let platform: Arc<dyn Platform> = Arc::new(ThreadPool::new(0));
        let (queue, seen) = (TierQueue::new(&platform, limits(&platform)), Arc::default());
        for (n, priority, size) in [(0, 1, 5), (1, 1, 5), (2, 1, 9), (3, 2, 1), (4, 16, 1)] {
            queue.push(priority, size, note(&seen, n));
        }
        assert_eq!(queue.depth(), 5);
        assert_eq!(queue.run_slice(Duration::from_secs(9)), 5);
        assert_eq!(*seen.lock().unwrap(), [4, 3, 2, 0, 1]);
    }

    #[test]
    fn workers_run_every_unit_even_after_a_panic() {
        let platform: Arc<dyn Platform> = Arc::new(ThreadPool::new(2));
        let (queue, seen) = (TierQueue::new(&platform, limits(&platform)), Arc::default());
        for round in 0..50 {
            for n in 0..20 {
                queue.push(1, 1, note(&seen, n));
            }
            while seen.lock().unwrap().len() < 20 * (round + 1) {
                std::thread::yield_now();
            }
        }
        assert_eq!(queue.run_slice(Duration::ZERO), 0);
    }

    /// Keeps jobs instead of running them.
    #[derive(Default)]
    struct Shelf(std::sync::Mutex<Vec<Job>>);
    impl Platform for Shelf {
        fn n_workers(&self) -> usize {
            2
        }
        fn spawn(&self, job: Job) {
            self.0.lock().unwrap().push(job);
        }
    }

    #[test]
    fn jobs_are_as_many_as_workers_and_none_outlives_the_units() {
        let shelf = Arc::new(Shelf::default());
        let platform: Arc<dyn Platform> = shelf.clone();
        let (queue, seen) = (TierQueue::new(&platform, limits(&platform)), Arc::default());
        for n in 0..5 {
            queue.push(1, 1, note(&seen, n));
        }
        assert_eq!(shelf.0.lock().unwrap().len(), 2);
        loop {
            let Some(job) = shelf.0.lock().unwrap().pop() else { break };
            job();
        }
        assert_eq!(seen.lock().unwrap().len(), 5);
        assert_eq!(queue.state.lock().n_jobs, 0);
        queue.push(1, 1, note(&seen, 5));
        // A platform that ends drops jobs; they hold nothing that waits.
        let jobs = std::mem::take(&mut *shelf.0.lock().unwrap());
        assert_eq!(jobs.len(), 1);
        drop((shelf, platform));
        jobs.into_iter().for_each(|job| job());
        assert_eq!(queue.depth(), 0);
    }

    #[test]
    fn only_what_is_urgent_gets_another_job() {
        let shelf = Arc::new(Shelf::default());
        let platform: Arc<dyn Platform> = shelf.clone();
        let limits = JobLimits { usual: 1, ..limits(&platform) };
        let (queue, seen) = (TierQueue::new(&platform, limits), Arc::default());
        let n_out = || shelf.0.lock().unwrap().len();
        let run_job = || {
            let job = shelf.0.lock().unwrap().pop().unwrap();
            job();
        };
        for n in 0..3 {
            queue.push(15, 1, note(&seen, n));
        }
        assert_eq!(n_out(), 1);
        queue.push(16, 1, note(&seen, 3));
        assert_eq!(n_out(), 2);
        run_job();
        assert_eq!((&*seen.lock().unwrap(), n_out()), (&vec![3], 2));
        // Nothing is urgent now, and one job is left for the rest.
        run_job();
        assert_eq!((&*seen.lock().unwrap(), n_out()), (&vec![3], 1));
        (0..4).for_each(|_| run_job());
        assert_eq!((&*seen.lock().unwrap(), n_out()), (&vec![3, 0, 1, 2], 0));
    }
}
