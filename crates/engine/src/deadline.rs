//! Handles of isolates for other threads, and the thread that watches
//! deadlines.
//!
//! Owns: [`IsolateHandle`], the watching thread. Made by `isolate.rs`, handed
//! out by the public API. Must not know: what machine code does when a request
//! is raised. The protocol of deadlines is told in `deadline/watch.rs`.

mod watch;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use updraft_runtime::{VmIsolate, request};

use crate::tasks::TaskQueue;
use crate::tiering::Units;
use watch::{Deadline, Watch};

struct Shared {
    deadline: Arc<Deadline<Instant>>,
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
        let deadline = Arc::new(Deadline::new(vm.clone()));
        Self { shared: Arc::new(Shared { deadline, tasks, units }) }
    }

    /// Has a task run on the isolate's thread: at the next check of machine
    /// code, or when the host runs tasks.
    pub fn post(&self, task: impl FnOnce() + Send + 'static) {
        self.shared.tasks.post(self.vm(), Box::new(task));
    }

    /// Runs the tasks that are waiting, on this thread, which must be the
    /// isolate's. If the engine has no workers, also optimizes for a while what
    /// is hot. How many tasks, functions and loops there were.
    pub fn run_tasks(&self) -> usize {
        self.shared.tasks.run(self.vm()) + self.shared.units.run_slice()
    }

    /// Ends the call that runs, or the next one, with a trap; later calls run
    /// again. Also ends a host call of ours that blocks.
    pub fn interrupt(&self) {
        self.vm().raise(request::INTERRUPT);
    }

    /// Ends the call that runs and all later ones with a trap.
    pub fn terminate(&self) {
        self.vm().raise(request::TERMINATE);
    }

    /// What other threads may touch of the isolate.
    pub fn vm(&self) -> &VmIsolate {
        self.shared.deadline.vm()
    }

    /// Sets the instant after which calls end with a trap, or takes it back.
    pub fn set_deadline(&self, deadline: Option<Instant>) {
        self.shared.deadline.set(deadline);
        if let Some(deadline) = deadline {
            watcher().add(deadline, &self.shared.deadline);
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

fn watcher() -> &'static Watch<Instant> {
    static WATCHER: OnceLock<Watch<Instant>> = OnceLock::new();
    WATCHER.get_or_init(|| {
        // If no thread can be had, deadlines are still checked where host
        // calls of ours block, and by nothing else; there is no one to tell.
        let _ = std::thread::Builder::new().name("updraft-deadlines".into()).spawn(|| {
            loop {
                let now = Instant::now();
                watcher().round(now, |at| at - now);
            }
        });
        Watch::new()
    })
}
