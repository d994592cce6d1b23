//! Tasks that other threads hand to an isolate. `tests/loom` checks this very
//! file.
//!
//! # Essay: handing a task over
//!
//! 1. Any thread: `post` appends the task to the isolate's queue, then raises
//!    the request.
//! 2. The isolate's thread, at a check of machine code or in `run`: takes the
//!    request back first and the whole queue after it, so a task that comes
//!    between raises the request again; then runs the tasks in order, with
//!    nothing locked.
//! 3. Tasks that are left when the isolate ends are dropped with the last
//!    handle, not run.

use std::collections::VecDeque;

use updraft_runtime::{VmIsolate, request};

use crate::lock_order::{Mutex, Rank};

/// What a task is.
pub(crate) type Task = Box<dyn FnOnce() + Send>;

/// The tasks of one isolate.
pub(crate) struct TaskQueue(Mutex<VecDeque<Task>>);

impl TaskQueue {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Rank::Tasks, VecDeque::new()))
    }

    /// Hands a task over (step 1).
    pub(crate) fn post(&self, vm: &VmIsolate, task: Task) {
        self.0.lock().push_back(task);
        vm.raise(request::TASKS);
    }

    /// Runs what is there (step 2). How many tasks there were.
    pub(crate) fn run(&self, vm: &VmIsolate) -> usize {
        vm.clear(request::TASKS);
        let tasks = std::mem::take(&mut *self.0.lock());
        let n = tasks.len();
        for task in tasks {
            task();
        }
        n
    }
}
