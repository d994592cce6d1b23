//! How a thread that blocks in a call of the guest is woken by its isolate.
//!
//! Owns the way from a caller to the isolate's wake descriptor. Used by the linker, which
//! makes one per call, and by [`poll`](crate::poll), which waits on it. Knows no call.

use rustix::event::{PollFd, PollFlags, Timespec};
use std::os::fd::BorrowedFd;
use updraft::{AsContext, Caller, IsolateHandle};

/// What ends a blocking call early.
pub(crate) struct Wake {
    handle: IsolateHandle,
}

impl Wake {
    /// The wake descriptor of the isolate that makes this call.
    pub fn of<T: 'static>(caller: &Caller<'_, T>) -> Wake {
        Wake { handle: caller.as_context().isolate_handle() }
    }

    /// Readable while the isolate wants its thread. Without descriptors left, no one is woken.
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.handle.wake_fd().ok()
    }

    /// Whether the isolate wants its thread now.
    pub fn raised(&self) -> bool {
        let Some(fd) = self.fd() else { return false };
        let mut fds = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        matches!(rustix::event::poll(&mut fds, Some(&now)), Ok(1))
    }

    /// The trap that the isolate was woken for, if there is one.
    pub fn check<T: 'static>(caller: &mut Caller<'_, T>) -> updraft::Result<()> {
        caller.check_interrupt()
    }
}
