//! What the engine calls `crate::pool`, as far as protocols name it.

/// Work for a thread of the engine.
pub type Job = Box<dyn FnOnce() + Send>;

/// Where the engine runs its jobs.
pub trait Platform: Send + Sync {
    /// How many jobs may run at the same time.
    fn n_workers(&self) -> usize;
    /// Runs a job some time, on some thread.
    fn spawn(&self, job: Job);
}
