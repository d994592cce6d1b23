//! How a thread that blocks in a call of the guest is woken by its isolate.
//!
//! Owns the way from a caller to the isolate's wake descriptor. Used by the linker, which
//! makes one per call, and by [`poll`](crate::poll), which waits on it. Knows no call.

use rustix::event::{PollFd, PollFlags, Timespec};
use std::os::fd::BorrowedFd;
use updraft::Caller;

/// What ends a blocking call early.
pub(crate) struct Wake;

impl Wake {
    /// The wake descriptor of the isolate that makes this call.
    pub fn of<T>(_caller: &Caller<'_, T>) -> Wake {
        Wake
    }

    /// Readable once the isolate wants its thread.
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    /// Whether the isolate wants its thread now.
    pub fn raised(&self) -> bool {
        let Some(fd) = self.fd() else { return false };
        let mut fds = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        matches!(rustix::event::poll(&mut fds, Some(&now)), Ok(1))
    }

    /// Serves what the isolate was woken for; an error is the trap that ends the guest.
    pub fn serve<T>(_caller: &mut Caller<'_, T>) -> updraft::Result<()> {
        Ok(())
    }
}
