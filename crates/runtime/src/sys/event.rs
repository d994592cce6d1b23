//! A descriptor that wakes a thread which polls.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{EventfdFlags, eventfd};

/// What a thread that blocks polls beside what it waits for.
pub type WakeFd<'a> = BorrowedFd<'a>;

/// The descriptor's owner.
#[derive(Debug)]
pub(crate) struct Wake(OwnedFd);

impl Wake {
    /// Makes one that is not readable.
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?))
    }

    /// The descriptor.
    pub(crate) fn fd(&self) -> WakeFd<'_> {
        self.0.as_fd()
    }

    /// Makes it readable.
    pub(crate) fn signal(&self) {
        // Can only fail if it is readable already.
        let _ = rustix::io::write(&self.0, &1u64.to_ne_bytes());
    }

    /// Makes it not readable.
    pub(crate) fn drain(&self) {
        let _ = rustix::io::read(&self.0, &mut [0u8; 8][..]);
    }
}
