//! Deadlines: those that pass are raised, those that are moved are not.

use std::sync::Arc;
use std::time::Duration;

use loom::thread;
use updraft_runtime::{VmIsolate, request};

use super::product::{Deadline, Watch};

/// The watcher's time.
const NOW: u32 = 5;

struct Watched {
    watch: Watch<u32>,
    deadline: Arc<Deadline<u32>>,
}

impl Watched {
    fn new() -> Arc<Watched> {
        let deadline = Arc::new(Deadline::new(Arc::new(VmIsolate::new())));
        Arc::new(Watched { watch: Watch::new(), deadline })
    }

    /// As a handle sets it.
    fn set(&self, at: Option<u32>) {
        self.deadline.set(at);
        if let Some(at) = at {
            self.watch.add(at, &self.deadline);
        }
    }

    /// The watcher, until it has looked at so many.
    fn watcher(self: &Arc<Watched>, n_due: usize) -> thread::JoinHandle<()> {
        let watched = self.clone();
        thread::spawn(move || {
            let mut left = n_due;
            while left > 0 {
                let was_due = watched.watch.round(NOW, |_| Duration::ZERO);
                left -= usize::from(was_due);
            }
        })
    }

    fn is_raised(&self) -> bool {
        self.deadline.vm().requests() & request::DEADLINE != 0
    }
}

/// A deadline is set while the watcher goes to sleep.
pub fn a_deadline_that_passes_is_raised() {
    let watched = Watched::new();
    let watcher = watched.watcher(1);
    watched.set(Some(NOW - 1));
    watcher.join().expect("it does not panic");
    assert!(watched.is_raised(), "a deadline was lost");
}

/// A deadline is moved while it passes.
pub fn a_deadline_that_is_moved_is_not_raised() {
    let watched = Watched::new();
    watched.set(Some(NOW - 1));
    let watcher = watched.watcher(1);
    watched.set(Some(NOW + 1));
    watcher.join().expect("it does not panic");
    assert!(!watched.is_raised(), "raised for a deadline that was moved");
}

/// One thread takes the deadline back while another sets one that has passed.
pub fn a_request_is_not_taken_back_with_an_older_one() {
    let watched = Watched::new();
    let watcher = watched.watcher(1);
    let other = {
        let watched = watched.clone();
        thread::spawn(move || watched.set(None))
    };
    watched.set(Some(NOW - 1));
    other.join().expect("it does not panic");
    watcher.join().expect("it does not panic");
    let is_set = watched.deadline.at.lock().is_some();
    assert_eq!(watched.is_raised(), is_set, "a deadline was lost");
}
