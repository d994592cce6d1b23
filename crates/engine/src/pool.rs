//! The engine's threads, and the seam to replace them.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar};

use crate::lock_order::{Mutex, Rank};

/// Work for a thread of the engine. Jobs end soon, never wait for other jobs,
/// and may be run in any order or dropped when the engine ends.
pub type Job = Box<dyn FnOnce() + Send>;

/// Where the engine runs its jobs: its own threads, or the embedder's.
pub trait Platform: Send + Sync {
    /// How many jobs may run at the same time, beside the threads that call
    /// the engine. With 0 nothing is ever spawned.
    fn n_workers(&self) -> usize;
    /// Runs a job some time, on some thread.
    fn spawn(&self, job: Job);
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    n_threads: usize,
    n_idle: usize,
    closed: bool,
}

struct Shared {
    state: Mutex<State>,
    work: Condvar,
}

/// Threads of the engine's own, started when there is work.
pub struct ThreadPool {
    shared: Arc<Shared>,
    n_workers: usize,
}

impl ThreadPool {
    /// A pool of at most `n_workers` threads.
    pub fn new(n_workers: usize) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::new(Rank::Pool, State::default()),
            work: Condvar::new(),
        });
        Self { shared, n_workers }
    }
}

impl Platform for ThreadPool {
    fn n_workers(&self) -> usize {
        self.n_workers
    }

    fn spawn(&self, job: Job) {
        let mut state = self.shared.state.lock();
        state.jobs.push_back(job);
        if state.n_idle >= state.jobs.len() || state.n_threads >= self.n_workers {
            self.shared.work.notify_one();
            return;
        }
        let shared = self.shared.clone();
        let thread = std::thread::Builder::new()
            .name("updraft-worker".into())
            .stack_size(8 << 20)
            .spawn(move || run(&shared));
        // Without a thread, whoever waits for the job's effect does the work:
        // jobs only ever help.
        if thread.is_ok() {
            state.n_threads += 1;
        }
    }
}

fn run(shared: &Shared) {
    let mut state = shared.state.lock();
    loop {
        if let Some(job) = state.jobs.pop_front() {
            drop(state);
            // A job reports its own failures; a panic in one must not take
            // the thread from the others.
            let _ = catch_unwind(AssertUnwindSafe(job));
            state = shared.state.lock();
            continue;
        }
        if state.closed {
            return;
        }
        state.n_idle += 1;
        state = state.wait(&shared.work);
        state.n_idle -= 1;
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        // Cancels and does not wait: running jobs finish on their own.
        state.jobs.clear();
        state.closed = true;
        self.shared.work.notify_all();
    }
}

/// Counts pieces that are being worked on, so that the owner can wait.
pub(crate) struct InFlight {
    count: Mutex<Count>,
    zero: Condvar,
}

#[derive(Default)]
struct Count {
    pieces: usize,
    /// Who waits. To tell nobody costs a system call as well.
    waiting: usize,
}

impl Default for InFlight {
    fn default() -> Self {
        Self { count: Mutex::new(Rank::InFlight, Count::default()), zero: Condvar::new() }
    }
}

impl InFlight {
    /// A piece is taken.
    pub(crate) fn enter(&self) -> InFlightGuard<'_> {
        self.count.lock().pieces += 1;
        InFlightGuard(self)
    }
    /// Waits until no piece is.
    pub(crate) fn wait(&self) {
        let mut count = self.count.lock();
        count.waiting += 1;
        while count.pieces > 0 {
            count = count.wait(&self.zero);
        }
        count.waiting -= 1;
    }
}

pub(crate) struct InFlightGuard<'a>(&'a InFlight);

impl Drop for InFlightGuard<'_> {
    fn drop(&mut self) {
        let mut count = self.0.count.lock();
        count.pieces -= 1;
        if count.pieces == 0 && count.waiting > 0 {
            self.0.zero.notify_all();
        }
    }
}
