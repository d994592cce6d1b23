//! Units that wait for a worker: none is left without a job to come for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use loom::sync::Mutex;
use loom::thread;

use super::product::{JobLimits, Run, TierQueue};
use crate::pool::{Job, Platform};

const LIMITS: JobLimits = JobLimits { usual: 1, urgent: 2, urgent_from: 16 };

/// One worker, which takes jobs when the model says so.
struct Shelf(Mutex<Vec<Job>>);

impl Platform for Shelf {
    fn n_workers(&self) -> usize {
        1
    }
    fn spawn(&self, job: Job) {
        self.0.lock().expect("models do not poison").push(job);
    }
}

impl Shelf {
    fn run_all(&self) {
        loop {
            let job = self.0.lock().expect("models do not poison").pop();
            let Some(job) = job else { return };
            job();
        }
    }
}

// Not the checker's: it counts, and orders nothing.
struct Count(Arc<AtomicUsize>);

impl Run for Count {
    fn run(self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// One thread finds something hot, and something urgent, while the worker is
/// about to be done.
pub fn no_unit_is_left() {
    let shelf = Arc::new(Shelf(Mutex::new(Vec::new())));
    let platform: Arc<dyn Platform> = shelf.clone();
    let (queue, n_run) = (TierQueue::new(&platform, LIMITS), Arc::new(AtomicUsize::new(0)));
    queue.push(1, 1, Count(n_run.clone()));
    let worker = {
        let shelf = shelf.clone();
        thread::spawn(move || shelf.run_all())
    };
    queue.push(16, 1, Count(n_run.clone()));
    queue.push(1, 1, Count(n_run.clone()));
    worker.join().expect("it does not panic");
    // The worker goes to sleep when the shelf is empty; a job wakes it.
    shelf.run_all();
    assert_eq!(n_run.load(Ordering::Relaxed), 3, "a unit was left");
}
