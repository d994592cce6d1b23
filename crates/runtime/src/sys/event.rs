//! A descriptor that wakes a thread which polls.

use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::event::{EventfdFlags, eventfd};

/// Makes one that is not readable.
pub(crate) fn new() -> std::io::Result<OwnedFd> {
    Ok(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?)
}

/// Makes it readable.
pub(crate) fn signal(fd: BorrowedFd<'_>) {
    // Can only fail if it is readable already.
    let _ = rustix::io::write(fd, &1u64.to_ne_bytes());
}

/// Makes it not readable.
pub(crate) fn drain(fd: BorrowedFd<'_>) {
    let _ = rustix::io::read(fd, &mut [0u8; 8][..]);
}
