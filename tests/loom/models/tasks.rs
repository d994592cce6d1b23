//! Tasks for an isolate: each runs, and runs once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use loom::thread;
use updraft_runtime::{VmIsolate, request};

use super::product::TaskQueue;

/// Two threads hand tasks over, while the isolate's thread looks now and then.
pub fn every_task_runs_once() {
    let (vm, queue) = (Arc::new(VmIsolate::new()), Arc::new(TaskQueue::new()));
    // Not the checker's: it counts, and orders nothing.
    let n_run = Arc::new(AtomicUsize::new(0));
    let post = || {
        let (vm, queue, n_run) = (vm.clone(), queue.clone(), n_run.clone());
        thread::spawn(move || {
            let task = move || {
                n_run.fetch_add(1, Ordering::Relaxed);
            };
            queue.post(&vm, Box::new(task));
        })
    };
    let others = [post(), post()];
    let check = || {
        if vm.requests() & request::TASKS != 0 {
            queue.run(&vm);
        }
    };
    check();
    for other in others {
        other.join().expect("it does not panic");
    }
    check();
    assert_eq!(n_run.load(Ordering::Relaxed), 2, "a task was lost");
}
